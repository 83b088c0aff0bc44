/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "act/judging.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/rules.h"
#include "store/store.h"
#include "watch/series.h"


const struct charter_indicator_set *indicator_set(const struct charter *c,
						  const char *indicator)
{
	charter_each (set, c->monitoring.indicator_sets)
		if (charter_listed(set->indicators, indicator))
			return set;

	return NULL;
}


static bool ends_in(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len > n && strcmp(s + len - n, end) == 0;
}


bool indicator_runs_on(const char *indicator)
{
	return ends_in(indicator, "-total");
}


bool indicator_by_day(const char *indicator)
{
	return ends_in(indicator, "-new");
}


const char *indicator_running(struct arena *a, const char *indicator)
{
	if (!indicator_by_day(indicator))
		return NULL;

	return arena_printf(a, "%.*s-total", (int)(strlen(indicator) - strlen("-new")),
			    indicator);
}


const char *counted_name(struct arena *a, const char *indicator)
{
	if (indicator_by_day(indicator))
		return arena_str(a, indicator);
	if (!indicator_runs_on(indicator))
		return NULL;

	return arena_printf(a, "%.*s-new", (int)(strlen(indicator) - strlen("-total")),
			    indicator);
}


int series_as_of(int64_t *out, struct store *st, int64_t at)
{
	int err;

	*out = INT64_MAX;
	if (at == FIELD_NONE)
		return 0;
	err = store_get_int(out, st,
			    "SELECT stands_seq FROM watch_report WHERE stands_at <= $1"
			    " ORDER BY stands_at DESC, stands_seq DESC LIMIT 1",
			    "i", at);
	if (err == E_ABSENT) {
		*out = 0;
		err = 0;
	}

	return err;
}


int series_find(int64_t *out, struct store *st, const char *party, const char *area,
		const char *indicator)
{
	int err = store_get_int(out, st,
				"SELECT id FROM watch_series WHERE party = $1 AND area = $2"
				" AND indicator = $3",
				"sss", party, area, indicator);

	if (err != E_ABSENT)
		return err;
	*out = 0;

	return 0;
}


/* The three words there are, without a copy for each row. */
static const char *state_word(const char *s)
{
	if (!s)
		return NULL;

	return s[4] == 'r' ? "not-reported" : "not-available";
}


static void read_cell(struct series_cell *out, const struct store_rows *rows)
{
	out->day = store_int(rows, 0);
	out->value = row_int(rows, 1);
	out->whole = row_int(rows, 2);
	out->state = state_word(store_text(rows, 3));
	out->seq = store_int(rows, 4);
}


int series_read(struct series *s, struct arena *a, struct store *st, int64_t from, int64_t to,
		int64_t as_of)
{
	struct store_rows *rows = NULL;
	size_t room = 0;
	int err;

	s->count = 0;
	s->cells = NULL;
	if (!s->id || to < from)
		return 0;
	err = store_query(&rows, st,
			  "SELECT day, value, whole, state, seq FROM watch_cell"
			  " WHERE series = $1 AND day BETWEEN $2 AND $3 AND seq <= $4"
			  " ORDER BY day, seq",
			  "iiii", s->id, from, to, as_of);
	while (!err && store_next(rows, &err)) {
		struct series_cell cell;

		read_cell(&cell, rows);
		if (s->count && s->cells[s->count - 1].day == cell.day) {
			s->cells[s->count - 1] = cell;
			continue;
		}
		if (s->count == room) {
			struct series_cell *wider;

			room = room ? room * 2 : 64;
			wider = arena_take(a, room * sizeof(*wider));
			if (s->count)
				memcpy(wider, s->cells, s->count * sizeof(*wider));
			s->cells = wider;
		}
		s->cells[s->count++] = cell;
	}
	store_done(rows);

	return err;
}


int series_last(struct series_cell *out, bool *found, struct arena *a, struct store *st,
		int64_t id, int64_t to, int64_t as_of)
{
	struct store_rows *rows = NULL;
	int err;

	(void)a;
	*found = false;
	if (!id)
		return 0;
	err = store_query(&rows, st,
			  "SELECT day, value, whole, state, seq FROM watch_cell"
			  " WHERE series = $1 AND day <= $2 AND seq <= $3"
			  " ORDER BY day DESC, seq DESC LIMIT 1",
			  "iii", id, to, as_of);
	if (!err && store_next(rows, &err)) {
		read_cell(out, rows);
		*found = true;
	}
	store_done(rows);

	return err;
}


