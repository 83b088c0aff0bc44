/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* open.c: a room is opened; its items are called, classed, closed to guests. */
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/rules.h"
#include "confer/rooms.h"
#include "gen/confer.h"
#include "store/store.h"


/* The channel must be one of the body's, and one that can open. */
static int check_channel(struct act_cx *cx, const struct charter_body *body,
			 const struct charter_channel *channel)
{
	bool listed = false;

	charter_each (k, body->channels)
		listed = listed || *k == channel;
	if (!listed)
		return refuse(cx, REFUSE_WRONG_MODE,
			      arena_printf(cx->arena, "%s/channels", body->origin.path),
			      "wrong-mode.channel", "body", body->id, "channel", channel->id,
			      NULL);
	if (channel->e2ee == E2EE_REQUIRED)
		return refuse(cx, REFUSE_KEYS_MISSING,
			      arena_printf(cx->arena, "%s/e2ee", channel->origin.path),
			      "keys-missing.channel", "channel", channel->id, NULL);

	return 0;
}


static int may_consult(struct act_cx *cx)
{
	charter_each (o, cx->charter->meetings.consultations.may_call)
		if (text_eq((*o)->id, cx->seat.office))
			return 0;
	charter_each (s, cx->charter->meetings.consultations.request_by)
		if (cx->seat.party && !cx->seat.asleep && text_eq((*s)->id, cx->seat.status))
			return 0;

	return refuse(cx, REFUSE_NOT_ENTITLED, "meetings/consultations",
		      "not-entitled.consultation", NULL);
}


/* A meeting: the chair or the secretariat; a desk: the staff; a consultation: the charter says.
 */
static int check_opener(struct act_cx *cx, const struct confer_room *room)
{
	struct confer_rights r = confer_rights(cx->charter, room, &cx->seat);

	if (text_eq(room->kind, "consultation"))
		return may_consult(cx);
	if (text_eq(room->kind, "desk") ? r.part == CONFER_STAFF
					: r.presides || cx->seat.secretariat)
		return 0;

	return refuse(cx, REFUSE_NOT_AUTHORISED, "chairmanship", "not-authorised.opener", NULL);
}


static int check_item(struct act_cx *cx, const char *class, const struct field_list *statuses)
{
	const struct charter_class *k = charter_class(cx->charter, class);

	if (!k)
		return refuse(cx, REFUSE_NOT_FOUND, "documents/classes", "not-found.class",
			      "text", class, NULL);
	if (!charter_storable(k))
		return refuse(cx, REFUSE_CLASS_NOT_STORABLE,
			      arena_printf(cx->arena, "%s/export", k->origin.path),
			      "class-not-storable", NULL);
	for (size_t i = 0; i < statuses->n; i++)
		if (!charter_status(cx->charter, LIST_TEXT(*statuses, i)))
			return refuse(cx, REFUSE_NOT_FOUND, "statuses", "not-found.status",
				      "text", LIST_TEXT(*statuses, i), NULL);

	return 0;
}


static void add_item(struct act_cx *cx, int64_t room, int64_t number,
		     const struct confer_room_topic *t)
{
	effect_add(&cx->fx, "confer_item", "room number title class statuses closed state",
		   "iisssis", room, number, t->title, t->class,
		   list_json(cx->arena, &t->statuses), INT64_C(0), "listed");
}


/* A room is held for a consultation that was called, and is not over. */
static int check_consultation(struct act_cx *cx, const struct room_open *b)
{
	const char *state = NULL;
	int err;

	if (b->consultation == FIELD_NONE)
		return 0;
	err = store_get_text(&state, cx->arena, cx->st,
			     "SELECT state FROM council_pub_consultation WHERE id = $1", "i",
			     b->consultation);
	if (err == E_ABSENT)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.consultation", NULL);
	if (!err && (!text_eq(b->kind, "consultation") || !text_among("called open", state)))
		err = refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.consultation", "state",
			     state, NULL);

	return err;
}


