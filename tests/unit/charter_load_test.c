/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/text.h"
#include "charter/export.h"
#include "charters.h"

#define UNION "charters/union-of-six.yaml"

static const char *const shipped[] = { UNION, "charters/collective-security-2020.yaml",
				       "charters/three-shores.yaml" };
static const char *const given[] = { "charter/collective-security-2020.yaml",
				     "charter/three-shores.yaml" };


/* The text with the first `find` replaced; freed by the caller. */
static char *with(const char *text, const char *find, const char *put)
{
	const char *at = strstr(text, find);
	struct buf b;
	char *out;

	ck_assert_msg(at, "\"%s\" is not in the file", find);
	buf_init(&b, 0);
	buf_add(&b, text, (size_t)(at - text));
	buf_str(&b, put);
	buf_str(&b, at + strlen(find));
	out = buf_take(&b, NULL);
	buf_clear(&b);

	return out;
}


static struct charter *changed(const char *find, const char *put)
{
	char *text = t_slurp(UNION, NULL);
	char *other = with(text, find, put);
	struct charter *c = t_charter_text(other, strlen(other), put);

	free(text);
	free(other);

	return c;
}


/* How many errors there are, and the first of them. */
static size_t errors(const char *text, size_t len, struct fault *first)
{
	struct charter_report r;
	struct charter *c = NULL;
	size_t count;

	charter_report_init(&r);
	if (charter_load(&c, &r, text, len) == 0)
		ck_assert_uint_eq(r.errors.count, 0);
	count = r.errors.count + r.errors.dropped;
	if (count)
		*first = r.errors.at[0];
	charter_report_clear(&r);
	charter_free(c);

	return count;
}


static void round_trip(const char *path)
{
	struct charter *c = t_charter(path), *again;
	struct buf b;

	buf_init(&b, 0);
	charter_export(&b, c);
	again = t_charter_text(b.data, b.len, path);
	T_STR(c->hash, again->hash);
	T_STR(c->whole_hash, again->whole_hash);
	ck_assert_uint_eq(strlen(c->hash), 64);
	ck_assert(!text_eq(c->hash, c->whole_hash));
	buf_clear(&b);
	charter_free(c);
	charter_free(again);
}


T(what_is_exported_loads_to_the_same_hash)
{
	for (size_t i = 0; i < ARRAY_LEN(shipped); i++)
		round_trip(shipped[i]);
	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		if (t_shared(given[i]))
			round_trip(t_shared(given[i]));
}


T(the_union_has_nothing_to_complain_about)
{
	size_t len = 0;
	char *text = t_slurp(UNION, &len);
	struct charter_report r;
	struct charter *c = NULL;

	charter_report_init(&r);
	T_OK(charter_load(&c, &r, text, len));
	ck_assert_uint_eq(r.warnings.count, 0);
	charter_report_clear(&r);
	charter_free(c);
	free(text);
}


T(the_hash_is_of_the_rules_and_not_of_their_form)
{
	static const char *const same[][2] = {
		{ "  facts: {valid_for: P12M, challenge_by: [member], while_challenged: unknown,",
		  "  facts:  # a comment\n   {challenge_by: [ member ], valid_for: P1Y," },
		{ "period: PT72H,", "period: PT71H60M," },
		{ "forms: [in-person, video,", "forms: [video, in-person," },
		{ "quorum: \"2/3\", optout: false, votes: one-per-party, record: count",
		  "quorum: '4/6', votes: one-per-party, record: count" },
		{ "text: {en: \"Partner\", ru: \"Партнёр\",",
		  "text: {ru: \"Партнёр\", en: Partner," },
		{ "src: assumed}\n    - {id: consensus-limited",
		  "src: [assumed]}\n    - {id: consensus-limited" },
		{ "as_of: \"2020-05-15\"", "as_of: \"2020-05-16\"" },
		{ "staff_infected: 0", "staff_infected: 1" },
		{ "label:\n", "# nothing\nlabel:\n" },
	};
	struct charter *c = t_charter(UNION);

	for (size_t i = 0; i < ARRAY_LEN(same); i++) {
		struct charter *other = changed(same[i][0], same[i][1]);

		ck_assert_msg(text_eq(c->hash, other->hash), "%s", same[i][1]);
		charter_free(other);
	}
	charter_free(c);
}


