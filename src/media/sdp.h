/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * sdp.h: offers of browsers and of WHIP and WHEP clients, and the answers to them (RFC 8866,
 * RFC 8829, RFC 9143, RFC 8843, RFC 8851, RFC 8853).
 *
 * Of an offer only what matters here is kept, within hard limits; the answer is written from
 * it.  A text is refused with its line.  Answers say what browsers need to hear: BUNDLE,
 * rtcp-mux, rtcp-rsize, ice-lite, setup:passive and extmap-allow-mixed (without it Chromium
 * sends no dependency descriptor).
 */
#ifndef MEDIA_SDP_H
#define MEDIA_SDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	SDP_MAX = 256 << 10, /* bytes of an offer */
	SDP_LINE_MAX = 4096,
	SDP_MEDIA_MAX = 128,
	SDP_CODECS_MAX = 48, /* kept of one m-line */
	SDP_RIDS_MAX = 3,
	SDP_MID_SIZE = 17,
	SDP_RID_SIZE = 17,
	SDP_FMTP_SIZE = 96,
	SDP_UFRAG_SIZE = 257,
	SDP_PWD_SIZE = 257,
	SDP_FINGERPRINT = 32,
	SDP_CANDIDATES_MAX = 8,
};

enum sdp_kind { SDP_AUDIO, SDP_VIDEO, SDP_OTHER };
enum sdp_direction { SDP_INACTIVE = 0, SDP_SEND = 1, SDP_RECV = 2, SDP_BOTH = 3 };

enum codec {
	CODEC_NONE,
	CODEC_OPUS,
	CODEC_VP8,
	CODEC_VP9,
	CODEC_AV1,
	CODEC_H264,
	CODEC_RTX,
	CODEC_RED, /* of Opus (RFC 2198) */
};

enum sdp_ext {
	EXT_LEVEL,	 /* urn:ietf:params:rtp-hdrext:ssrc-audio-level (RFC 6464) */
	EXT_TWCC,	 /* transport-wide-cc-extensions-01 */
	EXT_MID,	 /* RFC 8843 */
	EXT_RID,	 /* RFC 8852 */
	EXT_RRID,	 /* RFC 8852, of retransmissions */
	EXT_DD,		 /* dependency descriptor (AV1 RTP) */
	EXT_ORIENTATION, /* urn:3gpp:video-orientation */
	EXT_COUNT
};

extern const char *const sdp_ext_uri[EXT_COUNT];

struct sdp_codec {
	uint8_t pt;
	uint8_t codec;	  /* enum codec */
	uint8_t apt;	  /* of RTX and RED: what it repeats */
	uint16_t variant; /* profile; only equal ones are forwarded to each other */
	bool nack, pli, fir, twcc, remb;
	bool unusable; /* a profile or mode that is not taken */
	uint32_t clock;
	uint8_t channels;
	char fmtp[SDP_FMTP_SIZE];
};

struct sdp_media {
	uint8_t kind; /* enum sdp_kind */
	uint8_t direction;
	bool rejected; /* port 0 without bundle-only */
	bool mux;
	bool rsize;
	bool bundled;
	char mid[SDP_MID_SIZE];
	char name[16];	/* "audio", "video", "application" */
	char proto[40]; /* to be said again */
	char format[16];
	uint8_t ext[EXT_COUNT]; /* id, 0: not offered */
	uint8_t ext_way[EXT_COUNT];
	struct sdp_codec codec[SDP_CODECS_MAX];
	uint8_t codecs;
	char rid[SDP_RIDS_MAX][SDP_RID_SIZE]; /* of layers that are offered to us */
	uint8_t rids;
	bool simulcast;
	uint32_t ssrc; /* the first that is named; 0 */
	uint32_t rtx;  /* that of the FID group; 0 */
};

struct sdp {
	char ufrag[SDP_UFRAG_SIZE];
	char pwd[SDP_PWD_SIZE];
	uint8_t fingerprint[SDP_FINGERPRINT]; /* SHA-256 of the peer's certificate */
	bool has_fingerprint;
	bool active; /* it may be the DTLS client, so that we are the server */
	bool mixed;
	bool grouped; /* there is a BUNDLE group */
	char bundle[2048];
	size_t media_count;
	struct sdp_media media[SDP_MEDIA_MAX];
};

/*
 * Errors: E_SYNTAX, E_TOOBIG and a fault with the line: what is wrong and what would be right.
 * E_RANGE: well-formed, but not to be answered here (no BUNDLE, no ICE or DTLS facts, a client
 * that insists on being the DTLS server).
 */
int sdp_parse(struct sdp *out, const char *text, size_t len, struct fault *f) MUST_CHECK;

/* The codec with that payload type, or NULL. */
const struct sdp_codec *sdp_codec_pt(const struct sdp_media *m, uint8_t pt);

/* The one that is this codec in this variant, or NULL. */
const struct sdp_codec *sdp_codec_of(const struct sdp_media *m, uint8_t codec,
				     uint16_t variant);

/* The payload type of retransmissions of `pt`; 0: none. */
uint8_t sdp_rtx_of(const struct sdp_media *m, uint8_t pt);

/* Can the m-line be taken at all: bundled, multiplexed, with a codec that is forwarded? */
bool sdp_usable(const struct sdp_media *m);

/* What we say of one m-line; all zero refuses it. */
struct sdp_line {
	uint8_t direction; /* ours: SDP_RECV of a publisher, SDP_SEND to a viewer */
	uint32_t ssrc;	   /* when we send */
	uint32_t rtx;
	char stream[24]; /* the msid's stream, of which tracks play together */
};

struct sdp_candidate {
	char address[46];
	uint16_t port;
	bool tcp; /* passive (RFC 6544) */
};

/* Their lines, the first preferred, and that there are no more. */
void sdp_candidates(struct buf *out, const struct sdp_candidate *all, size_t count);

struct sdp_answer {
	const char *ufrag;
	const char *pwd;
	const char *fingerprint; /* "AB:CD:..." of SHA-256 */
	uint64_t session;
	const struct sdp_candidate *candidate;
	size_t candidates;
	const struct sdp_line *line; /* offer->media_count */
};
void sdp_answer(struct buf *out, const struct sdp *offer, const struct sdp_answer *a);

#endif
