/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * bundle.h: several records with their proofs in one file, verified offline.
 *
 * It is a tar archive (POSIX.1-1988 ustar), so that any tar takes it apart, and what comes out
 * is what a single act has: of act N the members N.json, N.sigsum-proof and N.tlog-proof
 * (proof.h), in this order, acts by number.  Nothing else is in it: every byte is either
 * proved, or fixed by the format.
 */
#ifndef LEDGER_BUNDLE_H
#define LEDGER_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "ledger/trust.h"

enum {
	BUNDLE_MAX = 64 << 20, /* bytes */
	BUNDLE_ACTS = 10000,
};

/* Append the three members of an act to `b`, which holds up to BUNDLE_MAX. */
void bundle_add(struct buf *b, int64_t seq, const struct buf *record, const struct buf *sigsum,
		const struct buf *tlog);

/* End it; nothing is appended after. */
void bundle_end(struct buf *b);

/* An act that holds. */
struct bundle_act {
	int64_t seq;
	const char *record; /* not followed by a NUL */
	size_t record_len;
	uint64_t index; /* of its leaf */
	uint64_t size;	/* of the tree that it is proved in */
	const char *origin;
	unsigned witnesses; /* trusted ones, in the proof of the two that has fewer */
};

/* Told an act that holds; what it returns as an error, with a fault, ends the reading. */
typedef int bundle_act_h(const struct bundle_act *act, void *arg, struct fault *f);

/*
 * Verify all of it, telling each act that holds.  It ends at the first that does not; the
 * fault's path names the member and what of it: "77.json: record".
 *
 * Errors: E_SYNTAX it is no such archive; E_CRYPTO something does not hold; E_TOOBIG; those
 * of `held`.
 */
int bundle_verify(size_t *acts, const char *data, size_t len, const struct trust *t,
		  bundle_act_h *held, void *arg, struct fault *f) MUST_CHECK;

#endif
