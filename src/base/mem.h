/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * mem.h: memory that cannot fail, and memory that dies together.
 *
 * Outside the media plane a failed small allocation ends the process: the parent starts it
 * again and the state is in the store.  An arena holds what one request, message or loaded
 * file needs and is freed at once.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

#include "base/err.h"

/* As malloc, calloc, realloc and strdup, but they never return NULL: they end the process. */
void *mem_alloc(size_t size) __attribute__((malloc, returns_nonnull));
void *mem_zero(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *mem_grow(void *old, size_t count, size_t size) __attribute__((returns_nonnull));
char *mem_str(const char *s) __attribute__((malloc, returns_nonnull));

struct arena;

/* `first` bytes are taken at once (at least 256); larger needs add blocks of growing size. */
struct arena *arena_new(size_t first);

/* NULL is allowed. */
void arena_free(struct arena *a);

/* Forget everything but keep the first block, for the next request. */
void arena_reset(struct arena *a);

/* Zeroed and aligned for any type; lives until arena_reset() or arena_free(). */
void *arena_take(struct arena *a, size_t size) __attribute__((malloc, returns_nonnull));

/* Copies into the arena; the copy ends in NUL. */
char *arena_str(struct arena *a, const char *s) __attribute__((returns_nonnull));
char *arena_strn(struct arena *a, const char *s, size_t len) __attribute__((returns_nonnull));
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

#endif
