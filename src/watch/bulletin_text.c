/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bulletin_text.c: what a daily bulletin says, in one language. */
#include <math.h>
#include <string.h>

#include "act/wording.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/charter.h"
#include "charter/snapshot.h"
#include "watch/bulletin.h"
#include "watch/series.h"

static const double STEEP = 0.5; /* half as much again as the week before */

/* What a text is made with. */
struct saying {
	struct wording w;
	struct arena *a;
	const struct bulletin_facts *f;
	struct bulletin_paper *out;
};


static const char *party_name(const struct saying *s, const char *id)
{
	const struct snapshot_party *p = snapshot_party(s->f->parties, id);
	const char *name = p ? charter_text_in(p->short_name, s->w.lang) : "";

	if (p && !*name)
		name = charter_text_in(p->name, s->w.lang);

	return *name ? name : id;
}


static void sentence(struct saying *s, const char *text)
{
	if (s->out->sentence_count < BULLETIN_SENTENCES_MAX)
		s->out->sentences[s->out->sentence_count++] = wording_begin(&s->w, text);
}


/* "Armenia (+52 %), Belarus (+80 %)" of rows that somebody chose; NULL when there is none. */
typedef const char *mention_h(const struct saying *s, const struct bulletin_row *row);

static const char *mentions(const struct saying *s, const char *indicator, mention_h *mention)
{
	const char *out = NULL;
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < s->f->count; i++) {
		const struct bulletin_row *row = &s->f->rows[i];
		const char *text;

		if (!row->party || (indicator && !text_eq(row->indicator, indicator)))
			continue;
		text = mention(s, row);
		if (!text)
			continue;
		if (b.len)
			buf_str(&b, ", ");
		buf_str(&b, text);
	}
	if (b.len)
		out = arena_strn(s->a, b.data, b.len);
	buf_clear(&b);

	return out;
}


static const char *with(const struct saying *s, const struct bulletin_row *row,
			const char *what)
{
	return arena_printf(s->a, "%s (%s)", party_name(s, row->party), what);
}


static const char *if_steep(const struct saying *s, const struct bulletin_row *row)
{
	return row->change >= STEEP ? with(s, row, wording_share(&s->w, row->change)) : NULL;
}


static const char *if_growing(const struct saying *s, const struct bulletin_row *row)
{
	return row->r_low > 1 ? with(s, row, wording_real(&s->w, row->r, 2)) : NULL;
}


static const char *if_silent(const struct saying *s, const struct bulletin_row *row)
{
	return row->value == FIELD_NONE ? party_name(s, row->party) : NULL;
}


static const char *if_open(const struct saying *s, const struct bulletin_row *row)
{
	return row->alert
		       ? with(s, row,
			      arena_printf(s->a, "%s: %s", wording_word(&s->w, row->indicator),
					   wording_word(&s->w, row->alert)))
		       : NULL;
}


static const char *if_revised(const struct saying *s, const struct bulletin_row *row)
{
	return row->revised
		       ? with(s, row,
			      arena_printf(s->a, "%s: %s", wording_word(&s->w, row->indicator),
					   wording_whole(&s->w, row->revised)))
		       : NULL;
}


static void tell(struct saying *s, const char *key, const char *indicator, mention_h *mention)
{
	const char *who = mentions(s, indicator, mention);

	if (who)
		sentence(s, wording_fill(&s->w, key, "indicator",
					 indicator ? wording_word(&s->w, indicator) : "", "who",
					 who, NULL));
}


static bool has_figures(const struct bulletin_row *row)
{
	return row->value != FIELD_NONE || row->week != FIELD_NONE || row->total != FIELD_NONE;
}


/* The sum of all parties, then what stands out of each. */
static void tell_indicator(struct saying *s, const struct bulletin_row *all)
{
	const char *name = wording_word(&s->w, all->indicator);

	if (!has_figures(all))
		return;
	sentence(s, wording_fill(&s->w, "bulletin.sum", "indicator", name, "n",
				 wording_whole(&s->w, all->value), "week",
				 wording_whole(&s->w, all->week), "change",
				 wording_share(&s->w, all->change), "reporting",
				 wording_whole(&s->w, all->reporting), "parties",
				 wording_whole(&s->w, all->parties), NULL));
	if (mentions(s, all->indicator, if_steep))
		tell(s, "bulletin.steep", all->indicator, if_steep);
	else
		sentence(s, wording_fill(&s->w, "bulletin.calm", "indicator", name, NULL));
	tell(s, "bulletin.growing", all->indicator, if_growing);
	tell(s, "bulletin.silent", all->indicator, if_silent);
}


static const char *flags_text(const struct saying *s, const struct bulletin_row *row)
{
	const char *out = "";

	for (size_t i = 0; i < row->flagged.n; i++)
		out = arena_printf(s->a, "%s%s%s", out, i ? ", " : "",
				   wording_word(&s->w, LIST_TEXT(row->flagged, i)));

	return out;
}


