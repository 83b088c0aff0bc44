/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * map.h: text to pointer, open addressing, SipHash-2-4 under a random key of the process, so
 * that keys from outside cannot be chosen to collide.  Keys are not copied: they must outlive
 * the map.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_slot {
	const char *key;
	void *value;
	uint64_t hash;
};

struct map {
	struct map_slot *slots;
	size_t size; /* a power of two, or 0 */
	size_t count;
};

void map_init(struct map *m);
void map_clear(struct map *m);

void *map_get(const struct map *m, const char *key); /* NULL when it is not there */

/* The value that stood there before, or NULL. */
void *map_put(struct map *m, const char *key, void *value);
void *map_del(struct map *m, const char *key);

/* SipHash-2-4 (Aumasson, Bernstein 2012). */
uint64_t siphash(const uint64_t seed[2], const void *bytes, size_t len);

#endif
