/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * diff.h: in what the rules of two charters differ, and what a sentence about it needs
 * (act/changes.h words it).  Registers are not compared.
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

/* What it is that changes. */
enum charter_change_of {
	CHANGE_OF_FIELD,  /* one value */
	CHANGE_OF_TEXT,	  /* one wording; the last part of the path is its language */
	CHANGE_OF_ENTRY,  /* an entry of a list of words, or the order of a list */
	CHANGE_OF_RECORD, /* a whole record; the last part of the path is its id or its key */
};

enum charter_change_value {
	CHANGE_AS_WRITTEN,
	CHANGE_DURATION, /* ISO 8601: "P1Y6M" */
	CHANGE_BOOL,	 /* true, false */
};

/* A step from the whole into it: a key of the format, or the id of a record. */
struct charter_change_part {
	const char *key;
	bool id;
	struct charter_text text; /* what readers call the record; empty: by its id */
};

struct charter_change {
	enum charter_change_kind kind;
	enum charter_change_of of;
	enum charter_change_value value; /* of `from` and `to` */
	const char *path;		 /* "decision_rules/consensus/quorum" */
	const char *from;   /* as the file would write it; NULL when there is none */
	const char *to;	    /* likewise */
	const char *record; /* CHANGE_OF_RECORD: what it is, "decision rule"; else NULL */
	CHARTER_LIST(const struct charter_change_part) parts; /* those of the path */
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
