/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * layer.c: which encoding each slot of a viewer gets, out of what the viewer's path carries.
 *
 * Sound comes first; then every picture at its smallest, in the order of the slots; then, in
 * turns, each one better.  What does not fit is paused rather than let sound suffer.  A path
 * that is used less than it may be is not known to carry more: padding finds out.
 */
#include <string.h>

#include "media/core.h"
#include "media/wire.h"

enum {
	LIVE_US = 2000000,   /* an encoding that is silent for longer is not offered */
	SOUND_BPS = 40000,   /* for each sound slot in use */
	SETTLE_US = 2000000, /* after congestion, until more is tried */
	PADDING = 224,	     /* bytes of padding in a packet */
	PADDING_MAX = 24,    /* packets at once */
	UNLIMITED = INT32_MAX,
};


static bool is_live(const struct engine *e, const struct layer *l)
{
	return l->live && e->now_us - l->arrived_us < LIVE_US;
}


/*
 * The next better step inside an encoding, or -1.  Of the smallest encoding fewer pictures a
 * second are better than none (`low`); beyond that only size grows.
 */
static int better_inside(const struct layer *l, int layer, int than, bool low)
{
	const struct dd_structure *st = &l->structure;
	int best = -1;

	if (st->targets < 2)
		return STEP(layer, 0, 7) > than ? STEP(layer, 0, 7) : -1;
	for (int t = 0; t < st->targets; t++) {
		int s = st->target_spatial[t];
		int step = STEP(layer, s, st->target_temporal[t]);
		int full = dd_target(st, (unsigned)s, 7);

		if (!(st->active >> t & 1))
			continue;
		if (step > than && (best < 0 || step < best) && (t == full || (low && !s)))
			best = step;
	}

	return best;
}


/* The next better step of a stream that is live, or -1; the first while none is yet. */
static int better(const struct engine *e, const struct slot *s, int than)
{
	bool any = false;

	for (int i = 0; i < s->source->layers; i++) {
		const struct layer *l = &s->source->layer[i];
		int step;

		if (!is_live(e, l))
			continue;
		step = better_inside(l, i, than, !any);
		if (step >= 0)
			return step;
		any = true;
	}

	return any || than >= 0 ? -1 : STEP(0, 0, 7);
}


static int64_t rate(const struct slot *s, int step)
{
	const struct layer *l = step < 0 ? NULL : &s->source->layer[step_layer(step)];
	int target = -1;
	int64_t bps;

	if (!l)
		return 0;
	if (l->structure.targets > 1)
		target = dd_target(&l->structure, step_spatial(step), step_temporal(step));
	bps = target < 0 ? l->bps : l->target_bps[target];

	return bps ? bps : 100000;
}


/*
 * Rows of the picture: as the descriptor or the last key frame said; else the best encoding is
 * taken for one of 720, each lower for half of the next.
 */
static unsigned rows(const struct track *t, int step)
{
	unsigned at = (unsigned)step_layer(step) % LAYERS, s = step_spatial(step);
	const struct layer *l = &t->layer[at];

	if (l->structure.sized && l->structure.height[s])
		return l->structure.height[s];
	if (l->height && l->structure.targets < 2)
		return l->height;

	return 720U >> (t->layers - 1U - at) % LAYERS;
}


/* Is a better one than this of use for the tile it is shown in? */
static bool of_use(const struct slot *s, int next)
{
	if (s->tile == TILE_ANY)
		return true;
	if (!s->tile || s->planned < 0)
		return s->tile;

	return rows(s->source, next) <= rows(s->source, s->planned) ||
	       rows(s->source, s->planned) < s->tile;
}


static bool is_picture(const struct slot *s)
{
	return s->kind == SDP_VIDEO && s->source;
}


/* What the path may carry; UNLIMITED when the viewer tells nothing about it. */
static int64_t budget(const struct peer *v)
{
	bool told = v->bwe && (v->bwe->fed || v->bwe->ceiling);
	int64_t left = told ? bwe_bps(v->bwe, v->e->now_us) : UNLIMITED;

	for (const struct slot *s = v->slots; s && told; s = s->next_of_peer)
		if (s->kind == SDP_AUDIO && s->source)
			left -= SOUND_BPS;

	return left;
}


/*
 * May it go on although it does not fit?  The smallest of a picture until the path has shown
 * where it ends; what is sent already within a fifth, and a smallest within a quarter of all:
 * estimates waver, and a picture that comes and goes is worse than one that is late.
 */
static bool tolerated(const struct peer *v, const struct slot *s, int next, int64_t more,
		      int64_t left)
{
	bool first = s->planned < 0;

	if (first && v->bwe && !v->bwe->decreased_us && !v->bwe->ceiling)
		return true;
	if (next > s->wanted)
		return false;

	return first ? more - left <= budget(v) / 4 : more * 4 / 5 <= left;
}


