/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * charter.h: the charter of one organisation, as loaded (load.h): its rules, which every act
 * is judged by, and what its registers begin with.
 *
 * A charter never changes once loaded and may be read by any number of threads at once.  A
 * changed charter is another one, with another hash.
 */
#ifndef CHARTER_CHARTER_H
#define CHARTER_CHARTER_H

#include "base/digest.h"
#include "charter/constitution.h"
#include "charter/registers.h"
#include "charter/work.h"

struct arena;

struct charter {
	int32_t comity_charter;	   /* the version of the format: 1 */
	struct charter_text label; /* what a reader should know first; may be empty */
	const char *as_of;	   /* the day that the registers describe */

	/*
	 * SHA-256 of the constitution in canonical form: it stays the same whatever the
	 * spaces, comments, order of keys and spelling of durations, and whatever the
	 * registers.  whole_hash covers label, as_of and registers too.
	 */
	char hash[DIGEST_HEX_SIZE];
	char whole_hash[DIGEST_HEX_SIZE];

	/* The constitution. */
	struct charter_organisation organisation;
	struct charter_languages languages;
	CHARTER_LIST(const struct charter_right) rights;
	CHARTER_LIST(const struct charter_criterion) criteria;
	struct charter_facts facts;
	CHARTER_LIST(const struct charter_status) statuses;
	CHARTER_LIST(const struct charter_decision_rule) decision_rules;
	CHARTER_LIST(const struct charter_silence) silence;
	CHARTER_LIST(const struct charter_office) offices;
	struct charter_chairmanship chairmanship;
	CHARTER_LIST(const struct charter_body) bodies;
	struct charter_meetings meetings;
	struct charter_documents documents;
	CHARTER_LIST(const struct charter_channel) channels;
	CHARTER_LIST(const struct charter_instrument) instruments; /* types */
	struct charter_monitoring monitoring;
	struct charter_crisis crisis;
	struct charter_assistance assistance;
	struct charter_forces forces;
	struct charter_trainings trainings;
	struct charter_operations operations;
	struct charter_programmes programmes;
	struct charter_education education;
	CHARTER_LIST(const struct charter_regime) regimes;
	struct charter_publication publication;
	struct charter_budget budget;
	uint64_t never; /* bits of enum prohibition: always all of them */

	bool has_registers; /* a new version of the rules may come without */
	struct charter_registers registers;

	struct arena *memory;
};

/* NULL is allowed. */
void charter_free(struct charter *c);

/* The rule with this id, or NULL (also for a NULL id). */
const struct charter_status *charter_status(const struct charter *c, const char *id);
const struct charter_criterion *charter_criterion(const struct charter *c, const char *id);
const struct charter_decision_rule *charter_rule(const struct charter *c, const char *id);
const struct charter_silence *charter_silence(const struct charter *c, const char *id);
const struct charter_office *charter_office(const struct charter *c, const char *id);
const struct charter_body *charter_body(const struct charter *c, const char *id);
const struct charter_class *charter_class(const struct charter *c, const char *id);
const struct charter_channel *charter_channel(const struct charter *c, const char *id);
const struct charter_instrument *charter_instrument_type(const struct charter *c,
							 const char *id);
const struct charter_regime *charter_regime(const struct charter *c, const char *id);
const struct charter_region *charter_region(const struct charter *c, const char *id);

/* What the right means in this organisation. */
struct charter_text charter_right_text(const struct charter *c, enum right right);

/* The rows of the registers that the charter came with, or NULL. */
const struct charter_party *charter_party(const struct charter *c, const char *id);
const struct charter_register_instrument *charter_instrument(const struct charter *c,
							     const char *id);
const struct charter_facility *charter_facility(const struct charter *c, const char *id);

/* The body with this id or with this name or alias in any language, or NULL. */
const struct charter_body *charter_body_named(const struct charter *c, const char *name);

/* The rule that the body uses for this; the default where it names none. */
const struct charter_decision_rule *charter_body_rule(const struct charter_body *b,
						      enum rule_use use);

/* The place of a crisis level, 0 the lowest; -1 when there is no such level. */
int charter_level(const struct charter *c, const char *level);

/* Is it in the list?  For party_kinds, categories, reasons and the like. */
bool charter_listed(struct charter_strings list, const char *word);

#endif
