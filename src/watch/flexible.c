/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * flexible.c: see flexible.h.
 *
 * Three things are as in R, where the papers leave them open or differ: standard errors and the
 * p of the trend take the dispersion of the prior weights, while the bound takes that of the
 * working weights, at least 1; the score of nbPlugin and muan has the logarithm of the
 * expectation where delta has the expectation; remainders of a year that noPeriods does not
 * divide go to its first seasons.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "watch/flexible.h"
#include "watch/glm.h"
#include "watch/reference.h"
#include "watch/special.h"

enum {
	TREND_YEARS = 3, /* without so many years no trend is kept */
	PERIODS_MAX = 366,
};

static const char *const thresholds[] = { "delta", "nbPlugin", "muan", NULL };
static const char *const past_words[] = { "null", NULL };
static const char *const fit_words[] = { "algo.farrington.fitGLM.flexible", NULL };

#define OF struct flexible_params
static const struct param params[] = {
	PARAM_RANGE(OF),
	PARAM("b", PARAM_INT, OF, b, 1, YEARS_MAX, "5", NULL, "years that are looked back"),
	PARAM("w", PARAM_INT, OF, w, 0, 180, "3", NULL,
	      "half the window about the same time of earlier years"),
	PARAM("reweight", PARAM_BOOL, OF, reweight, 0, 0, "true", NULL,
	      "are past outbreaks weighted down?"),
	PARAM("weightsThreshold", PARAM_REAL, OF, weights_threshold, 0, 1000, "2.58", NULL,
	      "standardised residual above which a count is weighted down"),
	PARAM("alpha", PARAM_REAL, OF, alpha, 1e-12, 0.5, "0.05", NULL,
	      "one-sided probability of a false alarm"),
	PARAM("trend", PARAM_BOOL, OF, trend, 0, 0, "true", NULL, "is a trend tried?"),
	PARAM("pThresholdTrend", PARAM_REAL, OF, p_trend, 0, 1, "0.05", NULL,
	      "p below which the trend is kept; 1: always"),
	PARAM("limit54", PARAM_LOOSE, OF, limit54, 0, 100000, "[5,4]", NULL,
	      "no alarm with fewer cases than the first in so many values as the second"),
	PARAM("powertrans", PARAM_WORD, OF, power, 0, 0, "\"2/3\"", power_words,
	      "transformation for the bound, with delta"),
	PARAM("fitFun", PARAM_WORD, OF, fit, 0, 0, "\"algo.farrington.fitGLM.flexible\"",
	      fit_words, "the regression"),
	PARAM("populationOffset", PARAM_BOOL, OF, population_offset, 0, 0, "false", NULL,
	      "are rates per inhabitant fitted?"),
	PARAM("noPeriods", PARAM_INT, OF, periods, 1, PERIODS_MAX, "1", NULL,
	      "seasons of a year"),
	PARAM("pastWeeksNotIncluded", PARAM_EITHER, OF, past, 0, 100000, "null", past_words,
	      "most recent values that are left out, in units of the series; null: w"),
	PARAM("thresholdMethod", PARAM_WORD, OF, threshold, 0, 0, "\"delta\"", thresholds,
	      "how the bound is made"),
	PARAM("epochAsDate", PARAM_BOOL, OF, by_date, 0, 0, "false", NULL,
	      "are earlier years found by date, or by index?"),
};
#undef OF

static const struct column columns[] = {
	{ "t", COLUMN_INT, "time, from 1" },
	{ "observed", COLUMN_INT, "the count" },
	{ "upperbound", COLUMN_REAL,
	  "above it there is an alarm; NA where limit54 is not met" },
	{ "alarm", COLUMN_ALARM, "is the count above it?" },
	{ "expected", COLUMN_REAL, "expected count; NA where limit54 is not met" },
	{ "score", COLUMN_REAL, "exceedance: above 1 is an alarm" },
	{ "pvalue", COLUMN_REAL, "probability of such a count or more" },
	{ "mu0Vector", COLUMN_REAL, "mean that the bound is made of" },
	{ "phi", COLUMN_REAL, "dispersion, at least 1" },
	{ "trend", COLUMN_TREND, "is the trend kept?" },
	{ "trendCoef", COLUMN_REAL, "slope of the logarithm; NA without trend" },
};

/* Where the reference points stand: point[0] is now, point[i] the same time i years earlier. */
struct points {
	size_t point[YEARS_MAX + 1];
	size_t from; /* first value that is taken */
};


