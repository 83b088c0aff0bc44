/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Messages between the desk and the process that prints: what is received is sent as the same.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "paper/link.h"

enum {
	MOST = 32 << 10, /* what a socket takes at once */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


/* Sent again it is the same bytes. */
static void again(const uint8_t *data, int err, const struct buf *got)
{
	uint8_t *back = malloc(got->len + 5);
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) ||
	    paper_send(pair[0], err, got->data, got->len) ||
	    recv(pair[1], back, got->len + 5, MSG_WAITALL) != (ssize_t)got->len + 5 ||
	    memcmp(back, data, got->len + 5) != 0)
		abort();
	(void)close(pair[0]);
	(void)close(pair[1]);
	free(back);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	size_t at = 0;
	int pair[2], err = 0;
	struct buf got;

	if (len > MOST || socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return 0;
	if (len && send(pair[0], data, len, MSG_NOSIGNAL) != (ssize_t)len)
		abort();
	(void)close(pair[0]);
	buf_init(&got, 1 << 20);
	while (!paper_receive(pair[1], &err, &got, 1000)) {
		again(data + at, err, &got);
		at += 5 + got.len;
		buf_reset(&got);
	}
	if (at > len)
		abort();
	buf_clear(&got);
	(void)close(pair[1]);

	return 0;
}
