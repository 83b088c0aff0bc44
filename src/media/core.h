/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * core.h: what the files of the engine share; nobody else includes it.
 *
 * Invariants:
 * 1. A peer's packets are taken only from addresses from which a valid check has come.
 * 2. A slot is in the list of its source track, or has none.
 * 3. A run of a slot begins at a key frame (video), at in index `from`: out index = in index +
 *    delta - what was left out before.  A packet that is left out is never sent later, so no
 *    index is ever used twice with a key.
 */
#ifndef MEDIA_CORE_H
#define MEDIA_CORE_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/list.h"
#include "media/bwe.h"
#include "media/codec.h"
#include "media/dd.h"
#include "media/dtls.h"
#include "media/engine.h"
#include "media/pool.h"
#include "media/ring.h"
#include "media/rtcp.h"
#include "media/rtp.h"
#include "media/srtp.h"
#include "media/twcc.h"

enum {
	BATCH = 64, /* datagrams read at once */
	PATHS = 4,  /* addresses kept of a peer */
	LAYERS = SDP_RIDS_MAX,
	ROWS = 12,    /* codecs of an m-line */
	SOURCES = 24, /* SSRCs known of a publisher */
	MISSING = 64, /* sequence numbers asked for again at a time */
	CUTS = 32,    /* places remembered where packets were left out */
	TILE_ANY = 0xffff,
	UFRAG = 12,
	PWD = 24,
	LAYER_TICK_US = 100000,
	OUT_ARENA = 1 << 20,
	OUT_MESSAGES = 256,
	OUT_PIECES = 1024,
	OUT_SEGMENTS = 44, /* UDP_SEGMENT takes 64, and 64 KB together */
	DATAGRAM = 2048,
	PACED = 8192, /* packets that may wait, of all viewers together */
	PACE_STEP_US = 5000,
	STREAM_IN = 8192,
	STREAM_OUT = 256 << 10,
	SOCKET_STREAM = 0xff,
	/* What an event is of: a UDP socket by its number, or one of these and a number. */
	EVENT_OTHER = 0x80,
	EVENT_LISTENER = 0x100,
	EVENT_STREAM = 0x10000,
};

struct address {
	union {
		struct sockaddr a;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} u;
	uint8_t len;
	uint8_t socket;	 /* which of the engine's; SOCKET_STREAM: none */
	uint16_t stream; /* 1 + which of the pool of connections; 0: datagrams */
	uint16_t newest; /* the newest of the messages that wait, if it is to here */
};

struct path {
	struct address address;
	uint32_t priority; /* of the last check */
	int64_t seen_us;
	bool used;
};

struct row {
	uint8_t pt;
	uint8_t codec;
	uint8_t rtx; /* payload type; 0: none */
	uint16_t variant;
	bool nack;
};

/* The facts of an m-line that are needed later. */
struct facts {
	uint8_t ext[EXT_COUNT];
	struct row row[ROWS];
	uint8_t rows;
	bool mixed;
	bool wide; /* a number of those that are sent needs the two-byte form */
	char mid[SDP_MID_SIZE];
};

struct missing {
	uint16_t seq;
	uint8_t tries;
	int64_t due_us;
};

/* One encoding of a track: a stream of its own (simulcast), or the only one. */
struct layer {
	bool live; /* packets have come */
	uint32_t ssrc;
	uint32_t rtx;
	char rid[SDP_RID_SIZE];
	uint64_t highest; /* index */
	uint64_t base;	  /* index of the first */
	uint64_t received;
	uint64_t expected_told, received_told; /* at the last report */
	uint32_t jitter;		       /* in 1/16 of the clock */
	uint32_t transit;
	uint32_t ts; /* of the newest packet */
	int64_t arrived_us;
	uint64_t bytes;
	uint32_t bps; /* over the last second */
	uint64_t bytes_told;
	uint16_t height; /* of the last key frame that says it; 0 */
	/* of streams with layers inside */
	struct dd_structure structure;
	uint64_t structure_at; /* index of the packet that brought it */
	uint32_t target_bytes[DD_TARGETS], target_bps[DD_TARGETS];
	struct ring *ring; /* of video */
	struct missing missing[MISSING];
	uint8_t missing_count;
	bool pli_wanted;
	int64_t pli_us; /* of the last request */
	struct rtcp_sender sr;
	int64_t sr_us;
};

