/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* floor.c: hands, the floor, microphones, and the state of the room. */
#include "act/world.h"
#include "base/text.h"
#include "charter/charter.h"
#include "confer/rooms.h"
#include "gen/confer.h"
#include "store/store.h"


/* Whoever acts is inside, and the room is not suspended. */
static int need_inside(struct room_cx *r, struct act_cx *cx)
{
	int err = room_need(r, cx);

	if (!err && (!r->me || !text_eq(r->me->place, "in")))
		err = refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.in-room", NULL);
	if (!err && text_eq(r->room.state, "suspended"))
		err = refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.suspended-room", NULL);

	return err;
}


int room_raise_hand_judge(struct act_cx *cx, const void *body)
{
	const struct room_raise_hand *b = body;
	bool order = text_eq(b->hand, "point-of-order");
	struct room_cx r;
	int err = need_inside(&r, cx);

	if (err)
		return err;
	if (order && !r.mine.orders)
		return refuse(cx, REFUSE_NOT_ENTITLED, "meetings/speaking/point_of_order",
			      "not-entitled.point-of-order", NULL);
	if (!r.mine.speaks && !r.mine.advises)
		return refuse(cx, REFUSE_ADVISORY_ONLY, "statuses", "advisory-only.floor",
			      NULL);
	if (text_eq(r.me->hand, b->hand))
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.hand", NULL);
	effect_set(&cx->fx, "confer_place", "room person", "hand hand_seq", "issi", r.room.id,
		   r.me->person, b->hand, cx->seq);

	return 0;
}


int room_lower_hand_judge(struct act_cx *cx, const void *body)
{
	struct room_cx r;
	int err = room_need(&r, cx);

	(void)body;
	if (!err && (!r.me || !r.me->hand))
		err = refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.hand", NULL);
	if (!err)
		effect_set(&cx->fx, "confer_place", "room person", "hand", "isn", r.room.id,
			   r.me->person);

	return err;
}


/* One who only attends may be asked to speak once, by the chair. */
static int check_invited(struct act_cx *cx, const struct room_cx *r,
			 const struct confer_place *p)
{
	int64_t before = 0;
	int err = store_get_int(&before, cx->st,
				"SELECT count(*) FROM confer_intervention WHERE room = $1"
				" AND person = $2 AND kind = 'invited'",
				"is", r->room.id, p->person);

	if (!err && before && !r->room.asked.n)
		err = refuse(cx, REFUSE_ADVISORY_ONLY, "statuses", "advisory-only.invited",
			     NULL);

	return err;
}


int room_give_floor_judge(struct act_cx *cx, const void *body)
{
	const struct room_give_floor *b = body;
	struct confer_place *p = NULL;
	struct confer_rights rights;
	bool own, advisory;
	struct room_cx r;
	int err = room_need_chair(&r, cx);

	if (!err && text_eq(r.room.state, "suspended"))
		err = refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.suspended-room", NULL);
	if (!err && r.room.called && text_eq(r.room.called->state, "suspended"))
		err = refuse(cx, REFUSE_ITEM_NOT_OPEN, NULL, "item-not-open.suspended", NULL);
	if (!err)
		err = room_need_person(&p, cx, &r, b->person, false);
	if (!err)
		err = place_rights(&rights, &r.room, p, cx->charter, cx->world, cx->at);
	if (err)
		return err;
	if (!rights.sees)
		return refuse(cx, REFUSE_CLOSED_TO_STATUS, "statuses", "closed-to-status.item",
			      NULL);
	if (p->floor != FIELD_NONE)
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.floor", NULL);
	own = rights.speaks || rights.advises;
	advisory = !rights.speaks;
	err = own ? 0 : check_invited(cx, &r, p);
	if (err)
		return err;
	for (size_t i = 0; i < r.places.count; i++)
		floor_end(cx, &r.room, &r.places.at[i]);
	effect_add(&cx->fx, "confer_intervention",
		   "room person seq item party office kind advisory since", "isiosssii",
		   r.room.id, p->person, cx->seq,
		   r.room.called ? r.room.called->number : FIELD_NONE, p->party, p->office,
		   text_eq(p->hand, "point-of-order") ? "point-of-order"
						      : (own ? "floor" : "invited"),
		   (int64_t)advisory, cx->at);
	effect_set(&cx->fx, "confer_place", "room person", "floor muted hand", "isiin",
		   r.room.id, p->person, cx->seq, INT64_C(0));
	see_person(cx, p->person);

	return 0;
}


int room_withdraw_floor_judge(struct act_cx *cx, const void *body)
{
	struct confer_place *p = NULL;
	struct room_cx r;
	int err = room_need(&r, cx);

	(void)body;
	for (size_t i = 0; i < r.places.count && !err; i++)
		if (r.places.at[i].floor != FIELD_NONE)
			p = &r.places.at[i];
	if (!err && !p)
		err = refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.floor", NULL);
	if (!err && p != r.me && !r.mine.presides)
		err = refuse(cx, REFUSE_NOT_AUTHORISED, "chairmanship", "not-authorised.chair",
			     NULL);
	if (err)
		return err;
	floor_end(cx, &r.room, p);
	see_person(cx, p->person);

	return 0;
}


int room_mute_judge(struct act_cx *cx, const void *body)
{
	const struct room_mute *b = body;
	struct confer_place *p = NULL;
	struct room_cx r;
	int err = room_need_service(&r, cx);

	if (!err)
		err = room_need_person(&p, cx, &r, b->person, false);
	if (err)
		return err;
	effect_set(&cx->fx, "confer_place", "room person", "muted", "isi", r.room.id, p->person,
		   (int64_t)b->muted);
	see_person(cx, p->person);

	return 0;
}


int room_set_mode_judge(struct act_cx *cx, const void *body)
{
	const struct room_set_mode *b = body;
	struct room_cx r;
	int err = room_need_chair(&r, cx);

	if (!err)
		effect_set(&cx->fx, "confer_room", "id", "mode", "is", r.room.id, b->mode);

	return err;
}


static int set_state(struct act_cx *cx, struct room_cx *r, const char *from, const char *to)
{
	int err = room_need_chair(r, cx);

	if (!err && from && !text_eq(r->room.state, from))
		err = refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.room", NULL);
	if (!err)
		err = room_see(&cx->see, cx, &r->room, NULL, true);
	if (!err)
		effect_set(&cx->fx, "confer_room", "id", "state", "is", r->room.id, to);

	return err;
}


int room_suspend_judge(struct act_cx *cx, const void *body)
{
	struct room_cx r;

	(void)body;

	return set_state(cx, &r, "open", "suspended");
}


int room_resume_judge(struct act_cx *cx, const void *body)
{
	struct room_cx r;

	(void)body;

	return set_state(cx, &r, "suspended", "open");
}


int room_close_judge(struct act_cx *cx, const void *body)
{
	struct room_cx r;
	int err = set_state(cx, &r, NULL, "closed");

	(void)body;
	if (err)
		return err;
	effect_set(&cx->fx, "confer_room", "id", "closed_at", "ii", r.room.id, cx->at);
	for (size_t i = 0; i < r.places.count; i++)
		if (text_eq(r.places.at[i].place, "in") ||
		    text_eq(r.places.at[i].place, "lobby"))
			place_move(cx, &r.room, &r.places.at[i], "out");

	return 0;
}
