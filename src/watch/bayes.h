/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * bayes.h: detectors that compare with a base of earlier values: the w before the time (actY)
 * and the w on both sides of the same time in each of b earlier years.
 *
 * bayes (Riebler 2004): the quantile of the predictive negative binomial under Jeffreys' prior.
 * rki (Altmann 2003): a confidence bound of the mean: Poisson's by Crow and Gardner (Biometrika
 * 1959;46:441) up to a mean of 20, mean + 2 standard deviations above.
 */
#ifndef WATCH_BAYES_H
#define WATCH_BAYES_H

#include <stdbool.h>

#include "watch/method.h"

struct bayes_params {
	int64_t range[2];
	int64_t b, w;
	bool this_year;
	double alpha; /* bayes only */
};

extern const struct method bayes, rki;

#endif
