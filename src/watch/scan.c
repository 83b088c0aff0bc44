/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "watch/scan.h"
#include "watch/table.h"

#define EARTH_KM  6371.0088
#define CASES_MAX 1e9

#define OF struct scan_params
static const struct param params[] = {
	PARAM("maxpop", PARAM_REAL, OF, maxpop, 0.001, 1, "0.5", NULL,
	      "share of all inhabitants that a circle has at most"),
	PARAM("replicates", PARAM_INT, OF, replicates, 0, 99999, "999", NULL,
	      "random distributions of the cases that p is counted from; 0: no p"),
	PARAM("seed", PARAM_INT, OF, seed, 0, UINT_MAX, "1", NULL, "of the random numbers"),
};
#undef OF

static const struct column columns[] = {
	{ "centre", COLUMN_TEXT, "region in the middle of the circle" },
	{ "size", COLUMN_INT, "regions in it" },
	{ "radius_km", COLUMN_REAL, "distance to the farthest of them" },
	{ "cases", COLUMN_INT, "in the circle" },
	{ "expected", COLUMN_REAL, "by its share of the inhabitants" },
	{ "rr", COLUMN_REAL, "risk inside to risk outside" },
	{ "llr", COLUMN_REAL, "log likelihood ratio" },
	{ "p", COLUMN_REAL, "share of random distributions with such an llr or more" },
	{ "members", COLUMN_TEXT, "its regions from the middle, with semicolons" },
};


static int take_row(struct scan_region *r, const struct table *t, const int *col,
		    struct arena *a, struct fault *f)
{
	int err;

	if (!t->cell[col[0]][0])
		return table_fault(t, col[0], f, E_SYNTAX, "A region has a name.");
	r->name = arena_str(a, t->cell[col[0]]);
	err = table_real(&r->lat, t, col[1], false, -90, 90, f);
	if (!err)
		err = table_real(&r->lon, t, col[2], false, -180, 360, f);
	if (!err)
		err = table_real(&r->population, t, col[3], false, 1, 1e10, f);
	if (!err)
		err = table_real(&r->cases, t, col[4], false, 0, CASES_MAX, f);
	if (!err && r->cases != floor(r->cases))
		err = table_fault(t, col[4], f, E_RANGE, "Cases are a whole number.");

	return err;
}


int scan_parse(struct scan *out, struct arena *a, const char *csv, size_t len, struct fault *f)
{
	static const char *const names[] = { "region", "lat", "lon", "population", "cases" };
	int col[ARRAY_LEN(names)], more = 0;
	struct scan_region *r = NULL;
	struct table t;
	int err = table_open(&t, a, csv, len, f);

	*out = (struct scan){ 0 };
	for (size_t i = 0; !err && i < ARRAY_LEN(names); i++) {
		col[i] = table_find(&t, names[i]);
		if (col[i] < 0)
			err = table_fault(&t, -1, f, E_SYNTAX, "The header names no column %s.",
					  names[i]);
	}
	if (!err)
		r = arena_take(a, SCAN_REGIONS_MAX * sizeof(*r));
	while (!err && (more = table_next(&t, f)) > 0) {
		if (out->n == SCAN_REGIONS_MAX)
			return table_fault(&t, -1, f, E_TOOBIG, "At most %d regions are taken.",
					   SCAN_REGIONS_MAX);
		err = take_row(&r[out->n++], &t, col, a, f);
	}
	out->region = r;
	if (!err)
		err = more;
	if (!err && out->n < 2)
		err = fault_set(f, E_RANGE, "At least two regions are needed.");

	return err;
}


double scan_distance(const struct scan_region *a, const struct scan_region *b)
{
	double rad = M_PI / 180;
	double dlat = sin((b->lat - a->lat) * rad / 2), dlon = sin((b->lon - a->lon) * rad / 2);
	double h = dlat * dlat + cos(a->lat * rad) * cos(b->lat * rad) * dlon * dlon;

	return 2 * EARTH_KM * asin(fmin(1, sqrt(h)));
}

/* The order of neighbours of each region, and how many of them a circle may have. */
struct circles {
	size_t n;
	int *near;     /* near[i * n + k]: the k-th from region i; the first is i itself */
	int *most;     /* regions in the largest circle about i */
	double *share; /* of the inhabitants */
};

struct neighbour {
	double km;
	int region;
};


static int by_distance(const void *a, const void *b)
{
	const struct neighbour *x = a, *y = b;

	if (x->km != y->km)
		return x->km < y->km ? -1 : 1;

	return x->region - y->region;
}


