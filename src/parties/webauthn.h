/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * webauthn.h: passkeys: what a browser says when one is made and when one is used (W3C Web
 * Authentication Level 2, 7.1 and 7.2), checked through libfido2.
 *
 * Type, challenge and origin are checked here on the bytes of the client data; presence and
 * verification of the user are demanded; attestation is not asked for, and a certificate chain
 * in it is not trusted: what counts is that the key signed.
 */
#ifndef PARTIES_WEBAUTHN_H
#define PARTIES_WEBAUTHN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	WEBAUTHN_CHALLENGE = 32,
	WEBAUTHN_CLIENT_MAX = 4096, /* bytes of client data */
	WEBAUTHN_OBJECT_MAX = 8192, /* of the attestation object, authenticator data */
	WEBAUTHN_KEY_MAX = 800,	    /* of a public key as it is kept */
	WEBAUTHN_ID_MAX = 1023,
	WEBAUTHN_SIGNATURE_MAX = 1024,
};

/* Whom a browser talks to. */
struct webauthn_site {
	const char *origin; /* "https://centre.example" */
	const char *id;	    /* the host of it: "centre.example" */
};

struct bytes {
	const uint8_t *at;
	size_t len;
};

/* A passkey as it is kept. */
struct webauthn_key {
	uint8_t id[WEBAUTHN_ID_MAX];
	size_t id_len;
	int alg; /* COSE: -7 ES256, -8 EdDSA, -257 RS256 */
	uint8_t key[WEBAUTHN_KEY_MAX];
	size_t key_len;
	uint32_t counter;
	bool synced; /* it may be on several devices (BE) */
};

/* The algorithms that are offered, best first. */
extern const int webauthn_algs[3];

/*
 * A passkey that was just made.
 *
 * Errors, each with a sentence: E_SYNTAX the bytes are not what a browser sends; E_RANGE
 * another type, challenge, origin, site or algorithm, or nobody was there; E_CRYPTO the
 * signature of the attestation does not hold.
 */
int webauthn_made(struct webauthn_key *out, const struct webauthn_site *site,
		  const uint8_t challenge[WEBAUTHN_CHALLENGE], struct bytes client,
		  struct bytes object, struct fault *f) MUST_CHECK;

/*
 * A passkey that was just used; its counter is set to the new one.
 *
 * Errors: as above; E_CRYPTO also when the counter went back, as that of a copy would.
 */
int webauthn_used(struct webauthn_key *key, const struct webauthn_site *site,
		  const uint8_t challenge[WEBAUTHN_CHALLENGE], struct bytes client,
		  struct bytes data, struct bytes signature, struct fault *f) MUST_CHECK;

#endif
