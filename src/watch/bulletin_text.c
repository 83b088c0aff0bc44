/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bulletin_text.c: what a daily bulletin says, in one language. */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "act/catalogue.h"
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
	struct arena *a;
	const struct bulletin_facts *f;
	struct bulletin_paper *out;
	const char *lang;
	char group[8], point[8]; /* between thousands, before decimals */
};

#define NOTHING "–"


static const char *say(const struct saying *s, const char *key)
{
	const char *text = catalogue_text(key, s->lang);

	if (!text)
		text = catalogue_text(key, "en");

	return text ? text : key;
}


/* The name of a word of registers: an indicator, a rule, a level; else the word. */
static const char *word(const struct saying *s, const char *id)
{
	const char *key = arena_printf(s->a, "value.%s", id);
	const char *text = say(s, key);

	return text == key ? id : text;
}


/* The text of a key with its places filled in: pairs of name and value, then NULL. */
static const char *fill(const struct saying *s, const char *key, ...)
{
	const char *p = say(s, key), *out;
	struct buf b;

	buf_init(&b, 0);
	while (*p) {
		size_t plain = strcspn(p, "{"), len;
		const char *name, *value;
		va_list ap;

		buf_add(&b, p, plain);
		p += plain;
		if (!*p)
			break;
		len = strcspn(++p, "}");
		va_start(ap, key);
		while ((name = va_arg(ap, const char *))) {
			value = va_arg(ap, const char *);
			if (strlen(name) == len && strncmp(name, p, len) == 0)
				buf_str(&b, value);
		}
		va_end(ap);
		p += len;
		p += *p == '}';
	}
	out = arena_strn(s->a, b.data, b.len);
	buf_clear(&b);

	return out;
}


/* The language shows it by an example: "1,234.5". */
static void read_separators(struct saying *s)
{
	const char *example = say(s, "bulletin.number");
	const char *two = strchr(example, '2'), *four = strchr(example, '4');

	(void)snprintf(s->group, sizeof(s->group), "%.*s", two ? (int)(two - example - 1) : 0,
		       example + 1);
	(void)snprintf(s->point, sizeof(s->point), "%.*s",
		       four ? (int)strcspn(four + 1, "5") : 0, four ? four + 1 : "");
}


static const char *whole_text(const struct saying *s, int64_t v)
{
	char digits[24];
	struct buf b;
	const char *out;
	size_t n;

	if (v == FIELD_NONE)
		return NOTHING;
	n = (size_t)snprintf(digits, sizeof(digits), "%llu",
			     v < 0 ? 0 - (unsigned long long)v : (unsigned long long)v);
	buf_init(&b, 0);
	if (v < 0)
		buf_str(&b, "−");
	for (size_t i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			buf_str(&b, s->group);
		buf_char(&b, digits[i]);
	}
	out = arena_strn(s->a, b.data, b.len);
	buf_clear(&b);

	return out;
}


static const char *real_text(const struct saying *s, double v, int decimals)
{
	const char *text, *point;
	double part, left;

	if (isnan(v) || fabs(v) > 1e15)
		return NOTHING;
	text = arena_printf(s->a, "%.*f", decimals, fabs(v));
	point = strchr(text, '.');
	left = modf(strtod(text, NULL), &part);
	(void)left;

	return arena_printf(s->a, "%s%s%s%s", v < 0 ? "−" : "", whole_text(s, (int64_t)part),
			    point ? s->point : "", point ? point + 1 : "");
}


/* "+52 %" */
static const char *share_text(const struct saying *s, double v)
{
	double percent = round(100 * v);

	if (isnan(v))
		return NOTHING;

	return arena_printf(s->a, "%s%s %%", percent > 0 ? "+" : "", real_text(s, percent, 0));
}


static const char *date_text(const struct saying *s, int64_t day)
{
	const char *date = day_text(s->a, day);
	const char *key =
		arena_printf(s->a, "bulletin.month-%d", (int)strtol(date + 5, NULL, 10));

	return fill(s, key, "day", arena_printf(s->a, "%d", (int)strtol(date + 8, NULL, 10)),
		    "year", arena_printf(s->a, "%.4s", date), NULL);
}


static const char *party_name(const struct saying *s, const char *id)
{
	const struct snapshot_party *p = snapshot_party(s->f->parties, id);
	const char *name = p ? charter_text_in(p->short_name, s->lang) : "";

	if (p && !*name)
		name = charter_text_in(p->name, s->lang);

	return *name ? name : id;
}


static void sentence(struct saying *s, const char *text)
{
	if (s->out->sentence_count < BULLETIN_SENTENCES_MAX)
		s->out->sentences[s->out->sentence_count++] = text;
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
	return row->change >= STEEP ? with(s, row, share_text(s, row->change)) : NULL;
}


