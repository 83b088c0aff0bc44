/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * moving.c: from acceptance to release.  Accepted and committed are two states: what was only
 * accepted is nowhere allotted yet, and counting both as one is how help is counted twice.
 *
 *	accepted -> committed -> (still needed?) -> departed -> arrived -> released
 */
#include "assist/judges.h"
#include "base/text.h"
#include "gen/assist.h"

#define RULE "assistance"


int assistance_commit_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_commit *b = body;
	struct offered o;
	int err = offer_need(&o, cx, GIVER);

	if (!err)
		err = help_may(cx, o.party, false);
	if (!err)
		err = offer_open(cx, &o, "accepted");
	if (err)
		return err;
	effect_set(&cx->fx, "assist_offer", "id", "state", "is", o.id, "committed");
	help_move(cx, &o.help, "under-way");
	help_step(cx, o.help.id, "committed", o.id, o.accepted, b->text ? b->text : b->from);

	return 0;
}


int assistance_still_needed_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_still_needed *b = body;
	bool yes = text_eq(b->answer, "yes");
	struct offered o;
	int err = offer_need(&o, cx, ASKER);

	if (!err)
		err = offer_open(cx, &o, "accepted committed");
	if (err)
		return err;
	if (yes)
		effect_set(&cx->fx, "assist_offer", "id", "needed", "ii", o.id, (int64_t)1);
	else
		effect_set(&cx->fx, "assist_offer", "id", "state", "is", o.id, "not-needed");
	help_step(cx, o.help.id, yes ? "still-needed" : "not-needed", o.id, FIELD_NONE,
		  b->text);

	return yes ? 0 : help_complete(cx, &o, false);
}


int assistance_depart_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_depart *b = body;
	struct offered o;
	int err = offer_need(&o, cx, GIVER);

	if (!err)
		err = offer_open(cx, &o, "committed");
	if (!err && !o.needed)
		err = refuse(cx, REFUSE_WRONG_STATE, RULE, "wrong-state.still-needed", NULL);
	if (!err && b->quantity > o.accepted)
		err = refuse(cx, REFUSE_OVER_ACCEPTANCE, RULE, "over-acceptance.offer", "text",
			     number_text(cx->arena, o.accepted), NULL);
	if (err)
		return err;
	effect_set(&cx->fx, "assist_offer", "id", "state departed", "isi", o.id, "departed",
		   b->quantity);
	help_step(cx, o.help.id, "departed", o.id, b->quantity, b->text);

	return 0;
}


int assistance_arrive_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_arrive *b = body;
	struct offered o;
	int err = offer_need(&o, cx, ASKER);

	if (!err)
		err = offer_state(cx, &o, "departed");
	if (!err && b->quantity > o.departed)
		err = refuse(cx, REFUSE_OVER_ACCEPTANCE, RULE, "over-acceptance.offer", "text",
			     number_text(cx->arena, o.departed), NULL);
	if (!err && b->quantity != o.departed && !b->discrepancy)
		err = refuse(cx, REFUSE_REASON_NEEDED, RULE, "reason-needed.discrepancy", NULL);
	if (err)
		return err;
	effect_set(&cx->fx, "assist_offer", "id", "state arrived", "isi", o.id, "arrived",
		   b->quantity);
	help_step(cx, o.help.id, "arrived", o.id, b->quantity, b->discrepancy);

	return help_complete(cx, &o, true);
}


int assistance_release_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_release *b = body;
	struct offered o;
	int err = offer_need(&o, cx, ASKER);

	if (!err)
		err = offer_state(cx, &o, "arrived");
	if (err)
		return err;
	effect_set(&cx->fx, "assist_offer", "id", "state", "is", o.id, "released");
	help_step(cx, o.help.id, "released", o.id, FIELD_NONE, b->text);

	return 0;
}


int assistance_cost_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_cost *b = body;
	struct offered o;
	int err = offer_need(&o, cx, EITHER);

	if (err)
		return err;
	effect_add(&cx->fx, "assist_cost", "offer seq stage amount currency text", "iisiss",
		   o.id, cx->seq, b->stage, b->amount, b->currency, b->text);
	help_step(cx, o.help.id, "cost", o.id, FIELD_NONE, b->text);

	return 0;
}
