/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * offers.c: what is offered, and what becomes of it until it is accepted.
 *
 *	submitted -> countered -> submitted ...
 *	          -> reconfirm (the request changed) -> submitted
 *	          -> accepted | declined | retracted | expired
 */
#include "act/world.h"
#include "assist/judges.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/charter.h"
#include "gen/assist.h"
#include "store/store.h"

#define RULE "assistance"


int offer_need(struct offered *out, struct act_cx *cx, enum side side)
{
	struct store_rows *rows = NULL;
	int64_t request = 0;
	int err;

	memset(out, 0, sizeof(*out));
	err = need_number(&out->id, cx);
	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT request, line, party, quantity, until, state, accepted,"
			" departed, needed FROM assist_offer WHERE id = $1",
			"i", out->id);
	if (!err && store_next(rows, &err)) {
		request = store_int(rows, 0);
		out->line = store_int(rows, 1);
		out->party = row_text(cx->arena, rows, 2);
		out->quantity = store_int(rows, 3);
		out->until = store_int(rows, 4);
		out->state = row_text(cx->arena, rows, 5);
		out->accepted = row_int(rows, 6);
		out->departed = row_int(rows, 7);
		out->needed = store_int(rows, 8) != 0;
	}
	store_done(rows);

	return err ? err : help_need(&out->help, cx, request, side);
}


int offer_state(struct act_cx *cx, const struct offered *o, const char *states)
{
	struct help h = { .state = o->state };

	return help_state(cx, &h, states);
}


int offer_open(struct act_cx *cx, const struct offered *o, const char *states)
{
	int err = help_state(cx, &o->help,
			     "sent acknowledged answered agreed under-way completed");

	return err ? err : offer_state(cx, o, states);
}


int help_complete(struct act_cx *cx, const struct offered *o, bool arrives)
{
	int64_t waits = 0, here = 0;
	int err = store_get_int(&waits, cx->st,
				"SELECT count(*) FROM assist_offer WHERE request = $1 AND"
				" id <> $2 AND state IN ('submitted', 'countered', 'reconfirm',"
				" 'accepted', 'committed', 'departed')",
				"ii", o->help.id, o->id);

	if (!err)
		err = store_get_int(&here, cx->st,
				    "SELECT count(*) FROM assist_offer WHERE request = $1 AND"
				    " id <> $2 AND state IN ('arrived', 'released')",
				    "ii", o->help.id, o->id);
	if (!err && !waits && (arrives || here))
		help_move(cx, &o->help, "completed");

	return err;
}


static void set_state(struct act_cx *cx, const struct offered *o, const char *state)
{
	effect_set(&cx->fx, "assist_offer", "id", "state", "is", o->id, state);
}


/* How long it stands: as said, else as the charter says; never until a time that has passed. */
static int check_until(int64_t *out, struct act_cx *cx, int64_t until)
{
	*out = until == FIELD_NONE
		       ? zone_add(NULL, cx->at, &cx->charter->assistance.expiry_of_offer)
		       : until;
	if (*out > cx->at)
		return 0;
	fault_at(&cx->fault, "/body/until", 0, 0);

	return fault_set(&cx->fault, E_RANGE, "An offer stands until a time to come.");
}


int assistance_offer_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_offer *b = body;
	struct help h;
	int64_t id = 0, until = 0, line = 0;
	int err = need_number(&id, cx);

	if (!err)
		err = help_need(&h, cx, id, GIVER);
	if (!err)
		err = help_may(cx, h.to, false);
	if (!err)
		err = help_state(cx, &h, "sent acknowledged answered agreed under-way");
	if (!err && b->kind && !text_eq(b->kind, h.kind))
		err = refuse(cx, REFUSE_WRONG_MODE, RULE, "wrong-mode.link", NULL);
	if (!err)
		err = store_get_int(&line, cx->st,
				    "SELECT count(*) FROM assist_line WHERE request = $1 AND"
				    " line = $2 AND quantity > 0",
				    "ii", h.id, b->line);
	if (!err && !line)
		err = refuse(cx, REFUSE_NOT_FOUND, RULE, "not-found.line", NULL);
	if (!err)
		err = check_until(&until, cx, b->until);
	if (err)
		return err;
	effect_add(
		&cx->fx, "assist_offer",
		"id request line party quantity ready terms estimate currency transport until"
		" text state needed",
		"iiisissossissi", cx->seq, h.id, b->line, cx->seat.party, b->quantity, b->ready,
		b->terms, b->estimate, b->currency, b->transport, until, b->text, "submitted",
		(int64_t)0);
	help_move(cx, &h, "answered");
	help_step(cx, h.id, "offered", cx->seq, b->quantity, b->text);

	return 0;
}


int assistance_counter_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_counter *b = body;
	struct offered o;
	int err = offer_need(&o, cx, ASKER);

	if (!err)
		err = offer_open(cx, &o, "submitted countered");
	if (err)
		return err;
	effect_set(&cx->fx, "assist_offer", "id", "state asked", "iss", o.id, "countered",
		   b->text);
	help_step(cx, o.help.id, "countered", o.id, b->quantity, b->text);

	return 0;
}


