/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* RTP headers, RTCP compounds and transport-wide feedback: written, read back, damaged. */
#include <string.h>

#include "media/rtcp.h"
#include "media/rtp.h"
#include "media/twcc.h"
#include "media/wire.h"
#include "t.h"


T(extensions_in_both_forms)
{
	static const uint8_t one[] = { 0x90, 0xe0, 0,	 7,    0,    0, 0,  9,	  1,
				       2,    3,	   4,	 0xbe, 0xde, 0, 2,  0x10, 0x9f,
				       0,    0x31, 0xab, 0xcd, 0,    0, 'x' };
	static const uint8_t two[] = { 0x90, 96, 0, 7, 0, 0, 0,	 9, 1, 2, 3, 4,	 0x10,
				       0x00, 0,	 2, 1, 0, 0, 16, 3, 7, 8, 9, 'x' };
	struct rtp_element e;
	struct rtp r;
	size_t at = 0, payload;

	T_OK(rtp_parse(&r, one, sizeof(one)));
	ck_assert(r.marker && r.pt == 96 && r.seq == 7 && r.ts == 9 && r.ssrc == 0x01020304);
	ck_assert(rtp_element(&e, &r, &at) && e.id == 1 && e.len == 1 && e.data[0] == 0x9f);
	ck_assert(rtp_element(&e, &r, &at) && e.id == 3 && get16(e.data) == 0xabcd);
	ck_assert(!rtp_element(&e, &r, &at));
	T_OK(rtp_unpad(&payload, &r, one, sizeof(one)));
	T_INT(1, (int)payload);
	at = 0;
	T_OK(rtp_parse(&r, two, sizeof(two)));
	ck_assert(rtp_element(&e, &r, &at) && e.id == 1 && e.len == 0);
	ck_assert(rtp_element(&e, &r, &at) && e.id == 16 && e.len == 3 && e.data[2] == 9);
	ck_assert(!rtp_element(&e, &r, &at));
	for (size_t n = 0; n < 24; n++)
		T_INT(E_SYNTAX, rtp_parse(&r, two, n));
}


T(padding_is_counted)
{
	uint8_t p[] = { 0xa0, 96, 0, 7, 0, 0, 0, 9, 1, 2, 3, 4, 'x', 0, 0, 3 };
	size_t payload = 0;
	struct rtp r;

	T_OK(rtp_parse(&r, p, sizeof(p)));
	T_OK(rtp_unpad(&payload, &r, p, sizeof(p)));
	T_INT(1, (int)payload);
	p[15] = 5;
	T_INT(E_SYNTAX, rtp_unpad(&payload, &r, p, sizeof(p)));
	p[15] = 0;
	T_INT(E_SYNTAX, rtp_unpad(&payload, &r, p, sizeof(p)));
}


T(sequence_numbers_extend)
{
	ck_assert(rtp_extend(65535, 0) == 65536);
	ck_assert(rtp_extend(65536, 65535) == 65535);
	ck_assert(rtp_extend(3, 65535) == 65535);
	ck_assert(rtp_extend(0x1ffff, 5) == 0x20005);
}


