/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* deposits.c: receipt, formal check, entry into force (domain.md M3). */
#include <string.h>

#include "act/decide.h"
#include "act/notice.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "council/instruments.h"
#include "gen/council.h"
#include "store/store.h"


static const char *type_rule(struct act_cx *cx, const struct instrument *i, const char *key)
{
	return arena_printf(cx->arena, "instruments/%s/%s", i->type_id, key);
}


/* One that did not sign may accede when the charter opens the type to its status. */
static int check_signatory(struct act_cx *cx, const struct instrument *i,
			   const struct instrument_deposit *b)
{
	const struct snapshot *s = NULL;
	const struct charter_status *status;
	int err;

	if (instrument_signed_by(i, b->party))
		return 0;
	if (!i->type || !i->type->open_to_accession_by.count)
		return refuse(cx, REFUSE_NOT_SIGNATORY, type_rule(cx, i, "consent"),
			      "not-signatory", "party", b->party, "instrument", i->id, NULL);
	err = world_statuses(&s, cx->world);
	if (err)
		return err;
	status = charter_status_on(cx->charter, s, b->party, cx->today);
	if (text_eq(b->kind, "acceded"))
		charter_each (open, i->type->open_to_accession_by)
			if (*open == status)
				return 0;
	if (!text_eq(b->kind, "acceded"))
		return refuse(cx, REFUSE_NOT_SIGNATORY, type_rule(cx, i, "consent"),
			      "not-signatory", "party", b->party, "instrument", i->id, NULL);

	return refuse(cx, REFUSE_NOT_ENTITLED, type_rule(cx, i, "open_to_accession_by"),
		      "not-entitled.accession", "party", b->party, NULL);
}


static int check_text(struct act_cx *cx, const struct instrument *i, const char *digest)
{
	int64_t authentic = 0, same = 0;
	int err = store_get_int(&authentic, cx->st,
				"SELECT count(*) FROM council_text WHERE instrument = $1"
				" AND authentic = 1",
				"s", i->id);

	if (!err && digest)
		err = store_get_int(&same, cx->st,
				    "SELECT count(*) FROM council_text WHERE instrument = $1"
				    " AND authentic = 1 AND digest = $2",
				    "ss", i->id, digest);
	if (err || !authentic || (digest && same))
		return err;

	return refuse(cx, REFUSE_TEXT_MISMATCH, "documents/authentic", "text-mismatch",
		      "instrument", i->id, "text", digest ? digest : "-", NULL);
}


static int check_state(struct act_cx *cx, const struct instrument *i)
{
	if (!text_eq(i->state, "terminated") && !text_eq(i->state, "negotiated") &&
	    !text_eq(i->state, "amended"))
		return 0;

	return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.instrument", "instrument",
		      i->id, "state", i->state, NULL);
}


/* The formal check, in the order in which a depositary makes it. */
static int check_deposit(struct act_cx *cx, const struct instrument *i,
			 const struct instrument_deposit *b)
{
	const struct charter_deposit *before = instrument_deposit_of(i, b->party);
	int err = check_state(cx, i);

	if (!err)
		err = check_signatory(cx, i, b);
	if (!err && before)
		err = refuse(cx, REFUSE_ALREADY_DEPOSITED, type_rule(cx, i, "consent"),
			     "already-deposited", "party", b->party, "date", before->date,
			     NULL);
	if (!err && b->reservation && i->type && !i->type->reservations)
		err = refuse(cx, REFUSE_RESERVATION_BARRED, type_rule(cx, i, "reservations"),
			     "reservation-barred", "instrument", i->id, "party", b->party,
			     NULL);
	if (!err)
		err = check_text(cx, i, b->text);
	if (!err && (!b->complete || !b->unconditional))
		err = refuse(cx, REFUSE_NOT_AUTHORISED, type_rule(cx, i, "consent"),
			     "not-authorised.incomplete", NULL);
	if (!err && strcmp(b->received, cx->today) > 0) {
		fault_at(&cx->fault, "/body/received", 0, 0);
		err = fault_set(&cx->fault, E_RANGE,
				"The day of receipt lies in the future; today is %s.",
				cx->today);
	}

	return err;
}


