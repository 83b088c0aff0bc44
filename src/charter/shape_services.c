/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* shape_services.c: the keys of services.h. */
#include "charter/shape_parts.h"

#define OF struct charter_class
static const struct field class_fields[] = {
	ID("The id of the class."),
	INT(rank, NEEDED, NULL, 0, 99, "Its rank: 0 is the lowest; no rank is left out."),
	TEXT(mark, NEEDED, "The mark printed on documents of the class."),
	CHOICE(e2ee, e2ee_need, "Encryption from end to end where its content is discussed."),
	CHOICE_AS("export", export_mode, export_mode, NEEDED, NULL,
		  "How content leaves the system; none: its content never enters it."),
	CHOICE(publish, publish_mode, "When content can be published."),
};
static const struct shape class = ROW_SHAPE("class", class_fields, P_CLASSES);
#undef OF

#define OF TYPE_OF(struct charter_documents, review)
static const struct field review_fields[] = {
	DURATION(declassify_review, "How long a class stands before it is looked at again."),
	BOOL(downgrade_date_optional, "true", "Can a document go without a date of lowering?"),
};
static const struct shape review = PART_SHAPE("review", review_fields);
#undef OF

#define OF TYPE_OF(struct charter_documents, authentic)
static const struct field authentic_fields[] = {
	NAMES(languages, NEEDED | FULL, POOL(LANGUAGES), "The languages of authentic texts."),
	INT(copies, NEEDED, NULL, 1, 1000, "How many originals there are."),
	REF(keeper, NEEDED, BODIES, "The body that keeps them."),
	CHOICE_OR(certified_copies_to, copies_to, "signatories",
		  "Who is sent certified copies."),
};
static const struct shape authentic = PART_SHAPE("authentic texts", authentic_fields);
#undef OF

#define OF struct charter_documents
static const struct field documents_fields[] = {
	RECORDS(classes, class, NEEDED | FULL, "The classes of documents."),
	WORDS(releasability, 0, 0, "To whom documents can be released."),
	RECORD(review, review, NEEDED, "When classes are looked at again."),
	WORDS(kinds, NEEDED | FULL, 0, "The kinds of documents."),
	STRING_AS(F_SYMBOL, "symbol", symbol, NEEDED,
		  "How a document is numbered, the same in all languages."),
	RECORD(authentic, authentic, NEEDED, "Originals and their keeper."),
	SET(lifecycle, document_state, NEEDED | FULL | STEPS, "The steps of a document."),
};
const struct shape shape_documents = RULE_SHAPE("documents", documents_fields, P_OTHERS);
#undef OF

#define OF struct charter_channel
static const struct field channel_fields[] = {
	ID("The id of the channel."),
	TEXT(text, NEEDED, "What it is."),
	REF(ceiling, NEEDED, CLASSES, "The highest class that can be discussed on it."),
	CHOICE(e2ee, e2ee_need, "Encryption from end to end."),
	CHOICE(recording, recording_mode, "Can its rooms be recorded?"),
	BOOL(guests, NULL, "Can guests be let in?"),
};
const struct shape shape_channel = RULE_SHAPE("channel", channel_fields, P_CHANNELS);
#undef OF

#define OF struct charter_entry_rule
static const struct field entry_fields[] = {
	CHOICE(method, entry_method, "When an instrument of this type enters into force."),
	{ .key = "count",
	  .type = F_COUNT,
	  .offset = AT(count, struct charter_count),
	  .doc = "Methods n-of: how many deposits, as a number or a fraction." },
	CHOICE_OR(of, entry_of, "signatories",
		  "Methods all-of and n-of: whose deposits count."),
	NAMES(including, ALIKE, POOL(PARTIES),
	      "Method n-of-including: whose deposits must be among them."),
	{ .key = "plus",
	  .type = F_DURATION,
	  .offset = AT(plus, struct duration),
	  .otherwise = "P0D",
	  .doc = "The delay after that, in days, months or years." },
	CHOICE(effective, entry_effective, "The day from which the delay is counted."),
	STRING_AS(F_DATE, "date", date, 0,
		  "Method date: the day itself; without it the adoption counts."),
};
static const struct shape entry = ROW_SHAPE("entry into force", entry_fields, P_OTHERS);
#undef OF

