/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * key.h: Ed25519 keys (RFC 8032), their files and their public forms.
 *
 * A private key file holds the same key twice, as an OpenSSH private key and as PKCS#8 PEM
 * (RFC 8410), because sigsum-key and ssh-keygen read only the first form, openssl only the
 * second, and each passes over what it does not know when the blocks stand in this order.  A
 * file with one of the two is read as well.  Neither is encrypted: the file has mode 0600
 * and belongs to the keeper alone.
 */
#ifndef LEDGER_KEY_H
#define LEDGER_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "ledger/merkle.h"

enum {
	KEY_PUBLIC = 32,    /* bytes of a public key */
	KEY_SIGNATURE = 64, /* bytes of a signature */
	KEY_FILE_MAX = 4096,
	KEY_HEX_SIZE = 65,   /* with the NUL, as below */
	KEY_LINE_SIZE = 256, /* OpenSSH line */
	KEY_PEM_SIZE = 128,
};

struct public_key {
	uint8_t b[KEY_PUBLIC];
};

/* A private key with its public half. */
struct key;

int key_generate(struct key **out) MUST_CHECK;
void key_free(struct key *k); /* NULL is allowed */

const struct public_key *key_public(const struct key *k);

void key_sign(uint8_t out[KEY_SIGNATURE], const struct key *k, const void *message, size_t len);

/* Errors: E_CRYPTO the signature does not hold. */
int key_verify(const struct public_key *k, const void *message, size_t len,
	       const uint8_t signature[KEY_SIGNATURE]) MUST_CHECK;

/* What names a key in leaves, proofs and origins: SHA-256 of its 32 bytes. */
void key_hash(struct hash *out, const struct public_key *k);

/*
 * Write the private key to a new file, durably.
 * Errors: E_EXISTS, E_DENIED, E_FULL, E_IO.
 */
int key_save(const struct key *k, const char *path, struct fault *f) MUST_CHECK;

/*
 * Read a private key file.
 * Errors: E_ABSENT, E_DENIED (also when group or others may read it), E_IO, E_TOOBIG, and
 * those of key_parse().
 */
int key_load(struct key **out, const char *path, struct fault *f) MUST_CHECK;

/*
 * The content of a private key file.
 * Errors: E_SYNTAX no unencrypted Ed25519 key in it, E_CRYPTO its two blocks are different
 * keys or a public half does not belong to its private one.
 */
int key_parse(struct key **out, const char *text, size_t len, struct fault *f) MUST_CHECK;

/* Public forms: lower-case hexadecimal, OpenSSH line without newline, SPKI PEM. */
void key_hex(char out[KEY_HEX_SIZE], const struct public_key *k);
void key_line(char out[KEY_LINE_SIZE], const struct public_key *k, const char *comment);
void key_pem(char out[KEY_PEM_SIZE], const struct public_key *k);

/*
 * One public key in any of these forms; around it only white space.  (The fourth form, the
 * vkey, has a name in it: note.h.)
 * Errors: E_SYNTAX.
 */
int key_public_parse(struct public_key *out, const char *text, size_t len,
		     struct fault *f) MUST_CHECK;

#endif
