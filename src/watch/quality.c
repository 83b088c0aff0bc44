/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * quality.c: findings about data, apart from what they say about health.
 *
 * The bounds were set on the published figures of 20 countries in 2020-2022: real defects are
 * found, and false ones stay under one for a hundred days of a region (watch_quality_test.c).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"

enum {
	LOOK_BACK = 42,	    /* days before the first figure of a report that are read */
	FROZEN_DAYS = 3,    /* unchanged for so long */
	FROZEN_BEFORE = 14, /* after so many days, most of them */
	FROZEN_MOVING = 10, /* with something new, */
	FROZEN_MEAN = 10,   /* on average at least so much */
	FROZEN_LEAST = 140, /* or in all */
	JUMP_WINDOW = 28,
	JUMP_HISTORY = 10, /* days in the window that must be known */
	JUMP_LEAST = 100,
	JUMP_MAD = 10,
	JUMP_OF_LARGEST = 3,
	RESTATED_AGE = 7, /* days: changing younger figures is the usual course */
	FINDINGS_OF_ACT = 1000,
};

/* The findings of one act. */
struct found {
	struct act_cx *cx;
	const char *party;
	const char *area;
	const char *indicator;
	int64_t report;
	int64_t count;
};


static void add(struct found *f, const char *kind, int64_t day, int64_t last, int64_t value,
		int64_t expected)
{
	if (f->count == FINDINGS_OF_ACT)
		return;
	effect_add(&f->cx->fx, "watch_finding",
		   "id party area indicator kind day last value expected at report state",
		   "issssioooios", f->cx->seq * FINDINGS_OF_ACT + f->count++, f->party, f->area,
		   f->indicator, kind, day, last, value, expected, f->cx->at, f->report,
		   "open");
}


/* Is there such a finding about this series already, since a day (or an open one)? */
static int known(bool *out, struct found *f, const char *kind, int64_t since)
{
	int64_t n = 0;
	int err = store_get_int(&n, f->cx->st,
				"SELECT count(*) FROM watch_finding WHERE party = $1 AND"
				" kind = $2 AND area = $3 AND indicator = $4 AND day >= $5",
				"ssssi", f->party, kind, f->area, f->indicator, since);

	*out = n > 0;

	return err;
}


/* What stands, with the new figures of one series laid over it. */
static int merged(struct series *s, struct found *f, const struct entry *e, size_t count)
{
	struct series old = { .id = e->series };
	struct series_cell *cells;
	size_t i = 0, k = 0;
	int err = series_read(&old, f->cx->arena, f->cx->st, e[0].now.day - LOOK_BACK,
			      INT32_MAX, INT64_MAX);

	if (err)
		return err;
	cells = arena_take(f->cx->arena, (old.count + count + 1) * sizeof(*cells));
	*s = (struct series){ .id = e->series,
			      .party = f->party,
			      .area = e->area,
			      .indicator = e->indicator,
			      .cells = cells };
	while (i < old.count || k < count) {
		if (k == count || (i < old.count && old.cells[i].day < e[k].now.day)) {
			cells[s->count++] = old.cells[i++];
		} else {
			i += i < old.count && old.cells[i].day == e[k].now.day;
			cells[s->count++] = e[k++].now;
		}
	}

	return 0;
}


static void check_negative(struct found *f, const struct series *s, const struct entry *e,
			   size_t count)
{
	size_t k = 0;

	if (!indicator_runs_on(s->indicator))
		return;
	for (size_t i = 1; i < s->count; i++) {
		const struct series_cell *a = &s->cells[i - 1], *b = &s->cells[i];

		while (k < count && e[k].now.day < a->day)
			k++;
		if (k == count)
			return;
		if (a->value == FIELD_NONE || b->value == FIELD_NONE || b->value >= a->value)
			continue;
		if (e[k].now.day == a->day || e[k].now.day == b->day)
			add(f, "negative", b->day, FIELD_NONE, b->value, a->value);
	}
}


static int by_value(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}


static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);

	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}


/* Is the count of a day far above all that the days before would let expect? */
static bool is_jump(const double *counts, size_t at, double *expected)
{
	double v[JUMP_WINDOW], mid, mad, largest = 0;
	size_t n = 0;

	for (size_t back = 1; back <= JUMP_WINDOW && back <= at; back++)
		if (!isnan(counts[at - back]))
			v[n++] = counts[at - back];
	if (n < JUMP_HISTORY || isnan(counts[at]) || counts[at] < JUMP_LEAST)
		return false;
	mid = median(v, n);
	largest = v[n - 1];
	for (size_t i = 0; i < n; i++)
		v[i] = fabs(v[i] - mid);
	mad = fmax(median(v, n), sqrt(fmax(mid, 1)));
	*expected = mid;

	return counts[at] - mid > JUMP_MAD * mad && counts[at] > JUMP_OF_LARGEST * largest;
}


