/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * load.c: clients of a centre, all in one thread around one epoll, so that asking costs
 * little beside answering.
 *
 *	load acts PORT CLIENTS SECONDS [COUNT]     post acts; with COUNT end after so many
 *	load get PORT CLIENTS SECONDS SEAT PATH    read one address
 *	load streams PORT STREAMS SEAT             hold event streams open
 *	load screens PORT SCREENS SEAT PATH        the same, and read an address after each act
 *
 * Every client keeps its connection and asks again as soon as it is answered.  What came of
 * it is printed as "name value" lines: ok, refused and failed (all answers), rate (answers a
 * second after a warm-up), p50_ms and p99_ms, bytes (of the last answer), cpu_s (of this
 * program).  `streams` prints "open N" once all are open; when its standard input has ended
 * and nothing more comes, "events N".  `screens` prints "open N" too and, each time that all
 * have read again, "read P95 LAST": when the 95th of 100 and the last had done so, as seconds
 *of the monotonic clock.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	CLIENTS_MAX = 20000,
	IN_SIZE = 1 << 16,
	OUT_SIZE = 1200,
	SAMPLES = 1 << 22,
	EVENTS = 256,
	QUIET_MS = 300, /* streams: nothing came for so long */
};

#define WARM_UP_S 0.3

struct client {
	int fd;
	double asked;
	size_t have;
	char *in;      /* IN_SIZE bytes */
	char tail[16]; /* streams: the end of what was read before */
};

struct load {
	struct client *client;
	int clients;
	int epoll;
	uint16_t port;
	bool acts;
	char request[OUT_SIZE]; /* of `get` and `streams` */
	char date[11];
	int run;
	long next;
	long limit; /* 0: none */
	long ok, refused, failed;
	size_t bytes;
	double *latency;
	size_t samples;
	long events;
};

/* What the acts are about: every party of the Union of Six that facts are attested of. */
static const char *const parties[] = { "al", "bi", "ce", "el", "fi", "ha", "ol", "ni", "so" };


static void die(const char *what)
{
	perror(what);
	exit(1);
}


static double now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}


static double cpu(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}


static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}


static int act_text(char *out, struct load *l)
{
	long n = l->next++;
	bool first = n / 9 % 2 == 0;
	char body[OUT_SIZE / 2];
	int len = snprintf(body, sizeof(body),
			   "{\"id\":\"bench-%d-%ld\",\"kind\":\"party.record-fact\","
			   "\"subject\":\"party/%s\",\"body\":{\"fact\":\"%s\",\"value\":%s,"
			   "\"date\":\"%s\",\"source\":\"Note %ld of the secretariat\"}}",
			   l->run, n, parties[n % 9], first ? "un-member" : "armed-conflict",
			   first ? "true" : "false", l->date, n);

	return snprintf(out, OUT_SIZE,
			"POST /api/v1/acts HTTP/1.1\r\nHost: bench\r\n"
			"Authorization: Bearer seat:depositary\r\n"
			"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			len, body);
}


static void ask(struct load *l, struct client *c)
{
	char text[OUT_SIZE];
	const char *out = l->acts ? text : l->request;
	int n = l->acts ? act_text(text, l) : (int)strlen(out);

	c->asked = now();
	c->have = 0;
	if (write(c->fd, out, (size_t)n) != n)
		die("write");
}


/* The length of a whole reply in the buffer, 0 when it is not whole yet. */
static size_t whole(const struct client *c)
{
	const char *end = memmem(c->in, c->have, "\r\n\r\n", 4);
	const char *length = memmem(c->in, c->have, "Content-Length: ", 16);
	size_t total;

	if (!end || !length)
		return 0;
	total = (size_t)(end + 4 - c->in) + strtoul(length + 16, NULL, 10);
	if (total > IN_SIZE) {
		(void)fprintf(stderr, "load: an answer of %zu bytes\n", total);
		exit(1);
	}

	return c->have >= total ? total : 0;
}


static void answered(struct load *l, struct client *c, size_t size)
{
	bool good = strncmp(c->in, "HTTP/1.1 20", 11) == 0;

	if (good)
		l->ok++;
	else if (strncmp(c->in, "HTTP/1.1 409", 12) == 0)
		l->refused++;
	else if (++l->failed == 1)
		(void)fprintf(stderr, "%.*s\n", (int)c->have, c->in);
	l->bytes = size;
	if (l->samples < SAMPLES)
		l->latency[l->samples++] = now() - c->asked;
}


static size_t receive(struct client *c, size_t from)
{
	ssize_t n = read(c->fd, c->in + from, IN_SIZE - from);

	if (n <= 0) {
		(void)fprintf(stderr, "load: a connection was closed\n");
		exit(1);
	}

	return (size_t)n;
}


static void turn(struct load *l)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(l->epoll, events, EVENTS, 1000);

	for (int i = 0; i < n; i++) {
		struct client *c = events[i].data.ptr;
		size_t size;

		c->have += receive(c, c->have);
		size = whole(c);
		if (!size)
			continue;
		answered(l, c, size);
		if (!l->limit || l->next < l->limit)
			ask(l, c);
	}
}