static void circles_make(struct circles *c, const struct scan *s, double maxpop)
{
	struct neighbour *order = mem_alloc(s->n * sizeof(*order));
	double all = 0;

	c->n = s->n;
	c->near = mem_alloc(s->n * s->n * sizeof(*c->near));
	c->most = mem_zero(s->n, sizeof(*c->most));
	c->share = mem_alloc(s->n * sizeof(*c->share));
	for (size_t i = 0; i < s->n; i++)
		all += s->region[i].population;
	for (size_t i = 0; i < s->n; i++)
		c->share[i] = s->region[i].population / all;
	for (size_t i = 0; i < s->n; i++) {
		double sum = 0;

		for (size_t k = 0; k < s->n; k++)
			order[k] = (struct neighbour){
				i == k ? -1 : scan_distance(&s->region[i], &s->region[k]),
				(int)k
			};
		qsort(order, s->n, sizeof(*order), by_distance);
		for (size_t k = 0; k < s->n; k++) {
			c->near[i * s->n + k] = order[k].region;
			sum += s->region[order[k].region].population;
			if (sum <= maxpop * all && c->most[i] == (int)k)
				c->most[i]++;
		}
	}
	free(order);
}


static void circles_clear(struct circles *c)
{
	free(c->near);
	free(c->most);
	free(c->share);
}


static double ratio(double cases, double expected, double all)
{
	double outside = all - cases;

	if (!(cases > expected))
		return 0;

	return cases * log(cases / expected) +
	       (outside > 0 ? outside * log(outside / (all - expected)) : 0);
}

struct best {
	double llr, cases, share;
	size_t centre;
	int size;
};


static struct best find_best(const struct circles *c, const unsigned *cases, double all)
{
	struct best best = { 0 };

	for (size_t i = 0; i < c->n; i++) {
		double sum = 0, share = 0;

		for (int k = 0; k < c->most[i]; k++) {
			int region = c->near[i * c->n + (size_t)k];
			double llr;

			sum += cases[region];
			share += c->share[region];
			if (sum <= share * all)
				continue;
			llr = ratio(sum, share * all, all);
			if (llr > best.llr)
				best = (struct best){ llr, sum, share, i, k + 1 };
		}
	}

	return best;
}


/* Among so many random distributions and the real one, those that are as extreme. */
static double count_p(const struct circles *c, double all, double llr,
		      const struct scan_params *p)
{
	unsigned *cases = mem_alloc(c->n * sizeof(*cases));
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double extreme = 1;

	gsl_rng_set(rng, (unsigned long)p->seed);
	for (int64_t i = 0; i < p->replicates; i++) {
		gsl_ran_multinomial(rng, c->n, (unsigned)all, c->share, cases);
		extreme += find_best(c, cases, all).llr >= llr;
	}
	gsl_rng_free(rng);
	free(cases);

	return extreme / (double)(p->replicates + 1);
}


static double members(struct result *out, const struct scan *s, const struct circles *c,
		      const struct best *best)
{
	struct buf b;
	double text;

	buf_init(&b, 0);
	for (int k = 0; k < best->size; k++) {
		buf_str(&b, k ? ";" : "");
		buf_str(&b, s->region[c->near[best->centre * c->n + (size_t)k]].name);
	}
	text = result_text(out, b.data);
	buf_clear(&b);

	return text;
}


static int run(struct result *out, const void *input, const void *with, struct fault *f)
{
	const struct scan_params *p = with;
	const struct scan *s = input;
	unsigned *cases = mem_alloc(s->n * sizeof(*cases));
	double all = 0, expected, *row;
	struct circles c;
	struct best best;

	for (size_t i = 0; i < s->n; i++) {
		cases[i] = (unsigned)s->region[i].cases;
		all += s->region[i].cases;
	}
	if (all > CASES_MAX) {
		free(cases);
		return fault_set(f, E_RANGE, "There are more than 1,000,000,000 cases.");
	}
	circles_make(&c, s, p->maxpop);
	best = find_best(&c, cases, all);
	if (best.size) { /* none: no circle has more than expected */
		row = result_row(out);
		expected = best.share * all;
		row[0] = result_text(out, s->region[best.centre].name);
		row[1] = best.size;
		row[2] = scan_distance(
			&s->region[best.centre],
			&s->region[c.near[best.centre * c.n + (size_t)best.size - 1]]);
		row[3] = best.cases;
		row[4] = expected;
		row[5] = best.cases / expected / ((all - best.cases) / (all - expected));
		row[6] = best.llr;
		if (p->replicates)
			row[7] = count_p(&c, all, best.llr, p);
		row[8] = members(out, s, &c, &best);
	}
	circles_clear(&c);
	free(cases);

	return 0;
}

const struct method scan_circular = {
	"scan",
	"Kulldorff's circular scan statistic: the most unlikely cluster of regions",
	params,
	ARRAY_LEN(params),
	sizeof(struct scan_params),
	columns,
	ARRAY_LEN(columns),
	METHOD_REGIONS,
	run,
};
