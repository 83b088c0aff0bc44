/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "watch/draw.h"
#include "watch/nowcast.h"
#include "watch/special.h"
#include "watch/table.h"

enum way {
	WAY_LAWLESS,
	WAY_BNB,
	WAY_NOTRUNC,
	WAY_TRUNC,
	WAY_ALL,
};

static const char *const ways[] = { "lawless",	     "bayes.notrunc.bnb",
				    "bayes.notrunc", "bayes.trunc",
				    "all",	     NULL };

#define OF struct nowcast_params
static const struct param params[] = {
	PARAM("now", PARAM_DATES, OF, now, 0, 0, "[]", NULL,
	      "days as of which is said, what was reported by then; []: the last report"),
	PARAM("D", PARAM_INT, OF, longest, 1, DELAYS_D_MAX, "15", NULL,
	      "longest delay in days; cases reported later count with it"),
	PARAM("method", PARAM_WORD, OF, method, 0, 0, "\"all\"", ways, "how it is estimated"),
	PARAM("back", PARAM_INT, OF, back, 1, DELAYS_D_MAX, "7", NULL,
	      "days before now that are said"),
	PARAM("alpha", PARAM_REAL, OF, alpha, 1e-6, 0.9, "0.05", NULL,
	      "what the interval leaves out, both sides together"),
	PARAM("gd.prior.kappa", PARAM_REAL, OF, kappa, 1e-6, 1000, "0.1", NULL,
	      "weight of each delay before anything is known"),
	PARAM("mean.lambda", PARAM_REAL, OF, mean, 1e-3, 1e5, "30", NULL,
	      "mean of the number of cases a day before anything is known"),
	PARAM("var.lambda", PARAM_REAL, OF, variance, 1e-3, 1e9, "900", NULL,
	      "and its variance, above the mean"),
	PARAM("N.tInf.max", PARAM_INT, OF, most, 10, DELAYS_NUMBER_MAX, "1000", NULL,
	      "largest number of cases of a day that is thought of"),
	PARAM("nSamples", PARAM_INT, OF, samples, 100, 20000, "1000", NULL,
	      "draws of the delays"),
	PARAM("seed", PARAM_INT, OF, seed, 0, UINT32_MAX, "1", NULL, "of the random numbers"),
};
#undef OF

static const struct column columns[] = {
	{ "now", COLUMN_DATE, "what was reported by this day is known" },
	{ "method", COLUMN_TEXT, "how it is estimated" },
	{ "date", COLUMN_DATE, "day of the cases" },
	{ "reported", COLUMN_INT, "cases of that day reported so far" },
	{ "median", COLUMN_INT, "cases that there will be: median" },
	{ "lo", COLUMN_INT, "lower end of the interval" },
	{ "hi", COLUMN_INT, "upper end" },
};


/* NAN for an empty cell or NA. */
static int take_date(double *day, const struct table *t, int col, struct fault *f)
{
	if (t->cell[col][0] && !text_eq(t->cell[col], "NA"))
		return table_date(day, t, col, f);
	*day = NAN;

	return 0;
}


int delays_parse(struct delays *out, struct arena *a, const char *csv, size_t len,
		 struct fault *f)
{
	struct delay *v = NULL, *kept;
	double event, report;
	struct table t;
	size_t n = 0;
	int err = table_open(&t, a, csv, len, f), more = 0;

	if (!err && t.cols < 2)
		err = table_fault(&t, -1, f, E_SYNTAX,
				  "A line list has two columns of dates: of the event and of "
				  "its report.");
	while (!err && (more = table_next(&t, f)) > 0) {
		if (n == DELAYS_MAX) {
			err = table_fault(&t, -1, f, E_TOOBIG, "At most %d cases are taken.",
					  DELAYS_MAX);
			break;
		}
		if ((n & (n + 1)) == 0)
			v = mem_grow(v, 2 * (n + 1), sizeof(*v));
		err = take_date(&event, &t, 0, f);
		if (!err)
			err = take_date(&report, &t, 1, f);
		if (err || isnan(event) || isnan(report))
			continue;
		if (report < event)
			err = table_fault(&t, 1, f, E_RANGE,
					  "The case was reported before it happened.");
		v[n++] = (struct delay){ (int64_t)event, (int64_t)report };
	}
	if (!err)
		err = more;
	if (!err && !n)
		err = fault_set(f, E_RANGE, "The line list has no case.");
	if (!err) {
		kept = arena_take(a, n * sizeof(*kept));
		memcpy(kept, v, n * sizeof(*kept));
		*out = (struct delays){ n, kept };
	}
	free(v);

	return err;
}

/* The reporting triangle as of one day. */
struct triangle {
	int64_t first, now;
	size_t days, longest;
	int *n;		  /* n[t * (longest + 1) + delay] */
	double *by_delay; /* all days together */
	double *at_risk;  /* reported with no longer delay, of days that could show this one */
};


