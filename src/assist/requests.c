/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * requests.c: one party asks another (design: CECIS article 29, EMAC REQ-A section I).
 *
 * Nothing moves without a request; a change of one is told at once by marking every offer it
 * touches.  A party that lost its rights in the middle may still confirm what arrives and
 * close what it began: those acts ask for no right.
 */
#include <string.h>

#include "act/world.h"
#include "assist/judges.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/rules.h"
#include "gen/assist.h"
#include "store/store.h"

enum {
	LINES_MAX = 200,
};


bool word_of(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *s = words; (s = strstr(s, word)); s += len)
		if ((s == words || s[-1] == ' ') && (s[len] == ' ' || !s[len]))
			return true;

	return false;
}


void only_two(struct act_cx *cx, const char *a, const char *b)
{
	cx->see = b ? arena_printf(cx->arena, "party:%s,party:%s", a, b)
		    : arena_printf(cx->arena, "party:%s", a);
}


bool request_is_party(const struct seat *seat, const struct request *r)
{
	return seat->party &&
	       (text_eq(seat->party, r->party) || text_eq(seat->party, r->asked));
}


int request_read(struct request *out, struct arena *a, struct store *st, int64_t id)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT mode, state, party, asked, revision, closed_at"
			      " FROM assist_request WHERE id = $1",
			      "i", id);

	memset(out, 0, sizeof(*out));
	if (!err && store_next(rows, &err)) {
		out->id = id;
		out->mode = row_text(a, rows, 0);
		out->state = row_text(a, rows, 1);
		out->party = row_text(a, rows, 2);
		out->asked = row_text(a, rows, 3);
		out->revision = store_int(rows, 4);
		out->closed_at = store_null(rows, 5) ? FIELD_NONE : store_int(rows, 5);
	}
	store_done(rows);

	return err || out->id ? err : E_ABSENT;
}


static int no_request(struct act_cx *cx)
{
	return refuse(cx, REFUSE_NO_REQUEST, "assistance/modes/bilateral", "no-request", NULL);
}


int request_need(struct request *out, struct act_cx *cx, enum side side, const char *states)
{
	int64_t id = 0;
	int err = need_number(&id, cx);

	if (err)
		return err;
	only_two(cx, cx->seat.party, NULL);
	err = request_read(out, cx->arena, cx->st, id);
	if (err == E_ABSENT || (!err && !request_is_party(&cx->seat, out)))
		return no_request(cx);
	if (err)
		return err;
	only_two(cx, out->party, out->asked);
	if ((side == SIDE_ASKS && !text_eq(cx->seat.party, out->party)) ||
	    (side == SIDE_GIVES && !text_eq(cx->seat.party, out->asked)))
		return refuse(cx, REFUSE_NOT_ENTITLED, NULL, "not-entitled.other-side", NULL);
	if (!word_of(states, out->state))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.assistance", "state",
			      out->state, NULL);

	return 0;
}


int request_need_open(struct request *out, struct act_cx *cx, enum side side)
{
	int err = request_need(out, cx, side, "forewarned sent acknowledged closed withdrawn");

	if (!err && text_eq(out->state, "forewarned"))
		return no_request(cx);
	if (!err && out->closed_at != FIELD_NONE)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.assistance", "state",
			      out->state, NULL);

	return err;
}


void step_put(struct act_cx *cx, int64_t request, int64_t offer, const char *step,
	      int64_t quantity, const char *text)
{
	effect_add(&cx->fx, "assist_step",
		   "request seq offer at step party office quantity text", "iiiisssos", request,
		   cx->seq, offer, cx->at, step, cx->seat.party, cx->seat.office, quantity,
		   text);
}


/* Another party, whose status lets it give. */
static int check_asked(struct act_cx *cx, const char *to)
{
	const struct snapshot_party *p = NULL;
	const struct snapshot *s = NULL;
	struct charter_ids who = { 0 };
	int err = need_party(&p, cx, to);

	if (!err && text_eq(to, cx->seat.party)) {
		fault_at(&cx->fault, "/body/to", 0, 0);
		return fault_set(&cx->fault, E_RANGE, "A party asks another, not itself.");
	}
	if (!err)
		err = world_statuses(&s, cx->world);
	if (err)
		return err;
	charter_with_right(&who, cx->arena, cx->charter, s, RIGHT_ASSIST_OFFER, cx->today);
	if (!charter_listed((struct charter_strings){ who.at, who.count }, to))
		return refuse(cx, REFUSE_NOT_ENTITLED, "assistance/who_gives",
			      "not-entitled.gives", "party", to, NULL);

	return 0;
}


