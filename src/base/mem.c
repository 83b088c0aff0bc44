/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define ALIGN	  alignof(max_align_t)
#define BLOCK_MAX ((size_t)1 << 20)

struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(ALIGN) unsigned char bytes[];
};

struct arena {
	struct block *first;
	struct block *last;
};


static void *must(void *p)
{
	if (!p) {
		(void)fputs("<2>out of memory\n", stderr);
		abort();
	}

	return p;
}


void *mem_alloc(size_t size)
{
	return must(malloc(size ? size : 1));
}


void *mem_zero(size_t count, size_t size)
{
	return must(calloc(count ? count : 1, size ? size : 1));
}


void *mem_grow(void *old, size_t count, size_t size)
{
	return must(reallocarray(old, count ? count : 1, size ? size : 1));
}


char *mem_str(const char *s)
{
	return must(strdup(s));
}


static struct block *block_new(size_t size)
{
	struct block *b = mem_alloc(sizeof(*b) + size);

	b->next = NULL;
	b->size = size;
	b->used = 0;

	return b;
}


struct arena *arena_new(size_t first)
{
	struct arena *a = mem_alloc(sizeof(*a));

	a->first = a->last = block_new(first < 256 ? 256 : first);

	return a;
}


static void free_after(struct block *b)
{
	struct block *next;

	for (; b; b = next) {
		next = b->next;
		free(b);
	}
}


void arena_free(struct arena *a)
{
	if (!a)
		return;

	free_after(a->first);
	free(a);
}


void arena_reset(struct arena *a)
{
	free_after(a->first->next);
	a->first->next = NULL;
	a->first->used = 0;
	a->last = a->first;
}


void *arena_take(struct arena *a, size_t size)
{
	struct block *b = a->last;
	size_t need = (size + ALIGN - 1) / ALIGN * ALIGN;
	void *p;

	if (need < size || b->size - b->used < need) {
		size_t grown = b->size * 2 < BLOCK_MAX ? b->size * 2 : BLOCK_MAX;

		if (need < size)
			must(NULL);
		b = block_new(need > grown ? need : grown);
		a->last->next = b;
		a->last = b;
	}

	p = b->bytes + b->used;
	b->used += need;
	memset(p, 0, need);

	return p;
}


char *arena_strn(struct arena *a, const char *s, size_t len)
{
	char *copy = arena_take(a, len + 1);

	memcpy(copy, s, len);

	return copy;
}


char *arena_str(struct arena *a, const char *s)
{
	return arena_strn(a, s, strlen(s));
}


char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *out;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	out = arena_take(a, (size_t)(len < 0 ? 0 : len) + 1);
	if (len > 0)
		(void)vsnprintf(out, (size_t)len + 1, fmt, again);
	va_end(again);

	return out;
}
