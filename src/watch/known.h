/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* known.h: the names by which places and indicators are known, for reading what is sent. */
#ifndef WATCH_KNOWN_H
#define WATCH_KNOWN_H

#include "watch/intake.h"

struct charter;
struct store;
struct world;

/*
 * Parties by id, code and names in every language; places also by their other names; indicators
 * of the charter by id.  In the arena, and in the world as long as it remembers.
 *
 * Errors: those of store.h.
 */
int known_read(struct intake_known *out, struct arena *a, struct store *st, struct world *w,
	       const struct charter *c) MUST_CHECK;

#endif
