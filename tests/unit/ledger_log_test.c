/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The log in the store.  Runs on SQLite; with COMITY_TEST_PG=postgresql://... the same tests
 * run on PostgreSQL.
 */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ledger/log.h"
#include "store/migrate.h"
#include "store/store.h"
#include "t.h"

#define T0 INT64_C(1750000000000)

struct world {
	struct store *st;
	struct key *log_key, *recorder;
	struct log *log;
	int64_t seq; /* of the last act */
};


static struct store *fresh(void)
{
	const char *pg = getenv("COMITY_TEST_PG");
	struct store *st = NULL;
	struct fault f = { 0 };
	char where[200];

	if (pg)
		(void)snprintf(where, sizeof(where), "%s", pg);
	else
		(void)snprintf(where, sizeof(where), "%s/db", t_tmp());
	ck_assert_msg(store_open(&st, where, STORE_CREATE, &f) == 0, "%s", f.text);
	if (pg)
		T_OK(store_script(st, "DROP SCHEMA public CASCADE; CREATE SCHEMA public"));
	ck_assert_msg(migrate(st, &f) == 0, "%s", f.text);

	return st;
}


static void record_of(char out[40], int64_t seq)
{
	(void)snprintf(out, 40, "record %lld", (long long)seq);
}


static void make_entry(struct log_entry *e, const struct key *k, int64_t seq)
{
	struct hash checksum;
	char record[40];

	record_of(record, seq);
	leaf_checksum(&checksum, record, strlen(record));
	leaf_sign(&e->leaf, &checksum, k);
	e->seq = seq;
}


static struct world *world(void)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fault f = { 0 };

	w->st = fresh();
	T_OK(key_generate(&w->log_key));
	T_OK(key_generate(&w->recorder));
	T_OK(store_begin(w->st));
	ck_assert_msg(log_begin(&w->log, w->st, key_public(w->log_key), NULL, T0, &f) == 0,
		      "%s", f.text);
	T_OK(log_signer(w->st, key_public(w->recorder), "recorder", T0));
	T_OK(store_commit(w->st));
	log_commit(w->log);

	return w;
}


static void world_end(struct world *w)
{
	log_close(w->log);
	store_close(w->st);
	key_free(w->log_key);
	key_free(w->recorder);
	free(w);
}


static void append(struct world *w, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct log_entry e;

		make_entry(&e, w->recorder, ++w->seq);
		T_OK(log_append(w->log, &e, 1));
	}
}


static void batch(struct world *w, size_t count)
{
	T_OK(store_begin(w->st));
	append(w, count);
	T_OK(store_commit(w->st));
	log_commit(w->log);
}


static void sign(struct world *w)
{
	uint8_t signature[KEY_SIGNATURE];
	struct checkpoint cp;
	struct fault f = { 0 };
	struct buf b;

	log_head(&cp, w->log);
	buf_init(&b, 0);
	checkpoint_body(&b, &cp);
	key_sign(signature, w->log_key, b.data, b.len);
	buf_clear(&b);
	T_OK(store_begin(w->st));
	ck_assert_msg(log_checkpoint(w->log, signature, T0, &f) == 0, "%s", f.text);
	T_OK(store_commit(w->st));
}


/* The root of the leaves in the store, the slow way. */
static struct hash root_by_leaves(struct world *w)
{
	struct merkle_frontier f = { 0 };
	struct store_rows *rows = NULL;
	struct hash root;
	int err = store_query(&rows, w->st,
			      "SELECT leaf FROM ledger_leaf WHERE log = $1 ORDER BY idx", "i",
			      log_number(w->log));

	T_INT(0, err);
	while (store_next(rows, &err)) {
		struct hash h;
		size_t len;
		const void *leaf = store_blob(rows, 0, &len);

		merkle_leaf(&h, leaf, len);
		T_OK(merkle_append(&f, &h, NULL, NULL));
	}
	store_done(rows);
	merkle_frontier_root(&root, &f);

	return root;
}


static void check_head(struct world *w, uint64_t size)
{
	struct hash want = root_by_leaves(w);
	struct checkpoint cp;

	log_head(&cp, w->log);
	T_INT(size, cp.size);
	ck_assert(hash_eq(&want, &cp.root));
}


static struct log *reopen(struct world *w)
{
	struct fault f = { 0 };

	log_close(w->log);
	ck_assert_msg(log_open(&w->log, w->st, &f) == 0, "%s", f.text);

