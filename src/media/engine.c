/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* engine.c: the loop: datagrams in by batches, to whom they belong, and what falls due. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/rand.h"
#include "media/core.h"
#include "media/gcm.h"
#include "media/stun.h"

enum {
	ROUNDS = 8, /* batches read of a socket before something else has its turn */
	TICK_US = 20000,
	SILENT_US = 20000000, /* RFC 7675: consent has expired */
	GHOST_US = 2500000,   /* of one who has come back meanwhile */
	SETUP_US = 30000000,  /* until the handshake is done */
	SOCKET_BUFFER = 8 << 20,
	ROOMS = 4096,
	EVENTS = 64, /* looked at in one turn */
};


static int64_t clock_us(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);

	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}


static void set_time(struct engine *e)
{
	e->now_us = clock_us(CLOCK_MONOTONIC);
	e->wall_us = e->now_us - clock_us(CLOCK_REALTIME);
}


static int watch(struct engine *e, size_t i)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u32 = (uint32_t)i };
	int fd = e->config.udp[i], on = 1, size = SOCKET_BUFFER;

	(void)setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));

	return epoll_ctl(e->epoll, EPOLL_CTL_ADD, fd, &ev) ? E_IO : 0;
}


static int watch_all(struct engine *e)
{
	int err = 0;

	for (size_t i = 0; i < e->config.sockets && !err; i++)
		err = watch(e, i);
	for (size_t i = 0; i < e->config.listeners && !err; i++)
		err = tcp_watch(e, i);

	return err;
}


static int pools(struct engine *e)
{
	const struct engine_config *c = &e->config;
	const struct {
		struct pool *pool;
		size_t size;
		uint32_t count;
	} all[] = {
		{ &e->peers, sizeof(struct peer), c->peers },
		{ &e->tracks, sizeof(struct track), c->tracks },
		{ &e->slots, sizeof(struct slot), c->slots },
		{ &e->rings, sizeof(struct ring), c->tracks },
		{ &e->twccs, sizeof(struct twcc_in), c->tracks },
		{ &e->bwes, sizeof(struct bwe), c->peers },
		{ &e->rooms_pool, sizeof(struct room), ROOMS },
		{ &e->streams, sizeof(struct stream), c->listeners ? c->peers : 1 },
		{ &e->paced, sizeof(struct paced), PACED },
	};
	int err = 0;

	for (size_t i = 0; i < ARRAY_LEN(all) && !err; i++)
		err = pool_init(all[i].pool, all[i].size, all[i].count);
	for (e->tuples = 64; e->tuples < (size_t)c->peers * PATHS * 2;)
		e->tuples *= 2;
	e->tuple = mem_zero(e->tuples, sizeof(*e->tuple));
	e->in = mem_alloc((size_t)BATCH * DATAGRAM);
	e->arena = mem_alloc(OUT_ARENA);
	e->sdp = mem_alloc(sizeof(*e->sdp));
	e->line = mem_zero(SDP_MEDIA_MAX, sizeof(*e->line));

	return err;
}


int engine_open(struct engine **out, const struct engine_config *config)
{
	struct engine *e = mem_zero(1, sizeof(*e));
	int err;

	e->config = *config;
	(void)gcm_prepare();
	list_init(&e->rooms);
	list_init(&e->stream_list);
	list_init(&e->pacing);
	rand_bytes(&e->seed, sizeof(e->seed));
	e->epoll = epoll_create1(EPOLL_CLOEXEC);
	err = e->epoll < 0 ? E_IO : pools(e);
	if (!err)
		err = dtls_server_new(&e->dtls);
	if (!err)
		err = watch_all(e);
	set_time(e);
	if (err)
		engine_close(e);
	else
		*out = e;

	return err;
}


