/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * special.h: probabilities and quantiles, accurate to about 1e-14 relative over the whole range
 * that counts of cases reach (shapes up to 1e12), where GSL's are not.
 *
 * Loader, Fast and Accurate Computation of Binomial Probabilities (2000) for the leading terms;
 * continued fractions and series of the NIST Handbook, chapter 8; Temme's uniform expansion.
 * All return NAN for arguments outside their domain.
 */
#ifndef WATCH_SPECIAL_H
#define WATCH_SPECIAL_H

/* Standard normal. */
double normal_p(double x); /* P(X <= x) */
double normal_q(double x); /* P(X > x) */
double normal_quantile(double p);

/* Gamma with shape a > 0 and scale 1. */
double gamma_p(double x, double a);
double gamma_q(double x, double a);
double gamma_quantile(double p, double a);

/* I_x(a, b): the regularised incomplete beta function. */
double beta_p(double x, double a, double b);

/* Student's t with df > 0, which need not be whole. */
double t_p(double x, double df);
double t_quantile(double p, double df);

/* Poisson: P(X <= k), and the least k with P(X <= k) >= p. */
double poisson_p(double k, double mean);
double poisson_quantile(double p, double mean);

/*
 * Negative binomial: failures before `size` > 0 successes (not necessarily whole) of
 * probability `prob`; the mean is size (1 - prob) / prob.
 */
double nbinom_p(double k, double size, double prob);
double nbinom_quantile(double p, double size, double prob);

#endif
