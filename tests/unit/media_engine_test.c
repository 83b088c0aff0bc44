/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The forwarding engine from outside, over real sockets: what flows, what must not, and what
 * the rows of past holes of other servers would do here.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/rand.h"
#include "ddw.h"
#include "media/rtcp.h"
#include "media/rtp.h"
#include "media/wire.h"
#include "rtc.h"
#include "t.h"

static struct engine *e;
static uint16_t port;
static struct rtc ana, ben, cy;


static void begin(void)
{
	e = rtc_engine(&port, 8);
	rtc_enter(&ana, e, port, "hall", "ana", true);
	rtc_enter(&ben, e, port, "hall", "ben", false);
}


static void end(void)
{
	rtc_close(&ana);
	rtc_close(&ben);
	engine_close(e);
}


static struct engine_figures figures(void)
{
	struct engine_figures f;

	engine_figures(&f, e);

	return f;
}


T(sound_and_pictures_flow)
{
	begin();
	rtc_send_video(&ana, false, 1); /* no key frame yet: asked for, not forwarded */
	rtc_pump(&ben);
	rtc_pump(&ana);
	T_INT(0, (int)rtc_marks(&ben, RTC_VIDEO_PT, 1));
	ck_assert(ana.plis >= 1);
	for (uint8_t i = 0; i < 50; i++) {
		rtc_send_video(&ana, i == 0, 2);
		rtc_send_audio(&ana, 3);
	}
	rtc_pump(&ben);
	T_INT(50, (int)rtc_marks(&ben, RTC_VIDEO_PT, 2));
	T_INT(50, (int)rtc_marks(&ben, RTC_AUDIO_PT, 3));
	T_INT(0, (int)ben.bad);
	for (size_t i = 1, last = 0; i < ben.count; i++)
		if (ben.got[i].pt == RTC_VIDEO_PT) {
			if (ben.got[last].pt == RTC_VIDEO_PT)
				T_INT((uint16_t)(ben.got[last].seq + 1), ben.got[i].seq);
			last = i;
		}
	end();
}


T(a_right_that_ends_ends_at_once)
{
	begin();
	rtc_send_video(&ana, true, 1);
	rtc_pump(&ben);
	T_INT(1, (int)rtc_marks(&ben, RTC_VIDEO_PT, 1));
	engine_rights(e, "hall", "ana", ENGINE_AUDIO);
	rtc_send_video(&ana, true, 2);
	rtc_send_audio(&ana, 2);
	rtc_pump(&ben);
	T_INT(0, (int)rtc_marks(&ben, RTC_VIDEO_PT, 2));
	T_INT(1, (int)rtc_marks(&ben, RTC_AUDIO_PT, 2));
	T_INT(1, (int)figures().unheard);
	engine_rights(e, "hall", "ana", ENGINE_AUDIO | ENGINE_VIDEO);
	engine_rights(e, "hall", "ben", 0);
	rtc_send_video(&ana, true, 3);
	rtc_pump(&ben);
	T_INT(0, (int)rtc_marks(&ben, RTC_VIDEO_PT, 3));
	/* And back: pictures begin at a key frame. */
	engine_rights(e, "hall", "ben", ENGINE_RECEIVE);
	rtc_send_video(&ana, false, 4);
	rtc_send_video(&ana, true, 5);
	rtc_pump(&ben);
	T_INT(0, (int)rtc_marks(&ben, RTC_VIDEO_PT, 4));
	T_INT(1, (int)rtc_marks(&ben, RTC_VIDEO_PT, 5));
	T_INT(0, (int)ben.bad);
	end();
}


/* Nor later, when somebody asks for what is missing. */
T(what_was_sent_without_a_right_stays_with_us)
{
	uint16_t seqs[6];
	uint8_t p[64];

	begin();
	rtc_send_video(&ana, true, 1);
	rtc_pump(&ben);
	engine_rights(e, "hall", "ana", ENGINE_AUDIO);
	for (int i = 0; i < 3; i++)
		rtc_send_video(&ana, i == 1, 2);
	engine_run(e);
	engine_rights(e, "hall", "ana", ENGINE_AUDIO | ENGINE_VIDEO);
	rtc_send_video(&ana, false, 3); /* it shows what was not sent: a key frame first */
	rtc_send_video(&ana, true, 4);
	rtc_pump(&ben);
	T_INT(0, (int)rtc_marks(&ben, RTC_VIDEO_PT, 3));
	T_INT(1, (int)rtc_marks(&ben, RTC_VIDEO_PT, 4));
	T_INT((uint16_t)(ben.got[0].seq + 1), ben.got[1].seq);
	for (uint16_t i = 0; i < 6; i++)
		seqs[i] = (uint16_t)(ben.got[0].seq + i);
	rtc_send_rtcp(&ben, p, rtcp_write_nack(p, sizeof(p), 9, ben.got[0].ssrc, seqs, 6));
	rtc_pump(&ben);
	T_INT(0, (int)rtc_marks(&ben, RTC_RTX_PT, 2));
	T_INT(0, (int)rtc_marks(&ben, RTC_RTX_PT, 3));
	T_INT(1, (int)rtc_marks(&ben, RTC_RTX_PT, 4));
	end();
}


