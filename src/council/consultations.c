/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * consultations.c: outside the regular sessions, called within hours, ending in a note of
 * agreement, which may say no more than that consultations go on (domain.md M12).
 *
 *	asked -> answered by a call of its own
 *	called -> noted -> agreed (by all who were present)
 */
#include "act/judging.h"
#include "act/notice.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/charter.h"
#include "charter/rules.h"
#include "council/consultations.h"
#include "gen/council.h"
#include "store/store.h"

#define RULE "meetings/consultations"

struct consultation {
	int64_t id, begins; /* FIELD_NONE: only asked for */
	const char *state, *party, *office, *kind;
};


static int need(struct consultation *out, struct act_cx *cx)
{
	struct store_rows *rows = NULL;
	int err = need_number(&out->id, cx);

	out->state = NULL;
	if (err)
		return err;
	err = store_query(&rows, cx->st,
			  "SELECT state, party, office, begins, kind FROM council_consultation"
			  " WHERE id = $1",
			  "i", out->id);
	if (!err && store_next(rows, &err)) {
		out->state = row_text(cx->arena, rows, 0);
		out->party = row_text(cx->arena, rows, 1);
		out->office = row_text(cx->arena, rows, 2);
		out->begins = store_null(rows, 3) ? FIELD_NONE : store_int(rows, 3);
		out->kind = row_text(cx->arena, rows, 4);
	}
	store_done(rows);

	return err || out->state
		       ? err
		       : refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.consultation", NULL);
}


static int wrong_state(struct act_cx *cx, const struct consultation *c)
{
	return refuse(cx, REFUSE_WRONG_STATE, RULE, "wrong-state.consultation", "state",
		      c->state, NULL);
}


/* The parties named, or all that take part in decisions, without doubles. */
static int participants(struct charter_ids *out, struct act_cx *cx,
			const struct field_list *named)
{
	const struct snapshot *s = NULL;
	const struct snapshot_party *p = NULL;
	int err = world_statuses(&s, cx->world);

	memset(out, 0, sizeof(*out));
	if (!err && !named->n)
		charter_with_right(out, cx->arena, cx->charter, s, RIGHT_MEETING_DECIDE,
				   cx->today);
	for (size_t i = 0; !err && i < named->n; i++) {
		bool there = false;

		err = need_party(&p, cx, LIST_TEXT(*named, i));
		for (size_t k = 0; k < out->count; k++)
			there = there || text_eq(out->at[k], LIST_TEXT(*named, i));
		if (!err && !there)
			ids_append(out, cx->arena, p->id);
	}

	return err;
}


static void add_parties(struct act_cx *cx, const struct charter_ids *who)
{
	for (size_t i = 0; i < who->count; i++)
		effect_add(&cx->fx, "council_consulted", "consultation party", "is", cx->seq,
			   who->at[i]);
}


int consultation_ask_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_ask *b = body;
	struct charter_ids who;
	int err = participants(&who, cx, &b->parties);

	if (err)
		return err;
	effect_add(
		&cx->fx, "council_consultation",
		"id topic reason state form kind party office at due_at out_of_schedule alert",
		"isssssssiiio", cx->seq, b->topic, b->reason, "asked", b->form, b->kind,
		cx->seat.party, cx->seat.office, cx->at,
		zone_add(NULL, cx->at, &cx->charter->meetings.notice.consultation), (int64_t)1,
		b->alert);
	add_parties(cx, &who);

	return 0;
}


/* The offices of the charter that may call, the party in the chair, and the centre on duty. */
static bool may_call(const struct act_cx *cx)
{
	const struct seat *seat = &cx->seat;

	if (text_eq(seat->office, "duty-officer") && !seat->party)
		return true;
	charter_each (office, cx->charter->meetings.consultations.may_call)
		if (text_eq((*office)->id, seat->office) &&
		    (!seat->party || (*office)->per_party))
			return true;

	return false;
}


static bool knows_channel(const struct charter *c, const char *id)
{
	charter_each (channel, c->channels)
		if (text_eq(channel->id, id))
			return true;

	return false;
}


