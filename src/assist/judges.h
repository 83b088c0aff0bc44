/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* judges.h: the judges and views of the module, by file; private to assist/. */
#ifndef ASSIST_JUDGES_H
#define ASSIST_JUDGES_H

#include "act/judging.h"
#include "act/kind.h"

/* requests.c */
act_judge_h assistance_forewarn_judge, assistance_request_judge, assistance_acknowledge_judge,
	assistance_change_judge, assistance_withdraw_judge, assistance_close_judge,
	assistance_agree_summary_judge;

/* offers.c */
act_judge_h assistance_answer_judge, assistance_revise_judge, assistance_counter_judge,
	assistance_accept_judge, assistance_decline_judge, assistance_withdraw_offer_judge;

/* moves.c */
act_judge_h assistance_commit_judge, assistance_still_needed_judge, assistance_depart_judge,
	assistance_arrive_judge, assistance_release_judge, assistance_cost_judge;

/* views.c, trail.c */
view_run_h assistances_run, assistance_lines_run, assistance_offers_run, assistance_board_run,
	assistance_sum_run, trail_run;

enum side {
	SIDE_ASKS = 1,	/* the party that asks */
	SIDE_GIVES = 2, /* the party that is asked */
	SIDE_BOTH = 3,
};

struct request {
	int64_t id;
	const char *mode;
	const char *state;
	const char *party, *asked;
	int64_t revision;
	int64_t closed_at; /* FIELD_NONE */
};

struct offer {
	int64_t number;
	int64_t line;
	const char *state;
	int64_t quantity;
	int64_t accepted;    /* 0: nothing */
	int64_t valid_until; /* ms */
	bool needed;	     /* said so before departure */
};

/*
 * The request of the subject, for a party on that side, in one of these states.  Who is
 * neither party is told that there is no request, as if there were none; from here on only
 * the two see the act.
 */
int request_need(struct request *out, struct act_cx *cx, enum side side,
		 const char *states) MUST_CHECK;

/* One that is open: sent or acknowledged. */
int request_need_open(struct request *out, struct act_cx *cx, enum side side) MUST_CHECK;

/* The offer in one of these states, or a refusal. */
int offer_need(struct offer *out, struct act_cx *cx, const struct request *r, int64_t number,
	       const char *states) MUST_CHECK;

/* For judges that name a request at its first: only these parties see the act. */
void only_two(struct act_cx *cx, const char *a, const char *b);

void step_put(struct act_cx *cx, int64_t request, int64_t offer, const char *step,
	      int64_t quantity, const char *text);

/* Is `word` one of `words`, which are separated by spaces? */
bool word_of(const char *words, const char *word);

/* May this seat see the request in full? */
bool request_is_party(const struct seat *seat, const struct request *r);

/* Errors: E_ABSENT; those of store.h. */
int request_read(struct request *out, struct arena *a, struct store *st, int64_t id) MUST_CHECK;

#endif
