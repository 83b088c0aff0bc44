/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* join.c: offers in, answers out; sessions; rights. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/rand.h"
#include "base/text.h"
#include "media/core.h"

enum {
	SESSIONS_MAX = 256, /* of a participant in a room */
};


static void letters(char *out, size_t len)
{
	static const char al[] =
		"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789/+abcdef";
	uint8_t r[64];

	rand_bytes(r, len);
	for (size_t i = 0; i < len; i++)
		out[i] = al[r[i] & 63];
	out[len] = '\0';
}


/* The first four letters of our fragment say which peer it is: peer.c named(). */
static void credentials(struct engine *e, struct peer *p)
{
	uint32_t index = pool_index(&e->peers, p);

	letters(p->ufrag, UFRAG);
	for (int i = 3; i >= 0; i--) {
		p->ufrag[i] = (char)('a' + index % 26);
		index /= 26;
	}
	letters(p->pwd, PWD);
}


static bool is_opus(const struct sdp_media *m, uint8_t pt)
{
	const struct sdp_codec *c = sdp_codec_pt(m, pt);

	return c && c->codec == CODEC_OPUS;
}


/* RFC 8285 4.2: in one byte there are the numbers 1 to 14. */
static bool is_wide(const struct sdp_media *m)
{
	static const enum sdp_ext said[] = { EXT_LEVEL, EXT_TWCC, EXT_DD, EXT_ORIENTATION };

	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		if (m->ext[said[i]] > 14)
			return true;

	return false;
}


static void facts_of(struct facts *f, const struct sdp_media *m, bool mixed)
{
	memset(f, 0, sizeof(*f));
	memcpy(f->ext, m->ext, sizeof(f->ext));
	f->mixed = mixed;
	f->wide = is_wide(m);
	(void)text_copy(f->mid, sizeof(f->mid), m->mid);
	for (size_t i = 0; i < m->codecs && f->rows < ROWS; i++) {
		const struct sdp_codec *c = &m->codec[i];

		if (c->codec == CODEC_RTX || c->unusable)
			continue;
		if (c->codec == CODEC_RED && !is_opus(m, c->apt))
			continue;
		f->row[f->rows++] = (struct row){ .pt = c->pt,
						  .codec = c->codec,
						  .rtx = sdp_rtx_of(m, c->pt),
						  .variant = c->variant,
						  .nack = c->nack };
	}
}


static bool repeats(const struct facts *f)
{
	for (size_t i = 0; i < f->rows; i++)
		if (f->row[i].rtx)
			return true;

	return false;
}


/* An SSRC that the offer names needs not be learnt from a packet. */
static void known_source(struct peer *p, struct track *t, uint32_t ssrc, bool rtx)
{
	if (!ssrc || p->sources == SOURCES)
		return;
	p->source[p->sources++] = (struct source){ .ssrc = ssrc, .rtx = rtx, .track = t };
	if (rtx)
		t->layer[0].rtx = ssrc;
	else
		t->layer[0].ssrc = ssrc;
}


static int add_track(struct peer *p, const struct sdp_media *m, const struct facts *f)
{
	struct engine *e = p->e;
	struct track *t;

	if (p->tracks == ARRAY_LEN(p->track))
		return E_RANGE;
	t = pool_take(&e->tracks);
	if (!t)
		return E_FULL;
	t->owner = p;
	t->kind = m->kind;
	t->facts = *f;
	t->simulcast = m->simulcast && m->rids > 0;
	t->layers = t->simulcast ? m->rids : 1;
	list_init(&t->slots);
	list_add_tail(&p->room->tracks, &t->link);
	p->track[p->tracks++] = t;
	for (size_t i = 0; i < t->layers; i++) {
		(void)text_copy(t->layer[i].rid, SDP_RID_SIZE, m->rid[i]);
		if (t->kind == SDP_VIDEO) {
			t->layer[i].ring = pool_take(&e->rings);
			if (!t->layer[i].ring)
				return E_FULL;
		}
	}
	if (!t->simulcast) {
		known_source(p, t, m->ssrc, false);
		known_source(p, t, m->rtx, true);
	}

	return 0;
}


