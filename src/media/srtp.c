/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * srtp.c: see srtp.h.
 *
 * SHA-1 is used by its old functions: a keyed state is copied for each packet, which EVP
 * cannot do without allocating.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

#include "media/gcm.h"
#include "media/narrow.h"
#include "media/rtp.h"
#include "media/srtp.h"
#include "media/wire.h"

enum {
	AUTH_KEY = 20,
	CM_TAG = 10,
	INDEX = 4,	  /* bytes of the SRTCP index */
	RTCP_BESIDE = 12, /* bytes of header and index */
	INDEX_MAX = 0x7fffffff,
};

/* A key with its salt: one for RTP, one for RTCP. */
struct half {
	struct gcm *gcm;
	EVP_CIPHER_CTX *ctr;
	uint8_t salt[16]; /* 12 or 14 bytes, the rest zero */
	SHA_CTX inner;	  /* HMAC-SHA1, keyed */
	SHA_CTX outer;
};

struct srtp {
	enum srtp_profile profile;
	bool gcm;
	bool sends;
	size_t tag;
	struct half rtp;
	struct half rtcp;
	uint32_t rtcp_next;
	struct {
		uint32_t ssrc;
		struct srtp_stream stream;
	} rtcp_from[SRTCP_STREAMS];
	unsigned rtcp_last; /* where the newest stream is kept */
};


size_t srtp_key_len(enum srtp_profile profile)
{
	return profile == SRTP_GCM_256 ? 32 : 16;
}


size_t srtp_salt_len(enum srtp_profile profile)
{
	return profile == SRTP_CM_SHA1_80 ? 14 : 12;
}


/* NULL when the library has none, which those that use it refuse. */
static const EVP_CIPHER *counter_mode(size_t key_len)
{
	static EVP_CIPHER *kept[2];

	return key_len == 32 ? narrow_cipher(&kept[1], "AES-256-CTR")
			     : narrow_cipher(&kept[0], "AES-128-CTR");
}


size_t srtp_tag_len(const struct srtp *s)
{
	return s->tag;
}


int srtp_derive(uint8_t *out, size_t len, enum srtp_profile profile, const uint8_t *key,
		const uint8_t *salt, uint8_t label)
{
	static const uint8_t zeros[64];
	const EVP_CIPHER *cipher = counter_mode(srtp_key_len(profile));
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t iv[16] = { 0 };
	int n = 0;
	bool ok;

	memcpy(iv, salt, srtp_salt_len(profile));
	iv[7] ^= label;
	ok = c && len <= sizeof(zeros) && cipher &&
	     EVP_EncryptInit_ex(c, cipher, NULL, key, iv) &&
	     EVP_EncryptUpdate(c, out, &n, zeros, (int)len);
	EVP_CIPHER_CTX_free(c);

	return ok ? 0 : E_CRYPTO;
}


static void hmac_key(struct half *h, const uint8_t key[AUTH_KEY])
{
	uint8_t pad[64];

	for (int outer = 0; outer < 2; outer++) {
		SHA_CTX *c = outer ? &h->outer : &h->inner;

		memset(pad, outer ? 0x5c : 0x36, sizeof(pad));
		for (size_t i = 0; i < AUTH_KEY; i++)
			pad[i] ^= key[i];
		(void)SHA1_Init(c);
		(void)SHA1_Update(c, pad, sizeof(pad));
	}
	OPENSSL_cleanse(pad, sizeof(pad));
}


static void hmac(uint8_t tag[20], const struct half *h, const uint8_t *p, size_t len,
		 const uint8_t tail[4])
{
	SHA_CTX c = h->inner;

	(void)SHA1_Update(&c, p, len);
	if (tail)
		(void)SHA1_Update(&c, tail, 4);
	(void)SHA1_Final(tag, &c);
	c = h->outer;
	(void)SHA1_Update(&c, tag, 20);
	(void)SHA1_Final(tag, &c);
}


static int half_set(struct half *h, const struct srtp *s, const uint8_t *key,
		    const uint8_t *salt)
{
	size_t len = srtp_key_len(s->profile);

	memcpy(h->salt, salt, srtp_salt_len(s->profile));
	if (s->gcm)
		return gcm_new(&h->gcm, key, len, s->sends);
	h->ctr = EVP_CIPHER_CTX_new();

	/* Counter mode is its own inverse. */
	return h->ctr && counter_mode(len) &&
			       EVP_EncryptInit_ex(h->ctr, counter_mode(len), NULL, key, NULL)
		       ? 0
		       : E_CRYPTO;
}


