/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * sheet.h: what people and systems send as figures, all brought into one form: rows of texts
 * below a row of headings.
 *
 *	CSV	RFC 4180; comma, semicolon or tab; UTF-8, or UTF-16 with its mark; also what is
 *		pasted from a spreadsheet
 *	XLSX	ISO/IEC 29500, the first sheet; days come as 2020-05-15
 *	DHIS2	dataValueSets as JSON: headings period, orgunit, dataelement, value, comment
 *	ADX	urn:ihe:qrph:adx:2015: the same headings
 *
 * Nothing is understood here but the form: what a heading means is intake.h.
 */
#ifndef WATCH_SHEET_H
#define WATCH_SHEET_H

#include <stddef.h>

#include "base/err.h"

struct arena;

enum {
	SHEET_BYTES_MAX = 16 << 20, /* of the file */
	SHEET_PART_MAX = 64 << 20,  /* of a part of an XLSX, unpacked */
	SHEET_PARTS_MAX = 2000,
	SHEET_COLS_MAX = 2000,
	SHEET_ROWS_MAX = 100000,
	SHEET_CELLS_MAX = 1000000,
	SHEET_TEXT_MAX = 4000, /* bytes of a cell */
	SHEET_NAME_SIZE = 8,
};

struct sheet {
	const char *form; /* "csv", "xlsx", "dhis2" or "adx" */
	size_t rows;
	size_t cols;	    /* of the longest row */
	const char **cells; /* rows * cols; "" where there is nothing */
	int *lines;	    /* where a row begins: line of the text, row of the spreadsheet, or
			       number of the value; counted from 1 */
};

/*
 * Read what these bytes are, which is told by how they begin.
 *
 * Errors, with line and column where there are such: E_SYNTAX it is none of these forms, or not
 * whole; E_TOOBIG one of the limits above.
 */
int sheet_read(struct sheet *out, struct arena *a, const char *bytes, size_t len,
	       struct fault *f) MUST_CHECK;

static inline const char *sheet_cell(const struct sheet *s, size_t row, size_t col)
{
	return s->cells[row * s->cols + col];
}

/* How spreadsheets name a column: 0 is "A", 26 is "AA". */
void sheet_column(char out[SHEET_NAME_SIZE], size_t col);

#endif
