/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* shape_registers.c: the keys of registers.h. */
#include "charter/shape_parts.h"

#define OF struct charter_suspension
static const struct field suspension_fields[] = {
	PARTIAL(from, NEEDED, "The first day on which its rights sleep."),
	PARTIAL(to, NULLABLE, "The first day on which they do not; null: still suspended."),
	WORD_OF(reason, 0, "Why."),
};
static const struct shape suspension = ROW_SHAPE("suspension", suspension_fields, P_OTHERS);
#undef OF

#define OF struct charter_party_status
static const struct field party_status_fields[] = {
	REF(status, NEEDED, STATUSES, "The status."),
	PARTIAL(from, NEEDED, "The first day with it."),
	PARTIAL(to, NULLABLE, "The first day without it; null: still held."),
	WORD_OF(reason, 0, "Why it ended."),
	RECORDS(suspended, suspension, 0, "The periods during which its rights slept."),
};
static const struct shape party_status =
	ROW_SHAPE("period of a status", party_status_fields, P_OTHERS);
#undef OF

#define OF struct charter_fact
static const struct field fact_fields[] = {
	WORD_OF(fact, NEEDED, "The name of the fact, as criteria use it."),
	BOOL(value, NULL, "Is it so?"),
	PARTIAL(date, NEEDED, "When it was attested."),
	PARTIAL(valid_until, NULLABLE,
		"The last day on which it counts, if sooner than the rule says."),
	NAME(attested_by, 0, POOL(BODIES) | POOL(OFFICES) | POOL(PARTIES), "Who attested it."),
	STRING(source, 0, "The document that it rests on."),
};
static const struct shape fact = ROW_SHAPE("fact", fact_fields, P_OTHERS);
#undef OF

#define OF struct charter_relation
static const struct field relation_fields[] = {
	WORD_OF(relation, NEEDED, "The kind of relation, as criteria use it."),
	NAMES(with, NEEDED | FULL | ALIKE, POOL(PARTIES), "The parties with which it exists."),
	PARTIAL(date, NEEDED, "When it was attested."),
	PARTIAL(valid_until, NULLABLE,
		"The last day on which it counts, if sooner than the rule says."),
	NAME(attested_by, 0, POOL(BODIES) | POOL(OFFICES) | POOL(PARTIES), "Who attested it."),
	STRING(source, 0, "The document that it rests on."),
};
static const struct shape relation = ROW_SHAPE("relation", relation_fields, P_OTHERS);
#undef OF

#define OF struct charter_declaration
static const struct field declaration_fields[] = {
	WORD_OF(declaration, NEEDED, "The name of the declaration, as criteria use it."),
	PARTIAL(date, NEEDED, "When it was deposited."),
	STRING(source, 0, "The document."),
};
static const struct shape declaration = ROW_SHAPE("declaration", declaration_fields, P_OTHERS);
#undef OF

#define OF struct charter_party
static const struct field party_fields[] = {
	ID("The id of the party."),
	NAME(kind, NEEDED, POOL(KINDS), "Its kind."),
	TEXT(name, NEEDED, "Its full name."),
	TEXT_AS("short", short_name, 0, "Its short name, the only one that orders parties."),
	STRING(code, 0, "A short code for lists and maps."),
	RECORDS(statuses, party_status, NEEDED, "The statuses that it held and holds."),
	RECORDS(facts, fact, 0, "What is attested about it."),
	RECORDS(relations, relation, 0, "Its attested relations with other parties."),
	RECORDS(declarations, declaration, 0, "Declarations that it has deposited."),
	WORDS(topics, 0, 0, "What is discussed with it."),
	TEXT(notes, 0, "A note."),
};
static const struct shape party = ROW_SHAPE("party", party_fields, P_PARTIES);
#undef OF

#define OF struct charter_body_partner
static const struct field body_partner_fields[] = {
	REF(body, NEEDED, BODIES, "A body that keeps partners of its own."),
	NAME(party, NEEDED, POOL(PARTIES), "Its partner."),
};
static const struct shape body_partner =
	ROW_SHAPE("partner of a body", body_partner_fields, P_OTHERS);
#undef OF

#define OF struct charter_holder
static const struct field holder_fields[] = {
	REF(office, NEEDED, OFFICES, "The office."),
	STRING(person, NULLABLE, "The name of the person; it can be left out."),
	NAME(party, 0, POOL(PARTIES), "The party that holds the office."),
	NAME(from_party, 0, POOL(PARTIES), "The party that the person comes from."),
	PARTIAL(from, NEEDED, "The first day of the term."),
	PARTIAL(to, NULLABLE, "The last day of the term; null: none fixed."),
	BOOL(acting, "false", "Is this an acting holder?"),
};
static const struct shape holder = ROW_SHAPE("holder", holder_fields, P_OTHERS);
#undef OF

