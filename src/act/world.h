/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * world.h: the registers as the rule questions of the charter want them.
 *
 * A world belongs to one store connection and remembers what it has read until it is told
 * that it may have changed.  Everything it returns lives until then.
 */
#ifndef ACT_WORLD_H
#define ACT_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct charter;
struct effects;
struct snapshot;
struct store;
struct world;

struct world *world_new(struct store *st);
void world_free(struct world *w);

/* Forget what these effects may have changed; NULL: forget everything. */
void world_forget(struct world *w, const struct effects *fx);

/*
 * Readers: forget everything if acts have been recorded since the last call.  *seq (may be
 * NULL) gets the number of the last act.
 */
int world_refresh(struct world *w, int64_t *seq) MUST_CHECK;

/* Parties with names, statuses and suspensions; no facts. */
int world_statuses(const struct snapshot **out, struct world *w) MUST_CHECK;

/* The same with the names that the parties had on that day; lives in `a`. */
int world_named(const struct snapshot **out, struct arena *a, struct world *w,
		const char *on) MUST_CHECK;

/*
 * The same with facts, relations, challenges, and of one status file (0: none) the
 * declarations and judgements, given to the party of the file.
 */
int world_facts(const struct snapshot **out, struct world *w, int64_t file) MUST_CHECK;

/* The charter in force at that time; versions are read once and kept. */
int world_charter(const struct charter **out, struct world *w, int64_t at) MUST_CHECK;

/* The charter with that hash; E_ABSENT when no version has it. */
int world_charter_of(const struct charter **out, struct world *w, const char *hash) MUST_CHECK;

/* The day at the seat of the organisation; "YYYY-MM-DD", valid until the next call. */
const char *world_today(struct world *w, const struct charter *charter, int64_t at);

/* The zone of the seat. */
struct zone *world_zone(struct world *w, const struct charter *charter);

#endif
