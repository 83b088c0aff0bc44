/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* parties.c: the tables of the module. */
#include "gen/parties.h"
#include "parties/judges.h"
#include "parties/parties.h"

static const struct act_kind kinds[] = {
	{ &party_add_act, party_add_judge },
	{ &party_rename_act, party_rename_judge },
	{ &party_record_fact_act, party_record_fact_judge },
	{ &party_record_relation_act, party_record_relation_judge },
	{ &party_challenge_act, party_challenge_judge },
	{ &party_withdraw_challenge_act, party_withdraw_challenge_judge },
	{ &status_enquire_act, status_enquire_judge },
	{ &status_apply_act, status_apply_judge },
	{ &status_examine_act, status_examine_judge },
	{ &status_judge_act, status_judge_judge },
	{ &status_return_act, status_return_judge },
	{ &status_complete_act, status_complete_judge },
	{ &status_propose_act, status_propose_judge },
	{ &status_grant_act, status_grant_judge },
	{ &status_refuse_act, status_refuse_judge },
	{ &status_withdraw_application_act, status_withdraw_application_judge },
	{ &status_register_act, status_register_judge },
	{ &status_suspend_act, status_suspend_judge },
	{ &status_resume_act, status_resume_judge },
	{ &status_give_notice_act, status_give_notice_judge },
	{ &status_end_act, status_end_judge },
	{ &status_close_review_act, status_close_review_judge },
	{ &office_appoint_act, office_appoint_judge },
	{ &office_leave_act, office_leave_judge },
	{ &chair_hand_over_act, chair_hand_over_judge },
	{ &person_invite_act, person_invite_judge },
	{ &person_assign_act, person_assign_judge },
	{ &person_enrol_act, person_enrol_judge },
	{ &person_reset_act, person_reset_judge },
	{ &person_end_act, person_end_judge },
	{ &person_erase_act, person_erase_judge },
	{ &person_accredit_act, person_accredit_judge },
	{ &person_recall_act, person_recall_judge },
	{ NULL, NULL },
};

static const struct view views[] = {
	{ &parties_view, parties_run },
	{ &party_view, party_run },
	{ &precheck_view, precheck_run },
	{ &gates_view, gates_run },
	{ &status_files_view, status_files_run },
	{ &status_file_view, status_file_run },
	{ &reviews_view, reviews_run },
	{ &offices_view, offices_run },
	{ &chairs_view, chairs_run },
	{ &reminders_view, reminders_run },
	{ &people_view, people_run },
	{ &attempts_view, attempts_run },
	{ &delegations_view, delegations_run },
	{ NULL, NULL },
};

static const struct register_table tables[] = {
	{ "parties_party", "id" },
	{ "parties_name", "party, from_date" },
	{ "parties_status", "party, from_date" },
	{ "parties_suspension", "party, from_date" },
	{ "parties_fact", "party, fact, seq" },
	{ "parties_relation_set", "party, relation, seq" },
	{ "parties_relation", "party, relation, seq, with_party" },
	{ "parties_challenge", "party, fact, by_party, seq" },
	{ "parties_file", "id" },
	{ "parties_examination", "seq" },
	{ "parties_judgement", "file, criterion, seq" },
	{ "parties_review", "id" },
	{ "parties_withdrawal", "seq" },
	{ "parties_holder", "office, party, from_date, seq" },
	{ "parties_chair", "body, since_at, seq" },
	{ "parties_person", "id" },
	{ "parties_seat", "person, office, body, seq" },
	{ "parties_accreditation", "person, body, seq" },
	{ NULL, NULL },
};

const struct module parties_module = {
	.name = "parties",
	.found = parties_found,
	.acts = kinds,
	.views = views,
	.tables = tables,
};
