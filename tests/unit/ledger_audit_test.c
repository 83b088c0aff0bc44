/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The walk over a store: what is whole holds, each kind of damage is told and named.  Runs on
 * SQLite; with COMITY_TEST_PG=postgresql://... on PostgreSQL.
 */
#include <fcntl.h>
#include <string.h>

#include "chronicle.h"
#include "ledger/audit.h"
#include "t.h"

/* What a walk told. */
struct told {
	struct audit_counts n;
	char first[600]; /* "path: text" of the first fault */
	char all[6000];
	int progress;
};


static void on_fault(const struct fault *f, void *arg)
{
	struct told *t = arg;
	size_t n = strlen(t->all);

	if (!t->first[0])
		(void)snprintf(t->first, sizeof(t->first), "%s: %s", f->path, f->text);
	(void)snprintf(t->all + n, sizeof(t->all) - n, "%s: %s\n", f->path, f->text);
}


static void on_progress(int64_t done, int64_t of, void *arg)
{
	struct told *t = arg;

	ck_assert(done <= of);
	t->progress++;
}


static struct chronicle *fresh(void)
{
	const char *pg = getenv("COMITY_TEST_PG");
	char where[200];

	(void)snprintf(where, sizeof(where), "%s/db", t_tmp());

	return chronicle_new(pg ? pg : where);
}


/* 900 acts with a checkpoint each hundred, then 50 that are not signed yet. */
static struct chronicle *whole(void)
{
	struct chronicle *c = fresh();

	chronicle_sign(c);
	for (int i = 0; i < 9; i++) {
		chronicle_acts(c, 100);
		chronicle_sign(c);
	}
	chronicle_acts(c, 50);

	return c;
}


static int walk(struct chronicle *c, struct told *t)
{
	*t = (struct told){ 0 };

	return audit_store(&t->n, c->st, on_fault, on_progress, t);
}


T(a_whole_record_holds)
{
	struct chronicle *c = whole();
	struct told t;

	ck_assert_msg(walk(c, &t) == 0, "%s", t.all);
	T_INT(1, t.n.logs);
	T_INT(950, t.n.leaves);
	T_INT(950, t.n.records);
	T_INT(0, t.n.erased);
	T_INT(3, t.n.nodes);
	T_INT(10, t.n.checkpoints);
	T_INT(0, t.n.faults);
	ck_assert_int_gt(t.progress, 1);
	chronicle_free(c);
}


T(an_empty_record_holds)
{
	struct chronicle *c = fresh();
	struct told t;

	T_OK(walk(c, &t));
	T_INT(1, t.n.logs);
	T_INT(0, t.n.leaves);
	chronicle_free(c);
}


T(an_erased_record_leaves_a_tombstone)
{
	struct chronicle *c = whole();
	struct told t;

	T_OK(store_exec(c->st, "UPDATE act_record SET record = NULL WHERE seq IN (7, 300)",
			""));
	T_OK(walk(c, &t));
	T_INT(2, t.n.erased);
	T_INT(948, t.n.records);
	chronicle_free(c);
}


T(a_second_log_holds_with_the_first)
{
	struct chronicle *c = whole();
	struct told t;

	chronicle_sign(c);
	chronicle_next_log(c);
	chronicle_acts(c, 300);
	chronicle_sign(c);
	ck_assert_msg(walk(c, &t) == 0, "%s", t.all);
	T_INT(2, t.n.logs);
	T_INT(1251, t.n.leaves);
	T_INT(1250, t.n.records);

	T_OK(store_exec(c->st,
			"UPDATE ledger_log SET prior = (SELECT min(note) FROM ledger_checkpoint"
			" WHERE log = 1 AND size = 100) WHERE log = 2",
			""));
	T_INT(E_CRYPTO, walk(c, &t));
	T_STR("log 2, leaf 0: The first leaf is not over the checkpoint of the log before.",
	      t.first);
	chronicle_free(c);
}


