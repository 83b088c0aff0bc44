/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * time.h: instants, dates and durations.
 *
 * An instant is int64 milliseconds since 1970-01-01T00:00:00Z.  A date is a text
 * "YYYY-MM-DD" (charters also know "YYYY-MM" and "YYYY"); dates compare as text.  A day
 * begins at midnight in a named zone (IANA), which ICU knows.
 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum {
	TIME_DATE_SIZE = 11, /* "2020-05-15" and NUL */
	TIME_TEXT_SIZE = 25, /* "2020-05-15T10:00:00.000Z" and NUL */
};

#define TIME_SECOND INT64_C(1000)
#define TIME_MINUTE (60 * TIME_SECOND)
#define TIME_HOUR   (60 * TIME_MINUTE)
#define TIME_DAY    (24 * TIME_HOUR)

/* The limits of instants: years 0001 to 9999. */
#define TIME_MIN INT64_C(-62135596800000)
#define TIME_MAX INT64_C(253402300799999)

int64_t time_now(void);	      /* wall clock */
int64_t time_monotonic(void); /* for measuring and waiting; never recorded */

/*
 * CPU time of the calling thread, ns, for measuring parts of the program.  A look costs about
 * what a small part does, so that its own cost, which time_cpu_cost() finds out by trying, is
 * to be taken off what lies between two looks.
 */
int64_t time_cpu(void);
int64_t time_cpu_cost(void);

/* RFC 3339 with "Z" and 0 or 3 digits of a second; `out` has TIME_TEXT_SIZE bytes. */
void time_text(char *out, int64_t at);

/* RFC 3339, any offset; seconds may be left out ("2020-05-15T00:00Z").  Errors: E_SYNTAX. */
int time_parse(int64_t *out, const char *s) MUST_CHECK;

/* Days since 1970-01-01 of a proleptic Gregorian date, and back. */
int64_t time_days(int year, int month, int day);
void time_civil(int64_t days, int *year, int *month, int *day);

/* Is it a real date (so no 31 February) of years 0001-9999? */
bool time_date_valid(const char *date);

/* As time_date_valid(), or "YYYY-MM", or "YYYY". */
bool time_partial_valid(const char *date);

/* The first day of a date that may be partial: "2006-08" becomes "2006-08-01". */
void time_first_day(char out[TIME_DATE_SIZE], const char *partial);

/* Days since 1970-01-01 of "YYYY-MM-DD".  Errors: E_SYNTAX. */
int time_date_days(int64_t *out, const char *date) MUST_CHECK;
void time_days_date(char out[TIME_DATE_SIZE], int64_t days);

/* An ISO 8601 duration without weeks and fractions: P1Y2M10DT2H30M5S. */
struct duration {
	int32_t months; /* years and months */
	int32_t days;
	int64_t ms; /* hours, minutes, seconds */
};

/* Errors: E_SYNTAX, E_RANGE when over 1000 years. */
int duration_parse(struct duration *out, const char *s) MUST_CHECK;
void duration_text(char *out, size_t size, const struct duration *d);

/* < 0, 0, > 0; a month counts 30 days and a year 365 only for this comparison. */
int duration_cmp(const struct duration *a, const struct duration *b);

/* Zones. */
struct zone;

/* Errors: E_ABSENT no such zone. */
int zone_open(struct zone **out, const char *name, struct fault *f) MUST_CHECK;
void zone_close(struct zone *z);
const char *zone_name(const struct zone *z);

/* The date in the zone at that instant. */
void zone_date(char out[TIME_DATE_SIZE], struct zone *z, int64_t at);

/* The instant at which that date begins in the zone.  Errors: E_SYNTAX. */
int zone_midnight(int64_t *out, struct zone *z, const char *date) MUST_CHECK;

/*
 * `at` plus a duration by the calendar of the zone: months first (31 January + P1M is the
 * last day of February), then days, then hours as elapsed time.  NULL zone means UTC.
 */
int64_t zone_add(struct zone *z, int64_t at, const struct duration *d);

/* A date plus a duration; hours are ignored. */
void date_add(char out[TIME_DATE_SIZE], const char *date, const struct duration *d);

#endif