static int add_slot(struct peer *p, const struct sdp_media *m, const struct facts *f,
		    struct sdp_line *line, struct slot ***tail)
{
	struct slot *s = pool_take(&p->e->slots);
	unsigned pair = 0;
	uint32_t r[2];

	if (!s)
		return E_FULL;
	rand_bytes(r, sizeof(r));
	list_init(&s->link);
	s->viewer = p;
	s->kind = m->kind;
	s->facts = *f;
	s->layer = -1;
	s->target = -1;
	s->wanted = -1;
	s->tile = TILE_ANY;
	s->pt_in = 0xff;
	/* Each its own: two with one number would share their nonces. */
	s->ssrc = p->own_ssrc + 2 * p->slots_count + 1U;
	s->rtx = m->kind == SDP_VIDEO && repeats(f) ? s->ssrc + 1 : 0;
	/* Below 2^15, so that an early loss cannot be taken for a roll-over. */
	s->next = r[0] & 0x7fff;
	s->rtx_next = r[1] & 0x7fff;
	s->picture_last = (uint16_t)(r[0] >> 16);
	for (const struct slot *o = p->slots; o; o = o->next_of_peer)
		pair += o->kind == s->kind;
	**tail = s;
	*tail = &s->next_of_peer;
	p->slots_count++;
	line->ssrc = s->ssrc;
	line->rtx = s->rtx;
	(void)snprintf(line->stream, sizeof(line->stream), "place%u", pair);

	return 0;
}


/* Each m-line of the offer becomes a track, a slot, or nothing. */
static int take_lines(struct peer *p, const struct sdp *offer)
{
	struct slot **tail = &p->slots;
	bool any = false;

	for (size_t i = 0; i < offer->media_count; i++) {
		const struct sdp_media *m = &offer->media[i];
		struct sdp_line *line = &p->e->line[i];
		struct facts f;
		int err = 0;

		memset(line, 0, sizeof(*line));
		if (!sdp_usable(m))
			continue;
		facts_of(&f, m, offer->mixed);
		if (p->publishes && m->direction & SDP_SEND) {
			err = add_track(p, m, &f);
			line->direction = SDP_RECV;
		} else if (p->views && m->direction & SDP_RECV) {
			err = add_slot(p, m, &f, line, &tail);
			line->direction = SDP_SEND;
		}
		if (err == E_RANGE) /* more tracks than one may have: refused */
			memset(line, 0, sizeof(*line));
		else if (err)
			return err;
		any |= line->direction != 0;
	}

	return any ? 0 : E_RANGE;
}


static bool publishes_here(const struct room *r, const char *participant)
{
	list_for_each (link, &r->tracks) {
		const struct track *t = LIST_ENTRY(link, struct track, link);

		if (text_eq(t->owner->participant, participant))
			return true;
	}

	return false;
}


static int seat(struct peer *p, const struct engine_join *j, struct fault *f)
{
	struct engine *e = p->e;
	int err = take_lines(p, e->sdp);

	if (err == E_RANGE)
		return fault_set(
			f, E_RANGE,
			"Nothing in the offer can be accepted: %s m-lines of Opus, VP8, "
			"VP9, AV1 or H.264, bundled, with rtcp-mux.",
			j->publishes ? "sending" : "receiving");
	if (!err && j->publishes) {
		p->twcc = pool_take(&e->twccs);
		err = p->twcc ? 0 : E_FULL;
	}
	if (!err && j->views) {
		p->bwe = pool_take(&e->bwes);
		err = p->bwe ? 0 : E_FULL;
		if (!err)
			bwe_init(p->bwe, e->now_us);
	}

	return err ? fault_set(f, err, "The media server is full; nobody inside loses by it.")
		   : 0;
}


static void write_answer(struct buf *out, struct engine *e, const struct peer *p)
{
	struct sdp_answer a = { .ufrag = p->ufrag,
				.pwd = p->pwd,
				.fingerprint = dtls_server_fingerprint(e->dtls),
				.session = (uint64_t)e->now_us,
				.candidate = e->config.candidate,
				.candidates = e->config.sockets + e->config.listeners,
				.line = e->line };

	sdp_answer(out, e->sdp, &a);
}


