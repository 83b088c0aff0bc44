/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * log.h: the log in the store: leaves are appended, heads are signed, tiles and proofs read.
 *
 * The order of things, which keeps the keeper and the store from ever disagreeing:
 *
 *	1. in the writer's transaction: log_append() the signed leaves;
 *	2. commit, then log_commit() (or log_rollback() when it failed);
 *	3. only then log_head(), log_consistency() and the keeper's signature over the head;
 *	4. log_checkpoint() in a transaction: the next batch's, or its own when none comes.
 *
 * A head signed before its leaves are durable would bind the keeper to leaves that a failed
 * commit takes back; it would refuse every later head of this log.
 */
#ifndef LEDGER_LOG_H
#define LEDGER_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "ledger/checkpoint.h"
#include "ledger/leaf.h"
#include "ledger/merkle.h"
#include "ledger/proof.h"
#include "ledger/tile.h"

struct store;

/* What the writer knows of the log it appends to.  Belongs to the writer's thread. */
struct log;

/* One leaf to be appended. */
struct log_entry {
	int64_t seq; /* of the act; 0 for a leaf over no act */
	struct leaf leaf;
};

/* The checkpoint of an earlier log that a later one begins with, and the leaf over it. */
struct log_prior {
	const char *note;
	size_t note_len;
	struct leaf leaf;
};

/*
 * Begin a log under a key that no log had before, in a transaction of the caller, who calls
 * log_commit() or log_rollback() after it.  `prior` is NULL for the first log and must be
 * given for a later one: a restored older backup may not continue a published log, so the
 * next one says with its leaf 0 where that one stood.
 *
 * Errors: E_EXISTS the key was a log's already, or `prior` is missing or too much; E_CRYPTO
 * the prior checkpoint is not one of an earlier log, or the leaf is not over it; those of
 * store.h.
 */
int log_begin(struct log **out, struct store *st, const struct public_key *key,
	      const struct log_prior *prior, int64_t now_ms, struct fault *f) MUST_CHECK;

/*
 * Open the last log of the store.
 * Errors: E_ABSENT there is none; E_CORRUPT leaves or nodes are missing, or the last
 * checkpoint is not of them; those of store.h.
 */
int log_open(struct log **out, struct store *st, struct fault *f) MUST_CHECK;
void log_close(struct log *l); /* NULL is allowed */

/*
 * Read anew where the log stands: after a connection that was lost nobody knows whether the
 * last commit is there.  Errors: those of log_open(); the log is as before then.
 */
int log_reread(struct log *l, struct store *st, struct fault *f) MUST_CHECK;

int64_t log_number(const struct log *l); /* 1, 2, ... */
const struct public_key *log_key(const struct log *l);

/*
 * Append leaves, in the transaction of the caller.  The log advances with log_commit(); when
 * the transaction fails, or an append in it, log_rollback() takes back every append since
 * the last of the two.
 *
 * Errors: those of store.h.
 */
int log_append(struct log *l, const struct log_entry *entries, size_t count) MUST_CHECK;
void log_commit(struct log *l);
void log_rollback(struct log *l);

/* Where the log stands by the last log_commit(): what is to be signed. */
void log_head(struct checkpoint *out, const struct log *l);

/* The size with the leaves that were appended but not yet committed. */
uint64_t log_pending(const struct log *l);

/*
 * Proof that the log of `old` leaves is the beginning of the one of log_head().
 * Errors: E_RANGE not 0 < old <= size; E_CORRUPT; those of store.h.
 */
int log_consistency(struct merkle_proof *out, struct log *l, uint64_t old) MUST_CHECK;

/*
 * Keep the keeper's signature over log_head(), in a transaction of the caller.
 * Errors: E_CRYPTO it does not hold; those of store.h.
 */
int log_checkpoint(struct log *l, const uint8_t signature[KEY_SIGNATURE], int64_t now_ms,
		   struct fault *f) MUST_CHECK;

/* Note a key that signs leaves, in a transaction of the caller; again is no error. */
int log_signer(struct store *st, const struct public_key *key, const char *name,
	       int64_t now_ms) MUST_CHECK;

/*
 * Reading, by any thread with a connection of its own.  `log` is 0 for the last one.
 */

struct log_info {
	int64_t number;
	struct public_key key;
	char origin[NOTE_NAME_SIZE];
	uint64_t size; /* of the newest checkpoint; 0 when there is none */
};

/* Errors: E_ABSENT no such log. */
int log_info(struct log_info *out, struct store *st, int64_t log) MUST_CHECK;

/* How far the last log is signed, as those see it who watch over a centre. */
struct log_standing {
	int64_t log; /* 0: there is none */
	int64_t leaves;
	int64_t size; /* of the newest checkpoint; 0 when there is none */
	int64_t at;   /* when it was signed */
};

/* Errors: those of store.h. */
int log_standing(struct log_standing *out, struct store *st) MUST_CHECK;

/*
 * What a verifier needs: the keys that sign leaves, as OpenSSH lines named "recorder" or
 * "seal-PARTY"; and the last log's key as a trust policy (C2SP tlog-policy, Sigsum) whose
 * quorum is none but the log.  Errors: those of store.h; of the policy E_ABSENT there is no
 * log.
 */
int log_write_keys(struct buf *out, struct store *st) MUST_CHECK;
int log_write_policy(struct buf *out, struct store *st) MUST_CHECK;

/* The newest checkpoint as served at /checkpoint.  Errors: E_ABSENT. */
int log_read_checkpoint(struct buf *out, struct store *st, int64_t log) MUST_CHECK;

/*
 * The bytes of a tile or entry bundle as far as the newest checkpoint reaches.
 * Errors: E_ABSENT it is not there, or not that wide; E_CORRUPT.
 */
int log_read_tile(struct buf *out, struct store *st, int64_t log,
		  const struct tile *t) MUST_CHECK;

/* Errors: E_ABSENT the act has no leaf. */
int log_find(int64_t *log, uint64_t *index, struct leaf *leaf, struct store *st,
	     int64_t seq) MUST_CHECK;

/*
 * The proof of an act, under the newest checkpoint.
 * Errors: E_ABSENT the act has no leaf, or no checkpoint covers it yet; E_CORRUPT.
 */
int log_proof(struct buf *out, struct store *st, int64_t seq, enum proof_kind kind,
	      struct fault *f) MUST_CHECK;

/* Both at once, under the same checkpoint; one of them may be NULL. */
int log_proofs(struct buf *sigsum, struct buf *tlog, struct store *st, int64_t seq,
	       struct fault *f) MUST_CHECK;

/*
 * The hashes of a tile of the store, for a tile_reader: its argument is a struct log_source.
 * Errors: E_CORRUPT they are not all there; those of store.h.
 */
struct log_source {
	struct store *st;
	int64_t log; /* 1, 2, ... */
};

tile_fetch_h log_fetch;

#endif
