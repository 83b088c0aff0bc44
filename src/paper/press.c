/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * press.c: see pdf.h.  Everything is set twice: first on a sheet that draws nothing, to know
 * how many pages there will be.
 */
#include <string.h>

#include "base/mem.h"
#include "base/qr.h"
#include "paper/finish.h"
#include "paper/pdf.h"
#include "paper/press.h"

#define CODE_SIDE (25 * SHEET_MM)
#define ALONG	  80 /* below a heading: a table's head of three lines, and a row */

static const struct style title = { FACE_SERIF, 21, 26, INK_BLUE, "H1" };
static const struct style heading = { FACE_BOLD, 11.5, 15, INK_BLUE, "H2" };
static const struct style body = { FACE_SANS, 9.5, 13.2, INK_BLACK, "P" };
static const struct style lead = { FACE_SANS, 12, 17, INK_BLACK, "P" };
static const struct style small = { FACE_SANS, 7.8, 10.4, INK_GREY, "P" };
static const struct style margin = { FACE_SANS, 7.8, 10, INK_GREY, "P" };
static const struct style margin_mark = { FACE_BOLD, 8.4, 10, INK_GREY, "P" };
static const struct style margin_bold = { FACE_BOLD, 9, 10, INK_RED, "P" };


/* The longest beginning that fits with an ellipsis after it. */
static size_t cut(const struct style *style, const char *text, double width)
{
	double room = width - font_width(style->face, style->size, "\u2026", 3);
	size_t at = 0;

	while (text[at]) {
		struct sign sign;

		font_sign(&sign, style->face, text + at);
		room -= sign.advance * style->size;
		if (room < 0)
			break;
		at += sign.len;
	}

	return at;
}


void press_label(struct press *p, double x, double y, double width, const struct style *style,
		 const char *text, bool right)
{
	size_t len = strlen(text);
	double wide = font_width(style->face, style->size, text, len);
	bool fits = wide <= width + 0.01;
	size_t shown = fits ? len : cut(style, text, width);
	double at = right && fits ? x + width - wide : x;

	sheet_text(p->s, at, y, style->face, style->size, style->ink, text, shown);
	if (!fits)
		sheet_text(p->s, at + font_width(style->face, style->size, text, shown), y,
			   style->face, style->size, style->ink, "\u2026", 3);
}


/* What stands around every page: whose it is, what it is, how far it goes. */
static void margins(struct press *p)
{
	const struct paper_head *h = &p->d->head;
	double top = 15 * SHEET_MM, foot = SHEET_HEIGHT - 12 * SHEET_MM;
	double banner = h->banner ? font_width(FACE_BOLD, margin_bold.size, h->banner,
					       strlen(h->banner))
				  : 0;
	char number[40];
	double side = PRESS_WIDTH / 2 - 8;

	if (h->mark) {
		sheet_across(p->s, h->mark);
		press_label(p, PRESS_LEFT + side - 60, top, 76, &margin_mark, h->mark, true);
	}
	press_label(p, PRESS_LEFT, top, h->mark ? side - 64 : side, &margin, h->author, false);
	if (h->banner) {
		sheet_frame(p->s, PRESS_RIGHT - banner - 12, top - 10.5, banner + 12, 15,
			    INK_RED);
		press_label(p, PRESS_RIGHT - banner - 6, top, banner, &margin_bold, h->banner,
			    true);
	} else if (p->page > 1) {
		press_label(p, PRESS_LEFT + side + 16, top, side, &margin, h->title, true);
	}
	sheet_rule(p->s, PRESS_LEFT, top + 6, PRESS_RIGHT, top + 6, 0.6, INK_PALE);
	(void)snprintf(number, sizeof(number), "%u / %u", p->page, p->pages);
	if (h->note)
		press_label(p, PRESS_LEFT, foot, PRESS_WIDTH - 60, &margin, h->note, false);
	press_label(p, PRESS_RIGHT - 50, foot, 50, &margin, number, true);
}


void press_page(struct press *p)
{
	if (p->page) {
		if (p->tag)
			sheet_untag(p->s, p->tag);
		sheet_page(p->s);
	}
	p->page++;
	margins(p);
	if (p->page > 1 && p->tag)
		sheet_tag(p->s, p->tag);
	p->y = PRESS_TOP;
}


void press_need(struct press *p, double height)
{
	if (p->y + height > PRESS_BOTTOM && p->y > PRESS_TOP)
		press_page(p);
}


void press_text(struct press *p, double x, double width, const struct style *style,
		const char *text)
{
	sheet_tag(p->s, style->tag);
	p->tag = style->tag;
	while (*text && p->page <= PAPER_PAGES_MAX) {
		size_t next, len = font_line(&next, style->face, style->size, text, width);

		press_need(p, style->leading);
		p->y += style->leading;
		sheet_text(p->s, x, p->y - style->leading * 0.26, style->face, style->size,
			   style->ink, text, len);
		text += next;
	}
	sheet_untag(p->s, style->tag);
	p->tag = NULL;
}


