/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * table.h: a small CSV file (RFC 4180) read cell by cell, with line and column of each.
 *
 * Lines end in LF or CRLF; a byte order mark is passed over; the separator is a comma.  Quotes
 * are read as RFC 4180 says.  Every line has as many cells as the header.
 */
#ifndef WATCH_TABLE_H
#define WATCH_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;

enum {
	TABLE_COLS_MAX = 64,
	TABLE_CELL_MAX = 4096, /* bytes */
};

struct table {
	struct arena *a;
	const char *at, *end;
	int line; /* of the cells, from 1 */
	int next_line;
	size_t cols;
	const char *head[TABLE_COLS_MAX];
	const char *cell[TABLE_COLS_MAX]; /* of the current line; forgotten by the next */
	int col[TABLE_COLS_MAX];	  /* where each begins in its line, from 1, in bytes */
	char *room;
};

/* Read the header.  Errors: E_SYNTAX, E_TOOBIG. */
int table_open(struct table *t, struct arena *a, const char *csv, size_t len,
	       struct fault *f) MUST_CHECK;

/* The next line that is not empty: 1, or 0 at the end.  Errors: E_SYNTAX, E_TOOBIG. */
int table_next(struct table *t, struct fault *f) MUST_CHECK;

/* The place of a column; -1 when there is none. */
int table_find(const struct table *t, const char *name);

/* A fault of a cell of the current line; returns `err`. */
int table_fault(const struct table *t, int col, struct fault *f, int err, const char *fmt, ...)
	PRINTF(5, 6);

/*
 * Cells as values.  An empty one or NA is NAN where that is allowed.
 *
 * Errors: E_SYNTAX no number, E_RANGE not within the limits.
 */
int table_real(double *out, const struct table *t, int col, bool missing, double min,
	       double max, struct fault *f) MUST_CHECK;
int table_date(double *out, const struct table *t, int col, struct fault *f) MUST_CHECK;

#endif
