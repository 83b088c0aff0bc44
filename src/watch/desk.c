/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * desk.c: shifts and their log.
 *
 *	open -> handed-over -> closed (when the next shift opens)
 *	     -> closed
 *
 * One shift is open at a time; the log is written in it.  An entry is never changed: another
 * corrects it, and both are shown.
 */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"
#include "watch/situation.h"


/* The last shift; id 0 when there was none. */
struct shift {
	int64_t id;
	const char *state;
};


static int last_shift(struct shift *s, struct act_cx *cx)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT id, state FROM watch_shift ORDER BY id DESC LIMIT 1", "");

	*s = (struct shift){ 0, "closed" };
	if (!err && store_next(rows, &err))
		*s = (struct shift){ store_int(rows, 0), row_text(cx->arena, rows, 1) };
	store_done(rows);

	return err;
}


static void write_log(struct act_cx *cx, int64_t shift, const char *kind, const char *text)
{
	effect_add(&cx->fx, "watch_log", "id shift at office kind text", "iiisss", cx->seq,
		   shift, cx->at, cx->seat.office, kind, text);
}


int shift_open_judge(struct act_cx *cx, const void *body)
{
	const struct shift_open *b = body;
	struct shift last;
	bool takes;
	int err = need_duty(cx);

	if (!err)
		err = last_shift(&last, cx);
	if (err)
		return err;
	if (text_eq(last.state, "open"))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.shift-open", NULL);
	takes = text_eq(last.state, "handed-over");
	if (takes)
		effect_set(&cx->fx, "watch_shift", "id", "state closed_at", "isi", last.id,
			   "closed", cx->at);
	effect_add(&cx->fx, "watch_shift", "id opened_at person office state before", "iissso",
		   cx->seq, cx->at, cx->seat.person, cx->seat.office, "open",
		   takes ? last.id : FIELD_NONE);
	write_log(cx, cx->seq, "shift", b->note ? b->note : "-");

	return 0;
}


/* The open shift that the subject names. */
static int need_open(int64_t *id, struct act_cx *cx)
{
	struct shift last;
	int err = need_duty(cx);

	if (!err)
		err = need_number(id, cx);
	if (!err)
		err = last_shift(&last, cx);
	if (err)
		return err;
	if (last.id != *id || !text_eq(last.state, "open"))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.shift", NULL);

	return 0;
}


int shift_hand_over_judge(struct act_cx *cx, const void *body)
{
	const struct shift_hand_over *b = body;
	int64_t id = 0;
	int err = need_open(&id, cx);

	if (err)
		return err;
	effect_set(&cx->fx, "watch_shift", "id", "state summary points handed_at", "isssi", id,
		   "handed-over", b->summary, list_json(cx->arena, &b->points), cx->at);
	write_log(cx, id, "hand-over", b->summary);

	return 0;
}


int shift_close_judge(struct act_cx *cx, const void *body)
{
	const struct shift_close *b = body;
	int64_t id = 0;
	int err = need_open(&id, cx);

	if (err)
		return err;
	effect_set(&cx->fx, "watch_shift", "id", "state summary closed_at", "issi", id,
		   "closed", b->summary, cx->at);
	write_log(cx, id, "closed", b->summary);

	return 0;
}


int log_write_judge(struct act_cx *cx, const void *body)
{
	const struct log_write *b = body;
	const struct snapshot_party *p = NULL;
	struct shift last;
	int64_t there = 1;
	int err = need_duty(cx);

	if (!err)
		err = last_shift(&last, cx);
	if (!err && b->party)
		err = need_party(&p, cx, b->party);
	if (!err && b->corrects != FIELD_NONE)
		err = store_get_int(&there, cx->st,
				    "SELECT count(*) FROM watch_log WHERE id = $1", "i",
				    b->corrects);
	if (err)
		return err;
	if (!text_eq(last.state, "open"))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.no-shift", NULL);
	if (!there)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.entry", NULL);
	effect_add(&cx->fx, "watch_log", "id shift at office kind text party corrects",
		   "iiisssso", cx->seq, last.id, cx->at, cx->seat.office, b->kind, b->text,
		   b->party, b->corrects);

	return 0;
}


