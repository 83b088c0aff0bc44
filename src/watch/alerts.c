/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * alerts.c: what is done about an alert, step by step, with the evidence of that moment.
 *
 *	open -> confirmed -> assessed -> characterised -> monitored -> closed
 *	     -> closed (explained or discarded by the member concerned)
 *
 * Only the member answers for its figures; the centre assesses, and may begin without an
 * answer that is overdue.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"

enum {
	EVIDENCE_DAYS = 28,
};

struct alert {
	int64_t id;
	const char *party, *area, *indicator, *state, *grade;
	int64_t last_day;
	bool lapsed;
	int64_t verify_due;
};


static int need_alert(struct alert *out, struct act_cx *cx)
{
	struct store_rows *rows = NULL;
	int err;

	memset(out, 0, sizeof(*out));
	err = need_number(&out->id, cx);
	if (err)
		return err;
	err = store_query(&rows, cx->st,
			  "SELECT party, area, indicator, state, grade, last_day, lapsed,"
			  " verify_due FROM watch_alert WHERE id = $1",
			  "i", out->id);
	if (!err && store_next(rows, &err)) {
		out->party = row_text(cx->arena, rows, 0);
		out->area = row_text(cx->arena, rows, 1);
		out->indicator = row_text(cx->arena, rows, 2);
		out->state = row_text(cx->arena, rows, 3);
		out->grade = row_text(cx->arena, rows, 4);
		out->last_day = store_int(rows, 5);
		out->lapsed = store_int(rows, 6) != 0;
		out->verify_due = store_int(rows, 7);
	}
	store_done(rows);
	if (!err && !out->party)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.alert", NULL);

	return err;
}


/* Refuse unless the state is one of these, separated by spaces. */
static int need_state(struct act_cx *cx, const struct alert *a, const char *states)
{
	if (text_among(states, a->state))
		return 0;

	return refuse(cx, REFUSE_WRONG_STATE, "monitoring", "wrong-state.alert", "state",
		      a->state, NULL);
}


/* The signals of the alert, for the evidence. */
static int signals_json(struct jw *w, struct act_cx *cx, int64_t alert)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT rule, day, value, bound, score FROM watch_signal"
			      " WHERE alert = $1 ORDER BY day, rule LIMIT 400",
			      "i", alert);

	jw_key(w, "signals");
	jw_array(w);
	while (!err && store_next(rows, &err)) {
		jw_object(w);
		jw_kstr(w, "rule", store_text(rows, 0));
		jw_kstr(w, "day", day_text(cx->arena, store_int(rows, 1)));
		jw_kint(w, "value", store_int(rows, 2));
		jw_key(w, "bound");
		jw_real(w, store_null(rows, 3) ? (double)NAN : store_real(rows, 3));
		jw_key(w, "score");
		jw_real(w, store_null(rows, 4) ? (double)NAN : store_real(rows, 4));
		jw_object_end(w);
	}
	jw_array_end(w);
	store_done(rows);

	return err;
}


/* The figures around the alert as they stand now, which later changes will not touch. */
static int evidence(const char **out, struct act_cx *cx, const struct alert *a)
{
	double *y = NULL;
	int64_t from = a->last_day - EVIDENCE_DAYS + 1;
	struct buf b;
	struct jw w;
	const struct counted what = { a->party, a->area, a->indicator };
	int err = counts_read(&y, cx->arena, cx->st, &what, from, a->last_day, INT64_MAX);

	if (err)
		return err;
	buf_init(&b, 0);
	jw_init(&w, &b);
	jw_object(&w);
	jw_kint(&w, "as_of", cx->seq - 1);
	jw_kstr(&w, "from", day_text(cx->arena, from));
	jw_key(&w, "values");
	jw_array(&w);
	for (size_t i = 0; y && i < EVIDENCE_DAYS; i++) {
		if (isnan(y[i]))
			jw_null(&w);
		else
			jw_int(&w, (int64_t)y[i]);
	}
	jw_array_end(&w);
	err = signals_json(&w, cx, a->id);
	jw_object_end(&w);
	*out = arena_strn(cx->arena, b.data, b.len);
	buf_clear(&b);

	return err;
}


const char *alert_state_after(const char *state, const char *step)
{
	static const char *const after[][2] = {
		{ "confirm", "confirmed" }, { "explain", "closed" },
		{ "discard", "closed" },    { "assessed", "assessed" },
		{ "monitor", "monitored" }, { "characterised", "characterised" },
		{ "consult", "monitored" }, { "assist", "monitored" },
		{ "close", "closed" },
	};

	/* To be characterised again does not undo an outcome. */
	if (text_eq(state, "monitored") && text_eq(step, "characterised"))
		return state;
	for (size_t i = 0; i < ARRAY_LEN(after); i++)
		if (text_eq(step, after[i][0]))
			return after[i][1];

	return state;
}


