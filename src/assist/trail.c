/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * trail.c: from a report over alert, consultation and room to help delivered, and back: the
 * chain that a thing belongs to, with the times from step to step.  Requests are in it for
 * their two parties and, in three steps, for whoever sees the summary.
 */
#include <stdlib.h>
#include <string.h>

#include "assist/judges.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/charter.h"
#include "gen/assist.h"
#include "store/store.h"

enum {
	TRAIL_MAX = 5000,
	TRAILS_MAX = 200,
};

struct trail {
	struct view_cx *cx;
	struct trail_row *rows;
	size_t count;
	int64_t alert;	      /* 0: none */
	int64_t consultation; /* 0: none, or all that start from the alert */
	int64_t request;      /* 0: all */
};


static void add(struct trail *t, const struct trail_row *row)
{
	if (t->count < TRAIL_MAX && row->at != FIELD_NONE)
		t->rows[t->count++] = *row;
}


/* Which run flagged it, and whose it is. */
static int read_flagged(struct trail_row *row, struct trail *t)
{
	struct arena *a = t->cx->arena;
	struct store_rows *rows = NULL;
	int err = store_query(&rows, t->cx->st,
			      "SELECT a.party, a.indicator, a.opened_at, f.seq FROM"
			      " watch_pub_alert a LEFT JOIN watch_pub_flagged f ON"
			      " f.alert = a.id WHERE a.id = $1",
			      "i", t->alert);

	*row = (struct trail_row){ .object = "alert",
				   .number = t->alert,
				   .after = FIELD_NONE,
				   .offer = FIELD_NONE,
				   .step = "flagged",
				   .at = FIELD_NONE,
				   .act = FIELD_NONE };
	if (!err && store_next(rows, &err)) {
		row->party = row_text(a, rows, 0);
		row->text = row_text(a, rows, 1);
		row->at = store_int(rows, 2);
		row->act = row_int(rows, 3);
	}
	store_done(rows);

	return err;
}


/* The last report of its figures before it was flagged. */
static int add_reported(struct trail *t, const struct trail_row *flagged)
{
	struct trail_row row = *flagged;
	struct store_rows *rows = NULL;
	int err = store_query(&rows, t->cx->st,
			      "SELECT report, at FROM watch_pub_reported WHERE alert = $1"
			      " AND stands_seq < $2 ORDER BY stands_seq DESC LIMIT 1",
			      "ii", t->alert,
			      flagged->act == FIELD_NONE ? INT64_MAX : flagged->act);

	if (!err && store_next(rows, &err)) {
		row.step = "reported";
		row.act = store_int(rows, 0);
		row.at = store_int(rows, 1);
		add(t, &row);
	}
	store_done(rows);

	return err;
}


static int add_flagged(struct trail *t)
{
	struct trail_row row;
	int err = read_flagged(&row, t);

	if (!err)
		err = add_reported(t, &row);
	if (!err)
		add(t, &row);

	return err;
}


