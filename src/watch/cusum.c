/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "watch/cusum.h"
#include "watch/glm.h"

enum mean {
	MEAN_MEAN,
	MEAN_GLM,
};

enum trans {
	TRANS_STANDARD,
	TRANS_ROSSI,
	TRANS_ANSCOMBE,
	TRANS_ANSCOMBE_2ND,
	TRANS_PEARSON_NB,
	TRANS_ANSCOMBE_NB,
	TRANS_NONE,
};

static const char *const means[] = { "mean", "glm", NULL };
static const char *const transes[] = { "standard",	"rossi",
				       "anscombe",	"anscombe2nd",
				       "pearsonNegBin", "anscombeNegBin",
				       "none",		NULL };

static const struct param cusum_param[] = {
	PARAM_RANGE(struct cusum_params),
	PARAM("k", PARAM_REAL, struct cusum_params, k, 0, 1000, "1.04", NULL,
	      "reference value: what is taken off at each step"),
	PARAM("h", PARAM_REAL, struct cusum_params, h, 0, 1e6, "2.26", NULL,
	      "decision boundary: reaching it is an alarm"),
	PARAM("m", PARAM_EITHER, struct cusum_params, m, 1e-9, 1e12, "\"mean\"", means,
	      "expected count: the mean of all before the range, a yearly wave fitted to it "
	      "(glm), or a number"),
	PARAM("trans", PARAM_WORD, struct cusum_params, trans, 0, 0, "\"standard\"", transes,
	      "how counts are standardised"),
	PARAM("alpha", PARAM_REAL, struct cusum_params, alpha, 1e-9, 1e6, "0.1", NULL,
	      "overdispersion, for pearsonNegBin and anscombeNegBin"),
	PARAM("reset", PARAM_BOOL, struct cusum_params, reset, 0, 0, "false", NULL,
	      "begin anew after an alarm"),
};

static const struct column columns[] = {
	{ "t", COLUMN_INT, "time, from 1" },
	{ "observed", COLUMN_INT, "the count" },
	{ "m", COLUMN_REAL, "expected count" },
	{ "cusum", COLUMN_REAL, "the sum" },
	{ "upperbound", COLUMN_REAL, "count that would reach h; for none what is left to h" },
	{ "alarm", COLUMN_ALARM, "has the sum reached h?" },
};


/* Anscombe's residual for the negative binomial (Hilbe 1994). */
static double anscombe_nb(double x, double m, double alpha)
{
	double a = 3 / alpha * (pow(1 + alpha * x, 2.0 / 3) - pow(1 + alpha * m, 2.0 / 3));
	double b = 3 * (pow(x, 2.0 / 3) - pow(m, 2.0 / 3));

	return (a + b) / (2 * pow(alpha * m * m + m, 1.0 / 6));
}


static double standardise(double x, double m, const struct cusum_params *p)
{
	switch (p->trans) {
	case TRANS_STANDARD: return (x - m) / sqrt(m);
	case TRANS_ROSSI: return (x - 3 * m + 2 * sqrt(x * m)) / (2 * sqrt(m));
	case TRANS_ANSCOMBE: return 1.5 * (pow(x, 2.0 / 3) - pow(m, 2.0 / 3)) / pow(m, 1.0 / 6);
	case TRANS_ANSCOMBE_2ND:
		return 1.5 * (pow(x, 2.0 / 3) - (pow(m, 2.0 / 3) - pow(m, -1.0 / 3) / 9)) /
		       pow(m, 1.0 / 6);
	case TRANS_PEARSON_NB: return (x - m) / sqrt(m + p->alpha * m * m);
	case TRANS_ANSCOMBE_NB: return anscombe_nb(x, m, p->alpha);
	default: return x;
	}
}


/* The count whose Anscombe residual is z: between bounds that double. */
static double inverse_anscombe_nb(double z, double m, double alpha)
{
	double low = 0, high = m + 1;

	if (anscombe_nb(0, m, alpha) >= z)
		return 0;
	while (anscombe_nb(high, m, alpha) < z && high < 1e15)
		high *= 2;
	for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
		double middle = low + (high - low) / 2;

		if (anscombe_nb(middle, m, alpha) < z)
			low = middle;
		else
			high = middle;
	}

	return high;
}


/*
 * The count that standardises to z.  For anscombe2nd R adds m^(1/3) / 9 where the residual has
 * m^(-1/3) / 9; so do we.
 */
