/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* instruments.h: the depositary's register as judges and views read it; private to council/. */
#ifndef COUNCIL_INSTRUMENTS_H
#define COUNCIL_INSTRUMENTS_H

#include "act/judging.h"
#include "act/kind.h"
#include "charter/rules.h"

/* An instrument with what its entry into force depends on. */
struct instrument {
	const char *id;
	const char *type_id;
	const struct charter_instrument *type; /* NULL: the charter knows it no more */
	const char *title;		       /* JSON by language */
	const char *package;
	const char *state;
	const char *signed_on;
	const char *place;
	const char *adopted_on;
	const char *in_force; /* confirmed, or NULL */
	struct charter_strings signatories;
	struct charter_deposit *deposits; /* all, withdrawn ones too, in order of receipt */
	size_t deposits_count;
};

/* E_ABSENT when there is none. */
int instrument_read(struct instrument *out, struct arena *a, struct store *st,
		    const struct charter *c, const char *id) MUST_CHECK;

/* The instrument that the subject names, or a refusal (not-found). */
int instrument_need(struct instrument *out, struct act_cx *cx) MUST_CHECK;

/* What its deposits give on that day; `entry->state` is waiting when its type is unknown. */
int instrument_entry(struct charter_entry *entry, struct arena *a, const struct instrument *i,
		     const struct charter *c, struct world *world, const char *on) MUST_CHECK;

bool instrument_signed_by(const struct instrument *i, const char *party);

/* The deposit of the party that stands, or NULL. */
const struct charter_deposit *instrument_deposit_of(const struct instrument *i,
						    const char *party);

/* register.c */
act_judge_h instrument_register_judge, instrument_record_text_judge, instrument_stage_judge,
	instrument_rectify_judge, instrument_object_judge,
	instrument_confirm_rectification_judge, instrument_terminate_judge;

/* deposits.c */
act_judge_h instrument_deposit_judge, instrument_settle_held_judge,
	instrument_withdraw_deposit_judge, instrument_confirm_entry_judge;

/* agenda.c */
act_judge_h agenda_propose_judge;
view_run_h agenda_run;

/* found.c */
void council_found(struct act_cx *cx, const struct charter *charter);

/* views.c */
view_run_h instruments_run, instrument_matrix_run, instrument_run, held_deposits_run;

#endif
