/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* result.h: what a method says: named columns, a row for each time. */
#ifndef WATCH_RESULT_H
#define WATCH_RESULT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;

enum column_type {
	COLUMN_INT,   /* t, counts, windows */
	COLUMN_REAL,  /* */
	COLUMN_ALARM, /* 0 or 1 */
	COLUMN_TREND, /* 0 or 1: is the trend kept? */
	COLUMN_DATE,  /* days since 1970-01-01 */
	COLUMN_TEXT,  /* the number of a text: result_text() */
};

struct column {
	const char *name;
	enum column_type type;
	const char *doc;
};

struct result {
	const struct column *columns;
	size_t cols;
	size_t rows;
	size_t room; /* rows */
	double *v;   /* row by row; NAN: cannot be said */
	char **texts;
	size_t text_count;
};

void result_init(struct result *r, const struct column *columns, size_t cols);
void result_clear(struct result *r);

/* One more row, all of it NAN; the pointer holds until the next row is added. */
double *result_row(struct result *r);

/* The value to write into a column of texts; the text is copied. */
double result_text(struct result *r, const char *text);

/* The value of a column by its name; NAN when there is no such column or row. */
double result_at(const struct result *r, size_t row, const char *column);

/* CSV with a header: 17 significant digits, which read back as the same number; NA for NAN. */
void result_csv(struct buf *b, const struct result *r);

#endif
