/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * paper.h: what is to be printed, said once: as PDF (pdf.h) and as plain text.
 *
 * A paper is written block by block into a buf, as JSON that paper_read() reads strictly: it
 * goes to a process of its own, which sets it and can do nothing else.  Texts are UTF-8; what a
 * font has no sign for is shown as a box, never left out.
 */
#ifndef PAPER_PAPER_H
#define PAPER_PAPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"

struct arena;

enum {
	PAPER_BYTES_MAX = 16 << 20, /* of a paper, its attached files included */
	PAPER_COLUMNS_MAX = 12,
	PAPER_POINTS_MAX = 4000, /* of one chart */
	PAPER_TICKS_MAX = 40,
	PAPER_CHARTS_MAX = 24, /* side by side in one block */
	PAPER_BLOCKS_MAX = 20000,
	PAPER_ROWS_MAX = 50000, /* of all tables */
	PAPER_FILES_MAX = 2000,
};

struct paper_head {
	const char *lang;    /* "en", "ru", "fr": of the document, for screen readers */
	const char *title;   /* of the document, and on each page but the first */
	const char *author;  /* the organisation; at the head of each page */
	const char *subject; /* what it is about, or NULL */
	const char *note;    /* at the foot of each page, or NULL */
	const char *mark;    /* across each page, such as "SPECIMEN"; or NULL */
	const char *banner;  /* plainly at the head of each page, such as "EXERCISE"; or NULL */
	int64_t made;	     /* ms UTC; the only time in the document's properties */
};

enum paper_text { PAPER_BODY, PAPER_LEAD, PAPER_SMALL, PAPER_TEXTS };

/* Where the words of a column stand, and its share of the width. */
struct paper_column {
	const char *title;
	unsigned share; /* 1..1000 */
	bool number;	/* set to the right */
};

/* What stands below a point of a chart. */
struct paper_tick {
	size_t at; /* the point */
	const char *text;
};

/* A count of days: bars, a line over them, a band, days that are marked. */
struct paper_chart {
	const char *title;
	const char *alt;    /* what it shows, in words */
	size_t count;	    /* 1 to PAPER_POINTS_MAX */
	const double *bars; /* NAN: not known; or NULL */
	const double *line; /* the same */
	const double *low;  /* with `high`: a band around the line; or NULL */
	const double *high;
	const bool *marked; /* or NULL */
	double reference;   /* a level line, such as 1 for R; NAN for none */
	const struct paper_tick *ticks;
	size_t ticks_count; /* to PAPER_TICKS_MAX */
	unsigned height_mm; /* 10..120 */
};

struct paper {
	struct jw w;
};

/* Every call follows paper_begin() and comes before paper_end(); texts are copied. */
void paper_begin(struct paper *p, struct buf *out, const struct paper_head *head);
void paper_end(struct paper *p);

void paper_title(struct paper *p, const char *text);
void paper_heading(struct paper *p, const char *text);
void paper_text(struct paper *p, enum paper_text kind, const char *text);

/* Names and what they stand for: paper_fact() in between. */
void paper_facts(struct paper *p);
void paper_fact(struct paper *p, const char *name, const char *value);
void paper_facts_end(struct paper *p);

/* A table; its head is repeated on each page.  A NULL cell is empty. */
void paper_table(struct paper *p, const struct paper_column *columns, size_t count);
void paper_row(struct paper *p, const char *const *cells, size_t count, bool bold);
void paper_table_end(struct paper *p);

/* Charts, `across` (1 to 4) of them side by side, with paper_chart() in between. */
void paper_charts(struct paper *p, unsigned across);
void paper_chart(struct paper *p, const struct paper_chart *c);
void paper_charts_end(struct paper *p);

/* An address as a QR code beside its caption.  More than a code holds: the text alone. */
void paper_code(struct paper *p, const char *data, const char *caption);

/* Files that the document carries: after the last block, paper_files() and then each. */
void paper_files(struct paper *p);
void paper_file(struct paper *p, const char *name, const char *type, const char *about,
		const void *bytes, size_t len);

#endif
