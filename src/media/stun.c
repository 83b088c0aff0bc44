/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "media/stun.h"
#include "media/wire.h"

enum {
	HEADER = 20,
	COOKIE = 0x2112a442,
	INTEGRITY = 20,
	CRC_MASK = 0x5354554e,
	A_USERNAME = 0x0006,
	A_INTEGRITY = 0x0008,
	A_ERROR = 0x0009,
	A_UNKNOWN = 0x000a,
	A_XOR_MAPPED = 0x0020,
	A_PRIORITY = 0x0024,
	A_USE_CANDIDATE = 0x0025,
	A_NOMINATION = 0x0030, /* draft-thatcher-ice-renomination; Chromium */
	A_FINGERPRINT = 0x8028,
	A_CONTROLLED = 0x8029,
	A_CONTROLLING = 0x802a,
};


bool stun_is(const uint8_t *p, size_t len)
{
	return len >= HEADER && p[0] < 4 && get32(p + 4) == COOKIE;
}


static uint32_t crc32(const uint8_t *p, size_t len)
{
	uint32_t c = ~0U;

	while (len--) {
		c ^= *p++;
		for (int k = 0; k < 8; k++)
			c = c >> 1 ^ (0xedb88320U & (0U - (c & 1)));
	}

	return ~c;
}


static bool right_length(uint16_t type, size_t len)
{
	switch (type) {
	case A_INTEGRITY: return len == INTEGRITY;
	case A_FINGERPRINT:
	case A_PRIORITY: return len == 4;
	case A_USE_CANDIDATE: return len == 0;
	case A_CONTROLLED:
	case A_CONTROLLING: return len == 8;
	case A_USERNAME: return len <= 513;
	default: return true;
	}
}


/* One attribute before MESSAGE-INTEGRITY; what must be understood and is not is noted. */
static void take(struct stun *s, uint16_t type, const uint8_t *v, size_t len)
{
	switch (type) {
	case A_USERNAME:
		s->username = v;
		s->username_len = len;
		break;
	case A_PRIORITY: s->priority = get32(v); break;
	case A_USE_CANDIDATE: s->use_candidate = true; break;
	case A_CONTROLLED: s->controlled = true; break;
	case A_CONTROLLING: s->controlling = true; break;
	case A_NOMINATION:
	case A_XOR_MAPPED:
	case A_ERROR: break;
	default:
		if (type < 0x8000 && !s->unknown)
			s->unknown = type;
	}
}


int stun_parse(struct stun *out, const uint8_t *p, size_t len)
{
	struct stun s = { 0 };

	if (!stun_is(p, len) || len > STUN_MAX || len % 4 || get16(p + 2) + HEADER != (int)len)
		return E_SYNTAX;
	s.type = get16(p);
	s.tid = p + 8;
	for (size_t at = HEADER; at < len;) {
		uint16_t type = get16(p + at);
		size_t n = get16(p + at + 2);

		if (n > len - at - 4 || !right_length(type, n) || s.fingerprint)
			return E_SYNTAX;
		if (type == A_FINGERPRINT) {
			if (get32(p + at + 4) != (crc32(p, at) ^ CRC_MASK))
				return E_SYNTAX;
			s.fingerprint = true;
		} else if (type == A_INTEGRITY && !s.integrity) {
			s.integrity = at;
		} else if (!s.integrity) {
			/* RFC 8489 14.5: what follows the integrity is not believed. */
			take(&s, type, p + at + 4, n);
		}
		at += 4 + ((n + 3) & ~(size_t)3);
	}
	*out = s;

	return 0;
}


/* The integrity over `at` bytes, as if the message ended with it (RFC 8489 14.5). */
static void integrity_of(uint8_t out[INTEGRITY], const uint8_t *p, size_t at,
			 const char *password)
{
	uint8_t text[STUN_MAX];
	unsigned len = INTEGRITY;

	memcpy(text, p, at);
	put16(text + 2, (uint32_t)(at - HEADER + 4 + INTEGRITY));
	(void)HMAC(EVP_sha1(), password, (int)strlen(password), text, at, out, &len);
}


