/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "media/rtp.h"
#include "media/twcc.h"
#include "media/wire.h"

enum {
	SYMBOLS = 7, /* of two bits, in a status vector chunk */
	HEADER = 20,
	WRITE_MAX = 1200,
};


void twcc_arrived(struct twcc_in *t, uint16_t seq, int64_t at_us)
{
	uint16_t step;

	if (!t->begun) {
		t->begun = true;
		t->base = seq;
		t->count = 0;
	}
	step = (uint16_t)(seq - t->base);
	if (step >= TWCC_MAX) {
		/* Older than what was told, or a gap that is too wide: begin anew there. */
		if (step >= 0x8000)
			return;
		memset(t->at, 0, sizeof(t->at));
		t->base = seq;
		t->count = 0;
		step = 0;
	}
	t->at[step] = at_us;
	if (step >= t->count)
		t->count = (uint16_t)(step + 1);
}


/* The symbol of each packet and its delta, as far as they can be said; returns how many. */
static size_t measure(uint8_t *symbol, int16_t *delta, const struct twcc_in *t, int64_t ref_us)
{
	int64_t last = ref_us;
	size_t bytes = HEADER;

	for (size_t i = 0; i < t->count; i++) {
		int64_t d = 0;

		symbol[i] = 0;
		if (t->at[i]) {
			d = (t->at[i] - last) / TWCC_TICK_US;
			if (d < INT16_MIN || d > INT16_MAX)
				return i;
			symbol[i] = d >= 0 && d < 256 ? 1 : 2;
			last += d * TWCC_TICK_US;
		}
		delta[i] = (int16_t)d;
		bytes += symbol[i] + (i % SYMBOLS ? 0U : 2U);
		if (bytes > WRITE_MAX)
			return i;
	}

	return t->count;
}


size_t twcc_write(uint8_t *out, struct twcc_in *t, uint32_t sender, uint32_t media)
{
	uint8_t symbol[TWCC_MAX];
	int16_t delta[TWCC_MAX];
	size_t first = 0, n, len = HEADER;
	int64_t ref;

	while (first < t->count && !t->at[first])
		first++;
	if (first == t->count)
		return 0;
	ref = t->at[first] / TWCC_BASE_US;
	n = measure(symbol, delta, t, ref * TWCC_BASE_US);
	if (!n)
		n = 1;
	for (size_t i = 0; i < n; i += SYMBOLS, len += 2) {
		unsigned chunk = 0xc000;

		for (size_t k = 0; k < SYMBOLS && i + k < n; k++)
			chunk |= (unsigned)symbol[i + k] << (12 - 2 * k);
		put16(out + len, chunk);
	}
	for (size_t i = 0; i < n; i++) {
		if (symbol[i] == 1)
			out[len++] = (uint8_t)delta[i];
		else if (symbol[i] == 2) {
			put16(out + len, (uint16_t)delta[i]);
			len += 2;
		}
	}
	out[0] = 0x80 | RTCP_TWCC;
	if (len % 4) {
		size_t pad = 4 - len % 4;

		memset(out + len, 0, pad);
		len += pad;
		out[len - 1] = (uint8_t)pad;
		out[0] |= 0x20;
	}
	out[1] = RTCP_FEEDBACK;
	put16(out + 2, (uint32_t)(len / 4 - 1));
	put32(out + 4, sender);
	put32(out + 8, media);
	put16(out + 12, t->base);
	put16(out + 14, (uint32_t)n);
	put24(out + 16, (uint32_t)ref & 0xffffff);
	out[19] = t->feedbacks++;
	memmove(t->at, t->at + n, (t->count - n) * sizeof(t->at[0]));
	memset(t->at + t->count - n, 0, n * sizeof(t->at[0]));
	t->base = (uint16_t)(t->base + n);
	t->count = (uint16_t)(t->count - n);

	return len;
}


/* One chunk's symbols into `symbol`; returns how many it says. */
static size_t chunk_read(uint8_t *symbol, size_t left, uint16_t chunk)
{
	size_t n;

	if (!(chunk & 0x8000)) { /* run length */
		n = chunk & 0x1fff;
		if (n > left)
			n = left;
		memset(symbol, chunk >> 13 & 3, n);
		return n;
	}
	n = chunk & 0x4000 ? SYMBOLS : 2 * SYMBOLS;
	if (n > left)
		n = left;
	for (size_t i = 0; i < n; i++)
		symbol[i] = chunk & 0x4000 ? chunk >> (12 - 2 * i) & 3 : chunk >> (13 - i) & 1;

	return n;
}


int twcc_read(struct twcc_feedback *out, const struct rtcp *r)
{
	const uint8_t *p = r->body;
	uint8_t symbol[TWCC_MAX];
	size_t at = 12, n = 0;
	int64_t last;

	if (r->type != RTCP_FEEDBACK || r->count != RTCP_TWCC || r->body_len < 12)
		return E_SYNTAX;
	out->base = get16(p + 4);
	out->count = get16(p + 6);
	out->number = p[11];
	if (!out->count || out->count > TWCC_MAX)
		return E_SYNTAX;
	while (n < out->count) {
		size_t got;

		if (r->body_len - at < 2)
			return E_SYNTAX;
		got = chunk_read(symbol + n, out->count - n, get16(p + at));
		if (!got)
			return E_SYNTAX;
		n += got;
		at += 2;
	}
	last = (int64_t)get24(p + 8) * TWCC_BASE_US;
	for (size_t i = 0; i < n; i++) {
		size_t need = symbol[i] == 1 ? 1 : symbol[i] == 2 ? 2 : 0;

		if (need > r->body_len - at)
			return E_SYNTAX;
		if (need)
			last += (need == 1 ? p[at] : (int16_t)get16(p + at)) *
				(int64_t)TWCC_TICK_US;
		out->arrival[i] = need ? last : TWCC_LOST;
		at += need;
	}

	return 0;
}
