/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* growth.h: growth and doubling time, incidence, and a week against the week before. */
#ifndef WATCH_GROWTH_H
#define WATCH_GROWTH_H

#include "watch/method.h"

struct growth_params {
	int64_t window; /* values */
	double conf;	/* 0.95 */
	int zeros;	/* dropped */
	int64_t minpoints;
};

struct incidence_params {
	int64_t window;
	double per;
	double population; /* 0: that of the series */
};

struct ratio_params {
	int64_t window;
};

/* Of a window: log-linear growth a day, its interval, and days to double or halve. */
struct growth {
	int64_t n;		  /* values above zero */
	double r, r_lo, r_hi;	  /* NAN: too few */
	double doubling, halving; /* NAN: it does not grow, shrink */
};

extern const struct method growth_loglinear, incidence_per, week_ratio;

/* `y` points to the first value of a window. */
void growth_of(struct growth *out, const double *y, const struct growth_params *p);

/* The sum of `n` values; NAN when one is missing. */
double window_sum(const double *y, size_t n);

#endif
