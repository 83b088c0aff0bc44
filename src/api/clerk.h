/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * clerk.h: the thread that looks for what is due (act/trigger.h) and puts it to the writer.
 *
 * It looks when something was recorded, when the clock reaches a time that a trigger named,
 * and once a minute in any case; never more often than every CLERK_GAP_MS.
 */
#ifndef API_CLERK_H
#define API_CLERK_H

#include "base/err.h"

struct clerk;
struct desk;

enum {
	CLERK_GAP_MS = 200,
	CLERK_REST_MS = 60000,
};

/* Errors: E_IO; those of reader_open(). */
int clerk_start(struct clerk **out, struct desk *desk, struct fault *f) MUST_CHECK;
void clerk_stop(struct clerk *c); /* NULL is allowed */

/* Something changed.  From any thread; never waits. */
void clerk_poke(struct clerk *c);

/*
 * Wait until everything due by now was tried: for a demonstration whose clock was moved.
 * From any thread but the writer's and the clerk's own.
 */
void clerk_settle(struct clerk *c);

#endif
