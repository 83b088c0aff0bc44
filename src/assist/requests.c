/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* requests.c: a request for help, from the forewarning to the closing note. */
#include <string.h>

#include "act/world.h"
#include "assist/judges.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/charter.h"
#include "gen/assist.h"
#include "store/store.h"

#define RULE "assistance"

/* In the order in which a request passes them; the last two end it. */
static const char *const states[] = { "sent",	   "acknowledged", "answered",	"agreed",
				      "under-way", "completed",	   "withdrawn", "closed" };


/* Acts about help are seen by the two, and by nobody else. */
static void seen_by_two(struct act_cx *cx, const char *one, const char *other)
{
	cx->see = arena_printf(cx->arena, "party:%s,party:%s", one, other);
}


static int no_request(struct act_cx *cx)
{
	return refuse(cx, REFUSE_NO_REQUEST, RULE, "no-request", NULL);
}


int help_need(struct help *out, struct act_cx *cx, int64_t id, enum side side)
{
	struct store_rows *rows = NULL;
	bool asker, giver;
	int err = store_query(&rows, cx->st,
			      "SELECT id, party, to_party, kind, state, title, asker_agrees,"
			      " giver_agrees FROM assist_request WHERE id = $1",
			      "i", id);

	memset(out, 0, sizeof(*out));
	if (!err && store_next(rows, &err)) {
		out->id = store_int(rows, 0);
		out->party = row_text(cx->arena, rows, 1);
		out->to = row_text(cx->arena, rows, 2);
		out->kind = row_text(cx->arena, rows, 3);
		out->state = row_text(cx->arena, rows, 4);
		out->title = row_text(cx->arena, rows, 5);
		out->asker_agrees = store_int(rows, 6) != 0;
		out->giver_agrees = store_int(rows, 7) != 0;
	}
	store_done(rows);
	if (err)
		return err;
	asker = out->id && text_eq(cx->seat.party, out->party);
	giver = out->id && text_eq(cx->seat.party, out->to);
	if (!asker && !giver && !(out->id && cx->seat.machine))
		return no_request(cx);
	seen_by_two(cx, out->party, out->to);
	if ((side == ASKER && !asker) || (side == GIVER && !giver))
		return refuse(cx, REFUSE_NOT_ENTITLED, RULE, "not-entitled.other-party", NULL);

	return 0;
}


static int need(struct help *out, struct act_cx *cx, enum side side)
{
	int64_t id = 0;
	int err = need_number(&id, cx);

	return err ? err : help_need(out, cx, id, side);
}


int help_state(struct act_cx *cx, const struct help *h, const char *words)
{
	return text_among(words, h->state)
		       ? 0
		       : refuse(cx, REFUSE_WRONG_STATE, RULE, "wrong-state.help", "state",
				h->state, NULL);
}


void help_step(struct act_cx *cx, int64_t request, const char *step, int64_t offer,
	       int64_t quantity, const char *text)
{
	effect_add(&cx->fx, "assist_step",
		   "request seq at step party office offer quantity text", "iiisssoos", request,
		   cx->seq, cx->at, step, cx->seat.party, cx->seat.office, offer, quantity,
		   text);
}


void help_move(struct act_cx *cx, const struct help *h, const char *state)
{
	size_t now = 0, then = 0;

	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		if (text_eq(states[i], h->state))
			now = i;
		if (text_eq(states[i], state))
			then = i;
	}
	if (then > now)
		effect_set(&cx->fx, "assist_request", "id", "state", "is", h->id, state);
}


static bool holds(const struct snapshot_status *s, const struct charter_status *status,
		  const char *today)
{
	return s && text_eq(status->id, s->status) && !snapshot_suspended(s, today);
}


int help_may(struct act_cx *cx, const char *party, bool asks)
{
	const struct charter_assistance *rule = &cx->charter->assistance;
	const struct snapshot_party *p = NULL;
	const struct snapshot_status *s;
	int err = need_party(&p, cx, party);

	if (err)
		return err;
	s = snapshot_status(p, cx->today);
	charter_each (status, rule->who_asks)
		if (asks && holds(s, *status, cx->today))
			return 0;
	charter_each (status, rule->who_gives)
		if (!asks && holds(s, *status, cx->today))
			return 0;

	return refuse(cx, REFUSE_NOT_ENTITLED, asks ? RULE "/who_asks" : RULE "/who_gives",
		      asks ? "not-entitled.asks" : "not-entitled.gives", "party", party, NULL);
}


static int check_pair(struct act_cx *cx, const char *to)
{
	int err = help_may(cx, cx->seat.party, true);

	if (!err && text_eq(to, cx->seat.party)) {
		fault_at(&cx->fault, "/body/to", 0, 0);
		err = fault_set(&cx->fault, E_RANGE, "A member does not ask itself.");
	}
	if (!err)
		err = help_may(cx, to, false);
	seen_by_two(cx, cx->seat.party, to);

	return err;
}


