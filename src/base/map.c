/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/rand.h"


static uint64_t rotl(uint64_t v, int n)
{
	return v << n | v >> (64 - n);
}


static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}


uint64_t siphash(const uint64_t seed[2], const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint64_t v[4] = { seed[0] ^ 0x736f6d6570736575, seed[1] ^ 0x646f72616e646f6d,
			  seed[0] ^ 0x6c7967656e657261, seed[1] ^ 0x7465646279746573 };
	uint64_t last = (uint64_t)len << 56, word;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&word, p, 8);
		word = le64toh(word);
		v[3] ^= word;
		sip_round(v);
		sip_round(v);
		v[0] ^= word;
	}
	for (size_t i = 0; i < len; i++)
		last |= (uint64_t)p[i] << (8 * i);
	v[3] ^= last;
	sip_round(v);
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);

	return v[0] ^ v[1] ^ v[2] ^ v[3];
}


/*
 * One secret for all maps of a process: made before main(), only read afterwards.  A system
 * call for each map would cost more than most of them hold.
 */
static uint64_t map_seed[2];


__attribute__((constructor)) static void choose_seed(void)
{
	rand_bytes(map_seed, sizeof(map_seed));
}


void map_init(struct map *m)
{
	memset(m, 0, sizeof(*m));
}


void map_clear(struct map *m)
{
	free(m->slots);
	m->slots = NULL;
	m->size = m->count = 0;
}


/* Where the key is, or the free slot where it would go.  The map has at least one free slot. */
static struct map_slot *find(const struct map *m, const char *key, uint64_t hash)
{
	size_t i = hash & (m->size - 1);

	while (m->slots[i].key &&
	       (m->slots[i].hash != hash || strcmp(m->slots[i].key, key) != 0))
		i = (i + 1) & (m->size - 1);

	return &m->slots[i];
}


static void grow(struct map *m)
{
	struct map old = *m;

	m->size = old.size ? old.size * 2 : 16;
	m->slots = mem_zero(m->size, sizeof(*m->slots));
	for (size_t i = 0; i < old.size; i++)
		if (old.slots[i].key)
			*find(m, old.slots[i].key, old.slots[i].hash) = old.slots[i];
	free(old.slots);
}


void *map_get(const struct map *m, const char *key)
{
	if (!m->count)
		return NULL;

	return find(m, key, siphash(map_seed, key, strlen(key)))->value;
}


void *map_put(struct map *m, const char *key, void *value)
{
	uint64_t hash = siphash(map_seed, key, strlen(key));
	struct map_slot *s;
	void *before;

	if (m->count * 4 >= m->size * 3)
		grow(m);

	s = find(m, key, hash);
	before = s->value;
	if (!s->key)
		m->count++;
	s->key = key;
	s->value = value;
	s->hash = hash;

	return before;
}


void *map_del(struct map *m, const char *key)
{
	struct map_slot *s;
	void *before;
	size_t i;

	if (!m->count)
		return NULL;
	s = find(m, key, siphash(map_seed, key, strlen(key)));
	if (!s->key)
		return NULL;

	before = s->value;
	memset(s, 0, sizeof(*s));
	m->count--;

	/* Whatever follows in the run may now be found at an earlier place. */
	for (i = ((size_t)(s - m->slots) + 1) & (m->size - 1); m->slots[i].key;
	     i = (i + 1) & (m->size - 1)) {
		struct map_slot moved = m->slots[i];

		memset(&m->slots[i], 0, sizeof(m->slots[i]));
		*find(m, moved.key, moved.hash) = moved;
	}

	return before;
}
