/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * ears.h: the Early Aberration Reporting System's C1, C2 and C3 (Hutwagner et al. 2003;
 * Fricker, Hegler, Dunfee 2008).
 *
 * The mean and standard deviation of `baseline` values, which end just before the value (C1) or
 * two before that (C2, C3), give an upper bound.  C3 adds up what was above one standard
 * deviation in the two values before.
 */
#ifndef WATCH_EARS_H
#define WATCH_EARS_H

#include "watch/method.h"

enum ears_kind {
	EARS_C1,
	EARS_C2,
	EARS_C3,
};

struct ears_params {
	int kind; /* enum ears_kind */
	int64_t baseline;
	double alpha;
	double min_sigma; /* the least standard deviation that is taken */
	int64_t range[2];
};

extern const struct method ears_c1, ears_c2, ears_c3;

/* The first value that can be judged, from 1. */
size_t ears_first(const struct ears_params *p);

/*
 * Upper bounds of values from..to (1-based, from >= ears_first()) into upper[0..to - from]; NAN
 * where a value is missing that is needed.  There is an alarm where y > upper.
 */
void ears_upper(double *upper, const double *y, size_t from, size_t to,
		const struct ears_params *p);

#endif
