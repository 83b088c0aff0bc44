/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>

#include "watch/bayes.h"
#include "watch/reference.h"
#include "watch/special.h"

#define POISSON_MEAN_MAX 20

/* Upper ends of the 95 % intervals of Crow and Gardner for 0..20 events. */
static const double crow_gardner[POISSON_MEAN_MAX + 1] = {
	3.285,	5.323,	6.686,	8.102,	9.598,	11.177, 12.817, 13.765, 14.921, 16.768, 17.633,
	19.050, 20.335, 21.364, 22.945, 23.762, 25.400, 26.306, 27.735, 28.966, 30.017,
};

#define OF struct bayes_params
#define BASE_PARAMS(years, half, with)                                             \
	PARAM_RANGE(OF),                                                           \
		PARAM("b", PARAM_INT, OF, b, 0, YEARS_MAX, years, NULL,            \
		      "years that are looked back"),                               \
		PARAM("w", PARAM_INT, OF, w, 0, 366, half, NULL,                   \
		      "values before the time; half the window in earlier years"), \
		PARAM("actY", PARAM_BOOL, OF, this_year, 0, 0, with, NULL,         \
		      "are the w values before the time taken?")

static const struct param bayes_param[] = {
	BASE_PARAMS("0", "6", "true"),
	PARAM("alpha", PARAM_REAL, OF, alpha, 1e-12, 0.5, "0.05", NULL,
	      "probability of a false alarm of one value"),
};

static const struct param rki_param[] = {
	BASE_PARAMS("2", "4", "false"),
};

static const struct column columns[] = {
	{ "t", COLUMN_INT, "time, from 1" },
	{ "observed", COLUMN_INT, "the count" },
	{ "upperbound", COLUMN_REAL, "above it there is an alarm" },
	{ "alarm", COLUMN_ALARM, "is the count above it?" },
};

/* Sums over the base; missing values are left out. */
struct base {
	double n, sum, squares; /* squares: about `mean` */
	double mean;
};


/* A window that is wider than a year goes on after the time, but not after the last value. */
static void add(struct base *b, const struct counts *s, size_t from, size_t to)
{
	for (size_t t = from; t <= to && t <= s->n; t++) {
		double d = s->y[t - 1] - b->mean;

		if (isnan(d))
			continue;
		b->n++;
		b->sum += s->y[t - 1];
		b->squares += d * d;
	}
}


static void add_all(struct base *b, const struct counts *s, size_t k,
		    const struct bayes_params *p)
{
	size_t w = (size_t)p->w;

	b->n = b->sum = b->squares = 0;
	if (p->this_year && w)
		add(b, s, k - w, k - 1);
	for (int64_t i = 1; i <= p->b; i++)
		add(b, s, k - (size_t)(i * s->freq) - w, k - (size_t)(i * s->freq) + w);
}


static double bayes_bound(const struct base *b, const struct bayes_params *p)
{
	return nbinom_quantile(1 - p->alpha, b->sum + 0.5, b->n / (b->n + 1));
}


static double rki_bound(const struct base *b)
{
	if (b->mean > POISSON_MEAN_MAX)
		return b->mean + 2 * sqrt(b->squares / (b->n - 1));

	return b->mean >= 0 ? crow_gardner[(size_t)b->mean] : NAN;
}


static int run(struct result *out, const struct counts *s, const struct bayes_params *p,
	       bool by_bayes, struct fault *f)
{
	size_t from, to, first = (size_t)(p->b * s->freq + p->w) + 1;
	int err = 0;

	if (!p->b && !(p->this_year && p->w))
		return fault_set(f, E_RANGE,
				 "Neither the values before the time nor earlier years are "
				 "taken: nothing is left to compare with.");
	err = method_range(&from, &to, p->range, first, s->n, f);
	if (!err)
		err = check_counts(s, s->n, f);
	for (size_t k = from; !err && k <= to; k++) {
		double *row = result_row(out), y = s->y[k - 1];
		struct base b = { 0 };

		add_all(&b, s, k, p);
		b.mean = b.sum / b.n;
		add_all(&b, s, k, p);
		row[0] = (double)k;
		row[1] = y;
		row[2] = by_bayes ? bayes_bound(&b, p) : rki_bound(&b);
		if (!isnan(y) && !isnan(row[2]))
			row[3] = y > row[2];
	}

	return err;
}


static int run_bayes(struct result *out, const void *input, const void *params, struct fault *f)
{
	return run(out, input, params, true, f);
}


static int run_rki(struct result *out, const void *input, const void *params, struct fault *f)
{
	return run(out, input, params, false, f);
}

const struct method bayes = {
	"bayes",
	"predictive quantile of a negative binomial, for sparse counts",
	bayes_param,
	ARRAY_LEN(bayes_param),
	sizeof(struct bayes_params),
	columns,
	ARRAY_LEN(columns),
	METHOD_COUNTS,
	run_bayes,
};

const struct method rki = {
	"rki",
	"confidence bound of the mean of a base",
	rki_param,
	ARRAY_LEN(rki_param),
	sizeof(struct bayes_params),
	columns,
	ARRAY_LEN(columns),
	METHOD_COUNTS,
	run_rki,
};
