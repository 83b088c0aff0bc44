/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * rt.c: see rt.h.
 *
 * Most of the work is in quantiles of Gamma distributions.  They depend on the shape alone,
 * which is that of the prior plus a whole number of cases: below SHAPE_LARGE they are computed
 * once for each number, above by an expansion that is exact to 1e-12 there.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "watch/rt.h"
#include "watch/special.h"

#define SHAPE_LARGE 256

static const double levels[RT_QUANTILES] = { 0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975 };

struct rt_plan {
	struct rt_params p;
	double shape, scale; /* of the prior */
	double si_mean;	     /* of the discretised serial interval */
	double z[RT_QUANTILES];
	double *w; /* lags 0..support */
	size_t support, n;
	double (*small)[RT_QUANTILES]; /* by the number of cases; NAN: not computed yet */
	double *infectivity;	       /* of one series, 0-based; NAN: rests on missing days */
};


int si_discretise(double *w, size_t n, double mean, double std, struct fault *f)
{
	double a, b, ab, p[3] = { 0 }, q[3] = { 0 };

	if (!(mean > 1 && std > 0))
		return fault_set(f, E_RANGE,
				 "The serial interval has a mean above 1 and a deviation above "
				 "0 days.");
	a = (mean - 1) / std * ((mean - 1) / std);
	b = std * std / (mean - 1);
	ab = a * b;
	for (size_t i = 0; i < n; i++) {
		double k = (double)i;

		p[0] = p[1], p[1] = p[2], p[2] = gamma_p(k / b, a);
		q[0] = q[1], q[1] = q[2], q[2] = gamma_p(k / b, a + 1);
		w[i] = k * p[2] + (k - 2) * p[0] - 2 * (k - 1) * p[1] +
		       ab * (2 * q[1] - q[0] - q[2]);
		if (!(w[i] > 0))
			w[i] = 0;
	}

	return 0;
}


int rt_plan_new(struct rt_plan **out, const struct rt_params *p, size_t n, struct fault *f)
{
	struct rt_plan *plan = mem_zero(1, sizeof(*plan));
	int err;

	plan->p = *p;
	plan->n = n;
	plan->shape = p->mean_prior / p->std_prior * (p->mean_prior / p->std_prior);
	plan->scale = p->std_prior * p->std_prior / p->mean_prior;
	plan->w = mem_alloc((n + 1) * sizeof(*plan->w));
	plan->infectivity = mem_alloc((n + 1) * sizeof(*plan->infectivity));
	plan->small = mem_alloc(SHAPE_LARGE * sizeof(*plan->small));
	err = si_discretise(plan->w, n + 1, p->mean_si, p->std_si, f);
	if (err) {
		rt_plan_free(plan);
		return err;
	}
	plan->w[n] = 0; /* the lag of the first day's infections has none that came before */
	for (size_t k = 0; k <= n; k++) {
		plan->si_mean += plan->w[k] * (double)k;
		if (plan->w[k] > 0)
			plan->support = k;
	}
	for (size_t i = 0; i < SHAPE_LARGE; i++)
		plan->small[i][0] = NAN;
	for (size_t i = 0; i < RT_QUANTILES; i++)
		plan->z[i] = normal_quantile(levels[i]);
	*out = plan;

	return 0;
}


void rt_plan_free(struct rt_plan *plan)
{
	if (!plan)
		return;
	free(plan->w);
	free(plan->infectivity);
	free(plan->small);
	free(plan);
}


/* Cornish and Fisher's expansion to the order a^(-5/2). */
static double large_quantile(double z, double a, double root)
{
	double z2 = z * z, r = 1 / root;

	return a + z * root + (z2 - 1) / 3 +
	       r * ((z2 - 7) * z / 36 +
		    r * ((16 - z2 * (7 + 3 * z2)) / 810 +
			 r * (z * (z2 * (9 * z2 + 256) - 433) / 38880 +
			      r * ((z2 * (z2 * (12 * z2 - 243) - 923) + 1472) / 204120 -
				   r * z * (z2 * (z2 * (3753 * z2 + 4353) - 289517) - 289717) /
					   146966400))));
}


static void quantiles(double *out, struct rt_plan *plan, double cases, double scale)
{
	double shape = plan->shape + cases, root = sqrt(shape), *known = NULL;

	if (shape >= SHAPE_LARGE) {
		for (size_t i = 0; i < RT_QUANTILES; i++)
			out[i] = scale * large_quantile(plan->z[i], shape, root);
		return;
	}
	if (cases == floor(cases) && cases < SHAPE_LARGE)
		known = plan->small[(size_t)cases];
	for (size_t i = 0; i < RT_QUANTILES && !(known && !isnan(known[0])); i++)
		out[i] = gamma_quantile(levels[i], shape);
	if (known && isnan(known[0]))
		for (size_t i = 0; i < RT_QUANTILES; i++)
			known[i] = out[i];
	for (size_t i = 0; i < RT_QUANTILES; i++)
		out[i] = scale * (known ? known[i] : out[i]);
}