static int half_derive(struct half *h, const struct srtp *s, const uint8_t *key,
		       const uint8_t *salt, uint8_t label)
{
	uint8_t k[SRTP_KEY_MAX], a[AUTH_KEY], sa[SRTP_SALT_MAX];
	int err = srtp_derive(k, srtp_key_len(s->profile), s->profile, key, salt, label);

	if (!err)
		err = srtp_derive(a, AUTH_KEY, s->profile, key, salt, (uint8_t)(label + 1));
	if (!err)
		err = srtp_derive(sa, srtp_salt_len(s->profile), s->profile, key, salt,
				  (uint8_t)(label + 2));
	if (!err) {
		hmac_key(h, a);
		err = half_set(h, s, k, sa);
	}
	OPENSSL_cleanse(k, sizeof(k));
	OPENSSL_cleanse(a, sizeof(a));

	return err;
}


static struct srtp *bare(enum srtp_profile profile, bool sends)
{
	struct srtp *s;

	if (profile != SRTP_CM_SHA1_80 && profile != SRTP_GCM_128 && profile != SRTP_GCM_256)
		return NULL;
	s = OPENSSL_zalloc(sizeof(*s));
	if (!s)
		return NULL;
	s->profile = profile;
	s->gcm = profile != SRTP_CM_SHA1_80;
	s->sends = sends;
	s->tag = s->gcm ? GCM_TAG : CM_TAG;
	s->rtcp_next = 1; /* as libsrtp begins */

	return s;
}


int srtp_new(struct srtp **out, enum srtp_profile profile, const uint8_t *key,
	     const uint8_t *salt, bool sends)
{
	struct srtp *s = bare(profile, sends);
	int err;

	if (!s)
		return E_RANGE;
	err = half_derive(&s->rtp, s, key, salt, 0);
	if (!err)
		err = half_derive(&s->rtcp, s, key, salt, 3);
	if (err)
		srtp_free(s);
	else
		*out = s;

	return err;
}


int srtp_new_session(struct srtp **out, enum srtp_profile profile, const uint8_t *key,
		     const uint8_t *salt, bool sends)
{
	struct srtp *s = bare(profile, sends);
	int err;

	if (!s || !s->gcm) {
		srtp_free(s);
		return E_RANGE;
	}
	err = half_set(&s->rtp, s, key, salt);
	if (!err)
		err = half_set(&s->rtcp, s, key, salt);
	if (err)
		srtp_free(s);
	else
		*out = s;

	return err;
}


void srtp_free(struct srtp *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < 2; i++) {
		struct half *h = i ? &s->rtcp : &s->rtp;

		gcm_free(h->gcm);
		EVP_CIPHER_CTX_free(h->ctr);
	}
	OPENSSL_clear_free(s, sizeof(*s));
}


static void add_salt(uint8_t iv[GCM_IV], const struct half *h)
{
	for (size_t i = 0; i < GCM_IV; i++)
		iv[i] ^= h->salt[i];
}


/* RFC 7714 8.1: 00 00 || SSRC || high 32 of 48 bits || low 16, XOR the salt. */
static void rtp_around(struct gcm_around *a, const struct half *h, const uint8_t *p, size_t len,
		       uint64_t index)
{
	a->beside = p;
	a->len = len;
	memset(a->iv, 0, 2);
	memcpy(a->iv + 2, p + 8, 4);
	put32(a->iv + 6, (uint32_t)(index >> 16));
	put16(a->iv + 10, (uint32_t)index & 0xffff);
	add_salt(a->iv, h);
}


/* RFC 7714 9.1: the index takes 32 bits there, and stands beside the header (9.2). */
static void rtcp_around(struct gcm_around *a, uint8_t beside[RTCP_BESIDE], const struct half *h,
			const uint8_t *p, const uint8_t *word)
{
	memcpy(beside, p, RTCP_BESIDE - INDEX);
	memcpy(beside + RTCP_BESIDE - INDEX, word, INDEX);
	a->beside = beside;
	a->len = RTCP_BESIDE;
	memset(a->iv, 0, GCM_IV);
	memcpy(a->iv + 2, p + 4, 4);
	put32(a->iv + 8, get32(word) & INDEX_MAX);
	add_salt(a->iv, h);
}


