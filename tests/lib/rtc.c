/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/srtp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>
#include <unistd.h>

#include "base/rand.h"
#include "base/text.h"
#include "media/rtcp.h"
#include "media/rtp.h"
#include "media/stun.h"
#include "media/wire.h"
#include "rtc.h"
#include "t.h"

static SSL_CTX *ctx;
static char fingerprint[97];


static int socket_new(uint16_t *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	T_INT(0, bind(fd, (struct sockaddr *)&a, sizeof(a)));
	T_INT(0, getsockname(fd, (struct sockaddr *)&a, &len));
	*port = ntohs(a.sin_port);

	return fd;
}


static uint16_t tcp_port;


static int listen_new(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	T_INT(0, bind(fd, (struct sockaddr *)&a, sizeof(a)));
	T_INT(0, listen(fd, 200));
	T_INT(0, getsockname(fd, (struct sockaddr *)&a, &len));
	tcp_port = ntohs(a.sin_port);

	return fd;
}


uint16_t rtc_tcp_port(void)
{
	return tcp_port;
}


void rtc_dial(struct rtc *c)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(tcp_port) };
	int on = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)close(c->fd);
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	T_INT(0, connect(c->fd, (struct sockaddr *)&a, sizeof(a)));
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	c->tcp = true;
	if (c->engine)
		engine_run(c->engine); /* which takes it */
}


struct engine *rtc_engine(uint16_t *port, uint32_t peers)
{
	return rtc_engine_of(port, peers, 64);
}


struct engine *rtc_engine_of(uint16_t *port, uint32_t peers, uint32_t slots)
{
	struct engine_config c = { .sockets = 1, .peers = peers, .slots = slots, .tracks = 64 };
	struct engine *e = NULL;

	c.udp[0] = socket_new(port);
	(void)text_copy(c.candidate[0].address, sizeof(c.candidate[0].address), "127.0.0.1");
	c.candidate[0].port = *port;
	c.tcp[c.listeners++] = listen_new();
	(void)text_copy(c.candidate[1].address, sizeof(c.candidate[1].address), "127.0.0.1");
	c.candidate[1].port = tcp_port;
	c.candidate[1].tcp = true;
	T_OK(engine_open(&e, &c));

	return e;
}


static int any(int ok, X509_STORE_CTX *store)
{
	(void)ok;
	(void)store;

	return 1;
}


void rtc_certificate(const char *kind)
{
	EVP_PKEY *key = strcmp(kind, "RSA") ? EVP_EC_gen(kind) : EVP_RSA_gen(2048);
	X509 *x = X509_new();
	uint8_t print[32];
	unsigned n = sizeof(print);

	(void)ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	(void)X509_gmtime_adj(X509_getm_notBefore(x), 0);
	(void)X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	(void)X509_set_pubkey(x, key);
	ck_assert(X509_sign(x, key, EVP_sha256()) > 0);
	ck_assert(X509_digest(x, EVP_sha256(), print, &n) == 1);
	for (size_t i = 0; i < 32; i++)
		(void)snprintf(fingerprint + 3 * i, 4, "%02X:", print[i]);
	fingerprint[95] = '\0';
	SSL_CTX_free(ctx);
	ctx = SSL_CTX_new(DTLS_client_method());
	ck_assert(SSL_CTX_use_certificate(ctx, x) == 1 &&
		  SSL_CTX_use_PrivateKey(ctx, key) == 1);
	ck_assert(SSL_CTX_set_tlsext_use_srtp(
			  ctx, "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM") == 0);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, any);
	X509_free(x);
	EVP_PKEY_free(key);
}


static void value(char *out, size_t size, const char *text, const char *key)
{
	const char *at = strstr(text, key);
	size_t len;

	ck_assert_msg(at != NULL, "no %s", key);
	at += strlen(key);
	len = strcspn(at, "\r\n");
	ck_assert(len < size);
	memcpy(out, at, len);
	out[len] = '\0';
}


/* What every m-line has. */
static void transport(struct buf *out, const char *way)
{
	buf_printf(
		out,
		"c=IN IP4 0.0.0.0\r\na=ice-ufrag:cccc\r\na=ice-pwd:0123456789012345678901\r\n"
		"a=fingerprint:sha-256 %s\r\na=setup:actpass\r\na=rtcp-mux\r\n"
		"a=extmap:%d urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
		"a=extmap:%d http://www.ietf.org/id/"
		"draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
		"a=extmap:%d urn:ietf:params:rtp-hdrext:sdes:mid\r\na=%s\r\n",
		fingerprint, RTC_LEVEL, RTC_TWCC, RTC_MID, way);
}