static void put_count(double *counts, int64_t from, int64_t to, const struct series *s,
		      size_t i, size_t *negative)
{
	const struct series_cell *c = &s->cells[i], *before = i ? &s->cells[i - 1] : NULL;

	if (c->day < from || c->day > to || c->value == FIELD_NONE)
		return;
	if (!indicator_runs_on(s->indicator)) {
		counts[c->day - from] = (double)c->value;
		return;
	}
	if (!before || before->day != c->day - 1 || before->value == FIELD_NONE)
		return;
	if (c->value >= before->value)
		counts[c->day - from] = (double)(c->value - before->value);
	else if (negative)
		++*negative;
}


double *series_counts(const struct series *s, struct arena *a, int64_t from, int64_t to,
		      size_t *negative)
{
	size_t days = (size_t)(to - from + 1);
	double *counts = arena_take(a, days * sizeof(*counts));

	if (negative)
		*negative = 0;
	for (size_t i = 0; i < days; i++)
		counts[i] = NAN;
	for (size_t i = 0; i < s->count; i++)
		put_count(counts, from, to, s, i, negative);

	return counts;
}


int counts_read(double **out, struct arena *a, struct store *st, const struct counted *what,
		int64_t from, int64_t to, int64_t as_of)
{
	struct series s = { .party = what->party,
			    .area = what->area,
			    .indicator = what->indicator };
	const char *running = indicator_running(a, what->indicator);
	int err = series_find(&s.id, st, s.party, s.area, s.indicator);

	*out = NULL;
	if (!err && !s.id && running) {
		s.indicator = running;
		err = series_find(&s.id, st, s.party, s.area, running);
	}
	if (err || !s.id)
		return err;
	err = series_read(&s, a, st, from - 1, to, as_of);
	if (!err)
		*out = series_counts(&s, a, from, to, NULL);

	return err;
}


static bool reads(const struct seat *seat, const struct charter *c,
		  const struct charter_who *who)
{
	const struct charter_office *office = charter_office(c, seat->office);

	if (who->status)
		return seat->party && seat->status && !seat->asleep &&
		       text_eq(seat->status, who->status->id);
	if (who->office)
		return !seat->party && text_eq(seat->office, who->office->id);

	return who->body && !seat->party &&
	       (text_eq(seat->body, who->body->id) ||
		(office && office->holder.body == who->body));
}


bool watch_on_duty(const struct seat *seat, const struct charter *c)
{
	return seat_sees(seat, c, "secretariat,duty", NULL);
}


bool watch_reads(const struct seat *seat, const struct charter *c)
{
	if (watch_on_duty(seat, c) || seat->machine)
		return true;
	if (!seat->person)
		return false;
	charter_each (who, c->monitoring.readers)
		if (reads(seat, c, who))
			return true;

	return false;
}


static const char *duty_office(const struct charter *c)
{
	charter_each (o, c->offices)
		if (o->holder.kind == HOLDER_SHIFT)
			return o->id;

	return "duty-officer";
}


int need_duty(struct act_cx *cx)
{
	if (watch_on_duty(&cx->seat, cx->charter))
		return 0;

	return refuse(cx, REFUSE_NOT_AUTHORISED, "monitoring", "not-authorised.office",
		      "office", duty_office(cx->charter), NULL);
}


int watch_reporters(struct charter_ids *out, struct arena *a, struct world *w,
		    const struct charter *c, const char *today)
{
	const struct snapshot *s = NULL;
	int err = world_statuses(&s, w);

	if (!err)
		charter_with_right(out, a, c, s, RIGHT_MONITOR_REPORT, today);

	return err;
}


const char *day_text(struct arena *a, int64_t day)
{
	char *out = arena_take(a, TIME_DATE_SIZE);

	time_days_date(out, day);

	return out;
}


int64_t day_of(int64_t at)
{
	return at >= 0 ? at / TIME_DAY : -((TIME_DAY - 1 - at) / TIME_DAY);
}