void press_figure(struct press *p, const char *words)
{
	sheet_tag(p->s, "Figure");
	if (p->figures)
		p->figures->words[p->figures->count++] = words;
}


void press_figure_end(struct press *p)
{
	sheet_untag(p->s, "Figure");
}


static void draw_code(struct press *p, const struct qr *q, double x, double y)
{
	double one = CODE_SIDE / q->width;

	for (int j = 0; j < q->width; j++)
		for (int i = 0; i < q->width; i++)
			if (qr_dark(q, i, j))
				/* a little over the edge, so that no hair of white is between
				 */
				sheet_box(p->s, x + i * one, y + j * one, one + 0.05,
					  one + 0.05, INK_BLACK);
}


/* An address in small letters, each line of it a link. */
static void press_address(struct press *p, double x, const char *text)
{
	const char *rest = text;

	while (*rest && p->page <= PAPER_PAGES_MAX) {
		size_t next,
			len = font_line(&next, small.face, small.size, rest, PRESS_RIGHT - x);

		press_need(p, small.leading);
		p->y += small.leading;
		sheet_tag(p->s, small.tag);
		sheet_link(p->s, text);
		sheet_text(p->s, x, p->y - small.leading * 0.26, small.face, small.size,
			   INK_BLUE, rest, len);
		sheet_unlink(p->s, text);
		sheet_untag(p->s, small.tag);
		rest += next;
	}
}


static void press_code(struct press *p, const struct block *b)
{
	double x = PRESS_LEFT, top;
	struct qr q;

	press_need(p, CODE_SIDE + 14);
	p->y += 6;
	top = p->y;
	if (qr_make(&q, b->data, NULL) == 0) {
		press_figure(p, b->data);
		draw_code(p, &q, x, top);
		press_figure_end(p);
		qr_clear(&q);
		x += CODE_SIDE + 14;
	}
	press_text(p, x, PRESS_RIGHT - x, &body, b->text);
	press_address(p, x, b->data);
	if (p->y < top + CODE_SIDE + 8 && x > PRESS_LEFT)
		p->y = top + CODE_SIDE + 8;
}


/* A text with air above; a heading takes along what it heads: the head of a table, a row. */
static void words(struct press *p, const struct style *style, double above, double along,
		  const char *text)
{
	if (p->y > PRESS_TOP)
		p->y += above;
	press_need(p, style->leading + along);
	press_text(p, PRESS_LEFT, PRESS_WIDTH, style, text);
	p->y += style->leading * 0.25;
}


static void press_block(struct press *p, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_TITLE: words(p, &title, 0, 0, b->text); break;
	case BLOCK_HEADING: words(p, &heading, 9, ALONG, b->text); break;
	case BLOCK_LEAD: words(p, &lead, 0, 0, b->text); break;
	case BLOCK_SMALL: words(p, &small, 1, 0, b->text); break;
	case BLOCK_FACTS: press_facts(p, b); break;
	case BLOCK_TABLE: press_table(p, b); break;
	case BLOCK_CHARTS: press_charts(p, b); break;
	case BLOCK_CODE: press_code(p, b); break;
	default: words(p, &body, 0, 0, b->text); break;
	}
}


/* All blocks; the number of pages. */
static unsigned set(const struct doc *d, struct sheet *s, unsigned pages,
		    struct figures *figures)
{
	struct press p = { .d = d, .s = s, .pages = pages, .figures = figures };

	press_page(&p);
	for (size_t i = 0; i < d->count && p.page <= PAPER_PAGES_MAX; i++)
		press_block(&p, &d->blocks[i]);

	return p.page;
}


static size_t figures_most(const struct doc *d)
{
	size_t n = 1;

	for (size_t i = 0; i < d->count; i++)
		n += d->blocks[i].kind == BLOCK_CODE ? 1 : d->blocks[i].charts_count;

	return n;
}


int paper_load(struct fault *f)
{
	int err = sheet_load(f);

	(void)!qr_load(NULL); /* an address stands there in words as well */

	return err ? err : fonts_load(f);
}


int paper_pdf(struct buf *out, const char *bytes, size_t len, struct fault *f)
{
	struct arena *a = arena_new(65536);
	struct sheet *s;
	struct figures figures = { 0 };
	unsigned pages = 0;
	struct doc d;
	int err = paper_read(&d, a, bytes, len, f);

	if (!err) {
		s = sheet_new(NULL, 0);
		pages = set(&d, s, 0, NULL);
		err = sheet_end(s, f);
	}
	if (!err && pages > PAPER_PAGES_MAX)
		err = fault_set(f, E_TOOBIG, "A paper has at most %d pages.", PAPER_PAGES_MAX);
	if (!err) {
		figures.words = arena_take(a, figures_most(&d) * sizeof(*figures.words));
		s = sheet_new(out, d.head.made);
		(void)set(&d, s, pages, &figures);
		err = sheet_end(s, f);
	}
	if (!err)
		err = paper_finish(out, a, &d, &figures, f);
	arena_free(a);

	return err;
}
