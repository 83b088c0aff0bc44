/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * reports.c: figures as they come.
 *
 * Invariants:
 * 1. A figure is never taken away: a later one about the same day stands in front of it.
 * 2. What a report leaves empty, or says unchanged, changes nothing.
 * 3. More than RESTATED_CELLS changed figures, or a total changed by RESTATED_SHARE, wait for
 *    a second person: until then they are in watch_proposed only.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/rules.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"

#define RESTATED_SHARE 0.10

enum {
	RESTATED_CELLS = 30,
	SERIES_OF_REPORT = 1000, /* new ones in one report: their ids follow from the act's */
};

/* A report being judged. */
struct sheet {
	struct act_cx *cx;
	const char *party;
	const struct watch_figure *cells;
	size_t count;
	struct entries entries;
	size_t fresh; /* series that nothing was reported of */
	int64_t first, last;
	double share;
	/* the series looked up last: cells of a report mostly come in runs */
	const char *area, *indicator;
	int64_t series;
};


static int cell_fault(struct sheet *s, size_t i, const char *member, const char *text)
{
	fault_at(&s->cx->fault, arena_printf(s->cx->arena, "/body/cells/%zu/%s", i, member), 0,
		 0);

	return fault_set(&s->cx->fault, E_RANGE, "%s", text);
}


/* "2020-08-05" where 2020-05-08 was meant: say so when that day would do. */
static int future_fault(struct sheet *s, size_t i, const char *day, int64_t today)
{
	char swapped[TIME_DATE_SIZE] = { 0 };
	int64_t other;

	(void)snprintf(swapped, sizeof(swapped), "%.4s-%.2s-%.2s", day, day + 8, day + 5);
	if (time_date_days(&other, swapped) == 0 && other <= today)
		return cell_fault(
			s, i, "day",
			arena_printf(
				s->cx->arena,
				"This day lies in the future; with month and day exchanged "
				"it would be %s.",
				swapped));

	return cell_fault(s, i, "day",
			  arena_printf(s->cx->arena, "%s lies in the future.", day));
}


static int check_area(struct sheet *s, size_t i, const char *area)
{
	int64_t known = 0;
	int err;

	if (!area || text_eq(area, s->area))
		return 0;
	err = store_get_int(&known, s->cx->st,
			    "SELECT count(*) FROM watch_place WHERE party = $1 AND area = $2",
			    "ss", s->party, area);
	if (err || known)
		return err;

	return cell_fault(s, i, "area",
			  arena_printf(s->cx->arena,
				       "\"%s\" is no area of this party; see view places.",
				       area));
}


static int check_cell(struct sheet *s, size_t i, int64_t *day)
{
	const struct watch_figure *c = &s->cells[i];
	const struct charter_indicator_set *set = indicator_set(s->cx->charter, c->indicator);
	int64_t today = day_of(s->cx->at);

	if (!set)
		return cell_fault(
			s, i, "indicator",
			arena_printf(s->cx->arena,
				     "The charter knows no indicator \"%s\" (monitoring).",
				     c->indicator));
	if (c->value != FIELD_NONE && c->state)
		return cell_fault(s, i, "state",
				  arena_printf(s->cx->arena,
					       "A cell has a value or a state, not both: %s.",
					       c->state));
	if (set->kind == INDICATORS_STATUS && c->value != FIELD_NONE && c->value > 1)
		return cell_fault(s, i, "value",
				  arena_printf(s->cx->arena, "%s is 1 when in force, or 0.",
					       c->indicator));
	if (c->of != FIELD_NONE && (c->value == FIELD_NONE || c->of < c->value))
		return cell_fault(s, i, "of",
				  arena_printf(s->cx->arena,
					       "The whole of %s is not less than the part.",
					       c->indicator));
	if (time_date_days(day, c->day))
		return cell_fault(s, i, "day",
				  arena_printf(s->cx->arena, "\"%s\" is no day.", c->day));
	/* One day more, because it is tomorrow already in the east of some party. */
	if (*day > today + 1)
		return future_fault(s, i, c->day, today);

	return check_area(s, i, c->area);
}


