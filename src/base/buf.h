/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * buf.h: bytes that grow, up to a stated maximum.
 *
 * Writing past the maximum sets `err` and writes nothing more; a writer may therefore make
 * many calls and look at `err` once, at the end.  The bytes are always followed by a NUL.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"

struct buf {
	char *data; /* never NULL after buf_init() */
	size_t len;
	size_t size;
	size_t max;
	int err; /* 0 or E_TOOBIG */
};

enum {
	BUF_MAX_DEFAULT = 64 << 20,
};

/* `max` 0 means BUF_MAX_DEFAULT. */
void buf_init(struct buf *b, size_t max);
void buf_clear(struct buf *b);

/* Forget the content, keep the memory. */
void buf_reset(struct buf *b);

/* Are `len` more bytes within what is there and allowed? */
static inline bool buf_fits(const struct buf *b, size_t len)
{
	return len < b->size - b->len && len <= b->max - b->len && !b->err;
}

void buf_add_growing(struct buf *b, const void *bytes, size_t len); /* for buf_add() */

static inline void buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (!len || !buf_fits(b, len)) {
		buf_add_growing(b, bytes, len);
		return;
	}
	memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void buf_str(struct buf *b, const char *s);
static inline void buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_int(struct buf *b, int64_t value);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) PRINTF(2, 0);

/* Big-endian numbers, for wire formats. */
void buf_u8(struct buf *b, uint8_t value);
void buf_u16(struct buf *b, uint16_t value);
void buf_u32(struct buf *b, uint32_t value);
void buf_u64(struct buf *b, uint64_t value);

/* Make room for `len` more bytes and return where they go; NULL when over the maximum. */
char *buf_room(struct buf *b, size_t len);

/* Give the bytes away (the caller frees them) and start anew. */
char *buf_take(struct buf *b, size_t *len);

#endif
