/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/bytes.h"
#include "media/link.h"

enum {
	HEADER = 18,
};


void link_write(struct buf *out, const struct link_message *m)
{
	size_t total = HEADER, count = 0;

	for (; count < LINK_TEXTS && m->text[count]; count++)
		total += 4 + strlen(m->text[count]) + 1;
	buf_u32(out, (uint32_t)total);
	buf_u8(out, (uint8_t)m->word);
	buf_u8(out, (uint8_t)count);
	buf_u32(out, m->id);
	buf_u32(out, (uint32_t)m->err);
	buf_u32(out, m->number);
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(m->text[i]);

		buf_u32(out, (uint32_t)len);
		buf_add(out, m->text[i], len + 1);
	}
}


int link_read(struct link_message *out, size_t *used, const char *bytes, size_t len)
{
	struct link_message m = { 0 };
	struct bytes b;
	uint32_t total;
	uint8_t count;

	*used = 0;
	if (len < 4)
		return 0;
	bytes_init(&b, bytes, len);
	total = bytes_u32(&b);
	if (total < HEADER || total > LINK_MAX)
		return E_SYNTAX;
	if (len < total)
		return 0;
	bytes_init(&b, bytes + 4, total - 4);
	m.word = (enum link_word)bytes_u8(&b);
	count = bytes_u8(&b);
	m.id = bytes_u32(&b);
	m.err = (int)bytes_u32(&b);
	m.number = bytes_u32(&b);
	if (m.word < LINK_JOIN || m.word > LINK_EVENT || count > LINK_TEXTS)
		return E_SYNTAX;
	for (size_t i = 0; i < count; i++) {
		size_t n = bytes_u32(&b);
		const uint8_t *p = bytes_take(&b, n + 1);

		if (!p || p[n] || memchr(p, '\0', n))
			return E_SYNTAX;
		m.text[i] = (const char *)p;
		m.len[i] = n;
	}
	if (!bytes_end(&b))
		return E_SYNTAX;
	*out = m;
	*used = total;

	return 0;
}
