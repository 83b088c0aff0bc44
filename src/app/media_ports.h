/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * media_ports.h: how many media processes there are, and the sockets of each (UDP, and TCP for
 * where no datagram passes), which the parent binds and keeps, so that a process started anew
 * is reached where the old one was.
 */
#ifndef APP_MEDIA_PORTS_H
#define APP_MEDIA_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "api/media_door.h"
#include "base/err.h"

enum {
	MEDIA_SOCKETS_MAX = 4, /* of one process and kind, as ENGINE_SOCKETS_MAX */
	MEDIA_ADDRESS_SIZE = 60,
};

struct media_port {
	int fd[2 * MEDIA_SOCKETS_MAX];
	/* "127.0.0.1:4000", "::1:4000"; of TCP "tcp 127.0.0.1:4000", those last. */
	char address[2 * MEDIA_SOCKETS_MAX][MEDIA_ADDRESS_SIZE];
	size_t count;
};

struct media_ports {
	struct media_port at[MEDIA_MAX];
	size_t count; /* processes */
};

/*
 * processes  a number, or NULL: one in a demonstration, one a processor otherwise
 * list       "127.0.0.1:0,[::1]:0", or NULL: the first of these.  Process i takes port + i of
 *            an address whose port is not 0.
 * tcp        the same for TCP; NULL: as `list`, "none": no TCP
 *
 * Errors: E_RANGE, E_IO and a fault.
 */
int media_ports_open(struct media_ports *out, const char *processes, const char *list,
		     const char *tcp, bool demo, struct fault *f) MUST_CHECK;

#endif