static bool set_names(struct peer *p, const struct engine_join *j)
{
	return text_copy(p->participant, sizeof(p->participant), j->participant) &&
	       text_copy(p->only, sizeof(p->only), j->only ? j->only : "") &&
	       strlen(j->room) <= ENGINE_NAME_MAX;
}


/* Nobody takes the places of all others: a page needs one for each picture at most. */
static bool has_enough(const struct room *r, const char *participant)
{
	int n = 0;

	list_for_each (link, &r->peers)
		n += text_eq(LIST_ENTRY(link, struct peer, link)->participant, participant);

	return n >= SESSIONS_MAX;
}


static void set_now(struct engine *e)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	e->now_us = (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}


int engine_join(char session[ENGINE_SESSION_SIZE], char etag[ENGINE_ETAG_SIZE],
		struct buf *answer, struct engine *e, const struct engine_join *j,
		struct fault *f)
{
	struct room *r;
	struct peer *p;
	uint8_t id[16];
	int err = sdp_parse(e->sdp, j->offer, j->offer_len, f);

	if (err)
		return err;
	set_now(e);
	r = e->peers.used < e->peers.count ? room_find(e, j->room, !j->only)
					   : room_find(e, j->room, false);
	if (j->only && (!r || !publishes_here(r, j->only)))
		return fault_set(f, E_ABSENT, "That participant publishes nothing here.");
	if (r && has_enough(r, j->participant))
		return fault_set(f, E_FULL, "That participant has %d sessions in this room.",
				 SESSIONS_MAX);
	p = r ? pool_take(&e->peers) : NULL;
	if (!p)
		return fault_set(f, E_FULL, "The media server is full.");
	p->e = e;
	p->room = r;
	p->rights = j->rights;
	p->publishes = j->publishes;
	p->views = j->views;
	p->current = -1;
	pace_init(p);
	p->joined_us = e->now_us;
	p->report_us = e->now_us;
	memcpy(p->fingerprint, e->sdp->fingerprint, DTLS_FINGERPRINT);
	rand_bytes(&p->own_ssrc, sizeof(p->own_ssrc));
	p->own_ssrc &= INT32_MAX; /* those of its slots follow, and none is 0 */
	rand_bytes(id, sizeof(id));
	text_hex(p->session, id, sizeof(id));
	credentials(e, p);
	list_add_tail(&r->peers, &p->link);
	err = set_names(p, j)
		      ? seat(p, j, f)
		      : fault_set(f, E_RANGE, "A name has at most %d bytes.", ENGINE_NAME_MAX);
	if (err) {
		peer_close(p);
		return err;
	}
	(void)text_copy(session, ENGINE_SESSION_SIZE, p->session);
	(void)text_copy(etag, ENGINE_ETAG_SIZE, p->ufrag);
	write_answer(answer, e, p);
	if (p->views)
		room_fill(p);

	return 0;
}


static struct peer *session_find(struct engine *e, const char *room, const char *session)
{
	struct room *r = room_find(e, room, false);

	if (r)
		list_for_each (link, &r->peers) {
			struct peer *p = LIST_ENTRY(link, struct peer, link);

			if (text_eq(p->session, session))
				return p;
		}

	return NULL;
}


int engine_leave(struct engine *e, const char *room, const char *session)
{
	struct peer *p = session_find(e, room, session);

	if (!p)
		return E_ABSENT;
	set_now(e);
	peer_close(p);

	return 0;
}


static bool set_tile(struct peer *p, const struct engine_tile *t)
{
	bool any = !t->mid;

	for (struct slot *s = p->slots; s; s = s->next_of_peer)
		if (s->kind == SDP_VIDEO && (!t->mid || text_eq(t->mid, s->facts.mid))) {
			s->tile = t->rows;
			any = true;
		}

	return any;
}


