/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report_views.c: one series in depth with what it said before; reports as they came. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"

enum {
	PAST_MAX = 200, /* earlier figures of one day that are shown */
};

/* What a report says of itself, for the figures that stand since it. */
struct origin {
	int64_t seq; /* since which act they stand */
	int64_t report;
	int64_t at;
	const char *office;
	const char *reason;
};

struct origins {
	struct origin *at;
	size_t count, room;
};


/* Figures of a series mostly stand since few reports, in order: read each once. */
static int find_origin(struct origin **out, struct origins *o, struct view_cx *cx, int64_t seq)
{
	struct store_rows *rows = NULL;
	struct origin *one;
	int err;

	for (size_t i = o->count; i-- > 0;) {
		if (o->at[i].seq == seq) {
			*out = &o->at[i];
			return 0;
		}
	}
	if (o->count == o->room) {
		struct origin *wider;

		o->room = o->room ? o->room * 2 : 64;
		wider = arena_take(cx->arena, o->room * sizeof(*wider));
		if (o->count)
			memcpy(wider, o->at, o->count * sizeof(*wider));
		o->at = wider;
	}
	one = &o->at[o->count++];
	*one = (struct origin){ .seq = seq, .report = seq };
	err = store_query(&rows, cx->st,
			  "SELECT id, stands_at, office, reason FROM watch_report"
			  " WHERE stands_seq = $1",
			  "i", seq);
	if (!err && store_next(rows, &err)) {
		one->report = store_int(rows, 0);
		one->at = store_int(rows, 1);
		one->office = row_text(cx->arena, rows, 2);
		one->reason = row_text(cx->arena, rows, 3);
	}
	store_done(rows);
	*out = one;

	return err;
}


/* A series as it is read: each day's figures, the last one in front. */
struct reading {
	struct view_cx *cx;
	struct origins origins;
	bool runs_on;
	int64_t from;
	struct series_row row;
	struct watch_past_figure *past;
	int64_t day;
	int64_t before_day, before; /* the figure of the day before, for differences */
	bool open;
};


static void close_day(struct reading *r)
{
	if (!r->open)
		return;
	r->open = false;
	r->row.new = FIELD_NONE;
	if (r->row.value != FIELD_NONE && r->runs_on && r->before_day == r->day - 1 &&
	    r->before != FIELD_NONE)
		r->row.new = r->row.value - r->before;
	r->before_day = r->day;
	r->before = r->row.value;
	if (r->day >= r->from)
		view_row(r->cx, &r->row);
}


static void open_day(struct reading *r, int64_t day)
{
	r->open = true;
	r->day = day;
	r->row = (struct series_row){ .day = day_text(r->cx->arena, day) };
	r->past = NULL;
}


/* What stood goes behind what stands now. */
static void push_past(struct reading *r)
{
	if (!r->past)
		r->past = arena_take(r->cx->arena, PAST_MAX * sizeof(*r->past));
	if (r->row.past.n == PAST_MAX)
		return;
	r->past[r->row.past.n++] = (struct watch_past_figure){ .value = r->row.value,
							       .state = r->row.state,
							       .recorded = r->row.recorded,
							       .report = r->row.report,
							       .office = r->row.office };
	r->row.past.v = r->past;
}


static int read_figure(struct reading *r, const struct store_rows *rows)
{
	int64_t day = store_int(rows, 0);
	const char *state = store_text(rows, 3);
	struct origin *o = NULL;
	int err;

	if (!r->open || day != r->day) {
		close_day(r);
		open_day(r, day);
	} else {
		push_past(r);
	}
	err = find_origin(&o, &r->origins, r->cx, store_int(rows, 4));
	if (err)
		return err;
	r->row.value = row_int(rows, 1);
	r->row.of = row_int(rows, 2);
	r->row.state = state ? arena_str(r->cx->arena, state) : NULL;
	r->row.recorded = o->at;
	r->row.report = o->report;
	r->row.office = o->office;
	if (r->row.past.n)
		r->past[r->row.past.n - 1].reason = o->reason;

	return 0;
}


static int64_t day_or(const char *date, int64_t otherwise)
{
	int64_t day = otherwise;

	if (date && time_date_days(&day, date))
		day = otherwise;

	return day;
}


