/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sdp.c: reading offers; answers are in sdp_answer.c. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "media/sdp.h"

/* The rest of a line. */
struct span {
	const char *p;
	size_t len;
};

struct reader {
	struct sdp *sdp;
	struct sdp_media *m; /* NULL at session level */
	struct fault *f;
	int line;
};


static int bad(const struct reader *r, const char *why)
{
	fault_at(r->f, NULL, r->line, 0);

	return fault_set(r->f, E_SYNTAX, "The offer cannot be read: %s", why);
}


static bool take(struct span *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (s->len < n || memcmp(s->p, prefix, n) != 0)
		return false;
	s->p += n;
	s->len -= n;

	return true;
}


/* The next word up to one of `ends` or the end; the separator is passed. */
static struct span word(struct span *s, const char *ends)
{
	struct span w = { s->p, 0 };

	while (w.len < s->len && !strchr(ends, s->p[w.len]))
		w.len++;
	s->p += w.len;
	s->len -= w.len;
	if (s->len) {
		s->p++;
		s->len--;
	}

	return w;
}


static bool is(struct span w, const char *text)
{
	return w.len == strlen(text) && strncasecmp(w.p, text, w.len) == 0;
}


/* A copy of a token; false when it is empty, too long, or not of visible ASCII. */
static bool copy(char *out, size_t size, struct span w)
{
	if (!w.len || w.len >= size)
		return false;
	for (size_t i = 0; i < w.len; i++)
		if (w.p[i] < '!' || w.p[i] > '~')
			return false;
	memcpy(out, w.p, w.len);
	out[w.len] = '\0';

	return true;
}


