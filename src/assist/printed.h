/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * printed.h: a request with its offers and acceptances as one paper in three parts, with the
 * proof of each act: for the two parties, who may need it where there is no server.
 */
#ifndef ASSIST_PRINTED_H
#define ASSIST_PRINTED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct arena;
struct charter;
struct store;
struct world;

enum {
	PRINTED_PROOFS_MAX = 200, /* acts that are attached */
};

struct printed_for {
	struct arena *arena;
	struct store *st; /* in a read transaction of the caller's */
	struct world *world;
	const struct charter *charter;
	const char *party;  /* of whoever prints */
	const char *lang;   /* that the product has */
	const char *origin; /* "https://centre.example", or NULL: no address is known */
	int64_t at;	    /* now, ms */
	bool specimen;
};

/*
 * Write the paper (paper/paper.h) of a request.
 *
 * Errors: E_ABSENT there is no such request for this party; those of store.h and log.h.
 */
int printed_request(struct buf *out, const struct printed_for *f, int64_t id,
		    struct fault *fault) MUST_CHECK;

#endif
