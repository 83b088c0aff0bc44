/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Methods of monitoring on series so plain that the answer is a formula. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "watch/method.h"
#include "watch/rt.h"
#include "watch/special.h"
#include "t.h"

#define NEAR(want, got) \
	ck_assert_double_eq_tol((got), (want), 1e-10 * fmax(1, fabs((double)(want))))

static struct result result;


/* Run a method over a file; its result is looked at by at(). */
static void run(const char *method, const char *params, const char *csv)
{
	struct fault f = { 0 };

	result_clear(&result);
	ck_assert_msg(method_run_csv(&result, method_find(method), params, 52, csv, strlen(csv),
				     &f) == 0,
		      "%s: %s %s", method, f.path, f.text);
}


static double at(size_t row, const char *column)
{
	ck_assert(row < result.rows);

	return result_at(&result, row, column);
}


static void refuses(const char *method, const char *params, const char *csv)
{
	struct fault f = { 0 };

	result_clear(&result);
	ck_assert(method_run_csv(&result, method_find(method), params, 52, csv, strlen(csv),
				 &f) != 0);
	ck_assert_msg(f.text[0], "%s: no sentence", method);
}


/* So many values, all the same. */
static const char *constant(int n, int value)
{
	static char csv[8192];
	size_t len = (size_t)snprintf(csv, sizeof(csv), "y\n");

	for (int i = 0; i < n; i++)
		len += (size_t)snprintf(csv + len, sizeof(csv) - len, "%d\n", value);

	return csv;
}


T(the_serial_interval_keeps_its_mean)
{
	double w[101], sum = 0, mean = 0;

	T_OK(si_discretise(w, 101, 4.7, 2.9, NULL));
	for (int k = 0; k < 101; k++) {
		sum += w[k];
		mean += k * w[k];
	}
	ck_assert(w[0] == 0);
	NEAR(1, sum);
	NEAR(4.7, mean);
	ck_assert(si_discretise(w, 101, 1, 2.9, NULL) != 0);
}


/* Window of one day, prior of shape 1 and scale 5: without cases R is exponential. */
T(r_of_a_day_is_the_prior_and_the_cases)
{
	double w[9], lambda = 0, scale;

	run("estimateR", "{\"window\":1}", "y\n3\n1\n4\n1\n5\n0\n2\n0\n");
	T_OK(si_discretise(w, 9, 4.7, 2.9, NULL));
	lambda = 0 * w[1] + 5 * w[2] + 1 * w[3] + 4 * w[4] + 1 * w[5] + 3 * w[6];
	ck_assert(isnan(at(0, "mean"))); /* before the mean of the serial interval */
	scale = 1 / (1 / 5.0 + lambda);
	NEAR(7, at(5, "t_end"));
	NEAR(3 * scale, at(5, "mean"));
	NEAR(sqrt(3) * scale, at(5, "sd"));
	lambda = 2 * w[1] + 0 * w[2] + 5 * w[3] + 1 * w[4] + 4 * w[5] + 1 * w[6] + 3 * w[7];
	scale = 1 / (1 / 5.0 + lambda);
	NEAR(-log(0.5) * scale, at(6, "median"));
	NEAR(-log(0.025) * scale, at(6, "q975"));
}


T(r_is_not_said_where_days_are_missing)
{
	run("estimateR", "{\"window\":2}",
	    "y\n3\n1\n4\n1\n5\n2\nNA\n9\n2\n6\n5\n3\n5\n8\n9\n7\n9\n3\n2\n3\n8\n4\n6\n2\n6\n");
	for (size_t i = 0; i < result.rows; i++) {
		double end = at(i, "t_end");

		if (end == 7 || end == 8)
			ck_assert(isnan(at(i, "mean")));
		if (end == 6 || end == 25)
			ck_assert(!isnan(at(i, "mean")));
	}
}


