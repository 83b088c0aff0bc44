/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * peer.c: peers from outside: which one a datagram is from, connectivity checks, the handshake.
 *
 * ICE-lite (RFC 8445 2.5): we answer every check for ever, and send where the browser has
 * nominated last.  DTLS is heard only from addresses from which a valid check came
 * (CVE-2023-51275 and its like).
 */
#include <openssl/crypto.h>
#include <string.h>

#include "base/text.h"
#include "media/core.h"
#include "media/stun.h"

enum {
	STALE_US = 4000000, /* a path without checks may be left */
	HALF_OPEN_MAX = 512,
};


static bool equal(const struct address *a, const struct address *b)
{
	if (a->socket != b->socket || a->len != b->len || a->stream != b->stream)
		return false;
	if (a->u.a.sa_family == AF_INET6)
		return a->u.v6.sin6_port == b->u.v6.sin6_port &&
		       memcmp(&a->u.v6.sin6_addr, &b->u.v6.sin6_addr, 16) == 0;

	return a->u.v4.sin_port == b->u.v4.sin_port &&
	       a->u.v4.sin_addr.s_addr == b->u.v4.sin_addr.s_addr;
}


/* Where to begin looking; the key itself is compared in full. */
static size_t hash(const struct engine *e, const struct address *a)
{
	uint64_t h = e->seed ^ a->socket ^ (uint64_t)a->stream << 8, w[2];

	if (a->u.a.sa_family == AF_INET6) {
		memcpy(w, &a->u.v6.sin6_addr, 16);
		h = (h ^ w[0]) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
		h = (h ^ w[1]) * UINT64_C(0xbf58476d1ce4e5b9);
		h ^= h >> 32 ^ a->u.v6.sin6_port;
	} else {
		h ^= (uint64_t)a->u.v4.sin_addr.s_addr << 16 ^ a->u.v4.sin_port;
	}
	h *= UINT64_C(0x94d049bb133111eb);

	return (size_t)(h ^ h >> 31) & (e->tuples - 1);
}


static struct tuple *tuple_find(struct engine *e, const struct address *a)
{
	size_t at = hash(e, a);

	for (;; at = (at + 1) & (e->tuples - 1)) {
		struct tuple *t = &e->tuple[at];

		if (!t->peer || equal(&t->peer->path[t->path].address, a))
			return t;
	}
}


/* Open addressing without tombstones: those behind close the gap. */
static void tuple_remove(struct engine *e, struct tuple *t)
{
	size_t gap = (size_t)(t - e->tuple), at = gap;

	for (;;) {
		size_t home;

		at = (at + 1) & (e->tuples - 1);
		if (!e->tuple[at].peer)
			break;
		home = hash(e, &e->tuple[at].peer->path[e->tuple[at].path].address);
		if (((at - home) & (e->tuples - 1)) < ((at - gap) & (e->tuples - 1)))
			continue;
		e->tuple[gap] = e->tuple[at];
		gap = at;
	}
	e->tuple[gap].peer = NULL;
}


struct peer *peer_of(struct engine *e, const struct address *from, int *path)
{
	struct tuple *t = tuple_find(e, from);

	if (t->peer)
		*path = t->path;

	return t->peer;
}


void peer_forget_paths(struct peer *p)
{
	for (int i = 0; i < PATHS; i++)
		if (p->path[i].used) {
			tuple_remove(p->e, tuple_find(p->e, &p->path[i].address));
			tcp_drop(p->e, &p->path[i].address);
			p->path[i].used = false;
		}
	p->current = -1;
}


void peer_lose(struct engine *e, const struct address *from)
{
	struct tuple *t = tuple_find(e, from);
	struct peer *p = t->peer;
	int best = -1;

	if (!p)
		return;
	out_flush(e);
	p->path[t->path].used = false;
	tuple_remove(e, t);
	if (p->current >= 0 && p->path[p->current].used)
		return;
	/* Where it was heard last beside. */
	for (int i = 0; i < PATHS; i++)
		if (p->path[i].used && (best < 0 || p->path[i].seen_us > p->path[best].seen_us))
			best = i;
	p->current = (int8_t)best;
}


/* The path of that address, made if need be in the place of the one longest silent. */
static int path_make(struct peer *p, const struct address *from)
{
	struct tuple *t = tuple_find(p->e, from);
	int oldest = -1;

	if (t->peer == p)
		return t->path;
	if (t->peer) { /* the address was another's before: its check is older */
		struct peer *other = t->peer;

		other->path[t->path].used = false;
		if (other->current == (int)t->path)
			other->current = -1;
		tuple_remove(p->e, t);
	}
	for (int i = 0; i < PATHS; i++) {
		if (!p->path[i].used) {
			oldest = i;
			break;
		}
		if (i != p->current &&
		    (oldest < 0 || p->path[i].seen_us < p->path[oldest].seen_us))
			oldest = i;
	}
	/* Datagrams that wait are sent by the address that is written over now. */
	out_flush(p->e);
	if (p->path[oldest].used) {
		tuple_remove(p->e, tuple_find(p->e, &p->path[oldest].address));
		tcp_drop(p->e, &p->path[oldest].address);
	}
	p->path[oldest] = (struct path){ .address = *from, .used = true };
	t = tuple_find(p->e, from);
	t->peer = p;
	t->path = (uint8_t)oldest;

	return oldest;
}


