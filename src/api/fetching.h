/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fetching.h: one feed, from the bytes that came to the report and the notice of it. */
#ifndef API_FETCHING_H
#define API_FETCHING_H

#include "act/viewing.h"
#include "act/writer.h"
#include "watch/feed.h"

struct desk;

struct fetching {
	struct desk *desk;
	struct reader *reader;
	struct arena *arena;
	const struct feed *feed;
	int64_t now;

	struct intake in;
	struct feed_run run;
	json_t *body;	  /* of the report, or NULL: there is none to be made */
	struct seat seat; /* in which it is submitted */
	const char *id;	  /* of the act */
	struct fault fault;
};

/*
 * May it be fetched?  Else f->run says why not: who set it does not hold the office any more,
 * or its access was reset since: what was set before may be a thief's.
 */
int fetching_may(struct fetching *f) MUST_CHECK;

/* What came: f->body and f->run.  Errors: those of the world and the store. */
int fetching_read(struct fetching *f, const char *bytes, size_t len) MUST_CHECK;

/* What the writer said of the report: f->run. */
int fetching_acted(struct fetching *f, const struct act_job *job) MUST_CHECK;

/* Writes (courier_write_h): the run, and a notice to who set the feed when nothing came of it.
 */
int fetching_end(struct store *st, void *fetching) MUST_CHECK;

#endif
