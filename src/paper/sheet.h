/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * sheet.h: pages of A4 as PDF, by cairo; private to paper/.  Lengths are points (1/72 inch),
 * from the upper left corner of the page.
 *
 * A sheet without a surface draws nothing: so the pages are counted before they are drawn.
 */
#ifndef PAPER_SHEET_H
#define PAPER_SHEET_H

#include "base/buf.h"
#include "paper/font.h"

struct sheet;

#define SHEET_WIDTH  595.28
#define SHEET_HEIGHT 841.89
#define SHEET_MM     (72 / 25.4)

enum ink {
	INK_BLACK,
	INK_GREY,
	INK_PALE,
	INK_FAINT,
	INK_BLUE,
	INK_BAR,
	INK_BAND,
	INK_RED,
	INKS
};

/* Errors: E_ABSENT libcairo is not installed. */
int sheet_load(struct fault *f) MUST_CHECK;

/* `to` gets the bytes, NULL: nothing is drawn; `made` (ms UTC) is the only time in them. */
struct sheet *sheet_new(struct buf *to, int64_t made);

/* The end of the bytes.  Frees the sheet.  Errors: E_IO what cairo says, E_TOOBIG. */
int sheet_end(struct sheet *s, struct fault *f) MUST_CHECK;

void sheet_page(struct sheet *s); /* what follows stands on the next page */

/* Structure for screen readers (PDF 32000-1, 14.8): "P", "H1", "Table", "TR", "Figure"... */
void sheet_tag(struct sheet *s, const char *tag);
void sheet_untag(struct sheet *s, const char *tag);

/* Around a text: it leads to an address, if that is one of http or https. */
void sheet_link(struct sheet *s, const char *address);
void sheet_unlink(struct sheet *s, const char *address);

/* Text on a base line, `len` bytes of it. */
void sheet_text(struct sheet *s, double x, double y, enum face face, double size, enum ink ink,
		const char *text, size_t len);

/* Large and pale, aslant over the whole page: as a picture, so that no text is torn by it. */
void sheet_across(struct sheet *s, const char *text);

void sheet_rule(struct sheet *s, double x0, double y0, double x1, double y1, double width,
		enum ink ink);
void sheet_box(struct sheet *s, double x, double y, double width, double height, enum ink ink);
void sheet_frame(struct sheet *s, double x, double y, double width, double height,
		 enum ink ink);

/* A line or a filled shape through `count` points, x and y in turn. */
void sheet_line(struct sheet *s, const double *xy, size_t count, double width, enum ink ink);
void sheet_shape(struct sheet *s, const double *xy, size_t count, enum ink ink);

#endif
