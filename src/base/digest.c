/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * digest.c: on OpenSSL's plain SHA-256 functions, not on EVP: one EVP_Digest() costs five times
 * the hash itself for the 65 bytes of a Merkle node (it looks the algorithm up by name).
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"

struct digest {
	SHA256_CTX ctx;
};


void digest_of(uint8_t out[DIGEST_SIZE], const void *bytes, size_t len)
{
	digest_of_two(out, bytes, len, NULL, 0);
}


void digest_of_two(uint8_t out[DIGEST_SIZE], const void *a, size_t a_len, const void *b,
		   size_t b_len)
{
	SHA256_CTX ctx;

	(void)SHA256_Init(&ctx);
	(void)SHA256_Update(&ctx, a, a_len);
	if (b_len)
		(void)SHA256_Update(&ctx, b, b_len);
	(void)SHA256_Final(out, &ctx);
}


struct digest *digest_new(void)
{
	struct digest *d = mem_alloc(sizeof(*d));

	(void)SHA256_Init(&d->ctx);

	return d;
}


void digest_add(struct digest *d, const void *bytes, size_t len)
{
	(void)SHA256_Update(&d->ctx, bytes, len);
}


void digest_end(struct digest *d, uint8_t out[DIGEST_SIZE])
{
	(void)SHA256_Final(out, &d->ctx);
	free(d);
}


void digest_hex(char out[DIGEST_HEX_SIZE], const void *bytes, size_t len)
{
	uint8_t d[DIGEST_SIZE];

	digest_of(d, bytes, len);
	text_hex(out, d, sizeof(d));
}
