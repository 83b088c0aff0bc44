/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>

#include "base/time.h"
#include "watch/reference.h"
#include "watch/special.h"

enum {
	WEEK = 7,
	WEEKLY = 52,
};

const char *const power_words[] = { "none", "1/2", "2/3", NULL };


/* 0 is Sunday; 1970-01-01 was a Thursday. */
static int weekday(int64_t day)
{
	return (int)(((day + 4) % WEEK + WEEK) % WEEK);
}


/* The place of a day in the series, from 1; 0 when it is not there. */
static size_t find_day(const struct counts *s, int64_t day)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->day[middle] < day)
			low = middle + 1;
		else
			high = middle;
	}

	return low < s->n && s->day[low] == day ? low + 1 : 0;
}


size_t reference_year(const struct counts *s, size_t k, int i, bool by_date)
{
	int year, month, day, forward, backward;
	int64_t then;

	if (!by_date)
		return k > (size_t)i * (size_t)s->freq ? k - (size_t)i * (size_t)s->freq : 0;
	time_civil(s->day[k - 1], &year, &month, &day);
	then = time_days(year - i, month, 1) + day - 1; /* 29 February: 1 March */
	if (s->freq == WEEKLY) {
		forward = (weekday(s->day[k - 1]) - weekday(then) + WEEK) % WEEK;
		backward = (WEEK - forward) % WEEK;
		then += forward < backward ? forward : -backward;
	}

	return find_day(s, then);
}


void power_bound(struct power_bound *out, enum power power, double mean, double se, double phi,
		 double z)
{
	double tau = phi + se * se / mean;

	switch (power) {
	case POWER_NONE:
		out->exponent = 1;
		out->sd = sqrt(mean * tau);
		break;
	case POWER_HALF:
		out->exponent = 1.0 / 2;
		out->sd = sqrt(tau / 4);
		break;
	case POWER_TWO_THIRDS:
		out->exponent = 2.0 / 3;
		out->sd = sqrt(4.0 / 9 * pow(mean, 1.0 / 3) * tau);
		break;
	}
	out->centre = pow(mean, out->exponent);
	out->upper = pow(out->centre + z * out->sd, 1 / out->exponent);
}


bool enough_cases(const struct counts *s, size_t k, const int64_t limit[2])
{
	double sum = 0;

	for (int64_t i = 0; i < limit[1] && (size_t)i < k; i++)
		sum += isnan(s->y[k - 1 - (size_t)i]) ? 0 : s->y[k - 1 - (size_t)i];

	return sum >= (double)limit[0];
}


int check_counts(const struct counts *s, size_t to, struct fault *f)
{
	for (size_t t = 0; t < to; t++)
		if (s->y[t] < 0)
			return fault_set(f, E_RANGE,
					 "The count at %zu is below zero; this method takes "
					 "counts only.",
					 t + 1);

	return 0;
}
