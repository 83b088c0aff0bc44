/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"


/* How many bytes the character at s has, 0 when it is not well formed. */
static size_t utf8_len(const unsigned char *s, size_t left)
{
	size_t n;

	if (s[0] < 0x80)
		return s[0] ? 1 : 0;
	n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || left < n)
		return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;

	return n;
}


bool text_utf8(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n;

	for (; len; p += n, len -= n) {
		n = utf8_len(p, len);
		if (!n)
			return false;
	}

	return true;
}


bool text_id(const char *s)
{
	size_t n = 0;

	if (*s < 'a' || *s > 'z')
		return false;
	for (; *s; s++, n++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '-'))
			return false;

	return n <= TEXT_ID_MAX;
}


bool text_eq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}


bool text_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}


bool text_among(const char *words, const char *word)
{
	size_t len = strlen(word);

	while (*words) {
		size_t n = strcspn(words, " ");

		if (n && n == len && memcmp(words, word, n) == 0)
			return true;
		words += n + (words[n] == ' ');
	}

	return false;
}


int text_int(int64_t *out, const char *s, int64_t min, int64_t max)
{
	const char *digits = *s == '-' ? s + 1 : s;
	char *end = NULL;
	long long v;

	if (*digits < '0' || *digits > '9' || (*digits == '0' && digits[1]) ||
	    (*digits == '0' && digits != s))
		return E_SYNTAX;

	errno = 0;
	v = strtoll(s, &end, 10);
	if (*end)
		return E_SYNTAX;
	if (errno || v < min || v > max)
		return E_RANGE;

	*out = v;

	return 0;
}


int text_real(double *out, const char *s)
{
	static const char allowed[] = "0123456789+-.eE";
	char *end = NULL;
	locale_t c;
	double v;

	if (!*s || s[strspn(s, allowed)])
		return E_SYNTAX;

	c = newlocale(LC_ALL_MASK, "C", NULL);
	if (!c)
		return E_NOMEM;
	v = strtod_l(s, &end, c);
	freelocale(c);
	if (*end || !isfinite(v))
		return E_SYNTAX;

	*out = v;

	return 0;
}


void text_hex(char *out, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
	*out = '\0';
}


static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;

	return -1;
}


int text_unhex(void *out, size_t len, const char *hex)
{
	unsigned char *p = out;

	if (strlen(hex) != 2 * len)
		return E_SYNTAX;
	for (size_t i = 0; i < len; i++) {
		int hi = hex_digit(hex[2 * i]);
		int lo = hex_digit(hex[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return E_SYNTAX;
		p[i] = (unsigned char)(hi << 4 | lo);
	}

	return 0;
}


static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";


void text_base64(char *out, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i += 3) {
		unsigned v = (unsigned)p[i] << 16;

		if (i + 1 < len)
			v |= (unsigned)p[i + 1] << 8;
		if (i + 2 < len)
			v |= p[i + 2];
		*out++ = base64_digits[v >> 18];
		*out++ = base64_digits[v >> 12 & 63];
		*out++ = i + 1 < len ? base64_digits[v >> 6 & 63] : '=';
		*out++ = i + 2 < len ? base64_digits[v & 63] : '=';
	}
	*out = '\0';
}


void text_base64url(char *out, const void *bytes, size_t len)
{
	text_base64(out, bytes, len);
	for (char *c = out; *c; c++) {
		if (*c == '+')
			*c = '-';
		else if (*c == '/')
			*c = '_';
		else if (*c == '=')
			*c = '\0';
	}
}


static int base64_digit(char c, bool url)
{
	const char *at;

	if (url && c == '-')
		return 62;
	if (url && c == '_')
		return 63;
	if (!c || (url && (c == '+' || c == '/')))
		return -1;
	at = strchr(base64_digits, c);

	return at ? (int)(at - base64_digits) : -1;
}


int text_unbase64(void *out, size_t *len, const char *s, size_t s_len, bool url)
{
	unsigned char *p = out;
	size_t n = 0;
	unsigned bits = 0, v = 0;

	if (!url) {
		if (s_len % 4)
			return E_SYNTAX;
		for (int i = 0; i < 2 && s_len && s[s_len - 1] == '='; i++)
			s_len--;
	}
	if (s_len % 4 == 1)
		return E_SYNTAX;

	for (size_t i = 0; i < s_len; i++) {
		int d = base64_digit(s[i], url);

		if (d < 0)
			return E_SYNTAX;
		v = (v << 6 | (unsigned)d) & 0xffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			if (n == *len)
				return E_TOOBIG;
			p[n++] = (unsigned char)(v >> bits);
		}
	}
	if (v & ((1U << bits) - 1))
		return E_SYNTAX;

	*len = n;

	return 0;
}


bool text_copy(char *out, size_t size, const char *s)
{
	size_t len = strlen(s);
	bool fits = len < size;

	if (!fits) {
		len = size - 1;
		while (len && ((unsigned char)s[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(out, s, len);
	out[len] = '\0';

	return fits;
}


bool text_host(char *out, size_t size, const char *url)
{
	const char *at = url ? strstr(url, "://") : NULL;
	size_t len = at ? strcspn(at + 3, ":/?#") : 0;

	if (!len || len >= size)
		return false;
	memcpy(out, at + 3, len);
	out[len] = '\0';

	return true;
}
