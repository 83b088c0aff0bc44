/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * tile.h: the tree cut into tiles, as it is served (https://c2sp.org/tlog-tiles, v0.1.0).
 *
 * Tile (L, N) holds up to 256 hashes of Merkle level 8*L, from index 256*N on.  A full tile
 * is 8,192 bytes and never changes; a partial one, at the right edge, names its width.
 */
#ifndef LEDGER_TILE_H
#define LEDGER_TILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "ledger/merkle.h"

enum {
	TILE_HEIGHT = 8,
	TILE_WIDTH = 256,
	TILE_LEVEL_MAX = 63,
	TILE_ENTRIES = -1, /* the "level" of an entry bundle */
	TILE_PATH_SIZE = 64,
};

struct tile {
	int level; /* 0 to TILE_LEVEL_MAX, or TILE_ENTRIES */
	uint64_t index;
	unsigned width; /* 1 to 256; 256 is full */
};

/* "tile/0/x001/x234/067", "tile/2/000.p/17", "tile/entries/000". */
void tile_path(char out[TILE_PATH_SIZE], const struct tile *t);

/* The strict inverse: every tile has exactly one path.  Errors: E_SYNTAX. */
int tile_parse(struct tile *out, const char *path) MUST_CHECK;

/* Is all of the tile there in a tree of that size? */
bool tile_exists(const struct tile *t, uint64_t size);

/* How many hashes tile (level, index) has in a tree of that size: 0 to 256. */
unsigned tile_width(int level, uint64_t index, uint64_t size);

/* Gives the t->width hashes of a tile; `out` has room for TILE_WIDTH. */
typedef int tile_fetch_h(struct hash *out, const struct tile *t, void *arg);

/*
 * Reads nodes of the tree of `size` leaves out of its tiles, for merkle_inclusion() and the
 * like: tile_read() is the merkle_read_h and the reader its argument.  It keeps the last
 * tile of each level, so that one proof fetches one or two tiles a level.
 */
struct tile_reader;
struct tile_reader *tile_reader_new(uint64_t size, tile_fetch_h *fetch, void *arg);
void tile_reader_free(struct tile_reader *r); /* NULL is allowed */

/* Errors: E_RANGE no such node in the tree; those of `fetch`. */
int tile_read(struct hash *out, unsigned level, uint64_t index, void *reader) MUST_CHECK;

#endif
