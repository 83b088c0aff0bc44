/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "act/judging.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/feed.h"
#include "watch/judges.h"
#include "watch/known.h"


int64_t feed_next(int64_t now, int64_t minute, int64_t every)
{
	int64_t step = every * TIME_HOUR;
	int64_t first = (now / TIME_DAY - 1) * TIME_DAY + minute * TIME_MINUTE;

	return first + ((now - first) / step + 1) * step;
}


int feed_add(struct store *st, const struct feed *f, int64_t now)
{
	int64_t n = 0;
	int err = store_get_int(&n, st,
				"SELECT count(*) FROM watch_feed WHERE party = $1 AND ended_at"
				" IS NULL",
				"s", f->party);

	if (err)
		return err;
	if (n >= FEEDS_MAX)
		return E_RANGE;

	return store_exec(
		st,
		"INSERT INTO watch_feed (id, party, person, office, name, url, bearer,"
		" indicator, day_order, minute, every, next_at, tries, made_at) VALUES"
		" ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13)",
		"sssssssssiiii", f->id, f->party, f->person, f->office, f->name, f->url,
		f->bearer, f->indicator, f->order, f->minute, f->every, f->next_at, now);
}


/* The bearer is forgotten with the feed. */
int feed_end(struct store *st, const char *id, const char *party, int64_t now)
{
	int64_t changed = 0;
	int err = store_exec_count(&changed, st,
				   "UPDATE watch_feed SET ended_at = $1, bearer = '' WHERE id ="
				   " $2 AND party = $3 AND ended_at IS NULL",
				   "iss", now, id, party);

	return err || changed ? err : E_ABSENT;
}


int feed_hurry(struct store *st, const char *id, const char *party, int64_t now)
{
	int64_t changed = 0;
	int err =
		store_exec_count(&changed, st,
				 "UPDATE watch_feed SET next_at = $1 WHERE id = $2 AND party ="
				 " $3 AND ended_at IS NULL",
				 "iss", now, id, party);

	return err || changed ? err : E_ABSENT;
}


int feed_due(struct feed *out, int64_t *next, struct arena *a, struct store *st, int64_t now)
{
	struct store_rows *rows = NULL;
	bool due = false;
	int err = store_query(&rows, st,
			      "SELECT id, party, person, office, name, url, bearer, indicator,"
			      " day_order, minute, every, next_at, tries, made_at FROM"
			      " watch_feed WHERE ended_at IS NULL ORDER BY next_at, id LIMIT 1",
			      "");

	*next = INT64_MAX;
	if (!err && store_next(rows, &err)) {
		*next = store_int(rows, 11);
		due = *next <= now;
		if (due)
			*out = (struct feed){
				row_text(a, rows, 0), row_text(a, rows, 1),
				row_text(a, rows, 2), row_text(a, rows, 3),
				row_text(a, rows, 4), row_text(a, rows, 5),
				row_text(a, rows, 6), row_text(a, rows, 7),
				row_text(a, rows, 8), store_int(rows, 9),
				store_int(rows, 10),  store_int(rows, 11),
				store_int(rows, 12),  store_int(rows, 13),
			};
	}
	store_done(rows);

	return err || due ? err : E_ABSENT;
}


/* When to try again: after a quarter of an hour, doubled; never later than its next time. */
static int64_t retry_at(const struct feed *f, int64_t now)
{
	int64_t wait = FEED_RETRY_MS << (f->tries < 8 ? f->tries : 8);
	int64_t next = feed_next(now, f->minute, f->every);

	return now + wait < next ? now + wait : next;
}


int feed_begin(struct store *st, const struct feed *f, int64_t now)
{
	return store_exec(st, "UPDATE watch_feed SET next_at = $1 WHERE id = $2", "is",
			  retry_at(f, now), f->id);
}


static int put_problems(struct store *st, const struct feed *f, const struct intake *in,
			int64_t now)
{
	int err = store_exec(st, "DELETE FROM watch_feed_problem WHERE feed = $1", "s", f->id);

	for (size_t i = 0; in && i < in->problem_count && i < FEED_PROBLEMS_KEPT && !err; i++) {
		const struct intake_problem *p = &in->problems[i];
		char column[SHEET_NAME_SIZE];

		sheet_column(column, p->col);
		err = store_exec(
			st,
			"INSERT INTO watch_feed_problem (feed, at, number, blocks, line,"
			" col, heading, text) VALUES ($1, $2, $3, $4, nullif($5, 0), $6,"
			" $7, $8)",
			"siiiisss", f->id, now, (int64_t)i, (int64_t)p->blocks, (int64_t)p->row,
			p->row && p->heading[0] ? column : NULL,
			p->row && p->heading[0] ? p->heading : NULL, p->text);
	}

	return err;
}


