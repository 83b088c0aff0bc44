/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/collate.h"
#include "base/fields.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "watch/intake.h"

enum role {
	ROLE_NONE,
	ROLE_DAY,
	ROLE_PARTY,
	ROLE_AREA,
	ROLE_INDICATOR,
	ROLE_VALUE,
	ROLE_WHOLE,
	ROLE_NOTE,    /* read by people, passed over */
	ROLE_FIGURES, /* the figures of one indicator */
	ROLE_ONE_DAY, /* the figures of one day */
};

/* Headings as they are folded, in three languages and in what systems export. */
static const struct {
	enum role role;
	const char *words;
} headings[] = {
	{ ROLE_DAY, "|day|date|period|report date|observation date|дата|день|jour|periode|" },
	{ ROLE_PARTY, "|party|member|country|country region|state|участник|страна|государство|"
		      "pays|membre|etat|" },
	{ ROLE_AREA,
	  "|area|region|province|province state|orgunit|org unit|place|iso 3166 2|code|"
	  "область|регион|субъект|место|zone|lieu|" },
	{ ROLE_INDICATOR, "|indicator|dataelement|data element|показатель|indicateur|" },
	{ ROLE_VALUE, "|value|figure|count|number|значение|число|количество|valeur|nombre|" },
	{ ROLE_WHOLE, "|of|out of|total of|whole|из|всего|sur|" },
	{ ROLE_NOTE, "|comment|note|source|storedby|lastupdated|followup|deleted|"
		     "categoryoptioncombo|attributeoptioncombo|примечание|источник|commentaire|"
		     "remarque|lat|long|latitude|longitude|recorded|as of|" },
};

/* Words in place of a figure. */
static const struct {
	const char *state;
	const char *words;
} states[] = {
	{ "not-available", "|n a|na|not available|no data|unknown|н д|нет данных|неизвестно|"
			   "non disponible|nd|n d|inconnu|" },
	{ "not-reported", "|not reported|nr|не сообщено|не сообщается|non communique|" },
};

struct column {
	enum role role;
	const char *indicator; /* ROLE_FIGURES */
	int64_t day;	       /* ROLE_ONE_DAY */
};

struct reading {
	struct intake *out;
	struct arena *a;
	const struct sheet *s;
	const struct intake_known *known;
	const struct intake_options *options;
	struct map places, indicators;
	struct map seen; /* "party/area/indicator/day" to its cell */
	struct column *columns;
	size_t role_at[ROLE_ONE_DAY + 1]; /* the column of a role; cols where there is none */
	size_t first;			  /* row of figures */
	size_t cells_room, problems_room;
	int64_t today;
};


static void PRINTF(5, 6)
	problem(struct reading *r, bool blocks, size_t row, size_t col, const char *fmt, ...)
{
	struct intake *out = r->out;
	struct buf text;
	va_list ap;

	*(blocks ? &out->blocking : &out->told) += 1;
	if (out->problem_count == INTAKE_PROBLEMS_MAX)
		return;
	if (out->problem_count == r->problems_room) {
		size_t room = r->problems_room ? r->problems_room * 2 : 16;
		struct intake_problem *more = arena_take(r->a, room * sizeof(*more));

		if (out->problem_count)
			memcpy(more, out->problems, out->problem_count * sizeof(*more));
		out->problems = more;
		r->problems_room = room;
	}
	buf_init(&text, 0);
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	out->problems[out->problem_count++] = (struct intake_problem){
		.blocks = blocks,
		.row = row < r->s->rows ? r->s->lines[row] : 0,
		.col = col,
		.heading = row < r->s->rows && col < r->s->cols ? sheet_cell(r->s, 0, col) : "",
		.text = arena_strn(r->a, text.data, text.len),
	};
	buf_clear(&text);
}


static bool among(const char *words, const char *folded)
{
	size_t len = strlen(folded);

	for (const char *at = words; len && (at = strstr(at, folded)); at++)
		if (at[-1] == '|' && at[len] == '|')
			return true;

	return false;
}


static void know(struct reading *r, struct map *m, const char *name, const void *what)
{
	const char *folded = collate_fold(r->a, name);

	if (folded[0])
		(void)map_put(m, folded, (void *)(uintptr_t)what);
}


