/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* shape_constitution.c: the keys of constitution.h. */
#include "charter/shape_parts.h"

#define OF struct charter_purpose
static const struct field purpose_fields[] = {
	ID("The id of the purpose; agenda items and programmes can be tagged with it."),
	TEXT(text, NEEDED, "The purpose in words."),
};
static const struct shape purpose = ROW_SHAPE("purpose", purpose_fields, P_OTHERS);
#undef OF

#define OF TYPE_OF(struct charter_organisation, seat)
static const struct field seat_fields[] = {
	TEXT(place, NEEDED, "The town of the seat."),
	STRING_AS(F_ZONE, "timezone", timezone, NEEDED,
		  "The time zone of the seat; the date of every official act is a date there."),
};
static const struct shape seat = PART_SHAPE("seat", seat_fields);
#undef OF

#define OF TYPE_OF(struct charter_organisation, founded)
static const struct field founded_fields[] = {
	PARTIAL(treaty, 0, "When the founding treaty or agreement was signed."),
	PARTIAL(organisation, 0, "When the organisation was created."),
	PARTIAL(in_force, 0, "When its charter entered into force."),
};
static const struct shape founded = PART_SHAPE("founding", founded_fields);
#undef OF

#define OF struct charter_organisation
static const struct field organisation_fields[] = {
	ID("A short id of the organisation."),
	TEXT(name, NEEDED, "The full name."),
	TEXT_AS("short", short_name, NEEDED, "The short name."),
	CHOICE(kind, organisation_kind, "What kind of organisation it is."),
	WORDS(party_kinds, NEEDED | FULL | FILLS, POOL(KINDS),
	      "What can be a party: the organisation chooses the words (state, city)."),
	RECORD(seat, seat, NEEDED, "Where the secretariat sits."),
	RECORD(founded, founded, 0, "The founding dates; ages are computed from them."),
	STRING_AS(F_DAY, "anniversary", anniversary, NULLABLE,
		  "The day of the year shown in the calendar, MM-DD."),
	RECORDS(purposes, purpose, 0, "What the organisation is for."),
};
const struct shape shape_organisation =
	RULE_SHAPE("organisation", organisation_fields, P_OTHERS);
#undef OF

#define OF struct charter_languages
static const struct field languages_fields[] = {
	LANGUAGE("default", otherwise, NEEDED,
		 "The language of texts that name none, shown where a wording is missing."),
	{ .key = "official",
	  .type = F_WORDS,
	  .each = F_LANGUAGE,
	  .flags = NEEDED | FULL | FILLS,
	  .offset = AT(official, struct charter_strings),
	  .pools = POOL(LANGUAGES),
	  .doc = "Languages of authentic texts." },
	{ .key = "working",
	  .type = F_WORDS,
	  .each = F_LANGUAGE,
	  .flags = NEEDED | FULL | FILLS,
	  .offset = AT(working, struct charter_strings),
	  .pools = POOL(LANGUAGES),
	  .doc = "Languages of meetings and of the interface." },
	{ .key = "interpretation",
	  .type = F_WORDS,
	  .each = F_LANGUAGE,
	  .flags = FILLS,
	  .offset = AT(interpretation, struct charter_strings),
	  .pools = POOL(LANGUAGES),
	  .doc = "Languages for which a room can have an interpreters' booth." },
	LANGUAGE("pivot", pivot, NULLABLE,
		 "The language through which relay interpretation runs; null for none."),
};
const struct shape shape_languages = RULE_SHAPE("languages", languages_fields, P_OTHERS);
#undef OF

#define OF struct charter_right
static const struct field right_fields[] = {
	CHOICE(id, right, "A right of the closed vocabulary."),
	TEXT(text, NEEDED, "What the right means in this organisation."),
};
const struct shape shape_right = ROW_SHAPE("right", right_fields, P_RIGHTS);
#undef OF

