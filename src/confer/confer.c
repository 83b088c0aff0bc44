/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* confer.c: the tables of the module. */
#include "confer/confer.h"
#include "confer/rooms.h"
#include "gen/confer.h"

static const struct act_kind kinds[] = {
	{ &room_open_act, room_open_judge },
	{ &room_add_item_act, room_add_item_judge },
	{ &room_class_item_act, room_class_item_judge },
	{ &room_call_item_act, room_call_item_judge },
	{ &room_finish_item_act, room_finish_item_judge },
	{ &room_close_to_guests_act, room_close_to_guests_judge },
	{ &room_enter_act, room_enter_judge },
	{ &room_leave_act, room_leave_judge },
	{ &room_admit_act, room_admit_judge },
	{ &room_remove_act, room_remove_judge },
	{ &room_raise_hand_act, room_raise_hand_judge },
	{ &room_lower_hand_act, room_lower_hand_judge },
	{ &room_give_floor_act, room_give_floor_judge },
	{ &room_withdraw_floor_act, room_withdraw_floor_judge },
	{ &room_mute_act, room_mute_judge },
	{ &room_set_mode_act, room_set_mode_judge },
	{ &room_suspend_act, room_suspend_judge },
	{ &room_resume_act, room_resume_judge },
	{ &room_close_act, room_close_judge },
	{ &device_admit_act, device_admit_judge },
	{ &device_withdraw_act, device_withdraw_judge },
	{ NULL, NULL },
};

static const struct view views[] = {
	{ &rooms_view, rooms_run },	  { &room_view, room_run },
	{ &presence_view, presence_run }, { &interventions_view, interventions_run },
	{ &devices_view, devices_run },	  { NULL, NULL },
};

static const struct register_table tables[] = {
	{ "confer_room", "id" },
	{ "confer_item", "room, number" },
	{ "confer_place", "room, person" },
	{ "confer_presence", "room, person, seq" },
	{ "confer_intervention", "room, person, seq" },
	{ "confer_device", "party, device, seq" },
	{ NULL, NULL },
};

const struct module confer_module = {
	.name = "confer",
	.acts = kinds,
	.views = views,
	.tables = tables,
};
