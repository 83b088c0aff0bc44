/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * scan.h: Kulldorff's circular scan statistic for Poisson counts (Commun Stat Theory Methods
 * 1997;26:1481): the circle of neighbouring regions that has most more cases than its
 * inhabitants let expect.
 */
#ifndef WATCH_SCAN_H
#define WATCH_SCAN_H

#include "watch/method.h"

enum {
	SCAN_REGIONS_MAX = 2000,
};

struct scan_region {
	const char *name;
	double lat, lon; /* degrees */
	double population, cases;
};

struct scan {
	size_t n;
	const struct scan_region *region;
};

struct scan_params {
	double maxpop; /* share of all inhabitants that a circle has at most */
	int64_t replicates;
	int64_t seed;
};

extern const struct method scan_circular;

/*
 * Read CSV with the columns region, lat, lon, population and cases, in any order.
 *
 * Everything taken is in the arena.  Errors, with line and column: E_SYNTAX, E_RANGE, E_TOOBIG.
 */
int scan_parse(struct scan *out, struct arena *a, const char *csv, size_t len,
	       struct fault *f) MUST_CHECK;

/* Kilometres along the surface of a sphere of radius 6371.0088 km. */
double scan_distance(const struct scan_region *a, const struct scan_region *b);

#endif
