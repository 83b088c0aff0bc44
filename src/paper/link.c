/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "paper/link.h"

enum {
	HEAD = 5, /* error u8, length u32 */
	PIECE = 64 << 10,
};


static int send_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return errno == EPIPE || errno == ECONNRESET ? E_GONE : E_IO;
		bytes += n;
		len -= (size_t)n;
	}

	return 0;
}


int paper_send(int fd, int err, const void *bytes, size_t len)
{
	struct buf head;
	int sent;

	buf_init(&head, 0);
	buf_u8(&head, (uint8_t)-err);
	buf_u32(&head, (uint32_t)len);
	sent = send_all(fd, head.data, head.len);
	buf_clear(&head);

	return sent ? sent : send_all(fd, bytes, len);
}


static int receive_all(int fd, char *out, size_t len, int wait_ms)
{
	while (len) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int ready = poll(&p, 1, wait_ms);
		ssize_t n;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready == 0)
			return E_BUSY;
		n = recv(fd, out, len < PIECE ? len : PIECE, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 || errno == ECONNRESET ? E_GONE : E_IO;
		out += n;
		len -= (size_t)n;
	}

	return 0;
}


int paper_receive(int fd, int *err, struct buf *out, int wait_ms)
{
	char head[HEAD], *room;
	struct bytes b;
	size_t len;
	int got = receive_all(fd, head, sizeof(head), wait_ms);

	if (got)
		return got;
	bytes_init(&b, head, sizeof(head));
	*err = -(int)bytes_u8(&b);
	len = bytes_u32(&b);
	if (*err <= -ERR_COUNT_)
		return E_SYNTAX;
	if (len > PAPER_PDF_MAX)
		return E_TOOBIG;
	room = len ? buf_room(out, len) : NULL;
	if (len && !room)
		return E_TOOBIG;

	got = len ? receive_all(fd, room, len, wait_ms) : 0;
	if (!got && len) {
		out->len += len;
		out->data[out->len] = '\0';
	}

	return got;
}
