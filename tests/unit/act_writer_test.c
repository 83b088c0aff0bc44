/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The writer and its keeper: who waits for whom, and what a failure takes back. */
#include <string.h>

#include "act/acts.h"
#include "act/clock.h"
#include "act/writer.h"
#include "base/mailbox.h"
#include "base/mem.h"
#include "charter/load.h"
#include "charters.h"
#include "ledger/log.h"
#include "store/migrate.h"
#include "store/store.h"
#include "t.h"

enum { JOBS_MAX = 120, ASKS_MAX = 16 };

/* A module whose one act may always be done. */
struct ring {
	int64_t hour;
};
static const struct field ring_table[] = {
	{ "hour", FIELD_INT, 0, offsetof(struct ring, hour), 0, 1000, NULL, NULL, NULL,
	  "Which.", "\"hour\":" },
};
static const struct fields ring_fields = { "bell.ring", sizeof(struct ring), 1, ring_table };
static const struct act_desc ring_act = { "bell.ring", "machine",    "bell",
					  "public",    &ring_fields, "Ring." };


static int ring_judge(struct act_cx *cx, const void *body)
{
	(void)cx;
	(void)body;

	return 0;
}

static const struct act_kind bell_acts[] = { { &ring_act, ring_judge }, { NULL, NULL } };
static const struct module bell_module = { .name = "bell", .acts = bell_acts };
static const struct module *const modules_of_test[] = { &act_module, &bell_module, NULL };

/* The keeper of the test signs at once; `when_asked` acts as if it took its time. */
struct place {
	struct signer signer; /* first */
	struct registry registry;
	struct store *st;
	struct log *log;
	struct key *key;
	struct clock clock;
	struct writer *writer;
	struct mailbox *finished;
	struct arena *arena;
	struct act_job job[JOBS_MAX];
	json_t *body[JOBS_MAX];
	char id[JOBS_MAX][24];
	size_t posted;

	size_t asked[ASKS_MAX]; /* acts in each question */
	size_t asks;
	size_t refuse_at;     /* the question that is refused; 0: none */
	size_t more_at_first; /* acts that come while the first is being signed */
	struct log_entry entries[WRITER_BATCH];
};


static void finished(struct act_job *job)
{
	struct place *p = job->arg;

	T_OK(mailbox_post(p->finished, job));
}


/* What is posted belongs to the writer's thread from then on, and so does what posts more. */
static void post(struct place *p, size_t count)
{
	while (count--) {
		size_t n = p->posted++;
		struct act_job *job = &p->job[n];

		(void)snprintf(p->id[n], sizeof(p->id[n]), "ring-number-%zu", n);
		p->body[n] = json_pack("{s:i}", "hour", (int)n);
		job->request = (struct act_request){ p->id[n], "bell.ring", "bell", p->body[n],
						     FIELD_NONE };
		job->seat = (struct seat){ .machine = true };
		job->arena = p->arena;
		job->done = finished;
		job->arg = p;
		T_OK(writer_post(p->writer, job));
	}
}


static void ask_leaves(struct signer *s, const struct act_outcome *const *acts, size_t count)
{
	struct place *p = (struct place *)s;

	p->asked[p->asks++] = count;
	for (size_t i = 0; i < count; i++) {
		struct hash checksum;

		leaf_checksum(&checksum, acts[i]->record, acts[i]->record_len);
		p->entries[i].seq = acts[i]->seq;
		leaf_sign(&p->entries[i].leaf, &checksum, p->key);
	}
	if (p->asks == 1)
		post(p, p->more_at_first);
}


static int take_leaves(struct signer *s, struct log_entry *out)
{
	struct place *p = (struct place *)s;

	if (p->asks == p->refuse_at)
		return E_CRYPTO;
	memcpy(out, p->entries, p->asked[p->asks - 1] * sizeof(*out));

	return 0;
}


static int sign_head(struct signer *s, struct log *log, uint8_t *signature)
{
	struct place *p = (struct place *)s;
	struct checkpoint cp;
	struct buf body;

	log_head(&cp, log);
	buf_init(&body, 0);
	checkpoint_body(&body, &cp);
	key_sign(signature, p->key, body.data, body.len);
	buf_clear(&body);

	return 0;
}


