/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * constitution.h: the rules of a charter that say who may do what: statuses, decisions,
 * silence, offices, bodies, meetings.  services.h and work.h
 * have the rest.
 *
 * The members are named as the keys of the file; docs/charter.md and `comity charter schema`
 * say what each means.  A pointer to another rule is never NULL unless it says so.  Ids of
 * registers (parties, instruments, facilities) stay texts: registers change by acts.
 */
#ifndef CHARTER_CONSTITUTION_H
#define CHARTER_CONSTITUTION_H

#include "charter/basics.h"

struct charter_purpose {
	struct charter_origin origin;
	const char *id;
	struct charter_text text;
};

struct charter_organisation {
	struct charter_origin origin;
	const char *id;
	struct charter_text name;
	struct charter_text short_name; /* key: short */
	enum organisation_kind kind;
	struct charter_strings party_kinds; /* what can hold a status: "state", "city" */
	struct {
		struct charter_text place;
		const char *timezone; /* IANA: a date of an act is a date in this zone */
	} seat;
	struct {
		const char *treaty; /* dates, perhaps partial; NULL when not known */
		const char *organisation;
		const char *in_force;
	} founded;
	const char *anniversary; /* "MM-DD", or NULL */
	CHARTER_LIST(const struct charter_purpose) purposes;
};

struct charter_languages {
	struct charter_origin origin;
	const char *otherwise;		       /* key: default */
	struct charter_strings official;       /* authentic texts */
	struct charter_strings working;	       /* meetings and interface */
	struct charter_strings interpretation; /* booths that a room can have */
	const char *pivot;		       /* for relay interpretation, or NULL */
};

/* What a right means here; the right itself is a word of the vocabulary. */
struct charter_right {
	struct charter_origin origin;
	enum right id;
	struct charter_text text;
};

struct charter_criterion {
	struct charter_origin origin;
	const char *id;
	enum criterion_test test;
	struct charter_text text;
	const char *fact;		   /* test fact; else NULL */
	bool is;			   /* test fact: the value that passes */
	const char *relation;		   /* test relation-all; else NULL */
	const struct charter_status *with; /* test relation-all; else NULL */
	bool counts_suspended;		   /* test relation-all: suspended parties too */
	const char *declaration;	   /* test declared; else NULL */
	const struct charter_body *body;   /* test judgement: who answers; else NULL */
	struct charter_strings applies_to; /* kinds of party */
	bool enabled;
};

struct charter_facts {
	struct charter_origin origin;
	struct duration valid_for; /* older than this is stale */
	CHARTER_LIST(const struct charter_status *const) challenge_by;
	enum challenge_effect while_challenged;
};

/* Who grants, suspends or annuls a status, and by which rule. */
struct charter_grant {
	struct charter_origin origin;
	const struct charter_decision_rule *rule;
	const struct charter_body *body;
	CHARTER_LIST(const struct charter_body *const) after; /* proposals needed before */
	const struct charter_instrument
		*instrument; /* type deposited by the new one, or NULL */
};

struct charter_withdraw {
	struct charter_origin origin;
	struct duration notice;
	const struct charter_body *to; /* who receives the notice */
	struct charter_text duties;    /* may be empty */
};

struct charter_status_end {
	struct charter_origin origin;
	struct charter_withdraw withdraw;
	struct charter_grant annul;
};

struct charter_status {
	struct charter_origin origin;
	const char *id;
	struct charter_text text;
	struct charter_strings kinds; /* of party that can hold it */
	uint64_t rights;	      /* bits of enum right; what is not here is not allowed */
	CHARTER_LIST(const struct charter_criterion *const) criteria;
	CHARTER_LIST(const struct charter_criterion *const) criteria_optional; /* shown only */
	const char *gate; /* id of the instrument that must be in force first, or NULL */
	const struct charter_grant *grant;    /* NULL: entered in the register by the staff */
	const struct charter_grant *suspend;  /* NULL: cannot be suspended */
	const struct charter_status_end *end; /* NULL: ends by an entry in the register */
	int32_t sponsor;		      /* members that must support a file; 0 none */
};

struct charter_weight {
	const char *kind; /* of party */
	int32_t weight;
};

struct charter_decision_rule {
	struct charter_origin origin;
	const char *id;
	enum decision_method method;
	enum decision_basis basis;
	uint64_t minus;			   /* bits of enum decision_minus */
	bool optout;			   /* a party may stay out without objecting */
	struct charter_fraction quorum;	   /* of the parties entitled, by heads */
	struct charter_fraction threshold; /* method majority; else none */
	bool strict; /* more than the threshold; else reaching it is enough */
	enum absent_effect absent;
	enum vote_weight votes;
	CHARTER_LIST(const struct charter_weight) weights; /* votes by-kind */
	enum decision_record record;
	const struct charter_office *office; /* method office; else NULL */
};

