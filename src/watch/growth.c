/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>

#include "watch/growth.h"
#include "watch/qr.h"
#include "watch/special.h"

enum {
	WINDOW_MAX = 366,
};

static const char *const zeros[] = { "dropped", NULL };

static const struct param growth_params[] = {
	PARAM("window", PARAM_INT, struct growth_params, window, 2, WINDOW_MAX, "7", NULL,
	      "values of a window"),
	PARAM("conf", PARAM_REAL, struct growth_params, conf, 0.01, 0.999999, "0.95", NULL,
	      "coverage of the interval of r"),
	PARAM("zeros", PARAM_WORD, struct growth_params, zeros, 0, 0, "\"dropped\"", zeros,
	      "a value of zero has no logarithm and is left out"),
	PARAM("minpoints", PARAM_INT, struct growth_params, minpoints, 2, 366, "3", NULL,
	      "values above zero that a window needs"),
};

static const struct column growth_columns[] = {
	{ "t", COLUMN_INT, "last time of the window, from 1" },
	{ "n", COLUMN_INT, "values above zero in it" },
	{ "r", COLUMN_REAL, "growth in a unit of time: slope of the logarithm" },
	{ "r_lo", COLUMN_REAL, "its interval by Student's t" },
	{ "r_hi", COLUMN_REAL, "" },
	{ "doubling", COLUMN_REAL, "time to double, where it grows" },
	{ "halving", COLUMN_REAL, "time to halve, where it shrinks" },
};


/* What is left of y after the line, squared; x and y are those of qr_solve(). */
static double residual(const double *y, size_t n)
{
	double sum = 0;

	for (size_t i = 2; i < n; i++)
		sum += y[i] * y[i];

	return sum;
}


void growth_of(struct growth *out, const double *y, const struct growth_params *p)
{
	double x[2 * WINDOW_MAX], l[WINDOW_MAX], line[2], mean = 0, tt = 0, se;
	size_t n = 0;

	*out = (struct growth){ 0, NAN, NAN, NAN, NAN, NAN };
	for (int64_t i = 0; i < p->window; i++)
		n += y[i] > 0;
	out->n = (int64_t)n;
	if (out->n < p->minpoints)
		return;
	n = 0;
	for (int64_t i = 0; i < p->window; i++) {
		if (!(y[i] > 0))
			continue;
		x[n] = 1;
		x[(size_t)out->n + n] = (double)(i + 1);
		l[n++] = log(y[i]);
		mean += ((double)i - mean) / (double)n;
	}
	for (int64_t i = 0; i < p->window; i++)
		tt += y[i] > 0 ? ((double)i - mean) * ((double)i - mean) : 0;
	if (qr_solve(line, x, l, n, 2))
		return;
	out->r = line[1];
	if (n > 2) {
		se = sqrt(residual(l, n) / (double)(n - 2) / tt) *
		     t_quantile(0.5 + p->conf / 2, (double)(n - 2));
		out->r_lo = out->r - se;
		out->r_hi = out->r + se;
	}
	if (out->r > 0)
		out->doubling = M_LN2 / out->r;
	else if (out->r < 0)
		out->halving = -M_LN2 / out->r;
}


static int need(const struct counts *s, size_t values, struct fault *f)
{
	if (s->n >= values)
		return 0;

	return fault_set(f, E_RANGE,
			 "The series is too short: %zu values are needed, it has %zu.", values,
			 s->n);
}


static int run_growth(struct result *out, const void *input, const void *params,
		      struct fault *f)
{
	const struct growth_params *p = params;
	const struct counts *s = input;
	size_t window = (size_t)p->window;
	struct growth g;
	int err = need(s, window, f);

	for (size_t end = window; !err && end <= s->n; end++) {
		double *row = result_row(out);

		growth_of(&g, s->y + end - window, p);
		row[0] = (double)end;
		row[1] = (double)g.n;
		row[2] = g.r;
		row[3] = g.r_lo;
		row[4] = g.r_hi;
		row[5] = g.doubling;
		row[6] = g.halving;
	}

