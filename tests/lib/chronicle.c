/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chronicle.h"
#include "store/migrate.h"

#define T0 INT64_C(1750000000000)


static void must(int err, const char *what, const struct fault *f)
{
	if (!err)
		return;
	(void)fprintf(stderr, "chronicle: %s: %s\n", what,
		      f && f->text[0] ? f->text : err_text(err));
	exit(1);
}


void chronicle_record(char out[CHRONICLE_RECORD_SIZE], int64_t seq)
{
	(void)snprintf(
		out, CHRONICLE_RECORD_SIZE,
		"{\"comity_act\":1,\"seq\":%lld,\"id\":\"act-%lld\",\"kind\":\"test.note\","
		"\"subject\":\"party/auria\",\"at\":\"2020-05-15T10:00:00Z\",\"nonce\":"
		"\"%032llx\",\"body\":{\"text\":\"ё %lld\"},\"outcome\":\"done\","
		"\"effects\":[]}",
		(long long)seq, (long long)seq, (unsigned long long)seq * 0x9e3779b97f4a7c15,
		(long long)seq);
}


static void sign_leaf(struct log_entry *e, const struct chronicle *c, const char *record,
		      size_t len)
{
	struct hash checksum;

	leaf_checksum(&checksum, record, len);
	leaf_sign(&e->leaf, &checksum, e->seq % 3 == 0 && e->seq ? c->seal : c->recorder);
}


static void one_act(struct chronicle *c)
{
	struct log_entry e = { .seq = ++c->seq };
	char record[CHRONICLE_RECORD_SIZE], id[40];

	chronicle_record(record, e.seq);
	(void)snprintf(id, sizeof(id), "act-%lld", (long long)e.seq);
	must(store_exec(
		     c->st,
		     "INSERT INTO act_record (seq, id, kind, subject, at, done, see, request,"
		     " record) VALUES ($1, $2, 'test.note', 'party/auria', $3, 1, 'all', $4,"
		     " $5)",
		     "isibs", e.seq, id, T0 + e.seq, "", (size_t)0, record),
	     "act", NULL);
	sign_leaf(&e, c, record, strlen(record));
	must(log_append(c->log, &e, 1), "leaf", NULL);
}


void chronicle_acts(struct chronicle *c, size_t count)
{
	must(store_begin(c->st), "begin", NULL);
	while (count--)
		one_act(c);
	must(store_commit(c->st), "commit", NULL);
	log_commit(c->log);
}


void chronicle_sign(struct chronicle *c)
{
	uint8_t signature[KEY_SIGNATURE];
	struct checkpoint cp;
	struct fault f = { 0 };
	struct buf body;

	log_head(&cp, c->log);
	buf_init(&body, 0);
	checkpoint_body(&body, &cp);
	key_sign(signature, c->log_key, body.data, body.len);
	buf_clear(&body);
	must(store_begin(c->st), "begin", NULL);
	must(log_checkpoint(c->log, signature, T0 + c->seq, &f), "checkpoint", &f);
	must(store_commit(c->st), "commit", NULL);
}


static void begin_log(struct chronicle *c, const struct log_prior *prior)
{
	struct fault f = { 0 };

	must(key_generate(&c->log_key), "key", NULL);
	must(store_begin(c->st), "begin", NULL);
	must(log_begin(&c->log, c->st, key_public(c->log_key), prior, T0 + c->seq, &f), "log",
	     &f);
	must(store_commit(c->st), "commit", NULL);
	log_commit(c->log);
}


void chronicle_next_log(struct chronicle *c)
{
	struct log_entry first = { 0 };
	struct log_prior prior;
	struct buf note;

	buf_init(&note, 0);
	must(log_read_checkpoint(&note, c->st, 0), "checkpoint", NULL);
	sign_leaf(&first, c, note.data, note.len);
	prior = (struct log_prior){ note.data, note.len, first.leaf };
	log_close(c->log);
	key_free(c->log_key);
	begin_log(c, &prior);
	buf_clear(&note);
}


struct chronicle *chronicle_new(const char *where)
{
	struct chronicle *c = calloc(1, sizeof(*c));
	struct fault f = { 0 };

	must(c ? 0 : E_NOMEM, "memory", NULL);
	must(store_open(&c->st, where, STORE_CREATE, &f), where, &f);
	if (strcmp(store_engine_name(c->st), "postgresql") == 0)
		must(store_script(c->st, "DROP SCHEMA public CASCADE; CREATE SCHEMA public"),
		     "schema", NULL);
	must(migrate(c->st, &f), "migrate", &f);
	must(key_generate(&c->recorder), "key", NULL);
	must(key_generate(&c->seal), "key", NULL);
	begin_log(c, NULL);
	must(log_signer(c->st, key_public(c->recorder), "recorder", T0), "signer", NULL);
	must(log_signer(c->st, key_public(c->seal), "seal-auria", T0), "signer", NULL);

	return c;
}


void chronicle_free(struct chronicle *c)
{
	log_close(c->log);
	store_close(c->st);
	key_free(c->log_key);
	key_free(c->recorder);
	key_free(c->seal);
	free(c);
}
