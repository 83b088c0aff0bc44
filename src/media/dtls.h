/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * dtls.h: the DTLS side of a peer (RFC 6347, RFC 5764): we are the server, both sides show a
 * certificate, and what comes of it are SRTP keys.  OpenSSL is behind this interface so that
 * another engine can take its place when browsers leave DTLS 1.2.
 *
 * Hellos of browsers come in two fragments, in any order; there is no cookie exchange, because
 * a connectivity check has proved the address before (the caller sees to that).
 */
#ifndef MEDIA_DTLS_H
#define MEDIA_DTLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "media/srtp.h"

enum {
	DTLS_FINGERPRINT = 32,
	DTLS_FINGERPRINT_TEXT = 96, /* "AB:CD:..." with the NUL */
	DTLS_MTU = 1200,
};

struct dtls_server;
struct dtls;

/* Makes an ECDSA P-256 key and certificate that live as long as the process. */
int dtls_server_new(struct dtls_server **out) MUST_CHECK;
void dtls_server_free(struct dtls_server *s);
const char *dtls_server_fingerprint(const struct dtls_server *s);

typedef void dtls_send_h(void *arg, const uint8_t *p, size_t len);

enum dtls_state {
	DTLS_WAITS = 0,
	DTLS_CONNECTED = 1, /* just now: dtls_keys() */
	DTLS_UP = 2,
	DTLS_CLOSED = 3, /* by the peer */
};

/* `send` is called with datagrams to send, in the calls below only. */
int dtls_new(struct dtls **out, struct dtls_server *s, const uint8_t peer[DTLS_FINGERPRINT],
	     dtls_send_h *send, void *arg) MUST_CHECK;

/* Tells the peer that it is over, and forgets it. */
void dtls_free(struct dtls *d);

/*
 * One datagram.  Returns an enum dtls_state, or E_CRYPTO: the handshake failed, or the peer's
 * certificate is not the one its offer promised.
 */
int dtls_input(struct dtls *d, const uint8_t *p, size_t len);

/* When dtls_tick() is due in ms from now; -1: never. */
int dtls_due_ms(struct dtls *d);
void dtls_tick(struct dtls *d);

/* Both directions' contexts.  Errors: E_CRYPTO. */
int dtls_keys(struct srtp **rx, struct srtp **tx, struct dtls *d) MUST_CHECK;

#endif
