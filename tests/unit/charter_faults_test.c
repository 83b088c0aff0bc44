/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What is wrong with a charter, and where: each row edits a good charter and says what must be
 * complained about.  In the new text @ marks the place; it is taken out before loading.
 */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "charters.h"

#define UNION	"charters/union-of-six.yaml"
#define COMPACT "charters/three-shores.yaml"

struct fault_row {
	const char *find; /* stands once in the file, or the first time counts */
	const char *put;
	const char *path;
	const char *text; /* a part of the complaint */
	const char *file; /* NULL: the union */
	size_t more;	  /* further errors that follow from it */
};

/* The faults planted by the reference checker's own test. */
static const struct fault_row reference[] = {
	{ "grant: {rule: consensus, body: heads, instrument",
	  "grant: {rule: @consent, body: heads, instrument", "statuses/member/grant/rule",
	  "there is no decision rule \"consent\" in decision_rules", NULL, 0 },
	{ "kinds: [state]\n", "kinds: [@city]\n", "statuses/member/kinds/0",
	  "there is no kind of party \"city\" in organisation/party_kinds; there is: state, organisation",
	  NULL, 99 },
	{ "suspend: {rule: consensus-minus-one, body: heads}",
	  "suspend: {rule: consensus-minus-one, body: @head}", "statuses/member/suspend/body",
	  "there is no body \"head\" in bodies; did you mean \"heads\"?", NULL, 0 },
	{ "with: member, applies_to", "with: @members, applies_to", "criteria/dipl-all/with",
	  "there is no status \"members\" in statuses; did you mean \"member\"?", NULL, 0 },
	{ "{party: al, act: ratified", "{party: @ol, act: ratified",
	  "registers/instruments/third-protocol/ledger/0/party",
	  "\"ol\" has not signed \"third-protocol\"", NULL, 0 },
	{ "basis: entitled, quorum: \"1/1\", optout: false",
	  "basis: entitled, quorum: @\"3/2\", optout: false", "decision_rules/consensus/quorum",
	  "\"3/2\" is not a fraction", NULL, 1 },
	{ "cadence: P1D\n", "cadence: P1D\n    @cadence: P2D\n", "monitoring/cadence",
	  "duplicate key \"cadence\"", NULL, 0 },
	{ "gate: third-protocol", "gate: @third-protocl", "statuses/partner/gate",
	  "there is no instrument \"third-protocl\" in registers/instruments; did you mean "
	  "\"third-protocol\"?",
	  NULL, 0 },
	{ "never_for: [amendment, status, operation",
	  "never_for: @[amendment, status, agenda, operation", "silence/written/never_for",
	  "\"agenda\" is both in allowed_for and in never_for", NULL, 0 },
	{ "{id: low, rank: 1,", "{id: low, rank: @9,", "documents/classes/low/rank",
	  "leaves a gap: 5 classes have the ranks 0 to 4", NULL, 1 },
	{ "out_of_schedule: true, state: closed",
	  "out_of_schedule: true, @on: true, state: closed",
	  "registers/calendar/med-consult-2020-04/on",
	  "other readers of YAML take it for a truth value", NULL, 0 },
};