static int find_points(struct points *out, const struct counts *s, size_t k,
		       const struct flexible_params *p, struct fault *f)
{
	size_t w = (size_t)p->w, between;

	if (p->by_date && !s->day)
		return fault_set(f, E_RANGE,
				 "epochAsDate asks for dates, which the series has not.");
	out->point[0] = k;
	for (int i = 1; i <= p->b; i++) {
		out->point[i] = reference_year(s, k, i, p->by_date);
		if (!out->point[i] || out->point[i] < w)
			return fault_set(f, E_RANGE,
					 "The history is too short to judge time %zu: it does "
					 "not reach back %d years and %d values.",
					 k, i, (int)p->w);
		between = out->point[i - 1] - out->point[i];
		if (out->point[i] >= out->point[i - 1] || between < 2 * w + 1 ||
		    (p->periods > 1 && between - 2 * w - 1 < (size_t)p->periods - 1))
			return fault_set(f, E_RANGE,
					 "A year of %zu values has no room for windows of %zu "
					 "and %d more seasons.",
					 between, 2 * w + 1, (int)p->periods - 1);
	}
	out->from = out->point[p->b] > w ? out->point[p->b] - w : 1;

	return 0;
}


/* seasons[t - from]: 1..periods, 0 for what is not taken; the last is the season of now. */
static void set_seasons(int *seasons, const struct points *at, const struct flexible_params *p)
{
	size_t w = (size_t)p->w, k = at->point[0], from = at->from;
	int last = (int)p->periods;

	for (size_t t = from; t <= k; t++)
		seasons[t - from] = t + w >= k ? last : 0;
	for (int i = 1; i <= p->b; i++) {
		size_t middle = at->point[i], t = middle + w + 1;
		size_t free = at->point[i - 1] - w - t;

		for (size_t x = middle > w ? middle - w : 1; x <= middle + w; x++)
			seasons[x - from] = last;
		for (int season = 1; season < last; season++) {
			size_t length = free / (size_t)(last - 1) +
					((size_t)season <= free % (size_t)(last - 1));

			while (length--)
				seasons[t++ - from] = season;
		}
	}
}


/* Seasons that have no count are not levels of the model; -1 where now has none. */
static int number_groups(int *level, const int *seasons, const struct points *at, size_t end,
			 const struct counts *s, int periods)
{
	int groups = 0;

	memset(level, 0, (size_t)(periods + 1) * sizeof(*level));
	for (size_t t = at->from; t < end; t++)
		if (!isnan(s->y[t - 1]))
			level[seasons[t - at->from]] = 1;
	for (int i = 1; i <= periods; i++)
		level[i] = level[i] ? groups++ : -1;

	return groups;
}


/* The time of an index: by date, units are the first step of the series. */
static double time_of(const struct counts *s, size_t from, size_t t, bool by_date)
{
	if (!by_date)
		return (double)t;

	return (double)(s->day[t - 1] - s->day[from - 1]) / (double)(s->day[1] - s->day[0]);
}


static double log_population(const struct counts *s, size_t t, const struct flexible_params *p)
{
	return p->population_offset ? log(s->population[t - 1]) : 0;
}


/* The counts of the seasons into `q`; *now is the group of time k. */
static int take_counts(struct quasi *q, int *now, const struct counts *s,
		       const struct points *at, const struct flexible_params *p,
		       struct fault *f)
{
	size_t k = at->point[0],
	       past = p->past.word == 0 ? (size_t)p->w : (size_t)p->past.number;
	size_t end = k > past ? k - past : 1, n = 0;
	int *seasons = mem_alloc((k - at->from + 1) * sizeof(*seasons));
	int level[PERIODS_MAX + 1], groups;

	set_seasons(seasons, at, p);
	groups = number_groups(level, seasons, at, end, s, (int)p->periods);
	quasi_room(q, k - at->from + 1, (size_t)groups);
	q->with_offset = p->population_offset;
	for (size_t t = at->from; t < end; t++) {
		int season = seasons[t - at->from];

		if (!season || isnan(s->y[t - 1]))
			continue;
		q->y[n] = s->y[t - 1];
		q->t[n] = time_of(s, at->from, t, p->by_date);
		q->offset[n] = log_population(s, t, p);
		q->group[n] = level[season];
		if (q->with_offset && !isfinite(q->offset[n]))
			groups = 0;
		n++;
	}
	q->n = n;
	*now = level[p->periods];
	free(seasons);
	if (!groups && n)
		return fault_set(f, E_RANGE, "The population is not known at every time.");
	if (!n || *now < 0)
		return fault_set(f, E_RANGE,
				 "No count is left to judge time %zu by, without the last %zu.",
				 k, past);

	return 0;
}


/* The model that is kept; *kept says whether it has a trend. */
static int choose(struct quasi *q, bool *kept, int now, double t, double offset,
		  const struct flexible_params *p)
{
	double eta, se;
	int err;

	*kept = false;
	if (!p->trend || p->b < TREND_YEARS)
		return quasi_reweighted(q, false, p->reweight, p->weights_threshold, true);
	err = quasi_reweighted(q, true, p->reweight, p->weights_threshold, true);
	if (err || !q->trend)
		return err;
	quasi_predict(&eta, &se, q, (size_t)now, t, offset);
	*kept = quasi_trend_p(q) < p->p_trend && exp(eta) <= quasi_largest(q);

	return *kept ? 0 : quasi_reweighted(q, false, p->reweight, p->weights_threshold, true);
}