void engine_close(struct engine *e)
{
	struct list *r;

	while ((r = e->rooms.next) != &e->rooms)
		engine_shut(e, LIST_ENTRY(r, struct room, link)->name);
	list_for_each (link, &e->stream_list)
		LIST_ENTRY(link, struct stream, link)->dead = true;
	tcp_reap(e);
	for (size_t i = 0; i < e->config.listeners; i++)
		(void)close(e->config.tcp[i]);
	pool_clear(&e->streams);
	pool_clear(&e->paced);
	dtls_server_free(e->dtls);
	pool_clear(&e->peers);
	pool_clear(&e->tracks);
	pool_clear(&e->slots);
	pool_clear(&e->rings);
	pool_clear(&e->twccs);
	pool_clear(&e->bwes);
	pool_clear(&e->rooms_pool);
	for (size_t i = 0; i < e->config.sockets; i++)
		(void)close(e->config.udp[i]);
	(void)close(e->epoll);
	free(e->tuple);
	free(e->in);
	free(e->arena);
	free(e->sdp);
	free(e->line);
	free(e);
}


int engine_watch(struct engine *e, int fd, unsigned which, bool writes)
{
	struct epoll_event ev = { .events = EPOLLIN | (writes ? EPOLLOUT : 0U),
				  .data.u32 = EVENT_OTHER + which };

	if (epoll_ctl(e->epoll, EPOLL_CTL_MOD, fd, &ev) == 0)
		return 0;

	return epoll_ctl(e->epoll, EPOLL_CTL_ADD, fd, &ev) ? E_IO : 0;
}


int engine_wait_ms(struct engine *e)
{
	int64_t left;

	if (!e->peers.used && list_empty(&e->stream_list))
		return -1;
	left = e->tick_us + TICK_US;
	if (!list_empty(&e->pacing) && e->pace_us + PACE_STEP_US < left)
		left = e->pace_us + PACE_STEP_US;
	left -= clock_us(CLOCK_MONOTONIC);

	return left <= 0 ? 0 : (int)((left + 999) / 1000);
}


/* RFC 7983: by the first byte. */
void engine_datagram(struct engine *e, const struct address *from, uint8_t *d, size_t len,
		     struct packet *k, int64_t at_us)
{
	struct peer *p;
	int path = 0;

	if (stun_is(d, len)) {
		peer_stun(e, from, d, len);
		return;
	}
	p = len ? peer_of(e, from, &path) : NULL;
	if (!p) {
		e->figures.strange++;
		return;
	}
	if (d[0] >= 20 && d[0] < 64)
		peer_dtls(p, d, len);
	else if (d[0] < 128 || d[0] > 191)
		e->figures.bad++;
	else if (rtp_is_rtcp(d, len))
		feedback_in(p, d, len);
	else
		ingest_rtp(p, d, len, k, at_us);
}


static int64_t arrived(const struct engine *e, struct msghdr *h)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
			struct timespec t;

			memcpy(&t, CMSG_DATA(c), sizeof(t));
			return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000 + e->wall_us;
		}

	return e->now_us;
}


/* One batch of a socket; how many datagrams it was. */
static int read_batch(struct engine *e, size_t socket)
{
	static struct mmsghdr h[BATCH];
	static struct iovec iov[BATCH];
	static struct address from[BATCH];
	static _Alignas(
		struct cmsghdr) char control[BATCH][CMSG_SPACE(sizeof(struct timespec))];
	static bool begun;
	int n;

	for (size_t i = 0; !begun && i < BATCH; i++) {
		iov[i].iov_len = DATAGRAM;
		h[i].msg_hdr = (struct msghdr){ .msg_name = &from[i].u,
						.msg_namelen = sizeof(from[i].u),
						.msg_iov = &iov[i],
						.msg_iovlen = 1,
						.msg_control = control[i],
						.msg_controllen = sizeof(control[i]) };
	}
	begun = true;
	/* Only what the last call has changed is set again: small batches are the rule. */
	for (int i = 0; i < e->taken; i++) {
		h[i].msg_hdr.msg_namelen = sizeof(from[i].u);
		h[i].msg_hdr.msg_controllen = sizeof(control[i]);
	}
	for (size_t i = 0; i < BATCH; i++)
		iov[i].iov_base = e->in + i * DATAGRAM;
	n = recvmmsg(e->config.udp[socket], h, BATCH, MSG_DONTWAIT, NULL);
	e->taken = n > 0 ? n : 0;
	for (int i = 0; i < n; i++) {
		from[i].len = (uint8_t)h[i].msg_hdr.msg_namelen;
		from[i].socket = (uint8_t)socket;
		if (h[i].msg_hdr.msg_flags & MSG_TRUNC)
			e->figures.bad++;
		else
			engine_datagram(e, &from[i], iov[i].iov_base, h[i].msg_len,
					&e->packet[i], arrived(e, &h[i].msg_hdr));
	}
	forward_pending(e);
	out_flush(e);

	return n;
}


