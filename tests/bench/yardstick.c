/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * yardstick.c: what the bench measures against: the library alone, doing the part of the
 * work that cannot be left out.  Nothing of the product is used here.
 *
 *	yardstick rows FOLDER PRODUCERS SECONDS BYTES
 *		SQLite in WAL mode with synchronous=FULL; one writer commits in one transaction
 *		what the producers have brought; each producer waits until its row is durable
 *		and brings the next.  Prints rows (a second), cpu_us (a row).
 *	yardstick serve FILE
 *		libmicrohttpd with two threads that answers every request with the bytes of the
 *		file.  Prints the port, serves until standard input ends.
 *	yardstick verify COUNT BYTES
 *		SHA-256 twice over a record of so many bytes, over its leaf and over an inner
 *		node, and one Ed25519 verification, COUNT times.  Prints cpu_us (each).
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	PRODUCERS_MAX = 512,
	WARM_UP_US = 300000,
};


static void die(const char *what)
{
	perror(what);
	exit(1);
}


static double seconds_of(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);

	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

struct producer {
	struct rows *rows;
	sem_t durable;
	pthread_t thread;
};

/* Producers line up in `waiting`; the writer takes the whole line at once. */
struct rows {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct producer *waiting[PRODUCERS_MAX];
	int count;
	_Atomic long committed;
	size_t bytes;
	sqlite3 *db;
	struct producer producer[PRODUCERS_MAX];
};


static void *produce(void *arg)
{
	struct producer *p = arg;
	struct rows *r = p->rows;

	for (;;) {
		(void)pthread_mutex_lock(&r->lock);
		r->waiting[r->count++] = p;
		if (r->count == 1)
			(void)pthread_cond_signal(&r->work);
		(void)pthread_mutex_unlock(&r->lock);
		while (sem_wait(&p->durable))
			;
	}

	return NULL;
}


