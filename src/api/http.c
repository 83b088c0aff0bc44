/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * http.c: see http.h.
 *
 * Invariants:
 * 1. A request, a stream and their connection are touched only by the thread of their loop.
 * 2. A connection is suspended if and only if its request waits or its stream is idle;
 *    suspending comes before the work that will end it is handed out.
 * 3. Before a daemon stops, everything suspended has been resumed.
 */
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "api/http.h"
#include "api/problem.h"
#include "base/diag.h"
#include "base/mailbox.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"

enum {
	LISTENERS_MAX = 8,
	MAILBOX_SIZE = 8192,
	MESSAGES = 256,
	CONNECTION_MEMORY = 16 << 10, /* headers of one request live here */
	ARENA_FIRST = 2048,	      /* bytes; most requests need no more */
	IDLE_S = 75,		      /* a keep-alive connection without requests */
	STOP_MS = 5000,
	ACCEPTED_MS = 250, /* after its end, for requests on connections that were accepted */
	FREE_MAX = 128,
};

/* TLS 1.3, and 1.2 with ephemeral keys and authenticated ciphers (RFC 9325). */
#define TLS_PRIORITIES                                                   \
	"SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:"         \
	"+ECDHE-ECDSA:+ECDHE-RSA:-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:" \
	"+CHACHA20-POLY1305:-MAC-ALL:+AEAD"

#define HSTS_A_YEAR "max-age=31536000"

struct loop {
	const struct http_config *config;
	struct MHD_Daemon *daemon[LISTENERS_MAX];
	size_t daemons;
	struct mailbox *mailbox;
	struct list streams;
	struct request *free;
	size_t free_count;
	void *reader;
	pthread_t thread;
	int epoll;
	unsigned waiting; /* requests that are suspended */
	bool stopping;
	bool resumed; /* a connection, since MHD_run() last looked: it must look again at once
		       */
	_Atomic unsigned connections, open_streams;
};

struct http {
	struct http_config config;
	struct loop *loops;
};


struct desk *loop_desk(struct loop *loop)
{
	return loop->config->desk;
}


struct list *loop_streams(struct loop *loop)
{
	return &loop->streams;
}


void *loop_reader(struct loop *loop)
{
	return loop->reader;
}


int loop_post(struct loop *loop, struct loop_message *m)
{
	return mailbox_post(loop->mailbox, m);
}


static int64_t now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}


/* Requests are kept for the next one: their arena and buffers are warm. */
static struct request *request_new(struct loop *loop, struct MHD_Connection *c)
{
	struct request *r = loop->free;
	struct arena *arena;
	struct buf body, out;

	if (r) {
		loop->free = r->next_free;
		loop->free_count--;
		arena = r->arena;
		body = r->body;
		out = r->out;
		memset(r, 0, sizeof(*r));
		r->arena = arena;
		r->body = body;
		r->out = out;
	} else {
		r = mem_zero(1, sizeof(*r));
		r->arena = arena_new(ARENA_FIRST);
		buf_init(&r->body, 0);
		buf_init(&r->out, 0);
	}
	r->loop = loop;
	r->connection = c;
	r->started_us = now_us();

	return r;
}


static void request_free(struct request *r)
{
	struct loop *loop = r->loop;

	/* A buffer that a large request left behind is not kept. */
	if (loop->free_count < FREE_MAX && r->body.size <= 65536 && r->out.size <= 65536) {
		arena_reset(r->arena);
		buf_reset(&r->body);
		buf_reset(&r->out);
		r->next_free = loop->free;
		loop->free = r;
		loop->free_count++;
		return;
	}
	arena_free(r->arena);
	buf_clear(&r->body);
	buf_clear(&r->out);
	free(r);
}


const char *http_header(const struct request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}


static bool is_tls(const struct request *r)
{
	return MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_PROTOCOL) != NULL;
}


static const struct sockaddr *peer_of(const struct request *r)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	return info ? info->client_addr : NULL;
}


