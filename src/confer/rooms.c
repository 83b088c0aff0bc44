/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/rules.h"
#include "confer/rooms.h"
#include "store/store.h"


static int read_items(struct confer_room *room, struct arena *a, struct store *st,
		      const struct charter *c, int64_t called)
{
	struct confer_item *list = arena_take(a, ROOM_ITEMS_MAX * sizeof(*list));
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT number, title, class, statuses, closed, state, raised_by"
			      " FROM confer_item WHERE room = $1 ORDER BY number LIMIT 100",
			      "i", room->id);

	while (!err && store_next(rows, &err)) {
		struct confer_item *i = &list[room->count++];

		i->number = store_int(rows, 0);
		i->title = row_text(a, rows, 1);
		i->class_id = row_text(a, rows, 2);
		i->class = charter_class(c, i->class_id);
		i->statuses = list_parse(a, store_text(rows, 3));
		i->closed = store_int(rows, 4) != 0;
		i->state = row_text(a, rows, 5);
		i->raised_by = row_text(a, rows, 6);
		if (i->number == called)
			room->called = i;
	}
	store_done(rows);
	room->items = list;

	return err;
}


static bool asked_to(const struct confer_room *room, const char *party)
{
	for (size_t i = 0; i < room->asked.n; i++)
		if (text_eq(LIST_TEXT(room->asked, i), party))
			return true;

	return !room->asked.n;
}


/*
 * The party in the chair of the body, where a chairmanship carries it.  A consultation to which
 * that party is not asked is presided over by who opened it: else nobody would be.
 */
int room_read_chair(struct confer_room *room, struct arena *a, struct store *st)
{
	int err = store_get_text(&room->chair, a, st,
				 "SELECT party FROM parties_pub_chair WHERE body = $1"
				 " ORDER BY since_at DESC, seq DESC LIMIT 1",
				 "s", room->body_id);

	if (!err && text_eq(room->kind, "consultation") && !asked_to(room, room->chair))
		room->chair = NULL;

	return err == E_ABSENT ? 0 : err;
}


int room_read(struct confer_room *out, struct arena *a, struct store *st,
	      const struct charter *c, int64_t id)
{
	struct store_rows *rows = NULL;
	int64_t called = FIELD_NONE;
	bool found = false;
	int err =
		store_query(&rows, st,
			    "SELECT kind, title, body, channel, mode, asked, per_party, state,"
			    " item, office, party, opened_at, consultation FROM confer_room"
			    " WHERE id = $1",
			    "i", id);

	*out = (struct confer_room){ .id = id };
	if (!err && store_next(rows, &err)) {
		found = true;
		out->kind = row_text(a, rows, 0);
		out->title = row_text(a, rows, 1);
		out->body_id = row_text(a, rows, 2);
		out->channel_id = row_text(a, rows, 3);
		out->mode = row_text(a, rows, 4);
		out->asked = list_parse(a, store_text(rows, 5));
		out->per_party = row_int(rows, 6);
		out->state = row_text(a, rows, 7);
		called = row_int(rows, 8);
		out->office = row_text(a, rows, 9);
		out->party = row_text(a, rows, 10);
		out->opened_at = store_int(rows, 11);
		out->consultation = row_int(rows, 12);
	}
	store_done(rows);
	if (err || !found)
		return err ? err : E_ABSENT;
	out->body = charter_body(c, out->body_id);
	out->channel = charter_channel(c, out->channel_id);
	err = read_items(out, a, st, c, called);

	return err ? err : room_read_chair(out, a, st);
}


