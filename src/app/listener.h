/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * listener.h: the listening sockets of a server: bound here, or given by systemd or by the
 * program before us (sd_listen_fds(3)), and handed on to the one after us.
 *
 * An address is "127.0.0.1:8460", "[::1]:8460" or a port alone, which is loopback; with
 * "http://" or "https://" before it, it says how it is spoken to.  Without, it is HTTPS
 * where the server has a certificate.  Sockets that were given are named "http" or "https"
 * (FileDescriptorName= of systemd.socket(5)); others follow the same rule.
 */
#ifndef APP_LISTENER_H
#define APP_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum {
	LISTENERS_MAX = 8,
	LISTENER_LIST_MAX = 800, /* bytes of addresses with commas between */
};

struct listener {
	int fd;
	bool tls;
};

struct listeners {
	struct listener at[LISTENERS_MAX];
	size_t count;
};

/*
 * Bind every address of a list.
 *
 * tls  what an address means that does not say
 * Errors: E_RANGE no address; E_IO it cannot be bound; E_TOOBIG too many.
 */
int listeners_open(struct listeners *l, const char *list, bool tls, struct fault *f) MUST_CHECK;

/* Take what was given, if anything was. */
void listeners_inherit(struct listeners *l, bool tls);

/* Put them where the next program of this process finds them. */
void listeners_hand_on(const struct listeners *l);

bool listeners_any_tls(const struct listeners *l);

/* The port of an internet socket, 0 of another. */
unsigned listener_port(const struct listener *l);

/* May somebody else on the network reach it? */
bool listener_beyond_loopback(const struct listener *l);

/* "https://192.168.1.5:8460/"; false when it cannot be told. */
bool listener_address(char *out, size_t size, const struct listener *l);

#endif
