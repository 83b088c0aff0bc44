/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * feed.h: figures fetched from the system of a member, at set times.  Whoever fetches (api)
 * gives the bytes; they are read as any file that is sent (sheet.h, intake.h), and reported in
 * the seat of the person who set the feed.
 */
#ifndef WATCH_FEED_H
#define WATCH_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "act/kind.h"
#include "watch/intake.h"

enum {
	FEED_RUNS_KEPT = 100,
	FEED_PROBLEMS_KEPT = 100,
	FEED_RETRY_MS = 15 * 60 * 1000, /* doubled, up to its next time */
	FEEDS_MAX = 20,			/* of a party */
};

struct feed {
	const char *id, *party, *person, *office, *name, *url, *bearer, *indicator, *order;
	int64_t minute, every, next_at, tries, made_at;
};

struct feed_run {
	const char *
		outcome; /* "taken", "proposed", "unchanged", "problems", "refused", "failed" */
	const char *text;	 /* or NULL */
	int64_t cells, seq;	 /* seq: FIELD_NONE */
	const struct intake *in; /* its problems; or NULL */
};

/* The first time after `now` at that minute of the day and every so many hours from it. */
int64_t feed_next(int64_t now, int64_t minute, int64_t every);

/* Writes.  Errors: E_RANGE the party has FEEDS_MAX. */
int feed_add(struct store *st, const struct feed *f, int64_t now) MUST_CHECK;

/* Writes.  Errors: E_ABSENT the party has no such feed. */
int feed_end(struct store *st, const char *id, const char *party, int64_t now) MUST_CHECK;
int feed_hurry(struct store *st, const char *id, const char *party, int64_t now) MUST_CHECK;

/* The one to be fetched now.  Errors: E_ABSENT none; *next is when one is, or INT64_MAX. */
int feed_due(struct feed *out, int64_t *next, struct arena *a, struct store *st,
	     int64_t now) MUST_CHECK;

/* Writes: it is being fetched; when nothing is heard of that, it is fetched again. */
int feed_begin(struct store *st, const struct feed *f, int64_t now) MUST_CHECK;

/* Writes: what became of it. */
int feed_ran(struct store *st, const struct feed *f, const struct feed_run *run,
	     int64_t now) MUST_CHECK;

/* What figures are read against. */
struct feed_place {
	struct store *store;
	struct world *world;
	const struct charter *charter;
	const char *today;
};

/*
 * What the bytes say, as a body of report.submit, or NULL where a problem blocks it; the
 * problems are in *in either way.  The caller owns the body.
 *
 * Errors: those of sheet_read() and known_read().
 */
int feed_read(json_t **body, struct intake *in, struct arena *a, const struct feed_place *at,
	      const struct feed *f, const char *bytes, size_t len,
	      struct fault *fault) MUST_CHECK;

#endif