struct packet {
	uint8_t *p;
	size_t len;
	struct rtp h;
	uint64_t index;
	const uint8_t *payload;
	size_t payload_len;
	size_t primary; /* of RED: where it begins; 0: it cannot be told apart */
	struct frame frame;
	const struct row *row;
	uint8_t layer;
	uint8_t level; /* audio: 0x80 voice, 0 to 127 -dBov; 0xff unknown */
	const uint8_t *dd;
	uint8_t dd_len;
	struct dd d;
	const uint8_t *orientation;
	int64_t at_us;
	struct packet *next; /* of the same track */
};

struct track {
	struct peer *owner;
	struct list link;  /* of the room */
	struct list slots; /* that show it */
	uint8_t kind;
	struct facts facts;
	struct layer layer[LAYERS];
	uint8_t layers;
	bool simulcast;
	struct packet *first, *last; /* of the batch at hand */
	struct track *next_pending;
	uint8_t loud; /* audio: smoothed level, 0 silent */
};

/*
 * What is shown or should be: an encoding and how much of it, in one number that grows with
 * quality.  Where a stream has no layers inside it is STEP(encoding, 0, 7).
 */
#define STEP(layer, spatial, temporal) ((layer) << 5 | (spatial) << 3 | (temporal))
static inline int step_layer(int step)
{
	return step >> 5; /* -1 of -1 */
}
static inline unsigned step_spatial(int step)
{
	return (unsigned)step >> 3 & 3;
}
static inline unsigned step_temporal(int step)
{
	return (unsigned)step & 7;
}

/* From this in index on so much of the run was left out. */
struct cut {
	uint64_t from;
	uint32_t packets;
	uint32_t pictures;
};

struct slot {
	struct list link; /* of its source */
	struct peer *viewer;
	struct track *source;
	int8_t layer;	 /* that is sent; -1: waits for a key frame */
	int8_t target;	 /* decode target that is sent; -1: all of the stream */
	int16_t wanted;	 /* step that should be sent; -1: paused */
	int16_t planned; /* scratch of layer_tick() */
	uint16_t tile;	 /* rows of dots in which it is shown; 0: hidden */
	uint8_t kind;
	bool frame_known, frame_goes;  /* what was decided of frame_at */
	uint16_t frame_at;	       /* descriptor's number of the newest frame */
	uint32_t broken;	       /* chains of which something was not sent */
	uint64_t frames[4];	       /* of the 256 up to it: which were sent */
	uint8_t pt_in, pt_out, pt_rtx; /* of the run at hand */
	uint8_t pt_red;		       /* type of the blocks in it; 0: it is not RED */
	bool strip;		       /* of RED only the primary block is sent */
	bool begun;		       /* something was ever sent */
	uint32_t ssrc;
	uint32_t rtx;
	uint64_t next;	  /* index of the next packet */
	uint64_t from;	  /* in index of the run's first */
	uint32_t from_ts; /* its time, as it came */
	uint64_t delta;	  /* modulo 2^64 */
	uint64_t highest; /* in index */
	struct cut cut[CUTS];
	uint32_t cuts; /* ever made in the run */
	uint32_t ts_delta, ts_last;
	uint32_t key_ts; /* of the run's newest key frame, as it came */
	int64_t sent_us;
	int64_t shown_us; /* when its source was set */
	uint16_t picture_delta, picture_last;
	uint8_t tl0_delta, tl0_last;
	uint16_t dd_delta, dd_last;
	uint64_t marked[RING_PACKETS / 64]; /* of those sent last: who had the marker */
	uint64_t rtx_next;
	uint32_t packets, bytes;
	struct facts facts;
	struct slot *next_of_peer;
};

struct source {
	uint32_t ssrc;
	uint8_t layer;
	bool rtx;
	struct track *track;
	struct srtp_stream stream;
};

/* A packet all but sealed. */
struct ready {
	uint64_t index;
	const uint8_t *payload;
	size_t header, len; /* bytes of each */
	size_t twcc;	    /* where in the header its transport number goes; 0: nowhere */
};