int feed_ran(struct store *st, const struct feed *f, const struct feed_run *run, int64_t now)
{
	bool failed = text_eq(run->outcome, "failed");
	int64_t next = failed ? retry_at(f, now) : feed_next(now, f->minute, f->every);
	int err = store_exec(st,
			     "UPDATE watch_feed SET next_at = $1, tries = CASE WHEN $2 = 1 THEN"
			     " tries + 1 ELSE 0 END WHERE id = $3 AND next_at > $4",
			     "iisi", next, (int64_t)failed, f->id, now);

	if (!err)
		err = store_exec(
			st,
			"INSERT INTO watch_feed_run (feed, at, outcome, text, cells, seq)"
			" SELECT $1, $2, $3, $4, $5, nullif($6, 0) WHERE NOT EXISTS"
			" (SELECT 1 FROM watch_feed_run WHERE feed = $1 AND at = $2)",
			"sissii", f->id, now, run->outcome, run->text, run->cells,
			run->seq == FIELD_NONE ? (int64_t)0 : run->seq);
	if (!err)
		err = put_problems(st, f, run->in, now);

	return err ? err
		   : store_exec(st,
				"DELETE FROM watch_feed_run WHERE feed = $1 AND at < (SELECT"
				" min(at) FROM (SELECT at FROM watch_feed_run WHERE feed = $1"
				" ORDER BY at DESC LIMIT 100) AS kept)",
				"s", f->id);
}


static json_t *body_of(const struct intake *in, const char *source)
{
	json_t *cells = json_array();

	for (size_t i = 0; i < in->count; i++) {
		const struct intake_cell *c = &in->cells[i];
		json_t *cell =
			json_pack("{s:s, s:s}", "indicator", c->indicator, "day", c->day);

		if (c->area[0])
			(void)json_object_set_new(cell, "area", json_string(c->area));
		if (c->value != FIELD_NONE)
			(void)json_object_set_new(cell, "value", json_integer(c->value));
		if (c->whole != FIELD_NONE)
			(void)json_object_set_new(cell, "of", json_integer(c->whole));
		if (c->state)
			(void)json_object_set_new(cell, "state", json_string(c->state));
		(void)json_array_append_new(cells, cell);
	}

	/* Should it restate much, a second person looks at it; this is why it does. */
	return json_pack("{s:o, s:s, s:s}", "cells", cells, "source", source, "reason",
			 "The feed gives other figures than before.");
}


int feed_read(json_t **body, struct intake *in, struct arena *a, const struct feed_place *at,
	      const struct feed *f, const char *bytes, size_t len, struct fault *fault)
{
	struct intake_options options = { .party = f->party,
					  .indicator = f->indicator,
					  .day = at->today,
					  .today = at->today };
	struct intake_known known;
	struct sheet s;
	int err = sheet_read(&s, a, bytes, len, fault);

	*body = NULL;
	memset(in, 0, sizeof(*in));
	(void)day_order_read(&options.order, f->order); /* it was one when it was set */
	if (!err)
		err = known_read(&known, a, at->store, at->world, at->charter);
	if (err)
		return err;
	intake_read(in, a, &s, &known, &options);
	if (!in->blocking && in->count)
		*body = body_of(in, arena_printf(a, "Feed: %s", f->name));

	return 0;
}


/* "host:port" of "https://host:port/path?with=secrets". */
static const char *authority_of(struct arena *a, const char *url)
{
	const char *at = strstr(url, "://");

	at = at ? at + 3 : url;

	return arena_strn(a, at, strcspn(at, "/?#"));
}


int feeds_run(struct view_cx *cx, const void *params)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT f.id, f.party, f.name, f.url, f.minute, f.every, f.next_at, f.tries,"
		" f.person, r.at, r.outcome, r.text, r.cells, r.seq FROM watch_feed f LEFT JOIN"
		" watch_feed_run r ON r.feed = f.id AND r.at = (SELECT max(at) FROM"
		" watch_feed_run WHERE feed = f.id) WHERE f.ended_at IS NULL AND ($1 = '' OR"
		" f.party = $1) ORDER BY f.party, f.made_at, f.id LIMIT 500",
		"s", cx->seat.party ? cx->seat.party : "");

	(void)params;
	while (!err && store_next(rows, &err)) {
		struct feeds_row row = {
			.id = store_text(rows, 0),
			.party = store_text(rows, 1),
			.name = store_text(rows, 2),
			.host = authority_of(cx->arena, store_text(rows, 3)),
			.url = cx->seat.party ? store_text(rows, 3) : NULL,
			.at = arena_printf(cx->arena, "%02d:%02d",
					   (int)(store_int(rows, 4) / 60),
					   (int)(store_int(rows, 4) % 60)),
			.every = store_int(rows, 5),
			.next = store_int(rows, 6),
			.tries = store_int(rows, 7),
			.person = store_text(rows, 8),
			.last = row_int(rows, 9),
			.outcome = store_text(rows, 10),
			.text = store_text(rows, 11),
			.cells = row_int(rows, 12),
			.report = row_int(rows, 13),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


int feed_problems_run(struct view_cx *cx, const void *params)
{
	const struct feed_problems_params *q = params;
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT p.blocks, p.line, p.col, p.heading, p.text FROM"
			      " watch_feed_problem p JOIN watch_feed f ON f.id = p.feed WHERE"
			      " p.feed = $1 AND ($2 = '' OR f.party = $2) ORDER BY p.number",
			      "ss", q->feed, cx->seat.party ? cx->seat.party : "");

	while (!err && store_next(rows, &err)) {
		struct feed_problems_row row = {
			.blocks = store_int(rows, 0) != 0,
			.line = row_int(rows, 1),
			.column = store_text(rows, 2),
			.heading = store_text(rows, 3),
			.text = store_text(rows, 4),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
