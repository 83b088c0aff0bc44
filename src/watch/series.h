/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * series.h: figures by place, indicator and day, as known at any moment.
 *
 * A figure stands from the act that recorded it until the next one about the same day; "as of"
 * a moment is what stood then.  Days are counted from 1970-01-01.  A day without a figure is a
 * gap, never zero.
 */
#ifndef WATCH_SERIES_H
#define WATCH_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "act/kind.h"
#include "charter/services.h"

struct arena;
struct charter;
struct charter_ids;
struct store;

enum {
	SERIES_DAYS_MAX = 20000, /* of one reading: fifty years */
};

/* A figure as it stands. */
struct series_cell {
	int64_t day;
	int64_t value;	   /* FIELD_NONE: there is none, see state */
	int64_t whole;	   /* FIELD_NONE */
	const char *state; /* not-reported, not-available or NULL */
	int64_t seq;	   /* since which act */
};

/* One place and indicator. */
struct series {
	int64_t id; /* 0: nothing was ever reported */
	const char *party;
	const char *area; /* "" for the party as a whole */
	const char *indicator;
	size_t count;
	struct series_cell *cells; /* by day, one for each day reported about */
};

/* The indicator set that has this indicator; NULL: the charter knows no such. */
const struct charter_indicator_set *indicator_set(const struct charter *c,
						  const char *indicator);

/* Does it run on ("cases-total"), and is it counted by day ("cases-new")? */
bool indicator_runs_on(const char *indicator);
bool indicator_by_day(const char *indicator);

/* "cases-total" for "cases-new", in the arena; NULL for what is not counted by day. */
const char *indicator_running(struct arena *a, const char *indicator);

/*
 * The indicator counted by day that detectors look at where this one is reported: "cases-new"
 * for "cases-new" and "cases-total"; NULL for anything else.
 */
const char *counted_name(struct arena *a, const char *indicator);

/* The act up to which everything recorded by that time stands; INT64_MAX for FIELD_NONE. */
int series_as_of(int64_t *out, struct store *st, int64_t at) MUST_CHECK;

/* The id, 0 when nothing was ever reported. */
int series_find(int64_t *out, struct store *st, const char *party, const char *area,
		const char *indicator) MUST_CHECK;

/* The figures of the days from..to that stood at act `as_of`; s->id says of which series. */
int series_read(struct series *s, struct arena *a, struct store *st, int64_t from, int64_t to,
		int64_t as_of) MUST_CHECK;

/* The last figure up to a day; *found is false when there is none. */
int series_last(struct series_cell *out, bool *found, struct arena *a, struct store *st,
		int64_t id, int64_t to, int64_t as_of) MUST_CHECK;

/*
 * Counts by day from..to as detectors want them: NAN where there is no figure.  Of a running
 * total the differences of consecutive days: after a gap the first is NAN, because it is the
 * sum of several days.  `negative` (may be NULL) gets how many differences were below zero;
 * they are NAN too.
 */
double *series_counts(const struct series *s, struct arena *a, int64_t from, int64_t to,
		      size_t *negative);

/* What is counted where. */
struct counted {
	const char *party;
	const char *area; /* "" for the party as a whole */
	const char *indicator;
};

/*
 * Read counts by day of a place: as reported by day or, where that was never done, from the
 * running total.  *out is NULL when neither was ever reported.
 */
int counts_read(double **out, struct arena *a, struct store *st, const struct counted *what,
		int64_t from, int64_t to, int64_t as_of) MUST_CHECK;

/* May this seat read what members report (monitoring/readers), or is it on duty? */
bool watch_reads(const struct seat *seat, const struct charter *c);

/* Is it the seat of whoever is on duty, or of the secretariat? */
bool watch_on_duty(const struct seat *seat, const struct charter *c);

/* Refuse a seat that is neither. */
int need_duty(struct act_cx *cx) MUST_CHECK;

/* Parties that report (right monitor-report), in the order of the registers. */
int watch_reporters(struct charter_ids *out, struct arena *a, struct world *w,
		    const struct charter *c, const char *today) MUST_CHECK;

/* "2020-05-15" of a day in the arena. */
const char *day_text(struct arena *a, int64_t day);

/* The day in UTC of an instant. */
int64_t day_of(int64_t at);

#endif