/* "$T" is what every m-line has; the BUNDLE group is that of mids 0 to 9. */
static void offer(struct buf *out, const char *lines, bool publishes)
{
	buf_str(out, "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
		     "a=group:BUNDLE 0 1 2 3 4 5 6 7 8 9\r\na=extmap-allow-mixed\r\n");
	for (const char *at; (at = strstr(lines, "$T")); lines = at + 2) {
		buf_add(out, lines, (size_t)(at - lines));
		transport(out, publishes ? "sendonly" : "recvonly");
	}
	buf_str(out, lines);
}


int rtc_join(struct rtc *c, struct engine *e, uint16_t port, const char *room, const char *who,
	     bool publishes, unsigned rights)
{
	char lines[600];
	uint32_t ssrc[3];
	int err;

	rand_bytes(ssrc, sizeof(ssrc));
	(void)snprintf(
		lines, sizeof(lines),
		"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n$Ta=mid:0\r\na=rtpmap:111 opus/48000/2\r\n"
		"m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n$Ta=mid:1\r\na=rtpmap:96 VP8/90000\r\n"
		"a=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\n"
		"a=fmtp:97 apt=96\r\na=ssrc-group:FID %u %u\r\n",
		ssrc[1], ssrc[2]);
	err = rtc_join_lines(c, e, port, room, who, publishes, rights, lines);
	c->audio = ssrc[0];
	c->video = ssrc[1];
	c->rtx = ssrc[2];

	return err;
}


int rtc_join_lines(struct rtc *c, struct engine *e, uint16_t port, const char *room,
		   const char *who, bool publishes, unsigned rights, const char *lines)
{
	struct engine_join j = { .room = room,
				 .participant = who,
				 .rights = rights,
				 .publishes = publishes,
				 .views = !publishes };
	struct fault f = { 0 };
	struct buf text, answer;
	int err;

	if (!ctx)
		rtc_certificate("P-256");
	memset(c, 0, sizeof(*c));
	c->engine = e;
	c->port = port;
	c->fd = socket_new(&(uint16_t){ 0 });
	buf_init(&text, 0);
	offer(&text, lines, publishes);
	j.offer = text.data;
	j.offer_len = text.len;
	buf_init(&answer, 0);
	err = engine_join(c->session, c->etag, &answer, e, &j, &f);
	if (!err) {
		ck_assert(text_copy(c->answer, sizeof(c->answer), answer.data));
		value(c->ufrag, sizeof(c->ufrag), c->answer, "a=ice-ufrag:");
		value(c->pwd, sizeof(c->pwd), c->answer, "a=ice-pwd:");
	}
	buf_clear(&text);
	buf_clear(&answer);

	return err;
}


void rtc_send(struct rtc *c, const uint8_t *p, size_t len)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(c->port) };
	uint8_t frame[4096];

	if (c->tcp) {
		put16(frame, (uint32_t)len);
		memcpy(frame + 2, p, len);
		T_INT((int)len + 2, (int)send(c->fd, frame, len + 2, MSG_NOSIGNAL));
		return;
	}
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	T_INT((int)len, (int)sendto(c->fd, p, len, 0, (struct sockaddr *)&a, sizeof(a)));
}


/* One packet that came; of a connection its frame.  0: none. */
static size_t receive(struct rtc *c, uint8_t in[2048])
{
	ssize_t n;

	if (c->tcp) {
		if (recv(c->fd, in, 2, MSG_DONTWAIT | MSG_PEEK) < 2)
			return 0;
		T_INT(2, (int)recv(c->fd, in, 2, MSG_WAITALL));
		n = recv(c->fd, in, get16(in), MSG_WAITALL);
	} else {
		n = recv(c->fd, in, 2048, MSG_DONTWAIT);
	}

	return n > 0 ? (size_t)n : 0;
}


bool rtc_check(struct rtc *c)
{
	uint8_t out[STUN_REPLY_MAX], tid[STUN_TID], in[2048];
	char name[128];
	struct stun s;
	size_t n;

	rand_bytes(tid, sizeof(tid));
	(void)snprintf(name, sizeof(name), "%s:cccc", c->ufrag);
	rtc_send(c, out, stun_check(out, tid, name, c->pwd, true));
	engine_run(c->engine);
	while ((n = receive(c, in)))
		if (stun_is(in, n) && !stun_parse(&s, in, n) && s.type == STUN_SUCCESS &&
		    memcmp(s.tid, tid, STUN_TID) == 0)
			return stun_verify(&s, in, c->pwd);

	return false;
}


