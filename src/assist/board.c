/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * board.c: the gap board: for each item of all open requests that the viewer knows of, what is
 * needed and what has come.  Arithmetic over acts; nobody edits it.
 *
 * Two sums in the order of items, walked side by side: lines alone by a covering index, and
 * only those lines that have offers.
 */
#include <string.h>

#include "act/world.h"
#include "assist/judges.h"
#include "base/text.h"
#include "gen/assist.h"
#include "store/store.h"

/* $1 the viewer's party or '', $2 may see summaries, $3 the kind. */
#define OPEN_AND_KNOWN \
	"r.kind = $3 AND r.state NOT IN ('closed', 'withdrawn') AND " HELP_KNOWN_IF

#define GIVEN "('accepted', 'committed', 'departed', 'arrived', 'released')"

static const char lines_sql[] =
	"SELECT l.category, l.item, l.unit, count(*), CAST(sum(l.quantity) AS BIGINT)"
	" FROM assist_line l CROSS JOIN assist_request r WHERE r.id = l.request AND"
	" l.quantity > 0 AND " OPEN_AND_KNOWN
	" GROUP BY l.category, l.item, l.unit ORDER BY l.category, l.item, l.unit";

/* What has arrived counts as it arrived; before, as it was accepted. */
static const char offers_sql[] =
	"SELECT l.category, l.item, l.unit, CAST(sum(s.offered) AS BIGINT),"
	" CAST(sum(s.accepted) AS BIGINT), CAST(sum(s.committed) AS BIGINT),"
	" CAST(sum(s.arrived) AS BIGINT), CAST(sum(CASE WHEN s.met < l.quantity THEN s.met ELSE"
	" l.quantity END) AS BIGINT) FROM (SELECT o.request, o.line, sum(CASE WHEN o.state IN"
	" ('declined', 'retracted', 'expired', 'not-needed') THEN 0 ELSE o.quantity END) AS"
	" offered, sum(CASE WHEN o.state IN " GIVEN " THEN o.accepted ELSE 0 END) AS accepted,"
	" sum(CASE WHEN o.state IN ('committed', 'departed', 'arrived', 'released') THEN"
	" o.accepted ELSE 0 END) AS committed, sum(coalesce(o.arrived, 0)) AS arrived,"
	" sum(CASE WHEN o.state IN " GIVEN
	" THEN coalesce(o.arrived, o.accepted) ELSE 0 END) AS met FROM assist_offer o WHERE"
	" o.request IN (SELECT r.id FROM assist_request r WHERE " OPEN_AND_KNOWN
	") GROUP BY o.request, o.line) s JOIN assist_line l ON l.request = s.request AND"
	" l.line = s.line WHERE l.quantity > 0"
	" GROUP BY l.category, l.item, l.unit ORDER BY l.category, l.item, l.unit";


static bool same_item(const struct assistance_board_row *row, const struct store_rows *offers)
{
	return text_eq(row->category, store_text(offers, 0)) &&
	       text_eq(row->item, store_text(offers, 1)) &&
	       text_eq(row->unit, store_text(offers, 2));
}


/* Each item with offers has lines, so the offers never run ahead of the lines. */
static int walk(struct view_cx *cx, struct store_rows *lines, struct store_rows *offers)
{
	int err = 0;
	bool more = store_next(offers, &err);

	while (!err && store_next(lines, &err)) {
		struct assistance_board_row row = { .category = store_text(lines, 0),
						    .item = store_text(lines, 1),
						    .unit = store_text(lines, 2),
						    .lines = store_int(lines, 3),
						    .needed = store_int(lines, 4) };
		int64_t met = 0;

		if (more && same_item(&row, offers)) {
			row.offered = store_int(offers, 3);
			row.accepted = store_int(offers, 4);
			row.committed = store_int(offers, 5);
			row.arrived = store_int(offers, 6);
			met = store_int(offers, 7);
			more = store_next(offers, &err);
		}
		row.unmet = row.needed - met;
		if (!err)
			view_row(cx, &row);
	}

	return err;
}


int assistance_board_run(struct view_cx *cx, const void *params)
{
	const struct assistance_board_params *q = params;
	const struct seat *s = &cx->seat;
	const char *party = s->party ? s->party : "", *kind = q->kind ? q->kind : "actual";
	int64_t all = s->secretariat || !s->party || seat_has(s, cx->charter, "meeting-decide");
	struct store_rows *lines = NULL, *offers = NULL;
	int err = store_query(&lines, cx->st, lines_sql, "sis", party, all, kind);

	if (!err)
		err = store_query(&offers, cx->st, offers_sql, "sis", party, all, kind);
	if (!err)
		err = walk(cx, lines, offers);
	store_done(lines);
	store_done(offers);

	return err;
}