static int triangle_make(struct triangle *r, const struct delays *d, int64_t now,
			 size_t longest, struct fault *f)
{
	size_t width = longest + 1;

	*r = (struct triangle){ .first = INT64_MAX, .now = now, .longest = longest };
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].event < r->first)
			r->first = d->v[i].event;
	if (r->first > now || now - r->first >= DELAYS_DAYS_MAX)
		return fault_set(f, E_RANGE,
				 "The first case must lie less than %d days before now.",
				 DELAYS_DAYS_MAX);
	r->days = (size_t)(now - r->first) + 1;
	r->n = mem_zero(r->days * width, sizeof(*r->n));
	r->by_delay = mem_zero(width, sizeof(*r->by_delay));
	r->at_risk = mem_zero(width, sizeof(*r->at_risk));
	for (size_t i = 0; i < d->n; i++) {
		int64_t delay = d->v[i].report - d->v[i].event;

		if (delay > (int64_t)longest)
			delay = (int64_t)longest;
		if (d->v[i].report <= now)
			r->n[(size_t)(d->v[i].event - r->first) * width + (size_t)delay]++;
	}
	for (size_t t = 0; t < r->days; t++) {
		double sum = 0;

		for (size_t x = 0; x < width && t + x < r->days; x++) {
			sum += r->n[t * width + x];
			r->by_delay[x] += r->n[t * width + x];
			r->at_risk[x] += sum;
		}
	}

	return 0;
}


static void triangle_clear(struct triangle *r)
{
	free(r->n);
	free(r->by_delay);
	free(r->at_risk);
}


static double reported(const struct triangle *r, size_t back)
{
	size_t t = r->days - 1 - back, width = r->longest + 1;
	double sum = 0;

	for (size_t x = 0; x < width; x++)
		sum += r->n[t * width + x];

	return sum;
}


/* The quantile of a distribution over 0..most that need not add up to 1. */
static double quantile_of(const double *weight, size_t most, double level)
{
	double sum = 0;

	for (size_t k = 0; k <= most; k++) {
		sum += weight[k];
		if (sum > level)
			return (double)k;
	}

	return 0;
}


/* Share of cases that are reported within `back` days, by the product of hazards. */
static double lawless_share(const struct triangle *r, size_t back)
{
	double share = 1;

	for (size_t x = back + 1; x <= r->longest; x++)
		if (r->at_risk[x] > 0)
			share *= 1 - r->by_delay[x] / r->at_risk[x];

	return share;
}


/* What lies below n counts as n, and all is divided by what lies above, as in R. */
static void lawless(double *weight, const struct triangle *r, size_t back, size_t most)
{
	double n = reported(r, back), share = lawless_share(r, back);
	double mean = n / share, sd = sqrt(n * (1 - share)) / share;
	double below = sd > 0 ? normal_p((n - mean) / sd) : 0.5;

	for (size_t k = 0; k <= most; k++)
		weight[k] = 0;
	if (!(sd > 0)) {
		weight[n < (double)most ? (size_t)n : most] = 1;
		return;
	}
	for (size_t k = (size_t)n; k <= most; k++)
		weight[k] = (k == (size_t)n ? below
					    : normal_p(((double)k - mean) / sd) -
						      normal_p(((double)k - 1 - mean) / sd)) /
			    (1 - below);
}


/* Cases reported within `back` days and later, with the prior's weight of each delay. */
static void share_posterior(double *within, double *later, const struct triangle *r,
			    size_t back, double kappa)
{
	*within = *later = 0;
	for (size_t x = 0; x <= r->longest; x++)
		*(x <= back ? within : later) += r->by_delay[x] + kappa;
}


static double log_beta(double a, double b)
{
	return lgamma(a) + lgamma(b) - lgamma(a + b);
}


static void beta_negative_binomial(double *weight, const struct triangle *r, size_t back,
				   const struct nowcast_params *p)
{
	double n = reported(r, back), a, b;

	share_posterior(&a, &b, r, back, p->kappa);
	for (size_t k = 0; k <= (size_t)p->most; k++) {
		double more = (double)k - n;

		weight[k] =
			more < 0 ? 0
				 : exp(lgamma(n + more + 1) - lgamma(n + 1) - lgamma(more + 1) +
				       log_beta(a + n + 1, b + more) - log_beta(a, b));
	}
}


/*
 * Draws of the share reported within 0..longest days: shares[i * (longest + 1) + back].
 *
 * A delay of x days among those not longer has a probability with a Beta posterior; that of a
 * Dirichlet distribution over all delays falls into such ones too.  From the longest delay
 * down, all draws of one before those of the next.
 */
