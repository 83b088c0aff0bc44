/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "act/judging.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "store/store.h"
#include "watch/export.h"
#include "watch/series.h"

enum {
	RECENT = 28, /* days in which the last figure of a place is looked for */
};

/* One series that is written, with what is known of its place. */
struct exported {
	struct series s;
	const char *code; /* of the place; or NULL */
	int64_t known;	  /* ms: as of when */
	const char *mark; /* in each row; or NULL */
};

typedef int exported_h(const struct exported *e, void *arg);


/* A spreadsheet takes what begins so for a formula (OWASP, CSV injection). */
static bool is_formula(const char *s)
{
	return *s && strchr("=+-@\t\r", *s);
}


void csv_cell(struct buf *out, const char *text)
{
	const char *s = text ? text : "";
	bool quote = strpbrk(s, ",\"\r\n") || is_formula(s) || *s == ' ';

	if (!quote) {
		buf_str(out, s);
		return;
	}
	buf_char(out, '"');
	if (is_formula(s))
		buf_char(out, '\'');
	for (; *s; s++) {
		if (*s == '"')
			buf_char(out, '"');
		buf_char(out, *s);
	}
	buf_char(out, '"');
}


static int write_one(struct arena *a, struct store *st, const struct export_filter *f,
		     struct exported *e, int64_t as_of, exported_h *write, void *arg)
{
	int err = series_read(&e->s, a, st, f->from, f->to, as_of);

	return err ? err : write(e, arg);
}


/* Every series that the filter lets through, in order. */
static int each_series(struct arena *a, struct store *st, const struct export_filter *f,
		       exported_h *write, void *arg)
{
	struct arena *scratch = arena_new(1 << 16);
	struct store_rows *rows = NULL;
	int64_t as_of = 0;
	int err = series_as_of(&as_of, st, f->as_of);

	(void)a;
	if (!err)
		err = store_query(&rows, st,
				  "SELECT s.id, s.party, s.area, s.indicator, p.code"
				  " FROM watch_series s LEFT JOIN watch_place p"
				  " ON p.party = s.party AND p.area = s.area"
				  " WHERE ($1 = '' OR s.party = $1)"
				  " AND ($2 = '' OR s.indicator = $2)"
				  " AND ($3 = '*' OR s.area = $3)"
				  " ORDER BY s.party, s.area, s.indicator",
				  "sss", f->party ? f->party : "",
				  f->indicator ? f->indicator : "", f->area ? f->area : "*");
	while (!err && store_next(rows, &err)) {
		struct exported e = { .known = f->as_of == FIELD_NONE ? f->now : f->as_of,
				      .mark = f->mark };

		arena_reset(scratch);
		e.s.id = store_int(rows, 0);
		e.s.party = row_text(scratch, rows, 1);
		e.s.area = row_text(scratch, rows, 2);
		e.s.indicator = row_text(scratch, rows, 3);
		e.code = row_text(scratch, rows, 4);
		err = write_one(scratch, st, f, &e, as_of, write, arg);
	}
	store_done(rows);
	arena_free(scratch);

	return err;
}


static void csv_number(struct buf *out, int64_t v)
{
	buf_char(out, ',');
	if (v != FIELD_NONE)
		buf_int(out, v);
}


static int write_csv(const struct exported *e, void *arg)
{
	char day[TIME_DATE_SIZE], known[TIME_TEXT_SIZE];
	struct buf *out = arg;

	time_text(known, e->known);
	for (size_t i = 0; i < e->s.count; i++) {
		const struct series_cell *c = &e->s.cells[i];

		time_days_date(day, c->day);
		csv_cell(out, e->s.party);
		buf_char(out, ',');
		csv_cell(out, e->s.area);
		buf_char(out, ',');
		csv_cell(out, e->code);
		buf_char(out, ',');
		csv_cell(out, e->s.indicator);
		buf_char(out, ',');
		buf_str(out, day);
		csv_number(out, c->value);
		csv_number(out, c->whole);
		buf_char(out, ',');
		csv_cell(out, c->state);
		csv_number(out, c->seq);
		buf_char(out, ',');
		buf_str(out, known);
		if (e->mark) {
			buf_char(out, ',');
			csv_cell(out, e->mark);
		}
		buf_str(out, "\r\n");
	}

	return out->err;
}


int export_csv(struct buf *out, struct arena *a, struct store *st,
	       const struct export_filter *f)
{
	buf_printf(out,
		   "party,area,code,indicator,day,value,of,state,act,as_of%s\r\n"
		   "#country+id,#adm1+id,#adm1+code,#indicator+code,#date+occurred,"
		   "#indicator+value+num,#capacity+num,#status,#meta+act,#date+known%s\r\n",
		   f->mark ? ",note" : "", f->mark ? ",#meta+note" : "");

	return each_series(a, st, f, write_csv, out);
}


/* "20200515" */
static void period(char out[TIME_DATE_SIZE], int64_t day)
{
	char date[TIME_DATE_SIZE];

	time_days_date(date, day);
	(void)snprintf(out, TIME_DATE_SIZE, "%.4s%.2s%.2s", date, date + 5, date + 8);
}


