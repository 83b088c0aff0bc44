/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * rtp.h: RTP headers (RFC 3550) and their extensions in one- and two-byte form (RFC 8285).
 */
#ifndef MEDIA_RTP_H
#define MEDIA_RTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	RTP_MAX = 1500, /* bytes of a packet; a longer one is dropped */
	RTP_HEADER = 12,
	RTP_EXT_ONE = 0xbede,
	RTP_EXT_TWO = 0x1000,
};

struct rtp {
	uint8_t pt;
	bool marker;
	bool padded; /* the last byte of the payload counts the padding; see rtp_unpad() */
	uint16_t seq;
	uint32_t ts;
	uint32_t ssrc;
	uint16_t profile;   /* of the extension; 0: there is none */
	const uint8_t *ext; /* its elements */
	size_t ext_len;
	size_t header; /* bytes before the payload */
};

/* Is it RTCP rather than RTP (RFC 5761 section 4)? */
static inline bool rtp_is_rtcp(const uint8_t *p, size_t len)
{
	return len >= 8 && p[1] >= 192 && p[1] <= 223;
}

/* Before or after decryption: the header is in clear.  Errors: E_SYNTAX. */
int rtp_parse(struct rtp *out, const uint8_t *p, size_t len) MUST_CHECK;

/* The payload's length without padding, after decryption.  Errors: E_SYNTAX. */
int rtp_unpad(size_t *payload, const struct rtp *r, const uint8_t *p, size_t len) MUST_CHECK;

struct rtp_element {
	uint8_t id; /* 1 to 255 */
	uint8_t len;
	const uint8_t *data;
};

/*
 * The next element from *at on (0 at first); false at the end, or where the rest makes no
 * sense.
 */
bool rtp_element(struct rtp_element *out, const struct rtp *r, size_t *at);

/* `seq` as a 48-bit number next to the one before it. */
static inline uint64_t rtp_extend(uint64_t last, uint16_t seq)
{
	int16_t step = (int16_t)(seq - (uint16_t)last);

	return step < 0 && last < (uint64_t)-step ? seq : last + (uint64_t)(int64_t)step;
}

#endif