int assistance_forewarn_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_forewarn *b = body;
	int err;

	only_two(cx, cx->seat.party, NULL);
	err = check_asked(cx, b->to);
	if (err)
		return err;
	only_two(cx, cx->seat.party, b->to);
	effect_add(&cx->fx, "assist_request",
		   "id mode state party asked title reason revision agreed_party agreed_asked",
		   "issssssiii", cx->seq, b->mode, "forewarned", cx->seat.party, b->to,
		   b->title, b->reason, (int64_t)0, (int64_t)0, (int64_t)0);
	step_put(cx, cx->seq, 0, "forewarned", FIELD_NONE, b->title);

	return 0;
}


/* An exercise never starts from a real alert, nor the other way round. */
static int check_links(struct act_cx *cx, const struct assistance_request *b)
{
	const char *mode = NULL;
	int64_t n = 1;
	int err = 0;

	if (b->alert != FIELD_NONE)
		err = store_get_int(&n, cx->st,
				    "SELECT count(*) FROM watch_pub_alert WHERE id = $1", "i",
				    b->alert);
	if (!err && !n)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.alert", NULL);
	if (!err && b->alert != FIELD_NONE && !text_eq(b->mode, "actual"))
		return refuse(cx, REFUSE_WRONG_MODE, NULL, "wrong-mode.link", NULL);
	if (err || b->consultation == FIELD_NONE)
		return err;
	err = store_get_text(&mode, cx->arena, cx->st,
			     "SELECT mode FROM council_pub_consultation WHERE id = $1", "i",
			     b->consultation);
	if (err == E_ABSENT || (!err && !mode))
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.consultation", NULL);
	if (!err && !text_eq(mode, b->mode))
		return refuse(cx, REFUSE_WRONG_MODE, NULL, "wrong-mode.link", NULL);

	return err;
}


static int line_fault(struct act_cx *cx, size_t i, const char *field, const char *why)
{
	fault_at(&cx->fault, arena_printf(cx->arena, "/body/lines/%zu/%s", i, field), 0, 0);

	return fault_set(&cx->fault, E_RANGE, "%s", why);
}


static int put_lines(struct act_cx *cx, int64_t id, const struct assistance_request *b)
{
	const struct assist_asked_line *l = b->lines.v;

	if (!b->lines.n || b->lines.n > LINES_MAX) {
		fault_at(&cx->fault, "/body/lines", 0, 0);
		return fault_set(&cx->fault, E_RANGE, "A request has 1 to %d lines.",
				 LINES_MAX);
	}
	for (size_t i = 0; i < b->lines.n; i++) {
		if (!charter_listed(cx->charter->assistance.categories, l[i].category))
			return refuse(cx, REFUSE_NOT_FOUND, "assistance/categories",
				      "not-found.category", "text", l[i].category, NULL);
		if (l[i].needed_by <= cx->at)
			return line_fault(cx, i, "needed_by", "It is needed in the past.");
		effect_add(&cx->fx, "assist_line",
			   "request line category item unit quantity needed_by place conditions"
			   " revision",
			   "iisssiissi", id, (int64_t)i + 1, l[i].category, l[i].item,
			   l[i].unit, l[i].quantity, l[i].needed_by, l[i].place,
			   l[i].conditions, (int64_t)0);
	}

	return 0;
}


static void put_request(struct act_cx *cx, int64_t id, bool is_new,
			const struct assistance_request *b)
{
	int64_t reply = b->reply_by;

	if (reply == FIELD_NONE)
		reply = zone_add(world_zone(cx->world, cx->charter), cx->at,
				 &cx->charter->assistance.answer_within);
	if (is_new)
		effect_add(&cx->fx, "assist_request",
			   "id mode state party asked title reason revision agreed_party"
			   " agreed_asked",
			   "issssssiii", id, b->mode, "sent", cx->seat.party, b->to, b->title,
			   b->reason, (int64_t)0, (int64_t)0, (int64_t)0);
	effect_set(&cx->fx, "assist_request", "id",
		   "state title reason contact assessment reply_by alert consultation sent_at",
		   "isssssiooi", id, "sent", b->title, b->reason, b->contact, b->assessment,
		   reply, b->alert, b->consultation, cx->at);
	step_put(cx, id, 0, "requested", FIELD_NONE, b->title);
}


int assistance_request_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_request *b = body;
	bool warned = strchr(cx->request->subject, '/') != NULL;
	struct request r = { .id = cx->seq };
	int err;

	only_two(cx, cx->seat.party, NULL);
	err = warned ? request_need(&r, cx, SIDE_ASKS, "forewarned") : 0;
	if (!err && warned && !text_eq(r.mode, b->mode))
		err = refuse(cx, REFUSE_WRONG_MODE, NULL, "wrong-mode.link", NULL);
	if (!err && warned && !text_eq(r.asked, b->to)) {
		fault_at(&cx->fault, "/body/to", 0, 0);
		err = fault_set(&cx->fault, E_RANGE, "Another party was forewarned.");
	}
	if (!err)
		err = check_asked(cx, b->to);
	if (err)
		return err;
	only_two(cx, cx->seat.party, b->to);
	err = check_links(cx, b);
	if (err)
		return err;
	put_request(cx, r.id, !warned, b);

	return put_lines(cx, r.id, b);
}


