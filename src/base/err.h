/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * err.h: failures.
 *
 * A fallible function returns 0 or a negative code of errors.def.  A *refusal* (the charter
 * says no) is not a failure: see act/refusal.h.  Where a person should learn what went
 * wrong, the function also fills a struct fault: what, where and what would be right.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

#define MUST_CHECK	__attribute__((warn_unused_result))
#define PRINTF(fmt, at) __attribute__((format(printf, fmt, at)))
#define ARRAY_LEN(a)	(sizeof(a) / sizeof((a)[0]))

enum err_index {
	ERR_NONE_,
#define X(name, status, slug, text) name##_INDEX,
#include "base/errors.def"
#undef X
	ERR_COUNT_
};

enum err {
#define X(name, status, slug, text) name = -name##_INDEX,
#include "base/errors.def"
#undef X
};

/* What went wrong, for a person.  line and col count from 1; 0 means not known. */
struct fault {
	int err;
	int line;
	int col;
	char path[160]; /* JSON pointer, charter path or file name; may be empty */
	char text[400]; /* one sentence: what is wrong and what would be right */
};

/* The slug of a code ("storage-full"); "unknown" for anything that is no code. */
const char *err_slug(int err);

/* The HTTP status of a code; 500 for anything that is no code. */
int err_status(int err);

/* One plain English clause for a code. */
const char *err_text(int err);

/* The code that fits an errno value: E_FULL, E_ABSENT, E_EXISTS, E_DENIED, E_BUSY or E_IO. */
int err_errno(int number);

/*
 * Fill `f` (may be NULL) and return `err`, so that a caller can write
 * `return fault_set(f, E_RANGE, "...")`.  A path or position set before stays.
 */
int fault_set(struct fault *f, int err, const char *fmt, ...) PRINTF(3, 4);
#ifdef __clang_analyzer__
/* The analyzer sees one file at a time: tell it what is returned. */
#define fault_set(f, err, ...) (fault_set(f, err, __VA_ARGS__), (err))
#endif

/* Note where the fault is.  A NULL path, line 0 or column 0 leave what is there. */
void fault_at(struct fault *f, const char *path, int line, int col);

#endif
