/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* viewing.h: a view read for one viewer, in one read transaction. */
#ifndef ACT_VIEWING_H
#define ACT_VIEWING_H

#include "act/kind.h"

struct shared_rows;

/* What a thread that reads keeps: a connection, the registers it has seen, rows of views. */
struct reader {
	struct store *st;
	struct world *world;
	const struct registry *registry;
	struct shared_rows *shared; /* NULL: no rows are kept */
};

/* Errors: those of store_open(). */
int reader_open(struct reader *out, const char *where, const struct registry *registry,
		struct fault *f) MUST_CHECK;
void reader_close(struct reader *r);

/* After a lost connection: connect again and forget what was read.  Nothing else to do: 0. */
int reader_revive(struct reader *r, struct fault *f) MUST_CHECK;

struct viewing {
	const char *name;
	struct seat seat; /* resolved anew */
	const char *lang;
	int64_t at;
	fields_get_h *get; /* its parameters by name */
	void *arg;
};

/*
 * Write {"view":NAME,"seq":N,"at":"...","rows":[...]} to `out`, which is empty before, and
 * after an error.
 *
 * Errors: E_ABSENT there is no such view or thing (for this viewer); E_RANGE a parameter;
 * E_DENIED this seat may not see the view; E_SESSION nobody is signed in; those of store.h.
 */
int viewing_run(struct buf *out, struct reader *r, struct viewing *v, struct arena *a,
		struct fault *f) MUST_CHECK;

#endif
