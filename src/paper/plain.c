/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* plain.c: a paper as lines of text. */
#include <string.h>

#include "base/mem.h"
#include "paper/doc.h"


/* One line: what would end it, or a cell, becomes a space. */
static void put(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_char(out, (unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text);
}


static void line(struct buf *out, const char *text)
{
	put(out, text);
	buf_char(out, '\n');
}


static void put_row(struct buf *out, const struct doc_row *row, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(out, '\t');
		put(out, row->cells[i]);
	}
	buf_char(out, '\n');
}


static void put_rows(struct buf *out, const struct block *b)
{
	for (size_t i = 0; i < b->columns_count && b->columns; i++) {
		put(out, b->columns[i].title);
		buf_char(out, i + 1 < b->columns_count ? '\t' : '\n');
	}
	for (size_t i = 0; i < b->rows_count; i++)
		put_row(out, &b->rows[i], b->columns_count);
}


static void put_charts(struct buf *out, const struct block *b)
{
	for (size_t i = 0; i < b->charts_count; i++) {
		put(out, b->charts[i].title);
		if (b->charts[i].alt) {
			buf_str(out, ": ");
			put(out, b->charts[i].alt);
		}
		buf_char(out, '\n');
	}
}


static void put_block(struct buf *out, const struct block *b)
{
	buf_char(out, '\n');
	switch (b->kind) {
	case BLOCK_FACTS:
	case BLOCK_TABLE: put_rows(out, b); break;
	case BLOCK_CHARTS: put_charts(out, b); break;
	case BLOCK_CODE:
		line(out, b->text);
		line(out, b->data);
		break;
	default: line(out, b->text); break;
	}
}


int paper_plain(struct buf *out, const char *bytes, size_t len, struct fault *f)
{
	struct arena *a = arena_new(65536);
	struct doc d;
	int err = paper_read(&d, a, bytes, len, f);

	if (!err) {
		line(out, d.head.author);
		if (d.head.mark)
			line(out, d.head.mark);
		if (d.head.banner)
			line(out, d.head.banner);
	}
	for (size_t i = 0; i < d.count && !err; i++)
		if (d.blocks[i].kind != BLOCK_BREAK)
			put_block(out, &d.blocks[i]);
	if (!err && d.head.note) {
		buf_char(out, '\n');
		line(out, d.head.note);
	}
	arena_free(a);

	return err ? err : out->err;
}
