/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * views.c: requests, offers and the gap board.  The board is arithmetic over what was acted,
 * never edited; nobody sees in it what they may not know of.
 */
#include <stdlib.h>
#include <string.h>

#include "act/world.h"
#include "assist/judges.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/rules.h"
#include "gen/assist.h"
#include "store/store.h"

/* $1: the party of the viewer, or ''. */
#define VISIBLE "(r.party = $1 OR r.asked = $1 OR (r.agreed_party = 1 AND r.agreed_asked = 1))"

/* Offers that stand; $2: now. */
#define STANDS                                                                        \
	"(o.state IN ('accepted', 'committed', 'departed', 'arrived', 'released') OR" \
	" (o.state IN ('offered', 'countered', 'to-reconfirm') AND o.valid_until >= $2))"

/* Sums of the offers of each line: offered, accepted, committed, arrived, promised or there. */
#define SUMS                                                                              \
	"SELECT o.request, o.line, sum(CASE WHEN " STANDS " THEN o.quantity ELSE 0 END)"  \
	" AS offered, sum(CASE WHEN o.state IN ('accepted', 'committed', 'departed',"     \
	" 'arrived', 'released') THEN o.accepted ELSE 0 END) AS accepted,"                \
	" sum(CASE WHEN o.state IN ('committed', 'departed', 'arrived', 'released') THEN" \
	" o.accepted ELSE 0 END) AS committed, sum(coalesce(o.arrived, 0)) AS arrived,"   \
	" sum(CASE WHEN o.state IN ('accepted', 'committed', 'departed', 'arrived',"      \
	" 'released') THEN coalesce(o.arrived, o.accepted) ELSE 0 END) AS met"            \
	" FROM assist_offer o"


static int64_t maybe(const struct store_rows *rows, int col)
{
	return store_null(rows, col) ? FIELD_NONE : store_int(rows, col);
}


/* Members, and whoever works for the organisation. */
static bool knows(const struct seat *seat, const struct charter *c)
{
	return seat->person && (!seat->party || seat->secretariat ||
				seat_sees(seat, c, "member,secretariat", NULL));
}


/* A party reads its own even when its rights sleep; guests have nothing here. */
static int need_reader(const struct view_cx *cx)
{
	if (cx->seat.operator_ || knows(&cx->seat, cx->charter) ||
	    (cx->seat.party && cx->seat.asleep))
		return 0;

	return E_DENIED;
}


/* Offers of a request by how far they are. */
struct progress {
	int64_t answers, accepted, moved, arrived, unmet, lines;
};

static int read_progress(struct progress *out, struct view_cx *cx, int64_t id)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT (SELECT count(*) FROM assist_offer WHERE request = $1) + (SELECT"
		" count(*) FROM assist_line WHERE request = $1 AND cannot IS NOT NULL),"
		" (SELECT count(*) FROM assist_offer WHERE request = $1 AND state IN ('accepted',"
		" 'committed', 'departed')), (SELECT count(*) FROM assist_offer WHERE request = $1"
		" AND state IN ('departed', 'arrived', 'released')), (SELECT count(*) FROM"
		" assist_offer WHERE request = $1 AND state IN ('arrived', 'released')),"
		" (SELECT count(*) FROM assist_line l WHERE l.request = $1 AND l.quantity >"
		" (SELECT coalesce(sum(coalesce(o.arrived, o.accepted)), 0) FROM assist_offer o"
		"  WHERE o.request = l.request AND o.line = l.line AND o.state IN ('accepted',"
		" 'committed', 'departed', 'arrived', 'released'))),"
		" (SELECT count(*) FROM assist_line WHERE request = $1 AND quantity > 0)",
		"i", id);

	memset(out, 0, sizeof(*out));
	if (!err && store_next(rows, &err)) {
		out->answers = store_int(rows, 0);
		out->accepted = store_int(rows, 1);
		out->moved = store_int(rows, 2);
		out->arrived = store_int(rows, 3);
		out->unmet = store_int(rows, 4);
		out->lines = store_int(rows, 5);
	}
	store_done(rows);

	return err;
}


