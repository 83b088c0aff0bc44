/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/codec.h"
#include "media/wire.h"


static bool vp8(struct frame *out, const uint8_t *p, size_t len)
{
	size_t at = 1;
	uint8_t x;

	if (p[0] & 0x80) {
		if (len < 2)
			return false;
		x = p[at++];
		if (x & 0x80) { /* I */
			if (at >= len)
				return false;
			out->picture_at = (uint8_t)at;
			out->picture_len = p[at] & 0x80 ? 2 : 1;
			at += out->picture_len;
		}
		if (x & 0x40) /* L */
			out->tl0_at = (uint8_t)at++;
		if (x & 0x30) { /* T or K */
			if (at >= len)
				return false;
			if (x & 0x20)
				out->temporal = p[at] >> 6;
			at++;
		}
	}
	if (at >= len)
		return false;
	out->start = (p[0] & 0x10) && !(p[0] & 0x07);
	out->key = out->start && !(p[at] & 0x01);
	/* RFC 6386 9.1; the ten bytes that frames encrypted end to end leave clear. */
	if (out->key && len - at >= 10 && p[at + 3] == 0x9d && p[at + 4] == 0x01 &&
	    p[at + 5] == 0x2a)
		out->height = (p[at + 8] | p[at + 9] << 8) & 0x3fff;

	return true;
}


/* I P L F B E V Z: is there a picture id, prediction, layers, flexible mode, begin, end. */
static bool vp9(struct frame *out, const uint8_t *p, size_t len)
{
	size_t at = 1;

	if (p[0] & 0x80) {
		if (at >= len)
			return false;
		out->picture_at = (uint8_t)at;
		out->picture_len = p[at] & 0x80 ? 2 : 1;
		at += out->picture_len;
	}
	if (p[0] & 0x20) {
		if (at >= len)
			return false;
		out->temporal = p[at] >> 5;
		out->spatial = p[at] >> 1 & 7;
		at++;
		if (!(p[0] & 0x10))
			out->tl0_at = (uint8_t)at++;
	}
	if (at > len)
		return false;
	out->start = p[0] & 0x08;
	out->key = out->start && !(p[0] & 0x40) && out->spatial == 0;

	return true;
}


/* Z Y W W N - - -: continues, goes on, count, new coded video sequence. */
static bool av1(struct frame *out, const uint8_t *p, size_t len)
{
	(void)len;
	out->start = !(p[0] & 0x80);
	out->key = p[0] & 0x08;

	return true;
}


static bool h264(struct frame *out, const uint8_t *p, size_t len)
{
	uint8_t type = p[0] & 0x1f;

	out->start = true;
	if (type == 24) { /* STAP-A: the first NAL says it */
		if (len < 4)
			return false;
		type = p[3] & 0x1f;
	} else if (type == 28) { /* FU-A */
		if (len < 2)
			return false;
		out->start = p[1] & 0x80;
		type = p[1] & 0x1f;
	}
	out->key = out->start && (type == 7 || type == 5);

	return true;
}


bool frame_read(struct frame *out, enum codec codec, const uint8_t *p, size_t len)
{
	*out = (struct frame){ 0 };
	if (!len)
		return false;
	switch (codec) {
	case CODEC_VP8: return vp8(out, p, len);
	case CODEC_VP9: return vp9(out, p, len);
	case CODEC_AV1: return av1(out, p, len);
	case CODEC_H264: return h264(out, p, len);
	default: return true;
	}
}


uint16_t frame_picture(const struct frame *f, const uint8_t *p)
{
	if (!f->picture_at)
		return 0;

	return f->picture_len == 2 ? get16(p + f->picture_at) & 0x7fff : p[f->picture_at];
}


void frame_renumber(const struct frame *f, uint8_t *p, uint16_t picture, uint8_t tl0)
{
	if (f->picture_len == 2)
		put16(p + f->picture_at, 0x8000U | (picture & 0x7fff));
	else if (f->picture_len == 1)
		p[f->picture_at] = picture & 0x7f;
	if (f->tl0_at)
		p[f->tl0_at] = tl0;
}


size_t red_primary(const uint8_t *p, size_t len)
{
	size_t at = 0, redundant = 0;

	/* F, type, offset of 14 bits, length of 10; the last has F 0 and the type alone. */
	for (; at < len && p[at] & 0x80; at += 4) {
		if (len - at < 5 || (p[at] ^ p[0]) & 0x7f)
			return 0;
		redundant += get16(p + at + 2) & 0x3ff;
	}
	if (at >= len || (p[at] ^ p[0]) & 0x7f || redundant >= len - at - 1)
		return 0;

	return at + 1 + redundant;
}


uint16_t red_reach(const uint8_t *p)
{
	uint16_t most = 0;

	for (; *p & 0x80; p += 4) {
		uint16_t ago = (uint16_t)(get16(p + 1) >> 2);

		if (ago > most)
			most = ago;
	}

	return most;
}


void red_retype(uint8_t *p, uint8_t pt)
{
	for (; *p & 0x80; p += 4)
		*p = 0x80 | pt;
	*p = pt;
}
