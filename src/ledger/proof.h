/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * proof.h: the proof that a record is in the log, as a file that is verified offline.
 *
 * Two forms of the same: Sigsum's (doc/sigsum-proof.md of sigsum-go, version 2), and
 * https://c2sp.org/tlog-proof@v1 with the 128-byte leaf as its extra data, because the
 * record alone does not give the entry of the log.
 */
#ifndef LEDGER_PROOF_H
#define LEDGER_PROOF_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "ledger/checkpoint.h"
#include "ledger/leaf.h"
#include "ledger/merkle.h"
#include "ledger/note.h"
#include "ledger/trust.h"

struct arena;

enum {
	PROOF_MAX = NOTE_MAX + (32 << 10), /* bytes of a proof file */
};

enum proof_kind {
	PROOF_SIGSUM,
	PROOF_TLOG,
};

/* A witness's signature: known by its key's hash (Sigsum) or by name and key id (tlog). */
struct proof_cosignature {
	struct hash key;
	const char *name; /* NULL in a Sigsum proof */
	uint32_t id;
	uint64_t time_s; /* seconds since 1970 */
	uint8_t signature[KEY_SIGNATURE];
};

struct proof {
	enum proof_kind kind;
	struct leaf leaf; /* in a Sigsum proof the checksum is not known until verified */
	uint64_t index;
	struct merkle_proof path;
	struct checkpoint head;
	uint8_t log_signature[KEY_SIGNATURE]; /* Sigsum */
	struct note note; /* tlog: the checkpoint as it stands in the file */
	size_t cosignatures;
	struct proof_cosignature cosignature[NOTE_SIGNATURES];
};

/* What a proof is made of. */
struct proof_parts {
	const struct leaf *leaf;
	uint64_t index;
	const struct merkle_proof *path;
	const char *note; /* the checkpoint as served */
	size_t note_len;
	const struct note_key *witnesses; /* known ones, NOTE_COSIGNATURE */
	size_t witnesses_count;
};

/*
 * Write a proof.  A tlog proof has the note as it is.  A Sigsum proof takes the log's
 * signature out of it, and the lines of those witnesses that are known, because it names a
 * witness by its key.
 *
 * Errors: E_CRYPTO the note is not signed under its origin; those of note_parse().
 */
int proof_write(struct buf *b, enum proof_kind kind, const struct proof_parts *p,
		struct fault *f) MUST_CHECK;

/*
 * Read a proof of either kind; what it points to lies in `s` and in the arena.
 * Errors: E_SYNTAX (with the line), E_TOOBIG.
 */
int proof_parse(struct proof *out, struct arena *a, const char *s, size_t len,
		struct fault *f) MUST_CHECK;

/*
 * Verify all of it: the record against the leaf, the leaf's signature, the path from the
 * leaf to the root of the checkpoint, the log's signature on the checkpoint and the quorum
 * of witnesses.  `record` is exactly the bytes that were recorded.
 *
 * *witnesses (may be NULL) gets how many trusted witnesses have signed.
 *
 * Errors: E_CRYPTO; the fault's path names what does not match: "record", "leaf", "path",
 * "checkpoint", "key" (a key that is not trusted) or "witnesses".
 */
int proof_verify(const struct proof *p, const void *record, size_t len, const struct trust *t,
		 unsigned *witnesses, struct fault *f) MUST_CHECK;

#endif
