/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * log.c: the writer's side.
 *
 * Invariants:
 * 1. `head` is the log by the last commit, `next` the same with what was appended since.
 * 2. An edge, where its width is not 0, holds the first hashes of the rightmost tile of
 *    `next` at its level, as many as there are; so an append and a proof at the right edge
 *    read nothing from the store.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ledger/log.h"
#include "store/store.h"

enum {
	LEVELS = (MERKLE_LEVELS + TILE_HEIGHT - 1) / TILE_HEIGHT,
};

struct edge {
	uint64_t index;
	unsigned width;
	struct hash hash[TILE_WIDTH];
};

struct log {
	struct store *st;
	int64_t number;
	struct public_key key;
	struct merkle_frontier head, next;
	bool edges_known;
	struct edge edge[LEVELS];
};


static struct log *log_new(struct store *st, int64_t number, const struct public_key *key)
{
	struct log *l = mem_zero(1, sizeof(*l));

	l->st = st;
	l->number = number;
	l->key = *key;

	return l;
}


void log_close(struct log *l)
{
	free(l);
}


int64_t log_number(const struct log *l)
{
	return l->number;
}


const struct public_key *log_key(const struct log *l)
{
	return &l->key;
}


uint64_t log_pending(const struct log *l)
{
	return l->next.size;
}


/* Read the rightmost tiles of `next` again. */
static int load_edges(struct log *l)
{
	struct log_source source = { l->st, l->number };

	if (l->edges_known)
		return 0;

	for (int level = 0; level < LEVELS; level++) {
		struct edge *e = &l->edge[level];
		uint64_t hashes = l->next.size >> (level * TILE_HEIGHT);
		struct tile t = { level, hashes / TILE_WIDTH, (unsigned)(hashes % TILE_WIDTH) };
		int err = t.width ? log_fetch(e->hash, &t, &source) : 0;

		if (err)
			return err;
		e->index = t.index;
		e->width = t.width;
	}
	l->edges_known = true;

	return 0;
}


static void put_edge(struct log *l, unsigned level, uint64_t index, const struct hash *h)
{
	struct edge *e = &l->edge[level];

	if (index % TILE_WIDTH == 0) {
		e->index = index / TILE_WIDTH;
		e->width = 0;
	}
	e->hash[e->width++] = *h;
}


/* A tile for a proof by the writer: an edge, or from the store. */
static int fetch(struct hash *out, const struct tile *t, void *arg)
{
	struct log *l = arg;
	const struct edge *e = &l->edge[t->level];
	struct log_source source = { l->st, l->number };

	if (e->index != t->index || e->width < t->width)
		return log_fetch(out, t, &source);
	memcpy(out, e->hash, t->width * sizeof(*out));

	return 0;
}


/* A tile level is complete: its node is kept; those between are hashed when needed. */
static int made(unsigned level, uint64_t index, const struct hash *h, void *arg)
{
	struct log *l = arg;
	unsigned tile_level = level / TILE_HEIGHT;

	if (level % TILE_HEIGHT)
		return 0;
	put_edge(l, tile_level, index, h);

	return store_exec(l->st,
			  "INSERT INTO ledger_node (log, level, idx, hash)"
			  " VALUES ($1, $2, $3, $4)",
			  "iiib", l->number, (int64_t)tile_level, (int64_t)index, h->b,
			  sizeof(h->b));
}


static int append(struct log *l, const struct log_entry *entry)
{
	int64_t index = (int64_t)l->next.size;
	struct hash h;
	int err;

	leaf_hash(&h, &entry->leaf);
	if (entry->seq)
		err = store_exec(l->st,
				 "INSERT INTO ledger_leaf (log, idx, seq, leaf, hash)"
				 " VALUES ($1, $2, $3, $4, $5)",
				 "iiibb", l->number, index, entry->seq, &entry->leaf,
				 sizeof(entry->leaf), h.b, sizeof(h.b));
	else
		err = store_exec(l->st,
				 "INSERT INTO ledger_leaf (log, idx, leaf, hash)"
				 " VALUES ($1, $2, $3, $4)",
				 "iibb", l->number, index, &entry->leaf, sizeof(entry->leaf),
				 h.b, sizeof(h.b));
	if (err)
		return err;
	put_edge(l, 0, l->next.size, &h);

	return merkle_append(&l->next, &h, made, l);
}


