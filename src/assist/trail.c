/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * trail.c: from an alert over the consultation to help delivered, and back: the chain that a
 * thing belongs to, with the times from step to step.  Requests are in it for their two
 * parties and, in three steps, for whoever sees the summary.
 */
#include <stdlib.h>
#include <string.h>

#include "assist/judges.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/assist.h"
#include "store/store.h"

enum {
	TRAIL_MAX = 5000,
};

struct trail {
	struct view_cx *cx;
	struct trail_row *rows;
	size_t count;
	int64_t alert;	      /* 0: none */
	int64_t consultation; /* 0: none, or all that start from the alert */
	int64_t request;      /* 0: all */
};


static void add(struct trail *t, int64_t at, const char *object, int64_t number,
		const char *step, const char *party, int64_t act, const char *text)
{
	struct trail_row *row = &t->rows[t->count];

	if (t->count == TRAIL_MAX || at == FIELD_NONE)
		return;
	t->count++;
	*row = (struct trail_row){ .at = at,
				   .object = object,
				   .number = number,
				   .step = step,
				   .party = party,
				   .act = act,
				   .text = text };
}


static int add_alert(struct trail *t)
{
	struct arena *a = t->cx->arena;
	struct store_rows *rows = NULL;
	int err = store_query(&rows, t->cx->st,
			      "SELECT party, indicator, opened_at, answered_at, closed_at"
			      " FROM watch_pub_alert WHERE id = $1",
			      "i", t->alert);

	if (!err && store_next(rows, &err)) {
		const char *party = row_text(a, rows, 0), *what = row_text(a, rows, 1);

		add(t, row_int(rows, 2), "alert", t->alert, "flagged", party, t->alert, what);
		add(t, row_int(rows, 3), "alert", t->alert, "verified", party, FIELD_NONE,
		    what);
		add(t, row_int(rows, 4), "alert", t->alert, "closed", party, FIELD_NONE, what);
	}
	store_done(rows);

	return err;
}


static int add_consultations(struct trail *t)
{
	struct arena *a = t->cx->arena;
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, t->cx->st,
		"SELECT id, title, asked_by, asked_at, answered_at, opened_at,"
		" ended_at, agreed_at, state FROM council_pub_consultation"
		" WHERE ($1 <> 0 AND id = $1) OR ($1 = 0 AND $2 <> 0 AND alert = $2)"
		" ORDER BY id",
		"ii", t->consultation, t->alert);

	while (!err && store_next(rows, &err)) {
		int64_t id = store_int(rows, 0);
		const char *title = row_text(a, rows, 1);

		add(t, row_int(rows, 3), "consultation", id, "asked", row_text(a, rows, 2), id,
		    title);
		add(t, row_int(rows, 4), "consultation", id,
		    text_eq(store_text(rows, 8), "declined") ? "declined" : "called", NULL,
		    FIELD_NONE, title);
		add(t, row_int(rows, 5), "consultation", id, "opened", NULL, FIELD_NONE, title);
		add(t, row_int(rows, 6), "consultation", id, "noted", NULL, FIELD_NONE, title);
		add(t, row_int(rows, 7), "consultation", id, "agreed", NULL, FIELD_NONE, title);
	}
	store_done(rows);

	return err;
}


static int add_steps(struct trail *t)
{
	const char *party = t->cx->seat.party ? t->cx->seat.party : "";
	struct arena *a = t->cx->arena;
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, t->cx->st,
		"SELECT s.request, s.at, s.step, s.party, s.seq, s.text, CASE WHEN r.party = $1"
		" OR r.to_party = $1 THEN 1 ELSE 0 END, r.title FROM assist_step s JOIN"
		" assist_request r ON r.id = s.request WHERE (r.party = $1 OR r.to_party = $1 OR"
		" (r.asker_agrees = 1 AND r.giver_agrees = 1 AND s.step IN ('sent', 'arrived',"
		" 'closed'))) AND (($2 <> 0 AND r.id = $2) OR ($2 = 0 AND (($3 <> 0 AND"
		" r.consultation = $3) OR ($3 = 0 AND $4 <> 0 AND r.consultation IN (SELECT id FROM"
		" council_pub_consultation WHERE alert = $4))))) ORDER BY s.seq",
		"siii", party, t->request, t->consultation, t->alert);

	while (!err && store_next(rows, &err)) {
		bool own = store_int(rows, 6) != 0;

		add(t, store_int(rows, 1), "assistance", store_int(rows, 0),
		    row_text(a, rows, 2), row_text(a, rows, 3),
		    own ? store_int(rows, 4) : FIELD_NONE,
		    row_text(a, rows, own && !store_null(rows, 5) ? 5 : 7));
	}
	store_done(rows);

	return err;
}


/* Back to where it began: the consultation of a request, the alert of either. */
static int find_origin(struct trail *t, const char *from, int64_t id)
{
	struct view_cx *cx = t->cx;
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		text_eq(from, "assistance")
			? "SELECT r.consultation, c.alert FROM assist_request r LEFT JOIN"
			  " council_pub_consultation c ON c.id = r.consultation WHERE r.id = $1"
			  " AND (r.party = $2 OR r.to_party = $2 OR (r.asker_agrees = 1 AND"
			  " r.giver_agrees = 1))"
		: text_eq(from, "consultation")
			? "SELECT id, alert FROM council_pub_consultation WHERE id = $1 AND"
			  " $2 = $2"
			: "SELECT NULL, id FROM watch_pub_alert WHERE id = $1 AND $2 = $2",
		"is", id, cx->seat.party ? cx->seat.party : "");
	bool found = false;

	if (!err && store_next(rows, &err)) {
		found = true;
		t->consultation = store_int(rows, 0);
		t->alert = store_int(rows, 1);
	}
	store_done(rows);
	if (text_eq(from, "assistance"))
		t->request = id;

	return err || found ? err : E_ABSENT;
}


static int by_time(const void *a, const void *b)
{
	const struct trail_row *x = a, *y = b;

	if (x->at != y->at)
		return (x->at > y->at) - (x->at < y->at);
	if (x->object != y->object)
		return strcmp(x->object, y->object);

	return (x->act > y->act) - (x->act < y->act);
}


int trail_run(struct view_cx *cx, const void *params)
{
	const struct trail_params *q = params;
	struct trail t = { .cx = cx };
	int err;

	if (!cx->seat.operator_ && cx->seat.party && !cx->seat.secretariat &&
	    !seat_sees(&cx->seat, cx->charter, "member,secretariat", NULL))
		return E_DENIED;
	t.rows = arena_take(cx->arena, TRAIL_MAX * sizeof(*t.rows));
	err = find_origin(&t, q->from, q->id);
	if (!err && t.alert)
		err = add_alert(&t);
	if (!err && (t.consultation || (t.alert && !t.request)))
		err = add_consultations(&t);
	if (!err)
		err = add_steps(&t);
	if (err)
		return err;
	qsort(t.rows, t.count, sizeof(*t.rows), by_time);
	for (size_t i = 0; i < t.count; i++) {
		if (i)
			t.rows[i].minutes = (t.rows[i].at - t.rows[i - 1].at) / TIME_MINUTE;
		view_row(cx, &t.rows[i]);
	}

	return 0;
}