/* Expansions for large numbers of cases join the exact quantiles for small ones. */
T(quantiles_of_r_are_smooth)
{
	char csv[256];

	for (int y = 200; y < 300; y += 7) {
		double scale;

		(void)snprintf(csv, sizeof(csv), "y\n9\n9\n9\n9\n9\n9\n9\n%d\n", y);
		run("estimateR", "{\"window\":1}", csv);
		scale = at(6, "mean") / (y + 1);
		ck_assert_double_eq_tol(at(6, "q025"), gamma_quantile(0.025, y + 1) * scale,
					1e-11 * y);
		ck_assert_double_eq_tol(at(6, "q95"), gamma_quantile(0.95, y + 1) * scale,
					1e-11 * y);
	}
}


/* Every case of day 3 is caused by the two of day 1 and the one of day 2, by w. */
T(cases_are_shared_among_those_before)
{
	double w[4];

	run("wallinga_teunis", "{\"window\":1,\"mean_si\":2,\"std_si\":1}", "y\n2\n1\n4\n");
	T_OK(si_discretise(w, 4, 2, 1, NULL));
	NEAR(4 * w[1] / (w[1] + 2 * w[2]), at(0, "mean"));
	NEAR(0, at(1, "mean"));
}


T(growth_of_a_doubling)
{
	run("growth_loglinear", "", "y\n1\n2\n4\n8\n16\n32\n64\n");
	NEAR(log(2), at(0, "r"));
	NEAR(1, at(0, "doubling"));
	ck_assert(isnan(at(0, "halving")) && at(0, "n") == 7);
	/* 1 0 4: the zero has no logarithm; two points have no interval. */
	run("growth_loglinear", "{\"window\":3,\"minpoints\":2}", "y\n4\n0\n1\n");
	NEAR(-log(2), at(0, "r"));
	NEAR(1, at(0, "halving"));
	ck_assert(isnan(at(0, "r_lo")) && at(0, "n") == 2);
	run("growth_loglinear", "{\"window\":3}", "y\n4\n0\n1\n");
	ck_assert(isnan(at(0, "r")));
}


T(incidence_and_the_week_before)
{
	run("incidence", "{\"window\":3}", "y,population\n1,1000\n2,1000\n3,2000\n4,2000\n");
	NEAR(6.0 / 2000 * 100000, at(0, "incidence"));
	NEAR(9.0 / 2000 * 100000, at(1, "incidence"));
	refuses("incidence", "{\"window\":3}", "y\n1\n2\n3\n");
	run("week_ratio", "{\"window\":2}", "y\n0\n0\n3\n4\nNA\n6\n");
	ck_assert(isnan(at(0, "ratio")) && at(0, "cases") == 7);
	ck_assert(isnan(at(1, "cases")));
}


/* m = 4: z = (y - 4) / 2. */
T(a_cumulative_sum_by_hand)
{
	run("cusum", "{\"m\":4,\"k\":0.5,\"h\":2}", "y\n4\n6\n8\n10\n0\n");
	NEAR(0, at(0, "cusum"));
	NEAR(9, at(0, "upperbound")); /* 4 + 2 (2 + 0.5) */
	NEAR(0.5, at(1, "cusum"));
	NEAR(2, at(2, "cusum"));
	ck_assert(at(2, "alarm") == 1); /* it is reached */
	NEAR(4.5, at(3, "cusum"));
	NEAR(2, at(4, "cusum"));
	run("cusum", "{\"m\":4,\"k\":0.5,\"h\":2,\"reset\":true}", "y\n4\n6\n8\n10\n0\n");
	NEAR(2.5, at(3, "cusum"));
	NEAR(0, at(4, "cusum"));
	run("cusum", "{\"range\":[4,5],\"k\":0.5,\"h\":2}", "y\n4\nNA\n6\n10\n0\n");
	NEAR(5, at(0, "m"));
}


/* Equal counts: mean 9, dispersion at least 1, standard error 9 / n. */
T(bounds_of_farrington_for_equal_counts)
{
	double z = normal_quantile(0.995), tau = 1 + 1.0 / 14, upper;

	run("farrington", "{\"b\":2,\"w\":3,\"trend\":false,\"range\":[120,120]}",
	    constant(120, 9));
	upper = pow(pow(9, 2.0 / 3) + z * sqrt(4.0 / 9 * pow(9, 1.0 / 3) * tau), 1.5);
	NEAR(upper, at(0, "upperbound"));
	NEAR(0.5, at(0, "pd_q"));
	NEAR(9, at(0, "pd_median"));
	run("farrington",
	    "{\"b\":2,\"w\":3,\"trend\":false,\"range\":[120,120],\"limit54\":[40,4]}",
	    constant(120, 9));
	ck_assert(at(0, "upperbound") == 0 && at(0, "alarm") == 0);
	refuses("farrington", "{\"b\":2,\"w\":3,\"range\":[100,100]}", constant(120, 9));
}


