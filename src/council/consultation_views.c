/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "act/judging.h"
#include "base/mem.h"
#include "base/text.h"
#include "council/consultations.h"
#include "gen/council.h"
#include "store/store.h"


/* Members and the organisation's own; whoever else takes part sees what it takes part in. */
static int may_read(const struct view_cx *cx)
{
	return cx->seat.secretariat || seat_has(&cx->seat, cx->charter, "meeting-decide") ||
			       (!cx->seat.party && text_eq(cx->seat.office, "duty-officer"))
		       ? 0
		       : E_DENIED;
}


static int64_t int_or_none(const struct store_rows *rows, int col)
{
	return store_null(rows, col) ? FIELD_NONE : store_int(rows, col);
}


static int parties_where(struct field_list *out, struct view_cx *cx, int64_t id,
			 const char *condition)
{
	struct store_rows *rows = NULL;
	const char *ids[200];
	size_t n = 0;
	int err = store_query(
		&rows, cx->st,
		arena_printf(cx->arena,
			     "SELECT party FROM council_consulted WHERE consultation ="
			     " $1%s ORDER BY party",
			     condition),
		"i", id);

	while (!err && n < ARRAY_LEN(ids) && store_next(rows, &err))
		ids[n++] = row_text(cx->arena, rows, 0);
	store_done(rows);
	*out = list_of_ids(cx->arena, ids, n);

	return err;
}


int consultations_run(struct view_cx *cx, const void *params)
{
	const struct consultations_params *q = params;
	int64_t alert = q->alert == FIELD_NONE ? 0 : q->alert;
	struct store_rows *rows = NULL;
	int err = may_read(cx);

	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT id, topic, state, form, channel, group_name, kind, party,"
			" office, at, due_at, begins, out_of_schedule, note, alert FROM"
			" council_consultation WHERE ($1 = 0 OR state NOT IN ('answered', 'agreed')) AND"
			" ($2 = 0 OR alert = $2) ORDER BY id DESC LIMIT 500",
			"ii", (int64_t)q->open, alert);
	while (!err && store_next(rows, &err)) {
		struct consultations_row row = {
			.id = store_int(rows, 0),
			.topic = row_text(cx->arena, rows, 1),
			.state = row_text(cx->arena, rows, 2),
			.form = row_text(cx->arena, rows, 3),
			.channel = row_text(cx->arena, rows, 4),
			.group = row_text(cx->arena, rows, 5),
			.kind = row_text(cx->arena, rows, 6),
			.party = row_text(cx->arena, rows, 7),
			.office = row_text(cx->arena, rows, 8),
			.at = store_int(rows, 9),
			.due = int_or_none(rows, 10),
			.begins = int_or_none(rows, 11),
			.out_of_schedule = store_int(rows, 12) != 0,
			.note = row_text(cx->arena, rows, 13),
			.alert = int_or_none(rows, 14),
		};

		err = parties_where(&row.parties, cx, row.id, "");
		if (!err)
			err = parties_where(&row.present, cx, row.id, " AND came IS NOT NULL");
		if (!err)
			err = parties_where(&row.agreed, cx, row.id, " AND agreed IS NOT NULL");
		if (!err)
			view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


int consultation_parties_run(struct view_cx *cx, const void *params)
{
	const struct consultation_parties_params *q = params;
	struct store_rows *rows = NULL;
	int err = may_read(cx);

	if (!err)
		err = store_query(&rows, cx->st,
				  "SELECT party, answer, text, came, left_at, agreed FROM"
				  " council_consulted WHERE consultation = $1 ORDER BY party",
				  "i", q->consultation);
	while (!err && store_next(rows, &err))
		view_row(cx,
			 &(struct consultation_parties_row){ .party = store_text(rows, 0),
							     .answer = store_text(rows, 1),
							     .text = store_text(rows, 2),
							     .came = int_or_none(rows, 3),
							     .left = int_or_none(rows, 4),
							     .agreed = int_or_none(rows, 5) });
	store_done(rows);

	return err;
}


int consultation_todos_run(struct view_cx *cx, const void *params)
{
	const struct consultation_todos_params *q = params;
	int64_t one = q->consultation == FIELD_NONE ? 0 : q->consultation;
	struct store_rows *rows = NULL;
	int err = may_read(cx);

	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT consultation, number, what, party, due, done_at, text FROM"
			" council_todo WHERE ($1 = 0 OR consultation = $1) AND ($2 = 0 OR"
			" done_at IS NULL) ORDER BY due, consultation, number LIMIT 5000",
			"ii", one, (int64_t)q->open);
	while (!err && store_next(rows, &err)) {
		struct consultation_todos_row row = { .consultation = store_int(rows, 0),
						      .number = store_int(rows, 1),
						      .what = store_text(rows, 2),
						      .party = store_text(rows, 3),
						      .due = store_text(rows, 4),
						      .done = int_or_none(rows, 5),
						      .text = store_text(rows, 6) };

		row.overdue = row.done == FIELD_NONE && strcmp(row.due, cx->today) < 0;
		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


int consultation_papers_run(struct view_cx *cx, const void *params)
{
	const struct consultation_papers_params *q = params;
	int64_t one = q->consultation == FIELD_NONE ? 0 : q->consultation;
	struct store_rows *rows = NULL;
	int err = may_read(cx);

	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT consultation, seq, at, party, title, type, digest FROM"
			" council_paper WHERE ($1 = 0 OR consultation = $1) ORDER BY seq"
			" DESC LIMIT 1000",
			"i", one);
	while (!err && store_next(rows, &err))
		view_row(cx,
			 &(struct consultation_papers_row){ .consultation = store_int(rows, 0),
							    .seq = store_int(rows, 1),
							    .at = store_int(rows, 2),
							    .party = store_text(rows, 3),
							    .title = store_text(rows, 4),
							    .type = store_text(rows, 5),
							    .digest = store_text(rows, 6) });
	store_done(rows);

	return err;
}


int consultation_figures_run(struct view_cx *cx, const void *params)
{
	struct store_rows *rows = NULL;
	int err = may_read(cx);

	(void)params;
	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT form, kind, CAST(sum(1 - out_of_schedule) AS BIGINT),"
			" CAST(sum(out_of_schedule) AS BIGINT) FROM council_consultation"
			" WHERE begins IS NOT NULL GROUP BY form, kind ORDER BY form,"
			" kind",
			"");
	while (!err && store_next(rows, &err))
		view_row(cx, &(struct consultation_figures_row){
				     .form = store_text(rows, 0),
				     .kind = store_text(rows, 1),
				     .in_schedule = store_int(rows, 2),
				     .out_of_schedule = store_int(rows, 3) });
	store_done(rows);

	return err;
}
