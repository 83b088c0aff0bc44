/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * pipeline.h: the way of one act: who may, judge, apply, record.
 *
 * A pipeline belongs to one connection that may write.  The caller holds the transaction and
 * a savepoint around each act; the ledger comes after (writer.h), or not at all (simulation).
 */
#ifndef ACT_PIPELINE_H
#define ACT_PIPELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "act/kind.h"
#include "base/digest.h"

/* Where the CPU time of an act goes here. */
enum pipeline_stage {
	PIPELINE_KNOWN, /* is its id known, its subject as expected? */
	PIPELINE_JUDGE,
	PIPELINE_APPLY,
	PIPELINE_RECORD,
	PIPELINE_STAGES
};

struct pipeline {
	struct store *st;
	const struct registry *registry;
	struct world *world;
	int64_t seq;	 /* of the last act recorded */
	int64_t last_at; /* its time */
	struct buf text; /* the record being written */
	int64_t look_ns; /* what one look at the clock costs */
	bool measure;	 /* CPU time into the next: */
	int64_t stage_ns[PIPELINE_STAGES];
};

/* What became of an act.  Texts live in the arena given. */
struct act_outcome {
	int64_t seq;
	int64_t at;
	bool done;
	bool again; /* it had been recorded before under the same id */
	bool recorded;
	const char *id;
	const char *kind;
	const char *subject;
	const char *person;
	const char *party;
	struct refusal why; /* when not done */
	const char *record; /* the canonical record; NULL when erased or not recorded */
	size_t record_len;
	const char *see;
};

/* Read where the record stands.  The store is migrated. */
int pipeline_open(struct pipeline *p, struct store *st,
		  const struct registry *registry) MUST_CHECK;
void pipeline_close(struct pipeline *p);

/* After a rollback of the transaction: read everything anew. */
int pipeline_reload(struct pipeline *p) MUST_CHECK;

enum {
	PIPELINE_KEEP_REFUSALS = 1, /* record a refusal too */
};

/* What is tried, by whom, when. */
struct act_try {
	const struct act_request *request;
	const struct seat *seat;
	int64_t at;	       /* ms; not before p->last_at (the caller sees to that) */
	const uint8_t *random; /* ACT_RANDOM_SIZE bytes */
	unsigned flags;
};

/*
 * Judge, apply and record one act, inside a savepoint of the caller's transaction.
 *
 * Returns 0 when it was done or refused (out->done).  Otherwise nothing is recorded and the
 * caller rolls its savepoint back:
 *   E_RANGE    the request or its body is malformed (fault)
 *   E_ABSENT   there is no such kind
 *   E_DENIED   this seat may not do that: for the security log
 *   E_SESSION  nobody is signed in
 *   E_CHANGED  the subject changed since `expect`
 *   E_REUSED   the id stands for another act
 *   those of store.h
 */
int pipeline_act(struct pipeline *p, const struct act_try *try, struct arena *a,
		 struct act_outcome *out, struct fault *f) MUST_CHECK;

/*
 * Only judge, against the registers as they stand: cx is filled as in pipeline_act().
 * 0, E_REFUSED, or as there.  For replay --rejudge and for asking beforehand.
 */
int pipeline_judge(struct pipeline *p, struct act_cx *cx, const struct act_request *request,
		   const struct seat *seat, int64_t at, int64_t seq, const uint8_t *random,
		   struct arena *a) MUST_CHECK;

/* The digest by which the same request is known again. */
void pipeline_request_digest(uint8_t out[DIGEST_SIZE], const struct act_request *request,
			     const struct seat *seat);

/* Find a recorded act by its id, or by its number when `id` is all digits. */
int pipeline_find(struct act_outcome *out, struct store *st, const char *id,
		  struct arena *a) MUST_CHECK;

/* The version of a subject: the number of the last act done about it, 0 when there is none. */
int pipeline_version(int64_t *out, struct store *st, const char *subject) MUST_CHECK;

#endif
