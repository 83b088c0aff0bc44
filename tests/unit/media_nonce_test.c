/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * No nonce twice with a key: where two are the same, everybody on the path can forge (pion
 * CVE-2026-26014).  2^24 packets of a room in which everything happens that their numbers
 * depend on: losses, repeats, late ones, layers, narrow paths, rights, streams that begin
 * anew, people who come and go.
 *
 * The linker puts this file between the engine and the functions below: each sealing is noted,
 * packets do not pass through the kernel, and time goes by as we say.
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include "base/mem.h"
#include "ddw.h"
#include "media/gcm.h"
#include "media/rtcp.h"
#include "media/wire.h"
#include "rtc.h"
#include "t.h"

enum {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	RECORDS = 1 << 19, /* each takes ten times as long */
#else
	RECORDS = 1 << 24,
#endif
	VIEWERS = 40,
	PUBLISHERS = 4,
	PEOPLE = PUBLISHERS + VIEWERS,
	FEED = 60,    /* packets read at once, fewer than the engine can take */
	STEP = 20000, /* microseconds from one batch to the next */
	LATE = 16,    /* packets that wait */
	BLOCKS = 1 << 14,
	STREAMS = 4096,
	SSRCS = 8, /* of a viewer */
};

static struct engine *e;
static uint16_t port;
static struct rtc who[PEOPLE];
static bool made;	 /* nothing passes through the kernel */
static int64_t ahead_us; /* of the clock */


static uint32_t chance(uint32_t n)
{
	static uint64_t x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;

	return (uint32_t)(x >> 16) % n;
}


/* What was used: 65,536 nonces that differ in their last two bytes, a bit each. */
struct block {
	const struct gcm *key;
	uint8_t iv[GCM_IV - 2];
	uint64_t used[1024];
};

static struct block *block[BLOCKS];
static size_t blocks, records, twice;


static struct block *block_of(const struct gcm *key, const uint8_t *iv)
{
	uint64_t h = (uintptr_t)key / 64;
	struct block *b;
	size_t k;

	for (size_t i = 0; i < GCM_IV - 2; i++)
		h = (h ^ iv[i]) * 0x100000001b3ULL;
	for (k = h % BLOCKS; block[k]; k = (k + 1) % BLOCKS)
		if (block[k]->key == key && !memcmp(block[k]->iv, iv, GCM_IV - 2))
			return block[k];
	ck_assert(++blocks < BLOCKS / 2);
	b = block[k] = mem_zero(1, sizeof(*b));
	b->key = key;
	memcpy(b->iv, iv, GCM_IV - 2);

	return b;
}


/* The number that a viewer's stream has come to. */
static struct {
	uint32_t ssrc;
	uint16_t seq;
} stream[STREAMS];


static size_t stream_of(uint32_t ssrc)
{
	size_t k = ssrc * 2654435761U % STREAMS;

	while (stream[k].ssrc && stream[k].ssrc != ssrc)
		k = (k + 1) % STREAMS;

	return k;
}


bool __real_gcm_seal(const struct gcm *g, uint8_t *out, const uint8_t *in, size_t len,
		     const struct gcm_around *a);
bool __wrap_gcm_seal(const struct gcm *g, uint8_t *out, const uint8_t *in, size_t len,
		     const struct gcm_around *a);
void __wrap_gcm_free(struct gcm *g);
int __real_recvmmsg(int fd, struct mmsghdr *h, unsigned n, int flags, struct timespec *t);
int __wrap_recvmmsg(int fd, struct mmsghdr *h, unsigned n, int flags, struct timespec *t);
int __real_epoll_wait(int fd, struct epoll_event *ev, int n, int wait_ms);
int __wrap_epoll_wait(int fd, struct epoll_event *ev, int n, int wait_ms);
int __real_sendmmsg(int fd, struct mmsghdr *h, unsigned n, int flags);
int __wrap_sendmmsg(int fd, struct mmsghdr *h, unsigned n, int flags);
ssize_t __real_sendto(int fd, const void *p, size_t len, int flags, const struct sockaddr *a,
		      socklen_t alen);
ssize_t __wrap_sendto(int fd, const void *p, size_t len, int flags, const struct sockaddr *a,
		      socklen_t alen);
int __real_clock_gettime(clockid_t id, struct timespec *t);
int __wrap_clock_gettime(clockid_t id, struct timespec *t);


