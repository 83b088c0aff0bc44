/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * audit.c: one walk over the leaves in order.  The frontier gives nodes and roots as they
 * become due; the next checkpoint waits in `due` until the frontier has its size.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ledger/audit.h"
#include "ledger/checkpoint.h"
#include "ledger/leaf.h"
#include "ledger/tile.h"
#include "store/store.h"

enum {
	BATCH = 512,
	DAMAGES = 20, /* lines of integrity_check that are told */
};

struct signer {
	struct hash hash;
	struct public_key key;
};

struct audit {
	struct store *st;
	struct audit_counts *n;
	audit_fault_h *fault;
	audit_progress_h *progress;
	void *arg;
	int64_t total; /* leaves of all logs */

	struct signer *signers;
	size_t signers_count;

	/* the log that is walked */
	int64_t log;
	struct note_key key;
	struct merkle_frontier tree;
	bool whole; /* no leaf was missing or unreadable so far, so the tree means something */
	int64_t last_seq;
	int64_t nodes; /* of this log */

	/* the next checkpoint; size -1: there is none */
	int64_t due;
	struct buf note;
};


static void tell(struct audit *a, int err, const char *where, const char *fmt, ...)
	PRINTF(4, 5);


static void tell(struct audit *a, int err, const char *where, const char *fmt, ...)
{
	struct fault f = { .err = err };
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(f.text, sizeof(f.text), fmt, ap);
	va_end(ap);
	(void)text_copy(f.path, sizeof(f.path), where);
	a->n->faults++;
	a->fault(&f, a->arg);
}


static void tell_leaf(struct audit *a, int64_t idx, const char *what)
{
	char where[80];

	(void)snprintf(where, sizeof(where), "log %lld, leaf %lld", (long long)a->log,
		       (long long)idx);
	tell(a, E_CRYPTO, where, "%s", what);
}


static bool blob(void *out, size_t len, const struct store_rows *rows, int col)
{
	size_t got;
	const void *p = store_blob(rows, col, &got);

	if (!p || got != len)
		return false;
	memcpy(out, p, len);

	return true;
}


/* The table or index whose root page that is, for a message of integrity_check. */
static void tree_name(char out[64], struct store *st, const char *line)
{
	const char *at = strstr(line, "Tree ");
	struct store_rows *rows = NULL;
	int64_t root;
	int err;

	out[0] = '\0';
	if (!at)
		return;
	root = strtoll(at + strlen("Tree "), NULL, 10);
	err = store_query(&rows, st, "SELECT name FROM sqlite_schema WHERE rootpage = $1", "i",
			  root);
	if (!err && store_next(rows, &err))
		(void)text_copy(out, 64, store_text(rows, 0));
	store_done(rows);
}


/* SQLite's own check of its file: it names the damaged pages. */
static int check_file(struct audit *a)
{
	struct store_rows *rows = NULL;
	int told = 0, err;

	if (!text_eq(store_engine_name(a->st), "sqlite"))
		return 0;
	err = store_query(&rows, a->st, "PRAGMA integrity_check(20)", "");
	while (!err && store_next(rows, &err)) {
		const char *line = store_text(rows, 0);
		char name[64];

		if (text_eq(line, "ok"))
			continue;
		tree_name(name, a->st, line);
		if (told++ < DAMAGES)
			tell(a, E_CORRUPT, "database", "%s%s%s%s", line, name[0] ? " (" : "",
			     name, name[0] ? ")" : "");
	}
	store_done(rows);
	if (err)
		tell(a, err, "database", "%s", store_message(a->st));

	return err ? err : told ? E_CORRUPT : 0;
}


static int load_signers(struct audit *a)
{
	struct store_rows *rows = NULL;
	int64_t count = 0;
	int err = store_get_int(&count, a->st, "SELECT count(*) FROM ledger_key", "");

	if (err)
		return err;
	a->signers = mem_zero((size_t)count + 1, sizeof(*a->signers));
	err = store_query(&rows, a->st, "SELECT key FROM ledger_key", "");
	while (!err && (int64_t)a->signers_count < count && store_next(rows, &err)) {
		struct signer *s = &a->signers[a->signers_count];

		if (blob(s->key.b, sizeof(s->key.b), rows, 0)) {
			key_hash(&s->hash, &s->key);
			a->signers_count++;
		} else {
			tell(a, E_CRYPTO, "ledger_key", "A key has not 32 bytes.");
		}
	}
	store_done(rows);

	return err;
}


