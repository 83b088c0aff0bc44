/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * password.h: passwords (Argon2id, RFC 9106, through libsodium) and one-time codes (TOTP, RFC
 * 6238: SHA-1, six digits, 30 s), for those who cannot use a passkey and are allowed to.
 */
#ifndef PARTIES_PASSWORD_H
#define PARTIES_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	PASSWORD_MIN = 12, /* characters */
	PASSWORD_MAX = 200,
	PASSWORD_HASH_SIZE = 128, /* with the NUL */
	TOTP_SECRET = 20,
	TOTP_STEP_MS = 30000,
	TOTP_TEXT_SIZE = 33, /* the secret in base 32, with the NUL */
};

/*
 * One password at a time in the whole process: each takes 19 MiB and a twentieth of a second.
 *
 * Errors: E_RANGE too short or too long; E_RATE somebody else's is being looked at; E_NOMEM.
 */
int password_hash(char out[PASSWORD_HASH_SIZE], const char *password,
		  struct fault *f) MUST_CHECK;

/* `hash` NULL, nobody's: takes as long, E_CRYPTO.  Errors: E_CRYPTO another; E_RATE as above.
 */
int password_check(const char *hash, const char *password, struct fault *f) MUST_CHECK;

/* The code of a step (time / TOTP_STEP_MS). */
uint32_t totp_code(const uint8_t secret[TOTP_SECRET], int64_t step);

/*
 * Is it the code of now, of the step before or after, and later than `last`?  The step it is of
 * goes to *step, so that it is taken once.
 */
bool totp_check(int64_t *step, const uint8_t secret[TOTP_SECRET], const char *code,
		int64_t last, int64_t now);

/* Base 32 (RFC 4648 section 6), as apps for codes take it. */
void totp_text(char out[TOTP_TEXT_SIZE], const uint8_t secret[TOTP_SECRET]);

#endif