#define OF struct charter_facility
static const struct field facility_fields[] = {
	ID("The id of the facility."),
	TEXT(text, NEEDED, "What and where it is."),
	NAME(party, NEEDED, POOL(PARTIES), "The party in whose territory it lies."),
	NAME_AS("operator", operator_party, 0, POOL(PARTIES),
		"The party that runs it, if another."),
	TEXTS(works, 0, "Works on it."),
};
static const struct shape facility = ROW_SHAPE("facility", facility_fields, P_FACILITIES);
#undef OF

#define OF struct charter_force
static const struct field force_fields[] = {
	ID("The id of the force or team."),
	NAME(kind, NEEDED, POOL(FORCE_KINDS), "Its kind."),
	TEXT(text, NEEDED, "How it is called."),
	NAMES(parties, ALIKE, POOL(PARTIES), "The parties that contribute."),
	REF(region, 0, REGIONS, "Its region."),
	PARTIAL(formed, 0, "When it was formed."),
};
static const struct shape force = ROW_SHAPE("force", force_fields, P_FORCES);
#undef OF

#define OF struct charter_training_series
static const struct field series_fields[] = {
	ID("The id of the series."),
	TEXT(text, NEEDED, "How it is called."),
	NAME(level, NEEDED, POOL(TRAINING_LEVELS), "Its level."),
	BOOL(umbrella, "false", "Do other series take place within it?"),
	NAME(of, 0, POOL(SERIES), "The umbrella series within which it takes place."),
	NAME(force, 0, POOL(FORCES), "The forces it is for."),
};
static const struct shape series = ROW_SHAPE("training series", series_fields, P_SERIES);
#undef OF

#define OF struct charter_figure
static const struct field figure_fields[] = {
	WORD_OF(name, NEEDED, "What is counted."),
	INT(value, NEEDED, NULL, 0, INT32_MAX, "How many."),
};
static const struct shape figure = PART_SHAPE("figure", figure_fields);
#undef OF

#define OF struct charter_training
static const struct field training_fields[] = {
	ID("The id of the training."),
	NAME(series, 0, POOL(SERIES), "Its series."),
	TEXT(text, 0, "What it is, if it belongs to no series."),
	PARTIAL(year, NEEDED, "The year whose plan it is in."),
	PARTIAL(date, NULLABLE, "The day."),
	SPAN(window, F_PARTIAL, NULLABLE,
	     "The first and the last day between which it is planned."),
	NAME(host, NULLABLE, POOL(PARTIES), "The host."),
	CHOICE(state, training_state, "Its step."),
	MAP(figures, figure, 0, "Figures of a training that was held."),
};
static const struct shape training = ROW_SHAPE("training", training_fields, P_OTHERS);
#undef OF

#define OF struct charter_operation
static const struct field operation_fields[] = {
	ID("The id of the operation."),
	TEXT(text, NEEDED, "Its name."),
	NAME(kind, NEEDED, POOL(OPERATION_KINDS), "What it is about."),
	PARTIAL(year, NEEDED, "The year."),
	CHOICE(state, operation_state, "Its step."),
	REF(lead, NEEDED, BODIES, "The body that leads it."),
	NAME(under, 0, POOL(PROGRAMMES), "The programme that it belongs to."),
};
static const struct shape operation = ROW_SHAPE("operation", operation_fields, P_OTHERS);
#undef OF

#define OF struct charter_ledger_entry
static const struct field ledger_fields[] = {
	NAME(party, NEEDED, POOL(PARTIES), "The party."),
	CHOICE(act, ledger_act, "What it did."),
	PARTIAL(date, NEEDED | NULLABLE, "When; null: not known."),
};
static const struct shape ledger = ROW_SHAPE("entry", ledger_fields, P_OTHERS);
#undef OF

#define OF struct charter_register_instrument
static const struct field register_instrument_fields[] = {
	ID("The id of the instrument."),
	REF(type, NEEDED, TYPES, "Its type."),
	WORD_OF(package, 0, "The name that the instruments of one package share."),
	TEXT(text, NEEDED, "Its title."),
	PARTIAL(signed_on, 0, "When it was signed."),
	TEXT(place, 0, "Where it was signed."),
	PARTIAL(in_force_on, 0, "When it entered into force."),
	NAMES(signatories, ALIKE, POOL(PARTIES), "The parties that signed it."),
	CHOICE(state, instrument_state, "Where it stands."),
	RECORDS(ledger, ledger, 0, "What parties did about it."),
};
static const struct shape register_instrument =
	ROW_SHAPE("instrument", register_instrument_fields, P_INSTRUMENTS);
#undef OF

#define OF struct charter_programme
static const struct field programme_fields[] = {
	ID("The id of the programme."),
	NAME(kind, NEEDED, POOL(PROGRAMME_KINDS), "Its kind."),
	TEXT(text, NEEDED, "Its title."),
	SPAN(years, F_PARTIAL, 0, "Its first and its last year."),
	PARTIAL(adopted_on, 0, "When it was adopted."),
	CHOICE(state, programme_state, "Its step."),
	NAME(by, NEEDED, POOL(BODIES) | POOL(PARTIES),
	     "The body or party that is responsible."),
	TEXTS(with, 0, "Others who help."),
	WORDS(parts, 0, 0, "The parts of a list of measures."),
	NAMES(agreed, ALIKE, POOL(PARTS), "The parts that are agreed."),
};
static const struct shape programme = ROW_SHAPE("programme", programme_fields, P_PROGRAMMES);
#undef OF

