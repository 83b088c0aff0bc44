/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * client.h: one HTTP request at a time, through libcurl: for commands that talk to a server.
 * The first client_open() of a process opens the library; it is made before threads are.
 */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct client;

/*
 * `base` is "http://127.0.0.1:8460"; `bearer` goes into Authorization, or NULL.
 *
 * Errors: E_ABSENT libcurl is not installed, E_NOMEM.
 */
int client_open(struct client **out, const char *base, struct fault *f) MUST_CHECK;
void client_close(struct client *c);

/* For the requests that follow; NULL: nobody. */
void client_bearer(struct client *c, const char *bearer);

/*
 * method  "GET" or "POST"; body NULL for none, else JSON
 * status  the HTTP status
 * out     the body of the reply, at most 64 MB
 *
 * Errors: E_BUSY the server cannot be reached (fault), E_TOOBIG.
 */
int client_request(struct client *c, const char *method, const char *path, const char *body,
		   long *status, struct buf *out, struct fault *f) MUST_CHECK;

struct client_body {
	const char *type; /* media type */
	const void *bytes;
	size_t len;
};

/* The same with a body (NULL: none) of any bytes. */
int client_send(struct client *c, const char *method, const char *path,
		const struct client_body *body, long *status, struct buf *out,
		struct fault *f) MUST_CHECK;

/* A text as it stands in an address (RFC 3986), appended. */
void client_escape(struct buf *out, const char *text);

#endif
