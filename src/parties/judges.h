/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* judges.h: the judges and views of the module, one file per topic; private to parties/. */
#ifndef PARTIES_JUDGES_H
#define PARTIES_JUDGES_H

#include "act/judging.h"
#include "act/kind.h"

/* facts.c */
act_judge_h party_add_judge, party_rename_judge, party_record_fact_judge,
	party_record_relation_judge, party_challenge_judge, party_withdraw_challenge_judge;

/* files.c: from enquiry to examination */
act_judge_h status_enquire_judge, status_apply_judge, status_examine_judge, status_judge_judge,
	status_return_judge, status_complete_judge, status_withdraw_application_judge;

/* statuses.c: from proposal to end */
act_judge_h status_propose_judge, status_grant_judge, status_refuse_judge,
	status_register_judge, status_suspend_judge, status_resume_judge,
	status_give_notice_judge, status_end_judge, status_close_review_judge;

/* offices.c */
act_judge_h office_appoint_judge, office_leave_judge, chair_hand_over_judge;

/* A person as its register has it; texts are in the arena of the act. */
struct person {
	const char *id;
	const char *party; /* "" for the organisation */
	const char *state;
	bool administrator, passwords;
};

/* persons.c */
act_judge_h person_invite_judge, person_assign_judge, person_enrol_judge, person_reset_judge,
	person_end_judge, person_erase_judge;
view_run_h people_run, attempts_run;

/* The person that the subject names, and the right to administer; or a refusal. */
int person_need(struct person *out, struct act_cx *cx, bool administer) MUST_CHECK;

/* "private/12/name": what is kept beside act 12; NULL when it was erased. */
int person_name(const char **out, struct view_cx *cx, const char *where) MUST_CHECK;

/* Offices of a person now, as they are written in acts. */
int person_offices(struct field_list *out, struct view_cx *cx, const char *person) MUST_CHECK;

/* delegations.c */
act_judge_h person_accredit_judge, person_recall_judge;
view_run_h delegations_run;

/* All accreditations of a person end, those to one body or (NULL) to all; *n gets how many. */
int accreditations_end(size_t *n, struct act_cx *cx, const char *person,
		       const char *body) MUST_CHECK;

/* found.c */
void parties_found(struct act_cx *cx, const struct charter *charter);

/* views.c, file_views.c, office_views.c */
view_run_h parties_run, party_run, precheck_run, gates_run, status_files_run, status_file_run,
	reviews_run, offices_run, chairs_run, reminders_run;

/* A status file as it stands. */
struct file {
	int64_t id;
	const char *party;
	const char *status_id;
	const char *state;
	const char *charter_hash;
	const struct charter *charter;	     /* under which it began and finishes */
	const struct charter_status *status; /* in that charter */
	const char *declarations;
	const char *areas;
	int64_t opened_at;
	int64_t examined_at; /* FIELD_NONE */
};

/* The file that the subject names, or a refusal (not-found). */
int file_need(struct file *out, struct act_cx *cx) MUST_CHECK;

/* E_ABSENT when there is none. */
int file_read(struct file *out, struct arena *a, struct store *st, struct world *world,
	      int64_t id) MUST_CHECK;

/* Refuse (wrong-state) unless the state is one of these, separated by spaces. */
int file_state(struct act_cx *cx, const struct file *f, const char *states) MUST_CHECK;

/* Bodies that proposed the grant, in the order in which they did. */
int file_proposals(struct charter_ids *out, struct arena *a, struct store *st,
		   int64_t id) MUST_CHECK;

/* The criteria table as a list of struct parties_cell. */
struct charter_criteria;
struct field_list cells_list(struct arena *a, const struct charter_criteria *table);

/* The status that the party holds today, or NULL. */
const struct snapshot_status *status_today(const struct snapshot_party *p, const char *today);

/* What a name in a register stands for: itself, or the value kept beside an act. */
const char *shown_person(struct arena *a, struct store *st, const char *person);

#endif
