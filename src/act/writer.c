/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * writer.c: see writer.h.
 *
 * The order of a batch (ledger/log.h says why):
 *   judge, apply and record each act in a savepoint; sign the leaves; append them; commit;
 *   answer; tell.  The keeper signs while the next portion of the batch is judged.  The
 *   checkpoint over a committed batch is signed before the next batch and stored in its
 *   transaction, or in one of its own when none comes in time.
 *
 * Invariants:
 * 1. Nobody is answered "done" before the commit.
 * 2. A batch that fails leaves nothing; its jobs are answered with the failure, except that
 *    after a lost connection it is run again (ids tell what was committed all the same).
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "act/clock.h"
#include "act/writer.h"
#include "base/diag.h"
#include "base/mailbox.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/log.h"
#include "store/store.h"

const char *const writer_stage_names[WRITER_STAGES] = { "parse",  "known", "judge", "apply",
							"record", "sign",  "leaf",  "commit" };

enum {
	RETRY_MS = 30000, /* how long a lost store is tried again */
	HOUR_MS = 3600 * 1000,
	PORTION = 32,	    /* acts that the keeper is asked for at once */
	MEASURE_EVERY = 16, /* batches: looking at the clock costs time too */
	QUOTA_SLOTS = 1024,
};

enum item_kind { ITEM_JOB, ITEM_SECURITY, ITEM_CHORE };

/* What the mailbox carries. */
struct item {
	enum item_kind kind;
	struct act_job *job;
	struct chore *chore;
	/* security */
	int64_t at;
	char *person, *office, *party, *what, *subject;
};

/* Refusals recorded, or attempts noted, for one person in the present hour. */
struct quota {
	char person[64];
	int64_t hour;
	int count;
};

struct writer {
	struct writer_config config;
	struct pipeline pipeline;
	struct mailbox *mailbox;
	struct writer_figures figures;
	pthread_t thread;
	struct quota *quota, *denials;
	int64_t security_hour;
	int security_count, security_lost;
	int64_t security_n;
	uint64_t signed_size; /* of the last checkpoint stored */
	int64_t signed_at;    /* monotonic ms */
	bool unsigned_;	      /* the last try to sign failed */
	_Atomic bool stopping;
};

/* A batch under way. */
struct batch {
	struct item *items[WRITER_BATCH];
	size_t count;
	struct log_entry entries[WRITER_BATCH];
	const struct act_outcome *acts[WRITER_BATCH]; /* newly recorded, in order */
	/* How many items are judged; how many acts recorded, asked a leaf for, and signed. */
	size_t judged, recorded, asked, signed_;
	uint8_t random[WRITER_BATCH][ACT_RANDOM_SIZE];
};


void event_unref(struct event *e)
{
	if (!e || atomic_fetch_sub(&e->references, 1) > 1)
		return;
	free(e->kind);
	free(e->subject);
	free(e->see);
	free(e->person);
	free(e->party);
	free(e);
}


static void add_spent(struct writer *w, enum writer_stage stage, int64_t ns, size_t acts)
{
	atomic_fetch_add(&w->figures.stage_ns[stage], ns);
	atomic_fetch_add(&w->figures.stage_acts[stage], (int64_t)acts);
}


/* A stage that a whole batch goes through at once: a look at the clock costs little there. */
static void spent(struct writer *w, enum writer_stage stage, size_t acts, int64_t *since)
{
	int64_t now = time_cpu();

	add_spent(w, stage, now - *since - w->pipeline.look_ns, acts);
	*since = now;
}


/* What the pipeline measured of the acts of a batch that is recorded. */
static void add_measured(struct writer *w, const struct batch *b)
{
	static const enum writer_stage stages[PIPELINE_STAGES] = {
		[PIPELINE_KNOWN] = WRITER_KNOWN,
		[PIPELINE_JUDGE] = WRITER_JUDGE,
		[PIPELINE_APPLY] = WRITER_APPLY,
		[PIPELINE_RECORD] = WRITER_RECORD,
	};

	for (int i = 0; i < PIPELINE_STAGES; i++)
		add_spent(w, stages[i], w->pipeline.stage_ns[i], b->recorded);
}