static int check_call(struct act_cx *cx, const struct consultation_call *b)
{
	const struct duration *notice = &cx->charter->meetings.notice.consultation;
	char text[40];

	if (!may_call(cx))
		return refuse(cx, REFUSE_NOT_AUTHORISED, RULE "/may_call",
			      "not-authorised.call", NULL);
	if (b->out_of_schedule && !cx->charter->meetings.consultations.out_of_schedule)
		return refuse(cx, REFUSE_NOT_AUTHORISED, RULE "/out_of_schedule",
			      "not-authorised.out-of-schedule", NULL);
	if (b->begins < zone_add(NULL, cx->at, notice)) {
		duration_text(text, sizeof(text), notice);
		return refuse(cx, REFUSE_PERIOD_TOO_SHORT, "meetings/notice/consultation",
			      "period-too-short.notice", "text", arena_str(cx->arena, text),
			      NULL);
	}
	if (b->channel && !knows_channel(cx->charter, b->channel))
		return refuse(cx, REFUSE_NOT_FOUND, "channels", "not-found.channel", "text",
			      b->channel, NULL);

	return 0;
}


/* The asking that this call answers: it is not asked any longer. */
static int answer_asking(struct act_cx *cx, int64_t asked)
{
	const char *state = NULL;
	int err;

	if (asked == FIELD_NONE)
		return 0;
	err = store_get_text(&state, cx->arena, cx->st,
			     "SELECT state FROM council_consultation WHERE id = $1", "i",
			     asked);
	if (err == E_ABSENT || (!err && !text_eq(state, "asked")))
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.consultation", NULL);
	if (!err)
		effect_set(&cx->fx, "council_consultation", "id", "state", "is", asked,
			   "answered");

	return err;
}


int consultation_call_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_call *b = body;
	struct charter_ids who;
	int err = check_call(cx, b);

	if (!err)
		err = participants(&who, cx, &b->parties);
	if (!err)
		err = answer_asking(cx, b->asked);
	if (err)
		return err;
	effect_add(&cx->fx, "council_consultation",
		   "id topic state form channel group_name kind party office at begins"
		   " out_of_schedule alert",
		   "issssssssiiio", cx->seq, b->topic, "called", b->form, b->channel, b->group,
		   b->kind, cx->seat.party, cx->seat.office, cx->at, b->begins,
		   (int64_t)b->out_of_schedule, b->alert);
	add_parties(cx, &who);

	return 0;
}


static int takes_part(struct act_cx *cx, int64_t id, const char *party)
{
	int64_t n = 0;
	int err = store_get_int(&n, cx->st,
				"SELECT count(*) FROM council_consulted WHERE consultation = $1"
				" AND party = $2",
				"is", id, party ? party : "");

	return err || n ? err
			: refuse(cx, REFUSE_NOT_ENTITLED, RULE, "not-entitled.consulted", NULL);
}


int consultation_answer_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_answer *b = body;
	struct consultation c;
	int err = need(&c, cx);

	if (!err)
		err = takes_part(cx, c.id, cx->seat.party);
	if (!err && !text_eq(c.state, "asked") && !text_eq(c.state, "called"))
		err = wrong_state(cx, &c);
	if (!err)
		effect_set(&cx->fx, "council_consulted", "consultation party", "answer text",
			   "isss", c.id, cx->seat.party, b->answer, b->text);

	return err;
}


/* Whoever called it leads it; the secretariat and the desk may record for them. */
static int need_lead(struct act_cx *cx, const struct consultation *c)
{
	bool caller = text_eq(cx->seat.office, c->office) && text_eq(cx->seat.party, c->party);

	if (caller || cx->seat.secretariat || may_call(cx))
		return 0;

	return refuse(cx, REFUSE_NOT_AUTHORISED, RULE, "not-authorised.lead", NULL);
}


int consultation_presence_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_presence *b = body;
	int64_t at = b->at == FIELD_NONE ? cx->at : b->at, came = 0;
	struct consultation c;
	int err = need(&c, cx);

	if (!err && !text_eq(cx->seat.party, b->party))
		err = need_lead(cx, &c);
	if (!err)
		err = takes_part(cx, c.id, b->party);
	if (!err && !text_eq(c.state, "called") && !text_eq(c.state, "noted"))
		err = wrong_state(cx, &c);
	if (!err && at > cx->at) {
		fault_at(&cx->fault, "/body/at", 0, 0);
		err = fault_set(&cx->fault, E_RANGE, "Nobody comes or leaves in the future.");
	}
	if (!err)
		err = store_get_int(&came, cx->st,
				    "SELECT coalesce(came, 0) FROM council_consulted WHERE"
				    " consultation = $1 AND party = $2",
				    "is", c.id, b->party);
	if (!err && text_eq(b->move, "out") && !came)
		err = refuse(cx, REFUSE_WRONG_STATE, RULE, "wrong-state.not-in", NULL);
	if (err)
		return err;
	effect_add(&cx->fx, "council_presence", "consultation seq party move at", "iissi", c.id,
		   cx->seq, b->party, b->move, at);
	if (text_eq(b->move, "out"))
		effect_set(&cx->fx, "council_consulted", "consultation party", "left_at", "isi",
			   c.id, b->party, at);
	else if (!came)
		effect_set(&cx->fx, "council_consulted", "consultation party", "came", "isi",
			   c.id, b->party, at);

	return 0;
}