static bool number(uint64_t *out, struct span w, uint64_t max)
{
	uint64_t n = 0;

	if (!w.len || w.len > 10)
		return false;
	for (size_t i = 0; i < w.len; i++) {
		if (w.p[i] < '0' || w.p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(w.p[i] - '0');
	}
	*out = n;

	return n <= max;
}


/* [A-Za-z0-9_-]+, as mids and rids are made. */
static bool name(char *out, size_t size, struct span w)
{
	for (size_t i = 0; i < w.len; i++)
		if (!((w.p[i] >= '0' && w.p[i] <= '9') || (w.p[i] >= 'A' && w.p[i] <= 'Z') ||
		      (w.p[i] >= 'a' && w.p[i] <= 'z') || strchr("-_{}+/.", w.p[i])))
			return false;

	return copy(out, size, w);
}


static int media_line(struct reader *r, struct span s)
{
	struct sdp_media *m;
	struct span kind = word(&s, " "), port = word(&s, " "), proto = word(&s, " ");
	uint64_t n = 0;

	if (r->sdp->media_count == SDP_MEDIA_MAX) {
		fault_at(r->f, NULL, r->line, 0);
		return fault_set(r->f, E_TOOBIG, "An offer has at most %d m-lines.",
				 SDP_MEDIA_MAX);
	}
	m = &r->sdp->media[r->sdp->media_count];
	memset(m, 0, sizeof(*m));
	if (!number(&n, port, 65535) || !copy(m->proto, sizeof(m->proto), proto) ||
	    !copy(m->name, sizeof(m->name), kind))
		return bad(r, "an m-line is written m=audio 9 UDP/TLS/RTP/SAVPF 111.");
	if (!copy(m->format, sizeof(m->format), word(&s, " ")))
		return bad(r, "an m-line names its formats.");
	m->kind = is(kind, "audio") ? SDP_AUDIO : is(kind, "video") ? SDP_VIDEO : SDP_OTHER;
	if (!text_eq(m->proto, "UDP/TLS/RTP/SAVPF"))
		m->kind = SDP_OTHER;
	m->rejected = n == 0;
	m->direction = SDP_BOTH;
	r->m = m;
	r->sdp->media_count++;

	return 0;
}


static int fingerprint(struct reader *r, struct span s)
{
	char hex[2 * SDP_FINGERPRINT + 1];
	size_t n = 0;

	if (!is(word(&s, " "), "sha-256"))
		return 0; /* there may be another */
	for (size_t i = 0; i < s.len && n < sizeof(hex) - 1; i++)
		if (i % 3 == 2 ? s.p[i] != ':' : (hex[n++] = s.p[i]) == ':')
			return bad(r, "a fingerprint is 32 pairs of digits with colons.");
	hex[n] = '\0';
	if (s.len != 3 * SDP_FINGERPRINT - 1 ||
	    text_unhex(r->sdp->fingerprint, SDP_FINGERPRINT, hex))
		return bad(r, "a SHA-256 fingerprint has 32 pairs of digits.");
	r->sdp->has_fingerprint = true;

	return 0;
}


static const struct {
	const char *name;
	uint8_t kind;
	uint8_t codec;
	uint32_t clock;
} codecs[] = {
	{ "opus", SDP_AUDIO, CODEC_OPUS, 48000 }, { "VP8", SDP_VIDEO, CODEC_VP8, 90000 },
	{ "VP9", SDP_VIDEO, CODEC_VP9, 90000 },	  { "AV1", SDP_VIDEO, CODEC_AV1, 90000 },
	{ "H264", SDP_VIDEO, CODEC_H264, 90000 }, { "rtx", SDP_VIDEO, CODEC_RTX, 90000 },
	{ "red", SDP_AUDIO, CODEC_RED, 48000 },
};


/* "111 opus/48000/2": kept when it is one we know, passed over when not. */
static int rtpmap(struct reader *r, struct span s)
{
	struct sdp_media *m = r->m;
	struct span pt = word(&s, " "), encoding = word(&s, "/"), clock = word(&s, "/");
	uint64_t n = 0, hz = 0;

	if (!number(&n, pt, 127) || !number(&hz, clock, UINT32_MAX))
		return bad(r, "an rtpmap is written a=rtpmap:111 opus/48000/2.");
	for (size_t i = 0; i < ARRAY_LEN(codecs); i++) {
		struct sdp_codec *c = &m->codec[m->codecs];

		if (!is(encoding, codecs[i].name) || m->kind != codecs[i].kind ||
		    hz != codecs[i].clock || m->codecs == SDP_CODECS_MAX ||
		    sdp_codec_pt(m, (uint8_t)n))
			continue;
		memset(c, 0, sizeof(*c));
		c->pt = (uint8_t)n;
		c->codec = codecs[i].codec;
		c->clock = (uint32_t)hz;
		c->channels = m->kind == SDP_AUDIO ? 2 : 0;
		/* Redundancy of what, an fmtp says. */
		c->apt = c->codec == CODEC_RED ? c->pt : 0;
		/* Without a packetization-mode H.264 means 0, which is not taken. */
		c->unusable = c->codec == CODEC_H264;
		m->codecs++;
	}

	return 0;
}


static struct sdp_codec *codec_mutable(struct sdp_media *m, uint8_t pt)
{
	for (size_t i = 0; i < m->codecs; i++)
		if (m->codec[i].pt == pt)
			return &m->codec[i];

	return NULL;
}


/* A parameter of fmtp "a=1;b=2"; an empty span when absent. */
static struct span parameter(struct span s, const char *key)
{
	while (s.len) {
		struct span one = word(&s, ";");
		struct span k;

		while (one.len && one.p[0] == ' ') {
			one.p++;
			one.len--;
		}
		k = word(&one, "=");
		if (is(k, key))
			return one;
	}

	return (struct span){ "", 0 };
}


static void h264(struct sdp_codec *c, struct span s)
{
	struct span profile = parameter(s, "profile-level-id");
	uint8_t v[2] = { 0x42, 0x00 };
	char hex[5] = "";

	c->unusable = !is(parameter(s, "packetization-mode"), "1");
	if (profile.len == 6) {
		memcpy(hex, profile.p, 4);
		hex[4] = '\0';
		if (text_unhex(v, 2, hex))
			c->unusable = true;
	}
	c->variant = (uint16_t)(v[0] << 8 | v[1]);
}


static int fmtp(struct reader *r, struct span s)
{
	struct sdp_codec *c;
	uint64_t n = 0;

	if (!number(&n, word(&s, " "), 127))
		return bad(r, "an fmtp begins with a payload type.");
	c = codec_mutable(r->m, (uint8_t)n);
	if (!c)
		return 0;
	if (c->codec == CODEC_RTX) {
		if (!number(&n, parameter(s, "apt"), 127))
			return bad(r, "RTX names what it repeats: apt=96.");
		c->apt = (uint8_t)n;
	} else if (c->codec == CODEC_RED) {
		struct span list = s; /* "111/111" */

		if (number(&n, word(&list, "/"), 127))
			c->apt = (uint8_t)n;
	} else if (c->codec == CODEC_H264) {
		h264(c, s);
	} else if (c->codec == CODEC_VP9 || c->codec == CODEC_AV1) {
		struct span p = parameter(s, c->codec == CODEC_VP9 ? "profile-id" : "profile");

		if (p.len && !number(&n, p, 7))
			return bad(r, "a profile is a digit.");
		c->variant = p.len ? (uint16_t)n : 0;
		c->unusable = c->variant != 0;
	}
	if (s.len < SDP_FMTP_SIZE) {
		memcpy(c->fmtp, s.p, s.len);
		c->fmtp[s.len] = '\0';
	}

	return 0;
}


static int feedback(struct reader *r, struct span s)
{
	struct span pt = word(&s, " ");
	uint64_t n = 0;

	if (!is(pt, "*") && !number(&n, pt, 127))
		return bad(r, "an rtcp-fb begins with a payload type.");
	for (size_t i = 0; i < r->m->codecs; i++) {
		struct sdp_codec *c = &r->m->codec[i];

		if (!is(pt, "*") && c->pt != n)
			continue;
		c->nack |= is(s, "nack");
		c->pli |= is(s, "nack pli");
		c->fir |= is(s, "ccm fir");
		c->twcc |= is(s, "transport-cc");
		c->remb |= is(s, "goog-remb");
	}

	return 0;
}


const char *const sdp_ext_uri[EXT_COUNT] = {
	[EXT_LEVEL] = "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
	[EXT_TWCC] =
		"http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
	[EXT_MID] = "urn:ietf:params:rtp-hdrext:sdes:mid",
	[EXT_RID] = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
	[EXT_RRID] = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
	[EXT_DD] = ("https://aomediacodec.github.io/av1-rtp-spec/"
		    "#dependency-descriptor-rtp-header-extension"),
	[EXT_ORIENTATION] = "urn:3gpp:video-orientation",
};


static uint8_t direction_of(struct span w)
{
	return is(w, "sendonly")   ? SDP_SEND
	       : is(w, "recvonly") ? SDP_RECV
	       : is(w, "inactive") ? SDP_INACTIVE
				   : SDP_BOTH;
}


/* "4 urn:...", "7/sendonly https://..." */
static int extmap(struct reader *r, struct span s)
{
	struct span id = word(&s, " "), uri = word(&s, " ");
	struct span digits = word(&id, "/");
	uint64_t n = 0;

	if (!number(&n, digits, 255) || !n)
		return bad(r, "an extmap is written a=extmap:4 URI, the number from 1 to 255.");
	for (size_t i = 0; r->m && i < EXT_COUNT; i++)
		if (is(uri, sdp_ext_uri[i]) && !r->m->ext[i]) {
			r->m->ext[i] = (uint8_t)n;
			r->m->ext_way[i] = direction_of(id);
		}

	return 0;
}


static int rid(struct reader *r, struct span s)
{
	struct span id = word(&s, " "), way = word(&s, " ");
	struct sdp_media *m = r->m;

	if (!is(way, "send") || m->rids == SDP_RIDS_MAX)
		return 0;
	if (!name(m->rid[m->rids], SDP_RID_SIZE, id))
		return bad(r, "a rid is a word of at most 16 characters.");
	m->rids++;

	return 0;
}


static int ssrc_group(struct reader *r, struct span s)
{
	uint64_t a = 0, b = 0;

	if (!is(word(&s, " "), "FID"))
		return 0;
	if (!number(&a, word(&s, " "), UINT32_MAX) || !number(&b, word(&s, " "), UINT32_MAX))
		return bad(r, "an FID group names two SSRCs.");
	if (!r->m->rtx) {
		r->m->ssrc = (uint32_t)a;
		r->m->rtx = (uint32_t)b;
	}

	return 0;
}


static int ssrc(struct reader *r, struct span s)
{
	uint64_t n = 0;

	if (!number(&n, word(&s, " "), UINT32_MAX))
		return bad(r, "an ssrc line begins with a number.");
	if (!r->m->ssrc)
		r->m->ssrc = (uint32_t)n;

	return 0;
}


/* Attributes of an m-line. */
static int media_attribute(struct reader *r, struct span s)
{
	struct sdp_media *m = r->m;

	if (take(&s, "mid:"))
		return name(m->mid, sizeof(m->mid), s)
			       ? 0
			       : bad(r, "a mid is a word of at most 16 characters.");
	if (take(&s, "rtpmap:"))
		return rtpmap(r, s);
	if (take(&s, "fmtp:"))
		return fmtp(r, s);
	if (take(&s, "rtcp-fb:"))
		return feedback(r, s);
	if (take(&s, "rid:"))
		return rid(r, s);
	if (take(&s, "ssrc-group:"))
		return ssrc_group(r, s);
	if (take(&s, "ssrc:"))
		return ssrc(r, s);
	if (take(&s, "simulcast:"))
		m->simulcast = true;
	else if (is(s, "rtcp-mux"))
		m->mux = true;
	else if (is(s, "rtcp-rsize"))
		m->rsize = true;
	else if (is(s, "bundle-only"))
		m->rejected = false;
	else if (is(s, "sendonly") || is(s, "recvonly") || is(s, "inactive"))
		m->direction = direction_of(s);

	return 0;
}


/* Attributes that stand at either level; the transport is one, so the last is as good. */
static int attribute(struct reader *r, struct span s)
{
	struct sdp *d = r->sdp;

	if (take(&s, "ice-ufrag:"))
		return copy(d->ufrag, sizeof(d->ufrag), s) ? 0
							   : bad(r, "the ufrag is no word.");
	if (take(&s, "ice-pwd:"))
		return copy(d->pwd, sizeof(d->pwd), s) ? 0 : bad(r, "the pwd is no word.");
	if (take(&s, "fingerprint:"))
		return fingerprint(r, s);
	if (take(&s, "extmap:"))
		return extmap(r, s);
	if (take(&s, "setup:")) {
		d->active = is(s, "actpass") || is(s, "active");
		return 0;
	}
	if (is(s, "extmap-allow-mixed")) {
		d->mixed = true;
		return 0;
	}
	if (take(&s, "group:BUNDLE")) {
		if (s.len >= sizeof(d->bundle) - 2)
			return bad(r, "the BUNDLE group is too long.");
		d->grouped = true;
		memcpy(d->bundle, s.p, s.len);
		d->bundle[s.len] = '\0';
		return 0;
	}

	return r->m ? media_attribute(r, s) : 0;
}


static int one_line(struct reader *r, struct span s)
{
	if (s.len < 2 || s.p[1] != '=' || s.p[0] < 'a' || s.p[0] > 'z')
		return bad(r, "a line is a letter, =, and a value.");
	if (r->line == 1 && !is(s, "v=0"))
		return bad(r, "it begins with v=0.");
	if (take(&s, "m="))
		return media_line(r, s);

	return take(&s, "a=") ? attribute(r, s) : 0;
}


static bool in_bundle(const struct sdp *d, const char *mid)
{
	struct span s = { d->bundle, strlen(d->bundle) };

	while (s.len)
		if (is(word(&s, " "), mid))
			return true;

	return false;
}


/* What an offer must have to be answered. */
static int judge(struct sdp *d, struct fault *f)
{
	if (!d->media_count)
		return fault_set(f, E_RANGE, "The offer has no m-line.");
	if (!d->ufrag[0] || strlen(d->ufrag) < 4 || strlen(d->pwd) < 22)
		return fault_set(f, E_RANGE, "The offer has no ICE credentials (RFC 8839).");
	if (!d->has_fingerprint)
		return fault_set(f, E_RANGE,
				 "The offer has no SHA-256 fingerprint of a certificate.");
	if (!d->active)
		return fault_set(f, E_RANGE,
				 "The offer's setup must be actpass or active: this side is "
				 "the DTLS server.");
	for (size_t i = 0; i < d->media_count; i++) {
		struct sdp_media *m = &d->media[i];

		/* One m-line alone needs no group. */
		m->bundled =
			d->grouped ? m->mid[0] && in_bundle(d, m->mid) : d->media_count == 1;
		for (size_t k = 0; k < i && m->mid[0]; k++)
			if (text_eq(d->media[k].mid, m->mid))
				return fault_set(f, E_RANGE, "Two m-lines have the mid %s.",
						 m->mid);
	}

	return 0;
}


int sdp_parse(struct sdp *out, const char *text, size_t len, struct fault *f)
{
	struct reader r = { .sdp = out, .f = f };
	struct span rest = { text, len };
	int err = 0;

	memset(out, 0, offsetof(struct sdp, media));
	if (len > SDP_MAX)
		return fault_set(f, E_TOOBIG, "An offer has at most %d bytes.", SDP_MAX);
	if (memchr(text, '\0', len))
		return fault_set(f, E_SYNTAX, "The offer cannot be read: it holds a NUL.");
	while (rest.len && !err) {
		struct span s = word(&rest, "\n");

		r.line++;
		if (s.len && s.p[s.len - 1] == '\r')
			s.len--;
		if (!s.len && !rest.len)
			break;
		if (s.len > SDP_LINE_MAX || memchr(s.p, '\r', s.len))
			return bad(&r, "a line is too long, or holds a carriage return.");
		err = one_line(&r, s);
	}

	return err ? err : judge(out, f);
}


const struct sdp_codec *sdp_codec_pt(const struct sdp_media *m, uint8_t pt)
{
	for (size_t i = 0; i < m->codecs; i++)
		if (m->codec[i].pt == pt)
			return &m->codec[i];

	return NULL;
}


const struct sdp_codec *sdp_codec_of(const struct sdp_media *m, uint8_t codec, uint16_t variant)
{
	for (size_t i = 0; i < m->codecs; i++) {
		const struct sdp_codec *c = &m->codec[i];

		if (c->codec == codec && c->variant == variant && !c->unusable)
			return c;
	}

	return NULL;
}


uint8_t sdp_rtx_of(const struct sdp_media *m, uint8_t pt)
{
	for (size_t i = 0; i < m->codecs; i++)
		if (m->codec[i].codec == CODEC_RTX && m->codec[i].apt == pt)
			return m->codec[i].pt;

	return 0;
}
