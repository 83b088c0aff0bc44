/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * decide.h: what a body decided, by each party's position, under the charter's rule.
 *
 * Until meetings carry their own decisions, one simple act per body records the positions.
 */
#ifndef ACT_DECIDE_H
#define ACT_DECIDE_H

#include "act/kind.h"

struct charter_body;
struct charter_decision_rule;

struct decision {
	const struct charter *charter; /* the version that governs; usually cx->charter */
	const struct charter_body *body;
	const struct charter_decision_rule *rule;
	const char *subject; /* the party it is about, or NULL */
	const char *what;    /* "grant" */
	const char *about;   /* "file/12" */
	const char *date;    /* of the decision */
};

/*
 * Count the positions (a list of struct act_stance of gen/act.h).  Adopted: the effects of the
 * record of the decision and 0.  Otherwise a refusal: objected, absent-holds, quorum-lost,
 * rejected or not-entitled, with the parties named.
 */
int decide(struct act_cx *cx, const struct decision *d,
	   const struct field_list *positions) MUST_CHECK;

/* Ids separated by commas, in the arena, for refusal arguments. */
const char *join_ids(struct arena *a, const char *const *ids, size_t count);

#endif
