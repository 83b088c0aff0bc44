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
	bool two = (dd && k->dd_len > 16 && s->facts.mixed) || id[EXT_DD] > 14;
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


/* The number by which this viewer will tell when it came. */
static void number_transport(struct peer *v, uint8_t *at, size_t len)
{
	put16(at, v->twcc_next);
	if (v->bwe)
		bwe_sent(v->bwe, v->twcc_next, len, v->e->now_us);
	v->twcc_next++;
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


/*
 * RFC 2198, judged here alone: where in a packet the payload for this viewer begins, and of
 * what type its blocks must be (0: as they are).  False: nothing of it is for them.
 */
static bool judge_redundant(size_t *from, uint8_t *type, const struct slot *s,
			    const struct packet *k)
{
	*from = 0;
	*type = 0;
	if (s->pt_red && s->strip) {
		*from = k->primary;
		return k->primary;
	}
	if (s->pt_red && k->primary && s->pt_red != (k->payload[0] & 0x7f))
		*type = s->pt_red;

	return true;
}


/* The end of the picture for who gets no more layers of it. */
static bool is_last(const struct slot *s, const struct packet *k)
{
	return s->target >= 0 && k->d.known && k->d.end &&
	       k->d.spatial == s->source->layer[k->layer].structure.target_spatial[s->target];
}


static void send_one(struct engine *e, struct slot *s, const struct packet *k)
{
	struct peer *v = s->viewer;
	const bool marker = k->h.marker || is_last(s, k);
	const uint8_t *payload;
	size_t header, twcc, n, from, len;
	uint32_t pictures;
	uint64_t index;
	uint8_t *out, type;

	if (!target_index(&index, &pictures, s, k->index) ||
	    !judge_redundant(&from, &type, s, k))
		return;
	payload = k->payload + from;
	len = k->payload_len - from;
	out = out_room(e);
	out[0] = 0x80;
	out[1] = (uint8_t)(marker << 7 | s->pt_out);
	put16(out + 2, (uint32_t)index & 0xffff);
	put32(out + 4, k->h.ts + s->ts_delta);
	put32(out + 8, s->ssrc);
	header = extension(out, s, k, &twcc);
	if (twcc)
		number_transport(v, out + twcc, header + len);
	if (type) {
		memcpy(out + header, payload, len);
		red_retype(out + header, type);
		payload = out + header;
	}
	if (k->frame.picture_at) {
		(void)renumber(out + header, s, k, 0, pictures);
		payload = out + header;
	}
	n = srtp_seal(v->tx, out, header, payload, len, index);
	if (!n)
		return;
	out_commit(e, v, out, n);
	mark(s, index, marker);
	if (index >= s->next)
		s->next = index + 1;
	s->ts_last = k->h.ts + s->ts_delta;
	if (k->index > s->highest)
		s->highest = k->index;
	s->sent_us = k->at_us;
	s->packets++;
	s->bytes += (uint32_t)len;
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
				send_one(e, s, k);
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
	struct engine *e = s->viewer->e;
	uint64_t in, index = rtp_extend(s->next ? s->next - 1 : 0, seq);
	uint32_t pictures;
	uint16_t picture = s->picture_last, dd = s->dd_last;
	uint8_t tl0 = s->tl0_last;
	struct packet k;
	uint8_t *out;
	size_t header, twcc, n;

	if (!s->source || s->layer < 0 || !s->pt_rtx || !s->viewer->tx ||
	    s->viewer->current < 0 || index >= s->next || s->next - index > RING_PACKETS ||
	    !target_origin(&in, &pictures, s, index) || !recall(&k, s, in))
		return;
	recall_dd(&k, &s->source->facts);
	out = out_room(e);
	out[0] = 0x80;
	out[1] = (uint8_t)(was_marked(s, index) << 7 | s->pt_rtx);
	put16(out + 2, (uint32_t)s->rtx_next & 0xffff);
	put32(out + 4, k.h.ts + s->ts_delta);
	put32(out + 8, s->rtx);
	header = extension(out, s, &k, &twcc);
	if (twcc)
		number_transport(s->viewer, out + twcc, header + k.payload_len + 2);
	put16(out + header, seq);
	n = renumber(out + header, s, &k, 2, pictures);
	/* An old packet does not turn the numbering back. */
	s->picture_last = picture;
	s->tl0_last = tl0;
	s->dd_last = dd;
	n = srtp_seal(s->viewer->tx, out, header, out + header, n, s->rtx_next++);
	if (n)
		out_commit(e, s->viewer, out, n);
	e->figures.resent++;
}


size_t slot_bare_header(uint8_t *out, struct slot *s, size_t payload)
{
	const struct packet none = { .level = 0xff };
	size_t twcc, header = extension(out, s, &none, &twcc);

	if (twcc)
		number_transport(s->viewer, out + twcc, header + payload);

	return header;
}