T(a_compound_is_read_as_written)
{
	struct rtcp_sender s = { .ntp = 0x1122334455667788, .rtp_ts = 5, .packets = 6 }, s2;
	struct rtcp_report b = { .ssrc = 77, .lost = 3, .lost_total = 9, .highest = 12 }, b2;
	static const uint16_t lost[] = { 65530, 65535, 4, 100 };
	uint8_t p[400];
	size_t len = 0, at = 0, k = 0;
	struct rtcp r;
	uint16_t seq;
	uint32_t bps;

	len += rtcp_write_sr(p + len, 1, &s);
	len += rtcp_write_rr(p + len, 1, &b, 1);
	len += rtcp_write_cname(p + len, 1, "comity");
	len += rtcp_write_nack(p + len, 100, 1, 42, lost, 4);
	len += rtcp_write_pli(p + len, 1, 43);
	len += rtcp_write_remb(p + len, 1, 1234567, 44);
	ck_assert(rtcp_next(&r, p, len, &at) && rtcp_sender(&s2, &r));
	ck_assert(s2.ntp == s.ntp && s2.rtp_ts == 5 && s2.packets == 6);
	ck_assert(rtcp_next(&r, p, len, &at) && rtcp_report(&b2, &r, 0));
	ck_assert(b2.ssrc == 77 && b2.lost == 3 && b2.lost_total == 9 && b2.highest == 12);
	ck_assert(!rtcp_report(&b2, &r, 1));
	ck_assert(rtcp_next(&r, p, len, &at) && r.type == RTCP_SDES);
	ck_assert(rtcp_next(&r, p, len, &at) && rtcp_about(&r) == 42);
	for (size_t i = 0; i < 4; i++)
		ck_assert(rtcp_nack_next(&seq, &r, &k) && seq == lost[i]);
	ck_assert(!rtcp_nack_next(&seq, &r, &k));
	ck_assert(rtcp_next(&r, p, len, &at) && r.count == RTCP_PLI && rtcp_about(&r) == 43);
	ck_assert(rtcp_next(&r, p, len, &at) && rtcp_remb(&bps, &r));
	ck_assert(bps <= 1234567 && bps > 1234000);
	ck_assert(!rtcp_next(&r, p, len, &at) && at == len);
}


static void told(const struct twcc_in *in, const struct twcc_feedback *fb)
{
	for (size_t i = 0; i < fb->count; i++) {
		int64_t want = in->at[i];

		if (!want)
			T_INT(TWCC_LOST, (int)fb->arrival[i]);
		else
			ck_assert(llabs(fb->arrival[i] - want) <= TWCC_TICK_US);
	}
}


T(feedback_tells_arrivals_within_a_tick)
{
	static struct twcc_in in, before;
	struct twcc_feedback fb;
	struct rtcp r;
	uint8_t p[RTP_MAX];
	int64_t now = 5000000;
	uint32_t x = 7;

	for (int round = 0; round < 200; round++) {
		uint16_t seq = (uint16_t)(65000 + round * 100);
		size_t at = 0, len;

		for (int i = 0; i < 100; i++, seq++) {
			x = x * 1664525 + 1013904223;
			now += x >> 20;
			if (x >> 8 & 7)
				twcc_arrived(&in, seq, now + (x & 16 ? 9000 : 0));
		}
		before = in;
		len = twcc_write(p, &in, 1, 2);
		ck_assert(len && len % 4 == 0);
		ck_assert(rtcp_next(&r, p, len, &at));
		T_OK(twcc_read(&fb, &r));
		T_INT(before.base, fb.base);
		T_INT(round % 256, fb.number);
		told(&before, &fb);
	}
	T_INT(0, (int)twcc_write(p, &in, 1, 2));
}


T(feedback_that_lies_is_refused)
{
	uint8_t p[] = { 0x8f, 205, 0, 5, 0, 0, 0, 1, 0,	   0, 0, 2,
			0,    1,   0, 3, 0, 0, 0, 0, 0x40, 3, 0, 0 };
	struct twcc_feedback fb;
	struct rtcp r;
	size_t at = 0;

	ck_assert(rtcp_next(&r, p, sizeof(p), &at));
	T_INT(E_SYNTAX, twcc_read(&fb, &r)); /* three large deltas need six bytes */
	p[20] = 0;
	p[21] = 0;
	at = 0;
	ck_assert(rtcp_next(&r, p, sizeof(p), &at));
	T_INT(E_SYNTAX, twcc_read(&fb, &r)); /* runs of nothing */
	p[14] = 0xff;
	at = 0;
	ck_assert(rtcp_next(&r, p, sizeof(p), &at));
	T_INT(E_SYNTAX, twcc_read(&fb, &r));
}


T_MAIN("media rtp", C(extensions_in_both_forms), C(padding_is_counted),
       C(sequence_numbers_extend), C(a_compound_is_read_as_written),
       C(feedback_tells_arrivals_within_a_tick), C(feedback_that_lies_is_refused))