	return w->log;
}


T(an_empty_store_has_no_log)
{
	struct store *st = fresh();
	struct log *l = NULL;
	struct log_info info;
	struct buf b;

	buf_init(&b, 0);
	T_INT(E_ABSENT, log_open(&l, st, NULL));
	T_INT(E_ABSENT, log_info(&info, st, 0));
	T_INT(E_ABSENT, log_read_checkpoint(&b, st, 0));
	T_INT(E_ABSENT, log_read_tile(&b, st, 0, &(struct tile){ 0, 0, 1 }));
	T_INT(E_ABSENT, log_proof(&b, st, 1, PROOF_SIGSUM, NULL));
	buf_clear(&b);
	store_close(st);
}


T(batches_make_the_tree_of_their_leaves)
{
	struct world *w = world();
	uint64_t size = 0;

	check_head(w, 0);
	for (size_t n = 1; n <= 40; n++) {
		batch(w, n);
		size += n;
		check_head(w, size);
	}
	world_end(w);
}


T(a_rolled_back_batch_leaves_nothing)
{
	struct world *w = world();

	batch(w, 250);
	for (int i = 0; i < 3; i++) {
		T_OK(store_begin(w->st));
		append(w, 10); /* over the end of a tile */
		T_INT(260, log_pending(w->log));
		store_rollback(w->st);
		log_rollback(w->log);
		w->seq -= 10;
		check_head(w, 250);
		T_INT(250, log_pending(w->log));
	}
	batch(w, 20);
	check_head(w, 270);
	sign(w);
	(void)reopen(w);
	check_head(w, 270);
	world_end(w);
}


T(a_head_is_that_of_the_last_commit)
{
	struct world *w = world();
	struct checkpoint cp;

	batch(w, 5);
	T_OK(store_begin(w->st));
	append(w, 3);
	log_head(&cp, w->log);
	T_INT(5, cp.size);
	T_OK(store_commit(w->st));
	log_head(&cp, w->log);
	T_INT(5, cp.size);
	log_commit(w->log);
	check_head(w, 8);
	world_end(w);
}


T(a_reopened_log_goes_on)
{
	static const size_t counts[] = { 1, 254, 1, 1, 300, 0, 211 };
	struct world *w = world();
	uint64_t size = 0;

	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		batch(w, counts[i]);
		sign(w);
		size += counts[i];
		(void)reopen(w);
		check_head(w, size);
	}
	T_INT(1, log_number(w->log));
	T_INT(0, memcmp(log_key(w->log), key_public(w->log_key), sizeof(struct public_key)));
	world_end(w);
}


T(every_pair_of_heads_is_consistent)
{
	static const size_t counts[] = { 1, 63, 64, 128, 1, 255, 256, 3 };
	struct checkpoint head[ARRAY_LEN(counts)];
	struct world *w = world();
	struct merkle_proof p;

	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		batch(w, counts[i]);
		log_head(&head[i], w->log);
		for (size_t j = 0; j <= i; j++) {
			T_OK(log_consistency(&p, w->log, head[j].size));
			T_OK(merkle_verify_consistency(head[j].size, head[i].size,
						       &head[j].root, &head[i].root, &p));
		}
	}
	T_INT(E_RANGE, log_consistency(&p, w->log, 0));
	T_INT(E_RANGE, log_consistency(&p, w->log, 1000000));

	/* Also while the next batch is being written, and after that was taken back. */
	T_OK(store_begin(w->st));
	append(w, 300);
	T_OK(log_consistency(&p, w->log, 100));
	T_OK(log_consistency(&p, w->log, 770));
	store_rollback(w->st);
	log_rollback(w->log);
	T_OK(log_consistency(&p, w->log, head[6].size));
	T_OK(merkle_verify_consistency(head[6].size, head[7].size, &head[6].root, &head[7].root,
				       &p));
	world_end(w);
}


T(a_wrong_signature_is_not_kept)
{
	struct world *w = world();
	uint8_t signature[KEY_SIGNATURE] = { 1 };
	struct fault f = { 0 };
	struct buf b;

	batch(w, 2);
	T_INT(E_CRYPTO, log_checkpoint(w->log, signature, T0, &f));
	ck_assert_ptr_nonnull(strstr(f.text, "2 leaves"));
	buf_init(&b, 0);
	T_INT(E_ABSENT, log_read_checkpoint(&b, w->st, 0));
	buf_clear(&b);
	world_end(w);
}


