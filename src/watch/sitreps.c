/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * sitreps.c: narrative situation reports in a numbered chain; measures taken by members.
 *
 * Sources stand side by side, each beside what the member itself had reported by then: the
 * centre shows a difference and does not settle it.
 */
#include <string.h>

#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"


static int check_source(struct act_cx *cx, const struct watch_source *s, size_t i, int64_t *day)
{
	const struct snapshot_party *p = NULL;
	bool figure = s->value != FIELD_NONE;
	int err = s->party ? need_party(&p, cx, s->party) : 0;

	*day = FIELD_NONE;
	if (err)
		return err;
	if (figure && (!s->party || !s->indicator || !s->day)) {
		fault_at(&cx->fault, arena_printf(cx->arena, "/body/sources/%zu/value", i), 0,
			 0);
		return fault_set(&cx->fault, E_RANGE,
				 "A figure needs a party, an indicator and a day.");
	}
	if (s->indicator && !indicator_set(cx->charter, s->indicator)) {
		fault_at(&cx->fault, arena_printf(cx->arena, "/body/sources/%zu/indicator", i),
			 0, 0);
		return fault_set(&cx->fault, E_RANGE, "The charter knows no indicator \"%s\".",
				 s->indicator);
	}
	if (s->day)
		err = time_date_days(day, s->day);

	return err;
}


/* What the member had reported about that day by now. */
static int reported(int64_t *out, struct act_cx *cx, const struct watch_source *s, int64_t day)
{
	struct series_cell cell = { 0 };
	int64_t id = 0;
	bool found = false;
	int err;

	*out = FIELD_NONE;
	if (!s->party || !s->indicator || day == FIELD_NONE)
		return 0;
	err = series_find(&id, cx->st, s->party, "", s->indicator);
	if (!err)
		err = series_last(&cell, &found, cx->arena, cx->st, id, day, INT64_MAX);
	if (!err && found && cell.day == day)
		*out = cell.value;

	return err;
}


static int put_sources(struct act_cx *cx, const struct sitrep_issue *b)
{
	const struct watch_source *s = b->sources.v;
	int err = 0;

	for (size_t i = 0; i < b->sources.n && !err; i++) {
		int64_t day = FIELD_NONE, had = FIELD_NONE;

		err = check_source(cx, &s[i], i, &day);
		if (!err)
			err = reported(&had, cx, &s[i], day);
		if (!err)
			effect_add(&cx->fx, "watch_source",
				   "sitrep number source says party indicator day value"
				   " reported",
				   "iissssooo", cx->seq, (int64_t)i + 1, s[i].source, s[i].says,
				   s[i].party, s[i].indicator, day, s[i].value, had);
	}

	return err;
}


/* The last report, and the next number of the year. */
static int next_number(int64_t *before, int64_t *number, struct act_cx *cx, int64_t year)
{
	int err = store_get_int(before, cx->st, "SELECT coalesce(max(id), 0) FROM watch_sitrep",
				"");

	if (!err)
		err = store_get_int(number, cx->st,
				    "SELECT coalesce(max(number), 0) + 1 FROM watch_sitrep"
				    " WHERE year = $1",
				    "i", year);

	return err;
}


static int check_corrected(struct act_cx *cx, int64_t corrects)
{
	int64_t there = 1;
	int err = corrects == FIELD_NONE
			  ? 0
			  : store_get_int(&there, cx->st,
					  "SELECT count(*) FROM watch_sitrep WHERE id = $1",
					  "i", corrects);

	if (!err && !there)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.sitrep", NULL);

	return err;
}


static int optional_day(int64_t *out, const char *date)
{
	*out = FIELD_NONE;

	return date ? time_date_days(out, date) : 0;
}


int sitrep_issue_judge(struct act_cx *cx, const void *body)
{
	const struct sitrep_issue *b = body;
	int64_t year = 0, before = 0, number = 0, first, last;
	int err = need_duty(cx);

	if (!err)
		err = text_int(&year, arena_strn(cx->arena, cx->today, 4), 1, 9999);
	if (!err)
		err = next_number(&before, &number, cx, year);
	if (!err)
		err = check_corrected(cx, b->corrects);
	if (!err)
		err = optional_day(&first, b->first);
	if (!err)
		err = optional_day(&last, b->last);
	if (err)
		return err;
	effect_add(&cx->fx, "watch_sitrep",
		   "id year number before corrects at kind title text first last office",
		   "iiiooisssoos", cx->seq, year, number, before ? before : FIELD_NONE,
		   b->corrects, cx->at, b->kind, b->title, b->text, first, last,
		   cx->seat.office);

	return put_sources(cx, b);
}