static const char *check_signature(const struct audit *a, const struct leaf *l)
{
	for (size_t i = 0; i < a->signers_count; i++)
		if (hash_eq(&a->signers[i].hash, &l->key))
			return leaf_verify(l, &a->signers[i].key)
				       ? "The signature of the leaf does not hold."
				       : NULL;

	return "The leaf names a key that is not in ledger_key.";
}


/* Read the next checkpoint of the log into a->note, a->due. */
static int next_checkpoint(struct audit *a, int64_t after)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, a->st,
			      "SELECT size, note FROM ledger_checkpoint WHERE log = $1"
			      " AND size > $2 ORDER BY size LIMIT 1",
			      "ii", a->log, after);

	a->due = -1;
	buf_reset(&a->note);
	if (!err && store_next(rows, &err)) {
		a->due = store_int(rows, 0);
		buf_str(&a->note, store_text(rows, 1));
	}
	store_done(rows);

	return err;
}


static void check_checkpoint(struct audit *a)
{
	struct arena *arena = arena_new(4096);
	struct fault f = { 0 };
	struct checkpoint cp;
	struct note note;
	struct hash root;
	char where[80];
	int err = checkpoint_open(&cp, &note, arena, a->note.data, a->note.len, &a->key, &f);

	(void)snprintf(where, sizeof(where), "log %lld, checkpoint %lld", (long long)a->log,
		       (long long)a->due);
	merkle_frontier_root(&root, &a->tree);
	if (err) {
		tell(a, E_CRYPTO, where, "%s", f.text);
	} else if (cp.size != (uint64_t)a->due) {
		tell(a, E_CRYPTO, where, "It says that it has %llu leaves.",
		     (unsigned long long)cp.size);
	} else if (a->whole && !hash_eq(&root, &cp.root)) {
		tell(a, E_CRYPTO, where, "Its root is not that of the leaves.");
		a->whole = false; /* told once, not for every later one */
	}
	a->n->checkpoints++;
	arena_free(arena);
}


/* Every checkpoint that the tree has reached. */
static int due_checkpoints(struct audit *a)
{
	while (a->due >= 0 && (uint64_t)a->due <= a->tree.size) {
		int err;

		check_checkpoint(a);
		err = next_checkpoint(a, a->due);
		if (err)
			return err;
	}

	return 0;
}


/* A tile level is complete: compare with the node that was stored. */
static int made(unsigned level, uint64_t index, const struct hash *h, void *arg)
{
	struct audit *a = arg;
	struct store_rows *rows = NULL;
	struct hash stored;
	char where[80];
	bool same = false;
	int err;

	if (level % TILE_HEIGHT)
		return 0;
	err = store_query(&rows, a->st,
			  "SELECT hash FROM ledger_node WHERE log = $1 AND level = $2"
			  " AND idx = $3",
			  "iii", a->log, (int64_t)(level / TILE_HEIGHT), (int64_t)index);
	if (!err && store_next(rows, &err))
		same = blob(stored.b, sizeof(stored.b), rows, 0) && hash_eq(&stored, h);
	store_done(rows);
	if (err)
		return err;
	if (!same && a->whole) {
		(void)snprintf(where, sizeof(where), "log %lld, node %u/%llu",
			       (long long)a->log, level / TILE_HEIGHT,
			       (unsigned long long)index);
		tell(a, E_CRYPTO, where, "The stored node is not that of the leaves.");
	}
	a->nodes++;

	return 0;
}