	return err;
}

const struct method growth_loglinear = {
	"growth_loglinear",
	"growth rate, doubling and halving time by log-linear regression",
	growth_params,
	ARRAY_LEN(growth_params),
	sizeof(struct growth_params),
	growth_columns,
	ARRAY_LEN(growth_columns),
	METHOD_COUNTS,
	run_growth,
};

static const struct param incidence_params[] = {
	PARAM("window", PARAM_INT, struct incidence_params, window, 1, 366, "7", NULL,
	      "values that are added up"),
	PARAM("per", PARAM_REAL, struct incidence_params, per, 1, 1e9, "100000", NULL,
	      "inhabitants"),
	PARAM("population", PARAM_REAL, struct incidence_params, population, 0, 1e12, "0", NULL,
	      "inhabitants; 0: the column population of the series"),
};

static const struct column incidence_columns[] = {
	{ "t", COLUMN_INT, "last time of the window, from 1" },
	{ "cases", COLUMN_INT, "in the window" },
	{ "population", COLUMN_INT, "at its end" },
	{ "incidence", COLUMN_REAL, "cases for so many inhabitants" },
};


double window_sum(const double *y, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += y[i];

	return sum;
}


static int run_incidence(struct result *out, const void *input, const void *params,
			 struct fault *f)
{
	const struct incidence_params *p = params;
	const struct counts *s = input;
	size_t window = (size_t)p->window;
	int err = need(s, window, f);

	if (!err && !(p->population > 0) && !s->population)
		err = fault_set(f, E_RANGE,
				"The population is known neither from a column of the series "
				"nor from the parameter population.");
	for (size_t end = window; !err && end <= s->n; end++) {
		double *row = result_row(out);

		row[0] = (double)end;
		row[1] = window_sum(s->y + end - window, window);
		row[2] = p->population > 0 ? p->population : s->population[end - 1];
		if (row[2] > 0)
			row[3] = row[1] / row[2] * p->per;
	}

	return err;
}

const struct method incidence_per = {
	"incidence",
	"cases in 7 or 14 days for 100,000 inhabitants",
	incidence_params,
	ARRAY_LEN(incidence_params),
	sizeof(struct incidence_params),
	incidence_columns,
	ARRAY_LEN(incidence_columns),
	METHOD_COUNTS,
	run_incidence,
};

static const struct param ratio_params[] = {
	PARAM("window", PARAM_INT, struct ratio_params, window, 1, 366, "7", NULL,
	      "values of a week"),
};

static const struct column ratio_columns[] = {
	{ "t", COLUMN_INT, "last time of the week, from 1" },
	{ "cases", COLUMN_INT, "in the week" },
	{ "before", COLUMN_INT, "in the week before it" },
	{ "ratio", COLUMN_REAL, "the one to the other; NA where there were none before" },
};


static int run_ratio(struct result *out, const void *input, const void *params, struct fault *f)
{
	const struct ratio_params *p = params;
	const struct counts *s = input;
	size_t window = (size_t)p->window;
	int err = need(s, 2 * window, f);

	for (size_t end = 2 * window; !err && end <= s->n; end++) {
		double *row = result_row(out);

		row[0] = (double)end;
		row[1] = window_sum(s->y + end - window, window);
		row[2] = window_sum(s->y + end - 2 * window, window);
		if (row[2] > 0)
			row[3] = row[1] / row[2];
	}

	return err;
}

const struct method week_ratio = {
	"week_ratio",
	"cases of a week to those of the week before",
	ratio_params,
	ARRAY_LEN(ratio_params),
	sizeof(struct ratio_params),
	ratio_columns,
	ARRAY_LEN(ratio_columns),
	METHOD_COUNTS,
	run_ratio,
};
