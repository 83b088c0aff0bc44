/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * work.h: the rules of a charter about forces, trainings, operations, programmes, education,
 * regimes of the secretariat, the public site and money.
 */
#ifndef CHARTER_WORK_H
#define CHARTER_WORK_H

#include "charter/services.h"

struct charter_forces {
	struct charter_origin origin;
	uint64_t fields; /* bits of enum force_field */
	uint64_t never;	 /* bits of enum force_never: always all of them */
	struct charter_strings kinds;
	uint64_t contribution_states; /* bits of enum contribution_state */
};

struct charter_training_change {
	struct charter_origin origin;
	const struct charter_decision_rule *rule;
	const struct charter_body *body;
	struct charter_strings reasons; /* postpone: the closed list of reasons */
	const struct duration *notify;	/* postpone: parties are told within; or NULL */
};

struct charter_trainings {
	struct charter_origin origin;
	struct {
		struct charter_range per_year;
		struct charter_span season; /* "MM-DD" */
	} plan_year;
	struct charter_strings levels;
	struct charter_training_change postpone;
	struct charter_training_change cancel;
	struct {
		const struct charter_indicator_set *set;
		uint64_t at;		       /* bits of enum training_state */
		struct charter_strings levels; /* of crisis */
		enum gate_proposal proposes;
	} health_gate;
	bool focus_amendable;
	CHARTER_LIST(const struct charter_status *const) observers;
	struct charter_strings figures;
};

struct charter_operations {
	struct charter_origin origin;
	struct charter_strings kinds;
	uint64_t lifecycle; /* bits of enum operation_state */
	struct {
		bool rotates, by_kind;
	} lead;
	uint64_t results; /* bits of enum operation_results */
	struct {
		const struct charter_body *body;
		const struct charter_decision_rule *rule;
	} decides;
	CHARTER_LIST(const struct charter_status *const) open_to;
};

struct charter_programmes {
	struct charter_origin origin;
	struct charter_strings kinds;
	uint64_t lifecycle; /* bits of enum programme_state */
	struct charter_strings agreement_parts;
	struct duration report_every;
	struct duration overdue_after;
};

struct charter_education {
	struct charter_origin origin;
	struct charter_strings terms;
	uint64_t lifecycle; /* bits of enum education_state */
	bool figures_only_public;
};

struct charter_stage {
	const char *who;
	const char *when;
};

struct charter_regime {
	struct charter_origin origin;
	const char *id;
	struct charter_text text;
	uint64_t effects; /* bits of enum regime_effect */
	CHARTER_LIST(const struct charter_stage) staged;
	CHARTER_LIST(const struct charter_body *const) applies_to;
	struct {
		const struct charter_office *office; /* NULL: the normal regime */
		const char *document;		     /* kind of the order, or NULL */
	} ordered_by;
	struct {
		uint64_t meeting_forms; /* bits of enum meeting_form */
		bool travel;
		struct charter_strings premises; /* ids of facilities or of bodies */
	} blocks;
	struct charter_strings statistics;
	const struct duration *review; /* or NULL */
};

struct charter_site {
	struct charter_origin origin;
	const char *id;
	struct charter_text text;
};

struct charter_publication {
	struct charter_origin origin;
	CHARTER_LIST(const struct charter_site) sites;
	bool collections_open;
	struct {
		uint64_t needs; /* key: requires; bits of enum item_need */
		bool is_signed; /* key: signed */
		bool log;
	} item;
	uint64_t provenance; /* bits of enum provenance */
	struct {
		bool inclusion, consistency, timestamp;
	} proof;
	enum corrections_mode corrections;
	bool archive_versions;
};

struct charter_share {
	const char *kind; /* of party */
	double share;	  /* of the budget, for each party of the kind */
};

struct charter_contributions {
	struct duration period;
	enum contribution_method method;
};

struct charter_arrears {
	struct charter_origin origin;
	struct duration after;
	enum arrears_effect effect;
};

struct charter_budget {
	struct charter_origin origin;
	const struct charter_contributions *contributions; /* or NULL */
	CHARTER_LIST(const struct charter_share) shares;
	const char *currency;		       /* ISO 4217, or NULL */
	const struct charter_arrears *arrears; /* or NULL */
};

#endif
