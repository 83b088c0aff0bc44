/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"


void buf_init(struct buf *b, size_t max)
{
	b->len = 0;
	b->size = 256;
	b->max = max ? max : BUF_MAX_DEFAULT;
	b->err = 0;
	b->data = mem_alloc(b->size);
	b->data[0] = '\0';
}


void buf_clear(struct buf *b)
{
	free(b->data);
	memset(b, 0, sizeof(*b));
}


void buf_reset(struct buf *b)
{
	b->len = 0;
	b->err = 0;
	b->data[0] = '\0';
}


char *buf_room(struct buf *b, size_t len)
{
	size_t size = b->size;

	if (b->err || len > b->max || b->len + len > b->max) {
		b->err = E_TOOBIG;
		return NULL;
	}

	while (size < b->len + len + 1)
		size *= 2;
	if (size != b->size) {
		b->data = mem_grow(b->data, size, 1);
		b->size = size;
	}

	return b->data + b->len;
}


void buf_add_growing(struct buf *b, const void *bytes, size_t len)
{
	char *to = buf_room(b, len);

	if (!to || !len)
		return;

	memcpy(to, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}


void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}


void buf_int(struct buf *b, int64_t value)
{
	char digits[24];
	char *p = digits + sizeof(digits);
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	do {
		*--p = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		*--p = '-';

	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}


void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	char *to;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	to = len > 0 ? buf_room(b, (size_t)len) : NULL;
	if (to) {
		(void)vsnprintf(to, (size_t)len + 1, fmt, again);
		b->len += (size_t)len;
	}
	va_end(again);
}


void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}


void buf_u8(struct buf *b, uint8_t value)
{
	buf_add(b, &value, 1);
}


void buf_u16(struct buf *b, uint16_t value)
{
	uint8_t v[2] = { (uint8_t)(value >> 8), (uint8_t)value };

	buf_add(b, v, sizeof(v));
}


void buf_u32(struct buf *b, uint32_t value)
{
	buf_u16(b, (uint16_t)(value >> 16));
	buf_u16(b, (uint16_t)value);
}


void buf_u64(struct buf *b, uint64_t value)
{
	buf_u32(b, (uint32_t)(value >> 32));
	buf_u32(b, (uint32_t)value);
}


char *buf_take(struct buf *b, size_t *len)
{
	char *data = b->data;

	if (len)
		*len = b->len;
	buf_init(b, b->max);

	return data;
}
