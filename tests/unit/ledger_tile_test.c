/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tiles: paths by c2sp.org/tlog-tiles, and nodes read out of them. */
#include <string.h>

#include "ledger/tile.h"
#include "t.h"


static void same(const char *path, int level, uint64_t index, unsigned width)
{
	struct tile t = { level, index, width };
	char out[TILE_PATH_SIZE];

	tile_path(out, &t);
	T_STR(path, out);
	t = (struct tile){ 0 };
	T_OK(tile_parse(&t, path));
	ck_assert(t.level == level && t.index == index && t.width == width);
}


T(a_tile_has_one_path)
{
	same("tile/0/000", 0, 0, 256);
	same("tile/0/x001/x234/067", 0, 1234067, 256);
	same("tile/0/x001/000", 0, 1000, 256);
	same("tile/63/999.p/255", 63, 999, 255);
	same("tile/entries/000.p/1", TILE_ENTRIES, 0, 1);
	same("tile/entries/x012/345", TILE_ENTRIES, 12345, 256);
	same("tile/7/x009/x223/x372/x036/x854/x775/807", 7, INT64_MAX, 256);
}


T(every_other_spelling_is_refused)
{
	static const char *const bad[] = {
		"",
		"tile",
		"tile/",
		"/tile/0/000",
		"tile/0",
		"tile/0/",
		"tile/0/0",
		"tile/0/00",
		"tile/0/0000",
		"tile/00/000",
		"tile/64/000",
		"tile/-1/000",
		"tile/+1/000",
		"tile/0/x000",
		"tile/0/x000/001",
		"tile/0/001/001",
		"tile/0/x001/x001",
		"tile/0/x001/1",
		"tile/0/000.p",
		"tile/0/000.p/",
		"tile/0/000.p/0",
		"tile/0/000.p/256",
		"tile/0/000.p/07",
		"tile/0/000.p/7/",
		"tile/0/000.p/7.p/7",
		"tile/0/000/",
		"tile/0/ 00",
		"tile/0/000\n",
		"tile/entries",
		"tile/entries/",
		"tile/data/000",
		"tile/7/x009/x223/x372/x036/x854/x775/808",
		"tile/7/x999/x999/x999/x999/x999/x999/999",
		"tile/7/x001/x000/x000/x000/x000/x000/x000/000",
		"tile/0/x001/x234/067.p/x01",
		"tile/0/"
		"x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/001",
	};
	struct tile t;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(tile_parse(&t, bad[i]) == E_SYNTAX, "%s", bad[i]);
}


/* The example of the specification: 70,000 leaves. */
T(a_tree_has_the_tiles_of_the_specification)
{
	uint64_t size = 70000;

	T_INT(256, tile_width(0, 272, size));
	T_INT(112, tile_width(0, 273, size));
	T_INT(0, tile_width(0, 274, size));
	T_INT(256, tile_width(1, 0, size));
	T_INT(17, tile_width(1, 1, size));
	T_INT(1, tile_width(2, 0, size));
	T_INT(0, tile_width(3, 0, size));
	T_INT(112, tile_width(TILE_ENTRIES, 273, size));

	T_INT(256, tile_width(0, 0, 256));
	T_INT(1, tile_width(1, 0, 256));
	T_INT(0, tile_width(0, 0, 0));
	T_INT(0, tile_width(63, 0, INT64_MAX));
	T_INT(0, tile_width(0, UINT64_MAX, INT64_MAX));

	ck_assert(tile_exists(&(struct tile){ 0, 273, 112 }, size));
	ck_assert(tile_exists(&(struct tile){ 0, 273, 5 }, size));
	ck_assert(!tile_exists(&(struct tile){ 0, 273, 113 }, size));
	ck_assert(tile_exists(&(struct tile){ 1, 0, 256 }, size));
	ck_assert(!tile_exists(&(struct tile){ 1, 1, 256 }, size));
	ck_assert(!tile_exists(&(struct tile){ 0, 274, 1 }, size));
}

