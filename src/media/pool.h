/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * pool.h: a fixed number of equal things, taken and given back without allocating.  The pages
 * of those never taken are never touched.
 */
#ifndef MEDIA_POOL_H
#define MEDIA_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct pool {
	uint8_t *base;
	size_t size; /* of one */
	uint32_t count;
	uint32_t used;
	uint32_t fresh; /* never taken so far: base + fresh * size on */
	void *free;	/* given back, each pointing to the next */
};

/* Errors: E_NOMEM. */
int pool_init(struct pool *p, size_t size, uint32_t count) MUST_CHECK;
void pool_clear(struct pool *p);

/* Zeroed; NULL when all are taken. */
void *pool_take(struct pool *p);
void pool_give(struct pool *p, void *one);

uint32_t pool_index(const struct pool *p, const void *one);

/* The one with that index; NULL when it was never taken. */
void *pool_at(const struct pool *p, uint32_t index);

#endif