static void know_all(struct reading *r)
{
	const struct intake_known *k = r->known;

	map_init(&r->places);
	map_init(&r->indicators);
	map_init(&r->seen);
	for (size_t i = 0; i < k->place_count; i++) {
		const struct intake_place *p = &k->places[i];

		for (size_t n = 0; n < p->count; n++)
			know(r, &r->places, p->names[n], p);
		know(r, &r->places, p->area[0] ? p->area : p->party, p);
	}
	for (size_t i = 0; i < k->indicator_count; i++) {
		const struct intake_indicator *ind = &k->indicators[i];

		for (size_t n = 0; n < ind->count; n++)
			know(r, &r->indicators, ind->names[n], ind);
		know(r, &r->indicators, ind->id, ind);
	}
}


/* What a heading says by its words; the days among headings are looked for later. */
static void read_heading(struct reading *r, size_t col)
{
	const char *folded = collate_fold(r->a, sheet_cell(r->s, 0, col));
	const struct intake_indicator *ind = map_get(&r->indicators, folded);
	struct column *c = &r->columns[col];

	if (ind) {
		*c = (struct column){ .role = ROLE_FIGURES, .indicator = ind->id };
		return;
	}
	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++)
		if (among(headings[i].words, folded))
			c->role = headings[i].role;
	if (c->role == ROLE_NONE || c->role == ROLE_NOTE)
		return;
	if (r->role_at[c->role] < r->s->cols) {
		problem(r, true, 0, col,
			"This heading means the same as that of an earlier column; leave one.");
		c->role = ROLE_NONE;
		return;
	}
	r->role_at[c->role] = col;
}


static bool has(const struct reading *r, enum role role)
{
	return r->role_at[role] < r->s->cols;
}


static bool any_order(int64_t *day, const char *text)
{
	for (enum day_order o = ORDER_YMD; o <= ORDER_MDY; o++)
		if (day_read(day, text, o))
			return true;

	return false;
}


/* Headings that are days, when no column has the days. */
static void look_for_days(struct reading *r)
{
	if (has(r, ROLE_DAY))
		return;
	for (size_t col = 0; col < r->s->cols; col++) {
		struct column *c = &r->columns[col];

		if (c->role == ROLE_NONE && any_order(&c->day, sheet_cell(r->s, 0, col)))
			c->role = ROLE_ONE_DAY;
	}
}


static size_t columns_of(const struct reading *r, enum role role)
{
	size_t n = 0;

	for (size_t col = 0; col < r->s->cols; col++)
		n += r->columns[col].role == role;

	return n;
}


/* A row of HXL tags (hxlstandard.org) stands right below the headings. */
static bool is_tags(const struct reading *r, size_t row)
{
	size_t tags = 0;

	if (row >= r->s->rows)
		return false;
	for (size_t col = 0; col < r->s->cols; col++) {
		const char *text = sheet_cell(r->s, row, col);

		if (text[0] && text[0] != '#')
			return false;
		tags += text[0] == '#';
	}

	return tags > 0;
}


static bool layout(struct reading *r)
{
	bool figures = columns_of(r, ROLE_FIGURES) > 0, days = columns_of(r, ROLE_ONE_DAY) > 0;
	struct intake *out = r->out;

	if (has(r, ROLE_VALUE) && !days)
		out->layout = "long";
	else if (figures && !days)
		out->layout = "wide";
	else if (days && !figures)
		out->layout = "days";
	if (!out->layout) {
		problem(r, true, 0, r->s->cols,
			"The headings in row %d are not understood: there must be a column "
			"\"value\", or one for each indicator, or one for each day.",
			r->s->lines[0]);
		return false;
	}
	if (strcmp(out->layout, "wide") != 0 && !has(r, ROLE_INDICATOR) &&
	    !r->options->indicator) {
		problem(r, true, 0, r->s->cols,
			"Which indicator is it? Add a column \"indicator\", or choose one.");
		return false;
	}
	if (strcmp(out->layout, "days") != 0 && !has(r, ROLE_DAY) && !r->options->day) {
		problem(r, true, 0, r->s->cols,
			"Which day is it? Add a column \"day\", or choose one.");
		return false;
	}
	if (!has(r, ROLE_AREA) && !has(r, ROLE_PARTY) && !r->options->party) {
		problem(r, true, 0, r->s->cols,
			"Whose figures are these? Add a column \"region\" or \"party\".");
		return false;
	}

	return true;
}


