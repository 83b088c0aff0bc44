/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "watch/result.h"


void result_init(struct result *r, const struct column *columns, size_t cols)
{
	*r = (struct result){ .columns = columns, .cols = cols };
}


void result_clear(struct result *r)
{
	for (size_t i = 0; i < r->text_count; i++)
		free(r->texts[i]);
	free(r->texts);
	free(r->v);
	*r = (struct result){ 0 };
}


double *result_row(struct result *r)
{
	double *row;

	if (r->rows == r->room) {
		r->room = r->room ? 2 * r->room : 64;
		r->v = mem_grow(r->v, r->room, r->cols * sizeof(*r->v));
	}
	row = r->v + r->rows++ * r->cols;
	for (size_t i = 0; i < r->cols; i++)
		row[i] = NAN;

	return row;
}


double result_text(struct result *r, const char *text)
{
	r->texts = mem_grow(r->texts, r->text_count + 1, sizeof(*r->texts));
	r->texts[r->text_count] = mem_str(text);

	return (double)r->text_count++;
}


double result_at(const struct result *r, size_t row, const char *column)
{
	for (size_t i = 0; i < r->cols && row < r->rows; i++)
		if (text_eq(r->columns[i].name, column))
			return r->v[row * r->cols + i];

	return NAN;
}


static void add_text(struct buf *b, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		buf_str(b, text);
		return;
	}
	buf_char(b, '"');
	for (; *text; text++) {
		if (*text == '"')
			buf_char(b, '"');
		buf_char(b, *text);
	}
	buf_char(b, '"');
}


static void add_value(struct buf *b, const struct result *r, enum column_type type, double v)
{
	char date[TIME_DATE_SIZE];

	if (isnan(v)) {
		buf_str(b, "NA");
	} else if (type == COLUMN_TEXT) {
		add_text(b, r->texts[(size_t)v]);
	} else if (type == COLUMN_DATE) {
		time_days_date(date, (int64_t)v);
		buf_str(b, date);
	} else if (isinf(v)) {
		buf_str(b, v > 0 ? "Inf" : "-Inf");
	} else {
		buf_printf(b, "%.17g", v);
	}
}


void result_csv(struct buf *b, const struct result *r)
{
	for (size_t i = 0; i < r->cols; i++) {
		buf_str(b, i ? "," : "");
		buf_str(b, r->columns[i].name);
	}
	buf_char(b, '\n');
	for (size_t row = 0; row < r->rows; row++) {
		for (size_t i = 0; i < r->cols; i++) {
			buf_str(b, i ? "," : "");
			add_value(b, r, r->columns[i].type, r->v[row * r->cols + i]);
		}
		buf_char(b, '\n');
	}
}
