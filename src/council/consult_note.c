/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * consult_note.c: who took part and when; the note, agreed by all who were present; actions.
 *
 * A consultation decides nothing: "agreed to continue" is an outcome.  When a room failed,
 * the outcome is noted in the form in which it ended.  Who was in a room of it was present,
 * like those whose coming was recorded by hand (council_attendance).
 */
#include <string.h>

#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/rules.h"
#include "council/consult.h"
#include "gen/council.h"
#include "store/store.h"


/* The open presence of a party: the number of the act that recorded its coming, or 0. */
static int inside_since(int64_t *out, struct act_cx *cx, int64_t id, const char *party)
{
	return store_get_int(out, cx->st,
			     "SELECT coalesce(max(seq), 0) FROM council_presence WHERE"
			     " consultation = $1 AND party = $2 AND out_at IS NULL",
			     "is", id, party);
}


static int check_when(struct act_cx *cx, int64_t at, int64_t from)
{
	if (at >= from && at <= cx->at)
		return 0;
	fault_at(&cx->fault, "/body/at", 0, 0);

	return fault_set(&cx->fault, E_RANGE,
			 "The time lies before what is recorded, or in the future.");
}


static int check_attends(struct act_cx *cx, const struct consultation *k, const char *party)
{
	const struct snapshot_party *p = NULL;
	struct charter_ids who = { 0 };
	int err = need_party(&p, cx, party);

	if (!err && cx->seat.party && !text_eq(cx->seat.party, party))
		err = refuse(cx, REFUSE_NOT_ENTITLED, NULL, "not-entitled.other-party", NULL);
	if (!err)
		err = consult_parties(&who, cx->arena, cx->st, cx->world, cx->charter, k,
				      cx->today);
	if (!err && !charter_listed((struct charter_strings){ who.at, who.count }, party))
		err = refuse(cx, REFUSE_NOT_AUTHORISED, NULL, "not-authorised.not-asked", NULL);

	return err;
}


int consultation_attend_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_attend *b = body;
	int64_t at = b->at == FIELD_NONE ? cx->at : b->at;
	bool comes = text_eq(b->moved, "in");
	int64_t seq = 0, in_at = 0;
	struct consultation k;
	int err = consult_need(&k, cx, "open");

	if (!err)
		err = check_attends(cx, &k, b->party);
	if (!err)
		err = inside_since(&seq, cx, k.id, b->party);
	if (!err && comes != !seq)
		err = refuse(cx, REFUSE_WRONG_STATE, NULL,
			     comes ? "wrong-state.inside" : "wrong-state.outside", "party",
			     b->party, NULL);
	if (!err && !comes)
		err = store_get_int(&in_at, cx->st,
				    "SELECT in_at FROM council_presence WHERE consultation = $1"
				    " AND party = $2 AND seq = $3",
				    "isi", k.id, b->party, seq);
	if (!err)
		err = check_when(cx, at, comes ? k.opened_at : in_at);
	if (err)
		return err;
	if (comes)
		effect_add(&cx->fx, "council_presence", "consultation party seq in_at persons",
			   "isiio", k.id, b->party, cx->seq, at, b->persons);
	else
		effect_set(&cx->fx, "council_presence", "consultation party seq", "out_at",
			   "isii", k.id, b->party, seq, at);

	return 0;
}


/* Who is still inside leaves when the outcome is put down. */
static int all_leave(struct act_cx *cx, int64_t id)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT party, seq FROM council_presence WHERE consultation = $1"
			      " AND out_at IS NULL ORDER BY party",
			      "i", id);

	while (!err && store_next(rows, &err))
		effect_set(&cx->fx, "council_presence", "consultation party seq", "out_at",
			   "isii", id, row_text(cx->arena, rows, 0), store_int(rows, 1),
			   cx->at);
	store_done(rows);

	return err;
}


static int put_actions(struct act_cx *cx, int64_t id, int64_t version,
		       const struct consultation_note *b)
{
	const struct council_agreed_action *a = b->actions.v;

	for (size_t i = 0; i < b->actions.n; i++) {
		if (strcmp(a[i].due, cx->today) < 0) {
			fault_at(&cx->fault,
				 arena_printf(cx->arena, "/body/actions/%zu/due", i), 0, 0);
			return fault_set(&cx->fault, E_RANGE,
					 "An action cannot be due before today.");
		}
		effect_add(&cx->fx, "council_action",
			   "consultation version number responsible text due", "iiisss", id,
			   version, (int64_t)i + 1, a[i].responsible, a[i].text, a[i].due);
	}

	return 0;
}


