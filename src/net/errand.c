/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/bytes.h"
#include "net/errand.h"

enum {
	HEADER = 10,
};


void errand_write(struct buf *out, const struct errand *e)
{
	size_t total = HEADER + e->len;

	for (size_t i = 0; i < ERRAND_TEXTS; i++)
		total += 4 + strlen(e->text[i] ? e->text[i] : "") + 1;
	buf_u32(out, (uint32_t)total);
	buf_u8(out, (uint8_t)e->word);
	buf_u8(out, (uint8_t)e->outcome);
	buf_u32(out, e->number);
	for (size_t i = 0; i < ERRAND_TEXTS; i++) {
		const char *text = e->text[i] ? e->text[i] : "";
		size_t len = strlen(text);

		buf_u32(out, (uint32_t)len);
		buf_add(out, text, len + 1);
	}
	buf_add(out, e->bytes ? e->bytes : "", e->len);
}


int errand_read(struct errand *out, size_t *used, const char *bytes, size_t len)
{
	struct errand e = { 0 };
	struct bytes b;
	uint32_t total;

	*used = 0;
	if (len < 4)
		return 0;
	bytes_init(&b, bytes, len);
	total = bytes_u32(&b);
	if (total < HEADER || total > ERRAND_MAX)
		return E_SYNTAX;
	if (len < total)
		return 0;
	bytes_init(&b, bytes + 4, total - 4);
	e.word = (enum errand_word)bytes_u8(&b);
	e.outcome = (enum errand_outcome)bytes_u8(&b);
	e.number = bytes_u32(&b);
	if (e.word < ERRAND_MAIL || e.word > ERRAND_ANSWER ||
	    (e.word == ERRAND_ANSWER) != (e.outcome != 0) || e.outcome > ERRAND_UNSURE)
		return E_SYNTAX;
	for (size_t i = 0; i < ERRAND_TEXTS; i++) {
		size_t n = bytes_u32(&b);
		const uint8_t *p = n <= ERRAND_TEXT_MAX ? bytes_take(&b, n + 1) : NULL;

		if (!p || p[n] || memchr(p, '\0', n))
			return E_SYNTAX;
		e.text[i] = (const char *)p;
	}
	e.len = b.left;
	e.bytes = (const char *)bytes_take(&b, b.left);
	if (e.len > ERRAND_BYTES_MAX)
		return E_SYNTAX;
	*out = e;
	*used = total;

	return 0;
}
