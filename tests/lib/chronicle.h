/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* chronicle.h: a store with a ledger over invented acts, for tests. */
#ifndef CHRONICLE_H
#define CHRONICLE_H

#include <stddef.h>
#include <stdint.h>

#include "ledger/log.h"
#include "store/store.h"

enum {
	CHRONICLE_RECORD_SIZE = 320,
};

struct chronicle {
	struct store *st;
	struct key *log_key, *recorder, *seal; /* every third act is under the seal */
	struct log *log;
	int64_t seq; /* of the last act */
};

/* A fresh store with an empty first log.  Anything that fails ends the program. */
struct chronicle *chronicle_new(const char *where);
void chronicle_free(struct chronicle *c);

/* Record `count` acts in one transaction. */
void chronicle_acts(struct chronicle *c, size_t count);

/* Sign the head and keep the checkpoint. */
void chronicle_sign(struct chronicle *c);

/* End this log and begin the next one under a new key, as after a restored backup. */
void chronicle_next_log(struct chronicle *c);

/* The record of an act, byte for byte. */
void chronicle_record(char out[CHRONICLE_RECORD_SIZE], int64_t seq);

#endif