static const char *if_growing(const struct saying *s, const struct bulletin_row *row)
{
	return row->r_low > 1 ? with(s, row, real_text(s, row->r, 2)) : NULL;
}


static const char *if_silent(const struct saying *s, const struct bulletin_row *row)
{
	return row->value == FIELD_NONE ? party_name(s, row->party) : NULL;
}


static const char *if_open(const struct saying *s, const struct bulletin_row *row)
{
	return row->alert ? with(s, row,
				 arena_printf(s->a, "%s: %s", word(s, row->indicator),
					      word(s, row->alert)))
			  : NULL;
}


static const char *if_revised(const struct saying *s, const struct bulletin_row *row)
{
	return row->revised ? with(s, row,
				   arena_printf(s->a, "%s: %s", word(s, row->indicator),
						whole_text(s, row->revised)))
			    : NULL;
}


static void tell(struct saying *s, const char *key, const char *indicator, mention_h *mention)
{
	const char *who = mentions(s, indicator, mention);

	if (who)
		sentence(s, fill(s, key, "indicator", indicator ? word(s, indicator) : "",
				 "who", who, NULL));
}


static bool has_figures(const struct bulletin_row *row)
{
	return row->value != FIELD_NONE || row->week != FIELD_NONE || row->total != FIELD_NONE;
}


/* The sum of all parties, then what stands out of each. */
static void tell_indicator(struct saying *s, const struct bulletin_row *all)
{
	const char *name = word(s, all->indicator);

	if (!has_figures(all))
		return;
	sentence(s, fill(s, "bulletin.sum", "indicator", name, "n", whole_text(s, all->value),
			 "week", whole_text(s, all->week), "change", share_text(s, all->change),
			 "reporting", whole_text(s, all->reporting), "parties",
			 whole_text(s, all->parties), NULL));
	if (mentions(s, all->indicator, if_steep))
		tell(s, "bulletin.steep", all->indicator, if_steep);
	else
		sentence(s, fill(s, "bulletin.calm", "indicator", name, NULL));
	tell(s, "bulletin.growing", all->indicator, if_growing);
	tell(s, "bulletin.silent", all->indicator, if_silent);
}


static const char *flags_text(const struct saying *s, const struct bulletin_row *row)
{
	const char *out = "";

	for (size_t i = 0; i < row->flagged.n; i++)
		out = arena_printf(s->a, "%s%s%s", out, i ? ", " : "",
				   word(s, LIST_TEXT(row->flagged, i)));

	return out;
}


static const char *r_text(const struct saying *s, const struct bulletin_row *row)
{
	if (isnan(row->r))
		return NOTHING;

	return arena_printf(s->a, "%s (%s – %s)", real_text(s, row->r, 2),
			    real_text(s, row->r_low, 2), real_text(s, row->r_high, 2));
}


static void fill_line(struct bulletin_line *line, const struct saying *s,
		      const struct bulletin_row *row)
{
	*line = (struct bulletin_line){
		.cell = { row->party ? party_name(s, row->party) : say(s, "bulletin.all"),
			  whole_text(s, row->value), whole_text(s, row->total),
			  whole_text(s, row->week), share_text(s, row->change),
			  real_text(s, row->incidence, 1), r_text(s, row), flags_text(s, row) },
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
			t->title = word(s, f->rows[i].indicator);
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
	return fill(s, "bulletin.level", "level", s->f->level ? word(s, s->f->level) : NOTHING,
		    NULL);
}


void bulletin_paper(struct bulletin_paper *out, struct arena *a, const struct bulletin_facts *f,
		    const char *lang)
{
	static const char *const heads[BULLETIN_COLUMNS] = {
		"bulletin.party",  "bulletin.day",	 "bulletin.total", "bulletin.week",
		"bulletin.change", "bulletin.incidence", "bulletin.r",	   "bulletin.flag",
	};
	struct saying s = { a, f, out, lang, "", "" };
	char clock[TIME_TEXT_SIZE];

	*out = (struct bulletin_paper){ .lang = lang };
	read_separators(&s);
	time_text(clock, f->known);
	out->organisation = charter_text_in(f->charter->organisation.name, lang);
	out->title = fill(&s, "bulletin.title", "day", date_text(&s, f->day), NULL);
	out->known = fill(&s, "bulletin.known", "day", date_text(&s, day_of(f->known)), "time",
			  arena_printf(a, "%.5s", clock + 11), NULL);
	out->level = level_text(&s);
	for (size_t i = 0; i < BULLETIN_COLUMNS; i++)
		out->heads[i] = say(&s, heads[i]);
	for (size_t i = 0; i < f->count; i++)
		if (!f->rows[i].party)
			tell_indicator(&s, &f->rows[i]);
	tell(&s, "bulletin.alerts", NULL, if_open);
	tell(&s, "bulletin.revised", NULL, if_revised);
	if (!out->sentence_count)
		sentence(&s, say(&s, "bulletin.none"));
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
