/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * draw.h: random numbers as R draws them after set.seed(), so that whoever gives both programs
 * the same seed can lay their results side by side.
 *
 * Uniform numbers: Mersenne Twister (Matsumoto, Nishimura 1998), 32 bits, never 0 or 1.  Beta:
 * Cheng's algorithms BB and BC (Communications of the ACM 21:317, 1978).
 */
#ifndef WATCH_DRAW_H
#define WATCH_DRAW_H

#include <stdint.h>

enum {
	DRAW_WORDS = 624,
};

struct draw {
	uint32_t word[DRAW_WORDS];
	unsigned used; /* words given away since they were made */
};

void draw_seed(struct draw *d, uint32_t seed);

/* In (0, 1). */
double draw_uniform(struct draw *d);

/* Of a Beta distribution with a, b > 0. */
double draw_beta(struct draw *d, double a, double b);

#endif