/* Do this damage, walk, and undo it. */
static void damaged(struct chronicle *c, const char *sql, const char *want)
{
	struct told t;
	char copy[300];

	/* A savepoint of ours cannot be around the walk's own transaction, so copy the store.
	 */
	T_OK(store_script(c->st, "CREATE TABLE k1 AS SELECT * FROM ledger_leaf"));
	T_OK(store_script(c->st, "CREATE TABLE k2 AS SELECT * FROM ledger_node"));
	T_OK(store_script(c->st, "CREATE TABLE k3 AS SELECT * FROM ledger_checkpoint"));
	T_OK(store_script(c->st, "CREATE TABLE k4 AS SELECT * FROM act_record"));
	T_OK(store_script(c->st, "CREATE TABLE k5 AS SELECT * FROM ledger_key"));
	T_OK(store_script(c->st, "CREATE TABLE k6 AS SELECT * FROM ledger_log"));
	T_OK(store_script(c->st, sql));
	ck_assert_msg(walk(c, &t) == E_CRYPTO, "%s: %s", sql, t.all);
	ck_assert_msg(strstr(t.all, want) != NULL, "%s:\n%s", sql, t.all);
	ck_assert_msg(t.n.faults <= 3, "%s: %s", sql, t.all);
	(void)snprintf(copy, sizeof(copy),
		       "DELETE FROM ledger_leaf; DELETE FROM ledger_node;"
		       "DELETE FROM ledger_checkpoint; DELETE FROM act_record;"
		       "DELETE FROM ledger_key; DELETE FROM ledger_log");
	T_OK(store_script(c->st, copy));
	T_OK(store_script(c->st, "INSERT INTO ledger_log SELECT * FROM k6;"
				 "INSERT INTO ledger_leaf SELECT * FROM k1;"
				 "INSERT INTO ledger_node SELECT * FROM k2;"
				 "INSERT INTO ledger_checkpoint SELECT * FROM k3;"
				 "INSERT INTO act_record SELECT * FROM k4;"
				 "INSERT INTO ledger_key SELECT * FROM k5;"
				 "DROP TABLE k1; DROP TABLE k2; DROP TABLE k3; DROP TABLE k4;"
				 "DROP TABLE k5; DROP TABLE k6"));
}


T(every_damage_to_acts_is_told)
{
	struct chronicle *c = whole();
	struct told t;

	damaged(c,
		"UPDATE act_record SET record = replace(record, 'note', 'nota')"
		" WHERE seq = 17",
		"log 1, leaf 16: The record of the act is not the one in the leaf.");
	damaged(c, "UPDATE act_record SET record = '' WHERE seq = 950", "log 1, leaf 949: ");
	damaged(c, "DELETE FROM act_record WHERE seq = 500",
		"log 1, leaf 499: The act of the leaf is missing.");
	damaged(c,
		"INSERT INTO act_record (seq, id, kind, subject, at, done, see, request)"
		" SELECT 2000, 'x', kind, subject, at, done, see, request FROM act_record"
		" WHERE seq = 1",
		"act 2000: The act has no leaf.");
	damaged(c, "UPDATE ledger_leaf SET seq = NULL WHERE idx = 5",
		"log 1, leaf 5: The leaf is over no act.");
	ck_assert_msg(walk(c, &t) == 0, "%s", t.all);
	chronicle_free(c);
}


T(every_damage_to_leaves_is_told)
{
	struct chronicle *c = whole();

	damaged(c, "DELETE FROM ledger_leaf WHERE idx = 700",
		"log 1, leaf 700: The leaf is "
		"missing.");
	damaged(c,
		"DELETE FROM ledger_leaf WHERE idx >= 899; DELETE FROM act_record"
		" WHERE seq >= 900",
		"log 1, checkpoint 900: Only 899 of its leaves are there.");
	damaged(c,
		"UPDATE ledger_leaf SET hash = (SELECT o.hash FROM ledger_leaf o"
		" WHERE o.idx = 1) WHERE idx = 900",
		"log 1, leaf 900: The stored hash is not that of the leaf.");
	damaged(c, "UPDATE ledger_leaf SET leaf = hash WHERE idx = 901",
		"log 1, leaf 901: The leaf has not 128 bytes.");
	damaged(c, "UPDATE ledger_leaf SET seq = 904 WHERE idx = 901",
		"log 1, leaf 902: The leaf is out of the order of acts.");
	chronicle_free(c);
}


T(every_damage_to_nodes_checkpoints_and_keys_is_told)
{
	struct chronicle *c = whole();

	damaged(c,
		"UPDATE ledger_node SET hash = (SELECT hash FROM ledger_leaf WHERE idx = 1)"
		" WHERE idx = 2",
		"log 1, node 1/2: The stored node is not that of the leaves.");
	damaged(c, "DELETE FROM ledger_node WHERE idx = 0", "log 1, node 1/0: ");
	damaged(c,
		"INSERT INTO ledger_node (log, level, idx, hash)"
		" SELECT 1, 2, 0, hash FROM ledger_node WHERE idx = 0",
		"log 1: 4 nodes are stored where there should be 3.");
	damaged(c,
		"UPDATE ledger_checkpoint SET note = replace(note, '\n300\n', '\n301\n')"
		" WHERE size = 300",
		"log 1, checkpoint 300: The log's signature on the checkpoint does not hold.");
	damaged(c, "UPDATE ledger_checkpoint SET size = 350 WHERE size = 300",
		"log 1, checkpoint 350: It says that it has 300 leaves.");
	damaged(c, "UPDATE ledger_checkpoint SET note = 'x' WHERE size = 0",
		"log 1, checkpoint 0: ");
	damaged(c, "UPDATE ledger_log SET origin = 'example.com/log'",
		"log 1: The origin of the log is not that of its key.");
	chronicle_free(c);
}


