/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * times.c: how long it took from step to step, in earnest: the organisation's own measure of
 * itself.  Of requests it counts those that the viewer may know of.
 */
#include <stdlib.h>

#include "act/world.h"
#include "assist/judges.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen/assist.h"
#include "store/store.h"

enum {
	PAIRS_MAX = 100000,
};

/* $1: the viewer's party or ''. */
#define KNOWN_REQUEST "r.kind = 'actual' AND " HELP_KNOWN

/* From one step of an offer to a later one. */
#define OFFER_STEPS(before, after)                                                     \
	"SELECT min(x.at), y.at FROM assist_step y JOIN assist_request r ON r.id ="    \
	" y.request JOIN assist_step x ON x.request = y.request AND x.offer = y.offer" \
	" AND x.step = '" before "' AND x.seq < y.seq WHERE y.step = '" after          \
	"' AND " KNOWN_REQUEST " GROUP BY y.request, y.offer, y.seq, y.at"

/* From its sending to the first such step of a request. */
#define REQUEST_STEP(after)                                                       \
	"SELECT r.sent_at, min(y.at) FROM assist_request r JOIN assist_step y ON" \
	" y.request = r.id AND y.step IN (" after ") WHERE " KNOWN_REQUEST        \
	" GROUP BY r.id, r.sent_at"

#define CONSULTATION(before, after)                                        \
	"SELECT " before ", " after " FROM council_pub_consultation WHERE" \
	" mode = 'actual' AND state <> 'declined' AND $1 = $1"

#define REPORTED                                                                  \
	"(SELECT max(p.at) FROM watch_pub_reported p JOIN watch_pub_flagged f ON" \
	" f.alert = p.alert WHERE p.alert = a.id AND p.stands_seq < f.seq)"

/* Each gives when the first and the second of two steps were. */
static const struct {
	const char *from, *to, *sql;
} measures[] = {
	{ "reported", "flagged",
	  "SELECT " REPORTED ", a.opened_at FROM watch_pub_alert a WHERE $1 = $1" },
	{ "flagged", "verified",
	  "SELECT opened_at, answered_at FROM watch_pub_alert WHERE $1 = $1" },
	{ "verified", "opened",
	  "SELECT a.answered_at, min(c.opened_at) FROM watch_pub_alert a JOIN"
	  " council_pub_consultation c ON c.alert = a.id WHERE $1 = $1"
	  " GROUP BY a.id, a.answered_at" },
	{ "asked", "called", CONSULTATION("asked_at", "answered_at") },
	{ "called", "opened", CONSULTATION("answered_at", "opened_at") },
	{ "opened", "noted", CONSULTATION("opened_at", "ended_at") },
	{ "noted", "agreed", CONSULTATION("ended_at", "agreed_at") },
	{ "agreed", "sent",
	  "SELECT c.agreed_at, r.sent_at FROM assist_request r JOIN council_pub_consultation c"
	  " ON c.id = r.consultation WHERE " KNOWN_REQUEST },
	{ "sent", "offered", REQUEST_STEP("'offered', 'cannot'") },
	{ "offered", "accepted", OFFER_STEPS("offered", "accepted") },
	{ "accepted", "committed", OFFER_STEPS("accepted", "committed") },
	{ "committed", "departed", OFFER_STEPS("committed", "departed") },
	{ "departed", "arrived", OFFER_STEPS("departed", "arrived") },
	{ "sent", "arrived", REQUEST_STEP("'arrived'") },
	{ "reported", "arrived",
	  "SELECT " REPORTED ", min(y.at) FROM assist_request r JOIN council_pub_consultation c"
	  " ON c.id = r.consultation JOIN watch_pub_alert a ON a.id = c.alert JOIN assist_step y"
	  " ON y.request = r.id AND y.step = 'arrived' WHERE " KNOWN_REQUEST
	  " GROUP BY r.id, a.id" },
};

struct period {
	int64_t from, before;
};


static int read_period(struct period *out, struct view_cx *cx,
		       const struct trail_times_params *q)
{
	struct zone *zone = world_zone(cx->world, cx->charter);
	int64_t day = 0;
	char next[TIME_DATE_SIZE];
	int err = 0;

	*out = (struct period){ INT64_MIN, INT64_MAX };
	if (q->first)
		err = zone_midnight(&out->from, zone, q->first);
	if (!err && q->last)
		err = time_date_days(&day, q->last);
	if (!err && q->last) {
		time_days_date(next, day + 1);
		err = zone_midnight(&out->before, zone, next);
	}

	return err;
}


static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}


struct spread spread_of(int64_t *minutes, size_t count)
{
	if (!count)
		return (struct spread){ 0, FIELD_NONE, FIELD_NONE };
	qsort(minutes, count, sizeof(*minutes), by_number);

	return (struct spread){ (int64_t)count, minutes[(count - 1) / 2],
				minutes[(9 * count + 9) / 10 - 1] };
}


static int read_minutes(size_t *n, int64_t *all, struct view_cx *cx, const char *sql,
			const struct period *p)
{
	const char *party = cx->seat.party ? cx->seat.party : "";
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st, sql, "s", party);

	*n = 0;
	while (!err && *n < PAIRS_MAX && store_next(rows, &err)) {
		int64_t begin = row_int(rows, 0), end = row_int(rows, 1);

		if (begin != FIELD_NONE && end != FIELD_NONE && end >= begin &&
		    begin >= p->from && begin < p->before)
			all[(*n)++] = (end - begin) / TIME_MINUTE;
	}
	store_done(rows);

	return err;
}


int trail_times_run(struct view_cx *cx, const void *params)
{
	int64_t *all = arena_take(cx->arena, PAIRS_MAX * sizeof(*all));
	struct period period;
	int err = trail_knows(cx) ? read_period(&period, cx, params) : E_DENIED;

	for (size_t i = 0; i < ARRAY_LEN(measures) && !err; i++) {
		struct spread s;
		size_t n = 0;

		err = read_minutes(&n, all, cx, measures[i].sql, &period);
		s = spread_of(all, n);
		if (!err && n)
			view_row(cx, &(struct trail_times_row){ .from = measures[i].from,
								.to = measures[i].to,
								.count = s.count,
								.median = s.median,
								.p90 = s.p90 });
	}

	return err;
}