/* rtpengine CVE-2025-53399: a wrong tag, or a source that was never checked. */
T(what_is_not_authentic_goes_nowhere)
{
	uint8_t p[1600];
	size_t len;

	begin();
	rtc_send_video(&ana, true, 1);
	rtc_pump(&ben);
	for (size_t bit = 0; bit < 12 * 8; bit++) {
		len = rtc_seal_video(&ana, p, true, 2, ana.video_index++);
		p[len - 1 - bit / 8] ^= (uint8_t)(1 << bit % 8);
		rtc_send(&ana, p, len);
	}
	rtc_pump(&ben);
	T_INT(0, (int)rtc_marks(&ben, RTC_VIDEO_PT, 2));
	ck_assert(figures().bad >= 96);
	/* The very packet that would be right, from another address. */
	T_OK(rtc_join(&cy, e, port, "hall", "cy", true, ENGINE_VIDEO));
	len = rtc_seal_video(&ana, p, true, 3, ana.video_index++);
	rtc_send(&cy, p, len);
	rtc_pump(&ben);
	T_INT(0, (int)rtc_marks(&ben, RTC_VIDEO_PT, 3));
	T_INT(1, (int)figures().strange);
	/* Played back. */
	rtc_send(&ana, p, len);
	rtc_send(&ana, p, len);
	rtc_pump(&ben);
	T_INT(1, (int)rtc_marks(&ben, RTC_VIDEO_PT, 3));
	T_INT(0, (int)ben.bad);
	rtc_close(&cy);
	end();
}


/* CVE-2023-51275: hellos from a third address while others shake hands. */
T(hellos_from_an_unchecked_address_are_not_heard)
{
	static const uint8_t hello[] = { 22, 254, 253, 0,  0, 0, 0, 0, 0,
					 0,  0,	  0,   60, 1, 0, 0, 48 };
	uint8_t p[80] = { 0 };

	memcpy(p, hello, sizeof(hello));
	begin();
	T_OK(rtc_join(&cy, e, port, "hall", "cy", true, ENGINE_VIDEO));
	for (int i = 0; i < 500; i++)
		rtc_send(&cy, p, sizeof(p));
	rtc_pump(&ben);
	T_INT(500, (int)figures().strange);
	ck_assert(rtc_connect(&cy));
	rtc_close(&cy);
	end();
}


/* Records that anybody could have made up, from the address of who is connected. */
T(a_connection_is_not_ended_by_what_is_not_authentic)
{
	static const uint8_t alert[15] = { 21, 0xfe, 0xfd, [12] = 2, 2, 40 };
	uint8_t p[200];

	begin();
	for (int kind = 20; kind < 64; kind++)
		for (int i = 0; i < 4; i++) {
			rand_bytes(p, sizeof(p));
			memcpy(p, alert, i ? sizeof(alert) : 1);
			p[0] = (uint8_t)kind;
			p[4] = i == 2; /* the epoch that is encrypted */
			p[11] = i < 3 ? 0 : 1;
			rtc_send(&ana, p, i < 3 ? 15 : 200);
			rtc_send(&ben, p, i < 3 ? 15 : 200);
			engine_run(e);
		}
	rtc_send_video(&ana, true, 5);
	rtc_pump(&ben);
	T_INT(1, (int)rtc_marks(&ben, RTC_VIDEO_PT, 5));
	T_INT(2, (int)figures().peers);
	end();
}


T(checks_with_wrong_words_are_not_answered)
{
	char kept;

	begin();
	T_OK(rtc_join(&cy, e, port, "hall", "cy", true, ENGINE_VIDEO));
	kept = cy.pwd[3];
	cy.pwd[3] ^= 1;
	ck_assert(!rtc_check(&cy));
	cy.pwd[3] = kept;
	kept = cy.ufrag[9];
	cy.ufrag[9] ^= 1;
	ck_assert(!rtc_check(&cy));
	cy.ufrag[9] = kept;
	ck_assert(rtc_check(&cy));
	rtc_close(&cy);
	end();
}


static int show(const char *session, const char *mid, uint16_t rows)
{
	const struct engine_tile one = { .mid = mid, .rows = rows };

	return engine_tiles(e, "hall", session, &one, 1);
}


static void send_rtx(struct rtc *c, const uint8_t *payload, size_t len)
{
	uint8_t p[400];

	memset(p, 0, 24);
	p[0] = 0x80;
	p[1] = RTC_RTX_PT;
	put16(p + 2, (uint32_t)c->rtx_index & 0xffff);
	put32(p + 8, c->rtx);
	if (len)
		memcpy(p + 12, payload, len);
	rtc_send(c, p, srtp_seal(c->tx, p, 12, p + 12, len, c->rtx_index++));
}


/*
 * Janus PR 3636: retransmissions shorter than their own header.  And a retransmission of what
 * came already is not sent again: its number would be an encryption's nonce twice.
 */
T(retransmissions_fill_gaps_once)
{
	uint8_t lost[70] = { 0, 2, 0x90, 0xc0, 0x80, 2, 2, 1, [8] = 7, [69] = 7 };
	uint8_t again[70] = { 0, 1, 0x90, 0xc0, 0x80, 1, 1, 1, [8] = 8, [69] = 8 };

	begin();
	rtc_send_video(&ana, true, 1); /* 0 */
	rtc_send_video(&ana, false, 1);
	ana.video_index++; /* 2 is lost */
	rtc_send_video(&ana, false, 1);
	for (size_t n = 0; n < 3; n++)
		send_rtx(&ana, lost, n);
	rtc_pump(&ben);
	T_INT(3, (int)rtc_marks(&ben, RTC_VIDEO_PT, 1));
	send_rtx(&ana, lost, sizeof(lost));
	send_rtx(&ana, lost, sizeof(lost));
	send_rtx(&ana, again, sizeof(again));
	rtc_pump(&ben);
	T_INT(1, (int)(rtc_marks(&ben, RTC_VIDEO_PT, 7) + (ben.got[3].len == 68)));
	T_INT(0, (int)rtc_marks(&ben, RTC_VIDEO_PT, 8));
	T_INT(4, (int)ben.count);
	T_INT(0, (int)ben.bad);
	end();
}