static const struct fault_row own[] = {
	/* What is written. */
	{ "pivot: ru", "pivot: ru@: no", "", "this is not YAML", NULL, 0 },
	{ "  facts: {", "  facts: @&anchor {", "", "anchors (&) and aliases (*)", NULL, 0 },
	{ "id: crc\n", "id: @!!str crc\n", "", "tags (!)", NULL, 0 },
	{ "comity_charter: 1\n", "comity_charter: 1\n---\n", "", "one document only", NULL, 0 },
	{ "standby: true\n", "standby: @yes\n", "assistance/standby",
	  "\"yes\" is not true or false", NULL, 0 },
	{ "standby: true\n", "standby:@\n", "assistance/standby", "there is no value", NULL,
	  0 },
	{ "standby: true\n", "standby: @[true]\n", "assistance/standby", "not a list", NULL,
	  0 },
	{ "  facts: {valid_for: P12M, ", "  facts: @{", "facts/valid_for",
	  "the key \"valid_for\" is missing: a duration", NULL, 0 },
	{ "quorum: \"2/3\", optout: false, votes: one-per-party, record: count",
	  "@quorm: \"2/3\", optout: false, votes: one-per-party, record: count",
	  "decision_rules/procedural/quorm",
	  "unknown key \"quorm\" in a decision rule; did you mean \"quorum\"?", NULL, 1 },
	{ "priorities: true\n", "priorities: true\n    @colour: red\n", "chairmanship/colour",
	  "unknown key \"colour\" in a chairmanship; allowed: rotation, carries", NULL, 0 },
	{ "reports_to: heads\n      src: assumed\n    - id: defence-council",
	  "reports_to: heads\n      src: @guessed\n    - id: defence-council",
	  "bodies/ministers/src", "a source is \"assumed\"", NULL, 0 },
	{ "src: assumed\n\n  # Russian is",
	  "src: @\"article:charter-2000/4\"\n\n  # Russian is",
	  "organisation/purposes/political-means-first/src",
	  "there is no instrument \"charter-2000\"", NULL, 0 },
	{ "timezone: \"Europe/Vienna\"", "timezone: @\"Europe/Wien\"",
	  "organisation/seat/timezone", "is not a time zone", NULL, 0 },
	{ "as_of: \"2020-05-15\"", "as_of: @\"2021-02-29\"", "as_of", "is not a date", NULL,
	  0 },
	{ "from: \"1993\", src", "from: @\"1993-13\", src",
	  "registers/parties/bi/statuses/0/from", "\"1993-13\" is not a date", NULL, 0 },
	{ "cadence: P1D", "cadence: @1D", "monitoring/cadence", "\"1D\" is not a duration",
	  NULL, 1 },
	{ "due: \"06:00Z\"", "due: @\"24:00Z\"", "monitoring/due", "is not a time of day", NULL,
	  0 },
	{ "anniversary: \"04-18\"", "anniversary: @\"02-30\"", "organisation/anniversary",
	  "is not a day of the year", NULL, 0 },
	{ "working: [ru, en, fr]", "working: [ru, en, fr, @xx]", "languages/working/3",
	  "\"xx\" is not a language", NULL, 0 },
	{ "fr: \"Union des Six\"}", "@de: \"Sechserbund\"}", "organisation/name/de",
	  "\"de\" is not among the languages of this charter", NULL, 0 },
	{ "name: {en: \"Union of Six\", ", "name: @{", "organisation/name",
	  "the wording in the default language \"en\" is missing", NULL, 0 },
	{ "language: ru, draw_first_seat", "language: @es, draw_first_seat",
	  "meetings/precedence/language", "\"es\" is not among the languages", NULL, 0 },
	{ "extend_by: one-party", "extend_by: @one-member", "silence/written/extend_by",
	  "is not a word for who can have a silence extended, once; allowed: one-party, chair",
	  NULL, 0 },
	{ "rights: [docs-open, meeting-attend, event-attend, training-observe, operation-observe]",
	  "rights: [docs-open, @meeting-atend, event-attend, training-observe, operation-observe]",
	  "statuses/observer/rights/1", "did you mean \"meeting-attend\"?", NULL, 99 },
	{ "id: ministers\n", "id: @Ministers\n", "bodies/Ministers/id", "is not an id", NULL,
	  99 },
	{ "  - id: crc\n", "  - id: @heads\n", "bodies/heads/id",
	  "the id \"heads\" stands in line", NULL, 99 },
	{ "rank: 2, mark", "rank: @-1, mark", "documents/classes/mid/rank",
	  "is not a whole number from 0 to 99", NULL, 99 },
	{ "symbol: \"{body}/{year}", "symbol: @\"{bodies}/{year}", "documents/symbol",
	  "is not a pattern", NULL, 0 },
	{ "per_year: [6, 8]", "per_year: @[8, 6]", "trainings/plan_year/per_year",
	  "the second number is less than the first", NULL, 0 },
	{ "lifecycle: [quota, offered,", "lifecycle: [offered, @quota,",
	  "education/lifecycle/1", "\"quota\" comes before \"offered\"", NULL, 0 },
	{ "open_to: [partner, observer]", "open_to: [partner, @partner]",
	  "bodies/heads/open_to/1", "stands in this list already", NULL, 0 },
	{ "never: [targeting, person-tracking,", "never: @[person-tracking,", "never",
	  "\"targeting\" is missing", NULL, 0 },
	{ "never: [targets, positions,", "never: @[targets,", "forces/never",
	  "\"positions\" is missing", NULL, 0 },
	/* What does not hold together. */
	{ "meeting-attend, meeting-speak, meeting-propose, meeting-decide,",
	  "meeting-speak, meeting-propose, meeting-decide,", "statuses/member/rights",
	  "the right \"meeting-decide\" needs the right \"meeting-attend\" beside it", NULL,
	  2 },
	{ "- {id: chair, text: {en: \"take the chair",
	  "- {id: @chairs, text: {en: \"take the chair", "rights/chairs/id",
	  "did you mean \"chair\"?", NULL, 99 },
	{ "fact: armed-conflict, is: false, ", "", "criteria/no-conflict",
	  "a criterion tested by \"fact\" needs the key \"fact\"", NULL, 0 },
	{ "test: judgement, body: heads", "test: judgement, fact: @un-member, body: heads",
	  "criteria/shares-aims/fact", "\"fact\" belongs to the test \"fact\"", NULL, 0 },
	{ "threshold: \"1/2\", quorum", "quorum", "decision_rules/procedural",
	  "a majority needs a threshold", NULL, 0 },
	{ "threshold: \"1/2\", quorum", "threshold: @\"1/1\", quorum",
	  "decision_rules/procedural/threshold", "nothing is ever more than all", NULL, 0 },
	{ "method: office, office: host", "method: office, quorum: @\"1/2\", office: host",
	  "decision_rules/host-decides/quorum", "says nothing where one office decides", NULL,
	  0 },
	{ "method: office, office: host", "method: office", "decision_rules/host-decides",
	  "the method \"office\" needs the key \"office\"", NULL, 0 },
	{ "weights: {city: 2, hospital: 1}", "weights: @{city: 2}",
	  "decision_rules/simple/weights", "there is no weight for \"hospital\"", COMPACT, 0 },
	{ "votes: by-kind\n", "votes: one-per-party\n", "decision_rules/simple/weights",
	  "weights are used with \"votes: by-kind\" only", COMPACT, 0 },
	{ "period: PT72H, min_period: PT24H", "period: @PT12H, min_period: PT24H",
	  "silence/written/period", "shorter than min_period", NULL, 0 },
	{ "start: chair, rule: consensus,", "start: chair, rule: @consensus-minus-one,",
	  "silence/written/rule", "leaves out the party it is about", NULL, 0 },
	{ "reports_to: null\n      src: assumed\n    - id: ministers",
	  "reports_to: @crc\n      src: assumed\n    - id: ministers",
	  "bodies/heads/reports_to", "\"heads\" lies on a circle", NULL, 1 },
	{ "rules: {default: consensus, procedural: procedural, limited: consensus-limited}",
	  "rules: @{procedural: procedural, limited: consensus-limited}", "bodies/heads/rules",
	  "at least a \"default\"", NULL, 0 },
	{ "holder: chairing-party, acting", "acting", "offices/chair",
	  "nobody holds the office", NULL, 0 },
	{ "ceiling: high, e2ee: required", "ceiling: @top, e2ee: required",
	  "channels/secure/ceiling", "never in the system", NULL, 0 },
	{ "ceiling: open, e2ee: optional", "ceiling: low, e2ee: @optional",
	  "channels/ordinary/e2ee", "needs encryption from end to end", NULL, 0 },
	{ "method: n-of, count: 3, of", "method: n-of, of",
	  "instruments/treaty/entry_into_force/count",
	  "the method \"n-of\" needs the key \"count\"", NULL, 0 },
	{ "plus: P0D, effective: last-deposit", "plus: @PT24H, effective: last-deposit",
	  "instruments/amendment/entry_into_force/plus", "a delay is in days", NULL, 0 },
	{ "effective: last-deposit", "effective: @deposit",
	  "instruments/amendment/entry_into_force/effective", "is \"last-deposit\"", NULL, 0 },
	{ "late_after: PT6H", "late_after: PT48H", "monitoring/missing_after",
	  "missing before it is late", NULL, 0 },
	{ "indicator: beds-free, test", "indicator: @beds, test",
	  "crisis/triggers/beds/indicator", "the set \"epidemic\" has no indicator \"beds\"",
	  NULL, 0 },
	{ "decides: {watch: duty-officer, heightened", "decides: @{heightened",
	  "crisis/decides", "the level \"watch\" is missing", NULL, 0 },
	{ "draft_due: {watch: PT72H,", "draft_due: {@wach: PT72H,", "crisis/draft_due/wach",
	  "did you mean \"watch\"?", NULL, 1 },
	{ "asks: one, answers: one", "asks: one, answers: @many",
	  "assistance/modes/bilateral/answers", "one party that is asked gives one answer",
	  NULL, 0 },
	{ "blocks: {meeting_forms: [in-person, mixed], travel: true, premises: [secretariat",
	  "blocks: {meeting_forms: [in-person, mixed], travel: true, premises: [@secretary",
	  "regimes/special-health/blocks/premises/0",
	  "there is no body or facility \"secretary\" in bodies and registers/facilities", NULL,
	  0 },
	/* Registers. */
	{ "{status: member, from: \"2006-08-16\"", "{status: member, from: @\"1998-08-16\"",
	  "registers/parties/ol/statuses/1/from", "the period overlaps with the one in line",
	  NULL, 0 },
	{ "suspended: [{from: \"2023-01-01\"", "suspended: [{from: @\"2018-01-01\"",
	  "registers/parties/bellerive/statuses/0/suspended/0/from",
	  "outside the period of its status", COMPACT, 0 },
	{ "kind: organisation, name: {en: \"International Relief",
	  "kind: @hospital, name: {en: \"International Relief", "registers/parties/relief/kind",
	  "there is no kind of party \"hospital\"", NULL, 1 },
	{ "from: \"2018-11\", to: \"2019-12-31\", acting",
	  "from: @\"2018-11\", to: \"2020-01-01\", acting", "registers/holders/1/from",
	  "has another holder at the same time", NULL, 0 },
	{ "form: video, channel: secure, date", "form: video, channel: @telephone, date",
	  "registers/calendar/med-consult-2020-04/channel",
	  "\"medical-heads\" does not meet on the channel \"telephone\"", NULL, 0 },
	{ "date: null, state: postponed, reason: health-threat, src: assumed}\n    - {id: ceremony",
	  "date: null, state: postponed, src: assumed}\n    - {id: ceremony",
	  "registers/calendar/visit-ce-2020", "needs a reason", NULL, 0 },
	{ "date: \"2020-04-17\"", "date: @\"2018-04-17\"",
	  "registers/instruments/third-protocol/ledger/2/date",
	  "before the signature (2018-11-08)", NULL, 0 },
	{ "of: shared-shield, src: assumed}\n    - {id: frontier",
	  "of: @search, src: assumed}\n    - {id: frontier",
	  "registers/training_series/interaction/of", "is no umbrella", NULL, 0 },
	{ "body_partners: [{body: assembly, party: ni}",
	  "body_partners: [{body: @heads, party: ni}", "registers/body_partners/0/body",
	  "keeps no partners of its own", NULL, 0 },
	{ "state: planned, lead: drug-council", "state: @planed, lead: drug-council",
	  "registers/operations/clear-water/state", "did you mean \"planned\"?", NULL, 0 },
	{ "regime: {current: special-health", "regime: {current: @special",
	  "registers/regime/current", "there is: normal, special-health", NULL, 0 },
};


