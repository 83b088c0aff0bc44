/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* risks.c: the register of risks, looked at again by its day; declared readiness. */
#include <string.h>

#include "act/decide.h"
#include "base/mem.h"
#include "base/text.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"


static int check_next(struct act_cx *cx, const char *next)
{
	if (strcmp(next, cx->today) > 0)
		return 0;
	fault_at(&cx->fault, "/body/next", 0, 0);

	return fault_set(&cx->fault, E_RANGE, "The next look lies ahead; today is %s.",
			 cx->today);
}


static void put_review(struct act_cx *cx, int64_t risk, int64_t likelihood, int64_t consequence,
		       const char *text, const char *next)
{
	effect_add(&cx->fx, "watch_review",
		   "risk seq at likelihood consequence text next office", "iiiiisss", risk,
		   cx->seq, cx->at, likelihood, consequence, text, next, cx->seat.office);
}


int risk_enter_judge(struct act_cx *cx, const void *body)
{
	const struct risk_enter *b = body;
	const struct snapshot_party *p = NULL;
	int err = need_duty(cx);

	if (!err && b->party)
		err = need_party(&p, cx, b->party);
	if (!err)
		err = check_next(cx, b->next);
	if (err)
		return err;
	effect_add(&cx->fx, "watch_risk", "id title text owner party at", "issssi", cx->seq,
		   b->title, b->text, b->owner, b->party, cx->at);
	put_review(cx, cx->seq, b->likelihood, b->consequence, b->text, b->next);

	return 0;
}


int risk_review_judge(struct act_cx *cx, const void *body)
{
	const struct risk_review *b = body;
	int64_t id = 0, open = 0;
	int err = need_duty(cx);

	if (!err)
		err = need_number(&id, cx);
	if (!err)
		err = store_get_int(&open, cx->st,
				    "SELECT count(*) FROM watch_risk WHERE id = $1"
				    " AND closed_at IS NULL",
				    "i", id);
	if (!err && !open)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.risk", NULL);
	if (!err && !b->close)
		err = check_next(cx, b->next);
	if (err)
		return err;
	put_review(cx, id, b->likelihood, b->consequence, b->text, b->next);
	if (b->close)
		effect_set(&cx->fx, "watch_risk", "id", "closed_at", "ii", id, cx->at);

	return 0;
}


#define LAST_REVIEW                                                                 \
	" JOIN watch_review v ON v.risk = r.id AND v.seq = (SELECT max(w.seq) FROM" \
	" watch_review w WHERE w.risk = r.id)"


