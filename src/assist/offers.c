/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * offers.c: answers to a request: offers with terms and validity, counter-offers, acceptance.
 *
 * Accepted and committed are two states on purpose (EDXL-RM: requisition and commit; EMAC:
 * section III and the mission order): one is the consent of who receives, the other of who
 * gives, and neither is presumed.
 */
#include <string.h>

#include "act/world.h"
#include "assist/judges.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/assist.h"
#include "store/store.h"


int offer_need(struct offer *out, struct act_cx *cx, const struct request *r, int64_t number,
	       const char *states)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT line, state, quantity, accepted, valid_until, needed"
			      " FROM assist_offer WHERE request = $1 AND offer = $2",
			      "ii", r->id, number);

	memset(out, 0, sizeof(*out));
	if (!err && store_next(rows, &err)) {
		out->number = number;
		out->line = store_int(rows, 0);
		out->state = row_text(cx->arena, rows, 1);
		out->quantity = store_int(rows, 2);
		out->accepted = store_int(rows, 3);
		out->valid_until = store_int(rows, 4);
		out->needed = store_int(rows, 5) != 0;
	}
	store_done(rows);
	if (!err && !out->number)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.offer", NULL);
	if (!err && !word_of(states, out->state))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.offer", "state",
			      out->state, NULL);

	return err;
}


static int need_line(struct act_cx *cx, const struct request *r, int64_t line)
{
	int64_t n = 0;
	int err = store_get_int(&n, cx->st,
				"SELECT count(*) FROM assist_line WHERE request = $1 AND line ="
				" $2 AND quantity > 0",
				"ii", r->id, line);

	if (!err && !n)
		return refuse(cx, REFUSE_NO_REQUEST, NULL, "no-request.line", "count",
			      number_text(cx->arena, line), NULL);

	return err;
}


/* By the charter, unless the offer says otherwise; never in the past. */
static int validity(int64_t *out, struct act_cx *cx, int64_t until, const char *where)
{
	*out = until;
	if (until == FIELD_NONE)
		*out = zone_add(world_zone(cx->world, cx->charter), cx->at,
				&cx->charter->assistance.expiry_of_offer);
	if (*out > cx->at)
		return 0;
	fault_at(&cx->fault, where, 0, 0);

	return fault_set(&cx->fault, E_RANGE, "The offer would have expired already.");
}


static int put_offer(struct act_cx *cx, const struct request *r,
		     const struct assist_answered_line *l, size_t i, int64_t number)
{
	const char *where = arena_printf(cx->arena, "/body/answers/%zu", i);
	int64_t until = 0;
	int err = validity(&until, cx, l->valid_until, where);

	if (!err && l->quantity == FIELD_NONE) {
		fault_at(&cx->fault, where, 0, 0);
		err = fault_set(&cx->fault, E_RANGE, "An offer says how much.");
	}
	if (!err && (l->estimate == FIELD_NONE) != !l->currency) {
		fault_at(&cx->fault, where, 0, 0);
		err = fault_set(&cx->fault, E_RANGE,
				"An estimate and its currency go together.");
	}
	if (err)
		return err;
	effect_add(&cx->fx, "assist_offer",
		   "request offer line state quantity ready embark transport days"
		   " self_sufficient cost terms valid_until",
		   "iiisiossoossi", r->id, number, l->line, "offered", l->quantity, l->ready,
		   l->embark, l->transport, l->days, l->self_sufficient, l->cost, l->terms,
		   until);
	if (l->currency)
		effect_add(&cx->fx, "assist_cost",
			   "request offer seq stage amount currency party", "iiisiss", r->id,
			   number, cx->seq, "estimate", l->estimate, l->currency,
			   cx->seat.party);
	step_put(cx, r->id, number, "offered", l->quantity, l->terms);

	return 0;
}


int assistance_answer_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_answer *b = body;
	const struct assist_answered_line *l = b->answers.v;
	struct request r;
	int64_t number = 0;
	int err = request_need_open(&r, cx, SIDE_GIVES);

	if (!err)
		err = store_get_int(&number, cx->st,
				    "SELECT coalesce(max(offer), 0) FROM assist_offer WHERE"
				    " request = $1",
				    "i", r.id);
	for (size_t i = 0; i < b->answers.n && !err; i++) {
		err = need_line(cx, &r, l[i].line);
		if (!err && text_eq(l[i].answer, "cannot"))
			effect_set(&cx->fx, "assist_line", "request line", "cannot", "iis",
				   r.id, l[i].line, l[i].terms ? l[i].terms : "");
		else if (!err)
			err = put_offer(cx, &r, &l[i], i, ++number);
	}
	if (!err && !b->answers.n) {
		fault_at(&cx->fault, "/body/answers", 0, 0);
		err = fault_set(&cx->fault, E_RANGE, "There is no answer.");
	}
	if (!err)
		step_put(cx, r.id, 0, "answered", FIELD_NONE, NULL);

	return err;
}