/* The record that a leaf is over; columns: 4 record, 5 the act's seq. */
static void check_record(struct audit *a, const struct store_rows *rows, int64_t idx,
			 const struct leaf *l)
{
	const char *record = store_text(rows, 4);
	struct hash checksum;

	if (store_null(rows, 1)) {
		if (a->log == 1 || idx != 0)
			tell_leaf(a, idx, "The leaf is over no act.");
		return;
	}
	if (store_int(rows, 1) < a->last_seq)
		tell_leaf(a, idx, "The leaf is out of the order of acts.");
	a->last_seq = store_int(rows, 1);
	if (store_null(rows, 5)) {
		tell_leaf(a, idx, "The act of the leaf is missing.");
	} else if (!record) {
		a->n->erased++;
	} else {
		leaf_checksum(&checksum, record, strlen(record));
		a->n->records++;
		if (!hash_eq(&checksum, &l->checksum))
			tell_leaf(a, idx, "The record of the act is not the one in the leaf.");
	}
}


/* One row of walk(): idx, seq, leaf, hash, record, the act's seq. */
static int check_leaf(struct audit *a, const struct store_rows *rows)
{
	int64_t idx = store_int(rows, 0);
	struct hash h, stored;
	const char *why;
	struct leaf l;

	if ((uint64_t)idx != a->tree.size && a->whole) {
		tell_leaf(a, (int64_t)a->tree.size, "The leaf is missing.");
		a->whole = false;
	}
	a->n->leaves++;
	if (!blob(&l, sizeof(l), rows, 2)) {
		tell_leaf(a, idx, "The leaf has not 128 bytes.");
		a->whole = false;
		return 0;
	}
	leaf_hash(&h, &l);
	if (!blob(stored.b, sizeof(stored.b), rows, 3) || !hash_eq(&h, &stored))
		tell_leaf(a, idx, "The stored hash is not that of the leaf.");
	why = check_signature(a, &l);
	if (why)
		tell_leaf(a, idx, why);
	check_record(a, rows, idx, &l);

	return merkle_append(&a->tree, &h, made, a);
}


/* Up to BATCH leaves from `from` on; *got how many there were. */
static int walk_batch(struct audit *a, int64_t from, int64_t *next)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, a->st,
			      "SELECT l.idx, l.seq, l.leaf, l.hash, a.record, a.seq"
			      " FROM ledger_leaf l LEFT JOIN act_record a ON a.seq = l.seq"
			      " WHERE l.log = $1 AND l.idx >= $2 ORDER BY l.idx LIMIT $3",
			      "iii", a->log, from, (int64_t)BATCH);

	*next = from;
	while (!err && store_next(rows, &err)) {
		*next = store_int(rows, 0) + 1;
		err = check_leaf(a, rows);
		if (!err)
			err = due_checkpoints(a);
	}
	store_done(rows);

	return err;
}


static int walk(struct audit *a)
{
	int64_t from = 0, next = 0;
	int err = next_checkpoint(a, -1);

	if (!err)
		err = due_checkpoints(a);
	while (!err) {
		err = walk_batch(a, from, &next);
		if (next == from)
			break;
		from = next;
		if (a->progress)
			a->progress(a->n->leaves, a->total, a->arg);
	}
	while (!err && a->due >= 0) {
		char where[80];

		(void)snprintf(where, sizeof(where), "log %lld, checkpoint %lld",
			       (long long)a->log, (long long)a->due);
		if (a->whole)
			tell(a, E_CRYPTO, where, "Only %llu of its leaves are there.",
			     (unsigned long long)a->tree.size);
		else
			check_checkpoint(a);
		err = next_checkpoint(a, a->due);
	}

	return err;
}


static int check_extra_nodes(struct audit *a)
{
	int64_t stored = 0;
	char where[40];
	int err = store_get_int(&stored, a->st,
				"SELECT count(*) FROM ledger_node WHERE log = $1", "i", a->log);

	if (!err && stored != a->nodes && a->whole) {
		(void)snprintf(where, sizeof(where), "log %lld", (long long)a->log);
		tell(a, E_CRYPTO, where, "%lld nodes are stored where there should be %lld.",
		     (long long)stored, (long long)a->nodes);
	}
	a->n->nodes += a->nodes;

	return err;
}


