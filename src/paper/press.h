/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* press.h: setting a paper, block under block; private to paper/. */
#ifndef PAPER_PRESS_H
#define PAPER_PRESS_H

#include "paper/doc.h"
#include "paper/finish.h"
#include "paper/sheet.h"

#define PRESS_LEFT   (22 * SHEET_MM)
#define PRESS_RIGHT  (SHEET_WIDTH - 18 * SHEET_MM)
#define PRESS_TOP    (27 * SHEET_MM)
#define PRESS_BOTTOM (SHEET_HEIGHT - 21 * SHEET_MM)
#define PRESS_WIDTH  (PRESS_RIGHT - PRESS_LEFT)

struct press {
	const struct doc *d;
	struct sheet *s;
	double y;		 /* where the next block begins */
	unsigned page;		 /* 1, 2, ... */
	unsigned pages;		 /* 0: they are being counted */
	struct figures *figures; /* NULL: they are being counted */
	const char
		*tag; /* open around what is set, to be closed at the end of a page; or NULL */
};

/* How a text is set. */
struct style {
	enum face face;
	double size, leading;
	enum ink ink;
	const char *tag;
};

/* Begin a page unless `height` more points fit on this one. */
void press_need(struct press *p, double height);
void press_page(struct press *p);

/* A paragraph of that width at x; its lines may go on the next page.  Moves y. */
void press_text(struct press *p, double x, double width, const struct style *style,
		const char *text);

/* Around what is drawn: a picture, and what it shows in words. */
void press_figure(struct press *p, const char *words);
void press_figure_end(struct press *p);

/* One line at a place, cut with an ellipsis where it is too long. */
void press_label(struct press *p, double x, double y, double width, const struct style *style,
		 const char *text, bool right);

/* table.c */
void press_table(struct press *p, const struct block *b);
void press_facts(struct press *p, const struct block *b);

/* chart.c */
void press_charts(struct press *p, const struct block *b);

#endif