bool __wrap_gcm_seal(const struct gcm *g, uint8_t *out, const uint8_t *in, size_t len,
		     const struct gcm_around *a)
{
	unsigned low = (unsigned)get16(a->iv + GCM_IV - 2);
	uint64_t *word = &block_of(g, a->iv)->used[low / 64], bit = UINT64_C(1) << low % 64;
	size_t k = stream_of(get32(a->beside + 8));

	twice += (*word & bit) != 0;
	*word |= bit;
	records++;
	if (stream[k].ssrc)
		stream[k].seq = (uint16_t)get16(a->beside + 2);

	return __real_gcm_seal(g, out, in, len, a);
}


/* A key keeps its place, so that no other is taken for it. */
static struct gcm *kept[1 << 16];
static size_t keeps;


void __wrap_gcm_free(struct gcm *g)
{
	if (!g)
		return;
	ck_assert(keeps < sizeof(kept) / sizeof(kept[0]));
	kept[keeps++] = g;
}


static struct datagram {
	uint16_t port;
	size_t len;
	uint8_t bytes[1600];
} feed[FEED], late[LATE];
static size_t fed;


/* The engine's first socket is ready. */
int __wrap_epoll_wait(int fd, struct epoll_event *ev, int n, int wait_ms)
{
	if (!made)
		return __real_epoll_wait(fd, ev, n, wait_ms);
	ev->data.u32 = 0;

	return 1;
}


int __wrap_recvmmsg(int fd, struct mmsghdr *h, unsigned n, int flags, struct timespec *t)
{
	size_t i;

	if (!made)
		return __real_recvmmsg(fd, h, n, flags, t);
	for (i = 0; i < fed && i < n; i++) {
		struct sockaddr_in a = { .sin_family = AF_INET,
					 .sin_port = htons(feed[i].port) };

		a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		memcpy(h[i].msg_hdr.msg_name, &a, sizeof(a));
		h[i].msg_hdr.msg_namelen = sizeof(a);
		h[i].msg_hdr.msg_controllen = 0;
		h[i].msg_hdr.msg_flags = 0;
		memcpy(h[i].msg_hdr.msg_iov->iov_base, feed[i].bytes, feed[i].len);
		h[i].msg_len = (unsigned)feed[i].len;
	}
	fed = 0;

	return i ? (int)i : -1;
}


int __wrap_sendmmsg(int fd, struct mmsghdr *h, unsigned n, int flags)
{
	return made ? (int)n : __real_sendmmsg(fd, h, n, flags);
}


int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	int err = __real_clock_gettime(id, t);
	int64_t ns = t->tv_nsec + ahead_us % 1000000 * 1000;

	t->tv_sec += ahead_us / 1000000 + ns / 1000000000;
	t->tv_nsec = ns % 1000000000;

	return err;
}


static void put(const struct datagram *d)
{
	if (fed < FEED)
		feed[fed++] = *d;
}


/* Whose socket it is. */
static uint16_t port_of(int fd)
{
	static uint16_t known[256];
	struct sockaddr_in a;
	socklen_t n = sizeof(a);

	if (!made || !known[fd]) {
		ck_assert(fd >= 0 && fd < (int)ARRAY_LEN(known));
		T_INT(0, getsockname(fd, (struct sockaddr *)&a, &n));
		known[fd] = ntohs(a.sin_port);
	}

	return known[fd];
}


/* Of a hundred packets one is lost, one comes twice, and some are late. */
ssize_t __wrap_sendto(int fd, const void *p, size_t len, int flags, const struct sockaddr *a,
		      socklen_t alen)
{
	struct datagram d = { .len = len, .port = port_of(fd) }, *old;
	uint32_t fate = chance(100);

	if (!made)
		return __real_sendto(fd, p, len, flags, a, alen);
	memcpy(d.bytes, p, len);
	old = &late[chance(LATE)];
	if (fate >= 1 && fate < 5) {
		struct datagram held = *old;

		*old = d;
		d = held;
	} else if (fate == 5) {
		put(&d);
		*old = d;
	}
	if (fate && d.len)
		put(&d);

	return (ssize_t)len;
}


/* Streams with layers beside each other (1), and inside (2); plain ones. */
static const char sound_and_picture[] =
	"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n$Ta=mid:0\r\na=rtpmap:111 opus/48000/2\r\n"
	"m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n$Ta=mid:1\r\na=rtpmap:96 VP8/90000\r\n"
	"a=rtcp-fb:96 nack\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n";
static const char beside[] =
	"m=video 9 UDP/TLS/RTP/SAVPF 96\r\n$Ta=mid:1\r\na=rtpmap:96 VP8/90000\r\n"
	"a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
	"a=rid:q send\r\na=rid:f send\r\na=simulcast:send q;f\r\n";
