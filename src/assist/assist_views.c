/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>

#include "act/world.h"
#include "assist/judges.h"
#include "base/mem.h"
#include "base/text.h"
#include "gen/assist.h"
#include "store/store.h"

enum {
	ROWS_MAX = 5000,
	MINUTE_MS = 60000,
};


static const char *viewer(const struct view_cx *cx)
{
	return cx->seat.party ? cx->seat.party : "";
}


int assistance_requests_run(struct view_cx *cx, const void *params)
{
	const struct assistance_requests_params *q = params;
	bool members =
		cx->seat.secretariat || seat_has(&cx->seat, cx->charter, "meeting-decide");
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT r.id, r.party, r.to_party, r.mode, r.kind, r.title, r.state, r.sent_at,"
		" r.due_at, r.revision, r.closed_at, r.asker_agrees * r.giver_agrees, (SELECT"
		" count(*) FROM assist_line l WHERE l.request = r.id), (SELECT count(*) FROM"
		" assist_line l WHERE l.request = r.id AND l.quantity <= CAST((SELECT"
		" coalesce(sum(o.arrived), 0) FROM assist_offer o WHERE o.request = l.request AND"
		" o.line = l.line) AS BIGINT)) FROM assist_request r WHERE " HELP_KNOWN_IF
		" AND ($3 = 0 OR r.state NOT IN ('closed', 'withdrawn')) ORDER BY r.id DESC LIMIT 5000",
		"sii", viewer(cx), (int64_t)members, (int64_t)q->open);

	while (!err && store_next(rows, &err)) {
		struct assistance_requests_row row = {
			.id = store_int(rows, 0),
			.party = store_text(rows, 1),
			.to = store_text(rows, 2),
			.mode = store_text(rows, 3),
			.kind = store_text(rows, 4),
			.title = store_text(rows, 5),
			.state = store_text(rows, 6),
			.sent = store_int(rows, 7),
			.due = store_int(rows, 8),
			.revision = store_int(rows, 9),
			.closed = row_int(rows, 10),
			.summary = store_int(rows, 11) != 0,
			.lines = store_int(rows, 12),
			.met = store_int(rows, 13),
		};

		row.own = text_eq(row.party, cx->seat.party) || text_eq(row.to, cx->seat.party);
		row.overdue = cx->at > row.due && (text_eq(row.state, "sent") ||
						   text_eq(row.state, "acknowledged"));
		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


/* Others may not know that there is such a request. */
static int need_own_request(struct view_cx *cx, int64_t id)
{
	int64_t n = 0;
	int err = store_get_int(
		&n, cx->st,
		"SELECT count(*) FROM assist_request r WHERE r.id = $2 AND " HELP_OWN, "si",
		viewer(cx), id);

	return err ? err : n ? 0 : E_ABSENT;
}


int assistance_request_run(struct view_cx *cx, const void *params)
{
	const struct assistance_request_params *q = params;
	struct store_rows *rows = NULL;
	int err = need_own_request(cx, q->id);

	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT id, party, to_party, kind, title, event, contact, reason,"
			" state, consultation, note, asker_agrees, giver_agrees FROM"
			" assist_request WHERE id = $1",
			"i", q->id);
	while (!err && store_next(rows, &err))
		view_row(cx, &(struct assistance_request_row){
				     .id = store_int(rows, 0),
				     .party = store_text(rows, 1),
				     .to = store_text(rows, 2),
				     .kind = store_text(rows, 3),
				     .title = store_text(rows, 4),
				     .event = store_text(rows, 5),
				     .contact = store_text(rows, 6),
				     .reason = store_text(rows, 7),
				     .state = store_text(rows, 8),
				     .consultation = row_int(rows, 9),
				     .note = store_text(rows, 10),
				     .asker_agrees = store_int(rows, 11) != 0,
				     .giver_agrees = store_int(rows, 12) != 0 });
	store_done(rows);

	return err;
}


/*
 * One pass over the lines and one over the offers of the viewer's requests, joined by line: the
 * board of a thousand requests is read in the time that it takes to write it.
 */
