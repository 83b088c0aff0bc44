/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * gcm.h: AES-GCM (NIST SP 800-38D) for packets: a nonce of 96 bits, a tag of 128.
 *
 * A packet is small, and EVP asks and looks up more around it than the work itself takes.
 * Intel's multi-buffer library does it in one call, half the cost of a large packet and a third
 * of that of a small one on the processors it is for; elsewhere, and where it is not
 * installed, OpenSSL does it.  Both give the same bytes (tests/unit/media_gcm_test.c).
 */
#ifndef MEDIA_GCM_H
#define MEDIA_GCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	GCM_IV = 12,
	GCM_TAG = 16,
};

/* A key, for one direction. */
struct gcm;

/* What a packet is sealed with: the nonce, and what is authenticated but not encrypted. */
struct gcm_around {
	uint8_t iv[GCM_IV]; /* never twice with a key */
	const uint8_t *beside;
	size_t len; /* of `beside`, bytes */
};

/*
 * Once, before the sandbox: opens the library for keys that are made afterwards.  False: they
 * are OpenSSL's, as those before are and stay.
 */
bool gcm_prepare(void);

/* key_len  16 or 32 bytes.  Errors: E_RANGE another length, E_CRYPTO. */
int gcm_new(struct gcm **out, const uint8_t *key, size_t key_len, bool seals) MUST_CHECK;
void gcm_free(struct gcm *g); /* NULL is allowed */

/* out = in, encrypted, and the tag behind it; both may be the same.  False: the library fails.
 */
bool gcm_seal(const struct gcm *g, uint8_t *out, const uint8_t *in, size_t len,
	      const struct gcm_around *a);

/*
 * p = p, decrypted; the tag lies behind it.  False when the tag is not that of these bytes:
 * nothing of `p` may then be used.
 */
bool gcm_open(const struct gcm *g, uint8_t *p, size_t len, const struct gcm_around *a);

#endif
