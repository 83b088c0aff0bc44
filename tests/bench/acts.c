/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * acts.c: durable acts per second through HTTP against raw SQLite group commit.
 *
 *	acts load URL CLIENTS SECONDS     posts acts over kept connections, prints acts/s
 *	acts raw FOLDER PRODUCERS SECONDS BYTES
 *	                                  rows of that size, each producer waits until its row
 *	                                  is durable; prints rows/s
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MAX = 512, BATCH_MAX = 4096 };


static double now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}


static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct client {
	int fd;
	double asked;
	size_t have;
	char in[8192];
};

struct load {
	struct client client[CLIENTS_MAX];
	int clients;
	int epoll;
	long answered, refused, failed;
	long next_id;
	int run;
	double *latency;
	size_t latencies;
	size_t latency_room;
};


static void ask(struct load *l, struct client *c)
{
	char body[600], text[1000];
	int n = snprintf(
		body, sizeof(body),
		"{\"id\":\"bench-%d-%ld\",\"kind\":\"party.record-fact\",\"subject\":"
		"\"party/ol\",\"body\":{\"fact\":\"un-member\",\"value\":true,\"date\":"
		"\"2020-05-15\",\"source\":\"Note %ld of the secretariat\"}}",
		l->run, l->next_id, l->next_id);

	l->next_id++;
	n = snprintf(
		text, sizeof(text),
		"POST /api/v1/acts HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer "
		"seat:depositary\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		n, body);
	c->asked = now();
	c->have = 0;
	if (write(c->fd, text, (size_t)n) != n)
		exit(1);
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

	return c->have >= total ? total : 0;
}


static void answered(struct load *l, struct client *c)
{
	if (strncmp(c->in, "HTTP/1.1 201", 12) == 0)
		l->answered++;
	else if (strncmp(c->in, "HTTP/1.1 409", 12) == 0)
		l->refused++;
	else
		l->failed++;
	if (l->failed == 1)
		(void)fprintf(stderr, "%.*s\n", (int)c->have, c->in);
	if (l->latencies < l->latency_room)
		l->latency[l->latencies++] = now() - c->asked;
}


static void turn(struct load *l)
{
	struct epoll_event events[64];
	int n = epoll_wait(l->epoll, events, 64, 1000);

	for (int i = 0; i < n; i++) {
		struct client *c = events[i].data.ptr;
		ssize_t got = read(c->fd, c->in + c->have, sizeof(c->in) - 1 - c->have);

		if (got <= 0) {
			(void)fprintf(stderr, "a connection was closed\n");
			exit(1);
		}
		c->have += (size_t)got;
		c->in[c->have] = '\0';
		if (whole(c)) {
			answered(l, c);
			ask(l, c);
		}
	}
}


static int load(const char *url, int clients, double seconds)
{
	static struct load l;
	struct sockaddr_in a = { .sin_family = AF_INET };
	const char *port = strrchr(url, ':');
	double until;
	int on = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)strtoul(port ? port + 1 : "8460", NULL, 10));
	l.clients = clients;
	l.run = (int)getpid();
	l.latency_room = 4000000;
	l.latency = malloc(l.latency_room * sizeof(double));
	l.epoll = epoll_create1(0);
	for (int i = 0; i < clients; i++) {
		struct client *c = &l.client[i];
		struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };

		c->fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(c->fd, (struct sockaddr *)&a, sizeof(a))) {
			perror("connect");
			return 1;
		}
		(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		(void)epoll_ctl(l.epoll, EPOLL_CTL_ADD, c->fd, &e);
		ask(&l, c);
	}
	for (until = now() + 1; now() < until;)
		turn(&l);
	l.answered = l.refused = l.failed = 0;
	l.latencies = 0;
	until = now() + seconds;
	while (now() < until)
		turn(&l);
	qsort(l.latency, l.latencies, sizeof(double), compare);
	(void)printf("%.0f acts/s, refused %ld, failed %ld, p50 %.2f ms, p99 %.2f ms\n",
		     (double)l.answered / seconds, l.refused, l.failed,
		     l.latency[l.latencies / 2] * 1e3, l.latency[l.latencies * 99 / 100] * 1e3);

	return l.failed ? 1 : 0;
}

