/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Offers of Chromium 156 as it sent them, what Firefox does otherwise, and what is refused. */
#include <string.h>

#include "media/sdp.h"
#include "t.h"

static struct sdp offer;
static struct sdp_line line[SDP_MEDIA_MAX];

static const char head[] = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
			   "a=group:BUNDLE 0 1 2\r\n"
			   "a=fingerprint:sha-256 "
			   "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
			   "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff\r\n"
			   "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
			   "a=setup:actpass\r\n";


static char *answer(uint8_t direction)
{
	static const struct sdp_candidate c = { "192.0.2.7", 4000, false };
	struct sdp_answer a = { "uuuu", "pppp", "AA:BB", 7, &c, 1, line };
	struct buf out;

	for (size_t i = 0; i < offer.media_count; i++)
		line[i] = (struct sdp_line){ direction, 11, 12, "place0" };
	buf_init(&out, 0);
	sdp_answer(&out, &offer, &a);

	return out.data;
}


static int parse(const char *text)
{
	struct fault f = { 0 };
	int err = sdp_parse(&offer, text, strlen(text), &f);

	if (err)
		ck_assert(f.text[0]);

	return err;
}


T(chromium_publishes_with_simulcast)
{
	size_t len;
	char *text = t_slurp("tests/fuzz/corpus/media_sdp/chromium-send", &len);
	const struct sdp_media *v = &offer.media[0];
	char *said;

	T_OK(parse(text));
	T_INT(2, (int)offer.media_count);
	ck_assert(offer.mixed && offer.active);
	v = &offer.media[offer.media[0].kind == SDP_VIDEO ? 0 : 1];
	T_INT(3, v->rids);
	T_STR("q", v->rid[0]);
	T_STR("f", v->rid[2]);
	ck_assert(v->simulcast && v->ext[EXT_RID] && v->ext[EXT_RRID] && v->ext[EXT_DD]);
	ck_assert(sdp_codec_of(v, CODEC_VP8, 0) && sdp_codec_of(v, CODEC_AV1, 0));
	said = answer(SDP_RECV);
	ck_assert(strstr(said, "a=ice-lite\r\n") && strstr(said, "a=extmap-allow-mixed\r\n"));
	ck_assert(strstr(said, "a=simulcast:recv q;h;f\r\n") &&
		  strstr(said, "a=rid:f recv\r\n"));
	ck_assert(strstr(said, "dependency-descriptor-rtp-header-extension\r\n"));
	ck_assert(strstr(said, "a=setup:passive\r\n") && strstr(said, "a=rtcp-rsize\r\n"));
	ck_assert(!strstr(said, "red/90000") && strstr(said, " red/48000/2") &&
		  !strstr(said, "ulpfec") && !strstr(said, "a=ssrc"));
	free(said);
	free(text);
}


T(chromium_views)
{
	size_t len;
	char *text = t_slurp("tests/fuzz/corpus/media_sdp/chromium-recv", &len), *said;

	T_OK(parse(text));
	said = answer(SDP_SEND);
	ck_assert(strstr(said, "a=ssrc-group:FID 11 12\r\n"));
	ck_assert(strstr(said, "a=msid:place0 place0-video\r\n"));
	ck_assert(strstr(said, "packetization-mode=1") &&
		  !strstr(said, "packetization-mode=0"));
	ck_assert(!strstr(said, "rtp-stream-id"));
	free(said);
	free(text);
}


/* bundle-only with port 0; one-way extensions; a stopped m-line that is used again. */
T(as_firefox_offers)
{
	char text[4000], *said;

	(void)snprintf(text, sizeof(text),
		       "%sm=audio 9 UDP/TLS/RTP/SAVPF 109\r\na=mid:0\r\na=sendonly\r\n"
		       "a=rtcp-mux\r\na=rtpmap:109 opus/48000/2\r\n"
		       "m=video 0 UDP/TLS/RTP/SAVPF 120 124\r\na=bundle-only\r\na=mid:1\r\n"
		       "a=sendonly\r\na=rtcp-mux\r\na=rtpmap:120 VP8/90000\r\n"
		       "a=rtpmap:124 rtx/90000\r\na=fmtp:124 apt=120\r\n"
		       "a=extmap:7/sendonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
		       "a=rid:q send\r\na=rid:f send\r\na=simulcast:send q;f\r\n"
		       "a=ssrc:1 cname:x\r\na=ssrc:2 cname:x\r\na=ssrc-group:FID 1 2\r\n"
		       "m=video 0 UDP/TLS/RTP/SAVPF 120\r\na=mid:2\r\na=inactive\r\n",
		       head);
	T_OK(parse(text));
	T_INT(3, (int)offer.media_count);
	ck_assert(!offer.media[1].rejected && offer.media[2].rejected);
	T_INT(2, offer.media[1].rtx);
	T_INT(124, sdp_rtx_of(&offer.media[1], 120));
	said = answer(SDP_RECV);
	ck_assert(strstr(said, "a=group:BUNDLE 0 1\r\n"));
	ck_assert(strstr(said, "a=extmap:7/recvonly urn:"));
	ck_assert(strstr(said, "m=video 9 UDP/TLS/RTP/SAVPF 120 124\r\n"));
	ck_assert(strstr(said, "m=video 0 UDP/TLS/RTP/SAVPF 120\r\n"));
	free(said);
}


T(offers_that_are_refused)
{
	static const struct {
		const char *after_head;
		int err;
	} bad[] = {
		{ "", E_RANGE }, /* no m-line */
		{ "m=audio 9\r\n", E_SYNTAX },
		{ "m=audio 99999 UDP/TLS/RTP/SAVPF 0\r\n", E_SYNTAX },
		{ "x\r\n", E_SYNTAX },
		{ "a=fingerprint:sha-256 00:11\r\n", E_SYNTAX },
		{ "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:../../etc\"\r\n", E_SYNTAX },
		{ "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:12345678901234567\r\n", E_SYNTAX },
		{ "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:a\rb\r\n", E_SYNTAX },
		{ "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=rtpmap:128 opus/48000\r\n", E_SYNTAX },
		{ "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=extmap:0 urn:x\r\n", E_SYNTAX },
		{ "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=ssrc:99999999999 x\r\n", E_SYNTAX },
		{ "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=setup:passive\r\n", E_RANGE },
		{ "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
		  "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n",
		  E_RANGE },
	};
	static char many[200000];
	size_t at;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char text[4000];

		(void)snprintf(text, sizeof(text), "%s%s", head, bad[i].after_head);
		ck_assert_msg(parse(text) == bad[i].err, "row %zu", i);
	}
	T_INT(E_SYNTAX, parse("v=1\r\n"));
	T_INT(E_RANGE, parse("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"));
	at = (size_t)snprintf(many, sizeof(many), "%s", head);
	for (int i = 0; i <= SDP_MEDIA_MAX; i++)
		at += (size_t)snprintf(many + at, sizeof(many) - at,
				       "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n");
	T_INT(E_TOOBIG, parse(many));
}


T_MAIN("media sdp", C(chromium_publishes_with_simulcast), C(chromium_views),
       C(as_firefox_offers), C(offers_that_are_refused))
