/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* assist.c: the tables of the module. */
#include "assist/assist.h"
#include "assist/judges.h"
#include "gen/assist.h"

static const struct act_kind kinds[] = {
	{ &assistance_forewarn_act, assistance_forewarn_judge },
	{ &assistance_request_act, assistance_request_judge },
	{ &assistance_acknowledge_act, assistance_acknowledge_judge },
	{ &assistance_change_act, assistance_change_judge },
	{ &assistance_answer_act, assistance_answer_judge },
	{ &assistance_revise_act, assistance_revise_judge },
	{ &assistance_counter_act, assistance_counter_judge },
	{ &assistance_accept_act, assistance_accept_judge },
	{ &assistance_decline_act, assistance_decline_judge },
	{ &assistance_withdraw_offer_act, assistance_withdraw_offer_judge },
	{ &assistance_commit_act, assistance_commit_judge },
	{ &assistance_still_needed_act, assistance_still_needed_judge },
	{ &assistance_depart_act, assistance_depart_judge },
	{ &assistance_arrive_act, assistance_arrive_judge },
	{ &assistance_release_act, assistance_release_judge },
	{ &assistance_cost_act, assistance_cost_judge },
	{ &assistance_withdraw_act, assistance_withdraw_judge },
	{ &assistance_close_act, assistance_close_judge },
	{ &assistance_agree_summary_act, assistance_agree_summary_judge },
	{ NULL, NULL },
};

static const struct view views[] = {
	{ &assistances_view, assistances_run },
	{ &assistance_lines_view, assistance_lines_run },
	{ &assistance_offers_view, assistance_offers_run },
	{ &assistance_board_view, assistance_board_run },
	{ &assistance_sum_view, assistance_sum_run },
	{ &trail_view, trail_run },
	{ NULL, NULL },
};

static const struct register_table tables[] = {
	{ "assist_request", "id" },
	{ "assist_line", "request, line" },
	{ "assist_offer", "request, offer" },
	{ "assist_step", "request, seq, offer" },
	{ "assist_cost", "request, offer, seq" },
	{ NULL, NULL },
};

const struct module assist_module = {
	.name = "assist",
	.acts = kinds,
	.views = views,
	.tables = tables,
};