static bool is_known(double y)
{
	return y >= 0;
}


/* The infectivity of the 0-based day `t`: earlier cases by the serial interval. */
static double infectivity(const struct rt_plan *plan, const double *y, size_t t, bool whole)
{
	size_t most = t < plan->support ? t : plan->support;
	double sum = 0, missing = 0;

	if (whole) {
		for (size_t k = 1; k <= most; k++)
			sum += plan->w[k] * y[t - k];
		return sum;
	}
	for (size_t k = 1; k <= most; k++) {
		if (is_known(y[t - k]))
			sum += plan->w[k] * y[t - k];
		else
			missing += plan->w[k];
	}

	return missing > RT_MISSING_MAX ? NAN : sum;
}


void rt_estimate(struct rt *out, struct rt_plan *plan, const double *y, size_t from, size_t to)
{
	size_t window = (size_t)plan->p.window, first = from - window;
	size_t back = first > plan->support ? first - plan->support : 0;
	bool whole = true;

	for (size_t t = back; t < to; t++)
		whole = whole && is_known(y[t]);
	for (size_t t = first; t < to; t++)
		plan->infectivity[t] = infectivity(plan, y, t, whole);
	for (size_t end = from; end <= to; end++) {
		struct rt *r = &out[end - from];
		double cases = 0, sum = 0, scale, shape;

		for (size_t t = end - window; t < end; t++) {
			cases += is_known(y[t]) ? y[t] : NAN;
			sum += plan->infectivity[t];
		}
		if (isnan(cases + sum) || !((double)end > plan->si_mean)) {
			r->mean = r->sd = NAN;
			for (size_t i = 0; i < RT_QUANTILES; i++)
				r->quantile[i] = NAN;
			continue;
		}
		shape = plan->shape + cases;
		scale = 1 / (1 / plan->scale + sum);
		r->mean = shape * scale;
		r->sd = sqrt(shape) * scale;
		quantiles(r->quantile, plan, cases, scale);
	}
}

#define SI_PARAMS                                                                           \
	PARAM("mean_si", PARAM_REAL, struct rt_params, mean_si, 1, 1000, "4.7", NULL,       \
	      "mean of the serial interval in days, above 1"),                              \
		PARAM("std_si", PARAM_REAL, struct rt_params, std_si, 0, 1000, "2.9", NULL, \
		      "its standard deviation in days, above 0")

static const struct param estimate_params[] = {
	SI_PARAMS,
	PARAM("window", PARAM_INT, struct rt_params, window, 1, 366, "7", NULL,
	      "days of a window"),
	PARAM("mean_prior", PARAM_REAL, struct rt_params, mean_prior, 1e-6, 1e6, "5", NULL,
	      "mean of R before anything is known"),
	PARAM("std_prior", PARAM_REAL, struct rt_params, std_prior, 1e-6, 1e6, "5", NULL,
	      "standard deviation of R before anything is known"),
};

static const struct column estimate_columns[] = {
	{ "t_start", COLUMN_INT, "first day of the window, from 1" },
	{ "t_end", COLUMN_INT, "last day" },
	{ "mean", COLUMN_REAL, "mean of the posterior of R" },
	{ "sd", COLUMN_REAL, "its standard deviation" },
	{ "q025", COLUMN_REAL, "quantiles of the posterior: 2.5 %" },
	{ "q05", COLUMN_REAL, "5 %" },
	{ "q25", COLUMN_REAL, "25 %" },
	{ "median", COLUMN_REAL, "50 %" },
	{ "q75", COLUMN_REAL, "75 %" },
	{ "q95", COLUMN_REAL, "95 %" },
	{ "q975", COLUMN_REAL, "97.5 %" },
};


static int need(const struct counts *s, const struct rt_params *p, struct fault *f)
{
	if (s->n > (size_t)p->window)
		return 0;

	return fault_set(f, E_RANGE,
			 "The series is too short: a window of %d days begins on the second "
			 "day, so that %d values are needed; there are %zu.",
			 (int)p->window, (int)p->window + 1, s->n);
}


static int run_estimate(struct result *out, const void *input, const void *params,
			struct fault *f)
{
	const struct rt_params *p = params;
	const struct counts *s = input;
	size_t from = (size_t)p->window + 1;
	struct rt_plan *plan = NULL;
	struct rt *r;
	int err = need(s, p, f);

	if (!err)
		err = rt_plan_new(&plan, p, s->n, f);
	if (err)
		return err;
	r = mem_alloc((s->n - from + 1) * sizeof(*r));
	rt_estimate(r, plan, s->y, from, s->n);
	for (size_t end = from; end <= s->n; end++) {
		double *row = result_row(out);

		row[0] = (double)(end - from + 2);
		row[1] = (double)end;
		row[2] = r[end - from].mean;
		row[3] = r[end - from].sd;
		for (size_t i = 0; i < RT_QUANTILES; i++)
			row[4 + i] = r[end - from].quantile[i];
	}
	free(r);
	rt_plan_free(plan);