struct charter_silence {
	struct charter_origin origin;
	const char *id;
	const struct charter_office *start; /* who may put a text under silence */
	const struct charter_decision_rule *rule;
	struct duration period;
	struct duration min_period;
	const struct duration *extend; /* NULL: cannot be extended */
	enum silence_extend extend_by;
	enum silence_announce announce;
	uint64_t allowed_for; /* bits of enum subject_kind */
	uint64_t never_for;
	enum undelivered_effect if_undelivered;
};

struct charter_rotation {
	struct charter_origin origin;
	enum party_order order;
	const char *language;
	const struct duration *period; /* chairmanship; NULL elsewhere */
	enum chair_change changes_at;
};

struct charter_appoint {
	struct charter_origin origin;
	bool by_party; /* key: by; each party its own, no body */
	const struct charter_body *body;
	const struct charter_decision_rule *rule;
};

struct charter_office_holder {
	enum office_holder kind;
	const struct charter_body *body; /* HOLDER_BODY; else NULL */
};

struct charter_office {
	struct charter_origin origin;
	const char *id;
	struct charter_text text;
	const struct duration *term;		 /* NULL: no fixed term */
	bool per_party;				 /* one holder for each party */
	const struct charter_rotation *rotation; /* or NULL */
	const struct charter_appoint *appoint;	 /* NULL: see `holder` */
	struct charter_office_holder holder;
	bool acting; /* can be held by an acting holder */
	struct charter_strings acting_limits;
};

struct charter_chairmanship {
	struct charter_origin origin;
	struct charter_rotation rotation;
	CHARTER_LIST(const struct charter_body *const) carries; /* chaired by one party */
	bool priorities;  /* the party in the chair files a list of them */
	uint64_t skip_if; /* bits of enum chair_skip */
};

struct charter_body_rule {
	enum rule_use use;
	const struct charter_decision_rule *rule;
};

struct charter_sessions {
	struct charter_origin origin;
	const struct duration *regular; /* how often; NULL: not regularly */
	int32_t requested_by;		/* parties that force an extraordinary one; 0: cannot */
};

struct charter_body {
	struct charter_origin origin;
	const char *id;
	struct charter_text text;
	struct charter_strings aliases; /* other names, for searching only */
	enum body_kind kind;
	const char *formed; /* partial date, or NULL */
	struct {
		struct charter_text seat; /* whom each member sends */
		struct charter_text alternate;
		CHARTER_LIST(const struct charter_who) with; /* others, by right */
	} composition;
	CHARTER_LIST(const struct charter_body_rule) rules;
	const struct charter_sessions *sessions; /* NULL: none */
	int32_t level;				 /* of precedence, 1 is the highest */
	CHARTER_LIST(const struct charter_status *const) open_to; /* may attend open items */
	const struct charter_class *ceiling; /* the highest class on its agenda */
	CHARTER_LIST(const struct charter_channel *const) channels;
	const struct charter_body *reports_to; /* or NULL */
	bool own_partners;		       /* keeps a register of partners of its own */
	CHARTER_LIST(const struct charter_text) does;
};

struct charter_meetings {
	struct charter_origin origin;
	struct {
		struct duration regular, extraordinary, consultation;
	} notice;
	struct {
		struct duration regular, extraordinary; /* latest circulation before opening */
	} papers;
	struct {
		CHARTER_LIST(const struct charter_body *const) required_for;
		struct charter_strings issued_by;
		const struct charter_body *check;
	} credentials;
	struct {
		enum party_order order;
		const char *language;
		bool draw_first_seat; /* the first party is drawn by lot */
		CHARTER_LIST(const struct charter_status *const) guests_after_members;
	} precedence;
	struct {
		int32_t default_minutes, right_of_reply_minutes;
		enum speaking_order order;
		bool member_before_guest;
		const struct charter_status *point_of_order;
	} speaking;
	struct {
		uint64_t kinds; /* bits of enum minutes_kind */
		bool verbatim;
		struct duration approve_within;
		enum corrections_by corrections_by;
	} record;
	struct {
		CHARTER_LIST(const struct charter_status *const) request_by;
		CHARTER_LIST(const struct charter_office *const) may_call;
		bool out_of_schedule;
	} consultations;
	uint64_t forms; /* bits of enum meeting_form */
};

#endif
