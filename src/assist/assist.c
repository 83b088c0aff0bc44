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
	{ &assistance_withdraw_act, assistance_withdraw_judge },
	{ &assistance_close_act, assistance_close_judge },
	{ &assistance_agree_summary_act, assistance_agree_summary_judge },
	{ &assistance_cannot_act, assistance_cannot_judge },
	{ &assistance_offer_act, assistance_offer_judge },
	{ &assistance_counter_act, assistance_counter_judge },
	{ &assistance_confirm_offer_act, assistance_confirm_offer_judge },
	{ &assistance_retract_act, assistance_retract_judge },
	{ &assistance_decline_act, assistance_decline_judge },
	{ &assistance_accept_act, assistance_accept_judge },
	{ &assistance_expire_act, assistance_expire_judge },
	{ &assistance_commit_act, assistance_commit_judge },
	{ &assistance_still_needed_act, assistance_still_needed_judge },
	{ &assistance_depart_act, assistance_depart_judge },
	{ &assistance_arrive_act, assistance_arrive_judge },
	{ &assistance_release_act, assistance_release_judge },
	{ &assistance_cost_act, assistance_cost_judge },
	{ NULL, NULL },
};

static const struct view views[] = {
	{ &assistance_requests_view, assistance_requests_run },
	{ &assistance_request_view, assistance_request_run },
	{ &gap_view, gap_run },
	{ &assistance_offers_view, assistance_offers_run },
	{ &assistance_steps_view, assistance_steps_run },
	{ &assistance_figures_view, assistance_figures_run },
	{ &assistance_board_view, assistance_board_run },
	{ &trail_view, trail_run },
	{ &trails_view, trails_run },
	{ &trail_times_view, trail_times_run },
	{ NULL, NULL },
};

static const struct register_table tables[] = {
	{ "assist_request", "id" },
	{ "assist_forewarning", "id" },
	{ "assist_line", "request, line" },
	{ "assist_offer", "id" },
	{ "assist_step", "request, seq" },
	{ "assist_cost", "offer, seq" },
	{ NULL, NULL },
};

static const struct trigger triggers[] = {
	{ "assist.expired", offers_expire_trigger },
	{ NULL, NULL },
};

const struct module assist_module = {
	.name = "assist",
	.acts = kinds,
	.views = views,
	.tables = tables,
	.triggers = triggers,
};
