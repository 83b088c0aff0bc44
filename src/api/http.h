/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * http.h: HTTP/1.1 on libmicrohttpd: loops, requests, routes.
 *
 * Each loop is a thread with its own epoll, its own connection to the store and its own
 * requests; nothing is shared.  Work for a loop comes through its mailbox: acts that the
 * writer has finished, and events for open streams.
 */
#ifndef API_HTTP_H
#define API_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "act/seat.h"
#include "api/outbox.h"
#include "api/proxy.h"
#include "base/buf.h"
#include "base/list.h"

struct MHD_Connection;
struct arena;
struct desk;
struct loop;
struct request;
struct session;
struct stream;

enum {
	HTTP_BODY_MAX = 1 << 20, /* of requests, unless a route says otherwise */
	HTTP_HEADERS_MAX = 12,
};

enum http_answer {
	HTTP_ANSWERED = 0, /* r->status, r->type and r->out are the reply */
	HTTP_WAIT = 1,	   /* later: http_continue() will call the route's `again` */
	HTTP_STREAM = 2,   /* r->stream is open */
};

/*
 * Answer a request.  Returns an http_answer, or a negative error code, which becomes a
 * problem reply (RFC 9457) with r->fault.
 */
typedef int route_h(struct request *r);

struct route {
	const char *method;
	const char *path; /* "/api/v1/acts/{}": each {} is one segment, r->part[0], ...; a
			     last segment "*" takes the rest */
	route_h *run;
	route_h *again;	 /* after HTTP_WAIT */
	size_t body_max; /* 0: HTTP_BODY_MAX */
};

struct request {
	struct loop *loop;
	struct MHD_Connection *connection;
	const struct route *route;
	const char *method;
	const char *path;
	const char *part[4]; /* what stood for {} */
	struct buf body;
	struct arena *arena;
	struct seat seat;
	struct session *session; /* how the seat was proved; NULL for nobody and for seat: */
	const char *lang;	 /* "en", "ru" or "fr" */
	struct fault fault;
	void *work; /* of the route, between run and again */

	unsigned status;
	const char *type; /* content type; NULL is JSON */
	struct buf out;
	const char *fixed; /* the reply instead of `out`, when it is bytes of the program */
	size_t fixed_len;
	struct {
		const char *name;
		const char *value;
	} header[HTTP_HEADERS_MAX];
	size_t headers;
	struct stream *stream;

	bool begun;	/* the first call, with headers only, is over */
	bool waiting;	/* suspended */
	bool continued; /* what it waited for is there */
	int64_t started_us;
	struct request *next_free;
};

/* A cookie of the request, or NULL. */
const char *http_cookie(const struct request *r, const char *name);

/* A header of the request, or NULL. */
const char *http_header(const struct request *r, const char *name);

/* Did it come over TLS: ours, or that of a proxy that is believed? */
bool http_is_secure(const struct request *r);

/* Does it come straight from this machine or from one of these, through no proxy? */
bool http_is_direct(const struct request *r, const struct proxies *from);

/*
 * The address of whoever asks, or what a proxy that is believed says of it (api/proxy.h).
 * Lives as long as the request.  For limits; never for the log, where it is personal data.
 */
const char *http_client(const struct request *r);

/* A parameter of the address, decoded; NULL when it is absent. */
const char *http_parameter(const struct request *r, const char *name);

/* Add a header to the reply; both texts must live until it is sent (r->arena). */
void http_reply_header(struct request *r, const char *name, const char *value);

/* Does the path fit a route's, such as "/a/{}/b"?  The parts go into r->part. */
bool http_path_fits(struct request *r, const char *pattern, const char *path);

/* A whole reply at once. */
int http_reply(struct request *r, unsigned status, const char *type, const char *body,
	       size_t len);

/* The request has what it waited for: call `again` and send the reply.  In its loop only. */
void http_continue(struct request *r);

/* An open stream of server-sent events; belongs to its loop. */
struct stream {
	struct list link;
	struct loop *loop;
	struct MHD_Connection *connection;
	struct seat seat;
	const struct session *session; /* that opened it, or NULL */
	int64_t checked;	       /* monotonic ms, when it last held */
	bool ended;		       /* it does no longer: nothing more is sent */
	struct outbox out;	       /* at most STREAM_MAX bytes */
	bool idle;		       /* suspended: nothing to send */
	bool overflowed;	       /* "resync" is due */
	int64_t pinged;		       /* monotonic ms of the last byte */
};

enum {
	STREAM_MAX = 64 << 10,
	STREAM_PING_MS = 10000,
};

/* Queue a text; marks the stream overflowed when there is no room.  In its loop only. */
void stream_put(struct stream *s, struct outtext *t);
void stream_put_bytes(struct stream *s, const char *bytes, size_t len);

/* End it; its client comes back as whoever it is then.  In its loop only. */
void stream_end(struct stream *s);

/* What a loop takes from its mailbox. */
struct loop_message {
	void (*run)(struct loop *loop, struct loop_message *m); /* frees m */
};

/* Post to a loop from any thread.  Errors: E_BUSY, E_STOPPING. */
int loop_post(struct loop *loop, struct loop_message *m) MUST_CHECK;

struct desk *loop_desk(struct loop *loop);
struct list *loop_streams(struct loop *loop);

/* What a loop keeps for its views; made and freed in the loop's own thread. */
void *loop_reader(struct loop *loop);

struct http;

struct http_listener {
	int fd; /* a listening socket; it stays the caller's */
	bool tls;
};

struct http_config {
	const struct http_listener *listeners;
	size_t listeners_count;
	const char *certificate; /* PEM, for listeners with TLS; not used after http_start() */
	const char *key;
	bool hsts;		    /* RFC 6797, on connections with TLS */
	struct proxies proxies;	    /* the only ones that plain HTTP is spoken with, beyond
				       this machine, and that are believed */
	unsigned loops;		    /* threads */
	unsigned connections;	    /* at most, in each loop */
	const struct route *routes; /* ends in NULLs */
	const struct route
		*pages; /* GET of what no route answers, without a session; or NULL */
	struct desk *desk;
	int (*reader_open)(void **out, struct desk *desk, struct fault *f);
	void (*reader_close)(void *reader);
	int (*before)(struct request *r); /* who asks? fills r->seat; an error answers */
	void (*after)(const struct request *r, unsigned status, int64_t us); /* for metrics */
};

/*
 * TLS 1.2 and 1.3 only, forward secrecy and AEAD only.
 *
 * Errors: E_IO and a fault.
 */
int http_start(struct http **out, const struct http_config *config, struct fault *f) MUST_CHECK;

/* Post a message to every loop: `make` is called once for each. */
void http_each_loop(struct http *h, void (*visit)(struct loop *loop, void *arg), void *arg);

/* Answer what is under way, close every stream, stop the threads. */
void http_stop(struct http *h);

/* Of all loops together, for metrics. */
unsigned http_connections(const struct http *h);
unsigned http_streams(const struct http *h);

#endif
