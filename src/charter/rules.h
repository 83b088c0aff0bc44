/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * rules.h: the questions that acts are judged by.
 *
 * All are pure functions of a charter, a snapshot and what is asked: no store, no clock, no
 * order but that of their input.  Lists in answers live in `memory`; ids in answers are those
 * of the charter, the snapshot or the caller.  `on` is a day "YYYY-MM-DD" in the zone of the
 * seat: zone_date(zone, act time).  Unknown ids are answered, never crashed on.
 *
 * A suspended party keeps its status and its name among the members: a test over "all
 * members" and a count of members for an entry into force include it (a criterion can say
 * otherwise: counts_suspended).  Its rights sleep: charter_may() says no, it is not entitled
 * in decisions, and a rotation can pass it over.
 *
 * Members are the parties whose status has the right meeting-decide, under whatever name.
 */
#ifndef CHARTER_RULES_H
#define CHARTER_RULES_H

#include "charter/answer.h"
#include "charter/snapshot.h"

/* --- statuses and rights --- */

struct charter_may {
	enum may_reason reason;
	const struct charter_status *status; /* or NULL */
	struct charter_why why;
};

/* May the party do this on that day?  `out` (may be NULL) says why or why not. */
bool charter_may(struct charter_may *out, const struct charter *c, const struct snapshot *s,
		 const char *party, enum right right, const char *on);

/* The status of a party on that day, suspended or not; NULL: none. */
const struct charter_status *charter_status_on(const struct charter *c,
					       const struct snapshot *s, const char *party,
					       const char *on);

/* Parties that hold the status on that day, in the order of the snapshot. */
void charter_with_status(struct charter_ids *out, struct arena *memory,
			 const struct snapshot *s, const char *status, bool suspended_too,
			 const char *on);

/* Parties that may do this on that day, in the order of the snapshot. */
void charter_with_right(struct charter_ids *out, struct arena *memory, const struct charter *c,
			const struct snapshot *s, enum right right, const char *on);

/* Can a party of this kind hold the status? */
bool charter_kind_allowed(const struct charter_status *status, const char *kind);

/*
 * Is the status open for application?  in_force_on is the day on which its gate instrument
 * entered into force, NULL when it has not.
 */
bool charter_gate(struct charter_why *why, const struct charter_status *status,
		  const char *in_force_on, const char *on);

/* --- criteria --- */

struct charter_cell {
	const struct charter_criterion *criterion;
	bool optional; /* shown, but it does not decide */
	enum criterion_result result;
	const char *source; /* of the fact, relation, declaration or judgement; or NULL */
	const char *date;   /* on which it was attested; the oldest of relations; or NULL */
	const char *stale_after;    /* the last day on which it counts; or NULL */
	struct charter_ids parties; /* relation-all: those because of whom it is no pass */
	struct charter_why why;
};

struct charter_criteria {
	CHARTER_LIST(const struct charter_cell) cells;
	enum criteria_verdict verdict; /* of the mandatory ones; failed before unknown before
					  stale before judgement */
};

/*
 * The table of criteria of a status for a party, which need not have applied.  What was
 * attested after `on` is not seen.  Criteria that are not enabled are left out.
 */
void charter_criteria(struct charter_criteria *out, struct arena *memory,
		      const struct charter *c, const struct snapshot *s,
		      const struct snapshot_party *party, const struct charter_status *status,
		      const char *on);

/* --- decisions --- */

struct charter_position {
	const char *party;
	enum position position;
};

/* What is decided on, by whom. */
struct charter_motion {
	const struct charter_decision_rule *rule;
	const char *subject; /* the party it is about, or NULL */
	/* Who is asked: NULL for every party with the right meeting-decide; else these ids, of
	 * which those without the right do not count. */
	const struct charter_strings *among;
};

struct charter_decision {
	enum outcome outcome;
	struct charter_ids entitled;
	struct charter_ids present;
	struct charter_ids absent;
	struct charter_ids consenting, objecting, abstaining, staying_out;
	struct charter_ids participants; /* LIMITED: whom it binds */
	struct charter_ids ignored;	 /* took a position without being entitled */
	bool serve_absent; /* ABSENT_HOLDS: the text may be served on the absent by silence */
	/* Votes.  Adopted when yes * den > num * base (>= unless strict). */
	int64_t yes, no, base;
	struct charter_fraction threshold;
	int64_t yes_needed;		     /* the least number of votes that adopts */
	int32_t quorum_needed;		     /* the least number of parties present */
	const struct charter_office *office; /* OFFICE_DECIDES: which */
	struct charter_why why;
};

/*
 * What becomes of the motion with these positions.  A party without a position is absent; of
 * two positions of one party the later counts.  Fractions are compared exactly.
 */
