/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * AES-GCM by the vectors of its authors (test cases 4 and 16, with the tag and the nonce of
 * packets), and the library's bytes against OpenSSL's for every length of a packet.
 */
#include <string.h>

#include "base/rand.h"
#include "base/text.h"
#include "media/gcm.h"
#include "t.h"

enum { PACKET = 1500 };


static size_t bytes_of(uint8_t *out, const char *hex)
{
	T_OK(text_unhex(out, strlen(hex) / 2, hex));

	return strlen(hex) / 2;
}


static void vector(const char *key_hex, const char *want_hex)
{
	static const char text[] =
		"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a31"
		"8a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
	uint8_t key[32], beside[20], p[60], out[76], want[76];
	struct gcm_around a = { .beside = beside };
	size_t key_len = bytes_of(key, key_hex), len = bytes_of(p, text);
	struct gcm *tx, *rx;

	a.len = bytes_of(beside, "feedfacedeadbeeffeedfacedeadbeefabaddad2");
	(void)bytes_of(a.iv, "cafebabefacedbaddecaf888");
	T_OK(gcm_new(&tx, key, key_len, true));
	T_OK(gcm_new(&rx, key, key_len, false));
	ck_assert(gcm_seal(tx, out, p, len, &a));
	T_INT((int)len + GCM_TAG, (int)bytes_of(want, want_hex));
	ck_assert(memcmp(out, want, len + GCM_TAG) == 0);
	ck_assert(gcm_open(rx, out, len, &a));
	ck_assert(memcmp(out, p, len) == 0);
	gcm_free(tx);
	gcm_free(rx);
}


static void vectors(void)
{
	vector("feffe9928665731c6d6a8f9467308308",
	       "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
	       "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
	       "5bc94fbc3221a5db94fae95ae7121a47");
	vector("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
	       "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	       "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
	       "76fc6ece0f4e1768cddf8853bb2d551b");
}


/* Is the library for this processor? */
static bool is_quick(void)
{
#ifdef __x86_64__
	return __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul");
#else
	return false;
#endif
}


T(vectors_of_its_authors_by_openssl)
{
	vectors();
}


T(vectors_of_its_authors_by_the_library)
{
	T_INT(is_quick(), gcm_prepare());
	vectors();
}


/* A text and what stands beside it, of any length, each by both. */
static void both_ways(struct gcm *const tx[2], struct gcm *const rx[2], size_t len)
{
	uint8_t plain[PACKET], beside[40], out[2][PACKET + GCM_TAG];
	struct gcm_around a = { .beside = beside, .len = 8 + len % 33 };

	rand_bytes(plain, sizeof(plain));
	rand_bytes(beside, sizeof(beside));
	rand_bytes(a.iv, sizeof(a.iv));
	memcpy(out[1], plain, len);
	ck_assert(gcm_seal(tx[0], out[0], plain, len, &a));
	ck_assert(gcm_seal(tx[1], out[1], out[1], len, &a));
	ck_assert_msg(memcmp(out[0], out[1], len + GCM_TAG) == 0, "%zu bytes", len);
	for (int i = 0; i < 2; i++) {
		ck_assert(gcm_open(rx[i], out[!i], len, &a));
		ck_assert(memcmp(out[!i], plain, len) == 0);
		ck_assert(gcm_seal(tx[i], out[!i], plain, len, &a));
		out[!i][len / 2]++;
		ck_assert(!gcm_open(rx[i], out[!i], len, &a));
	}
}


T(the_library_s_bytes_are_openssl_s)
{
	struct gcm *tx[2][2], *rx[2][2];
	uint8_t key[32];

	rand_bytes(key, sizeof(key));
	/* Those made before the library is opened stay as they are. */
	for (int i = 0; i < 2; i++) {
		for (size_t k = 0; k < 2; k++) {
			T_OK(gcm_new(&tx[k][i], key, 16 * (k + 1), true));
			T_OK(gcm_new(&rx[k][i], key, 16 * (k + 1), false));
		}
		T_INT(is_quick(), gcm_prepare());
	}
	for (size_t k = 0; k < 2; k++) {
		for (size_t len = 0; len <= PACKET; len++)
			both_ways(tx[k], rx[k], len);
		for (int i = 0; i < 2; i++) {
			gcm_free(tx[k][i]);
			gcm_free(rx[k][i]);
		}
	}
}


T(a_key_of_another_length_is_refused)
{
	static const uint8_t key[32];
	struct gcm *g = NULL;

	T_INT(E_RANGE, gcm_new(&g, key, 24, true));
	ck_assert(!g);
}


T_MAIN("media gcm", C(vectors_of_its_authors_by_openssl),
       C(vectors_of_its_authors_by_the_library), C(the_library_s_bytes_are_openssl_s),
       C(a_key_of_another_length_is_refused))
