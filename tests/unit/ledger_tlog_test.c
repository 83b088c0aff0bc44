/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A tiled log written by another program (transparency-dev/tessera), read by this one. */
#include <string.h>

#include "base/mem.h"
#include "ledger/checkpoint.h"
#include "ledger/tile.h"
#include "t.h"

enum {
	SIZE = 15,
};

struct tlog {
	struct arena *arena;
	struct note_key key;
	struct checkpoint at[SIZE + 1]; /* of every size */
};


static char *slurp(const char *path, size_t *len)
{
	char full[200];
	const char *found;

	(void)snprintf(full, sizeof(full), "vectors/tlog/testdata/%s", path);
	found = t_shared(full);
	ck_assert_msg(found != NULL, "no %s", full);

	return t_slurp(found, len);
}


/* The key is in the script that made the log. */
static void find_key(struct tlog *t)
{
	char *script = slurp("build_log.sh", NULL);
	char *at = strstr(script, "LOG_PUBLIC_KEY=\"");
	struct fault f = { 0 };

	ck_assert_ptr_nonnull(at);
	at += strlen("LOG_PUBLIC_KEY=\"");
	*strchr(at, '"') = '\0';
	ck_assert_msg(note_vkey_parse(&t->key, at, &f) == 0, "%s", f.text);
	free(script);
}


static void read_checkpoints(struct tlog *t)
{
	for (uint64_t n = 0; n <= SIZE; n++) {
		struct fault f = { 0 };
		struct note note;
		char name[40];
		char *text;
		size_t len;

		(void)snprintf(name, sizeof(name), "log/checkpoint.%d", (int)n);
		text = slurp(name, &len);
		ck_assert_msg(checkpoint_open(&t->at[n], &note, t->arena, text, len, &t->key,
					      &f) == 0,
			      "%s: %s", name, f.text);
		T_INT(n, t->at[n].size);
		free(text);
	}
}


static bool tlog_open(struct tlog *t)
{
	if (!t_shared("vectors/tlog/testdata/build_log.sh"))
		return false;

	t->arena = arena_new(4096);
	find_key(t);
	read_checkpoints(t);

	return true;
}


static int fetch(struct hash *out, const struct tile *t, void *arg)
{
	char path[TILE_PATH_SIZE], name[TILE_PATH_SIZE + 8];
	char *bytes;
	size_t len;

	(void)arg;
	tile_path(path, t);
	(void)snprintf(name, sizeof(name), "log/%s", path);
	bytes = slurp(name, &len);
	T_INT(t->width * sizeof(*out), len);
	memcpy(out, bytes, len);
	free(bytes);

	return 0;
}


/* The leaf hashes by the entries themselves. */
static void leaves(struct hash out[SIZE])
{
	size_t len, at = 0;
	char *bytes = slurp("log/tile/entries/000.p/15", &len);

	for (size_t i = 0; i < SIZE; i++) {
		size_t n = (size_t)(uint8_t)bytes[at] << 8 | (uint8_t)bytes[at + 1];

		ck_assert_uint_le(at + 2 + n, len);
		merkle_leaf(&out[i], bytes + at + 2, n);
		at += 2 + n;
	}
	ck_assert_uint_eq(at, len);
	free(bytes);
}


T(all_15_entries_are_proved_in_the_tree)
{
	struct tlog t;
	struct hash leaf[SIZE];
	unsigned held = 0;

	if (!tlog_open(&t))
		T_SKIP("no vectors in ../shared");
	leaves(leaf);
	for (uint64_t size = 1; size <= SIZE; size++) {
		struct tile_reader *r = tile_reader_new(size, fetch, NULL);
		struct merkle_proof p;

		for (uint64_t i = 0; i < size; i++) {
			T_OK(merkle_inclusion(&p, i, size, tile_read, r));
			T_OK(merkle_verify_inclusion(&leaf[i], i, size, &p, &t.at[size].root));
			held += size == SIZE;
		}
		tile_reader_free(r);
	}
	T_INT(15, held);
	arena_free(t.arena);
}


T(each_checkpoint_is_consistent_with_every_one_before)
{
	struct tlog t;
	unsigned held = 0;

	if (!tlog_open(&t))
		T_SKIP("no vectors in ../shared");
	for (uint64_t size = 2; size <= SIZE; size++) {
		struct tile_reader *r = tile_reader_new(size, fetch, NULL);
		struct merkle_proof p;

		for (uint64_t old = 1; old < size; old++) {
			T_OK(merkle_consistency(&p, old, size, tile_read, r));
			T_OK(merkle_verify_consistency(old, size, &t.at[old].root,
						       &t.at[size].root, &p));
			held += old == size - 1;
		}
		tile_reader_free(r);
	}
	T_INT(14, held);
	arena_free(t.arena);
}


T(a_frontier_over_its_entries_gives_its_roots)
{
	struct merkle_frontier f = { 0 };
	struct hash leaf[SIZE], root;
	struct tlog t;

	if (!tlog_open(&t))
		T_SKIP("no vectors in ../shared");
	leaves(leaf);
	for (size_t i = 0; i <= SIZE; i++) {
		merkle_frontier_root(&root, &f);
		ck_assert(hash_eq(&t.at[i].root, &root));
		if (i < SIZE)
			T_OK(merkle_append(&f, &leaf[i], NULL, NULL));
	}
	arena_free(t.arena);
}

T_MAIN("tlog", C(all_15_entries_are_proved_in_the_tree),
       C(each_checkpoint_is_consistent_with_every_one_before),
       C(a_frontier_over_its_entries_gives_its_roots))
