/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * cusum.h: the cumulative sum of what lies above expectation (Rossi, Lampugnani, Marchi 1999).
 *
 * S(t) = max(0, S(t-1) + z(t) - k), where z is the count standardised around its expected mean
 * m. There is an alarm where S reaches h; the sum goes on after it, as in R's
 * surveillance 1.20.3, unless `reset` begins anew at zero.
 */
#ifndef WATCH_CUSUM_H
#define WATCH_CUSUM_H

#include "watch/method.h"

struct cusum_params {
	int64_t range[2];
	double k, h;
	struct param_either m; /* mean: of all before the range; glm: with a yearly wave */
	int trans;	       /* how counts are standardised */
	double alpha;	       /* overdispersion of the negative binomial */
	bool reset;
};

extern const struct method cusum;

#endif
