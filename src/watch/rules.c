/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "watch/ears.h"
#include "watch/flexible.h"
#include "watch/growth.h"
#include "watch/reference.h"
#include "watch/rt.h"
#include "watch/rules.h"
#include "watch/special.h"

enum {
	WEEK = 7,
	FORTNIGHT = 14,
	FIT_DAYS = 14,
	FIT_POINTS = 7, /* days above zero that a fit needs */
	WAVE_BACK = 14,
	WAVE_LEAST = 50,
	WAVE_QUIET = 28, /* days between the beginnings of two waves */
	CUSUM_LAG = 3,	 /* days between the baseline and the day */
	HISTORY = 120,
	WEEKS_OF_YEAR = 52,
	YEARS_MOST = 5,
	HALF_WINDOW = 3, /* weeks */
	PERIODS = 10,
	KNOWN_LEAST = 5, /* days of a week */
	AGREE_DAYS = 3,	 /* on AGREE_LEAST of which one of the ears must flag */
	AGREE_LEAST = 2,
	FLEXIBLE_DAYS = (YEARS_MOST * WEEKS_OF_YEAR + HALF_WINDOW + 1) * WEEK,
};

#define CUSUM_K	       1.04
#define AGREE_C3_ALPHA 0.025

#define WAVE_RISE 1.8

static const char *const words[RULE_COUNT] = {
	"ears-c1",
	"ears-c2",
	"ears-c3",
	"reproduction",
	"doubling",
	"incidence-7",
	"incidence-14",
	"week-ratio",
	"cusum",
	"bayes",
	"farrington-flexible",
	"ears-reproduction",
};

static const struct rule defaults[RULE_COUNT] = {
	{ RULE_EARS_C1, false, 7, 0.001, 1, 0, 1 },
	{ RULE_EARS_C2, true, 28, 0.001, 1, 0, 1 },
	{ RULE_EARS_C3, false, 7, 0.025, 1, 0, 1 },
	{ RULE_REPRODUCTION, true, 7, 0.025, 12, 1.1, 3 },
	{ RULE_DOUBLING, false, 14, 0.05, 12, 7, 1 },
	{ RULE_INCIDENCE_7, false, 7, 0.05, 0, 50, 1 },
	{ RULE_INCIDENCE_14, false, 14, 0.05, 0, 20, 1 },
	{ RULE_WEEK_RATIO, false, 7, 0.05, 12, 2, 1 },
	{ RULE_CUSUM, false, 28, 0.05, 0.5, 2.26, 1 },
	{ RULE_BAYES, false, 14, 0.001, 0, 0, 1 },
	{ RULE_FLEXIBLE, false, 26, 0.01, 5, 0, 1 },
	{ RULE_AGREEMENT, false, 7, 0.001, 12, 1, 1 },
};

struct rules {
	struct rt_plan *plan;
	size_t planned; /* values that the plan is good for */
	double *y;	/* known values, one after the other */
	double *upper;
	size_t *at; /* their days */
	size_t room;
	struct rt *rt;
	size_t span;
	struct quasi quasi;
};


const char *rule_word(enum rule_kind kind)
{
	return words[kind];
}


int rule_find(const char *word)
{
	for (int i = 0; i < RULE_COUNT; i++)
		if (text_eq(word, words[i]))
			return i;

	return -1;
}


const char *rule_grade(enum rule_kind kind)
{
	switch (kind) {
	case RULE_REPRODUCTION:
	case RULE_DOUBLING:
	case RULE_AGREEMENT: return "deterioration";
	default: return "signal";
	}
}


void rule_default(struct rule *out, enum rule_kind kind)
{
	*out = defaults[kind];
}


struct rules *rules_new(void)
{
	return mem_zero(1, sizeof(struct rules));
}


void rules_free(struct rules *r)
{
	if (!r)
		return;
	rt_plan_free(r->plan);
	free(r->y);
	free(r->upper);
	free(r->at);
	free(r->rt);
	quasi_clear(&r->quasi);
	free(r);
}


static void make_room(struct rules *r, size_t n, size_t span)
{
	if (n > r->room) {
		r->room = n;
		r->y = mem_grow(r->y, n, sizeof(*r->y));
		r->upper = mem_grow(r->upper, n, sizeof(*r->upper));
		r->at = mem_grow(r->at, n, sizeof(*r->at));
	}
	if (span > r->span) {
		r->span = span;
		r->rt = mem_grow(r->rt, span, sizeof(*r->rt));
	}
}