bool http_is_secure(const struct request *r)
{
	return is_tls(r) || (proxies_hold(&r->loop->config->proxies, peer_of(r)) &&
			     text_eq(http_header(r, "X-Forwarded-Proto"), "https"));
}


bool http_is_direct(const struct request *r, const struct proxies *from)
{
	const struct sockaddr *peer = peer_of(r);

	return !http_header(r, "X-Forwarded-For") && !http_header(r, "Forwarded") &&
	       (peer_is_loopback(peer) || proxies_hold(from, peer));
}


static enum MHD_Result join(void *out, enum MHD_ValueKind kind, const char *name,
			    const char *value)
{
	(void)kind;
	if (value && strcasecmp(name, "X-Forwarded-For") == 0) {
		if (((struct buf *)out)->len)
			buf_char(out, ',');
		buf_str(out, value);
	}

	return MHD_YES;
}


const char *http_client(const struct request *r)
{
	char *out = arena_take(r->arena, PROXY_ADDRESS_SIZE);
	struct buf forwarded;

	/* A proxy may add a line of its own instead of adding to the client's. */
	buf_init(&forwarded, CONNECTION_MEMORY);
	(void)MHD_get_connection_values(r->connection, MHD_HEADER_KIND, join, &forwarded);
	proxies_client(out, &r->loop->config->proxies, peer_of(r), forwarded.data);
	buf_clear(&forwarded);

	return out;
}


const char *http_cookie(const struct request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_COOKIE_KIND, name);
}


const char *http_parameter(const struct request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, name);
}


void http_reply_header(struct request *r, const char *name, const char *value)
{
	if (r->headers == HTTP_HEADERS_MAX)
		return;
	r->header[r->headers].name = name;
	r->header[r->headers++].value = value;
}


int http_reply(struct request *r, unsigned status, const char *type, const char *body,
	       size_t len)
{
	r->status = status;
	r->type = type;
	buf_reset(&r->out);
	buf_add(&r->out, body, len);

	return HTTP_ANSWERED;
}


