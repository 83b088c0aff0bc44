/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* shape_work.c: the keys of work.h. */
#include "charter/shape_parts.h"

#define OF struct charter_forces
static const struct field forces_fields[] = {
	SET(fields, force_field, NEEDED | FULL, "What the register of forces holds."),
	SET(never, force_never, NEEDED | FULL, "What it never holds: all five words."),
	WORDS(kinds, NEEDED | FILLS, POOL(FORCE_KINDS), "The kinds of forces or teams."),
	SET(contribution_states, contribution_state, NEEDED | FULL | STEPS,
	    "The steps of a contribution."),
};
const struct shape shape_forces = RULE_SHAPE("forces", forces_fields, P_OTHERS);
#undef OF

#define OF TYPE_OF(struct charter_trainings, plan_year)
static const struct field plan_year_fields[] = {
	{ .key = "per_year",
	  .type = F_RANGE,
	  .flags = NEEDED,
	  .offset = AT(per_year, struct charter_range),
	  .lo = 0,
	  .hi = 1000,
	  .doc = "How many trainings a year: the least and the most." },
	SPAN(season, F_DAY, NULLABLE, "The season: its first and its last day, MM-DD."),
};
static const struct shape plan_year = PART_SHAPE("plan of a year", plan_year_fields);
#undef OF

#define OF struct charter_training_change
static const struct field postpone_fields[] = {
	REF(rule, NEEDED, RULES, "The decision rule."),
	REF(body, NEEDED, BODIES, "The body that decides."),
	WORDS(reasons, NEEDED | FULL, 0, "The reasons for which a training can be postponed."),
	DURATION_OPT(notify, NULLABLE, "Parties are told within this time."),
};
static const struct shape postpone = ROW_SHAPE("postponement", postpone_fields, P_OTHERS);
static const struct field cancel_fields[] = {
	REF(rule, NEEDED, RULES, "The decision rule."),
	REF(body, NEEDED, BODIES, "The body that decides."),
};
static const struct shape cancel = ROW_SHAPE("cancellation", cancel_fields, P_OTHERS);
#undef OF

#define OF TYPE_OF(struct charter_trainings, health_gate)
static const struct field health_gate_fields[] = {
	REF(set, NEEDED, SETS, "The indicator set that is looked at."),
	SET(at, training_state, NEEDED | FULL, "The steps at which trainings are checked."),
	NAMES(levels, NEEDED | FULL | ALIKE, POOL(LEVELS),
	      "The crisis levels that raise a proposal."),
	CHOICE(proposes, gate_proposal, "What is proposed; a body decides."),
};
static const struct shape health_gate = PART_SHAPE("health gate", health_gate_fields);
#undef OF

#define OF struct charter_trainings
static const struct field trainings_fields[] = {
	RECORD(plan_year, plan_year, NEEDED, "The usual plan of a year."),
	WORDS(levels, NEEDED | FULL | FILLS, POOL(TRAINING_LEVELS), "The levels of trainings."),
	RECORD(postpone, postpone, NEEDED, "Who postpones a training, and for which reasons."),
	RECORD(health_gate, health_gate, NEEDED, "When a crisis level proposes to postpone."),
	RECORD(cancel, cancel, NEEDED, "Who cancels a training."),
	BOOL(focus_amendable, "false",
	     "Can the focus be clarified after the purpose is agreed?"),
	REFS(observers, NEEDED, STATUSES, "Holders of which statuses can send observers."),
	WORDS(figures, NEEDED, 0, "The figures kept of a training."),
};
const struct shape shape_trainings = RULE_SHAPE("trainings", trainings_fields, P_OTHERS);
#undef OF

#define OF TYPE_OF(struct charter_operations, lead)
static const struct field lead_fields[] = {
	BOOL(rotates, "false", "Does the lead rotate among members?"),
	BOOL(by_kind, "false", "Does the kind of operation decide who leads?"),
};
static const struct shape lead = PART_SHAPE("lead", lead_fields);
#undef OF

#define OF TYPE_OF(struct charter_operations, decides)
static const struct field operation_decides_fields[] = {
	REF(body, NEEDED, BODIES, "The body that decides."),
	REF(rule, NEEDED, RULES, "The decision rule."),
};
static const struct shape operation_decides =
	PART_SHAPE("decision on operations", operation_decides_fields);
#undef OF

#define OF struct charter_operations
static const struct field operations_fields[] = {
	WORDS(kinds, NEEDED | FILLS, POOL(OPERATION_KINDS), "What operations are about."),
	SET(lifecycle, operation_state, NEEDED | FULL | STEPS, "The steps of an operation."),
	RECORD(lead, lead, NEEDED, "Who leads."),
	SET(results, operation_results, NEEDED | FULL, "What results hold: totals alone."),
	RECORD(decides, operation_decides, NEEDED, "Who decides on operations."),
	REFS(open_to, NEEDED, STATUSES, "Holders of which statuses can take part."),
};
const struct shape shape_operations = RULE_SHAPE("operations", operations_fields, P_OTHERS);
#undef OF

#define OF struct charter_programmes
static const struct field programmes_fields[] = {
	WORDS(kinds, NEEDED | FULL | FILLS, POOL(PROGRAMME_KINDS), "The kinds of programmes."),
	SET(lifecycle, programme_state, NEEDED | FULL | STEPS, "The steps of a programme."),
	WORDS(agreement_parts, NEEDED | FILLS, POOL(PARTS),
	      "Parts that are agreed one by one."),
	DURATION(report_every, "How often a programme is reported on."),
	DURATION(overdue_after, "How long after its due date a measure is overdue."),
};
const struct shape shape_programmes = RULE_SHAPE("programmes", programmes_fields, P_OTHERS);
#undef OF