enum pace_sort {
	PACE_FRAME, /* pictures as they come */
	PACE_AGAIN, /* retransmissions, padding */
	PACE_KEY,
	PACE_SOUND,
};

struct paced {
	struct paced *next;
	struct ready r;
	int64_t since_us;
	uint8_t bytes[DATAGRAM];
};

struct pace_queue {
	struct paced *first, *last;
};

/* What waits for its turn to a viewer: pace.c. */
struct pace {
	struct list link; /* of those of whom something waits */
	struct pace_queue queue[2];
	uint32_t waiting;
	uint32_t ns;	 /* of a byte; 0: nothing waits */
	int64_t busy_us; /* until then what was sent keeps the path */
};

struct peer {
	struct engine *e;
	struct room *room;
	struct list link; /* of the room */
	char session[ENGINE_SESSION_SIZE];
	char participant[ENGINE_NAME_MAX + 1];
	char only[ENGINE_NAME_MAX + 1];
	unsigned rights;
	bool publishes, views;
	bool closing;
	char ufrag[UFRAG + 1], pwd[PWD + 1];
	char old_ufrag[UFRAG + 1], old_pwd[PWD + 1]; /* before a restart */
	uint8_t fingerprint[DTLS_FINGERPRINT];
	struct path path[PATHS];
	int8_t current; /* path that is sent to; -1 */
	bool nominated;
	struct dtls *dtls;
	struct srtp *rx, *tx;
	int64_t joined_us, heard_us, dtls_us;
	/* A publisher: */
	struct track *track[8];
	struct source source[SOURCES];
	struct twcc_in *twcc;
	uint8_t tracks, sources;
	uint32_t twcc_ssrc; /* media SSRC for feedback */
	int64_t twcc_us;
	/* A viewer: */
	struct slot *slots;
	uint16_t slots_count;
	uint16_t twcc_next;
	uint32_t own_ssrc; /* of our reports */
	struct bwe *bwe;
	struct pace pace;
	int64_t report_us;
	int64_t layer_us;
	uint16_t asked;	     /* for packets again, since then */
	uint32_t sent_bytes; /* at the last layer_tick(), of what is told of */
};

struct room {
	struct list link;
	char name[ENGINE_NAME_MAX + 1];
	struct list peers;
	struct list tracks;
};

/* Whole packets that lie one behind the other in the arena. */
struct piece {
	size_t at, len;
	uint16_t next; /* 1 + which; 0: this is the last of its message */
};

struct message {
	const struct address *to;
	uint16_t first, last; /* of its pieces */
	size_t len;
	uint16_t segment;
	uint16_t segments;
	bool closed; /* a shorter one was last */
};

/* Where one is among the packets of a message. */
struct cursor {
	uint16_t piece; /* of the message's pieces; at first its first */
	size_t at;
};

struct tuple {
	struct peer *peer; /* NULL: free */
	uint8_t path;
};

/* A TCP connection. */
struct stream {
	struct list link;
	int fd;
	struct address from;
	bool stranger; /* no valid check has come */
	bool dead;
	int64_t heard_us; /* of a stranger: when it began */
	size_t in_len, out_len;
	uint8_t in[STREAM_IN];
	uint8_t out[STREAM_OUT];
};

struct engine {
	struct engine_config config;
	struct dtls_server *dtls;
	struct pool peers, tracks, slots, rings, twccs, bwes, rooms_pool, streams, paced;
	struct list rooms;
	struct list stream_list;
	struct list pacing;  /* viewers of whom something waits */
	int64_t pace_us;     /* when what was due was sent last */
	uint32_t strangers;  /* connections without a valid check */
	struct tuple *tuple; /* open addressing, by address */
	size_t tuples;	     /* a power of two */
	uint64_t seed;
	int epoll;
	int64_t now_us;	 /* monotonic */
	int64_t wall_us; /* monotonic minus real time */
	int64_t tick_us;
	struct track *pending;
	struct packet packet[BATCH];
	uint8_t *in; /* BATCH datagrams */
	int taken;   /* how many the last batch was */
	uint8_t *arena;
	size_t arena_len;
	struct message message[OUT_MESSAGES];
	size_t messages;
	struct piece piece[OUT_PIECES];
	uint16_t pieces;
	struct engine_figures figures;
	struct sdp *sdp; /* scratch of joins */
	struct sdp_line *line;
	uint32_t dtls_open; /* handshakes under way */
};

