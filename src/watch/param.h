/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * param.h: the parameters of a method, described once: their defaults, limits and meaning.
 *
 * They come as a JSON object; what is left out has its default.
 */
#ifndef WATCH_PARAM_H
#define WATCH_PARAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

enum param_type {
	PARAM_REAL,   /* double */
	PARAM_INT,    /* int64_t */
	PARAM_BOOL,   /* bool */
	PARAM_WORD,   /* int: the place of the word in `words` */
	PARAM_EITHER, /* struct param_either: a number, or one of the words (null is "null") */
	PARAM_PAIR,   /* int64_t[2], the first not above the second unless PARAM_LOOSE */
	PARAM_LOOSE,  /* int64_t[2] */
	PARAM_TRIPLE, /* int64_t[3] */
	PARAM_TEXT,   /* const char *, in the JSON or the default */
	PARAM_DATES,  /* struct param_dates: one date or a list of them */
	PARAM_NOTE,   /* read and not used: any value */
};

enum {
	PARAM_JSON_MAX = 65536, /* bytes */
	PARAM_DATES_MAX = 64,
};

struct param_either {
	int word; /* -1: it is a number */
	double number;
};

struct param_dates {
	size_t n;
	int64_t day[PARAM_DATES_MAX]; /* since 1970-01-01 */
};

struct param {
	const char *name;
	enum param_type type;
	size_t offset;
	double min, max;	  /* of numbers, both allowed */
	const char *otherwise;	  /* the default as JSON; NULL: must be given */
	const char *const *words; /* ends in NULL */
	const char *doc;
};

/* An entry of a table: `of` is the struct, `in` its member. */
#define PARAM(name, type, of, in, min, max, otherwise, words, doc)            \
	{                                                                     \
		name, type, offsetof(of, in), min, max, otherwise, words, doc \
	}

/*
 * Read the parameters into the struct at `out`; `object` NULL means all defaults.  Texts point
 * into `object`.
 *
 * Errors: E_RANGE, with `f->path` the name of the parameter: unknown, of another type, not
 * within its limits.
 */
int params_read(void *out, const struct param *params, size_t count, const json_t *object,
		struct fault *f) MUST_CHECK;

#endif