static void insert_row(struct rows *r, sqlite3_stmt *insert, long n, const char *row)
{
	char id[40];

	(void)snprintf(id, sizeof(id), "bench-%ld", n);
	(void)sqlite3_bind_int64(insert, 1, n + 1);
	(void)sqlite3_bind_text(insert, 2, id, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(insert, 3, "party.record-fact", -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(insert, 4, n);
	(void)sqlite3_bind_text(insert, 5, row, (int)r->bytes, SQLITE_STATIC);
	if (sqlite3_step(insert) != SQLITE_DONE)
		die("insert");
	(void)sqlite3_reset(insert);
}


static void *write_rows(void *arg)
{
	struct rows *r = arg;
	struct producer *batch[PRODUCERS_MAX];
	char *row = malloc(r->bytes + 1);
	sqlite3_stmt *insert = NULL;

	memset(row, 'x', r->bytes);
	(void)sqlite3_prepare_v2(r->db,
				 "INSERT INTO t (seq, id, kind, at, record) VALUES (?,?,?,?,?)",
				 -1, &insert, NULL);
	for (;;) {
		int n;

		(void)pthread_mutex_lock(&r->lock);
		while (!r->count)
			(void)pthread_cond_wait(&r->work, &r->lock);
		n = r->count;
		memcpy(batch, r->waiting, (size_t)n * sizeof(batch[0]));
		r->count = 0;
		(void)pthread_mutex_unlock(&r->lock);

		(void)sqlite3_exec(r->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		for (int i = 0; i < n; i++)
			insert_row(r, insert, r->committed + i, row);
		if (sqlite3_exec(r->db, "COMMIT", NULL, NULL, NULL))
			die("commit");
		r->committed += n;
		for (int i = 0; i < n; i++)
			(void)sem_post(&batch[i]->durable);
	}

	return NULL;
}


static int rows(const char *folder, int producers, double seconds, size_t bytes)
{
	static struct rows r;
	pthread_t writer;
	char path[4096];
	double clock, cpu;
	long before;

	(void)snprintf(path, sizeof(path), "%s/rows.sqlite3", folder);
	(void)unlink(path);
	if (producers < 1 || producers > PRODUCERS_MAX || sqlite3_open(path, &r.db) ||
	    sqlite3_exec(r.db,
			 "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
			 "PRAGMA cache_size=-16000;"
			 "CREATE TABLE t (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, kind TEXT,"
			 " at INTEGER, record TEXT) STRICT",
			 NULL, NULL, NULL))
		return 1;
	r.bytes = bytes;
	(void)pthread_mutex_init(&r.lock, NULL);
	(void)pthread_cond_init(&r.work, NULL);
	(void)pthread_create(&writer, NULL, write_rows, &r);
	for (int i = 0; i < producers; i++) {
		r.producer[i].rows = &r;
		(void)sem_init(&r.producer[i].durable, 0, 0);
		(void)pthread_create(&r.producer[i].thread, NULL, produce, &r.producer[i]);
	}
	(void)usleep(WARM_UP_US);
	before = r.committed;
	clock = seconds_of(CLOCK_MONOTONIC);
	cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	(void)usleep((useconds_t)(seconds * 1e6));
	before = r.committed - before;
	(void)printf("rows %.1f\ncpu_us %.3f\n",
		     (double)before / (seconds_of(CLOCK_MONOTONIC) - clock),
		     (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e6 / (double)before);
	(void)fflush(stdout);
	(void)unlink(path);
	_exit(0); /* the threads wait for each other for ever */
}

struct bytes {
	char *data;
	size_t len;
};


static enum MHD_Result answer(void *cls, struct MHD_Connection *c, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **state)
{
	struct bytes *b = cls;
	struct MHD_Response *r;
	enum MHD_Result ok;

	(void)url;
	(void)method;
	(void)version;
	(void)upload;
	(void)upload_size;
	if (!*state) {
		*state = b;
		return MHD_YES;
	}
	r = MHD_create_response_from_buffer(b->len, b->data, MHD_RESPMEM_PERSISTENT);
	(void)MHD_add_response_header(r, "Content-Type", "application/json");
	ok = MHD_queue_response(c, MHD_HTTP_OK, r);
	MHD_destroy_response(r);

	return ok;
}


static int listen_on_loopback(uint16_t *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) || listen(fd, 1024) ||
	    getsockname(fd, (struct sockaddr *)&a, &len))
		die("listen");
	*port = ntohs(a.sin_port);

	return fd;
}


static int serve(const char *path)
{
	struct bytes b = { malloc(1 << 20), 0 };
	FILE *file = fopen(path, "rb");
	struct MHD_Daemon *daemon;
	uint16_t port;
	char c;

	if (!file)
		die(path);
	b.len = fread(b.data, 1, 1 << 20, file);
	(void)fclose(file);
	daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, &b,
				  MHD_OPTION_LISTEN_SOCKET, listen_on_loopback(&port),
				  MHD_OPTION_THREAD_POOL_SIZE, 2U, MHD_OPTION_CONNECTION_LIMIT,
				  4000U, MHD_OPTION_END);
	if (!daemon)
		die("libmicrohttpd");
	(void)printf("port %u\n", port);
	(void)fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	MHD_stop_daemon(daemon);
	free(b.data);

	return 0;
}


static void hash(uint8_t out[32], const void *bytes, size_t len)
{
	if (!EVP_Digest(bytes, len, out, NULL, EVP_sha256(), NULL))
		exit(1);
}


static int verify(long count, size_t bytes)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	EVP_MD_CTX *cx = EVP_MD_CTX_new();
	uint8_t *record = calloc(1, bytes + 1);
	uint8_t message[56] = "sigsum.org/v1/tree-leaf", leaf[129] = { 0 }, node[65] = { 1 };
	uint8_t signature[64];
	size_t len = sizeof(signature);
	double cpu;

	if (!EVP_DigestSignInit(cx, NULL, NULL, NULL, key) ||
	    !EVP_DigestSign(cx, signature, &len, message, sizeof(message)))
		return 1;
	cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	for (long i = 0; i < count; i++) {
		uint8_t once[32], out[32];

		memcpy(record, &i, sizeof(i));
		hash(once, record, bytes);
		hash(out, once, sizeof(once));
		memcpy(leaf + 1, out, sizeof(out));
		hash(out, leaf, sizeof(leaf));
		memcpy(node + 1, out, sizeof(out));
		hash(out, node, sizeof(node));
		EVP_MD_CTX_reset(cx);
		if (!EVP_DigestVerifyInit(cx, NULL, NULL, NULL, key) ||
		    EVP_DigestVerify(cx, signature, len, message, sizeof(message)) != 1)
			return 1;
	}
	cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	(void)printf("cpu_us %.3f\n", cpu * 1e6 / (double)count);

	return 0;
}


int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc == 6 && strcmp(what, "rows") == 0)
		return rows(argv[2], (int)strtol(argv[3], NULL, 10), strtod(argv[4], NULL),
			    strtoul(argv[5], NULL, 10));
	if (argc == 3 && strcmp(what, "serve") == 0)
		return serve(argv[2]);
	if (argc == 4 && strcmp(what, "verify") == 0)
		return verify(strtol(argv[2], NULL, 10), strtoul(argv[3], NULL, 10));
	(void)fprintf(stderr, "usage: yardstick rows FOLDER PRODUCERS SECONDS BYTES\n"
			      "       yardstick serve FILE | verify COUNT BYTES\n");

	return 2;
}
