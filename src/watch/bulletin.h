/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * bulletin.h: the daily bulletin: its figures, and what it says in one language.
 *
 * Page, plain text and paper are made from the same struct bulletin_paper, so that they cannot
 * differ.  Everything lives in the arena that was given.
 */
#ifndef WATCH_BULLETIN_H
#define WATCH_BULLETIN_H

#include "act/kind.h"
#include "gen/watch.h"

struct arena;
struct buf;
struct charter;
struct snapshot;

enum {
	BULLETIN_DAYS = 120,
};

/* The figures of a day, as known at a time. */
struct bulletin_facts {
	int64_t day;		   /* since 1970-01-01 */
	int64_t known;		   /* ms UTC */
	const char *level;	   /* the crisis level of that time: an id of the charter */
	struct bulletin_row *rows; /* by indicator: parties in protocol order, then all */
	const double **days; /* of each row, BULLETIN_DAYS up to the day; NAN: not known */
	size_t count;
	const struct snapshot *parties;
	const struct charter *charter;
};

/*
 * The figures of `day` ("2020-05-15"; NULL: the last that is over) as known at `as_of` (ms UTC;
 * FIELD_NONE: now).
 *
 * Errors: E_DENIED the viewer may not read figures; E_RANGE no such day; those of store.h.
 */
int bulletin_facts(struct bulletin_facts *out, struct view_cx *cx, const char *day,
		   int64_t as_of) MUST_CHECK;

enum {
	BULLETIN_COLUMNS = 8, /* party, day, in all, week, change, incidence, R, flags */
	BULLETIN_SENTENCES_MAX = 24,
};

struct bulletin_line {
	const char *cell[BULLETIN_COLUMNS]; /* "–" where nothing is known */
	bool sum;			    /* all parties together */
	bool flagged;			    /* a rule flags the day */
};

/* An indicator. */
struct bulletin_table {
	const char *title;
	struct bulletin_line *lines;
	size_t count;
};

/* What it says in one language; all texts are UTF-8, numbers and days as that language has
 * them. */
struct bulletin_paper {
	const char *lang;
	const char *organisation;
	const char *title; /* "Daily bulletin, 15 May 2020" */
	const char *known; /* "As known on 16 May 2020 at 06:00 UTC." */
	const char *level; /* "Crisis level: watch." */
	const char *sentences[BULLETIN_SENTENCES_MAX];
	size_t sentence_count;
	const char *heads[BULLETIN_COLUMNS];
	struct bulletin_table *tables; /* those with figures */
	size_t table_count;
};

/* In a language that the product has (catalogue_has()); in English where it lacks a text. */
void bulletin_paper(struct bulletin_paper *out, struct arena *a, const struct bulletin_facts *f,
		    const char *lang);

/*
 * As paper (paper/paper.h), with pictures of the last weeks.  The same figures give the same
 * bytes: when it was printed is not in it.
 */
void bulletin_print(struct buf *out, struct arena *a, const struct bulletin_facts *f,
		    const char *lang, bool specimen);

/* As plain text; the bytes whose digest goes on record. */
void bulletin_text(struct buf *out, const struct bulletin_paper *paper);

#endif
