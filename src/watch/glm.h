/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * glm.h: Poisson regression with a logarithmic link, by iteratively reweighted least squares
 * (McCullagh, Nelder 1989).
 *
 * The iteration is that of R's glm.fit: it begins with the counts + 0.1 and ends when the
 * deviance changes by less than 1e-8 of itself, at most 25 times.  It ends so early that where
 * it stands then, and not where it would come to, is the result; the weights are those of its
 * last step, one behind the means.
 */
#ifndef WATCH_GLM_H
#define WATCH_GLM_H

#include <stdbool.h>
#include <stddef.h>

enum {
	GLM_STEPS = 25,
};

/* The mean of a linear predictor; R does not let it become zero. */
double glm_mean(double eta);

/* Is the change of the deviance small enough to end? */
bool glm_converged(double now, double before);

/*
 * y ~ x b for a few columns; x and y are as for qr_solve() and are kept.  Counts are not
 * negative.
 *
 * After its last step it takes what it has, as where all counts are zero.  Returns 0, or
 * E_RANGE when columns depend on each other or the deviance is not finite.
 */
int glm_poisson(double *b, const double *x, const double *y, size_t n, size_t p);

#endif