/* Leaf 0 of a later log is over the checkpoint that stands in its row. */
static int check_prior(struct audit *a, const char *prior)
{
	struct store_rows *rows = NULL;
	struct hash checksum;
	struct leaf l;
	bool same = false;
	int err;

	if (a->log == 1)
		return 0;
	leaf_checksum(&checksum, prior ? prior : "", prior ? strlen(prior) : 0);
	err = store_query(&rows, a->st,
			  "SELECT leaf FROM ledger_leaf WHERE log = $1 AND idx = 0", "i",
			  a->log);
	if (!err && store_next(rows, &err))
		same = prior && blob(&l, sizeof(l), rows, 0) && hash_eq(&checksum, &l.checksum);
	store_done(rows);
	if (!err && !same)
		tell_leaf(a, 0, "The first leaf is not over the checkpoint of the log before.");

	return err;
}


/* The row of a->log; *found is false after the last log. */
static int read_log(struct audit *a, bool *found, char **prior)
{
	struct store_rows *rows = NULL;
	struct public_key key = { { 0 } };
	char where[40];
	int err = store_query(&rows, a->st,
			      "SELECT key, origin, prior FROM ledger_log WHERE log = $1", "i",
			      a->log);

	*found = !err && store_next(rows, &err);
	if (*found) {
		bool good = blob(key.b, sizeof(key.b), rows, 0);

		checkpoint_key(&a->key, &key);
		good = good && text_eq(a->key.name, store_text(rows, 1));
		if (!good) {
			(void)snprintf(where, sizeof(where), "log %lld", (long long)a->log);
			tell(a, E_CRYPTO, where,
			     "The origin of the log is not that of its key.");
		}
		*prior = store_null(rows, 2) ? NULL : mem_str(store_text(rows, 2));
	}
	store_done(rows);

	return err;
}


static int check_log(struct audit *a, bool *found)
{
	char *prior = NULL;
	int err = read_log(a, found, &prior);

	if (err || !*found)
		return err;

	a->tree = (struct merkle_frontier){ 0 };
	a->whole = true;
	a->last_seq = 0;
	a->nodes = 0;
	a->n->logs++;
	err = check_prior(a, prior);
	free(prior);
	if (!err)
		err = walk(a);

	return err ? err : check_extra_nodes(a);
}


static int check_acts(struct audit *a)
{
	struct store_rows *rows = NULL;
	char where[40];
	int err = store_query(&rows, a->st,
			      "SELECT a.seq FROM act_record a WHERE NOT EXISTS"
			      " (SELECT 1 FROM ledger_leaf l WHERE l.seq = a.seq)"
			      " ORDER BY a.seq LIMIT 20",
			      "");

	while (!err && store_next(rows, &err)) {
		(void)snprintf(where, sizeof(where), "act %lld", (long long)store_int(rows, 0));
		tell(a, E_CRYPTO, where, "The act has no leaf.");
	}
	store_done(rows);

	return err;
}


static int check_all(struct audit *a)
{
	int damage = check_file(a);
	bool found = true;
	int err = load_signers(a);

	if (!err)
		err = store_get_int(&a->total, a->st, "SELECT count(*) FROM ledger_leaf", "");
	for (a->log = 1; !err && found; a->log++)
		err = check_log(a, &found);
	if (!err)
		err = check_acts(a);
	if (err && !damage)
		tell(a, err, "database", "%s", store_message(a->st));

	return damage ? damage : err;
}


int audit_store(struct audit_counts *out, struct store *st, audit_fault_h *fault,
		audit_progress_h *progress, void *arg)
{
	struct audit *a = mem_zero(1, sizeof(*a));
	bool sqlite = text_eq(store_engine_name(st), "sqlite");
	int err;

	*out = (struct audit_counts){ 0 };
	a->st = st;
	a->n = out;
	a->fault = fault;
	a->progress = progress;
	a->arg = arg;
	buf_init(&a->note, NOTE_MAX);
	/* One view of everything, while a server goes on writing. */
	err = store_script(st, sqlite ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ");
	if (!err) {
		err = check_all(a);
		(void)!store_script(st, "ROLLBACK");
	}
	buf_clear(&a->note);
	free(a->signers);
	free(a);

	return err ? err : out->faults ? E_CRYPTO : 0;
}
