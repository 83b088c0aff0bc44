/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verb_verify.c: `comity verify`: one record with its proof, several in a bundle, or all that
 * a store holds. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/record.h"
#include "app/data.h"
#include "app/verb.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/audit.h"
#include "ledger/bundle.h"
#include "ledger/proof.h"
#include "ledger/trust.h"
#include "store/store.h"

enum {
	RECORD_MAX = 64 << 20, /* bytes of a record */
	FAULTS_SHOWN = 50,
	PROGRESS_MS = 5000,
};

struct call {
	const char *record, *proof, *bundle, *keys, *policy, *data, *store;
};


/* Read a file of trust with one of the readers of trust.h. */
static int read_trust(struct trust *t, const char *file,
		      int (*read)(struct trust *, const char *, size_t, struct fault *))
{
	struct fault f = { 0 };
	char *text = NULL;
	size_t len = 0;
	int err = verb_read(&text, &len, file, TRUST_FILE_MAX, &f);

	if (err)
		return verb_fail(NULL, &f, EXIT_FAILED);
	err = read(t, text, len, &f);
	free(text);

	return err ? verb_fail(file, &f, EXIT_NO) : 0;
}


/* A file of keys, or the keys themselves. */
static int read_keys(struct trust *t, const char *keys)
{
	char *text;
	int err;

	if (access(keys, F_OK) == 0 || text_eq(keys, "-"))
		return read_trust(t, keys, trust_keys);

	text = mem_str(keys);
	for (char *at = text; (at = strchr(at, ',')); at++)
		*at = '\n';
	err = trust_keys(t, text, strlen(text), NULL);
	free(text);
	if (err)
		(void)fprintf(stderr, "comity verify: --key %s is neither a file nor a key\n",
			      keys);

	return err ? EXIT_USAGE : 0;
}


static void say_holds(const struct proof *p, const struct call *c, unsigned witnesses)
{
	char hex[DIGEST_HEX_SIZE];

	text_hex(hex, p->leaf.key.b, sizeof(p->leaf.key.b));
	printf("%s holds: leaf %llu of %llu in %s, signed by the key with the hash %s",
	       c->record, (unsigned long long)p->index, (unsigned long long)p->head.size,
	       p->head.origin, hex);
	if (c->policy)
		printf(", with %u trusted witness%s", witnesses, witnesses == 1 ? "" : "es");
	printf("\n");
}


static int check_proof(const struct call *c, const struct trust *t, const char *proof,
		       size_t proof_len, const char *record, size_t record_len)
{
	struct proof *p = mem_zero(1, sizeof(*p));
	struct arena *a = arena_new(4096);
	struct fault f = { 0 };
	unsigned witnesses = 0;
	int status = 0;

	if (proof_parse(p, a, proof, proof_len, &f))
		status = verb_fail(c->proof, &f, EXIT_NO);
	else if (proof_verify(p, record, record_len, t, &witnesses, &f))
		status = verb_fail(c->record, &f, EXIT_NO);
	else
		say_holds(p, c, witnesses);
	arena_free(a);
	free(p);

	return status;
}


static int verify_record(const struct call *c)
{
	char *proof = NULL, *record = NULL;
	struct trust *t = trust_new();
	struct fault f = { 0 };
	size_t proof_len = 0, record_len = 0;
	int status = c->keys ? read_keys(t, c->keys) : 0;

	if (!status && c->policy)
		status = read_trust(t, c->policy, trust_policy);
	if (!status && (verb_read(&proof, &proof_len, c->proof, PROOF_MAX, &f) ||
			verb_read(&record, &record_len, c->record, RECORD_MAX, &f)))
		status = verb_fail(NULL, &f, EXIT_FAILED);
	if (!status)
		status = check_proof(c, t, proof, proof_len, record, record_len);
	free(record);
	free(proof);
	trust_free(t);

	return status;
}


/* What a bundle proves, act by act: when, what, about what, by whom, at which place of the log.
 */
static int say_act(const struct bundle_act *act, void *arg, struct fault *f)
{
	unsigned *fewest = arg;
	char at[TIME_TEXT_SIZE];
	struct record record;
	int err = record_read(&record, act->record, act->record_len, f);

	if (err)
		return err;
	if (record.seq != act->seq)
		err = fault_set(f, E_CRYPTO, "It is the record of act %lld.",
				(long long)record.seq);
	if (!err) {
		time_text(at, record.at);
		printf("%lld  %s  %s  %s  %s%s%s  leaf %llu of %llu\n", (long long)act->seq, at,
		       record.kind, record.subject, record.office ? record.office : "machine",
		       record.party ? "@" : "", record.party ? record.party : "",
		       (unsigned long long)act->index, (unsigned long long)act->size);
		if (act->witnesses < *fewest)
			*fewest = act->witnesses;
	}
	record_clear(&record);

	return err;
}


