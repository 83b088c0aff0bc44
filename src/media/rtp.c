/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/rtp.h"
#include "media/wire.h"


int rtp_parse(struct rtp *out, const uint8_t *p, size_t len)
{
	struct rtp r = { 0 };

	if (len < RTP_HEADER || len > RTP_MAX || p[0] >> 6 != 2)
		return E_SYNTAX;
	r.header = RTP_HEADER + 4 * (size_t)(p[0] & 0x0f);
	r.padded = p[0] & 0x20;
	r.marker = p[1] & 0x80;
	r.pt = p[1] & 0x7f;
	r.seq = get16(p + 2);
	r.ts = get32(p + 4);
	r.ssrc = get32(p + 8);
	if (r.header > len)
		return E_SYNTAX;
	if (p[0] & 0x10) {
		if (len - r.header < 4)
			return E_SYNTAX;
		r.profile = get16(p + r.header);
		r.ext_len = 4 * (size_t)get16(p + r.header + 2);
		r.ext = p + r.header + 4;
		if (r.ext_len > len - r.header - 4)
			return E_SYNTAX;
		r.header += 4 + r.ext_len;
	}
	*out = r;

	return 0;
}


int rtp_unpad(size_t *payload, const struct rtp *r, const uint8_t *p, size_t len)
{
	size_t n = len - r->header, pad = 0;

	if (r->padded) {
		pad = n ? p[len - 1] : 0;
		if (!pad || pad > n)
			return E_SYNTAX;
	}
	*payload = n - pad;

	return 0;
}


bool rtp_element(struct rtp_element *out, const struct rtp *r, size_t *at)
{
	bool one = r->profile == RTP_EXT_ONE;

	if (!one && (r->profile & 0xfff0) != RTP_EXT_TWO)
		return false;
	while (*at < r->ext_len && !r->ext[*at])
		(*at)++;
	if (*at >= r->ext_len)
		return false;
	if (one) {
		out->id = r->ext[*at] >> 4;
		out->len = (uint8_t)((r->ext[*at] & 0x0f) + 1);
		*at += 1;
		if (!out->id || out->id == 15)
			return false;
	} else {
		if (r->ext_len - *at < 2)
			return false;
		out->id = r->ext[*at];
		out->len = r->ext[*at + 1];
		*at += 2;
	}
	if (out->len > r->ext_len - *at)
		return false;
	out->data = r->ext + *at;
	*at += out->len;

	return true;
}