/* Where a request stands follows from its offers; nobody sets it. */
static const char *stage_of(const char *state, const struct progress *p)
{
	if (!text_eq(state, "sent") && !text_eq(state, "acknowledged"))
		return state;
	if (p->arrived && !p->accepted)
		return "completed";
	if (p->moved)
		return "under-way";
	if (p->accepted)
		return "agreed";

	return p->answers ? "answered" : state;
}


static int request_line(struct view_cx *cx, const struct store_rows *rows)
{
	struct progress p;
	struct assistances_row row = {
		.id = store_int(rows, 0),
		.mode = store_text(rows, 1),
		.party = store_text(rows, 3),
		.asked = store_text(rows, 4),
		.title = store_text(rows, 5),
		.reply_by = maybe(rows, 9),
		.alert = maybe(rows, 10),
		.consultation = maybe(rows, 11),
		.revision = store_int(rows, 12),
		.sent = maybe(rows, 13),
		.closed = maybe(rows, 14),
		.summary = store_int(rows, 16) != 0 && store_int(rows, 17) != 0,
	};
	int err = read_progress(&p, cx, row.id);

	if (err)
		return err;
	row.stage = stage_of(store_text(rows, 2), &p);
	row.lines = p.lines;
	row.unmet = p.unmet;
	row.silent = row.reply_by != FIELD_NONE && cx->at > row.reply_by && !p.answers;
	if (text_eq(cx->seat.party, row.party) || text_eq(cx->seat.party, row.asked)) {
		row.reason = store_text(rows, 6);
		row.contact = store_text(rows, 7);
		row.assessment = store_text(rows, 8);
		row.closing = store_text(rows, 15);
	}
	view_row(cx, &row);

	return 0;
}


int assistances_run(struct view_cx *cx, const void *params)
{
	const struct assistances_params *q = params;
	struct store_rows *rows = NULL;
	int err = need_reader(cx);

	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT r.id, r.mode, r.state, r.party, r.asked, r.title,"
			" r.reason, r.contact, r.assessment, r.reply_by, r.alert,"
			" r.consultation, r.revision, r.sent_at, r.closed_at,"
			" r.closing, r.agreed_party, r.agreed_asked FROM assist_request r"
			" WHERE " VISIBLE " AND ($2 = 0 OR r.closed_at IS NULL) AND"
			" ($3 = '' OR r.mode = $3) ORDER BY r.id DESC LIMIT 500",
			"sis", cx->seat.party ? cx->seat.party : "", (int64_t)q->open,
			q->mode ? q->mode : "");
	while (!err && store_next(rows, &err)) {
		int failed = request_line(cx, rows);

		if (failed)
			err = failed;
	}
	store_done(rows);

	return err;
}


static int need_party_of(struct request *r, struct view_cx *cx, int64_t id)
{
	int err = need_reader(cx);

	if (!err)
		err = request_read(r, cx->arena, cx->st, id);
	if (!err && !request_is_party(&cx->seat, r))
		err = E_ABSENT;

	return err;
}


static const char *line_answer(int64_t offers, bool cannot, bool silent)
{
	if (offers)
		return "offer";

	return cannot ? "cannot" : silent ? "silent" : NULL;
}


