/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/bytes.h"


void bytes_init(struct bytes *b, const void *at, size_t len)
{
	*b = (struct bytes){ at, len, false };
}


const uint8_t *bytes_take(struct bytes *b, size_t len)
{
	const uint8_t *p = b->at;

	if (b->bad || len > b->left) {
		b->bad = true;
		return NULL;
	}
	b->at += len;
	b->left -= len;

	return p;
}


static uint64_t number(struct bytes *b, size_t len)
{
	const uint8_t *p = bytes_take(b, len);
	uint64_t v = 0;

	for (size_t i = 0; p && i < len; i++)
		v = v << 8 | p[i];

	return v;
}


uint8_t bytes_u8(struct bytes *b)
{
	return (uint8_t)number(b, 1);
}


uint16_t bytes_u16(struct bytes *b)
{
	return (uint16_t)number(b, 2);
}


uint32_t bytes_u32(struct bytes *b)
{
	return (uint32_t)number(b, 4);
}


uint64_t bytes_u64(struct bytes *b)
{
	return number(b, 8);
}


bool bytes_copy(struct bytes *b, void *out, size_t len)
{
	const uint8_t *p = bytes_take(b, len);

	if (p && len)
		memcpy(out, p, len);

	return p != NULL;
}


struct bytes bytes_part(struct bytes *b, size_t len)
{
	const uint8_t *p = bytes_take(b, len);

	return (struct bytes){ p, p ? len : 0, !p };
}


bool bytes_end(const struct bytes *b)
{
	return !b->bad && b->left == 0;
}