int log_append(struct log *l, const struct log_entry *entries, size_t count)
{
	int err = load_edges(l);

	for (size_t i = 0; !err && i < count; i++)
		err = append(l, &entries[i]);

	return err;
}


void log_commit(struct log *l)
{
	l->head = l->next;
}


void log_rollback(struct log *l)
{
	l->next = l->head;
	l->edges_known = false;
}


void log_head(struct checkpoint *out, const struct log *l)
{
	checkpoint_origin(out->origin, &l->key);
	out->size = l->head.size;
	merkle_frontier_root(&out->root, &l->head);
}


int log_consistency(struct merkle_proof *out, struct log *l, uint64_t old)
{
	struct tile_reader *r;
	int err = load_edges(l);

	if (err)
		return err;

	r = tile_reader_new(l->head.size, fetch, l);
	err = merkle_consistency(out, old, l->head.size, tile_read, r);
	tile_reader_free(r);

	return err;
}


int log_checkpoint(struct log *l, const uint8_t signature[KEY_SIGNATURE], int64_t now_ms,
		   struct fault *f)
{
	struct checkpoint cp;
	struct buf b;
	int err;

	log_head(&cp, l);
	buf_init(&b, 0);
	checkpoint_body(&b, &cp);
	err = key_verify(&l->key, b.data, b.len, signature);
	if (err) {
		buf_clear(&b);
		return fault_set(f, err,
				 "The signature over the checkpoint of %lld leaves does not "
				 "hold.",
				 (long long)cp.size);
	}
	buf_reset(&b);
	checkpoint_note(&b, &cp, &l->key, signature);
	err = store_exec(l->st,
			 "INSERT INTO ledger_checkpoint (log, size, at, note)"
			 " VALUES ($1, $2, $3, $4)"
			 " ON CONFLICT (log, size) DO UPDATE SET at = $3, note = $4",
			 "iiis", l->number, (int64_t)cp.size, now_ms, b.data);
	buf_clear(&b);

	return err;
}


int log_signer(struct store *st, const struct public_key *key, const char *name, int64_t now_ms)
{
	struct hash h;

	key_hash(&h, key);

	return store_exec(st,
			  "INSERT INTO ledger_key (hash, key, name, since)"
			  " VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING",
			  "bbsi", h.b, sizeof(h.b), key->b, sizeof(key->b), name, now_ms);
}


/* The key of the log of that origin. */
static int key_of_origin(struct public_key *out, struct store *st, const char *origin)
{
	struct store_rows *rows = NULL;
	const void *bytes;
	size_t len;
	int err = store_query(&rows, st, "SELECT key FROM ledger_log WHERE origin = $1", "s",
			      origin);

	if (err)
		return err;
	if (store_next(rows, &err)) {
		bytes = store_blob(rows, 0, &len);
		if (len == sizeof(out->b))
			memcpy(out->b, bytes, len);
		else
			err = E_CORRUPT;
	} else if (!err) {
		err = E_ABSENT;
	}
	store_done(rows);

	return err;
}


/* Is the prior checkpoint one of an earlier log of this store, and the leaf over it? */
static int check_prior(struct store *st, const struct log_prior *prior, struct fault *f)
{
	struct arena *a = arena_new(4096);
	struct checkpoint cp;
	struct public_key key;
	struct note_key log;
	struct hash checksum;
	struct note note;
	int err = note_parse(&note, a, prior->note, prior->note_len, f);

	if (!err)
		err = checkpoint_parse(&cp, note.text, note.text_len, f);
	if (!err)
		err = key_of_origin(&key, st, cp.origin);
	if (err == E_ABSENT)
		err = fault_set(f, E_CRYPTO, "No earlier log here has the origin %s.",
				cp.origin);
	if (!err) {
		checkpoint_key(&log, &key);
		err = checkpoint_open(&cp, &note, a, prior->note, prior->note_len, &log, f);
	}
	arena_free(a);
	if (err)
		return err;

	leaf_checksum(&checksum, prior->note, prior->note_len);
	if (!hash_eq(&checksum, &prior->leaf.checksum))
		return fault_set(f, E_CRYPTO,
				 "The first leaf is not over the prior checkpoint.");

	return 0;
}


static int insert_log(struct store *st, int64_t number, const struct public_key *key,
		      const struct log_prior *prior, int64_t now_ms)
{
	char origin[NOTE_NAME_SIZE];
	char *note = prior ? strndup(prior->note, prior->note_len) : NULL;
	int err;

	checkpoint_origin(origin, key);
	err = store_exec(st,
			 "INSERT INTO ledger_log (log, origin, key, opened, prior)"
			 " VALUES ($1, $2, $3, $4, $5)",
			 "isbis", number, origin, key->b, sizeof(key->b), now_ms, note);
	free(note);

	return err;
}


