/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdbool.h>

#include "watch/glr.h"
#include "watch/reference.h"

/* Of Newton's method in R. */
#define START 0.5
#define FAR   18
#define CLOSE 1e-6

enum {
	ITERATIONS = 1000,
};

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
	PARAM("exact", PARAM_BOOL, OF, exact, 0, 0, "false", NULL,
	      "the largest likelihood itself, where R's iteration runs away from it"),
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


/* The ratio of a window by its own mean, where that lies on the side that is looked at. */
static double exact_ratio(double sum, double n, const struct glr_params *p)
{
	double m = sum / n;

	return (p->dir == DIR_INC ? m > p->mu0 : m < p->mu0) ? ratio(sum, n, m, p) : 0;
}


/*
 * The logarithm of mean / mu0 by Newton's method as R's chart does it: from the estimate of the
 * window one value longer, given up beyond 18.  Far from the estimate it runs away, so that a
 * sudden large outbreak has no ratio there.
 */
static double iterate(double kappa, double sum, double n, const struct glr_params *p)
{
	double before = kappa + 1;

	for (int i = 0; i < ITERATIONS && fabs(kappa) < FAR && fabs(kappa - before) > CLOSE;
	     i++) {
		double m = p->mu0 * exp(kappa), d = 1 + p->alpha * m;

		before = kappa;
		kappa += (sum - n * m) * d / (m * (n + p->alpha * sum));
	}

	return kappa;
}


static double iterated_ratio(double *kappa, double sum, double n, const struct glr_params *p)
{
	double side;

	*kappa = iterate(*kappa, sum, n, p);
	side = p->dir == DIR_INC ? fmax(0, *kappa) : fmin(0, *kappa);
	if (side == 0 || side > FAR)
		return 0;

	return ratio(sum, n, p->mu0 * exp(side), p);
}


/*
 * The largest over all beginnings from `start` to the 0-based t, the earliest first.  As in R,
 * Mtilde only delays the first value of the Poisson chart without window, with one a change has
 * one value more, and a window without cases has no ratio in the Poisson chart.
 */
static double largest(const double *y, size_t start, size_t t, const struct glr_params *p)
{
	bool windowed = p->most >= 0, iterated = p->alpha > 0 && !p->exact;
	size_t first = windowed && t - start > (size_t)p->most ? t - (size_t)p->most : start;
	double least = p->alpha > 0 ? (double)p->least : windowed ? (double)p->least + 1 : 1;
	double best = 0, sum = 0, n = (double)(t - first) + 1, kappa = START;

	if ((int64_t)(t - start) + 1 < p->least)
		return 0;
	for (size_t i = first; i <= t; i++)
		sum += y[i];
	for (size_t i = first; i <= t && n >= least; i++) {
		if (iterated)
			best = fmax(best, iterated_ratio(&kappa, sum, n, p));
		else if (p->alpha > 0 || p->exact || sum > 0)
			best = fmax(best, exact_ratio(sum, n, p));
		sum -= y[i];
		n--;
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