/* The series of a cell; one that is new gets the next id and its row. */
static int find_series(struct sheet *s, const char *area, const char *indicator)
{
	int err;

	if (s->series && text_eq(area, s->area) && text_eq(indicator, s->indicator))
		return 0;
	s->area = area;
	s->indicator = indicator;
	s->series = 0;
	for (size_t k = 0; k < s->entries.count && !s->series; k++) {
		const struct entry *e = &s->entries.at[k];

		if (text_eq(e->area, area) && text_eq(e->indicator, indicator))
			s->series = e->series;
	}
	if (s->series)
		return 0;
	err = series_find(&s->series, s->cx->st, s->party, area, indicator);
	if (err || s->series)
		return err;
	if (s->fresh == SERIES_OF_REPORT)
		return fault_set(&s->cx->fault, E_TOOBIG,
				 "One report begins at most %d new series.", SERIES_OF_REPORT);
	s->series = s->cx->seq * SERIES_OF_REPORT + (int64_t)s->fresh++;
	effect_add(&s->cx->fx, "watch_series", "id party area indicator", "isss", s->series,
		   s->party, area, indicator);

	return 0;
}


static bool same(const struct series_cell *a, const struct series_cell *b)
{
	return a->value == b->value && a->whole == b->whole && text_eq(a->state, b->state);
}


static bool was_figure(const struct entry *e)
{
	return e->was.seq && e->was.value != FIELD_NONE;
}


/* Take the cell in when it says something new. */
static int take_cell(struct sheet *s, size_t i)
{
	const struct watch_figure *c = &s->cells[i];
	struct entry *e = &s->entries.at[s->entries.count];
	bool found = false;
	int64_t day = 0;
	int err = check_cell(s, i, &day);

	if (err || (c->value == FIELD_NONE && !c->state))
		return err;
	err = find_series(s, c->area ? c->area : "", c->indicator);
	if (err)
		return err;
	*e = (struct entry){ .number = i,
			     .series = s->series,
			     .area = s->area,
			     .indicator = s->indicator,
			     .now = { day, c->value, c->of, c->state, s->cx->seq } };
	if (s->series < s->cx->seq * SERIES_OF_REPORT) {
		err = series_last(&e->was, &found, s->cx->arena, s->cx->st, s->series, day,
				  INT64_MAX);
		if (!found || e->was.day != day)
			e->was = (struct series_cell){ 0 };
	}
	if (err || (e->was.seq && same(&e->was, &e->now)))
		return err;
	/* What was never there does not replace what is. */
	if (e->was.seq && e->was.value != FIELD_NONE && text_eq(c->state, "not-reported"))
		return 0;
	s->entries.changed += was_figure(e);
	s->first = s->entries.count && s->first < day ? s->first : day;
	s->last = s->entries.count && s->last > day ? s->last : day;
	s->entries.count++;

	return 0;
}


static int by_series(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	if (a->series != b->series)
		return a->series < b->series ? -1 : 1;

	return (a->now.day > b->now.day) - (a->now.day < b->now.day);
}


/* The same figure twice in one report: which one is meant is for the sender to say. */
static int check_twice(struct sheet *s)
{
	qsort(s->entries.at, s->entries.count, sizeof(*s->entries.at), by_series);
	for (size_t i = 1; i < s->entries.count; i++)
		if (by_series(&s->entries.at[i - 1], &s->entries.at[i]) == 0)
			return cell_fault(
				s, s->entries.at[i].number, "day",
				arena_printf(s->cx->arena,
					     "This report has two figures of %s for one day.",
					     s->entries.at[i].indicator));

	return 0;
}


static double value_of(const struct series_cell *c)
{
	return c->value == FIELD_NONE ? 0 : (double)c->value;
}


/* By how much of itself the total of one series changes over days reported before. */
static int share_of(double *out, struct sheet *s, const struct entry *e, size_t count)
{
	struct series old = { .id = e->series };
	double before = 0, after = 0;
	size_t k = 0;
	int err = series_read(&old, s->cx->arena, s->cx->st, INT32_MIN, INT32_MAX, INT64_MAX);

	for (size_t i = 0; i < old.count && !err; i++) {
		const struct series_cell *now = &old.cells[i];

		while (k < count && e[k].now.day < now->day)
			k++;
		if (k < count && e[k].now.day == now->day)
			now = &e[k].now;
		if (old.cells[i].value == FIELD_NONE)
			continue;
		if (indicator_runs_on(e->indicator)) {
			before = value_of(&old.cells[i]);
			after = value_of(now);
		} else {
			before += value_of(&old.cells[i]);
			after += value_of(now);
		}
	}
	*out = before > 0 ? fabs(after - before) / before : after > 0 ? 1 : 0;

	return err;
}