T(every_change_of_a_rule_changes_the_hash)
{
	static const char *const other[][2] = {
		{ "valid_for: P12M", "valid_for: P11M" },
		{ "quorum: \"2/3\", optout", "quorum: \"3/4\", optout" },
		{ "fr: \"Partenaire\"", "fr: \"Associé\"" },
		{ "levels: [heightened, acute], proposes", "levels: [acute], proposes" },
		{ "carries: [heads, ministers,", "carries: [ministers, heads," },
		{ "src: assumed}\n    - {id: consensus-limited",
		  "src: \"article:charter-2002/1\"}\n    - {id: consensus-limited" },
	};
	struct charter *c = t_charter(UNION);

	for (size_t i = 0; i < ARRAY_LEN(other); i++) {
		struct charter *o = changed(other[i][0], other[i][1]);

		ck_assert_msg(!text_eq(c->hash, o->hash), "%s", other[i][1]);
		charter_free(o);
	}
	charter_free(c);
}


T(registers_have_a_part_in_the_whole_hash_only)
{
	struct charter *c = t_charter(UNION), *o = changed("code: \"XO\"", "code: \"XZ\"");

	T_STR(c->hash, o->hash);
	ck_assert(!text_eq(c->whole_hash, o->whole_hash));
	charter_free(c);
	charter_free(o);
}


T(references_are_followed)
{
	struct charter *c = t_charter(UNION);
	const struct charter_status *observer = charter_status(c, "observer");
	const struct charter_body *ministers = charter_body(c, "ministers");

	ck_assert_ptr_nonnull(observer);
	ck_assert_ptr_eq(observer->grant->rule, charter_rule(c, "consensus"));
	ck_assert_ptr_eq(observer->grant->body, charter_body(c, "heads"));
	ck_assert_uint_eq(observer->grant->after.count, 1);
	ck_assert_ptr_eq(observer->grant->after.at[0], ministers);
	T_STR("third-protocol", observer->gate);
	ck_assert_ptr_null(charter_status(c, "interlocutor")->grant);
	ck_assert_ptr_eq(ministers->reports_to, observer->grant->body);
	ck_assert_ptr_eq(charter_office(c, "depositary")->holder.body,
			 charter_body(c, "secretariat"));
	ck_assert_int_eq(charter_office(c, "chair")->holder.kind, HOLDER_CHAIRING_PARTY);
	ck_assert_ptr_eq(charter_body_rule(ministers, USE_LIMITED),
			 charter_rule(c, "consensus-limited"));
	ck_assert_ptr_eq(charter_body_rule(charter_body(c, "permanent-council"), USE_LIMITED),
			 charter_rule(c, "consensus"));
	ck_assert_ptr_eq(charter_body_named(c, "Ministerial Council"), ministers);
	ck_assert_ptr_eq(charter_body_named(c, "Совет министров иностранных дел"), ministers);
	ck_assert_ptr_null(charter_body_named(c, "Nobody"));
	ck_assert_int_eq(charter_level(c, "acute"), 3);
	ck_assert_int_eq(charter_level(c, "worst"), -1);
	T_STR("crisis/triggers/sharp", c->crisis.triggers.at[2].origin.path);
	ck_assert_ptr_eq(c->crisis.triggers.at[2].of, &c->crisis.triggers.at[0]);
	T_STR("registers/parties/ol", charter_party(c, "ol")->origin.path);
	charter_free(c);
}


T(a_text_falls_back_to_the_default_language)
{
	struct charter *c = t_charter("charters/collective-security-2020.yaml");
	const struct charter_text t = charter_office(c, "secretary-general")->text;

	T_STR("Генеральный секретарь", charter_text_in(t, "ru"));
	T_STR("Secretary General", charter_text_in(t, "en"));
	T_STR("Secretary General", charter_text_in(t, "hy"));
	T_STR("", charter_text_in((struct charter_text){ 0 }, "en"));
	charter_free(c);
}


T(defaults_are_filled_in)
{
	struct charter *c = changed("extend_by: one-party, announce: next-meeting,", "");
	const struct charter_silence *s = charter_silence(c, "written");

	ck_assert_int_eq(s->extend_by, EXTEND_ONE_PARTY);
	ck_assert_int_eq(s->announce, ANNOUNCE_NEXT_MEETING);
	ck_assert(charter_rule(c, "procedural")->strict);
	ck_assert(charter_criterion(c, "dipl-all")->counts_suspended);
	ck_assert_int_eq(c->registers.education.at[1].places, -1);
	ck_assert_int_eq(c->monitoring.due_minute, 360);
	charter_free(c);
}


