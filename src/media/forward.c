/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * forward.c: a track's packets to those who see or hear it: renumbered, with the extensions
 * each has asked for, encrypted once for each.
 */
#include <string.h>

#include "media/core.h"
#include "media/wire.h"

/* Redundant sound for who takes it; for others the primary block of each packet alone. */
static bool map_redundant(struct slot *s, const struct row *row)
{
	const struct row *red = NULL, *opus = NULL;

	for (size_t i = 0; i < s->facts.rows; i++) {
		const struct row *r = &s->facts.row[i];

		if (r->codec == CODEC_RED && !red)
			red = r;
		if (r->codec == CODEC_OPUS && !opus)
			opus = r;
	}
	if (!opus)
		return false;
	s->pt_in = row->pt;
	s->pt_out = red ? red->pt : opus->pt;
	s->pt_rtx = 0;
	s->pt_red = opus->pt;
	s->strip = !red;

	return true;
}


/* The same codec in the viewer's numbering; false when it cannot have it. */
static bool map_codec(struct slot *s, const struct row *row)
{
	s->pt_red = 0;
	s->strip = false;
	if (row->codec == CODEC_RED)
		return map_redundant(s, row);
	for (size_t i = 0; i < s->facts.rows; i++) {
		const struct row *r = &s->facts.row[i];

		if (r->codec != row->codec || r->variant != row->variant)
			continue;
		s->pt_in = row->pt;
		s->pt_out = r->pt;
		s->pt_rtx = r->rtx;
		return true;
	}

	return false;
}


static uint16_t dd_number(const struct packet *k)
{
	return k->dd ? get16(k->dd + 1) : 0;
}


/* A run begins with this packet: its numbers follow those sent before without a gap. */
static void run_begin(struct slot *s, const struct packet *k)
{
	uint32_t clock = s->kind == SDP_AUDIO ? 48000 : 90000;
	int64_t passed = s->begun ? k->at_us - s->sent_us : 0;
	uint8_t tl0 = k->frame.tl0_at ? k->payload[k->frame.tl0_at] : 0;

	if (passed < 0 || passed > INT64_C(3600000000))
		passed = 0;
	s->layer = (int8_t)k->layer;
	s->from = k->index;
	s->from_ts = k->h.ts;
	s->delta = s->next - k->index;
	target_begin(s, k);
	if (!s->begun)
		s->ts_last = k->h.ts;
	else
		s->ts_last += (uint32_t)(passed * clock / 1000000) + 1;
	s->ts_delta = s->ts_last - k->h.ts;
	s->picture_delta =
		(uint16_t)(s->picture_last + 1 - frame_picture(&k->frame, k->payload));
	s->tl0_delta = (uint8_t)(s->tl0_last + 1 - tl0);
	s->dd_delta = (uint16_t)(s->dd_last + 1 - dd_number(k));
	s->begun = true;
}


static bool goes_on(struct engine *e, struct slot *s, const struct packet *k)
{
	if (k->index < s->from)
		return false;
	if (target_has(e, s, k))
		return true;
	target_skip(s, k);

	return false;
}


/* Does the packet go to this slot?  Encodings change at key frames only. */
static bool goes(struct engine *e, struct slot *s, const struct packet *k)
{
	const int layer = k->layer;

	if (s->pt_in != k->row->pt && !map_codec(s, k->row))
		return false;
	if (s->kind == SDP_AUDIO) {
		if (s->layer < 0)
			run_begin(s, k);
		return k->index >= s->from;
	}
	if (layer == s->layer)
		return goes_on(e, s, k);
	if (layer != step_layer(s->wanted))
		return false;
	if (!k->frame.key) {
		if (k->frame.start)
			track_ask_key(e, s->source, k->layer);
		return false;
	}
	run_begin(s, k);

	return goes_on(e, s, k);
}


static size_t element(uint8_t *out, size_t at, bool two, uint8_t id, const uint8_t *v,
		      size_t len)
{
	if (two) {
		out[at++] = id;
		out[at++] = (uint8_t)len;
	} else {
		out[at++] = (uint8_t)(id << 4 | (len - 1));
	}
	memcpy(out + at, v, len);

	return at + len;
}