T(a_leaf_of_an_unknown_key_is_told)
{
	struct chronicle *c = fresh();
	struct told t;

	chronicle_acts(c, 3);
	T_OK(store_exec(c->st, "DELETE FROM ledger_key WHERE name = 'seal-auria'", ""));
	T_INT(E_CRYPTO, walk(c, &t));
	T_STR("log 1, leaf 2: The leaf names a key that is not in ledger_key.", t.first);
	T_INT(1, t.n.faults);
	chronicle_free(c);
}


/* A consistent forgery: leaf, hash and record are all exchanged, only the tree knows. */
T(a_forged_act_is_told_by_signature_or_root)
{
	struct chronicle *c = whole();
	struct key *other = NULL;
	struct log_entry e;
	struct hash checksum, h;
	struct told t;

	T_OK(key_generate(&other));
	leaf_checksum(&checksum, "forged", 6);
	leaf_sign(&e.leaf, &checksum, c->recorder); /* even with the recorder's own key */
	leaf_hash(&h, &e.leaf);
	T_OK(store_exec(c->st, "UPDATE ledger_leaf SET leaf = $1, hash = $2 WHERE idx = 650",
			"bb", &e.leaf, sizeof(e.leaf), h.b, sizeof(h.b)));
	T_OK(store_exec(c->st, "UPDATE act_record SET record = 'forged' WHERE seq = 651", ""));
	T_INT(E_CRYPTO, walk(c, &t));
	ck_assert_msg(
		strstr(t.all, "log 1, checkpoint 700: Its root is not that of the leaves") !=
			NULL,
		"%s", t.all);

	leaf_sign(&e.leaf, &checksum, other);
	key_hash(&e.leaf.key, key_public(c->recorder));
	T_OK(store_exec(c->st, "UPDATE ledger_leaf SET leaf = $1 WHERE idx = 650", "b", &e.leaf,
			sizeof(e.leaf)));
	T_INT(E_CRYPTO, walk(c, &t));
	ck_assert_msg(strstr(t.all, "leaf 650: The signature of the leaf does not hold") !=
			      NULL,
		      "%s", t.all);
	key_free(other);
	chronicle_free(c);
}


/* Spoil a page of the file that holds leaves. */
static void spoil(const char *path)
{
	int fd = open(path, O_RDWR);
	off_t size = lseek(fd, 0, SEEK_END);
	static const char garbage[3000] = "garbage";

	ck_assert_int_ge(fd, 0);
	for (off_t at = 4096 * 20; at < size; at += 4096 * 40)
		T_INT((ssize_t)sizeof(garbage), pwrite(fd, garbage, sizeof(garbage), at + 8));
	(void)close(fd);
}


T(a_damaged_page_is_named)
{
	struct chronicle *c;
	struct told t = { 0 };
	struct store *st = NULL;
	char where[200];
	int err;

	if (getenv("COMITY_TEST_PG"))
		T_SKIP("a matter of the embedded engine");
	c = whole();
	(void)snprintf(where, sizeof(where), "%s/db", t_tmp());
	T_OK(store_script(c->st, "PRAGMA wal_checkpoint(TRUNCATE)"));
	chronicle_free(c);
	spoil(where);
	T_OK(store_open(&st, where, STORE_READ, NULL));
	err = audit_store(&t.n, st, on_fault, NULL, &t);
	ck_assert_msg(err == E_CORRUPT, "%d: %s", err, t.all);
	ck_assert_msg(strstr(t.all, "page ") != NULL, "%s", t.all);
	store_close(st);
}

T_MAIN("audit", C(a_whole_record_holds), C(an_empty_record_holds),
       C(an_erased_record_leaves_a_tombstone), C(a_second_log_holds_with_the_first),
       C(every_damage_to_acts_is_told), C(every_damage_to_leaves_is_told),
       C(every_damage_to_nodes_checkpoints_and_keys_is_told),
       C(a_leaf_of_an_unknown_key_is_told), C(a_forged_act_is_told_by_signature_or_root),
       C(a_damaged_page_is_named))