int assistance_lines_run(struct view_cx *cx, const void *params)
{
	const struct assistance_lines_params *q = params;
	struct store_rows *rows = NULL;
	struct request r;
	int err = need_party_of(&r, cx, q->id);

	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT l.line, l.category, l.item, l.unit, l.needed_by, l.place,"
			" l.conditions, l.revision, l.cannot, l.quantity, coalesce(s.offered, 0),"
			" coalesce(s.accepted, 0), coalesce(s.committed, 0),"
			" coalesce(s.arrived, 0), coalesce(s.met, 0), (SELECT count(*) FROM"
			" assist_offer x WHERE x.request = l.request AND x.line = l.line),"
			" (SELECT reply_by FROM assist_request WHERE id = $1)"
			" FROM assist_line l LEFT JOIN (" SUMS
			" WHERE o.request = $1 GROUP BY o.request, o.line) s ON s.line = l.line"
			" WHERE l.request = $1 ORDER BY l.line",
			"ii", r.id, cx->at);
	while (!err && store_next(rows, &err)) {
		struct assistance_lines_row row = {
			.line = store_int(rows, 0),
			.category = store_text(rows, 1),
			.item = store_text(rows, 2),
			.unit = store_text(rows, 3),
			.needed_by = store_int(rows, 4),
			.place = store_text(rows, 5),
			.conditions = store_text(rows, 6),
			.revision = store_int(rows, 7),
			.needed = store_int(rows, 9),
			.offered = store_int(rows, 10),
			.accepted = store_int(rows, 11),
			.committed = store_int(rows, 12),
			.arrived = store_int(rows, 13),
		};
		int64_t met = store_int(rows, 14);

		row.answer = line_answer(store_int(rows, 15), !store_null(rows, 8),
					 cx->at > store_int(rows, 16));
		if (text_eq(row.answer, "cannot") && store_text(rows, 8)[0])
			row.reason = store_text(rows, 8);
		row.unmet = row.needed > met ? row.needed - met : 0;
		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


static void offer_line(struct view_cx *cx, const struct store_rows *rows)
{
	struct assistance_offers_row row = {
		.offer = store_int(rows, 0),
		.line = store_int(rows, 1),
		.state = store_text(rows, 2),
		.quantity = store_int(rows, 3),
		.accepted = maybe(rows, 4),
		.arrived = maybe(rows, 5),
		.ready = maybe(rows, 6),
		.embark = store_text(rows, 7),
		.transport = store_text(rows, 8),
		.days = maybe(rows, 9),
		.self_sufficient = maybe(rows, 10),
		.cost = store_text(rows, 11),
		.terms = store_text(rows, 12),
		.valid_until = store_int(rows, 13),
		.counter = maybe(rows, 14),
		.counter_terms = store_text(rows, 15),
		.needed = store_int(rows, 16) != 0,
		.discrepancy = store_text(rows, 17),
		.amount = maybe(rows, 18),
		.currency = store_text(rows, 19),
		.cost_stage = store_text(rows, 20),
	};

	if (word_of("offered countered", row.state) && cx->at > row.valid_until)
		row.state = "expired";
	view_row(cx, &row);
}


int assistance_offers_run(struct view_cx *cx, const void *params)
{
	const struct assistance_offers_params *q = params;
	struct store_rows *rows = NULL;
	struct request r;
	int err = need_party_of(&r, cx, q->id);

	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT o.offer, o.line, o.state, o.quantity, o.accepted, o.arrived,"
			" o.ready, o.embark, o.transport, o.days, o.self_sufficient, o.cost,"
			" o.terms, o.valid_until, o.counter, o.counter_terms, o.needed,"
			" o.discrepancy, c.amount, c.currency, c.stage FROM assist_offer o"
			" LEFT JOIN assist_cost c ON c.request = o.request AND c.offer = o.offer"
			" AND c.seq = (SELECT max(d.seq) FROM assist_cost d WHERE d.request ="
			" o.request AND d.offer = o.offer) WHERE o.request = $1 ORDER BY o.offer",
			"i", r.id);
	while (!err && store_next(rows, &err))
		offer_line(cx, rows);
	store_done(rows);

	return err;
}


