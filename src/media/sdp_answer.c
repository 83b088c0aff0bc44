/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sdp_answer.c: answers to offers; sdp.h. */
#include <string.h>

#include "media/sdp.h"

static const char *const names[] = {
	[CODEC_OPUS] = "opus", [CODEC_VP8] = "VP8", [CODEC_VP9] = "VP9", [CODEC_AV1] = "AV1",
	[CODEC_H264] = "H264", [CODEC_RTX] = "rtx", [CODEC_RED] = "red",
};


/* Is it said in the answer?  RTX and RED only beside what they repeat. */
static bool taken(const struct sdp_media *m, const struct sdp_codec *c)
{
	const struct sdp_codec *of;

	if (c->codec != CODEC_RTX && c->codec != CODEC_RED)
		return !c->unusable;
	of = sdp_codec_pt(m, c->apt);
	if (c->codec == CODEC_RED)
		return of && of->codec == CODEC_OPUS;

	return of && of->codec != CODEC_RTX && !of->unusable;
}


static void codec(struct buf *out, const struct sdp_codec *c)
{
	buf_printf(out, "a=rtpmap:%u %s/%u", c->pt, names[c->codec], c->clock);
	if (c->channels)
		buf_printf(out, "/%u", c->channels);
	buf_str(out, "\r\n");
	if (c->codec == CODEC_RTX)
		buf_printf(out, "a=fmtp:%u apt=%u\r\n", c->pt, c->apt);
	else if (c->codec == CODEC_OPUS)
		buf_printf(out, "a=fmtp:%u minptime=10;useinbandfec=1;usedtx=1\r\n", c->pt);
	else if (c->fmtp[0])
		buf_printf(out, "a=fmtp:%u %s\r\n", c->pt, c->fmtp);
	if (c->twcc)
		buf_printf(out, "a=rtcp-fb:%u transport-cc\r\n", c->pt);
	if (c->remb)
		buf_printf(out, "a=rtcp-fb:%u goog-remb\r\n", c->pt);
	if (c->codec == CODEC_OPUS || c->codec == CODEC_RED)
		return;
	if (c->nack)
		buf_printf(out, "a=rtcp-fb:%u nack\r\n", c->pt);
	if (c->pli)
		buf_printf(out, "a=rtcp-fb:%u nack pli\r\n", c->pt);
	if (c->fir)
		buf_printf(out, "a=rtcp-fb:%u ccm fir\r\n", c->pt);
}


/* The extension's direction seen from our side; NULL when the two do not meet. */
static const char *way(const struct sdp_media *m, size_t ext, uint8_t ours)
{
	switch (m->ext_way[ext]) {
	case SDP_BOTH: return "";
	case SDP_SEND: return ours & SDP_RECV ? "/recvonly" : NULL;
	case SDP_RECV: return ours & SDP_SEND ? "/sendonly" : NULL;
	default: return NULL;
	}
}


static void extensions(struct buf *out, const struct sdp_media *m, uint8_t ours)
{
	for (size_t i = 0; i < EXT_COUNT; i++) {
		const char *w = way(m, i, ours);
		bool layer = i == EXT_RID || i == EXT_RRID;

		if (!m->ext[i] || !w || (layer && !(ours & SDP_RECV)))
			continue;
		buf_printf(out, "a=extmap:%u%s %s\r\n", m->ext[i], w, sdp_ext_uri[i]);
	}
}


static void layers(struct buf *out, const struct sdp_media *m)
{
	if (!m->simulcast || !m->rids)
		return;
	for (size_t i = 0; i < m->rids; i++)
		buf_printf(out, "a=rid:%s recv\r\n", m->rid[i]);
	buf_str(out, "a=simulcast:recv ");
	for (size_t i = 0; i < m->rids; i++)
		buf_printf(out, "%s%s", i ? ";" : "", m->rid[i]);
	buf_str(out, "\r\n");
}


