/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* consult.h: a consultation as it stands; private to council/. */
#ifndef COUNCIL_CONSULT_H
#define COUNCIL_CONSULT_H

#include "act/judging.h"
#include "act/kind.h"

/* consult.c: from the question to the room */
act_judge_h consultation_ask_judge, consultation_decline_judge, consultation_call_judge,
	consultation_answer_judge, consultation_open_judge;

/* consult_note.c: who was there, what they agreed on */
act_judge_h consultation_attend_judge, consultation_note_judge, consultation_settle_judge,
	consultation_finish_action_judge;

/* consult_views.c */
view_run_h consultations_run, consultation_parties_run, consultation_actions_run,
	consultation_sum_run;

struct consultation {
	int64_t id;
	const char *mode;
	const char *state;
	const char *title;
	const char *asked_by;		 /* or NULL: called unasked */
	int64_t answer_due;		 /* FIELD_NONE */
	const struct charter_body *body; /* or NULL: one made for it, or all members */
	bool made;			 /* it has seats of its own */
	int64_t opened_at;		 /* FIELD_NONE */
	int64_t version;		 /* of the note; 0: none yet */
	const char *form;
};

/* Members, and whoever works for the organisation; never a guest. */
bool consult_knows(const struct seat *seat, const struct charter *c);

/* The consultation of the subject in one of these states, separated by spaces, or a refusal. */
int consult_need(struct consultation *out, struct act_cx *cx, const char *states) MUST_CHECK;

/* Errors: E_ABSENT; those of store.h. */
int consult_read(struct consultation *out, struct arena *a, struct store *st,
		 const struct charter *c, int64_t id) MUST_CHECK;

/* Refuse unless the charter lets this seat call consultations, or it is the secretariat. */
int consult_need_caller(struct act_cx *cx) MUST_CHECK;

/* The parties that are asked to take part, in the order of the register. */
int consult_parties(struct charter_ids *out, struct arena *a, struct store *st,
		    struct world *world, const struct charter *c, const struct consultation *k,
		    const char *today) MUST_CHECK;

#endif