/* The edited file; *line and *col get the place of the mark, 0 when there is none. */
static char *edited(const struct fault_row *row, size_t *len, int *line, int *col)
{
	char *text = t_slurp(row->file ? row->file : UNION, NULL);
	char *at = strstr(text, row->find);
	struct buf b;

	ck_assert_msg(at, "\"%s\" is not in the file", row->find);
	buf_init(&b, 0);
	buf_add(&b, text, (size_t)(at - text));
	buf_str(&b, row->put);
	buf_str(&b, at + strlen(row->find));
	free(text);
	text = buf_take(&b, len);
	buf_clear(&b);
	at = strchr(text + 0, '@');
	*line = *col = 0;
	if (!at)
		return text;
	*line = *col = 1;
	for (const char *p = text; p < at; p++) {
		*col += ((unsigned char)*p & 0xc0) != 0x80;
		if (*p == '\n') {
			++*line;
			*col = 1;
		}
	}
	memmove(at, at + 1, strlen(at));
	--*len;

	return text;
}


static bool fits(const struct fault_row *row, const struct fault *f, int line, int col)
{
	return strstr(f->text, row->text) && (!row->path || text_eq(f->path, row->path)) &&
	       (!line || (f->line == line && (!row->path || f->col == col)));
}


static bool refused(const struct fault_row *row)
{
	struct charter_report r;
	struct charter *c = NULL;
	int line, col;
	size_t len = 0;
	char *text = edited(row, &len, &line, &col);
	bool found = false;

	charter_report_init(&r);
	ck_assert_msg(charter_load(&c, &r, text, len) == E_SYNTAX, "\"%s\" loads", row->put);
	for (size_t i = 0; i < r.errors.count; i++)
		found = found || fits(row, &r.errors.at[i], line, col);
	found = found && (row->more >= 99 || r.errors.count <= row->more + 1);
	if (!found)
		(void)fprintf(stderr, "%s\n  want %d:%d: %s: %s (%zu)\n", row->put, line, col,
			      row->path ? row->path : "?", row->text, row->more + 1);
	for (size_t i = 0; !found && i < r.errors.count && i < 5; i++)
		(void)fprintf(stderr, "  got  %d:%d: %s: %s\n", r.errors.at[i].line,
			      r.errors.at[i].col, r.errors.at[i].path, r.errors.at[i].text);
	charter_report_clear(&r);
	free(text);

	return found;
}


static void all_refused(const struct fault_row *rows, size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++)
		wrong += !refused(&rows[i]);
	ck_assert_msg(!wrong, "%zu of %zu faults are not reported as they should be", wrong,
		      count);
}


T(the_faults_of_the_reference_are_found)
{
	ck_assert_uint_eq(ARRAY_LEN(reference), 11);
	all_refused(reference, ARRAY_LEN(reference));
}


T(other_faults_are_found_at_their_place)
{
	ck_assert_uint_ge(ARRAY_LEN(own), 60);
	all_refused(own, ARRAY_LEN(own));
}

T_MAIN("faults", C(the_faults_of_the_reference_are_found),
       C(other_faults_are_found_at_their_place))
