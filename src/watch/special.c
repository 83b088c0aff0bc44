/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <float.h>
#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_cdf.h>

#include "watch/special.h"

#define HALF_LOG_2PI 0.918938533204672741780329736406
#define TINY	     1e-300
#define GAMMA_LARGE  1e7 /* above it the uniform expansions below are exact to rounding */
#define BETA_LARGE   1e10
#define LAST_STEP    1e-9 /* relative; what follows it is below the rounding */

enum {
	ITERATIONS = 4000000, /* of a fraction or series: O(sqrt(shape)) of them are used */
	STEPS = 100,
};


double normal_p(double x)
{
	return 0.5 * erfc(-x * M_SQRT1_2);
}


double normal_q(double x)
{
	return 0.5 * erfc(x * M_SQRT1_2);
}


double normal_quantile(double p)
{
	if (!(p >= 0 && p <= 1))
		return NAN;
	if (p == 0 || p == 1)
		return p == 0 ? -INFINITY : INFINITY;

	return gsl_cdf_ugaussian_Pinv(p);
}


/* log Gamma(x + 1) minus Stirling's formula for it. */
static double stirling_error(double x)
{
	double y = 1 / (x * x);

	if (x < 15)
		return lgamma(x + 1) - (x + 0.5) * log(x) + x - HALF_LOG_2PI;

	return (1.0 / 12 -
		(1.0 / 360 -
		 (1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188 - 691.0 / 360360 * y) * y) * y) * y) *
			y) /
	       x;
}


/* x log(x / m) + m - x, without loss where x is near m. */
static double deviance(double x, double m)
{
	double v = (x - m) / (x + m), s = (x - m) * v, term = 2 * x * v, next;

	if (fabs(x - m) >= 0.1 * (x + m))
		return x * log(x / m) + m - x;
	for (int j = 1; j < STEPS; j++) {
		term *= v * v;
		next = s + term / (2 * j + 1);
		if (next == s)
			break;
		s = next;
	}

	return s;
}


/* x^a e^-x / Gamma(a + 1). */
static double gamma_lead(double x, double a)
{
	return exp(-stirling_error(a) - deviance(a, x)) / sqrt(2 * M_PI * a);
}


static double gamma_series(double x, double a)
{
	double sum = 1, term = 1;

	for (int k = 1; k < ITERATIONS; k++) {
		term *= x / (a + k);
		sum += term;
		if (term < sum * (DBL_EPSILON / 4))
			break;
	}

	return sum;
}


/* Lentz's method for the fraction of Gamma(a, x) / (x^a e^-x). */
static double gamma_fraction(double x, double a)
{
	double b = x + 1 - a, c = 1 / TINY, d = 1 / (b != 0 ? b : TINY), h = d;

	for (int k = 1; k < ITERATIONS; k++) {
		double an = -k * (k - a), step;

		b += 2;
		d = an * d + b;
		d = 1 / (d != 0 ? d : TINY);
		c = b + an / c;
		c = c != 0 ? c : TINY;
		step = c * d;
		h *= step;
		if (fabs(step - 1) < DBL_EPSILON)
			break;
	}

	return h;
}


/* Temme's uniform expansion of P(X <= x) to the second term; `side` -1 is that of P(X > x). */
static double gamma_large(double x, double a, double side)
{
	double d = deviance(a, x), eta = copysign(sqrt(2 * d / a), x - a), c;

	if (fabs(eta) < 1e-3)
		c = -1.0 / 3 + eta * (1.0 / 12 - eta * 2 / 135);
	else
		c = a / (x - a) - 1 / eta;

	return 0.5 * erfc(-side * eta * sqrt(a / 2)) - side * exp(-d) * c / sqrt(2 * M_PI * a);
}


static bool gamma_domain(double x, double a)
{
	return a > 0 && isfinite(a) && !isnan(x);
}


double gamma_p(double x, double a)
{
	if (!gamma_domain(x, a))
		return NAN;
	if (x <= 0)
		return 0;
	if (isinf(x))
		return 1;
	if (a > GAMMA_LARGE)
		return gamma_large(x, a, 1);
	if (x < a + 1)
		return gamma_lead(x, a) * gamma_series(x, a);

	return 1 - gamma_lead(x, a) * a * gamma_fraction(x, a);
}