/* Does the path fit "/a/{}/b" or "/a" + "/" + "*"?  The parts go into the arena. */
bool http_path_fits(struct request *r, const char *pattern, const char *path)
{
	size_t parts = 0;

	while (*pattern) {
		if (pattern[0] == '*' && !pattern[1]) {
			r->part[parts] = path;
			return *path != '\0';
		}
		if (text_starts(pattern, "{}")) {
			size_t len = strcspn(path, "/");

			if (!len || parts == ARRAY_LEN(r->part) - 1)
				return false;
			r->part[parts++] = arena_strn(r->arena, path, len);
			path += len;
			pattern += 2;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}

	return !*path;
}


static int find_route(struct request *r, const struct http_config *config)
{
	bool get = strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
	const char *allow = NULL;

	for (const struct route *routes = config->routes; routes->path; routes++) {
		if (!http_path_fits(r, routes->path, r->path))
			continue;
		if (strcmp(r->method, routes->method) == 0 ||
		    (get && strcmp(routes->method, "GET") == 0)) {
			r->route = routes;
			return 0;
		}
		allow = allow ? arena_printf(r->arena, "%s, %s", allow, routes->method)
			      : routes->method;
	}
	if (!allow && get && config->pages) {
		r->route = config->pages;
		return 0;
	}
	if (!allow)
		return fault_set(&r->fault, E_ABSENT, "There is nothing at this address.");
	http_reply_header(r, "Allow", allow);

	return fault_set(&r->fault, E_METHOD, "This address takes %s.", allow);
}


static void stream_free(struct stream *s)
{
	s->loop->open_streams--;
	list_del(&s->link);
	outbox_clear(&s->out);
	free(s);
}


static ssize_t stream_read(void *cls, uint64_t pos, char *to, size_t max)
{
	struct stream *s = cls;
	size_t n;

	(void)pos;
	if (s->loop->stopping || s->ended)
		return MHD_CONTENT_READER_END_OF_STREAM;
	n = outbox_take(&s->out, to, max);
	if (!n) {
		s->idle = true;
		MHD_suspend_connection(s->connection);
		return 0;
	}
	s->pinged = time_monotonic();

	return (ssize_t)n;
}


/* MHD_get_timeout() does not count connections resumed since MHD_run(). */
static void resume(struct loop *loop, struct MHD_Connection *c)
{
	loop->resumed = true;
	MHD_resume_connection(c);
}


static void stream_wake(struct stream *s)
{
	if (!s->idle)
		return;
	s->idle = false;
	resume(s->loop, s->connection);
}


void stream_end(struct stream *s)
{
	s->ended = true;
	stream_wake(s);
}


void stream_put(struct stream *s, struct outtext *t)
{
	static const char resync[] = "event: resync\ndata: {}\n\n";

	if (s->overflowed && !s->out.len)
		s->overflowed = false;
	if (s->overflowed)
		return;
	/* What was queued is sent to its end: a reader sees whole messages, then this one. */
	if (s->out.len + outtext_len(t) > STREAM_MAX) {
		t = outtext_new(resync, sizeof(resync) - 1);
		outbox_put(&s->out, t);
		outtext_unref(t);
		s->overflowed = true;
	} else {
		outbox_put(&s->out, t);
	}
	stream_wake(s);
}


void stream_put_bytes(struct stream *s, const char *bytes, size_t len)
{
	struct outtext *t = outtext_new(bytes, len);

	stream_put(s, t);
	outtext_unref(t);
}


static void add_headers(const struct request *r, struct MHD_Response *response)
{
	const char *type = r->type ? r->type : "application/json";

	(void)MHD_add_response_header(response, "Content-Type", type);
	(void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	if (r->loop->config->hsts && is_tls(r))
		(void)MHD_add_response_header(response, "Strict-Transport-Security",
					      HSTS_A_YEAR);
	/* Who asks again takes a connection to the loop that comes after this one. */
	if (r->loop->stopping)
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	for (size_t i = 0; i < r->headers; i++)
		(void)MHD_add_response_header(response, r->header[i].name, r->header[i].value);
}


/* What the system holds for a slow reader is bounded too, not only what waits here. */
static void bound_buffer(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	int size = STREAM_MAX;

	if (info)
		(void)setsockopt(info->connect_fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}


static enum MHD_Result send_stream(struct request *r)
{
	struct stream *s = r->stream;
	struct MHD_Response *response;
	enum MHD_Result ok;

	s->connection = r->connection;
	bound_buffer(s->connection);
	s->loop = r->loop;
	s->pinged = time_monotonic();
	list_add_tail(&r->loop->streams, &s->link);
	r->loop->open_streams++;
	response =
		MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, stream_read, s, NULL);
	if (!response)
		return MHD_NO;
	r->type = "text/event-stream";
	http_reply_header(r, "Cache-Control", "no-store");
	http_reply_header(r, "X-Accel-Buffering", "no");
	add_headers(r, response);
	ok = MHD_queue_response(r->connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);

	return ok;
}


static enum MHD_Result send_reply(struct request *r)
{
	struct MHD_Response *response;
	enum MHD_Result ok;

	if (r->out.err)
		problem(r, E_TOOBIG);
	/* The request, and so its buffer, lives until completed(), when all of it was sent. */
	response = MHD_create_response_from_buffer(
		r->fixed ? r->fixed_len : r->out.len,
		r->fixed ? (void *)(uintptr_t)r->fixed : r->out.data, MHD_RESPMEM_PERSISTENT);
	if (!response)
		return MHD_NO;
	add_headers(r, response);
	ok = MHD_queue_response(r->connection, r->status, response);
	MHD_destroy_response(response);
	if (r->loop->config->after)
		r->loop->config->after(r, r->status, now_us() - r->started_us);

	return ok;
}


static enum MHD_Result finish(struct request *r, int answer)
{
	if (answer == HTTP_STREAM)
		return send_stream(r);
	if (answer < 0)
		problem(r, answer);

	return send_reply(r);
}


/* Everything has arrived: find out who asks and run the route. */
static enum MHD_Result run(struct request *r)
{
	const struct http_config *config = r->loop->config;
	int answer =
		r->body.err
			? fault_set(&r->fault, E_TOOBIG,
				    "The body is larger than this address takes (%zu bytes).",
				    r->body.max)
			: 0;

	if (!answer)
		answer = r->route ? 0 : find_route(r, config);
	if (!answer && r->route != config->pages)
		answer = config->before ? config->before(r) : 0;
	if (!answer) {
		/* Suspend first: the work may be over before run() returns. */
		if (r->route->again) {
			MHD_suspend_connection(r->connection);
			r->waiting = true;
			r->loop->waiting++;
		}
		answer = r->route->run(r);
		if (answer == HTTP_WAIT)
			return MHD_YES;
		if (r->waiting) {
			r->work = NULL;
			r->status = answer < 0 ? 0 : r->status;
			r->continued = true;
			r->waiting = false;
			r->loop->waiting--;
			if (answer < 0)
				problem(r, answer);
			resume(r->loop, r->connection);
			return MHD_YES;
		}
	}

	return finish(r, answer);
}


void http_continue(struct request *r)
{
	int answer = r->route->again(r);

	if (answer < 0)
		problem(r, answer);
	r->waiting = false;
	r->continued = true;
	r->loop->waiting--;
	resume(r->loop, r->connection);
}


static const char *negotiate_language(const struct request *r)
{
	static const char *const known[] = { "en", "ru", "fr" };
	const char *asked = http_parameter(r, "lang");

	if (!asked)
		asked = MHD_lookup_connection_value(r->connection, MHD_COOKIE_KIND, "lang");
	if (!asked)
		asked = http_header(r, "Accept-Language");
	for (size_t i = 0; asked && i < ARRAY_LEN(known); i++)
		if (strncmp(asked, known[i], 2) == 0)
			return known[i];

	return known[0];
}


static void begin(struct request *r, const char *method, const char *url)
{
	size_t max = HTTP_BODY_MAX;

	r->method = method;
	r->path = url;
	r->lang = negotiate_language(r);
	r->begun = true;
	if (find_route(r, r->loop->config) == 0 && r->route->body_max)
		max = r->route->body_max;
	r->body.max = max;
	/* Found again in run(), where the answer can be sent. */
	r->headers = 0;
	memset(&r->fault, 0, sizeof(r->fault));
}


static enum MHD_Result access_handler(void *cls, struct MHD_Connection *c, const char *url,
				      const char *method, const char *version, const char *data,
				      size_t *size, void **state)
{
	struct request *r = *state;

	(void)version;
	if (!r) {
		r = request_new(cls, c);
		*state = r;
		begin(r, method, url);
		return MHD_YES;
	}
	if (*size) {
		buf_add(&r->body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	if (r->continued)
		return send_reply(r);

	return run(r);
}


static void completed(void *cls, struct MHD_Connection *c, void **state,
		      enum MHD_RequestTerminationCode how)
{
	struct request *r = *state;

	(void)cls;
	(void)c;
	(void)how;
	if (!r)
		return;
	if (r->stream)
		stream_free(r->stream);
	if (r->waiting)
		r->loop->waiting--;
	request_free(r);
	*state = NULL;
}


static void connected(void *cls, struct MHD_Connection *c, void **state,
		      enum MHD_ConnectionNotificationCode how)
{
	struct loop *loop = cls;

	(void)c;
	(void)state;
	if (how == MHD_CONNECTION_NOTIFY_STARTED)
		loop->connections++;
	else
		loop->connections--;
}


static void quiet_log(void *cls, const char *fmt, va_list ap) PRINTF(2, 0);


static void quiet_log(void *cls, const char *fmt, va_list ap)
{
	char text[256];

	(void)cls;
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	diag_debug("http", "%s", text);
}


/* Beyond this machine plain HTTP is for the proxies alone. */
static enum MHD_Result admit(void *cls, const struct sockaddr *peer, socklen_t len)
{
	const struct loop *loop = cls;

	(void)len;

	return loop->config->proxies.count == 0 || proxies_hold(&loop->config->proxies, peer) ||
			       peer_is_loopback(peer)
		       ? MHD_YES
		       : MHD_NO;
}


/*
 * What has a zero byte in it stays escaped: as text it would end there, and be the name of
 * something else.  With its % it is no name of anything.
 */
static size_t unescape(void *cls, struct MHD_Connection *c, char *text)
{
	(void)cls;
	(void)c;

	return strstr(text, "%00") ? strlen(text) : MHD_http_unescape(text);
}


static struct MHD_Daemon *daemon_new(struct loop *loop, const struct http_listener *listener)
{
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)loop->config->certificate },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)loop->config->key },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES },
		{ MHD_OPTION_END, 0, NULL }
	};

	if (listener->tls)
		flags |= MHD_USE_TLS;
	else
		tls[0] = tls[ARRAY_LEN(tls) - 1];

	return MHD_start_daemon(
		flags, 0, listener->tls ? NULL : admit, loop, access_handler, loop,
		MHD_OPTION_EXTERNAL_LOGGER, quiet_log, NULL, MHD_OPTION_ARRAY, tls,
		MHD_OPTION_LISTEN_SOCKET, dup(listener->fd), MHD_OPTION_CONNECTION_LIMIT,
		loop->config->connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_NOTIFY_CONNECTION,
		connected, loop, MHD_OPTION_END);
}