static void watch(struct load *l, struct client *c)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };

	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &e))
		die("epoll");
}


static void dial(struct load *l)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(l->port) };
	struct rlimit files = { CLIENTS_MAX + 100, CLIENTS_MAX + 100 };
	int on = 1;

	(void)setrlimit(RLIMIT_NOFILE, &files);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	l->epoll = epoll_create1(0);
	l->client = calloc((size_t)l->clients, sizeof(*l->client));
	for (int i = 0; i < l->clients; i++) {
		struct client *c = &l->client[i];

		c->fd = socket(AF_INET, SOCK_STREAM, 0);
		if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&a, sizeof(a)))
			die("connect");
		(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		watch(l, c);
	}
}


static int run(struct load *l, double seconds)
{
	double until, began;
	long before;

	l->latency = calloc(SAMPLES, sizeof(*l->latency));
	dial(l);
	for (int i = 0; i < l->clients; i++) {
		l->client[i].in = malloc(IN_SIZE);
		ask(l, &l->client[i]);
	}
	for (until = now() + WARM_UP_S; !l->limit && now() < until;)
		turn(l);
	began = now();
	before = l->ok;
	l->samples = 0;
	until = began + seconds;
	while (l->limit ? l->ok + l->refused + l->failed < l->limit : now() < until)
		turn(l);
	seconds = now() - began;
	(void)printf("ok %ld\nrefused %ld\nfailed %ld\nrate %.1f\nbytes %zu\n", l->ok,
		     l->refused, l->failed, (double)(l->ok - before) / seconds, l->bytes);
	qsort(l->latency, l->samples, sizeof(double), compare);
	if (l->samples)
		(void)printf("p50_ms %.3f\np99_ms %.3f\n", l->latency[l->samples / 2] * 1e3,
			     l->latency[l->samples * 99 / 100] * 1e3);
	(void)printf("cpu_s %.4f\n", cpu());

	return l->failed ? 1 : 0;
}


/* Occurrences of a word, also where it lies across two reads. */
static long occurrences(struct client *c, const char *bytes, size_t len, const char *word)
{
	size_t size = strlen(word);
	char seam[32];
	size_t head = len < size - 1 ? len : size - 1;
	size_t kept = strlen(c->tail);
	long n = 0;

	memcpy(seam, c->tail, kept);
	memcpy(seam + kept, bytes, head);
	n += memmem(seam, kept + head, word, size) != NULL;
	for (const char *at = bytes, *end = bytes + len;
	     (at = memmem(at, (size_t)(end - at), word, size)) != NULL; at += size)
		n++;
	if (len >= size - 1) {
		memcpy(c->tail, bytes + len - (size - 1), size - 1);
		c->tail[size - 1] = '\0';
	} else {
		c->tail[0] = '\0';
	}

	return n;
}


static void heard(struct load *l, struct client *c, char *buffer)
{
	size_t len = receive(c, 0);

	if (!c->have)
		l->ok += strncmp(buffer, "HTTP/1.1 200", 12) == 0;
	c->have += len;
	l->events += occurrences(c, buffer, len, "event: act");
}


/* All clients share one buffer: what a stream says is only counted. */
static int streams(struct load *l)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char *buffer = malloc(IN_SIZE);
	bool told = false;
	int n;

	dial(l);
	for (int i = 0; i < l->clients; i++) {
		l->client[i].in = buffer;
		ask(l, &l->client[i]);
	}
	do {
		struct epoll_event events[EVENTS];

		n = epoll_wait(l->epoll, events, EVENTS, QUIET_MS);
		for (int i = 0; i < n; i++)
			heard(l, events[i].data.ptr, buffer);
		if (l->ok == l->clients && !told) {
			(void)printf("open %d\n", l->clients);
			(void)fflush(stdout);
			told = true;
		}
	} while (n || !told || poll(&in, 1, 0) == 0);
	(void)printf("events %ld\ncpu_s %.4f\n", l->events, cpu());

	return 0;
}