/* The ears see known days only, as if they followed each other. */
static void ears(struct detection *out, struct rules *r, const struct rule *rule,
		 const double *y, size_t from, size_t to)
{
	struct ears_params p = { .kind = rule->kind == RULE_EARS_C1   ? EARS_C1
					 : rule->kind == RULE_EARS_C2 ? EARS_C2
								      : EARS_C3,
				 .baseline = rule->baseline,
				 .alpha = rule->alpha,
				 .min_sigma = rule->least };
	size_t known = 0, first = ears_first(&p), begin;

	for (size_t i = 0; i <= to; i++) {
		if (isnan(y[i]))
			continue;
		r->at[known] = i;
		r->y[known++] = y[i];
	}
	begin = known;
	while (begin > 0 && r->at[begin - 1] >= from)
		begin--;
	begin = begin + 1 < first ? first : begin + 1;
	if (begin > known)
		return;
	ears_upper(r->upper, r->y, begin, known, &p);
	for (size_t k = begin; k <= known; k++) {
		struct detection *d = &out[r->at[k - 1] - from];
		double upper = r->upper[k - begin];

		d->bound = upper;
		d->score = r->y[k - 1];
		d->flag = isnan(upper) ? -1 : r->y[k - 1] > upper;
	}
}


static int reproduction(struct detection *out, struct rules *r, const struct rule *rule,
			const double *y, size_t n, size_t from, size_t to)
{
	static const struct rt_params params = { 4.7, 2.9, WEEK, 5, 5, 0 };
	int err = 0;

	if (!r->plan || r->planned < n) {
		rt_plan_free(r->plan);
		r->plan = NULL;
		r->planned = n;
		err = rt_plan_new(&r->plan, &params, n, NULL);
	}
	if (err)
		return err;
	rt_estimate(r->rt, r->plan, y, from + 1, to + 1);
	for (size_t i = from; i <= to; i++) {
		double q = r->rt[i - from].quantile[0];
		double week = window_sum(y + i + 1 - WEEK, WEEK);

		out[i - from].bound = rule->above;
		out[i - from].score = q;
		out[i - from].flag =
			isnan(week) || isnan(q) ? -1 : q > rule->above && week >= rule->least;
	}

	return 0;
}


/* Who infected the first case is not among the counts: windows begin the day after it. */
static size_t first_window(const double *y, size_t n)
{
	size_t first = 0;

	while (first < n && !(y[first] > 0))
		first++;

	return first + WEEK;
}


/* R(t) of the days that have a window. */
static int windows(struct detection *out, struct rules *r, const struct rule *rule,
		   const double *y, size_t n, size_t from, size_t to)
{
	size_t first = first_window(y, n), skip = from < first ? first - from : 0;

	return from + skip > to ? 0 : reproduction(out + skip, r, rule, y, n, from + skip, to);
}


/* On how many of the days before i and i itself one of the ears flagged: any[i - begin]. */
static size_t heard(const bool *any, size_t begin, size_t i)
{
	size_t count = 0;

	for (size_t k = 0; k < AGREE_DAYS && i >= begin + k; k++)
		count += any[i - k - begin];

	return count;
}


/* R(t) is above, and the ears agree. */
static int agreement(struct detection *out, struct rules *r, const struct rule *rule,
		     const double *y, size_t n, size_t from, size_t to)
{
	size_t begin = from < AGREE_DAYS ? 0 : from - AGREE_DAYS + 1, span = to - begin + 1;
	struct detection *one = mem_alloc(span * sizeof(*one));
	bool *any = mem_zero(span, sizeof(*any));
	int err = windows(out, r, rule, y, n, from, to);

	for (int kind = RULE_EARS_C1; kind <= RULE_EARS_C3; kind++) {
		struct rule ear = { (enum rule_kind)kind,
				    true,
				    rule->baseline,
				    kind == RULE_EARS_C3 ? AGREE_C3_ALPHA : rule->alpha,
				    1,
				    0,
				    1 };

		for (size_t i = 0; i < span; i++)
			one[i].flag = -1;
		ears(one, r, &ear, y, begin, to);
		for (size_t i = 0; i < span; i++)
			any[i] = any[i] || one[i].flag == 1;
	}
	for (size_t i = from; i <= to; i++)
		if (out[i - from].flag == 1)
			out[i - from].flag = heard(any, begin, i) >= AGREE_LEAST;
	free(one);
	free(any);

	return err;
}


