/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>

#include "watch/farrington.h"
#include "watch/glm.h"
#include "watch/quasi.h"
#include "watch/reference.h"
#include "watch/special.h"

#define WEIGHTS_THRESHOLD 1 /* standardised residual above which a count is weighted down */
#define TREND_P		  0.05

enum {
	TREND_YEARS = 3,
};

static const char *const fit_words[] = { "algo.farrington.fitGLM.fast",
					 "algo.farrington.fitGLM", NULL };

#define OF struct farrington_params
static const struct param params[] = {
	PARAM_RANGE(OF),
	PARAM("b", PARAM_INT, OF, b, 1, YEARS_MAX, "3", NULL, "years that are looked back"),
	PARAM("w", PARAM_INT, OF, w, 0, 180, "3", NULL,
	      "half the window about the same time of earlier years"),
	PARAM("reweight", PARAM_BOOL, OF, reweight, 0, 0, "true", NULL,
	      "are past outbreaks weighted down?"),
	PARAM("alpha", PARAM_REAL, OF, alpha, 1e-12, 0.5, "0.01", NULL,
	      "two-sided probability of a count outside the interval"),
	PARAM("trend", PARAM_BOOL, OF, trend, 0, 0, "true", NULL, "is a trend tried?"),
	PARAM("limit54", PARAM_LOOSE, OF, limit54, 0, 100000, "[5,4]", NULL,
	      "no alarm with fewer cases than the first in so many values as the second"),
	PARAM("powertrans", PARAM_WORD, OF, power, 0, 0, "\"2/3\"", power_words,
	      "transformation for the bound"),
	PARAM("fitFun", PARAM_WORD, OF, fit, 0, 0, "\"algo.farrington.fitGLM.fast\"", fit_words,
	      "the regression"),
	PARAM("epochAsDate", PARAM_BOOL, OF, by_date, 0, 0, "false", NULL,
	      "are earlier years found by date, or by index?"),
};
#undef OF

static const struct column columns[] = {
	{ "t", COLUMN_INT, "time, from 1" },
	{ "observed", COLUMN_INT, "the count" },
	{ "upperbound", COLUMN_REAL, "above it there is an alarm; 0 where limit54 is not met" },
	{ "alarm", COLUMN_ALARM, "is the count above it?" },
	{ "trend", COLUMN_TREND, "is the trend kept?" },
	{ "pd_q", COLUMN_REAL, "probability of less than the count" },
	{ "pd_median", COLUMN_REAL, "median of what was to be expected" },
};


/* The same time of earlier years with its window. */
static int take_counts(struct quasi *q, const struct counts *s, size_t k,
		       const struct farrington_params *p, struct fault *f)
{
	size_t w = (size_t)p->w, n = 0;

	quasi_room(q, (size_t)p->b * (2 * w + 1), 1);
	for (int i = (int)p->b; i >= 1; i--) {
		size_t middle = reference_year(s, k, i, p->by_date);

		if (!middle || middle <= w || middle + w >= k)
			return fault_set(f, E_RANGE,
					 "The history is too short to judge time %zu: it does "
					 "not reach back %d years and %zu values.",
					 k, i, w);
		for (size_t t = middle - w; t <= middle + w; t++) {
			if (isnan(s->y[t - 1]))
				continue;
			q->y[n] = s->y[t - 1];
			q->t[n] = (double)t;
			q->group[n++] = 0;
		}
	}
	q->n = n;
	if (!n)
		return fault_set(f, E_RANGE, "No count is known to judge time %zu by.", k);

	return 0;
}


static int choose(struct quasi *q, bool *kept, double k, const struct farrington_params *p)
{
	double eta, se;
	int err;

	*kept = false;
	if (!p->trend || p->b < TREND_YEARS)
		return quasi_reweighted(q, false, p->reweight, WEIGHTS_THRESHOLD, false);
	err = quasi_reweighted(q, true, p->reweight, WEIGHTS_THRESHOLD, false);
	if (err || !q->trend)
		return err;
	quasi_predict(&eta, &se, q, 0, k, 0);
	*kept = quasi_trend_p(q) < TREND_P && exp(eta) <= quasi_largest(q);

	return *kept ? 0 : quasi_reweighted(q, false, p->reweight, WEIGHTS_THRESHOLD, false);
}


static int judge(double *row, struct quasi *q, const struct counts *s, size_t k,
		 const struct farrington_params *p, struct fault *f)
{
	double y = s->y[k - 1], eta, se, mu;
	struct power_bound bound;
	bool kept;
	int err = take_counts(q, s, k, p, f);

	if (err)
		return err;
	row[0] = (double)k;
	row[1] = y;
	if (choose(q, &kept, (double)k, p))
		return 0; /* no model: nothing can be said */
	q->spread = q->phi;
	quasi_predict(&eta, &se, q, 0, (double)k, 0);
	mu = glm_mean(eta);
	power_bound(&bound, p->power, mu, se * mu, q->phi, normal_quantile(1 - p->alpha / 2));
	row[4] = kept;
	row[5] = normal_p((pow(y, bound.exponent) - bound.centre) / bound.sd);
	row[6] = pow(bound.centre, 1 / bound.exponent);
	if (!enough_cases(s, k, p->limit54)) {
		row[2] = row[3] = 0;
		return 0;
	}
	row[2] = bound.upper;
	if (!isnan(y) && !isnan(bound.upper))
		row[3] = y > bound.upper;

	return 0;
}


/* The first time from `k` on that has its history; 0 when there is none. */
static size_t first_with_history(struct quasi *q, const struct counts *s, size_t k,
				 const struct farrington_params *p)
{
	for (; k <= s->n; k++)
		if (take_counts(q, s, k, p, NULL) == 0)
			return k;

	return 0;
}


static int run(struct result *out, const void *input, const void *with, struct fault *f)
{
	const struct farrington_params *p = with;
	const struct counts *s = input;
	struct quasi q = { 0 };
	size_t from, to, first;
	int err;

	if (p->by_date && !s->day)
		return fault_set(f, E_RANGE,
				 "epochAsDate asks for dates, which the series has not.");
	err = method_range(&from, &to, p->range, 1, s->n, f);
	if (!err)
		err = check_counts(s, to, f);
	first = err || p->range[0] ? 0 : first_with_history(&q, s, from, p);
	if (first)
		from = first;
	for (size_t k = from; !err && k <= to; k++)
		err = judge(result_row(out), &q, s, k, p, f);
	quasi_clear(&q);

	return err;
}

const struct method farrington = {
	"farrington",
	"the algorithm of Farrington et al. 1996, on the same weeks of earlier years",
	params,
	ARRAY_LEN(params),
	sizeof(struct farrington_params),
	columns,
	ARRAY_LEN(columns),
	METHOD_COUNTS,
	run,
};