/* RFC 3711 4.1.1: salt * 2^16 XOR SSRC * 2^64 XOR index * 2^16. */
static void cm_iv(uint8_t iv[16], const struct half *h, const uint8_t *ssrc, uint64_t index)
{
	uint8_t x[16] = { 0 };

	memcpy(x + 4, ssrc, 4);
	put16(x + 8, (uint32_t)(index >> 32));
	put32(x + 10, (uint32_t)index);
	for (size_t i = 0; i < 16; i++)
		iv[i] = h->salt[i] ^ x[i];
}


static bool cm(const struct half *h, const uint8_t *ssrc, uint64_t index, uint8_t *out,
	       const uint8_t *in, size_t len)
{
	uint8_t iv[16];
	int n = 0;

	cm_iv(iv, h, ssrc, index);

	return EVP_CipherInit_ex(h->ctr, NULL, NULL, NULL, iv, -1) &&
	       (!len || EVP_CipherUpdate(h->ctr, out, &n, in, (int)len));
}


size_t srtp_seal(struct srtp *s, uint8_t *out, size_t header, const uint8_t *payload,
		 size_t len, uint64_t index)
{
	struct gcm_around a;
	uint8_t tag[20], roc[4];

	if (s->gcm) {
		rtp_around(&a, &s->rtp, out, header, index);
		if (!gcm_seal(s->rtp.gcm, out + header, payload, len, &a))
			return 0;
		return header + len + GCM_TAG;
	}
	if (!cm(&s->rtp, out + 8, index, out + header, payload, len))
		return 0;
	put32(roc, (uint32_t)(index >> 16));
	hmac(tag, &s->rtp, out, header + len, roc);
	memcpy(out + header + len, tag, CM_TAG);

	return header + len + CM_TAG;
}


/* RFC 3711 appendix A, and the replay window of 3.3.2. */
static int guess(uint64_t *index, const struct srtp_stream *st, uint16_t seq)
{
	uint64_t back;

	*index = st->begun ? rtp_extend(st->highest, seq) : seq;
	if (!st->begun || *index > st->highest)
		return 0;
	back = st->highest - *index;
	if (back >= SRTP_WINDOW)
		return E_EXISTS;

	return st->seen[back / 64] >> (back % 64) & 1 ? E_EXISTS : 0;
}


static void shift(struct srtp_stream *st, uint64_t by)
{
	const size_t words = ARRAY_LEN(st->seen);

	if (by >= SRTP_WINDOW) {
		memset(st->seen, 0, sizeof(st->seen));
		return;
	}
	for (size_t i = words; i-- > 0;) {
		size_t from = i - by / 64;
		uint64_t v = 0;

		if (by / 64 <= i) {
			v = st->seen[from] << (by % 64);
			if (by % 64 && from)
				v |= st->seen[from - 1] >> (64 - by % 64);
		}
		st->seen[i] = v;
	}
}


static void note(struct srtp_stream *st, uint64_t index)
{
	if (!st->begun || index > st->highest) {
		shift(st, st->begun ? index - st->highest : SRTP_WINDOW);
		st->highest = index;
		st->begun = true;
	}
	st->seen[(st->highest - index) / 64] |= UINT64_C(1) << ((st->highest - index) % 64);
}


bool srtp_stream_take(struct srtp_stream *st, uint64_t index)
{
	uint64_t back = st->highest - index;

	if (st->begun && index <= st->highest &&
	    (back >= SRTP_WINDOW || (st->seen[back / 64] >> (back % 64) & 1)))
		return false;
	note(st, index);

	return true;
}