#define INSIDE                                                                        \
	"m=video 9 UDP/TLS/RTP/SAVPF 45 46\r\n$Ta=mid:3\r\na=rtpmap:45 AV1/90000\r\n" \
	"a=rtcp-fb:45 nack\r\na=rtpmap:46 rtx/90000\r\na=fmtp:46 apt=45\r\n"          \
	"a=extmap:12 https://aomediacodec.github.io/av1-rtp-spec/"                    \
	"#dependency-descriptor-rtp-header-extension\r\n"
static const char inside[] = INSIDE;
static const char viewed[] =
	"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n$Ta=mid:0\r\na=rtpmap:111 opus/48000/2\r\n"
	"m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n$Ta=mid:1\r\na=rtpmap:96 VP8/90000\r\n"
	"a=rtcp-fb:96 nack\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
	"m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n$Ta=mid:2\r\na=rtpmap:96 VP8/90000\r\n"
	"a=rtcp-fb:96 nack\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n" INSIDE;

static uint32_t seen[PEOPLE][SSRCS]; /* streams of a viewer */
static uint64_t number[PUBLISHERS][3];
static uint32_t ssrc_of[PUBLISHERS][3];


static void enter(int i)
{
	static const char *const lines[PUBLISHERS] = { sound_and_picture, sound_and_picture,
						       beside, inside };
	bool publishes = i < PUBLISHERS;
	char name[16];

	made = false;
	(void)snprintf(name, sizeof(name), "w%d", i);
	T_OK(rtc_join_lines(&who[i], e, port, "hall", name, publishes,
			    publishes ? ENGINE_AUDIO | ENGINE_VIDEO : ENGINE_RECEIVE,
			    publishes ? lines[i] : viewed));
	ck_assert(rtc_connect(&who[i]));
	made = true;
	if (publishes) {
		for (size_t k = 0; k < 3; k++) {
			ssrc_of[i][k] = 1 + chance(1U << 30);
			number[i][k] = chance(1U << 15);
		}
		return;
	}
	memset(seen[i], 0, sizeof(seen[i]));
	for (const char *at = who[i].answer; (at = strstr(at, "a=ssrc:"));) {
		uint32_t ssrc = (uint32_t)strtoul(at += strlen("a=ssrc:"), NULL, 10);
		size_t k = 0;

		while (seen[i][k] && seen[i][k] != ssrc)
			ck_assert(++k < SSRCS);
		seen[i][k] = ssrc;
		stream[stream_of(ssrc)].ssrc = ssrc;
	}
	ck_assert(seen[i][0] != 0);
}


static void come_back(int i)
{
	made = false;
	T_OK(engine_leave(e, "hall", who[i].session));
	rtc_close(&who[i]);
	enter(i);
}


/* A stream begins anew, where its numbers were before. */
static void begin_anew(int i, size_t k)
{
	ssrc_of[i][k] = 1 + chance(1U << 30);
	number[i][k] -= chance(200);
	number[i][k] &= 0x7fff;
}


static void send_sound(int i)
{
	uint8_t ext[4] = { RTC_MID << 4, '0', RTC_LEVEL << 4 }, payload[40] = { 0 };
	struct rtc_packet k = { .pt = RTC_AUDIO_PT, .ssrc = ssrc_of[i][2], .ext = ext };

	ext[3] = (uint8_t)chance(100);
	k.ext_len = sizeof(ext);
	k.payload = payload;
	k.len = sizeof(payload);
	k.index = number[i][2]++;
	k.ts = (uint32_t)k.index * 960;
	rtc_send_packet(&who[i], &k);
}


/* VP8, of publisher 2 in two sizes; or what repeats a packet of it. */
static void send_picture(int i, size_t layer)
{
	uint8_t ext[8] = { RTC_MID << 4, '1', 10 << 4, layer ? 'f' : 'q' };
	uint8_t payload[60] = { 0x90, 0xc0, 0x80 };
	struct rtc_packet k = { .pt = RTC_VIDEO_PT, .ssrc = ssrc_of[i][layer], .ext = ext };

	k.index = number[i][layer]++;
	payload[3] = payload[4] = (uint8_t)k.index;
	payload[5] = chance(30) != 0;
	k.ext_len = i == 2 ? 8 : 4;
	if (i != 2)
		ext[2] = ext[3] = 0;
	k.payload = payload;
	k.len = sizeof(payload);
	k.ts = (uint32_t)k.index * 3000;
	rtc_send_packet(&who[i], &k);
	if (i < 2 && !chance(20)) {
		memmove(payload + 2, payload, sizeof(payload) - 2);
		put16(payload, (uint32_t)(k.index - chance(20)) & 0xffff);
		k.pt = RTC_RTX_PT;
		k.ssrc = ssrc_of[i][layer] + 1;
		rtc_send_packet(&who[i], &k);
	}
}


