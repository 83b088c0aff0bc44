/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * forecast.h: the baseline forecast of the COVID-19 Forecast Hub one step ahead (Cramer et al.
 * 2022), and the weighted interval score that judges forecasts (Bracher et al. 2021, PLoS
 * Comput Biol 17:e1008618).
 *
 * The quantiles are those of all earlier changes from one value to the next, taken in both
 * directions, added to the last value; none is below zero, and the median is the last value.
 */
#ifndef WATCH_FORECAST_H
#define WATCH_FORECAST_H

#include <stdbool.h>

#include "watch/method.h"

enum {
	FORECAST_LEVELS = 23,
};

extern const double forecast_levels[FORECAST_LEVELS]; /* 0.01, 0.025, 0.05, ... 0.99 */

struct forecast_params {
	int64_t horizon, quantiles, type;
	int median;
	bool not_negative;
	int64_t origins[3]; /* first, last, step */
};

extern const struct method hub_baseline;

/*
 * Quantiles of the value after the `n` ones at y; false, and all NAN, where the last one or
 * every change is missing.
 */
bool forecast_baseline(double quantile[FORECAST_LEVELS], const double *y, size_t n,
		       bool not_negative);

/* Of a forecast by its quantiles at forecast_levels, when `y` came; less is better. */
double forecast_wis(const double quantile[FORECAST_LEVELS], double y);

#endif