#define OF struct charter_education
static const struct field education_fields[] = {
	WORDS(terms, NEEDED | FULL | FILLS, POOL(TERMS), "On what terms places are given."),
	SET(lifecycle, education_state, NEEDED | FULL | STEPS, "The steps of a place."),
	BOOL(figures_only_public, "true", "Are totals the only thing published?"),
};
const struct shape shape_education = RULE_SHAPE("education", education_fields, P_OTHERS);
#undef OF

#define OF struct charter_stage
static const struct field stage_fields[] = {
	WORD_OF(who, NEEDED, "A category of staff."),
	WORD_OF(when, NEEDED, "Its turn."),
};
static const struct shape stage = PART_SHAPE("stage", stage_fields);
#undef OF

#define OF TYPE_OF(struct charter_regime, ordered_by)
static const struct field ordered_by_fields[] = {
	REF(office, 0, OFFICES, "The office that orders the regime."),
	WORD_OF(document, 0, "The kind of its order."),
};
static const struct shape ordered_by = PART_SHAPE("order", ordered_by_fields);
#undef OF

#define OF TYPE_OF(struct charter_regime, blocks)
static const struct field blocks_fields[] = {
	SET(meeting_forms, meeting_form, 0,
	    "Forms of meeting that are refused on the premises."),
	BOOL(travel, "false", "Are travel orders refused?"),
	NAMES(premises, ALIKE, POOL(FACILITIES) | POOL(BODIES),
	      "The premises: facilities or bodies."),
};
static const struct shape blocks = PART_SHAPE("blocks", blocks_fields);
#undef OF

#define OF struct charter_regime
static const struct field regime_fields[] = {
	ID("The id of the regime."),
	TEXT(text, NEEDED, "What it is."),
	SET(effects, regime_effect, 0, "What changes."),
	RECORDS(staged, stage, 0, "Which staff it reaches in what order."),
	REFS(applies_to, 0, BODIES, "The bodies whose staff it reaches."),
	RECORD(ordered_by, ordered_by, 0, "Who orders it."),
	RECORD(blocks, blocks, 0, "What the system refuses while it lasts."),
	WORDS(statistics, 0, 0, "Numbers kept of it; never names."),
	DURATION_OPT(review, NULLABLE, "How often it is reviewed."),
};
const struct shape shape_regime = ROW_SHAPE("regime", regime_fields, P_REGIMES);
#undef OF

#define OF struct charter_site
static const struct field site_fields[] = {
	ID("The id of the site."),
	TEXT(text, NEEDED, "How it is called."),
};
static const struct shape site = ROW_SHAPE("site", site_fields, P_SITES);
#undef OF

#define OF TYPE_OF(struct charter_publication, item)
static const struct field item_fields[] = {
	SET_AS("requires", needs, item_need, NEEDED | FULL, "What an item cannot lack."),
	BOOL_AS("signed", is_signed, NULL, "Is each item signed?"),
	BOOL(log, NULL, "Is each item entered in the public log?"),
};
static const struct shape item = PART_SHAPE("published item", item_fields);
#undef OF

#define OF TYPE_OF(struct charter_publication, proof)
static const struct field proof_fields[] = {
	BOOL(inclusion, NULL, "Can a reader check that an item is in the log?"),
	BOOL(consistency, NULL, "Can a reader check that nothing was taken out of the log?"),
	BOOL(timestamp, NULL, "Does the proof carry a time?"),
};
static const struct shape proof = PART_SHAPE("proof", proof_fields);
#undef OF

#define OF struct charter_publication
static const struct field publication_fields[] = {
	RECORDS(sites, site, NEEDED | FULL, "The public sites."),
	BOOL(collections_open, "true", "Can anybody read collections?"),
	RECORD(item, item, NEEDED, "What every published item has."),
	SET(provenance, provenance, NEEDED | FULL, "Where items can come from."),
	RECORD(proof, proof, NEEDED, "What a reader can check."),
	CHOICE_OR(corrections, corrections_mode, "visible", "How an item is corrected."),
	BOOL(archive_versions, "true", "Are earlier versions kept?"),
};
const struct shape shape_publication = RULE_SHAPE("publication", publication_fields, P_OTHERS);
#undef OF

#define OF struct charter_share
static const struct field share_fields[] = {
	NAME(kind, NEEDED, POOL(KINDS), "A kind of party."),
	NUMBER(share, NEEDED, "The part of the budget that each party of the kind pays."),
};
static const struct shape share = PART_SHAPE("share", share_fields);
#undef OF

#define OF struct charter_contributions
static const struct field contributions_fields[] = {
	DURATION(period, "For how long a contribution is."),
	CHOICE(method, contribution_method, "How it is reckoned."),
};
static const struct shape contributions =
	PART_SHAPE("rule of contributions", contributions_fields);
#undef OF

#define OF struct charter_arrears
static const struct field arrears_fields[] = {
	DURATION(after, "How long something unpaid waits before it has this effect."),
	CHOICE(effect, arrears_effect, "What follows."),
};
static const struct shape arrears = ROW_SHAPE("arrears", arrears_fields, P_OTHERS);
#undef OF

#define OF struct charter_budget
static const struct field budget_fields[] = {
	RECORD_OPT(contributions, contributions, NULLABLE, "What parties pay."),
	MAP(shares, share, NULLABLE, "The share of each party, by its kind."),
	STRING_AS(F_CURRENCY, "currency", currency, NULLABLE, "The currency, as in ISO 4217."),
	RECORD_OPT(arrears, arrears, NULLABLE, "What happens when a party does not pay."),
};
const struct shape shape_budget = RULE_SHAPE("budget", budget_fields, P_OTHERS);
#undef OF