/* What was done about the alert; remarks are not steps. */
static const char *alert_step(const char *word)
{
	static const char *const names[][2] = {
		{ "confirm", "verified" },  { "explain", "explained" },
		{ "discard", "discarded" }, { "lapsed", "lapsed" },
		{ "assessed", "assessed" }, { "characterised", "characterised" },
		{ "monitor", "concluded" }, { "consult", "concluded" },
		{ "assist", "concluded" },  { "close", "closed" },
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (text_eq(names[i][0], word))
			return names[i][1];

	return NULL;
}


static int add_alert(struct trail *t)
{
	struct arena *a = t->cx->arena;
	struct store_rows *rows = NULL;
	int err = add_flagged(t);

	if (!err)
		err = store_query(&rows, t->cx->st,
				  "SELECT step, at, party, seq, text FROM watch_pub_step"
				  " WHERE alert = $1 ORDER BY seq",
				  "i", t->alert);
	while (!err && store_next(rows, &err)) {
		const char *step = alert_step(store_text(rows, 0));

		if (step)
			add(t, &(struct trail_row){ .object = "alert",
						    .number = t->alert,
						    .after = FIELD_NONE,
						    .offer = FIELD_NONE,
						    .step = step,
						    .at = store_int(rows, 1),
						    .party = row_text(a, rows, 2),
						    .act = store_int(rows, 3),
						    .text = row_text(a, rows, 4) });
	}
	store_done(rows);

	return err;
}


/* The step that an act about a consultation or its room was, or NULL. */
static const char *act_step(const char *kind)
{
	static const char *const names[][2] = {
		{ "consultation.ask", "asked" },
		{ "consultation.call", "called" },
		{ "consultation.decline", "declined" },
		{ "consultation.open", "opened" },
		{ "consultation.note", "noted" },
		{ "consultation.settle", "settled" },
		{ "room.open", "opened" },
		{ "room.close", "closed" },
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (text_eq(names[i][0], kind))
			return names[i][1];

	return NULL;
}


/* A consultation, or a room. */
struct held {
	int64_t id, after;
	int64_t agreed_by; /* the act; FIELD_NONE: not agreed */
	const char *title;
};


/* The acts about a thing, and the one that made it, in their order. */
static int add_acts(struct trail *t, const char *object, const struct held *h)
{
	struct arena *a = t->cx->arena;
	struct store_rows *rows = NULL;
	const char *subject = arena_printf(a, "%s/%lld", object, (long long)h->id);
	int err = store_query(&rows, t->cx->st,
			      "SELECT seq, kind, at, party FROM act_pub_done WHERE seq = $1 OR"
			      " subject = $2 ORDER BY seq",
			      "is", h->id, subject);

	while (!err && store_next(rows, &err)) {
		const char *step = act_step(store_text(rows, 1));
		struct trail_row row = { .object = object,
					 .number = h->id,
					 .after = h->after,
					 .offer = FIELD_NONE,
					 .step = step,
					 .at = store_int(rows, 2),
					 .act = store_int(rows, 0),
					 .text = h->title };

		/* Of all who agree, the last makes the note one of agreement. */
		if (text_eq(step, "settled"))
			row.step = row.act == h->agreed_by ? "agreed" : NULL;
		if (text_eq(step, "asked") || text_eq(step, "settled"))
			row.party = row_text(a, rows, 3);
		if (row.step)
			add(t, &row);
	}
	store_done(rows);

	return err;
}


/* A room is known to those who were asked to it, and to those who work for all. */
static bool room_known(struct view_cx *cx, const char *asked)
{
	struct field_list list = list_parse(cx->arena, asked);

	if (!list.n || !cx->seat.party)
		return true;
	for (size_t i = 0; i < list.n; i++)
		if (text_eq(LIST_TEXT(list, i), cx->seat.party))
			return true;

	return false;
}

static int add_rooms(struct trail *t, int64_t consultation)
{
	struct arena *a = t->cx->arena;
	struct held *held = arena_take(a, TRAILS_MAX * sizeof(*held));
	struct store_rows *rows = NULL;
	size_t n = 0;
	int err = store_query(&rows, t->cx->st,
			      "SELECT id, title, asked FROM confer_pub_room WHERE"
			      " consultation = $1 ORDER BY id LIMIT 200",
			      "i", consultation);

	while (!err && store_next(rows, &err))
		if (room_known(t->cx, store_text(rows, 2)))
			held[n++] = (struct held){ store_int(rows, 0), consultation, FIELD_NONE,
						   row_text(a, rows, 1) };
	store_done(rows);
	for (size_t i = 0; i < n && !err; i++)
		err = add_acts(t, "room", &held[i]);

	return err;
}


static int add_consultations(struct trail *t)
{
	struct arena *a = t->cx->arena;
	struct held *held = arena_take(a, TRAILS_MAX * sizeof(*held));
	struct store_rows *rows = NULL;
	size_t n = 0;
	int err = store_query(
		&rows, t->cx->st,
		"SELECT id, alert, (SELECT max(w.seq) FROM council_pub_agreed w WHERE w.consultation = id),"
		" title FROM council_pub_consultation"
		" WHERE ($1 <> 0 AND id = $1) OR ($1 = 0 AND $2 <> 0 AND alert = $2)"
		" ORDER BY id LIMIT 200",
		"ii", t->consultation, t->alert);

	while (!err && store_next(rows, &err))
		held[n++] = (struct held){ store_int(rows, 0), row_int(rows, 1),
					   row_int(rows, 2), row_text(a, rows, 3) };
	store_done(rows);
	for (size_t i = 0; i < n && !err; i++) {
		err = add_acts(t, "consultation", &held[i]);
		if (!err)
			err = add_rooms(t, held[i].id);
	}

	return err;
}


static int add_steps(struct trail *t)
{
	const char *party = t->cx->seat.party ? t->cx->seat.party : "";
	struct arena *a = t->cx->arena;
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, t->cx->st,
		"SELECT s.request, s.at, s.step, s.party, s.seq, s.text, CASE WHEN " HELP_OWN
		" THEN 1 ELSE 0 END, r.title, s.offer, r.consultation FROM assist_step s JOIN"
		" assist_request r ON r.id = s.request WHERE (" HELP_OWN " OR (" HELP_AGREED
		" AND s.step IN ('sent', 'arrived', 'closed'))) AND (($2 <> 0 AND r.id = $2) OR ($2 = 0 AND (($3 <> 0 AND"
		" r.consultation = $3) OR ($3 = 0 AND $4 <> 0 AND r.consultation IN (SELECT id FROM"
		" council_pub_consultation WHERE alert = $4))))) ORDER BY s.seq",
		"siii", party, t->request, t->consultation, t->alert);

	while (!err && store_next(rows, &err)) {
		bool own = store_int(rows, 6) != 0;

		add(t, &(struct trail_row){
			       .object = "assistance",
			       .number = store_int(rows, 0),
			       .after = row_int(rows, 9),
			       .offer = own ? row_int(rows, 8) : FIELD_NONE,
			       .step = row_text(a, rows, 2),
			       .at = store_int(rows, 1),
			       .party = row_text(a, rows, 3),
			       .act = own ? store_int(rows, 4) : FIELD_NONE,
			       .text = row_text(a, rows, own && !store_null(rows, 5) ? 5 : 7),
		       });
	}
	store_done(rows);

	return err;
}

/* Of each kind of thing: consultation, alert, request; $2 its number, $1 the viewer's party. */
static const struct {
	const char *from, *sql;
} origins[] = {
	{ "alert", "SELECT NULL, id, NULL FROM watch_pub_alert WHERE id = $2 AND $1 = $1" },
	{ "consultation",
	  "SELECT id, alert, NULL FROM council_pub_consultation WHERE id = $2 AND $1 = $1" },
	{ "room", "SELECT r.consultation, c.alert, NULL FROM confer_pub_room r JOIN"
		  " council_pub_consultation c ON c.id = r.consultation WHERE r.id = $2 AND"
		  " $1 = $1" },
	{ "assistance", "SELECT r.consultation, c.alert, r.id FROM assist_request r LEFT JOIN"
			" council_pub_consultation c ON c.id = r.consultation WHERE r.id = $2"
			" AND " HELP_KNOWN },
	{ "offer", "SELECT r.consultation, c.alert, r.id FROM assist_offer o JOIN"
		   " assist_request r ON r.id = o.request LEFT JOIN council_pub_consultation c"
		   " ON c.id = r.consultation WHERE o.id = $2 AND " HELP_OWN },
};


/* Back to where it began: the consultation of a request, the alert of either. */
static int find_origin(struct trail *t, const char *from, int64_t id)
{
	const char *party = t->cx->seat.party ? t->cx->seat.party : "", *sql = NULL;
	struct store_rows *rows = NULL;
	bool found = false;
	int err;

	for (size_t i = 0; i < ARRAY_LEN(origins); i++)
		if (text_eq(from, origins[i].from))
			sql = origins[i].sql;
	if (!sql)
		return E_ABSENT;
	err = store_query(&rows, t->cx->st, sql, "si", party, id);
	if (!err && store_next(rows, &err)) {
		found = true;
		t->consultation = store_int(rows, 0);
		t->alert = store_int(rows, 1);
		t->request = store_int(rows, 2);
	}
	store_done(rows);

	return err || found ? err : E_ABSENT;
}


bool trail_knows(const struct view_cx *cx)
{
	return seat_sees(&cx->seat, cx->charter, "member,staff", NULL);
}


/* At one instant in the order in which they were added: that of the trail. */
static int by_time(const void *a, const void *b)
{
	const struct trail_row *x = a, *y = b;

	if (x->at != y->at)
		return (x->at > y->at) - (x->at < y->at);

	return (x->minutes > y->minutes) - (x->minutes < y->minutes);
}


int trail_run(struct view_cx *cx, const void *params)
{
	const struct trail_params *q = params;
	struct trail t = { .cx = cx };
	int err;

	if (!trail_knows(cx))
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
	for (size_t i = 0; i < t.count; i++)
		t.rows[i].minutes = (int64_t)i;
	qsort(t.rows, t.count, sizeof(*t.rows), by_time);
	for (size_t i = 0; i < t.count; i++) {
		t.rows[i].minutes = i ? (t.rows[i].at - t.rows[i - 1].at) / TIME_MINUTE : 0;
		view_row(cx, &t.rows[i]);
	}

	return 0;
}


int trails_run(struct view_cx *cx, const void *params)
{
	const char *party = cx->seat.party ? cx->seat.party : "";
	struct store_rows *rows = NULL;
	int err;

	(void)params;
	if (!trail_knows(cx))
		return E_DENIED;
	err = store_query(
		&rows, cx->st,
		"SELECT object, number, at, party, text, (SELECT count(*) FROM"
		" council_pub_consultation c WHERE object = 'alert' AND c.alert = number),"
		" (SELECT count(*) FROM assist_request r LEFT JOIN council_pub_consultation c"
		" ON c.id = r.consultation WHERE ((object = 'alert' AND c.alert = number) OR"
		" (object = 'consultation' AND c.id = number)) AND " HELP_KNOWN ") FROM (SELECT"
		" 'alert' AS object, id AS number, opened_at AS at, party, indicator AS text"
		" FROM watch_pub_alert"
		" UNION ALL SELECT 'consultation', id, coalesce(asked_at, answered_at), asked_by,"
		" title FROM council_pub_consultation WHERE alert IS NULL"
		" UNION ALL SELECT 'assistance', r.id, r.sent_at, r.party, r.title FROM"
		" assist_request r WHERE r.consultation IS NULL AND " HELP_KNOWN
		" ORDER BY at DESC, number DESC LIMIT 200) AS t ORDER BY at DESC, number DESC",
		"s", party);
	while (!err && store_next(rows, &err))
		view_row(cx, &(struct trails_row){ .object = store_text(rows, 0),
						   .number = store_int(rows, 1),
						   .at = store_int(rows, 2),
						   .party = store_text(rows, 3),
						   .text = store_text(rows, 4),
						   .consultations = store_int(rows, 5),
						   .requests = store_int(rows, 6) });
	store_done(rows);

	return err;
}