#define OF struct charter_criterion
static const struct field criterion_fields[] = {
	ID("The id of the criterion."),
	CHOICE(test, criterion_test, "How it is tested."),
	TEXT(text, NEEDED, "The criterion in words."),
	WORD_OF(fact, 0, "Test fact: the name of the attested fact."),
	BOOL(is, "true", "Test fact: the value that the fact must have."),
	WORD_OF(relation, 0, "Test relation-all: the kind of relation."),
	REF(with, 0, STATUSES, "Test relation-all: with every holder of this status."),
	BOOL(counts_suspended, "true",
	     "Test relation-all: are holders whose rights are suspended among them?"),
	WORD_OF(declaration, 0, "Test declared: the name of the declaration."),
	REF(body, 0, BODIES, "Test judgement: the body that answers, with reasons."),
	NAMES(applies_to, NEEDED | FULL | ALIKE, POOL(KINDS),
	      "The kinds of party it is asked of; for others it is not applicable."),
	BOOL(enabled, "true", "false: kept in the file but not asked."),
};
const struct shape shape_criterion = RULE_SHAPE("criterion", criterion_fields, P_CRITERIA);
#undef OF

#define OF struct charter_facts
static const struct field facts_fields[] = {
	DURATION(valid_for,
		 "How long an attested fact or relation counts; afterwards it is stale."),
	REFS(challenge_by, NEEDED, STATUSES, "Holders of which status can challenge a fact."),
	CHOICE_OR(while_challenged, challenge_effect, "unknown",
		  "What a challenged fact counts as."),
};
const struct shape shape_facts = RULE_SHAPE("facts", facts_fields, P_OTHERS);
#undef OF

#define OF struct charter_grant
static const struct field grant_fields[] = {
	REF(rule, NEEDED, RULES, "The decision rule."),
	REF(body, NEEDED, BODIES, "The body that decides."),
	REFS(after, 0, BODIES, "Bodies whose proposal is needed first."),
	REF(instrument, 0, TYPES,
	    "The type of instrument that the new holder deposits; without it nothing is deposited."),
};
static const struct shape grant = ROW_SHAPE("decision on a status", grant_fields, P_OTHERS);
#undef OF

#define OF struct charter_withdraw
static const struct field withdraw_fields[] = {
	DURATION(notice, "How long before its end the withdrawal is notified."),
	REF(to, NEEDED, BODIES, "The body that receives the notice."),
	TEXT(duties, 0, "What the leaving party must settle first."),
};
static const struct shape withdraw = ROW_SHAPE("withdrawal", withdraw_fields, P_OTHERS);
#undef OF

#define OF struct charter_status_end
static const struct field status_end_fields[] = {
	RECORD(withdraw, withdraw, NEEDED, "How a holder withdraws."),
	RECORD(annul, grant, NEEDED,
	       "Who ends the status against its holder, and by which rule."),
};
static const struct shape status_end =
	ROW_SHAPE("end of a status", status_end_fields, P_OTHERS);
#undef OF

#define OF struct charter_status
static const struct field status_fields[] = {
	ID("The id of the status."),
	TEXT(text, NEEDED, "How the status is called."),
	NAMES(kinds, NEEDED | FULL | ALIKE, POOL(KINDS),
	      "The kinds of party that can hold it."),
	SET(rights, right, NEEDED, "What its holders may do; nothing else."),
	REFS(criteria, NEEDED, CRITERIA, "All that a party must meet."),
	REFS(criteria_optional, 0, CRITERIA, "Shown in the file, without deciding it."),
	NAME(gate, NULLABLE, POOL(INSTRUMENTS),
	     "The instrument that must be in force before anybody can apply."),
	RECORD_OPT(grant, grant, NEEDED | NULLABLE,
		   "Who grants it; null when the staff enters it in the register."),
	RECORD_OPT(suspend, grant, NULLABLE, "Who suspends it."),
	RECORD_OPT(end, status_end, NULLABLE, "How it ends."),
	INT(sponsor, NULLABLE, "0", 0, 1000, "How many members must support an application."),
};
const struct shape shape_status = RULE_SHAPE("status", status_fields, P_STATUSES);
#undef OF

#define OF struct charter_weight
static const struct field weight_fields[] = {
	NAME(kind, NEEDED, POOL(KINDS), "A kind of party."),
	INT(weight, NEEDED, NULL, 1, 1000000, "How many votes each party of the kind has."),
};
static const struct shape weight = PART_SHAPE("weight", weight_fields);
#undef OF

