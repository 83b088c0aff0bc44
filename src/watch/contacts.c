/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * contacts.c: the national bodies that deal with the centre, test calls, rounds of calls.
 *
 * Persons appear by office only.  How many contacts a party names is for the charter
 * (crisis/contacts).
 */
#include <string.h>

#include "act/decide.h"
#include "base/mem.h"
#include "base/text.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"


/* A party keeps its own contacts; the desk those of all. */
static int own_or_duty(struct act_cx *cx, const char *party)
{
	return text_eq(cx->seat.party, party) ? 0 : need_duty(cx);
}


static int need_contact(int64_t *id, const char **party, struct act_cx *cx)
{
	int err = need_number(id, cx);

	if (err)
		return err;
	err = store_get_text(
		party, cx->arena, cx->st,
		"SELECT party FROM watch_contact WHERE id = $1 AND ended_at IS NULL", "i", *id);
	if (err == E_ABSENT)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.contact", NULL);

	return err;
}


static int end_replaced(struct act_cx *cx, const struct contact_enter *b, const char *party)
{
	int64_t there = 0;
	int err;

	if (b->replaces == FIELD_NONE)
		return 0;
	err = store_get_int(&there, cx->st,
			    "SELECT count(*) FROM watch_contact WHERE id = $1 AND party = $2"
			    " AND ended_at IS NULL",
			    "is", b->replaces, party);
	if (!err && !there)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.contact", NULL);
	if (!err)
		effect_set(&cx->fx, "watch_contact", "id", "ended_at", "ii", b->replaces,
			   cx->at);

	return err;
}


int contact_enter_judge(struct act_cx *cx, const void *body)
{
	const struct contact_enter *b = body;
	const struct snapshot_party *p = NULL;
	int err = need_party(&p, cx, cx->subject_id);

	if (!err)
		err = own_or_duty(cx, p->id);
	if (!err)
		err = end_replaced(cx, b, p->id);
	if (!err)
		effect_add(&cx->fx, "watch_contact",
			   "id party role name office phone mail always at", "issssssii",
			   cx->seq, p->id, b->role, b->name, b->office, b->phone, b->mail,
			   (int64_t)b->always, cx->at);

	return err;
}


int contact_end_judge(struct act_cx *cx, const void *body)
{
	const char *party = NULL;
	int64_t id = 0;
	int err = need_contact(&id, &party, cx);

	(void)body;
	if (!err)
		err = own_or_duty(cx, party);
	if (!err)
		effect_set(&cx->fx, "watch_contact", "id", "ended_at", "ii", id, cx->at);

	return err;
}


int contact_test_judge(struct act_cx *cx, const void *body)
{
	const struct contact_test *b = body;
	const char *party = NULL;
	int64_t id = 0;
	int err = need_duty(cx);

	if (!err)
		err = need_contact(&id, &party, cx);
	if (!err)
		effect_add(&cx->fx, "watch_call",
			   "id at party contact kind reached note office", "iisisiss", cx->seq,
			   cx->at, party, id, "test", (int64_t)b->reached, b->note,
			   cx->seat.office);

	return err;
}


/* The parties of an open round. */
static int need_round(struct field_list *parties, int64_t round, struct act_cx *cx)
{
	const char *json = NULL;
	int err = store_get_text(&json, cx->arena, cx->st,
				 "SELECT parties FROM watch_round WHERE id = $1"
				 " AND closed_at IS NULL",
				 "i", round);

	if (err == E_ABSENT)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.round", NULL);
	if (!err)
		*parties = list_parse(cx->arena, json);

	return err;
}


static bool in_list(const struct field_list *list, const char *id)
{
	for (size_t i = 0; i < list->n; i++)
		if (text_eq(LIST_TEXT(*list, i), id))
			return true;

	return false;
}


int call_record_judge(struct act_cx *cx, const void *body)
{
	const struct call_record *b = body;
	const struct snapshot_party *p = NULL;
	struct field_list parties = { 0 };
	int err = need_duty(cx);

	if (!err)
		err = need_party(&p, cx, cx->subject_id);
	if (!err && b->round != FIELD_NONE)
		err = need_round(&parties, b->round, cx);
	if (err)
		return err;
	if (b->round != FIELD_NONE && !in_list(&parties, p->id))
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.in-round", "party", p->id,
			      NULL);
	effect_add(&cx->fx, "watch_call",
		   "id at party round kind reached whom topic note follow_up office",
		   "iisosisssss", cx->seq, cx->at, p->id, b->round, "call", (int64_t)b->reached,
		   b->whom, b->topic, b->note, b->follow_up, cx->seat.office);

	return 0;
}


int round_open_judge(struct act_cx *cx, const void *body)
{
	const struct round_open *b = body;
	const struct snapshot_party *p = NULL;
	struct field_list parties = b->parties;
	struct charter_ids who = { 0 };
	int err = need_duty(cx);

	for (size_t i = 0; i < parties.n && !err; i++)
		err = need_party(&p, cx, LIST_TEXT(parties, i));
	if (!err && !parties.n) {
		err = watch_reporters(&who, cx->arena, cx->world, cx->charter, cx->today);
		parties = list_of_ids(cx->arena, who.at, who.count);
	}
	if (!err)
		effect_add(&cx->fx, "watch_round", "id topic parties opened_at", "issi",
			   cx->seq, b->topic, list_json(cx->arena, &parties), cx->at);

	return err;
}