static double population_rate(const double *y, size_t i, size_t days, double population)
{
	if (i + 1 < days || isnan(population) || population <= 0)
		return NAN;

	return window_sum(y + i + 1 - days, days) * 100000.0 / population;
}


static double doubling(const double *y, size_t i)
{
	static const struct growth_params p = { FIT_DAYS, 0.95, 0, FIT_POINTS };
	struct growth g;

	if (i + 1 < FIT_DAYS)
		return NAN;
	growth_of(&g, y + i + 1 - FIT_DAYS, &p);

	return g.doubling;
}


/* One day of the rules that need nothing but the days before it. */
static void one_day(struct detection *d, const struct rule *rule, const double *y, size_t i,
		    double population)
{
	double week = i + 1 >= WEEK ? window_sum(y + i + 1 - WEEK, WEEK) : NAN;
	double before = i + 1 >= FORTNIGHT ? window_sum(y + i + 1 - FORTNIGHT, WEEK) : NAN;

	d->bound = rule->above;
	switch (rule->kind) {
	case RULE_DOUBLING:
		d->score = doubling(y, i);
		d->flag = isnan(week) ? -1
				      : !isnan(d->score) && d->score <= rule->above &&
						week >= rule->least;
		break;
	case RULE_INCIDENCE_7:
	case RULE_INCIDENCE_14:
		d->score = population_rate(
			y, i, rule->kind == RULE_INCIDENCE_7 ? WEEK : FORTNIGHT, population);
		d->flag = isnan(d->score) ? -1 : d->score >= rule->above;
		break;
	default:
		if (isnan(week) || isnan(before))
			break;
		d->score = before > 0 ? week / before : (double)INFINITY;
		d->flag = week >= rule->least && week >= rule->above * before;
		break;
	}
}


/* Mean of the known days of a span; NAN when there are none. */
static double mean_known(const double *y, size_t n)
{
	double sum = 0;
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		if (isnan(y[i]))
			continue;
		sum += y[i];
		known++;
	}

	return known ? sum / (double)known : (double)NAN;
}


/* Rossi's transformation of counts; the sum begins where there is a whole baseline. */
static void cusum_days(struct detection *out, const struct rule *rule, const double *y,
		       size_t from, size_t to)
{
	size_t n = (size_t)rule->baseline;
	double sum = 0;

	for (size_t i = n + CUSUM_LAG; i <= to; i++) {
		double m = mean_known(y + i - n - CUSUM_LAG, n);
		bool reached;

		if (isnan(y[i]) || isnan(m))
			continue;
		m = fmax(m, rule->least);
		if (m <= 0)
			continue;
		sum = fmax(0,
			   sum + (y[i] - 3 * m + 2 * sqrt(y[i] * m)) / (2 * sqrt(m)) - CUSUM_K);
		reached = sum >= rule->above;
		if (i >= from)
			out[i - from] = (struct detection){ rule->above, sum, reached };
		sum = reached ? 0 : sum;
	}
}


/* The predictive quantile under Jeffreys' prior (bayes.h). */
static void bayes_days(struct detection *out, const struct rule *rule, const double *y,
		       size_t from, size_t to)
{
	size_t n = (size_t)rule->baseline;

	for (size_t i = from < n ? n : from; i <= to; i++) {
		double sum = window_sum(y + i - n, n), bound;

		if (isnan(sum) || isnan(y[i]))
			continue;
		bound = nbinom_quantile(1 - rule->alpha, sum + 0.5,
					(double)n / ((double)n + 1));
		out[i - from] = (struct detection){ bound, y[i], y[i] > bound };
	}
}


/* Weeks that end on day `i`, the last in w[count - 1]; one with many gaps is NAN. */
static size_t weeks_to(double *w, const double *y, size_t i)
{
	size_t count = (i + 1) / WEEK;

	for (size_t k = 0; k < count; k++) {
		const double *week = y + i + 1 - (count - k) * WEEK;
		size_t known = 0;

		for (size_t d = 0; d < WEEK; d++)
			known += !isnan(week[d]);
		w[k] = known < KNOWN_LEAST ? (double)NAN : round(mean_known(week, WEEK) * WEEK);
	}

	return count;
}


/* As many earlier years as there are, five at most; 0: too few. */
static int64_t years_of(size_t weeks)
{
	int64_t b = ((int64_t)weeks - HALF_WINDOW - 1) / WEEKS_OF_YEAR;

	return b > YEARS_MOST ? YEARS_MOST : b;
}


