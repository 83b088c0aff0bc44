/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* golden.h: how far a result is from one that another program has computed. */
#ifndef WATCH_GOLDEN_H
#define WATCH_GOLDEN_H

#include "watch/result.h"
#include "base/err.h"

#define GOLDEN_TOLERANCE 1e-9

struct golden {
	size_t rows;	   /* of the other program */
	size_t alarms;	   /* that differ */
	size_t trends;	   /* that differ */
	size_t missing;	   /* NA in one of the two only */
	size_t texts;	   /* texts and dates that differ */
	double largest;	   /* of |ours - theirs| / max(1, |theirs|) */
	const char *where; /* the column of the largest difference; may be NULL */
	size_t row;	   /* and its row, from 1 */
};

/* No difference but of numbers, and none of these above GOLDEN_TOLERANCE. */
bool golden_equal(const struct golden *g);

/*
 * Compare with the CSV that the other program wrote: the same columns, in any order, and rows.
 *
 * Errors: E_SYNTAX not such a file, E_RANGE other columns or another number of rows.
 */
int golden_compare(struct golden *out, const struct result *r, const char *csv, size_t len,
		   struct fault *f) MUST_CHECK;

#endif
