/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Differences in words, and the description of the format. */
#include <string.h>

#include "act/catalogue.h"
#include "act/changes.h"
#include "act/wording.h"
#include "base/buf.h"
#include "base/text.h"
#include "charter/diff.h"
#include "charter/export.h"
#include "charters.h"

#define UNION "charters/union-of-six.yaml"

struct edit {
	const char *find;
	const char *put;
	const char *path;
	const char *words;
};

static const struct edit edits[] = {
	{ "basis: entitled, quorum: \"1/1\", optout: false",
	  "basis: entitled, quorum: \"2/3\", optout: false", "decision_rules/consensus/quorum",
	  "The quorum of consensus changes from 1/1 to 2/3." },
	{ "min_period: PT24H", "min_period: P2D", "silence/written/min_period",
	  "The \"min period\" of written changes from 24 hours to 2 days." },
	{ "notice: P6M", "notice: P1Y6M", "statuses/member/end/withdraw/notice",
	  "The notice of the withdraw of the end of member changes from 6 months to 1 year and 6 "
	  "months." },
	{ "plus: P0D, effective: nth", "plus: P1D, effective: nth",
	  "instruments/treaty/entry_into_force/plus",
	  "The plus of the \"entry into force\" of treaty changes from no time to 1 day." },
	{ "optout: true, votes", "optout: false, votes",
	  "decision_rules/consensus-limited/optout",
	  "The optout of consensus-limited changes from yes to no." },
	{ "sponsor: null", "sponsor: 2", "statuses/partner/sponsor",
	  "The sponsor of partner changes from 0 to 2." },
	{ "gate: third-protocol\n", "gate: null\n", "statuses/partner/gate",
	  "The gate of partner changes from third-protocol to nothing." },
	{ "rights: [docs-open, meeting-attend, event-attend, training-observe, operation-observe]",
	  "rights: [docs-open, meeting-attend, event-attend, training-observe]",
	  "statuses/observer/rights", "The rights of observer lose operation-observe." },
	{ "criteria: [un-member, dipl-all, no-conflict]",
	  "criteria: [un-member, dipl-all, no-conflict, accepts-all]",
	  "statuses/partner/criteria", "The criteria of partner gain accepts-all." },
	{ "ru: \"Партнёр\"", "ru: \"Соучастник\"", "statuses/partner/text/ru",
	  "The text of partner changes in ru from \"Партнёр\" to \"Соучастник\"." },
	{ ", fr: \"Partenaire\"", "", "statuses/partner/text/fr",
	  "The text of partner is taken away in fr: \"Partenaire\"." },
	{ "levels: [normal, watch, heightened, acute]",
	  "levels: [normal, heightened, watch, acute]", "crisis/levels",
	  "The order of the levels of the crisis changes from [normal, watch, heightened, acute] to "
	  "[normal, heightened, watch, acute]." },
	{ "acute: heads}", "acute: secretary-general}", "crisis/decides/acute",
	  "The acute of the decides of the crisis changes from heads to secretary-general." },
	{ "aliases: [\"Ministerial Council\", ", "aliases: [", "bodies/ministers/aliases",
	  "The aliases of ministers lose Ministerial Council." },
	{ "      - {id: beds, level: heightened, set: epidemic, indicator: beds-free, test: "
	  "below-fraction, at_least: 0.15, src: assumed}\n",
	  "", "crisis/triggers/beds", "The trigger beds is removed." },
	{ "  channels:\n",
	  "  channels:\n    - {id: radio, text: \"Radio\", ceiling: open, e2ee: none, "
	  "recording: never, guests: false, src: assumed}\n",
	  "channels/radio",
	  "The channel radio is added: {id: radio, text: {en: Radio}, ceiling: open, e2ee: none, "
	  "recording: never, guests: false, src: [assumed]}" },
	{ "extend: PT48H, ", "extend: null, ", "silence/written/extend",
	  "The extend of written changes from 48 hours to nothing." },
	{ "suspend: {rule: consensus-minus-one, body: heads}\n", "suspend: null\n",
	  "statuses/member/suspend", "The decision on a status of member is removed." },
	{ "contributions: null, shares: null",
	  "contributions: {period: P1Y, method: shares}, shares: {state: 0.1}",
	  "budget/contributions",
	  "The rule of contributions of the budget is added: {period: P1Y, method: shares}" },
	{ "record: positions, src: assumed}\n    - {id: consensus-limited",
	  "record: positions, src: \"article:charter-2002/9\"}\n    - {id: consensus-limited",
	  "decision_rules/consensus/src", "The sources of consensus lose assumed." },
};


static struct charter *edit(const char *file, const char *find, const char *put)
{
	char *text = t_slurp(file, NULL), *at = strstr(text, find);
	struct charter *c;
	struct buf b;

