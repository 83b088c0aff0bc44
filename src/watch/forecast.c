/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "watch/forecast.h"

enum {
	MEDIAN = FORECAST_LEVELS / 2,
};

const double forecast_levels[FORECAST_LEVELS] = {
	0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4,   0.45, 0.5,
	0.55, 0.6,   0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99,
};

static const char *const medians[] = { "last observation", NULL };

#define OF struct forecast_params
static const struct param params[] = {
	PARAM("horizon", PARAM_INT, OF, horizon, 1, 1, "1", NULL, "steps ahead"),
	PARAM("quantiles", PARAM_INT, OF, quantiles, FORECAST_LEVELS, FORECAST_LEVELS, "23",
	      NULL, "how many"),
	PARAM("type", PARAM_INT, OF, type, 7, 7, "7", NULL,
	      "of quantile, by Hyndman and Fan's number"),
	PARAM("median", PARAM_WORD, OF, median, 0, 0, "\"last observation\"", medians,
	      "what the median is"),
	PARAM("clip0", PARAM_BOOL, OF, not_negative, 0, 0, "true", NULL,
	      "are quantiles below zero made zero?"),
	PARAM("origins", PARAM_TRIPLE, OF, origins, 2, COUNTS_MAX, "[120,700,20]", NULL,
	      "times that are forecast from: first, last, step (2 or more)"),
};
#undef OF

#define QUANTILE(text)                                \
	{                                             \
		text, COLUMN_REAL, "quantile of that" \
	}
static const struct column columns[] = {
	{ "origin", COLUMN_INT, "last time that the forecast knows" },
	{ "target", COLUMN_INT, "time that it is about" },
	{ "observed", COLUMN_INT, "what came" },
	QUANTILE("q0.010"),
	QUANTILE("q0.025"),
	QUANTILE("q0.050"),
	QUANTILE("q0.100"),
	QUANTILE("q0.150"),
	QUANTILE("q0.200"),
	QUANTILE("q0.250"),
	QUANTILE("q0.300"),
	QUANTILE("q0.350"),
	QUANTILE("q0.400"),
	QUANTILE("q0.450"),
	QUANTILE("q0.500"),
	QUANTILE("q0.550"),
	QUANTILE("q0.600"),
	QUANTILE("q0.650"),
	QUANTILE("q0.700"),
	QUANTILE("q0.750"),
	QUANTILE("q0.800"),
	QUANTILE("q0.850"),
	QUANTILE("q0.900"),
	QUANTILE("q0.950"),
	QUANTILE("q0.975"),
	QUANTILE("q0.990"),
	{ "wis", COLUMN_REAL, "weighted interval score" },
};


static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}


/* Type 7 of sorted values; a place that is whole but for rounding is whole, as in R. */
static double quantile_of(const double *sorted, size_t n, double p)
{
	double at = (double)(n - 1) * p, low = floor(at + 4 * DBL_EPSILON), part = at - low;
	size_t i = (size_t)low;

	if (fabs(part) < 4 * DBL_EPSILON || i + 1 >= n)
		return sorted[i];

	return (1 - part) * sorted[i] + part * sorted[i + 1];
}


bool forecast_baseline(double quantile[FORECAST_LEVELS], const double *y, size_t n,
		       bool not_negative)
{
	double *changes = mem_alloc(2 * n * sizeof(*changes));
	size_t count = 0;

	for (size_t i = 1; i < n; i++) {
		double d = y[i] - y[i - 1];

		if (isnan(d))
			continue;
		changes[count++] = d;
		changes[count++] = -d;
	}
	qsort(changes, count, sizeof(*changes), by_size);
	for (size_t i = 0; i < FORECAST_LEVELS; i++) {
		double v = count ? y[n - 1] + quantile_of(changes, count, forecast_levels[i])
				 : NAN;

		if (i == MEDIAN && count)
			v = y[n - 1];
		quantile[i] = not_negative && v < 0 ? 0 : v;
	}
	free(changes);

	return !isnan(quantile[MEDIAN]);
}


double forecast_wis(const double quantile[FORECAST_LEVELS], double y)
{
	double sum = 0.5 * fabs(y - quantile[MEDIAN]);

	for (size_t i = 0; i < MEDIAN; i++) {
		double alpha = 2 * forecast_levels[i];
		double low = quantile[i], high = quantile[FORECAST_LEVELS - 1 - i];

		sum += alpha / 2 * (high - low) + (y < low ? low - y : 0) +
		       (y > high ? y - high : 0);
	}

	return isnan(y) ? NAN : sum / (MEDIAN + 0.5);
}


static int run(struct result *out, const void *input, const void *with, struct fault *f)
{
	const struct forecast_params *p = with;
	const struct counts *s = input;
	size_t first = (size_t)p->origins[0], step = (size_t)p->origins[2];

	if (s->n <= first)
		return fault_set(f, E_RANGE,
				 "The series is too short: it has %zu values, and forecasts "
				 "are made from time %zu on.",
				 s->n, first);
	for (size_t t = first; t <= (size_t)p->origins[1] && t < s->n; t += step) {
		double *row = result_row(out);

		row[0] = (double)t;
		row[1] = (double)t + 1;
		row[2] = s->y[t];
		if (forecast_baseline(row + 3, s->y, t, p->not_negative))
			row[3 + FORECAST_LEVELS] = forecast_wis(row + 3, s->y[t]);
	}

	return 0;
}

const struct method hub_baseline = {
	"hub_baseline_h1_wis",
	"baseline forecast one step ahead and its weighted interval score",
	params,
	ARRAY_LEN(params),
	sizeof(struct forecast_params),
	columns,
	ARRAY_LEN(columns),
	METHOD_COUNTS,
	run,
};