int engine_tiles(struct engine *e, const char *room, const char *session,
		 const struct engine_tile *tile, size_t tiles)
{
	struct peer *p = session_find(e, room, session);
	bool all = true;

	if (!p)
		return E_ABSENT;
	set_now(e);
	for (size_t i = 0; i < tiles; i++)
		all &= set_tile(p, &tile[i]);
	/* At once: who turns a page does not want to wait. */
	layer_tick(p);
	out_flush(e);

	return all ? 0 : E_ABSENT;
}


/* A slot begins anew: pictures at a key frame. */
static void show_anew(struct engine *e, struct slot *s)
{
	s->layer = -1;
	if (s->source && s->wanted >= 0)
		track_ask_key(e, s->source, step_layer(s->wanted));
}


/* What was sent without the right is no gap to those who see and hear it now. */
static void heard_again(struct engine *e, struct peer *p, unsigned gained)
{
	for (size_t i = 0; i < p->tracks; i++) {
		struct track *t = p->track[i];

		if (gained & track_right(t))
			list_for_each (link, &t->slots)
				show_anew(e, LIST_ENTRY(link, struct slot, link));
	}
}


void engine_rights(struct engine *e, const char *room, const char *participant, unsigned rights)
{
	struct room *r = room_find(e, room, false);

	if (!r)
		return;
	set_now(e);
	list_for_each (link, &r->peers) {
		struct peer *p = LIST_ENTRY(link, struct peer, link);
		unsigned gained = rights & ~p->rights;

		if (!text_eq(p->participant, participant))
			continue;
		p->rights = rights;
		heard_again(e, p, gained);
		for (struct slot *s = p->slots; s && gained & ENGINE_RECEIVE;
		     s = s->next_of_peer)
			show_anew(e, s);
	}
	out_flush(e);
}


void engine_quiet(struct engine *e, const char *prefix)
{
	list_for_each (at, &e->rooms) {
		struct room *r = LIST_ENTRY(at, struct room, link);

		if (text_starts(r->name, prefix))
			list_for_each (link, &r->peers)
				LIST_ENTRY(link, struct peer, link)->rights = 0;
	}
}


void engine_shut(struct engine *e, const char *room)
{
	struct room *r = room_find(e, room, false);
	bool more = r && !list_empty(&r->peers);

	set_now(e);
	/* With the last of them the room goes. */
	while (more) {
		more = r->peers.next != r->peers.prev;
		peer_close(LIST_ENTRY(r->peers.next, struct peer, link));
	}
}


/* Is there such a line in the fragment? */
static bool fragment_has(const char *fragment, const char *key)
{
	const char *at = strstr(fragment, key);

	return at && (at == fragment || at[-1] == '\n');
}


int engine_patch(char etag[ENGINE_ETAG_SIZE], struct buf *answer, struct engine *e,
		 const char *room, const char *session, const char *match, const char *fragment,
		 struct fault *f)
{
	struct peer *p = session_find(e, room, session);

	if (!p)
		return fault_set(f, E_ABSENT, "There is no such session.");
	if (!fragment_has(fragment, "a=ice-ufrag:") || !fragment_has(fragment, "a=ice-pwd:"))
		return fault_set(f, E_SYNTAX,
				 "A fragment names a=ice-ufrag and a=ice-pwd (RFC 8840).");
	if (!text_eq(match, "*")) {
		(void)text_copy(etag, ENGINE_ETAG_SIZE, p->ufrag);
		return text_eq(match, p->ufrag)
			       ? 0
			       : fault_set(f, E_CHANGED,
					   "If-Match names another state of the session.");
	}
	memcpy(p->old_ufrag, p->ufrag, sizeof(p->ufrag));
	memcpy(p->old_pwd, p->pwd, sizeof(p->pwd));
	credentials(e, p);
	p->nominated = false;
	(void)text_copy(etag, ENGINE_ETAG_SIZE, p->ufrag);
	buf_printf(answer, "a=ice-lite\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\n", p->ufrag,
		   p->pwd);
	sdp_candidates(answer, e->config.candidate, e->config.sockets + e->config.listeners);

	return 0;
}