#define OF struct charter_instrument
static const struct field instrument_fields[] = {
	ID("The id of the type."),
	TEXT(text, NEEDED, "What instruments of this type are."),
	SET(consent, consent_act, NEEDED, "How a party consents to be bound."),
	RECORD(entry_into_force, entry, NEEDED, "When it enters into force."),
	CHOICE_OR(then, entry_then, "each-on-deposit",
		  "Methods n-of: whom it binds once in force."),
	BOOL(package, "false", "Can several be put forward as a package?"),
	REFS(open_to_accession_by, 0, STATUSES, "Holders of which statuses can accede later."),
	BOOL(reservations, NULL, "Are reservations allowed?"),
	DURATION_OPT(objection_period, NULLABLE, "The time for objecting to a reservation."),
	BOOL(withdrawal_before_eif, "false",
	     "Can a deposit be withdrawn before the entry into force?"),
	BOOL(notify_all, "true", "Does the depositary notify all parties of each act?"),
};
const struct shape shape_instrument = RULE_SHAPE("instrument type", instrument_fields, P_TYPES);
#undef OF

#define OF struct charter_region
static const struct field region_fields[] = {
	ID("The id of the region."),
	TEXT(text, NEEDED, "How it is called."),
	NAMES(parties, NEEDED | FULL | ALIKE, POOL(PARTIES), "The parties in it."),
};
static const struct shape region = ROW_SHAPE("region", region_fields, P_REGIONS);
#undef OF

#define OF struct charter_indicator_set
static const struct field set_fields[] = {
	ID("The id of the set."),
	CHOICE_OR(kind, indicator_kind, "count", "What its indicators are."),
	WORDS(indicators, NEEDED | FULL, 0, "The indicators."),
	INT(smallest_cell, 0, "0", 0, 1000, "Smaller numbers are not published."),
};
static const struct shape indicator_set = ROW_SHAPE("indicator set", set_fields, P_SETS);
#undef OF

#define OF struct charter_monitoring
static const struct field monitoring_fields[] = {
	RECORDS(regions, region, NEEDED | FULL, "The regions of the situation picture."),
	DURATION(cadence, "How often a party reports."),
	{ .key = "due",
	  .type = F_TIME,
	  .flags = NEEDED,
	  .offset = AT(due, const char *),
	  .doc = "The time of day at which a report is due, in UTC: 06:00Z." },
	DURATION(late_after, "How long after that a report is late."),
	DURATION(missing_after,
		 "How long after the last report the picture says: no data since."),
	DURATION_OPT(verify_within, 0,
		     "How soon a party answers an alert about its figures; a day if not said."),
	RECORDS(indicator_sets, indicator_set, NEEDED | FULL, "What is reported."),
	WHOS(readers, NEEDED, POOL(STATUSES) | POOL(BODIES),
	     "Statuses and bodies that read it."),
};
const struct shape shape_monitoring = RULE_SHAPE("monitoring", monitoring_fields, P_OTHERS);
#undef OF

#define OF struct charter_trigger
static const struct field trigger_fields[] = {
	ID("The id of the trigger."),
	NAME(level, NEEDED, POOL(LEVELS), "The level that it proposes."),
	CHOICE(test, trigger_test, "What it looks for."),
	REF(set, 0, SETS, "The indicator set; not for requests."),
	WORD_OF(indicator, 0, "The indicator of the set."),
	DURATION_OPT(over, 0, "Test growth-ratio: the time over which growth is measured."),
	NUMBER(at_least, 0, "The ratio or fraction."),
	INT(base_at_least, 0, "0", 0, 1000000000,
	    "Test growth-ratio: smaller numbers are not looked at."),
	REF(of, 0, TRIGGERS, "Test two-regions: the trigger that must hold in two regions."),
	REF(by, 0, STATUSES, "Test request: holders of which status can ask."),
};
static const struct shape trigger = RULE_SHAPE("trigger", trigger_fields, P_TRIGGERS);
#undef OF

#define OF struct charter_level_actor
static const struct field level_actor_fields[] = {
	NAME(level, NEEDED, POOL(LEVELS), "A level above the lowest."),
	WHO(by, NEEDED, POOL(OFFICES) | POOL(BODIES), "The office or body that decides on it."),
};
static const struct shape level_actor = PART_SHAPE("decider", level_actor_fields);
#undef OF

#define OF struct charter_level_due
static const struct field level_due_fields[] = {
	NAME(level, NEEDED, POOL(LEVELS), "A level above the lowest."),
	DURATION(within, "Within this time a first draft decision is due."),
};
static const struct shape level_due = PART_SHAPE("draft", level_due_fields);
#undef OF

