/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Published figures of 2020-2021 as they became known, and what is wrong with them. */
#include "t.h"
#include "vintages.h"

enum {
	EVERY = 40, /* moments between two looks at the whole */
};

struct checking {
	const struct vintages *v;
	struct vintage_model model;
	size_t taken, looks, differs;
};


static void look(struct vintage_centre *c, size_t next, void *arg)
{
	struct checking *k = arg;

	while (k->taken < next)
		vintage_model_take(&k->model, &k->v->at[k->taken++]);
	if (++k->looks % EVERY && next != k->v->count)
		return;
	k->differs += vintage_model_differs(&k->model, c, k->v->at[next - 1].at);
}


static int64_t findings(struct vintage_centre *c, const char *party, const char *kind,
			const char *day)
{
	int64_t n = 0, on = 0;

	if (day)
		T_OK(time_date_days(&on, day));
	T_OK(store_get_int(&n, c->st,
			   "SELECT count(*) FROM watch_finding WHERE party = $1 AND kind = $2"
			   " AND ($3 = 0 OR (day <= $3 AND coalesce(last, day) >= $3))",
			   "ssi", party, kind, on));

	return n;
}


/* The defects that statisticians know of in these figures. */
static void check_defects(struct vintage_centre *c)
{
	ck_assert_int_ge(findings(c, "kz", "jump", "2021-07-23"), 1);
	ck_assert_int_ge(findings(c, "kz", "negative", "2021-07-24"), 1);
	ck_assert_int_ge(findings(c, "kg", "jump", "2020-07-18"), 1);
	ck_assert_int_ge(findings(c, "by", "restated", "2020-04-18"), 1);
	ck_assert_int_ge(findings(c, "tj", "restated", "2021-01-15"), 1);
	ck_assert_int_ge(findings(c, "kz", "restated", NULL), 3);
	T_INT(0, findings(c, "am", "negative", NULL));
}


/* At most one finding for a hundred days of a series, restatements apart. */
static void check_false_alarms(struct vintage_centre *c)
{
	int64_t found = 0, cells = 0;

	T_OK(store_get_int(&found, c->st,
			   "SELECT count(*) FROM watch_finding WHERE kind <> 'restated'", ""));
	T_OK(store_get_int(&cells, c->st,
			   "SELECT count(*) FROM (SELECT DISTINCT series, day FROM watch_cell)",
			   ""));
	ck_assert_int_gt(cells, 8000);
	ck_assert_int_le(100 * found, cells);
}


/* At every so many moments, "as of" an earlier one is what the rows up to it say. */
static void check_history(struct vintage_centre *c, const struct vintages *v)
{
	struct vintage_model *m = mem_alloc(sizeof(*m));
	size_t taken = 0, moments = 0;

	vintage_model_init(m);
	while (taken < v->count) {
		int64_t at = v->at[taken].at;

		while (taken < v->count && v->at[taken].at == at)
			vintage_model_take(m, &v->at[taken++]);
		if (++moments % EVERY == 0)
			T_INT(0, vintage_model_differs(m, c, at));
	}
	free(m);
}


T(as_of_any_time_the_figures_are_those_known_then)
{
	const char *path = t_shared("data/watch/vintages.csv");
	struct checking *k = mem_zero(1, sizeof(*k));
	struct vintage_centre c;
	struct vintages v = { 0 };

	if (!path || !vintages_read(&v, path)) {
		free(v.at);
		free(k);
		T_SKIP("no published figures in ../shared/data/watch");
	}
	k->v = &v;
	vintage_model_init(&k->model);
	vintage_open(&c, ":memory:", "charters/collective-security-2020.yaml",
		     v.at[0].at - 1000);
	vintages_report(&c, &v, look, k);
	T_INT(0, k->differs);
	T_INT(6108, k->taken);
	ck_assert_int_gt(c.proposals, 3);
	check_history(&c, &v);
	check_defects(&c);
	check_false_alarms(&c);
	vintage_close(&c);
	free(v.at);
	free(k);
}


