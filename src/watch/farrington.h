/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * farrington.h: the algorithm of Farrington, Andrews, Beale, Catchpole (1996, J R Stat Soc A
 * 159:547): a quasi-Poisson regression on the same weeks of earlier years.
 *
 * The interval is two-sided.  A trend is kept when there are three years or more, its p is
 * below 0.05 and it expects no more than was ever seen.
 */
#ifndef WATCH_FARRINGTON_H
#define WATCH_FARRINGTON_H

#include <stdbool.h>

#include "watch/method.h"

struct farrington_params {
	int64_t range[2];
	int64_t b, w;
	bool reweight;
	double alpha;
	bool trend;
	int64_t limit54[2];
	int power;
	int fit; /* the one regression there is, by its names in R */
	bool by_date;
};

extern const struct method farrington;

#endif