int assistance_revise_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_revise *b = body;
	struct request r;
	struct offer o;
	int64_t until = 0;
	int err = request_need_open(&r, cx, SIDE_GIVES);

	if (!err)
		err = offer_need(&o, cx, &r, b->offer, "offered countered to-reconfirm");
	if (!err)
		err = need_line(cx, &r, o.line);
	if (!err)
		err = validity(&until, cx, b->valid_until, "/body/valid_until");
	if (err)
		return err;
	effect_set(&cx->fx, "assist_offer", "request offer", "state quantity valid_until",
		   "iisii", r.id, o.number, "offered", b->quantity, until);
	if (b->ready != FIELD_NONE)
		effect_set(&cx->fx, "assist_offer", "request offer", "ready", "iii", r.id,
			   o.number, b->ready);
	if (b->terms)
		effect_set(&cx->fx, "assist_offer", "request offer", "terms", "iis", r.id,
			   o.number, b->terms);
	step_put(cx, r.id, o.number, "offered-anew", b->quantity, b->terms);

	return 0;
}


static int check_valid(struct act_cx *cx, const struct offer *o)
{
	char date[TIME_DATE_SIZE];

	if (cx->at <= o->valid_until)
		return 0;
	time_days_date(date, o->valid_until / TIME_DAY);

	return refuse(cx, REFUSE_OFFER_EXPIRED, "assistance/expiry_of_offer", "offer-expired",
		      "date", arena_str(cx->arena, date), NULL);
}


int assistance_counter_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_counter *b = body;
	struct request r;
	struct offer o;
	int err = request_need_open(&r, cx, SIDE_ASKS);

	if (!err)
		err = offer_need(&o, cx, &r, b->offer, "offered countered");
	if (!err)
		err = check_valid(cx, &o);
	if (err)
		return err;
	effect_set(&cx->fx, "assist_offer", "request offer", "state counter counter_terms",
		   "iisis", r.id, o.number, "countered", b->quantity, b->terms);
	step_put(cx, r.id, o.number, "countered", b->quantity, b->terms);

	return 0;
}


/* Neither more than was offered nor, with what is accepted already, more than is needed. */
static int check_accept(struct act_cx *cx, const struct request *r, const struct offer *o,
			int64_t quantity, int64_t also)
{
	int64_t room = 0;
	int err = check_valid(cx, o);

	if (!err && quantity > o->quantity)
		return refuse(cx, REFUSE_OVER_ACCEPTANCE, NULL, "over-acceptance", "need",
			      number_text(cx->arena, quantity), "have",
			      number_text(cx->arena, o->quantity), NULL);
	if (!err)
		err = store_get_int(
			&room, cx->st,
			"SELECT l.quantity - (SELECT coalesce(sum(o.accepted), 0) FROM"
			" assist_offer o WHERE o.request = l.request AND o.line = l.line AND"
			" o.state IN ('accepted', 'committed', 'departed', 'arrived',"
			" 'released')) FROM assist_line l WHERE l.request = $1 AND l.line = $2",
			"ii", r->id, o->line);
	room -= also;
	if (!err && quantity > room)
		return refuse(cx, REFUSE_OVER_ACCEPTANCE, NULL, "over-acceptance.need", "need",
			      number_text(cx->arena, quantity), "have",
			      number_text(cx->arena, room > 0 ? room : 0), NULL);

	return err;
}


int assistance_accept_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_accept *b = body;
	const struct assist_accepted_offer *a = b->accepted.v;
	struct request r;
	struct offer *o = arena_take(cx->arena, (b->accepted.n + 1) * sizeof(*o));
	int err = request_need_open(&r, cx, SIDE_ASKS);

	for (size_t i = 0; i < b->accepted.n && !err; i++) {
		int64_t also = 0;

		err = offer_need(&o[i], cx, &r, a[i].offer, "offered");
		for (size_t k = 0; k < i && !err; k++) {
			if (a[k].offer == a[i].offer)
				err = refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.offer",
					     "state", "accepted", NULL);
			else if (o[k].line == o[i].line)
				also += a[k].quantity;
		}
		if (!err)
			err = check_accept(cx, &r, &o[i], a[i].quantity, also);
		if (err)
			break;
		effect_set(&cx->fx, "assist_offer", "request offer", "state accepted", "iisi",
			   r.id, a[i].offer, "accepted", a[i].quantity);
		step_put(cx, r.id, a[i].offer, "accepted", a[i].quantity, NULL);
	}
	if (!err && !b->accepted.n) {
		fault_at(&cx->fault, "/body/accepted", 0, 0);
		err = fault_set(&cx->fault, E_RANGE, "No offer is named.");
	}

	return err;
}


static int drop_offer(struct act_cx *cx, enum side side, int64_t number, const char *states,
		      const char *state, const char *reason)
{
	struct request r;
	struct offer o;
	int err = request_need_open(&r, cx, side);

	if (!err)
		err = offer_need(&o, cx, &r, number, states);
	if (err)
		return err;
	effect_set(&cx->fx, "assist_offer", "request offer", "state", "iis", r.id, number,
		   state);
	step_put(cx, r.id, number, state, FIELD_NONE, reason);

	return 0;
}


int assistance_decline_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_decline *b = body;

	return drop_offer(cx, SIDE_ASKS, b->offer, "offered countered to-reconfirm", "declined",
			  b->reason);
}


int assistance_withdraw_offer_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_withdraw_offer *b = body;

	return drop_offer(cx, SIDE_GIVES, b->offer, "offered countered to-reconfirm",
			  "withdrawn", b->reason);
}
