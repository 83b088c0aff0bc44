/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* people.c: the lobby, who comes in and goes out, the devices that may. */
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "confer/rooms.h"
#include "gen/confer.h"
#include "store/store.h"


/* Where the channel knows no guests, the party's own officer has admitted the device. */
static int check_device(struct act_cx *cx, const struct room_cx *r, const char *device)
{
	int64_t n = 0;
	int err = 0;

	if (!r->mine.device)
		return 0;
	if (device)
		err = store_get_int(&n, cx->st,
				    "SELECT count(*) FROM confer_device WHERE party = $1"
				    " AND person = $2 AND device = $3 AND ended_at IS NULL",
				    "sss", cx->seat.party, cx->seat.person, device);
	if (err || n)
		return err;

	return refuse(cx, REFUSE_NOT_AUTHORISED,
		      arena_printf(cx->arena, "%s/guests", r->room.channel->origin.path),
		      "not-authorised.device", "channel", r->room.channel->id, NULL);
}


/* More persons of the party are inside than its delegation may have. */
static bool delegation_full(const struct room_cx *r, const char *party)
{
	int64_t n = 0;

	if (!party || r->room.per_party == FIELD_NONE)
		return false;
	for (size_t i = 0; i < r->places.count; i++)
		n += text_eq(r->places.at[i].party, party) &&
		     text_eq(r->places.at[i].place, "in");

	return n >= r->room.per_party;
}


static void begin_presence(struct act_cx *cx, const struct confer_room *room,
			   const char *person, const char *party, const char *office)
{
	effect_add(&cx->fx, "confer_presence", "room person seq party office since", "isissi",
		   room->id, person, cx->seq, party, office, cx->at);
}


int room_enter_judge(struct act_cx *cx, const void *body)
{
	const struct room_enter *b = body;
	const char *to;
	struct room_cx r;
	int err = room_need(&r, cx);

	if (!err)
		err = check_device(cx, &r, b->device);
	if (err)
		return err;
	if (r.me && (text_eq(r.me->place, "in") || text_eq(r.me->place, "lobby")))
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.in-room", NULL);
	if (!r.me && r.places.count >= ROOM_PEOPLE_MAX)
		return fault_set(&cx->fault, E_RANGE, "At most %d people come to a room.",
				 ROOM_PEOPLE_MAX);
	to = r.mine.lobby || delegation_full(&r, cx->seat.party) ||
			     (r.me && text_eq(r.me->place, "removed"))
		     ? "lobby"
		     : "in";
	if (r.me)
		effect_set(&cx->fx, "confer_place", "room person",
			   "party office body place since muted hand presence device",
			   "isssssiinos", r.room.id, cx->seat.person, cx->seat.party,
			   cx->seat.office, cx->seat.body, to, cx->at, (int64_t)r.me->muted,
			   text_eq(to, "in") ? cx->seq : FIELD_NONE, b->device);
	else
		effect_add(&cx->fx, "confer_place",
			   "room person party office body place since muted presence device",
			   "isssssiios", r.room.id, cx->seat.person, cx->seat.party,
			   cx->seat.office, cx->seat.body, to, cx->at, INT64_C(0),
			   text_eq(to, "in") ? cx->seq : FIELD_NONE, b->device);
	if (text_eq(to, "in"))
		begin_presence(cx, &r.room, cx->seat.person, cx->seat.party, cx->seat.office);

	return 0;
}


int room_leave_judge(struct act_cx *cx, const void *body)
{
	struct room_cx r;
	int err = room_need(&r, cx);

	(void)body;
	if (err)
		return err;
	if (!r.me || text_eq(r.me->place, "out") || text_eq(r.me->place, "removed"))
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.in-room", NULL);
	place_move(cx, &r.room, r.me, "out");

	return 0;
}


