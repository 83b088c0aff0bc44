/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * leaf.h: what stands in the log for one record: a Sigsum leaf (log.md, section 2.2.4).
 *
 * The message of the leaf is SHA-256 of the record's bytes, its checksum SHA-256 of the
 * message, so that `sigsum-verify` takes the record itself as its input.  Neither the bytes
 * nor their plain hash are in the log: a record may be secret, or erased by law.
 */
#ifndef LEDGER_LEAF_H
#define LEDGER_LEAF_H

#include "base/err.h"
#include "ledger/key.h"
#include "ledger/merkle.h"

enum {
	LEAF_SIZE = 128,
	LEAF_SIGNED = 56, /* bytes that the leaf's key signs */
};

/* The struct is the 128 bytes as they are hashed and served. */
struct leaf {
	struct hash checksum;
	uint8_t signature[KEY_SIGNATURE];
	struct hash key; /* key_hash() of who signed */
};

_Static_assert(sizeof(struct leaf) == LEAF_SIZE, "a leaf has no padding");

void leaf_checksum(struct hash *out, const void *record, size_t len);

/* "sigsum.org/v1/tree-leaf", NUL, checksum: what is signed. */
void leaf_signed(uint8_t out[LEAF_SIGNED], const struct hash *checksum);

void leaf_sign(struct leaf *out, const struct hash *checksum, const struct key *k);

/* The leaf hash of RFC 6962. */
void leaf_hash(struct hash *out, const struct leaf *l);

/* Errors: E_CRYPTO not this key's leaf, or its signature does not hold. */
int leaf_verify(const struct leaf *l, const struct public_key *k) MUST_CHECK;

#endif
