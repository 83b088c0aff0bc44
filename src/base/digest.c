/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/text.h"


static void must(int ok)
{
	if (ok != 1)
		abort();
}


void digest_of(uint8_t out[DIGEST_SIZE], const void *bytes, size_t len)
{
	(void)SHA256(bytes, len, out);
}


struct digest *digest_new(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	must(ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1);

	return (struct digest *)ctx;
}


void digest_add(struct digest *d, const void *bytes, size_t len)
{
	must(EVP_DigestUpdate((EVP_MD_CTX *)d, bytes, len));
}


void digest_end(struct digest *d, uint8_t out[DIGEST_SIZE])
{
	must(EVP_DigestFinal_ex((EVP_MD_CTX *)d, out, NULL));
	EVP_MD_CTX_free((EVP_MD_CTX *)d);
}


void digest_of_two(uint8_t out[DIGEST_SIZE], const void *a, size_t a_len, const void *b,
		   size_t b_len)
{
	struct digest *d = digest_new();

	digest_add(d, a, a_len);
	digest_add(d, b, b_len);
	digest_end(d, out);
}


void digest_hex(char out[DIGEST_HEX_SIZE], const void *bytes, size_t len)
{
	uint8_t d[DIGEST_SIZE];

	digest_of(d, bytes, len);
	text_hex(out, d, sizeof(d));
}