int assistance_board_run(struct view_cx *cx, const void *params)
{
	const struct assistance_board_params *q = params;
	struct store_rows *rows = NULL;
	int err = need_reader(cx);

	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT l.category, l.item, l.unit, count(*), sum(l.quantity),"
			" sum(coalesce(s.offered, 0)), sum(coalesce(s.accepted, 0)),"
			" sum(coalesce(s.committed, 0)), sum(coalesce(s.arrived, 0)),"
			" sum(CASE WHEN l.quantity > coalesce(s.met, 0) THEN l.quantity -"
			" coalesce(s.met, 0) ELSE 0 END)"
			" FROM assist_request r JOIN assist_line l ON l.request = r.id"
			" LEFT JOIN (" SUMS " GROUP BY o.request, o.line) s ON s.request ="
			" l.request AND s.line = l.line WHERE r.closed_at IS NULL AND r.mode = $3"
			" AND " VISIBLE
			" GROUP BY l.category, l.item, l.unit ORDER BY l.category, l.item, l.unit"
			" LIMIT 5000",
			"sis", cx->seat.party ? cx->seat.party : "", cx->at,
			q->mode ? q->mode : "actual");
	while (!err && store_next(rows, &err)) {
		struct assistance_board_row row = {
			.category = store_text(rows, 0),
			.item = store_text(rows, 1),
			.unit = store_text(rows, 2),
			.requests = store_int(rows, 3),
			.needed = store_int(rows, 4),
			.offered = store_int(rows, 5),
			.accepted = store_int(rows, 6),
			.committed = store_int(rows, 7),
			.arrived = store_int(rows, 8),
			.unmet = store_int(rows, 9),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


enum {
	TIMES = 3,
	REQUESTS_MAX = 20000,
};

/* One request: its year and the minutes to the first answer, acceptance, arrival. */
struct timing {
	int64_t year;
	int64_t minutes[TIMES]; /* FIELD_NONE */
	bool completed;
};


static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}


static int64_t middle(struct view_cx *cx, const struct timing *t, size_t n, int which)
{
	int64_t *v = arena_take(cx->arena, (n + 1) * sizeof(*v));
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (t[i].minutes[which] != FIELD_NONE)
			v[count++] = t[i].minutes[which];
	if (!count)
		return FIELD_NONE;
	qsort(v, count, sizeof(*v), by_value);

	return v[(count - 1) / 2];
}


static void sum_year(struct view_cx *cx, const struct timing *t, size_t n)
{
	struct assistance_sum_row row = { .year = t->year, .bilateral = (int64_t)n };

	for (size_t i = 0; i < n; i++)
		row.completed += t[i].completed;
	row.to_answer = middle(cx, t, n, 0);
	row.to_accept = middle(cx, t, n, 1);
	row.to_arrive = middle(cx, t, n, 2);
	view_row(cx, &row);
}


static void read_timing(struct view_cx *cx, struct timing *t, const struct store_rows *rows)
{
	int64_t sent = store_int(rows, 0);
	const char *day = world_today(cx->world, cx->charter, sent);

	if (text_int(&t->year, arena_strn(cx->arena, day, 4), 1, 9999))
		t->year = 0;
	for (int i = 0; i < TIMES; i++)
		t->minutes[i] = store_null(rows, i + 1)
					? FIELD_NONE
					: (store_int(rows, i + 1) - sent) / TIME_MINUTE;
	t->completed = store_int(rows, 4) > 0 && store_int(rows, 5) == 0;
}


int assistance_sum_run(struct view_cx *cx, const void *params)
{
	struct timing *t = arena_take(cx->arena, REQUESTS_MAX * sizeof(*t));
	struct store_rows *rows = NULL;
	size_t n = 0, from = 0;
	int err = need_reader(cx);

	(void)params;
	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT r.sent_at, (SELECT min(at) FROM assist_step WHERE request = r.id"
			" AND step = 'answered'), (SELECT min(at) FROM assist_step WHERE request ="
			" r.id AND step = 'accepted'), (SELECT min(at) FROM assist_step WHERE"
			" request = r.id AND step = 'arrived'), (SELECT count(*) FROM assist_offer"
			" WHERE request = r.id AND state IN ('arrived', 'released')), (SELECT"
			" count(*) FROM assist_offer WHERE request = r.id AND state IN"
			" ('accepted', 'committed', 'departed')) FROM assist_request r WHERE"
			" r.sent_at IS NOT NULL AND r.mode = 'actual' AND " VISIBLE
			" ORDER BY r.sent_at DESC LIMIT 20000",
			"s", cx->seat.party ? cx->seat.party : "");
	while (!err && n < REQUESTS_MAX && store_next(rows, &err)) {
		read_timing(cx, &t[n], rows);
		if (n > from && t[n].year != t[from].year) {
			sum_year(cx, t + from, n - from);
			from = n;
		}
		n++;
	}
	store_done(rows);
	if (!err && n > from)
		sum_year(cx, t + from, n - from);

	return err;
}