double gamma_q(double x, double a)
{
	if (!gamma_domain(x, a))
		return NAN;
	if (x <= 0)
		return 1;
	if (isinf(x))
		return 0;
	if (a > GAMMA_LARGE)
		return gamma_large(x, a, -1);
	if (x < a + 1)
		return 1 - gamma_lead(x, a) * gamma_series(x, a);

	return gamma_lead(x, a) * a * gamma_fraction(x, a);
}


/* Wilson and Hilferty's cube, or the leading term where the quantile is small. */
static double gamma_guess(double p, double a)
{
	double z = normal_quantile(p), c = 1 - 1 / (9 * a) + z / (3 * sqrt(a));

	if (a > 0.5 && c > 0.2)
		return a * c * c * c;

	return exp((log(p) + lgamma(a + 1)) / a);
}


/* Halley's steps, kept within what is known of where the root lies. */
double gamma_quantile(double p, double a)
{
	double low = 0, high = INFINITY, x;

	if (!(p >= 0 && p <= 1) || !(a > 0) || isinf(a))
		return NAN;
	if (p == 0 || p == 1)
		return p == 0 ? 0 : INFINITY;
	x = gamma_guess(p, a);
	if (!(x > 0)) /* below the smallest number */
		return 0;

	for (int i = 0; i < STEPS; i++) {
		double over = x < a + 1 ? gamma_p(x, a) - p : (1 - p) - gamma_q(x, a);
		double density = gamma_lead(x, a) * a / x, u = over / density, next;

		if (over == 0)
			return x;
		if (over > 0)
			high = x;
		else
			low = x;
		u /= fmax(0.5, 1 - 0.5 * fmin(1, u * ((a - 1) / x - 1)));
		next = x - u;
		if (fabs(u) <= LAST_STEP * x)
			return next;
		if (!(next > low && next < high))
			next = isinf(high) ? 2 * x : low > 0 ? sqrt(low) * sqrt(high) : x / 2;
		x = next;
	}

	return x;
}


/* x^a y^b / (a B(a, b)) with y = 1 - x. */
static double beta_lead(double x, double y, double a, double b)
{
	double n = a + b;
	double log_term = stirling_error(n) - stirling_error(a) - stirling_error(b) -
			  deviance(a, n * x) - deviance(b, n * y);

	return b / n * exp(log_term) * sqrt(n / (2 * M_PI * a * b));
}


static double beta_fraction(double x, double a, double b)
{
	double c = 1, d = 1 - (a + b) * x / (a + 1), h;

	d = 1 / (d != 0 ? d : TINY);
	h = d;
	for (int k = 1; k < ITERATIONS; k++) {
		double m = k, up = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double down = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double step;

		d = 1 + up * d;
		d = 1 / (d != 0 ? d : TINY);
		c = 1 + up / c;
		c = c != 0 ? c : TINY;
		h *= c * d;
		d = 1 + down * d;
		d = 1 / (d != 0 ? d : TINY);
		c = 1 + down / c;
		c = c != 0 ? c : TINY;
		step = c * d;
		h *= step;
		if (fabs(step - 1) < DBL_EPSILON)
			break;
	}

	return h;
}


/* With y = 1 - x given apart, so that neither end loses digits. */
static double beta_both(double x, double y, double a, double b)
{
	if (!(a > 0 && b > 0) || isinf(a) || isinf(b) || isnan(x))
		return NAN;
	if (x <= 0 || y <= 0)
		return x <= 0 ? 0 : 1;
	if (a + b > BETA_LARGE && a > 1 && b > 1) {
		double d = deviance(a, (a + b) * x) + deviance(b, (a + b) * y);

		return normal_p(copysign(sqrt(2 * d), (a + b) * x - a));
	}
	if (x < (a + 1) / (a + b + 2))
		return beta_lead(x, y, a, b) * beta_fraction(x, a, b);

	return 1 - beta_lead(y, x, b, a) * beta_fraction(y, b, a);
}


double beta_p(double x, double a, double b)
{
	return beta_both(x, 1 - x, a, b);
}


double t_p(double x, double df)
{
	double d = df + x * x, tail;

	if (!(df > 0) || isnan(x))
		return NAN;
	if (isinf(x))
		return x > 0 ? 1 : 0;
	tail = beta_both(df / d, x * x / d, df / 2, 0.5) / 2;

	return x > 0 ? 1 - tail : tail;
}