#define OF struct charter_decision_rule
static const struct field decision_rule_fields[] = {
	ID("The id of the rule."),
	CHOICE(method, decision_method, "How a decision comes about."),
	CHOICE_OR(basis, decision_basis, "entitled", "Of whose votes the threshold is a part."),
	SET(minus, decision_minus, 0, "Who has no voice."),
	BOOL(optout, "false",
	     "Can a party stay out without objecting? The decision then binds the others only."),
	FRACTION(
		quorum, NULL,
		"The part of the parties entitled that must be present; needed unless an office decides."),
	FRACTION(threshold, NULL, "Method majority: the part of the basis that must consent."),
	BOOL(strict, "true",
	     "Method majority: must the votes be more than the threshold? false: reaching it is enough."),
	CHOICE_OR(absent, absent_effect, "not-counted",
		  "What happens when there is a quorum and somebody entitled is absent."),
	CHOICE_OR(votes, vote_weight, "one-per-party", "How many votes a party has."),
	MAP(weights, weight, 0, "Votes by-kind: how many votes each kind of party has."),
	CHOICE_OR(record, decision_record, "positions", "What the record keeps."),
	REF(office, 0, OFFICES, "Method office: the office that decides."),
};
const struct shape shape_decision_rule =
	RULE_SHAPE("decision rule", decision_rule_fields, P_RULES);
#undef OF

#define OF struct charter_silence
static const struct field silence_fields[] = {
	ID("The id of the procedure."),
	REF(start, NEEDED, OFFICES, "The office that can put a text under silence."),
	REF(rule, NEEDED, RULES, "The rule under which the silent count as consenting."),
	DURATION(period, "The usual period, from the last delivery receipt."),
	DURATION(min_period, "The shortest period that the office can set."),
	DURATION_OPT(extend, NULLABLE,
		     "By how much the deadline can move, once; null: it cannot."),
	CHOICE_OR(extend_by, silence_extend, "one-party", "Who can have it extended."),
	CHOICE_OR(announce, silence_announce, "next-meeting", "When an adoption is announced."),
	SET(allowed_for, subject_kind, NEEDED | FULL, "What can be adopted by silence."),
	SET(never_for, subject_kind, NEEDED, "What is never adopted by silence."),
	CHOICE_OR(if_undelivered, undelivered_effect, "hold",
		  "What happens while a party has not been served."),
};
const struct shape shape_silence = RULE_SHAPE("silence procedure", silence_fields, P_OTHERS);
#undef OF

#define OF struct charter_rotation
static const struct field rotation_fields[] = {
	CHOICE(order, party_order, "The order of parties."),
	LANGUAGE("language", language, NEEDED,
		 "The language whose alphabet orders short names."),
	DURATION_OPT(period, 0, "Chairmanship: how long a party has the chair."),
	CHOICE_OR(changes_at, chair_change, "regular-session",
		  "Chairmanship: when the chair changes."),
};
static const struct shape rotation = ROW_SHAPE("rotation", rotation_fields, P_OTHERS);
#undef OF

#define OF struct charter_appoint
static const struct field appoint_fields[] = {
	SAID("by", by_party, appointer,
	     "party: each party appoints its own; then no body and rule."),
	REF(body, 0, BODIES, "The body that appoints."),
	REF(rule, 0, RULES, "The rule by which it appoints."),
};
static const struct shape appoint = ROW_SHAPE("appointment", appoint_fields, P_OTHERS);
#undef OF

#define OF struct charter_office
static const struct field office_fields[] = {
	ID("The id of the office."),
	TEXT(text, NEEDED, "How the office is called."),
	DURATION_OPT(term, NULLABLE, "How long a holder serves; null: no fixed term."),
	BOOL(per_party, "false", "Is there one holder for each party?"),
	RECORD_OPT(rotation, rotation, NULLABLE, "In what order parties name the holder."),
	RECORD_OPT(appoint, appoint, NULLABLE, "Who appoints the holder."),
	{ .key = "holder",
	  .type = F_HOLDER,
	  .offset = offsetof(OF, holder),
	  .of = &vocabulary_office_holder,
	  .pools = POOL(BODIES),
	  .otherwise = "person",
	  .doc = "Who holds an office that nobody is appointed to: a word, or the id of a body." },
	BOOL(acting, "false", "Can there be an acting holder?"),
	WORDS(acting_limits, 0, 0, "What an acting holder cannot do; otherwise it can do all."),
};
const struct shape shape_office = RULE_SHAPE("office", office_fields, P_OFFICES);
#undef OF