/* The step, and the state that the alert has after it. */
static int put_step(struct act_cx *cx, const struct alert *a, const char *step,
		    const char *text, bool with_evidence)
{
	const char *state = alert_state_after(a->state, step), *found = NULL;
	int err = with_evidence ? evidence(&found, cx, a) : 0;

	if (err)
		return err;
	effect_add(&cx->fx, "watch_step", "alert seq step at party office text evidence",
		   "iisissss", a->id, cx->seq, step, cx->at, cx->seat.party, cx->seat.office,
		   text, found);
	if (text_eq(state, a->state))
		return 0;
	effect_set(&cx->fx, "watch_alert", "id", "state", "is", a->id, state);
	if (text_eq(state, "closed"))
		effect_set(&cx->fx, "watch_alert", "id", "closed_at", "ii", a->id, cx->at);

	return 0;
}


int alert_verify_judge(struct act_cx *cx, const void *body)
{
	const struct alert_verify *b = body;
	struct alert a;
	int err = need_alert(&a, cx);

	if (err)
		return err;
	if (!text_eq(cx->seat.party, a.party))
		return refuse(cx, REFUSE_NOT_ENTITLED, NULL, "not-entitled.other-party", NULL);
	err = need_state(cx, &a, "open");
	if (!err)
		err = put_step(cx, &a, b->answer, b->text, true);
	if (!err)
		effect_set(&cx->fx, "watch_alert", "id", "answer answered_at", "isi", a.id,
			   b->answer, cx->at);

	return err;
}


int alert_lapse_judge(struct act_cx *cx, const void *body)
{
	struct alert a;
	int err = need_alert(&a, cx);

	(void)body;
	if (!err)
		err = need_state(cx, &a, "open");
	if (err)
		return err;
	if (a.lapsed || cx->at <= a.verify_due)
		return refuse(cx, REFUSE_WRONG_STATE, "monitoring", "wrong-state.alert",
			      "state", a.state, NULL);
	err = put_step(cx, &a, "lapsed", NULL, false);
	if (!err)
		effect_set(&cx->fx, "watch_alert", "id", "lapsed", "ii", a.id, INT64_C(1));

	return err;
}


int alert_annotate_judge(struct act_cx *cx, const void *body)
{
	const struct alert_annotate *b = body;
	struct alert a;
	int err = need_alert(&a, cx);

	if (!err && !watch_reads(&cx->seat, cx->charter))
		err = need_duty(cx);
	if (!err)
		err = put_step(cx, &a, "remark", b->text, false);

	return err;
}


/* One that the member confirmed, or did not answer in time. */
static int need_assessable(struct act_cx *cx, const struct alert *a)
{
	if (text_eq(a->state, "open") && a->lapsed)
		return 0;

	return need_state(cx, a, "confirmed assessed");
}


int alert_assess_judge(struct act_cx *cx, const void *body)
{
	const struct alert_assess *b = body;
	struct alert a;
	int err = need_duty(cx);

	if (!err)
		err = need_alert(&a, cx);
	if (!err)
		err = need_assessable(cx, &a);
	if (!err)
		err = put_step(cx, &a, "assessed",
			       arena_printf(cx->arena, "%s\n%s\n%s", b->hazard, b->exposure,
					    b->context),
			       true);

	return err;
}


int alert_characterise_judge(struct act_cx *cx, const void *body)
{
	const struct alert_characterise *b = body;
	struct alert a;
	int err = need_duty(cx);

	if (!err)
		err = need_alert(&a, cx);
	if (!err)
		err = need_state(cx, &a, "assessed characterised monitored");
	if (!err)
		err = put_step(cx, &a, "characterised", b->text, true);
	if (!err)
		effect_set(&cx->fx, "watch_alert", "id", "likelihood consequence", "iii", a.id,
			   b->likelihood, b->consequence);

	return err;
}


static int check_participants(struct act_cx *cx, const struct alert_conclude *b)
{
	const struct snapshot_party *p = NULL;
	bool consult = text_eq(b->outcome, "consult");
	int err = 0;

	for (size_t i = 0; i < b->participants.n && !err; i++)
		err = need_party(&p, cx, LIST_TEXT(b->participants, i));
	if (err || consult == (b->participants.n > 0))
		return err;
	fault_at(&cx->fault, "/body/participants", 0, 0);

	return fault_set(&cx->fault, E_RANGE,
			 consult ? "A consultation needs participants."
				 : "Only a consultation has participants.");
}


