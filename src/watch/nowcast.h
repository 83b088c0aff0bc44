/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * nowcast.h: how many cases of the last days there will be, once all are reported (Lawless
 * 1994, Can J Stat 22:15; Hoehle, an der Heiden 2014, Biometrics 70:993).
 *
 * The delay from a case to its report is learnt from what is reported until now, for delays of
 * up to D days.  lawless and bayes.trunc know that long delays cannot have been seen yet for
 * recent days; bayes.notrunc and bayes.notrunc.bnb take the delays as they are.
 *
 * lawless            normal with mean n / F and variance n (1 - F) / F^2, not below n
 * bayes.notrunc.bnb  beta-negative-binomial: no prior for the number, a Dirichlet one for
 * delays bayes.notrunc      Gamma-Poisson prior for the number; delays drawn from their
 * Dirichlet posterior bayes.trunc        the same; delays drawn from the Beta posteriors of
 * their hazards
 */
#ifndef WATCH_NOWCAST_H
#define WATCH_NOWCAST_H

#include "watch/method.h"

enum {
	DELAYS_MAX = 500000,	   /* cases of a line list */
	DELAYS_DAYS_MAX = 4000,	   /* from the first day to `now` */
	DELAYS_D_MAX = 120,	   /* days of delay */
	DELAYS_NUMBER_MAX = 20000, /* of cases of a day */
};

struct delay {
	int64_t event, report; /* days since 1970-01-01 */
};

struct delays {
	size_t n;
	const struct delay *v;
};

struct nowcast_params {
	struct param_dates now;
	int64_t longest; /* D */
	int method;
	int64_t back; /* days before `now` that are said */
	double alpha;
	double kappa;	       /* of the prior of delays */
	double mean, variance; /* of the prior of the number of cases */
	int64_t most;
	int64_t samples, seed;
};

extern const struct method nowcast;

/*
 * Read a line list: CSV whose first two columns are the dates of the event and of its report; a
 * line for each case.  A case without one of the two dates (empty or NA) is left out.
 *
 * Everything taken is in the arena.  Errors, with line and column: E_SYNTAX, E_RANGE (reported
 * before it happened), E_TOOBIG.
 */
int delays_parse(struct delays *out, struct arena *a, const char *csv, size_t len,
		 struct fault *f) MUST_CHECK;

#endif