/* A comment line keeps an idle stream alive and finds out that its client has gone. */
static void ping_streams(struct loop *loop)
{
	int64_t now = time_monotonic();

	list_for_each (link, &loop->streams) {
		struct stream *s = LIST_ENTRY(link, struct stream, link);

		if (s->idle && now - s->pinged >= STREAM_PING_MS)
			stream_put_bytes(s, ":\n\n", 3);
	}
}


static void take_messages(struct loop *loop)
{
	void *messages[MESSAGES];
	size_t n = mailbox_take(loop->mailbox, messages, MESSAGES, 0);

	for (size_t i = 0; i < n; i++) {
		struct loop_message *m = messages[i];

		m->run(loop, m);
	}
}


static int wait_ms(struct loop *loop)
{
	MHD_UNSIGNED_LONG_LONG ms;
	int wait = loop->stopping ? ACCEPTED_MS / 10 : 1000;

	if (loop->resumed)
		return 0;
	for (size_t i = 0; i < loop->daemons; i++)
		if (MHD_get_timeout(loop->daemon[i], &ms) == MHD_YES && ms < (unsigned)wait)
			wait = (int)ms;

	return wait;
}


static void turn(struct loop *loop)
{
	struct epoll_event events[LISTENERS_MAX + 1];

	(void)!epoll_wait(loop->epoll, events, ARRAY_LEN(events), wait_ms(loop));
	take_messages(loop);
	loop->resumed = false;
	for (size_t i = 0; i < loop->daemons; i++)
		(void)MHD_run(loop->daemon[i]);
}