static void unknown_headings(struct reading *r)
{
	for (size_t col = 0; col < r->s->cols; col++) {
		const char *text = sheet_cell(r->s, 0, col);

		if (r->columns[col].role == ROLE_NONE && text[0])
			problem(r, false, 0, col,
				"The heading \"%.60s\" is not known; this column is passed over.",
				text);
	}
}


static void order_problem(struct reading *r, const char *example, bool trap)
{
	const char *other = day_order_name(ORDER_YDM);

	if (trap)
		problem(r, true, r->first, r->role_at[ROLE_DAY],
			"The days look as if day and month were exchanged: read as "
			"year-month-day they jump from month to month (\"%.20s\"), read as "
			"%s they follow each other. Mend them, or say that they are %s.",
			example, other, other);
	else
		problem(r, true, r->first, r->role_at[ROLE_DAY],
			"In which order are days such as \"%.20s\": day or month first? Write "
			"them as 2020-05-15, or say which.",
			example);
}


/* Find the order of all days of the sheet; false when it must be asked for. */
static bool find_order(struct reading *r)
{
	const char **days = arena_take(r->a, (r->s->rows + r->s->cols) * sizeof(*days));
	const char *text;
	size_t count = 0;
	bool trap = false;
	int64_t day;

	for (size_t row = r->first; has(r, ROLE_DAY) && row < r->s->rows; row++) {
		text = sheet_cell(r->s, row, r->role_at[ROLE_DAY]);
		/* What is no day in any order is told for its row, and no reason to doubt. */
		if (any_order(&day, text))
			days[count++] = text;
	}
	for (size_t col = 0; col < r->s->cols; col++)
		if (r->columns[col].role == ROLE_ONE_DAY)
			days[count++] = sheet_cell(r->s, 0, col);
	r->out->order = r->options->order;
	if (r->out->order != ORDER_UNKNOWN || !count)
		return true;
	r->out->order = day_order_of(days, count, r->options->today, &trap);
	if (!trap && r->out->order != ORDER_UNKNOWN)
		return true;
	if (r->out->order == ORDER_UNKNOWN && day_read(&day, days[0], ORDER_YMD)) {
		/* Not the order: some day lies ahead, or is none; each is told in its row. */
		r->out->order = ORDER_YMD;
		return true;
	}
	order_problem(r, days[0], trap);

	return false;
}


/* The day of a row, or of the heading above a figure. */
static bool read_day(struct reading *r, int64_t *out, size_t row, size_t col)
{
	const char *text = sheet_cell(r->s, row, col);

	if (!day_read(out, text, r->out->order)) {
		problem(r, true, row, col,
			text[0] ? "\"%.40s\" is not a day; write it as 2020-05-15."
				: "The day is missing%.0s.",
			text);
		return false;
	}
	if (*out > r->today) {
		problem(r, true, row, col, "%.40s lies ahead of today, %s.", text,
			r->options->today);
		return false;
	}

	return true;
}


static const struct intake_place *place_named(struct reading *r, size_t row, enum role role)
{
	size_t col = r->role_at[role];
	const char *text = has(r, role) ? sheet_cell(r->s, row, col) : "";
	const struct intake_place *p;

	if (!text[0])
		return NULL;
	p = map_get(&r->places, collate_fold(r->a, text));
	if (!p)
		problem(r, true, row, col,
			"\"%.60s\" is not among the places; enter it as another name of one.",
			text);

	return p;
}