T(the_newest_checkpoint_is_served_and_opens)
{
	struct world *w = world();
	struct arena *a = arena_new(4096);
	struct note_key key;
	struct checkpoint cp;
	struct log_info info;
	struct note note;
	struct buf b;

	checkpoint_key(&key, key_public(w->log_key));
	for (uint64_t n = 1; n <= 3; n++) {
		batch(w, 100);
		sign(w);
		sign(w); /* the same head again */
		buf_init(&b, 0);
		T_OK(log_read_checkpoint(&b, w->st, 0));
		T_OK(checkpoint_open(&cp, &note, a, b.data, b.len, &key, NULL));
		T_INT(100 * n, cp.size);
		T_OK(log_info(&info, w->st, 0));
		T_INT(100 * n, info.size);
		T_INT(1, info.number);
		T_STR(cp.origin, info.origin);
		buf_clear(&b);
	}
	arena_free(a);
	world_end(w);
}


/* Check a tile by the leaves it stands for. */
static void check_hash_tile(struct world *w, int level, uint64_t index, unsigned width)
{
	struct tile t = { level, index, width };
	struct log_source source = { w->st, 1 };
	struct hash want[TILE_WIDTH];
	struct buf b;

	buf_init(&b, 0);
	T_OK(log_read_tile(&b, w->st, 0, &t));
	T_INT(width * DIGEST_SIZE, b.len);
	T_OK(log_fetch(want, &t, &source));
	T_INT(0, memcmp(want, b.data, b.len));
	buf_clear(&b);
}


static void check_entries(struct world *w, uint64_t index, unsigned width)
{
	struct tile t = { TILE_ENTRIES, index, width };
	struct log_source source = { w->st, 1 };
	struct hash want[TILE_WIDTH], got;
	struct buf b;

	buf_init(&b, 0);
	T_OK(log_read_tile(&b, w->st, 0, &t));
	T_INT(width * (2 + LEAF_SIZE), b.len);
	t.level = 0;
	T_OK(log_fetch(want, &t, &source));
	for (unsigned i = 0; i < width; i++) {
		const uint8_t *at = (const uint8_t *)b.data + (size_t)i * (2 + LEAF_SIZE);

		T_INT(0, at[0]);
		T_INT(LEAF_SIZE, at[1]);
		merkle_leaf(&got, at + 2, LEAF_SIZE);
		ck_assert(hash_eq(&want[i], &got));
	}
	buf_clear(&b);
}


T(tiles_are_served_as_far_as_the_checkpoint)
{
	struct world *w = world();
	struct buf b;

	batch(w, 600);
	buf_init(&b, 0);
	T_INT(E_ABSENT, log_read_tile(&b, w->st, 0, &(struct tile){ 0, 0, 256 }));
	sign(w);
	batch(w, 200);

	check_hash_tile(w, 0, 0, 256);
	check_hash_tile(w, 0, 1, 256);
	check_hash_tile(w, 0, 2, 88);
	check_hash_tile(w, 0, 2, 87);
	check_hash_tile(w, 1, 0, 2);
	check_entries(w, 0, 256);
	check_entries(w, 2, 88);
	T_INT(E_ABSENT, log_read_tile(&b, w->st, 0, &(struct tile){ 0, 2, 89 }));
	T_INT(E_ABSENT, log_read_tile(&b, w->st, 0, &(struct tile){ 0, 2, 256 }));
	T_INT(E_ABSENT, log_read_tile(&b, w->st, 0, &(struct tile){ 1, 0, 3 }));
	T_INT(E_ABSENT, log_read_tile(&b, w->st, 0, &(struct tile){ 2, 0, 1 }));
	T_INT(E_ABSENT, log_read_tile(&b, w->st, 0, &(struct tile){ TILE_ENTRIES, 3, 1 }));
	T_INT(E_ABSENT, log_read_tile(&b, w->st, 2, &(struct tile){ 0, 0, 1 }));
	T_INT(0, b.len);
	buf_clear(&b);
	world_end(w);
}


