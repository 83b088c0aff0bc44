/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * registers.h: the second half of a charter file: what the registers of a new data folder
 * begin with.  Afterwards they live in the store and change by acts.
 *
 * Dates are texts "YYYY-MM-DD", "YYYY-MM" or "YYYY" (a partial date counts as its first day);
 * NULL when not known.  Pointers go to the rules of the same charter; parties, instruments
 * and other rows are named by id.
 */
#ifndef CHARTER_REGISTERS_H
#define CHARTER_REGISTERS_H

#include "charter/work.h"

struct charter_suspension {
	struct charter_origin origin;
	const char *from;
	const char *to; /* the first day on which it is over; NULL: not over */
	const char *reason;
};

struct charter_party_status {
	struct charter_origin origin;
	const struct charter_status *status;
	const char *from;
	const char *to; /* the first day without it; NULL: still held */
	const char *reason;
	CHARTER_LIST(const struct charter_suspension) suspended;
};

struct charter_fact {
	struct charter_origin origin;
	const char *fact;
	bool value;
	const char *date;
	const char *valid_until;
	const char *attested_by;
	const char *source;
};

struct charter_relation {
	struct charter_origin origin;
	const char *relation;
	struct charter_strings with; /* ids of parties */
	const char *date;
	const char *valid_until;
	const char *attested_by;
	const char *source;
};

struct charter_declaration {
	struct charter_origin origin;
	const char *declaration;
	const char *date;
	const char *source;
};

struct charter_party {
	struct charter_origin origin;
	const char *id;
	const char *kind;
	struct charter_text name;
	struct charter_text short_name; /* key: short; the only name used for ordering */
	const char *code;
	CHARTER_LIST(const struct charter_party_status) statuses;
	CHARTER_LIST(const struct charter_fact) facts;
	CHARTER_LIST(const struct charter_relation) relations;
	CHARTER_LIST(const struct charter_declaration) declarations;
	struct charter_strings topics;
	struct charter_text notes;
};

struct charter_body_partner {
	struct charter_origin origin;
	const struct charter_body *body;
	const char *party;
};

struct charter_holder {
	struct charter_origin origin;
	const struct charter_office *office;
	const char *person;	/* NULL: not named */
	const char *party;	/* the party that holds the office, or NULL */
	const char *from_party; /* the party the person comes from, or NULL */
	const char *from;
	const char *to; /* the last day of the term; NULL: none fixed */
	bool acting;
};

struct charter_facility {
	struct charter_origin origin;
	const char *id;
	struct charter_text text;
	const char *party;
	const char *operator_party; /* key: operator; or NULL */
	CHARTER_LIST(const struct charter_text) works;
};

struct charter_force {
	struct charter_origin origin;
	const char *id;
	const char *kind;
	struct charter_text text;
	struct charter_strings parties;
	const struct charter_region *region; /* or NULL */
	const char *formed;
};

struct charter_training_series {
	struct charter_origin origin;
	const char *id;
	struct charter_text text;
	const char *level;
	bool umbrella;
	const char *of;	   /* id of the umbrella series, or NULL */
	const char *force; /* id, or NULL */
};

struct charter_training {
	struct charter_origin origin;
	const char *id;
	const char *series; /* id, or NULL */
	struct charter_text text;
	const char *year;
	const char *date;
	struct charter_span window;
	const char *host; /* id of a party, or NULL */
	enum training_state state;
	CHARTER_LIST(const struct charter_figure) figures;
};

struct charter_operation {
	struct charter_origin origin;
	const char *id;
	struct charter_text text;
	const char *kind;
	const char *year;
	enum operation_state state;
	const struct charter_body *lead;
	const char *under; /* id of a programme, or NULL */
};

struct charter_ledger_entry {
	struct charter_origin origin;
	const char *party;
	enum ledger_act act;
	const char *date;
};

/* One instrument, of a type of the constitution. */
struct charter_register_instrument {
	struct charter_origin origin;
	const char *id;
	const struct charter_instrument *type;
	const char *package; /* the name that instruments put forward together share, or NULL */
	struct charter_text text;
	const char *signed_on;
	struct charter_text place;
	const char *in_force_on;
	struct charter_strings signatories;
	enum instrument_state state;
	CHARTER_LIST(const struct charter_ledger_entry) ledger;
};

struct charter_programme {
	struct charter_origin origin;
	const char *id;
	const char *kind;
	struct charter_text text;
	struct charter_span years;
	const char *adopted_on;
	enum programme_state state;
	const char *by;				      /* id of a body or of a party */
	CHARTER_LIST(const struct charter_text) with; /* others who help */
	struct charter_strings parts;		      /* of a list of measures */
	struct charter_strings agreed;		      /* parts that are agreed */
};

struct charter_education_place {
	struct charter_origin origin;
	const char *host;
	const char *year;
	int32_t places; /* -1: not known */
	struct charter_strings terms;
	CHARTER_LIST(const struct charter_text) institutions;
};

struct charter_event {
	struct charter_origin origin;
	const char *id;
	const struct charter_body *body; /* or NULL */
	struct charter_text text;
	enum meeting_form form;
	const struct charter_channel *channel; /* or NULL */
	const char *date;
	bool out_of_schedule;
	enum meeting_state state;
	const char *reason;
	const char *was;			     /* the day it was to be on */
	struct charter_strings options;		     /* candidate dates */
	const struct charter_decision_rule *decides; /* who fixes the date, or NULL */
	const char *host;
	struct charter_strings confirmed_by;
	CHARTER_LIST(const struct charter_text) agenda;
};

struct charter_collection {
	struct charter_origin origin;
	const char *id;
	const struct charter_site *site;
	struct charter_text text;
	const char *kind;
	CHARTER_LIST(const struct charter_text) items;
	CHARTER_LIST(const struct charter_figure) figures;
};

struct charter_registers {
	struct charter_origin origin;
	CHARTER_LIST(const struct charter_party) parties;
	CHARTER_LIST(const struct charter_body_partner) body_partners;
	CHARTER_LIST(const struct charter_holder) holders;
	CHARTER_LIST(const struct charter_facility) facilities;
	CHARTER_LIST(const struct charter_force) forces;
	CHARTER_LIST(const struct charter_training_series) training_series;
	CHARTER_LIST(const struct charter_training) trainings;
	CHARTER_LIST(const struct charter_operation) operations;
	CHARTER_LIST(const struct charter_register_instrument) instruments;
	CHARTER_LIST(const struct charter_programme) programmes;
	CHARTER_LIST(const struct charter_education_place) education;
	CHARTER_LIST(const struct charter_event) calendar;
	CHARTER_LIST(const struct charter_collection) collections;
	struct {
		struct charter_origin origin;
		const struct charter_regime *current;
		const char *since;
		const char *order; /* its symbol, or NULL */
		int32_t staff_infected;
	} regime;
	struct {
		struct charter_origin origin;
		const char *current;
		const char *since;
	} crisis_level;
};

#endif