/* The largest share over the series that this report changes figures of. */
static int find_share(struct sheet *s)
{
	size_t from = 0;
	int err = 0;

	while (from < s->entries.count && !err) {
		const struct entry *e = &s->entries.at[from];
		const struct charter_indicator_set *set =
			indicator_set(s->cx->charter, e->indicator);
		size_t n = 0, changed = 0;
		double share = 0;

		while (from + n < s->entries.count && e[n].series == e->series)
			changed += was_figure(&e[n++]);
		if (changed && set->kind == INDICATORS_FIGURES)
			err = share_of(&share, s, e, n);
		if (share > s->share)
			s->share = share;
		from += n;
	}

	return err;
}


static bool is_restatement(const struct sheet *s)
{
	return s->entries.changed > RESTATED_CELLS ||
	       (s->entries.changed && s->share > RESTATED_SHARE);
}


/* A party reports for itself; those without the right are watched by the centre. */
static int check_reporter(struct act_cx *cx, const char *party, const char *source)
{
	const struct snapshot *snapshot = NULL;
	int err;

	if (text_eq(cx->seat.party, party))
		return 0;
	if (!cx->seat.secretariat)
		return refuse(cx, REFUSE_NOT_ENTITLED, NULL, "not-entitled.other-party", NULL);
	err = world_statuses(&snapshot, cx->world);
	if (err)
		return err;
	if (charter_may(NULL, cx->charter, snapshot, party, RIGHT_MONITOR_REPORT, cx->today))
		return refuse(cx, REFUSE_NOT_ENTITLED, "monitoring", "not-entitled.own-figures",
			      "party", party, NULL);
	if (!source)
		return refuse(cx, REFUSE_REASON_NEEDED, "monitoring", "reason-needed.source",
			      "party", party, NULL);

	return 0;
}


static void put_cells(struct sheet *s)
{
	for (size_t i = 0; i < s->entries.count; i++) {
		const struct entry *e = &s->entries.at[i];

		effect_add(&s->cx->fx, "watch_cell", "series day seq value whole state",
			   "iiioos", e->series, e->now.day, s->cx->seq, e->now.value,
			   e->now.whole, e->now.state);
	}
}


static void propose_cells(struct sheet *s)
{
	for (size_t i = 0; i < s->entries.count; i++) {
		const struct entry *e = &s->entries.at[i];

		effect_add(&s->cx->fx, "watch_proposed", "report series day value whole state",
			   "iiioos", s->cx->seq, e->series, e->now.day, e->now.value,
			   e->now.whole, e->now.state);
	}
}


static void put_report(struct sheet *s, const struct report_submit *b, bool proposed)
{
	struct act_cx *cx = s->cx;
	int64_t stands = proposed ? FIELD_NONE : cx->seq;

	effect_add(&cx->fx, "watch_report",
		   "id party at state cells changed first last share source reason note person"
		   " office stands_seq stands_at",
		   "isisiiiirsssssoo", cx->seq, s->party, cx->at,
		   proposed ? "proposed" : "recorded", (int64_t)s->entries.count,
		   (int64_t)s->entries.changed, s->first, s->last, s->share, b->source,
		   b->reason, b->note, cx->seat.person, cx->seat.office, stands,
		   proposed ? FIELD_NONE : cx->at);
}


static int take_cells(struct sheet *s)
{
	int err = 0;

	s->entries.at = arena_take(s->cx->arena, (s->count + 1) * sizeof(struct entry));
	for (size_t i = 0; i < s->count && !err; i++)
		err = take_cell(s, i);
	if (!err && !s->entries.count)
		err = refuse(s->cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.report",
			     "party", s->party, NULL);
	if (!err)
		err = check_twice(s);
	if (!err && s->entries.changed)
		err = find_share(s);

	return err;
}


int report_submit_judge(struct act_cx *cx, const void *body)
{
	const struct report_submit *b = body;
	const struct snapshot_party *p = NULL;
	struct sheet s = { .cx = cx, .cells = b->cells.v, .count = b->cells.n };
	bool restated;
	int err = need_party(&p, cx, cx->subject_id);

	if (!err)
		err = check_reporter(cx, p->id, b->source);
	if (err)
		return err;
	s.party = p->id;
	err = take_cells(&s);
	if (err)
		return err;
	restated = is_restatement(&s);
	if (restated && !b->reason)
		return refuse(cx, REFUSE_REASON_NEEDED, "monitoring",
			      "reason-needed.restatement", "count",
			      number_text(cx->arena, (int64_t)s.entries.changed), "share",
			      arena_printf(cx->arena, "%.0f", 100 * s.share), NULL);
	put_report(&s, b, restated);
	if (restated) {
		propose_cells(&s);
		return 0;
	}
	put_cells(&s);

	return quality_check(cx, s.party, &s.entries, cx->seq);
}