	ck_assert_msg(at, "\"%s\" is not in the file", find);
	buf_init(&b, 0);
	buf_add(&b, text, (size_t)(at - text));
	buf_str(&b, put);
	buf_str(&b, at + strlen(find));
	c = t_charter_text(b.data, b.len, put);
	buf_clear(&b);
	free(text);

	return c;
}


T(a_change_is_told_in_words)
{
	struct charter *before = t_charter(UNION);
	struct arena *memory = arena_new(4096);
	struct wording w;
	size_t wrong = 0;

	wording_init(&w, memory, "en");
	for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
		struct charter *after = edit(UNION, edits[i].find, edits[i].put);
		struct charter_diff d;
		bool found = false;

		charter_diff(&d, memory, before, after);
		charter_each (change, d.changes) {
			found = found || (text_eq(change->path, edits[i].path) &&
					  text_eq(change_words(&w, change), edits[i].words));
		}
		if (!found && d.changes.count)
			(void)fprintf(stderr, "want %s: %s\ngot  %s: %s\n", edits[i].path,
				      edits[i].words, d.changes.at[0].path,
				      change_words(&w, &d.changes.at[0]));
		wrong += !found;
		charter_free(after);
	}
	ck_assert_msg(!wrong, "%zu changes are not told as they should be", wrong);
	arena_free(memory);
	charter_free(before);
}


static void told(const char *lang, const struct edit *e, const char *words)
{
	struct charter *before = t_charter(UNION), *after = edit(UNION, e->find, e->put);
	struct arena *memory = arena_new(4096);
	struct charter_diff d;
	const char *said = NULL;
	struct wording w;

	wording_init(&w, memory, lang);
	charter_diff(&d, memory, before, after);
	charter_each (change, d.changes) {
		if (text_eq(change->path, e->path))
			said = change_words(&w, change);
	}
	T_STR(words, said);
	arena_free(memory);
	charter_free(before);
	charter_free(after);
}


T(it_is_told_in_russian_and_french)
{
	/* By the place of the edit above. */
	static const struct {
		int edit;
		const char *ru, *fr;
	} cases[] = {
		{ 0, "Правила принятия решений › consensus › кворум: прежде 1/1, теперь 2/3.",
		  "Règles de décision › consensus › quorum : auparavant 1/1, désormais 2/3." },
		{ 2,
		  "Статусы › Государство-член › Прекращение › Выход › срок уведомления: прежде "
		  "6 месяцев, теперь 1 год и 6 месяцев.",
		  "Statuts › Membre › Fin › Retrait › préavis : auparavant 6 mois, désormais 1 an "
		  "et 6 mois." },
		{ 4,
		  "Правила принятия решений › consensus-limited › можно не участвовать: прежде да, "
		  "теперь нет.",
		  "Règles de décision › consensus-limited › peut s'abstenir d'y être liée : "
		  "auparavant oui, désormais non." },
		{ 6,
		  "Статусы › Партнёр › Условие открытия: прежде third-protocol, теперь не задано.",
		  "Statuts › Partenaire › Condition d'ouverture : auparavant third-protocol, "
		  "désormais non fixé." },
		{ 7, "Статусы › Наблюдатель › Права: исключено «operation-observe».",
		  "Statuts › Observateur › Droits : retrait de « operation-observe »." },
		{ 8, "Статусы › Партнёр › Критерии: добавлено «accepts-all».",
		  "Statuts › Partenaire › Critères : ajout de « accepts-all »." },
		{ 9,
		  "Статусы › Партнёр › текст, на языке ru: прежде «Партнёр», теперь «Соучастник».",
		  "Statuts › Partenaire › texte, en langue ru : auparavant « Партнёр », désormais "
		  "« Соучастник »." },
		{ 11,
		  "Кризис › уровни: порядок прежде [normal, watch, heightened, acute], теперь "
		  "[normal, heightened, watch, acute].",
		  "Crise › niveaux : l’ordre était [normal, watch, heightened, acute], il est "
		  "désormais [normal, heightened, watch, acute]." },
		{ 14, "Кризис › условия › beds: исключается.",
		  "Crise › déclencheurs › beds : supprimé." },
		{ 18, "Бюджет › взносы: появляется: {period: P1Y, method: shares}",
		  "Budget › contributions : ajouté : {period: P1Y, method: shares}" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		told("ru", &edits[cases[i].edit], cases[i].ru);
		told("fr", &edits[cases[i].edit], cases[i].fr);
	}
}


T(units_are_counted_as_the_language_counts)
{
	static const struct {
		const char *lang;
		int64_t n;
		const char *words;
	} cases[] = {
		{ "en", 1, "1 day" },	 { "en", 2, "2 days" },
		{ "en", 21, "21 days" }, { "ru", 1, "1 день" },
		{ "ru", 2, "2 дня" },	 { "ru", 5, "5 дней" },
		{ "ru", 11, "11 дней" }, { "ru", 21, "21 день" },
		{ "ru", 22, "22 дня" },	 { "ru", 112, "112 дней" },
		{ "fr", 0, "0 jour" },	 { "fr", 1, "1 jour" },
		{ "fr", 2, "2 jours" },	 { "fr", 1000000, "1 000 000 jours" },
	};
	struct arena *memory = arena_new(4096);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct wording w;

		wording_init(&w, memory, cases[i].lang);
		T_STR(cases[i].words, wording_count(&w, "change.day", cases[i].n));
	}
	arena_free(memory);
}


