/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * moves.c: from commitment to release.  Before anything leaves, who asked says whether it is
 * still needed; who receives confirms what arrived, and a difference needs a note.
 */
#include <string.h>

#include "assist/judges.h"
#include "base/mem.h"
#include "base/text.h"
#include "gen/assist.h"
#include "store/store.h"


static int find(struct request *r, struct offer *o, struct act_cx *cx, enum side side,
		int64_t number, const char *states)
{
	int err = request_need_open(r, cx, side);

	return err ? err : offer_need(o, cx, r, number, states);
}


static void move_to(struct act_cx *cx, const struct request *r, const struct offer *o,
		    const char *state, int64_t quantity, const char *text)
{
	effect_set(&cx->fx, "assist_offer", "request offer", "state", "iis", r->id, o->number,
		   state);
	step_put(cx, r->id, o->number, state, quantity, text);
}


int assistance_commit_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_commit *b = body;
	struct request r;
	struct offer o;
	int err = find(&r, &o, cx, SIDE_GIVES, b->offer, "accepted");

	if (!err)
		move_to(cx, &r, &o, "committed", o.accepted, b->text);

	return err;
}


int assistance_still_needed_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_still_needed *b = body;
	struct request r;
	struct offer o;
	int err = find(&r, &o, cx, SIDE_ASKS, b->offer, "accepted committed");

	if (!err && !b->needed && !b->reason)
		err = refuse(cx, REFUSE_REASON_NEEDED, NULL, "reason-needed", NULL);
	if (err)
		return err;
	effect_set(&cx->fx, "assist_offer", "request offer", "needed", "iii", r.id, o.number,
		   (int64_t)b->needed);
	if (b->needed)
		step_put(cx, r.id, o.number, "still-needed", FIELD_NONE, b->reason);
	else
		move_to(cx, &r, &o, "not-needed", FIELD_NONE, b->reason);

	return 0;
}


int assistance_depart_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_depart *b = body;
	struct request r;
	struct offer o;
	int err = find(&r, &o, cx, SIDE_GIVES, b->offer, "committed");

	if (!err && !o.needed)
		err = refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.still-needed", NULL);
	if (!err)
		move_to(cx, &r, &o, "departed", o.accepted, b->text);

	return err;
}


int assistance_arrive_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_arrive *b = body;
	struct request r;
	struct offer o;
	int err = find(&r, &o, cx, SIDE_ASKS, b->offer, "departed");

	if (!err && b->quantity != o.accepted && !b->discrepancy)
		err = refuse(cx, REFUSE_REASON_NEEDED, NULL, "reason-needed.discrepancy",
			     "have", number_text(cx->arena, b->quantity), "need",
			     number_text(cx->arena, o.accepted), NULL);
	if (err)
		return err;
	effect_set(&cx->fx, "assist_offer", "request offer", "arrived discrepancy", "iiis",
		   r.id, o.number, b->quantity, b->discrepancy);
	move_to(cx, &r, &o, "arrived", b->quantity, b->discrepancy);

	return 0;
}


int assistance_release_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_release *b = body;
	struct request r;
	struct offer o;
	int err = find(&r, &o, cx, SIDE_ASKS, b->offer, "arrived");

	if (!err)
		move_to(cx, &r, &o, "released", FIELD_NONE, b->text);

	return err;
}


/* Costs are settled after the request was closed, too. */
int assistance_cost_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_cost *b = body;
	struct request r;
	struct offer o;
	int err = request_need(&r, cx, SIDE_BOTH, "sent acknowledged closed");

	if (!err)
		err = offer_need(&o, cx, &r, b->offer,
				 "offered countered to-reconfirm accepted committed departed"
				 " arrived released not-needed");
	if (err)
		return err;
	effect_add(&cx->fx, "assist_cost", "request offer seq stage amount currency party text",
		   "iiisisss", r.id, o.number, cx->seq, b->stage, b->amount, b->currency,
		   cx->seat.party, b->text);

	return 0;
}
