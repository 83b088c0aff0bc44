/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * tcp.c: peers that no datagram reaches: ICE over TCP (RFC 6544), passive only; each packet in
 * a frame with two bytes of length before it (RFC 4571).
 *
 * A connection is from nobody until a valid check comes over it.  Until then it has ten
 * seconds from its beginning, nothing but checks, and few beside it; a frame that is empty or
 * longer than a datagram may be ends it.  What a slow reader does not take is lost, as on a
 * full link; who writes much is read in turns with the others.
 */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "media/core.h"
#include "media/stun.h"
#include "media/wire.h"

enum {
	STRANGERS_MAX = 128,
	STRANGER_US = 10000000,
	IDLE_US = 30000000,
	ROUNDS = 4, /* buffers read of a connection before others have their turn */
	FRAME = 2,  /* bytes of length */
};


static struct stream *stream_at(const struct engine *e, const struct address *a)
{
	return a->stream ? pool_at(&e->streams, a->stream - 1U) : NULL;
}


int tcp_watch(struct engine *e, size_t listener)
{
	struct epoll_event ev = { .events = EPOLLIN,
				  .data.u32 = EVENT_LISTENER + (uint32_t)listener };

	return epoll_ctl(e->epoll, EPOLL_CTL_ADD, e->config.tcp[listener], &ev) ? E_IO : 0;
}


/* Told of from now on, and at once when something waits already: the events are edges. */
static int attend(struct engine *e, struct stream *s, int how)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
				  .data.u32 = EVENT_STREAM + s->from.stream - 1 };

	return epoll_ctl(e->epoll, how, s->fd, &ev);
}


static void welcome(struct engine *e, int fd, const struct address *from)
{
	struct stream *s = e->strangers < STRANGERS_MAX ? pool_take(&e->streams) : NULL;

	if (!s) {
		e->figures.strange++;
		(void)close(fd);
		return;
	}
	s->fd = fd;
	s->from = *from;
	s->from.stream = (uint16_t)(pool_index(&e->streams, s) + 1);
	s->from.socket = SOCKET_STREAM;
	s->heard_us = e->now_us;
	s->stranger = true;
	e->strangers++;
	list_add_tail(&e->stream_list, &s->link);
	if (attend(e, s, EPOLL_CTL_ADD))
		s->dead = true;
}


void tcp_accept(struct engine *e, size_t listener)
{
	for (int i = 0; i < BATCH; i++) {
		struct address from = { .len = 0 };
		socklen_t len = sizeof(from.u);
		int fd = accept4(e->config.tcp[listener], &from.u.a, &len,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0)
			return;
		from.len = (uint8_t)len;
		welcome(e, fd, &from);
	}
}


void tcp_known(struct engine *e, const struct address *a)
{
	struct stream *s = stream_at(e, a);

	if (s && s->stranger) {
		s->stranger = false;
		s->heard_us = e->now_us;
		e->strangers--;
	}
}


void tcp_drop(struct engine *e, const struct address *a)
{
	struct stream *s = stream_at(e, a);

	/* Its memory is given back by tcp_reap(): somebody above may be reading it. */
	if (s)
		s->dead = true;
}


/* A frame of who is not known may only be a check. */
static bool is_fair(struct engine *e, const struct stream *s, const uint8_t *d, size_t len)
{
	if (!s->stranger || stun_is(d, len))
		return true;
	e->figures.strange++;

	return false;
}


/* Whole frames from the buffer's front, at most a batch; false when there may be more. */
static bool frames(struct engine *e, struct stream *s)
{
	size_t at = 0, n = 0;

	while (!s->dead && n < BATCH && s->in_len - at >= FRAME) {
		size_t len = get16(s->in + at);
		uint8_t *d = e->in + n * DATAGRAM;

		if (!len || len > DATAGRAM) {
			e->figures.bad++;
			s->dead = true;
			break;
		}
		if (s->in_len - at - FRAME < len)
			break;
		memcpy(d, s->in + at + FRAME, len);
		at += FRAME + len;
		if (is_fair(e, s, d, len))
			engine_datagram(e, &s->from, d, len, &e->packet[n++], e->now_us);
		else
			s->dead = true;
	}
	forward_pending(e);
	out_flush(e);
	memmove(s->in, s->in + at, s->in_len - at);
	s->in_len -= at;

	return n < BATCH;
}


static void write_out(struct stream *s)
{
	while (s->out_len && !s->dead) {
		ssize_t n = send(s->fd, s->out, s->out_len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			s->dead = true;
		if (n <= 0)
			return;
		memmove(s->out, s->out + n, s->out_len - (size_t)n);
		s->out_len -= (size_t)n;
	}
}


/* One buffer of what came; false when that was all. */
static bool read_in(struct engine *e, struct stream *s)
{
	ssize_t n = recv(s->fd, s->in + s->in_len, sizeof(s->in) - s->in_len, MSG_DONTWAIT);

	if (n <= 0) {
		s->dead = n == 0 || (errno != EAGAIN && errno != EINTR);
		return n < 0 && errno == EINTR;
	}
	/* A stranger's time runs from the beginning: who sends a byte at a time gains none. */
	if (!s->stranger)
		s->heard_us = e->now_us;
	s->in_len += (size_t)n;
	while (!frames(e, s))
		;

	return !s->dead;
}


void tcp_ready(struct engine *e, uint32_t index)
{
	struct stream *s = pool_at(&e->streams, index);
	int round = 0;

	if (!s || s->dead)
		return;
	write_out(s);
	while (round < ROUNDS && read_in(e, s))
		round++;
	if (round == ROUNDS && attend(e, s, EPOLL_CTL_MOD))
		s->dead = true;
}


void tcp_send(struct engine *e, const struct message *m)
{
	struct stream *s = stream_at(e, m->to);
	struct cursor c = { .piece = m->first };
	const uint8_t *p;
	size_t len = 0;

	while (s && (p = out_next(&len, &c, e, m))) {
		if (s->dead || s->out_len + FRAME + len > sizeof(s->out)) {
			e->figures.lost_out++;
			continue;
		}
		put16(s->out + s->out_len, (uint32_t)len);
		memcpy(s->out + s->out_len + FRAME, p, len);
		s->out_len += FRAME + len;
	}
	if (s)
		write_out(s);
}


/* Those that are over, silent, or strangers for too long. */
void tcp_reap(struct engine *e)
{
	for (struct list *l = e->stream_list.next, *next; l != &e->stream_list; l = next) {
		struct stream *s = LIST_ENTRY(l, struct stream, link);
		int64_t most = s->stranger ? STRANGER_US : IDLE_US;

		next = l->next;
		if (!s->dead && e->now_us - s->heard_us < most)
			continue;
		s->dead = true;
		peer_lose(e, &s->from);
		if (s->stranger)
			e->strangers--;
		(void)close(s->fd);
		list_del(&s->link);
		pool_give(&e->streams, s);
	}
}