static void named_in_all(const struct charter_schema_key *key, void *arg)
{
	static const char *const langs[] = { "en", "ru", "fr" };
	size_t *missing = arg;
	char word[80];

	if (strncmp(key->path, "constitution/", 13) != 0)
		return;
	(void)snprintf(word, sizeof(word), "word.%s", key->key);
	for (size_t i = 0; i < ARRAY_LEN(langs); i++)
		if (!catalogue_text(word, langs[i])) {
			(void)fprintf(stderr, "%s has no %s\n", langs[i], word);
			++*missing;
		}
}


T(every_key_of_the_rules_has_a_name_in_all_languages)
{
	size_t missing = 0;

	charter_schema_each(named_in_all, &missing);
	ck_assert_uint_eq(missing, 0);
}


T(a_change_has_its_values_and_its_rule)
{
	struct charter *before = t_charter(UNION);
	struct charter *after = edit(UNION, edits[0].find, edits[0].put);
	struct arena *memory = arena_new(4096);
	struct charter_diff d;

	charter_diff(&d, memory, before, after);
	ck_assert_uint_eq(d.changes.count, 1);
	ck_assert_int_eq(d.changes.at[0].kind, CHANGE_VALUE);
	T_STR("1/1", d.changes.at[0].from);
	T_STR("2/3", d.changes.at[0].to);
	ck_assert_ptr_eq(d.changes.at[0].origin, &charter_rule(after, "consensus")->origin);
	arena_free(memory);
	charter_free(before);
	charter_free(after);
}


T(registers_are_not_compared_and_equal_rules_do_not_differ)
{
	static const char *const same[][2] = {
		{ "code: \"XO\"", "code: \"XZ\"" },
		{ "period: PT72H", "period: PT71H60M" },
		{ "open_to: [partner, observer]", "open_to: [observer, partner]" },
		{ "as_of: \"2020-05-15\"", "as_of: \"2020-05-16\"" },
	};
	struct charter *before = t_charter(UNION);
	struct arena *memory = arena_new(4096);

	for (size_t i = 0; i < ARRAY_LEN(same); i++) {
		struct charter *after = edit(UNION, same[i][0], same[i][1]);
		struct charter_diff d;

		charter_diff(&d, memory, before, after);
		ck_assert_msg(d.changes.count == 0, "%s", same[i][1]);
		ck_assert(text_eq(before->hash, after->hash));
		charter_free(after);
	}
	arena_free(memory);
	charter_free(before);
}


/* The hash and the list of differences agree about any two charters. */
T(two_hashes_differ_if_and_only_if_something_is_told)
{
	struct charter *before = t_charter(UNION);
	struct arena *memory = arena_new(4096);

	for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
		struct charter *after = edit(UNION, edits[i].find, edits[i].put);
		struct charter_diff there, back;

		charter_diff(&there, memory, before, after);
		charter_diff(&back, memory, after, before);
		ck_assert(there.changes.count > 0 && back.changes.count == there.changes.count);
		ck_assert(!text_eq(before->hash, after->hash));
		charter_free(after);
	}
	arena_free(memory);
	charter_free(before);
}


/* Ours may know of more events; those of theirs are there, on the same day and as far. */
static void events_are_kept(const struct charter *theirs, const struct charter *ours)
{
	charter_each (t, theirs->registers.calendar) {
		bool kept = false;

		charter_each (o, ours->registers.calendar)
			kept = kept || (text_eq(o->id, t->id) && text_eq(o->date, t->date) &&
					o->state == t->state && text_eq(o->was, t->was) &&
					o->confirmed_by.count == t->confirmed_by.count);
		ck_assert_msg(kept, "registers/calendar/%s", t->id);
	}
}