/* As of a publisher that begins anew: its numbers may be those that were sent already. */
T(another_stream_of_a_track_takes_its_place)
{
	static const uint8_t mid[4] = { RTC_MID << 4, '1' };
	uint8_t vp8[20] = { 0x90, 0xc0, 0x80, 1, 1, [19] = 7 };
	struct rtc_packet k = { .pt = RTC_VIDEO_PT,
				.ssrc = 77,
				.ext = mid,
				.ext_len = sizeof(mid),
				.payload = vp8,
				.len = sizeof(vp8) };

	begin();
	for (uint8_t i = 0; i < 5; i++)
		rtc_send_video(&ana, i == 0, 1);
	rtc_pump(&ben);
	T_INT(5, (int)rtc_marks(&ben, RTC_VIDEO_PT, 1));
	ana.plis = 0;
	for (k.index = 0; k.index < 4; k.index++) {
		vp8[5] = k.index != 2; /* the third is a key frame */
		rtc_send_packet(&ana, &k);
	}
	rtc_send_video(&ana, true, 2); /* the one before is over */
	rtc_pump(&ben);
	T_INT(2, (int)rtc_marks(&ben, RTC_VIDEO_PT, 7));
	T_INT(0, (int)rtc_marks(&ben, RTC_VIDEO_PT, 2));
	T_INT(0, (int)ben.bad); /* no number twice */
	for (size_t i = 1; i < ben.count; i++)
		T_INT((uint16_t)(ben.got[i - 1].seq + 1), ben.got[i].seq);
	end();
}


T(a_gap_is_asked_for_and_answered_for_viewers)
{
	uint8_t p[64];
	uint16_t seq;

	begin();
	for (uint8_t i = 0; i < 10; i++)
		rtc_send_video(&ana, i == 0, (uint8_t)(20 + i));
	rtc_pump(&ben);
	T_INT(10, (int)ben.count);
	seq = ben.got[4].seq;
	rtc_send_rtcp(&ben, p, rtcp_write_nack(p, sizeof(p), 9, ben.got[4].ssrc, &seq, 1));
	rtc_pump(&ben);
	T_INT(11, (int)ben.count);
	T_INT(RTC_RTX_PT, ben.got[10].pt);
	T_INT(seq, get16(ben.got[10].body));
	T_INT(24, ben.got[10].body[ben.got[10].len - 1]);
	ck_assert(memcmp(ben.got[10].body + 2, ben.got[4].body, 50) == 0);
	/* What was never sent is not answered. */
	seq = (uint16_t)(seq + 500);
	rtc_send_rtcp(&ben, p, rtcp_write_nack(p, sizeof(p), 9, ben.got[4].ssrc, &seq, 1));
	rtc_pump(&ben);
	T_INT(11, (int)ben.count);
	T_INT(0, (int)ben.bad);
	end();
}


/* A packet of requests is answered by no flood: the same is asked for a thousand times. */
T(a_viewer_is_sent_no_more_again_than_so_much_at_a_time)
{
	uint8_t p[1400];
	uint16_t seqs[17];
	size_t len = 0;

	begin();
	for (uint8_t i = 0; i < 30; i++)
		rtc_send_video(&ana, i == 0, i);
	rtc_pump(&ben);
	T_INT(30, (int)ben.count);
	for (uint16_t i = 0; i < 17; i++)
		seqs[i] = (uint16_t)(ben.got[0].seq + i);
	while (len + 40 < sizeof(p))
		len += rtcp_write_nack(p + len, 40, 9, ben.got[0].ssrc, seqs, 17);
	rtc_send_rtcp(&ben, p, len);
	rtc_pump(&ben);
	ck_assert_uint_ge(figures().resent, 17);
	ck_assert_uint_le(figures().resent, 256);
	/* And later again. */
	for (int i = 0; i < 300 && figures().resent <= 256; i++) {
		(void)usleep(10000);
		engine_run(e);
		rtc_send_rtcp(&ben, p, rtcp_write_nack(p, 40, 9, ben.got[0].ssrc, seqs, 17));
	}
	ck_assert_uint_gt(figures().resent, 256);
	end();
}


T(sizes_that_do_not_fit_are_dropped)
{
	static uint8_t p[3000];

	begin();
	rtc_send_video(&ana, true, 1);
	for (size_t n = 1; n < 2600; n += 7) {
		rand_bytes(p, n);
		p[0] = n % 2 ? 0x90 : 0x80;
		rtc_send(&ana, p, n);
	}
	for (int i = 0; i < 20; i++)
		rtc_pump(&ben);
	T_INT(1, (int)ben.count);
	rtc_send_video(&ana, false, 2);
	rtc_pump(&ben);
	T_INT(1, (int)rtc_marks(&ben, RTC_VIDEO_PT, 2));
	end();
}


T(rooms_do_not_leak)
{
	begin();
	rtc_enter(&cy, e, port, "yard", "cy", false);
	rtc_send_video(&ana, true, 1);
	rtc_send_audio(&ana, 1);
	rtc_pump(&ben);
	rtc_pump(&cy);
	T_INT(2, (int)ben.count);
	T_INT(0, (int)cy.count);
	engine_shut(e, "hall");
	T_INT(1, (int)figures().peers);
	T_INT(1, (int)figures().rooms);
	rtc_close(&cy);
	end();
}


T(a_full_server_refuses_and_loses_nothing)
{
	static struct rtc more[8];
	size_t n = 0;

	begin();
	while (n < 8 && rtc_join(&more[n], e, port, "hall", "x", false, ENGINE_RECEIVE) == 0)
		n++;
	T_INT(6, (int)n);
	T_INT(E_FULL, rtc_join(&cy, e, port, "other", "x", false, ENGINE_RECEIVE));
	rtc_close(&cy);
	rtc_send_video(&ana, true, 1);
	rtc_pump(&ben);
	T_INT(1, (int)rtc_marks(&ben, RTC_VIDEO_PT, 1));
	T_OK(engine_leave(e, "hall", more[0].session));
	T_INT(E_ABSENT, engine_leave(e, "hall", more[0].session));
	rtc_close(&more[0]);
	T_OK(rtc_join(&more[0], e, port, "hall", "x", false, ENGINE_RECEIVE));
	while (n--)
		rtc_close(&more[n]);
	end();
}


