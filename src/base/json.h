/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * json.h: strict reading (RFC 8259 through jansson) and direct writing.
 *
 * Reading refuses duplicate keys, depth over the limit, bad UTF-8, NUL, numbers outside
 * int64 and anything after the value, and says line and column.  Writing goes straight into
 * a buf; the writer puts the commas.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	JSON_DEPTH = 32, /* default limit of nesting when reading */
};

/*
 * Read one value of at most `max` bytes.  The caller gives the reference back (json_decref).
 *
 * Errors: E_SYNTAX (with line and column), E_TOOBIG, E_RANGE (too deep).
 */
int json_read(json_t **out, const char *s, size_t len, size_t max, unsigned depth,
	      struct fault *f) MUST_CHECK;

/* The same value always as the same bytes: compact, keys sorted by code point. */
void json_canonical(struct buf *b, const json_t *value);

/* Members of an object; a default where the key is missing or of another type. */
const char *json_text(const json_t *object, const char *key, const char *otherwise);
int64_t json_int(const json_t *object, const char *key, int64_t otherwise);

struct jw {
	struct buf *b;
	bool comma;
};

void jw_init(struct jw *w, struct buf *b);

void jw_object(struct jw *w);
void jw_object_end(struct jw *w);
void jw_array(struct jw *w);
void jw_array_end(struct jw *w);
void jw_key(struct jw *w, const char *key);
void jw_key_ready(struct jw *w, const char *key); /* with its quotes and colon */

void jw_str(struct jw *w, const char *s); /* NULL writes null */
void jw_strn(struct jw *w, const char *s, size_t len);
void jw_int(struct jw *w, int64_t v);
void jw_real(struct jw *w, double v); /* 17 digits; null for what is not finite */
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
void jw_raw(struct jw *w, const char *json, size_t len); /* a finished JSON value */
void jw_json(struct jw *w, const json_t *value);

/* A key and its value at once. */
void jw_kstr(struct jw *w, const char *key, const char *s);
void jw_kint(struct jw *w, const char *key, int64_t v);
void jw_kbool(struct jw *w, const char *key, bool v);

#endif