int log_begin(struct log **out, struct store *st, const struct public_key *key,
	      const struct log_prior *prior, int64_t now_ms, struct fault *f)
{
	struct log *l;
	int64_t logs;
	int err = store_get_int(&logs, st, "SELECT count(*) FROM ledger_log", "");

	if (err)
		return err;
	if (logs && !prior)
		return fault_set(f, E_EXISTS,
				 "There is a log already; the next one begins with its last "
				 "checkpoint.");
	if (!logs && prior)
		return fault_set(f, E_EXISTS, "The first log has no checkpoint before it.");
	err = prior ? check_prior(st, prior, f) : 0;
	if (!err)
		err = insert_log(st, logs + 1, key, prior, now_ms);
	if (err)
		return err == E_EXISTS ? fault_set(f, err, "This key was a log's already.")
				       : err;

	l = log_new(st, logs + 1, key);
	if (prior)
		err = log_append(l, &(struct log_entry){ 0, prior->leaf }, 1);
	if (err) {
		log_close(l);
		return err;
	}
	*out = l;

	return 0;
}


/* Does the newest checkpoint belong to the leaves that are there? */
static int check_newest(struct store *st, int64_t log, uint64_t size, struct fault *f)
{
	struct log_source source = { st, log };
	struct merkle_frontier at;
	struct tile_reader *r;
	struct checkpoint cp;
	struct hash root;
	struct buf b;
	const char *end;
	int err;

	buf_init(&b, 0);
	err = log_read_checkpoint(&b, st, log);
	if (err) {
		buf_clear(&b);
		return err == E_ABSENT ? 0 : err;
	}
	end = strstr(b.data, "\n\n");
	err = end ? checkpoint_parse(&cp, b.data, (size_t)(end + 1 - b.data), NULL) : E_CORRUPT;
	buf_clear(&b);
	if (err)
		return fault_set(f, E_CORRUPT, "The newest checkpoint in the store is none.");
	if (cp.size > size)
		return fault_set(f, E_CORRUPT,
				 "Log %lld was signed with %lld leaves, but only %lld are "
				 "there.",
				 (long long)log, (long long)cp.size, (long long)size);

	r = tile_reader_new(cp.size, log_fetch, &source);
	err = merkle_frontier_read(&at, cp.size, tile_read, r);
	tile_reader_free(r);
	if (err)
		return fault_set(f, err, "Leaves or nodes of log %lld are missing.",
				 (long long)log);
	merkle_frontier_root(&root, &at);
	if (!hash_eq(&root, &cp.root))
		return fault_set(f, E_CORRUPT,
				 "The leaves of log %lld are not those that were signed.",
				 (long long)log);

	return 0;
}


int log_open(struct log **out, struct store *st, struct fault *f)
{
	struct log_info info;
	struct log_source source;
	struct tile_reader *r;
	struct log *l;
	int64_t last = -1;
	int err = log_info(&info, st, 0);

	if (err == E_ABSENT)
		return fault_set(f, err, "There is no log in this store yet.");
	if (!err)
		err = store_get_int(
			&last, st,
			"SELECT idx FROM ledger_leaf WHERE log = $1 ORDER BY idx DESC LIMIT 1",
			"i", info.number);
	if (err && err != E_ABSENT)
		return err;
	err = check_newest(st, info.number, (uint64_t)(last + 1), f);
	if (err)
		return err;

	l = log_new(st, info.number, &info.key);
	source = (struct log_source){ st, info.number };
	r = tile_reader_new((uint64_t)(last + 1), log_fetch, &source);
	err = merkle_frontier_read(&l->head, (uint64_t)(last + 1), tile_read, r);
	tile_reader_free(r);
	if (err) {
		log_close(l);
		return fault_set(f, err, "Leaves or nodes of log %lld are missing.",
				 (long long)info.number);
	}
	l->next = l->head;
	*out = l;

	return 0;
}


int log_reread(struct log *l, struct store *st, struct fault *f)
{
	struct log *now = NULL, then;
	int err = log_open(&now, st, f);

	if (err)
		return err;
	then = *l;
	*l = *now;
	*now = then;
	log_close(now);

	return 0;
}
