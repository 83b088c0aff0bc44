/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* thresholds.h: rules as tuned for parties and indicators; private to watch/. */
#ifndef WATCH_THRESHOLDS_H
#define WATCH_THRESHOLDS_H

#include "watch/rules.h"
#include "watch/series.h"

/* A threshold that somebody set; "" stands for all. */
struct threshold {
	const char *party;
	const char *indicator;
	struct rule rule;
	int64_t flagged, vain;
	const char *reason;
	const char *office;
	int64_t at;
};

struct thresholds {
	struct threshold *at; /* the last of each party, indicator and rule */
	size_t count;
};

/* As they stood at a time (ms); FIELD_NONE: now. */
int thresholds_read(struct thresholds *out, struct arena *a, struct store *st,
		    int64_t at) MUST_CHECK;

/* What applies to a series: the nearest that was set, or the default. */
void threshold_of(struct rule *out, const struct thresholds *t, const char *party,
		  const char *indicator, enum rule_kind kind);

/* What a rule flagged on a history. */
struct replay {
	const double *y; /* NULL: nothing was ever reported */
	const struct detection *found;
	const bool *vain; /* of each flagged day: its episode has no wave */
	size_t n;
	int64_t from; /* the day of y[0] */
	int64_t seen, flagged, episodes, in_vain;
	int64_t first, last; /* days flagged; FIELD_NONE */
};

/*
 * All counts by day of a place as they stood at act `as_of`: y[0] is of the day *from.  *n is 0
 * when nothing was ever reported.
 */
int history_read(const double **y, size_t *n, int64_t *from, struct arena *a, struct store *st,
		 const struct counted *what, int64_t as_of) MUST_CHECK;

/* Evaluate a rule on the whole history of a place as it stood at act `as_of`. */
int replay_run(struct replay *out, struct arena *a, struct store *st, struct rules *rules,
	       const struct rule *rule, const struct counted *what, int64_t as_of) MUST_CHECK;

/* How many people live there, as known at act `as_of`; NAN when it is not. */
int place_population(double *out, struct store *st, const char *party, const char *area,
		     int64_t as_of) MUST_CHECK;

#endif