/*
 * The time of the acts of this batch.  A clock that went back a little is waited out; one
 * that went back far stops all acts but the one that accepts it.
 */
static int act_time(struct writer *w, int64_t *out)
{
	int64_t last = w->pipeline.last_at, now = clock_now(w->config.clock);

	if (now < last && last - now < WRITER_SKEW_MS && !w->config.clock->demo) {
		(void)usleep((useconds_t)(last - now) * 1000);
		now = clock_now(w->config.clock);
	}
	*out = now;

	return now < last ? E_REFUSED : 0;
}


/* May one more of this person be written this hour? */
static bool take_quota(struct quota *table, const char *person, int64_t at, int most)
{
	uint64_t h = 1469598103934665603U;
	struct quota *q;

	for (const char *p = person ? person : ""; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211U;
	q = &table[h % QUOTA_SLOTS];
	if (q->hour != at / HOUR_MS || strcmp(q->person, person ? person : "") != 0) {
		(void)text_copy(q->person, sizeof(q->person), person ? person : "");
		q->hour = at / HOUR_MS;
		q->count = 0;
	}

	return q->count < most && ++q->count;
}


static void skewed(struct act_job *job)
{
	job->err = 0;
	memset(&job->outcome, 0, sizeof(job->outcome));
	job->outcome.kind = job->request.kind;
	job->outcome.subject = job->request.subject;
	job->outcome.why = (struct refusal){ .code = REFUSE_CLOCK_SKEW, .text = "clock-skew" };
}


static bool store_failed(int err)
{
	return err == E_FULL || err == E_IO || err == E_BUSY || err == E_CORRUPT ||
	       err == E_NOMEM;
}


/* One act in its savepoint.  An error is one of the store: the batch cannot go on. */
static int run_job(struct writer *w, struct act_job *job, int64_t at, const uint8_t *random,
		   bool skew)
{
	struct act_try try = { &job->request, &job->seat, at, random, 0 };
	int err;

	if (skew && strcmp(job->request.kind, "clock.accept") != 0) {
		skewed(job);
		return 0;
	}
	memset(&job->fault, 0, sizeof(job->fault));
	err = store_save(w->config.st);
	if (err)
		return err;
	try.flags = take_quota(w->quota, job->seat.person, at, WRITER_REFUSALS)
			    ? PIPELINE_KEEP_REFUSALS
			    : 0;
	job->err = pipeline_act(&w->pipeline, &try, job->arena, &job->outcome, &job->fault);
	if (store_failed(job->err))
		return job->err;
	if (!job->err && job->outcome.recorded && !job->outcome.again)
		return store_release(w->config.st);
	store_rollback_save(w->config.st);

	return 0;
}


static int insert_security(struct writer *w, const struct item *i)
{
	return store_exec(
		w->config.st,
		"INSERT INTO act_security (n, at, person, office, party, what, subject)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7)",
		"iisssss", ++w->security_n, i->at, i->person, i->office, i->party, i->what,
		i->subject);
}


/* A new hour: how many of the last one were over the quota. */
static int begin_hour(struct writer *w, int64_t at)
{
	char lost[24];
	struct item i = { .at = at, .what = (char *)(uintptr_t) "over-quota", .subject = lost };

	(void)snprintf(lost, sizeof(lost), "%d", w->security_lost);
	w->security_hour = at / HOUR_MS;
	w->security_count = 0;
	if (!w->security_lost)
		return 0;
	w->security_lost = 0;

	return insert_security(w, &i);
}


static int write_security(struct writer *w, const struct item *i)
{
	int err = w->security_hour == i->at / HOUR_MS ? 0 : begin_hour(w, i->at);

	if (err)
		return err;
	/* Nobody fills the log alone; those who are not signed in count as one. */
	if (w->security_count >= WRITER_DENIALS ||
	    !take_quota(w->denials, i->person, i->at, WRITER_DENIALS_EACH)) {
		w->security_lost++;
		return 0;
	}
	w->security_count++;

	return insert_security(w, i);
}


/* A seat that tried what it may not is noted. */
static int note_denial(struct writer *w, const struct act_job *job, int64_t at)
{
	struct item i = { .at = at,
			  .person = (char *)(uintptr_t)job->seat.person,
			  .office = (char *)(uintptr_t)job->seat.office,
			  .party = (char *)(uintptr_t)job->seat.party,
			  .what = (char *)(uintptr_t)job->request.kind,
			  .subject = (char *)(uintptr_t)job->request.subject };

	atomic_fetch_add(&w->figures.denied, 1);

	return write_security(w, &i);
}


/* Its own error is its own affair; one of the store takes the batch back. */
static int run_chore(struct writer *w, struct chore *c)
{
	int err = store_save(w->config.st);

	if (err)
		return err;
	c->err = c->run(c, w->config.st);
	if (c->err && store_failed(c->err))
		return c->err;
	if (!c->err)
		return store_release(w->config.st);
	store_rollback_save(w->config.st);

	return 0;
}


static int judge_item(struct writer *w, struct batch *b, size_t i, int64_t at, bool *skew)
{
	struct act_job *job = b->items[i]->job;
	int err;

	if (b->items[i]->kind == ITEM_SECURITY)
		return write_security(w, b->items[i]);
	if (b->items[i]->kind == ITEM_CHORE)
		return run_chore(w, b->items[i]->chore);
	err = run_job(w, job, at, b->random[i], *skew);
	if (!err && (job->err == E_DENIED || job->err == E_SESSION))
		err = note_denial(w, job, at);
	if (!err && !job->err && job->outcome.recorded && !job->outcome.again) {
		b->acts[b->recorded++] = &job->outcome;
		/* After an accepted jump the clock is right again. */
		*skew = *skew && strcmp(job->request.kind, "clock.accept") != 0;
	}

	return err;
}


/* The next portion of the batch, to which what has come meanwhile is added. */
static int judge_portion(struct writer *w, struct batch *b)
{
	size_t until;
	int64_t at = 0;
	bool skew;
	int err = 0;

	if (b->judged == b->count && b->count < WRITER_BATCH)
		b->count += mailbox_take(w->mailbox, (void **)b->items + b->count,
					 WRITER_BATCH - b->count, 0);
	if (b->judged == b->count)
		return 0;
	until = b->count - b->judged > PORTION ? b->judged + PORTION : b->count;
	rand_bytes(b->random[b->judged], (until - b->judged) * sizeof(b->random[0]));
	skew = act_time(w, &at) != 0;
	for (; b->judged < until && !err; b->judged++)
		err = judge_item(w, b, b->judged, at, &skew);

	return err;
}


/* Leaves for the acts that are judged and not asked for yet; false when there are none. */
static bool ask_leaves(struct writer *w, struct batch *b)
{
	int64_t clock = time_cpu();

	if (!w->config.log || b->asked == b->recorded)
		return false;
	w->config.signer->ask_leaves(w->config.signer, b->acts + b->asked,
				     b->recorded - b->asked);
	b->asked = b->recorded;
	spent(w, WRITER_SIGN, 0, &clock);

	return true;
}


static int take_leaves(struct writer *w, struct batch *b)
{
	size_t count = b->asked - b->signed_;
	int64_t clock = time_cpu();
	int err = w->config.signer->take_leaves(w->config.signer, b->entries);

	spent(w, WRITER_SIGN, count, &clock);
	if (!err)
		err = log_append(w->config.log, b->entries, count);
	b->signed_ = b->asked;
	spent(w, WRITER_LEAF, count, &clock);

	return err;
}


/*
 * Judge, apply, record and sign.  While the keeper signs one portion the next is judged, and
 * whatever comes meanwhile shares the transaction.
 */
static int run_acts(struct writer *w, struct batch *b)
{
	bool asked = false;
	int err;

	b->judged = b->recorded = b->asked = b->signed_ = 0;
	do {
		err = judge_portion(w, b);
		/* An answer that was asked for is taken in any case: the next is to the next.
		 */
		if (asked) {
			int taken = take_leaves(w, b);

			err = err ? err : taken;
		}
		asked = !err && ask_leaves(w, b);
	} while (!err && (asked || b->judged < b->count));

	return err;
}


static bool checkpoint_due(const struct writer *w, int64_t *wait_ms)
{
	struct checkpoint head;
	int64_t since;

	*wait_ms = -1;
	if (!w->config.log)
		return false;
	log_head(&head, w->config.log);
	if (head.size == w->signed_size)
		return false;
	since = time_monotonic() - w->signed_at;
	*wait_ms = since >= WRITER_CHECKPOINT_MS ? 0 : WRITER_CHECKPOINT_MS - since;

	return *wait_ms == 0;
}


/* Sign the committed head and store the checkpoint in the transaction that is open. */
static int put_checkpoint(struct writer *w, uint64_t *size)
{
	uint8_t signature[KEY_SIGNATURE];
	struct checkpoint head;
	struct fault f = { 0 };
	int err;

	log_head(&head, w->config.log);
	err = w->config.signer->checkpoint(w->config.signer, w->config.log, signature);
	if (!err)
		err = log_checkpoint(w->config.log, signature, time_now(), &f);
	if (err)
		diag_error("writer", "no checkpoint at %llu: %s", (unsigned long long)head.size,
			   f.text[0] ? f.text : err_text(err));
	else
		*size = head.size;
	w->unsigned_ = err != 0;

	return err;
}


static int try_batch(struct writer *w, struct batch *b)
{
	struct store *st = w->config.st;
	uint64_t size = w->signed_size;
	int64_t clock, wait;
	bool due = checkpoint_due(w, &wait);
	int err;

	w->pipeline.measure = atomic_load(&w->figures.batches) % MEASURE_EVERY == 0;
	memset(w->pipeline.stage_ns, 0, sizeof(w->pipeline.stage_ns));
	err = store_begin(st);
	if (err)
		return err;
	/* A keeper that refuses a checkpoint does not stop acts; it is logged and tried again.
	 */
	if (due) {
		w->signed_at = time_monotonic();
		err = put_checkpoint(w, &size);
		if (err && store_failed(err))
			goto out;
	}
	err = run_acts(w, b);
	if (err)
		goto out;
	clock = time_cpu();
	err = store_commit(st);
	spent(w, WRITER_COMMIT, b->recorded, &clock);

out:
	if (err) {
		store_rollback(st);
		if (w->config.log)
			log_rollback(w->config.log);
		(void)!pipeline_reload(&w->pipeline);
		return err;
	}
	if (w->config.log)
		log_commit(w->config.log);
	if (w->pipeline.measure)
		add_measured(w, b);
	if (size != w->signed_size) {
		w->signed_size = size;
		atomic_fetch_add(&w->figures.checkpoints, 1);
	}

	return 0;
}


/* A store that was away (PostgreSQL restarted) is tried again until it is back. */
static int run_batch(struct writer *w, struct batch *b)
{
	int64_t until = time_monotonic() + RETRY_MS, wait = 20;
	struct fault f = { 0 };
	int err = try_batch(w, b);

	while (err == E_BUSY && time_monotonic() < until) {
		diag_warning("writer", "the store is away: %s", store_message(w->config.st));
		(void)usleep((useconds_t)wait * 1000);
		wait = wait < 1000 ? wait * 2 : 1000;
		if (store_reopen(w->config.st, &f) || pipeline_reload(&w->pipeline) ||
		    (w->config.log && log_reread(w->config.log, w->config.st, &f)))
			continue;
		err = try_batch(w, b);
	}

	return err;
}


static char *copy(const char *s)
{
	return s ? mem_str(s) : NULL;
}


static struct event *event_of(const struct act_job *job)
{
	struct event *e = mem_zero(1, sizeof(*e));
	const struct act_outcome *o = &job->outcome;

	atomic_init(&e->references, 1);
	e->seq = o->seq;
	e->at = o->at;
	e->done = o->done;
	e->kind = copy(o->kind);
	e->subject = copy(o->subject);
	e->see = copy(o->done ? o->see : "secretariat");
	e->person = copy(job->seat.person);
	e->party = copy(job->seat.party);

	return e;
}


static void tell(struct writer *w, const struct batch *b)
{
	struct event *events[WRITER_BATCH];
	size_t n = 0;

	for (size_t i = 0; i < b->count; i++) {
		const struct act_job *job = b->items[i]->job;

		if (job && !job->err && job->outcome.recorded && !job->outcome.again)
			events[n++] = event_of(job);
	}
	if (n && w->config.tell)
		w->config.tell(events, n, w->config.tell_arg);
	for (size_t i = 0; i < n; i++)
		event_unref(events[i]);
}


static void count(struct writer *w, const struct act_job *job)
{
	struct writer_figures *f = &w->figures;

	if (job->err)
		atomic_fetch_add(&f->failed, 1);
	else if (job->outcome.done)
		atomic_fetch_add(&f->done, 1);
	else
		atomic_fetch_add(&f->refused, 1);
}


static void free_item(struct item *i)
{
	free(i->person);
	free(i->office);
	free(i->party);
	free(i->what);
	free(i->subject);
	free(i);
}


static void answer(struct writer *w, struct batch *b, int err)
{
	if (!err)
		tell(w, b);
	for (size_t i = 0; i < b->count; i++) {
		struct act_job *job = b->items[i]->job;
		struct chore *chore = b->items[i]->chore;

		if (chore && chore->done)
			chore->done(chore, err ? err : chore->err);
		if (job) {
			if (err) {
				job->err = err;
				(void)fault_set(
					&job->fault, err,
					"The act could not be stored (%s); nothing was done.",
					err_text(err));
			}
			count(w, job);
			job->done(job);
		}
		free_item(b->items[i]);
	}
}


static void *run(void *arg)
{
	struct writer *w = arg;
	struct batch *b = mem_zero(1, sizeof(*b));

	(void)pthread_setname_np(pthread_self(), "writer");
	for (;;) {
		struct timespec before, after;
		int64_t wait = -1;
		bool due = checkpoint_due(w, &wait);
		int err;

		b->count = mailbox_take(w->mailbox, (void **)b->items, WRITER_BATCH, (int)wait);
		if (!b->count && !due) {
			due = checkpoint_due(w, &wait);
			if (atomic_load(&w->stopping) && (wait < 0 || w->unsigned_))
				break;
			if (!due && atomic_load(&w->stopping))
				w->signed_at = 0; /* sign at once */
			continue;
		}
		(void)clock_gettime(CLOCK_MONOTONIC, &before);
		err = run_batch(w, b);
		(void)clock_gettime(CLOCK_MONOTONIC, &after);
		if (err)
			diag_error("writer", "a batch of %zu failed: %s (%s)", b->count,
				   err_text(err), store_message(w->config.st));
		atomic_store(&w->figures.last_commit_us,
			     (after.tv_sec - before.tv_sec) * 1000000 +
				     (after.tv_nsec - before.tv_nsec) / 1000);
		atomic_store(&w->figures.seq, w->pipeline.seq);
		/* A checkpoint that comes due alone is no batch of acts. */
		if (b->count)
			atomic_fetch_add(&w->figures.batches, 1);
		answer(w, b, err);
	}
	free(b);

	return NULL;
}


static int read_standing(struct writer *w)
{
	struct log_info info;
	int err;

	err = store_get_int(&w->security_n, w->config.st,
			    "SELECT coalesce(max(n), 0) FROM act_security", "");
	if (err || !w->config.log)
		return err;
	err = log_info(&info, w->config.st, 0);
	if (!err)
		w->signed_size = info.size;

	return err;
}


int writer_start(struct writer **out, const struct writer_config *config)
{
	struct writer *w = mem_zero(1, sizeof(*w));
	int err;

	w->config = *config;
	w->quota = mem_zero(QUOTA_SLOTS, sizeof(*w->quota));
	w->denials = mem_zero(QUOTA_SLOTS, sizeof(*w->denials));
	err = pipeline_open(&w->pipeline, config->st, config->registry);
	if (!err)
		err = read_standing(w);
	if (!err)
		err = mailbox_new(&w->mailbox, WRITER_QUEUE);
	atomic_store(&w->figures.seq, w->pipeline.seq);
	if (!err && pthread_create(&w->thread, NULL, run, w))
		err = E_IO;
	if (err) {
		pipeline_close(&w->pipeline);
		mailbox_free(w->mailbox);
		free(w->quota);
		free(w->denials);
		free(w);
		return err;
	}
	*out = w;

	return 0;
}


int writer_post(struct writer *w, struct act_job *job)
{
	struct item *i = mem_zero(1, sizeof(*i));
	int err;

	i->kind = ITEM_JOB;
	i->job = job;
	err = mailbox_post(w->mailbox, i);
	if (err)
		free_item(i);

	return err;
}


int writer_chore(struct writer *w, struct chore *c)
{
	struct item *i = mem_zero(1, sizeof(*i));
	int err;

	i->kind = ITEM_CHORE;
	i->chore = c;
	err = mailbox_post(w->mailbox, i);
	if (err)
		free_item(i);

	return err;
}


void writer_security(struct writer *w, const struct seat *seat, const char *what,
		     const char *subject)
{
	struct item *i = mem_zero(1, sizeof(*i));

	i->kind = ITEM_SECURITY;
	i->at = clock_now(w->config.clock);
	i->person = copy(seat->person);
	i->office = copy(seat->office);
	i->party = copy(seat->party);
	i->what = copy(what);
	i->subject = copy(subject);
	atomic_fetch_add(&w->figures.denied, 1);
	if (mailbox_post(w->mailbox, i))
		free_item(i);
}


int security_sweep(struct store *st, int64_t now)
{
	int64_t first = 0;
	int err = store_get_int(&first, st, "SELECT coalesce(min(n), 0) FROM act_security", "");

	return err ? err
		   : store_exec(st, "DELETE FROM act_security WHERE n < $1 AND at < $2", "ii",
				first + WRITER_DENIALS,
				now - (int64_t)WRITER_DENIALS_DAYS * 24 * HOUR_MS);
}


void writer_stop(struct writer *w)
{
	atomic_store(&w->stopping, true);
	mailbox_close(w->mailbox);
	(void)pthread_join(w->thread, NULL);
	pipeline_close(&w->pipeline);
	mailbox_free(w->mailbox);
	free(w->quota);
	free(w->denials);
	free(w);
}


size_t writer_queue(const struct writer *w)
{
	return mailbox_count(w->mailbox);
}


const struct writer_figures *writer_figures(const struct writer *w)
{
	return &w->figures;
}


bool writer_measures_parsing(struct writer *w)
{
	return atomic_fetch_add(&w->figures.posted, 1) % MEASURE_EVERY == 0;
}


void writer_parsed(struct writer *w, int64_t ns)
{
	add_spent(w, WRITER_PARSE, ns - w->pipeline.look_ns, 1);
}
