/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * consult.c: consultations (domain.md M12): asked for, called or declined, opened.
 *
 * Any party whose status has the right may ask; an office that the charter names answers
 * within its hours and calls at its notice.  A telephone call has no notice: it is noted
 * afterwards.  A body may be made for one matter, with its seats, in the act that calls it.
 */
#include <string.h>

#include "act/notice.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/rules.h"
#include "council/consult.h"
#include "gen/council.h"
#include "store/store.h"

static const char rule_path[] = "meetings/consultations";


bool consult_knows(const struct seat *seat, const struct charter *c)
{
	return seat_sees(seat, c, "member,staff", NULL);
}


static int need_inside(struct act_cx *cx)
{
	if (consult_knows(&cx->seat, cx->charter))
		return 0;

	return refuse(cx, REFUSE_NOT_AUTHORISED, rule_path, "not-authorised", NULL);
}


/* The party that chairs the body of highest level, for offices held by the chairing party. */
static int in_chair(bool *out, struct act_cx *cx)
{
	const char *party = NULL;
	int err;

	*out = false;
	if (!cx->seat.party || !cx->charter->chairmanship.carries.count)
		return 0;
	err = store_get_text(&party, cx->arena, cx->st,
			     "SELECT party FROM parties_pub_chair WHERE body = $1 AND"
			     " since_at <= $2 ORDER BY since_at DESC, seq DESC LIMIT 1",
			     "si", cx->charter->chairmanship.carries.at[0]->id, cx->at);
	*out = !err && text_eq(party, cx->seat.party);

	return err == E_ABSENT ? 0 : err;
}


int consult_need_caller(struct act_cx *cx)
{
	bool chairs = false;
	int err = in_chair(&chairs, cx);

	if (err)
		return err;
	charter_each (o, cx->charter->meetings.consultations.may_call) {
		if (!cx->seat.party && text_eq(cx->seat.office, (*o)->id))
			return 0;
		if (chairs && (*o)->holder.kind == HOLDER_CHAIRING_PARTY)
			return 0;
	}

	return refuse(cx, REFUSE_NOT_AUTHORISED, "meetings/consultations/may_call",
		      "not-authorised", NULL);
}


int consult_read(struct consultation *out, struct arena *a, struct store *st,
		 const struct charter *c, int64_t id)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT mode, state, title, asked_by, answer_due, body, made_for,"
			      " opened_at, version, form FROM council_consultation"
			      " WHERE id = $1",
			      "i", id);

	memset(out, 0, sizeof(*out));
	if (!err && store_next(rows, &err)) {
		out->id = id;
		out->mode = row_text(a, rows, 0);
		out->state = row_text(a, rows, 1);
		out->title = row_text(a, rows, 2);
		out->asked_by = row_text(a, rows, 3);
		out->answer_due = row_int(rows, 4);
		out->body = store_null(rows, 5) ? NULL : charter_body(c, store_text(rows, 5));
		out->made = !store_null(rows, 6);
		out->opened_at = row_int(rows, 7);
		out->version = store_int(rows, 8);
		out->form = row_text(a, rows, 9);
	}
	store_done(rows);

	return err || out->id ? err : E_ABSENT;
}


int consult_need(struct consultation *out, struct act_cx *cx, const char *states)
{
	int64_t id = 0;
	int err = need_inside(cx);

	if (!err)
		err = need_number(&id, cx);
	if (err)
		return err;
	err = consult_read(out, cx->arena, cx->st, cx->charter, id);
	if (err == E_ABSENT)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.consultation", NULL);
	if (!err && !text_among(states, out->state))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.consultation", "state",
			      out->state, NULL);

	return err;
}


int consult_parties(struct charter_ids *out, struct arena *a, struct store *st,
		    struct world *world, const struct charter *c, const struct consultation *k,
		    const char *today)
{
	const struct snapshot *s = NULL;
	struct store_rows *rows = NULL;
	int err;

	if (!k->made) {
		err = world_statuses(&s, world);
		if (!err)
			charter_with_right(out, a, c, s, RIGHT_MEETING_DECIDE, today);
		return err;
	}
	err = store_query(
		&rows, st,
		"SELECT party FROM council_seat WHERE consultation = $1 ORDER BY party", "i",
		k->id);
	while (!err && store_next(rows, &err))
		ids_append(out, a, row_text(a, rows, 0));
	store_done(rows);

	return err;
}


/* An alert is of the real picture: an exercise never starts from one. */
static int check_alert(struct act_cx *cx, int64_t alert, const char *mode)
{
	int64_t n = 0;
	int err;

	if (alert == FIELD_NONE)
		return 0;
	err = store_get_int(&n, cx->st, "SELECT count(*) FROM watch_pub_alert WHERE id = $1",
			    "i", alert);
	if (err)
		return err;
	if (!n)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.alert", NULL);
	if (!text_eq(mode, "actual"))
		return refuse(cx, REFUSE_WRONG_MODE, NULL, "wrong-mode.link", NULL);

	return 0;
}


int consultation_ask_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_ask *b = body;
	struct zone *zone = world_zone(cx->world, cx->charter);
	int64_t due = zone_add(zone, cx->at, &cx->charter->meetings.notice.consultation);
	struct notice notice;
	int err = check_alert(cx, b->alert, b->mode);

	if (!err)
		err = notice_issue_members(&notice, cx);
	if (!err)
		effect_add(&cx->fx, "council_consultation",
			   "id mode state title text asked_by asked_at answer_due"
			   " out_of_schedule alert",
			   "isssssiiio", cx->seq, b->mode, "asked", b->title, b->text,
			   cx->seat.party, cx->at, due, (int64_t)1, b->alert);

	return err;
}