int shifts_run(struct view_cx *cx, const void *params)
{
	const struct shifts_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT id, state, office, opened_at, handed_at, closed_at, before,"
			  " summary, points FROM watch_shift ORDER BY id DESC LIMIT $1",
			  "i", q->limit == FIELD_NONE ? INT64_C(100) : q->limit);
	while (!err && store_next(rows, &err)) {
		struct shifts_row row = {
			.id = store_int(rows, 0),
			.state = row_text(cx->arena, rows, 1),
			.office = row_text(cx->arena, rows, 2),
			.opened = store_int(rows, 3),
			.handed = row_int(rows, 4),
			.closed = row_int(rows, 5),
			.before = row_int(rows, 6),
			.summary = row_text(cx->arena, rows, 7),
		};

		if (!store_null(rows, 8))
			row.points = list_parse(cx->arena, store_text(rows, 8));
		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


int log_run(struct view_cx *cx, const void *params)
{
	const struct log_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT l.id, l.shift, l.at, l.office, l.kind, l.text, l.party,"
			  " l.corrects, (SELECT max(c.id) FROM watch_log c WHERE c.corrects ="
			  " l.id) FROM watch_log l WHERE ($1 = 0 OR l.shift = $1)"
			  " ORDER BY l.id DESC LIMIT $2",
			  "ii", q->shift == FIELD_NONE ? INT64_C(0) : q->shift,
			  q->limit == FIELD_NONE ? INT64_C(200) : q->limit);
	while (!err && store_next(rows, &err)) {
		struct log_row row = {
			.id = store_int(rows, 0),
			.shift = store_int(rows, 1),
			.at = store_int(rows, 2),
			.office = row_text(cx->arena, rows, 3),
			.kind = row_text(cx->arena, rows, 4),
			.text = row_text(cx->arena, rows, 5),
			.party = row_text(cx->arena, rows, 6),
			.corrects = row_int(rows, 7),
			.corrected = row_int(rows, 8),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


/* One line of what waits: a count and the oldest. */
static int waits(struct view_cx *cx, const char *what, const char *sql)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st, sql, "");

	if (!err && store_next(rows, &err)) {
		struct desk_row row = { .what = what,
					.count = store_int(rows, 0),
					.since = row_int(rows, 1) };

		if (row.count)
			view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


static int reporting_waits(struct view_cx *cx)
{
	struct charter_ids who = { 0 };
	struct desk_row late = { .what = "late" }, missing = { .what = "missing" };
	struct due due;
	int err = watch_reporters(&who, cx->arena, cx->world, cx->charter, cx->today);

	due_slot(&due, cx->charter, cx->at);
	late.since = missing.since = due.at;
	for (size_t i = 0; i < who.count && !err; i++) {
		struct due_answer a = { 0 };

		err = due_of(&a, cx->st, &due, who.at[i], cx->at);
		late.count += text_eq(a.state, "late") && a.received == FIELD_NONE;
		missing.count += text_eq(a.state, "missing");
	}
	if (!err && late.count)
		view_row(cx, &late);
	if (!err && missing.count)
		view_row(cx, &missing);

	return err;
}


int desk_run(struct view_cx *cx, const void *params)
{
	static const struct {
		const char *what, *sql;
	} lines[] = {
		{ "proposed",
		  "SELECT count(*), min(at) FROM watch_report WHERE state = 'proposed'" },
		{ "finding",
		  "SELECT count(*), min(at) FROM watch_finding WHERE state = 'open'" },
		{ "verify",
		  "SELECT count(*), min(opened_at) FROM watch_alert WHERE state = 'open'" },
		{ "alert", "SELECT count(*), min(opened_at) FROM watch_alert WHERE state IN"
			   " ('confirmed', 'assessed', 'characterised')" },
		{ "level",
		  "SELECT count(*), min(at) FROM watch_proposal WHERE state = 'open'" },
		{ "draft",
		  "SELECT count(*), min(at) FROM watch_level WHERE draft_due IS NOT NULL AND"
		  " draft_at IS NULL AND id = (SELECT max(id) FROM watch_level)" },
		{ "action",
		  "SELECT count(*), min(at) FROM watch_action WHERE done_at IS NULL" },
		{ "round",
		  "SELECT count(*), min(opened_at) FROM watch_round WHERE closed_at IS NULL" },
		{ "contact",
		  "SELECT count(*), min(at) FROM watch_contact c WHERE ended_at IS NULL AND"
		  " COALESCE((SELECT reached FROM watch_call k WHERE k.contact = c.id"
		  " ORDER BY k.id DESC LIMIT 1), 0) = 0" },
	};
	int err;

	(void)params;
	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = reporting_waits(cx);
	for (size_t i = 0; i < ARRAY_LEN(lines) && !err; i++)
		err = waits(cx, lines[i].what, lines[i].sql);

	return err ? err : risks_waiting(cx);
}