#define OF struct charter_chairmanship
static const struct field chairmanship_fields[] = {
	RECORD(rotation, rotation, NEEDED, "The order in which parties take the chair."),
	REFS_IN_ORDER(carries, NEEDED | FULL, BODIES, "The bodies that the same party chairs."),
	BOOL(priorities, "false", "Does the party in the chair file a list of priorities?"),
	SET(skip_if, chair_skip, 0, "Whom the rotation passes over."),
};
const struct shape shape_chairmanship =
	RULE_SHAPE("chairmanship", chairmanship_fields, P_OTHERS);
#undef OF

#define OF struct charter_sessions
static const struct field extraordinary_fields[] = {
	INT(requested_by, 0, "0", 0, 1000,
	    "How many parties can force an extraordinary meeting; 0: none can."),
};
static const struct shape extraordinary =
	PART_SHAPE("extraordinary session", extraordinary_fields);
static const struct field sessions_fields[] = {
	DURATION_OPT(regular, NULLABLE, "How often the body meets; null: not regularly."),
	RECORD_AS("extraordinary", 0, extraordinary, 0, "Meetings between the regular ones."),
};
static const struct shape sessions = ROW_SHAPE("sessions", sessions_fields, P_OTHERS);
#undef OF

#define OF TYPE_OF(struct charter_body, composition)
static const struct field composition_fields[] = {
	TEXT(seat, NEEDED, "Whom each member sends."),
	TEXT(alternate, 0, "Who can stand in for that person."),
	WHOS(with, 0, POOL(BODIES) | POOL(OFFICES), "Bodies and offices that attend by right."),
};
static const struct shape composition = PART_SHAPE("composition", composition_fields);
#undef OF

#define OF struct charter_body_rule
static const struct field body_rule_fields[] = {
	CHOICE(use, rule_use, "What the rule is used for."),
	REF(rule, NEEDED, RULES, "A decision rule."),
};
static const struct shape body_rule = PART_SHAPE("rule of a body", body_rule_fields);
#undef OF

#define OF struct charter_body
static const struct field body_fields[] = {
	ID("The id of the body."),
	TEXT(text, NEEDED, "The official name of the body."),
	{ .key = "aliases",
	  .type = F_WORDS,
	  .each = F_STRING,
	  .offset = AT(aliases, struct charter_strings),
	  .doc = "Other names, by which it is found but never printed." },
	CHOICE(kind, body_kind, "What kind of body it is."),
	PARTIAL(formed, 0, "When it was formed."),
	RECORD(composition, composition, NEEDED, "Who sits in it."),
	MAP(rules, body_rule, NEEDED,
	    "By which rules it decides: default, procedural, limited."),
	RECORD_OPT(sessions, sessions, NEEDED | NULLABLE,
		   "How often it meets; null: as needed."),
	INT(level, NEEDED, NULL, 1, 100, "Its precedence; 1 is the highest."),
	REFS(open_to, NEEDED, STATUSES, "Holders of which statuses can attend its open items."),
	REF(ceiling, NEEDED, CLASSES, "The highest class of documents on its agenda."),
	REFS(channels, NEEDED | FULL, CHANNELS, "The channels it can meet on."),
	REF(reports_to, NEEDED | NULLABLE, BODIES,
	    "The body that its drafts go to next; or null."),
	BOOL(own_partners, "false",
	     "Does it keep a register of partners of its own, apart from all statuses?"),
	TEXTS(does, 0, "What it does, in words."),
};
const struct shape shape_body = RULE_SHAPE("body", body_fields, P_BODIES);
#undef OF