#define OF struct charter_level_actions
static const struct field level_actions_fields[] = {
	NAME(level, NEEDED, POOL(LEVELS), "A level above the lowest."),
	SET(actions, crisis_action, NEEDED, "What is opened."),
};
static const struct shape level_actions = PART_SHAPE("actions", level_actions_fields);
#undef OF

#define OF TYPE_OF(struct charter_crisis, contacts)
static const struct field contacts_fields[] = {
	BOOL(national_body, NULL, "Does each member name one authority for the centre?"),
	INT(per_party, NEEDED, NULL, 1, 100, "How many contacts each party names."),
	INT(alternates, 0, "0", 0, 100, "How many alternates for each."),
	BOOL(round_the_clock, NULL, "Must they be reached at any hour?"),
};
static const struct shape contacts = PART_SHAPE("contacts", contacts_fields);
#undef OF

#define OF struct charter_crisis
static const struct field crisis_fields[] = {
	WORDS(levels, NEEDED | FULL | FILLS, POOL(LEVELS), "The levels, the lowest first."),
	RECORDS(triggers, trigger, NEEDED, "What proposes a level; it never orders one."),
	DURATION(hold, "How long a level stays before a person can lower it."),
	MAP(decides, level_actor, NEEDED, "Who decides on each level above the lowest."),
	MAP(draft_due, level_due, NEEDED,
	    "How soon a first draft decision is due at each level."),
	MAP(actions, level_actions, NEEDED, "What is opened at each level."),
	RECORD(contacts, contacts, NEEDED, "The contacts of the parties."),
};
const struct shape shape_crisis = RULE_SHAPE("crisis levels", crisis_fields, P_OTHERS);
#undef OF

#define OF TYPE_OF(struct charter_assistance_mode, decides)
static const struct field mode_decides_fields[] = {
	SAID("by", by_parties, assistance_by,
	     "parties: the two between themselves; then no body and rule."),
	REF(body, 0, BODIES, "The body that adopts a package."),
	REF(rule, 0, RULES, "The rule by which it does."),
};
static const struct shape mode_decides =
	PART_SHAPE("decision on assistance", mode_decides_fields);
#undef OF

#define OF struct charter_assistance_mode
static const struct field mode_fields[] = {
	ID("The id of the mode."),
	TEXT(text, 0, "What it is, in words."),
	CHOICE(asks, assistance_asks, "Whom a request addresses."),
	CHOICE(answers, assistance_answers, "How many answers there are."),
	REF(composes, 0, BODIES, "The body that puts the package together."),
	RECORD(decides, mode_decides, NEEDED, "Who decides."),
	CHOICE(visibility, assistance_visibility, "Who sees it."),
};
static const struct shape mode = RULE_SHAPE("mode of assistance", mode_fields, P_OTHERS);
#undef OF

#define OF struct charter_reimbursement
static const struct field reimbursement_fields[] = {
	CHOICE(by, reimburse_by, "Who pays in the end."),
	BOOL(estimate_required, NULL, "Is an estimate of costs needed?"),
	BOOL(accept_before_move, NULL, "Must it be accepted before anything moves?"),
	DURATION(invoice_within, "Time for the invoice."),
	DURATION(pay_within, "Time for paying."),
};
static const struct shape reimbursement =
	ROW_SHAPE("reimbursement", reimbursement_fields, P_OTHERS);
#undef OF

#define OF struct charter_assistance
static const struct field assistance_fields[] = {
	RECORDS(modes, mode, NEEDED | FULL, "The ways of assistance."),
	REFS(who_asks, NEEDED, STATUSES, "Holders of which statuses can ask."),
	REFS(who_gives, NEEDED, STATUSES, "Holders of which statuses can give."),
	WORDS(categories, NEEDED | FULL, 0, "What can be asked for."),
	DURATION(ack_within, "Time for acknowledging a request."),
	DURATION(answer_within, "Time for answering it."),
	BOOL(mandatory_answer, "false", "Is answering a duty? Giving never is."),
	DURATION(expiry_of_offer, "How long an offer stands."),
	BOOL(standby, "false", "Can readiness be declared without a request?"),
	RECORD_OPT(reimbursement, reimbursement, NULLABLE, "How costs are paid back."),
};
const struct shape shape_assistance = RULE_SHAPE("assistance", assistance_fields, P_OTHERS);
#undef OF
