/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * CPU of the ledger: a leaf appended in batches of 64, a proof read from the store, and the
 * parts.  Leaf signatures are random bytes here: signing is measured by itself.  Prints the
 * lines of a topic (tools/bench.py).
 *
 *	build/release/bench/ledger_bench [LEAVES]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/rand.h"
#include "ledger/log.h"
#include "store/migrate.h"
#include "store/store.h"

enum {
	BATCH = 64,
};

struct bench {
	struct store *st;
	struct log *log;
	struct key *key;
	long leaves;
};


static double cpu_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);

	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}


static void must(int err)
{
	if (err) {
		(void)fprintf(stderr, "ledger_bench: %s\n", err_text(err));
		exit(1);
	}
}


static void row(const char *what, double us, long count)
{
	printf("row\t%s\t%.2f us\n", what, us / (double)count);
}


static void bench_append(struct bench *b)
{
	struct log_entry entry[BATCH];
	double at = cpu_us(), in_append = 0;

	rand_bytes(entry, sizeof(entry));
	for (long n = 0; n < b->leaves; n += BATCH) {
		double begin;

		must(store_begin(b->st));
		for (int i = 0; i < BATCH; i++) {
			entry[i].seq = n + i + 1;
			memcpy(entry[i].leaf.checksum.b, &entry[i].seq, sizeof(int64_t));
		}
		begin = cpu_us();
		must(log_append(b->log, entry, BATCH));
		in_append += cpu_us() - begin;
		must(store_commit(b->st));
		log_commit(b->log);
	}
	row("append a leaf, without the commit", in_append, b->leaves);
	row("append a leaf, its share of the commit included", cpu_us() - at, b->leaves);
}


static void bench_heads(struct bench *b)
{
	struct merkle_proof p;
	struct checkpoint head;
	long times = 2000;
	double at = cpu_us();

	log_head(&head, b->log);
	for (long i = 0; i < times; i++)
		must(log_consistency(&p, b->log, head.size - BATCH));
	row("consistency proof over the last batch", cpu_us() - at, times);
}


static void sign_head(struct bench *b)
{
	uint8_t signature[KEY_SIGNATURE];
	struct checkpoint cp;
	struct buf body;

	log_head(&cp, b->log);
	buf_init(&body, 0);
	checkpoint_body(&body, &cp);
	key_sign(signature, b->key, body.data, body.len);
	buf_clear(&body);
	must(log_checkpoint(b->log, signature, 1, NULL));
}


static void bench_reads(struct bench *b)
{
	long times = 1000;
	double at = cpu_us();
	struct buf out;

	buf_init(&out, 0);
	for (long i = 0; i < times; i++) {
		buf_reset(&out);
		must(log_proof(&out, b->st, 1 + i * 7919 % b->leaves, PROOF_SIGSUM, NULL));
	}
	row("proof of an act from the store", cpu_us() - at, times);

	at = cpu_us();
	for (long i = 0; i < times; i++) {
		struct tile t = { 0, (uint64_t)(i % (b->leaves / TILE_WIDTH)), TILE_WIDTH };

		buf_reset(&out);
		must(log_read_tile(&out, b->st, 0, &t));
	}
	row("full tile from the store", cpu_us() - at, times);
	buf_clear(&out);
}


static void bench_parts(const struct key *k)
{
	long times = 20000;
	struct merkle_frontier f = { 0 };
	struct leaf leaf = { 0 };
	struct hash h = { { 0 } };
	double at = cpu_us();

	for (long i = 0; i < times; i++) {
		memcpy(leaf.checksum.b, &i, sizeof(i));
		leaf_hash(&h, &leaf);
		must(merkle_append(&f, &h, NULL, NULL));
	}
	row("of which hashing: leaf hash and inner nodes", cpu_us() - at, times);

	times = 5000;
	at = cpu_us();
	for (long i = 0; i < times; i++)
		leaf_sign(&leaf, &h, k);
	row("sign a leaf", cpu_us() - at, times);
	at = cpu_us();
	for (long i = 0; i < times; i++)
		must(leaf_verify(&leaf, key_public(k)));
	row("verify a leaf's signature", cpu_us() - at, times);
}


int main(int argc, char **argv)
{
	struct bench b = { .leaves = argc > 1 ? strtol(argv[1], NULL, 10) : 100000 };
	char path[] = "/tmp/comity-bench-XXXXXX";
	int fd = mkstemp(path);

	if (fd < 0 || b.leaves < 1000)
		return 2;
	(void)close(fd);
	must(store_open(&b.st, path, STORE_CREATE, NULL));
	must(migrate(b.st, NULL));
	must(key_generate(&b.key));
	must(log_begin(&b.log, b.st, key_public(b.key), NULL, 1, NULL));
	log_commit(b.log);

	printf("table\tthe ledger by itself, %ld leaves in batches of %d: CPU of each\n",
	       b.leaves, BATCH);
	bench_append(&b);
	bench_parts(b.key);
	bench_heads(&b);
	sign_head(&b);
	bench_reads(&b);

	log_close(b.log);
	store_close(b.st);
	key_free(b.key);
	(void)unlink(path);

	return 0;
}