static void drain(struct loop *loop)
{
	int64_t now = time_monotonic(), until = now + STOP_MS, accepted = now + ACCEPTED_MS;

	for (size_t i = 0; i < loop->daemons; i++) {
		int fd = MHD_quiesce_daemon(loop->daemon[i]);

		if (fd >= 0)
			(void)close(fd);
	}
	list_for_each (link, &loop->streams)
		stream_wake(LIST_ENTRY(link, struct stream, link));
	/*
	 * Readers may be slow and are left; what others still work for is never taken away.  A
	 * connection may have been accepted whose request is still on its way.
	 */
	while (loop->waiting || (!list_empty(&loop->streams) && now < until) ||
	       (loop->connections && now < accepted)) {
		turn(loop);
		now = time_monotonic();
	}
}


static void *loop_run(void *arg)
{
	struct loop *loop = arg;
	struct fault f = { 0 };
	int64_t pinged = 0;

	(void)pthread_setname_np(pthread_self(), "http");
	if (loop->config->reader_open(&loop->reader, loop->config->desk, &f)) {
		diag_error("http", "a loop has no reader: %s", f.text);
		abort();
	}
	while (!loop->stopping) {
		turn(loop);
		if (time_monotonic() - pinged >= 1000) {
			pinged = time_monotonic();
			ping_streams(loop);
		}
	}
	drain(loop);
	for (size_t i = 0; i < loop->daemons; i++)
		MHD_stop_daemon(loop->daemon[i]);
	loop->config->reader_close(loop->reader);

	return NULL;
}


