/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * engine.h: the forwarding server: rooms, the peers in them, and their packets.
 *
 * One engine is one thread without locks: a room is in one engine only.  Each peer is one
 * ICE-lite and DTLS transport that publishes tracks, or views those of a room in slots: the
 * m-lines of its offer, which are filled with the room's tracks as these come and go.  What a
 * peer needs is taken from pools when it joins: a full engine refuses a join, and never loses
 * packets of those inside.
 *
 * Rights are enforced here: packets of a publisher who may not send are counted and go nowhere.
 */
#ifndef MEDIA_ENGINE_H
#define MEDIA_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "media/sdp.h"

enum {
	ENGINE_NAME_MAX = 64, /* bytes of the name of a room or participant */
	ENGINE_SESSION_SIZE = 33,
	ENGINE_ETAG_SIZE = 16,
	ENGINE_SOCKETS_MAX = 4,
	ENGINE_TILES_MAX = SDP_MEDIA_MAX, /* told of at once */
};

/* What somebody may do in a room. */
enum engine_right {
	ENGINE_AUDIO = 1,   /* send sound */
	ENGINE_VIDEO = 2,   /* send pictures */
	ENGINE_RECEIVE = 4, /* see and hear the others */
};

struct engine;

struct engine_config {
	int udp[ENGINE_SOCKETS_MAX]; /* bound; they become the engine's */
	int tcp[ENGINE_SOCKETS_MAX]; /* listening; likewise */
	/* How each is reached: those of `udp`, then those of `tcp`. */
	struct sdp_candidate candidate[2 * ENGINE_SOCKETS_MAX];
	size_t sockets, listeners;
	uint32_t peers;	 /* at most */
	uint32_t slots;	 /* of all viewers together */
	uint32_t tracks; /* of all publishers together */
	void (*tell)(void *arg, const char *room, const char *participant, const char *what);
	void *arg;
};

/* Errors: E_NOMEM, E_CRYPTO, E_IO. */
int engine_open(struct engine **out, const struct engine_config *config) MUST_CHECK;
void engine_close(struct engine *e);

/* Wait until there is work and do it; the same without waiting. */
unsigned engine_turn(struct engine *e);
void engine_run(struct engine *e);

/*
 * A descriptor of the caller's, waited for together with the engine's own until it is closed:
 * engine_turn() returns bit `which` (below 32) when it can be read, or written if it `writes`.
 *
 * Errors: E_IO.
 */
int engine_watch(struct engine *e, int fd, unsigned which, bool writes) MUST_CHECK;

/* How long engine_turn() waits at most, milliseconds; -1: for ever. */
int engine_wait_ms(struct engine *e);

struct engine_join {
	const char *room;
	const char *participant; /* whose own tracks do not come back to them */
	const char *only;	 /* view this participant alone; NULL: the whole room */
	unsigned rights;
	bool publishes; /* the offer's sending m-lines become tracks */
	bool views;	/* the offer's receiving m-lines become slots */
	const char *offer;
	size_t offer_len;
};

/*
 * Join: the answer goes to `answer`, and `session` names the peer from now on; `etag` is the
 * state of its ICE credentials.
 *
 * Errors: those of sdp_parse(); E_RANGE nothing in the offer can be accepted; E_FULL the
 * engine is full, or the participant has 256 sessions in the room; E_ABSENT the participant
 * to be viewed publishes nothing.
 */
int engine_join(char session[ENGINE_SESSION_SIZE], char etag[ENGINE_ETAG_SIZE],
		struct buf *answer, struct engine *e, const struct engine_join *j,
		struct fault *f) MUST_CHECK;

/* Errors: E_ABSENT no such session in that room. */
int engine_leave(struct engine *e, const char *room, const char *session) MUST_CHECK;

/*
 * A fragment (RFC 8840).  With `match` the etag of now: candidates, which a lite agent does not
 * need; `answer` stays empty.  With "*": an ICE restart (RFC 8445 9): new credentials, told in
 * `answer` and `etag`; the old ones stay good until the first check with the new.
 *
 * Errors: E_ABSENT no such session; E_CHANGED another etag; E_SYNTAX no credentials in it.
 */
int engine_patch(char etag[ENGINE_ETAG_SIZE], struct buf *answer, struct engine *e,
		 const char *room, const char *session, const char *match, const char *fragment,
		 struct fault *f) MUST_CHECK;

/* How large a viewer's picture is shown. */
struct engine_tile {
	const char *mid; /* of the m-line; NULL all pictures of the session */
	uint16_t rows;	 /* dots of the screen; 0: hidden */
};

/*
 * No better layer than a tile needs is sent, and none to a hidden one.  Tiles that name the
 * same picture hold in their order; what is sent is decided once, after the last.
 *
 * Errors: E_ABSENT no such session, or no picture with one of the mids: the others hold.
 */
int engine_tiles(struct engine *e, const char *room, const char *session,
		 const struct engine_tile *tile, size_t tiles) MUST_CHECK;

/* From now on; for every session of that participant in the room. */
void engine_rights(struct engine *e, const char *room, const char *participant,
		   unsigned rights);

/* Nobody has a right in the rooms whose names begin so, until told anew. */
void engine_quiet(struct engine *e, const char *prefix);

/* Everybody out. */
void engine_shut(struct engine *e, const char *room);

struct engine_figures {
	uint64_t in, in_bytes;	 /* RTP packets that were accepted */
	uint64_t out, out_bytes; /* copies */
	uint64_t calls;		 /* sendmmsg() */
	uint64_t sends;		 /* messages in them */
	uint64_t lost_out;	 /* copies the kernel did not take */
	uint64_t bad;		 /* not authentic, malformed */
	uint64_t strange;	 /* from an address without a valid check */
	uint64_t unheard;	 /* of publishers without the right to send */
	uint64_t nacks, resent, plis;
	uint32_t rooms, peers, slots, tracks;
};
void engine_figures(struct engine_figures *out, const struct engine *e);

#endif