int room_admit_judge(struct act_cx *cx, const void *body)
{
	const struct room_admit *b = body;
	struct confer_place *p = NULL;
	struct confer_rights rights;
	struct room_cx r;
	int err = room_need_service(&r, cx);

	if (!err)
		err = room_need_person(&p, cx, &r, b->person, true);
	if (!err)
		err = place_rights(&rights, &r.room, p, cx->charter, cx->world, cx->at);
	if (err)
		return err;
	if (!rights.sees)
		return refuse(cx, REFUSE_CLOSED_TO_STATUS, "statuses", "closed-to-status.item",
			      NULL);
	effect_set(&cx->fx, "confer_place", "room person", "place since presence", "issii",
		   r.room.id, p->person, "in", cx->at, cx->seq);
	begin_presence(cx, &r.room, p->person, p->party, p->office);
	see_person(cx, p->person);

	return 0;
}


int room_remove_judge(struct act_cx *cx, const void *body)
{
	const struct room_remove *b = body;
	struct confer_place *p;
	struct room_cx r;
	int err = room_need_service(&r, cx);

	if (err)
		return err;
	p = place_of(&r.places, b->person);
	if (!p || text_eq(p->place, "out") || text_eq(p->place, "removed") ||
	    (text_eq(p->place, "lobby") && text_eq(b->to, "lobby")))
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.in-room", NULL);
	place_move(cx, &r.room, p, text_eq(b->to, "lobby") ? "lobby" : "removed");
	see_person(cx, p->person);

	return 0;
}


/* The officer, or the head, of the party itself. */
static int need_officer(struct act_cx *cx)
{
	const struct snapshot_party *p = NULL;
	int err = need_party(&p, cx, cx->subject_id);

	if (err)
		return err;
	if (!text_eq(cx->seat.party, cx->subject_id))
		return refuse(cx, REFUSE_NOT_ENTITLED, NULL, "not-entitled.other-party", NULL);
	if (!text_eq(cx->seat.office, "officer") && !text_eq(cx->seat.office, "head"))
		return refuse(cx, REFUSE_NOT_AUTHORISED, NULL, "not-authorised.officer", NULL);
	cx->see = arena_printf(cx->arena, "secretariat,party:%s", cx->subject_id);

	return 0;
}


int device_admit_judge(struct act_cx *cx, const void *body)
{
	const struct device_admit *b = body;
	int64_t n = 0;
	int err = need_officer(cx);

	if (!err)
		err = store_get_int(&n, cx->st,
				    "SELECT count(*) FROM confer_device WHERE party = $1"
				    " AND device = $2 AND ended_at IS NULL",
				    "ss", cx->subject_id, b->device);
	if (!err && n)
		err = refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.device", NULL);
	if (!err)
		effect_add(&cx->fx, "confer_device", "party device seq person at", "ssisi",
			   cx->subject_id, b->device, cx->seq, b->person, cx->at);

	return err;
}


int device_withdraw_judge(struct act_cx *cx, const void *body)
{
	const struct device_withdraw *b = body;
	int64_t seq = 0;
	int err = need_officer(cx);

	if (!err)
		err = store_get_int(&seq, cx->st,
				    "SELECT seq FROM confer_device WHERE party = $1"
				    " AND device = $2 AND ended_at IS NULL",
				    "ss", cx->subject_id, b->device);
	if (err == E_ABSENT)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.device", NULL);
	if (!err)
		effect_set(&cx->fx, "confer_device", "party device seq", "ended_at", "ssii",
			   cx->subject_id, b->device, seq, cx->at);

	return err;
}


int devices_run(struct view_cx *cx, const void *params)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT party, person, device, at FROM confer_device WHERE"
			      " ended_at IS NULL AND ($1 = '' OR party = $1)"
			      " ORDER BY party, seq LIMIT 2000",
			      "s", cx->seat.party ? cx->seat.party : "");

	(void)params;
	while (!err && store_next(rows, &err))
		view_row(cx, &(struct devices_row){ .party = store_text(rows, 0),
						    .person = store_text(rows, 1),
						    .device = store_text(rows, 2),
						    .admitted = store_int(rows, 3) });
	store_done(rows);

	return err;
}