static int flexible_days(struct detection *out, struct rules *r, const struct rule *rule,
			 const double *y, size_t from, size_t to)
{
	struct flexible_params p = { .w = HALF_WINDOW,
				     .reweight = true,
				     .weights_threshold = 2.58,
				     .alpha = rule->alpha,
				     .trend = true,
				     .p_trend = 1,
				     .limit54 = { (int64_t)rule->least, 4 },
				     .power = POWER_TWO_THIRDS,
				     .periods = PERIODS,
				     .past = { -1, (double)rule->baseline },
				     .threshold = THRESHOLD_NB_PLUGIN };

	for (size_t i = from; i <= to; i++) {
		struct counts s = { .y = r->y, .freq = WEEKS_OF_YEAR };
		struct flexible one;

		s.n = weeks_to(r->y, y, i);
		p.b = years_of(s.n);
		/* Too short a history, or no model: there is no answer. */
		if (p.b < 1 || isnan(r->y[s.n - 1]) ||
		    flexible_at(&one, &r->quasi, &s, s.n, &p, NULL))
			continue;
		out[i - from] = (struct detection){ one.upper, r->y[s.n - 1],
						    isnan(one.upper) ? -1 : one.alarm > 0 };
	}

	return 0;
}


size_t rule_history(const struct rule *rule)
{
	size_t days = (size_t)rule->days + (size_t)rule->baseline + CUSUM_LAG + WEEK;

	if (rule->kind == RULE_FLEXIBLE)
		return FLEXIBLE_DAYS + (size_t)rule->days;

	return days < HISTORY ? HISTORY : days;
}


static int raw_days(struct detection *out, struct rules *r, const struct rule *rule,
		    const double *y, size_t n, size_t from, size_t to, double population)
{
	for (size_t i = from; i <= to; i++)
		out[i - from] = (struct detection){ NAN, NAN, -1 };
	switch (rule->kind) {
	case RULE_EARS_C1:
	case RULE_EARS_C2:
	case RULE_EARS_C3: ears(out, r, rule, y, from, to); return 0;
	case RULE_REPRODUCTION: return windows(out, r, rule, y, n, from, to);
	case RULE_AGREEMENT: return agreement(out, r, rule, y, n, from, to);
	case RULE_CUSUM: cusum_days(out, rule, y, from, to); return 0;
	case RULE_BAYES: bayes_days(out, rule, y, from, to); return 0;
	case RULE_FLEXIBLE: return flexible_days(out, r, rule, y, from, to);
	default: break;
	}
	for (size_t i = from; i <= to; i++)
		one_day(&out[i - from], rule, y, i, population);

	return 0;
}


int rule_detect(struct detection *out, struct rules *shared, const struct rule *rule,
		const double *y, size_t n, size_t from, size_t to, double population)
{
	size_t lead = rule->days > 1 ? (size_t)rule->days - 1 : 0, begin, run = 0;
	struct detection *all;
	int err;

	if (to >= n || from > to || rule->days < 1 || rule->baseline < 2 ||
	    !(rule->alpha > 0) || !(rule->alpha < 1))
		return E_RANGE;
	begin = from > lead ? from - lead : 0;
	make_room(shared, n, to - begin + 1);
	all = mem_alloc((to - begin + 1) * sizeof(*all));
	err = raw_days(all, shared, rule, y, n, begin, to, population);
	for (size_t i = begin; i <= to && !err; i++) {
		struct detection d = all[i - begin];

		run = d.flag == 1 ? run + 1 : 0;
		if (i < from)
			continue;
		if (d.flag == 1)
			d.flag = run > lead;
		out[i - from] = d;
	}
	free(all);

	return err;
}


/* The mean of the known days of a week; NAN when most are not known. */
static double mean_week(const double *y, size_t i)
{
	double sum = 0;
	size_t known = 0;

	if (i + 1 < WEEK)
		return NAN;
	for (size_t k = i + 1 - WEEK; k <= i; k++) {
		if (isnan(y[k]))
			continue;
		sum += y[k];
		known++;
	}

	return known * 2 > WEEK ? sum / (double)known : (double)NAN;
}


void waves(bool *out, const double *y, size_t n)
{
	size_t quiet = WAVE_QUIET;

	for (size_t i = 0; i < n; i++) {
		double now = mean_week(y, i),
		       before = i >= WAVE_BACK ? mean_week(y, i - WAVE_BACK) : NAN;
		bool rises = now * WEEK >= WAVE_LEAST && now >= WAVE_RISE * before;

		out[i] = rises && quiet >= WAVE_QUIET;
		quiet = rises ? 0 : quiet + 1;
	}
}
