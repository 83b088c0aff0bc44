/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Frames of ICE over TCP, as they come over a connection in two pieces: what is taken from it,
 * what is left, and whether the connection lives are those of a plain reading of RFC 4571.
 *
 * The first byte says where the pieces part, and whether a check has come before.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "media/core.h"
#include "media/stun.h"
#include "media/wire.h"

enum {
	MOST = 32 << 10, /* what a socket takes at once */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct engine *engine;
static int listener;
static struct {
	struct sockaddr_storage at;
	socklen_t len;
} here;


/* Not of the Internet: no port is used up however many connections there are. */
static void start(void)
{
	struct engine_config c = { .listeners = 1, .peers = 4, .slots = 4, .tracks = 4 };
	sa_family_t family = AF_UNIX;

	listener = c.tcp[0] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	here.len = sizeof(here.at);
	if (listener < 0 || bind(listener, (struct sockaddr *)&family, sizeof(family)) ||
	    listen(listener, 8) ||
	    getsockname(listener, (struct sockaddr *)&here.at, &here.len) ||
	    engine_open(&engine, &c))
		abort();
}


/* How much is taken from the front; *ends when the connection does. */
static size_t plain(bool *ends, const uint8_t *d, size_t len, bool known)
{
	size_t at = 0;

	*ends = false;
	while (!*ends && len - at >= 2) {
		size_t n = get16(d + at);

		*ends = !n || n > DATAGRAM;
		if (*ends || len - at - 2 < n)
			break;
		*ends = !known && !stun_is(d + at + 2, n);
		at += 2 + n;
	}

	return at;
}


/* In as many turns as it takes: of each no more than a share is read. */
static void feed(int fd, struct stream *s, const uint8_t *d, size_t len)
{
	int left;

	if (len && send(fd, d, len, MSG_NOSIGNAL) != (ssize_t)len)
		abort();
	do {
		left = 0;
		tcp_ready(engine, pool_index(&engine->streams, s));
	} while (!s->dead && ioctl(s->fd, FIONREAD, &left) == 0 && left);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct stream *s;
	size_t cut, taken;
	bool known, ends;
	int fd;

	if (!engine)
		start();
	if (!len || len > MOST)
		return 0;
	known = *data & 1;
	cut = (size_t)*data * (len - 1) / 255;
	data++;
	len--;
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&here.at, here.len))
		abort();
	tcp_accept(engine, 0);
	s = LIST_ENTRY(engine->stream_list.prev, struct stream, link);
	if (known)
		tcp_known(engine, &s->from);
	feed(fd, s, data, cut);
	if (!s->dead)
		feed(fd, s, data + cut, len - cut);
	taken = plain(&ends, data, len, known);
	if (s->dead != ends)
		abort();
	if (!ends && (s->in_len != len - taken || memcmp(s->in, data + taken, s->in_len) != 0))
		abort();
	s->dead = true;
	tcp_reap(engine);
	if (engine->strangers || engine->stream_list.next != &engine->stream_list)
		abort();
	(void)close(fd);

	return 0;
}