T(bounds_of_flexible_for_equal_counts)
{
	const char *params =
		"{\"b\":2,\"w\":3,\"noPeriods\":4,\"trend\":false,\"range\":[120,120],"
		"\"pastWeeksNotIncluded\":20,\"thresholdMethod\":\"nbPlugin\"}";

	run("farringtonFlexible", params, constant(120, 4));
	ck_assert(at(0, "phi") == 1 && at(0, "upperbound") == 8);
	NEAR(4, at(0, "expected"));
	NEAR(1 - poisson_p(3, 4), at(0, "pvalue"));
	ck_assert(at(0, "trend") == 0 && isnan(at(0, "trendCoef")));
	refuses("farringtonFlexible", "{\"b\":2,\"noPeriods\":60,\"range\":[120,120]}",
		constant(120, 4));
	refuses("farringtonFlexible", "{\"b\":2,\"range\":[100,100]}", constant(120, 4));
	refuses("farringtonFlexible", "{\"b\":2,\"populationOffset\":true,\"range\":[120,120]}",
		constant(120, 4));
	refuses("farringtonFlexible", "{\"b\":2,\"epochAsDate\":true,\"range\":[120,120]}",
		constant(120, 4));
}


/* Six zeros before: P(0) = (6/7)^(1/2) = 0.926, P(<= 1) = 0.992. */
T(sparse_counts_by_bayes_and_rki)
{
	run("bayes", "", "y\n0\n0\n0\n0\n0\n0\n2\n1\n");
	ck_assert(at(0, "upperbound") == 1 && at(0, "alarm") == 1);
	run("rki", "{\"b\":0,\"w\":4,\"actY\":true}", "y\n2\n3\n2\n3\n7\n30\n30\n30\n40\n40\n");
	ck_assert(at(0, "upperbound") == 6.686 && at(0, "alarm") == 1);
	NEAR(32.5 + 2 * 5, at(5, "upperbound"));
	refuses("rki", "{\"b\":0,\"w\":4,\"actY\":false}", constant(20, 1));
	/* Half a window of more than a year: it ends with the series, as in R. */
	run("rki", "{\"range\":[113,113],\"b\":1,\"w\":60}", constant(113, 30));
	NEAR(30, at(0, "upperbound"));
}


/* One count of 5 against a mean of 2: 5 log 2.5 - 3; two of them have twice that. */
T(likelihood_ratios_by_hand)
{
	double one = 5 * log(2.5) - 3;

	run("glrnb", "{\"mu0\":2,\"c.ARL\":3}", "y\n2\n5\n5\n5\n");
	NEAR(0, at(0, "glr"));
	NEAR(one, at(1, "glr"));
	NEAR(2 * one, at(2, "glr"));
	ck_assert(at(2, "alarm") == 1);
	NEAR(one, at(3, "glr")); /* it begins anew */
	run("glrnb", "{\"mu0\":2,\"theta\":0.5}", "y\n5\n0\n");
	NEAR(5 * 0.5 - 2 * (exp(0.5) - 1), at(0, "glr"));
	/* A sudden outbreak, which R's iteration runs away from. */
	run("glrnb", "{\"mu0\":0.5,\"alpha\":0.1,\"exact\":true}", "y\n10\n");
	NEAR(10 * log(20) + 20 * (log(1.05) - log(2)), at(0, "glr"));
	run("glrnb", "{\"mu0\":0.5,\"alpha\":0.1}", "y\n10\n");
	ck_assert(at(0, "glr") == 0);
	refuses("glrnb", "", constant(20, 1));
}


