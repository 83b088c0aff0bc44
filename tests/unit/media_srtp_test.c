/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * SRTP by the vectors of RFC 3711, RFC 6188 and RFC 7714, and bit for bit against libsrtp2 over
 * several roll-overs.
 */
#include <srtp2/srtp.h>
#include <string.h>

#include "base/text.h"
#include "media/gcm.h"
#include "media/rtp.h"
#include "media/srtp.h"
#include "media/wire.h"
#include "t.h"


static size_t bytes_of(uint8_t *out, const char *hex)
{
	T_OK(text_unhex(out, strlen(hex) / 2, hex));

	return strlen(hex) / 2;
}


static void derived(enum srtp_profile profile, const char *key_hex, const char *salt_hex,
		    uint8_t label, const char *want_hex)
{
	uint8_t key[32], salt[14], got[64], want[64];
	size_t len = bytes_of(want, want_hex);

	(void)bytes_of(key, key_hex);
	(void)bytes_of(salt, salt_hex);
	T_OK(srtp_derive(got, len, profile, key, salt, label));
	ck_assert_msg(memcmp(got, want, len) == 0, "label %u", label);
}


T(keys_of_rfc_3711_b3)
{
	static const char key[] = "e1f97a0d3e018be0d64fa32c06de4139";
	static const char salt[] = "0ec675ad498afeebb6960b3aabe6";

	derived(SRTP_CM_SHA1_80, key, salt, 0, "c61e7a93744f39ee10734afe3ff7a087");
	derived(SRTP_CM_SHA1_80, key, salt, 2, "30cbbc08863d8c85d49db34a9ae1");
	derived(SRTP_CM_SHA1_80, key, salt, 1,
		"cebe321f6ff7716b6fd4ab49af256a156d38baa4"
		"8f0a0acf3c34e2359e6cdbcee049646c43d9327ad175578ef7227098"
		"6371c10c9a369ac2f94a8c5f");
}


static void seven_one_four(enum srtp_profile profile, const char *key_hex, const char *want_hex)
{
	static const char packet_hex[] =
		"8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e697320646976"
		"69736120696e207061727465732074726573";
	uint8_t key[32], salt[12], p[200], out[200], want[200];
	size_t len = bytes_of(p, packet_hex), n;
	struct srtp_stream st = { 0 };
	struct srtp *tx, *rx;
	uint64_t index = 0;

	(void)bytes_of(key, key_hex);
	(void)bytes_of(salt, "517569642070726f2071756f");
	T_OK(srtp_new_session(&tx, profile, key, salt, true));
	T_OK(srtp_new_session(&rx, profile, key, salt, false));
	memcpy(out, p, 12);
	n = srtp_seal(tx, out, 12, p + 12, len - 12, 0xf17b);
	T_INT((int)bytes_of(want, want_hex), (int)n);
	ck_assert(memcmp(out, want, n) == 0);
	T_OK(srtp_open(rx, &st, &index, out, &n));
	ck_assert(n == len && memcmp(out, p, len) == 0 && index == 0xf17b);
	srtp_free(tx);
	srtp_free(rx);
}


T(packets_of_rfc_7714_16)
{
	seven_one_four(SRTP_GCM_128, "000102030405060708090a0b0c0d0e0f",
		       "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd5"
		       "0d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee439"
		       "0cce");
	seven_one_four(SRTP_GCM_256,
		       "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		       "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab1801238"
		       "9a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a7"
		       "6c13");
}


static const struct {
	enum srtp_profile profile;
	void (*policy)(srtp_crypto_policy_t *);
} suites[] = { { SRTP_CM_SHA1_80, srtp_crypto_policy_set_rtp_default },
	       { SRTP_GCM_128, srtp_crypto_policy_set_aes_gcm_128_16_auth },
	       { SRTP_GCM_256, srtp_crypto_policy_set_aes_gcm_256_16_auth } };


struct both {
	struct srtp *tx, *rx;
	srtp_t their_tx, their_rx;
	struct srtp_stream from_us, from_them;
};


static void both_open(struct both *b, size_t suite)
{
	srtp_policy_t po;
	static uint8_t key[46];
	static bool begun;

	if (!begun)
		T_INT(srtp_err_status_ok, srtp_init());
	begun = true;
	memset(b, 0, sizeof(*b));
	memset(&po, 0, sizeof(po));
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(i * 7 + 3);
	suites[suite].policy(&po.rtp);
	suites[suite].policy(&po.rtcp);
	po.key = key;
	po.window_size = 128;
	po.ssrc.type = ssrc_any_outbound;
	T_INT(srtp_err_status_ok, srtp_create(&b->their_tx, &po));
	po.ssrc.type = ssrc_any_inbound;
	T_INT(srtp_err_status_ok, srtp_create(&b->their_rx, &po));
	T_OK(srtp_new(&b->tx, suites[suite].profile, key,
		      key + srtp_key_len(suites[suite].profile), true));
	T_OK(srtp_new(&b->rx, suites[suite].profile, key,
		      key + srtp_key_len(suites[suite].profile), false));
}


static void both_close(struct both *b)
{
	(void)srtp_dealloc(b->their_tx);
	(void)srtp_dealloc(b->their_rx);
	srtp_free(b->tx);
	srtp_free(b->rx);
}


