/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* level_views.c: the crisis level now and before, what is proposed, what is to be done. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/rules.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"
#include "watch/levels.h"


int level_run(struct view_cx *cx, const void *params)
{
	bool inside = watch_reads(&cx->seat, cx->charter);
	struct level_row row = { .may_lower = FIELD_NONE,
				 .draft_due = FIELD_NONE,
				 .draft_at = FIELD_NONE };
	struct level_now now;
	int err = level_now(&now, cx->arena, cx->st, cx->charter);

	(void)params;
	if (!err && inside)
		err = store_get_int(&row.proposed, cx->st,
				    "SELECT count(*) FROM watch_proposal WHERE state = 'open'",
				    "");
	if (err)
		return err;
	row.id = now.id ? now.id : FIELD_NONE;
	row.level = now.level;
	row.since = now.since;
	row.rank = charter_level(cx->charter, now.level);
	if (row.rank > 0)
		row.may_lower = now.since + duration_ms(&cx->charter->crisis.hold);
	if (inside) {
		row.draft_due = now.draft_due;
		row.draft = now.draft;
		row.draft_at = now.draft_at;
		row.overdue = now.draft_due != FIELD_NONE && now.draft_at == FIELD_NONE &&
			      cx->at > now.draft_due;
	}
	view_row(cx, &row);

	return 0;
}


int levels_run(struct view_cx *cx, const void *params)
{
	bool inside = watch_reads(&cx->seat, cx->charter);
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT id, level, before, at, office, body, reason, evidence"
			      " FROM watch_level ORDER BY id DESC LIMIT 1000",
			      "");

	(void)params;
	while (!err && store_next(rows, &err)) {
		struct levels_row row = {
			.id = store_int(rows, 0),
			.level = row_text(cx->arena, rows, 1),
			.before = row_text(cx->arena, rows, 2),
			.at = store_int(rows, 3),
			.office = row_text(cx->arena, rows, 4),
			.body = row_text(cx->arena, rows, 5),
			.reason = row_text(cx->arena, rows, 6),
			.evidence = inside ? row_text(cx->arena, rows, 7) : NULL,
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


static void proposal_row(struct view_cx *cx, const struct store_rows *rows)
{
	struct charter_level_answer rule;
	struct level_proposals_row row = {
		.id = store_int(rows, 0),
		.level = row_text(cx->arena, rows, 1),
		.trigger = row_text(cx->arena, rows, 2),
		.party = row_text(cx->arena, rows, 3),
		.at = store_int(rows, 4),
		.due = store_int(rows, 5),
		.state = row_text(cx->arena, rows, 6),
		.reason = row_text(cx->arena, rows, 7),
		.answer = row_text(cx->arena, rows, 8),
		.settled = row_int(rows, 9),
		.evidence = row_text(cx->arena, rows, 10),
	};

	charter_level_rule(&rule, cx->charter, row.level);
	row.rule = arena_printf(cx->arena, "crisis/triggers/%s", row.trigger);
	row.decides = rule.by.office ? rule.by.office->id
		      : rule.by.body ? rule.by.body->id
				     : row.level;
	view_row(cx, &row);
}


int level_proposals_run(struct view_cx *cx, const void *params)
{
	const struct level_proposals_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT id, level, rule, party, at, due, state, reason, answer,"
			  " settled_at, evidence FROM watch_proposal"
			  " WHERE ($1 = 0 OR state = 'open') ORDER BY id DESC LIMIT 1000",
			  "i", (int64_t)q->open);
	while (!err && store_next(rows, &err))
		proposal_row(cx, rows);
	store_done(rows);

	return err;
}


int level_actions_run(struct view_cx *cx, const void *params)
{
	const struct level_actions_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(&rows, cx->st,
			  "SELECT a.id, l.level, a.action, a.at, a.done_at, a.office, a.note"
			  " FROM watch_action a JOIN watch_level l ON l.id = a.level"
			  " WHERE ($1 = 0 OR a.done_at IS NULL) ORDER BY a.id DESC LIMIT 1000",
			  "i", (int64_t)q->open);
	while (!err && store_next(rows, &err)) {
		struct level_actions_row row = {
			.id = store_int(rows, 0),
			.level = row_text(cx->arena, rows, 1),
			.action = row_text(cx->arena, rows, 2),
			.at = store_int(rows, 3),
			.done = row_int(rows, 4),
			.office = row_text(cx->arena, rows, 5),
			.note = row_text(cx->arena, rows, 6),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
