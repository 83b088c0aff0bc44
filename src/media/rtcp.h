/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * rtcp.h: RTCP (RFC 3550, RFC 4585, RFC 5104, RFC 5506): reading compound packets and writing
 * the few kinds that a forwarding server sends.
 */
#ifndef MEDIA_RTCP_H
#define MEDIA_RTCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum rtcp_type {
	RTCP_SR = 200,
	RTCP_RR = 201,
	RTCP_SDES = 202,
	RTCP_BYE = 203,
	RTCP_FEEDBACK = 205, /* transport layer: NACK is 1, transport-cc 15 */
	RTCP_PAYLOAD = 206,  /* payload-specific: PLI is 1, FIR 4, REMB 15 */
};

enum {
	RTCP_NACK = 1,
	RTCP_TWCC = 15,
	RTCP_PLI = 1,
	RTCP_FIR = 4,
	RTCP_REMB = 15,
	RTCP_BLOCK = 24, /* bytes of a report block */
};

struct rtcp {
	uint8_t type;
	uint8_t count; /* or the feedback's format */
	uint32_t sender;
	const uint8_t *body; /* after the sender's SSRC */
	size_t body_len;
};

/* The next packet of a compound from *at on (0 at first); false at the end or at nonsense. */
bool rtcp_next(struct rtcp *out, const uint8_t *p, size_t len, size_t *at);

/* The SSRC that feedback is about; 0 when it is too short. */
uint32_t rtcp_about(const struct rtcp *r);

/* The next sequence number that a NACK asks for (*k is 0 at first). */
bool rtcp_nack_next(uint16_t *seq, const struct rtcp *r, size_t *k);

/* The next SSRC that a FIR asks a key frame of (*k is 0 at first). */
bool rtcp_fir_next(uint32_t *ssrc, const struct rtcp *r, size_t *k);

/* The bit rate of a REMB (draft-alvestrand-rmcat-remb). */
bool rtcp_remb(uint32_t *bps, const struct rtcp *r);

/* A sender report's clock: NTP's 64 bits and the RTP time that goes with it. */
struct rtcp_sender {
	uint64_t ntp;
	uint32_t rtp_ts;
	uint32_t packets;
	uint32_t bytes;
};
bool rtcp_sender(struct rtcp_sender *out, const struct rtcp *r);

struct rtcp_report {
	uint32_t ssrc;
	uint8_t lost; /* of 256 */
	int32_t lost_total;
	uint32_t highest;
	uint32_t jitter;
	uint32_t last_sr;
	uint32_t delay; /* 1/65536 s */
};
/* Report block `i` of a sender or receiver report. */
bool rtcp_report(struct rtcp_report *out, const struct rtcp *r, size_t i);

/* Writers return the bytes written; the caller has made room (at most 64 bytes each). */
size_t rtcp_write_sr(uint8_t *out, uint32_t ssrc, const struct rtcp_sender *s);
size_t rtcp_write_rr(uint8_t *out, uint32_t ssrc, const struct rtcp_report *blocks,
		     size_t count); /* count <= 31; 8 + 24 * count bytes */
size_t rtcp_write_cname(uint8_t *out, uint32_t ssrc, const char *cname); /* <= 32 bytes */
size_t rtcp_write_pli(uint8_t *out, uint32_t sender, uint32_t media);
size_t rtcp_write_bye(uint8_t *out, uint32_t ssrc);

/* NACK for `count` sequence numbers in ascending order; returns 0 when they need too much. */
size_t rtcp_write_nack(uint8_t *out, size_t size, uint32_t sender, uint32_t media,
		       const uint16_t *seqs, size_t count);
size_t rtcp_write_remb(uint8_t *out, uint32_t sender, uint32_t bps, uint32_t media);

#endif
