/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * note.h: signed notes (https://c2sp.org/signed-note, v1.0.0): a text, a blank line, and
 * lines "— <key name> base64(key id, 4 bytes, then the signature)".
 *
 * A vkey is a public key with the name and the type of signature it is trusted for:
 * "<name>+<key id, 8 hexadecimal digits>+base64(type, then the key)".
 */
#ifndef LEDGER_NOTE_H
#define LEDGER_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "ledger/key.h"

struct arena;

enum note_type {
	NOTE_ED25519 = 1,     /* over the text */
	NOTE_COSIGNATURE = 4, /* Ed25519 with a time (https://c2sp.org/tlog-cosignature) */
	NOTE_ML_DSA = 6, /* ML-DSA-44 with a time; reserved: lines are kept, not verified */
};

enum {
	NOTE_MAX = 256 << 10, /* bytes of a note */
	NOTE_SIGNATURES = 64, /* in a note; 16 must be accepted, ML-DSA lines have 3 kB */
	NOTE_NAME_SIZE = 256, /* of a key, with the NUL */
	NOTE_VKEY_SIZE = NOTE_NAME_SIZE + 64,
};

struct note_signature {
	const char *name;
	uint32_t id;
	const uint8_t *bytes; /* after the key id */
	size_t len;
};

struct note {
	const char *text; /* with its last newline, not followed by a NUL */
	size_t text_len;
	size_t count;
	struct note_signature signature[NOTE_SIGNATURES];
};

struct note_key {
	char name[NOTE_NAME_SIZE];
	enum note_type type; /* NOTE_ED25519 or NOTE_COSIGNATURE */
	uint32_t id;
	struct public_key key;
};

/* A key name: UTF-8, not empty, without white space (Unicode White_Space) and '+'. */
bool note_name_valid(const char *name);

/*
 * Fill in a key and its id: SHA-256(name, newline, type, key), the first 4 bytes.
 * Errors: E_SYNTAX the name cannot be one.
 */
int note_key(struct note_key *out, const char *name, enum note_type type,
	     const struct public_key *key) MUST_CHECK;

void note_vkey(char out[NOTE_VKEY_SIZE], const struct note_key *key);

/*
 * Errors: E_SYNTAX no vkey, or its id is not that of its name and key; E_RANGE a type that
 * is not verified here.
 */
int note_vkey_parse(struct note_key *out, const char *s, struct fault *f) MUST_CHECK;

/*
 * Take a note apart.  What it points to lies in `s` and in the arena.
 * Errors: E_SYNTAX (with the line), E_TOOBIG.
 */
int note_parse(struct note *out, struct arena *a, const char *s, size_t len,
	       struct fault *f) MUST_CHECK;

/* Add a signature line. */
void note_sign_line(struct buf *b, const char *name, uint32_t id, const void *signature,
		    size_t len);

/* The signature by this name and key id, or NULL. */
const struct note_signature *note_find(const struct note *n, const char *name, uint32_t id);

/*
 * Does the note carry a signature of type NOTE_ED25519 by this key that holds?
 * Errors: E_ABSENT no line by this key, E_CRYPTO it does not hold.
 */
int note_verify(const struct note *n, const struct note_key *key) MUST_CHECK;

#endif