static void dtls_out(void *arg, const uint8_t *d, size_t len)
{
	struct peer *p = arg;
	uint8_t *out;

	if (p->current < 0 || len > DATAGRAM)
		return;
	out = out_room(p->e);
	memcpy(out, d, len);
	out_commit(p->e, p, out, len);
}


/* The peer whose credentials the check was made with: "ours:theirs". */
static struct peer *named(struct engine *e, const struct stun *s, const char **password)
{
	const char *colon = s->username ? memchr(s->username, ':', s->username_len) : NULL;
	int64_t index = 0;
	char digits[9];
	struct peer *p;

	if (!colon || colon - (const char *)s->username != UFRAG)
		return NULL;
	memcpy(digits, s->username, 4);
	digits[4] = '\0';
	for (size_t i = 0; i < 4; i++) {
		int c = digits[i] - 'a';

		if (c < 0 || c > 25)
			return NULL;
		index = index * 26 + c;
	}
	p = pool_at(&e->peers, (uint32_t)index);
	if (!p || !p->room)
		return NULL;
	if (CRYPTO_memcmp(p->ufrag, s->username, UFRAG) == 0)
		*password = p->pwd;
	else if (p->old_ufrag[0] && CRYPTO_memcmp(p->old_ufrag, s->username, UFRAG) == 0)
		*password = p->old_pwd;
	else
		return NULL;

	return p;
}


/* Does this check move the peer to its path? */
static bool moves(const struct peer *p, int path, const struct stun *s, bool fresh)
{
	const struct path *now = p->current < 0 ? NULL : &p->path[p->current];

	if (!now || path == p->current)
		return true;
	if (!s->use_candidate)
		return !p->nominated;

	return !p->nominated || fresh || p->path[path].priority >= now->priority ||
	       p->e->now_us - now->seen_us > STALE_US;
}


static void checked(struct peer *p, const struct address *from, const struct stun *s)
{
	struct engine *e = p->e;
	int before = -1;
	bool known = peer_of(e, from, &before) == p;
	int path = path_make(p, from);
	bool fresh = !known && p->tx != NULL && !from->stream;

	tcp_known(e, from);
	p->path[path].priority = s->priority;
	if (moves(p, path, s, fresh))
		p->current = (int8_t)path;
	p->path[path].seen_us = e->now_us;
	p->heard_us = e->now_us;
	p->nominated |= s->use_candidate;
}


void peer_stun(struct engine *e, const struct address *from, const uint8_t *d, size_t len)
{
	struct address to = *from;
	uint8_t *out = out_room(e);
	const char *password = NULL;
	struct stun s;
	struct peer *p;
	size_t n;

	if (stun_parse(&s, d, len) || s.type != STUN_BINDING) {
		e->figures.bad++;
		return;
	}
	p = named(e, &s, &password);
	/* No answer without proof: a reply to anybody would reflect. */
	if (!p || !stun_verify(&s, d, password)) {
		e->figures.bad++;
		return;
	}
	if (s.unknown) {
		n = stun_refuse(out, &s, 420, password);
	} else {
		if (password == p->pwd)
			p->old_ufrag[0] = '\0';
		checked(p, from, &s);
		out = out_room(e);
		n = stun_reply(out, &s, &from->u.a, password);
	}
	out_commit_to(e, &to, out, n);
	out_flush(e);
}


static void connected(struct peer *p)
{
	struct engine *e = p->e;

	if (dtls_keys(&p->rx, &p->tx, p->dtls)) {
		peer_close(p);
		return;
	}
	e->dtls_open--;
	for (size_t i = 0; i < p->tracks; i++)
		room_offer_track(p->track[i]);
	for (struct slot *s = p->slots; s; s = s->next_of_peer)
		if (s->source && s->wanted >= 0)
			track_ask_key(e, s->source, step_layer(s->wanted));
	if (e->config.tell)
		e->config.tell(e->config.arg, p->room->name, p->participant,
			       p->publishes ? "publishes" : "views");
}


void peer_dtls(struct peer *p, const uint8_t *d, size_t len)
{
	struct engine *e = p->e;
	int state;

	if (!p->dtls) {
		if (e->dtls_open >= HALF_OPEN_MAX)
			return;
		if (dtls_new(&p->dtls, e->dtls, p->fingerprint, dtls_out, p))
			return;
		e->dtls_open++;
		p->dtls_us = e->now_us;
	}
	state = dtls_input(p->dtls, d, len);
	if (state == DTLS_CONNECTED)
		connected(p);
	else if (state == DTLS_CLOSED || (state < 0 && p->tx))
		peer_close(p);
	else if (state < 0) {
		/* A handshake that fails may be tried anew, until the peer is given up. */
		dtls_free(p->dtls);
		p->dtls = NULL;
		e->dtls_open--;
	}
}


void peer_close(struct peer *p)
{
	struct engine *e = p->e;

	/* Packets of this batch may wait on its tracks. */
	forward_pending(e);
	if (p->dtls && !p->tx)
		e->dtls_open--;
	if (e->config.tell && p->tx)
		e->config.tell(e->config.arg, p->room->name, p->participant, "left");
	room_leave(p);
	pace_forget(p);
	dtls_free(p->dtls);
	out_flush(e);
	srtp_free(p->rx);
	srtp_free(p->tx);
	peer_forget_paths(p);
	pool_give(&e->twccs, p->twcc);
	pool_give(&e->bwes, p->bwe);
	OPENSSL_cleanse(p->pwd, sizeof(p->pwd));
	pool_give(&e->peers, p);
}