/* Whose figures a row has. */
static bool read_place(struct reading *r, const char **party, const char **area, size_t row)
{
	size_t before = r->out->blocking;
	const struct intake_place *whole = place_named(r, row, ROLE_PARTY);
	const struct intake_place *part = place_named(r, row, ROLE_AREA);

	if (r->out->blocking != before)
		return false;
	*party = part ? part->party : whole ? whole->party : r->options->party;
	*area = part ? part->area : whole ? whole->area : r->options->area;
	if (!*area)
		*area = "";
	if (!*party) {
		problem(r, true, row, r->role_at[ROLE_AREA], "The region is missing.");
		return false;
	}
	if (part && whole && strcmp(part->party, whole->party) != 0) {
		problem(r, true, row, r->role_at[ROLE_AREA],
			"\"%s\" is not a region of \"%s\".", part->area, whole->party);
		return false;
	}
	if (r->options->party && strcmp(*party, r->options->party) != 0) {
		problem(r, true, row, r->role_at[ROLE_AREA],
			"These are figures of \"%s\"; here \"%s\" reports.", *party,
			r->options->party);
		return false;
	}

	return true;
}


/* Digits, with spaces between thousands as many languages write them; or a word for none. */
static bool read_value(struct reading *r, struct intake_cell *c, const char *text, size_t row,
		       size_t col)
{
	const char *folded = collate_fold(r->a, text);
	char digits[24];
	size_t n = 0;
	double real;

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (!among(states[i].words, folded))
			continue;
		c->state = states[i].state;
		return true;
	}
	for (const char *s = text; *s && n < sizeof(digits) - 1; s++) {
		if (*s == ' ')
			continue;
		if (!strncmp(s, "\xc2\xa0", 2) || !strncmp(s, "\xe2\x80\xaf", 3)) {
			s += *s == '\xc2' ? 1 : 2;
			continue;
		}
		digits[n++] = *s;
	}
	digits[n] = '\0';
	if (n > 2 && !strcmp(digits + n - 2, ".0"))
		digits[n - 2] = '\0';
	if (!text_int(&c->value, digits, 0, 9000000000000))
		return true;
	if (digits[0] == '-' && digits[1])
		problem(r, true, row, col, "\"%.40s\" is below zero; figures are counts.",
			text);
	else if (strchr(digits, ',') || !text_real(&real, digits))
		problem(r, true, row, col,
			"\"%.40s\": write a whole number without points and commas, such as "
			"1234.",
			text);
	else
		problem(r, true, row, col,
			"\"%.40s\" is no figure; write a whole number, or n/a where there is "
			"none, or leave it empty.",
			text);

	return false;
}


/* The same figure twice is told; two different figures for the same are not taken. */
static bool is_new(struct reading *r, struct intake_cell *c)
{
	const char *key =
		arena_printf(r->a, "%s/%s/%s/%s", c->party, c->area, c->indicator, c->day);
	const struct intake_cell *other = map_get(&r->seen, key);
	bool same;

	if (!other) {
		(void)map_put(&r->seen, key, c);
		return true;
	}
	same = other->value == c->value && text_eq(other->state, c->state) &&
	       other->whole == c->whole;
	problem(r, !same, (size_t)-1, 0, "Row %d and row %d both have %s of \"%s\" on %s%s.",
		other->row, c->row, c->indicator, c->area[0] ? c->area : c->party, c->day,
		same ? ", the same figure" : ", and different figures; leave one");

	return false;
}


static void add(struct reading *r, struct intake_cell cell, size_t row, size_t col)
{
	const char *text = sheet_cell(r->s, row, col);
	struct intake *out = r->out;
	struct intake_cell *c = arena_take(r->a, sizeof(*c));

	/* An empty field says nothing; it never takes a figure away. */
	if (!text[0])
		return;
	cell.row = r->s->lines[row];
	cell.col = col;
	if (!read_value(r, &cell, text, row, col))
		return;
	if (has(r, ROLE_WHOLE) && strcmp(out->layout, "wide") != 0) {
		const char *whole = sheet_cell(r->s, row, r->role_at[ROLE_WHOLE]);

		if (whole[0] && text_int(&cell.whole, whole, 0, 9000000000000)) {
			problem(r, true, row, r->role_at[ROLE_WHOLE],
				"\"%.40s\" is no whole number.", whole);
			return;
		}
		if (cell.whole != FIELD_NONE && cell.value != FIELD_NONE &&
		    cell.value > cell.whole) {
			problem(r, true, row, col, "%lld is more than the whole, %lld.",
				(long long)cell.value, (long long)cell.whole);
			return;
		}
	}
	*c = cell;
	if (!is_new(r, c))
		return;
	if (out->count == INTAKE_CELLS_MAX) {
		problem(r, true, row, col,
			"There are too many figures; 200,000 are taken at once.");
		return;
	}
	if (out->count == r->cells_room) {
		size_t room = r->cells_room ? r->cells_room * 2 : 256;
		struct intake_cell *more = arena_take(r->a, room * sizeof(*more));

		if (out->count)
			memcpy(more, out->cells, out->count * sizeof(*more));
		out->cells = more;
		r->cells_room = room;
	}
	out->cells[out->count++] = cell;
}