/* The header's extension for this viewer; returns the length of the whole header. */
static size_t extension(uint8_t *out, struct slot *s, const struct packet *k, size_t *twcc)
{
	const uint8_t *id = s->facts.ext;
	bool dd = k->dd && id[EXT_DD], level = id[EXT_LEVEL] && k->level != 0xff;
	bool two = s->facts.wide || (dd && k->dd_len > 16 && s->facts.mixed);
	size_t at = RTP_HEADER + 4;

	*twcc = 0;
	if (dd && k->dd_len > 16 && !two)
		dd = false;
	if (level)
		at = element(out, at, two, id[EXT_LEVEL], &k->level, 1);
	if (id[EXT_TWCC]) {
		static const uint8_t none[2];

		at = element(out, at, two, id[EXT_TWCC], none, 2);
		*twcc = at - 2;
	}
	if (k->orientation && id[EXT_ORIENTATION])
		at = element(out, at, two, id[EXT_ORIENTATION], k->orientation, 1);
	if (dd) {
		at = element(out, at, two, id[EXT_DD], k->dd, k->dd_len);
		s->dd_last = (uint16_t)(dd_number(k) + s->dd_delta);
		put16(out + at - k->dd_len + 1, s->dd_last);
	}
	if (at == RTP_HEADER + 4)
		return RTP_HEADER;
	while (at % 4)
		out[at++] = 0;
	put16(out + RTP_HEADER, two ? RTP_EXT_TWO : RTP_EXT_ONE);
	put16(out + RTP_HEADER + 2, (uint32_t)(at - RTP_HEADER - 4) / 4);
	out[0] |= 0x10;

	return at;
}


static size_t renumber(uint8_t *to, struct slot *s, const struct packet *k, size_t extra,
		       uint32_t pictures)
{
	uint16_t picture =
		(uint16_t)(frame_picture(&k->frame, k->payload) + s->picture_delta - pictures);
	uint8_t tl0 =
		k->frame.tl0_at ? (uint8_t)(k->payload[k->frame.tl0_at] + s->tl0_delta) : 0;

	memcpy(to + extra, k->payload, k->payload_len);
	frame_renumber(&k->frame, to + extra, picture, tl0);
	s->picture_last = picture;
	s->tl0_last = tl0;

	return k->payload_len + extra;
}


/* The marker of an index, kept for whoever asks for it again. */
static void mark(struct slot *s, uint64_t index, bool marker)
{
	uint64_t *word = &s->marked[index / 64 % ARRAY_LEN(s->marked)];

	*word = (*word & ~(UINT64_C(1) << index % 64)) | (uint64_t)marker << index % 64;
}


static bool was_marked(const struct slot *s, uint64_t index)
{
	return s->marked[index / 64 % ARRAY_LEN(s->marked)] >> index % 64 & 1;
}


/* Of redundant sound: what a viewer gets. */
struct part {
	size_t from;  /* where in the payload it begins */
	uint8_t type; /* that its blocks must have; 0: as they are */
	bool alone;   /* of the blocks the last, whose type is written before it */
};


/* RFC 2198, judged here alone.  False: nothing of the packet is for them. */
static bool judge_redundant(struct part *part, const struct slot *s, const struct packet *k)
{
	*part = (struct part){ 0 };
	if (s->pt_red && s->strip) {
		part->from = k->primary;
		return k->primary;
	}
	if (!s->pt_red || !k->primary)
		return true;
	/* What is older than the run was sent without the right, or to others. */
	if (red_reach(k->payload) > k->h.ts - s->from_ts)
		*part = (struct part){ .from = k->primary - 1,
				       .type = s->pt_red,
				       .alone = true };
	else if (s->pt_red != (k->payload[0] & 0x7f))
		part->type = s->pt_red;

	return true;
}


/* The end of the picture for who gets no more layers of it. */
static bool is_last(const struct slot *s, const struct packet *k)
{
	return s->target >= 0 && k->d.known && k->d.end &&
	       k->d.spatial == s->source->layer[k->layer].structure.target_spatial[s->target];
}


static enum pace_sort sort_of(struct slot *s, const struct packet *k)
{
	if (s->kind == SDP_AUDIO)
		return PACE_SOUND;
	if (k->frame.key)
		s->key_ts = k->h.ts;

	return k->h.ts == s->key_ts ? PACE_KEY : PACE_FRAME;
}


/* The payload in the viewer's numbering; where it lies, which may be where it came. */
static const uint8_t *body(uint8_t *to, struct slot *s, const struct packet *k,
			   const struct part *part, uint32_t pictures)
{
	if (k->frame.picture_at) {
		(void)renumber(to, s, k, 0, pictures);
		return to;
	}
	if (!part->type)
		return k->payload + part->from;
	memcpy(to, k->payload + part->from, k->payload_len - part->from);
	if (part->alone)
		to[0] = part->type;
	else
		red_retype(to, part->type);

	return to;
}