/* With one token as with many: the others' places are theirs. */
T(nobody_takes_all_places)
{
	int err = 0, n = 0;

	e = rtc_engine_of(&port, 300, 600);
	for (; !err && n < 300; n++) {
		err = rtc_join(&ana, e, port, "hall", "ana", false, ENGINE_RECEIVE);
		(void)close(ana.fd);
	}
	T_INT(E_FULL, err);
	T_INT(256, (int)figures().peers);
	rtc_enter(&ben, e, port, "hall", "ben", false);
	rtc_close(&ben);
	engine_close(e);
}


T(a_new_address_takes_over_after_a_valid_check)
{
	int old, fresh;
	struct rtc other;

	begin();
	rtc_send_video(&ana, true, 1);
	rtc_pump(&ben);
	T_INT(1, (int)ben.count);
	/* Another socket of the same client. */
	T_OK(rtc_join(&other, e, port, "yard", "o", false, ENGINE_RECEIVE));
	old = ben.fd;
	fresh = other.fd;
	ben.fd = fresh;
	rtc_send_audio(&ana, 2);
	rtc_pump(&ben);
	T_INT(1, (int)ben.count); /* it still goes to the old one */
	ck_assert(rtc_check(&ben));
	rtc_send_audio(&ana, 3);
	rtc_pump(&ben);
	T_INT(1, (int)rtc_marks(&ben, RTC_AUDIO_PT, 3));
	other.fd = old;
	rtc_close(&other);
	end();
}


/* One slot for sound, two who publish: the one who speaks is heard. */
T(who_speaks_is_heard_where_slots_are_few)
{
	begin();
	rtc_enter(&cy, e, port, "hall", "cy", true);
	ana.level = 30;
	cy.level = 127;
	for (int i = 0; i < 20; i++) {
		rtc_send_audio(&ana, 1);
		rtc_send_audio(&cy, 2);
	}
	rtc_pump(&ben);
	T_INT(20, (int)rtc_marks(&ben, RTC_AUDIO_PT, 1));
	T_INT(0, (int)rtc_marks(&ben, RTC_AUDIO_PT, 2));
	ana.level = 127;
	cy.level = 30;
	for (int i = 0; i < 400 && !rtc_marks(&ben, RTC_AUDIO_PT, 3); i++) {
		rtc_send_audio(&ana, 1);
		rtc_send_audio(&cy, 3);
		rtc_pump(&ben);
		(void)poll(NULL, 0, 10);
	}
	ck_assert(rtc_marks(&ben, RTC_AUDIO_PT, 3));
	T_INT(0, (int)ben.bad);
	rtc_close(&cy);
	end();
}


/* Layers are told apart by RID alone, which only the picture's m-line has a number for. */
T(layers_are_known_whatever_m_line_comes_first)
{
	static const char sound[] = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n$Ta=mid:0\r\n"
				    "a=rtpmap:111 opus/48000/2\r\n";
	static const char layers[] =
		"m=video 9 UDP/TLS/RTP/SAVPF 96\r\n$Ta=mid:1\r\na=rtpmap:96 VP8/90000\r\n"
		"a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
		"a=rid:q send\r\na=rid:f send\r\na=simulcast:send q;f\r\n";
	static const uint8_t marks[8] = { RTC_MID << 4, '1', 10 << 4, 'q' };
	static const uint8_t vp8[20] = { 0x90, 0xc0, 0x80, 1, 1, [19] = 7 };
	const struct rtc_packet k = { .pt = 96,
				      .ssrc = 77,
				      .index = 5,
				      .ext = marks,
				      .ext_len = 8,
				      .payload = vp8,
				      .len = sizeof(vp8) };
	char lines[2][800];

	(void)snprintf(lines[0], sizeof(lines[0]), "%s%s", layers, sound);
	(void)snprintf(lines[1], sizeof(lines[1]), "%s%s", sound, layers);
	for (size_t i = 0; i < 2; i++) {
		begin();
		T_OK(rtc_join_lines(&cy, e, port, "yard", "cy", true, ENGINE_VIDEO, lines[i]));
		ck_assert(rtc_connect(&cy));
		rtc_close(&ben);
		rtc_enter(&ben, e, port, "yard", "ben", false);
		rtc_send_packet(&cy, &k);
		rtc_pump(&ben);
		T_INT(1, (int)rtc_marks(&ben, RTC_VIDEO_PT, 7));
		rtc_close(&cy);
		end();
	}
}


/* A viewer may have numbers above 14 for what it wants to hear of a packet: two bytes each. */
T(an_extension_may_have_a_number_above_fourteen)
{
	static const char publishes[] =
		"m=video 9 UDP/TLS/RTP/SAVPF 96\r\n$Ta=mid:1\r\na=rtpmap:96 VP8/90000\r\n"
		"a=extmap:5 urn:3gpp:video-orientation\r\n";
	static const char views[] =
		"m=video 9 UDP/TLS/RTP/SAVPF 96\r\n$Ta=mid:1\r\na=rtpmap:96 VP8/90000\r\n"
		"a=extmap:20 urn:3gpp:video-orientation\r\n";
	static const uint8_t key[10] = { 0x10, 0, [9] = 7 };
	static const uint8_t turned[4] = { RTC_MID << 4, '1', 5 << 4, 3 };
	static const uint8_t told[] = { RTC_TWCC, 2, 0, 0, 20, 1, 3, 0 };
	struct rtc_packet k = { .pt = 96, .ssrc = 77, .index = 5, .ext = turned, .ext_len = 4 };

	e = rtc_engine(&port, 8);
	T_OK(rtc_join_lines(&ana, e, port, "hall", "ana", true, ENGINE_VIDEO, publishes));
	ck_assert(rtc_connect(&ana));
	T_OK(rtc_join_lines(&ben, e, port, "hall", "ben", false, ENGINE_RECEIVE, views));
	ck_assert(rtc_connect(&ben));
	k.payload = key;
	k.len = sizeof(key);
	rtc_send_packet(&ana, &k);
	rtc_pump(&ben);
	T_INT(1, (int)ben.count);
	T_INT(RTP_EXT_TWO, ben.got[0].profile);
	ck_assert_mem_eq(told, ben.got[0].ext, sizeof(told));
	end();
}


