/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "watch/ears.h"
#include "watch/special.h"

static const char *const kinds[] = { "C1", "C2", "C3", NULL };

#define PARAMS(which, rate)                                                                  \
	{                                                                                    \
		PARAM("method", PARAM_WORD, struct ears_params, kind, 0, 0, which, kinds,    \
		      "C1, C2 or C3"),                                                       \
			PARAM("baseline", PARAM_INT, struct ears_params, baseline, 2, 3650,  \
			      "7", NULL,                                                     \
			      "values that the mean and standard deviation are taken of"),   \
			PARAM("alpha", PARAM_REAL, struct ears_params, alpha, 1e-12, 0.5,    \
			      rate, NULL, "probability of a false alarm of one value"),      \
			PARAM("minSigma", PARAM_REAL, struct ears_params, min_sigma, 0, 1e9, \
			      "0", NULL,                                                     \
			      "least standard deviation; 1 or more for use every day"),      \
			PARAM_RANGE(struct ears_params),                                     \
	}

static const struct param params_c1[] = PARAMS("\"C1\"", "0.001");
static const struct param params_c2[] = PARAMS("\"C2\"", "0.001");
static const struct param params_c3[] = PARAMS("\"C3\"", "0.025");

static const struct column columns[] = {
	{ "t", COLUMN_INT, "time, from 1" },
	{ "observed", COLUMN_INT, "the count" },
	{ "upperbound", COLUMN_REAL, "above it there is an alarm" },
	{ "alarm", COLUMN_ALARM, "is the count above it?" },
};


size_t ears_first(const struct ears_params *p)
{
	static const size_t after[] = { 1, 3, 5 };

	return (size_t)p->baseline + after[p->kind];
}


struct spread {
	double mean, sd;
};


/* Of the `n` values at y; two passes, so that equal values have exactly the deviation 0. */
static struct spread spread_of(const double *y, size_t n, double min_sigma)
{
	double sum = 0, squares = 0, mean;

	for (size_t i = 0; i < n; i++)
		sum += y[i];
	mean = sum / (double)n;
	for (size_t i = 0; i < n; i++)
		squares += (y[i] - mean) * (y[i] - mean);
	squares = sqrt(squares / (double)(n - 1));

	return (struct spread){ mean, squares < min_sigma ? min_sigma : squares };
}


/* max(0, x), which leaves NAN what it is. */
static double above(double x)
{
	return x < 0 ? 0 : x;
}


/* y + s (z - what was above in the last three values), which lies above y unless too much was.
 */
static void upper_c3(double *upper, const double *y, size_t from, size_t to, double z,
		     const struct ears_params *p)
{
	size_t n = (size_t)p->baseline;
	double part[2] = { 0 };

	for (size_t t = from - 2; t <= to; t++) {
		struct spread s = spread_of(y + t - 3 - n, n, p->min_sigma);

		if (t >= from)
			upper[t - from] = above(y[t - 1] + s.sd * (z - part[0] - part[1]));
		part[0] = part[1];
		part[1] = above((y[t - 1] - s.mean) / s.sd - 1);
	}
}


void ears_upper(double *upper, const double *y, size_t from, size_t to,
		const struct ears_params *p)
{
	size_t n = (size_t)p->baseline, lag = p->kind == EARS_C1 ? 1 : 3;
	double z = normal_quantile(1 - p->alpha);

	if (p->kind == EARS_C3) {
		upper_c3(upper, y, from, to, z, p);
		return;
	}
	for (size_t t = from; t <= to; t++) {
		struct spread s = spread_of(y + t - lag - n, n, p->min_sigma);

		upper[t - from] = s.mean + z * s.sd;
	}
}


static int run(struct result *out, const void *input, const void *params, struct fault *f)
{
	const struct ears_params *p = params;
	const struct counts *s = input;
	size_t from, to;
	double *upper;
	int err = method_range(&from, &to, p->range, ears_first(p), s->n, f);

	if (err)
		return err;
	upper = mem_alloc((to - from + 1) * sizeof(*upper));
	ears_upper(upper, s->y, from, to, p);
	for (size_t t = from; t <= to; t++) {
		double *row = result_row(out), y = s->y[t - 1], u = upper[t - from];

		row[0] = (double)t;
		row[1] = y;
		row[2] = u;
		if (!isnan(y) && !isnan(u))
			row[3] = y > u;
	}
	free(upper);

	return 0;
}

#define METHOD(id, text, of, says)                             \
	const struct method id = { text,                       \
				   says,                       \
				   of,                         \
				   ARRAY_LEN(of),              \
				   sizeof(struct ears_params), \
				   columns,                    \
				   ARRAY_LEN(columns),         \
				   METHOD_COUNTS,              \
				   run }

METHOD(ears_c1, "earsC1", params_c1, "mean and deviation of the days just before");
METHOD(ears_c2, "earsC2", params_c2, "the same, two days earlier, so that a slow start shows");
METHOD(ears_c3, "earsC3", params_c3, "C2, and what was high on the two days before");
