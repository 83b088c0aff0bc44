/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>
#include <sys/mman.h>

#include "media/pool.h"


int pool_init(struct pool *p, size_t size, uint32_t count)
{
	memset(p, 0, sizeof(*p));
	p->size = (size + 63) & ~(size_t)63;
	p->count = count;
	p->base = mmap(NULL, p->size * count, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p->base == MAP_FAILED) {
		p->base = NULL;
		return E_NOMEM;
	}

	return 0;
}


void pool_clear(struct pool *p)
{
	if (p->base)
		(void)munmap(p->base, p->size * p->count);
	memset(p, 0, sizeof(*p));
}


void *pool_take(struct pool *p)
{
	void *one = p->free;

	if (one) {
		memcpy(&p->free, one, sizeof(p->free));
		memset(one, 0, p->size);
	} else if (p->fresh < p->count) {
		one = p->base + p->size * p->fresh++;
	} else {
		return NULL;
	}
	p->used++;

	return one;
}


void pool_give(struct pool *p, void *one)
{
	if (!one)
		return;
	memcpy(one, &p->free, sizeof(p->free));
	p->free = one;
	p->used--;
}


uint32_t pool_index(const struct pool *p, const void *one)
{
	return (uint32_t)((size_t)((const uint8_t *)one - p->base) / p->size);
}


void *pool_at(const struct pool *p, uint32_t index)
{
	return index < p->fresh ? p->base + p->size * index : NULL;
}
