/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Special functions where they have closed forms, and far out, where others lose their digits.
 */
#include <math.h>

#include "watch/qr.h"
#include "watch/special.h"
#include "t.h"

#define NEAR(want, got) \
	ck_assert_double_eq_tol((got), (want), 1e-13 * fmax(1e-3, fabs((double)(want))))


T(the_normal_distribution)
{
	NEAR(0.5, normal_p(0));
	NEAR(1.959963984540054, normal_quantile(0.975));
	NEAR(0.15865525393145707, normal_q(1));
	ck_assert(normal_q(38) > 0 && normal_q(38) < 1e-300);
	ck_assert(isinf(normal_quantile(1)) && isnan(normal_quantile(1.5)));
}


T(gamma_with_shape_one_is_exponential)
{
	for (double x = 1e-6; x < 600; x *= 1.7) {
		NEAR(-expm1(-x), gamma_p(x, 1));
		ck_assert_double_eq_tol(gamma_q(x, 1), exp(-x), 1e-13 * exp(-x));
	}
	NEAR(-log1p(-0.025), gamma_quantile(0.025, 1));
	NEAR(-log1p(-0.975), gamma_quantile(0.975, 1));
	ck_assert(isnan(gamma_quantile(0.5, 0)) && isnan(gamma_p(1, -1)));
}


/* P(1/2, x) = erf(sqrt x); P(2, x) = 1 - (1 + x) e^-x. */
T(gamma_with_shapes_half_and_two)
{
	for (double x = 0.01; x < 40; x *= 1.5) {
		NEAR(erf(sqrt(x)), gamma_p(x, 0.5));
		if (x > 0.5)
			NEAR(1 - (1 + x) * exp(-x), gamma_p(x, 2));
	}
}


/* The median is a - 1/3 + 8 / (405 a) + 184 / (25515 a^2) - ... (Choi 1994). */
T(gamma_quantiles_hold_for_shapes_in_the_millions)
{
	static const double levels[] = { 1e-6, 0.025, 0.05, 0.5, 0.95, 0.975 };

	for (double a = 0.01; a < 1e8; a *= 3.7) {
		for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
			double x = gamma_quantile(levels[i], a);

			if (x > 1e-290)
				ck_assert_double_eq_tol(gamma_p(x, a), levels[i],
							1e-9 * levels[i]);
		}
		if (a > 50)
			ck_assert_double_eq_tol(
				gamma_quantile(0.5, a),
				a - 1.0 / 3 + 8 / (405 * a) + 184 / (25515 * a * a), 1e-11 * a);
	}
}


/* I_x(1, b) = 1 - (1 - x)^b; I_x(a, a) at 1/2 is 1/2. */
T(the_incomplete_beta_function)
{
	for (double x = 0.01; x < 1; x += 0.07) {
		NEAR(1 - pow(1 - x, 7), beta_p(x, 1, 7));
		NEAR(pow(x, 2.5), beta_p(x, 2.5, 1));
	}
	for (double a = 0.1; a < 1e7; a *= 9)
		ck_assert_double_eq_tol(beta_p(0.5, a, a), 0.5, 1e-12);
	NEAR(0, beta_p(0, 2, 3));
	NEAR(1, beta_p(1, 2, 3));
}


/* One degree of freedom is Cauchy's; the others are of printed tables. */
T(student_t)
{
	NEAR(tan(M_PI * 0.475), t_quantile(0.975, 1));
	ck_assert_double_eq_tol(t_quantile(0.975, 5), 2.570581835636314, 1e-12);
	ck_assert_double_eq_tol(t_quantile(0.025, 5), -2.570581835636314, 1e-12);
	ck_assert_double_eq_tol(t_quantile(0.975, 1e7), 1.959964, 1e-6);
	NEAR(0.75, t_p(1, 1));
	NEAR(0.5, t_p(0, 3));
}


T(poisson_counts)
{
	double sum = 0, term = exp(-4);

	for (int k = 0; k < 20; k++) {
		sum += term;
		term *= 4.0 / (k + 1);
		NEAR(sum, poisson_p(k, 4));
	}
	ck_assert(poisson_quantile(0.95, 4) == 8);
	ck_assert(poisson_quantile(0.99, 0.005) == 0 && poisson_quantile(0.5, 0) == 0);
	ck_assert(poisson_p(-1, 4) == 0 && poisson_p(3, 0) == 1);
	for (double mean = 10; mean < 1e9; mean *= 31) {
		double k = poisson_quantile(0.999, mean);

		ck_assert(poisson_p(k, mean) >= 0.999 && poisson_p(k - 1, mean) < 0.999);
	}
}


/* Size 1 is geometric. */
T(negative_binomial_counts)
{
	/* Numbers that no region has come to an end too. */
	ck_assert_double_eq_tol(poisson_quantile(0.99, 1e40), 1e40, 1e25);
	ck_assert_double_eq_tol(nbinom_quantile(0.5, 1e30, 0.5), 1e30, 1e18);
	ck_assert_double_eq_tol(gamma_p(1.0001e8, 1e8), normal_p(0.99998), 1e-4);
	ck_assert_double_eq_tol(gamma_p(1.0002e7, 0.9999999e7), gamma_p(1.0002e7, 1.0000001e7),
				1e-3);

	for (int k = 0; k < 30; k++)
		NEAR(1 - pow(0.7, k + 1), nbinom_p(k, 1, 0.3));
	ck_assert(nbinom_quantile(0.95, 0.5, 6.0 / 7) == 1);
	ck_assert(nbinom_quantile(0.9, 1, 1) == 0);
	for (double size = 0.01; size < 1e7; size *= 11) {
		double k = nbinom_quantile(0.99, size, 0.2);

		ck_assert(nbinom_p(k, size, 0.2) >= 0.99 * (1 - 1e-12));
		ck_assert(k == 0 || nbinom_p(k - 1, size, 0.2) < 0.99);
	}
}


T(least_squares_of_a_line)
{
	double x[] = { 1, 1, 1, 1, 0, 1, 2, 3 }, y[] = { 1, 3, 5, 7 }, b[2];
	double twice[] = { 1, 1, 1, 2, 2, 2 }, z[] = { 1, 2, 3 };

	T_OK(qr_solve(b, x, y, 4, 2));
	NEAR(1, b[0]);
	NEAR(2, b[1]);
	ck_assert(qr_solve(b, twice, z, 3, 2) != 0);
}

T_MAIN("watch special", C(the_normal_distribution), C(gamma_with_shape_one_is_exponential),
       C(gamma_with_shapes_half_and_two), C(gamma_quantiles_hold_for_shapes_in_the_millions),
       C(the_incomplete_beta_function), C(student_t), C(poisson_counts),
       C(negative_binomial_counts), C(least_squares_of_a_line))
