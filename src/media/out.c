/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * out.c: datagrams out.  Those of one batch are collected; those to the same peer that follow
 * each other and have the same size (the last may be shorter) leave as one message that the
 * kernel cuts (UDP_SEGMENT), whatever went to others between, and all messages by few calls.
 */
#include <errno.h>
#include <netinet/udp.h>
#include <string.h>

#include "media/core.h"


uint8_t *out_room(struct engine *e)
{
	if (e->arena_len + DATAGRAM > OUT_ARENA || e->messages == OUT_MESSAGES ||
	    e->pieces == OUT_PIECES)
		out_flush(e);

	return e->arena + e->arena_len;
}


/* The packet at the arena's end, as the last of the message. */
static void append(struct engine *e, struct message *m, size_t len)
{
	struct piece *last = &e->piece[m->last];

	if (m->segments && last->at + last->len == e->arena_len) {
		last->len += len;
	} else {
		e->piece[e->pieces] = (struct piece){ .at = e->arena_len, .len = len };
		if (m->segments)
			last->next = (uint16_t)(e->pieces + 1);
		else
			m->first = e->pieces;
		m->last = e->pieces++;
	}
	m->len += len;
	m->segments++;
}


void out_commit_to(struct engine *e, struct address *to, const uint8_t *p, size_t len)
{
	struct message *m = &e->message[to->newest];

	(void)p; /* it lies where out_room() said */
	if (to->newest < e->messages && m->to == to && !m->closed && len <= m->segment &&
	    m->segments < OUT_SEGMENTS && m->len + len <= 60000) {
		m->closed = len < m->segment;
	} else {
		to->newest = (uint16_t)e->messages;
		m = &e->message[e->messages++];
		*m = (struct message){ .to = to, .segment = (uint16_t)len };
	}
	append(e, m, len);
	e->arena_len += len;
	e->figures.out++;
	e->figures.out_bytes += len;
}


void out_commit(struct engine *e, struct peer *to, const uint8_t *p, size_t len)
{
	out_commit_to(e, &to->path[to->current].address, p, len);
}


struct control {
	_Alignas(struct cmsghdr) char bytes[CMSG_SPACE(sizeof(uint16_t))];
};


/* Returns how many parts it has. */
static size_t prepare(struct mmsghdr *h, struct iovec *iov, struct control *c,
		      const struct engine *e, const struct message *m)
{
	const struct piece *piece = &e->piece[m->first];
	size_t n = 0;

	memset(h, 0, sizeof(*h));
	for (;; piece = &e->piece[piece->next - 1]) {
		iov[n++] = (struct iovec){ e->arena + piece->at, piece->len };
		if (!piece->next)
			break;
	}
	h->msg_hdr.msg_name = (void *)(uintptr_t)&m->to->u;
	h->msg_hdr.msg_namelen = m->to->len;
	h->msg_hdr.msg_iov = iov;
	h->msg_hdr.msg_iovlen = n;
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

	return n;
}


const uint8_t *out_next(size_t *len, struct cursor *c, const struct engine *e,
			const struct message *m)
{
	const struct piece *piece = &e->piece[c->piece];

	if (c->at == piece->len) {
		if (!piece->next)
			return NULL;
		*c = (struct cursor){ .piece = (uint16_t)(piece->next - 1) };
		piece = &e->piece[c->piece];
	}
	*len = piece->len - c->at < m->segment ? piece->len - c->at : m->segment;
	c->at += *len;

	return e->arena + piece->at + c->at - *len;
}


/* A path that does not take whole batches (a small MTU) gets its packets one by one. */
static void one_by_one(struct engine *e, int fd, const struct message *m)
{
	struct cursor c = { .piece = m->first };
	const uint8_t *p;
	size_t len = 0;

	while ((p = out_next(&len, &c, e, m)))
		if (sendto(fd, p, len, 0, &m->to->u.a, m->to->len) < 0)
			e->figures.lost_out++;
}


/* Messages [from, to) all leave by the same socket. */
static void send_run(struct engine *e, size_t from, size_t to)
{
	static __thread struct mmsghdr h[OUT_MESSAGES];
	static __thread struct iovec iov[OUT_PIECES];
	static __thread struct control c[OUT_MESSAGES];
	size_t parts = 0;
	int fd;

	if (e->message[from].to->stream) {
		for (; from < to; from++)
			tcp_send(e, &e->message[from]);
		return;
	}
	fd = e->config.udp[e->message[from].to->socket];
	for (size_t i = from; i < to; i++)
		parts += prepare(&h[i], &iov[parts], &c[i], e, &e->message[i]);
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
	e->pieces = 0;
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
