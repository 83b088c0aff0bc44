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
	{ NULL, NULL },
};

static const struct view views[] = {
	{ &series_view, series_run },	    { &situation_view, situation_run },
	{ &reporting_view, reporting_run }, { &reports_view, reports_run },
	{ &report_view, report_run },	    { &places_view, places_run },
	{ &findings_view, findings_run },   { NULL, NULL },
};

static const struct register_table tables[] = {
	{ "watch_place", "party, area" },
	{ "watch_series", "id" },
	{ "watch_cell", "series, day, seq" },
	{ "watch_report", "id" },
	{ "watch_proposed", "report, series, day" },
	{ "watch_finding", "id" },
	{ NULL, NULL },
};

static const struct trigger triggers[] = {
	{ "watch.overdue", overdue_trigger },
	{ NULL, NULL },
};

const struct module watch_module = {
	.name = "watch",
	.acts = kinds,
	.views = views,
	.tables = tables,
	.triggers = triggers,
};
