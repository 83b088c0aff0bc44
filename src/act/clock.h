/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * clock.h: the clock of acts.  In a demonstration it stands or runs at a labelled time that
 * an API call can move; otherwise it is the wall clock.  Any thread may read it.
 */
#ifndef ACT_CLOCK_H
#define ACT_CLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct clock {
	_Atomic int64_t offset; /* demo, running: added to the wall clock */
	_Atomic int64_t frozen; /* demo, standing: the time; INT64_MIN otherwise */
	bool demo;
};

/* The wall clock. */
void clock_init(struct clock *c);

/* A labelled clock that stands, or runs from, this time. */
void clock_set(struct clock *c, int64_t at, bool running);

int64_t clock_now(const struct clock *c);

#endif
