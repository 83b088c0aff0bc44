/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/fields.h"
#include "base/mem.h"
#include "t.h"
#include "watch/intake.h"

static const char *const ce_names[] = { "Cedar", "Кедр" };
static const char *const coast_names[] = { "Cedar Coast", "CE-CO", "Кедровый берег" };
static const char *const hills_names[] = { "Cedar Hills" };
static const char *const ol_names[] = { "Olive" };
static const struct intake_place places[] = {
	{ "ce", "", ce_names, 2 },
	{ "ce", "coast", coast_names, 3 },
	{ "ce", "hills", hills_names, 1 },
	{ "ol", "", ol_names, 1 },
};
static const char *const cases_names[] = { "New cases", "Новые случаи" };
static const struct intake_indicator indicators[] = {
	{ "cases-new", cases_names, 2 },
	{ "deaths-new", NULL, 0 },
};
static const struct intake_known known = { places, 4, indicators, 2 };


static void read_as(struct intake *out, struct arena *a, const char *text,
		    struct intake_options options)
{
	struct fault f = { 0 };
	struct sheet s;

	if (!options.today)
		options.today = "2020-05-16";
	ck_assert_msg(!sheet_read(&s, a, text, strlen(text), &f), "%s", f.text);
	intake_read(out, a, &s, &known, &options);
}


static void is_cell(const struct intake *in, size_t i, const char *what, int64_t value)
{
	char text[200];

	ck_assert_uint_lt(i, in->count);
	(void)snprintf(text, sizeof(text), "%s/%s %s %s", in->cells[i].party, in->cells[i].area,
		       in->cells[i].indicator, in->cells[i].day);
	T_STR(what, text);
	T_INT(value, in->cells[i].value);
}


static void is_blocked(const struct intake *in, int row, const char *words)
{
	for (size_t i = 0; i < in->problem_count; i++)
		if (in->problems[i].blocks && in->problems[i].row == row &&
		    strstr(in->problems[i].text, words))
			return;
	ck_abort_msg("no problem in row %d about \"%s\"; first: %s", row, words,
		     in->problem_count ? in->problems[0].text : "none");
}


T(a_row_is_a_figure)
{
	struct arena *a = arena_new(4096);
	struct intake in;

	read_as(&in, a,
		"Дата;Регион;Показатель;Значение;из\n"
		"#date;#loc;#ind;#value;\n"
		"14.05.2020;КЕДРОВЫЙ  БЕРЕГ;новые случаи;1 234;\n"
		"15.05.2020;ce-co;deaths-new;0;10\n"
		"15.05.2020;Cedar;cases-new;н/д;\n"
		"15.05.2020;Cedar;deaths-new;;\n",
		(struct intake_options){ 0 });
	T_STR("long", in.layout);
	T_INT(0, in.blocking);
	T_INT(0, in.told);
	T_INT(3, in.count);
	is_cell(&in, 0, "ce/coast cases-new 2020-05-14", 1234);
	is_cell(&in, 1, "ce/coast deaths-new 2020-05-15", 0);
	T_INT(10, in.cells[1].whole);
	is_cell(&in, 2, "ce/ cases-new 2020-05-15", FIELD_NONE);
	T_STR("not-available", in.cells[2].state);
	T_INT(5, in.cells[2].row);
	arena_free(a);
}


T(a_column_is_an_indicator)
{
	struct arena *a = arena_new(4096);
	struct intake in;

	read_as(&in, a,
		"day,New Cases,deaths-new,Weather\n2020-05-14,5,1,fine\n2020-05-15,,2,\n",
		(struct intake_options){ .party = "ce" });
	T_STR("wide", in.layout);
	T_INT(0, in.blocking);
	T_INT(1, in.told);
	T_STR("Weather", in.problems[0].heading);
	T_INT(3, in.count);
	is_cell(&in, 0, "ce/ cases-new 2020-05-14", 5);
	is_cell(&in, 2, "ce/ deaths-new 2020-05-15", 2);
	T_INT(2, in.cells[2].col);
	arena_free(a);
}


T(a_column_is_a_day)
{
	struct arena *a = arena_new(4096);
	struct intake in;

	read_as(&in, a,
		"Province/State,Lat,Long,5/13/20,5/14/20\nCedar Coast,1.5,2,7,9\n"
		"Cedar Hills,,,0,not reported\n",
		(struct intake_options){ .indicator = "cases-new" });
	T_STR("days", in.layout);
	T_INT(ORDER_MDY, in.order);
	T_INT(0, in.blocking);
	T_INT(4, in.count);
	is_cell(&in, 1, "ce/coast cases-new 2020-05-14", 9);
	T_STR("not-reported", in.cells[3].state);
	arena_free(a);
}


T(what_a_sheet_does_not_say_must_be_chosen)
{
	struct arena *a = arena_new(4096);
	struct intake in;

	read_as(&in, a, "a,b\n1,2\n", (struct intake_options){ 0 });
	is_blocked(&in, 1, "headings");
	ck_assert_ptr_null(in.layout);
	read_as(&in, a, "day,value\n2020-05-15,1\n", (struct intake_options){ .party = "ce" });
	is_blocked(&in, 1, "indicator");
	read_as(&in, a, "day,cases-new\n2020-05-15,1\n", (struct intake_options){ 0 });
	is_blocked(&in, 1, "Whose");
	read_as(&in, a, "party,cases-new\nCedar,1\n", (struct intake_options){ 0 });
	is_blocked(&in, 1, "Which day");
	read_as(&in, a, "party,cases-new\nCedar,1\n",
		(struct intake_options){ .day = "2020-05-15" });
	is_cell(&in, 0, "ce/ cases-new 2020-05-15", 1);
	arena_free(a);
}