int room_places(struct confer_places *out, struct arena *a, struct store *st, int64_t room)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, st,
		"SELECT person, party, office, body, place, since, muted, floor, hand,"
		" hand_seq, presence, device," PLACE_ADMITTED(
			"c") " FROM confer_place c WHERE room = $1"
			     " ORDER BY since, person LIMIT 1000",
		"i", room);

	out->count = 0;
	out->at = arena_take(a, ROOM_PEOPLE_MAX * sizeof(*out->at));
	while (!err && store_next(rows, &err))
		out->at[out->count++] = (struct confer_place){
			.person = row_text(a, rows, 0),
			.party = row_text(a, rows, 1),
			.office = row_text(a, rows, 2),
			.body = row_text(a, rows, 3),
			.place = row_text(a, rows, 4),
			.since = store_int(rows, 5),
			.muted = store_int(rows, 6) != 0,
			.floor = row_int(rows, 7),
			.hand = row_text(a, rows, 8),
			.hand_seq = row_int(rows, 9),
			.presence = row_int(rows, 10),
			.device = row_text(a, rows, 11),
			.admitted = store_int(rows, 12) != 0,
		};
	store_done(rows);

	return err;
}


struct confer_place *place_of(const struct confer_places *places, const char *person)
{
	for (size_t i = 0; i < places->count; i++)
		if (text_eq(places->at[i].person, person))
			return &places->at[i];

	return NULL;
}


int place_rights(struct confer_rights *out, const struct confer_room *room,
		 const struct confer_place *p, const struct charter *c, struct world *w,
		 int64_t at)
{
	struct seat seat = {
		.person = p->person, .office = p->office, .party = p->party, .body = p->body
	};
	int err = seat_resolve(&seat, c, w, at);

	if (!err)
		*out = confer_rights(c, room, &seat);

	return err;
}


/* Parties with a status that the body is open to, to whom the item is open. */
static int see_guests(struct buf *b, struct act_cx *cx, const struct confer_room *room,
		      const struct confer_item *item)
{
	const struct snapshot *s = NULL;
	int err = world_statuses(&s, cx->world);

	if (err)
		return err;
	charter_each (status, room->body->open_to) {
		struct charter_ids ids;

		if (item && !confer_item_open(cx->charter, room, item, (*status)->id))
			continue;
		charter_with_status(&ids, cx->arena, s, (*status)->id, false, cx->today);
		for (size_t i = 0; i < ids.count; i++)
			buf_printf(b, ",party:%s", ids.at[i]);
	}

	return 0;
}


/* Of the parties asked, those that see it: the members, and with `guests` the others too. */
static int see_asked(struct buf *b, struct act_cx *cx, const struct confer_room *room,
		     const struct confer_item *item, bool guests)
{
	const struct snapshot *s = NULL;
	int err = world_statuses(&s, cx->world);

	for (size_t i = 0; i < room->asked.n && !err; i++) {
		const char *id = LIST_TEXT(room->asked, i);
		const struct charter_status *status =
			charter_status_on(cx->charter, s, id, cx->today);
		const char *name = status ? status->id : NULL;

		if ((status && SET_HAS(status->rights, RIGHT_MEETING_DECIDE)) ||
		    (guests && room->channel->guests &&
		     (!item || confer_item_open(cx->charter, room, item, name))))
			buf_printf(b, ",party:%s", id);
	}

	return err;
}


int room_see(const char **out, struct act_cx *cx, const struct confer_room *room,
	     const struct confer_item *item, bool guests)
{
	struct buf b;
	int err = 0;

	buf_init(&b, 0);
	buf_str(&b, "secretariat");
	charter_each (who, room->body->composition.with)
		if (who->office)
			buf_printf(&b, ",office:%s", who->office->id);
	if (!room->party)
		buf_printf(&b, ",office:%s", room->office);
	if (room->asked.n)
		err = see_asked(&b, cx, room, item, guests);
	else
		buf_str(&b, ",member");
	if (!err && !room->asked.n && guests && room->channel->guests)
		err = see_guests(&b, cx, room, item);
	if (!err)
		err = b.err;
	if (!err)
		*out = arena_strn(cx->arena, b.data, b.len);
	buf_clear(&b);

	return err;
}


