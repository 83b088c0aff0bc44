/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* digest.h: SHA-256 (FIPS 180-4), through OpenSSL. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum {
	DIGEST_SIZE = 32,
	DIGEST_HEX_SIZE = 65, /* with the NUL */
};

void digest_of(uint8_t out[DIGEST_SIZE], const void *bytes, size_t len);

/* The digest of two pieces one after the other. */
void digest_of_two(uint8_t out[DIGEST_SIZE], const void *a, size_t a_len, const void *b,
		   size_t b_len);

/* HMAC-SHA-256 (RFC 2104). */
void digest_hmac(uint8_t out[DIGEST_SIZE], const void *key, size_t key_len, const void *bytes,
		 size_t len);

/* HMAC-SHA-1, for relays that know no other (coturn's use-auth-secret). */
enum {
	DIGEST_SHA1_SIZE = 20,
};
void digest_hmac_sha1(uint8_t out[DIGEST_SHA1_SIZE], const void *key, size_t key_len,
		      const void *bytes, size_t len);

/* Piece by piece. */
struct digest;
struct digest *digest_new(void);
void digest_add(struct digest *d, const void *bytes, size_t len);
void digest_end(struct digest *d, uint8_t out[DIGEST_SIZE]); /* frees d */

/* "sha256 of these bytes" as lower-case hexadecimal. */
void digest_hex(char out[DIGEST_HEX_SIZE], const void *bytes, size_t len);

#endif
