/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sheet_read.h: the readers behind sheet.h and how they put a sheet together. */
#ifndef WATCH_SHEET_READ_H
#define WATCH_SHEET_READ_H

#include <stdbool.h>

#include "watch/sheet.h"

/* Cells in any order within a row, rows downwards; cells that are not set are "". */
struct sheet_maker {
	struct arena *arena;
	struct fault *fault;
	struct sheet_made {
		size_t row, col;
		const char *text;
	} * made;
	size_t count, room;
	int *lines;
	size_t rows, cols, rows_room;
	int err;
};

void sheet_make(struct sheet_maker *m, struct arena *a, struct fault *f);

/* A new row, which is the last; empty rows at the end are dropped by sheet_made(). */
void sheet_row(struct sheet_maker *m, int line);

/* Text of `len` bytes (checked to be UTF-8 without NUL) in the last row. */
void sheet_put(struct sheet_maker *m, size_t col, const char *text, size_t len);

/* The sheet, or the first error; the maker is empty then. */
int sheet_made(struct sheet *out, struct sheet_maker *m, const char *form) MUST_CHECK;

int sheet_csv(struct sheet_maker *m, const char *bytes, size_t len) MUST_CHECK;
int sheet_xlsx(struct sheet_maker *m, const char *bytes, size_t len) MUST_CHECK;
int sheet_dhis2(struct sheet_maker *m, const char *bytes, size_t len) MUST_CHECK;
int sheet_adx(struct sheet_maker *m, const char *bytes, size_t len) MUST_CHECK;

#endif