void charter_decide(struct charter_decision *out, struct arena *memory, const struct charter *c,
		    const struct snapshot *s, const struct charter_motion *motion,
		    const struct charter_position *positions, size_t count, const char *on);

struct charter_quorum {
	bool met;
	int32_t entitled, present, needed;
	struct charter_ids missing; /* entitled and not present */
	struct charter_why why;
};

/* Are enough parties present to decide?  `present` are ids; those not entitled do not count. */
void charter_quorum(struct charter_quorum *out, struct arena *memory, const struct charter *c,
		    const struct snapshot *s, const struct charter_motion *motion,
		    struct charter_strings present, const char *on);

/* --- instruments --- */

struct charter_deposit {
	const char *party;
	const char *date;      /* the day of receipt in the zone of the seat */
	const char *withdrawn; /* the day of an accepted withdrawal, or NULL */
};

struct charter_case {
	const struct charter_instrument *type;
	struct charter_strings signatories;
	const char *adopted_on; /* or NULL */
	const struct charter_deposit *deposits;
	size_t deposits_count;
};

struct charter_bound {
	const char *party;
	char from[TIME_DATE_SIZE];
};

struct charter_entry {
	enum entry_state state;
	char date[TIME_DATE_SIZE]; /* of entry into force; "" while waiting */
	int32_t base;		   /* of how many parties deposits count */
	int32_t needed;
	int32_t deposited;	      /* of those that count, on that day */
	struct charter_ids waiting;   /* those that count and have not deposited */
	struct charter_ids including; /* those of them without whom the number is not enough */
	struct charter_ids ignored;   /* deposits that do not count: not of the base */
	CHARTER_LIST(const struct charter_bound) bound; /* who is bound, and from which day */
	struct charter_why why;
};

/*
 * Is the instrument in force on that day, since when and for whom, or what is missing?
 *
 * The day counted from is the first on which enough deposits are held at once: a deposit
 * withdrawn before is not held; with `of: members` the members of each day count, so that a
 * member that leaves changes the number needed.  A deposit that is withdrawn between that day
 * and the entry into force undoes it.  each-on-deposit is in force from the first deposit,
 * for each party from its own.  What happens after `on` is not seen.
 */
void charter_in_force(struct charter_entry *out, struct arena *memory, const struct charter *c,
		      const struct snapshot *s, const struct charter_case *instrument,
		      const char *on);

/* --- order and chair --- */

/* Members on that day in this order; suspended ones too.  `language` orders the names. */
void charter_order(struct charter_ids *out, struct arena *memory, const struct charter *c,
		   const struct snapshot *s, enum party_order order, const char *language,
		   const char *on);

/*
 * Members and then guests in the protocol order of meetings.precedence.  `first` is the
 * party drawn by lot to sit first, or NULL.
 */
void charter_protocol_order(struct charter_ids *out, struct arena *memory,
			    const struct charter *c, const struct snapshot *s,
			    const char *first, const char *on);

/*
 * Who takes the chair after `now` (the id of the party in the chair; NULL or no member: the
 * first of the order), passing over whom the chairmanship skips and who has not the right
 * `chair`.  NULL when nobody can.
 */
const char *charter_next_chair(struct charter_why *why, struct arena *memory,
			       const struct charter *c, const struct snapshot *s,
			       const char *now, const char *on);

/* --- rooms, documents, regimes --- */

/*
 * May an item of this class be called in a room of this channel by this body?  `body` may be
 * NULL.  The class of an item is the highest of its documents.
 */
enum call_answer charter_call(struct charter_why *why, const struct charter_class *item,
			      const struct charter_channel *channel,
			      const struct charter_body *body);

/* Is the channel for content above the lowest class?  NULL: no. */
bool charter_channel_limited(const struct charter *c, const struct charter_channel *channel);

/* Is content of this class ever stored? */
bool charter_storable(const struct charter_class *class);

/*
 * Does the regime forbid a meeting in this form on these premises (id of a facility or body;
 * NULL: not said, then any premises count)?
 */
bool charter_regime_forbids(struct charter_why *why, const struct charter_regime *regime,
			    enum meeting_form form, const char *premises);

/* --- who decides --- */

/* The office that decides alone by this rule, or NULL when positions are counted. */
const struct charter_office *charter_decider(const struct charter_decision_rule *rule);

/* Who decides on a crisis level, and how soon a first draft decision is due. */
struct charter_level_answer {
	struct charter_who by; /* both NULL for the lowest level */
	struct duration draft_due;
	uint64_t actions; /* bits of enum crisis_action */
	struct charter_why why;
};
void charter_level_rule(struct charter_level_answer *out, const struct charter *c,
			const char *level);

#endif