/* A report that waits for a second person. */
struct waiting {
	int64_t id;
	const char *party;
	const char *person;
};


static int need_waiting(struct waiting *w, struct act_cx *cx)
{
	struct store_rows *rows = NULL;
	const char *state = NULL;
	int err = need_number(&w->id, cx);

	if (err)
		return err;
	err = store_query(&rows, cx->st,
			  "SELECT party, person, state FROM watch_report WHERE id = $1", "i",
			  w->id);
	if (!err && store_next(rows, &err)) {
		w->party = row_text(cx->arena, rows, 0);
		w->person = row_text(cx->arena, rows, 1);
		state = row_text(cx->arena, rows, 2);
	}
	store_done(rows);
	if (err)
		return err;
	if (!state)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.report", NULL);
	if (!text_eq(state, "proposed"))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.report", "state",
			      state, NULL);
	if (cx->seat.party ? !text_eq(cx->seat.party, w->party) : !cx->seat.secretariat)
		return refuse(cx, REFUSE_NOT_ENTITLED, NULL, "not-entitled.other-party", NULL);

	return 0;
}


/* The proposed figures that still say something new. */
static int read_proposed(struct sheet *s, int64_t report)
{
	struct store_rows *rows = NULL;
	int64_t room = 0;
	int err = store_get_int(&room, s->cx->st,
				"SELECT count(*) FROM watch_proposed WHERE report = $1", "i",
				report);

	if (err)
		return err;
	s->entries.at = arena_take(s->cx->arena, ((size_t)room + 1) * sizeof(struct entry));
	err = store_query(&rows, s->cx->st,
			  "SELECT p.series, p.day, p.value, p.whole, p.state, s.area,"
			  " s.indicator FROM watch_proposed p JOIN watch_series s"
			  " ON s.id = p.series WHERE p.report = $1 ORDER BY p.series, p.day",
			  "i", report);
	while (!err && store_next(rows, &err)) {
		struct entry *e = &s->entries.at[s->entries.count++];

		e->series = store_int(rows, 0);
		e->now.day = store_int(rows, 1);
		e->now.value = row_int(rows, 2);
		e->now.whole = row_int(rows, 3);
		e->now.state = row_text(s->cx->arena, rows, 4);
		e->now.seq = s->cx->seq;
		e->area = row_text(s->cx->arena, rows, 5);
		e->indicator = row_text(s->cx->arena, rows, 6);
	}
	store_done(rows);

	return err;
}


static int drop_unchanged(struct sheet *s)
{
	size_t kept = 0;
	int err = 0;

	for (size_t i = 0; i < s->entries.count && !err; i++) {
		struct entry *e = &s->entries.at[i];
		bool found = false;

		err = series_last(&e->was, &found, s->cx->arena, s->cx->st, e->series,
				  e->now.day, INT64_MAX);
		if (!found || e->was.day != e->now.day)
			e->was = (struct series_cell){ 0 };
		if (e->was.seq && same(&e->was, &e->now))
			continue;
		s->entries.changed += was_figure(e);
		s->entries.at[kept++] = *e;
	}
	s->entries.count = kept;

	return err;
}


int report_confirm_judge(struct act_cx *cx, const void *body)
{
	struct sheet s = { .cx = cx };
	struct waiting w = { 0 };
	int err = need_waiting(&w, cx);

	(void)body;
	if (err)
		return err;
	if (text_eq(w.person, cx->seat.person))
		return refuse(cx, REFUSE_NOT_AUTHORISED, "monitoring",
			      "not-authorised.second-person", NULL);
	s.party = w.party;
	err = read_proposed(&s, w.id);
	if (!err)
		err = drop_unchanged(&s);
	if (err)
		return err;
	put_cells(&s);
	effect_set(&cx->fx, "watch_report", "id",
		   "state stands_seq stands_at second_person second_office settled_at",
		   "isiissi", w.id, "confirmed", cx->seq, cx->at, cx->seat.person,
		   cx->seat.office, cx->at);

	return quality_check(cx, s.party, &s.entries, w.id);
}


int report_reject_judge(struct act_cx *cx, const void *body)
{
	const struct report_reject *b = body;
	struct waiting w = { 0 };
	int err = need_waiting(&w, cx);

	if (!err)
		effect_set(&cx->fx, "watch_report", "id",
			   "state second_person second_office answer settled_at", "issssi",
			   w.id, "rejected", cx->seat.person, cx->seat.office, b->reason,
			   cx->at);

	return err;
}