int round_close_judge(struct act_cx *cx, const void *body)
{
	const struct round_close *b = body;
	struct field_list parties = { 0 };
	int64_t id = 0;
	int err = need_duty(cx);

	if (!err)
		err = need_number(&id, cx);
	if (!err)
		err = need_round(&parties, id, cx);
	if (!err)
		effect_set(&cx->fx, "watch_round", "id", "closed_at outcome", "iis", id, cx->at,
			   b->outcome);

	return err;
}


/* Of how many contacts a party has fewer than the charter asks for. */
static int is_short(bool *out, struct view_cx *cx, const char *party)
{
	int64_t n = 0;
	int err = store_get_int(&n, cx->st,
				"SELECT count(*) FROM watch_contact WHERE party = $1"
				" AND ended_at IS NULL",
				"s", party);

	*out = n <
	       cx->charter->crisis.contacts.per_party + cx->charter->crisis.contacts.alternates;

	return err;
}


int contacts_run(struct view_cx *cx, const void *params)
{
	const struct contacts_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(
		&rows, cx->st,
		"SELECT c.id, c.party, c.role, c.name, c.office, c.phone, c.mail,"
		" c.always, (SELECT max(k.at) FROM watch_call k WHERE k.contact = c.id),"
		" (SELECT k.reached FROM watch_call k WHERE k.contact = c.id"
		"  ORDER BY k.id DESC LIMIT 1)"
		" FROM watch_contact c WHERE ($1 = '' OR c.party = $1)"
		" AND c.ended_at IS NULL ORDER BY c.party, c.id LIMIT 2000",
		"s", q->party ? q->party : "");
	while (!err && store_next(rows, &err)) {
		struct contacts_row row = {
			.id = store_int(rows, 0),
			.party = row_text(cx->arena, rows, 1),
			.role = row_text(cx->arena, rows, 2),
			.name = row_text(cx->arena, rows, 3),
			.office = row_text(cx->arena, rows, 4),
			.phone = row_text(cx->arena, rows, 5),
			.mail = row_text(cx->arena, rows, 6),
			.always = store_int(rows, 7) != 0,
			.tested = row_int(rows, 8),
			.reached = store_int(rows, 9) != 0,
		};

		err = is_short(&row.missing, cx, row.party);
		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


int calls_run(struct view_cx *cx, const void *params)
{
	const struct calls_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT id, at, party, kind, reached, whom, topic, note, follow_up,"
			  " round, office FROM watch_call WHERE ($1 = '' OR party = $1)"
			  " ORDER BY id DESC LIMIT $2",
			  "si", q->party ? q->party : "",
			  q->limit == FIELD_NONE ? INT64_C(200) : q->limit);
	while (!err && store_next(rows, &err)) {
		struct calls_row row = {
			.id = store_int(rows, 0),
			.at = store_int(rows, 1),
			.party = row_text(cx->arena, rows, 2),
			.kind = row_text(cx->arena, rows, 3),
			.reached = store_int(rows, 4) != 0,
			.whom = row_text(cx->arena, rows, 5),
			.topic = row_text(cx->arena, rows, 6),
			.note = row_text(cx->arena, rows, 7),
			.follow_up = row_text(cx->arena, rows, 8),
			.round = row_int(rows, 9),
			.office = row_text(cx->arena, rows, 10),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


/* Split the parties of a round into those reached and those not. */
static int split_round(struct rounds_row *row, struct view_cx *cx)
{
	struct charter_ids reached = { 0 }, waiting = { 0 };
	int err = 0;

	for (size_t i = 0; i < row->parties.n && !err; i++) {
		const char *party = LIST_TEXT(row->parties, i);
		int64_t n = 0;

		err = store_get_int(&n, cx->st,
				    "SELECT count(*) FROM watch_call WHERE round = $1 AND"
				    " party = $2 AND reached = 1",
				    "is", row->id, party);
		ids_append(n ? &reached : &waiting, cx->arena, party);
	}
	row->reached = list_of_ids(cx->arena, reached.at, reached.count);
	row->waiting = list_of_ids(cx->arena, waiting.at, waiting.count);

	return err;
}


int rounds_run(struct view_cx *cx, const void *params)
{
	const struct rounds_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT id, topic, opened_at, closed_at, outcome, parties"
			  " FROM watch_round WHERE ($1 = 0 OR closed_at IS NULL)"
			  " ORDER BY id DESC LIMIT 200",
			  "i", (int64_t)q->open);
	while (!err && store_next(rows, &err)) {
		struct rounds_row row = {
			.id = store_int(rows, 0),
			.topic = row_text(cx->arena, rows, 1),
			.opened = store_int(rows, 2),
			.closed = row_int(rows, 3),
			.outcome = row_text(cx->arena, rows, 4),
			.parties = list_parse(cx->arena, store_text(rows, 5)),
		};

		err = split_round(&row, cx);
		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