static void draw_shares(double *shares, const struct triangle *r, bool truncated,
			const struct nowcast_params *p)
{
	size_t width = r->longest + 1, samples = (size_t)p->samples;
	double less = 0;
	struct draw rng;

	draw_seed(&rng, (uint32_t)p->seed);
	for (size_t x = 0; x <= r->longest; x++)
		less += r->by_delay[x];
	for (size_t i = 0; i < samples; i++)
		shares[i * width + r->longest] = 1;
	for (size_t x = r->longest; x > 0; x--) {
		double n = r->by_delay[x];

		less -= n;
		for (size_t i = 0; i < samples; i++) {
			double hazard = draw_beta(&rng, n + p->kappa,
						  (truncated ? r->at_risk[x] - n : less) +
							  p->kappa * (double)x);

			shares[i * width + x - 1] = shares[i * width + x] * (1 - hazard);
		}
	}
}


/* Weights that are cut off at `most` are made to add up to 1. */
static void whole(double *weight, size_t most)
{
	double sum = 0;

	for (size_t k = 0; k <= most; k++)
		sum += weight[k];
	for (size_t k = 0; k <= most && sum > 0; k++)
		weight[k] /= sum;
}


/* A negative binomial for what is still to come, for each draw of the share; their mean. */
static void mix(double *weight, const double *shares, const struct triangle *r, size_t back,
		const struct nowcast_params *p)
{
	double prior = p->mean * p->mean / (p->variance - p->mean), rate = prior / p->mean;
	double n = reported(r, back), size = n + prior;
	size_t most = (size_t)p->most;

	for (size_t k = 0; k <= most; k++)
		weight[k] = 0;
	for (int64_t i = 0; i < p->samples; i++) {
		double share = shares[(size_t)i * (r->longest + 1) + back];
		double prob = (rate + share) / (rate + 1), sum = 0;
		double v = exp(size * log(prob)) / (double)p->samples;

		for (size_t k = (size_t)n; k <= most && sum < 1 - 1e-12; k++) {
			double more = (double)k - n;

			weight[k] += v;
			sum += v * (double)p->samples;
			v *= (more + size) / (more + 1) * (1 - prob);
		}
	}
	whole(weight, most);
}


/* All cases of the day have been reported. */
static void known(double *weight, const struct triangle *r, size_t back, size_t most)
{
	double n = reported(r, back);

	for (size_t k = 0; k <= most; k++)
		weight[k] = (double)k == n;
}


static void say(struct result *out, const struct triangle *r, enum way way,
		const struct nowcast_params *p)
{
	size_t most = (size_t)p->most, width = r->longest + 1;
	double *weight = mem_alloc((most + 1) * sizeof(*weight)), *shares = NULL;

	if (way == WAY_NOTRUNC || way == WAY_TRUNC) {
		shares = mem_alloc((size_t)p->samples * width * sizeof(*shares));
		draw_shares(shares, r, way == WAY_TRUNC, p);
	}
	for (size_t back = (size_t)p->back; back > 0; back--) {
		double *row;

		if (back >= r->days)
			continue;
		if (back >= r->longest)
			known(weight, r, back, most);
		else if (way == WAY_LAWLESS)
			lawless(weight, r, back, most);
		else if (way == WAY_BNB)
			beta_negative_binomial(weight, r, back, p);
		else
			mix(weight, shares, r, back, p);
		row = result_row(out);
		row[0] = (double)r->now;
		row[1] = result_text(out, ways[way]);
		row[2] = (double)(r->now - (int64_t)back);
		row[3] = reported(r, back);
		if (row[3] > (double)most)
			continue;
		row[4] = quantile_of(weight, most, 0.5);
		row[5] = quantile_of(weight, most, p->alpha / 2);
		row[6] = quantile_of(weight, most, 1 - p->alpha / 2);
	}
	free(shares);
	free(weight);
}


static int check_prior(const struct nowcast_params *p, struct fault *f)
{
	if (p->method == WAY_LAWLESS || p->method == WAY_BNB || p->variance > p->mean)
		return 0;
	fault_at(f, "var.lambda", 0, 0);

	return fault_set(f, E_RANGE, "The variance of the prior must be above its mean, %g.",
			 p->mean);
}


static int run(struct result *out, const void *input, const void *with, struct fault *f)
{
	const struct nowcast_params *p = with;
	struct param_dates now = p->now;
	const struct delays *d = input;
	struct triangle r;
	int err = check_prior(p, f);

	if (!now.n) {
		now.n = 1;
		now.day[0] = INT64_MIN;
		for (size_t i = 0; i < d->n; i++)
			if (d->v[i].report > now.day[0])
				now.day[0] = d->v[i].report;
	}
	for (size_t i = 0; !err && i < now.n; i++) {
		err = triangle_make(&r, d, now.day[i], (size_t)p->longest, f);
		if (err)
			break;
		for (int way = WAY_LAWLESS; way < WAY_ALL; way++)
			if (p->method == WAY_ALL || p->method == way)
				say(out, &r, way, p);
		triangle_clear(&r);
	}

	return err;
}

const struct method nowcast = {
	"nowcast",
	"how many cases of the last days there will be, once all are reported",
	params,
	ARRAY_LEN(params),
	sizeof(struct nowcast_params),
	columns,
	ARRAY_LEN(columns),
	METHOD_DELAYS,
	run,
};
