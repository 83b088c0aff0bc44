/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * diff.h: in what the rules of two charters differ, in words.  Registers are not compared.
 */
#ifndef CHARTER_DIFF_H
#define CHARTER_DIFF_H

#include "charter/charter.h"

enum charter_change_kind {
	CHANGE_ADDED,	/* `to` has it, `from` has not */
	CHANGE_REMOVED, /* the other way round */
	CHANGE_VALUE,	/* both have it, differently */
	CHANGE_ORDER,	/* the same entries in another order */
};

struct charter_change {
	enum charter_change_kind kind;
	const char *path;  /* "decision_rules/consensus/quorum" */
	const char *from;  /* as the file would write it; NULL when there is none */
	const char *to;	   /* likewise */
	const char *words; /* "The quorum of consensus changes from 1/1 to 2/3." */
	const struct charter_origin
		*origin; /* the rule it is part of, in the newer that has it */
};

struct charter_diff {
	CHARTER_LIST(const struct charter_change) changes; /* in the order of the format */
};

/* What changes on the way from `a` to `b`; lives in `memory`, as long as both charters do. */
void charter_diff(struct charter_diff *out, struct arena *memory, const struct charter *a,
		  const struct charter *b);

#endif