/* A stream with layers inside: AV1, whose descriptor is extension 12. */
static const char layered[] =
	"m=video 9 UDP/TLS/RTP/SAVPF 45 46\r\n$Ta=mid:1\r\na=rtpmap:45 AV1/90000\r\n"
	"a=rtcp-fb:45 nack\r\na=rtpmap:46 rtx/90000\r\na=fmtp:46 apt=45\r\n"
	"a=extmap:12 https://aomediacodec.github.io/av1-rtp-spec/"
	"#dependency-descriptor-rtp-header-extension\r\n";


static void begin_layered(void)
{
	e = rtc_engine(&port, 8);
	T_OK(rtc_join_lines(&ana, e, port, "hall", "ana", true, ENGINE_VIDEO, layered));
	ck_assert(rtc_connect(&ana));
	T_OK(rtc_join_lines(&ben, e, port, "hall", "ben", false, ENGINE_RECEIVE, layered));
	ck_assert(rtc_connect(&ben));
}


/* One frame in one packet, which ends in its number. */
static void send_frame(const struct ddw *w, unsigned template, uint8_t frame, bool key)
{
	uint8_t ext[260] = { RTC_MID, 1, '1', 12 }, payload[30] = { 0x10 };
	struct rtc_packet k = { .pt = 45, .two = true, .ssrc = 99, .payload = payload };

	k.len = sizeof(payload);
	payload[29] = frame;
	ext[4] = (uint8_t)ddw_write(ext + 5, w, template, frame, key);
	k.ext = ext;
	k.ext_len = (5U + ext[4] + 3) / 4 * 4;
	k.index = 100U + frame;
	k.ts = frame * 1500U;
	rtc_send_packet(&ana, &k);
}


/* One picture of two layers; frames 2n and 2n + 1. */
static void send_picture(const struct ddw *w, uint8_t n)
{
	bool key = n == 0;

	send_frame(w, key ? 1 : 0, (uint8_t)(2 * n), key);
	send_frame(w, key ? 3 : 2, (uint8_t)(2 * n + 1), false);
}


static void numbers_have_no_gap(void)
{
	for (size_t i = 1; i < ben.count; i++)
		T_INT((uint16_t)(ben.got[i - 1].seq + 1), ben.got[i].seq);
	T_INT(0, (int)ben.bad);
}


T(layers_a_tile_has_no_use_for_are_left_out)
{
	uint8_t p[64];
	uint16_t seq;

	begin_layered();
	T_OK(show(ben.session, "1", 180));
	T_INT(E_ABSENT, show(ben.session, "7", 180));
	T_INT(E_ABSENT, show("nobody", NULL, 180));
	for (uint8_t n = 0; n < 10; n++)
		send_picture(&ddw_l2t1, n);
	rtc_pump(&ben);
	T_INT(10, (int)ben.count);
	for (size_t i = 0; i < 10; i++) {
		T_INT((int)(2 * i), ben.got[i].body[29]);
		ck_assert(ben.got[i].marker); /* the picture ends here for who has no more */
	}
	numbers_have_no_gap();
	/* What is lost is found again although the numbers are others. */
	seq = ben.got[7].seq;
	rtc_send_rtcp(&ben, p, rtcp_write_nack(p, sizeof(p), 9, ben.got[7].ssrc, &seq, 1));
	rtc_pump(&ben);
	T_INT(46, ben.got[10].pt);
	T_INT(seq, get16(ben.got[10].body));
	T_INT(14, ben.got[10].body[31]);
	ck_assert(ben.got[10].marker); /* it ends the picture still */
	end();
}


/* A page tells of all its tiles at once: what holds at the end is all that counts. */
T(tiles_that_are_told_together_hold_together)
{
	static const struct engine_tile both[] = { { .rows = 0 }, { .mid = "1", .rows = 360 } };

	begin();
	rtc_send_video(&ana, true, 1);
	rtc_pump(&ben);
	T_OK(engine_tiles(e, "hall", ben.session, both, 2));
	rtc_send_video(&ana, false, 1); /* it needs no key frame to go on */
	rtc_pump(&ben);
	T_INT(2, (int)rtc_marks(&ben, RTC_VIDEO_PT, 1));
	end();
}


/* Up only where it can be decoded: here at the next key frame. */
T(a_layer_begins_where_its_chain_is_whole)
{
	const struct ddw *all[] = { &ddw_l2t1, &ddw_l2t1_key };

	for (size_t i = 0; i < 2; i++) {
		begin_layered();
		T_OK(show(ben.session, NULL, 180));
		for (uint8_t n = 0; n < 4; n++)
			send_picture(all[i], n);
		rtc_pump(&ben);
		/* The key frame of the upper layer needs the lower one's, not the reverse. */
		T_INT(4, (int)ben.count);
		ana.plis = 0;
		T_OK(show(ben.session, NULL, 720));
		(void)poll(NULL, 0, 450);
		for (uint8_t n = 4; n < 8; n++)
			send_picture(all[i], n);
		rtc_pump(&ben);
		rtc_pump(&ana);
		T_INT(8, (int)ben.count);
		ck_assert(ana.plis == 1);
		send_frame(all[i], 1, 16, true);
		send_frame(all[i], 3, 17, false);
		send_frame(all[i], 0, 18, false);
		send_frame(all[i], 2, 19, false);
		rtc_pump(&ben);
		/* With keys of their own the lower is nothing to the upper after the key. */
		T_INT(all[i] == &ddw_l2t1 ? 12 : 11, (int)ben.count);
		T_INT(17, ben.got[9].body[29]);
		T_INT(19, ben.got[ben.count - 1].body[29]);
		numbers_have_no_gap();
		end();
	}
}


