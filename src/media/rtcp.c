/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "media/rtcp.h"
#include "media/wire.h"


bool rtcp_next(struct rtcp *out, const uint8_t *p, size_t len, size_t *at)
{
	size_t n, pad = 0;

	if (len - *at < 8 || p[*at] >> 6 != 2)
		return false;
	n = 4 * ((size_t)get16(p + *at + 2) + 1);
	if (n < 8 || n > len - *at)
		return false;
	if (p[*at] & 0x20) {
		pad = p[*at + n - 1];
		if (!pad || pad > n - 8)
			return false;
	}
	out->type = p[*at + 1];
	out->count = p[*at] & 0x1f;
	out->sender = get32(p + *at + 4);
	out->body = p + *at + 8;
	out->body_len = n - 8 - pad;
	*at += n;

	return true;
}


uint32_t rtcp_about(const struct rtcp *r)
{
	return r->body_len >= 4 ? get32(r->body) : 0;
}


bool rtcp_nack_next(uint16_t *seq, const struct rtcp *r, size_t *k)
{
	if (r->type != RTCP_FEEDBACK || r->count != RTCP_NACK)
		return false;
	/* *k counts 17 for each entry: the packet itself and 16 bits of those after it. */
	for (;; (*k)++) {
		size_t at = 4 + 4 * (*k / 17), bit = *k % 17;
		uint16_t first;

		if (at + 4 > r->body_len)
			return false;
		first = get16(r->body + at);
		if (bit && !(get16(r->body + at + 2) >> (bit - 1) & 1))
			continue;
		*seq = (uint16_t)(first + bit);
		(*k)++;
		return true;
	}
}


bool rtcp_fir_next(uint32_t *ssrc, const struct rtcp *r, size_t *k)
{
	size_t at = 4 + 8 * *k;

	if (r->type != RTCP_PAYLOAD || r->count != RTCP_FIR || at + 8 > r->body_len)
		return false;
	*ssrc = get32(r->body + at);
	(*k)++;

	return true;
}


bool rtcp_remb(uint32_t *bps, const struct rtcp *r)
{
	uint64_t v;

	if (r->type != RTCP_PAYLOAD || r->count != RTCP_REMB || r->body_len < 12 ||
	    memcmp(r->body + 4, "REMB", 4) != 0)
		return false;
	v = (uint64_t)(get24(r->body + 9) & 0x3ffff) << (r->body[9] >> 2 & 0x3f);
	if (r->body[9] >> 2 > 40 || v > UINT32_MAX)
		v = UINT32_MAX;
	*bps = (uint32_t)v;

	return true;
}


bool rtcp_sender(struct rtcp_sender *out, const struct rtcp *r)
{
	if (r->type != RTCP_SR || r->body_len < 20)
		return false;
	out->ntp = (uint64_t)get32(r->body) << 32 | get32(r->body + 4);
	out->rtp_ts = get32(r->body + 8);
	out->packets = get32(r->body + 12);
	out->bytes = get32(r->body + 16);

	return true;
}


bool rtcp_report(struct rtcp_report *out, const struct rtcp *r, size_t i)
{
	size_t at = (r->type == RTCP_SR ? 20 : 0) + i * RTCP_BLOCK;
	const uint8_t *p = r->body + at;

	if ((r->type != RTCP_SR && r->type != RTCP_RR) || i >= r->count ||
	    at + RTCP_BLOCK > r->body_len)
		return false;
	out->ssrc = get32(p);
	out->lost = p[4];
	out->lost_total = (int32_t)get24(p + 5);
	out->highest = get32(p + 8);
	out->jitter = get32(p + 12);
	out->last_sr = get32(p + 16);
	out->delay = get32(p + 20);

	return true;
}


static size_t head(uint8_t *out, unsigned count, unsigned type, size_t len, uint32_t ssrc)
{
	out[0] = (uint8_t)(0x80 | count);
	out[1] = (uint8_t)type;
	put16(out + 2, (uint32_t)(len / 4 - 1));
	put32(out + 4, ssrc);

	return len;
}


size_t rtcp_write_sr(uint8_t *out, uint32_t ssrc, const struct rtcp_sender *s)
{
	put32(out + 8, (uint32_t)(s->ntp >> 32));
	put32(out + 12, (uint32_t)s->ntp);
	put32(out + 16, s->rtp_ts);
	put32(out + 20, s->packets);
	put32(out + 24, s->bytes);

	return head(out, 0, RTCP_SR, 28, ssrc);
}


size_t rtcp_write_rr(uint8_t *out, uint32_t ssrc, const struct rtcp_report *blocks,
		     size_t count)
{
	uint8_t *p = out + 8;

	for (size_t i = 0; i < count; i++, p += RTCP_BLOCK) {
		const struct rtcp_report *b = &blocks[i];

		put32(p, b->ssrc);
		p[4] = b->lost;
		put24(p + 5, (uint32_t)b->lost_total & 0xffffff);
		put32(p + 8, b->highest);
		put32(p + 12, b->jitter);
		put32(p + 16, b->last_sr);
		put32(p + 20, b->delay);
	}

	return head(out, (unsigned)count, RTCP_RR, 8 + count * RTCP_BLOCK, ssrc);
}


size_t rtcp_write_cname(uint8_t *out, uint32_t ssrc, const char *cname)
{
	size_t n = strlen(cname), len;

	if (n > 20)
		n = 20;
	/* The item, at least one zero, up to the next multiple of four. */
	len = 8 + ((2 + n + 1 + 3) & ~(size_t)3);
	memset(out + 8, 0, len - 8);
	out[8] = 1;
	out[9] = (uint8_t)n;
	memcpy(out + 10, cname, n);

	return head(out, 1, RTCP_SDES, len, ssrc);
}


size_t rtcp_write_pli(uint8_t *out, uint32_t sender, uint32_t media)
{
	put32(out + 8, media);

	return head(out, RTCP_PLI, RTCP_PAYLOAD, 12, sender);
}


size_t rtcp_write_bye(uint8_t *out, uint32_t ssrc)
{
	return head(out, 1, RTCP_BYE, 8, ssrc);
}


size_t rtcp_write_nack(uint8_t *out, size_t size, uint32_t sender, uint32_t media,
		       const uint16_t *seqs, size_t count)
{
	size_t len = 12;

	for (size_t i = 0; i < count;) {
		uint16_t first = seqs[i++], bits = 0;

		while (i < count && (uint16_t)(seqs[i] - first) <= 16)
			bits |= (uint16_t)(1U << ((uint16_t)(seqs[i++] - first) - 1));
		if (len + 4 > size)
			return 0;
		put16(out + len, first);
		put16(out + len + 2, bits);
		len += 4;
	}
	put32(out + 8, media);

	return head(out, RTCP_NACK, RTCP_FEEDBACK, len, sender);
}


size_t rtcp_write_remb(uint8_t *out, uint32_t sender, uint32_t bps, uint32_t media)
{
	unsigned exp = 0;

	while (bps >> exp > 0x3ffff)
		exp++;
	put32(out + 8, 0);
	memcpy(out + 12, "REMB", 4);
	out[16] = 1;
	put24(out + 17, exp << 18 | bps >> exp);
	put32(out + 20, media);

	return head(out, RTCP_REMB, RTCP_PAYLOAD, 24, sender);
}