static void send_one(struct slot *s, const struct packet *k)
{
	const bool marker = k->h.marker || is_last(s, k);
	const enum pace_sort sort = sort_of(s, k);
	struct paced *held;
	struct ready r;
	struct part part;
	uint32_t pictures;
	uint8_t *out;

	if (!target_index(&r.index, &pictures, s, k->index) || !judge_redundant(&part, s, k))
		return;
	out = pace_room(&held, s->viewer, sort);
	out[0] = 0x80;
	out[1] = (uint8_t)(marker << 7 | s->pt_out);
	put16(out + 2, (uint32_t)r.index & 0xffff);
	put32(out + 4, k->h.ts + s->ts_delta);
	put32(out + 8, s->ssrc);
	r.header = extension(out, s, k, &r.twcc);
	r.payload = body(out + r.header, s, k, &part, pictures);
	r.len = k->payload_len - part.from;
	pace_send(held, s->viewer, sort, out, &r);
	mark(s, r.index, marker);
	if (r.index >= s->next)
		s->next = r.index + 1;
	s->ts_last = k->h.ts + s->ts_delta;
	if (k->index > s->highest)
		s->highest = k->index;
	s->sent_us = k->at_us;
	s->packets++;
	s->bytes += (uint32_t)r.len;
}


static void fan_out(struct engine *e, struct track *t)
{
	list_for_each (link, &t->slots) {
		struct slot *s = LIST_ENTRY(link, struct slot, link);
		struct peer *v = s->viewer;

		if (!v->tx || v->current < 0 || !(v->rights & ENGINE_RECEIVE) || s->wanted < 0)
			continue;
		for (const struct packet *k = t->first; k; k = k->next)
			if (goes(e, s, k))
				send_one(s, k);
	}
}


void forward_pending(struct engine *e)
{
	while (e->pending) {
		struct track *t = e->pending;

		e->pending = t->next_pending;
		fan_out(e, t);
		t->first = t->last = NULL;
	}
}


/* The packet as it was queued once, from what the ring kept. */
static bool recall(struct packet *k, const struct slot *s, uint64_t index)
{
	const struct layer *l = &s->source->layer[s->layer];
	size_t len = 0;
	const uint8_t *p = l->ring ? ring_get(&len, l->ring, index) : NULL;

	memset(k, 0, sizeof(*k));
	if (!p || rtp_parse(&k->h, p, len))
		return false;
	k->p = (uint8_t *)(uintptr_t)p;
	k->index = index;
	k->payload = p + k->h.header;
	k->payload_len = len - k->h.header;
	k->level = 0xff;
	k->layer = (uint8_t)s->layer;
	for (size_t i = 0; i < s->source->facts.rows; i++)
		if (s->source->facts.row[i].pt == k->h.pt)
			k->row = &s->source->facts.row[i];

	return k->row && k->h.pt == s->pt_in &&
	       frame_read(&k->frame, (enum codec)k->row->codec, k->payload, k->payload_len);
}


/* The dependency descriptor of a packet that was kept. */
static void recall_dd(struct packet *k, const struct facts *f)
{
	struct rtp_element x;
	size_t at = 0;

	while (k->h.profile && rtp_element(&x, &k->h, &at))
		if (x.id == f->ext[EXT_DD] && x.len >= 3) {
			k->dd = x.data;
			k->dd_len = x.len;
		}
}


void slot_resend(struct slot *s, uint16_t seq)
{
	uint64_t in, index = rtp_extend(s->next ? s->next - 1 : 0, seq);
	uint32_t pictures;
	uint16_t picture = s->picture_last, dd = s->dd_last;
	uint8_t tl0 = s->tl0_last;
	struct ready r = { .index = s->rtx_next };
	struct paced *held;
	struct packet k;
	uint8_t *out;

	if (!s->source || s->layer < 0 || !s->pt_rtx || !s->viewer->tx ||
	    s->viewer->current < 0 || !(s->viewer->rights & ENGINE_RECEIVE) ||
	    index >= s->next || s->next - index > RING_PACKETS ||
	    !target_origin(&in, &pictures, s, index) || !recall(&k, s, in))
		return;
	recall_dd(&k, &s->source->facts);
	out = pace_room(&held, s->viewer, PACE_AGAIN);
	out[0] = 0x80;
	out[1] = (uint8_t)(was_marked(s, index) << 7 | s->pt_rtx);
	put16(out + 2, (uint32_t)s->rtx_next++ & 0xffff);
	put32(out + 4, k.h.ts + s->ts_delta);
	put32(out + 8, s->rtx);
	r.header = extension(out, s, &k, &r.twcc);
	r.payload = out + r.header;
	put16(out + r.header, seq);
	r.len = renumber(out + r.header, s, &k, 2, pictures);
	/* An old packet does not turn the numbering back. */
	s->picture_last = picture;
	s->tl0_last = tl0;
	s->dd_last = dd;
	pace_send(held, s->viewer, PACE_AGAIN, out, &r);
	s->viewer->e->figures.resent++;
}


size_t slot_bare_header(uint8_t *out, struct slot *s, size_t *twcc)
{
	const struct packet none = { .level = 0xff };

	return extension(out, s, &none, twcc);
}