/* Verify the stored proof of an act as somebody outside would. */
static int outside(struct world *w, int64_t seq, enum proof_kind kind, const char *record)
{
	struct trust *t = trust_new();
	struct arena *a = arena_new(4096);
	struct proof *p = calloc(1, sizeof(*p));
	char hex[KEY_HEX_SIZE];
	struct fault f = { 0 };
	struct buf b;
	int err;

	key_hex(hex, key_public(w->log_key));
	T_OK(trust_keys(t, hex, strlen(hex), NULL));
	key_hex(hex, key_public(w->recorder));
	T_OK(trust_keys(t, hex, strlen(hex), NULL));
	buf_init(&b, 0);
	ck_assert_msg(log_proof(&b, w->st, seq, kind, &f) == 0, "%s", f.text);
	T_OK(proof_parse(p, a, b.data, b.len, NULL));
	err = proof_verify(p, record, strlen(record), t, NULL, NULL);
	buf_clear(&b);
	free(p);
	arena_free(a);
	trust_free(t);

	return err;
}


T(every_act_has_its_proof)
{
	struct world *w = world();
	char record[40];

	batch(w, 1);
	sign(w);
	record_of(record, 1);
	T_OK(outside(w, 1, PROOF_SIGSUM, record)); /* a tree of one leaf has no path */
	batch(w, 524);
	sign(w);
	for (int64_t seq = 1; seq <= w->seq; seq += 31) {
		record_of(record, seq);
		T_OK(outside(w, seq, PROOF_SIGSUM, record));
		T_OK(outside(w, seq, PROOF_TLOG, record));
		T_INT(E_CRYPTO, outside(w, seq, PROOF_TLOG, "another record"));
	}
	world_end(w);
}


T(an_act_after_the_checkpoint_waits_for_its_proof)
{
	struct world *w = world();
	struct fault f = { 0 };
	struct buf b;

	buf_init(&b, 0);
	batch(w, 1);
	T_INT(E_ABSENT, log_proof(&b, w->st, 1, PROOF_SIGSUM, &f));
	sign(w);
	batch(w, 1);
	T_OK(log_proof(&b, w->st, 1, PROOF_SIGSUM, &f));
	T_INT(E_ABSENT, log_proof(&b, w->st, 2, PROOF_SIGSUM, &f));
	ck_assert_ptr_nonnull(strstr(f.text, "yet"));
	T_INT(E_ABSENT, log_proof(&b, w->st, 3, PROOF_SIGSUM, &f));
	buf_clear(&b);
	world_end(w);
}


T(a_leaf_is_found_by_its_act)
{
	struct world *w = world();
	struct log_entry want;
	struct leaf leaf;
	uint64_t index;
	int64_t log;

	batch(w, 300);
	T_OK(log_find(&log, &index, &leaf, w->st, 280));
	T_INT(1, log);
	T_INT(279, index);
	make_entry(&want, w->recorder, 280);
	T_INT(0, memcmp(&want.leaf, &leaf, sizeof(leaf)));
	T_INT(E_ABSENT, log_find(&log, &index, &leaf, w->st, 301));
	world_end(w);
}


static struct log_prior prior_of(struct world *w, struct buf *b)
{
	struct log_prior p;
	struct hash checksum;

	buf_init(b, 0);
	T_OK(log_read_checkpoint(b, w->st, 1));
	leaf_checksum(&checksum, b->data, b->len);
	leaf_sign(&p.leaf, &checksum, w->recorder);
	p.note = b->data;
	p.note_len = b->len;

	return p;
}


T(a_second_log_begins_with_the_checkpoint_of_the_first)
{
	struct world *w = world();
	struct log *second = NULL;
	struct key *k = NULL;
	struct log_prior prior;
	struct log_info info;
	struct buf b;
	char record[40];

	batch(w, 300);
	sign(w);
	prior = prior_of(w, &b);
	T_OK(key_generate(&k));
	T_OK(store_begin(w->st));
	T_OK(log_begin(&second, w->st, key_public(k), &prior, T0, NULL));
	T_OK(store_commit(w->st));
	log_commit(second);
	T_INT(2, log_number(second));
	log_close(w->log);
	w->log = second;
	check_head(w, 1);
	log_close(w->log);
	T_OK(log_open(&w->log, w->st, NULL));
	T_INT(2, log_number(w->log));

	/* The first log stays readable; acts of both are proved in their own. */
	key_free(w->log_key);
	w->log_key = k;
	batch(w, 1);
	sign(w);
	check_head(w, 2);
	record_of(record, w->seq);
	T_OK(outside(w, w->seq, PROOF_SIGSUM, record));
	T_OK(log_info(&info, w->st, 1));
	T_INT(300, info.size);
	T_OK(log_info(&info, w->st, 0));
	T_INT(2, info.number);
	T_INT(E_ABSENT, log_info(&info, w->st, 3));
	buf_clear(&b);
	world_end(w);
}


