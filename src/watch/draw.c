/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "watch/draw.h"

enum {
	MIDDLE = 397,	 /* of the recurrence */
	SEED_SKIPS = 50, /* steps of the congruential generator that a seed is stirred with */
};


static uint32_t congruential(uint32_t x)
{
	return 69069 * x + 1;
}


void draw_seed(struct draw *d, uint32_t seed)
{
	/* One word more than there are stood for the place in the list. */
	for (int i = 0; i <= SEED_SKIPS; i++)
		seed = congruential(seed);
	for (int i = 0; i < DRAW_WORDS; i++)
		d->word[i] = seed = congruential(seed);
	d->used = DRAW_WORDS;
}


static uint32_t twist(uint32_t high, uint32_t low)
{
	uint32_t y = (high & 0x80000000U) | (low & 0x7fffffffU);

	return (y >> 1) ^ (low & 1 ? 0x9908b0dfU : 0);
}


static void make_words(struct draw *d)
{
	for (int i = 0; i < DRAW_WORDS; i++)
		d->word[i] = d->word[(i + MIDDLE) % DRAW_WORDS] ^
			     twist(d->word[i], d->word[(i + 1) % DRAW_WORDS]);
	d->used = 0;
}


double draw_uniform(struct draw *d)
{
	static const double least = 2.328306437080797e-10; /* 1 / (2^32 - 1) */
	uint32_t y;
	double u;

	if (d->used >= DRAW_WORDS)
		make_words(d);
	y = d->word[d->used++];
	y ^= y >> 11;
	y ^= (y << 7) & 0x9d2c5680U;
	y ^= (y << 15) & 0xefc60000U;
	y ^= y >> 18;
	u = y * 2.3283064365386963e-10; /* 2^-32 */
	if (u <= 0)
		return least / 2;

	return 1 - u <= 0 ? 1 - least / 2 : u;
}


/* v = beta log(u / (1 - u)) and w = of exp(v), which stays a number. */
static double odds(double *v, double beta, double u, double of)
{
	double w;

	*v = beta * log(u / (1 - u));
	if (*v > DBL_MAX_EXP * M_LN2)
		return DBL_MAX;
	w = of * exp(*v);

	return isfinite(w) ? w : DBL_MAX;
}

/* Cheng's names: a is the smaller parameter, b the larger, alpha their sum. */


/* Both parameters above 1. */
static double draw_bb(struct draw *d, double a, double b)
{
	double alpha = a + b, beta = sqrt((alpha - 2) / (2 * a * b - alpha));
	double gamma = a + 1 / beta, v, w, r, t;

	do {
		double u1 = draw_uniform(d), u2 = draw_uniform(d), z = u1 * u1 * u2, s;

		w = odds(&v, beta, u1, a);
		r = gamma * v - 1.3862944; /* log 4, as printed */
		s = a + r - w;
		if (s + 2.609438 >= 5 * z) /* 1 + log 5 */
			break;
		t = log(z);
		if (s > t)
			break;
	} while (r + alpha * log(alpha / (b + w)) < t);

	return w;
}


/* The smaller at most 1. */
static double draw_bc(struct draw *d, double a, double b)
{
	double alpha = a + b, beta = 1 / a, delta = 1 + b - a;
	double k1 = delta * (0.0138889 + 0.0416667 * a) / (b * beta - 0.777778);
	double k2 = 0.25 + (0.5 + 0.25 / delta) * a, v, w;

	for (;;) {
		double u1 = draw_uniform(d), u2 = draw_uniform(d), y = u1 * u2, z;

		if (u1 < 0.5) {
			z = u1 * y;
			if (0.25 * u2 + z - y >= k1)
				continue;
		} else {
			z = u1 * u1 * u2;
			if (z <= 0.25)
				return odds(&v, beta, u1, b);
			if (z >= k2)
				continue;
		}
		w = odds(&v, beta, u1, b);
		if (alpha * (log(alpha / (a + w)) + v) - 1.3862944 >= log(z))
			return w;
	}
}


double draw_beta(struct draw *d, double a, double b)
{
	double small = fmin(a, b), large = fmax(a, b), w;
	bool swapped = a != small;

	if (small <= 1) {
		w = draw_bc(d, small, large);
		return swapped ? w / (small + w) : small / (small + w);
	}
	w = draw_bb(d, small, large);

	return swapped ? large / (large + w) : w / (large + w);
}
