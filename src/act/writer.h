/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * writer.h: the one thread that writes: many acts share one transaction, one fsync and one
 * request to the keeper.
 *
 * An act is answered only after its transaction is durable and its leaf signed.  A checkpoint
 * over it follows within WRITER_CHECKPOINT_MS.
 */
#ifndef ACT_WRITER_H
#define ACT_WRITER_H

#include <stdatomic.h>
#include <stdint.h>

#include "act/pipeline.h"
#include "ledger/log.h"

struct clock;
struct writer;

enum {
	WRITER_BATCH = 256,
	WRITER_QUEUE = 4096,
	WRITER_CHECKPOINT_MS = 250,
	WRITER_SKEW_MS = 5000,	   /* a clock that goes back by less is waited out */
	WRITER_REFUSALS = 120,	   /* recorded for one person in an hour */
	WRITER_DENIALS = 1000,	   /* rows of the security log in an hour */
	WRITER_DENIALS_EACH = 200, /* of one person, or of all who are not signed in */
	WRITER_DENIALS_DAYS = 366,
};

/* One act on its way.  The poster owns it again when done() is called. */
struct act_job {
	struct act_request request; /* its texts and body live until done() */
	struct seat seat;
	struct arena *arena; /* the outcome's texts go here */

	int err; /* 0: see outcome */
	struct fault fault;
	struct act_outcome outcome;

	void (*done)(struct act_job *job); /* in the writer's thread */
	void *arg;
};

/* What is told to those entitled once it is durable. */
struct event {
	_Atomic int references;
	int64_t seq;
	int64_t at;
	bool done;
	char *kind;
	char *subject;
	char *see;
	char *person; /* or NULL */
	char *party;  /* or NULL */
};

void event_unref(struct event *e);

/*
 * The keeper, as the writer sees it: another process, so that it can sign while the writer
 * goes on.  What has an answer waits until it is there; E_BUSY when the keeper is away for
 * long, E_CRYPTO when it refuses.
 */
struct signer {
	/* Ask for a leaf over each record, by the seal of the acting party where it has one. */
	void (*ask_leaves)(struct signer *s, const struct act_outcome *const *acts,
			   size_t count);
	/* The answer, as many as were asked for; nothing else may be asked before. */
	int (*take_leaves)(struct signer *s, struct log_entry *out);
	/* Sign the head of the log as it stands. */
	int (*checkpoint)(struct signer *s, struct log *log, uint8_t *signature);
};

struct writer_config {
	struct store *st; /* for this thread alone; migrated */
	const struct registry *registry;
	const struct clock *clock;
	struct log *log;       /* NULL: no ledger (tests, simulation) */
	struct signer *signer; /* with a log */
	/* Events of a batch, after the commit; the callee takes its own references. */
	void (*tell)(struct event *const *events, size_t count, void *arg);
	void *tell_arg;
};

/* Where the CPU time of an act goes in the desk; the keeper's is that of its process. */
enum writer_stage {
	WRITER_PARSE, /* its JSON, in the thread that received it */
	WRITER_KNOWN, /* is its id known, its subject as expected? */
	WRITER_JUDGE,
	WRITER_APPLY,
	WRITER_RECORD,
	WRITER_SIGN, /* asking the keeper */
	WRITER_LEAF,
	WRITER_COMMIT,
	WRITER_STAGES
};
extern const char *const writer_stage_names[WRITER_STAGES];

/* Figures for metrics; any thread may read them. */
struct writer_figures {
	_Atomic int64_t done, refused, denied, failed, batches, checkpoints, seq;
	_Atomic int64_t last_commit_us;
	_Atomic int64_t posted;
	/* CPU time by stage, and of how many acts it is: not all of them are measured. */
	_Atomic int64_t stage_ns[WRITER_STAGES], stage_acts[WRITER_STAGES];
};

/* Errors: those of pipeline_open(). */
int writer_start(struct writer **out, const struct writer_config *config) MUST_CHECK;

/* Errors: E_BUSY the queue is full, E_STOPPING. */
int writer_post(struct writer *w, struct act_job *job) MUST_CHECK;

/* Attempts that are too old to be kept are removed, a thousand at a time.  Writes. */
int security_sweep(struct store *st, int64_t now) MUST_CHECK;

/* An attempt without a right, for the security log; over the quota it is only counted. */
void writer_security(struct writer *w, const struct seat *seat, const char *what,
		     const char *subject);

/*
 * Something to be written that is no act (a session, a passkey): run() in the writer's thread,
 * in a savepoint of its transaction; an error takes back what it did.  done() is called when it
 * is durable, or with the error.  The poster owns the chore again then.
 */
struct chore {
	int (*run)(struct chore *c, struct store *st);
	void (*done)(struct chore *c, int err); /* in the writer's thread; may be NULL */
	int err;
};

/* Errors: E_BUSY the queue is full, E_STOPPING. */
int writer_chore(struct writer *w, struct chore *c) MUST_CHECK;

/* Finish what is queued, sign a last checkpoint, stop. */
void writer_stop(struct writer *w);

/* What waits to be judged or written, of WRITER_QUEUE. */
size_t writer_queue(const struct writer *w);

const struct writer_figures *writer_figures(const struct writer *w);

/* Shall the parsing of this act be measured?  Then say what CPU time it took. */
bool writer_measures_parsing(struct writer *w);
void writer_parsed(struct writer *w, int64_t ns);

#endif