/* A feed that goes on and says the same: figures of the regions of one country, 2020. */
T(a_frozen_feed_is_found_after_three_days)
{
	const struct seat officer = { .person = "first", .office = "officer", .party = "ce" };
	struct vintage_centre c;
	int64_t total = 1000, day = 18400;

	vintage_open(&c, ":memory:", "charters/union-of-six.yaml", day * TIME_DAY);
	for (int k = 0; k < 30; k++) {
		char date[TIME_DATE_SIZE];

		total += k < 24 ? 40 + k % 5 : 0;
		time_days_date(date, day + k);
		(void)vintage_act(
			&c, &officer, "report.submit", "party/ce",
			json_pack("{s:[o]}", "cells", vintage_cell("cases-total", date, total)),
			(day + k + 1) * TIME_DAY);
		T_INT(k >= 26, findings(&c, "ce", "frozen", NULL));
	}
	vintage_close(&c);
}


/* A line of kz_regions_daily.csv; false at the end. */
struct regional {
	char name[80], date[TIME_DATE_SIZE];
	int64_t total;
};


static bool read_regional(struct regional *r, const char **line)
{
	char text[32];

	*line = *line ? strchr(*line, '\n') : NULL;
	if (!*line || !(*line)[1])
		return false;
	++*line;
	vintage_field(r->name, sizeof(r->name), *line, 0);
	vintage_field(r->date, sizeof(r->date), *line, 1);
	vintage_field(text, sizeof(text), *line, 2);
	T_OK(text_int(&r->total, text, 0, INT64_MAX));

	return true;
}


enum {
	AREAS_MAX = 20,
};

/* The areas by the order in which they come; the country itself is none. */
struct areas {
	char name[AREAS_MAX][80];
	size_t count;
};


static const char *area_id(struct areas *a, struct vintage_centre *c,
			   const struct seat *officer, const char *name, char id[16],
			   int64_t at)
{
	size_t i = 0;

	if (strcmp(name, "Казахстан") == 0)
		return NULL;
	while (i < a->count && strcmp(a->name[i], name) != 0)
		i++;
	(void)snprintf(id, 16, "area-%zu", i + 1);
	if (i < a->count)
		return id;
	ck_assert_uint_lt(a->count, AREAS_MAX);
	(void)text_copy(a->name[a->count++], sizeof(a->name[0]), name);
	(void)vintage_act(c, officer, "place.enter", "party/kz",
			  json_pack("{s:s, s:[s]}", "area", id, "aliases", name), at);

	return id;
}


/* Everything about one day as one report on the day after. */
static void report_day(struct vintage_centre *c, struct areas *areas, const char *csv,
		       int64_t day)
{
	const struct seat officer = { .person = "first", .office = "officer", .party = "kz" };
	int64_t at = (day + 1) * TIME_DAY + 18 * TIME_HOUR;
	json_t *cells = json_array();
	char date[TIME_DATE_SIZE], id[16];
	const char *line = csv;
	struct regional r;

	time_days_date(date, day);
	while (read_regional(&r, &line)) {
		const char *area;
		json_t *cell;

		if (strcmp(r.date, date) != 0)
			continue;
		area = area_id(areas, c, &officer, r.name, id, at);
		cell = vintage_cell("cases-total", date, r.total);
		if (area)
			(void)json_object_set_new(cell, "area", json_string(area));
		(void)json_array_append_new(cells, cell);
	}
	if (json_array_size(cells))
		(void)vintage_act(c, &officer, "report.submit", "party/kz",
				  json_pack("{s:o}", "cells", cells), at);
	else
		json_decref(cells);
}