static int write_dhis2(const struct exported *e, void *arg)
{
	struct jw *w = arg;

	for (size_t i = 0; i < e->s.count; i++) {
		const struct series_cell *c = &e->s.cells[i];
		char text[48];

		if (c->value == FIELD_NONE)
			continue;
		jw_object(w);
		jw_kstr(w, "dataElement", e->s.indicator);
		period(text, c->day);
		jw_kstr(w, "period", text);
		(void)snprintf(text, sizeof(text), "%.20s%s%.24s", e->s.party,
			       *e->s.area ? "." : "", e->s.area);
		jw_kstr(w, "orgUnit", e->code ? e->code : text);
		(void)snprintf(text, sizeof(text), "%lld", (long long)c->value);
		jw_kstr(w, "value", text);
		if (e->mark)
			jw_kstr(w, "comment", e->mark);
		jw_object_end(w);
	}

	return w->b->err;
}


int export_dhis2(struct buf *out, struct arena *a, struct store *st,
		 const struct export_filter *f)
{
	struct jw w;
	int err;

	jw_init(&w, out);
	jw_object(&w);
	jw_key(&w, "dataValues");
	jw_array(&w);
	err = each_series(a, st, f, write_dhis2, &w);
	jw_array_end(&w);
	jw_object_end(&w);

	return err;
}


/* The last figure of each indicator of a place, as properties of its feature. */
static int last_figures(struct jw *w, struct arena *a, struct store *st, const char *party,
			const char *area, const struct export_filter *f, int64_t as_of)
{
	struct store_rows *rows = NULL;
	int64_t known = day_of(f->as_of == FIELD_NONE ? f->now : f->as_of);
	int err = store_query(&rows, st,
			      "SELECT id, indicator FROM watch_series WHERE party = $1"
			      " AND area = $2 AND ($3 = '' OR indicator = $3)"
			      " ORDER BY indicator",
			      "sss", party, area, f->indicator ? f->indicator : "");

	while (!err && store_next(rows, &err)) {
		struct series_cell cell = { 0 };
		bool found = false;

		err = series_last(&cell, &found, a, st, store_int(rows, 0), known + 1, as_of);
		if (err || !found || cell.value == FIELD_NONE || cell.day < known - RECENT)
			continue;
		jw_key(w, store_text(rows, 1));
		jw_object(w);
		jw_kint(w, "value", cell.value);
		jw_kstr(w, "day", day_text(a, cell.day));
		jw_object_end(w);
	}
	store_done(rows);

	return err;
}


static int feature(struct jw *w, struct arena *a, struct store *st,
		   const struct store_rows *place, const struct export_filter *f, int64_t as_of)
{
	const char *party = row_text(a, place, 0), *area = row_text(a, place, 1);
	const char *name = store_text(place, 2);
	int err;

	jw_object(w);
	jw_kstr(w, "type", "Feature");
	jw_key(w, "geometry");
	jw_object(w);
	jw_kstr(w, "type", "Point");
	jw_key(w, "coordinates");
	jw_array(w);
	jw_real(w, store_real(place, 4));
	jw_real(w, store_real(place, 5));
	jw_array_end(w);
	jw_object_end(w);
	jw_key(w, "properties");
	jw_object(w);
	jw_kstr(w, "party", party);
	if (*area)
		jw_kstr(w, "area", area);
	if (name) {
		jw_key(w, "name");
		jw_raw(w, name, strlen(name));
	}
	if (!store_null(place, 3))
		jw_kstr(w, "code", store_text(place, 3));
	err = last_figures(w, a, st, party, area, f, as_of);
	jw_object_end(w);
	jw_object_end(w);

	return err;
}


int export_geojson(struct buf *out, struct arena *a, struct store *st,
		   const struct export_filter *f)
{
	struct store_rows *rows = NULL;
	char known[TIME_TEXT_SIZE];
	int64_t as_of = 0;
	struct jw w;
	int err = series_as_of(&as_of, st, f->as_of);

	time_text(known, f->as_of == FIELD_NONE ? f->now : f->as_of);
	jw_init(&w, out);
	jw_object(&w);
	jw_kstr(&w, "type", "FeatureCollection");
	jw_kstr(&w, "as_of", known);
	if (f->mark)
		jw_kstr(&w, "note", f->mark);
	jw_key(&w, "features");
	jw_array(&w);
	if (!err)
		err = store_query(&rows, st,
				  "SELECT party, area, name, code, longitude, latitude"
				  " FROM watch_place WHERE longitude IS NOT NULL AND"
				  " latitude IS NOT NULL AND ($1 = '' OR party = $1)"
				  " ORDER BY party, area",
				  "s", f->party ? f->party : "");
	while (!err && store_next(rows, &err))
		err = feature(&w, a, st, rows, f, as_of);
	store_done(rows);
	jw_array_end(&w);
	jw_object_end(&w);

	return err ? err : out->err;
}
