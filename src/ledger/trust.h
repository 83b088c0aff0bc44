/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * trust.h: whom somebody who verifies trusts: keys, and a policy of logs and witnesses.
 *
 * A policy file is that of https://c2sp.org/tlog-policy (keys as vkeys) and of Sigsum
 * (doc/policy.md: the same lines with keys in hexadecimal); both forms may stand in one file:
 *
 *	log <key> [<url>]
 *	witness <name> <key> [<url>]
 *	group <name> all|any|<k> <name>...
 *	quorum <name>|none
 */
#ifndef LEDGER_TRUST_H
#define LEDGER_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "ledger/note.h"

enum {
	TRUST_MAX = 64,		    /* keys, logs, witnesses, groups: so many of each */
	TRUST_FILE_MAX = 256 << 10, /* bytes of a file of keys or of a policy */
};

struct trust;

struct trust *trust_new(void);
void trust_free(struct trust *t); /* NULL is allowed */

/*
 * Add the public keys of a file: OpenSSH lines, hexadecimal or vkeys, one a line, and PEM
 * blocks; empty lines and lines that begin with '#' are passed over.  Such a key is trusted
 * for what it signs as a leaf and as a log.
 * Errors: E_SYNTAX (with the line), E_RANGE too many, E_TOOBIG.
 */
int trust_keys(struct trust *t, const char *text, size_t len, struct fault *f) MUST_CHECK;

/*
 * Add a policy.  Only one may be.
 * Errors: E_SYNTAX (with the line), E_RANGE too many, E_TOOBIG, E_EXISTS.
 */
int trust_policy(struct trust *t, const char *text, size_t len, struct fault *f) MUST_CHECK;

/* The key with that hash that may sign leaves, or NULL. */
const struct public_key *trust_leaf_key(const struct trust *t, const struct hash *key);

/* The key of the log of that origin, or NULL. */
const struct note_key *trust_log(const struct trust *t, const char *origin);

/* Witness 0, 1, ...; NULL after the last.  The name is empty when the policy has none. */
const struct note_key *trust_witness(const struct trust *t, size_t i);

/* Are these witnesses (bit i for witness i) enough?  Without a policy nobody is needed. */
bool trust_quorum(const struct trust *t, uint64_t witnesses);

#endif
