/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "media/dd.h"

struct bits {
	const uint8_t *p;
	size_t at, end; /* in bits */
	bool short_of;	/* read beyond the end */
};


static unsigned take(struct bits *b, unsigned n)
{
	unsigned v = 0;

	if (n > b->end - b->at) {
		b->short_of = true;
		b->at = b->end;
		return 0;
	}
	for (; n; n--, b->at++)
		v = v << 1 | (b->p[b->at / 8] >> (7 - b->at % 8) & 1U);

	return v;
}


/* A number below n, in as few bits as it takes (A.8.1: ns). */
static unsigned below(struct bits *b, unsigned n)
{
	unsigned w = 0, x, m, v;

	for (x = n; x; x >>= 1)
		w++;
	m = (1U << w) - n;
	v = take(b, w - 1);

	return v < m ? v : (v << 1) - m + take(b, 1);
}


/* The layers of the templates: each is as the one before, or one further. */
static bool layers(struct dd_structure *s, struct bits *b)
{
	unsigned spatial = 0, temporal = 0, step;

	do {
		if (s->templates == DD_TEMPLATES || b->short_of)
			return false;
		s->spatial[s->templates] = (uint8_t)spatial;
		s->temporal[s->templates] = (uint8_t)temporal;
		s->templates++;
		step = take(b, 2);
		if (step == 1) {
			temporal++;
		} else if (step == 2) {
			temporal = 0;
			spatial++;
		}
		if (spatial >= DD_SPATIAL || temporal >= DD_TEMPORAL)
			return false;
	} while (step != 3);

	return true;
}


static void chains(struct dd_structure *s, struct bits *b)
{
	s->chains = (uint8_t)below(b, s->targets + 1U);
	if (!s->chains)
		return;
	for (unsigned i = 0; i < s->targets; i++)
		s->protected_by[i] = (uint8_t)below(b, s->chains);
	for (unsigned i = 0; i < s->templates; i++)
		for (unsigned k = 0; k < s->chains; k++)
			s->chain[i][k] = (uint8_t)take(b, 4);
}


static void target_layers(struct dd_structure *s)
{
	for (unsigned t = 0; t < s->targets; t++)
		for (unsigned i = 0; i < s->templates; i++) {
			if (s->dti[i][t] == DD_ABSENT)
				continue;
			if (s->spatial[i] > s->target_spatial[t])
				s->target_spatial[t] = s->spatial[i];
			if (s->temporal[i] > s->target_temporal[t])
				s->target_temporal[t] = s->temporal[i];
		}
}


static bool structure(struct dd_structure *s, struct bits *b)
{
	memset(s, 0, sizeof(*s));
	s->offset = (uint8_t)take(b, 6);
	s->targets = (uint8_t)(take(b, 5) + 1);
	s->active = UINT32_MAX >> (32 - s->targets);
	if (!layers(s, b))
		return false;
	for (unsigned i = 0; i < s->templates; i++)
		for (unsigned t = 0; t < s->targets; t++)
			s->dti[i][t] = (uint8_t)take(b, 2);
	/* What a frame refers to is the decoder's affair. */
	for (unsigned i = 0; i < s->templates; i++)
		while (take(b, 1))
			(void)take(b, 4);
	chains(s, b);
	target_layers(s);
	s->sized = take(b, 1);
	for (unsigned i = 0; s->sized && i <= s->spatial[s->templates - 1]; i++) {
		s->width[i] = (uint16_t)(take(b, 16) + 1);
		s->height[i] = (uint16_t)(take(b, 16) + 1);
	}

	return !b->short_of;
}


/* What the frame says in place of its template. */
static void own(struct dd *d, const struct dd_structure *s, struct bits *b, bool dtis,
		bool fdiffs, bool chained)
{
	unsigned size;

	for (unsigned t = 0; dtis && t < s->targets; t++)
		d->own_dti[t] = (uint8_t)take(b, 2);
	while (fdiffs && (size = take(b, 2)))
		(void)take(b, 4 * size);
	for (unsigned k = 0; chained && k < s->chains; k++)
		d->own_chain[k] = (uint8_t)take(b, 8);
	if (dtis)
		d->dti = d->own_dti;
	if (chained)
		d->chain = d->own_chain;
}


int dd_read(struct dd *out, struct dd_structure *s, const uint8_t *p, size_t len)
{
	struct bits b = { p, 0, len * 8, false };
	struct dd_structure fresh;
	const struct dd_structure *use = s;
	unsigned template, flags = 0, active;
	bool masked;

	memset(out, 0, sizeof(*out));
	if (len < 3)
		return E_SYNTAX;
	out->start = take(&b, 1);
	out->end = take(&b, 1);
	template = take(&b, 6);
	out->frame = (uint16_t)take(&b, 16);
	if (len > 3)
		flags = take(&b, 5); /* structure, mask, own dtis, fdiffs, chains */
	out->key = flags & 16;
	masked = flags & 8;
	if (out->key) {
		if (!structure(&fresh, &b))
			return E_SYNTAX;
		use = &fresh;
	}
	/* Of a structure that was lost nothing more can be read. */
	if (!use->templates)
		return 0;
	active = masked ? take(&b, use->targets) : use->active;
	template = (template + 64 - use->offset) % 64;
	if (template >= use->templates)
		return E_SYNTAX;
	own(out, use, &b, flags & 4, flags & 2, flags & 1);
	if (b.short_of)
		return E_SYNTAX;
	if (out->key)
		*s = fresh;
	s->active = active;
	out->known = true;
	out->spatial = s->spatial[template];
	out->temporal = s->temporal[template];
	if (!out->dti)
		out->dti = s->dti[template];
	if (!out->chain)
		out->chain = s->chain[template];

	return 0;
}


int dd_target(const struct dd_structure *s, unsigned spatial, unsigned temporal)
{
	int best = -1;

	for (int t = 0; t < s->targets; t++) {
		unsigned here = s->target_spatial[t] * 8U + s->target_temporal[t];

		if (s->target_spatial[t] > spatial || s->target_temporal[t] > temporal ||
		    !(s->active >> t & 1))
			continue;
		if (best < 0 || here > s->target_spatial[best] * 8U + s->target_temporal[best])
			best = t;
	}

	return best;
}