/* A tree kept as the roots of its full subtrees, made by appending. */
struct tree {
	uint64_t size;
	struct hash *level[MERKLE_LEVELS];
	unsigned fetched;
};

enum {
	TREE = 70000,
};


static int keep(unsigned level, uint64_t index, const struct hash *h, void *arg)
{
	struct tree *t = arg;

	if (!t->level[level])
		t->level[level] = calloc(TREE >> level, sizeof(*h));
	t->level[level][index] = *h;

	return 0;
}


static void tree_grow(struct tree *t, struct merkle_frontier *f)
{
	struct hash leaf;

	for (t->size = 0; t->size < TREE; t->size++) {
		merkle_leaf(&leaf, &t->size, sizeof(t->size));
		T_OK(keep(0, t->size, &leaf, t));
		T_OK(merkle_append(f, &leaf, keep, t));
	}
}


static void tree_free(struct tree *t)
{
	for (unsigned i = 0; i < MERKLE_LEVELS; i++)
		free(t->level[i]);
}


static int fetch(struct hash *out, const struct tile *t, void *arg)
{
	struct tree *tree = arg;

	T_INT(tile_width(t->level, t->index, tree->size), t->width);
	memcpy(out, tree->level[t->level * TILE_HEIGHT] + t->index * TILE_WIDTH,
	       t->width * sizeof(*out));
	tree->fetched++;

	return 0;
}


T(every_node_comes_out_of_the_tiles)
{
	struct merkle_frontier f = { 0 };
	struct tree t = { 0 };
	struct tile_reader *r;
	struct hash got;

	tree_grow(&t, &f);
	r = tile_reader_new(TREE, fetch, &t);
	for (unsigned level = 0; TREE >> level; level++)
		for (uint64_t i = 0; i < (uint64_t)TREE >> level; i += 1 + i / 7) {
			T_OK(tile_read(&got, level, i, r));
			ck_assert(hash_eq(&t.level[level][i], &got));
		}
	T_INT(E_RANGE, tile_read(&got, 0, TREE, r));
	T_INT(E_RANGE, tile_read(&got, 17, 0, r));
	T_INT(E_RANGE, tile_read(&got, 63, 0, r));
	tile_reader_free(r);
	tile_reader_free(NULL);
	tree_free(&t);
}


T(a_proof_needs_two_tiles_a_level_at_most)
{
	struct merkle_frontier f = { 0 };
	struct merkle_proof p;
	struct tree t = { 0 };
	struct hash root, leaf;

	tree_grow(&t, &f);
	merkle_frontier_root(&root, &f);
	for (uint64_t i = 0; i < TREE; i += 997) {
		struct tile_reader *r = tile_reader_new(TREE, fetch, &t);

		t.fetched = 0;
		T_OK(merkle_inclusion(&p, i, TREE, tile_read, r));
		ck_assert_uint_le(t.fetched, 6);
		merkle_leaf(&leaf, &i, sizeof(i));
		T_OK(merkle_verify_inclusion(&leaf, i, TREE, &p, &root));
		tile_reader_free(r);
	}
	tree_free(&t);
}


static int broken(struct hash *out, const struct tile *t, void *arg)
{
	(void)out;
	(void)t;
	(void)arg;

	return E_IO;
}


T(a_tile_that_cannot_be_read_is_an_error_not_a_proof)
{
	struct tile_reader *r = tile_reader_new(1000, broken, NULL);
	struct merkle_proof p;

	T_INT(E_IO, merkle_inclusion(&p, 5, 1000, tile_read, r));
	T_INT(E_IO, merkle_consistency(&p, 5, 1000, tile_read, r));
	tile_reader_free(r);
}

T_MAIN("tile", C(a_tile_has_one_path), C(every_other_spelling_is_refused),
       C(a_tree_has_the_tiles_of_the_specification), C(every_node_comes_out_of_the_tiles),
       C(a_proof_needs_two_tiles_a_level_at_most),
       C(a_tile_that_cannot_be_read_is_an_error_not_a_proof))
