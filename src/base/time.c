/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "base/time.h"


static int64_t clock_ms(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


int64_t time_now(void)
{
	return clock_ms(CLOCK_REALTIME);
}


int64_t time_monotonic(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}


int64_t time_cpu(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);

	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}


int64_t time_cpu_cost(void)
{
	enum { TRIES = 200 };
	int64_t begin = time_cpu();

	for (int i = 1; i < TRIES; i++)
		(void)time_cpu();

	return (time_cpu() - begin) / TRIES;
}


/* Days from civil and back: the shifted-March calendar of 400-year eras. */
int64_t time_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? (int64_t)year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t in_era = y - era * 400;
	int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}


void time_civil(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t in_era = z - era * 146097;
	int64_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * in_year + 2) / 153;

	*day = (int)(in_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}


static int floor_div(int64_t *rest, int64_t a, int64_t b)
{
	int64_t q = a / b;

	if (a % b < 0)
		q--;
	*rest = a - q * b;

	return (int)q;
}


static char *number(char *out, int64_t v, int width)
{
	for (int i = width - 1; i >= 0; i--, v /= 10)
		out[i] = (char)('0' + v % 10);

	return out + width;
}


void time_text(char *out, int64_t at)
{
	int64_t ms;
	int days = floor_div(&ms, at, TIME_DAY);
	int y, m, d;

	time_civil(days, &y, &m, &d);
	out = number(out, y, 4);
	*out++ = '-';
	out = number(out, m, 2);
	*out++ = '-';
	out = number(out, d, 2);
	*out++ = 'T';
	out = number(out, ms / TIME_HOUR, 2);
	*out++ = ':';
	out = number(out, ms / TIME_MINUTE % 60, 2);
	*out++ = ':';
	out = number(out, ms / TIME_SECOND % 60, 2);
	if (ms % TIME_SECOND) {
		*out++ = '.';
		out = number(out, ms % TIME_SECOND, 3);
	}
	*out++ = 'Z';
	*out = '\0';
}


/* Exactly n digits at *s, which moves on; -1 when there are none such. */
static int digits(const char **s, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if ((*s)[i] < '0' || (*s)[i] > '9')
			return -1;
		v = v * 10 + ((*s)[i] - '0');
	}
	*s += n;

	return v;
}


static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}


/* "YYYY-MM-DD" at *s, which moves on. */
static int civil(const char **s, int *y, int *m, int *d)
{
	*y = digits(s, 4);
	if (*y < 1 || *(*s)++ != '-')
		return E_SYNTAX;
	*m = digits(s, 2);
	if (*m < 1 || *m > 12 || *(*s)++ != '-')
		return E_SYNTAX;
	*d = digits(s, 2);

	return *d < 1 || *d > month_days(*y, *m) ? E_SYNTAX : 0;
}


/* ":SS" and ".fff" are optional; milliseconds, or -1. */
static int64_t seconds(const char **s)
{
	int64_t ms;
	int scale = 100;

	if (**s != ':')
		return 0;
	++*s;
	ms = digits(s, 2);
	if (ms < 0 || ms > 59)
		return -1;
	ms *= 1000;
	if (**s != '.')
		return ms;
	if ((*s)[1] < '0' || (*s)[1] > '9')
		return -1;
	for (++*s; **s >= '0' && **s <= '9'; ++*s, scale /= 10)
		ms += (int64_t)(**s - '0') * scale;

	return ms;
}


/* "Z" or "+HH:MM" to the end; false when it is neither. */
static bool offset(const char *s, int64_t *ms)
{
	int sign, h, m;

	*ms = 0;
	if ((*s == 'Z' || *s == 'z') && !s[1])
		return true;
	if (*s != '+' && *s != '-')
		return false;
	sign = *s++ == '-' ? -1 : 1;
	h = digits(&s, 2);
	if (h < 0 || h > 23 || *s++ != ':')
		return false;
	m = digits(&s, 2);
	if (m < 0 || m > 59 || *s)
		return false;
	*ms = sign * (h * TIME_HOUR + m * TIME_MINUTE);

	return true;
}


int time_parse(int64_t *out, const char *s)
{
	int y, m, d, hour, minute;
	int64_t ms, off;

	if (civil(&s, &y, &m, &d) || (*s != 'T' && *s != 't'))
		return E_SYNTAX;
	s++;
	hour = digits(&s, 2);
	if (hour < 0 || hour > 23 || *s++ != ':')
		return E_SYNTAX;
	minute = digits(&s, 2);
	if (minute < 0 || minute > 59)
		return E_SYNTAX;
	ms = seconds(&s);
	if (ms < 0 || !offset(s, &off))
		return E_SYNTAX;

	*out = time_days(y, m, d) * TIME_DAY + hour * TIME_HOUR + minute * TIME_MINUTE + ms -
	       off;

	return 0;
}


bool time_date_valid(const char *date)
{
	int y, m, d;

	return civil(&date, &y, &m, &d) == 0 && !*date;
}


