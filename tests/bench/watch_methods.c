/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * watch_methods.c: the CPU of the methods of monitoring over many regions.
 *
 *	watch_methods FILE		a line for each region: its counts, with spaces
 *	watch_methods make FILE REGIONS DAYS	write such a file: negative binomial, a yearly
 *wave
 *
 * Prints CPU seconds: ears (C1, C2 and C3, all days), flexible (the last day), rt (all windows
 *of seven days); and sums of what they said, so that nothing is left out.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "watch/ears.h"
#include "watch/flexible.h"
#include "watch/rt.h"

enum {
	LINE_MAX_BYTES = 1 << 20,
	ROUNDS = 3,
};

struct regions {
	size_t n, days;
	double *y;
};


static void die(const char *what)
{
	perror(what);
	exit(1);
}


static void make(const char *file, size_t n, size_t days)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	FILE *f = fopen(file, "we");

	if (!f)
		die(file);
	for (size_t i = 0; i < n; i++) {
		double level = exp(gsl_ran_flat(rng, 0, 6));

		for (size_t t = 0; t < days; t++) {
			double mean = level * (1 + 0.6 * sin(2 * M_PI * (double)t / 365));
			unsigned y = gsl_ran_poisson(rng, gsl_ran_gamma(rng, 5, mean / 5));

			(void)fprintf(f, t ? " %u" : "%u", y);
		}
		(void)fprintf(f, "\n");
	}
	gsl_rng_free(rng);
	if (fclose(f))
		die(file);
}


static void read_file(struct regions *r, const char *file)
{
	char *line = mem_alloc(LINE_MAX_BYTES);
	FILE *f = fopen(file, "re");
	size_t count = 0;

	if (!f)
		die(file);
	for (r->n = 0; fgets(line, LINE_MAX_BYTES, f); r->n++) {
		char *at = line, *end;

		for (double v = strtod(at, &end); end != at; v = strtod(at, &end)) {
			if ((count & (count + 1)) == 0)
				r->y = mem_grow(r->y, 2 * (count + 1), sizeof(*r->y));
			r->y[count++] = v;
			at = end;
		}
	}
	(void)fclose(f);
	free(line);
	r->days = r->n ? count / r->n : 0;
	if (!r->days || r->days * r->n != count)
		die("a line is shorter than the others");
}


static double ears(const struct regions *r)
{
	double *upper = mem_alloc(r->days * sizeof(*upper)), alarms = 0;

	for (int kind = EARS_C1; kind <= EARS_C3; kind++) {
		struct ears_params p = { .kind = kind,
					 .baseline = 7,
					 .alpha = kind == EARS_C3 ? 0.025 : 0.001 };
		size_t first = ears_first(&p);

		for (size_t i = 0; i < r->n; i++) {
			const double *y = r->y + i * r->days;

			ears_upper(upper, y, first, r->days, &p);
			for (size_t t = first; t <= r->days; t++)
				alarms += y[t - 1] > upper[t - first];
		}
	}
	free(upper);

	return alarms;
}


static double flexible_last(const struct regions *r)
{
	struct flexible_params p = { .b = 2,
				     .w = 3,
				     .reweight = true,
				     .weights_threshold = 2.58,
				     .alpha = 0.01,
				     .trend = true,
				     .p_trend = 1,
				     .limit54 = { 5, 4 },
				     .power = 2,
				     .periods = 10,
				     .past = { -1, 26 },
				     .threshold = THRESHOLD_NB_PLUGIN };
	struct fault f = { 0 };
	struct quasi q = { 0 };
	struct flexible one;
	double sum = 0;

	for (size_t i = 0; i < r->n; i++) {
		struct counts s = { .n = r->days, .y = r->y + i * r->days, .freq = 365 };

		if (flexible_at(&one, &q, &s, r->days, &p, &f))
			die(f.text);
		sum += one.phi;
	}
	quasi_clear(&q);

	return sum;
}


static double rt(const struct regions *r)
{
	struct rt_params p = { 4.7, 2.9, 7, 5, 5, 0 };
	struct rt *out = mem_alloc(r->days * sizeof(*out));
	struct rt_plan *plan;
	double sum = 0;

	if (rt_plan_new(&plan, &p, r->days, NULL))
		die("rt_plan_new");
	for (size_t i = 0; i < r->n; i++) {
		rt_estimate(out, plan, r->y + i * r->days, 8, r->days);
		for (size_t t = 8; t <= r->days; t++)
			sum += out[t - 8].quantile[0] > 1;
	}
	rt_plan_free(plan);
	free(out);

	return sum;
}


/* The least of some rounds: what others did on the machine only adds. */
static void measure(const char *name, double (*what)(const struct regions *),
		    const struct regions *r)
{
	double least = HUGE_VAL, said = 0;

	for (int i = 0; i < ROUNDS; i++) {
		int64_t began = time_cpu();

		said = what(r);
		least = fmin(least, (double)(time_cpu() - began) / 1e9);
	}
	printf("%s %.9f\n%s_said %.17g\n", name, least, name, said);
}


int main(int argc, char **argv)
{
	struct regions r = { 0 };

	if (argc == 5 && text_eq(argv[1], "make")) {
		make(argv[2], strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10));
		return 0;
	}
	if (argc != 2)
		return 2;
	read_file(&r, argv[1]);
	measure("ears", ears, &r);
	measure("flexible", flexible_last, &r);
	measure("rt", rt, &r);
	free(r.y);

	return 0;
}