int room_need(struct room_cx *out, struct act_cx *cx)
{
	int64_t id = 0;
	int err = need_number(&id, cx);

	*out = (struct room_cx){ .me = NULL };
	if (!err)
		err = room_read(&out->room, cx->arena, cx->st, cx->charter, id);
	if (err == E_ABSENT)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.room", NULL);
	if (err)
		return err;
	out->mine = confer_rights(cx->charter, &out->room, &cx->seat);
	if (out->mine.part == CONFER_NOBODY)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.room", NULL);
	err = room_places(&out->places, cx->arena, cx->st, id);
	if (!err)
		err = room_see(&cx->see, cx, &out->room, out->room.called,
			       out->room.called || !out->room.count);
	if (err)
		return err;
	if (text_eq(out->room.state, "closed"))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.room", NULL);
	out->me = place_of(&out->places, cx->seat.person);

	return 0;
}


int room_need_chair(struct room_cx *out, struct act_cx *cx)
{
	int err = room_need(out, cx);

	if (!err && !out->mine.presides)
		err = refuse(cx, REFUSE_NOT_AUTHORISED, "chairmanship", "not-authorised.chair",
			     NULL);

	return err;
}


int room_need_service(struct room_cx *out, struct act_cx *cx)
{
	int err = room_need(out, cx);

	if (!err && !out->mine.serves)
		err = refuse(cx, REFUSE_NOT_AUTHORISED, "chairmanship", "not-authorised.chair",
			     NULL);

	return err;
}


int room_need_item(struct confer_item **out, struct act_cx *cx, const struct room_cx *r,
		   int64_t number)
{
	for (size_t i = 0; i < r->room.count; i++)
		if (r->room.items[i].number == number) {
			*out = &r->room.items[i];
			return 0;
		}

	return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.item", NULL);
}


int room_need_person(struct confer_place **out, struct act_cx *cx, const struct room_cx *r,
		     const char *person, bool lobby)
{
	struct confer_place *p = place_of(&r->places, person);

	if (!p || !text_eq(p->place, lobby ? "lobby" : "in"))
		return refuse(cx, REFUSE_NOT_FOUND, NULL,
			      lobby ? "not-found.in-lobby" : "not-found.in-room", NULL);
	*out = p;

	return 0;
}


void see_person(struct act_cx *cx, const char *person)
{
	cx->see = arena_printf(cx->arena, "%s,person:%s", cx->see, person);
}


void floor_end(struct act_cx *cx, const struct confer_room *room, struct confer_place *p)
{
	if (p->floor == FIELD_NONE)
		return;
	effect_set(&cx->fx, "confer_intervention", "room person seq", "until", "isii", room->id,
		   p->person, p->floor, cx->at);
	effect_set(&cx->fx, "confer_place", "room person", "floor", "isn", room->id, p->person);
	p->floor = FIELD_NONE;
}


void place_move(struct act_cx *cx, const struct confer_room *room, struct confer_place *p,
		const char *to)
{
	floor_end(cx, room, p);
	if (p->presence != FIELD_NONE)
		effect_set(&cx->fx, "confer_presence", "room person seq", "until", "isii",
			   room->id, p->person, p->presence, cx->at);
	effect_set(&cx->fx, "confer_place", "room person", "place since hand presence",
		   "issinn", room->id, p->person, to, cx->at);
	p->place = to;
	p->presence = FIELD_NONE;
}


int room_clear_guests(struct act_cx *cx, const struct room_cx *r)
{
	int err = 0;

	for (size_t i = 0; i < r->places.count && !err; i++) {
		struct confer_place *p = &r->places.at[i];
		struct confer_rights rights;

		if (!text_eq(p->place, "in"))
			continue;
		err = place_rights(&rights, &r->room, p, cx->charter, cx->world, cx->at);
		if (!err && !rights.sees)
			place_move(cx, &r->room, p, "lobby");
	}

	return err;
}
