/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * quasi.h: quasi-Poisson regression of counts on seasonal groups and a linear trend, with
 * outbreaks of the past weighted down (Farrington et al. 1996, J R Stat Soc A 159:547; Noufaily
 * et al. 2013, Stat Med 32:1206).
 *
 * The iteration is that of glm.h.  With a level for each group and one slope the normal
 * equations are solved in one pass over the counts, about the mean of each group, without loss
 * of digits.
 */
#ifndef WATCH_QUASI_H
#define WATCH_QUASI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct quasi {
	size_t n, room;
	size_t groups;	/* 1 or more; each has a count */
	double *y;	/* not negative */
	double *t;	/* time */
	double *offset; /* logarithm of the population; used if with_offset */
	int *group;	/* 0..groups - 1 */
	bool with_offset;

	/* Of the last fit: */
	bool trend;
	double slope;
	double phi;	/* dispersion by working weights, at least 1 */
	double spread;	/* dispersion that standard errors take; see quasi_reweighted() */
	double df;	/* degrees of freedom left */
	double *omega;	/* prior weights */
	double *mu, *w; /* means; working weights, one step behind */
	double *level;	/* of each group, where the trend is zero */
	double *weight; /* sum of w of each group */
	double *centre; /* mean time of each group by w */
	double around;	/* sum of w (t - centre)^2 */

	double *eta, *logs, *sums; /* room to work in */
};

/* Make room for `n` counts and `groups` groups; what was there is lost.  Starts from zero. */
void quasi_room(struct quasi *q, size_t n, size_t groups);
void quasi_clear(struct quasi *q);

/*
 * Fit, with all prior weights 1.  Errors: E_RANGE when it does not converge, or groups and
 * trend depend on each other.
 */
int quasi_fit(struct quasi *q, bool trend) MUST_CHECK;

/*
 * Fit; then, if `reweight`, again with the weights that standardised Anscombe residuals above
 * `threshold` give.  `spread` is the dispersion that R takes for standard errors: after
 * weighting down it is that of the prior weights, as R's Farrington Flexible has it, if
 * `by_omega`.
 */
int quasi_reweighted(struct quasi *q, bool trend, bool reweight, double threshold,
		     bool by_omega) MUST_CHECK;

/* The logarithm of the mean in a group at a time, and its standard error. */
void quasi_predict(double *eta, double *se, const struct quasi *q, size_t group, double t,
		   double offset);

/* Of the slope, two-sided, by Student's t. */
double quasi_trend_p(const struct quasi *q);

/* The largest count. */
double quasi_largest(const struct quasi *q);

#endif