#define OF struct charter_education_place
static const struct field place_fields[] = {
	NAME(host, NEEDED, POOL(PARTIES), "The party that gives the places."),
	PARTIAL(year, NEEDED, "The year."),
	INT(places, NULLABLE, "-1", -1, INT32_MAX, "How many; null: not known."),
	NAMES(terms, NEEDED | ALIKE, POOL(TERMS), "On what terms."),
	TEXTS(institutions, 0, "Where."),
};
static const struct shape place = ROW_SHAPE("places of training", place_fields, P_OTHERS);
#undef OF

#define OF struct charter_event
static const struct field event_fields[] = {
	ID("The id of the meeting or event."),
	REF(body, 0, BODIES, "The body that meets."),
	TEXT(text, 0, "What it is, if no body meets."),
	CHOICE(form, meeting_form, "Its form."),
	REF(channel, 0, CHANNELS, "The channel, one of those of the body."),
	PARTIAL(date, NEEDED | NULLABLE, "The day; null: to be fixed."),
	BOOL(out_of_schedule, "false", "Is it outside the plan?"),
	CHOICE(state, meeting_state, "Its step."),
	WORD_OF(reason, 0, "Why it was postponed; needed then."),
	PARTIAL(was, 0, "The day on which it was to be."),
	{ .key = "options",
	  .type = F_WORDS,
	  .each = F_PARTIAL,
	  .offset = AT(options, struct charter_strings),
	  .doc = "Days that are thought of." },
	REF(decides, 0, RULES, "The rule by which its date is fixed."),
	NAME(host, 0, POOL(PARTIES), "The host."),
	NAMES(confirmed_by, ALIKE, POOL(PARTIES),
	      "Parties that have confirmed that they come."),
	TEXTS(agenda, 0, "Its agenda."),
};
static const struct shape event = ROW_SHAPE("event", event_fields, P_OTHERS);
#undef OF

#define OF struct charter_collection
static const struct field collection_fields[] = {
	ID("The id of the collection."),
	REF(site, NEEDED, SITES, "The site it is on."),
	TEXT(text, NEEDED, "Its title."),
	WORD_OF(kind, NEEDED, "What it consists of."),
	TEXTS(items, 0, "Items that are known."),
	MAP(figures, figure, 0, "Figures."),
};
static const struct shape collection = ROW_SHAPE("collection", collection_fields, P_OTHERS);
#undef OF

#define OF TYPE_OF(struct charter_registers, regime)
static const struct field current_regime_fields[] = {
	REF(current, NEEDED, REGIMES, "The regime that the secretariat works under."),
	PARTIAL(since, NEEDED, "Since when."),
	STRING(order, NULLABLE, "The symbol of the order."),
	INT(staff_infected, 0, "0", 0, 1000000, "A number, never names."),
};
static const struct shape current_regime =
	ROW_SHAPE("present regime", current_regime_fields, P_OTHERS);
#undef OF

#define OF TYPE_OF(struct charter_registers, crisis_level)
static const struct field current_level_fields[] = {
	NAME(current, NEEDED, POOL(LEVELS), "The level of the day."),
	PARTIAL(since, NEEDED, "Since when."),
};
static const struct shape current_level =
	ROW_SHAPE("present crisis level", current_level_fields, P_OTHERS);
#undef OF

#define OF struct charter_registers
static const struct field registers_fields[] = {
	RECORDS(parties, party, NEEDED | FULL, "Members, partners and all others."),
	RECORDS(body_partners, body_partner, 0, "Partners of a body that keeps its own."),
	RECORDS(holders, holder, 0, "Who holds which office."),
	RECORDS(facilities, facility, 0, "Places, for the calendar; no coordinates."),
	RECORDS(forces, force, 0, "Forces or teams."),
	RECORDS(training_series, series, 0, "Series of trainings."),
	RECORDS(trainings, training, 0, "Trainings."),
	RECORDS(operations, operation, 0, "Operations."),
	RECORDS(instruments, register_instrument, 0, "Instruments with their ledgers."),
	RECORDS(programmes, programme, 0, "Programmes, plans, strategies, lists of measures."),
	RECORDS(education, place, 0, "Places of training."),
	RECORDS(calendar, event, 0, "Meetings, visits and events."),
	RECORDS(collections, collection, 0, "Collections of the public site."),
	RECORD(regime, current_regime, NEEDED, "The regime at the beginning."),
	RECORD(crisis_level, current_level, NEEDED, "The crisis level at the beginning."),
};
const struct shape shape_registers = ROW_SHAPE("registers", registers_fields, P_OTHERS);
#undef OF
