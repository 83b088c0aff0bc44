/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* zone.c: the zones of time.h, through ICU's calendar. */
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"

struct zone {
	UCalendar *cal;
	char name[64];
};


int zone_open(struct zone **out, const char *name, struct fault *f)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar id[64], canonical[64];
	UBool system = 0;
	UCalendar *cal;
	struct zone *z;

	(void)u_strFromUTF8(id, ARRAY_LEN(id), NULL, name, -1, &e);
	if (U_SUCCESS(e))
		(void)ucal_getCanonicalTimeZoneID(id, -1, canonical, ARRAY_LEN(canonical),
						  &system, &e);
	if (U_FAILURE(e) || !system)
		return fault_set(f, E_ABSENT,
				 "\"%s\" is not a time zone (such as Europe/Vienna).", name);

	cal = ucal_open(id, -1, "en", UCAL_GREGORIAN, &e);
	if (U_FAILURE(e))
		return fault_set(f, E_IO, "The time zone data cannot be read.");
	/* Proleptic, as time_days() is. */
	ucal_setGregorianChange(cal, -1e17, &e);

	z = mem_zero(1, sizeof(*z));
	z->cal = cal;
	(void)text_copy(z->name, sizeof(z->name), name);
	*out = z;

	return 0;
}


void zone_close(struct zone *z)
{
	if (!z)
		return;

	ucal_close(z->cal);
	free(z);
}


const char *zone_name(const struct zone *z)
{
	return z->name;
}


/* Milliseconds that the zone is ahead of UTC at that instant. */
static int64_t offset_at(struct zone *z, int64_t at)
{
	UErrorCode e = U_ZERO_ERROR;

	ucal_setMillis(z->cal, (UDate)at, &e);

	return (int64_t)ucal_get(z->cal, UCAL_ZONE_OFFSET, &e) +
	       ucal_get(z->cal, UCAL_DST_OFFSET, &e);
}


static int64_t floor_days(int64_t ms)
{
	return (ms >= 0 ? ms : ms - (TIME_DAY - 1)) / TIME_DAY;
}


void zone_date(char out[TIME_DATE_SIZE], struct zone *z, int64_t at)
{
	time_days_date(out, floor_days(at + (z ? offset_at(z, at) : 0)));
}


/* The instant that reads `local` on the zone's clocks; the first one when it comes twice. */
static int64_t from_local(struct zone *z, int64_t local)
{
	int64_t before, after;

	if (!z)
		return local;
	before = offset_at(z, local - TIME_DAY);
	after = offset_at(z, local + TIME_DAY);
	if (before == after || offset_at(z, local - before) == before)
		return local - before;

	/* A gap: the clocks skip `local`; the instant of the change is as good as both. */
	if (offset_at(z, local - after) != after)
		return local - before;

	return local - after;
}


int zone_midnight(int64_t *out, struct zone *z, const char *date)
{
	int64_t days = 0;
	int err = time_date_days(&days, date);

	if (!err)
		*out = from_local(z, days * TIME_DAY);

	return err;
}


int64_t zone_add(struct zone *z, int64_t at, const struct duration *d)
{
	int64_t local = at + (z ? offset_at(z, at) : 0);
	int64_t days = floor_days(local);
	char date[TIME_DATE_SIZE];
	int64_t moved = 0;

	if (!d->months && !d->days)
		return at + d->ms;

	time_days_date(date, days);
	date_add(date, date, d);
	(void)!time_date_days(&moved, date);

	return from_local(z, moved * TIME_DAY + (local - days * TIME_DAY)) + d->ms;
}
