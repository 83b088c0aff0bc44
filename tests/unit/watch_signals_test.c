/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the rules flag on the published figures of 2020, against another program's first days.
 */
#include <math.h>

#include "t.h"
#include "vintages.h"
#include "watch/rules.h"
#include "watch/thresholds.h"

/* How a rule of golden/watch/first_flags.csv reads here. */
struct golden_rule {
	const char *name;
	struct rule rule;
};

static const struct golden_rule golden_rules[] = {
	{ "EARS_C1(a=.001/.025,minSigma1)", { RULE_EARS_C1, true, 7, 0.001, 1, 0, 1 } },
	{ "EARS_C2(a=.001/.025,minSigma1)", { RULE_EARS_C2, true, 7, 0.001, 1, 0, 1 } },
	{ "EARS_C3(a=.001/.025,minSigma1)", { RULE_EARS_C3, true, 7, 0.025, 1, 0, 1 } },
	{ "R(t): q2.5>1 and >=12 cases in 7d",
	  { RULE_REPRODUCTION, true, 7, 0.025, 12, 1, 1 } },
	{ "Doubling<=7d (14d fit) and >=12/7d", { RULE_DOUBLING, true, 14, 0.05, 12, 7, 1 } },
	{ "7d incidence >= 1/100k", { RULE_INCIDENCE_7, true, 7, 0.05, 0, 1, 1 } },
	{ "14d incidence >= 20/100k", { RULE_INCIDENCE_14, true, 14, 0.05, 0, 20, 1 } },
	{ "week/week >= 2 and >=12/7d", { RULE_WEEK_RATIO, true, 7, 0.05, 12, 2, 1 } },
	{ "CUSUM(rossi,rolling28 lag3)", { RULE_CUSUM, true, 28, 0.05, 0.5, 2.26, 1 } },
	{ "COMPOSITE: (EARS any on >=2 of 3 days) and Rt q2.5>1 and >=12/7d",
	  { RULE_AGREEMENT, true, 7, 0.001, 12, 1, 1 } },
	{ "Bayes(w14,a=.001)", { RULE_BAYES, true, 14, 0.001, 0, 0, 1 } },
};


static void place(struct vintage_centre *c, const struct seat *officer, const char *party,
		  const char *populations, int64_t at)
{
	char key[16], text[40], subject[16];
	const char *line;
	int64_t people = 0;

	(void)snprintf(key, sizeof(key), "\ncountry,%c%c,", toupper((unsigned char)party[0]),
		       toupper((unsigned char)party[1]));
	line = strstr(populations, key);
	ck_assert_ptr_nonnull(line);
	vintage_field(text, sizeof(text), line + 1, 5);
	T_OK(text_int(&people, text, 1, INT64_MAX));
	(void)snprintf(subject, sizeof(subject), "party/%s", party);
	(void)vintage_act(c, officer, "place.enter", subject,
			  json_pack("{s:[], s:I}", "aliases", "population", (json_int_t)people),
			  at);
}


/* The final running totals of a member, as one report. */
static void report_final(struct vintage_centre *c, const char *party, const char *final,
			 const char *populations, int64_t at)
{
	const struct seat officer = { .person = "first", .office = "officer", .party = party };
	json_t *cells = json_array();
	char text[64], date[TIME_DATE_SIZE], subject[16];
	int64_t total = 0;

	place(c, &officer, party, populations, at);
	for (const char *line = strchr(final, '\n'); line && line[1];
	     line = strchr(line + 1, '\n')) {
		if (tolower((unsigned char)line[1]) != party[0] ||
		    tolower((unsigned char)line[2]) != party[1])
			continue;
		vintage_field(date, sizeof(date), line + 1, 3);
		vintage_field(text, sizeof(text), line + 1, 4);
		T_OK(text_int(&total, text, 0, INT64_MAX));
		(void)json_array_append_new(cells, vintage_cell("cases-total", date, total));
	}
	(void)snprintf(subject, sizeof(subject), "party/%s", party);
	(void)vintage_act(c, &officer, "report.submit", subject,
			  json_pack("{s:o}", "cells", cells), at);
}


static const struct golden_rule *golden_rule(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(golden_rules); i++)
		if (strcmp(golden_rules[i].name, name) == 0)
			return &golden_rules[i];

	return NULL;
}


/* "AM","EARS_C1(...)","2020-03-13",... : fields in quotes that hold commas. */
static bool golden_line(const char *line, char party[3], char *name, char *day)
{
	char iso[3];

	if (sscanf(line, "\"%2[A-Z]\",\"%95[^\"]\",\"%10[^\"]\"", iso, name, day) != 3)
		return false;
	party[0] = (char)tolower((unsigned char)iso[0]);
	party[1] = (char)tolower((unsigned char)iso[1]);
	party[2] = '\0';

	return true;
}


static void check_first(struct vintage_centre *c, const char *party, const struct rule *rule,
			const char *name, const char *day)
{
	struct rules *rules = rules_new();
	struct arena *a = arena_new(1 << 16);
	char first[TIME_DATE_SIZE] = "never";
	struct replay r;

	T_OK(replay_run(&r, a, c->st, rules, rule, &(struct counted){ party, "", "cases-new" },
			INT64_MAX));
	if (r.first != FIELD_NONE)
		time_days_date(first, r.first);
	ck_assert_msg(strcmp(first, day) == 0, "%s %s: %s, not %s", party, name, first, day);
	arena_free(a);
	rules_free(rules);
}


T(first_flags_of_2020_are_those_of_another_program)
{
	static const char *const members[] = { "am", "by", "kz", "kg", "ru", "tj" };
	char *final = NULL, *people = NULL, *golden = NULL;
	const char *path = t_shared("data/watch/country_daily.csv");
	struct vintage_centre c;
	size_t checked = 0;

	if (path)
		final = t_slurp(path, NULL);
	path = t_shared("data/watch/population.csv");
	if (path)
		people = t_slurp(path, NULL);
	path = t_shared("golden/watch/first_flags.csv");
	if (path)
		golden = t_slurp(path, NULL);
	if (!final || !people || !golden) {
		free(final);
		free(people);
		free(golden);
		T_SKIP("no published figures in ../shared");
	}
	vintage_open(&c, ":memory:", "charters/collective-security-2020.yaml",
		     INT64_C(1650000000000));
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		report_final(&c, members[i], final, people, INT64_C(1650000000000));
	for (const char *line = golden; line; line = strchr(line, '\n')) {
		const struct golden_rule *g;
		char party[3], name[96], day[TIME_DATE_SIZE];

		line += *line == '\n';
		if (!golden_line(line, party, name, day))
			continue;
		g = golden_rule(name);
		if (!g)
			continue;
		check_first(&c, party, &g->rule, name, day);
		checked++;
	}
	T_INT(ARRAY_LEN(golden_rules) * ARRAY_LEN(members), checked);
	T_INT(66, checked);
	vintage_close(&c);
	free(final);
	free(people);
	free(golden);
}

T_MAIN("watch_signals", C(first_flags_of_2020_are_those_of_another_program))