T(all_errors_are_collected_in_the_order_of_lines)
{
	char *text = t_slurp(UNION, NULL);
	char *one = with(text, "pivot: ru", "pivot: de");
	char *two = with(one, "cadence: P1D", "cadence: daily");
	char *three = with(two, "current: watch", "current: wach");
	struct charter_report r;
	struct charter *c = NULL;

	charter_report_init(&r);
	ck_assert_int_eq(charter_load(&c, &r, three, strlen(three)), E_SYNTAX);
	ck_assert_uint_ge(r.errors.count, 3);
	for (size_t i = 1; i < r.errors.count; i++)
		ck_assert_int_le(r.errors.at[i - 1].line, r.errors.at[i].line);
	T_STR("languages/pivot", r.errors.at[0].path);
	T_STR("registers/crisis_level/current", r.errors.at[r.errors.count - 1].path);
	charter_report_clear(&r);
	free(text);
	free(one);
	free(two);
	free(three);
}


T(after_two_hundred_errors_the_rest_is_counted)
{
	struct charter_report r;
	struct charter *c = NULL;
	struct buf b;

	buf_init(&b, 0);
	for (int i = 0; i < 300; i++)
		buf_printf(&b, "key%d: 1\n", i);
	charter_report_init(&r);
	ck_assert_int_eq(charter_load(&c, &r, b.data, b.len), E_SYNTAX);
	ck_assert_uint_eq(r.errors.count, CHARTER_COMPLAINTS_MAX);
	ck_assert_uint_gt(r.errors.dropped, 100);
	charter_report_clear(&r);
	buf_clear(&b);
}


T(a_new_version_can_come_without_registers)
{
	char *text = t_slurp(UNION, NULL);
	struct charter *whole = t_charter(UNION), *c;

	*strstr(text, "\nregisters:\n") = '\0';
	c = t_charter_text(text, strlen(text), "without registers");
	ck_assert(!c->has_registers && whole->has_registers);
	T_STR(whole->hash, c->hash);
	charter_free(c);
	charter_free(whole);
	free(text);
}


T(hostile_files_are_refused)
{
	static const char *const bad[] = {
		"",
		"\n# nothing\n",
		"a",
		"- a\n",
		"{",
		"[[[[[[[[[[[[[[[[[[[[",
		"a: b: c",
		"? [a]\n: b\n",
		"%YAML 1.1\n---\na: b\n",
		"a: *b\n",
		"a: &b c\n",
		"a: !x b\n",
		"<<: {a: b}\n",
		"a: \"\\0\"\n",
		"a: \x01\n",
		"a: \xff\n",
		"\xff\xfe",
		"constitution: null\n",
		"constitution: {statuses: null}\n",
		"constitution: {statuses: [[[]]]}\n",
		"constitution: {bodies: [{}]}\n",
		"constitution: {languages: {default: [en], working: en}}\n",
		"registers: {parties: [{statuses: [{suspended: [{}]}]}]}\n",
		"comity_charter: 99999999999999999999\n",
		"as_of: {}\n",
		"constitution: {crisis: {decides: {a: {}}}}\n",
		"constitution: {decision_rules: [{weights: {1: 1, ? {} : 2}}]}\n",
	};
	struct fault f;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		memset(&f, 0, sizeof(f));
		ck_assert_msg(errors(bad[i], strlen(bad[i]), &f) > 0, "%s", bad[i]);
		ck_assert_msg(f.line > 0 && f.col > 0 && f.text[0], "%s", bad[i]);
	}
}


T(limits_are_kept)
{
	struct fault f;
	struct buf b;

	buf_init(&b, 0);
	while (b.len <= CHARTER_SIZE_MAX)
		buf_str(&b, "# padding padding padding padding padding padding padding\n");
	ck_assert_uint_eq(errors(b.data, b.len, &f), 1);
	ck_assert_ptr_nonnull(strstr(f.text, "at most 1048576 bytes"));

	buf_reset(&b);
	buf_str(&b, "a: [");
	for (int i = 0; i < CHARTER_NODES_MAX; i++)
		buf_str(&b, "1, ");
	buf_str(&b, "]\n");
	ck_assert_uint_eq(errors(b.data, b.len, &f), 1);
	ck_assert_ptr_nonnull(strstr(f.text, "at most 30000 values"));

	buf_reset(&b);
	for (int i = 0; i < CHARTER_DEPTH_MAX; i++)
		buf_printf(&b, "%*sa:\n", i, "");
	buf_printf(&b, "%*sa: {b: c}\n", CHARTER_DEPTH_MAX, "");
	ck_assert_uint_eq(errors(b.data, b.len, &f), 1);
	ck_assert_ptr_nonnull(strstr(f.text, "at most 12 deep"));
	buf_clear(&b);
}


