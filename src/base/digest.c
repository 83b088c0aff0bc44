/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * digest.c: on OpenSSL's plain SHA-256 functions, not on EVP: one EVP_Digest() costs five times
 * the hash itself for the 65 bytes of a Merkle node (it looks the algorithm up by name).
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

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


void digest_hmac(uint8_t out[DIGEST_SIZE], const void *key, size_t key_len, const void *bytes,
		 size_t len)
{
	uint8_t block[64] = { 0 }, inner[DIGEST_SIZE];

	if (key_len > sizeof(block))
		digest_of(block, key, key_len);
	else
		memcpy(block, key, key_len);
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] ^= 0x36;
	digest_of_two(inner, block, sizeof(block), bytes, len);
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] ^= 0x36 ^ 0x5c;
	digest_of_two(out, block, sizeof(block), inner, sizeof(inner));
}


static void sha1_of_two(uint8_t out[DIGEST_SHA1_SIZE], const void *a, size_t a_len,
			const void *b, size_t b_len)
{
	SHA_CTX ctx;

	(void)SHA1_Init(&ctx);
	(void)SHA1_Update(&ctx, a, a_len);
	(void)SHA1_Update(&ctx, b, b_len);
	(void)SHA1_Final(out, &ctx);
}


void digest_hmac_sha1(uint8_t out[DIGEST_SHA1_SIZE], const void *key, size_t key_len,
		      const void *bytes, size_t len)
{
	uint8_t block[64] = { 0 }, inner[DIGEST_SHA1_SIZE];

	if (key_len > sizeof(block))
		sha1_of_two(block, key, key_len, "", 0);
	else
		memcpy(block, key, key_len);
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] ^= 0x36;
	sha1_of_two(inner, block, sizeof(block), bytes, len);
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] ^= 0x36 ^ 0x5c;
	sha1_of_two(out, block, sizeof(block), inner, sizeof(inner));
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