/* The yardstick: producers hand rows to one writer, which commits what has gathered. */
struct raw {
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	long posted, committed;
	bool stop;
	size_t bytes;
	sqlite3 *db;
};


static void *producer(void *arg)
{
	struct raw *r = arg;

	(void)pthread_mutex_lock(&r->lock);
	while (!r->stop) {
		long mine = ++r->posted;

		(void)pthread_cond_signal(&r->work);
		while (r->committed < mine && !r->stop)
			(void)pthread_cond_wait(&r->done, &r->lock);
	}
	(void)pthread_mutex_unlock(&r->lock);

	return NULL;
}


static void *raw_writer(void *arg)
{
	struct raw *r = arg;
	char *row = malloc(r->bytes + 1);
	sqlite3_stmt *insert = NULL;
	long at = 0;

	memset(row, 'x', r->bytes);
	row[r->bytes] = '\0';
	(void)sqlite3_prepare_v2(r->db,
				 "INSERT INTO t (seq, id, kind, at, record) VALUES (?,?,?,?,?)",
				 -1, &insert, NULL);
	while (!r->stop) {
		long upto;

		(void)pthread_mutex_lock(&r->lock);
		while (r->posted == at && !r->stop)
			(void)pthread_cond_wait(&r->work, &r->lock);
		upto = r->posted;
		(void)pthread_mutex_unlock(&r->lock);
		(void)sqlite3_exec(r->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		for (; at < upto; at++) {
			char id[40];

			(void)snprintf(id, sizeof(id), "bench-%ld", at);
			(void)sqlite3_bind_int64(insert, 1, at + 1);
			(void)sqlite3_bind_text(insert, 2, id, -1, SQLITE_TRANSIENT);
			(void)sqlite3_bind_text(insert, 3, "party.record-fact", -1,
						SQLITE_STATIC);
			(void)sqlite3_bind_int64(insert, 4, at);
			(void)sqlite3_bind_text(insert, 5, row, (int)r->bytes, SQLITE_STATIC);
			if (sqlite3_step(insert) != SQLITE_DONE)
				exit(1);
			(void)sqlite3_reset(insert);
		}
		if (sqlite3_exec(r->db, "COMMIT", NULL, NULL, NULL))
			exit(1);
		(void)pthread_mutex_lock(&r->lock);
		r->committed = upto;
		(void)pthread_cond_broadcast(&r->done);
		(void)pthread_mutex_unlock(&r->lock);
	}
	free(row);

	return NULL;
}


static int raw(const char *folder, int producers, double seconds, size_t bytes)
{
	static struct raw r;
	pthread_t writer, thread[CLIENTS_MAX];
	char path[4096];
	long before;
	double t;

	(void)snprintf(path, sizeof(path), "%s/raw.sqlite3", folder);
	(void)unlink(path);
	if (sqlite3_open(path, &r.db) ||
	    sqlite3_exec(
		    r.db,
		    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
		    "CREATE TABLE t (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, kind TEXT, at INTEGER,"
		    " record TEXT) STRICT",
		    NULL, NULL, NULL))
		return 1;
	r.bytes = bytes;
	(void)pthread_mutex_init(&r.lock, NULL);
	(void)pthread_cond_init(&r.work, NULL);
	(void)pthread_cond_init(&r.done, NULL);
	(void)pthread_create(&writer, NULL, raw_writer, &r);
	for (int i = 0; i < producers; i++)
		(void)pthread_create(&thread[i], NULL, producer, &r);
	(void)usleep(500000);
	before = r.committed;
	t = now();
	(void)usleep((useconds_t)(seconds * 1e6));
	(void)printf("%.0f rows/s\n", (double)(r.committed - before) / (now() - t));
	(void)fflush(stdout);
	_exit(0);
}


int main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "load") == 0)
		return load(argv[2], (int)strtol(argv[3], NULL, 10), strtod(argv[4], NULL));
	if (argc == 6 && strcmp(argv[1], "raw") == 0)
		return raw(argv[2], (int)strtol(argv[3], NULL, 10), strtod(argv[4], NULL),
			   strtoul(argv[5], NULL, 10));
	(void)fprintf(stderr,
		      "usage: acts load URL CLIENTS SECONDS | acts raw FOLDER PRODUCERS "
		      "SECONDS BYTES\n");

	return 2;
}