/* A packet that was lost on the way to us and comes late has its number still. */
T(late_packets_find_their_place_among_those_left_out)
{
	begin_layered();
	T_OK(show(ben.session, NULL, 180));
	send_picture(&ddw_l2t1, 0);
	send_picture(&ddw_l2t1, 2);
	send_picture(&ddw_l2t1, 1);
	send_picture(&ddw_l2t1, 3);
	rtc_pump(&ben);
	T_INT(4, (int)ben.count);
	T_INT(2, ben.got[2].body[29]);
	T_INT(0, (int)ben.bad); /* no number twice */
	ck_assert((int16_t)(ben.got[1].seq - ben.got[2].seq) > 0);
	end();
}


/* RFC 2198: for who has it; for others the primary block; types are each viewer's own. */
T(redundant_sound_goes_to_who_takes_it)
{
	static const char red[] = "m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\n$Ta=mid:0\r\n"
				  "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"
				  "a=rtpmap:111 opus/48000/2\r\n";
	static const char other[] = "m=audio 9 UDP/TLS/RTP/SAVPF 109 121\r\n$Ta=mid:0\r\n"
				    "a=rtpmap:109 opus/48000/2\r\n"
				    "a=rtpmap:121 red/48000/2\r\na=fmtp:121 109/109\r\n";
	static const uint8_t ext[4] = { RTC_MID << 4, '0' };
	/* 111, 960 ago, 2 bytes; 111; the two; three of now */
	static const uint8_t sound[] = { 0xef, 0x0f, 0x00, 2, 0x6f, 1, 2, 3, 4, 5 };
	static const uint8_t bad[] = { 0xef, 0x0f, 0x03, 0xff, 0x6f, 1, 2 };
	struct rtc_packet k = { .pt = 63, .ssrc = 8, .index = 1, .ext = ext, .ext_len = 4 };

	e = rtc_engine(&port, 8);
	T_OK(rtc_join_lines(&ana, e, port, "hall", "ana", true, ENGINE_AUDIO, red));
	ck_assert(strstr(ana.answer, "a=fmtp:63 111/111\r\n") != NULL);
	ck_assert(rtc_connect(&ana));
	rtc_enter(&ben, e, port, "hall", "ben", false);
	T_OK(rtc_join_lines(&cy, e, port, "hall", "cy", false, ENGINE_RECEIVE, other));
	ck_assert(rtc_connect(&cy));
	k.payload = bad;
	k.len = sizeof(bad);
	rtc_send_packet(&ana, &k);
	k.payload = sound;
	k.len = sizeof(sound);
	k.index++;
	k.ts = 960;
	rtc_send_packet(&ana, &k);
	k.pt = 111; /* and then without */
	k.index++;
	rtc_send_packet(&ana, &k);
	rtc_pump(&ben);
	rtc_pump(&cy);
	T_INT(2, (int)ben.count);
	T_INT(111, ben.got[0].pt);
	T_INT(3, (int)ben.got[0].len);
	T_INT(3, ben.got[0].body[0]);
	T_INT(111, ben.got[1].pt);
	T_INT(10, (int)ben.got[1].len);
	T_INT(3, (int)cy.count); /* what cannot be told apart may be encrypted end to end */
	T_INT(121, cy.got[1].pt);
	T_INT(10, (int)cy.got[1].len);
	T_INT(0x80 | 109, cy.got[1].body[0]);
	T_INT(109, cy.got[1].body[4]);
	T_INT(109, cy.got[2].pt);
	T_INT(0, (int)(ben.bad + cy.bad));
	rtc_close(&cy);
	end();
}


/* Sound that is sent again beside later sound is what it was: without the right. */
T(what_was_said_without_a_right_is_not_repeated)
{
	static const char red[] = "m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\n$Ta=mid:0\r\n"
				  "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"
				  "a=rtpmap:111 opus/48000/2\r\n";
	static const uint8_t ext[4] = { RTC_MID << 4, '0' };
	static const uint8_t sound[] = { 0xef, 0x0f, 0x00, 2, 0x6f, 1, 2, 3, 4, 5 };
	static const uint8_t alone[] = { 0x6f, 3, 4, 5 };
	struct rtc_packet k = { .pt = 63, .ssrc = 8, .ext = ext, .ext_len = 4 };

	e = rtc_engine(&port, 8);
	T_OK(rtc_join_lines(&ana, e, port, "hall", "ana", true, 0, red));
	ck_assert(rtc_connect(&ana));
	T_OK(rtc_join_lines(&ben, e, port, "hall", "ben", false, ENGINE_RECEIVE, red));
	ck_assert(rtc_connect(&ben));
	k.payload = sound;
	k.len = sizeof(sound);
	for (k.index = 1; k.index < 6; k.index++) {
		if (k.index == 3)
			engine_rights(e, "hall", "ana", ENGINE_AUDIO);
		k.ts = (uint32_t)k.index * 960;
		rtc_send_packet(&ana, &k);
		rtc_pump(&ben);
	}
	T_INT(3, (int)ben.count);
	T_INT(sizeof(alone), ben.got[0].len);
	ck_assert_mem_eq(alone, ben.got[0].body, sizeof(alone));
	for (size_t i = 1; i < 3; i++) {
		T_INT(63, ben.got[i].pt);
		T_INT(sizeof(sound), ben.got[i].len);
	}
	T_INT(0, (int)ben.bad);
	end();
}


