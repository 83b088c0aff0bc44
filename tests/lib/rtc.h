/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * rtc.h: a peer of the forwarding engine in the same thread: ICE checks, DTLS as the client,
 * SRTP; offers of one sound and one picture.  For tests.
 */
#ifndef RTC_H
#define RTC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/engine.h"
#include "media/srtp.h"

enum {
	RTC_AUDIO_PT = 111,
	RTC_VIDEO_PT = 96,
	RTC_RTX_PT = 97,
	RTC_LEVEL = 1,
	RTC_TWCC = 3,
	RTC_MID = 4,
	RTC_GOT_MAX = 4000,
};

struct rtc_got {
	uint8_t pt;
	bool marker;
	uint16_t seq;
	uint32_t ssrc, ts;
	uint16_t profile; /* of the extension; 0: there is none */
	uint8_t ext[32];  /* its first elements */
	uint8_t body[64]; /* of the payload */
	size_t len;	  /* of the whole payload */
};

struct rtc {
	struct engine *engine;
	int fd;
	bool tcp;      /* fd is a connection */
	bool reversed; /* the hello's pieces are sent the last first */
	uint8_t flight[16][1500];
	size_t flight_len[16], flights;
	uint16_t port; /* the engine's */
	char session[ENGINE_SESSION_SIZE], etag[ENGINE_ETAG_SIZE];
	char ufrag[64], pwd[64];
	char answer[8192];
	struct ssl_st *ssl;
	struct srtp *rx, *tx;
	uint32_t audio, video, rtx; /* SSRCs that are sent */
	uint64_t audio_index, video_index, rtx_index;
	struct rtc_got got[RTC_GOT_MAX]; /* what came, decrypted */
	size_t count;
	size_t plis, nacks;
	size_t bad;
	uint8_t level; /* of the sound that is sent, -dBov */
};

/* An engine on a loopback port; `peers` at most. */
struct engine *rtc_engine(uint16_t *port, uint32_t peers);
struct engine *rtc_engine_of(uint16_t *port, uint32_t peers, uint32_t slots);

/* Clients have a certificate of that curve ("P-256" at first) or "RSA" from now on. */
void rtc_certificate(const char *kind);

/* Where the engine of rtc_engine() takes connections. */
uint16_t rtc_tcp_port(void);

/* The client's packets go over a connection from now on; one of its own. */
void rtc_dial(struct rtc *c);

/* Join the room; returns what engine_join() says.  The handshake is not done yet. */
int rtc_join(struct rtc *c, struct engine *e, uint16_t port, const char *room, const char *who,
	     bool publishes, unsigned rights);

/*
 * The same with m-lines of the test's own; each "$T" in them is what every m-line has: the
 * transport, rtcp-mux, and the extensions above.
 */
int rtc_join_lines(struct rtc *c, struct engine *e, uint16_t port, const char *room,
		   const char *who, bool publishes, unsigned rights, const char *lines);

/* A valid check from the client's socket, and whether it was answered. */
bool rtc_check(struct rtc *c);

/* A check and the hello, and no more: a handshake that stays half open. */
void rtc_hello(struct rtc *c);

/* Checks and handshake until SRTP runs; false when it does not come to that. */
bool rtc_connect(struct rtc *c);

/* Both at once; the test fails when it does not work. */
void rtc_enter(struct rtc *c, struct engine *e, uint16_t port, const char *room,
	       const char *who, bool publishes);
void rtc_close(struct rtc *c);

/* Let the engine work and take what came. */
void rtc_pump(struct rtc *c);

/* One packet of sound; of a VP8 frame (a key frame or not) that holds `mark`. */
void rtc_send_audio(struct rtc *c, uint8_t mark);
void rtc_send_video(struct rtc *c, bool key, uint8_t mark);

/* A sealed packet of the client into `out` (1600 bytes) without sending it. */
size_t rtc_seal_video(struct rtc *c, uint8_t *out, bool key, uint8_t mark, uint64_t index);
void rtc_send(struct rtc *c, const uint8_t *p, size_t len);
void rtc_send_rtcp(struct rtc *c, uint8_t *p, size_t len); /* room for the trailer */

/* Any packet; its extension's elements are in one-byte form unless `two`. */
struct rtc_packet {
	uint8_t pt;
	bool marker, two;
	uint32_t ssrc, ts;
	uint64_t index;
	const uint8_t *ext;
	size_t ext_len; /* a multiple of 4 */
	const uint8_t *payload;
	size_t len;
};
void rtc_send_packet(struct rtc *c, const struct rtc_packet *k);

/* How many packets with that payload type came whose payload holds `mark` at its end. */
size_t rtc_marks(const struct rtc *c, uint8_t pt, uint8_t mark);

#endif
