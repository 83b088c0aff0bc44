/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* RTP and RTCP as they arrive: headers, extensions, padding; and packets with forged tags. */
#include <stdlib.h>
#include <string.h>

#include "media/rtcp.h"
#include "media/rtp.h"
#include "media/srtp.h"
#include "media/twcc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static volatile size_t read_all; /* so that nothing is left unread */


static void forged(const uint8_t *data, size_t len, enum srtp_profile profile)
{
	static const uint8_t key[46];
	struct srtp_stream st = { 0 };
	uint8_t p[RTP_MAX];
	struct srtp *rx;
	size_t n = len;
	uint64_t index = 0;

	if (srtp_new(&rx, profile, key, key + 32, false))
		abort();
	memcpy(p, data, len);
	if (srtp_open(rx, &st, &index, p, &n) == 0)
		abort();
	memcpy(p, data, len);
	n = len;
	if (srtcp_open(rx, p, &n) == 0)
		abort();
	srtp_free(rx);
}


static void reports(const uint8_t *data, size_t len)
{
	struct rtcp r;
	size_t at = 0, sum = 0;

	while (rtcp_next(&r, data, len, &at)) {
		struct twcc_feedback fb;
		uint32_t bps;
		uint16_t seq;
		size_t k = 0;

		for (size_t i = 0; i < r.body_len; i++)
			sum += r.body[i];
		while (rtcp_nack_next(&seq, &r, &k))
			sum += seq;
		if (rtcp_remb(&bps, &r))
			sum += bps;
		if (twcc_read(&fb, &r) == 0)
			for (unsigned i = 0; i < fb.count; i++)
				sum += (size_t)fb.arrival[i];
	}
	read_all = sum;
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rtp_element e;
	struct rtp r;
	size_t at = 0, payload = 0, sum = 0;

	if (len > RTP_MAX)
		return 0;
	reports(data, len);
	forged(data, len, SRTP_CM_SHA1_80);
	forged(data, len, SRTP_GCM_128);
	if (rtp_parse(&r, data, len))
		return 0;
	while (rtp_element(&e, &r, &at))
		for (size_t i = 0; i < e.len; i++)
			sum += e.data[i];
	if (rtp_unpad(&payload, &r, data, len) == 0 && payload > len - r.header)
		abort();
	read_all = sum;

	return 0;
}
