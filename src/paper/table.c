/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * table.c: tables and facts.  A row stays on one page if it can; one that is higher than a page
 * goes on line by line, because a text of somebody's making may be as long as it likes.
 */
#include <math.h>
#include <string.h>

#include "paper/pdf.h"
#include "paper/press.h"

enum {
	PAD = 4,	     /* points on each side of a cell */
	TOGETHER_LINES = 24, /* a row of fewer lines is not divided */
};

static const struct style cell = { FACE_SANS, 8.6, 11.4, INK_BLACK, "TD" };
static const struct style cell_bold = { FACE_BOLD, 8.6, 11.4, INK_BLACK, "TD" };
static const struct style head = { FACE_BOLD, 7.6, 9.6, INK_GREY, "TH" };
static const struct style name = { FACE_SANS, 8.6, 12, INK_GREY, "TH" };
static const struct style value = { FACE_SANS, 9.2, 12, INK_BLACK, "TD" };

/* One row, being set: how far each cell has come. */
struct row {
	const char *rest[PAPER_COLUMNS_MAX];
	const struct style *style[PAPER_COLUMNS_MAX];
	double x[PAPER_COLUMNS_MAX], width[PAPER_COLUMNS_MAX];
	bool right[PAPER_COLUMNS_MAX];
	size_t count;
	double leading;
};


static size_t lines_of(const struct row *r, size_t i)
{
	const char *text = r->rest[i];
	size_t lines = 0, next;

	for (; *text; text += next, lines++)
		(void)font_line(&next, r->style[i]->face, r->style[i]->size, text, r->width[i]);

	return lines;
}


static size_t lines_left(const struct row *r)
{
	size_t most = 0;

	for (size_t i = 0; i < r->count; i++) {
		size_t n = lines_of(r, i);

		most = n > most ? n : most;
	}

	return most;
}


/* The next `lines` lines of a cell. */
static void put_cell(struct press *p, struct row *r, size_t i, size_t lines)
{
	const struct style *s = r->style[i];
	double y = p->y;

	sheet_tag(p->s, s->tag);
	for (; lines && *r->rest[i]; lines--) {
		const char *text = r->rest[i];
		size_t next, len = font_line(&next, s->face, s->size, text, r->width[i]);
		double x = r->x[i];

		if (r->right[i])
			x += fmax(0, r->width[i] - font_width(s->face, s->size, text, len));
		y += r->leading;
		sheet_text(p->s, x, y - r->leading * 0.27, s->face, s->size, s->ink, text, len);
		r->rest[i] = text + next;
	}
	sheet_untag(p->s, s->tag);
}


/* As many lines as this page takes; `lines` is what is left. */
static size_t put_slice(struct press *p, struct row *r, size_t lines)
{
	double room = (PRESS_BOTTOM - p->y) / r->leading;
	size_t fit = room < 1 ? 1 : (size_t)room;

	if (fit > lines)
		fit = lines;
	sheet_tag(p->s, "TR");
	for (size_t i = 0; i < r->count; i++)
		put_cell(p, r, i, fit);
	sheet_untag(p->s, "TR");
	p->y += (double)fit * r->leading;

	return lines - fit;
}


static void place(struct row *r, const struct block *b)
{
	double x = PRESS_LEFT, all = 0;

	r->count = b->columns_count;
	for (size_t i = 0; i < b->columns_count; i++)
		all += b->columns[i].share;
	for (size_t i = 0; i < b->columns_count; i++) {
		double width = PRESS_WIDTH * b->columns[i].share / all;

		r->x[i] = x + (i ? PAD : 0);
		r->width[i] = width - (i ? 2 * PAD : PAD);
		r->right[i] = b->columns[i].number;
		x += width;
	}
}


static void put_head(struct press *p, const struct block *b)
{
	struct row r = { .leading = head.leading };

	place(&r, b);
	for (size_t i = 0; i < r.count; i++) {
		r.rest[i] = b->columns[i].title;
		r.style[i] = &head;
	}
	(void)put_slice(p, &r, lines_left(&r));
	p->y += 3;
	sheet_rule(p->s, PRESS_LEFT, p->y, PRESS_RIGHT, p->y, 0.9, INK_BLUE);
	p->y += 3;
}


static void put_row(struct press *p, const struct block *b, const struct doc_row *from)
{
	struct row r = { .leading = cell.leading };
	size_t lines;

	place(&r, b);
	for (size_t i = 0; i < r.count; i++) {
		r.rest[i] = from->cells[i];
		r.style[i] = from->bold ? &cell_bold : &cell;
	}
	lines = lines_left(&r);
	if (p->y + (double)(lines < TOGETHER_LINES ? lines : 1) * r.leading + 6 >
	    PRESS_BOTTOM) {
		press_page(p);
		put_head(p, b);
	}
	if (from->bold)
		sheet_box(p->s, PRESS_LEFT - 3, p->y - 2, PRESS_WIDTH + 6,
			  (double)lines * r.leading + 4, INK_FAINT);
	while ((lines = put_slice(p, &r, lines)) > 0 && p->page <= PAPER_PAGES_MAX) {
		press_page(p);
		put_head(p, b);
	}
	p->y += 2.5;
	sheet_rule(p->s, PRESS_LEFT, p->y, PRESS_RIGHT, p->y, 0.4, INK_PALE);
	p->y += 2.5;
}


void press_table(struct press *p, const struct block *b)
{
	p->y += 4;
	press_need(p, 52);
	sheet_tag(p->s, "Table");
	put_head(p, b);
	for (size_t i = 0; i < b->rows_count && p->page <= PAPER_PAGES_MAX; i++)
		put_row(p, b, &b->rows[i]);
	sheet_untag(p->s, "Table");
	p->y += 6;
}


static void put_fact(struct press *p, const struct doc_row *from)
{
	struct row r = { .leading = name.leading, .count = 2 };
	size_t lines;

	for (size_t i = 0; i < 2; i++)
		r.rest[i] = from->cells[i];
	r.style[0] = &name;
	r.style[1] = &value;
	r.x[0] = PRESS_LEFT;
	r.width[0] = PRESS_WIDTH * 0.26;
	r.x[1] = r.x[0] + r.width[0] + 2 * PAD;
	r.width[1] = PRESS_RIGHT - r.x[1];
	lines = lines_left(&r);
	press_need(p, (double)(lines < TOGETHER_LINES ? lines : 1) * r.leading);
	while ((lines = put_slice(p, &r, lines)) > 0 && p->page <= PAPER_PAGES_MAX)
		press_page(p);
	p->y += 2;
}


void press_facts(struct press *p, const struct block *b)
{
	p->y += 2;
	sheet_tag(p->s, "Table");
	for (size_t i = 0; i < b->rows_count && p->page <= PAPER_PAGES_MAX; i++)
		put_fact(p, &b->rows[i]);
	sheet_untag(p->s, "Table");
	p->y += 4;
}