static void keys(struct rtc *c)
{
	const SRTP_PROTECTION_PROFILE *p = SSL_get_selected_srtp_profile(c->ssl);
	enum srtp_profile profile = (enum srtp_profile)p->id;
	size_t k = srtp_key_len(profile), s = srtp_salt_len(profile);
	uint8_t m[2 * (SRTP_KEY_MAX + SRTP_SALT_MAX)];

	T_INT(SRTP_GCM_128, profile); /* the server's preference counts */
	ck_assert(SSL_export_keying_material(c->ssl, m, 2 * (k + s), "EXTRACTOR-dtls_srtp", 19,
					     NULL, 0, 0) == 1);
	T_OK(srtp_new(&c->tx, profile, m, m + 2 * k, true));
	T_OK(srtp_new(&c->rx, profile, m + k, m + 2 * k + s, false));
}


/* Records of the client over whatever carries them: read from memory, sent one by one. */
static long sent_record(BIO *b, int cmd, long num, void *ptr)
{
	(void)b;
	(void)num;
	(void)ptr;

	return cmd == BIO_CTRL_FLUSH ? 1 : 0;
}


static int send_record(BIO *b, const char *p, int len)
{
	struct rtc *c = BIO_get_data(b);

	if (c->reversed && c->flights < ARRAY_LEN(c->flight)) {
		memcpy(c->flight[c->flights], p, (size_t)len);
		c->flight_len[c->flights++] = (size_t)len;
	} else {
		rtc_send(c, (const uint8_t *)p, (size_t)len);
	}

	return len;
}


static int read_record(BIO *b, char *out, int size)
{
	struct rtc *c = BIO_get_data(b);
	uint8_t in[2048];
	size_t n;

	for (; c->flights; c->flights--)
		rtc_send(c, c->flight[c->flights - 1], c->flight_len[c->flights - 1]);
	c->reversed = false;
	BIO_clear_retry_flags(b);
	while ((n = receive(c, in)))
		if (!stun_is(in, n) && n <= (size_t)size) {
			memcpy(out, in, n);
			return (int)n;
		}
	BIO_set_retry_read(b);

	return -1;
}


static BIO *records(struct rtc *c)
{
	static BIO_METHOD *m;
	BIO *b;

	if (!m) {
		m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "rtc");
		ck_assert(m && BIO_meth_set_write(m, send_record) &&
			  BIO_meth_set_read(m, read_record) &&
			  BIO_meth_set_ctrl(m, sent_record));
	}
	b = BIO_new(m);
	BIO_set_data(b, c);
	BIO_set_init(b, 1);

	return b;
}


static void shake(struct rtc *c)
{
	BIO *b = records(c);

	c->ssl = SSL_new(ctx);
	SSL_set_bio(c->ssl, b, b);
	SSL_set_options(c->ssl, SSL_OP_NO_QUERY_MTU);
	/* Small fragments: a hello in several pieces, as browsers' are. */
	(void)SSL_set_mtu(c->ssl, 256);
	SSL_set_connect_state(c->ssl);
}


void rtc_hello(struct rtc *c)
{
	ck_assert(rtc_check(c));
	shake(c);
	(void)SSL_do_handshake(c->ssl);
	engine_run(c->engine);
}


bool rtc_connect(struct rtc *c)
{
	if (!c->ssl && !rtc_check(c))
		return false;
	if (!c->ssl)
		shake(c);
	for (int i = 0; i < 200 && SSL_do_handshake(c->ssl) != 1; i++) {
		engine_run(c->engine);
		(void)DTLSv1_handle_timeout(c->ssl);
	}
	if (!SSL_is_init_finished(c->ssl))
		return false;
	engine_run(c->engine);
	keys(c);

	return true;
}


void rtc_enter(struct rtc *c, struct engine *e, uint16_t port, const char *room,
	       const char *who, bool publishes)
{
	T_OK(rtc_join(c, e, port, room, who, publishes,
		      publishes ? ENGINE_AUDIO | ENGINE_VIDEO : ENGINE_RECEIVE));
	ck_assert(rtc_connect(c));
}


void rtc_close(struct rtc *c)
{
	SSL_free(c->ssl);
	srtp_free(c->rx);
	srtp_free(c->tx);
	(void)close(c->fd);
}


static void take_rtcp(struct rtc *c, uint8_t *p, size_t len)
{
	struct rtcp r;
	size_t at = 0;

	if (srtcp_open(c->rx, p, &len)) {
		c->bad++;
		return;
	}
	while (rtcp_next(&r, p, len, &at)) {
		c->plis += r.type == RTCP_PAYLOAD && r.count == RTCP_PLI;
		c->nacks += r.type == RTCP_FEEDBACK && r.count == RTCP_NACK;
	}
}