static void bound_delta(struct flexible *out, double y, double mu, double se,
			const struct flexible_params *p)
{
	struct power_bound bound;

	power_bound(&bound, p->power, mu, se, out->phi, normal_quantile(1 - p->alpha));
	out->upper = bound.upper;
	out->p = normal_q((pow(y, bound.exponent) - bound.centre) / bound.sd);
	out->score = (y - mu) / (out->upper - mu);
	out->mu0 = exp(mu + normal_quantile(1 - p->alpha) * se);
}


static void bound_nb(struct flexible *out, double y, double eta, double se,
		     const struct flexible_params *p)
{
	double up = p->threshold == THRESHOLD_MUAN ? normal_quantile(1 - p->alpha) * se : 0;

	out->mu0 = exp(eta + up);
	if (out->phi > 1) {
		double size = out->mu0 / (out->phi - 1), prob = 1 / out->phi;

		out->upper = nbinom_quantile(1 - p->alpha, size, prob);
		out->p = 1 - nbinom_p(y - 1, size, prob);
	} else {
		out->upper = poisson_quantile(1 - p->alpha, out->mu0);
		out->p = 1 - poisson_p(y - 1, out->mu0);
	}
	out->score = (y - eta) / (out->upper - eta);
	if (isnan(out->upper))
		out->p = NAN;
}


static void judge(struct flexible *out, const struct quasi *q, bool kept, double eta, double se,
		  double y, const struct flexible_params *p)
{
	out->phi = q->phi;
	out->expected = p->threshold == THRESHOLD_DELTA ? glm_mean(eta) : exp(eta);
	out->trend = kept;
	if (kept)
		out->coef = q->slope;
	if (p->threshold == THRESHOLD_DELTA)
		bound_delta(out, y, out->expected, se * out->expected, p);
	else
		bound_nb(out, y, eta, se, p);
	if (!isnan(y) && !isnan(out->upper))
		out->alarm = y > out->upper;
}


int flexible_at(struct flexible *out, struct quasi *q, const struct counts *s, size_t k,
		const struct flexible_params *p, struct fault *f)
{
	struct points at;
	double t, eta, se, offset;
	bool kept;
	int now = -1, err;

	*out = (struct flexible){ NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
	err = find_points(&at, s, k, p, f);
	if (!err && p->population_offset && !s->population)
		err = fault_set(f, E_RANGE,
				"populationOffset asks for a column population, which the "
				"series has not.");
	if (!err)
		err = take_counts(q, &now, s, &at, p, f);
	if (err)
		return err;
	t = time_of(s, at.from, k, p->by_date);
	offset = log_population(s, k, p);
	if (choose(q, &kept, now, t, offset, p)) {
		out->expected = 0; /* no model, and nothing can be said; R has a zero here */
		return 0;
	}
	quasi_predict(&eta, &se, q, (size_t)now, t, offset);
	judge(out, q, kept, eta, se, s->y[k - 1], p);
	if (isnan(out->upper) || !enough_cases(s, k, p->limit54)) {
		out->upper = out->expected = NAN;
		out->alarm = 0;
	}

	return 0;
}


size_t flexible_first(const struct counts *s, const struct flexible_params *p)
{
	struct points at;
	size_t low = 1, high = s->n + 1;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (find_points(&at, s, middle, p, NULL))
			low = middle + 1;
		else
			high = middle;
	}

	return low <= s->n ? low : 0;
}


static int run(struct result *out, const void *input, const void *with, struct fault *f)
{
	const struct flexible_params *p = with;
	const struct counts *s = input;
	struct quasi q = { 0 };
	struct flexible one;
	size_t from, to;
	int err = method_range(&from, &to, p->range, 1, s->n, f);

	if (!err && !p->range[0] && flexible_first(s, p))
		from = flexible_first(s, p);
	if (!err)
		err = check_counts(s, to, f);
	for (size_t k = from; !err && k <= to; k++) {
		double *row;

		err = flexible_at(&one, &q, s, k, p, f);
		if (err)
			break;
		row = result_row(out);
		row[0] = (double)k;
		row[1] = s->y[k - 1];
		row[2] = one.upper;
		row[3] = one.alarm;
		row[4] = one.expected;
		row[5] = one.score;
		row[6] = one.p;
		row[7] = one.mu0;
		row[8] = one.phi;
		row[9] = one.trend;
		row[10] = one.coef;
	}
	quasi_clear(&q);

	return err;
}

const struct method flexible = {
	"farringtonFlexible",
	"improved Farrington algorithm, for weekly data with some years of history",
	params,
	ARRAY_LEN(params),
	sizeof(struct flexible_params),
	columns,
	ARRAY_LEN(columns),
	METHOD_COUNTS,
	run,
};