T(a_second_log_needs_a_new_key_and_an_honest_prior)
{
	struct world *w = world();
	struct log *l = NULL;
	struct key *k = NULL;
	struct log_prior prior, bad;
	struct buf b, note;

	batch(w, 3);
	sign(w);
	prior = prior_of(w, &b);
	T_OK(key_generate(&k));
	T_INT(E_EXISTS, log_begin(&l, w->st, key_public(k), NULL, T0, NULL));

	T_OK(store_begin(w->st));
	T_INT(E_EXISTS, log_begin(&l, w->st, key_public(w->log_key), &prior, T0, NULL));
	store_rollback(w->st);

	/* Another text than the leaf's, an altered one, one of a foreign log. */
	bad = prior;
	bad.leaf.checksum.b[0] ^= 1;
	T_INT(E_CRYPTO, log_begin(&l, w->st, key_public(k), &bad, T0, NULL));
	buf_init(&note, 0);
	buf_add(&note, b.data, b.len);
	strstr(note.data, "\n3\n")[1] = '4';
	bad = prior;
	bad.note = note.data;
	T_INT(E_CRYPTO, log_begin(&l, w->st, key_public(k), &bad, T0, NULL));
	buf_reset(&note);
	buf_str(&note, "example.com/log\n");
	buf_str(&note, strchr(b.data, '\n') + 1);
	bad.note_len = note.len;
	bad.note = note.data;
	T_INT(E_CRYPTO, log_begin(&l, w->st, key_public(k), &bad, T0, NULL));
	ck_assert_ptr_null(l);

	buf_clear(&note);
	buf_clear(&b);
	key_free(k);
	world_end(w);
}


T(the_first_log_has_nothing_before_it)
{
	struct world *w = world();
	struct store *empty = NULL;
	struct log *l = NULL;
	struct log_prior prior;
	struct buf b;

	batch(w, 1);
	sign(w);
	prior = prior_of(w, &b);
	T_OK(store_open(&empty, ":memory:", 0, NULL));
	T_OK(migrate(empty, NULL));
	T_INT(E_EXISTS, log_begin(&l, empty, key_public(w->log_key), &prior, T0, NULL));
	store_close(empty);
	buf_clear(&b);
	world_end(w);
}


static void open_refused(struct world *w, const char *damage)
{
	struct log *l = NULL;
	struct fault f = { 0 };

	T_OK(store_begin(w->st));
	T_OK(store_script(w->st, damage));
	ck_assert_msg(log_open(&l, w->st, &f) == E_CORRUPT, "%s", damage);
	ck_assert_msg(f.text[0], "%s", damage);
	store_rollback(w->st);
	T_OK(log_open(&l, w->st, NULL));
	log_close(l);
}


T(a_damaged_log_is_not_opened)
{
	struct world *w = world();

	batch(w, 700);
	sign(w);
	open_refused(w, "DELETE FROM ledger_leaf WHERE idx = 699");
	open_refused(w, "DELETE FROM ledger_leaf WHERE idx = 650");
	open_refused(w, "DELETE FROM ledger_node WHERE idx = 1");
	open_refused(w, "DELETE FROM ledger_leaf");
	open_refused(w, "UPDATE ledger_checkpoint SET note = 'x'");
	open_refused(w, "UPDATE ledger_checkpoint SET note = replace(note, '700', '701')");
	open_refused(w, "UPDATE ledger_leaf SET hash = (SELECT hash FROM ledger_leaf AS o"
			" WHERE o.idx = 1) WHERE idx = 699");
	open_refused(w, "UPDATE ledger_leaf SET hash = leaf WHERE idx = 699");
	world_end(w);
}


T(a_signer_is_noted_once)
{
	struct world *w = world();
	int64_t n = 0;

	T_OK(log_signer(w->st, key_public(w->recorder), "recorder", T0));
	T_OK(log_signer(w->st, key_public(w->log_key), "seal-a", T0));
	T_OK(store_get_int(&n, w->st, "SELECT count(*) FROM ledger_key", ""));
	T_INT(2, n);
	world_end(w);
}