int gap_run(struct view_cx *cx, const void *params)
{
	const struct gap_params *q = params;
	int64_t one = q->request == FIELD_NONE ? 0 : q->request;
	struct store_rows *rows = NULL;
	int err = one ? need_own_request(cx, one) : 0;

	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT l.request, l.line, l.item, l.category, l.unit, l.needed_by, l.place,"
			" l.quantity, l.cannot, coalesce(o.offered, 0), coalesce(o.accepted, 0),"
			" coalesce(o.committed, 0), coalesce(o.arrived, 0), coalesce(o.met, 0)"
			" FROM assist_request r"
			" JOIN assist_line l ON l.request = r.id LEFT JOIN (SELECT request, line,"
			" CAST(sum(CASE WHEN state IN ('submitted', 'countered', 'reconfirm') THEN"
			" quantity ELSE 0 END) AS BIGINT) AS offered, CAST(sum(CASE WHEN state IN"
			" ('accepted', 'committed', 'departed', 'arrived', 'released') THEN accepted"
			" ELSE 0 END) AS BIGINT) AS accepted, CAST(sum(CASE WHEN state IN"
			" ('committed', 'departed', 'arrived', 'released') THEN accepted ELSE 0 END)"
			" AS BIGINT) AS committed, CAST(sum(coalesce(arrived, 0)) AS BIGINT) AS"
			" arrived, CAST(sum(CASE WHEN state IN ('accepted', 'committed', 'departed',"
			" 'arrived', 'released') THEN coalesce(arrived, accepted) ELSE 0 END) AS"
			" BIGINT) AS met FROM assist_offer GROUP BY request, line) o ON o.request ="
			" l.request AND o.line = l.line WHERE " HELP_OWN
			" AND ($2 = 0 AND r.state NOT IN ('closed', 'withdrawn') OR r.id = $2)"
			" ORDER BY l.request DESC, l.line LIMIT 100000",
			"si", viewer(cx), one);
	while (!err && store_next(rows, &err)) {
		struct gap_row row = { .request = store_int(rows, 0),
				       .line = store_int(rows, 1),
				       .item = store_text(rows, 2),
				       .category = store_text(rows, 3),
				       .unit = store_text(rows, 4),
				       .needed_by = store_text(rows, 5),
				       .place = store_text(rows, 6),
				       .needed = store_int(rows, 7),
				       .offered = store_int(rows, 9),
				       .accepted = store_int(rows, 10),
				       .committed = store_int(rows, 11),
				       .arrived = store_int(rows, 12) };
		int64_t held = store_int(rows, 13); /* what arrived counts as it arrived */

		row.unmet = row.needed > held ? row.needed - held : 0;
		row.answer = row.offered || row.accepted ? "offered"
			     : store_int(rows, 8)	 ? "cannot"
							 : "silent";
		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


int assistance_offers_run(struct view_cx *cx, const void *params)
{
	const struct assistance_offers_params *q = params;
	struct store_rows *rows = NULL;
	int err = need_own_request(cx, q->request);

	if (!err)
		err = store_query(&rows, cx->st,
				  "SELECT id, line, party, quantity, ready, terms, estimate,"
				  " currency, transport, until, text, state, accepted, arrived,"
				  " asked, needed FROM assist_offer WHERE request = $1"
				  " ORDER BY line, id LIMIT 5000",
				  "i", q->request);
	while (!err && store_next(rows, &err))
		view_row(cx,
			 &(struct assistance_offers_row){ .id = store_int(rows, 0),
							  .line = store_int(rows, 1),
							  .party = store_text(rows, 2),
							  .quantity = store_int(rows, 3),
							  .ready = store_text(rows, 4),
							  .terms = store_text(rows, 5),
							  .estimate = row_int(rows, 6),
							  .currency = store_text(rows, 7),
							  .transport = store_text(rows, 8),
							  .until = store_int(rows, 9),
							  .text = store_text(rows, 10),
							  .state = store_text(rows, 11),
							  .accepted = row_int(rows, 12),
							  .arrived = row_int(rows, 13),
							  .asked = store_text(rows, 14),
							  .needed = store_int(rows, 15) != 0 });
	store_done(rows);

	return err;
}


int assistance_steps_run(struct view_cx *cx, const void *params)
{
	const struct assistance_steps_params *q = params;
	struct store_rows *rows = NULL;
	int err = need_own_request(cx, q->request);

	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT seq, at, step, party, office, offer, quantity, text FROM"
			" assist_step WHERE request = $1 ORDER BY seq LIMIT 5000",
			"i", q->request);
	while (!err && store_next(rows, &err))
		view_row(cx, &(struct assistance_steps_row){ .seq = store_int(rows, 0),
							     .at = store_int(rows, 1),
							     .step = store_text(rows, 2),
							     .party = store_text(rows, 3),
							     .office = store_text(rows, 4),
							     .offer = row_int(rows, 5),
							     .quantity = row_int(rows, 6),
							     .text = store_text(rows, 7) });
	store_done(rows);

	return err;
}


#define FIRST_STEP(steps)                                                       \
	"SELECT min(s.at) - r.sent_at FROM assist_request r JOIN assist_step s" \
	" ON s.request = r.id AND s.step IN (" steps ") WHERE r.mode = $1 AND"  \
	" r.kind = $2 GROUP BY r.id, r.sent_at ORDER BY r.id LIMIT 5000"


/* The median of the minutes that a query gives: from sending to the first step of a kind. */
static int median(int64_t *out, struct view_cx *cx, const char *mode, const char *kind,
		  const char *sql)
{
	int64_t *all = arena_take(cx->arena, ROWS_MAX * sizeof(*all));
	struct store_rows *rows = NULL;
	size_t n = 0;
	int err = store_query(&rows, cx->st, sql, "ss", mode, kind);

	while (!err && n < ROWS_MAX && store_next(rows, &err))
		all[n++] = store_int(rows, 0) / MINUTE_MS;
	store_done(rows);
	*out = spread_of(all, n).median;

	return err;
}


int assistance_figures_run(struct view_cx *cx, const void *params)
{
	struct store_rows *rows = NULL;
	int err =
		cx->seat.secretariat || cx->seat.status
			? store_query(&rows, cx->st,
				      "SELECT mode, kind, count(*), CAST(sum(CASE WHEN state IN"
				      " ('completed', 'closed') THEN 1 ELSE 0 END) AS BIGINT)"
				      " FROM assist_request GROUP BY mode, kind ORDER BY mode,"
				      " kind",
				      "")
			: E_DENIED;

	(void)params;
	while (!err && store_next(rows, &err)) {
		struct assistance_figures_row row = { .mode = row_text(cx->arena, rows, 0),
						      .kind = row_text(cx->arena, rows, 1),
						      .requests = store_int(rows, 2),
						      .completed = store_int(rows, 3) };

		err = median(&row.answered_in, cx, row.mode, row.kind,
			     FIRST_STEP("'offered', 'cannot'"));
		if (!err)
			err = median(&row.arrived_in, cx, row.mode, row.kind,
				     FIRST_STEP("'arrived'"));
		if (!err)
			view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