int assistance_acknowledge_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_acknowledge *b = body;
	struct request r;
	int err = request_need(&r, cx, SIDE_GIVES, "sent");

	if (err)
		return err;
	effect_set(&cx->fx, "assist_request", "id", "state", "is", r.id, "acknowledged");
	step_put(cx, r.id, 0, "acknowledged", FIELD_NONE, b->text);

	return 0;
}


/* Offers on the line that have not left wait for their giver to confirm them again. */
static int touch_offers(struct act_cx *cx, const struct request *r, int64_t line)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT offer FROM assist_offer WHERE request = $1 AND line = $2"
			      " AND state IN ('offered', 'countered', 'accepted', 'committed')"
			      " ORDER BY offer",
			      "ii", r->id, line);

	while (!err && store_next(rows, &err)) {
		int64_t offer = store_int(rows, 0);

		effect_set(&cx->fx, "assist_offer", "request offer", "state accepted needed",
			   "iisnn", r->id, offer, "to-reconfirm");
		step_put(cx, r->id, offer, "to-reconfirm", FIELD_NONE, NULL);
	}
	store_done(rows);

	return err;
}


/* Lines are numbered from 1 without gaps. */
static int check_changed(struct act_cx *cx, const struct assistance_change *b, int64_t lines)
{
	const struct assist_changed_line *l = b->changed.v;

	for (size_t i = 0; i < b->changed.n; i++) {
		bool twice = false;

		for (size_t k = 0; k < i; k++)
			twice = twice || l[k].line == l[i].line;
		if (l[i].line <= lines && !twice)
			continue;
		fault_at(&cx->fault, arena_printf(cx->arena, "/body/changed/%zu/line", i), 0,
			 0);
		return fault_set(&cx->fault, E_RANGE,
				 twice ? "This line is here twice."
				       : "The request has no such line.");
	}

	return 0;
}


int assistance_change_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_change *b = body;
	const struct assist_changed_line *l = b->changed.v;
	struct request r;
	int64_t lines = 0;
	int err = request_need_open(&r, cx, SIDE_ASKS);

	if (!err)
		err = store_get_int(&lines, cx->st,
				    "SELECT count(*) FROM assist_line WHERE request = $1", "i",
				    r.id);
	if (!err)
		err = check_changed(cx, b, lines);
	if (err)
		return err;
	r.revision++;
	effect_set(&cx->fx, "assist_request", "id", "revision", "ii", r.id, r.revision);
	step_put(cx, r.id, 0, "changed", FIELD_NONE, b->reason);
	for (size_t i = 0; i < b->changed.n && !err; i++) {
		effect_set(&cx->fx, "assist_line", "request line",
			   "quantity needed_by place conditions revision", "iiiissi", r.id,
			   l[i].line, l[i].quantity, l[i].needed_by, l[i].place,
			   l[i].conditions, r.revision);
		err = touch_offers(cx, &r, l[i].line);
	}

	return err;
}


/* How many of its offers are on the way. */
static int count_moving(int64_t *out, struct act_cx *cx, const struct request *r)
{
	return store_get_int(out, cx->st,
			     "SELECT count(*) FROM assist_offer WHERE request = $1 AND state ="
			     " 'departed'",
			     "i", r->id);
}


static int finish(struct act_cx *cx, const char *state, const char *text)
{
	struct request r;
	int64_t moving = 0;
	int err = request_need(&r, cx, SIDE_ASKS, "forewarned sent acknowledged");

	if (!err)
		err = count_moving(&moving, cx, &r);
	if (!err && moving)
		err = refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.on-the-way", "count",
			     number_text(cx->arena, moving), NULL);
	if (err)
		return err;
	effect_set(&cx->fx, "assist_request", "id", "state closed_at closing", "isis", r.id,
		   state, cx->at, text);
	step_put(cx, r.id, 0, state, FIELD_NONE, text);

	return 0;
}


int assistance_withdraw_judge(struct act_cx *cx, const void *body)
{
	return finish(cx, "withdrawn", ((const struct assistance_withdraw *)body)->reason);
}


int assistance_close_judge(struct act_cx *cx, const void *body)
{
	return finish(cx, "closed", ((const struct assistance_close *)body)->text);
}


int assistance_agree_summary_judge(struct act_cx *cx, const void *body)
{
	const struct assistance_agree_summary *b = body;
	struct request r;
	int err = request_need(&r, cx, SIDE_BOTH,
			       "forewarned sent acknowledged closed withdrawn");

	if (!err)
		effect_set(&cx->fx, "assist_request", "id",
			   text_eq(cx->seat.party, r.party) ? "agreed_party" : "agreed_asked",
			   "ii", r.id, (int64_t)b->agreed);

	return err;
}
