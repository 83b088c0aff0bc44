/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* watch.c: the tables of the module. */
#include "watch/watch.h"
#include "gen/watch.h"
#include "watch/judges.h"

static const struct act_kind kinds[] = {
	{ &place_enter_act, place_enter_judge },
	{ &report_submit_act, report_submit_judge },
	{ &report_confirm_act, report_confirm_judge },
	{ &report_reject_act, report_reject_judge },
	{ &finding_settle_act, finding_settle_judge },
	{ &finding_record_act, finding_record_judge },
	{ &threshold_set_act, threshold_set_judge },
	{ &monitoring_run_act, monitoring_run_judge },
	{ &alert_verify_act, alert_verify_judge },
	{ &alert_lapse_act, alert_lapse_judge },
	{ &alert_annotate_act, alert_annotate_judge },
	{ &alert_assess_act, alert_assess_judge },
	{ &alert_characterise_act, alert_characterise_judge },
	{ &alert_conclude_act, alert_conclude_judge },
	{ &level_request_act, level_request_judge },
	{ &level_propose_act, level_propose_judge },
	{ &level_decide_act, level_decide_judge },
	{ &level_lower_act, level_lower_judge },
	{ &level_file_draft_act, level_file_draft_judge },
	{ &level_finish_action_act, level_finish_action_judge },
	{ NULL, NULL },
};

static const struct view views[] = {
	{ &series_view, series_run },
	{ &situation_view, situation_run },
	{ &reporting_view, reporting_run },
	{ &reports_view, reports_run },
	{ &report_view, report_run },
	{ &places_view, places_run },
	{ &findings_view, findings_run },
	{ &thresholds_view, thresholds_run },
	{ &replay_view, replay_run_view },
	{ &replay_sum_view, replay_sum_run },
	{ &alerts_view, alerts_run },
	{ &alert_signals_view, alert_signals_run },
	{ &alert_steps_view, alert_steps_run },
	{ &level_view, level_run },
	{ &levels_view, levels_run },
	{ &level_proposals_view, level_proposals_run },
	{ &level_actions_view, level_actions_run },
	{ NULL, NULL },
};

static const struct register_table tables[] = {
	{ "watch_place", "party, area" },
	{ "watch_series", "id" },
	{ "watch_cell", "series, day, seq" },
	{ "watch_report", "id" },
	{ "watch_proposed", "report, series, day" },
	{ "watch_finding", "id" },
	{ "watch_threshold", "party, indicator, rule, seq" },
	{ "watch_run", "id" },
	{ "watch_alert", "id" },
	{ "watch_signal", "id" },
	{ "watch_step", "alert, seq" },
	{ "watch_level", "id" },
	{ "watch_proposal", "id" },
	{ "watch_action", "id" },
	{ NULL, NULL },
};

static const struct trigger triggers[] = {
	{ "watch.overdue", overdue_trigger },
	{ "watch.run", run_trigger },
	{ "watch.lapse", lapse_trigger },
	{ "watch.level", level_trigger },
	{ NULL, NULL },
};

const struct module watch_module = {
	.name = "watch",
	.acts = kinds,
	.views = views,
	.tables = tables,
	.triggers = triggers,
};
