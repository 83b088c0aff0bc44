/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* keeper_state.h: the last checkpoint that was signed, on disk; private to the keeper. */
#ifndef LEDGER_KEEPER_STATE_H
#define LEDGER_KEEPER_STATE_H

#include <stdint.h>

#include "base/err.h"
#include "ledger/merkle.h"

struct keeper_state {
	int fd;
	uint64_t counter; /* of writes */
	struct hash log;  /* key_hash() of the log's key */
	uint64_t size;
	struct hash root;
};

/*
 * Begin the memory of a new log key in an empty file, durably.
 * Errors: E_EXISTS the file is not empty; E_FULL, E_IO.
 */
int keeper_state_begin(int fd, const struct hash *log) MUST_CHECK;

/*
 * Read it.  The descriptor stays the caller's.
 * Errors: E_CORRUPT nothing whole is there, or it is of another log key; E_IO.
 */
int keeper_state_load(struct keeper_state *out, int fd, const struct hash *log) MUST_CHECK;

/*
 * Remember a head, durably when it returns 0; otherwise *s is as before.
 * Errors: E_FULL, E_IO.
 */
int keeper_state_save(struct keeper_state *s, uint64_t size,
		      const struct hash *root) MUST_CHECK;

#endif
