/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* judges.h: the judges, views and triggers of the module, by file; private to assist/. */
#ifndef ASSIST_JUDGES_H
#define ASSIST_JUDGES_H

#include "act/judging.h"
#include "act/kind.h"
#include "act/trigger.h"

/* requests.c */
act_judge_h assistance_forewarn_judge, assistance_request_judge, assistance_acknowledge_judge,
	assistance_change_judge, assistance_withdraw_judge, assistance_close_judge,
	assistance_agree_summary_judge, assistance_cannot_judge;

/* offers.c */
act_judge_h assistance_offer_judge, assistance_counter_judge, assistance_confirm_offer_judge,
	assistance_retract_judge, assistance_decline_judge, assistance_accept_judge,
	assistance_expire_judge;
trigger_h offers_expire_trigger;

/* moving.c */
act_judge_h assistance_commit_judge, assistance_still_needed_judge, assistance_depart_judge,
	assistance_arrive_judge, assistance_release_judge, assistance_cost_judge;

/* assist_views.c */
view_run_h assistance_requests_run, assistance_request_run, gap_run, assistance_offers_run,
	assistance_steps_run, assistance_figures_run;

/* board.c */
view_run_h assistance_board_run;

/* trail.c */
view_run_h trail_run, trails_run;

/* Members, and whoever works for the organisation; never a guest. */
bool trail_knows(const struct view_cx *cx);

/* times.c */
view_run_h trail_times_run;

/*
 * Of a request r, in SQL; $1 is the viewer's party or ''.  It is known to its two; to others
 * (members, and whoever works for all) once both agree to a summary.
 */
#define HELP_OWN    "(r.party = $1 OR r.to_party = $1)"
#define HELP_AGREED "(r.asker_agrees = 1 AND r.giver_agrees = 1)"
#define HELP_KNOWN  "(" HELP_OWN " OR " HELP_AGREED ")"

/* The same where $2 is 1 for those others, and 0 for who sees its own alone. */
#define HELP_KNOWN_IF "(" HELP_OWN " OR ($2 = 1 AND " HELP_AGREED "))"

/* How long steps took.  Without any: count 0, the others FIELD_NONE. */
struct spread {
	int64_t count, median, p90; /* minutes */
};

/* Sorts them.  Of an even number the lower middle: a time that one of them took. */
struct spread spread_of(int64_t *minutes, size_t count);

/* A request as it stands.  Texts are in the arena. */
struct help {
	int64_t id;
	const char *party, *to, *kind, *state, *title;
	bool asker_agrees, giver_agrees;
};

/* An offer, and the request that it answers. */
struct offered {
	int64_t id, line, quantity, until;
	int64_t accepted, departed; /* FIELD_NONE */
	const char *party, *state;
	bool needed;
	struct help help;
};

enum side { ASKER, GIVER, EITHER };

/*
 * The request that the subject names, for one of its two; the act is seen by these two only.
 * Others, and whoever names none, are refused (no-request): they may not know of it.
 */
int help_need(struct help *out, struct act_cx *cx, int64_t id, enum side side) MUST_CHECK;

/* The same for the offer that the subject names. */
int offer_need(struct offered *out, struct act_cx *cx, enum side side) MUST_CHECK;

/* Refuse (wrong-state) unless the state is one of these, separated by spaces. */
int help_state(struct act_cx *cx, const struct help *h, const char *words) MUST_CHECK;
int offer_state(struct act_cx *cx, const struct offered *o, const char *states) MUST_CHECK;

/* The same for the offer, of a request that is not over: without one nothing moves. */
int offer_open(struct act_cx *cx, const struct offered *o, const char *states) MUST_CHECK;

/*
 * The request is completed once nothing of it waits or is on the way and something has come:
 * said of every offer but this one, of which `arrives` says it.
 */
int help_complete(struct act_cx *cx, const struct offered *o, bool arrives) MUST_CHECK;

/*
 * Refuse (not-entitled) unless the party's status lets it ask, or give, and its rights do not
 * sleep.  To confirm what arrives and to close needs no right: what was begun can end.
 */
int help_may(struct act_cx *cx, const char *party, bool asks) MUST_CHECK;

/* What was done, for the chain of steps; offer and quantity may be FIELD_NONE. */
void help_step(struct act_cx *cx, int64_t request, const char *step, int64_t offer,
	       int64_t quantity, const char *text);

/* Move the request to a later state; never back. */
void help_move(struct act_cx *cx, const struct help *h, const char *state);

#endif
