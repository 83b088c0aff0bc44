/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "watch/sheet_read.h"


void sheet_column(char out[SHEET_NAME_SIZE], size_t col)
{
	char back[SHEET_NAME_SIZE];
	size_t n = 0;

	for (col++; col && n < sizeof(back) - 1; col = (col - 1) / 26)
		back[n++] = (char)('A' + (col - 1) % 26);
	for (size_t i = 0; i < n; i++)
		out[i] = back[n - 1 - i];
	out[n] = '\0';
}


void sheet_make(struct sheet_maker *m, struct arena *a, struct fault *f)
{
	memset(m, 0, sizeof(*m));
	m->arena = a;
	m->fault = f;
}


static void fail(struct sheet_maker *m, int err, size_t col, const char *why)
{
	if (m->err)
		return;
	m->err = fault_set(m->fault, err, "%s", why);
	fault_at(m->fault, NULL, m->rows ? m->lines[m->rows - 1] : 1, (int)col + 1);
}


void sheet_row(struct sheet_maker *m, int line)
{
	if (m->err)
		return;
	if (m->rows == SHEET_ROWS_MAX) {
		fail(m, E_TOOBIG, 0, "There are too many rows; 100,000 are read at once.");
		return;
	}
	if (m->rows == m->rows_room) {
		m->rows_room = m->rows_room ? m->rows_room * 2 : 256;
		m->lines = mem_grow(m->lines, m->rows_room, sizeof(*m->lines));
	}
	m->lines[m->rows++] = line;
}


void sheet_put(struct sheet_maker *m, size_t col, const char *text, size_t len)
{
	if (m->err || !len)
		return;
	if (col >= SHEET_COLS_MAX) {
		fail(m, E_TOOBIG, col, "There are too many columns; 2,000 are read at once.");
		return;
	}
	if (len > SHEET_TEXT_MAX) {
		fail(m, E_TOOBIG, col, "A cell holds more than 4,000 bytes.");
		return;
	}
	if (!text_utf8(text, len)) {
		fail(m, E_SYNTAX, col,
		     "A cell is not UTF-8 text; save the file as UTF-8 and send it again.");
		return;
	}
	if (m->count == m->room) {
		m->room = m->room ? m->room * 2 : 1024;
		m->made = mem_grow(m->made, m->room, sizeof(*m->made));
	}
	m->made[m->count++] =
		(struct sheet_made){ m->rows - 1, col, arena_strn(m->arena, text, len) };
	if (col >= m->cols)
		m->cols = col + 1;
	if (m->rows * m->cols > SHEET_CELLS_MAX)
		fail(m, E_TOOBIG, col, "There are too many cells; 1,000,000 are read at once.");
}


int sheet_made(struct sheet *out, struct sheet_maker *m, const char *form)
{
	int err = m->err;

	memset(out, 0, sizeof(*out));
	if (!err && !m->count)
		err = fault_set(m->fault, E_SYNTAX, "There is nothing in it.");
	if (!err) {
		/* The last cell stands in the last row that is not empty. */
		out->form = form;
		out->rows = m->made[m->count - 1].row + 1;
		out->cols = m->cols;
		out->cells = arena_take(m->arena, out->rows * out->cols * sizeof(*out->cells));
		out->lines = arena_take(m->arena, out->rows * sizeof(*out->lines));
		memcpy(out->lines, m->lines, out->rows * sizeof(*out->lines));
		for (size_t i = 0; i < out->rows * out->cols; i++)
			out->cells[i] = "";
		for (size_t i = 0; i < m->count; i++)
			out->cells[m->made[i].row * out->cols + m->made[i].col] =
				m->made[i].text;
	}
	free(m->made);
	free(m->lines);
	sheet_make(m, m->arena, m->fault);

	return err;
}


static int utf8_of_utf16(struct buf *out, const unsigned char *s, size_t len, struct fault *f)
{
	bool big = s[0] == 0xfe;

	for (size_t i = 2; i + 1 < len; i += 2) {
		unsigned u = big ? (unsigned)(s[i] << 8 | s[i + 1])
				 : (unsigned)(s[i + 1] << 8 | s[i]);
		unsigned low = i + 3 < len ? (big ? (unsigned)(s[i + 2] << 8 | s[i + 3])
						  : (unsigned)(s[i + 3] << 8 | s[i + 2]))
					   : 0;

		if (u >= 0xd800 && u < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
			u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		} else if (!u || (u >= 0xd800 && u < 0xe000)) {
			return fault_set(f, E_SYNTAX,
					 "The text is not whole UTF-16 (at byte %zu).", i);
		}
		if (u < 0x80) {
			buf_char(out, (char)u);
		} else if (u < 0x800) {
			buf_char(out, (char)(0xc0 | u >> 6));
			buf_char(out, (char)(0x80 | (u & 0x3f)));
		} else if (u < 0x10000) {
			buf_char(out, (char)(0xe0 | u >> 12));
			buf_char(out, (char)(0x80 | (u >> 6 & 0x3f)));
			buf_char(out, (char)(0x80 | (u & 0x3f)));
		} else {
			buf_char(out, (char)(0xf0 | u >> 18));
			buf_char(out, (char)(0x80 | (u >> 12 & 0x3f)));
			buf_char(out, (char)(0x80 | (u >> 6 & 0x3f)));
			buf_char(out, (char)(0x80 | (u & 0x3f)));
		}
	}
	if (len % 2)
		return fault_set(f, E_SYNTAX, "The text ends in the middle of a character.");

	return out->err;
}


/* Text of any of the three kinds: the first character that is no space tells. */
static int read_text(struct sheet *out, struct sheet_maker *m, const char *s, size_t len)
{
	size_t at = 0;
	const char *form = "csv";
	int err;

	if (len >= 3 && !memcmp(s, "\xef\xbb\xbf", 3)) {
		s += 3;
		len -= 3;
	}
	while (at < len && strchr(" \t\r\n", s[at]) && s[at])
		at++;
	if (at < len && s[at] == '{') {
		form = "dhis2";
		err = sheet_dhis2(m, s, len);
	} else if (at < len && s[at] == '<') {
		form = "adx";
		err = sheet_adx(m, s, len);
	} else {
		err = sheet_csv(m, s, len);
	}
	m->err = m->err ? m->err : err;

	return sheet_made(out, m, form);
}


int sheet_read(struct sheet *out, struct arena *a, const char *bytes, size_t len,
	       struct fault *f)
{
	struct sheet_maker m;
	struct buf text;
	int err;

	memset(out, 0, sizeof(*out));
	if (len > SHEET_BYTES_MAX)
		return fault_set(f, E_TOOBIG, "The file has %zu bytes; at most %d are read.",
				 len, SHEET_BYTES_MAX);
	sheet_make(&m, a, f);
	if (len >= 4 && !memcmp(bytes, "PK\3\4", 4)) {
		err = sheet_xlsx(&m, bytes, len);
		m.err = m.err ? m.err : err;
		return sheet_made(out, &m, "xlsx");
	}
	if (len >= 2 && (!memcmp(bytes, "\xff\xfe", 2) || !memcmp(bytes, "\xfe\xff", 2))) {
		buf_init(&text, 0);
		err = utf8_of_utf16(&text, (const unsigned char *)bytes, len, f);
		if (!err)
			err = read_text(out, &m, text.data, text.len);
		buf_clear(&text);
		return err;
	}

	return read_text(out, &m, bytes, len);
}
