/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ledger/tile.h"

enum {
	LEVELS = (MERKLE_LEVELS + TILE_HEIGHT - 1) / TILE_HEIGHT,
	GROUPS = 7, /* of three digits, for the 19 of 2^63 */
};

struct tile_reader {
	uint64_t size;
	tile_fetch_h *fetch;
	void *arg;
	struct tile at[LEVELS]; /* width 0: nothing kept yet */
	struct hash kept[LEVELS][TILE_WIDTH];
};


void tile_path(char out[TILE_PATH_SIZE], const struct tile *t)
{
	uint64_t group[GROUPS], rest = t->index;
	int n = 0, len;

	if (t->level == TILE_ENTRIES)
		len = snprintf(out, TILE_PATH_SIZE, "tile/entries");
	else
		len = snprintf(out, TILE_PATH_SIZE, "tile/%d", t->level);

	do {
		group[n++] = rest % 1000;
		rest /= 1000;
	} while (rest && n < GROUPS);
	while (n--)
		len += snprintf(out + len, TILE_PATH_SIZE - (size_t)len, "/%s%03" PRIu64,
				n ? "x" : "", group[n]);
	if (t->width < TILE_WIDTH)
		(void)snprintf(out + len, TILE_PATH_SIZE - (size_t)len, ".p/%u", t->width);
}


/* Digits at *s, at most `max` of them; *s moves behind. */
static bool number(uint64_t *out, const char **s, size_t max)
{
	size_t n = strspn(*s, "0123456789");

	if (n == 0 || n > max)
		return false;
	*out = 0;
	while (n--)
		*out = *out * 10 + (uint64_t)(*(*s)++ - '0');

	return true;
}


int tile_parse(struct tile *out, const char *path)
{
	struct tile t = { .level = TILE_ENTRIES, .width = TILE_WIDTH };
	char back[TILE_PATH_SIZE];
	const char *s = path;
	uint64_t v;

	if (strnlen(path, TILE_PATH_SIZE) == TILE_PATH_SIZE)
		return E_SYNTAX;
	if (text_starts(s, "tile/entries/")) {
		s += strlen("tile/entries");
	} else {
		if (!text_starts(s, "tile/"))
			return E_SYNTAX;
		s += strlen("tile/");
		if (!number(&v, &s, 2))
			return E_SYNTAX;
		t.level = (int)v;
	}
	for (int groups = 0; *s == '/'; groups++) {
		s += s[1] == 'x' ? 2 : 1;
		if (!number(&v, &s, 3) || groups == GROUPS || t.index > MERKLE_SIZE_MAX / 1000)
			return E_SYNTAX;
		t.index = t.index * 1000 + v;
	}
	if (text_starts(s, ".p/")) {
		s += strlen(".p/");
		if (!number(&v, &s, 3) || v == 0 || v >= TILE_WIDTH)
			return E_SYNTAX;
		t.width = (unsigned)v;
	}
	if (t.level > TILE_LEVEL_MAX || t.index > MERKLE_SIZE_MAX)
		return E_SYNTAX;

	/* One tile, one path: zeros, x and groups are right exactly when it comes out again. */
	tile_path(back, &t);
	if (!text_eq(back, path))
		return E_SYNTAX;
	*out = t;

	return 0;
}


unsigned tile_width(int level, uint64_t index, uint64_t size)
{
	unsigned shift = level == TILE_ENTRIES ? 0 : (unsigned)level * TILE_HEIGHT;
	uint64_t hashes = shift > 63 ? 0 : size >> shift;
	uint64_t before = index * TILE_WIDTH;

	if (index > MERKLE_SIZE_MAX / TILE_WIDTH || before >= hashes)
		return 0;

	return hashes - before < TILE_WIDTH ? (unsigned)(hashes - before) : TILE_WIDTH;
}


bool tile_exists(const struct tile *t, uint64_t size)
{
	return t->width <= tile_width(t->level, t->index, size);
}


struct tile_reader *tile_reader_new(uint64_t size, tile_fetch_h *fetch, void *arg)
{
	struct tile_reader *r = mem_zero(1, sizeof(*r));

	r->size = size;
	r->fetch = fetch;
	r->arg = arg;

	return r;
}


void tile_reader_free(struct tile_reader *r)
{
	free(r);
}


static int keep(struct tile_reader *r, int level, uint64_t index)
{
	struct tile *at = &r->at[level];
	int err;

	if (at->width && at->index == index)
		return 0;

	*at = (struct tile){ level, index, tile_width(level, index, r->size) };
	err = r->fetch(r->kept[level], at, r->arg);
	if (err)
		at->width = 0;

	return err;
}


int tile_read(struct hash *out, unsigned level, uint64_t index, void *reader)
{
	struct tile_reader *r = reader;
	unsigned tile_level = level / TILE_HEIGHT;
	size_t count = (size_t)1 << level % TILE_HEIGHT;
	struct hash part[TILE_WIDTH / 2];
	uint64_t first;
	int err;

	if (level >= MERKLE_LEVELS || index >= r->size >> level)
		return E_RANGE;

	first = index * count;
	err = keep(r, (int)tile_level, first / TILE_WIDTH);
	if (err)
		return err;

	memcpy(part, &r->kept[tile_level][first % TILE_WIDTH], count * sizeof(part[0]));
	for (; count > 1; count /= 2)
		for (size_t i = 0; i < count / 2; i++)
			merkle_node(&part[i], &part[2 * i], &part[2 * i + 1]);
	*out = part[0];

	return 0;
}