/* The feed of one country froze on 1 July 2020 and went on being "updated". */
T(the_frozen_feed_of_2020_is_found_in_three_days)
{
	const char *path = t_shared("data/watch/kz_regions_daily.csv");
	struct areas areas = { .count = 0 };
	struct vintage_centre c;
	int64_t first = 0, froze = 0;
	char *csv;

	if (!path)
		T_SKIP("no regional figures in ../shared/data/watch");
	csv = t_slurp(path, NULL);
	T_OK(time_date_days(&first, "2020-03-28"));
	T_OK(time_date_days(&froze, "2020-07-01"));
	vintage_open(&c, ":memory:", "charters/collective-security-2020.yaml",
		     first * TIME_DAY);
	for (int64_t day = first; day <= froze + 3; day++) {
		report_day(&c, &areas, csv, day);
		if (day < froze)
			T_INT(0, findings(&c, "kz", "frozen", NULL));
	}
	T_INT(17, areas.count);
	ck_assert_int_ge(findings(&c, "kz", "frozen", "2020-07-03"), 1);
	ck_assert_int_ge(findings(&c, "kz", "jump", "2020-07-01"), 5);
	vintage_close(&c);
	free(csv);
}


/* 5 April reported as 2020-05-04 would lie in the future; 2 May as 2020-02-05 does not. */
T(days_and_months_in_the_wrong_order_are_found)
{
	const struct seat officer = { .person = "first", .office = "officer", .party = "ce" };
	struct vintage_centre c;
	static const char *const days[] = { "2020-05-01", "2020-02-05" };

	vintage_open(&c, ":memory:", "charters/union-of-six.yaml", 18380 * TIME_DAY);
	for (size_t i = 0; i < ARRAY_LEN(days); i++)
		(void)vintage_act(&c, &officer, "report.submit", "party/ce",
				  json_pack("{s:[o]}", "cells",
					    vintage_cell("cases-total", days[i], 100)),
				  (18384 + (int64_t)i) * TIME_DAY);
	T_INT(1, findings(&c, "ce", "day-order", "2020-02-05"));
	vintage_close(&c);
}


T(areas_that_do_not_add_up_are_found)
{
	const struct seat officer = { .person = "first", .office = "officer", .party = "ce" };
	struct vintage_centre c;
	int64_t at = 18383 * TIME_DAY;
	static const char *const areas[] = { "north", "south" };

	vintage_open(&c, ":memory:", "charters/union-of-six.yaml", at);
	for (size_t i = 0; i < ARRAY_LEN(areas); i++)
		(void)vintage_act(&c, &officer, "place.enter", "party/ce",
				  json_pack("{s:s, s:[]}", "area", areas[i], "aliases"), at);
	(void)vintage_act(&c, &officer, "report.submit", "party/ce",
			  json_pack("{s:[{s:s,s:s,s:s,s:i},{s:s,s:s,s:s,s:i},o]}", "cells",
				    "indicator", "cases-total", "day", "2020-05-01", "area",
				    "north", "value", 40, "indicator", "cases-total", "day",
				    "2020-05-01", "area", "south", "value", 60,
				    vintage_cell("cases-total", "2020-05-01", 100)),
			  at);
	T_INT(0, findings(&c, "ce", "areas-differ", NULL));
	(void)vintage_act(&c, &officer, "report.submit", "party/ce",
			  json_pack("{s:[{s:s,s:s,s:s,s:i},{s:s,s:s,s:s,s:i},o]}", "cells",
				    "indicator", "cases-total", "day", "2020-05-02", "area",
				    "north", "value", 41, "indicator", "cases-total", "day",
				    "2020-05-02", "area", "south", "value", 62,
				    vintage_cell("cases-total", "2020-05-02", 105)),
			  at + 1);
	T_INT(1, findings(&c, "ce", "areas-differ", "2020-05-02"));
	vintage_close(&c);
}

T_MAIN("watch_reports", C(as_of_any_time_the_figures_are_those_known_then),
       C(a_frozen_feed_is_found_after_three_days),
       C(the_frozen_feed_of_2020_is_found_in_three_days),
       C(days_and_months_in_the_wrong_order_are_found), C(areas_that_do_not_add_up_are_found))