static void check_jump(struct found *f, const struct series *s, const struct entry *e,
		       size_t count)
{
	int64_t from = s->cells[0].day, to = s->cells[s->count - 1].day;
	double *counts, expected = 0;

	if (!indicator_runs_on(s->indicator) && !indicator_by_day(s->indicator))
		return;
	counts = series_counts(s, f->cx->arena, from, to, NULL);
	for (size_t k = 0; k < count; k++) {
		size_t at = (size_t)(e[k].now.day - from);

		if (is_jump(counts, at, &expected))
			add(f, "jump", e[k].now.day, FIELD_NONE, (int64_t)counts[at],
			    (int64_t)expected);
	}
}


/* Is the day one after which nothing changed for FROZEN_DAYS, where much changed before? */
static bool is_frozen(const struct series *s, size_t at)
{
	bool on = indicator_runs_on(s->indicator);
	size_t moving = 0;
	const struct series_cell *c = s->cells;

	if (at < FROZEN_DAYS + FROZEN_BEFORE)
		return false;
	for (size_t i = at - FROZEN_DAYS; i <= at; i++)
		if (c[i].value == FIELD_NONE || c[i].value != c[at].value ||
		    c[i].day != c[at].day - (int64_t)(at - i))
			return false;
	at -= FROZEN_DAYS;
	for (size_t i = at - FROZEN_BEFORE; i < at; i++)
		moving += c[i].value != FIELD_NONE && c[i].value != c[i + 1].value;
	if (moving < FROZEN_MOVING)
		return false;
	if (!on)
		return c[at].value >= FROZEN_MEAN;

	return c[at - FROZEN_BEFORE].value != FIELD_NONE &&
	       c[at].value - c[at - FROZEN_BEFORE].value >= FROZEN_LEAST;
}


static int check_frozen(struct found *f, const struct series *s, const struct entry *e,
			size_t count)
{
	size_t k = 0;

	if (!indicator_runs_on(s->indicator) && !indicator_by_day(s->indicator))
		return 0;
	for (size_t i = 0; i < s->count && k < count; i++) {
		bool before = false;
		int err;

		if (s->cells[i].day < e[k].now.day)
			continue;
		k++;
		if (!is_frozen(s, i))
			continue;
		err = known(&before, f, "frozen", s->cells[i].day - FROZEN_BEFORE);
		if (err || before)
			return err;
		add(f, "frozen", s->cells[i].day - FROZEN_DAYS, s->cells[i].day,
		    s->cells[i].value, FIELD_NONE);
	}

	return 0;
}


/* Figures of long ago were changed: one finding for the series. */
static void check_restated(struct found *f, const struct entry *e, size_t count)
{
	int64_t today = day_of(f->cx->at), first = 0, last = 0, changed = 0;

	for (size_t k = 0; k < count; k++) {
		if (!e[k].was.seq || e[k].was.value == FIELD_NONE ||
		    e[k].now.day > today - RESTATED_AGE)
			continue;
		first = changed ? first : e[k].now.day;
		last = e[k].now.day;
		changed++;
	}
	if (changed)
		add(f, "restated", first, last, changed, FIELD_NONE);
}


/* With month and day exchanged it would be the day that is expected next. */
static int check_day_order(struct found *f, const struct series *s, const struct entry *e,
			   size_t count)
{
	struct series_cell before;
	bool found = false;
	char day[TIME_DATE_SIZE], swapped[TIME_DATE_SIZE] = { 0 };
	int64_t other;
	int err;

	if (count != 1 || e->was.seq)
		return 0;
	err = series_last(&before, &found, f->cx->arena, f->cx->st, s->id, INT32_MAX,
			  INT64_MAX);
	if (err || !found)
		return err;
	time_days_date(day, e->now.day);
	(void)snprintf(swapped, sizeof(swapped), "%.4s-%.2s-%.2s", day, day + 8, day + 5);
	if (time_date_days(&other, swapped) || other == e->now.day)
		return 0;
	if (other == before.day + 1 && llabs(e->now.day - before.day) > 1)
		add(f, "day-order", e->now.day, FIELD_NONE, e->now.value, FIELD_NONE);

	return 0;
}


/* The areas of the party on that day, as they will stand: their sum, and how many lack. */
static int sum_areas(int64_t *sum, size_t *have, size_t *lack, struct found *f, int64_t day,
		     const struct entries *all)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, f->cx->st,
			      "SELECT s.id, (SELECT c.value FROM watch_cell c WHERE c.series ="
			      " s.id AND c.day = $3 ORDER BY c.seq DESC LIMIT 1)"
			      " FROM watch_series s WHERE s.party = $1 AND s.indicator = $2"
			      " AND s.area <> '' ORDER BY s.id",
			      "ssi", f->party, f->indicator, day);

	*sum = 0;
	*have = *lack = 0;
	while (!err && store_next(rows, &err)) {
		int64_t value = row_int(rows, 1);

		for (size_t k = 0; k < all->count; k++)
			if (all->at[k].series == store_int(rows, 0) &&
			    all->at[k].now.day == day)
				value = all->at[k].now.value;
		if (value == FIELD_NONE) {
			++*lack;
			continue;
		}
		*sum += value;
		++*have;
	}
	store_done(rows);

	return err;
}