/* Has the participant come back, as after a reload, so that a silent session is a ghost? */
static bool is_ghost(const struct peer *p)
{
	for (struct list *l = p->link.next; p->publishes && l != &p->room->peers; l = l->next) {
		const struct peer *later = LIST_ENTRY(l, struct peer, link);

		if (later->publishes && later->tx &&
		    strcmp(later->participant, p->participant) == 0)
			return true;
	}

	return false;
}


/* What falls due for a peer, which may be its end. */
static void tick_peer(struct engine *e, struct peer *p)
{
	int64_t heard = p->heard_us ? p->heard_us : p->joined_us;

	if (e->now_us - heard > SILENT_US || (e->now_us - heard > GHOST_US && is_ghost(p)) ||
	    (!p->tx && e->now_us - p->joined_us > SETUP_US)) {
		peer_close(p);
		return;
	}
	if (p->dtls && !p->tx && dtls_due_ms(p->dtls) == 0)
		dtls_tick(p->dtls);
	feedback_tick(p);
	if (p->views && e->now_us - p->layer_us >= LAYER_TICK_US) {
		p->layer_us = e->now_us;
		p->asked = 0;
		layer_tick(p);
	}
}


static void tick(struct engine *e)
{
	/* A room and a peer may vanish under our hands: the next is known before. */
	for (struct list *r = e->rooms.next, *next_room; r != &e->rooms; r = next_room) {
		struct room *room = LIST_ENTRY(r, struct room, link);

		next_room = r->next;
		for (struct list *l = room->peers.next, *next; l != &room->peers; l = next) {
			bool last;

			next = l->next;
			last = next == &room->peers;
			tick_peer(e, LIST_ENTRY(l, struct peer, link));
			if (last)
				break;
		}
	}
	tcp_reap(e);
	out_flush(e);
}


static void look(struct engine *e, uint32_t of)
{
	if (of >= EVENT_STREAM)
		tcp_ready(e, of - EVENT_STREAM);
	else if (of >= EVENT_LISTENER)
		tcp_accept(e, of - EVENT_LISTENER);
	else
		for (int round = 0; round < ROUNDS; round++)
			if (read_batch(e, of) < BATCH)
				break;
}


/* All that is ready within so long, and what falls due. */
static unsigned turn(struct engine *e, int wait_ms)
{
	struct epoll_event ev[EVENTS];
	int n = epoll_wait(e->epoll, ev, EVENTS, wait_ms);
	unsigned others = 0;

	set_time(e);
	for (int i = 0; i < n; i++)
		if (ev[i].data.u32 >= EVENT_OTHER && ev[i].data.u32 < EVENT_LISTENER)
			others |= 1U << (ev[i].data.u32 - EVENT_OTHER);
		else
			look(e, ev[i].data.u32);
	if (e->now_us - e->tick_us >= TICK_US) {
		e->tick_us = e->now_us;
		tick(e);
	}
	if (!list_empty(&e->pacing) && e->now_us - e->pace_us >= PACE_STEP_US)
		pace_run(e);

	return others;
}


unsigned engine_turn(struct engine *e)
{
	return turn(e, engine_wait_ms(e));
}


void engine_run(struct engine *e)
{
	(void)turn(e, 0);
}


void engine_figures(struct engine_figures *out, const struct engine *e)
{
	*out = e->figures;
	out->peers = e->peers.used;
	out->slots = e->slots.used;
	out->tracks = e->tracks.used;
	out->rooms = e->rooms_pool.used;
}
