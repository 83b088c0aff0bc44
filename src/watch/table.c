/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "watch/table.h"


int table_fault(const struct table *t, int col, struct fault *f, int err, const char *fmt, ...)
{
	char text[sizeof(f->text)];
	va_list ap;
	struct buf b;

	buf_init(&b, 0);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	(void)text_copy(text, sizeof(text), b.data);
	buf_clear(&b);
	if (f && col >= 0 && (size_t)col < t->cols && t->head[col])
		fault_at(f, t->head[col], 0, 0);
	if (f)
		fault_at(f, NULL, t->line, col >= 0 ? t->col[col] : 1);

	return fault_set(f, err, "%s", text);
}


static int bad_byte(const struct table *t, const char *line, struct fault *f, const char *what)
{
	if (f)
		fault_at(f, NULL, t->line, (int)(t->at - line) + 1);

	return fault_set(f, E_SYNTAX, "%s", what);
}


/* A cell in quotes; `t->at` is at the first of them. */
static int quoted(struct table *t, char *to, size_t *len, const char *line, struct fault *f)
{
	const char *began = t->at;

	for (t->at++; t->at < t->end; t->at++) {
		if (*t->at == '"') {
			if (t->at + 1 == t->end || t->at[1] != '"')
				break;
			t->at++;
		}
		if (*t->at == '\n')
			t->next_line++;
		if (*len == TABLE_CELL_MAX)
			return bad_byte(t, line, f, "A cell has more than 4096 bytes.");
		to[(*len)++] = *t->at;
	}
	if (t->at == t->end) {
		t->at = began;
		return bad_byte(t, line, f, "A quotation mark is not closed.");
	}
	t->at++;

	return 0;
}


static int take_cell(struct table *t, char *to, size_t *len, const char *line, struct fault *f)
{
	*len = 0;
	if (t->at < t->end && *t->at == '"') {
		int err = quoted(t, to, len, line, f);

		if (err)
			return err;
	} else {
		for (; t->at < t->end && !strchr(",\r\n", *t->at); t->at++) {
			if (*t->at == '"' || *t->at == '\0')
				return bad_byte(t, line, f,
						"A cell holds a quotation mark or NUL; put the "
						"whole cell into quotation marks.");
			if (*len == TABLE_CELL_MAX)
				return bad_byte(t, line, f, "A cell has more than 4096 bytes.");
			to[(*len)++] = *t->at;
		}
	}
	to[*len] = '\0';
	if (t->at < t->end && *t->at == '\r' && (t->at + 1 == t->end || t->at[1] == '\n'))
		t->at++;
	if (t->at < t->end && *t->at != ',' && *t->at != '\n')
		return bad_byte(t, line, f,
				"After a cell comes a comma or the end of the line.");
	if (memchr(to, '\0', *len) || !text_utf8(to, *len))
		return bad_byte(t, line, f, "This is not text in UTF-8.");

	return 0;
}


/* One line into `t->cell`; *count cells. */
static int take_line(struct table *t, size_t *count, struct fault *f)
{
	const char *line = t->at;

	*count = 0;
	t->line = t->next_line;
	for (;;) {
		char *to = t->room + *count * (TABLE_CELL_MAX + 1);
		size_t len;
		int err;

		if (*count == TABLE_COLS_MAX)
			return bad_byte(t, line, f, "A line has more than 64 cells.");
		t->col[*count] = (int)(t->at - line) + 1;
		err = take_cell(t, to, &len, line, f);
		if (err)
			return err;
		t->cell[(*count)++] = to;
		if (t->at == t->end || *t->at == '\n')
			break;
		t->at++;
	}
	if (t->at < t->end) {
		t->at++;
		t->next_line++;
	}

	return 0;
}


int table_open(struct table *t, struct arena *a, const char *csv, size_t len, struct fault *f)
{
	size_t count;
	int err;

	*t = (struct table){ .a = a, .at = csv, .end = csv + len, .next_line = 1 };
	if (len >= 3 && memcmp(csv, "\xef\xbb\xbf", 3) == 0)
		t->at += 3;
	t->room = arena_take(a, (size_t)TABLE_COLS_MAX * (TABLE_CELL_MAX + 1));
	err = take_line(t, &count, f);
	if (err)
		return err;
	for (size_t i = 0; i < count; i++) {
		t->head[i] = arena_str(a, t->cell[i]);
		for (size_t k = 0; k < i; k++)
			if (text_eq(t->head[i], t->head[k]))
				return table_fault(t, (int)i, f, E_SYNTAX,
						   "Two columns are called \"%.64s\".",
						   t->head[i]);
	}
	t->cols = count;

	return 0;
}


int table_next(struct table *t, struct fault *f)
{
	size_t count;
	int err;

	do {
		if (t->at == t->end)
			return 0;
		err = take_line(t, &count, f);
		if (err)
			return err;
	} while (count == 1 && !t->cell[0][0] && t->cols > 1);
	if (count != t->cols) {
		if (f)
			fault_at(f, NULL, t->line, t->col[count - 1]);
		return fault_set(f, E_SYNTAX, "The line has %zu cells, the header has %zu.",
				 count, t->cols);
	}

	return 1;
}


int table_find(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->cols; i++)
		if (text_eq(t->head[i], name))
			return (int)i;

	return -1;
}


int table_real(double *out, const struct table *t, int col, bool missing, double min,
	       double max, struct fault *f)
{
	const char *s = t->cell[col];

	if (!*s || text_eq(s, "NA")) {
		*out = NAN;
		return missing ? 0 : table_fault(t, col, f, E_SYNTAX, "A number is missing.");
	}
	if (text_real(out, s))
		return table_fault(t, col, f, E_SYNTAX,
				   "\"%.40s\" is no number; write it as 1234 or 1234.5, or "
				   "nothing or NA where it is not known.",
				   s);
	if (!(*out >= min && *out <= max))
		return table_fault(t, col, f, E_RANGE, "%.17g is not from %.17g to %.17g.",
				   *out, min, max);

	return 0;
}


int table_date(double *out, const struct table *t, int col, struct fault *f)
{
	int64_t day;

	if (time_date_days(&day, t->cell[col]))
		return table_fault(t, col, f, E_SYNTAX,
				   "\"%.40s\" is no date; write it as 2020-05-15.",
				   t->cell[col]);
	*out = (double)day;

	return 0;
}