static int watch(struct loop *loop, int fd)
{
	struct epoll_event e = { .events = EPOLLIN };

	return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &e) ? E_IO : 0;
}


static int loop_open(struct loop *loop, const struct http_config *config)
{
	int err;

	loop->config = config;
	list_init(&loop->streams);
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	err = loop->epoll < 0 ? E_IO : mailbox_new(&loop->mailbox, MAILBOX_SIZE);
	if (!err)
		err = watch(loop, mailbox_fd(loop->mailbox));
	for (size_t i = 0; i < config->listeners_count && i < LISTENERS_MAX && !err; i++) {
		const union MHD_DaemonInfo *info;

		loop->daemon[i] = daemon_new(loop, &config->listeners[i]);
		if (!loop->daemon[i])
			return E_IO;
		loop->daemons++;
		info = MHD_get_daemon_info(loop->daemon[i], MHD_DAEMON_INFO_EPOLL_FD);
		err = info ? watch(loop, info->epoll_fd) : E_IO;
	}

	return err;
}


int http_start(struct http **out, const struct http_config *config, struct fault *f)
{
	struct http *h = mem_zero(1, sizeof(*h));

	h->config = *config;
	h->loops = mem_zero(config->loops, sizeof(*h->loops));
	for (unsigned i = 0; i < config->loops; i++) {
		int err = loop_open(&h->loops[i], &h->config);

		if (err)
			return fault_set(
				f, err,
				"The HTTP loops cannot start; with a certificate of one's own: "
				"is GnuTLS able to use it?");
	}
	for (unsigned i = 0; i < config->loops; i++)
		if (pthread_create(&h->loops[i].thread, NULL, loop_run, &h->loops[i]))
			return fault_set(f, E_IO, "The HTTP loops cannot start.");
	*out = h;

	return 0;
}


void http_each_loop(struct http *h, void (*visit)(struct loop *loop, void *arg), void *arg)
{
	for (unsigned i = 0; i < h->config.loops; i++)
		visit(&h->loops[i], arg);
}


unsigned http_streams(const struct http *h)
{
	unsigned n = 0;

	for (unsigned i = 0; i < h->config.loops; i++)
		n += h->loops[i].open_streams;

	return n;
}


unsigned http_connections(const struct http *h)
{
	unsigned n = 0;

	for (unsigned i = 0; i < h->config.loops; i++)
		n += h->loops[i].connections;

	return n;
}


static void stop_message(struct loop *loop, struct loop_message *m)
{
	loop->stopping = true;
	free(m);
}


static void loop_close(struct loop *loop)
{
	while (loop->free) {
		struct request *r = loop->free;

		loop->free = r->next_free;
		arena_free(r->arena);
		buf_clear(&r->body);
		buf_clear(&r->out);
		free(r);
	}
	mailbox_free(loop->mailbox);
	(void)close(loop->epoll);
}


void http_stop(struct http *h)
{
	for (unsigned i = 0; i < h->config.loops; i++) {
		struct loop_message *m = mem_zero(1, sizeof(*m));

		m->run = stop_message;
		while (loop_post(&h->loops[i], m) == E_BUSY)
			(void)usleep(1000);
	}
	for (unsigned i = 0; i < h->config.loops; i++) {
		(void)pthread_join(h->loops[i].thread, NULL);
		loop_close(&h->loops[i]);
	}
	free(h->loops);
	free(h);
}
