/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* views.c: instruments as members and as the public may see them. */
#include <string.h>

#include "act/world.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "council/instruments.h"
#include "gen/council.h"
#include "store/store.h"


/* Stages of parliaments are for members; deposits are public (domain.md, settled questions). */
static bool sees_stages(const struct view_cx *cx)
{
	return seat_sees(&cx->seat, cx->charter, "member,secretariat", NULL);
}


static const char *due_date(struct view_cx *cx, const struct instrument *i,
			    const struct charter_entry *e)
{
	return !i->in_force && e->state != IN_FORCE_WAITING ? arena_str(cx->arena, e->date)
							    : NULL;
}


static int count_ratified(int64_t *out, struct view_cx *cx, const char *id)
{
	*out = 0;
	if (!sees_stages(cx))
		return 0;

	return store_get_int(
		out, cx->st,
		"SELECT count(*) FROM (SELECT party FROM council_pub_ratified WHERE"
		" instrument = $1 UNION SELECT party FROM council_pub_deposit WHERE"
		" instrument = $1) AS agreed",
		"s", id);
}


static int instrument_line(struct view_cx *cx, const char *id)
{
	struct instruments_row row = { 0 };
	struct charter_entry e;
	struct instrument i;
	int err = instrument_read(&i, cx->arena, cx->st, cx->charter, id);

	if (!err)
		err = instrument_entry(&e, cx->arena, &i, cx->charter, cx->world, cx->today);
	if (!err)
		err = count_ratified(&row.ratified, cx, id);
	if (err)
		return err;
	row.id = i.id;
	row.type = i.type_id;
	row.title = i.title;
	row.package = i.package;
	row.state = i.state;
	row.signed_ = i.signed_on;
	row.in_force = i.in_force;
	row.due = due_date(cx, &i, &e);
	row.deposits = e.deposited;
	row.need = e.needed;
	row.waiting = list_of_ids(cx->arena, e.waiting.at, i.in_force ? 0 : e.waiting.count);
	view_row(cx, &row);

	return 0;
}


int instruments_run(struct view_cx *cx, const void *params)
{
	const char **ids = arena_take(cx->arena, 2000 * sizeof(*ids));
	struct store_rows *rows = NULL;
	size_t n = 0;
	int err = store_query(
		&rows, cx->st,
		"SELECT id FROM council_instrument ORDER BY signed DESC, id LIMIT 2000", "");

	(void)params;
	while (!err && store_next(rows, &err))
		ids[n++] = row_text(cx->arena, rows, 0);
	store_done(rows);
	for (size_t i = 0; i < n && !err; i++)
		err = instrument_line(cx, ids[i]);

	return err;
}


/* The last stage of a party: ratified before in-parliament before signed. */
static int read_stage(struct instrument_matrix_row *row, struct view_cx *cx)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT stage, date FROM council_stage WHERE instrument = $1"
			      " AND party = $2 ORDER BY CASE stage WHEN 'ratified' THEN 0 WHEN"
			      " 'in-parliament' THEN 1 ELSE 2 END, seq DESC LIMIT 1",
			      "ss", row->instrument, row->party);

	if (!err && store_next(rows, &err)) {
		row->stage = row_text(cx->arena, rows, 0);
		row->stage_date = row_text(cx->arena, rows, 1);
	}
	store_done(rows);

	return err;
}


static int read_deposit(struct instrument_matrix_row *row, struct view_cx *cx)
{
	struct store_rows *rows = NULL;
	int err =
		store_query(&rows, cx->st,
			    "SELECT kind, received, withdrawn, notice_number, notice_year FROM"
			    " council_deposit WHERE instrument = $1 AND party = $2"
			    " ORDER BY seq DESC LIMIT 1",
			    "ss", row->instrument, row->party);

	if (!err && store_next(rows, &err)) {
		row->withdrawn = row_text(cx->arena, rows, 2);
		row->deposit = row->withdrawn ? NULL : row_text(cx->arena, rows, 0);
		row->deposited = row->withdrawn ? NULL : row_text(cx->arena, rows, 1);
		if (!store_null(rows, 3))
			row->notification = arena_printf(cx->arena, "%lld/%lld",
							 (long long)store_int(rows, 3),
							 (long long)store_int(rows, 4));
	}
	store_done(rows);

	return err;
}