static int count_present(int64_t *out, struct act_cx *cx, int64_t id)
{
	return store_get_int(out, cx->st,
			     "SELECT count(DISTINCT party) FROM council_attendance"
			     " WHERE consultation = $1",
			     "i", id);
}


int consultation_note_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_note *b = body;
	struct consultation k;
	int64_t present = 0;
	int err = consult_need(&k, cx, "open noted");

	if (!err && !cx->seat.secretariat)
		err = consult_need_caller(cx);
	if (!err)
		err = count_present(&present, cx, k.id);
	if (!err && !present)
		err = refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.nobody", NULL);
	if (!err)
		err = all_leave(cx, k.id);
	if (err)
		return err;
	k.version++;
	effect_add(&cx->fx, "council_note", "consultation version seq at outcome text",
		   "iiiiss", k.id, k.version, cx->seq, cx->at, b->outcome, b->text);
	effect_set(&cx->fx, "council_consultation", "id", "state version form", "isis", k.id,
		   "noted", k.version, b->form ? b->form : k.form);
	if (k.version == 1)
		effect_set(&cx->fx, "council_consultation", "id", "ended_at", "ii", k.id,
			   cx->at);

	return put_actions(cx, k.id, k.version, b);
}


/* Parties that were present and have not agreed to this version, but for one. */
static int count_missing(int64_t *out, struct act_cx *cx, const struct consultation *k,
			 const char *but)
{
	return store_get_int(
		out, cx->st,
		"SELECT count(DISTINCT p.party) FROM council_attendance p WHERE p.consultation = $1"
		" AND p.party <> $3 AND coalesce((SELECT w.answer FROM council_note_word w WHERE"
		" w.consultation = $1 AND w.version = $2 AND w.party = p.party ORDER BY w.seq"
		" DESC LIMIT 1), '') <> 'agree'",
		"iis", k->id, k->version, but);
}


int consultation_settle_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_settle *b = body;
	struct consultation k;
	bool agrees = text_eq(b->answer, "agree");
	int64_t was = 0, missing = 0;
	int err = consult_need(&k, cx, "noted");

	if (!err && b->version != k.version)
		err = refuse(cx, REFUSE_TEXT_MISMATCH, NULL, "text-mismatch.note", NULL);
	if (!err)
		err = store_get_int(&was, cx->st,
				    "SELECT count(*) FROM council_attendance WHERE"
				    " consultation = $1 AND party = $2",
				    "is", k.id, cx->seat.party);
	if (!err && !was)
		err = refuse(cx, REFUSE_NOT_ENTITLED, NULL, "not-entitled.not-present", NULL);
	if (!err && !agrees && !b->text)
		err = refuse(cx, REFUSE_REASON_NEEDED, NULL, "reason-needed", NULL);
	if (!err && agrees)
		err = count_missing(&missing, cx, &k, cx->seat.party);
	if (err)
		return err;
	effect_add(&cx->fx, "council_note_word",
		   "consultation version party seq at answer text", "iisiiss", k.id, k.version,
		   cx->seat.party, cx->seq, cx->at, b->answer, b->text);
	if (agrees && !missing) {
		effect_set(&cx->fx, "council_note", "consultation version", "agreed_at", "iii",
			   k.id, k.version, cx->at);
		effect_set(&cx->fx, "council_consultation", "id", "state", "is", k.id,
			   "agreed");
	}

	return 0;
}


int consultation_finish_action_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_finish_action *b = body;
	struct consultation k;
	struct store_rows *rows = NULL;
	const char *who = NULL;
	bool done = false;
	int err = consult_need(&k, cx, "noted agreed");

	if (!err)
		err = store_query(&rows, cx->st,
				  "SELECT responsible, done_at FROM council_action WHERE"
				  " consultation = $1 AND version = $2 AND number = $3",
				  "iii", k.id, k.version, b->number);
	if (!err && store_next(rows, &err)) {
		who = row_text(cx->arena, rows, 0);
		done = !store_null(rows, 1);
	}
	store_done(rows);
	if (err)
		return err;
	if (!who)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.action", NULL);
	if (done)
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.done", NULL);
	if (!cx->seat.secretariat && !text_eq(who, cx->seat.party) &&
	    !text_eq(who, cx->seat.office))
		return refuse(cx, REFUSE_NOT_ENTITLED, NULL, "not-entitled.other-party", NULL);
	effect_set(&cx->fx, "council_action", "consultation version number", "done_at evidence",
		   "iiiis", k.id, k.version, b->number, cx->at, b->evidence);

	return 0;
}