int consultation_decline_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_decline *b = body;
	struct consultation k;
	int err = consult_need(&k, cx, "asked");

	if (!err)
		err = consult_need_caller(cx);
	if (!err)
		effect_set(&cx->fx, "council_consultation", "id",
			   "state answered_at reason office", "isiss", k.id, "declined", cx->at,
			   b->reason, cx->seat.office);

	return err;
}


/* At the notice of the charter, in a form and a channel that it knows. */
static int check_call(struct act_cx *cx, const struct consultation_call *b)
{
	const struct charter_meetings *m = &cx->charter->meetings;
	int64_t first =
		zone_add(world_zone(cx->world, cx->charter), cx->at, &m->notice.consultation);

	if (b->body && !charter_body(cx->charter, b->body))
		return refuse(cx, REFUSE_NOT_FOUND, "bodies", "not-found.body", "text", b->body,
			      NULL);
	if (b->channel && !charter_channel(cx->charter, b->channel))
		return refuse(cx, REFUSE_NOT_FOUND, "channels", "not-found.channel", "text",
			      b->channel, NULL);
	if (b->out_of_schedule && !m->consultations.out_of_schedule)
		return refuse(cx, REFUSE_NOT_AUTHORISED,
			      "meetings/consultations/out_of_schedule", "not-authorised", NULL);
	if (!text_eq(b->form, "telephone") && b->begins < first)
		return refuse(cx, REFUSE_PERIOD_TOO_SHORT, "meetings/notice/consultation",
			      "period-too-short.consultation", NULL);
	if (!b->made_for != !b->seats.n || (b->made_for && b->body)) {
		fault_at(&cx->fault, "/body/seats", 0, 0);
		return fault_set(&cx->fault, E_RANGE,
				 "Name a body, or one made for this together with its seats.");
	}

	return check_alert(cx, b->alert, b->mode);
}


static int put_seats(struct act_cx *cx, int64_t id, const struct consultation_call *b)
{
	const struct council_seat_of *s = b->seats.v;

	for (size_t i = 0; i < b->seats.n; i++) {
		const struct snapshot_party *p = NULL;
		int err = need_party(&p, cx, s[i].party);

		for (size_t k = 0; k < i && !err; k++)
			if (text_eq(s[k].party, p->id))
				err = refuse(cx, REFUSE_EXISTS_ALREADY, NULL,
					     "exists-already.seat", "party", p->id, NULL);
		if (err)
			return err;
		effect_add(&cx->fx, "council_seat", "consultation party title", "iss", id,
			   p->id, s[i].title);
	}

	return 0;
}


int consultation_call_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_call *b = body;
	bool asked = strchr(cx->request->subject, '/') != NULL;
	struct consultation k = { .id = cx->seq };
	struct notice notice;
	int err = asked ? consult_need(&k, cx, "asked") : need_inside(cx);

	if (!err)
		err = consult_need_caller(cx);
	if (!err && asked && !text_eq(k.mode, b->mode))
		err = refuse(cx, REFUSE_WRONG_MODE, NULL, "wrong-mode.link", NULL);
	if (!err)
		err = check_call(cx, b);
	if (!err)
		err = notice_issue_members(&notice, cx);
	if (err)
		return err;
	if (!asked)
		effect_add(&cx->fx, "council_consultation",
			   "id mode state title out_of_schedule alert", "isssio", cx->seq,
			   b->mode, "called", b->title, (int64_t)b->out_of_schedule, b->alert);
	effect_set(&cx->fx, "council_consultation", "id",
		   "state title answered_at office form channel begins out_of_schedule body"
		   " made_for",
		   "ississsiiss", k.id, "called", b->title, cx->at, cx->seat.office, b->form,
		   b->channel, b->begins, (int64_t)b->out_of_schedule, b->body, b->made_for);
	if (b->text)
		effect_set(&cx->fx, "council_consultation", "id", "text", "is", k.id, b->text);

	return put_seats(cx, k.id, b);
}


int consultation_answer_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_answer *b = body;
	struct consultation k;
	struct charter_ids who = { 0 };
	int64_t called = 0, due;
	int err = consult_need(&k, cx, "called open");

	if (!err)
		err = consult_parties(&who, cx->arena, cx->st, cx->world, cx->charter, &k,
				      cx->today);
	if (!err &&
	    !charter_listed((struct charter_strings){ who.at, who.count }, cx->seat.party))
		err = refuse(cx, REFUSE_NOT_AUTHORISED, NULL, "not-authorised.not-asked", NULL);
	if (!err)
		err = store_get_int(
			&called, cx->st,
			"SELECT answered_at FROM council_consultation WHERE id = $1", "i",
			k.id);
	if (err)
		return err;
	due = zone_add(world_zone(cx->world, cx->charter), called,
		       &cx->charter->meetings.notice.consultation);
	effect_add(&cx->fx, "council_reply", "consultation party seq at answer late text",
		   "isiisis", k.id, cx->seat.party, cx->seq, cx->at, b->answer,
		   (int64_t)(cx->at > due), b->text);

	return 0;
}


int consultation_open_judge(struct act_cx *cx, const void *body)
{
	const struct consultation_open *b = body;
	struct consultation k;
	int err = consult_need(&k, cx, "called");

	if (!err && cx->seat.party)
		err = consult_need_caller(cx);
	if (!err)
		effect_set(&cx->fx, "council_consultation", "id", "state opened_at place",
			   "isis", k.id, "open", cx->at, b->place);

	return err;
}
