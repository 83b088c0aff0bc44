/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * srtp.h: SRTP and SRTCP (RFC 3711, RFC 6188, RFC 7714) on OpenSSL's EVP and gcm.h, one
 * direction each.
 *
 * Debian's libsrtp2 rests on NSS and costs several times more for each packet; it serves as
 * the oracle in tests/unit/media_srtp_test.c.
 */
#ifndef MEDIA_SRTP_H
#define MEDIA_SRTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* The numbers of RFC 5764 and RFC 7714. */
enum srtp_profile {
	SRTP_CM_SHA1_80 = 1,
	SRTP_GCM_128 = 7,
	SRTP_GCM_256 = 8,
};

enum {
	SRTP_KEY_MAX = 32,
	SRTP_SALT_MAX = 14,
	SRTP_TAG_MAX = 16,
	SRTP_TRAILER_MAX = 20, /* tag and SRTCP index */
	SRTP_WINDOW = 256,     /* packets by which an older one may come late */
	SRTCP_STREAMS = 16,
};

struct srtp;

/* What is known of the packets of one SSRC. */
struct srtp_stream {
	uint64_t highest; /* index: roll-over counter and sequence number, 48 bits */
	uint64_t seen[SRTP_WINDOW / 64];
	bool begun;
};

size_t srtp_key_len(enum srtp_profile profile);
size_t srtp_salt_len(enum srtp_profile profile);
size_t srtp_tag_len(const struct srtp *s);

/* From master key and salt.  Errors: E_CRYPTO, E_RANGE no such profile. */
int srtp_new(struct srtp **out, enum srtp_profile profile, const uint8_t *key,
	     const uint8_t *salt, bool sends) MUST_CHECK;
void srtp_free(struct srtp *s);

/*
 * Encrypt: `out` holds the header already and gets the payload and the tag; the payload may
 * lie at out + header already.  Returns the whole length, or 0 on failure of the library.
 *
 * index  roll-over counter << 16 | sequence number; the caller never uses one twice
 */
size_t srtp_seal(struct srtp *s, uint8_t *out, size_t header, const uint8_t *payload,
		 size_t len, uint64_t index);

/*
 * Verify and decrypt in place; *len becomes the length without the tag and *index the index
 * of the packet.
 *
 * Errors: E_SYNTAX too short; E_EXISTS seen before or too old; E_CRYPTO the tag is wrong.
 * Nothing is learnt from a packet that fails.
 */
int srtp_open(struct srtp *s, struct srtp_stream *st, uint64_t *index, uint8_t *p,
	      size_t *len) MUST_CHECK;

/*
 * An index of the stream that came another way (RTX): false when it was seen before or is too
 * old, otherwise it now counts as seen.
 */
bool srtp_stream_take(struct srtp_stream *st, uint64_t index);

/* A compound RTCP packet, in place; room for SRTP_TRAILER_MAX more.  Returns the length, 0. */
size_t srtcp_seal(struct srtp *s, uint8_t *p, size_t len);

/* Errors: as srtp_open(). */
int srtcp_open(struct srtp *s, uint8_t *p, size_t *len) MUST_CHECK;

/* For the vectors of RFC 7714, which give session keys: use these for RTP and RTCP. */
int srtp_new_session(struct srtp **out, enum srtp_profile profile, const uint8_t *key,
		     const uint8_t *salt, bool sends) MUST_CHECK;

/* RFC 3711 4.3: `len` bytes (at most 64) of the session key with that label. */
int srtp_derive(uint8_t *out, size_t len, enum srtp_profile profile, const uint8_t *key,
		const uint8_t *salt, uint8_t label) MUST_CHECK;

#endif