static int check_bundle(const struct call *c, const struct trust *t)
{
	unsigned fewest = UINT_MAX;
	struct fault f = { 0 };
	char *data = NULL;
	size_t len = 0, acts = 0;
	int err = verb_read(&data, &len, c->bundle, BUNDLE_MAX, &f);

	if (err)
		return verb_fail(NULL, &f, EXIT_FAILED);
	err = bundle_verify(&acts, data, len, t, say_act, &fewest, &f);
	free(data);
	if (err)
		return verb_fail(c->bundle, &f, EXIT_NO);
	printf("%s holds: %zu acts", c->bundle, acts);
	if (c->policy)
		printf(", each with %u trusted witness%s", fewest, fewest == 1 ? "" : "es");
	printf("\n");

	return 0;
}


static int verify_bundle(const struct call *c)
{
	struct trust *t = trust_new();
	int status = c->keys ? read_keys(t, c->keys) : 0;

	if (!status && c->policy)
		status = read_trust(t, c->policy, trust_policy);
	if (!status)
		status = check_bundle(c, t);
	trust_free(t);

	return status;
}


/* What the walk over a store says while it goes. */
struct walk {
	const char *where;
	int64_t shown; /* faults */
	int64_t told_at;
	int64_t began_at;
};


static void on_fault(const struct fault *f, void *arg)
{
	struct walk *w = arg;

	if (++w->shown <= FAULTS_SHOWN)
		(void)verb_fail(w->where, f, 0);
	else if (w->shown == FAULTS_SHOWN + 1)
		(void)fprintf(stderr, "%s: more faults follow; they are only counted\n",
			      w->where);
}


static void on_progress(int64_t done, int64_t of, void *arg)
{
	struct walk *w = arg;
	int64_t now = time_monotonic();

	if (now - w->told_at < PROGRESS_MS)
		return;
	w->told_at = now;
	(void)fprintf(stderr, "%s: %lld of %lld leaves verified\n", w->where, (long long)done,
		      (long long)of);
}


static void say_counts(const char *where, const struct audit_counts *n)
{
	printf("%s: %lld log%s, %lld leaves, %lld records re-hashed, %lld erased by law, "
	       "%lld nodes, %lld checkpoints",
	       where, (long long)n->logs, n->logs == 1 ? "" : "s", (long long)n->leaves,
	       (long long)n->records, (long long)n->erased, (long long)n->nodes,
	       (long long)n->checkpoints);
	if (n->faults)
		printf("; %lld fault%s\n", (long long)n->faults, n->faults == 1 ? "" : "s");
	else
		printf("; all of it holds\n");
	(void)fflush(stdout);
}


static int verify_store(const char *where, bool restorable)
{
	struct walk w = { .where = where };
	struct audit_counts n = { 0 };
	struct store *st = NULL;
	struct fault f = { 0 };
	int err = store_open(&st, where, STORE_READ | STORE_PASS, &f);

	if (err && err != E_CORRUPT)
		return verb_fail(NULL, &f, EXIT_FAILED);
	if (err) {
		on_fault(&f, &w);
	} else {
		w.told_at = time_monotonic();
		err = audit_store(&n, st, on_fault, on_progress, &w);
		say_counts(where, &n);
		store_close(st);
	}
	if (!err)
		return EXIT_DONE;
	if (restorable && (err == E_CORRUPT || err == E_CRYPTO))
		(void)fprintf(
			stderr,
			"Stop the server, put this data folder aside unchanged, and restore "
			"the newest backup that verifies:\n"
			"  comity restore --from BACKUP --data NEWDIR\n"
			"An older backup begins a new log; it does not continue this one.\n");

	return err == E_CORRUPT || err == E_CRYPTO ? EXIT_NO : EXIT_FAILED;
}


static int run(const struct call *c)
{
	struct fault f = { 0 };
	struct data d;
	int status;

	if (c->bundle && (c->record || c->proof || c->data || c->store))
		return verb_usage("verify", "a bundle is verified alone");
	if (c->bundle)
		return verify_bundle(c);
	if (c->record || c->proof) {
		if (!c->record || !c->proof)
			return verb_usage("verify", "--record and --proof go together");
		if (c->data || c->store)
			return verb_usage("verify", "give either a proof or a data folder");
		return verify_record(c);
	}
	if (c->keys || c->policy)
		return verb_usage("verify", "--key and --policy are for a bundle or a proof");
	if (c->data && c->store)
		return verb_usage("verify", "give either --data or --store");
	if (c->store)
		return verify_store(c->store, false);
	if (!c->data)
		return verb_usage("verify", "nothing to verify is given");
	if (data_open(&d, c->data, true, &f))
		return verb_fail(NULL, &f, EXIT_FAILED);
	status = verify_store(d.store, d.embedded);
	data_close(&d);

	return status;
}


int verb_verify(int argc, char **argv)
{
	struct call c = { 0 };
	const struct option options[] = {
		{ "record", &c.record, NULL }, { "proof", &c.proof, NULL },
		{ "bundle", &c.bundle, NULL }, { "key", &c.keys, NULL },
		{ "policy", &c.policy, NULL }, { "data", &c.data, NULL },
		{ "store", &c.store, NULL },   { NULL, NULL, NULL },
	};
	int status = verb_options(&argc, argv, options);

	if (status)
		return status;
	if (argc > 1)
		return verb_usage("verify", "its files are given by options");

	return run(&c);
}