/* Many voices, each a packet at a time: what goes to one listener leaves together. */
T(voices_of_a_batch_leave_in_one_message)
{
	static const char lines[] = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n$Ta=mid:0\r\n"
				    "a=rtpmap:111 opus/48000/2\r\n"
				    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n$Ta=mid:1\r\n"
				    "a=rtpmap:111 opus/48000/2\r\n";
	struct rtc *both[] = { &ben, &cy };
	struct rtc zoe;

	e = rtc_engine(&port, 8);
	rtc_enter(&ana, e, port, "hall", "ana", true);
	rtc_enter(&zoe, e, port, "hall", "zoe", true);
	for (size_t i = 0; i < 2; i++) {
		T_OK(rtc_join_lines(both[i], e, port, "hall", i ? "cy" : "ben", false,
				    ENGINE_RECEIVE, lines));
		ck_assert(rtc_connect(both[i]));
	}
	for (uint8_t n = 1; n < 20; n++) {
		struct engine_figures before = figures(), after;

		rtc_send_audio(&ana, n);
		rtc_send_audio(&zoe, n);
		engine_run(e);
		after = figures();
		/* Four copies in two messages, whatever reports leave beside them. */
		T_INT(2, (int)(after.out - before.out - (after.sends - before.sends)));
		for (size_t i = 0; i < 2; i++) {
			rtc_pump(both[i]);
			T_INT(2, (int)rtc_marks(both[i], RTC_AUDIO_PT, n));
		}
	}
	T_INT(0, (int)(ben.bad + cy.bad));
	rtc_close(&zoe);
	rtc_close(&cy);
	end();
}


/* RFC 6544: a network that lets no datagram pass. */
T(who_has_only_tcp_sees_and_hears)
{
	e = rtc_engine(&port, 8);
	T_OK(rtc_join(&ana, e, port, "hall", "ana", true, ENGINE_AUDIO | ENGINE_VIDEO));
	ck_assert(strstr(ana.answer, " tcptype passive\r\n") != NULL);
	rtc_dial(&ana);
	ck_assert(rtc_connect(&ana));
	T_OK(rtc_join(&ben, e, port, "hall", "ben", false, ENGINE_RECEIVE));
	rtc_dial(&ben);
	ck_assert(rtc_connect(&ben));
	rtc_enter(&cy, e, port, "hall", "cy", false);
	for (uint8_t i = 0; i < 20; i++) {
		rtc_send_video(&ana, i == 0, 2);
		rtc_send_audio(&ana, 3);
		rtc_pump(&ben);
	}
	/* A stream is delivered when the kernel gets to it. */
	for (int i = 0; i < 2000 && (ben.count < 40 || cy.count < 40); i++) {
		(void)poll(NULL, 0, 1);
		rtc_pump(&ben);
		rtc_pump(&cy);
	}
	T_INT(20, (int)rtc_marks(&ben, RTC_VIDEO_PT, 2));
	T_INT(20, (int)rtc_marks(&ben, RTC_AUDIO_PT, 3));
	T_INT(40, (int)cy.count);
	T_INT(0, (int)(ben.bad + cy.bad));
	/* Who reads nothing loses packets, and nobody else does. */
	for (int i = 0; i < 60; i++)
		for (int k = 0; k < 50; k++) {
			rtc_send_audio(&ana, 4);
			if (k % 10 == 9)
				rtc_pump(&cy);
		}
	for (int i = 0; i < 2000 && cy.count < 3040; i++) {
		(void)poll(NULL, 0, 1);
		rtc_pump(&cy);
	}
	T_INT(3000, (int)rtc_marks(&cy, RTC_AUDIO_PT, 4));
	rtc_close(&cy);
	end();
}


static bool is_closed(struct rtc *c, bool expected)
{
	char byte;
	bool closed = false;

	/* Until it is so, or for a while that it is not. */
	for (int i = 0; i < (expected ? 2000 : 5) && !closed; i++) {
		engine_run(e);
		(void)poll(NULL, 0, 1);
		errno = 0;
		closed = recv(c->fd, &byte, 1, MSG_DONTWAIT) == 0 || errno == ECONNRESET;
	}

	return closed;
}


T(connections_of_strangers_are_few_and_short)
{
	static struct rtc many[150];
	static const uint8_t empty[2], large[2] = { 0x08, 0x01 }, half[2] = { 0, 100 };
	static const uint8_t junk[5] = { 0, 3, 0x80, 1, 2 };
	const struct {
		const uint8_t *p;
		size_t len;
		bool closed;
	} all[] = { { empty, 2, true },
		    { large, 2, true },
		    { half, 2, false },
		    { junk, 5, true },
		    { half, 1, false } };
	size_t held = 0;

	begin();
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		cy.fd = socket(AF_INET, SOCK_DGRAM, 0);
		rtc_dial(&cy);
		engine_run(e);
		T_INT((int)all[i].len, (int)send(cy.fd, all[i].p, all[i].len, 0));
		T_INT(all[i].closed, is_closed(&cy, all[i].closed));
		(void)close(cy.fd);
		engine_run(e);
	}
	for (size_t i = 0; i < ARRAY_LEN(many); i++) {
		many[i].fd = socket(AF_INET, SOCK_DGRAM, 0);
		rtc_dial(&many[i]);
		held += !is_closed(&many[i], i >= 8);
	}
	ck_assert_uint_le(held, 8); /* as many as peers: pools are sized for them */
	/* Nobody inside has lost anything. */
	rtc_send_video(&ana, true, 5);
	rtc_pump(&ben);
	T_INT(1, (int)rtc_marks(&ben, RTC_VIDEO_PT, 5));
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		(void)close(many[i].fd);
	/* There is room again, once they are taken away. */
	T_OK(rtc_join(&cy, e, port, "hall", "cy", false, ENGINE_RECEIVE));
	rtc_dial(&cy);
	for (int i = 0; i < 2000 && is_closed(&cy, false); i++)
		rtc_dial(&cy);
	ck_assert(rtc_connect(&cy));
	rtc_close(&cy);
	end();
}