static double t_density(double x, double df)
{
	return exp(lgamma((df + 1) / 2) - lgamma(df / 2) - (df + 1) / 2 * log1p(x * x / df)) /
	       sqrt(df * M_PI);
}


/* Newton's steps within a bracket, for the upper half. */
double t_quantile(double p, double df)
{
	double low = 0, high = INFINITY, q, x;

	if (!(p >= 0 && p <= 1) || !(df > 0))
		return NAN;
	if (p < 0.5)
		return -t_quantile(1 - p, df);
	if (p == 1)
		return INFINITY;
	q = 1 - p;
	x = normal_quantile(p) + 0.1;
	for (int i = 0; i < 4 * STEPS; i++) {
		double over = q - t_p(-x, df); /* > 0: x is too large */
		double next = x - over / t_density(x, df);

		if (over == 0)
			return x;
		if (over > 0)
			high = x;
		else
			low = x;
		if (fabs(next - x) <= LAST_STEP * fabs(x))
			return next;
		if (!(next > low && next < high))
			next = isinf(high) ? 2 * x : (low + high) / 2;
		x = next;
	}

	return x;
}


double poisson_p(double k, double mean)
{
	if (!(mean >= 0) || isnan(k))
		return NAN;
	if (k < 0)
		return 0;
	if (mean == 0)
		return 1;

	return gamma_q(mean, floor(k) + 1);
}


double nbinom_p(double k, double size, double prob)
{
	if (!(size > 0) || !(prob > 0 && prob <= 1) || isnan(k))
		return NAN;
	if (k < 0)
		return 0;
	if (prob == 1)
		return 1;

	return beta_p(prob, size, floor(k) + 1);
}


struct counting {
	double a, b; /* mean; or size and prob */
	double (*p)(double k, double a, double b);
};


static double poisson_of(double k, double a, double b)
{
	(void)b;

	return poisson_p(k, a);
}


/*
 * The least whole k with P(X <= k) >= p, from a guess: double the steps away from it, then
 * halve. A probability that equals p but for rounding counts as reaching it, as in R.
 */
static double count_quantile(double p, double guess, const struct counting *c)
{
	double goal = p * (1 - 64 * DBL_EPSILON), step = 1, low, high;

	guess = fmax(0, floor(guess));
	if (c->p(guess, c->a, c->b) >= goal) {
		high = guess;
		low = high - step;
		while (low >= 0 && c->p(low, c->a, c->b) >= goal) {
			high = low;
			low = high - 2 * step;
			step *= 2;
		}
		low = fmax(low, -1);
	} else {
		low = guess;
		high = low + step;
		while (high < 1e300 && c->p(high, c->a, c->b) < goal) {
			low = high;
			high = low + 2 * step;
			step *= 2;
		}
	}
	while (high - low > 1) {
		double middle = floor(low + (high - low) / 2);

		if (middle <= low || middle >= high)
			break; /* whole numbers are no longer told apart */
		if (c->p(middle, c->a, c->b) >= goal)
			high = middle;
		else
			low = middle;
	}

	return high;
}


/* Cornish and Fisher's first terms. */
static double count_guess(double p, double mean, double sd, double skew)
{
	double z = normal_quantile(p);

	return mean + sd * (z + skew * (z * z - 1) / 6) + 0.5;
}


double poisson_quantile(double p, double mean)
{
	const struct counting c = { mean, 0, poisson_of };

	if (!(mean >= 0) || isinf(mean) || !(p >= 0 && p <= 1))
		return NAN;
	if (mean == 0 || p == 0)
		return 0;
	if (p == 1)
		return INFINITY;

	return count_quantile(p, count_guess(p, mean, sqrt(mean), 1 / sqrt(mean)), &c);
}


double nbinom_quantile(double p, double size, double prob)
{
	const struct counting c = { size, prob, nbinom_p };
	double mean = size * (1 - prob) / prob, sd = sqrt(mean / prob);

	if (!(size > 0) || isinf(size) || !(prob > 0 && prob <= 1) || !(p >= 0 && p <= 1))
		return NAN;
	if (prob == 1 || p == 0)
		return 0;
	if (p == 1)
		return INFINITY;

	return count_quantile(p, count_guess(p, mean, sd, (2 - prob) / prob / sd), &c);
}
