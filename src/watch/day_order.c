/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Written days and the trap in them: 2020-05-04 in a file that means 5 April.  Of two orders
 * that both give days, the right one gives a run of days; the wrong one jumps from month to
 * month.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "watch/intake.h"

enum {
	PARTS = 3,
	FAR = 4, /* so many times as long as the other is not a run of days */
};


/* Three numbers with one kind of separator, or eight digits; what follows a T or space is cut.
 */
static bool parts(int out[PARTS], int digits[PARTS], char *between, const char *text)
{
	char sep = '\0';
	int n = 0;

	while (*text == ' ')
		text++;
	out[0] = out[1] = out[2] = digits[0] = digits[1] = digits[2] = 0;
	for (; n < PARTS; text++) {
		if (*text >= '0' && *text <= '9' && digits[n] < 8) {
			out[n] = out[n] * 10 + (*text - '0');
			digits[n]++;
		} else if (n < 2 && digits[n] && *text && strchr("-/.", *text) &&
			   (!sep || sep == *text)) {
			sep = *text;
			n++;
		} else {
			break;
		}
	}
	if (*text && strcmp(text, "T00:00:00") != 0 && strcmp(text, "T00:00:00Z") != 0 &&
	    strcmp(text, " 00:00:00") != 0 && *text != ' ')
		return false;
	*between = sep;
	if (n == 0 && digits[0] == 8) {
		out[2] = out[0] % 100;
		out[1] = out[0] / 100 % 100;
		out[0] /= 10000;
		digits[0] = 4;
		digits[1] = digits[2] = 2;
		return true;
	}

	return n == 2 && digits[2] > 0;
}


bool day_read(int64_t *out, const char *text, enum day_order order)
{
	static const int at[][PARTS] = {
		/* year, month, day */
		[ORDER_YMD] = { 0, 1, 2 },
		[ORDER_YDM] = { 0, 2, 1 },
		[ORDER_DMY] = { 2, 1, 0 },
		[ORDER_MDY] = { 2, 0, 1 },
	};
	static const int length[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int part[PARTS], digits[PARTS], year, month, day;
	char between;

	if (order == ORDER_UNKNOWN || !parts(part, digits, &between, text))
		return false;
	/* Days between points are never month first. */
	if (order == ORDER_MDY && between == '.')
		return false;
	year = part[at[order][0]];
	month = part[at[order][1]];
	day = part[at[order][2]];
	if (digits[at[order][0]] == 2 && at[order][0] == 2)
		year += 2000;
	else if (digits[at[order][0]] != 4)
		return false;
	if (digits[at[order][1]] > 2 || digits[at[order][2]] > 2 || month < 1 || month > 12 ||
	    day < 1 || day > length[month - 1] || year < 1900)
		return false;
	if (month == 2 && day == 29 && (year % 4 || (year % 100 == 0 && year % 400)))
		return false;
	*out = time_days(year, month, day);

	return true;
}


static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}


/* How many days lie between the first and the last, and how many different ones there are. */
struct run {
	bool possible;
	int64_t first, last;
	size_t different;
};


static struct run run_of(const char *const *days, size_t count, enum day_order order,
			 int64_t today)
{
	int64_t *all = calloc(count + 1, sizeof(*all));
	struct run r = { .possible = all && count > 0 };

	for (size_t i = 0; r.possible && i < count; i++)
		r.possible = day_read(&all[i], days[i], order) && all[i] <= today;
	if (r.possible) {
		qsort(all, count, sizeof(*all), by_number);
		r.first = all[0];
		r.last = all[count - 1];
		r.different = 1;
		for (size_t i = 1; i < count; i++)
			r.different += all[i] != all[i - 1];
	}
	free(all);

	return r;
}


/* Is x a run of days where y is not? */
static bool runs_better(const struct run *x, const struct run *y, int64_t today)
{
	int64_t a = x->last - x->first + 1, b = y->last - y->first + 1;

	if (!x->possible || !y->possible)
		return x->possible;
	if (x->different > 1)
		return b > a * FAR;

	/* One day alone: the one that was just now. */
	return today - x->last <= 7 && today - y->last > 21;
}


enum day_order day_order_of(const char *const *days, size_t count, const char *today_text,
			    bool *trap)
{
	int64_t today = INT64_MAX;
	struct run ymd, ydm, dmy, mdy;

	*trap = false;
	if (time_date_days(&today, today_text))
		today = INT64_MAX;
	ymd = run_of(days, count, ORDER_YMD, today);
	ydm = run_of(days, count, ORDER_YDM, today);
	if (ymd.possible || ydm.possible) {
		*trap = runs_better(&ydm, &ymd, today);
		return *trap ? ORDER_YDM : ORDER_YMD;
	}
	dmy = run_of(days, count, ORDER_DMY, today);
	mdy = run_of(days, count, ORDER_MDY, today);
	if (!dmy.possible && !mdy.possible)
		return ORDER_UNKNOWN;
	if (dmy.possible && mdy.possible && dmy.first == mdy.first && dmy.last == mdy.last)
		return ORDER_DMY; /* 05/05/2020 is the same in both */
	if (runs_better(&dmy, &mdy, today))
		return ORDER_DMY;
	if (runs_better(&mdy, &dmy, today))
		return ORDER_MDY;

	return ORDER_UNKNOWN;
}


static const char *const names[] = {
	[ORDER_UNKNOWN] = "",		[ORDER_YMD] = "year-month-day",
	[ORDER_YDM] = "year-day-month", [ORDER_DMY] = "day-month-year",
	[ORDER_MDY] = "month-day-year",
};


const char *day_order_name(enum day_order order)
{
	return names[order];
}


bool day_order_read(enum day_order *out, const char *text)
{
	*out = ORDER_UNKNOWN;
	for (enum day_order o = ORDER_YMD; text && o <= ORDER_MDY; o++)
		if (text_eq(text, names[o]))
			*out = o;

	return !text || *out != ORDER_UNKNOWN;
}