int consultation_paper_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_paper *b = body;
	struct consultation c;
	int err = need(&c, cx);

	if (!err && cx->seat.party)
		err = takes_part(cx, c.id, cx->seat.party);
	if (!err)
		effect_add(&cx->fx, "council_paper",
			   "consultation seq at party title type digest", "iiissss", c.id,
			   cx->seq, cx->at, cx->seat.party, b->title, b->type, b->digest);

	return err;
}


/* A telephone note is as good as a room that failed: nobody needs to have been in a room. */
int consultation_conclude_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_conclude *b = body;
	const struct council_todo *todos = b->todos.v;
	const struct snapshot_party *p = NULL;
	int64_t present = 0;
	struct consultation c;
	int err = need(&c, cx);

	if (!err)
		err = need_lead(cx, &c);
	if (!err && !text_eq(c.state, "called"))
		err = wrong_state(cx, &c);
	if (!err)
		err = store_get_int(
			&present, cx->st,
			"SELECT count(*) FROM council_consulted WHERE consultation = $1"
			" AND came IS NOT NULL",
			"i", c.id);
	if (!err && !present)
		err = refuse(cx, REFUSE_WRONG_STATE, RULE, "wrong-state.nobody-present", NULL);
	for (size_t i = 0; !err && i < b->todos.n; i++) {
		if (todos[i].party)
			err = need_party(&p, cx, todos[i].party);
		if (!err)
			effect_add(&cx->fx, "council_todo",
				   "consultation number what party due", "iisss", c.id,
				   (int64_t)i + 1, todos[i].what, todos[i].party, todos[i].due);
	}
	if (!err)
		effect_set(&cx->fx, "council_consultation", "id", "state note", "iss", c.id,
			   "noted", b->note);

	return err;
}


/* The last of those present makes it agreed. */
int consultation_agree_judge(struct act_cx *cx, const void *body)
{
	int64_t came = 0, waiting = 0;
	struct consultation c;
	int err = need(&c, cx);

	(void)body;
	if (!err)
		err = takes_part(cx, c.id, cx->seat.party);
	if (!err && !text_eq(c.state, "noted"))
		err = wrong_state(cx, &c);
	if (!err)
		err = store_get_int(&came, cx->st,
				    "SELECT coalesce(came, 0) FROM council_consulted WHERE"
				    " consultation = $1 AND party = $2",
				    "is", c.id, cx->seat.party);
	if (!err && !came)
		err = refuse(cx, REFUSE_NOT_ENTITLED, RULE, "not-entitled.not-present", NULL);
	if (!err)
		err = store_get_int(
			&waiting, cx->st,
			"SELECT count(*) FROM council_consulted WHERE consultation = $1"
			" AND came IS NOT NULL AND agreed IS NULL AND party <> $2",
			"is", c.id, cx->seat.party);
	if (err)
		return err;
	effect_set(&cx->fx, "council_consulted", "consultation party", "agreed", "isi", c.id,
		   cx->seat.party, cx->at);
	if (!waiting)
		effect_set(&cx->fx, "council_consultation", "id", "state", "is", c.id,
			   "agreed");

	return 0;
}


int consultation_finish_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_finish *b = body;
	struct store_rows *rows = NULL;
	const char *party = NULL;
	bool found = false, done = false;
	struct consultation c;
	int err = need(&c, cx);

	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT party, done_at FROM council_todo WHERE consultation = $1"
			" AND number = $2",
			"ii", c.id, b->number);
	if (!err && store_next(rows, &err)) {
		found = true;
		party = row_text(cx->arena, rows, 0);
		done = !store_null(rows, 1);
	}
	store_done(rows);
	if (!err && !found)
		err = refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.todo", NULL);
	if (!err && done)
		err = refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.todo", NULL);
	if (!err && !(party && text_eq(party, cx->seat.party)))
		err = need_lead(cx, &c);
	if (!err)
		effect_set(&cx->fx, "council_todo", "consultation number", "done_at text",
			   "iiis", c.id, b->number, cx->at, b->text);

	return err;
}
