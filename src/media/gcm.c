/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "media/gcm.h"
#include "media/narrow.h"

#if defined(__x86_64__) && __has_include(<intel-ipsec-mb.h>)
#include <intel-ipsec-mb.h>

#include "base/library.h"

#define LIBIPSEC_MB(X) X(alloc_mb_mgr) X(init_mb_mgr_auto)

/* Its functions for this processor; NULL: EVP does the work. */
static IMB_MGR *library;

typedef struct gcm_key_data quick_key;
typedef aes_gcm_enc_dec_t quick_work;


bool gcm_prepare(void)
{
	static struct {
		LIBIPSEC_MB(LIBRARY_POINTER)
	} lib;
	static const char *const names[] = { LIBIPSEC_MB(LIBRARY_NAME) };
	const uint64_t needs =
		IMB_FEATURE_AESNI | IMB_FEATURE_PCLMULQDQ | IMB_FEATURE_SELF_TEST_PASS;
	struct fault f;
	IMB_MGR *m;

	if (library)
		return true;
	if (library_open(&lib, "libIPSec_MB.so.1", names, ARRAY_LEN(names), &f))
		return false;
	m = lib.alloc_mb_mgr(0);
	if (!m)
		return false;
	lib.init_mb_mgr_auto(m, NULL);
	if ((m->features & needs) == needs)
		library = m; /* for as long as the process lives */

	return library;
}


/* NULL: it is for EVP. */
static quick_work quick(quick_key *k, const uint8_t *key, size_t len, bool seals)
{
	if (!library)
		return NULL;
	if (len == 16) {
		IMB_AES128_GCM_PRE(library, key, k);
		return seals ? library->gcm128_enc : library->gcm128_dec;
	}
	IMB_AES256_GCM_PRE(library, key, k);

	return seals ? library->gcm256_enc : library->gcm256_dec;
}


static void quick_run(quick_work work, const quick_key *k, uint8_t tag[GCM_TAG], uint8_t *out,
		      const uint8_t *in, size_t len, const struct gcm_around *a)
{
	struct gcm_context_data c;

	work(k, &c, out, in, len, a->iv, a->beside, a->len, tag, GCM_TAG);
}

#else

typedef char quick_key;
typedef void (*quick_work)(void);


bool gcm_prepare(void)
{
	return false;
}


static quick_work quick(quick_key *k, const uint8_t *key, size_t len, bool seals)
{
	(void)k;
	(void)key;
	(void)len;
	(void)seals;

	return NULL;
}


static void quick_run(quick_work work, const quick_key *k, uint8_t tag[GCM_TAG], uint8_t *out,
		      const uint8_t *in, size_t len, const struct gcm_around *a)
{
	(void)work;
	(void)k;
	(void)tag;
	(void)out;
	(void)in;
	(void)len;
	(void)a;
}

#endif

/* One of both. */
struct gcm {
	quick_key key;
	quick_work work;
	EVP_CIPHER_CTX *evp;
};


static const EVP_CIPHER *cipher_of(size_t key_len)
{
	static EVP_CIPHER *kept[2];

	return key_len == 32 ? narrow_cipher(&kept[1], "AES-256-GCM")
			     : narrow_cipher(&kept[0], "AES-128-GCM");
}


int gcm_new(struct gcm **out, const uint8_t *key, size_t key_len, bool seals)
{
	const EVP_CIPHER *cipher;
	void *p = NULL;
	struct gcm *g;

	if (key_len != 16 && key_len != 32)
		return E_RANGE;
	/* The library wants its keys so. */
	if (posix_memalign(&p, 64, sizeof(*g)))
		return E_CRYPTO;
	g = memset(p, 0, sizeof(*g));
	*out = g;
	g->work = quick(&g->key, key, key_len, seals);
	if (g->work)
		return 0;
	cipher = cipher_of(key_len);
	g->evp = EVP_CIPHER_CTX_new();
	if (g->evp && cipher && EVP_CipherInit_ex(g->evp, cipher, NULL, key, NULL, seals))
		return 0;
	gcm_free(g);
	*out = NULL;

	return E_CRYPTO;
}


void gcm_free(struct gcm *g)
{
	if (!g)
		return;
	EVP_CIPHER_CTX_free(g->evp);
	OPENSSL_cleanse(g, sizeof(*g));
	free(g);
}


/* The text itself; its tag is set before or asked for afterwards. */
static bool evp_run(const struct gcm *g, uint8_t *out, const uint8_t *in, size_t len,
		    const struct gcm_around *a)
{
	uint8_t none[GCM_TAG];
	int n = 0;

	return EVP_CipherUpdate(g->evp, NULL, &n, a->beside, (int)a->len) &&
	       (!len || EVP_CipherUpdate(g->evp, out, &n, in, (int)len)) &&
	       EVP_CipherFinal_ex(g->evp, none, &n) > 0;
}


bool gcm_seal(const struct gcm *g, uint8_t *out, const uint8_t *in, size_t len,
	      const struct gcm_around *a)
{
	if (g->work) {
		quick_run(g->work, &g->key, out + len, out, in, len, a);
		return true;
	}

	return EVP_CipherInit_ex(g->evp, NULL, NULL, NULL, a->iv, -1) &&
	       evp_run(g, out, in, len, a) &&
	       EVP_CIPHER_CTX_ctrl(g->evp, EVP_CTRL_AEAD_GET_TAG, GCM_TAG, out + len) > 0;
}


bool gcm_open(const struct gcm *g, uint8_t *p, size_t len, const struct gcm_around *a)
{
	uint8_t tag[GCM_TAG];

	if (g->work) {
		quick_run(g->work, &g->key, tag, p, p, len, a);
		return CRYPTO_memcmp(tag, p + len, GCM_TAG) == 0;
	}

	return EVP_CipherInit_ex(g->evp, NULL, NULL, NULL, a->iv, -1) &&
	       EVP_CIPHER_CTX_ctrl(g->evp, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, p + len) &&
	       evp_run(g, p, p, len, a);
}