static uint32_t chance(void)
{
	static uint32_t x = 2463534242U;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;

	return x;
}


static void one_packet(struct both *b, uint64_t index)
{
	uint8_t plain[1500], ours[1500], theirs[1500];
	size_t len = 20 + chance() % 1100, n;
	int m = (int)len;
	uint64_t got = 0;

	for (size_t i = 0; i < len; i++)
		plain[i] = (uint8_t)chance();
	memcpy(plain, "\x90\x60", 2);
	put16(plain + 2, (uint32_t)index & 0xffff);
	memcpy(plain + 8, "\x12\x34\x56\x78\xbe\xde\x00\x01", 8);
	memcpy(ours, plain, len);
	memcpy(theirs, plain, len);
	n = srtp_seal(b->tx, ours, 20, plain + 20, len - 20, index);
	T_INT(srtp_err_status_ok, srtp_protect(b->their_tx, theirs, &m));
	ck_assert(n == (size_t)m && memcmp(ours, theirs, n) == 0);
	T_OK(srtp_open(b->rx, &b->from_them, &got, theirs, &n));
	ck_assert(n == len && memcmp(theirs, plain, len) == 0 && got == index);
	T_INT(srtp_err_status_ok, srtp_unprotect(b->their_rx, ours, &m));
	ck_assert((size_t)m == len && memcmp(ours, plain, len) == 0);
}


static void one_report(struct both *b)
{
	uint8_t plain[200], ours[200], theirs[200];
	size_t len = 28, n;
	int m = (int)len;

	for (size_t i = 0; i < len; i++)
		plain[i] = (uint8_t)chance();
	memcpy(plain, "\x80\xc8\x00\x06\x12\x34\x56\x78", 8);
	memcpy(ours, plain, len);
	memcpy(theirs, plain, len);
	n = srtcp_seal(b->tx, ours, len);
	T_INT(srtp_err_status_ok, srtp_protect_rtcp(b->their_tx, theirs, &m));
	ck_assert(n == (size_t)m && memcmp(ours, theirs, n) == 0);
	T_OK(srtcp_open(b->rx, theirs, &n));
	ck_assert(n == len && memcmp(theirs, plain, len) == 0);
	T_INT(srtp_err_status_ok, srtp_unprotect_rtcp(b->their_rx, ours, &m));
	ck_assert(memcmp(ours, plain, len) == 0);
}


static void as_libsrtp2(void)
{
	for (size_t s = 0; s < ARRAY_LEN(suites); s++) {
		struct both b;

		both_open(&b, s);
		/* Steps as losses leave them, until the third turn of the sequence. */
		for (uint64_t i = 60000; i < 3 * 65536; i += 1 + chance() % 64)
			one_packet(&b, i);
		for (int i = 0; i < 300; i++)
			one_report(&b);
		both_close(&b);
	}
}


T(as_libsrtp2_over_roll_overs)
{
	as_libsrtp2();
}


T(as_libsrtp2_where_the_processor_is_quick)
{
	(void)gcm_prepare(); /* media_gcm_test says whether it must be */
	as_libsrtp2();
}


T(late_packets_once_and_never_twice)
{
	struct both b;
	uint8_t sealed[400][64], p[64];
	size_t n = 0;
	uint64_t got = 0;

	both_open(&b, 1);
	for (uint64_t i = 0; i < 400; i++) {
		memset(sealed[i], 0, 64);
		sealed[i][0] = 0x80;
		put16(sealed[i] + 2, (uint32_t)(65400 + i) & 0xffff);
		n = srtp_seal(b.tx, sealed[i], 12, sealed[i] + 12, 20, 65400 + i);
	}
	for (int turn = 0; turn < 2; turn++)
		for (size_t k = 0; k < 400; k++) {
			size_t i = k ^ 1, len = n; /* in pairs, the later one first */
			int want = turn == 0 ? 0 : E_EXISTS;

			memcpy(p, sealed[i], n);
			T_INT(want, srtp_open(b.rx, &b.from_us, &got, p, &len));
		}
	both_close(&b);
}


T(a_flipped_bit_is_never_believed)
{
	for (size_t s = 0; s < ARRAY_LEN(suites); s++) {
		struct both b;
		uint8_t sealed[80], p[80];
		size_t n, len;
		uint64_t got = 0;

		both_open(&b, s);
		memset(sealed, 0, sizeof(sealed));
		sealed[0] = 0x80;
		n = srtp_seal(b.tx, sealed, 12, sealed + 12, 30, 0);
		for (size_t bit = 16; bit < n * 8; bit++) {
			memcpy(p, sealed, n);
			p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			len = n;
			ck_assert(srtp_open(b.rx, &b.from_us, &got, p, &len) != 0);
		}
		len = n;
		T_OK(srtp_open(b.rx, &b.from_us, &got, sealed, &len));
		for (len = 0; len < 12 + srtp_tag_len(b.rx); len++) {
			size_t cut = len;

			T_INT(E_SYNTAX, srtcp_open(b.rx, p, &cut));
		}
		both_close(&b);
	}
}


T_MAIN("media srtp", C(keys_of_rfc_3711_b3), C(packets_of_rfc_7714_16),
       C(as_libsrtp2_over_roll_overs), C(as_libsrtp2_where_the_processor_is_quick),
       C(late_packets_once_and_never_twice), C(a_flipped_bit_is_never_believed))