static int check_open(struct act_cx *cx, const struct room_open *b)
{
	const struct confer_room_topic *items = b->items.v;
	const struct snapshot_party *p = NULL;
	int err = 0;

	if (b->items.n > ROOM_ITEMS_MAX)
		return fault_set(&cx->fault, E_RANGE, "A room has at most %d items.",
				 ROOM_ITEMS_MAX);
	for (size_t i = 0; i < b->parties.n && !err; i++)
		err = need_party(&p, cx, LIST_TEXT(b->parties, i));
	for (size_t i = 0; i < b->items.n && !err; i++)
		err = check_item(cx, items[i].class, &items[i].statuses);

	return err ? err : check_consultation(cx, b);
}


int room_open_judge(struct act_cx *cx, const void *body)
{
	const struct room_open *b = body;
	const struct confer_room_topic *items = b->items.v;
	struct confer_room room = { .kind = b->kind,
				    .asked = b->parties,
				    .body_id = cx->subject_id };
	int err;

	room.body = charter_body(cx->charter, cx->subject_id);
	room.channel = charter_channel(cx->charter, b->channel);
	room.office = cx->seat.office;
	room.party = cx->seat.party;
	if (!room.body)
		return refuse(cx, REFUSE_NOT_FOUND, "bodies", "not-found.body", "text",
			      cx->subject_id, NULL);
	if (!room.channel)
		return refuse(cx, REFUSE_NOT_FOUND, "channels", "not-found.channel", "text",
			      b->channel, NULL);
	err = room_read_chair(&room, cx->arena, cx->st);
	if (!err)
		err = check_opener(cx, &room);
	if (!err)
		err = check_channel(cx, room.body, room.channel);
	if (!err)
		err = check_open(cx, b);
	if (!err)
		err = room_see(&cx->see, cx, &room, NULL, false);
	if (err)
		return err;
	effect_add(&cx->fx, "confer_room",
		   "id kind title body channel mode asked per_party state office party"
		   " opened_at consultation",
		   "issssssosssio", cx->seq, b->kind, b->title, room.body->id, room.channel->id,
		   b->mode, list_json(cx->arena, &b->parties), b->per_party, "open",
		   cx->seat.office, cx->seat.party, cx->at, b->consultation);
	for (size_t i = 0; i < b->items.n; i++)
		add_item(cx, cx->seq, (int64_t)i + 1, &items[i]);

	return 0;
}


int room_add_item_judge(struct act_cx *cx, const void *body)
{
	const struct room_add_item *b = body;
	const struct confer_room_topic t = { b->title, b->class, b->statuses };
	struct room_cx r;
	int err = room_need_service(&r, cx);

	if (!err)
		err = check_item(cx, b->class, &b->statuses);
	if (!err && r.room.count >= ROOM_ITEMS_MAX)
		err = fault_set(&cx->fault, E_RANGE, "A room has at most %d items.",
				ROOM_ITEMS_MAX);
	if (!err)
		err = room_see(&cx->see, cx, &r.room, NULL, false);
	if (!err)
		add_item(cx, r.room.id, (int64_t)r.room.count + 1, &t);

	return err;
}


/* Anybody who takes part may raise a class; only who raised it may lower it again. */
static int check_lower(struct act_cx *cx, const struct confer_item *item,
		       const struct room_class_item *b)
{
	const char *who = cx->seat.party ? cx->seat.party : "";

	if (item->raised_by && !text_eq(item->raised_by, who))
		return refuse(cx, REFUSE_NO_CONSENT_OF_ORIGINATOR, "documents",
			      "no-consent-of-originator", NULL);
	if (!item->raised_by && !cx->seat.secretariat)
		return refuse(cx, REFUSE_NO_CONSENT_OF_ORIGINATOR, "documents",
			      "no-consent-of-originator", NULL);
	if (!b->reason)
		return refuse(cx, REFUSE_REASON_NEEDED, "documents", "reason-needed", NULL);

	return 0;
}