static void sources(struct buf *out, const struct sdp_media *m, const struct sdp_line *l)
{
	buf_printf(out, "a=msid:%s %s-%s\r\n", l->stream, l->stream, m->name);
	if (l->rtx)
		buf_printf(out, "a=ssrc-group:FID %u %u\r\n", l->ssrc, l->rtx);
	buf_printf(out, "a=ssrc:%u cname:comity\r\na=ssrc:%u msid:%s %s-%s\r\n", l->ssrc,
		   l->ssrc, l->stream, l->stream, m->name);
	if (l->rtx)
		buf_printf(out, "a=ssrc:%u cname:comity\r\na=ssrc:%u msid:%s %s-%s\r\n", l->rtx,
			   l->rtx, l->stream, l->stream, m->name);
}


void sdp_candidates(struct buf *out, const struct sdp_candidate *all, size_t count)
{
	/* RFC 8445 5.1.2: type preference 126 for host; TCP after UDP (RFC 6544 4.2). */
	for (size_t i = 0; i < count; i++) {
		const struct sdp_candidate *c = &all[i];
		unsigned preference = (unsigned)(65535 - i);

		buf_printf(out, "a=candidate:%zu 1 %s %u %s %u typ host%s\r\n", i + 1,
			   c->tcp ? "tcp" : "udp",
			   (c->tcp ? 90U : 126U) << 24 | preference << 8 | 255U, c->address,
			   c->port, c->tcp ? " tcptype passive" : "");
	}
	buf_str(out, "a=end-of-candidates\r\n");
}


static void transport(struct buf *out, const struct sdp_answer *a)
{
	buf_printf(out,
		   "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:sha-256 %s\r\n"
		   "a=setup:passive\r\n",
		   a->ufrag, a->pwd, a->fingerprint);
	sdp_candidates(out, a->candidate, a->candidates);
}


static void refused(struct buf *out, const struct sdp_media *m)
{
	buf_printf(out, "m=%s 0 %s %s\r\nc=IN IP4 0.0.0.0\r\n", m->name, m->proto, m->format);
	if (m->mid[0])
		buf_printf(out, "a=mid:%s\r\n", m->mid);
	buf_str(out, "a=inactive\r\n");
}


static void accepted(struct buf *out, const struct sdp_media *m, const struct sdp_line *l,
		     const struct sdp_answer *a)
{
	static const char *const words[] = { "inactive", "sendonly", "recvonly", "sendrecv" };

	buf_printf(out, "m=%s 9 %s", m->name, m->proto);
	for (size_t i = 0; i < m->codecs; i++)
		if (taken(m, &m->codec[i]))
			buf_printf(out, " %u", m->codec[i].pt);
	buf_str(out, "\r\nc=IN IP4 0.0.0.0\r\n");
	transport(out, a);
	if (m->mid[0])
		buf_printf(out, "a=mid:%s\r\n", m->mid);
	buf_printf(out, "a=%s\r\na=rtcp-mux\r\n", words[l->direction & 3]);
	if (m->rsize)
		buf_str(out, "a=rtcp-rsize\r\n");
	extensions(out, m, l->direction);
	for (size_t i = 0; i < m->codecs; i++)
		if (taken(m, &m->codec[i]))
			codec(out, &m->codec[i]);
	if (l->direction & SDP_RECV)
		layers(out, m);
	if (l->direction & SDP_SEND)
		sources(out, m, l);
}


bool sdp_usable(const struct sdp_media *m)
{
	if (m->rejected || !m->bundled || !m->mux || m->kind == SDP_OTHER)
		return false;
	for (size_t i = 0; i < m->codecs; i++)
		if (m->codec[i].codec != CODEC_RTX && m->codec[i].codec != CODEC_RED &&
		    !m->codec[i].unusable)
			return true;

	return false;
}


void sdp_answer(struct buf *out, const struct sdp *offer, const struct sdp_answer *a)
{
	buf_printf(out, "v=0\r\no=- %llu 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n",
		   (unsigned long long)a->session);
	if (offer->grouped) {
		buf_str(out, "a=group:BUNDLE");
		for (size_t i = 0; i < offer->media_count; i++)
			if (a->line[i].direction && sdp_usable(&offer->media[i]))
				buf_printf(out, " %s", offer->media[i].mid);
		buf_str(out, "\r\n");
	}
	buf_str(out, "a=ice-lite\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS *\r\n");
	for (size_t i = 0; i < offer->media_count; i++)
		if (a->line[i].direction && sdp_usable(&offer->media[i]))
			accepted(out, &offer->media[i], &a->line[i], a);
		else
			refused(out, &offer->media[i]);
}