/* What its owner needs to send it. */
static inline unsigned track_right(const struct track *t)
{
	return t->kind == SDP_AUDIO ? ENGINE_AUDIO : ENGINE_VIDEO;
}

/* engine.c */
void engine_datagram(struct engine *e, const struct address *from, uint8_t *d, size_t len,
		     struct packet *k, int64_t at_us);

/* tcp.c */
int tcp_watch(struct engine *e, size_t listener);
void tcp_accept(struct engine *e, size_t listener);
void tcp_ready(struct engine *e, uint32_t index);
void tcp_send(struct engine *e, const struct message *m);
void tcp_reap(struct engine *e);
/* The address is one of a connection: a valid check came; its peer is done with it. */
void tcp_known(struct engine *e, const struct address *a);
void tcp_drop(struct engine *e, const struct address *a);

/* out.c */
uint8_t *out_room(struct engine *e);
void out_commit(struct engine *e, struct peer *to, const uint8_t *p, size_t len);
void out_commit_to(struct engine *e, struct address *to, const uint8_t *p, size_t len);
/* The next packet of a message, NULL after the last. */
const uint8_t *out_next(size_t *len, struct cursor *c, const struct engine *e,
			const struct message *m);
void out_flush(struct engine *e);
/* A compound RTCP packet, sealed; `p` has room for SRTP_TRAILER_MAX more. */
void out_rtcp(struct peer *to, const uint8_t *p, size_t len);

/* peer.c */
struct peer *peer_of(struct engine *e, const struct address *from, int *path);
void peer_stun(struct engine *e, const struct address *from, const uint8_t *d, size_t len);
void peer_dtls(struct peer *p, const uint8_t *d, size_t len);
void peer_close(struct peer *p);
void peer_forget_paths(struct peer *p);
void peer_lose(struct engine *e, const struct address *from); /* nothing comes from there */

/* room.c */
struct room *room_find(struct engine *e, const char *name, bool make);
void room_leave(struct peer *p); /* frees tracks and slots; and the room when it is empty */
void room_offer_track(struct track *t);
void room_fill(struct peer *viewer);
void slot_clear(struct slot *s);
bool track_is_silent(const struct track *t);
/* More voices than slots: those who speak are heard. */
void room_hear(struct peer *viewer);

/* ingest.c */
void ingest_rtp(struct peer *p, uint8_t *d, size_t len, struct packet *k, int64_t at_us);
void track_ask_key(struct engine *e, struct track *t, int layer);

/* forward.c */
void forward_pending(struct engine *e);
void slot_resend(struct slot *s, uint16_t seq);
/* A header without payload facts, and where the transport number goes; its length. */
size_t slot_bare_header(uint8_t *out, struct slot *s, size_t *twcc);

/* pace.c */
void pace_init(struct peer *v);
void pace_forget(struct peer *v);
/* From the estimate of now. */
void pace_rate(struct peer *v);
/* Where a packet is written, of DATAGRAM bytes, and whether it will wait. */
uint8_t *pace_room(struct paced **held, struct peer *v, enum pace_sort sort);
void pace_send(struct paced *held, struct peer *v, enum pace_sort sort, uint8_t *out,
	       const struct ready *r);
/* Everything that is due. */
void pace_run(struct engine *e);

/* target.c: layers inside one stream */
void target_begin(struct slot *s, const struct packet *k);
bool target_has(struct engine *e, struct slot *s, const struct packet *k);
/* A packet that is left out; what follows closes the gap. */
void target_skip(struct slot *s, const struct packet *k);
/* The out index of a packet, and back; false when that place is not remembered any more. */
bool target_index(uint64_t *out, uint32_t *pictures, const struct slot *s, uint64_t in);
bool target_origin(uint64_t *in, uint32_t *pictures, const struct slot *s, uint64_t out);

/* layer.c */
void layer_tick(struct peer *viewer);
void slot_choose(struct slot *s);

/* feedback.c */
void feedback_in(struct peer *p, uint8_t *d, size_t len);
void feedback_tick(struct peer *p);

#endif