int instrument_deposit_judge(struct act_cx *cx, const void *body)
{
	const struct instrument_deposit *b = body;
	const struct snapshot_party *p = NULL;
	struct notice notice;
	struct instrument i;
	int err = instrument_need(&i, cx);

	if (!err)
		err = need_party(&p, cx, b->party);
	if (!err)
		err = check_deposit(cx, &i, b);
	if (!err)
		err = notice_issue(&notice, cx, NULL);
	if (err)
		return err;

	effect_add(&cx->fx, "council_deposit",
		   "instrument party seq kind received text scan signed_by reservation"
		   " notice_year notice_number",
		   "ssissssssii", i.id, b->party, cx->seq, b->kind, b->received, b->text,
		   b->scan, b->signed_by, b->reservation, notice.year, notice.number);

	return 0;
}


int instrument_settle_held_judge(struct act_cx *cx, const void *body)
{
	const struct instrument_settle_held *b = body;
	int64_t held = 0, settled = 0;
	struct instrument i;
	int err = instrument_need(&i, cx);

	if (!err)
		err = store_get_int(
			&held, cx->st,
			"SELECT count(*) FROM act_record WHERE seq = $1 AND subject = $2"
			" AND kind = 'instrument.deposit' AND done = 0",
			"is", b->act, cx->request->subject);
	if (!err)
		err = store_get_int(&settled, cx->st,
				    "SELECT count(*) FROM council_held WHERE act = $1", "i",
				    b->act);
	if (err)
		return err;
	if (!held)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.act", NULL);
	if (settled)
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.letter", NULL);
	effect_add(&cx->fx, "council_held", "act letter note at", "issi", b->act, b->letter,
		   b->note, cx->at);

	return 0;
}


int instrument_withdraw_deposit_judge(struct act_cx *cx, const void *body)
{
	const struct instrument_withdraw_deposit *b = body;
	const struct charter_deposit *d;
	struct notice notice;
	struct instrument i;
	int64_t seq = 0;
	int err = instrument_need(&i, cx);

	if (err)
		return err;
	d = instrument_deposit_of(&i, b->party);
	if (!d)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.deposit", "party",
			      b->party, NULL);
	if (i.in_force && strcmp(i.in_force, b->received) <= 0)
		return refuse(cx, REFUSE_WRONG_STATE,
			      type_rule(cx, &i, "withdrawal_before_eif"),
			      "wrong-state.in-force", "instrument", i.id, NULL);
	if (!i.type || !i.type->withdrawal_before_eif)
		return refuse(cx, REFUSE_NOT_AUTHORISED,
			      type_rule(cx, &i, "withdrawal_before_eif"),
			      "not-authorised.withdrawal", NULL);
	if (strcmp(b->received, d->date) < 0)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.dates", "date",
			      b->received, NULL);
	err = store_get_int(
		&seq, cx->st,
		"SELECT seq FROM council_deposit WHERE instrument = $1 AND party = $2"
		" AND withdrawn IS NULL",
		"ss", i.id, b->party);
	if (!err)
		err = notice_issue(&notice, cx, NULL);
	if (!err)
		effect_set(&cx->fx, "council_deposit", "instrument party seq", "withdrawn",
			   "ssis", i.id, b->party, seq, b->received);

	return err;
}


int instrument_confirm_entry_judge(struct act_cx *cx, const void *body)
{
	const struct instrument_confirm_entry *b = body;
	struct charter_entry entry;
	struct notice notice;
	struct instrument i;
	int err = instrument_need(&i, cx);

	if (err)
		return err;
	if (i.in_force)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.in-force",
			      "instrument", i.id, NULL);
	err = instrument_entry(&entry, cx->arena, &i, cx->charter, cx->world, cx->today);
	if (err)
		return err;
	if (entry.state == IN_FORCE_WAITING)
		return refuse(cx, REFUSE_GATE_CLOSED, type_rule(cx, &i, "entry_into_force"),
			      "gate-closed.entry", "have",
			      number_text(cx->arena, entry.deposited), "need",
			      number_text(cx->arena, entry.needed), "waiting",
			      join_ids(cx->arena, entry.waiting.at, entry.waiting.count), NULL);
	if (strcmp(entry.date, b->date) != 0)
		return refuse(cx, REFUSE_TEXT_MISMATCH, type_rule(cx, &i, "entry_into_force"),
			      "text-mismatch.date", "date", entry.date, NULL);
	err = notice_issue(&notice, cx, NULL);
	if (!err)
		effect_set(&cx->fx, "council_instrument", "id", "state in_force", "sss", i.id,
			   "in-force", b->date);

	return err;
}