/* Leaves whose signatures are of no matter here, quickly. */
static void batch_unsigned(struct world *w, size_t count)
{
	struct log_entry e = { 0 };

	T_OK(store_begin(w->st));
	for (size_t i = 0; i < count; i++) {
		e.seq = ++w->seq;
		memcpy(e.leaf.checksum.b, &e.seq, sizeof(e.seq));
		T_OK(log_append(w->log, &e, 1));
	}
	T_OK(store_commit(w->st));
	log_commit(w->log);
}


T(a_log_grows_over_65536_leaves)
{
	struct world *w = world();
	struct checkpoint early, late;
	struct merkle_proof p;
	int64_t nodes = 0;

	batch_unsigned(w, 65535);
	log_head(&early, w->log);
	batch_unsigned(w, 1);
	T_OK(store_get_int(&nodes, w->st, "SELECT count(*) FROM ledger_node WHERE level = 2",
			   ""));
	T_INT(1, nodes);
	batch_unsigned(w, 700);
	sign(w);
	(void)reopen(w);
	check_head(w, 66236);
	log_head(&late, w->log);
	T_OK(log_consistency(&p, w->log, 65535));
	T_OK(merkle_verify_consistency(65535, 66236, &early.root, &late.root, &p));
	check_hash_tile(w, 0, 255, 256);
	check_hash_tile(w, 1, 0, 256);
	check_hash_tile(w, 1, 1, 2);
	check_hash_tile(w, 2, 0, 1);
	batch_unsigned(w, 1);
	check_head(w, 66237);
	world_end(w);
}


T(any_leaf_of_a_large_log_is_proved_by_few_reads)
{
	struct world *w = world();
	struct log_source source = { w->st, 1 };
	struct checkpoint head;

	batch_unsigned(w, 66000);
	log_head(&head, w->log);
	for (uint64_t i = 0; i < 66000; i += 6599) {
		struct tile_reader *r = tile_reader_new(66000, log_fetch, &source);
		struct merkle_proof p;
		struct hash leaf_h;
		struct leaf leaf;
		uint64_t index;
		int64_t log;

		T_OK(merkle_inclusion(&p, i, 66000, tile_read, r));
		T_OK(log_find(&log, &index, &leaf, w->st, (int64_t)i + 1));
		ck_assert_uint_eq(i, index);
		leaf_hash(&leaf_h, &leaf);
		T_OK(merkle_verify_inclusion(&leaf_h, i, 66000, &p, &head.root));
		tile_reader_free(r);
	}
	world_end(w);
}


/* Other connections read the log while the writer is in a transaction. */
T(readers_see_what_is_committed_and_signed)
{
	struct world *w = world();
	struct store *reader = NULL;
	struct log_info info;
	char where[200], record[40];
	struct tile t = { 0, 0, 11 };
	struct buf b;

	if (getenv("COMITY_TEST_PG"))
		T_SKIP("a matter of the embedded engine");
	(void)snprintf(where, sizeof(where), "%s/db", t_tmp());
	T_OK(store_open(&reader, where, STORE_READ, NULL));
	batch(w, 10);
	sign(w);
	T_OK(store_begin(w->st));
	append(w, 5);
	T_OK(log_info(&info, reader, 0));
	T_INT(10, info.size);
	buf_init(&b, 0);
	T_INT(E_ABSENT, log_read_tile(&b, reader, 0, &t));
	T_OK(log_proof(&b, reader, 10, PROOF_SIGSUM, NULL));
	T_INT(E_ABSENT, log_proof(&b, reader, 11, PROOF_SIGSUM, NULL));
	T_OK(store_commit(w->st));
	log_commit(w->log);
	T_INT(E_ABSENT, log_read_tile(&b, reader, 0, &t));
	sign(w);
	buf_reset(&b);
	T_OK(log_read_tile(&b, reader, 0, &t));
	T_INT(11 * DIGEST_SIZE, b.len);
	record_of(record, 15);
	T_OK(outside(w, 15, PROOF_TLOG, record));
	buf_clear(&b);
	store_close(reader);
	world_end(w);
}


