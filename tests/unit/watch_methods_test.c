/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "watch/method.h"
#include "t.h"

static struct arena *arena;


static int take(struct counts *s, struct fault *f, const char *csv)
{
	arena = arena_new(4096);
	*f = (struct fault){ 0 };

	return counts_parse(s, arena, csv, strlen(csv), f);
}


static void refused(int err, int line, int col, const char *csv)
{
	struct fault f;
	struct counts s;

	T_INT(err, take(&s, &f, csv));
	ck_assert_msg(f.line == line && f.col == col && f.text[0], "%s: %d:%d %s", csv, f.line,
		      f.col, f.text);
	arena_free(arena);
}


T(a_series_has_missing_values_that_are_not_zero)
{
	struct fault f;
	struct counts s;

	T_OK(take(&s, &f,
		  "y,t,date\r\n3,1,2020-02-28\r\n,2,2020-02-29\r\nNA,3,2020-03-01\r\n0,4,"
		  "2020-03-02"));
	T_INT(4, s.n);
	T_INT(365, s.freq);
	ck_assert(s.y[0] == 3 && isnan(s.y[1]) && isnan(s.y[2]) && s.y[3] == 0);
	ck_assert(s.day[3] - s.day[0] == 3 && !s.population);
	arena_free(arena);
}


T(the_steps_of_dates_say_how_many_are_in_a_year)
{
	struct fault f;
	struct counts s;

	T_OK(take(&s, &f, "date,y\n2020-01-06,1\n2020-01-13,2\n"));
	T_INT(52, s.freq);
	arena_free(arena);
	T_OK(take(&s, &f, "date,y\n2020-01-01,1\n2020-02-01,2\n2020-03-01,2\n"));
	T_INT(12, s.freq);
	arena_free(arena);
	T_OK(take(&s, &f, "y\n1\n"));
	ck_assert(s.freq == 52 && !s.day);
	arena_free(arena);
}


T(what_is_wrong_with_a_file_is_said_with_its_place)
{
	refused(E_SYNTAX, 1, 1, "");
	refused(E_SYNTAX, 1, 1, "t\n1\n");
	refused(E_SYNTAX, 1, 3, "y,y\n1,1\n");
	refused(E_SYNTAX, 3, 1, "y\n1\n1 2\n");
	refused(E_SYNTAX, 2, 1, "y\n0x10\n");
	refused(E_SYNTAX, 2, 1, "y\n=1+1\n");
	refused(E_RANGE, 2, 1, "y\n1e300\n");
	refused(E_SYNTAX, 2, 1, "y,t\n\"1,1\n");
	refused(E_SYNTAX, 2, 2, "y\n1\"\n");
	refused(E_SYNTAX, 2, 5, "t,y\n1,1,1\n");
	refused(E_RANGE, 3, 3, "y,date\n1,2020-03-01\n2,2020-03-01\n");
	refused(E_SYNTAX, 2, 3, "y,date\n1,01.03.2020\n");
	refused(E_RANGE, 0, 0, "y\n");
	refused(E_RANGE, 0, 0, "y,date\n1,2020-03-01\n2,2020-03-02\n2,2020-03-04\n");
}


static double value(const char *method, const char *params, const char *csv, size_t row,
		    const char *column)
{
	struct fault f = { 0 };
	struct result r;
	double v;

	ck_assert_msg(
		method_run_csv(&r, method_find(method), params, 0, csv, strlen(csv), &f) == 0,
		"%s: %s: %s", method, f.path, f.text);
	v = result_at(&r, row, column);
	result_clear(&r);

	return v;
}


#define NEAR(want, got) \
	ck_assert_double_eq_tol((got), (want), 1e-12 * (1 + fabs((double)(want))))

/* 1 2 3 2 1 2 3 has the mean 2 and the variance 4/6. */
T(the_bound_of_c1_is_the_mean_and_3_09_deviations)
{
	const char *csv = "y\n1\n2\n3\n2\n1\n2\n3\n4\n";

	NEAR(2 + 3.0902323061678132 * sqrt(4.0 / 6), value("earsC1", "", csv, 0, "upperbound"));
	ck_assert(value("earsC1", "", csv, 0, "alarm") == 0);
	NEAR(2 + 1.2815515655446004 * 5,
	     value("earsC1", "{\"alpha\":0.1,\"minSigma\":5}", csv, 0, "upperbound"));
}


T(c2_leaves_out_two_days_and_c3_adds_them_up)
{
	const char *csv = "y\n1\n2\n3\n2\n1\n2\n3\n4\n9\n1\n5\n7\n";

	NEAR(2 + 3.0902323061678132 * sqrt(4.0 / 6), value("earsC2", "", csv, 0, "upperbound"));
	ck_assert(value("earsC2", "", csv, 0, "alarm") == 0);
	/* Day 12: the window 3..9 has the mean 24/7; days 10 and 11 those of 1..7 and 2..8. */
	ck_assert(value("earsC3", "", csv, 0, "t") == 12);
	{
		double s12 = sqrt((9 + 4 + 1 + 4 + 9 + 16 + 81 - 24.0 * 24 / 7) / 6);
		double s11 = sqrt((4 + 9 + 4 + 1 + 4 + 9 + 16 - 17.0 * 17 / 7) / 6);
		double part = (5 - 17.0 / 7) / s11 - 1;

		NEAR(7 + s12 * (1.9599639845400545 - part),
		     value("earsC3", "", csv, 0, "upperbound"));
	}
}


T(equal_values_leave_c3_open)
{
	const char *csv = "y\n0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n1\n";

	ck_assert(isnan(value("earsC3", "", csv, 0, "alarm")));
	ck_assert(value("earsC1", "", csv, 4, "alarm") == 1);
	ck_assert(value("earsC3", "{\"minSigma\":1}", csv, 0, "alarm") == 0);
}

T_MAIN("watch methods", C(a_series_has_missing_values_that_are_not_zero),
       C(the_steps_of_dates_say_how_many_are_in_a_year),
       C(what_is_wrong_with_a_file_is_said_with_its_place),
       C(the_bound_of_c1_is_the_mean_and_3_09_deviations),
       C(c2_leaves_out_two_days_and_c3_adds_them_up), C(equal_values_leave_c3_open))
