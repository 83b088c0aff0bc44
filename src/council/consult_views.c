/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* consult_views.c: consultations as members and the organisation see them. */
#include <string.h>

#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "council/consult.h"
#include "gen/council.h"
#include "store/store.h"


static void consultation_line(struct view_cx *cx, const struct store_rows *rows)
{
	struct consultations_row row = {
		.id = store_int(rows, 0),
		.mode = store_text(rows, 1),
		.state = store_text(rows, 2),
		.title = store_text(rows, 3),
		.text = store_text(rows, 4),
		.asked_by = store_text(rows, 5),
		.asked = row_int(rows, 6),
		.answer_due = row_int(rows, 7),
		.answered = row_int(rows, 8),
		.reason = store_text(rows, 9),
		.office = store_text(rows, 10),
		.form = store_text(rows, 11),
		.channel = store_text(rows, 12),
		.begins = row_int(rows, 13),
		.out_of_schedule = store_int(rows, 14) != 0,
		.body = store_text(rows, 15),
		.made_for = store_text(rows, 16),
		.opened = row_int(rows, 17),
		.place = store_text(rows, 18),
		.ended = row_int(rows, 19),
		.alert = row_int(rows, 20),
		.version = row_int(rows, 21),
		.outcome = store_text(rows, 22),
		.note = store_text(rows, 23),
		.present = store_int(rows, 24),
		.agreed = store_int(rows, 25),
	};
	int64_t answered = row.answered == FIELD_NONE ? cx->at : row.answered;

	row.late = row.answer_due != FIELD_NONE && answered > row.answer_due;
	view_row(cx, &row);
}


int consultations_run(struct view_cx *cx, const void *params)
{
	const struct consultations_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!consult_knows(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(
		&rows, cx->st,
		"SELECT c.id, c.mode, c.state, c.title, c.text, c.asked_by, c.asked_at,"
		" c.answer_due, c.answered_at, c.reason, c.office, c.form, c.channel, c.begins,"
		" c.out_of_schedule, c.body, c.made_for, c.opened_at, c.place, c.ended_at,"
		" c.alert, c.version, n.outcome, n.text,"
		" (SELECT count(DISTINCT p.party) FROM council_attendance p WHERE"
		"  p.consultation = c.id),"
		" (SELECT count(*) FROM council_note_word w WHERE w.consultation = c.id AND"
		"  w.version = c.version AND w.answer = 'agree' AND w.seq = (SELECT max(v.seq)"
		"  FROM council_note_word v WHERE v.consultation = c.id AND v.version = c.version"
		"  AND v.party = w.party))"
		" FROM council_consultation c LEFT JOIN council_note n ON n.consultation = c.id"
		" AND n.version = c.version WHERE ($1 = '' OR c.state = $1) AND"
		" ($2 = '' OR c.mode = $2) ORDER BY c.id DESC LIMIT 500",
		"ss", q->state ? q->state : "", q->mode ? q->mode : "");
	while (!err && store_next(rows, &err))
		consultation_line(cx, rows);
	store_done(rows);

	return err;
}


static int read_presence(struct consultation_parties_row *row, struct view_cx *cx, int64_t id)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT min(in_at), max(out_at), coalesce(max(persons),"
			      " CASE WHEN count(person) > 0 THEN count(DISTINCT person) END),"
			      " count(*), count(out_at) FROM council_attendance WHERE"
			      " consultation = $1 AND party = $2",
			      "is", id, row->party);

	if (!err && store_next(rows, &err) && store_int(rows, 3) > 0) {
		row->present = true;
		row->came = store_int(rows, 0);
		row->left = store_int(rows, 3) == store_int(rows, 4) ? store_int(rows, 1)
								     : FIELD_NONE;
		row->persons = row_int(rows, 2);
	}
	store_done(rows);

	return err;
}


static int read_words(struct consultation_parties_row *row, struct view_cx *cx,
		      const struct consultation *k)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT answer, at, text FROM council_note_word WHERE"
			      " consultation = $1 AND version = $2 AND party = $3"
			      " ORDER BY seq DESC LIMIT 1",
			      "iis", k->id, k->version, row->party);

	if (!err && store_next(rows, &err)) {
		row->settled = row_text(cx->arena, rows, 0);
		row->settled_at = store_int(rows, 1);
		row->words = row_text(cx->arena, rows, 2);
	}
	store_done(rows);

	return err;
}


