/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * flexible.h: the improved Farrington algorithm (Noufaily et al. 2013, Stat Med 32:1206), as
 * R's surveillance has it (Salmon, Schumacher, Hoehle 2016, J Stat Softw 70(10)).
 *
 * All counts of the last b years, but the most recent, are fitted by a quasi-Poisson regression
 * with a level for each of noPeriods seasons and a trend.  What the model predicts for now
 * gives an upper bound, by a power transformation (delta) or a negative binomial (nbPlugin,
 * muan).
 */
#ifndef WATCH_FLEXIBLE_H
#define WATCH_FLEXIBLE_H

#include <stdbool.h>

#include "watch/method.h"
#include "watch/quasi.h"

enum flexible_threshold {
	THRESHOLD_DELTA,
	THRESHOLD_NB_PLUGIN,
	THRESHOLD_MUAN,
};

struct flexible_params {
	int64_t range[2];
	int64_t b, w;
	bool reweight;
	double weights_threshold;
	double alpha;
	bool trend;
	double p_trend;
	int64_t limit54[2];
	int power;
	int fit; /* the one regression there is */
	bool population_offset;
	int64_t periods;
	struct param_either past; /* word 0: w */
	int threshold;		  /* enum flexible_threshold */
	bool by_date;
};

/* What is said of one time; NAN: cannot be said. */
struct flexible {
	double upper, alarm, expected, score, p, mu0, phi, trend, coef;
};

extern const struct method flexible;

/* The first time that can be judged; 0: none can. */
size_t flexible_first(const struct counts *s, const struct flexible_params *p);

/*
 * Judge time k (1-based).  `q` is room to work in, to be cleared by the caller (quasi_clear()).
 *
 * Errors: E_RANGE, with a sentence: the history is too short, noPeriods too large, or the
 * population is missing.
 */
int flexible_at(struct flexible *out, struct quasi *q, const struct counts *s, size_t k,
		const struct flexible_params *p, struct fault *f) MUST_CHECK;

#endif