int assistance_confirm_offer_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_confirm_offer *b = body;
	struct offered o;
	int64_t until = 0;
	int err = offer_need(&o, cx, GIVER);

	if (!err)
		err = help_may(cx, o.party, false);
	if (!err)
		err = offer_open(cx, &o, "countered reconfirm");
	if (!err)
		err = check_until(&until, cx, b->until);
	if (err)
		return err;
	effect_set(&cx->fx, "assist_offer", "id", "state quantity ready until asked", "isisin",
		   o.id, "submitted", b->quantity, b->ready, until);
	help_step(cx, o.help.id, "confirmed", o.id, b->quantity, b->text);

	return 0;
}


int assistance_retract_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_retract *b = body;
	struct offered o;
	int err = offer_need(&o, cx, GIVER);

	if (!err)
		err = offer_state(cx, &o, "submitted countered reconfirm");
	if (err)
		return err;
	set_state(cx, &o, "retracted");
	help_step(cx, o.help.id, "retracted", o.id, FIELD_NONE, b->reason);

	return help_complete(cx, &o, false);
}


int assistance_decline_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_decline *b = body;
	struct offered o;
	int err = offer_need(&o, cx, ASKER);

	if (!err)
		err = offer_state(cx, &o, "submitted countered reconfirm");
	if (err)
		return err;
	set_state(cx, &o, "declined");
	help_step(cx, o.help.id, "declined", o.id, FIELD_NONE, b->reason);

	return help_complete(cx, &o, false);
}


/* No more than was offered, and no more than the line still lacks. */
static int check_quantity(struct act_cx *cx, const struct offered *o, int64_t wanted)
{
	int64_t lacks = 0;
	int err = store_get_int(&lacks, cx->st,
				"SELECT l.quantity - CAST((SELECT coalesce(sum(a.accepted), 0)"
				" FROM assist_offer a WHERE a.request = l.request AND a.line ="
				" l.line AND a.state IN ('accepted', 'committed', 'departed',"
				" 'arrived', 'released')) AS BIGINT) FROM assist_line l"
				" WHERE l.request = $1 AND l.line = $2",
				"ii", o->help.id, o->line);

	if (err)
		return err;
	if (wanted > o->quantity)
		return refuse(cx, REFUSE_OVER_ACCEPTANCE, RULE, "over-acceptance.offer", "text",
			      number_text(cx->arena, o->quantity), NULL);
	if (wanted > lacks)
		return refuse(cx, REFUSE_OVER_ACCEPTANCE, RULE, "over-acceptance.line", "text",
			      number_text(cx->arena, lacks > 0 ? lacks : 0), NULL);

	return 0;
}


int assistance_accept_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_accept *b = body;
	struct offered o;
	int err = offer_need(&o, cx, ASKER);

	if (!err)
		err = help_may(cx, o.help.party, true);
	if (!err && (text_eq(o.state, "expired") ||
		     (text_eq(o.state, "submitted") && cx->at > o.until)))
		err = refuse(cx, REFUSE_OFFER_EXPIRED, RULE "/expiry_of_offer", "offer-expired",
			     NULL);
	if (!err)
		err = offer_open(cx, &o, "submitted");
	if (!err)
		err = check_quantity(cx, &o, b->quantity);
	if (err)
		return err;
	effect_set(&cx->fx, "assist_offer", "id", "state accepted", "isi", o.id, "accepted",
		   b->quantity);
	help_move(cx, &o.help, "agreed");
	help_step(cx, o.help.id, "accepted", o.id, b->quantity, NULL);

	return 0;
}


int assistance_expire_judge(struct act_cx *cx, const void *body)
{
	struct offered o;
	int err = offer_need(&o, cx, EITHER);

	(void)body;
	if (!err)
		err = offer_state(cx, &o, "submitted countered reconfirm");
	if (!err && cx->at <= o.until)
		err = refuse(cx, REFUSE_WRONG_STATE, RULE "/expiry_of_offer",
			     "wrong-state.help", "state", o.state, NULL);
	if (err)
		return err;
	set_state(cx, &o, "expired");
	help_step(cx, o.help.id, "expired", o.id, FIELD_NONE, NULL);

	return help_complete(cx, &o, false);
}


int offers_expire_trigger(struct trigger_cx *cx)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT id, until FROM assist_offer WHERE state IN ('submitted',"
			      " 'countered', 'reconfirm') ORDER BY until, id LIMIT 1000",
			      "");

	while (!err && store_next(rows, &err)) {
		int64_t id = store_int(rows, 0), until = store_int(rows, 1);

		if (cx->at <= until) {
			trigger_wake(cx, until + 1);
			break;
		}
		trigger_propose(cx, "assistance.expire",
				arena_printf(cx->arena, "offer/%lld", (long long)id),
				json_object(),
				arena_printf(cx->arena, "expire/%lld/%lld", (long long)id,
					     (long long)until));
	}
	store_done(rows);

	return err;
}
