/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rooms.h: rooms as the registers have them; the judges and views of the module, by file. */
#ifndef CONFER_ROOMS_H
#define CONFER_ROOMS_H

#include "act/judging.h"
#include "act/kind.h"
#include "confer/rights.h"

enum {
	ROOM_ITEMS_MAX = 100,
	ROOM_PEOPLE_MAX = 1000, /* that were ever in it */
};

/* Errors: E_ABSENT there is no such room; those of store.h. */
int room_read(struct confer_room *out, struct arena *a, struct store *st,
	      const struct charter *c, int64_t id) MUST_CHECK;

/* `chair` of a room whose body is known. */
int room_read_chair(struct confer_room *room, struct arena *a, struct store *st) MUST_CHECK;

struct confer_places {
	struct confer_place *at;
	size_t count;
};

/* In a query: is the device of the place of that alias admitted? */
#define PLACE_ADMITTED(p)                                                                      \
	" EXISTS (SELECT 1 FROM confer_device d WHERE d.party = " p ".party AND d.person = " p \
	".person AND d.device = " p ".device AND d.ended_at IS NULL)"

/* Everybody who ever was in the room or its lobby, by when they came. */
int room_places(struct confer_places *out, struct arena *a, struct store *st,
		int64_t room) MUST_CHECK;

/* The place of a person there, or NULL. */
struct confer_place *place_of(const struct confer_places *places, const char *person);

/* The rights of whoever stands at that place, resolved anew at that time. */
int place_rights(struct confer_rights *out, const struct confer_room *room,
		 const struct confer_place *p, const struct charter *c, struct world *w,
		 int64_t at) MUST_CHECK;

/* What a judge about a room begins with. */
struct room_cx {
	struct confer_room room;
	struct confer_rights mine;
	struct confer_places places;
	struct confer_place *me; /* NULL: was never there */
};

/*
 * The room that the subject names, for whoever may know of it; it is not closed.  Who sees the
 * act in the record is narrowed to those who may know (`cx->see`).  A refusal otherwise.
 */
int room_need(struct room_cx *out, struct act_cx *cx) MUST_CHECK;
int room_need_chair(struct room_cx *out, struct act_cx *cx) MUST_CHECK;
int room_need_service(struct room_cx *out, struct act_cx *cx) MUST_CHECK;

/* That number among the items, or a refusal. */
int room_need_item(struct confer_item **out, struct act_cx *cx, const struct room_cx *r,
		   int64_t number) MUST_CHECK;

/* Somebody in the room (or, with `lobby`, in its lobby), or a refusal. */
int room_need_person(struct confer_place **out, struct act_cx *cx, const struct room_cx *r,
		     const char *person, bool lobby) MUST_CHECK;

/* Who sees an act about the room; with `guests` those guests to whom `item` is open, too. */
int room_see(const char **out, struct act_cx *cx, const struct confer_room *room,
	     const struct confer_item *item, bool guests) MUST_CHECK;

/* That person sees the act in the record, too. */
void see_person(struct act_cx *cx, const char *person);

/* Effects: the floor of that person ends; they go to that place and are no longer present. */
void floor_end(struct act_cx *cx, const struct confer_room *room, struct confer_place *p);
void place_move(struct act_cx *cx, const struct confer_room *room, struct confer_place *p,
		const char *to);

/* Guests inside who may not see what is called now go to the lobby; when it is called again,
 * the chair admits them. */
int room_clear_guests(struct act_cx *cx, const struct room_cx *r) MUST_CHECK;

/* open.c */
act_judge_h room_open_judge, room_add_item_judge, room_class_item_judge, room_call_item_judge,
	room_finish_item_judge, room_close_to_guests_judge;

/* people.c */
act_judge_h room_enter_judge, room_leave_judge, room_admit_judge, room_remove_judge,
	device_admit_judge, device_withdraw_judge;
view_run_h devices_run;

/* floor.c */
act_judge_h room_raise_hand_judge, room_lower_hand_judge, room_give_floor_judge,
	room_withdraw_floor_judge, room_mute_judge, room_set_mode_judge, room_suspend_judge,
	room_resume_judge, room_close_judge;

/* views.c */
view_run_h rooms_run, room_run, presence_run, interventions_run;

#endif