bool stun_verify(const struct stun *s, const uint8_t *p, const char *password)
{
	uint8_t mac[INTEGRITY];

	if (!s->integrity)
		return false;
	integrity_of(mac, p, s->integrity, password);

	return CRYPTO_memcmp(mac, p + s->integrity + 4, INTEGRITY) == 0;
}


static size_t add(uint8_t *out, size_t at, uint16_t type, const void *v, size_t len)
{
	put16(out + at, type);
	put16(out + at + 2, (uint32_t)len);
	memcpy(out + at + 4, v, len);
	at += 4 + len;
	while (at % 4)
		out[at++] = 0;

	return at;
}


static size_t begin(uint8_t *out, uint16_t type, const uint8_t *tid)
{
	put16(out, type);
	put16(out + 2, 0);
	put32(out + 4, COOKIE);
	memcpy(out + 8, tid, STUN_TID);

	return HEADER;
}


static size_t end(uint8_t *out, size_t at, const char *password)
{
	uint8_t mac[INTEGRITY], crc[4];

	if (password) {
		integrity_of(mac, out, at, password);
		at = add(out, at, A_INTEGRITY, mac, INTEGRITY);
	}
	put16(out + 2, (uint32_t)(at - HEADER + 8));
	put32(crc, crc32(out, at) ^ CRC_MASK);

	return add(out, at, A_FINGERPRINT, crc, 4);
}


size_t stun_reply(uint8_t out[STUN_REPLY_MAX], const struct stun *request,
		  const struct sockaddr *from, const char *password)
{
	size_t at = begin(out, STUN_SUCCESS, request->tid);
	uint8_t v[20] = { 0 };

	if (from->sa_family == AF_INET6) {
		const struct sockaddr_in6 *a = (const struct sockaddr_in6 *)(const void *)from;

		v[1] = 2;
		put16(v + 2, ntohs(a->sin6_port) ^ (COOKIE >> 16));
		memcpy(v + 4, &a->sin6_addr, 16);
		for (size_t i = 0; i < 16; i++)
			v[4 + i] ^= out[4 + i];
		at = add(out, at, A_XOR_MAPPED, v, 20);
	} else {
		const struct sockaddr_in *a = (const struct sockaddr_in *)(const void *)from;

		v[1] = 1;
		put16(v + 2, ntohs(a->sin_port) ^ (COOKIE >> 16));
		put32(v + 4, ntohl(a->sin_addr.s_addr) ^ COOKIE);
		at = add(out, at, A_XOR_MAPPED, v, 8);
	}

	return end(out, at, password);
}


size_t stun_refuse(uint8_t out[STUN_REPLY_MAX], const struct stun *request, unsigned code,
		   const char *password)
{
	size_t at = begin(out, STUN_ERROR, request->tid);
	uint8_t v[4] = { 0, 0, (uint8_t)(code / 100), (uint8_t)(code % 100) };

	at = add(out, at, A_ERROR, v, 4);
	if (code == 420) {
		put16(v, request->unknown);
		at = add(out, at, A_UNKNOWN, v, 2);
	}

	return end(out, at, password);
}


size_t stun_check(uint8_t out[STUN_REPLY_MAX], const uint8_t tid[STUN_TID],
		  const char *username, const char *password, bool nominate)
{
	size_t at = begin(out, STUN_BINDING, tid);
	static const uint8_t tie[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	static const uint8_t priority[4] = { 0x6e, 0x7f, 0x1e, 0xff };

	at = add(out, at, A_USERNAME, username, strlen(username));
	at = add(out, at, A_PRIORITY, priority, 4);
	at = add(out, at, A_CONTROLLING, tie, 8);
	if (nominate)
		at = add(out, at, A_USE_CANDIDATE, "", 0);

	return end(out, at, password);
}