int assistance_forewarn_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_forewarn *b = body;
	int err = check_pair(cx, b->to);

	if (!err)
		effect_add(&cx->fx, "assist_forewarning",
			   "id party to_party kind event needs at", "isssssi", cx->seq,
			   cx->seat.party, b->to, b->kind, b->event, b->needs, cx->at);

	return err;
}


static const struct charter_assistance_mode *mode_of(const struct charter *c, const char *id)
{
	charter_each (m, c->assistance.modes)
		if (text_eq(m->id, id))
			return m;

	return NULL;
}


static int check_mode(struct act_cx *cx, const char *mode)
{
	const struct charter_assistance_mode *m = mode_of(cx->charter, mode);

	fault_at(&cx->fault, "/body/mode", 0, 0);
	if (!m)
		return refuse(cx, REFUSE_NOT_FOUND, RULE "/modes", "not-found.mode", "text",
			      mode, NULL);
	if (m->asks != ASKS_ONE)
		return fault_set(
			&cx->fault, E_RANGE,
			"A request in the mode %s goes to more than one; only requests "
			"from one to one are taken here.",
			mode);
	cx->fault = (struct fault){ 0 };

	return 0;
}


static int check_lines(struct act_cx *cx, const struct field_list *lines)
{
	const struct assist_line *at = lines->v;

	if (!lines->n) {
		fault_at(&cx->fault, "/body/lines", 0, 0);
		return fault_set(&cx->fault, E_RANGE, "A request has one line or more.");
	}
	for (size_t i = 0; i < lines->n; i++) {
		bool known = false;

		for (size_t k = 0; k < cx->charter->assistance.categories.count; k++)
			known = known || text_eq(at[i].category,
						 cx->charter->assistance.categories.at[k]);
		if (!known)
			return refuse(cx, REFUSE_NOT_FOUND, RULE "/categories",
				      "not-found.category", "text", at[i].category, NULL);
	}

	return 0;
}


/* What it follows from must be of the same kind: an exercise never asks for real help. */
static int check_link(struct act_cx *cx, const char *sql, int64_t id, const char *kind,
		      const char *pointer)
{
	const char *other = NULL;
	int err;

	if (id == FIELD_NONE)
		return 0;
	err = store_get_text(&other, cx->arena, cx->st, sql, "i", id);
	if (err == E_ABSENT) {
		fault_at(&cx->fault, pointer, 0, 0);
		return fault_set(&cx->fault, E_RANGE, "There is nothing with this number.");
	}
	if (!err && !text_eq(other, kind))
		err = refuse(cx, REFUSE_WRONG_MODE, RULE, "wrong-mode.link", NULL);

	return err;
}


int assistance_request_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_request *b = body;
	const struct assist_line *lines = b->lines.v;
	int err = check_mode(cx, b->mode);

	if (!err)
		err = check_pair(cx, b->to);
	if (!err)
		err = check_lines(cx, &b->lines);
	if (!err)
		err = check_link(cx, "SELECT kind FROM assist_forewarning WHERE id = $1",
				 b->forewarned, b->kind, "/body/forewarned");
	if (!err)
		err = check_link(cx, "SELECT mode FROM council_pub_consultation WHERE id = $1",
				 b->consultation, b->kind, "/body/consultation");
	if (err)
		return err;
	effect_add(&cx->fx, "assist_request",
		   "id party to_party mode kind title event contact reason state sent_at due_at"
		   " revision consultation forewarned asker_agrees giver_agrees",
		   "isssssssssiiiooii", cx->seq, cx->seat.party, b->to, b->mode, b->kind,
		   b->title, b->event, b->contact, b->reason, "sent", cx->at,
		   zone_add(NULL, cx->at, &cx->charter->assistance.answer_within), (int64_t)0,
		   b->consultation, b->forewarned, (int64_t)0, (int64_t)0);
	for (size_t i = 0; i < b->lines.n; i++)
		effect_add(&cx->fx, "assist_line",
			   "request line item category quantity unit needed_by place conditions"
			   " assessment cannot",
			   "iississsssi", cx->seq, (int64_t)i + 1, lines[i].item,
			   lines[i].category, lines[i].quantity, lines[i].unit,
			   lines[i].needed_by, lines[i].place, lines[i].conditions,
			   lines[i].assessment, (int64_t)0);
	help_step(cx, cx->seq, "sent", FIELD_NONE, FIELD_NONE, NULL);

	return 0;
}


int assistance_acknowledge_judge(struct act_cx *cx, const void *body)
{
	struct help h;
	int err = need(&h, cx, GIVER);

	(void)body;
	if (!err)
		err = help_state(cx, &h, "sent");
	if (err)
		return err;
	help_move(cx, &h, "acknowledged");
	help_step(cx, h.id, "acknowledged", FIELD_NONE, FIELD_NONE, NULL);

	return 0;
}


/* Every offer on the line that has not left must be confirmed, and accepted, again. */
static int reconfirm(struct act_cx *cx, const struct help *h, int64_t line)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT id FROM assist_offer WHERE request = $1 AND line = $2 AND"
			      " state IN ('submitted', 'countered', 'accepted', 'committed')"
			      " ORDER BY id",
			      "ii", h->id, line);

	while (!err && store_next(rows, &err))
		effect_set(&cx->fx, "assist_offer", "id", "state accepted needed", "isni",
			   store_int(rows, 0), "reconfirm", (int64_t)0);
	store_done(rows);

	return err;
}