static void programmes_are_kept(const struct charter *theirs, const struct charter *ours)
{
	charter_each (t, theirs->registers.programmes) {
		bool kept = false;

		charter_each (o, ours->registers.programmes)
			kept = kept || (text_eq(o->id, t->id) && o->state == t->state &&
					text_eq(o->by, t->by));
		ck_assert_msg(kept, "registers/programmes/%s", t->id);
	}
}


/* Only wordings were added to the rules, and nothing else is another. */
T(the_shipped_alliance_says_what_the_given_one_says)
{
	const char *path = t_shared("charter/collective-security-2020.yaml");
	struct charter *theirs, *ours;
	struct arena *memory;
	struct charter_diff d;
	struct wording w;

	if (!path)
		T_SKIP("there is no ../shared/charter");
	memory = arena_new(4096);
	theirs = t_charter(path);
	ours = t_charter("charters/collective-security-2020.yaml");
	wording_init(&w, memory, "en");
	charter_diff(&d, memory, theirs, ours);
	charter_each (change, d.changes) {
		bool ru = strstr(change->path, "/ru") && change->kind == CHANGE_ADDED;

		ck_assert_msg(ru || text_eq(change->path, "bodies/pc/does"), "%s: %s",
			      change->path, change_words(&w, change));
	}
	ck_assert_uint_eq(theirs->registers.trainings.count, ours->registers.trainings.count);
	events_are_kept(theirs, ours);
	programmes_are_kept(theirs, ours);
	arena_free(memory);
	charter_free(theirs);
	charter_free(ours);
}


struct mentioned {
	const char *doc;
	size_t keys, missing;
};


static void mention(const struct charter_schema_key *key, void *arg)
{
	struct mentioned *m = arg;
	char quoted[80];

	(void)snprintf(quoted, sizeof(quoted), "`%s`", key->key);
	m->keys++;
	if (strstr(m->doc, quoted) && strchr(".?", key->doc[strlen(key->doc) - 1]))
		return;
	(void)fprintf(stderr, "docs/charter.md does not mention %s\n", key->path);
	m->missing++;
}


T(every_key_of_the_format_is_documented)
{
	char *doc = t_slurp("docs/charter.md", NULL);
	struct mentioned m = { doc, 0, 0 };

	charter_schema_each(mention, &m);
	ck_assert_uint_gt(m.keys, 400);
	ck_assert_uint_eq(m.missing, 0);
	free(doc);
}


static size_t words_missing(const char *doc, const struct vocabulary *v)
{
	size_t missing = 0;
	char quoted[80];

	for (int i = 0; i < v->count; i++) {
		(void)snprintf(quoted, sizeof(quoted), "`%s`", v->words[i].word);
		missing += strstr(doc, quoted) == NULL;
		ck_assert_int_eq(vocabulary_find(v, v->words[i].word), i);
		T_STR(v->words[i].word, vocabulary_word(v, i));
	}
	ck_assert_int_eq(vocabulary_find(v, "no such word"), -1);
	ck_assert_int_eq(vocabulary_find(v, NULL), -1);
	T_STR("?", vocabulary_word(v, v->count));

	return missing;
}


T(every_word_of_the_vocabularies_is_documented)
{
	char *doc = t_slurp("docs/charter.md", NULL);
	size_t missing = 0;

#define VOCABULARY(tag, PREFIX, what) missing += words_missing(doc, &vocabulary_##tag);
#define WORD(PREFIX, NAME, word, doc)
#define END_VOCABULARY(tag, PREFIX)
#include "charter/words.def"
#undef VOCABULARY
#undef WORD
#undef END_VOCABULARY
	ck_assert_uint_eq(missing, 0);
	ck_assert_int_eq(RIGHT_WORDS, 24);
	free(doc);
}


T(the_schema_is_printed_whole)
{
	struct buf b;

	buf_init(&b, 0);
	charter_schema(&b);
	ck_assert_int_eq(b.err, 0);
	ck_assert_ptr_nonnull(strstr(b.data, "counts_suspended"));
	ck_assert_ptr_nonnull(strstr(b.data, "crisis_level"));
	ck_assert_ptr_nonnull(strstr(b.data, "social-scoring"));
	buf_clear(&b);
}

T_MAIN("diff", C(a_change_is_told_in_words), C(it_is_told_in_russian_and_french),
       C(units_are_counted_as_the_language_counts),
       C(every_key_of_the_rules_has_a_name_in_all_languages),
       C(a_change_has_its_values_and_its_rule),
       C(registers_are_not_compared_and_equal_rules_do_not_differ),
       C(two_hashes_differ_if_and_only_if_something_is_told),
       C(the_shipped_alliance_says_what_the_given_one_says),
       C(every_key_of_the_format_is_documented),
       C(every_word_of_the_vocabularies_is_documented), C(the_schema_is_printed_whole))
