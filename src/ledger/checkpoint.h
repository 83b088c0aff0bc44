/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * checkpoint.h: the signed head of a log (https://c2sp.org/tlog-checkpoint, v1.0.0): a signed
 * note whose text is the origin, the size and the root in base64, a line each.
 *
 * The log of this program is a Sigsum log (log.md, section 2.2.2): its origin is
 * "sigsum.org/v1/tree/" and the hash of its key, and its signature a note signature of type
 * NOTE_ED25519 under that name.  Witnesses add lines of their own (tlog-cosignature).
 */
#ifndef LEDGER_CHECKPOINT_H
#define LEDGER_CHECKPOINT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "ledger/merkle.h"
#include "ledger/note.h"

struct checkpoint {
	char origin[NOTE_NAME_SIZE];
	uint64_t size;
	struct hash root;
};

/* The origin of the log with that key. */
void checkpoint_origin(char out[NOTE_NAME_SIZE], const struct public_key *log);

/* The text that is signed. */
void checkpoint_body(struct buf *b, const struct checkpoint *cp);

/*
 * The inverse.  Lines after the third (extensions) are passed over, as the specification
 * wants; they are in the signed text all the same.
 * Errors: E_SYNTAX (with the line).
 */
int checkpoint_parse(struct checkpoint *out, const char *text, size_t len,
		     struct fault *f) MUST_CHECK;

/* The whole note as served, with the log's signature over checkpoint_body(). */
void checkpoint_note(struct buf *b, const struct checkpoint *cp, const struct public_key *log,
		     const uint8_t signature[KEY_SIGNATURE]);

/* The key of a log of this program, under its origin; cannot fail. */
void checkpoint_key(struct note_key *out, const struct public_key *log);

/*
 * Read a note and the checkpoint in it, and verify that it is of the log with that key.
 *
 * Errors: those of note_parse() and checkpoint_parse(); E_CRYPTO another origin, no
 * signature by this key, or one that does not hold.
 */
int checkpoint_open(struct checkpoint *out, struct note *note, struct arena *a, const char *s,
		    size_t len, const struct note_key *log, struct fault *f) MUST_CHECK;

/* What a witness signs: the text of the checkpoint with the time, in seconds since 1970. */
void checkpoint_cosigned(struct buf *b, const char *text, size_t len, uint64_t time_s);

/*
 * Verify a cosignature over the text of a checkpoint.
 * Errors: E_CRYPTO.
 */
int checkpoint_verify_cosigned(const char *text, size_t len, const struct public_key *witness,
			       uint64_t time_s,
			       const uint8_t signature[KEY_SIGNATURE]) MUST_CHECK;

/* The 72 bytes of a cosignature line: time and signature.  Errors: E_SYNTAX. */
int checkpoint_cosignature(uint64_t *time_s, const uint8_t **signature,
			   const struct note_signature *s) MUST_CHECK;

#endif
