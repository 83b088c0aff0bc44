/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* council.c: the tables of the module. */
#include "council/council.h"
#include "council/consult.h"
#include "council/instruments.h"
#include "gen/council.h"

static const struct act_kind kinds[] = {
	{ &instrument_register_act, instrument_register_judge },
	{ &instrument_record_text_act, instrument_record_text_judge },
	{ &instrument_stage_act, instrument_stage_judge },
	{ &instrument_deposit_act, instrument_deposit_judge },
	{ &instrument_settle_held_act, instrument_settle_held_judge },
	{ &instrument_withdraw_deposit_act, instrument_withdraw_deposit_judge },
	{ &instrument_confirm_entry_act, instrument_confirm_entry_judge },
	{ &instrument_object_act, instrument_object_judge },
	{ &instrument_rectify_act, instrument_rectify_judge },
	{ &instrument_confirm_rectification_act, instrument_confirm_rectification_judge },
	{ &instrument_terminate_act, instrument_terminate_judge },
	{ &agenda_propose_act, agenda_propose_judge },
	{ &consultation_ask_act, consultation_ask_judge },
	{ &consultation_decline_act, consultation_decline_judge },
	{ &consultation_call_act, consultation_call_judge },
	{ &consultation_answer_act, consultation_answer_judge },
	{ &consultation_open_act, consultation_open_judge },
	{ &consultation_attend_act, consultation_attend_judge },
	{ &consultation_note_act, consultation_note_judge },
	{ &consultation_settle_act, consultation_settle_judge },
	{ &consultation_finish_action_act, consultation_finish_action_judge },
	{ NULL, NULL },
};

static const struct view views[] = {
	{ &instruments_view, instruments_run },
	{ &instrument_matrix_view, instrument_matrix_run },
	{ &instrument_view, instrument_run },
	{ &held_deposits_view, held_deposits_run },
	{ &agenda_view, agenda_run },
	{ &consultations_view, consultations_run },
	{ &consultation_parties_view, consultation_parties_run },
	{ &consultation_actions_view, consultation_actions_run },
	{ &consultation_sum_view, consultation_sum_run },
	{ NULL, NULL },
};

static const struct register_table tables[] = {
	{ "council_instrument", "id" },
	{ "council_signatory", "instrument, party" },
	{ "council_text", "instrument, language, seq" },
	{ "council_stage", "instrument, party, stage, seq" },
	{ "council_deposit", "instrument, party, seq" },
	{ "council_held", "act" },
	{ "council_rectification", "act" },
	{ "council_objection", "seq" },
	{ "council_agenda", "id" },
	{ "council_consultation", "id" },
	{ "council_seat", "consultation, party" },
	{ "council_reply", "consultation, party, seq" },
	{ "council_presence", "consultation, party, seq" },
	{ "council_note", "consultation, version" },
	{ "council_note_word", "consultation, version, party, seq" },
	{ "council_action", "consultation, version, number" },
	{ NULL, NULL },
};

const struct module council_module = {
	.name = "council",
	.found = council_found,
	.acts = kinds,
	.views = views,
	.tables = tables,
};