static double count_at(double z, double m, const struct cusum_params *p)
{
	double root = sqrt(m), base;

	switch (p->trans) {
	case TRANS_STANDARD: return ceil(root * z + m);
	case TRANS_ROSSI: return 5 * m + 2 * root * z - 2 * sqrt(4 * m * m + 2 * m * root * z);
	case TRANS_ANSCOMBE:
		base = 2.0 / 3 * pow(m, 1.0 / 6) * z + pow(m, 2.0 / 3);
		return base < 0 ? 0 : pow(base, 1.5);
	case TRANS_ANSCOMBE_2ND:
		base = 2.0 / 3 * pow(m, 1.0 / 6) * z + (pow(m, 2.0 / 3) - pow(m, 1.0 / 3) / 9);
		return base < 0 ? 0 : pow(base, 1.5);
	case TRANS_PEARSON_NB: return sqrt(m + p->alpha * m * m) * z + m;
	case TRANS_ANSCOMBE_NB: return inverse_anscombe_nb(z, m, p->alpha);
	default: return z;
	}
}


/* The mean of the times before `from`; missing ones are left out. */
static int plain_mean(double *out, const struct counts *s, size_t from, struct fault *f)
{
	double sum = 0, n = 0;

	for (size_t t = 1; t < from; t++) {
		if (isnan(s->y[t - 1]))
			continue;
		sum += s->y[t - 1];
		n++;
	}
	if (n == 0)
		return fault_set(f, E_RANGE, "No count before the range is known.");
	*out = sum / n;

	return 0;
}


static double wave(size_t column, size_t t, int freq)
{
	double angle = 2 * M_PI / freq * (double)t;

	return column == 0 ? 1 : column == 1 ? cos(angle) : sin(angle);
}


/* A Poisson regression on a wave of one year, of the times before `from`. */
static int wave_coefficients(double coef[3], const struct counts *s, size_t from,
			     struct fault *f)
{
	double *x = mem_alloc(3 * from * sizeof(*x)), *y = mem_alloc(from * sizeof(*y));
	size_t n = 0, at = 0;
	int err = 0;

	for (size_t t = 1; t < from; t++) {
		n += !isnan(s->y[t - 1]);
		if (s->y[t - 1] < 0)
			err = fault_set(f, E_RANGE, "The count at %zu is below zero.", t);
	}
	for (size_t t = 1; t < from; t++) {
		if (isnan(s->y[t - 1]))
			continue;
		for (size_t j = 0; j < 3; j++)
			x[j * n + at] = wave(j, t, s->freq);
		y[at++] = s->y[t - 1];
	}
	if (!err && (n < 3 || glm_poisson(coef, x, y, n, 3)))
		err = fault_set(f, E_RANGE,
				"No yearly wave can be fitted to the %zu counts "
				"before the range.",
				n);
	free(x);
	free(y);

	return err;
}


/* The expected counts of from..to. */
static int expect(double *m, const struct counts *s, size_t from, size_t to,
		  const struct cusum_params *p, struct fault *f)
{
	double coef[3], mean = p->m.number;
	int err = 0;

	if (p->m.word == MEAN_MEAN)
		err = plain_mean(&mean, s, from, f);
	else if (p->m.word == MEAN_GLM)
		err = wave_coefficients(coef, s, from, f);
	for (size_t t = from; !err && t <= to; t++) {
		m[t - from] = mean;
		if (p->m.word == MEAN_GLM)
			m[t - from] = exp(coef[0] + coef[1] * wave(1, t, s->freq) +
					  coef[2] * wave(2, t, s->freq));
	}

	return err;
}


static int run(struct result *out, const void *input, const void *params, struct fault *f)
{
	const struct cusum_params *p = params;
	const struct counts *s = input;
	size_t from, to, first = p->m.word == -1 ? 1 : 2;
	double *m, sum = 0;
	int err = method_range(&from, &to, p->range, first, s->n, f);

	if (err)
		return err;
	m = mem_alloc((to - from + 1) * sizeof(*m));
	err = expect(m, s, from, to, p, f);
	for (size_t t = from; !err && t <= to; t++) {
		double y = s->y[t - 1], *row = result_row(out);
		double needs = p->h + p->k - sum;

		row[0] = (double)t;
		row[1] = y;
		row[2] = m[t - from];
		row[4] = count_at(needs, m[t - from], p);
		if (isnan(y))
			continue; /* nothing is added on such a day */
		sum = sum + standardise(y, m[t - from], p) - p->k;
		if (sum < 0)
			sum = 0; /* but NAN, where m is zero, stays */
		if (p->trans == TRANS_NONE)
			row[4] = p->h - sum; /* what is left, not a count */
		if (!(row[4] > 0))
			row[4] = 0; /* every count reaches it */
		row[3] = sum;
		if (!isnan(sum))
			row[5] = sum >= p->h;
		if (p->reset && sum >= p->h)
			sum = 0;
	}
	free(m);

	return err;
}

const struct method cusum = {
	"cusum",
	"cumulative sum of what lies above expectation",
	cusum_param,
	ARRAY_LEN(cusum_param),
	sizeof(struct cusum_params),
	columns,
	ARRAY_LEN(columns),
	METHOD_COUNTS,
	run,
};
