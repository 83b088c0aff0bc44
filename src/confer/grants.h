/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * grants.h: what the media server is to be told: who in which room is let through with what.
 *
 * A participant of the media is a person; what a person shows as a screen is published under
 * "screen-" and the same name, and has CONFER_VIDEO alone, when CONFER_SCREEN is given.
 */
#ifndef CONFER_GRANTS_H
#define CONFER_GRANTS_H

#include <stdint.h>

#include "base/err.h"
#include "confer/rights.h"

struct arena;
struct store;
struct world;

struct confer_granted {
	int64_t room;
	const char *person;
	unsigned bits; /* of enum confer_grant; 0: nothing passes */
};

struct confer_grants {
	struct confer_granted *at; /* by room, then person, in the arena */
	size_t count;
};

/*
 * Everybody who is inside a room that is not closed, by the registers and the charter at that
 * time.  Whoever no longer holds the seat they came with gets nothing.  `room` 0: all rooms.
 */
int confer_grants(struct confer_grants *out, struct arena *a, struct store *st,
		  struct world *world, const struct charter *c, int64_t at,
		  int64_t room) MUST_CHECK;

/* What that person has in that room; NULL: is not inside. */
const struct confer_granted *confer_grant_of(const struct confer_grants *g, int64_t room,
					     const char *person);

#endif