int alert_conclude_judge(struct act_cx *cx, const void *body)
{
	const struct alert_conclude *b = body;
	bool close = text_eq(b->outcome, "close");
	struct alert a;
	int err = need_duty(cx);

	if (!err)
		err = need_alert(&a, cx);
	if (!err)
		err = need_state(cx, &a,
				 close ? "confirmed assessed characterised monitored"
				       : "characterised monitored");
	if (!err)
		err = check_participants(cx, b);
	if (!err)
		err = put_step(cx, &a, b->outcome, b->text, true);
	if (!err)
		effect_set(&cx->fx, "watch_alert", "id", "outcome participants", "iss", a.id,
			   b->outcome, list_json(cx->arena, &b->participants));

	return err;
}


/* Alerts that nobody verified in time, each once. */
int lapse_trigger(struct trigger_cx *cx)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT id, verify_due FROM watch_alert WHERE state = 'open'"
			      " AND lapsed = 0 ORDER BY id LIMIT 1000",
			      "");

	while (!err && store_next(rows, &err)) {
		int64_t id = store_int(rows, 0), due = store_int(rows, 1);

		trigger_wake(cx, due + 1);
		if (cx->at > due)
			trigger_propose(cx, "alert.lapse",
					arena_printf(cx->arena, "alert/%lld", (long long)id),
					json_object(),
					arena_printf(cx->arena, "lapse/%lld", (long long)id));
	}
	store_done(rows);

	return err;
}


static void alert_row(struct view_cx *cx, const struct store_rows *rows)
{
	const char *area = row_text(cx->arena, rows, 2);
	struct alerts_row row = {
		.id = store_int(rows, 0),
		.party = row_text(cx->arena, rows, 1),
		.area = *area ? area : NULL,
		.indicator = row_text(cx->arena, rows, 3),
		.grade = row_text(cx->arena, rows, 4),
		.state = row_text(cx->arena, rows, 5),
		.opened = store_int(rows, 6),
		.verify_due = store_int(rows, 7),
		.answer = row_text(cx->arena, rows, 8),
		.likelihood = row_int(rows, 9),
		.consequence = row_int(rows, 10),
		.outcome = row_text(cx->arena, rows, 11),
		.first_day = day_text(cx->arena, store_int(rows, 13)),
		.last_day = day_text(cx->arena, store_int(rows, 14)),
		.signals = store_int(rows, 15),
	};

	if (!store_null(rows, 12))
		row.participants = list_parse(cx->arena, store_text(rows, 12));
	row.overdue = text_eq(row.state, "open") && cx->at > row.verify_due;
	view_row(cx, &row);
}


int alerts_run(struct view_cx *cx, const void *params)
{
	const struct alerts_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(
		&rows, cx->st,
		"SELECT id, party, area, indicator, grade, state, opened_at, verify_due, answer,"
		" likelihood, consequence, outcome, participants, first_day, last_day, signals"
		" FROM watch_alert WHERE ($1 = '' OR party = $1)"
		" AND ($2 = 0 OR state <> 'closed')"
		" ORDER BY CASE state WHEN 'closed' THEN 1 ELSE 0 END, id DESC LIMIT 1000",
		"si", q->party ? q->party : "", (int64_t)q->open);
	while (!err && store_next(rows, &err))
		alert_row(cx, rows);
	store_done(rows);

	return err;
}


int alert_signals_run(struct view_cx *cx, const void *params)
{
	const struct alert_signals_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT rule, day, value, bound, score, at FROM watch_signal"
			  " WHERE alert = $1 ORDER BY day, rule LIMIT 2000",
			  "i", q->alert);
	while (!err && store_next(rows, &err)) {
		struct alert_signals_row row = {
			.rule = row_text(cx->arena, rows, 0),
			.day = day_text(cx->arena, store_int(rows, 1)),
			.value = row_int(rows, 2),
			.bound = store_null(rows, 3) ? (double)NAN : store_real(rows, 3),
			.score = store_null(rows, 4) ? (double)NAN : store_real(rows, 4),
			.at = store_int(rows, 5),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


int alert_steps_run(struct view_cx *cx, const void *params)
{
	const struct alert_steps_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT at, step, party, office, text, evidence FROM watch_step"
			  " WHERE alert = $1 ORDER BY seq LIMIT 2000",
			  "i", q->alert);
	while (!err && store_next(rows, &err)) {
		struct alert_steps_row row = {
			.at = store_int(rows, 0),
			.step = row_text(cx->arena, rows, 1),
			.party = row_text(cx->arena, rows, 2),
			.office = row_text(cx->arena, rows, 3),
			.text = row_text(cx->arena, rows, 4),
			.evidence = row_text(cx->arena, rows, 5),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
