/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "watch/sheet_read.h"

struct csv {
	struct sheet_maker *m;
	const char *s, *end;
	const char *begin; /* of the line */
	int line;
	char comma;
};


static int complain(const struct csv *c, int err, const char *why)
{
	fault_at(c->m->fault, NULL, c->line, (int)(c->s - c->begin) + 1);

	return fault_set(c->m->fault, err, "%s", why);
}


/* What stands most often in the first line, outside quotes; a comma where nothing does. */
static char separator(const char *s, const char *end)
{
	static const char candidates[] = "\t;,";
	size_t best = 0, count[3] = { 0 };
	bool quoted = false;

	for (; s < end && (quoted || (*s != '\n' && *s != '\r')); s++) {
		const char *at = *s ? strchr(candidates, *s) : NULL;

		if (*s == '"')
			quoted = !quoted;
		else if (at && !quoted)
			count[at - candidates]++;
	}
	for (size_t i = 0; i < 3; i++)
		if (count[i] > count[best])
			best = i;

	return count[best] ? candidates[best] : ',';
}


static void next_line(struct csv *c)
{
	if (c->s < c->end && *c->s == '\r')
		c->s++;
	if (c->s < c->end && *c->s == '\n')
		c->s++;
	c->line++;
	c->begin = c->s;
}


/* The part between quotes; "" within it is a quote. */
static int quoted(struct csv *c, struct buf *cell)
{
	const struct csv from = *c;

	for (c->s++;; c->s++) {
		if (c->s == c->end) {
			return complain(&from, E_SYNTAX,
					"A quote that begins here does not end; write a quote "
					"inside quotes twice.");
		}
		if (*c->s == '"') {
			if (c->s + 1 == c->end || c->s[1] != '"')
				break;
			c->s++;
		} else if (*c->s == '\n') {
			c->line++;
			c->begin = c->s + 1;
		}
		buf_char(cell, *c->s);
	}
	c->s++;
	if (c->s < c->end && *c->s != c->comma && *c->s != '\r' && *c->s != '\n')
		return complain(c, E_SYNTAX,
				"After the closing quote of a cell comes the next separator or "
				"the end of the line.");

	return 0;
}


static int cell(struct csv *c, struct buf *text)
{
	buf_reset(text);
	if (c->s < c->end && *c->s == '"')
		return quoted(c, text);
	for (; c->s < c->end && *c->s != c->comma && *c->s != '\r' && *c->s != '\n'; c->s++) {
		if (!*c->s)
			return complain(c, E_SYNTAX,
					"There is a NUL character; this is not a text file.");
		buf_char(text, *c->s);
	}

	return 0;
}


static int row(struct csv *c, struct buf *text)
{
	int err = 0;

	sheet_row(c->m, c->line);
	for (size_t col = 0; !err && !c->m->err; col++) {
		err = cell(c, text);
		if (!err)
			sheet_put(c->m, col, text->data, text->len);
		if (err || c->s == c->end || *c->s != c->comma)
			break;
		c->s++;
		/* A row of separators alone is told as what it is, before it fills memory. */
		if (col > SHEET_COLS_MAX)
			return complain(c, E_TOOBIG,
					"There are too many columns; 2,000 are read at once.");
	}

	return err;
}


int sheet_csv(struct sheet_maker *m, const char *bytes, size_t len)
{
	struct csv c = { .m = m, .s = bytes, .end = bytes + len, .begin = bytes, .line = 1 };
	struct buf text;
	int err = 0;

	c.comma = separator(bytes, bytes + len);
	buf_init(&text, 0);
	while (!err && !m->err && c.s < c.end) {
		err = row(&c, &text);
		if (!err)
			next_line(&c);
	}
	buf_clear(&text);

	return err;
}