/* Changes 1 and -2 both ways: -2 -1 1 2. */
T(forecasts_and_their_score)
{
	run("hub_baseline_h1_wis", "{\"origins\":[3,3,2]}", "y\n10\n11\n9\n9\n");
	NEAR(9, at(0, "q0.500"));
	NEAR(9 - 1.25, at(0, "q0.250")); /* a quarter of the way from -2 to 2: -2 + 0.75 */
	NEAR(9 - 2 + 0.03, at(0, "q0.010"));
	run("hub_baseline_h1_wis", "{\"origins\":[2,2,2]}", "y\n1\n9\n9\n");
	ck_assert(at(0, "q0.010") > 0 && at(0, "q0.990") < 17);
	refuses("hub_baseline_h1_wis", "", constant(20, 1));
}


T(the_most_unlikely_cluster)
{
	const char *csv = "region,lat,lon,population,cases\nA,0,0,100,1\nB,0,1,100,9\n"
			  "\"C, east\",0,2,100,8\nD,50,50,300,2\n";

	run("scan", "{\"replicates\":99}", csv);
	ck_assert(at(0, "size") == 2 && at(0, "cases") == 17);
	NEAR(20 / 3.0, at(0, "expected"));
	NEAR(17 * log(17 * 3 / 20.0) + 3 * log(3 * 3 / 40.0), at(0, "llr"));
	NEAR(17 / (20 / 3.0) / (3 / (40 / 3.0)), at(0, "rr"));
	NEAR(6371.0088 * M_PI / 180, at(0, "radius_km"));
	T_STR("C, east;B", result.texts[(size_t)at(0, "members")]);
	ck_assert(at(0, "p") <= 0.05);
	refuses("scan", "", "region,lat,lon,population,cases\nA,0,0,100,1\n");
	refuses("scan", "", "region,lat,lon,population,cases\nA,99,0,100,1\nB,0,0,1,1\n");
}


/*
 * Delays of 0 and 1 day.  As of the 3rd: of the 1st one came at once, one later; of the 2nd one
 * came later than at once; so half of the cases come late, and the two of the 2nd are all
 * there.
 */
T(cases_still_to_be_reported)
{
	const char *csv = "event,report\n2020-05-01,2020-05-01\n2020-05-01,2020-05-02\n"
			  "2020-05-02,2020-05-02\n2020-05-02,2020-05-03\n"
			  "2020-05-03,2020-05-03\n2020-05-03,2020-05-04\n,2020-05-04\n";

	run("nowcast", "{\"now\":\"2020-05-03\",\"D\":1,\"back\":1,\"method\":\"lawless\"}",
	    csv);
	T_INT(1, (int)result.rows);
	ck_assert(at(0, "reported") == 2 && at(0, "median") == 2 && at(0, "hi") == 2);
	run("nowcast", "{\"now\":\"2020-05-03\",\"D\":2,\"back\":1,\"method\":\"bayes.trunc\"}",
	    csv);
	ck_assert(at(0, "reported") == 2 && at(0, "lo") >= 2 && at(0, "hi") >= at(0, "median"));
	refuses("nowcast", "", "event,report\n2020-05-02,2020-05-01\n");
	refuses("nowcast", "{\"now\":\"2020-13-01\"}", csv);
	/* No Gamma-Poisson number varies less than a Poisson one; lawless asks for no prior. */
	refuses("nowcast", "{\"mean.lambda\":30,\"var.lambda\":30}", csv);
	refuses("nowcast",
		"{\"method\":\"bayes.notrunc\",\"mean.lambda\":30,\"var.lambda\":10}", csv);
	run("nowcast", "{\"method\":\"lawless\",\"mean.lambda\":30,\"var.lambda\":10}", csv);
}

T_MAIN("watch detectors", C(the_serial_interval_keeps_its_mean),
       C(r_of_a_day_is_the_prior_and_the_cases), C(r_is_not_said_where_days_are_missing),
       C(quantiles_of_r_are_smooth), C(cases_are_shared_among_those_before),
       C(growth_of_a_doubling), C(incidence_and_the_week_before), C(a_cumulative_sum_by_hand),
       C(bounds_of_farrington_for_equal_counts), C(bounds_of_flexible_for_equal_counts),
       C(sparse_counts_by_bayes_and_rki), C(likelihood_ratios_by_hand),
       C(forecasts_and_their_score), C(the_most_unlikely_cluster),
       C(cases_still_to_be_reported))