int srtp_open(struct srtp *s, struct srtp_stream *st, uint64_t *index, uint8_t *p, size_t *len)
{
	struct gcm_around a;
	struct rtp r;
	uint8_t tag[20], roc[4];
	size_t body;
	int err = rtp_parse(&r, p, *len);

	if (err || *len < r.header + s->tag)
		return E_SYNTAX;
	err = guess(index, st, r.seq);
	if (err)
		return err;
	body = *len - r.header - s->tag;
	if (s->gcm) {
		rtp_around(&a, &s->rtp, p, r.header, *index);
		if (!gcm_open(s->rtp.gcm, p + r.header, body, &a))
			return E_CRYPTO;
	} else {
		put32(roc, (uint32_t)(*index >> 16));
		hmac(tag, &s->rtp, p, r.header + body, roc);
		if (CRYPTO_memcmp(tag, p + r.header + body, CM_TAG) != 0)
			return E_CRYPTO;
		if (!cm(&s->rtp, p + 8, *index, p + r.header, p + r.header, body))
			return E_CRYPTO;
	}
	note(st, *index);
	*len -= s->tag;

	return 0;
}


size_t srtcp_seal(struct srtp *s, uint8_t *p, size_t len)
{
	uint32_t index = s->rtcp_next;
	uint8_t beside[RTCP_BESIDE], word[INDEX], tag[20];
	struct gcm_around a;

	if (len < 8 || index == INDEX_MAX)
		return 0;
	s->rtcp_next++;
	put32(word, index | 0x80000000U);
	if (s->gcm) {
		rtcp_around(&a, beside, &s->rtcp, p, word);
		if (!gcm_seal(s->rtcp.gcm, p + 8, p + 8, len - 8, &a))
			return 0;
		memcpy(p + len + GCM_TAG, word, INDEX);
		return len + GCM_TAG + INDEX;
	}
	if (!cm(&s->rtcp, p + 4, index, p + 8, p + 8, len - 8))
		return 0;
	memcpy(p + len, word, INDEX);
	hmac(tag, &s->rtcp, p, len + INDEX, NULL);
	memcpy(p + len + INDEX, tag, CM_TAG);

	return len + INDEX + CM_TAG;
}


/* What is known of that sender; the oldest makes room for a new one. */
static struct srtp_stream *rtcp_stream(struct srtp *s, uint32_t ssrc, bool make)
{
	for (size_t i = 0; i < SRTCP_STREAMS; i++)
		if (s->rtcp_from[i].stream.begun && s->rtcp_from[i].ssrc == ssrc)
			return &s->rtcp_from[i].stream;
	if (!make)
		return NULL;
	s->rtcp_last = (s->rtcp_last + 1) % SRTCP_STREAMS;
	memset(&s->rtcp_from[s->rtcp_last], 0, sizeof(s->rtcp_from[0]));
	s->rtcp_from[s->rtcp_last].ssrc = ssrc;

	return &s->rtcp_from[s->rtcp_last].stream;
}


static bool rtcp_open(struct srtp *s, uint8_t *p, size_t body, const uint8_t *word)
{
	uint32_t index = get32(word) & INDEX_MAX;
	bool encrypted = get32(word) >> 31;
	uint8_t beside[RTCP_BESIDE], tag[20];
	struct gcm_around a;

	if (s->gcm) {
		rtcp_around(&a, beside, &s->rtcp, p, word);
		return encrypted && gcm_open(s->rtcp.gcm, p + 8, body - 8, &a);
	}
	hmac(tag, &s->rtcp, p, body + INDEX, NULL);
	if (CRYPTO_memcmp(tag, p + body + INDEX, CM_TAG) != 0)
		return false;

	return !encrypted || cm(&s->rtcp, p + 4, index, p + 8, p + 8, body - 8);
}


int srtcp_open(struct srtp *s, uint8_t *p, size_t *len)
{
	struct srtp_stream *st;
	size_t body;
	uint64_t index;
	uint32_t ssrc;

	if (*len < 8 + INDEX + s->tag || *len > RTP_MAX)
		return E_SYNTAX;
	body = *len - INDEX - s->tag;
	ssrc = get32(p + 4);
	index = get32(s->gcm ? p + body + GCM_TAG : p + body) & INDEX_MAX;
	st = rtcp_stream(s, ssrc, false);
	if (st && index <= st->highest &&
	    (st->highest - index >= SRTP_WINDOW ||
	     (st->seen[(st->highest - index) / 64] >> ((st->highest - index) % 64) & 1)))
		return E_EXISTS;
	if (!rtcp_open(s, p, body, s->gcm ? p + body + GCM_TAG : p + body))
		return E_CRYPTO;
	note(rtcp_stream(s, ssrc, true), index);
	*len = body;

	return 0;
}
