/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * replay.h: the registers rebuilt from recorded effects, and compared.
 *
 * A bug mended in a rule never rewrites history: replay applies what was recorded.  Rejudging
 * asks what today's rules would decide, and lists where they differ.
 */
#ifndef ACT_REPLAY_H
#define ACT_REPLAY_H

#include "act/kind.h"

struct replay_counts {
	int64_t acts;
	int64_t refused;
	int64_t erased;	   /* tombstones: their effects cannot be replayed */
	int64_t differing; /* rejudge: outcomes that would be others today */
};

struct replay_watch {
	void (*progress)(const struct replay_counts *now, int64_t total, void *arg);
	void (*differs)(int64_t seq, const char *kind, const char *was, const char *now,
			void *arg);
	void *arg;
};

/*
 * Apply every recorded act of `from` to `to`, an empty migrated store.
 *
 * Errors: E_CORRUPT a record that cannot be read or applied (fault says which); those of
 * store.h.
 */
int replay_apply(struct store *to, struct store *from, const struct registry *registry,
		 bool rejudge, const struct replay_watch *watch, struct replay_counts *counts,
		 struct fault *f) MUST_CHECK;

/*
 * The canonical digest of the registers: every table of every module, rows in key order,
 * every value with its type.  `hex` has DIGEST_HEX_SIZE bytes.
 */
int replay_digest(char *hex, struct store *st, const struct registry *registry) MUST_CHECK;

/*
 * Find the first row in which two stores differ; *differs is false when there is none, else
 * `f` says table, row and both values.
 */
int replay_compare(bool *differs, struct store *a, struct store *b,
		   const struct registry *registry, struct fault *f) MUST_CHECK;

#endif
