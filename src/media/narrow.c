/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "media/narrow.h"

enum {
	KEPT_MAX = 24, /* algorithms of an operation */
};

/* The first name of each algorithm; and what of a decoder's properties must be there. */
static const char *const keys[] = { "EC", "RSA", "RSA-PSS", "X25519", "TLS1-PRF", "HKDF" };
static const char *const decoders[] = { "EC", "RSA", "RSA-PSS" };
static const char decoder_reads[] = "structure=SubjectPublicKeyInfo";

/* The default provider, in a context of its own; OpenSSL passes nothing to find it by. */
static OSSL_PROVIDER *whole;


/* "EC:id-ecPublicKey:1.2.840.10045.2.1" is EC. */
static bool is_among(const char *const *names, size_t count, const char *all)
{
	size_t len = strcspn(all, ":");

	for (size_t i = 0; i < count; i++)
		if (strlen(names[i]) == len && memcmp(names[i], all, len) == 0)
			return true;

	return false;
}


static bool is_kept(int operation, const OSSL_ALGORITHM *a)
{
	if (operation == OSSL_OP_KEYMGMT)
		return is_among(keys, ARRAY_LEN(keys), a->algorithm_names);

	return is_among(decoders, ARRAY_LEN(decoders), a->algorithm_names) &&
	       strstr(a->property_definition, decoder_reads);
}


static const OSSL_ALGORITHM *query(void *provider, int operation, int *no_cache)
{
	static OSSL_ALGORITHM kept[2][KEPT_MAX + 1];
	const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(whole, operation, no_cache);
	OSSL_ALGORITHM *out = kept[operation == OSSL_OP_DECODER];
	size_t n = 0;

	(void)provider;
	if (operation != OSSL_OP_KEYMGMT && operation != OSSL_OP_DECODER)
		return all;
	for (; all && all->algorithm_names; all++)
		if (is_kept(operation, all) && n < KEPT_MAX)
			out[n++] = *all;
	out[n] = (OSSL_ALGORITHM){ NULL, NULL, NULL, NULL };

	return out;
}


/* What groups there are for key exchange. */
static int capabilities(void *provider, const char *name, OSSL_CALLBACK *each, void *arg)
{
	(void)provider;

	return OSSL_PROVIDER_get_capabilities(whole, name, each, arg);
}


/* The work is done by functions of the default provider: they want their own context. */
static int begin(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
		 const OSSL_DISPATCH **out, void **provider)
{
	static const OSSL_DISPATCH functions[] = {
		{ OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query },
		{ OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))capabilities },
		{ 0, NULL }
	};

	(void)handle;
	(void)in;
	*out = functions;
	*provider = OSSL_PROVIDER_get0_provider_ctx(whole);

	return 1;
}


OSSL_LIB_CTX *narrow_context(void)
{
	static OSSL_LIB_CTX *made;
	OSSL_LIB_CTX *c;

	if (made)
		return made;
	whole = OSSL_PROVIDER_load(NULL, "default");
	c = whole ? OSSL_LIB_CTX_new() : NULL;
	if (c && OSSL_PROVIDER_add_builtin(c, "narrow", begin) &&
	    OSSL_PROVIDER_load(c, "narrow"))
		made = c;
	else
		OSSL_LIB_CTX_free(c);

	return made;
}


const EVP_CIPHER *narrow_cipher(EVP_CIPHER **kept, const char *name)
{
	if (!*kept)
		*kept = EVP_CIPHER_fetch(narrow_context(), name, NULL);

	return *kept;
}
