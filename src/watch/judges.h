/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* judges.h: the judges, views and triggers of the module, by file; private to watch/. */
#ifndef WATCH_JUDGES_H
#define WATCH_JUDGES_H

#include "act/judging.h"
#include "act/kind.h"
#include "act/trigger.h"
#include "watch/series.h"

/* places.c */
act_judge_h place_enter_judge;
view_run_h places_run;

/* boundary.c */
act_judge_h boundary_set_judge;
view_run_h boundaries_run;

/* reports.c */
act_judge_h report_submit_judge, report_confirm_judge, report_reject_judge;

/* quality.c */
act_judge_h finding_settle_judge, finding_record_judge;
view_run_h findings_run;

/* due.c */
view_run_h reporting_run;
trigger_h overdue_trigger;

/* report_views.c */
view_run_h series_run, reports_run, report_run;

/* situation.c */
view_run_h situation_run;

/* thresholds.c */
act_judge_h threshold_set_judge;
view_run_h thresholds_run, replay_run_view, replay_sum_run;

/* signals.c */
act_judge_h monitoring_run_judge;
trigger_h run_trigger;

/* alerts.c */
act_judge_h alert_verify_judge, alert_lapse_judge, alert_annotate_judge, alert_assess_judge,
	alert_characterise_judge, alert_conclude_judge;
view_run_h alerts_run, alert_signals_run, alert_steps_run;
trigger_h lapse_trigger;
/* The state of an alert after a step; the same if the step changes none. */
const char *alert_state_after(const char *state, const char *step);

/* levels.c, level_views.c */
act_judge_h level_request_judge, level_propose_judge, level_decide_judge, level_lower_judge,
	level_file_draft_judge, level_finish_action_judge;
view_run_h level_run, levels_run, level_proposals_run, level_actions_run;
trigger_h level_trigger;

/* desk.c */
act_judge_h shift_open_judge, shift_hand_over_judge, shift_close_judge, log_write_judge;
view_run_h shifts_run, log_run, desk_run;

/* contacts.c */
act_judge_h contact_enter_judge, contact_end_judge, contact_test_judge, call_record_judge,
	round_open_judge, round_close_judge;
view_run_h contacts_run, calls_run, rounds_run;

/* sitreps.c */
act_judge_h sitrep_issue_judge;
view_run_h sitreps_run, sitrep_sources_run, measures_run;

/* risks.c */
act_judge_h risk_enter_judge, risk_review_judge, standby_declare_judge, standby_activate_judge,
	standby_release_judge;
view_run_h risks_run, standbys_run;

/* depth.c */
view_run_h depth_run, strips_run;

/* form.c */
view_run_h report_form_run;

/* cases.c */
act_judge_h case_open_judge, case_settle_mandate_judge, case_add_option_judge, case_note_judge,
	case_step_judge, case_close_judge;
view_run_h cases_run, case_checklist_run, case_entries_run;
view_run_h feeds_run, feed_problems_run;

/* bulletin.c */
view_run_h bulletin_run, bulletin_words_run;

/* bulletin_record.c */
act_judge_h bulletin_issue_judge;
view_run_h bulletins_run, changes_run;

/* The line of view desk about risks whose day has passed. */
int risks_waiting(struct view_cx *cx) MUST_CHECK;

/* A figure of a report that changes what stands. */
struct entry {
	size_t number; /* of the cell in the report */
	int64_t series;
	const char *area;
	const char *indicator;
	struct series_cell now;
	struct series_cell was; /* seq 0: nothing was reported about that day */
};

struct entries {
	struct entry *at;
	size_t count;
	size_t changed; /* that replace another figure */
};

/*
 * What is wrong, or may be, with the series that these figures are of: effects that add
 * findings.  The figures are not in the store yet.
 */
int quality_check(struct act_cx *cx, const char *party, const struct entries *entries,
		  int64_t report) MUST_CHECK;

#endif