T(a_hello_in_pieces_is_read_in_any_order)
{
	begin();
	T_OK(rtc_join(&cy, e, port, "hall", "cy", false, ENGINE_RECEIVE));
	cy.reversed = true;
	ck_assert(rtc_connect(&cy));
	rtc_send_video(&ana, true, 1);
	rtc_pump(&cy);
	T_INT(1, (int)rtc_marks(&cy, RTC_VIDEO_PT, 1));
	rtc_close(&cy);
	end();
}


/* Browsers have P-256; others that speak WHIP may have RSA. */
T(certificates_of_all_usual_kinds_are_taken)
{
	static const char *const kinds[] = { "RSA", "P-256" };

	begin();
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		rtc_certificate(kinds[i]);
		rtc_enter(&cy, e, port, "hall", "cy", false);
		rtc_close(&cy);
	}
	end();
}


/* coturn PR 2012: handshakes that are begun and left cost memory; there is an end to it. */
T(handshakes_left_half_open_are_counted)
{
	enum { MOST = 512 };
	static const char sound[] = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n$Ta=mid:0\r\n"
				    "a=rtpmap:111 opus/48000/2\r\n";
	static struct rtc one;
	char first[ENGINE_SESSION_SIZE] = "";
	bool in;

	e = rtc_engine_of(&port, MOST + 10, MOST + 10);
	for (int i = 0; i < MOST; i++) {
		T_OK(rtc_join_lines(&one, e, port, "hall", i % 2 ? "x" : "y", false,
				    ENGINE_RECEIVE, sound));
		rtc_hello(&one);
		if (!i)
			memcpy(first, one.session, sizeof(first));
		rtc_close(&one);
	}
	T_OK(rtc_join_lines(&one, e, port, "hall", "z", false, ENGINE_RECEIVE, sound));
	ck_assert(!rtc_connect(&one));
	/* One gives up: there is room for it. */
	T_OK(engine_leave(e, "hall", first));
	in = rtc_connect(&one);
	for (int i = 0; i < 500 && !in; i++) { /* its hello is sent again after a second */
		(void)poll(NULL, 0, 10);
		in = rtc_connect(&one);
	}
	ck_assert(in);
	rtc_close(&one);
	engine_close(e);
}


T(an_ice_restart_keeps_what_flows)
{
	static const char piece[] = "a=ice-ufrag:dddd\r\na=ice-pwd:0123456789012345678901\r\n";
	char etag[ENGINE_ETAG_SIZE], *at;
	struct fault f = { 0 };
	struct buf answer;

	begin();
	rtc_send_video(&ana, true, 1);
	buf_init(&answer, 0);
	T_INT(E_CHANGED, engine_patch(etag, &answer, e, "hall", ben.session, "old", piece, &f));
	T_OK(engine_patch(etag, &answer, e, "hall", ben.session, ben.etag, piece, &f));
	T_INT(0, (int)answer.len);
	T_OK(engine_patch(etag, &answer, e, "hall", ben.session, "*", piece, &f));
	ck_assert(rtc_check(&ben)); /* the old words are good until the new are used */
	at = strstr(answer.data, "a=ice-ufrag:") + 12;
	memcpy(ben.ufrag, at, strcspn(at, "\r"));
	at = strstr(answer.data, "a=ice-pwd:") + 10;
	memcpy(ben.pwd, at, strcspn(at, "\r"));
	ck_assert(rtc_check(&ben));
	rtc_send_video(&ana, false, 2);
	rtc_pump(&ben);
	T_INT(1, (int)rtc_marks(&ben, RTC_VIDEO_PT, 2));
	buf_clear(&answer);
	end();
}


T_MAIN("media engine", C(sound_and_pictures_flow), C(a_right_that_ends_ends_at_once),
       C(what_was_sent_without_a_right_stays_with_us), C(what_is_not_authentic_goes_nowhere),
       C(hellos_from_an_unchecked_address_are_not_heard),
       C(a_connection_is_not_ended_by_what_is_not_authentic),
       C(checks_with_wrong_words_are_not_answered), C(retransmissions_fill_gaps_once),
       C(another_stream_of_a_track_takes_its_place),
       C(a_gap_is_asked_for_and_answered_for_viewers),
       C(a_viewer_is_sent_no_more_again_than_so_much_at_a_time),
       C(sizes_that_do_not_fit_are_dropped), C(rooms_do_not_leak),
       C(a_full_server_refuses_and_loses_nothing), C(nobody_takes_all_places),
       C(a_new_address_takes_over_after_a_valid_check),
       C(who_speaks_is_heard_where_slots_are_few),
       C(layers_are_known_whatever_m_line_comes_first),
       C(an_extension_may_have_a_number_above_fourteen),
       C(layers_a_tile_has_no_use_for_are_left_out),
       C(tiles_that_are_told_together_hold_together),
       C(a_layer_begins_where_its_chain_is_whole),
       C(late_packets_find_their_place_among_those_left_out),
       C(redundant_sound_goes_to_who_takes_it),
       C(what_was_said_without_a_right_is_not_repeated),
       C(voices_of_a_batch_leave_in_one_message), C(who_has_only_tcp_sees_and_hears),
       C(connections_of_strangers_are_few_and_short), C(a_hello_in_pieces_is_read_in_any_order),
       C(certificates_of_all_usual_kinds_are_taken), C(handshakes_left_half_open_are_counted),
       C(an_ice_restart_keeps_what_flows))