static int line_there(struct act_cx *cx, int64_t request, int64_t line)
{
	int64_t n = 0;
	int err = store_get_int(
		&n, cx->st, "SELECT count(*) FROM assist_line WHERE request = $1 AND line = $2",
		"ii", request, line);

	return err || n ? err : refuse(cx, REFUSE_NOT_FOUND, RULE, "not-found.line", NULL);
}


int assistance_change_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_change *b = body;
	struct help h;
	int64_t revision = 0;
	int err = need(&h, cx, ASKER);

	if (!err)
		err = help_may(cx, h.party, true);
	if (!err)
		err = help_state(cx, &h, "sent acknowledged answered agreed under-way");
	if (!err)
		err = line_there(cx, h.id, b->line);
	if (!err)
		err = store_get_int(&revision, cx->st,
				    "SELECT revision FROM assist_request WHERE id = $1", "i",
				    h.id);
	if (!err)
		err = reconfirm(cx, &h, b->line);
	if (err)
		return err;
	effect_set(&cx->fx, "assist_request", "id", "revision", "ii", h.id, revision + 1);
	if (b->quantity != FIELD_NONE)
		effect_set(&cx->fx, "assist_line", "request line", "quantity", "iii", h.id,
			   b->line, b->quantity);
	if (b->needed_by)
		effect_set(&cx->fx, "assist_line", "request line", "needed_by", "iis", h.id,
			   b->line, b->needed_by);
	if (b->place)
		effect_set(&cx->fx, "assist_line", "request line", "place", "iis", h.id,
			   b->line, b->place);
	if (b->conditions)
		effect_set(&cx->fx, "assist_line", "request line", "conditions", "iis", h.id,
			   b->line, b->conditions);
	help_step(cx, h.id, "changed", FIELD_NONE, b->quantity, b->reason);

	return 0;
}


/* Refuse with this text while an offer is in one of these states, separated by spaces. */
static int nothing_is(struct act_cx *cx, const struct help *h, const char *words,
		      const char *why)
{
	struct store_rows *rows = NULL;
	bool any = false;
	int err = store_query(&rows, cx->st,
			      "SELECT DISTINCT state FROM assist_offer WHERE request = $1"
			      " ORDER BY state",
			      "i", h->id);

	while (!err && store_next(rows, &err))
		any = any || text_among(words, store_text(rows, 0));
	store_done(rows);

	return err || !any ? err : refuse(cx, REFUSE_WRONG_STATE, RULE, why, NULL);
}


int assistance_withdraw_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_withdraw *b = body;
	struct help h;
	int err = need(&h, cx, ASKER);

	if (!err)
		err = help_state(cx, &h, "sent acknowledged answered agreed under-way");
	/* Something on the way, or arrived, is not undone by a withdrawal. */
	if (!err)
		err = nothing_is(cx, &h, "departed arrived released", "wrong-state.moving");
	if (err)
		return err;
	effect_set(&cx->fx, "assist_request", "id", "state closed_at note", "isis", h.id,
		   "withdrawn", cx->at, b->reason);
	help_step(cx, h.id, "withdrawn", FIELD_NONE, FIELD_NONE, b->reason);

	return 0;
}


int assistance_close_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_close *b = body;
	struct help h;
	int err = need(&h, cx, ASKER);

	if (!err)
		err = help_state(cx, &h,
				 "sent acknowledged answered agreed under-way completed");
	/* What is on the way arrives first, if only as "none". */
	if (!err)
		err = nothing_is(cx, &h, "departed", "wrong-state.on-the-way");
	if (err)
		return err;
	effect_set(&cx->fx, "assist_request", "id", "state closed_at note", "isis", h.id,
		   "closed", cx->at, b->note);
	help_step(cx, h.id, "closed", FIELD_NONE, FIELD_NONE, b->note);

	return 0;
}


int assistance_agree_summary_judge(struct act_cx *cx, const void *body)
{
	struct help h;
	int err = need(&h, cx, EITHER);

	(void)body;
	if (err)
		return err;
	effect_set(&cx->fx, "assist_request", "id",
		   text_eq(cx->seat.party, h.party) ? "asker_agrees" : "giver_agrees", "ii",
		   h.id, (int64_t)1);
	help_step(cx, h.id, "summary", FIELD_NONE, FIELD_NONE, NULL);

	return 0;
}


int assistance_cannot_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_cannot *b = body;
	struct help h;
	int err = need(&h, cx, GIVER);

	if (!err)
		err = help_state(cx, &h, "sent acknowledged answered agreed under-way");
	if (!err)
		err = line_there(cx, h.id, b->line);
	if (err)
		return err;
	effect_set(&cx->fx, "assist_line", "request line", "cannot", "iii", h.id, b->line,
		   (int64_t)1);
	help_move(cx, &h, "answered");
	help_step(cx, h.id, "cannot", FIELD_NONE, FIELD_NONE, b->text);

	return 0;
}
