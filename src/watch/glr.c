/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdbool.h>

#include "watch/glr.h"
#include "watch/reference.h"

enum {
	DIR_INC,
	DIR_DEC,
};

static const char *const dirs[] = { "inc", "dec", NULL };
static const char *const thetas[] = { "null", NULL };
static const char *const rets[] = { "value", NULL };

#define OF struct glr_params
static const struct param params[] = {
	PARAM_RANGE(OF),
	PARAM("mu0", PARAM_REAL, OF, mu0, 1e-9, 1e12, NULL, NULL, "mean in control"),
	PARAM("alpha", PARAM_REAL, OF, alpha, 0, 1e6, "0", NULL,
	      "overdispersion of the negative binomial; 0: Poisson"),
	PARAM("c.ARL", PARAM_REAL, OF, limit, 1e-9, 1e9, "5", NULL,
	      "statistic at which there is an alarm"),
	PARAM("Mtilde", PARAM_INT, OF, least, 1, 10000, "1", NULL,
	      "values that a change has at least"),
	PARAM("M", PARAM_INT, OF, most, -1, 100000, "-1", NULL,
	      "values that it may have begun back; -1: any"),
	PARAM("dir", PARAM_WORD, OF, dir, 0, 0, "\"inc\"", dirs, "a mean above or below mu0"),
	PARAM("theta", PARAM_EITHER, OF, theta, -20, 20, "\"null\"", thetas,
	      "logarithm of the change of the mean, if it is known"),
	PARAM("ret", PARAM_WORD, OF, ret, 0, 0, "\"value\"", rets,
	      "what glr is: the statistic"),
};
#undef OF

static const struct column columns[] = {
	{ "t", COLUMN_INT, "time, from 1" },
	{ "observed", COLUMN_INT, "the count" },
	{ "mu0", COLUMN_REAL, "mean in control" },
	{ "glr", COLUMN_REAL, "the statistic; it begins anew after an alarm" },
	{ "alarm", COLUMN_ALARM, "has it reached c.ARL?" },
};


/* log likelihood ratio of the mean m against mu0, for n counts with the given sum. */
static double ratio(double sum, double n, double m, const struct glr_params *p)
{
	double log_mean = sum > 0 ? sum * log(m / p->mu0) : 0;

	if (p->alpha == 0)
		return log_mean - n * (m - p->mu0);

	return log_mean +
	       (sum + n / p->alpha) * (log1p(p->alpha * p->mu0) - log1p(p->alpha * m));
}


/* The largest over all beginnings from `start` to the 0-based t. */
static double largest(const double *y, size_t start, size_t t, const struct glr_params *p)
{
	bool all = p->alpha == 0 && p->most < 0; /* then Mtilde only delays the first value */
	double best = 0, sum = 0, n = 0;

	if ((int64_t)(t - start) + 1 < p->least)
		return 0;
	for (size_t i = t + 1; i-- > start;) {
		double m;

		sum += y[i];
		n++;
		if (p->most >= 0 && n > (double)p->most + 1)
			break;
		if (!all && n < (double)p->least)
			continue;
		m = sum / n;
		if (p->dir == DIR_INC ? m > p->mu0 : m < p->mu0)
			best = fmax(best, ratio(sum, n, m, p));
	}

	return best;
}


static int run(struct result *out, const void *input, const void *with, struct fault *f)
{
	const struct glr_params *p = with;
	const struct counts *s = input;
	size_t from, to, start;
	double value = 0;
	int err = method_range(&from, &to, p->range, 1, s->n, f);

	if (!err)
		err = check_counts(s, to, f);
	start = from - 1;
	for (size_t t = from; !err && t <= to; t++) {
		double y = s->y[t - 1], *row = result_row(out);

		row[0] = (double)t;
		row[1] = y;
		row[2] = p->mu0;
		if (isnan(y)) {
			start = t; /* what is not known is in no chart: it begins anew */
			value = 0;
			continue;
		}
		if (p->theta.word == -1)
			value = fmax(0, value + ratio(y, 1, p->mu0 * exp(p->theta.number), p));
		else
			value = largest(s->y, start, t - 1, p);
		row[3] = value;
		row[4] = value >= p->limit;
		if (value >= p->limit) {
			start = t;
			value = 0;
		}
	}

	return err;
}

const struct method glrnb = {
	"glrnb",
	"generalised likelihood ratio chart for Poisson and negative binomial counts",
	params,
	ARRAY_LEN(params),
	sizeof(struct glr_params),
	columns,
	ARRAY_LEN(columns),
	METHOD_COUNTS,
	run,
};
