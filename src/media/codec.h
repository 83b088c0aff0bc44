/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * codec.h: what a forwarding server needs to know of a video packet: does a frame begin, is
 * it a key frame, which layer, and where the numbers are that must go on without a gap.
 *
 * VP8: RFC 7741; VP9: RFC 9628; AV1: the aggregation header of its RTP format; H.264: RFC 6184.
 * Of the frames themselves at most the first byte of VP8 and the NAL type of H.264 are looked
 * at, so that frames encrypted end to end pass.
 */
#ifndef MEDIA_CODEC_H
#define MEDIA_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/sdp.h"

struct frame {
	bool start;
	bool key;
	uint8_t temporal;
	uint8_t spatial;
	uint8_t picture_at;  /* offset of the picture id in the payload; 0: there is none */
	uint8_t picture_len; /* 1 or 2 bytes: 7 or 15 bits */
	uint8_t tl0_at;	     /* offset of TL0PICIDX; 0: there is none */
	uint16_t height;     /* rows of a key frame of VP8 that says so; 0 */
};

/* False: the payload is not what the codec says; it is then not forwarded. */
bool frame_read(struct frame *out, enum codec codec, const uint8_t *p, size_t len);

/*
 * Redundant sound (RFC 2198): where the primary block begins, which goes to the end; 0: it is
 * no such payload, or its blocks are of several types.
 */
size_t red_primary(const uint8_t *p, size_t len);

/* How old the oldest block is, in units of the clock; of what red_primary() has taken. */
uint16_t red_reach(const uint8_t *p);

/* The same blocks with another payload type; only of what red_primary() has taken. */
void red_retype(uint8_t *p, uint8_t pt);

/* The picture id, and the same packet with another one. */
uint16_t frame_picture(const struct frame *f, const uint8_t *p);
void frame_renumber(const struct frame *f, uint8_t *p, uint16_t picture, uint8_t tl0);

#endif