static int party_line(struct view_cx *cx, const struct consultation *k, const char *party)
{
	struct consultation_parties_row row = { .party = party,
						.came = FIELD_NONE,
						.left = FIELD_NONE,
						.persons = FIELD_NONE,
						.settled_at = FIELD_NONE };
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT (SELECT title FROM council_seat WHERE consultation = $1"
			      " AND party = $2), (SELECT answer FROM council_reply WHERE"
			      " consultation = $1 AND party = $2 ORDER BY seq DESC LIMIT 1),"
			      " (SELECT late FROM council_reply WHERE consultation = $1 AND"
			      " party = $2 ORDER BY seq LIMIT 1)",
			      "is", k->id, party);

	if (!err && store_next(rows, &err)) {
		row.seat = row_text(cx->arena, rows, 0);
		row.answer = row_text(cx->arena, rows, 1);
		row.late = store_int(rows, 2) != 0;
	}
	store_done(rows);
	if (!err)
		err = read_presence(&row, cx, k->id);
	if (!err)
		err = read_words(&row, cx, k);
	if (!err)
		view_row(cx, &row);

	return err;
}


int consultation_parties_run(struct view_cx *cx, const void *params)
{
	const struct consultation_parties_params *q = params;
	struct charter_ids who = { 0 };
	struct consultation k;
	int err;

	if (!consult_knows(&cx->seat, cx->charter))
		return E_DENIED;
	err = consult_read(&k, cx->arena, cx->st, cx->charter, q->id);
	if (!err)
		err = consult_parties(&who, cx->arena, cx->st, cx->world, cx->charter, &k,
				      cx->today);
	for (size_t i = 0; i < who.count && !err; i++)
		err = party_line(cx, &k, who.at[i]);

	return err;
}


int consultation_actions_run(struct view_cx *cx, const void *params)
{
	const struct consultation_actions_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!consult_knows(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT a.consultation, a.number, a.responsible, a.text, a.due,"
			  " a.done_at, a.evidence, c.state FROM council_action a"
			  " JOIN council_consultation c ON c.id = a.consultation AND"
			  " c.version = a.version WHERE ($1 = 0 OR a.consultation = $1) AND"
			  " ($2 = 0 OR a.done_at IS NULL)"
			  " ORDER BY a.due, a.consultation, a.number LIMIT 2000",
			  "ii", q->consultation == FIELD_NONE ? (int64_t)0 : q->consultation,
			  (int64_t)q->open);
	while (!err && store_next(rows, &err)) {
		struct consultation_actions_row row = {
			.consultation = store_int(rows, 0),
			.number = store_int(rows, 1),
			.responsible = store_text(rows, 2),
			.text = store_text(rows, 3),
			.due = store_text(rows, 4),
			.done = row_int(rows, 5),
			.evidence = store_text(rows, 6),
			.agreed = text_eq(store_text(rows, 7), "agreed"),
		};

		row.overdue = row.done == FIELD_NONE && strcmp(row.due, cx->today) < 0;
		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


/* The year of an instant at the seat of the organisation. */
static int64_t year_of(struct view_cx *cx, int64_t at)
{
	int64_t year = 0;
	const char *day = world_today(cx->world, cx->charter, at);

	return text_int(&year, arena_strn(cx->arena, day, 4), 1, 9999) ? 0 : year;
}


static void count_one(struct consultation_sum_row *sum, const struct store_rows *rows)
{
	const char *state = store_text(rows, 1), *form = store_text(rows, 2);
	bool held = !store_null(rows, 4);

	sum->declined += text_eq(state, "declined");
	sum->late += store_int(rows, 5) != 0;
	if (!held)
		return;
	sum->held++;
	sum->out_of_schedule += store_int(rows, 3) != 0;
	sum->in_schedule += store_int(rows, 3) == 0;
	sum->telephone += text_eq(form, "telephone");
	sum->video += text_eq(form, "video");
	sum->meeting += text_eq(form, "meeting");
	sum->agreed += text_eq(state, "agreed");
}


int consultation_sum_run(struct view_cx *cx, const void *params)
{
	struct consultation_sum_row sum = { 0 };
	struct store_rows *rows = NULL;
	int err;

	(void)params;
	if (!consult_knows(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT coalesce(opened_at, answered_at, asked_at), state, form,"
			  " out_of_schedule, opened_at, CASE WHEN answered_at > answer_due THEN"
			  " 1 ELSE 0 END FROM council_consultation WHERE mode = 'actual'"
			  " ORDER BY coalesce(opened_at, answered_at, asked_at) DESC",
			  "");
	while (!err && store_next(rows, &err)) {
		int64_t year = year_of(cx, store_int(rows, 0));

		if (sum.year && sum.year != year) {
			view_row(cx, &sum);
			memset(&sum, 0, sizeof(sum));
		}
		sum.year = year;
		count_one(&sum, rows);
	}
	store_done(rows);
	if (!err && sum.year)
		view_row(cx, &sum);

	return err;
}