/* One round: each picture one better where it fits; false when nothing did. */
static bool improve(struct peer *v, int64_t *left, int64_t *lacking)
{
	bool any = false;

	for (struct slot *s = v->slots; s; s = s->next_of_peer) {
		int next;
		int64_t more;

		if (!is_picture(s))
			continue;
		next = better(v->e, s, s->planned);
		if (next < 0 || !of_use(s, next))
			continue;
		more = rate(s, next) - rate(s, s->planned);
		/* What is not sent yet must fit with something to spare. */
		if (next > s->wanted)
			more += more / 8;
		if (more > *left && !tolerated(v, s, next, more, *left)) {
			if (!*lacking)
				*lacking = more - *left;
			continue;
		}
		*left -= more;
		s->planned = (int16_t)next;
		any = true;
	}

	return any;
}


/* A packet of nothing but padding, on the stream of retransmissions. */
static void pad(struct peer *v, struct slot *s, uint8_t pt)
{
	static const uint8_t body[PADDING] = { [PADDING - 1] = PADDING };
	struct ready r = { .index = s->rtx_next++, .payload = body, .len = PADDING };
	struct paced *held;
	uint8_t *out = pace_room(&held, v, PACE_AGAIN);

	out[0] = 0xa0;
	out[1] = pt;
	put16(out + 2, (uint32_t)r.index & 0xffff);
	put32(out + 4, s->ts_last);
	put32(out + 8, s->rtx);
	r.header = slot_bare_header(out, s, &r.twcc);
	pace_send(held, v, PACE_AGAIN, out, &r);
}


/* Bytes of sound and pictures since the last call of which feedback tells. */
static uint32_t sent_since(struct peer *v)
{
	uint32_t before = v->sent_bytes;

	v->sent_bytes = 0;
	for (const struct slot *s = v->slots; s; s = s->next_of_peer)
		if (s->facts.ext[EXT_TWCC])
			v->sent_bytes += s->bytes;

	return v->sent_bytes - before;
}


static bool shows_picture(const struct peer *v)
{
	for (const struct slot *s = v->slots; s; s = s->next_of_peer)
		if (is_picture(s) && s->wanted >= 0)
			return true;

	return false;
}


/*
 * So much of the estimate is not used, and of use if it could be.  Where no picture goes, what
 * is acknowledged is of padding or of long ago, and says nothing; and what lacks is all of it.
 */
static int64_t unused(const struct peer *v, uint32_t sent, int64_t left, int64_t lacking)
{
	bool any = shows_picture(v);
	int64_t bps = bwe_bps(v->bwe, v->e->now_us);

	bps -= any ? (int64_t)v->bwe->acked_bps : (int64_t)sent * 8000000 / LAYER_TICK_US;
	if (!any)
		lacking += left;

	return bps < lacking ? bps : lacking;
}


/* Has it lost much of late?  What is long ago does not keep it from being tried again. */
static bool is_lossy(const struct bwe *b, int64_t now_us)
{
	return b->loss > 0.10 && now_us - b->changed_us < SETTLE_US;
}


/* Padding until the path is used as far as it is thought to carry. */
static void probe(struct peer *v, int64_t bps)
{
	const struct bwe *b = v->bwe;
	struct slot *s = v->slots;
	int64_t bytes;
	uint8_t pt = 0;

	if (!b->fed || v->e->now_us - b->decreased_us < SETTLE_US ||
	    is_lossy(b, v->e->now_us) || v->pace.waiting)
		return;
	while (s && !(s->kind == SDP_VIDEO && s->rtx && s->source))
		s = s->next_of_peer;
	for (size_t i = 0; s && i < s->facts.rows && !pt; i++)
		pt = s->facts.row[i].rtx;
	if (!pt)
		return;
	bytes = bps * LAYER_TICK_US / 8000000;
	for (int i = 0; i < PADDING_MAX && bytes > 0; i++, bytes -= PADDING)
		pad(v, s, pt);
}


void layer_tick(struct peer *v)
{
	int64_t left = budget(v), lacking = 0;
	uint32_t sent = sent_since(v);

	if (!v->tx || v->current < 0)
		return;
	pace_rate(v);
	for (const struct slot *s = v->slots; s; s = s->next_of_peer)
		if (s->source && track_is_silent(s->source)) {
			room_fill(v);
			break;
		}
	room_hear(v);
	for (struct slot *s = v->slots; s; s = s->next_of_peer)
		s->planned = -1;
	while (improve(v, &left, &lacking))
		lacking = 0;
	for (struct slot *s = v->slots; s; s = s->next_of_peer) {
		if (!is_picture(s) || s->planned == s->wanted)
			continue;
		s->wanted = s->planned;
		if (s->wanted < 0)
			s->layer = -1;
		else if (step_layer(s->wanted) != s->layer)
			track_ask_key(v->e, s->source, step_layer(s->wanted));
	}
	if (lacking && v->bwe)
		probe(v, unused(v, sent, left, lacking));
}


/* At the beginning the smallest: layer_tick() makes it better where it can. */
void slot_choose(struct slot *s)
{
	const struct track *t = s->source;

	s->wanted = STEP(0, 0, 7);
	for (int i = 0; i < t->layers && s->kind == SDP_VIDEO; i++)
		if (t->layer[i].live) {
			s->wanted = (int16_t)STEP(i, 0, 7);
			break;
		}
}
