/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * counts.h: counts of one indicator in one region, one for each day, week or month.
 *
 * What the methods of watch take.  Values are in order of time without gaps; a missing one is
 * NAN, never zero.
 */
#ifndef WATCH_COUNTS_H
#define WATCH_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;

enum {
	COUNTS_MAX = 100000,	  /* values */
	COUNTS_CSV_MAX = 8 << 20, /* bytes of a file */
};

#define COUNTS_VALUE_MAX 1e12

struct counts {
	size_t n;
	const double *y;	  /* NAN: not reported */
	const int64_t *day;	  /* since 1970-01-01, rising; NULL when undated */
	const double *population; /* NULL when not known */
	int freq;		  /* values in a year: 365 daily, 52 weekly, 12 monthly */
};

/*
 * Read CSV: a header with the columns y and, if there are such, t, date and population, in any
 * order; then a line for each value.  t counts from 1.  An empty y or NA is missing.  The freq
 * is that of the steps between dates; without dates it is 52.
 *
 * A file that has no column t must not leave out days, weeks or months.
 *
 * Everything taken is in the arena.  Errors, with line and column: E_SYNTAX, E_RANGE (also: no
 * value at all), E_TOOBIG.
 */
int counts_parse(struct counts *out, struct arena *a, const char *csv, size_t len,
		 struct fault *f) MUST_CHECK;

#endif
