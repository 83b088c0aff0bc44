/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* text.h: small questions about text.  Text is UTF-8 without NUL, ended by NUL. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	TEXT_ID_MAX = 48, /* bytes in an id, without the NUL */
};

/* Well-formed UTF-8 (RFC 3629) without NUL. */
bool text_utf8(const char *s, size_t len);

/* [a-z][a-z0-9-]{0,47}: the ids of charters and registers (domain.md 4). */
bool text_id(const char *s);

bool text_eq(const char *a, const char *b); /* NULL equals only NULL */
bool text_starts(const char *s, const char *prefix);

/* Is `word` one of the words, which single spaces separate?  An empty one never is. */
bool text_among(const char *words, const char *word);

/*
 * A whole number in base 10, optional minus, no spaces, no leading zeros or plus.
 * Errors: E_SYNTAX not such a number, E_RANGE outside [min, max].
 */
int text_int(int64_t *out, const char *s, int64_t min, int64_t max) MUST_CHECK;

/* A decimal number such as 0.25 or -1e3, independent of the locale.  Errors: E_SYNTAX. */
int text_real(double *out, const char *s) MUST_CHECK;

/* Lower-case hexadecimal; `out` has room for 2 * len + 1 bytes. */
void text_hex(char *out, const void *bytes, size_t len);

/* Exactly `len` bytes from 2 * len hexadecimal digits of either case.  Errors: E_SYNTAX. */
int text_unhex(void *out, size_t len, const char *hex) MUST_CHECK;

/* Base64 (RFC 4648 section 4, with padding); `out` has room for (len + 2) / 3 * 4 + 1 bytes. */
void text_base64(char *out, const void *bytes, size_t len);

/* The alphabet of section 5, without padding; the same room. */
void text_base64url(char *out, const void *bytes, size_t len);

/*
 * The strict inverse: no white space, right padding, no stray bits.  `url` reads the alphabet
 * of section 5 without padding.  *len holds the room in `out` and then the bytes written.
 * Errors: E_SYNTAX, E_TOOBIG.
 */
int text_unbase64(void *out, size_t *len, const char *s, size_t s_len, bool url) MUST_CHECK;

/* Copy with truncation at a character boundary; returns false when it did not fit. */
bool text_copy(char *out, size_t size, const char *s);

/* The host of "https://centre.example:8443/path"; false: there is none, or it is too long. */
bool text_host(char *out, size_t size, const char *url);

#endif