static const char *row_indicator(struct reading *r, size_t row)
{
	size_t col = r->role_at[ROLE_INDICATOR];
	const struct intake_indicator *ind;
	const char *text;

	if (!has(r, ROLE_INDICATOR))
		return r->options->indicator;
	text = sheet_cell(r->s, row, col);
	ind = map_get(&r->indicators, collate_fold(r->a, text));
	if (!ind)
		problem(r, true, row, col,
			text[0] ? "\"%.60s\" is not among the indicators of the charter."
				: "The indicator is missing%.0s.",
			text);

	return ind ? ind->id : NULL;
}


static bool empty_row(const struct reading *r, size_t row)
{
	for (size_t col = 0; col < r->s->cols; col++)
		if (sheet_cell(r->s, row, col)[0])
			return false;

	return true;
}


static void read_row(struct reading *r, size_t row)
{
	struct intake_cell cell = { .value = FIELD_NONE, .whole = FIELD_NONE };
	bool days = !strcmp(r->out->layout, "days"), wide = !strcmp(r->out->layout, "wide");
	int64_t day = 0;

	if (empty_row(r, row) || !read_place(r, &cell.party, &cell.area, row))
		return;
	if (!wide) {
		cell.indicator = row_indicator(r, row);
		if (!cell.indicator)
			return;
	}
	if (!days) {
		if (has(r, ROLE_DAY) && !read_day(r, &day, row, r->role_at[ROLE_DAY]))
			return;
		if (!has(r, ROLE_DAY) && time_date_days(&day, r->options->day))
			return;
		time_days_date(cell.day, day);
	}
	if (!days && !wide) {
		add(r, cell, row, r->role_at[ROLE_VALUE]);
		return;
	}
	for (size_t col = 0; col < r->s->cols; col++) {
		const struct column *c = &r->columns[col];

		if (c->role != (days ? ROLE_ONE_DAY : ROLE_FIGURES))
			continue;
		if (wide)
			cell.indicator = c->indicator;
		else
			time_days_date(cell.day, c->day);
		add(r, cell, row, col);
	}
}


static bool read_day_headings(struct reading *r)
{
	bool good = true;

	for (size_t col = 0; col < r->s->cols; col++) {
		struct column *c = &r->columns[col];

		if (c->role == ROLE_ONE_DAY && !read_day(r, &c->day, 0, col))
			good = false;
	}

	return good;
}


void intake_read(struct intake *out, struct arena *a, const struct sheet *s,
		 const struct intake_known *known, const struct intake_options *options)
{
	struct reading r = { .out = out, .a = a, .s = s, .known = known, .options = options };

	memset(out, 0, sizeof(*out));
	if (time_date_days(&r.today, options->today))
		r.today = INT64_MAX;
	r.columns = arena_take(a, s->cols * sizeof(*r.columns));
	for (size_t i = 0; i < sizeof(r.role_at) / sizeof(r.role_at[0]); i++)
		r.role_at[i] = s->cols;
	know_all(&r);
	for (size_t col = 0; col < s->cols; col++)
		read_heading(&r, col);
	look_for_days(&r);
	unknown_headings(&r);
	r.first = is_tags(&r, 1) ? 2 : 1;
	if (layout(&r) && find_order(&r) && read_day_headings(&r)) {
		for (size_t row = r.first; row < s->rows; row++)
			read_row(&r, row);
		if (!out->count && !out->blocking)
			problem(&r, true, (size_t)-1, 0, "There are no figures in it.");
	}
	map_clear(&r.places);
	map_clear(&r.indicators);
	map_clear(&r.seen);
}