static void get_request(struct load *l, const char *seat, const char *path)
{
	(void)snprintf(
		l->request, sizeof(l->request),
		"GET %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer seat:%s\r\n\r\n", path,
		seat);
}


/* A screen that has heard of an act reads; of several acts while it reads, once more. */
static void screen_heard(struct load *l, struct client *reader, char *buffer)
{
	struct client *stream = reader - l->clients / 2;
	size_t len = receive(stream, 0);

	if (!stream->have)
		l->ok += strncmp(buffer, "HTTP/1.1 200", 12) == 0;
	stream->have += len;
	if (occurrences(stream, buffer, len, "event: act") && !reader->asked)
		ask(l, reader);
}


static void screen_read(struct load *l, struct client *c)
{
	size_t screens = (size_t)l->clients / 2;

	c->have += receive(c, c->have);
	if (!whole(c))
		return;
	if (strncmp(c->in, "HTTP/1.1 200", 12) != 0)
		die("a view was not read");
	c->asked = 0;
	l->latency[l->samples++] = now();
	if (l->samples < screens)
		return;
	qsort(l->latency, l->samples, sizeof(double), compare);
	(void)printf("read %.6f %.6f\n", l->latency[(95 * screens + 99) / 100 - 1],
		     l->latency[screens - 1]);
	(void)fflush(stdout);
	l->samples = 0;
}


/* The first half of the clients are streams, the second half read. */
static int screens(struct load *l, const char *seat, const char *path)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char *buffer = malloc(IN_SIZE);
	int half = l->clients / 2;
	bool told = false;

	l->latency = calloc((size_t)half, sizeof(*l->latency));
	dial(l);
	get_request(l, seat, "/api/v1/events");
	for (int i = 0; i < half; i++) {
		l->client[i].in = buffer;
		l->client[half + i].in = malloc(IN_SIZE);
		ask(l, &l->client[i]);
	}
	get_request(l, seat, path);
	while (poll(&in, 1, 0) == 0) {
		struct epoll_event events[EVENTS];
		int n = epoll_wait(l->epoll, events, EVENTS, QUIET_MS);

		for (int i = 0; i < n; i++) {
			struct client *c = events[i].data.ptr;

			if (c - l->client < half)
				screen_heard(l, c + half, buffer);
			else
				screen_read(l, c);
		}
		if (l->ok == half && !told) {
			(void)printf("open %d\n", half);
			(void)fflush(stdout);
			told = true;
		}
	}

	return 0;
}


static void yesterday(char out[11])
{
	time_t t = time(NULL) - 86400;
	struct tm tm;

	(void)gmtime_r(&t, &tm);
	(void)strftime(out, 11, "%Y-%m-%d", &tm);
}


int main(int argc, char **argv)
{
	struct load l = { 0 };
	const char *what = argc > 3 ? argv[1] : "";

	if (argc > 3) {
		l.port = (uint16_t)strtoul(argv[2], NULL, 10);
		l.clients = (int)strtol(argv[3], NULL, 10);
	}
	if (l.clients < 1 || l.clients > CLIENTS_MAX)
		what = "";
	l.run = (int)getpid();
	yesterday(l.date);
	if (argc >= 5 && strcmp(what, "acts") == 0) {
		l.acts = true;
		l.limit = argc > 5 ? strtol(argv[5], NULL, 10) : 0;
		return run(&l, strtod(argv[4], NULL));
	}
	if (argc == 7 && strcmp(what, "get") == 0) {
		get_request(&l, argv[5], argv[6]);
		return run(&l, strtod(argv[4], NULL));
	}
	if (argc == 5 && strcmp(what, "streams") == 0) {
		get_request(&l, argv[4], "/api/v1/events");
		return streams(&l);
	}
	if (argc == 6 && strcmp(what, "screens") == 0) {
		l.clients *= 2;
		return screens(&l, argv[4], argv[5]);
	}
	(void)fprintf(stderr, "usage: load acts PORT CLIENTS SECONDS [COUNT]\n"
			      "       load get PORT CLIENTS SECONDS SEAT PATH\n"
			      "       load streams PORT STREAMS SEAT\n"
			      "       load screens PORT SCREENS SEAT PATH\n");

	return 2;
}