/* AV1, with layers inside. */
static void send_layered(int i)
{
	uint8_t ext[260] = { RTC_MID, 1, '3', 12 }, payload[30] = { 0x10 };
	struct rtc_packet k = { .pt = 45, .two = true, .ssrc = ssrc_of[i][0], .ext = ext };
	uint16_t frame = (uint16_t)number[i][0];
	bool upper = frame & 1, key = !upper && !chance(15);
	static bool was_key;

	k.index = number[i][0]++;
	ext[4] = (uint8_t)ddw_write(ext + 5, &ddw_l2t1,
				    upper ? (was_key ? 3 : 2) : (key ? 1 : 0), frame, key);
	was_key = key;
	k.ext_len = (5U + ext[4] + 3) / 4 * 4;
	k.payload = payload;
	k.len = sizeof(payload);
	k.ts = frame / 2 * 3000U;
	rtc_send_packet(&who[i], &k);
}


static void publish(void)
{
	int i = (int)chance(PUBLISHERS);

	if (i < 2 && chance(3) == 0)
		send_sound(i);
	else if (i < 3)
		send_picture(i, i == 2 ? chance(2) : 0);
	else
		send_layered(i);
}


/* A viewer lost something; its path is narrow, or wide again. */
static void complain(int i)
{
	static const uint32_t mantissa[] = { 15000, 75000, 250000, 0x3ffff };
	uint32_t ssrc = seen[i][chance(SSRCS)];
	uint16_t seq;
	uint8_t p[64] = { 0x8f, RTCP_PAYLOAD, 0, 5, [12] = 'R', 'E', 'M', 'B', 1 };

	if (chance(4)) {
		seq = (uint16_t)(stream[stream_of(ssrc)].seq - chance(40));
		rtc_send_rtcp(&who[i], p, rtcp_write_nack(p, sizeof(p), 9, ssrc, &seq, 1));
		return;
	}
	put32(p + 16, 1U << 24 | 3U << 18 | mantissa[chance(4)]);
	rtc_send_rtcp(&who[i], p, 24);
}


static void something_happens(void)
{
	static const uint16_t rows[] = { 0, 180, 360, 1080 };
	static const char *const mids[] = { NULL, "1", "2", "3" };
	const struct engine_tile tile = { .mid = mids[chance(4)], .rows = rows[chance(4)] };
	int v = PUBLISHERS + (int)chance(VIEWERS), p = (int)chance(PUBLISHERS);
	char name[16];

	switch (chance(12)) {
	case 0:
		(void)snprintf(name, sizeof(name), "w%d", p);
		engine_rights(e, "hall", name, chance(4));
		break;
	case 1:
		(void)snprintf(name, sizeof(name), "w%d", v);
		engine_rights(e, "hall", name, chance(4) ? ENGINE_RECEIVE : 0);
		break;
	case 2:
		if (!chance(20))
			come_back(chance(3) ? v : p);
		break;
	case 3:
		if (!chance(10))
			begin_anew(p, chance(3));
		break;
	default: T_OK(engine_tiles(e, "hall", who[v].session, &tile, 1)); break;
	}
}


T(no_nonce_is_used_twice_with_a_key)
{
	struct engine_figures f;

	(void)gcm_prepare();
	e = rtc_engine_of(&port, PEOPLE + 4, 4 * (PEOPLE + 4));
	for (int i = 0; i < PEOPLE; i++)
		enter(i);
	for (int v = 0; records < RECORDS && !twice; v = (v + 1) % VIEWERS) {
		for (size_t i = chance(FEED); i > 0; i--)
			publish();
		complain(PUBLISHERS + v);
		complain(PUBLISHERS + (int)chance(VIEWERS));
		something_happens();
		ahead_us += STEP;
		engine_run(e);
	}
	engine_figures(&f, e);
	ck_assert_msg(!twice, "after %zu packets", records);
	/* It was a life indeed. */
	ck_assert_uint_gt(f.resent, RECORDS / 16384);
	ck_assert_uint_gt(f.unheard, RECORDS / 16384);
	ck_assert_uint_gt(f.bad, RECORDS / 16384);
	ck_assert_uint_gt(f.plis, RECORDS / 262144);
	T_INT(PEOPLE, (int)f.peers);
	made = false;
	for (int i = 0; i < PEOPLE; i++)
		rtc_close(&who[i]);
	engine_close(e);
	ahead_us = 0;
	for (size_t i = 0; i < BLOCKS; i++)
		free(block[i]);
	for (size_t i = 0; i < keeps; i++)
		free(kept[i]);
}


T_MAIN("media nonce", C(no_nonce_is_used_twice_with_a_key))
