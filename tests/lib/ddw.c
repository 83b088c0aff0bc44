/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "ddw.h"

const struct ddw ddw_l1t3 = {
	.targets = 3,
	.chains = 1,
	.templates = 5,
	.t = { { 0, 0, "SSS", { 0 }, { 0 } },
	       { 0, 0, "SSS", { 4 }, { 4 } },
	       { 0, 1, "-DS", { 2 }, { 2 } },
	       { 0, 2, "--D", { 1 }, { 1 } },
	       { 0, 2, "--D", { 1 }, { 3 } } },
};

const struct ddw ddw_l2t1 = {
	.targets = 2,
	.chains = 2,
	.templates = 4,
	.protected_by = { 0, 1 },
	.t = { { 0, 0, "SR", { 2 }, { 2, 1 } },
	       { 0, 0, "SS", { 0 }, { 0, 0 } },
	       { 1, 0, "-S", { 2, 1 }, { 1, 1 } },
	       { 1, 0, "-S", { 1 }, { 1, 1 } } },
	.height = { 180, 360 },
};

const struct ddw ddw_l2t1_key = {
	.targets = 2,
	.chains = 2,
	.templates = 4,
	.protected_by = { 0, 1 },
	.t = { { 0, 0, "S-", { 2 }, { 2, 1 } },
	       { 0, 0, "SS", { 0 }, { 0, 0 } },
	       { 1, 0, "-S", { 2 }, { 1, 2 } },
	       { 1, 0, "-S", { 1 }, { 1, 1 } } },
	.height = { 180, 360 },
};

struct bits {
	uint8_t *p;
	size_t at;
};


static void put(struct bits *b, unsigned v, unsigned n)
{
	while (n--) {
		if (v >> n & 1)
			b->p[b->at / 8] |= (uint8_t)(0x80 >> b->at % 8);
		b->at++;
	}
}


/* A number below n: ns() of the specification. */
static void below(struct bits *b, unsigned v, unsigned n)
{
	unsigned w = 0, m;

	for (unsigned x = n; x; x >>= 1)
		w++;
	m = (1U << w) - n;
	if (v < m)
		put(b, v, w - 1);
	else
		put(b, v + m, w);
}


static void structure(struct bits *b, const struct ddw *w)
{
	put(b, 0, 6);
	put(b, w->targets - 1U, 5);
	for (unsigned i = 0; i < w->templates; i++)
		put(b,
		    i + 1U == w->templates		      ? 3
		    : w->t[i + 1].spatial > w->t[i].spatial   ? 2
		    : w->t[i + 1].temporal > w->t[i].temporal ? 1
							      : 0,
		    2);
	for (unsigned i = 0; i < w->templates; i++)
		for (unsigned k = 0; k < w->targets; k++)
			put(b, (unsigned)(strchr("-DSR", w->t[i].dti[k]) - "-DSR"), 2);
	for (unsigned i = 0; i < w->templates; i++) {
		for (unsigned k = 0; k < 4 && w->t[i].fdiff[k]; k++) {
			put(b, 1, 1);
			put(b, w->t[i].fdiff[k] - 1U, 4);
		}
		put(b, 0, 1);
	}
	below(b, w->chains, w->targets + 1U);
	for (unsigned k = 0; k < w->targets; k++)
		below(b, w->protected_by[k], w->chains);
	for (unsigned i = 0; i < w->templates; i++)
		for (unsigned k = 0; k < w->chains; k++)
			put(b, w->t[i].chain[k], 4);
	put(b, w->height[0] != 0, 1);
	for (unsigned i = 0; i < 4 && w->height[i]; i++) {
		put(b, w->height[i] * 16U / 9 - 1, 16);
		put(b, w->height[i] - 1U, 16);
	}
}


size_t ddw_write(uint8_t out[255], const struct ddw *w, unsigned template, uint16_t frame,
		 bool key)
{
	struct bits b = { out, 0 };

	memset(out, 0, 255);
	put(&b, 3, 2);
	put(&b, template, 6);
	put(&b, frame, 16);
	if (key) {
		put(&b, 16, 5);
		structure(&b, w);
	}

	return (b.at + 7) / 8;
}
