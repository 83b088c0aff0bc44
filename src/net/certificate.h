/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * certificate.h: the certificate and key that HTTPS is served with, as PEM texts: is the pair
 * right, how long is it good, for which names; and one made by ourselves for a local network.
 */
#ifndef NET_CERTIFICATE_H
#define NET_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	CERTIFICATE_PEM_MAX = 256 << 10, /* bytes of a file: a chain, a key */
	CERTIFICATE_NAMES_MAX = 32,
};

struct certificate {
	int64_t from, until; /* ms UTC: notBefore and notAfter of the first in the chain */
	bool self_signed;
	unsigned chain; /* certificates in the text */
};

/*
 * Read a chain, its own certificate first, and compare it with its private key.
 *
 * Errors: E_SYNTAX a text is not PEM, or the key is locked by a passphrase; E_CRYPTO the key
 * is of another certificate, or weaker than RSA 2048 or P-256.
 */
int certificate_read(struct certificate *out, const char *chain, const char *key,
		     struct fault *f) MUST_CHECK;

/* Does the first certificate name this host or address (RFC 6125, RFC 2818)? */
bool certificate_covers(const char *chain, const char *name);

/*
 * A self-signed certificate over a new P-256 key.
 *
 * names  hosts and addresses, 1 to CERTIFICATE_NAMES_MAX; the first is the subject
 * Errors: E_RANGE, E_CRYPTO.
 */
int certificate_make(struct buf *chain, struct buf *key, const char *const *names, size_t count,
		     int64_t from, int64_t until, struct fault *f) MUST_CHECK;

#endif