/* The areas against the whole, on the last day of the whole in this report. */
static int check_areas(struct found *f, const struct entry *e, size_t count,
		       const struct entries *all)
{
	const struct series_cell *c = &e[count - 1].now;
	size_t have = 0, lack = 0;
	int64_t sum = 0;
	bool before = false;
	int err;

	if (e->area[0] || c->value == FIELD_NONE)
		return 0;
	err = sum_areas(&sum, &have, &lack, f, c->day, all);
	if (err || have < 2 || lack || sum == c->value)
		return err;
	err = known(&before, f, "areas-differ", c->day - FROZEN_BEFORE);
	if (!err && !before)
		add(f, "areas-differ", c->day, FIELD_NONE, sum, c->value);

	return err;
}


static int check_series(struct found *f, const struct entry *e, size_t count,
			const struct entries *all)
{
	struct series s;
	int err = merged(&s, f, e, count);

	if (err)
		return err;
	f->area = s.area;
	f->indicator = s.indicator;
	check_negative(f, &s, e, count);
	check_jump(f, &s, e, count);
	check_restated(f, e, count);
	err = check_frozen(f, &s, e, count);
	if (!err)
		err = check_day_order(f, &s, e, count);
	if (!err)
		err = check_areas(f, e, count, all);

	return err;
}


int quality_check(struct act_cx *cx, const char *party, const struct entries *entries,
		  int64_t report)
{
	struct found f = { .cx = cx, .party = party, .report = report };
	size_t from = 0;
	int err = 0;

	while (from < entries->count && !err) {
		const struct entry *e = &entries->at[from];
		size_t n = 0;

		while (from + n < entries->count && e[n].series == e->series)
			n++;
		err = check_series(&f, e, n, entries);
		from += n;
	}

	return err;
}


int finding_record_judge(struct act_cx *cx, const void *body)
{
	const struct finding_record *b = body;
	struct found f = { .cx = cx, .area = "", .report = FIELD_NONE };
	const struct snapshot_party *p = NULL;
	int64_t day = 0;
	int err = need_party(&p, cx, cx->subject_id);

	if (!err)
		err = time_date_days(&day, b->day);
	if (err)
		return err;
	f.party = p->id;
	add(&f, b->kind, day, FIELD_NONE, b->reported, b->expected);

	return 0;
}


int finding_settle_judge(struct act_cx *cx, const void *body)
{
	const struct finding_settle *b = body;
	const char *party = NULL, *state = NULL;
	struct store_rows *rows = NULL;
	int64_t id = 0;
	int err = need_number(&id, cx);

	if (err)
		return err;
	err = store_query(&rows, cx->st, "SELECT party, state FROM watch_finding WHERE id = $1",
			  "i", id);
	if (!err && store_next(rows, &err)) {
		party = row_text(cx->arena, rows, 0);
		state = row_text(cx->arena, rows, 1);
	}
	store_done(rows);
	if (err)
		return err;
	if (!party)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.finding", NULL);
	if (!text_eq(cx->seat.party, party)) {
		err = need_duty(cx);
		if (err)
			return err;
	}
	if (!text_eq(state, "open"))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.finding", "state",
			      state, NULL);
	effect_set(&cx->fx, "watch_finding", "id", "state text settled_at", "issi", id,
		   b->answer, b->text, cx->at);

	return 0;
}


static void finding_row(struct view_cx *cx, const struct store_rows *rows)
{
	struct findings_row row = {
		.id = store_int(rows, 0),
		.party = row_text(cx->arena, rows, 1),
		.area = row_text(cx->arena, rows, 2),
		.indicator = row_text(cx->arena, rows, 3),
		.kind = row_text(cx->arena, rows, 4),
		.day = day_text(cx->arena, store_int(rows, 5)),
		.last = store_null(rows, 6) ? NULL : day_text(cx->arena, store_int(rows, 6)),
		.value = row_int(rows, 7),
		.expected = row_int(rows, 8),
		.at = store_int(rows, 9),
		.report = row_int(rows, 10),
		.state = row_text(cx->arena, rows, 11),
		.text = row_text(cx->arena, rows, 12),
	};

	row.area = *row.area ? row.area : NULL;
	view_row(cx, &row);
}


int findings_run(struct view_cx *cx, const void *params)
{
	const struct findings_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT id, party, area, indicator, kind, day, last, value, expected,"
			  " at, report, state, text FROM watch_finding"
			  " WHERE ($1 = '' OR party = $1) AND ($2 = '' OR kind = $2)"
			  " AND ($3 = 0 OR state = 'open') ORDER BY id DESC LIMIT $4",
			  "ssii", q->party ? q->party : "", q->kind ? q->kind : "",
			  (int64_t)q->open, q->limit == FIELD_NONE ? INT64_C(500) : q->limit);
	while (!err && store_next(rows, &err))
		finding_row(cx, rows);
	store_done(rows);

	return err;
}
