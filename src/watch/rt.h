/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * rt.h: reproduction numbers: the instantaneous one of Cori et al. (Am J Epidemiol
 * 2013;178:1505) and the case one of Wallinga and Teunis (Am J Epidemiol 2004;160:509).
 *
 * The serial interval is a Gamma distribution shifted by one day, made discrete as in Cori's
 * web appendix 11.  The posterior of R in a window of days is Gamma with shape a + sum of cases
 * and scale 1 / (1 / b + sum of infectivity), where a and b are those of the prior.
 *
 * A missing or negative count says nothing: a window that holds one has no estimate, nor has
 * one whose infectivity rests on missing days by more than RT_MISSING_MAX of the serial
 * interval.
 */
#ifndef WATCH_RT_H
#define WATCH_RT_H

#include "watch/method.h"

#define RT_MISSING_MAX 0.05

enum {
	RT_QUANTILES = 7, /* 2.5, 5, 25, 50, 75, 95 and 97.5 % */
};

struct rt_params {
	double mean_si, std_si; /* days; the mean above 1 */
	int64_t window;		/* days */
	double mean_prior, std_prior;
	int64_t length; /* of si_distr: lags 0..length; 0: as many as the series has values */
};

struct rt {
	double mean, sd; /* NAN: no estimate */
	double quantile[RT_QUANTILES];
};

extern const struct method estimate_r, si_distr, wallinga_teunis;

/*
 * w[0..n - 1] of the discretised serial interval at lags 0, 1, ...
 *
 * Errors: E_RANGE for a mean that is not above 1 or a deviation that is not above 0.
 */
int si_discretise(double *w, size_t n, double mean, double std, struct fault *f) MUST_CHECK;

/* What all series with the same parameters share; for up to `n` values. */
struct rt_plan;

/* Errors: E_RANGE, as si_discretise(). */
int rt_plan_new(struct rt_plan **out, const struct rt_params *p, size_t n,
		struct fault *f) MUST_CHECK;
void rt_plan_free(struct rt_plan *plan);

/*
 * The estimates of the windows that end at from..to (1-based, from > window) into
 * out[0..to - from].
 */
void rt_estimate(struct rt *out, struct rt_plan *plan, const double *y, size_t from, size_t to);

#endif
