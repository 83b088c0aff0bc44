/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/time.h"
#include "t.h"

#define AT(text) at_of(text)


static int64_t at_of(const char *text)
{
	int64_t at = 0;

	ck_assert_msg(time_parse(&at, text) == 0, "%s", text);

	return at;
}


static struct zone *zone(const char *name)
{
	struct zone *z = NULL;
	struct fault f = { 0 };

	ck_assert_msg(zone_open(&z, name, &f) == 0, "%s", f.text);

	return z;
}


T(instants_are_read_and_written)
{
	char text[TIME_TEXT_SIZE];
	int64_t at = 0;

	ck_assert(AT("1970-01-01T00:00:00Z") == 0);
	ck_assert(AT("2020-05-15T00:00Z") == INT64_C(1589500800000));
	ck_assert(AT("2020-06-09T02:10:00+03:00") == AT("2020-06-08T23:10:00Z"));
	time_text(text, AT("2020-02-29T23:59:59.5Z"));
	T_STR("2020-02-29T23:59:59.500Z", text);
	time_text(text, TIME_MIN);
	T_STR("0001-01-01T00:00:00Z", text);
	time_text(text, TIME_MAX);
	T_STR("9999-12-31T23:59:59.999Z", text);

	static const char *const bad[] = { "2021-02-29T00:00Z",	  "2020-05-15",
					   "2020-05-15 00:00Z",	  "2020-05-15T24:00Z",
					   "2020-05-15T00:60Z",	  "2020-05-15T00:00:60Z",
					   "2020-05-15T00:00:00", "2020-05-15T00:00:00.Z",
					   "2020-05-15T00:00Zx",  "2020-05-15T00:00+24:00" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(time_parse(&at, bad[i]) == E_SYNTAX, "%s", bad[i]);
}


T(a_date_knows_leap_days)
{
	ck_assert(time_date_valid("2020-02-29") && !time_date_valid("2021-02-29"));
	ck_assert(time_date_valid("2000-02-29") && !time_date_valid("1900-02-29"));
	ck_assert(!time_date_valid("2020-02-31") && !time_date_valid("2020-2-1"));
	ck_assert(time_partial_valid("2020") && time_partial_valid("2020-12"));
	ck_assert(!time_partial_valid("2020-13") && !time_partial_valid("20"));
}


T(days_and_dates_agree_over_four_centuries)
{
	for (int64_t day = time_days(1800, 1, 1); day < time_days(2200, 1, 1); day++) {
		int y, m, d;

		time_civil(day, &y, &m, &d);
		ck_assert(time_days(y, m, d) == day);
	}
}


T(durations_are_iso_8601)
{
	static const char *const same[] = { "P1Y",   "P12M",	       "P7D", "PT72H",
					    "PT60M", "P1Y2M10DT2H30M", "P0D" };
	static const char *const bad[] = { "",	   "P",	  "PT",	   "7D",   "P7",   "P1W",
					   "PT1D", "P1H", "P1.5D", "-P1D", "P1DT", "P1M1Y" };
	struct duration d, e;
	char text[64];

	for (size_t i = 0; i < ARRAY_LEN(same); i++) {
		T_INT(0, duration_parse(&d, same[i]));
		duration_text(text, sizeof(text), &d);
		T_INT(0, duration_parse(&e, text));
		T_INT(0, memcmp(&d, &e, sizeof(d)));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(duration_parse(&d, bad[i]) != 0, "%s", bad[i]);
	T_INT(0, duration_parse(&d, "PT72H"));
	T_INT(0, duration_parse(&e, "P3D"));
	T_INT(0, duration_cmp(&d, &e));
}


T(a_month_added_to_its_last_day_stays_in_the_month)
{
	char out[TIME_DATE_SIZE];
	struct duration month = { .months = 1 }, year = { .months = 12 };

	date_add(out, "2020-01-31", &month);
	T_STR("2020-02-29", out);
	date_add(out, "2020-02-29", &year);
	T_STR("2021-02-28", out);
	date_add(out, "2020-11-30", &month);
	T_STR("2020-12-30", out);
}


T(the_day_is_that_of_the_zone)
{
	struct zone *moscow = zone("Europe/Moscow"), *toronto = zone("America/Toronto");
	char date[TIME_DATE_SIZE];
	int64_t at = 0;

	zone_date(date, moscow, AT("2021-01-18T21:00:00Z"));
	T_STR("2021-01-19", date);
	zone_date(date, toronto, AT("2021-01-19T04:59:59.999Z"));
	T_STR("2021-01-18", date);
	T_INT(0, zone_midnight(&at, moscow, "2021-01-19"));
	ck_assert(at == AT("2021-01-18T21:00:00Z"));
	zone_close(moscow);
	zone_close(toronto);
}


T(summer_time_makes_days_of_23_and_25_hours)
{
	struct zone *z = zone("Europe/Vienna");
	struct duration day = { .days = 1 }, hours = { .ms = 24 * TIME_HOUR };
	int64_t at = AT("2020-03-28T12:00:00+01:00"), back = AT("2020-10-24T12:00:00+02:00");

	ck_assert(zone_add(z, at, &day) == AT("2020-03-29T12:00:00+02:00"));
	ck_assert(zone_add(z, at, &hours) == AT("2020-03-29T13:00:00+02:00"));
	ck_assert(zone_add(z, back, &day) == AT("2020-10-25T12:00:00+01:00"));
	/* 02:30 does not exist on that night */
	ck_assert(zone_add(z, AT("2020-03-28T02:30:00+01:00"), &day) ==
		  AT("2020-03-29T01:30:00Z"));
	ck_assert(zone_add(NULL, at, &day) == at + TIME_DAY);
	zone_close(z);
}


T(an_unknown_zone_is_named)
{
	struct zone *z = NULL;
	struct fault f = { 0 };

	T_INT(E_ABSENT, zone_open(&z, "Europe/Concord", &f));
	ck_assert_ptr_nonnull(strstr(f.text, "Europe/Concord"));
}


T(a_partial_date_counts_as_its_first_day)
{
	char day[TIME_DATE_SIZE];

	time_first_day(day, "1993");
	T_STR("1993-01-01", day);
	time_first_day(day, "2006-08");
	T_STR("2006-08-01", day);
	time_first_day(day, "2012-12-19");
	T_STR("2012-12-19", day);
}


T_MAIN("time", C(a_partial_date_counts_as_its_first_day), C(instants_are_read_and_written),
       C(a_date_knows_leap_days), C(days_and_dates_agree_over_four_centuries),
       C(durations_are_iso_8601), C(a_month_added_to_its_last_day_stays_in_the_month),
       C(the_day_is_that_of_the_zone), C(summer_time_makes_days_of_23_and_25_hours),
       C(an_unknown_zone_is_named))
