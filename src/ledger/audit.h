/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * audit.h: verify everything that the store holds of the record: each act's record against
 * its leaf, each leaf's hash and signature, each stored node, each checkpoint's root and
 * signature, each log's beginning, and that no act is without a leaf.
 *
 * Memory stays flat whatever the size: leaves pass by in batches, the tree is its frontier.
 */
#ifndef LEDGER_AUDIT_H
#define LEDGER_AUDIT_H

#include <stdint.h>

#include "base/err.h"

struct store;

struct audit_counts {
	int64_t logs;
	int64_t leaves;
	int64_t records;     /* re-hashed */
	int64_t erased;	     /* bodies erased by law: the leaf stays, the record is gone */
	int64_t nodes;	     /* stored nodes recomputed */
	int64_t checkpoints; /* roots and signatures verified */
	int64_t faults;
};

/* Told of what does not hold.  The fault's path names where: "log 1, leaf 17". */
typedef void audit_fault_h(const struct fault *f, void *arg);

/* Told how far it is, about every batch; NULL is allowed. */
typedef void audit_progress_h(int64_t done, int64_t of, void *arg);

/*
 * Errors: E_CRYPTO something does not hold (each of it was told); E_CORRUPT the database
 * file is damaged (told with the page); those of store.h: it could not be read to the end.
 */
int audit_store(struct audit_counts *out, struct store *st, audit_fault_h *fault,
		audit_progress_h *progress, void *arg) MUST_CHECK;

#endif