int risks_run(struct view_cx *cx, const void *params)
{
	const struct risks_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(
		&rows, cx->st,
		"SELECT r.id, r.title, r.text, r.owner, r.party, v.likelihood, v.consequence,"
		" v.next, (SELECT count(*) FROM watch_review w WHERE w.risk = r.id), v.text,"
		" r.at, r.closed_at FROM watch_risk r" LAST_REVIEW
		" WHERE ($1 = 0 OR r.closed_at IS NULL)"
		" ORDER BY v.likelihood * v.consequence DESC, r.id LIMIT 1000",
		"i", (int64_t)q->open);
	while (!err && store_next(rows, &err)) {
		struct risks_row row = {
			.id = store_int(rows, 0),
			.title = row_text(cx->arena, rows, 1),
			.text = row_text(cx->arena, rows, 2),
			.owner = row_text(cx->arena, rows, 3),
			.party = row_text(cx->arena, rows, 4),
			.likelihood = store_int(rows, 5),
			.consequence = store_int(rows, 6),
			.next = row_text(cx->arena, rows, 7),
			.reviews = store_int(rows, 8),
			.said = row_text(cx->arena, rows, 9),
			.at = store_int(rows, 10),
			.closed = row_int(rows, 11),
		};

		row.overdue = row.closed == FIELD_NONE && strcmp(row.next, cx->today) < 0;
		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


int risks_waiting(struct view_cx *cx)
{
	struct desk_row row = { .what = "risk", .since = FIELD_NONE };
	int err = store_get_int(&row.count, cx->st,
				"SELECT count(*) FROM watch_risk r" LAST_REVIEW
				" WHERE r.closed_at IS NULL AND v.next < $1",
				"s", cx->today);

	if (!err && row.count)
		view_row(cx, &row);

	return err;
}


int standby_declare_judge(struct act_cx *cx, const void *body)
{
	const struct standby_declare *b = body;
	int err = need_duty(cx);

	if (err)
		return err;
	if (!cx->charter->assistance.standby)
		return refuse(cx, REFUSE_WRONG_MODE, "assistance/standby", "wrong-mode.standby",
			      NULL);
	effect_add(&cx->fx, "watch_standby", "id topic scope with_whom since at state",
		   "issssis", cx->seq, b->topic, b->scope, b->with_whom, b->since, cx->at,
		   "declared");

	return 0;
}


/* A readiness that stands. */
static int need_standby(int64_t *id, const char **state, struct act_cx *cx)
{
	int err = need_number(id, cx);

	if (err)
		return err;
	err = store_get_text(state, cx->arena, cx->st,
			     "SELECT state FROM watch_standby WHERE id = $1", "i", *id);
	if (err == E_ABSENT)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.standby", NULL);
	if (!err && text_eq(*state, "released"))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.standby", NULL);

	return err;
}


/* The body that decides on packages decides whether readiness is used. */
static const struct charter_assistance_mode *deciding_mode(const struct charter *c)
{
	charter_each (m, c->assistance.modes)
		if (m->decides.body && m->decides.rule)
			return m;

	return NULL;
}


int standby_activate_judge(struct act_cx *cx, const void *body)
{
	const struct standby_activate *b = body;
	const struct charter_assistance_mode *mode = deciding_mode(cx->charter);
	struct decision d = { .what = "activate", .about = cx->request->subject };
	const char *state = NULL;
	int64_t id = 0;
	int err = need_standby(&id, &state, cx);

	if (err)
		return err;
	if (!text_eq(state, "declared"))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.standby", NULL);
	if (!mode)
		return refuse(cx, REFUSE_NOT_AUTHORISED, "assistance/modes", "not-authorised",
			      NULL);
	d.charter = cx->charter;
	d.body = mode->decides.body;
	d.rule = mode->decides.rule;
	d.date = b->date;
	err = decide(cx, &d, &b->positions);
	if (!err)
		effect_set(&cx->fx, "watch_standby", "id", "state activated_on", "iss", id,
			   "activated", b->date);

	return err;
}


int standby_release_judge(struct act_cx *cx, const void *body)
{
	const struct standby_release *b = body;
	const char *state = NULL;
	int64_t id = 0;
	int err = need_duty(cx);

	if (!err)
		err = need_standby(&id, &state, cx);
	if (!err)
		effect_set(&cx->fx, "watch_standby", "id", "state released_on reason", "isss",
			   id, "released", b->date, b->reason);

	return err;
}


int standbys_run(struct view_cx *cx, const void *params)
{
	struct store_rows *rows = NULL;
	int err;

	(void)params;
	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT id, topic, scope, with_whom, since, state, activated_on,"
			  " released_on, reason FROM watch_standby ORDER BY id DESC LIMIT 1000",
			  "");
	while (!err && store_next(rows, &err)) {
		struct standbys_row row = {
			.id = store_int(rows, 0),
			.topic = row_text(cx->arena, rows, 1),
			.scope = row_text(cx->arena, rows, 2),
			.with_whom = row_text(cx->arena, rows, 3),
			.since = row_text(cx->arena, rows, 4),
			.state = row_text(cx->arena, rows, 5),
			.activated = row_text(cx->arena, rows, 6),
			.released = row_text(cx->arena, rows, 7),
			.reason = row_text(cx->arena, rows, 8),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
