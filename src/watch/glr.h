/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * glr.h: likelihood ratio charts for Poisson and negative binomial counts (Hoehle, Paul 2008,
 * Comput Stat Data Anal 52:4357).
 *
 * The mean in control is mu0.  The statistic is the largest log likelihood ratio of a change to
 * a mean above it (inc) or below it (dec) that began at any earlier time; with a given theta it
 * is the cumulative sum for the mean mu0 exp(theta).  At c.ARL there is an alarm and the chart
 * begins anew.
 */
#ifndef WATCH_GLR_H
#define WATCH_GLR_H

#include <stdbool.h>

#include "watch/method.h"

struct glr_params {
	int64_t range[2];
	double mu0;
	double alpha; /* overdispersion; 0: Poisson */
	double limit; /* c.ARL */
	int64_t least,
		most; /* Mtilde: values a change has at least; M: how far it began back */
	int dir;
	struct param_either theta;
	int ret;
	bool exact; /* not by the iteration of R, which fails for sudden large outbreaks */
};

extern const struct method glrnb;

#endif
