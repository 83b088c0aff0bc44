/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * proxy.h: reverse proxies whose word is taken about who asks (X-Forwarded-For,
 * X-Forwarded-Proto).  Nobody else's is: these headers can be sent by anyone.
 */
#ifndef API_PROXY_H
#define API_PROXY_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

enum {
	PROXIES_MAX = 32,
	PROXY_HOPS_MAX = 32,		       /* entries of X-Forwarded-For that are read */
	PROXY_ADDRESS_SIZE = INET6_ADDRSTRLEN, /* with the NUL */
};

struct proxies {
	struct {
		struct in6_addr net; /* IPv4 as ::ffff:a.b.c.d */
		unsigned bits;
	} at[PROXIES_MAX];
	size_t count;
};

/*
 * A list such as "127.0.0.1, 10.0.0.0/8, fd00::/8"; NULL: none.
 *
 * Errors: E_RANGE no address, more bits than it has, bits set behind the prefix; E_TOOBIG.
 */
int proxies_read(struct proxies *out, const char *list, struct fault *f) MUST_CHECK;

/* Is it this machine itself? */
bool peer_is_loopback(const struct sockaddr *peer);

bool proxies_hold(const struct proxies *p, const struct sockaddr *peer);

/*
 * Whose request is it?  The peer, unless it is a proxy: then the last address of
 * X-Forwarded-For that is no proxy.  What cannot be read ends the search; what was found
 * until then stands.
 *
 * forwarded  the header's values in order, with commas between; NULL: there is none
 */
void proxies_client(char out[PROXY_ADDRESS_SIZE], const struct proxies *p,
		    const struct sockaddr *peer, const char *forwarded);

#endif