static const char *bound_from(struct view_cx *cx, const struct instrument *i,
			      const struct charter_entry *e, const char *party)
{
	if (!i->in_force)
		return NULL;
	charter_each (b, e->bound)
		if (text_eq(b->party, party))
			return arena_str(cx->arena, b->from);

	return NULL;
}


static int matrix_cell(struct view_cx *cx, const struct instrument *i,
		       const struct charter_entry *e, const char *party)
{
	struct instrument_matrix_row row = { .instrument = i->id,
					     .party = party,
					     .signatory = instrument_signed_by(i, party),
					     .bound_from = bound_from(cx, i, e, party) };
	int err = sees_stages(cx) ? read_stage(&row, cx) : 0;

	if (!err)
		err = read_deposit(&row, cx);
	if (!err && (row.signatory || row.deposit || row.withdrawn || row.bound_from))
		view_row(cx, &row);

	return err;
}


static int matrix_of(struct view_cx *cx, const char *id)
{
	const struct snapshot *s = NULL;
	struct charter_ids order;
	struct charter_entry e;
	struct instrument i;
	int err = instrument_read(&i, cx->arena, cx->st, cx->charter, id);

	if (!err)
		err = instrument_entry(&e, cx->arena, &i, cx->charter, cx->world, cx->today);
	if (!err)
		err = world_statuses(&s, cx->world);
	if (err)
		return err;
	charter_protocol_order(&order, cx->arena, cx->charter, s, NULL, cx->today);
	for (size_t k = 0; k < order.count && !err; k++)
		err = matrix_cell(cx, &i, &e, order.at[k]);
	/* Signatories that hold no status any more come after. */
	for (size_t k = 0; k < i.signatories.count && !err; k++) {
		bool shown = false;

		for (size_t m = 0; m < order.count; m++)
			shown = shown || text_eq(order.at[m], i.signatories.at[k]);
		if (!shown)
			err = matrix_cell(cx, &i, &e, i.signatories.at[k]);
	}

	return err;
}


int instrument_matrix_run(struct view_cx *cx, const void *params)
{
	const struct instrument_matrix_params *q = params;
	const char **ids = arena_take(cx->arena, 500 * sizeof(*ids));
	struct store_rows *rows = NULL;
	size_t n = 0;
	int err = store_query(
		&rows, cx->st,
		"SELECT id FROM council_instrument WHERE ($1 = '' OR id = $1)"
		" AND ($2 = '' OR package = $2) ORDER BY signed DESC, id LIMIT 500",
		"ss", q->instrument ? q->instrument : "", q->package ? q->package : "");

	while (!err && store_next(rows, &err))
		ids[n++] = row_text(cx->arena, rows, 0);
	store_done(rows);
	if (!err && q->instrument && !n)
		err = E_ABSENT;
	for (size_t i = 0; i < n && !err; i++)
		err = matrix_of(cx, ids[i]);

	return err;
}


static int texts_of(struct field_list *out, struct view_cx *cx, const char *id)
{
	struct council_text_of *list = arena_take(cx->arena, 64 * sizeof(*list));
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT language, digest, authentic, at FROM council_text"
		" WHERE instrument = $1 ORDER BY authentic DESC, language, seq LIMIT 64",
		"s", id);

	while (!err && store_next(rows, &err))
		list[out->n++] =
			(struct council_text_of){ .language = row_text(cx->arena, rows, 0),
						  .digest = row_text(cx->arena, rows, 1),
						  .authentic = store_int(rows, 2) != 0,
						  .since = store_int(rows, 3) };
	store_done(rows);
	out->v = list;

	return err;
}