static void found(struct place *p)
{
	const struct seat operator_ = { .office = "operator", .operator_ = true };
	const uint8_t random[ACT_RANDOM_SIZE] = { 0 };
	char *text = t_slurp("charters/union-of-six.yaml", NULL);
	struct act_request q = { "founding", "charter.found", "charter", NULL, FIELD_NONE };
	const struct act_try try = { &q, &operator_, 1, random, 0 };
	struct charter_report report;
	struct charter *c = NULL;
	struct pipeline pipeline;
	struct act_outcome o;
	struct fault f = { 0 };
	json_t *body;

	charter_report_init(&report);
	T_OK(charter_load(&c, &report, text, strlen(text)));
	body = json_pack("{s:s, s:s}", "hash", c->hash, "text", text);
	q.body = body;
	T_OK(pipeline_open(&pipeline, p->st, &p->registry));
	T_OK(store_begin(p->st));
	ck_assert_msg(pipeline_act(&pipeline, &try, p->arena, &o, &f) == 0, "%s", f.text);
	T_OK(store_commit(p->st));
	pipeline_close(&pipeline);
	json_decref(body);
	charter_report_clear(&report);
	charter_free(c);
	free(text);
}


static void open_place(struct place *p)
{
	struct fault f = { 0 };

	memset(p, 0, sizeof(*p));
	p->signer = (struct signer){ ask_leaves, take_leaves, sign_head };
	p->arena = arena_new(1 << 16);
	registry_init(&p->registry, modules_of_test);
	clock_init(&p->clock);
	T_OK(mailbox_new(&p->finished, JOBS_MAX));
	T_OK(key_generate(&p->key));
	T_OK(store_open(&p->st, ":memory:", STORE_CREATE, &f));
	ck_assert_msg(migrate(p->st, &f) == 0, "%s", f.text);
	found(p);
	T_OK(store_begin(p->st));
	T_OK(log_begin(&p->log, p->st, key_public(p->key), NULL, 1, &f));
	T_OK(log_signer(p->st, key_public(p->key), "recorder", 1));
	T_OK(store_commit(p->st));
	log_commit(p->log);
}


static void start(struct place *p)
{
	T_OK(writer_start(&p->writer, &(struct writer_config){ .st = p->st,
							       .registry = &p->registry,
							       .clock = &p->clock,
							       .log = p->log,
							       .signer = &p->signer }));
}


/* Wait for that many answers; how many of them are "done". */
static size_t wait_for(struct place *p, size_t count)
{
	size_t done = 0;

	for (void *job; count; count--) {
		while (!mailbox_take(p->finished, &job, 1, -1))
			;
		done += ((struct act_job *)job)->err == 0 &&
			((struct act_job *)job)->outcome.done;
	}

	return done;
}


static void close_place(struct place *p)
{
	for (size_t i = 0; i < p->posted; i++)
		json_decref(p->body[i]);
	log_close(p->log);
	store_close(p->st);
	key_free(p->key);
	mailbox_free(p->finished);
	registry_clear(&p->registry);
	arena_free(p->arena);
}


static int64_t count(struct place *p, const char *sql)
{
	int64_t n = -1;

	T_OK(store_get_int(&n, p->st, sql, ""));

	return n;
}


T(acts_that_come_while_the_keeper_signs_share_the_transaction)
{
	static struct place p;

	open_place(&p);
	p.more_at_first = 100;
	start(&p);
	post(&p, 1);
	T_INT(101, wait_for(&p, 101));
	T_INT(1, atomic_load(&writer_figures(p.writer)->batches));
	writer_stop(p.writer);

	/* One, then the hundred that came, in portions. */
	T_INT(5, p.asks);
	T_INT(1, p.asked[0]);
	T_INT(32, p.asked[1]);
	T_INT(32, p.asked[2]);
	T_INT(32, p.asked[3]);
	T_INT(4, p.asked[4]);

	/* The founding stands before the log; each act has its leaf, in order. */
	T_INT(102, count(&p, "SELECT count(*) FROM act_record"));
	T_INT(101, count(&p, "SELECT count(*) FROM ledger_leaf WHERE idx = seq - 2"));
	close_place(&p);
}


T(a_keeper_that_refuses_a_portion_takes_all_of_the_batch_back)
{
	static struct place p;

	open_place(&p);
	p.more_at_first = 50;
	p.refuse_at = 2;
	start(&p);
	post(&p, 1);
	T_INT(0, wait_for(&p, 51));

	/* Afterwards acts are done again, under the numbers that were not used. */
	post(&p, 2);
	T_INT(2, wait_for(&p, 2));
	writer_stop(p.writer);
	T_INT(3, count(&p, "SELECT count(*) FROM act_record"));
	T_INT(2, count(&p, "SELECT count(*) FROM ledger_leaf WHERE idx = seq - 2"));
	close_place(&p);
}

T_MAIN("writer", C(acts_that_come_while_the_keeper_signs_share_the_transaction),
       C(a_keeper_that_refuses_a_portion_takes_all_of_the_batch_back))
