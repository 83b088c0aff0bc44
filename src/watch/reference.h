/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * reference.h: the same time in earlier years, and the bounds of Farrington's methods, which
 * these share.
 */
#ifndef WATCH_REFERENCE_H
#define WATCH_REFERENCE_H

#include <stdbool.h>

#include "watch/method.h"

enum {
	YEARS_MAX = 50,
};

enum power {
	POWER_NONE,
	POWER_HALF,
	POWER_TWO_THIRDS,
};

extern const char *const power_words[]; /* "none", "1/2", "2/3" */

/*
 * Where the same time i years earlier stands, 1-based; 0: not in the series.  By index it is
 * freq places earlier for each year.  By date it is the same day of the calendar (1 March for
 * 29 February where there is none), and for weeks the nearest day to it with the weekday of
 * `k`.
 */
size_t reference_year(const struct counts *s, size_t k, int i, bool by_date);

/*
 * The upper end of a prediction interval from a power transformation: the mean of a new count,
 * the standard error of that, the dispersion and the normal quantile z.  The interval on the
 * transformed scale is what `centre` +- z * `sd` give.
 */
struct power_bound {
	double exponent, centre, sd;
	double upper; /* NAN where it cannot be transformed back */
};

void power_bound(struct power_bound *out, enum power power, double mean, double se, double phi,
		 double z);

/* Are there at least limit[0] cases in the limit[1] values up to k? */
bool enough_cases(const struct counts *s, size_t k, const int64_t limit[2]);

/* Errors: E_RANGE for a count below zero. */
int check_counts(const struct counts *s, size_t to, struct fault *f) MUST_CHECK;

#endif