int series_run(struct view_cx *cx, const void *params)
{
	const struct series_params *q = params;
	struct reading r = { .cx = cx, .before = FIELD_NONE, .before_day = INT64_MIN };
	struct store_rows *rows = NULL;
	int64_t id = 0, as_of = 0;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	if (!indicator_set(cx->charter, q->indicator))
		return E_ABSENT;
	r.runs_on = indicator_runs_on(q->indicator);
	r.from = day_or(q->from, INT32_MIN);
	err = series_find(&id, cx->st, q->party, q->area ? q->area : "", q->indicator);
	if (!err)
		err = series_as_of(&as_of, cx->st, q->as_of);
	if (!err)
		err = store_query(&rows, cx->st,
				  "SELECT day, value, whole, state, seq FROM watch_cell"
				  " WHERE series = $1 AND day BETWEEN $2 AND $3 AND seq <= $4"
				  " ORDER BY day, seq",
				  "iiii", id, r.from - 1, day_or(q->to, INT32_MAX), as_of);
	while (!err && store_next(rows, &err))
		err = read_figure(&r, rows);
	store_done(rows);
	if (!err)
		close_day(&r);

	return err;
}


static void report_line(struct view_cx *cx, const struct store_rows *rows)
{
	struct reports_row row = {
		.id = store_int(rows, 0),
		.party = row_text(cx->arena, rows, 1),
		.at = store_int(rows, 2),
		.state = row_text(cx->arena, rows, 3),
		.cells = store_int(rows, 4),
		.changed = store_int(rows, 5),
		.first = store_null(rows, 6) ? NULL : day_text(cx->arena, store_int(rows, 6)),
		.last = store_null(rows, 7) ? NULL : day_text(cx->arena, store_int(rows, 7)),
		.share = store_null(rows, 8) ? (double)NAN : store_real(rows, 8),
		.source = row_text(cx->arena, rows, 9),
		.reason = row_text(cx->arena, rows, 10),
		.note = row_text(cx->arena, rows, 11),
		.office = row_text(cx->arena, rows, 12),
		.second = row_text(cx->arena, rows, 13),
		.settled = row_int(rows, 14),
	};

	view_row(cx, &row);
}


int reports_run(struct view_cx *cx, const void *params)
{
	const struct reports_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT id, party, at, state, cells, changed, first, last, share,"
			  " source, reason, note, office, second_office, settled_at"
			  " FROM watch_report WHERE ($1 = '' OR party = $1)"
			  " AND ($2 = '' OR state = $2) ORDER BY id DESC LIMIT $3",
			  "ssi", q->party ? q->party : "", q->state ? q->state : "",
			  q->limit == FIELD_NONE ? INT64_C(200) : q->limit);
	while (!err && store_next(rows, &err))
		report_line(cx, rows);
	store_done(rows);

	return err;
}


int report_run(struct view_cx *cx, const void *params)
{
	const struct report_params *q = params;
	struct store_rows *rows = NULL;
	int64_t there = 0;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_get_int(&there, cx->st, "SELECT count(*) FROM watch_report WHERE id = $1",
			    "i", q->id);
	if (!err && !there)
		return E_ABSENT;
	if (err)
		return err;
	err = store_query(
		&rows, cx->st,
		"SELECT s.indicator, s.area, f.day, f.value, f.whole, f.state,"
		" (SELECT c.value FROM watch_cell c WHERE c.series = f.series AND c.day = f.day"
		"  AND c.seq < f.seq ORDER BY c.seq DESC LIMIT 1)"
		" FROM (SELECT c.series, c.day, c.value, c.whole, c.state, c.seq"
		"  FROM watch_report r JOIN watch_series s ON s.party = r.party"
		"  JOIN watch_cell c ON c.series = s.id AND c.day BETWEEN r.first AND r.last"
		"  AND c.seq = r.stands_seq WHERE r.id = $1"
		"  UNION ALL SELECT p.series, p.day, p.value, p.whole, p.state,"
		"  9000000000000000 FROM watch_proposed p JOIN watch_report r ON r.id = p.report"
		"  WHERE p.report = $1 AND r.stands_seq IS NULL) AS f"
		" JOIN watch_series s ON s.id = f.series"
		" ORDER BY s.indicator, s.area, f.day LIMIT 2000",
		"i", q->id);
	while (!err && store_next(rows, &err)) {
		const char *area = row_text(cx->arena, rows, 1);
		struct report_row row = {
			.indicator = row_text(cx->arena, rows, 0),
			.area = *area ? area : NULL,
			.day = day_text(cx->arena, store_int(rows, 2)),
			.value = row_int(rows, 3),
			.of = row_int(rows, 4),
			.state = row_text(cx->arena, rows, 5),
			.was = row_int(rows, 6),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