/* No index is ever used twice with a key: replays and repeated numbers are counted as bad. */
static void take(struct rtc *c, uint8_t *p, size_t len)
{
	static struct srtp_stream fresh;
	struct srtp_stream st = fresh;
	struct rtc_got *g = &c->got[c->count];
	struct rtp r;
	uint64_t index;
	size_t payload;

	if (!c->rx || stun_is(p, len) || p[0] < 128 || c->count == RTC_GOT_MAX)
		return;
	if (rtp_is_rtcp(p, len)) {
		take_rtcp(c, p, len);
		return;
	}
	if (srtp_open(c->rx, &st, &index, p, &len) || rtp_parse(&r, p, len) ||
	    rtp_unpad(&payload, &r, p, len)) {
		c->bad++;
		return;
	}
	for (size_t i = 0; i < c->count; i++)
		if (c->got[i].ssrc == r.ssrc && c->got[i].seq == r.seq)
			c->bad++;
	*g = (struct rtc_got){
		.pt = r.pt, .marker = r.marker, .seq = r.seq, .ssrc = r.ssrc, .ts = r.ts
	};
	g->profile = r.profile;
	memcpy(g->ext, r.ext, r.ext_len < sizeof(g->ext) ? r.ext_len : sizeof(g->ext));
	g->len = payload;
	memcpy(g->body, p + r.header, payload < sizeof(g->body) ? payload : sizeof(g->body));
	c->count++;
}


void rtc_pump(struct rtc *c)
{
	uint8_t in[2048];
	size_t n;

	engine_run(c->engine);
	while ((n = receive(c, in)))
		take(c, in, n);
}


static size_t header(uint8_t *p, uint8_t pt, uint64_t index, uint32_t ts, uint32_t ssrc,
		     char mid)
{
	p[0] = 0x90;
	p[1] = pt | 0x80;
	put16(p + 2, (uint32_t)index & 0xffff);
	put32(p + 4, ts);
	put32(p + 8, ssrc);
	put16(p + 12, RTP_EXT_ONE);
	put16(p + 14, 2);
	p[16] = RTC_MID << 4;
	p[17] = (uint8_t)mid;
	p[18] = RTC_TWCC << 4 | 1;
	put16(p + 19, (uint32_t)index & 0xffff);
	memset(p + 21, 0, 3);

	return 24;
}


void rtc_send_audio(struct rtc *c, uint8_t mark)
{
	uint8_t p[200];
	uint64_t i = c->audio_index++;
	size_t h = header(p, RTC_AUDIO_PT, i, (uint32_t)i * 960, c->audio, '0');

	p[21] = RTC_LEVEL << 4;
	p[22] = c->level;
	memset(p + h, mark, 40);
	rtc_send(c, p, srtp_seal(c->tx, p, h, p + h, 40, i));
}


/* VP8: X, a picture id of 15 bits, TL0PICIDX; the key bit of the frame's first byte. */
static size_t vp8(uint8_t *p, bool key, uint8_t mark, uint64_t index)
{
	p[0] = 0x90;
	p[1] = 0xc0;
	put16(p + 2, 0x8000U | (index & 0x7fff));
	p[4] = (uint8_t)index;
	p[5] = key ? 0 : 1;
	memset(p + 6, mark, 50);

	return 56;
}


size_t rtc_seal_video(struct rtc *c, uint8_t *out, bool key, uint8_t mark, uint64_t index)
{
	size_t h = header(out, RTC_VIDEO_PT, index, (uint32_t)index * 3000, c->video, '1');
	size_t n = vp8(out + h, key, mark, index);

	return srtp_seal(c->tx, out, h, out + h, n, index);
}


void rtc_send_video(struct rtc *c, bool key, uint8_t mark)
{
	uint8_t p[1600];

	rtc_send(c, p, rtc_seal_video(c, p, key, mark, c->video_index++));
}


void rtc_send_packet(struct rtc *c, const struct rtc_packet *k)
{
	uint8_t p[1600];
	size_t h = 12;

	p[0] = k->ext_len ? 0x90 : 0x80;
	p[1] = (uint8_t)(k->marker << 7 | k->pt);
	put16(p + 2, (uint32_t)k->index & 0xffff);
	put32(p + 4, k->ts);
	put32(p + 8, k->ssrc);
	if (k->ext_len) {
		put16(p + 12, k->two ? RTP_EXT_TWO : RTP_EXT_ONE);
		put16(p + 14, (uint32_t)k->ext_len / 4);
		memcpy(p + 16, k->ext, k->ext_len);
		h = 16 + k->ext_len;
	}
	memcpy(p + h, k->payload, k->len);
	rtc_send(c, p, srtp_seal(c->tx, p, h, p + h, k->len, k->index));
}


void rtc_send_rtcp(struct rtc *c, uint8_t *p, size_t len)
{
	rtc_send(c, p, srtcp_seal(c->tx, p, len));
}


size_t rtc_marks(const struct rtc *c, uint8_t pt, uint8_t mark)
{
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct rtc_got *g = &c->got[i];

		n += g->pt == pt && g->len && g->len <= sizeof(g->body) &&
		     g->body[g->len - 1] == mark;
	}

	return n;
}
