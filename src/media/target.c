/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * target.c: layers inside one stream (SVC), left out for those who cannot have them all.
 *
 * A slot sends one decode target of the structure that the dependency descriptor gives: frames
 * that are nothing to it are left out.  Another target is taken up at a frame from which it can
 * be decoded: one that says so (DD_SWITCH), of whose chain everything was sent.
 */
#include <string.h>

#include "media/core.h"

enum {
	REMEMBERED = 256, /* frames */
};


/* Was that frame sent?  Too old ones count as not. */
static bool sent(const struct slot *s, uint16_t frame)
{
	uint16_t ago = (uint16_t)(s->frame_at - frame);

	return s->frame_known && ago < REMEMBERED && s->frames[ago / 64] >> ago % 64 & 1;
}


/* The window moves on to a newer frame; false when it is none. */
static bool advance(struct slot *s, uint16_t frame)
{
	uint16_t by = (uint16_t)(frame - s->frame_at);

	if (!s->frame_known) {
		s->frame_known = true;
		s->frame_at = frame;
		return true;
	}
	if (!by || by >= 0x8000)
		return false;
	if (by >= REMEMBERED) {
		memset(s->frames, 0, sizeof(s->frames));
		by = 0;
	}
	for (; by >= 64; by = (uint16_t)(by - 64)) {
		memmove(s->frames + 1, s->frames, sizeof(s->frames) - sizeof(s->frames[0]));
		s->frames[0] = 0;
	}
	for (size_t i = ARRAY_LEN(s->frames) - 1; by && i > 0; i--)
		s->frames[i] = s->frames[i] << by | s->frames[i - 1] >> (64 - by);
	s->frames[0] <<= by;
	s->frame_at = frame;

	return true;
}


/* A chain is broken at the first frame whose one before was not sent, until it begins anew. */
static void follow_chains(struct slot *s, const struct dd_structure *st, const struct packet *k)
{
	for (unsigned c = 0; c < st->chains; c++) {
		uint8_t ago = k->d.chain[c];

		if (!ago)
			s->broken &= ~(1U << c);
		else if (!sent(s, (uint16_t)(k->d.frame - ago)))
			s->broken |= 1U << c;
	}
}


static void retarget(struct engine *e, struct slot *s, const struct packet *k)
{
	const struct dd_structure *st = &s->source->layer[k->layer].structure;
	int to;

	if (step_layer(s->wanted) != (int)k->layer)
		return;
	to = dd_target(st, step_spatial(s->wanted), step_temporal(s->wanted));
	if (to < 0 || to == s->target || k->d.dti[to] != DD_SWITCH)
		return;
	if (!st->chains || !(s->broken >> st->protected_by[to] & 1))
		s->target = (int8_t)to;
	else
		track_ask_key(e, s->source, k->layer);
}


void target_begin(struct slot *s, const struct packet *k)
{
	memset(s->frames, 0, sizeof(s->frames));
	s->frame_known = false;
	s->broken = 0;
	s->target = -1;
	s->cuts = 0;
	s->highest = k->index;
}


bool target_has(struct engine *e, struct slot *s, const struct packet *k)
{
	const struct dd *d = &k->d;
	bool goes;

	if (!d->known || s->source->layer[k->layer].structure.targets < 2)
		return true;
	if (s->frame_known && d->frame == s->frame_at)
		return s->frame_goes;
	if (!advance(s, d->frame)) /* a late one */
		return s->target < 0 || d->dti[s->target] != DD_ABSENT;
	follow_chains(s, &s->source->layer[k->layer].structure, k);
	retarget(e, s, k);
	goes = s->target < 0 || d->dti[s->target] != DD_ABSENT;
	s->frame_goes = goes;
	s->frames[0] |= goes;

	return goes;
}


void target_skip(struct slot *s, const struct packet *k)
{
	struct cut next = { .from = k->index + 1, .packets = 1 };

	/* Those that come late have their place already: it stays empty. */
	if (k->index < s->highest)
		return;
	s->highest = k->index;
	if (s->cuts) {
		struct cut *last = &s->cut[(s->cuts - 1) % CUTS];

		next.packets += last->packets;
		next.pictures = last->pictures;
		if (last->from == k->index) /* nothing was sent between */
			s->cuts--;
	}
	/* VP8 numbers pictures without a gap; VP9 finds its place in a pattern by them. */
	next.pictures += k->frame.start && k->row->codec == CODEC_VP8;
	s->cut[s->cuts++ % CUTS] = next;
}


bool target_index(uint64_t *out, uint32_t *pictures, const struct slot *s, uint64_t in)
{
	*out = in + s->delta;
	*pictures = 0;
	for (uint32_t n = s->cuts; n; n--) {
		const struct cut *c = &s->cut[(n - 1) % CUTS];

		if (s->cuts - n == CUTS)
			return false;
		if (in < c->from)
			continue;
		*out -= c->packets;
		*pictures = c->pictures;
		break;
	}

	return in >= s->from;
}


bool target_origin(uint64_t *in, uint32_t *pictures, const struct slot *s, uint64_t out)
{
	*in = out - s->delta;
	*pictures = 0;
	for (uint32_t n = s->cuts; n; n--) {
		const struct cut *c = &s->cut[(n - 1) % CUTS];

		if (s->cuts - n == CUTS)
			return false;
		if (out < c->from + s->delta - c->packets)
			continue;
		*in += c->packets;
		*pictures = c->pictures;
		break;
	}

	return *in >= s->from;
}
