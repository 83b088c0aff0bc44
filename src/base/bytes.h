/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * bytes.h: reading big-endian formats: the twin of buf_u8() and its like (buf.h).
 *
 * A read past the end sets `bad` and gives zeros or NULL; so does every read after it.  A
 * reader may therefore make many calls and look at bytes_end() once, at the end.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *at;
	size_t left;
	bool bad;
};

void bytes_init(struct bytes *b, const void *at, size_t len);

uint8_t bytes_u8(struct bytes *b);
uint16_t bytes_u16(struct bytes *b);
uint32_t bytes_u32(struct bytes *b);
uint64_t bytes_u64(struct bytes *b);

/* The next `len` bytes where they lie, or NULL. */
const uint8_t *bytes_take(struct bytes *b, size_t len);

/* The next `len` bytes copied to `out`, which is left alone when they are not there. */
bool bytes_copy(struct bytes *b, void *out, size_t len);

/* The next `len` bytes as a reader of their own; bad when they are not there. */
struct bytes bytes_part(struct bytes *b, size_t len);

/* Was everything there, and is nothing left? */
bool bytes_end(const struct bytes *b);

#endif