#define OF TYPE_OF(struct charter_meetings, notice)
static const struct field notice_fields[] = {
	DURATION(regular, "Before a regular meeting."),
	DURATION(extraordinary, "Before an extraordinary meeting."),
	DURATION(consultation, "Before a consultation."),
};
static const struct shape notice = PART_SHAPE("notice", notice_fields);
#undef OF

#define OF TYPE_OF(struct charter_meetings, papers)
static const struct field papers_fields[] = {
	DURATION(regular, "Before a regular meeting."),
	DURATION(extraordinary, "Before an extraordinary meeting."),
};
static const struct shape papers = PART_SHAPE("papers", papers_fields);
#undef OF

#define OF TYPE_OF(struct charter_meetings, credentials)
static const struct field credentials_fields[] = {
	REFS(required_for, NEEDED, BODIES, "Bodies in which a delegation needs credentials."),
	WORDS(issued_by, NEEDED | FULL, 0, "Who can sign them."),
	REF(check, NEEDED, BODIES, "The body that checks them."),
};
static const struct shape credentials = PART_SHAPE("credentials", credentials_fields);
#undef OF

#define OF TYPE_OF(struct charter_meetings, precedence)
static const struct field precedence_fields[] = {
	CHOICE(order, party_order,
	       "The order of members at the table, in lists and signatures."),
	LANGUAGE("language", language, NEEDED,
		 "The language whose alphabet orders short names."),
	BOOL(draw_first_seat, "false", "Is the first seat drawn by lot?"),
	REFS_IN_ORDER(guests_after_members, NEEDED, STATUSES,
		      "Statuses of guests, in the order in which they follow the members."),
};
static const struct shape precedence = PART_SHAPE("precedence", precedence_fields);
#undef OF

#define OF TYPE_OF(struct charter_meetings, speaking)
static const struct field speaking_fields[] = {
	INT(default_minutes, NEEDED, NULL, 1, 600, "Minutes for a statement."),
	INT(right_of_reply_minutes, NEEDED, NULL, 1, 600, "Minutes for a reply."),
	CHOICE_OR(order, speaking_order, "list", "In what order the floor is given."),
	BOOL(member_before_guest, "true", "Do members speak before guests?"),
	REF(point_of_order, NEEDED, STATUSES, "Holders of which status can raise one."),
};
static const struct shape speaking = PART_SHAPE("speaking", speaking_fields);
#undef OF

#define OF TYPE_OF(struct charter_meetings, record)
static const struct field record_fields[] = {
	SET(kinds, minutes_kind, NEEDED | FULL, "What the record holds."),
	BOOL(verbatim, "false", "Is everything said taken down?"),
	DURATION(approve_within, "Time for approving the record by silence."),
	CHOICE_OR(corrections_by, corrections_by, "speaking-party",
		  "Who corrects a statement."),
};
static const struct shape record = PART_SHAPE("record", record_fields);
#undef OF

#define OF TYPE_OF(struct charter_meetings, consultations)
static const struct field consultations_fields[] = {
	REFS(request_by, NEEDED, STATUSES, "Holders of which status can ask for one."),
	REFS(may_call, NEEDED, OFFICES, "Offices that can call one."),
	BOOL(out_of_schedule, "true", "Can it be held outside the plan?"),
};
static const struct shape consultations = PART_SHAPE("consultations", consultations_fields);
#undef OF

#define OF struct charter_meetings
static const struct field meetings_fields[] = {
	RECORD(notice, notice, NEEDED, "How long before its opening a meeting is convened."),
	RECORD(papers, papers, NEEDED,
	       "The latest circulation of papers; later ones are late."),
	RECORD(credentials, credentials, NEEDED, "Who needs credentials, from whom."),
	RECORD(precedence, precedence, NEEDED, "The one order kept everywhere."),
	RECORD(speaking, speaking, NEEDED, "The list of speakers."),
	RECORD(record, record, NEEDED, "The record of a meeting."),
	RECORD(consultations, consultations, NEEDED, "Urgent consultations."),
	SET(forms, meeting_form, NEEDED | FULL, "The forms in which meetings are held."),
};
const struct shape shape_meetings = RULE_SHAPE("meetings", meetings_fields, P_OTHERS);
#undef OF
