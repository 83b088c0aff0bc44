/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bulletin_print.c: the bulletin on paper: what stands out, the last weeks as pictures, tables.
 */
#include <math.h>
#include <string.h>

#include "act/wording.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/charter.h"
#include "charter/snapshot.h"
#include "paper/paper.h"
#include "watch/bulletin.h"

enum {
	SHOWN = 56, /* days of a picture */
	WEEK = 7,
	TALL_MM = 30,
	SMALL_MM = 19,
	ACROSS = 3,
	PICTURED = 12, /* members at most */
};

struct print {
	struct paper p;
	struct arena *a;
	struct wording w;
	const struct bulletin_facts *f;
};


/* Means of seven days that end on each day; a day that is not known makes a gap. */
static const double *means(struct arena *a, const double *days)
{
	double *mean = arena_take(a, SHOWN * sizeof(*mean));

	for (size_t i = 0; i < SHOWN; i++) {
		const double *end = days + BULLETIN_DAYS - SHOWN + i;

		mean[i] = 0;
		for (int k = 0; k < WEEK; k++)
			mean[i] += end[-k] / WEEK;
		if (mean[i] < 0)
			mean[i] = 0;
	}

	return mean;
}


/* The first day and the last. */
static void ticks(struct paper_tick out[2], struct print *q)
{
	out[0] = (struct paper_tick){ 0, wording_day(&q->w, q->f->day - (SHOWN - 1)) };
	out[1] = (struct paper_tick){ SHOWN - 1, wording_day(&q->w, q->f->day) };
}


static void chart(struct print *q, size_t row, const char *title, unsigned height)
{
	const struct bulletin_row *r = &q->f->rows[row];
	const double *days = q->f->days[row];
	struct paper_tick at[2];
	bool marked[SHOWN] = { false };
	struct paper_chart c = {
		.title = title,
		.alt = wording_fill(&q->w, "paper.bulletin.alt", "week",
				    wording_whole(&q->w, r->week), "before",
				    wording_whole(&q->w, r->before), NULL),
		.count = SHOWN,
		.bars = days + BULLETIN_DAYS - SHOWN,
		.line = means(q->a, days),
		.marked = marked,
		.reference = NAN,
		.ticks = at,
		.ticks_count = 2,
		.height_mm = height,
	};

	ticks(at, q);
	marked[SHOWN - 1] = r->flagged.n > 0;
	paper_chart(&q->p, &c);
}


static const char *member(const struct print *q, const char *id)
{
	const struct snapshot_party *p = snapshot_party(q->f->parties, id);

	return p ? charter_text_in(p->short_name.count ? p->short_name : p->name, q->w.lang)
		 : id;
}


/* The first indicator: all together, then each member whose week is known. */
static void pictures(struct print *q)
{
	const struct bulletin_facts *f = q->f;
	size_t sum = 0;

	while (sum < f->count && f->rows[sum].party)
		sum++;
	if (sum == f->count || f->rows[sum].week == FIELD_NONE)
		return;
	paper_charts(&q->p, 1);
	chart(q, sum,
	      wording_fill(&q->w, "paper.bulletin.all-members", "indicator",
			   wording_word(&q->w, f->rows[sum].indicator), NULL),
	      TALL_MM);
	paper_charts_end(&q->p);
	paper_charts(&q->p, ACROSS);
	for (size_t i = 0; i < sum && i < PICTURED; i++)
		if (f->rows[i].week != FIELD_NONE)
			chart(q, i, member(q, f->rows[i].party), SMALL_MM);
	paper_charts_end(&q->p);
	paper_text(&q->p, PAPER_SMALL, wording_text(&q->w, "paper.bulletin.shows"));
}


static void table(struct print *q, const struct bulletin_paper *said,
		  const struct bulletin_table *t)
{
	static const unsigned share[BULLETIN_COLUMNS] = { 20, 11, 13, 12, 12, 12, 21, 16 };
	struct paper_column columns[BULLETIN_COLUMNS];

	for (size_t i = 0; i < BULLETIN_COLUMNS; i++)
		columns[i] = (struct paper_column){ said->heads[i], share[i],
						    i > 0 && i + 1 < BULLETIN_COLUMNS };
	paper_heading(&q->p, t->title);
	paper_table(&q->p, columns, BULLETIN_COLUMNS);
	for (size_t i = 0; i < t->count; i++)
		paper_row(&q->p, t->lines[i].cell, BULLETIN_COLUMNS, t->lines[i].sum);
	paper_table_end(&q->p);
}


void bulletin_print(struct buf *out, struct arena *a, const struct bulletin_facts *f,
		    const char *lang, bool specimen)
{
	struct bulletin_paper said;
	struct print q = { .a = a, .f = f };
	struct paper_head head = { .lang = lang, .made = f->known };

	wording_init(&q.w, a, lang);
	bulletin_paper(&said, a, f, lang);
	head.title = said.title;
	head.author = said.organisation;
	head.note = said.known;
	head.mark = specimen ? wording_text(&q.w, "paper.specimen") : NULL;
	paper_begin(&q.p, out, &head);
	paper_title(&q.p, said.title);
	paper_text(&q.p, PAPER_LEAD, arena_printf(a, "%s %s", said.level, said.known));
	for (size_t i = 0; i < said.sentence_count; i++)
		paper_text(&q.p, PAPER_BODY, said.sentences[i]);
	pictures(&q);
	for (size_t i = 0; i < said.table_count; i++)
		table(&q, &said, &said.tables[i]);
	paper_text(&q.p, PAPER_SMALL, wording_text(&q.w, "paper.bulletin.check"));
	paper_end(&q.p);
}