/* Every `step`-th prefix of the file: COMITY_LONG makes it every one. */
T(a_truncated_file_is_refused_and_nothing_more)
{
	size_t step = getenv("COMITY_LONG") ? 1 : 251, len = 0, loaded = 0;
	char *text = t_slurp(UNION, &len);
	struct fault f;

	for (size_t n = 0; n < len; n += step)
		loaded += errors(text, n, &f) == 0;
	/* The last line can lose its end and be whole still. */
	ck_assert_uint_le(loaded, 8);
	free(text);
}


/* The line with its value replaced, or without the line when `value` is NULL. */
static size_t load_without(const char *text, const char *line, const char *end,
			   const char *value)
{
	const char *colon = memchr(line, ':', (size_t)(end - line));
	struct fault f;
	struct buf b;
	size_t count;

	buf_init(&b, 0);
	buf_add(&b, text, (size_t)(line - text));
	if (value && colon) {
		buf_add(&b, line, (size_t)(colon + 1 - line));
		buf_printf(&b, " %s\n", value);
	}
	buf_str(&b, end + 1);
	count = errors(b.data, b.len, &f);
	buf_clear(&b);

	return count;
}


/* Whatever stands in a line, nothing but a complaint comes of it.  COMITY_LONG: every line. */
T(any_line_can_be_missing_or_hold_something_else)
{
	static const char *const values[] = { NULL,	"null",	  "[]",	     "{}", "x",
					      "[x, x]", "{x: y}", "\"2/3\"", "-1", "P1D" };
	size_t step = getenv("COMITY_LONG") ? 1 : 23, lines = 0, refused = 0;
	char *text = t_slurp("charters/three-shores.yaml", NULL);
	const char *end;

	for (const char *line = text; (end = strchr(line, '\n')); line = end + 1) {
		if (lines++ % step)
			continue;
		for (size_t i = 0; i < ARRAY_LEN(values); i++)
			refused += load_without(text, line, end, values[i]) > 0;
	}
	ck_assert_uint_gt(refused, lines / step * 3);
	free(text);
}


T(assumed_rules_are_listed_for_a_lawyer)
{
	struct charter_complaints list;
	struct charter *c = t_charter("charters/collective-security-2020.yaml");
	bool silent = false, partly = false;

	charter_assumed(&list, c);
	ck_assert_uint_eq(list.count, 12);
	for (size_t i = 0; i < list.count; i++) {
		silent = silent || text_eq(list.at[i].path, "decision_rules/procedural");
		partly = partly || strstr(list.at[i].text, "in part");
	}
	ck_assert(silent && partly);
	charter_complaints_clear(&list);
	charter_free(c);
}


/* Processor time of one load, in milliseconds: the least of a few. */
static double cost(const char *path)
{
	size_t len = 0;
	char *text = t_slurp(path, &len);
	double least = 1e9;

	for (int i = 0; i < 7; i++) {
		clock_t before = clock();
		double ms;

		charter_free(t_charter_text(text, len, path));
		ms = (double)(clock() - before) * 1000.0 / CLOCKS_PER_SEC;
		least = ms < least ? ms : least;
	}
	free(text);

	return least;
}


/* 20 ms is the limit of the plain build; the instrumented ones are several times slower. */
T(a_charter_loads_quickly)
{
	for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
		double ms = cost(shipped[i]);

		ck_assert_msg(ms < 200, "%s takes %.1f ms", shipped[i], ms);
		if (getenv("COMITY_SHOW"))
			(void)fprintf(stderr, "%s: %.2f ms\n", shipped[i], ms);
	}
}

T_MAIN("load", C(what_is_exported_loads_to_the_same_hash),
       C(the_union_has_nothing_to_complain_about),
       C(the_hash_is_of_the_rules_and_not_of_their_form),
       C(every_change_of_a_rule_changes_the_hash),
       C(registers_have_a_part_in_the_whole_hash_only), C(references_are_followed),
       C(a_text_falls_back_to_the_default_language), C(defaults_are_filled_in),
       C(all_errors_are_collected_in_the_order_of_lines),
       C(after_two_hundred_errors_the_rest_is_counted),
       C(a_new_version_can_come_without_registers), C(hostile_files_are_refused),
       C(limits_are_kept), C(a_truncated_file_is_refused_and_nothing_more),
       C(any_line_can_be_missing_or_hold_something_else),
       C(assumed_rules_are_listed_for_a_lawyer), C(a_charter_loads_quickly))