/* The acts about an instrument that this viewer may see; party and day from their bodies. */
static void event_of(struct council_event *e, struct view_cx *cx, const struct store_rows *rows)
{
	const char *record = store_text(rows, 3);
	json_t *root = NULL;
	const json_t *body;

	e->seq = store_int(rows, 0);
	e->at = store_int(rows, 1);
	e->kind = row_text(cx->arena, rows, 2);
	if (!record || json_read(&root, record, strlen(record), 1 << 24, JSON_DEPTH, NULL))
		return;
	body = json_object_get(root, "body");
	if (json_text(body, "party", NULL))
		e->party = arena_str(cx->arena, json_text(body, "party", ""));
	if (json_text(body, "received", json_text(body, "date", NULL)))
		e->date = arena_str(cx->arena,
				    json_text(body, "received", json_text(body, "date", "")));
	json_decref(root);
}


static int events_of(struct field_list *out, struct view_cx *cx, const char *id)
{
	struct council_event *list = arena_take(cx->arena, 500 * sizeof(*list));
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT seq, at, kind, record, see, person FROM act_record"
			      " WHERE subject = $1 AND done = 1 ORDER BY seq LIMIT 500",
			      "s", arena_printf(cx->arena, "instrument/%s", id));

	while (!err && store_next(rows, &err))
		if (seat_sees(&cx->seat, cx->charter, store_text(rows, 4), store_text(rows, 5)))
			event_of(&list[out->n++], cx, rows);
	store_done(rows);
	out->v = list;

	return err;
}


int instrument_run(struct view_cx *cx, const void *params)
{
	const struct instrument_params *q = params;
	struct instrument_row row = { 0 };
	struct charter_entry e;
	struct instrument i;
	int err = instrument_read(&i, cx->arena, cx->st, cx->charter, q->id);

	if (!err)
		err = instrument_entry(&e, cx->arena, &i, cx->charter, cx->world, cx->today);
	if (!err)
		err = texts_of(&row.texts, cx, i.id);
	if (!err)
		err = events_of(&row.events, cx, i.id);
	if (err)
		return err;
	row.id = i.id;
	row.type = i.type_id;
	row.title = i.title;
	row.package = i.package;
	row.state = i.state;
	row.signed_ = i.signed_on;
	row.place = i.place;
	row.in_force = i.in_force;
	row.due = due_date(cx, &i, &e);
	row.method = i.type ? vocabulary_word(&vocabulary_entry_method,
					      (int)i.type->entry_into_force.method)
			    : "-";
	row.need = e.needed;
	row.deposits = e.deposited;
	row.waiting = list_of_ids(cx->arena, e.waiting.at, i.in_force ? 0 : e.waiting.count);
	row.reservations = i.type && i.type->reservations;
	row.rule = i.type ? i.type->origin.path : "instruments";
	if (i.type)
		row.sources = list_of_sources(cx->arena, charter_src(&i.type->origin));
	view_row(cx, &row);

	return 0;
}


static void held_line(struct view_cx *cx, const struct store_rows *rows)
{
	const char *record = store_text(rows, 4);
	struct held_deposits_row row = { .act = store_int(rows, 0),
					 .at = store_int(rows, 1),
					 .instrument = row_text(cx->arena, rows, 2),
					 .code = row_text(cx->arena, rows, 3),
					 .settled = row_int(rows, 5) };
	json_t *root = NULL;

	if (record && json_read(&root, record, strlen(record), 1 << 24, JSON_DEPTH, NULL) == 0)
		row.party = arena_str(cx->arena,
				      json_text(json_object_get(root, "body"), "party", ""));
	json_decref(root);
	if (row.party)
		view_row(cx, &row);
}


int held_deposits_run(struct view_cx *cx, const void *params)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT r.seq, r.at, substr(r.subject, 12), r.code, r.record, h.at FROM"
		" act_record r LEFT JOIN council_held h ON h.act = r.seq WHERE r.kind ="
		" 'instrument.deposit' AND r.done = 0 AND r.code IN"
		" ('reservation-barred', 'text-mismatch', 'not-authorised')"
		" ORDER BY r.seq DESC LIMIT 500",
		"");

	(void)params;
	while (!err && store_next(rows, &err))
		held_line(cx, rows);
	store_done(rows);

	return err;
}
