/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"


/* Brackets are counted outside strings, so that depth is known before anything is built. */
static bool too_deep(const char *s, size_t len, unsigned depth, size_t *at)
{
	unsigned now = 0;
	bool in_string = false;

	for (size_t i = 0; i < len; i++) {
		if (in_string) {
			if (s[i] == '\\')
				i++;
			else if (s[i] == '"')
				in_string = false;
		} else if (s[i] == '"') {
			in_string = true;
		} else if (s[i] == '{' || s[i] == '[') {
			if (++now > depth) {
				*at = i;
				return true;
			}
		} else if ((s[i] == '}' || s[i] == ']') && now) {
			now--;
		}
	}

	return false;
}


static void place(struct fault *f, const char *s, size_t at)
{
	int line = 1, col = 1;

	for (size_t i = 0; i < at; i++) {
		col++;
		if (s[i] == '\n') {
			line++;
			col = 1;
		}
	}
	fault_at(f, NULL, line, col);
}


int json_read(json_t **out, const char *s, size_t len, size_t max, unsigned depth,
	      struct fault *f)
{
	json_error_t e;
	json_t *v;
	size_t at = 0;

	if (len > max)
		return fault_set(f, E_TOOBIG, "The text has %zu bytes, at most %zu are taken.",
				 len, max);
	if (too_deep(s, len, depth, &at)) {
		place(f, s, at);
		return fault_set(f, E_RANGE, "Nesting is deeper than %u levels.", depth);
	}

	v = json_loadb(s, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
	if (!v) {
		fault_at(f, NULL, e.line > 0 ? e.line : 1, e.column > 0 ? e.column : 1);
		return fault_set(f, E_SYNTAX, "This is not JSON: %s.", e.text);
	}

	*out = v;

	return 0;
}


static int dump_to_buf(const char *bytes, size_t len, void *arg)
{
	buf_add(arg, bytes, len);

	return 0;
}


void json_canonical(struct buf *b, const json_t *value)
{
	(void)json_dump_callback(value, dump_to_buf, b,
				 JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
}


const char *json_text(const json_t *object, const char *key, const char *otherwise)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? json_string_value(v) : otherwise;
}


int64_t json_int(const json_t *object, const char *key, int64_t otherwise)
{
	const json_t *v = json_object_get(object, key);

	return json_is_integer(v) ? json_integer_value(v) : otherwise;
}


void jw_init(struct jw *w, struct buf *b)
{
	w->b = b;
	w->comma = false;
}


static void value(struct jw *w)
{
	if (w->comma)
		buf_char(w->b, ',');
	w->comma = true;
}


static void open(struct jw *w, char c)
{
	value(w);
	buf_char(w->b, c);
	w->comma = false;
}


static void close(struct jw *w, char c)
{
	buf_char(w->b, c);
	w->comma = true;
}


void jw_object(struct jw *w)
{
	open(w, '{');
}


void jw_object_end(struct jw *w)
{
	close(w, '}');
}


void jw_array(struct jw *w)
{
	open(w, '[');
}


void jw_array_end(struct jw *w)
{
	close(w, ']');
}


#define EACH_BYTE(c)   ((uint64_t)(c)*UINT64_C(0x0101010101010101))
#define ZERO_BYTE(v)   (((v)-EACH_BYTE(0x01)) & ~(v)&EACH_BYTE(0x80))
#define BELOW_SPACE(v) (((v)-EACH_BYTE(0x20)) & ~(v)&EACH_BYTE(0x80))

/* Does one of eight bytes not stand in a JSON text as it is? */
static bool needs_escape(const char *eight)
{
	uint64_t v;

	memcpy(&v, eight, 8);

	return BELOW_SPACE(v) | ZERO_BYTE(v ^ EACH_BYTE('"')) | ZERO_BYTE(v ^ EACH_BYTE('\\'));
}


/* How many bytes at the beginning stand in a JSON text as they are. */
static size_t plain_span(const char *s, size_t len)
{
	size_t i = 0;

	for (; len - i >= 8; i += 8)
		if (needs_escape(s + i))
			break;
	/* The rest as the last eight bytes, of which some were looked at already. */
	if (len - i < 8 && len >= 8 && !needs_escape(s + len - 8))
		return len;
	for (; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 0x20 || c == '"' || c == '\\')
			break;
	}

	return i;
}


static void escaped(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char escape[7] = "\\u00";

	if (c == '"' || c == '\\') {
		escape[1] = (char)c;
		buf_add(b, escape, 2);
	} else if (c == '\n') {
		buf_add(b, "\\n", 2);
	} else {
		escape[4] = hex[c >> 4];
		escape[5] = hex[c & 15];
		buf_add(b, escape, 6);
	}
}


/* A text in quotes, with what stands before (a comma or nothing) and after (a colon). */
static void quoted(struct buf *b, bool comma, const char *s, size_t len, bool colon)
{
	size_t plain = plain_span(s, len);

	if (plain == len) {
		char *to = buf_room(b, len + 2 + comma + colon), *at = to;

		if (!to)
			return;
		if (comma)
			*at++ = ',';
		*at++ = '"';
		memcpy(at, s, len);
		at += len;
		*at++ = '"';
		if (colon)
			*at++ = ':';
		*at = '\0';
		b->len += (size_t)(at - to);
		return;
	}
	if (comma)
		buf_char(b, ',');
	buf_char(b, '"');
	for (;;) {
		buf_add(b, s, plain);
		if (plain == len)
			break;
		escaped(b, (unsigned char)s[plain]);
		s += plain + 1;
		len -= plain + 1;
		plain = plain_span(s, len);
	}
	buf_add(b, "\":", colon ? 2 : 1);
}


void jw_key(struct jw *w, const char *key)
{
	quoted(w->b, w->comma, key, strlen(key), true);
	w->comma = false;
}


void jw_key_ready(struct jw *w, const char *key)
{
	value(w);
	buf_str(w->b, key);
	w->comma = false;
}


void jw_strn(struct jw *w, const char *s, size_t len)
{
	quoted(w->b, w->comma, s, len, false);
	w->comma = true;
}


void jw_str(struct jw *w, const char *s)
{
	if (s)
		jw_strn(w, s, strlen(s));
	else
		jw_null(w);
}


void jw_int(struct jw *w, int64_t v)
{
	value(w);
	buf_int(w->b, v);
}


void jw_real(struct jw *w, double v)
{
	char digits[40];

	value(w);
	if (!isfinite(v)) {
		buf_str(w->b, "null");
		return;
	}
	(void)snprintf(digits, sizeof(digits), "%.17g", v);
	buf_str(w->b, digits);
	if (!digits[strcspn(digits, ".e")])
		buf_str(w->b, ".0"); /* so that it reads back as a real */
}


void jw_bool(struct jw *w, bool v)
{
	value(w);
	buf_str(w->b, v ? "true" : "false");
}


void jw_null(struct jw *w)
{
	value(w);
	buf_str(w->b, "null");
}


void jw_raw(struct jw *w, const char *json, size_t len)
{
	value(w);
	buf_add(w->b, json, len);
}


void jw_json(struct jw *w, const json_t *v)
{
	value(w);
	json_canonical(w->b, v);
}


void jw_kstr(struct jw *w, const char *key, const char *s)
{
	jw_key(w, key);
	jw_str(w, s);
}


void jw_kint(struct jw *w, const char *key, int64_t v)
{
	jw_key(w, key);
	jw_int(w, v);
}


void jw_kbool(struct jw *w, const char *key, bool v)
{
	jw_key(w, key);
	jw_bool(w, v);
}