static const char *r_text(const struct saying *s, const struct bulletin_row *row)
{
	if (isnan(row->r))
		return WORDING_NOTHING;

	return arena_printf(s->a, "%s (%s – %s)", wording_real(&s->w, row->r, 2),
			    wording_real(&s->w, row->r_low, 2),
			    wording_real(&s->w, row->r_high, 2));
}


static void fill_line(struct bulletin_line *line, const struct saying *s,
		      const struct bulletin_row *row)
{
	*line = (struct bulletin_line){
		.cell = { row->party ? party_name(s, row->party)
				     : wording_text(&s->w, "bulletin.all"),
			  wording_whole(&s->w, row->value), wording_whole(&s->w, row->total),
			  wording_whole(&s->w, row->week), wording_share(&s->w, row->change),
			  wording_real(&s->w, row->incidence, 1), r_text(s, row),
			  flags_text(s, row) },
		.sum = !row->party,
		.flagged = row->flagged.n > 0,
	};
}


/* Rows of one indicator follow each other; the last is that of all together. */
static void fill_tables(struct saying *s)
{
	const struct bulletin_facts *f = s->f;
	struct bulletin_table *t = arena_take(s->a, (f->count + 1) * sizeof(*t));
	size_t first = 0;

	s->out->tables = t;
	for (size_t i = 0; i < f->count; i++) {
		if (f->rows[i].party)
			continue;
		if (has_figures(&f->rows[i])) {
			t->title =
				wording_begin(&s->w, wording_word(&s->w, f->rows[i].indicator));
			t->count = i + 1 - first;
			t->lines = arena_take(s->a, t->count * sizeof(*t->lines));
			for (size_t k = 0; k < t->count; k++)
				fill_line(&t->lines[k], s, &f->rows[first + k]);
			t++;
		}
		first = i + 1;
	}
	s->out->table_count = (size_t)(t - s->out->tables);
}


static const char *level_text(const struct saying *s)
{
	return wording_fill(&s->w, "bulletin.level", "level",
			    s->f->level ? wording_word(&s->w, s->f->level) : WORDING_NOTHING,
			    NULL);
}


void bulletin_paper(struct bulletin_paper *out, struct arena *a, const struct bulletin_facts *f,
		    const char *lang)
{
	static const char *const heads[BULLETIN_COLUMNS] = {
		"bulletin.party",  "bulletin.day",	 "bulletin.total", "bulletin.week",
		"bulletin.change", "bulletin.incidence", "bulletin.r",	   "bulletin.flag",
	};
	struct saying s = { .a = a, .f = f, .out = out };
	char clock[TIME_TEXT_SIZE];

	*out = (struct bulletin_paper){ .lang = lang };
	wording_init(&s.w, a, lang);
	time_text(clock, f->known);
	out->organisation = charter_text_in(f->charter->organisation.name, lang);
	out->title =
		wording_fill(&s.w, "bulletin.title", "day", wording_day(&s.w, f->day), NULL);
	out->known =
		wording_fill(&s.w, "bulletin.known", "day", wording_day(&s.w, day_of(f->known)),
			     "time", arena_printf(a, "%.5s", clock + 11), NULL);
	out->level = level_text(&s);
	for (size_t i = 0; i < BULLETIN_COLUMNS; i++)
		out->heads[i] = wording_text(&s.w, heads[i]);
	for (size_t i = 0; i < f->count; i++)
		if (!f->rows[i].party)
			tell_indicator(&s, &f->rows[i]);
	tell(&s, "bulletin.alerts", NULL, if_open);
	tell(&s, "bulletin.revised", NULL, if_revised);
	if (!out->sentence_count)
		sentence(&s, wording_text(&s.w, "bulletin.none"));
	fill_tables(&s);
}


static void text_line(struct buf *out, const struct bulletin_paper *p,
		      const struct bulletin_line *line)
{
	buf_printf(out, "%s:", line->cell[0]);
	for (size_t i = 1; i < BULLETIN_COLUMNS; i++)
		if (*line->cell[i])
			buf_printf(out, "%s %s %s", i > 1 ? ";" : "", p->heads[i],
				   line->cell[i]);
	buf_str(out, "\n");
}


void bulletin_text(struct buf *out, const struct bulletin_paper *p)
{
	buf_printf(out, "%s\n%s\n%s %s\n\n", p->organisation, p->title, p->known, p->level);
	for (size_t i = 0; i < p->sentence_count; i++)
		buf_printf(out, "%s\n", p->sentences[i]);
	for (size_t i = 0; i < p->table_count; i++) {
		const struct bulletin_table *t = &p->tables[i];

		buf_printf(out, "\n%s\n", t->title);
		for (size_t k = 0; k < t->count; k++)
			text_line(out, p, &t->lines[k]);
	}
}
