/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * services.h: the rules of a charter about documents, channels, instruments, monitoring,
 * crises and assistance.
 */
#ifndef CHARTER_SERVICES_H
#define CHARTER_SERVICES_H

#include "charter/constitution.h"

/* A class of documents; only the ranks are compared. */
struct charter_class {
	struct charter_origin origin;
	const char *id;
	int32_t rank; /* 0 is the lowest */
	struct charter_text mark;
	enum e2ee_need e2ee;
	enum export_mode export_mode; /* key: export; EXPORT_NONE: content is never stored */
	enum publish_mode publish;
};

struct charter_documents {
	struct charter_origin origin;
	CHARTER_LIST(const struct charter_class) classes;
	struct charter_strings releasability;
	struct {
		struct duration declassify_review;
		bool downgrade_date_optional;
	} review;
	struct charter_strings kinds;
	const char *symbol; /* "{body}/{year}/{kind}/{n}{suffix}" */
	struct {
		struct charter_strings languages;
		int32_t copies;
		const struct charter_body *keeper;
		enum copies_to certified_copies_to;
	} authentic;
	uint64_t lifecycle; /* bits of enum document_state */
};

struct charter_channel {
	struct charter_origin origin;
	const char *id;
	struct charter_text text;
	const struct charter_class *ceiling;
	enum e2ee_need e2ee;
	enum recording_mode recording;
	bool guests;
};

struct charter_entry_rule {
	struct charter_origin origin;
	enum entry_method method;
	struct charter_count count;	  /* n-of */
	enum entry_of of;		  /* all-of, n-of */
	struct charter_strings including; /* n-of-including: ids of parties */
	struct duration plus;		  /* years, months, days */
	enum entry_effective effective;
	const char *date; /* method date: the day, or NULL for the adoption */
};

/* A type of instrument; the instruments themselves are in the registers. */
struct charter_instrument {
	struct charter_origin origin;
	const char *id;
	struct charter_text text;
	uint64_t consent; /* bits of enum consent_act */
	struct charter_entry_rule entry_into_force;
	enum entry_then then;
	bool package; /* can be put forward together with others */
	CHARTER_LIST(const struct charter_status *const) open_to_accession_by;
	bool reservations;
	const struct duration *objection_period; /* against reservations, or NULL */
	bool withdrawal_before_eif;
	bool notify_all;
};

struct charter_region {
	struct charter_origin origin;
	const char *id;
	struct charter_text text;
	struct charter_strings parties; /* ids; as the registers began */
};

struct charter_indicator_set {
	struct charter_origin origin;
	const char *id;
	enum indicator_kind kind;
	struct charter_strings indicators;
	int32_t smallest_cell; /* smaller numbers are not published; 0 no such limit */
};

struct charter_monitoring {
	struct charter_origin origin;
	CHARTER_LIST(const struct charter_region) regions;
	struct duration cadence;
	const char *due;    /* "06:00Z" */
	int32_t due_minute; /* minutes after midnight UTC */
	struct duration late_after;
	struct duration missing_after;
	const struct duration *verify_within; /* to answer an alert; NULL: a day */
	CHARTER_LIST(const struct charter_indicator_set) indicator_sets;
	CHARTER_LIST(const struct charter_who) readers; /* statuses and bodies */
};

struct charter_trigger {
	struct charter_origin origin;
	const char *id;
	const char *level;
	enum trigger_test test;
	const struct charter_indicator_set *set; /* NULL for requests */
	const char *indicator;
	const struct duration *over;	  /* growth-ratio */
	double at_least;		  /* growth-ratio, fractions */
	int32_t base_at_least;		  /* growth-ratio */
	const struct charter_trigger *of; /* two-regions */
	const struct charter_status *by;  /* request */
};

/* One level of crisis: what the maps of the section say about it. */
struct charter_level_actor {
	const char *level;
	struct charter_who by;
};

struct charter_level_due {
	const char *level;
	struct duration within;
};

struct charter_level_actions {
	const char *level;
	uint64_t actions; /* bits of enum crisis_action */
};

struct charter_crisis {
	struct charter_origin origin;
	struct charter_strings levels; /* the lowest first */
	CHARTER_LIST(const struct charter_trigger) triggers;
	struct duration hold; /* a level is not lowered sooner */
	CHARTER_LIST(const struct charter_level_actor) decides;
	CHARTER_LIST(const struct charter_level_due) draft_due;
	CHARTER_LIST(const struct charter_level_actions) actions;
	struct {
		bool national_body;
		int32_t per_party, alternates;
		bool round_the_clock;
	} contacts;
};

struct charter_assistance_mode {
	struct charter_origin origin;
	const char *id;
	struct charter_text text;
	enum assistance_asks asks;
	enum assistance_answers answers;
	const struct charter_body *composes; /* the package, or NULL */
	struct {
		bool by_parties; /* key: by; the two between themselves, no body */
		const struct charter_body *body;
		const struct charter_decision_rule *rule;
	} decides;
	enum assistance_visibility visibility;
};

struct charter_reimbursement {
	struct charter_origin origin;
	enum reimburse_by by;
	bool estimate_required;
	bool accept_before_move;
	struct duration invoice_within;
	struct duration pay_within;
};

struct charter_assistance {
	struct charter_origin origin;
	CHARTER_LIST(const struct charter_assistance_mode) modes;
	CHARTER_LIST(const struct charter_status *const) who_asks;
	CHARTER_LIST(const struct charter_status *const) who_gives;
	struct charter_strings categories;
	struct duration ack_within;
	struct duration answer_within;
	bool mandatory_answer;
	struct duration expiry_of_offer;
	bool standby; /* readiness can be declared without a request */
	const struct charter_reimbursement *reimbursement; /* NULL: nothing is paid back */
};

#endif