#define NUMBER_OF "(SELECT o.number || '/' || o.year FROM watch_sitrep o WHERE "


int sitreps_run(struct view_cx *cx, const void *params)
{
	const struct sitreps_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(
		&rows, cx->st,
		"SELECT s.id, s.number || '/' || s.year, " NUMBER_OF
		"o.id = s.before), " NUMBER_OF "o.id = s.corrects), " NUMBER_OF
		"o.id = (SELECT max(c.id) FROM watch_sitrep c WHERE c.corrects = s.id)),"
		" s.at, s.kind, s.title, s.text, s.first, s.last, s.office,"
		" (SELECT count(*) FROM watch_source w WHERE w.sitrep = s.id),"
		" (SELECT count(*) FROM watch_source w WHERE w.sitrep = s.id AND"
		"  w.value <> w.reported)"
		" FROM watch_sitrep s ORDER BY s.id DESC LIMIT $1",
		"i", q->limit == FIELD_NONE ? INT64_C(100) : q->limit);
	while (!err && store_next(rows, &err)) {
		struct sitreps_row row = {
			.id = store_int(rows, 0),
			.number = row_text(cx->arena, rows, 1),
			.before = row_text(cx->arena, rows, 2),
			.corrects = row_text(cx->arena, rows, 3),
			.corrected = row_text(cx->arena, rows, 4),
			.at = store_int(rows, 5),
			.kind = row_text(cx->arena, rows, 6),
			.title = row_text(cx->arena, rows, 7),
			.text = row_text(cx->arena, rows, 8),
			.first = store_null(rows, 9) ? NULL
						     : day_text(cx->arena, store_int(rows, 9)),
			.last = store_null(rows, 10) ? NULL
						     : day_text(cx->arena, store_int(rows, 10)),
			.office = row_text(cx->arena, rows, 11),
			.sources = store_int(rows, 12),
			.differing = store_int(rows, 13),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


int sitrep_sources_run(struct view_cx *cx, const void *params)
{
	const struct sitrep_sources_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT source, says, party, indicator, day, value, reported"
			  " FROM watch_source WHERE sitrep = $1 ORDER BY number LIMIT 2000",
			  "i", q->sitrep);
	while (!err && store_next(rows, &err)) {
		struct sitrep_sources_row row = {
			.source = row_text(cx->arena, rows, 0),
			.says = row_text(cx->arena, rows, 1),
			.party = row_text(cx->arena, rows, 2),
			.indicator = row_text(cx->arena, rows, 3),
			.day = store_null(rows, 4) ? NULL
						   : day_text(cx->arena, store_int(rows, 4)),
			.value = row_int(rows, 5),
			.reported = row_int(rows, 6),
			.difference = FIELD_NONE,
		};

		if (row.value != FIELD_NONE && row.reported != FIELD_NONE)
			row.difference = row.value - row.reported;
		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


static int measure_line(struct view_cx *cx, const char *party, const char *measure)
{
	struct series s = { .party = party, .area = "", .indicator = measure };
	struct measures_row row = { .party = party, .measure = measure };
	int64_t last = FIELD_NONE;
	int err = series_find(&s.id, cx->st, party, "", measure);

	if (!err)
		err = series_read(&s, cx->arena, cx->st, INT32_MIN, INT32_MAX, INT64_MAX);
	for (size_t i = 0; i < s.count && !err; i++) {
		const struct series_cell *c = &s.cells[i];

		if (c->value == FIELD_NONE)
			continue;
		if (last != c->value) {
			row.changes += last != FIELD_NONE;
			row.since = day_text(cx->arena, c->day);
		}
		last = c->value;
		row.day = day_text(cx->arena, c->day);
	}
	if (!err && last != FIELD_NONE) {
		row.in_force = last != 0;
		view_row(cx, &row);
	}

	return err;
}


int measures_run(struct view_cx *cx, const void *params)
{
	const struct measures_params *q = params;
	struct charter_ids who = { 0 };
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = watch_reporters(&who, cx->arena, cx->world, cx->charter, cx->today);
	charter_each (set, cx->charter->monitoring.indicator_sets) {
		if (set->kind != INDICATORS_STATUS)
			continue;
		for (size_t p = 0; p < who.count; p++)
			for (size_t i = 0; i < set->indicators.count && !err; i++)
				if (!q->party || text_eq(q->party, who.at[p]))
					err = measure_line(cx, who.at[p],
							   set->indicators.at[i]);
	}

	return err;
}
