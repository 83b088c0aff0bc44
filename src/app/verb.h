/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * verb.h: the verbs of the command line.
 *
 * `comity VERB [options]` calls verb_VERB(argc, argv) with argv[0] the verb.  A verb returns
 * the exit status: 0 done, 1 the answer is no (a refusal, an invalid file, a difference),
 * 2 the call was wrong, 3 it failed.
 */
#ifndef APP_VERB_H
#define APP_VERB_H

#include <stdbool.h>

#include "base/err.h"

enum {
	EXIT_DONE = 0,
	EXIT_NO = 1,
	EXIT_USAGE = 2,
	EXIT_FAILED = 3,
};

#define X(name, what, usage) int verb_##name(int argc, char **argv);
#include "app/verbs.def"
#undef X

/* One option: "--name" (flag points to a bool) or "--name VALUE" (text points to a string). */
struct option {
	const char *name; /* "data", written --data or --data=VALUE */
	const char **text;
	bool *flag;
};

/*
 * Read the options of a verb into their places; what is no option moves to the front of
 * argv (after argv[0]) in order, and *argc becomes their count + 1.  "--" ends the options.
 *
 * Says what is wrong on standard error and returns EXIT_USAGE, or 0.  `options` ends with
 * an entry whose name is NULL.
 */
int verb_options(int *argc, char **argv, const struct option *options) MUST_CHECK;

/* Say why a call is wrong (NULL: only how it is right) on standard error: EXIT_USAGE. */
int verb_usage(const char *verb, const char *why);

/* How a verb is called, or NULL for a verb that is not for people. */
const char *verb_usage_text(const char *verb);

/* Print a fault as "FILE:LINE:COL: path: text" (what is known of it) and return `status`. */
int verb_fail(const char *file, const struct fault *f, int status);

/* The whole of a file, or of standard input for "-"; freed by the caller. */
int verb_read(char **out, size_t *len, const char *file, size_t max,
	      struct fault *f) MUST_CHECK;

#endif