T(a_full_disk_takes_nothing_and_breaks_nothing)
{
	struct world *w = world();
	int64_t pages = 0;
	char limit[80];
	int err = 0;

	if (getenv("COMITY_TEST_PG"))
		T_SKIP("a matter of the embedded engine");
	batch(w, 300);
	T_OK(store_get_int(&pages, w->st, "PRAGMA page_count", ""));
	(void)snprintf(limit, sizeof(limit), "PRAGMA max_page_count = %lld",
		       (long long)pages + 2);
	T_OK(store_script(w->st, limit));

	T_OK(store_begin(w->st));
	for (int i = 0; !err && i < 1000; i++) {
		struct log_entry e;

		make_entry(&e, w->recorder, 1000 + i);
		err = log_append(w->log, &e, 1);
	}
	T_INT(E_FULL, err);
	store_rollback(w->st);
	log_rollback(w->log);
	check_head(w, 300);

	T_OK(store_script(w->st, "PRAGMA max_page_count = 1000000"));
	batch(w, 100);
	check_head(w, 400);
	sign(w);
	(void)reopen(w);
	world_end(w);
}


T(an_append_that_fails_is_taken_back_as_a_whole)
{
	struct world *w = world();
	struct log_entry e[3];

	batch(w, 4);
	/* A row stands where the second leaf of the batch would go. */
	T_OK(store_exec(w->st,
			"INSERT INTO ledger_leaf (log, idx, seq, leaf, hash)"
			" SELECT log, 5, 99, leaf, hash FROM ledger_leaf WHERE idx = 0",
			""));
	for (int i = 0; i < 3; i++)
		make_entry(&e[i], w->recorder, 10 + i);
	T_OK(store_begin(w->st));
	T_INT(E_EXISTS, log_append(w->log, e, 3));
	store_rollback(w->st);
	log_rollback(w->log);
	T_INT(4, log_pending(w->log));
	T_OK(store_exec(w->st, "DELETE FROM ledger_leaf WHERE idx = 5", ""));
	batch(w, 3);
	check_head(w, 7);
	world_end(w);
}


T(a_proof_over_damaged_leaves_is_an_error)
{
	struct world *w = world();
	struct merkle_proof p;
	struct buf b;

	batch(w, 300);
	sign(w);
	(void)reopen(w);
	buf_init(&b, 0);
	T_OK(store_exec(w->st, "DELETE FROM ledger_leaf WHERE idx = 7", ""));
	T_INT(E_CORRUPT, log_proof(&b, w->st, 5, PROOF_SIGSUM, NULL));
	T_INT(E_CORRUPT, log_read_tile(&b, w->st, 0, &(struct tile){ 0, 0, 256 }));
	T_INT(E_CORRUPT, log_read_tile(&b, w->st, 0, &(struct tile){ TILE_ENTRIES, 0, 256 }));
	T_INT(E_CORRUPT, log_consistency(&p, w->log, 100));
	T_OK(store_exec(w->st, "UPDATE ledger_checkpoint SET note = 'x'", ""));
	T_INT(E_CORRUPT, log_proof(&b, w->st, 299, PROOF_SIGSUM, NULL));
	T_OK(store_exec(w->st, "UPDATE ledger_leaf SET leaf = hash WHERE idx = 299", ""));
	T_INT(E_CORRUPT, log_proof(&b, w->st, 300, PROOF_SIGSUM, NULL));
	buf_clear(&b);
	world_end(w);
}

T_MAIN("log", C(an_empty_store_has_no_log), C(batches_make_the_tree_of_their_leaves),
       C(a_rolled_back_batch_leaves_nothing), C(a_head_is_that_of_the_last_commit),
       C(a_reopened_log_goes_on), C(every_pair_of_heads_is_consistent),
       C(a_wrong_signature_is_not_kept), C(the_newest_checkpoint_is_served_and_opens),
       C(tiles_are_served_as_far_as_the_checkpoint), C(every_act_has_its_proof),
       C(an_act_after_the_checkpoint_waits_for_its_proof), C(a_leaf_is_found_by_its_act),
       C(a_second_log_begins_with_the_checkpoint_of_the_first),
       C(a_second_log_needs_a_new_key_and_an_honest_prior),
       C(the_first_log_has_nothing_before_it), C(a_damaged_log_is_not_opened),
       C(a_signer_is_noted_once), C(a_log_grows_over_65536_leaves),
       C(any_leaf_of_a_large_log_is_proved_by_few_reads),
       C(readers_see_what_is_committed_and_signed),
       C(a_full_disk_takes_nothing_and_breaks_nothing),
       C(an_append_that_fails_is_taken_back_as_a_whole),
       C(a_proof_over_damaged_leaves_is_an_error))