	return 0;
}

const struct method estimate_r = {
	"estimateR",
	"instantaneous reproduction number of Cori et al.",
	estimate_params,
	ARRAY_LEN(estimate_params),
	sizeof(struct rt_params),
	estimate_columns,
	ARRAY_LEN(estimate_columns),
	METHOD_COUNTS,
	run_estimate,
};

static const struct param si_params[] = {
	SI_PARAMS,
	PARAM("T", PARAM_INT, struct rt_params, length, 0, COUNTS_MAX, "0", NULL,
	      "lags 0..T are given; 0: as many as the series has values"),
	PARAM("source", PARAM_NOTE, struct rt_params, length, 0, 0, NULL, NULL,
	      "where the distribution comes from; a remark"),
};

static const struct column si_columns[] = {
	{ "k", COLUMN_INT, "lag in days" },
	{ "w", COLUMN_REAL, "probability of the serial interval" },
};


static int run_si(struct result *out, const void *input, const void *params, struct fault *f)
{
	const struct rt_params *p = params;
	const struct counts *s = input;
	size_t n = p->length ? (size_t)p->length : s->n;
	double *w = mem_alloc((n + 1) * sizeof(*w));
	int err = si_discretise(w, n, p->mean_si, p->std_si, f);

	w[n] = 0;
	for (size_t k = 0; !err && k <= n; k++) {
		double *row = result_row(out);

		row[0] = (double)k;
		row[1] = w[k];
	}
	free(w);

	return err;
}

const struct method si_distr = {
	"si_distr",
	"the discretised serial interval that estimateR uses",
	si_params,
	ARRAY_LEN(si_params),
	sizeof(struct rt_params),
	si_columns,
	ARRAY_LEN(si_columns),
	METHOD_COUNTS,
	run_si,
};

static const struct param cohort_params[] = {
	SI_PARAMS,
	PARAM("window", PARAM_INT, struct rt_params, window, 1, 366, "7", NULL,
	      "days of a window"),
};

static const struct column cohort_columns[] = {
	{ "t_start", COLUMN_INT, "first day of the window, from 1" },
	{ "t_end", COLUMN_INT, "last day" },
	{ "mean", COLUMN_REAL, "cases that a case of these days has caused, on average" },
};


/* For each day, what its cases caused: each later case is shared among those before it. */
static double *cohort_numbers(const struct rt_plan *plan, const double *y, size_t n)
{
	double *caused = mem_zero(n, sizeof(*caused));

	for (size_t s = 1; s < n; s++) {
		size_t most = s < plan->support ? s : plan->support;
		double pressure = infectivity(plan, y, s, false);

		if (!(y[s] > 0) || !(pressure > 0)) {
			for (size_t k = 1; k <= most && isnan(y[s] + pressure); k++)
				caused[s - k] = plan->w[k] > 0 ? NAN : caused[s - k];
			continue;
		}
		for (size_t k = 1; k <= most; k++)
			caused[s - k] += y[s] * plan->w[k] / pressure;
	}

	return caused;
}


static int run_cohort(struct result *out, const void *input, const void *params,
		      struct fault *f)
{
	const struct rt_params *p = params;
	const struct counts *s = input;
	struct rt_params with = *p;
	struct rt_plan *plan = NULL;
	size_t window = (size_t)p->window;
	double *caused, so_far = 0;
	int err = need(s, p, f);

	with.mean_prior = with.std_prior = 1;
	if (!err)
		err = rt_plan_new(&plan, &with, s->n, f);
	if (err)
		return err;
	caused = cohort_numbers(plan, s->y, s->n);
	for (size_t end = window + 1; end <= s->n; end++) {
		double cases = 0, sum = 0, *row;

		for (size_t t = end > window + 1 ? end - window : 0; t <= end - window; t++)
			so_far += s->y[t] > 0 ? s->y[t] : 0;
		for (size_t t = end - window; t < end; t++) {
			cases += is_known(s->y[t]) ? s->y[t] : NAN;
			sum += s->y[t] > 0 ? s->y[t] * caused[t] : 0;
		}
		if (cases == 0 || so_far == 0)
			continue; /* nobody, of whom it could be said; or before the first case
				   */
		row = result_row(out);
		row[0] = (double)(end - window + 1);
		row[1] = (double)end;
		row[2] = sum / cases;
	}
	free(caused);
	rt_plan_free(plan);

	return 0;
}

const struct method wallinga_teunis = {
	"wallinga_teunis",
	"case reproduction number of Wallinga and Teunis, looking back",
	cohort_params,
	ARRAY_LEN(cohort_params),
	sizeof(struct rt_params),
	cohort_columns,
	ARRAY_LEN(cohort_columns),
	METHOD_COUNTS,
	run_cohort,
};
