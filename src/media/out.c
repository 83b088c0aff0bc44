/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * out.c: datagrams out.  Those of one batch are collected; consecutive ones to the same peer of
 * the same size (the last may be shorter) leave as one message that the kernel cuts
 * (UDP_SEGMENT), and all messages by few calls.
 */
#include <errno.h>
#include <netinet/udp.h>
#include <string.h>

#include "media/core.h"


uint8_t *out_room(struct engine *e)
{
	if (e->arena_len + DATAGRAM > OUT_ARENA || e->messages == OUT_MESSAGES)
		out_flush(e);

	return e->arena + e->arena_len;
}


void out_commit_to(struct engine *e, const struct address *to, const uint8_t *p, size_t len)
{
	struct message *m = e->messages ? &e->message[e->messages - 1] : NULL;

	(void)p; /* it lies where out_room() said */
	if (m && m->to == to && !m->closed && len <= m->segment && m->segments < OUT_SEGMENTS &&
	    m->len + len <= 60000) {
		m->closed = len < m->segment;
		m->len += len;
		m->segments++;
	} else {
		m = &e->message[e->messages++];
		*m = (struct message){ .to = to,
				       .at = e->arena_len,
				       .len = len,
				       .segment = (uint16_t)len,
				       .segments = 1 };
	}
	e->arena_len += len;
	e->figures.out++;
	e->figures.out_bytes += len;
}


void out_commit(struct engine *e, const struct peer *to, const uint8_t *p, size_t len)
{
	out_commit_to(e, &to->path[to->current].address, p, len);
}


struct control {
	_Alignas(struct cmsghdr) char bytes[CMSG_SPACE(sizeof(uint16_t))];
};


static void prepare(struct mmsghdr *h, struct iovec *iov, struct control *c,
		    const struct engine *e, const struct message *m)
{
	memset(h, 0, sizeof(*h));
	iov->iov_base = e->arena + m->at;
	iov->iov_len = m->len;
	h->msg_hdr.msg_name = (void *)(uintptr_t)&m->to->u;
	h->msg_hdr.msg_namelen = m->to->len;
	h->msg_hdr.msg_iov = iov;
	h->msg_hdr.msg_iovlen = 1;
	if (m->segments > 1) {
		struct cmsghdr *cm;

		h->msg_hdr.msg_control = c->bytes;
		h->msg_hdr.msg_controllen = sizeof(c->bytes);
		cm = CMSG_FIRSTHDR(&h->msg_hdr);
		cm->cmsg_level = SOL_UDP;
		cm->cmsg_type = UDP_SEGMENT;
		cm->cmsg_len = CMSG_LEN(sizeof(uint16_t));
		memcpy(CMSG_DATA(cm), &m->segment, sizeof(uint16_t));
	}
}


/* A path that does not take whole batches (a small MTU) gets its packets one by one. */
static void one_by_one(struct engine *e, int fd, const struct message *m)
{
	for (size_t at = 0; at < m->len; at += m->segment) {
		size_t n = m->len - at < m->segment ? m->len - at : m->segment;

		if (sendto(fd, e->arena + m->at + at, n, 0, &m->to->u.a, m->to->len) < 0)
			e->figures.lost_out++;
	}
}


/* Messages [from, to) all leave by the same socket. */
static void send_run(struct engine *e, size_t from, size_t to)
{
	static __thread struct mmsghdr h[OUT_MESSAGES];
	static __thread struct iovec iov[OUT_MESSAGES];
	static __thread struct control c[OUT_MESSAGES];
	int fd;

	if (e->message[from].to->stream) {
		for (; from < to; from++)
			tcp_send(e, &e->message[from]);
		return;
	}
	fd = e->config.udp[e->message[from].to->socket];
	for (size_t i = from; i < to; i++)
		prepare(&h[i], &iov[i], &c[i], e, &e->message[i]);
	while (from < to) {
		int n = sendmmsg(fd, h + from, (unsigned)(to - from), 0);

		e->figures.calls++;
		if (n > 0) {
			from += (size_t)n;
			continue;
		}
		if (errno == EINTR)
			continue;
		/* An unreachable address is that peer's affair. */
		if (errno == EMSGSIZE || errno == EINVAL)
			one_by_one(e, fd, &e->message[from]);
		else
			e->figures.lost_out += e->message[from].segments;
		from++;
	}
}


void out_flush(struct engine *e)
{
	size_t from = 0;

	e->figures.sends += e->messages;
	for (size_t i = 1; i <= e->messages; i++)
		if (i == e->messages ||
		    e->message[i].to->socket != e->message[from].to->socket) {
			send_run(e, from, i);
			from = i;
		}
	e->messages = 0;
	e->arena_len = 0;
}


void out_rtcp(struct peer *to, const uint8_t *p, size_t len)
{
	uint8_t *d;
	size_t n;

	if (!to->tx || to->current < 0 || len > RTP_MAX)
		return;
	d = out_room(to->e);
	memcpy(d, p, len);
	n = srtcp_seal(to->tx, d, len);
	if (n)
		out_commit(to->e, to, d, n);
}
