/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * rules.h: what raises a signal: methods of monitoring with thresholds.
 *
 * Pure functions of a series of counts by day; a missing day is NAN and is passed over (ears),
 * or leaves the days that need it without an answer.  The defaults were chosen on the waves of
 * 2020-2022 in 85 regions (docs/watch.md): ears-c2 notices early, reproduction seldom in vain.
 */
#ifndef WATCH_RULES_H
#define WATCH_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum rule_kind {
	RULE_EARS_C1, /* earsC1..3 of `baseline` days at `alpha`, least deviation `least` */
	RULE_EARS_C2,
	RULE_EARS_C3,
	RULE_REPRODUCTION, /* the 2.5 % quantile of R(t) > `above`, `least` cases in 7 days */
	RULE_DOUBLING, /* days to double <= `above` by a fit of 14, `least` cases in 7 days */
	RULE_INCIDENCE_7, /* cases of 7 days for 100,000 people >= `above` */
	RULE_INCIDENCE_14,
	RULE_WEEK_RATIO, /* cases of 7 days >= `above` times those of the 7 before, and `least`
			  */
	RULE_CUSUM,	 /* sum of what is above the mean of `baseline` days (at least `least`),
			    Rossi's, k 1.04, reaches `above`; then it begins anew */
	RULE_BAYES,	 /* bayes of `baseline` days at `alpha` */
	RULE_FLEXIBLE,	 /* farringtonFlexible of weeks at `alpha`, `least` cases in four of
			    them, leaving out `baseline` weeks; a year and a half and more */
	RULE_AGREEMENT,	 /* RULE_REPRODUCTION, and on two of three days one of the ears of
			    `baseline` days and least deviation 1: C1, C2 at `alpha`, C3 at 0.025
			  */
	RULE_COUNT
};

struct rule {
	enum rule_kind kind;
	bool enabled;
	int64_t baseline;
	double alpha, least, above;
	int64_t days; /* running on which it must hold */
};

/* "ears-c2"; and back, -1 for a word that names none. */
const char *rule_word(enum rule_kind kind);
int rule_find(const char *word);

/* "signal" or "deterioration". */
const char *rule_grade(enum rule_kind kind);

/* What is in force where nobody changed anything. */
void rule_default(struct rule *out, enum rule_kind kind);

/* How many days before the one that is judged the rule looks at. */
size_t rule_history(const struct rule *rule);

/* What a rule says of one day. */
struct detection {
	double bound;	  /* NAN: the rule has none */
	double score;	  /* NAN: no answer */
	signed char flag; /* 1 flagged, 0 not, -1 no answer */
};

/* What evaluations share; not for two threads at once. */
struct rules;

struct rules *rules_new(void);
void rules_free(struct rules *r);

/*
 * What the rule says of the days from..to (indices into y[0..n - 1]) into out[0..to - from].
 * `population` may be NAN.
 *
 * Errors: E_RANGE parameters that make no sense.
 */
int rule_detect(struct detection *out, struct rules *shared, const struct rule *rule,
		const double *y, size_t n, size_t from, size_t to,
		double population) MUST_CHECK;

/*
 * Where waves began: out[i] is true on the first day of each on which the mean of 7 days is 1.8
 * times that of 14 days before, and 50 in a week.  Retrospective: it serves to count alarms in
 * vain, never to raise one.
 */
void waves(bool *out, const double *y, size_t n);

#endif
