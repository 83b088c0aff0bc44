/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * method.h: the methods of monitoring, by name.
 *
 * Each is a pure function of a series and parameters.  Names of methods, parameters and columns
 * are those of R's surveillance and EpiEstim where these have the method, so that anyone can
 * compare; docs/watch.md says what each does.
 */
#ifndef WATCH_METHOD_H
#define WATCH_METHOD_H

#include "watch/param.h"
#include "watch/result.h"
#include "watch/counts.h"

enum method_input {
	METHOD_COUNTS,	/* a series: counts.h */
	METHOD_DELAYS,	/* a line list of days: nowcast.h */
	METHOD_REGIONS, /* regions with places and cases: scan.h */
};

struct method {
	const char *name; /* "earsC1" */
	const char *what; /* a sentence */
	const struct param *params;
	size_t param_count;
	size_t params_size; /* of the struct that the parameters are read into */
	const struct column *columns;
	size_t column_count;
	enum method_input input;

	/*
	 * Add rows to `out`.  `input` is a struct counts, or what `input` names; `params` is
	 * what params_read() made.
	 *
	 * Errors: E_RANGE, with a sentence: the series is too short or has values that the
	 * method cannot take, or the parameters do not fit it.
	 */
	int (*run)(struct result *out, const void *input, const void *params, struct fault *f);
};

enum {
	METHOD_PARAMS_SIZE = 1024, /* at least params_size of each method */
};

/* All of them, in the order of docs/watch.md. */
extern const struct method *const methods[];
extern const size_t method_count;

/* NULL when there is no such method. */
const struct method *method_find(const char *name);

/*
 * Run a method with parameters as JSON text (NULL or "": all defaults) over a file's bytes.
 * `freq` > 0 is the number of values in a year, instead of what the dates say.  `out` is
 * to be cleared by the caller whatever happens.
 *
 * Errors: as params_read(), counts_parse() and run().
 */
int method_run_csv(struct result *out, const struct method *m, const char *params, int freq,
		   const char *csv, size_t len, struct fault *f) MUST_CHECK;

/*
 * The range of times (1-based, both included) that parameters ask for; {0, 0} means from
 * `first` to the end.  Errors: E_RANGE when it is not within first..n.
 */
int method_range(size_t *from, size_t *to, const int64_t range[2], size_t first, size_t n,
		 struct fault *f) MUST_CHECK;

#define PARAM_RANGE(of)                                                     \
	PARAM("range", PARAM_PAIR, of, range, 0, COUNTS_MAX, "[0,0]", NULL, \
	      "first and last time that is judged, from 1; [0,0]: all that can be")

#endif
