/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* shape.c: the file as a whole. */
#include "charter/shape_parts.h"

#define OF struct charter
static const struct field constitution_fields[] = {
	RECORD(organisation, shape_organisation, NEEDED, "Who the organisation is."),
	RECORD(languages, shape_languages, NEEDED, "The languages it works in."),
	RECORDS(rights, shape_right, NEEDED | FULL,
		"What each right of the closed vocabulary means here; a status is a set of rights."),
	RECORDS(criteria, shape_criterion, NEEDED, "What a party must meet to hold a status."),
	RECORD(facts, shape_facts, NEEDED, "How long facts count and who can challenge them."),
	RECORDS(statuses, shape_status, NEEDED | FULL,
		"What a party can be: member, partner, observer."),
	RECORDS(decision_rules, shape_decision_rule, NEEDED | FULL,
		"How decisions come about."),
	RECORDS(silence, shape_silence, NEEDED, "Adoption by silence."),
	RECORDS(offices, shape_office, NEEDED | FULL, "Offices and how they are filled."),
	RECORD(chairmanship, shape_chairmanship, NEEDED,
	       "How the chair passes from party to party."),
	RECORDS(bodies, shape_body, NEEDED | FULL, "The bodies."),
	RECORD(meetings, shape_meetings, NEEDED,
	       "How meetings are convened, held and recorded."),
	RECORD(documents, shape_documents, NEEDED, "Classes, kinds and numbers of documents."),
	RECORDS(channels, shape_channel, NEEDED | FULL, "The channels of rooms."),
	RECORDS(instruments, shape_instrument, NEEDED | FULL,
		"Types of treaties and other instruments, and when they enter into force."),
	RECORD(monitoring, shape_monitoring, NEEDED, "The situation picture."),
	RECORD(crisis, shape_crisis, NEEDED, "Crisis levels."),
	RECORD(assistance, shape_assistance, NEEDED, "Assistance between parties."),
	RECORD(forces, shape_forces, NEEDED,
	       "A register of forces or teams; no command system."),
	RECORD(trainings, shape_trainings, NEEDED, "Trainings."),
	RECORD(operations, shape_operations, NEEDED, "Operations: preventive campaigns."),
	RECORD(programmes, shape_programmes, NEEDED,
	       "Programmes, plans, strategies, lists of measures."),
	RECORD(education, shape_education, NEEDED,
	       "Places of training that parties give one another."),
	RECORDS(regimes, shape_regime, NEEDED | FULL,
		"Regimes under which the secretariat works."),
	RECORD(publication, shape_publication, NEEDED, "The public sites."),
	RECORD(budget, shape_budget, NEEDED, "Money."),
	SET(never, prohibition, NEEDED | FULL,
	    "What the product does not do: all six words, in every charter."),
};
const struct shape shape_constitution = PART_SHAPE("constitution", constitution_fields);

static const struct field file_fields[] = {
	INT(comity_charter, NEEDED, NULL, 1, 1, "The version of this format: 1."),
	TEXT(label, 0, "What every reader should know first; shown beside the name."),
	STRING_AS(F_DATE, "as_of", as_of, NEEDED, "The day that the registers describe."),
	RECORD_AS("constitution", 0, shape_constitution, NEEDED,
		  "The rules; changed by the organisation's own decision alone."),
	RECORD(registers, shape_registers, 0,
	       "What the registers begin with; a new version of the rules can come without."),
};
const struct shape shape_file = PART_SHAPE("charter", file_fields);
#undef OF

const struct pool_name pool_names[POOLS] = {
	[P_RIGHTS] = { "right", "rights" },
	[P_KINDS] = { "kind of party", "organisation/party_kinds" },
	[P_LANGUAGES] = { "language", "languages" },
	[P_STATUSES] = { "status", "statuses" },
	[P_CRITERIA] = { "criterion", "criteria" },
	[P_RULES] = { "decision rule", "decision_rules" },
	[P_OFFICES] = { "office", "offices" },
	[P_BODIES] = { "body", "bodies" },
	[P_CLASSES] = { "class", "documents/classes" },
	[P_CHANNELS] = { "channel", "channels" },
	[P_TYPES] = { "type of instrument", "instruments" },
	[P_REGIONS] = { "region", "monitoring/regions" },
	[P_SETS] = { "indicator set", "monitoring/indicator_sets" },
	[P_LEVELS] = { "crisis level", "crisis/levels" },
	[P_TRIGGERS] = { "trigger", "crisis/triggers" },
	[P_FORCE_KINDS] = { "kind of force", "forces/kinds" },
	[P_TRAINING_LEVELS] = { "level of training", "trainings/levels" },
	[P_OPERATION_KINDS] = { "kind of operation", "operations/kinds" },
	[P_PROGRAMME_KINDS] = { "kind of programme", "programmes/kinds" },
	[P_PARTS] = { "part of a programme", "programmes/agreement_parts" },
	[P_TERMS] = { "kind of terms", "education/terms" },
	[P_REGIMES] = { "regime", "regimes" },
	[P_SITES] = { "site", "publication/sites" },
	[P_OTHERS] = { "entry", "" },
	[P_PARTIES] = { "party", "registers/parties" },
	[P_FACILITIES] = { "facility", "registers/facilities" },
	[P_FORCES] = { "force", "registers/forces" },
	[P_SERIES] = { "training series", "registers/training_series" },
	[P_INSTRUMENTS] = { "instrument", "registers/instruments" },
	[P_PROGRAMMES] = { "programme", "registers/programmes" },
};


size_t field_size(const struct field *f)
{
	switch (f->type) {
	case F_TEXTS: return sizeof(struct charter_text);
	case F_WORDS:
	case F_NAMES: return sizeof(const char *);
	case F_REFS: return sizeof(void *);
	case F_WHOS: return sizeof(struct charter_who);
	case F_RECORD:
	case F_RECORD_OPT:
	case F_RECORDS:
	case F_MAP: return ((const struct shape *)f->of)->size;
	default: return 0;
	}
}
