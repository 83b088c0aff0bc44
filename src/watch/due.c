/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * due.c: who has reported by the agreed hour, who is late, of whom there are no data.
 *
 * A report is due every `cadence` from `due` (charter, monitoring), and is about the day
 * before, or about the same day where reports are due more often than once a day.  A party that
 * has never reported is missing, but nothing of it is overdue.
 */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"
#include "watch/levels.h"
#include "watch/situation.h"

enum {
	REGULAR_DAYS = 14,  /* what was reported in so many days is expected again, */
	REGULAR_OFTEN = 10, /* on so many of them: it is missed when it does not come */
};


void due_slot(struct due *out, const struct charter *c, int64_t at)
{
	const struct charter_monitoring *m = &c->monitoring;
	int64_t step = duration_ms(&m->cadence), first;

	if (step < TIME_HOUR)
		step = TIME_DAY;
	first = m->due_minute * TIME_MINUTE;
	out->at = at - (((at - first) % step) + step) % step;
	out->since = out->at - step;
	out->day = step >= TIME_DAY ? day_of(out->at) - step / TIME_DAY : day_of(out->at);
	out->late = out->at + duration_ms(&m->late_after);
	out->missing_after = duration_ms(&m->missing_after);
}


/* The first report about the day that was due, and whether a later one changed that day. */
static int read_received(struct due_answer *out, struct store *st, const struct due *due,
			 const char *party, int64_t at)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT stands_at, first FROM watch_report WHERE party = $1 AND"
			      " stands_at > $2 AND stands_at <= $3 AND last >= $4"
			      " ORDER BY stands_at LIMIT 100",
			      "siii", party, due->since, at, due->day);

	out->received = FIELD_NONE;
	while (!err && store_next(rows, &err)) {
		if (out->received == FIELD_NONE)
			out->received = store_int(rows, 0);
		else
			out->revised = out->revised || store_int(rows, 1) <= due->day;
	}
	store_done(rows);

	return err;
}


static int read_last(struct due_answer *out, struct store *st, const char *party, int64_t at)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT max(stands_at), max(last) FROM watch_report"
			      " WHERE party = $1 AND stands_at <= $2",
			      "si", party, at);

	out->last_at = out->last_day = FIELD_NONE;
	if (!err && store_next(rows, &err) && !store_null(rows, 0)) {
		out->last_at = store_int(rows, 0);
		out->last_day = row_int(rows, 1);
	}
	store_done(rows);

	return err;
}


int due_of(struct due_answer *out, struct store *st, const struct due *due, const char *party,
	   int64_t at)
{
	int err = read_received(out, st, due, party, at);

	if (!err)
		err = read_last(out, st, party, at);
	if (err)
		return err;
	out->is_late = out->received != FIELD_NONE ? out->received > due->late : at > due->late;
	if (out->received != FIELD_NONE)
		out->state = out->revised ? "revised" : out->is_late ? "late" : "received";
	else if (out->last_at == FIELD_NONE || at - out->last_at > due->missing_after)
		out->state = "missing";
	else
		out->state = out->is_late ? "late" : "expected";

	return 0;
}


/*
 * Of the indicators that the party as a whole has reported on at least `often` of the days
 * before, how many it reported about that day; that there is none is a report too.
 */
static int completeness(int64_t *reported, int64_t *expected, struct store *st,
			const char *party, int64_t day, int64_t often)
{
	struct store_rows *rows = NULL;
	int err =
		store_query(&rows, st,
			    "SELECT (SELECT count(*) FROM watch_cell c WHERE c.series = s.id"
			    " AND c.day = $2), (SELECT count(DISTINCT c.day) FROM watch_cell c"
			    " WHERE c.series = s.id AND c.day BETWEEN $3 AND $4)"
			    " FROM watch_series s WHERE s.party = $1 AND s.area = ''",
			    "siii", party, day, day - REGULAR_DAYS, day - 1);

	*reported = *expected = 0;
	while (!err && store_next(rows, &err)) {
		bool there = store_int(rows, 0) > 0, regular = store_int(rows, 1) >= often;

		*reported += there && (regular || often == 1);
		*expected += regular || (there && often == 1);
	}
	store_done(rows);

	return err;
}


static int reporting_line(struct view_cx *cx, const struct due *due, const char *region,
			  const char *party, int64_t at)
{
	struct reporting_row row = { .region = region, .party = party, .due = due->at };
	struct due_answer a = { 0 };
	int err = due_of(&a, cx->st, due, party, at);

	if (!err)
		err = completeness(&row.reported, &row.of, cx->st, party, due->day, 1);
	if (err)
		return err;
	row.state = a.state;
	row.received = a.received;
	row.late = a.is_late;
	row.since = a.last_at;
	row.last_day = a.last_day == FIELD_NONE ? NULL : day_text(cx->arena, a.last_day);
	view_row(cx, &row);

	return 0;
}


int reporting_run(struct view_cx *cx, const void *params)
{
	const struct reporting_params *q = params;
	int64_t at = q->at == FIELD_NONE ? cx->at : q->at;
	struct charter_ids who = { 0 };
	struct due due;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = watch_reporters(&who, cx->arena, cx->world, cx->charter, cx->today);
	due_slot(&due, cx->charter, at);
	charter_each (region, cx->charter->monitoring.regions)
		for (size_t i = 0; i < who.count && !err; i++)
			if (charter_listed(region->parties, who.at[i]))
				err = reporting_line(cx, &due, region->id, who.at[i], at);

	return err;
}


static void propose_finding(struct trigger_cx *cx, const struct due *due, const char *party,
			    const char *kind, json_t *body)
{
	(void)json_object_set_new(body, "kind", json_string(kind));
	(void)json_object_set_new(body, "day",
				  json_string(day_text(cx->arena, day_of(due->at))));
	trigger_propose(cx, "finding.record", arena_printf(cx->arena, "party/%s", party), body,
			arena_printf(cx->arena, "%s/%s/%lld", kind, party, (long long)due->at));
}


/* Overdue, or incomplete by what the party reports regularly. */
static int look_at(struct trigger_cx *cx, const struct due *due, const char *party)
{
	struct due_answer a = { 0 };
	int64_t reported = 0, expected = 0;
	int err = due_of(&a, cx->st, due, party, cx->at);

	if (err || a.last_at == FIELD_NONE)
		return err;
	if (a.received == FIELD_NONE) {
		propose_finding(cx, due, party, "overdue", json_object());
		return 0;
	}
	err = completeness(&reported, &expected, cx->st, party, due->day, REGULAR_OFTEN);
	if (!err && reported < expected)
		propose_finding(cx, due, party, "incomplete",
				json_pack("{s:I, s:I}", "reported", (json_int_t)reported,
					  "expected", (json_int_t)expected));

	return err;
}


/* Once for a party and day, when the time for being late has passed. */
int overdue_trigger(struct trigger_cx *cx)
{
	struct charter_ids who = { 0 };
	struct due due;
	int err;

	due_slot(&due, cx->charter, cx->at);
	trigger_wake(cx, due.late + 1);
	trigger_wake(cx, due.late - due.since + due.at + 1);
	if (cx->at <= due.late)
		return 0;
	err = watch_reporters(&who, cx->arena, cx->world, cx->charter, cx->today);
	for (size_t i = 0; i < who.count && !err; i++)
		err = look_at(cx, &due, who.at[i]);

	return err;
}