int room_class_item_judge(struct act_cx *cx, const void *body)
{
	const struct room_class_item *b = body;
	const struct field_list none = { 0, NULL };
	struct confer_item *item = NULL;
	const struct charter_class *to;
	struct charter_why why;
	struct room_cx r;
	bool lower;
	int err = room_need(&r, cx);

	if (!err)
		err = room_need_item(&item, cx, &r, b->item);
	if (!err && r.mine.part == CONFER_GUEST)
		err = refuse(cx, REFUSE_NOT_ENTITLED, "statuses", "not-entitled", NULL);
	if (!err)
		err = check_item(cx, b->class, &none);
	if (err)
		return err;
	to = charter_class(cx->charter, b->class);
	lower = item->class && to->rank < item->class->rank;
	err = lower ? check_lower(cx, item, b) : 0;
	if (err)
		return err;
	effect_set(&cx->fx, "confer_item", "room number", "class raised_by", "iiss", r.room.id,
		   item->number, to->id, cx->seat.party ? cx->seat.party : "");
	if (item != r.room.called)
		return 0;

	/* It is being discussed: raised above the channel it stops at once. */
	item->class = to;
	if (charter_call(&why, to, r.room.channel, r.room.body) != CALL_YES)
		effect_set(&cx->fx, "confer_item", "room number", "state", "iis", r.room.id,
			   item->number, "suspended");
	else if (text_eq(item->state, "suspended"))
		effect_set(&cx->fx, "confer_item", "room number", "state", "iis", r.room.id,
			   item->number, "called");

	return room_clear_guests(cx, &r);
}


int room_call_item_judge(struct act_cx *cx, const void *body)
{
	const struct room_call_item *b = body;
	struct confer_item *item = NULL;
	struct charter_why why;
	enum call_answer answer;
	struct room_cx r;
	int err = room_need_chair(&r, cx);

	if (!err)
		err = room_need_item(&item, cx, &r, b->item);
	if (!err && !item->class)
		err = refuse(cx, REFUSE_NOT_FOUND, "documents/classes", "not-found.class",
			     "text", item->class_id, NULL);
	if (err)
		return err;
	answer = charter_call(&why, item->class, r.room.channel, r.room.body);
	if (answer == CALL_CHANNEL_TOO_LOW)
		return refuse(cx, REFUSE_CHANNEL_TOO_LOW, arena_str(cx->arena, why.path),
			      "channel-too-low.item", "channel", r.room.channel->id, "item",
			      item->title, NULL);
	if (answer != CALL_YES)
		return refuse(cx, REFUSE_CLASS_NOT_STORABLE, arena_str(cx->arena, why.path),
			      "class-not-storable", NULL);
	err = room_see(&cx->see, cx, &r.room, NULL, true);
	if (err)
		return err;
	if (r.room.called && r.room.called != item)
		effect_set(&cx->fx, "confer_item", "room number", "state", "iis", r.room.id,
			   r.room.called->number, "listed");
	effect_set(&cx->fx, "confer_item", "room number", "state", "iis", r.room.id,
		   item->number, "called");
	effect_set(&cx->fx, "confer_room", "id", "item", "ii", r.room.id, item->number);
	r.room.called = item;

	return room_clear_guests(cx, &r);
}


int room_finish_item_judge(struct act_cx *cx, const void *body)
{
	struct room_cx r;
	int err = room_need_chair(&r, cx);

	(void)body;
	if (!err && !r.room.called)
		err = refuse(cx, REFUSE_ITEM_NOT_OPEN, NULL, "item-not-open", NULL);
	if (!err)
		err = room_see(&cx->see, cx, &r.room, NULL, true);
	if (err)
		return err;
	effect_set(&cx->fx, "confer_item", "room number", "state", "iis", r.room.id,
		   r.room.called->number, "done");
	effect_set(&cx->fx, "confer_room", "id", "item", "in", r.room.id);
	r.room.called = NULL;

	return room_clear_guests(cx, &r);
}


int room_close_to_guests_judge(struct act_cx *cx, const void *body)
{
	const struct room_close_to_guests *b = body;
	struct confer_item *item = NULL;
	struct room_cx r;
	int err = room_need_chair(&r, cx);

	if (!err)
		err = room_need_item(&item, cx, &r, b->item);
	if (!err)
		err = room_see(&cx->see, cx, &r.room, NULL, true);
	if (err)
		return err;
	effect_set(&cx->fx, "confer_item", "room number", "closed", "iii", r.room.id,
		   item->number, (int64_t)b->closed);
	if (item != r.room.called)
		return 0;
	item->closed = b->closed;

	return room_clear_guests(cx, &r);
}