T(every_problem_is_found_with_row_and_column)
{
	struct arena *a = arena_new(4096);
	struct intake in;

	read_as(&in, a,
		"day,party,region,cases-new,deaths-new\n"
		"2020-05-17,ce,,1,\n"
		"2020-05-15,ce,Nowhere,1,\n"
		"2020-05-15,ol,coast,1,\n"
		"2020-05-15,ce,,-5,1.5\n"
		"2020-05-15,ce,coast,\"1,234\",-\n"
		"2020-02-30,ce,,1,\n"
		"2020-05-14,ce,,1,\n"
		"2020-05-14,ce,,2,\n"
		"2020-05-14,ce,,1,\n",
		(struct intake_options){ 0 });
	is_blocked(&in, 2, "lies ahead");
	is_blocked(&in, 3, "Nowhere");
	is_blocked(&in, 4, "not a region of");
	is_blocked(&in, 5, "below zero");
	is_blocked(&in, 5, "whole number");
	is_blocked(&in, 6, "without points and commas");
	is_blocked(&in, 6, "no figure");
	is_blocked(&in, 7, "not a day");
	is_blocked(&in, 0,
		   "Row 8 and row 9 both have cases-new of \"ce\" on 2020-05-14, and "
		   "different figures");
	T_INT(9, in.blocking);
	T_INT(1, in.told);
	T_STR("deaths-new", in.problems[4].heading);
	T_INT(4, in.problems[4].col);
	arena_free(a);
}


T(only_ones_own_figures_are_taken)
{
	struct arena *a = arena_new(4096);
	struct intake in;

	read_as(&in, a, "day,party,cases-new\n2020-05-15,Olive,1\n",
		(struct intake_options){ .party = "ce" });
	is_blocked(&in, 2, "here \"ce\" reports");
	arena_free(a);
}


T(days_that_were_turned_round_are_a_trap)
{
	static const char *const turned[] = { "2020-01-05", "2020-02-05", "2020-03-05",
					      "2020-04-05", "2020-05-05" };
	static const char *const tells[] = { "2020-12-05", "2020-13-05", "2020-14-05" };
	static const char *const right[] = { "2020-05-01", "2020-05-02", "2020-05-04" };
	static const char *const points[] = { "01.05.2020", "02.05.2020" };
	static const char *const american[] = { "05/14/2020", "05/15/2020" };
	static const char *const unclear[] = { "05/06/2019" };
	static const char *const same[] = { "05/05/2020" };
	static const char *const recent[] = { "11/05/2020", "12/05/2020" };
	struct arena *a = arena_new(4096);
	struct intake in;
	bool trap;

	T_INT(ORDER_YDM, day_order_of(turned, 5, "2020-05-16", &trap));
	ck_assert(trap);
	T_INT(ORDER_YDM, day_order_of(tells, 3, "2020-05-16", &trap));
	ck_assert(trap);
	T_INT(ORDER_YMD, day_order_of(right, 3, "2020-05-16", &trap));
	ck_assert(!trap);
	T_INT(ORDER_DMY, day_order_of(points, 2, "2020-05-16", &trap));
	T_INT(ORDER_MDY, day_order_of(american, 2, "2020-05-16", &trap));
	T_INT(ORDER_UNKNOWN, day_order_of(unclear, 1, "2020-05-16", &trap));
	T_INT(ORDER_DMY, day_order_of(same, 1, "2020-05-16", &trap));
	T_INT(ORDER_DMY, day_order_of(recent, 2, "2020-05-16", &trap));

	read_as(&in, a, "day,cases-new\n2020-01-05,1\n2020-02-05,1\n2020-03-05,4\n",
		(struct intake_options){ .party = "ce" });
	is_blocked(&in, 2, "exchanged");
	T_INT(0, in.count);
	read_as(&in, a, "day,cases-new\n2020-01-05,1\n2020-02-05,1\n2020-03-05,4\n",
		(struct intake_options){ .party = "ce", .order = ORDER_YDM });
	T_INT(0, in.blocking);
	is_cell(&in, 2, "ce/ cases-new 2020-05-03", 4);
	read_as(&in, a, "day,cases-new\n05/06/2019,1\n",
		(struct intake_options){ .party = "ce" });
	is_blocked(&in, 2, "In which order");
	arena_free(a);
}


T(written_days_are_days)
{
	int64_t day;

	ck_assert(day_read(&day, "2020-02-29", ORDER_YMD));
	T_INT(18321, day);
	ck_assert(day_read(&day, "20200229", ORDER_YMD));
	T_INT(18321, day);
	ck_assert(day_read(&day, "2020-02-29T00:00:00", ORDER_YMD));
	ck_assert(day_read(&day, "29.2.20", ORDER_DMY));
	T_INT(18321, day);
	ck_assert(!day_read(&day, "2019-02-29", ORDER_YMD));
	ck_assert(!day_read(&day, "2020-02-291", ORDER_YMD));
	ck_assert(!day_read(&day, "2020-02", ORDER_YMD));
	ck_assert(!day_read(&day, "2020-02/29", ORDER_YMD));
	ck_assert(!day_read(&day, "02.29.2020", ORDER_MDY));
	ck_assert(!day_read(&day, "", ORDER_YMD));
	ck_assert(!day_read(&day, "99999999999-1-1", ORDER_YMD));
}


T_MAIN("intake", C(a_row_is_a_figure), C(a_column_is_an_indicator), C(a_column_is_a_day),
       C(what_a_sheet_does_not_say_must_be_chosen),
       C(every_problem_is_found_with_row_and_column), C(only_ones_own_figures_are_taken),
       C(days_that_were_turned_round_are_a_trap), C(written_days_are_days))
