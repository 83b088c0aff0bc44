/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * snapshot.h: what the rule questions of rules.h are asked about: the parties with their
 * statuses, facts and relations.  A caller builds one from the store, or from the registers
 * that a charter came with.
 *
 * Dates are texts "YYYY-MM-DD" in the zone of the seat, or partial ("2006", "2006-08"), which
 * count as their first day.  Periods include their first day and not the day in `to`.
 * Everything in a snapshot belongs to the caller and is only read.
 */
#ifndef CHARTER_SNAPSHOT_H
#define CHARTER_SNAPSHOT_H

#include "charter/charter.h"

struct snapshot_period {
	const char *from;
	const char *to;	    /* NULL: not over */
	const char *reason; /* or NULL */
};

struct snapshot_status {
	const char *status; /* id */
	const char *from;
	const char *to; /* NULL: still held */
	CHARTER_LIST(const struct snapshot_period) suspended;
};

/* Of facts with the same name the newest counts; of the same day the later in the list. */
struct snapshot_fact {
	const char *fact;
	bool value;
	bool challenged;
	const char *date;	 /* attested on; NULL: never goes stale */
	const char *valid_until; /* the last day, if sooner than the charter's; or NULL */
	const char *source;	 /* or NULL */
};

struct snapshot_relation {
	const char *relation;
	const char *with; /* id of a party */
	bool challenged;
	const char *date;
	const char *valid_until;
	const char *source;
};

struct snapshot_declaration {
	const char *declaration;
	const char *date;
	const char *source;
};

/* The answer of a body to a criterion that is a judgement. */
struct snapshot_judgement {
	const char *criterion;
	bool yes;
	const char *date;
	const char *source;
};

struct snapshot_party {
	const char *id;
	const char *kind;
	const char *code; /* or NULL */
	struct charter_text name;
	struct charter_text short_name;			     /* empty: `name` orders it */
	const char *arrears_since;			     /* or NULL */
	CHARTER_LIST(const struct snapshot_status) statuses; /* in any order, not overlapping */
	CHARTER_LIST(const struct snapshot_fact) facts;
	CHARTER_LIST(const struct snapshot_relation) relations;
	CHARTER_LIST(const struct snapshot_declaration) declarations;
	CHARTER_LIST(const struct snapshot_judgement) judgements;
};

struct snapshot {
	CHARTER_LIST(const struct snapshot_party) parties;
};

/* The registers of a charter as a snapshot; lives in `memory`, as long as the charter does. */
void snapshot_from_registers(struct snapshot *out, struct arena *memory,
			     const struct charter *c);

/* The party with this id, or NULL. */
const struct snapshot_party *snapshot_party(const struct snapshot *s, const char *id);

/* The status that it holds on that day, or NULL; and is it suspended on that day? */
const struct snapshot_status *snapshot_status(const struct snapshot_party *p, const char *on);
bool snapshot_suspended(const struct snapshot_status *s, const char *on);

#endif