bool time_partial_valid(const char *date)
{
	const char *s = date;
	int y = digits(&s, 4), m;

	if (y < 1)
		return false;
	if (!*s)
		return true;
	if (*s++ != '-')
		return false;
	m = digits(&s, 2);
	if (m < 1 || m > 12)
		return false;

	return !*s || time_date_valid(date);
}


void time_first_day(char out[TIME_DATE_SIZE], const char *partial)
{
	static const char first[] = "0001-01-01";
	size_t len = strlen(partial);

	if (len >= TIME_DATE_SIZE)
		len = TIME_DATE_SIZE - 1;
	memcpy(out, partial, len);
	memcpy(out + len, first + len, TIME_DATE_SIZE - len);
}


int time_date_days(int64_t *out, const char *date)
{
	int y, m, d;

	if (civil(&date, &y, &m, &d) || *date)
		return E_SYNTAX;
	*out = time_days(y, m, d);

	return 0;
}


void time_days_date(char out[TIME_DATE_SIZE], int64_t days)
{
	int y, m, d;

	time_civil(days, &y, &m, &d);
	(void)snprintf(out, TIME_DATE_SIZE, "%04u-%02u-%02u", (unsigned)y % 10000U,
		       (unsigned)m % 100U, (unsigned)d % 100U);
}


/* One "12H" step of a duration; the unit in *unit, the value returned, -1 when it is none. */
static int64_t step(const char **s, char *unit)
{
	int64_t v = 0;
	const char *from = *s;

	for (; **s >= '0' && **s <= '9'; ++*s) {
		v = v * 10 + (**s - '0');
		if (v > INT64_C(9999999999))
			return -1;
	}
	if (*s == from)
		return -1;
	*unit = *(*s)++;

	return v;
}


static int add_step(struct duration *d, char unit, bool in_time, int64_t v)
{
	if (v > INT64_C(400000000))
		return E_RANGE;
	if (!in_time && unit == 'Y' && v <= 1000)
		d->months += (int32_t)v * 12;
	else if (!in_time && unit == 'M' && v <= 12000)
		d->months += (int32_t)v;
	else if (!in_time && unit == 'D' && v <= 366000)
		d->days += (int32_t)v;
	else if (in_time && unit == 'H')
		d->ms += v * TIME_HOUR;
	else if (in_time && unit == 'M')
		d->ms += v * TIME_MINUTE;
	else if (in_time && unit == 'S')
		d->ms += v * TIME_SECOND;
	else
		return E_RANGE;

	return 0;
}


int duration_parse(struct duration *out, const char *s)
{
	static const char date_units[] = "YMD", time_units[] = "HMS";
	struct duration d = { 0 };
	const char *next = date_units;
	bool in_time = false, any = false;

	if (*s++ != 'P')
		return E_SYNTAX;
	while (*s) {
		const char *at;
		char unit = 0;
		int64_t v;

		if (*s == 'T' && !in_time) {
			s++;
			in_time = true;
			next = time_units;
			any = false;
			continue;
		}
		v = step(&s, &unit);
		at = v >= 0 && unit ? strchr(next, unit) : NULL;
		if (!at)
			return E_SYNTAX;
		next = at + 1;
		any = true;
		if (add_step(&d, unit, in_time, v))
			return E_RANGE;
	}
	if (!any)
		return E_SYNTAX;

	*out = d;

	return 0;
}


static size_t put(char *out, size_t size, size_t at, int64_t v, char unit)
{
	int n = v && at < size ? snprintf(out + at, size - at, "%lld%c", (long long)v, unit)
			       : 0;

	return at + (size_t)(n > 0 ? n : 0);
}


void duration_text(char *out, size_t size, const struct duration *d)
{
	size_t at = 1;

	(void)snprintf(out, size, "P");
	at = put(out, size, at, d->months / 12, 'Y');
	at = put(out, size, at, d->months % 12, 'M');
	at = put(out, size, at, d->days, 'D');
	if (d->ms && at + 1 < size) {
		out[at++] = 'T';
		at = put(out, size, at, d->ms / TIME_HOUR, 'H');
		at = put(out, size, at, d->ms / TIME_MINUTE % 60, 'M');
		at = put(out, size, at, d->ms / TIME_SECOND % 60, 'S');
	}
	if (at == 1)
		(void)snprintf(out, size, "P0D");
}


static int64_t rough_ms(const struct duration *d)
{
	int64_t days =
		(int64_t)(d->months / 12) * 365 + (int64_t)(d->months % 12) * 30 + d->days;

	return days * TIME_DAY + d->ms;
}


int duration_cmp(const struct duration *a, const struct duration *b)
{
	int64_t x = rough_ms(a), y = rough_ms(b);

	return (x > y) - (x < y);
}


void date_add(char out[TIME_DATE_SIZE], const char *date, const struct duration *d)
{
	int y = 1970, m = 1, day = 1, months;

	(void)civil(&date, &y, &m, &day);
	months = y * 12 + m - 1 + d->months;
	y = months / 12;
	m = months % 12 + 1;
	if (day > month_days(y, m))
		day = month_days(y, m);
	time_days_date(out, time_days(y, m, day) + d->days);
}
