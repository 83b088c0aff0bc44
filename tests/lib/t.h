/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * t.h: a test program on Check (https://libcheck.github.io/check/).
 *
 *	T(a_date_knows_leap_days) { ck_assert(time_date_valid("2020-02-29")); }
 *	T_MAIN("time", C(a_date_knows_leap_days))
 *
 * Each test runs in a process of its own, so that a crash fails one test only.  With
 * COMITY_TEST_NOFORK they share one (for sanitizers and debuggers).  Test data made by
 * others lies in ../shared beside the project, or in $COMITY_SHARED.
 */
#ifndef T_H
#define T_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef void (*t_function)(void);

struct t_case {
	const char *name;
	t_function run;
};

#define T(name) static void name(void)

/* Whole-number and text comparison with the values in the message. */
#define T_INT(want, got) ck_assert_int_eq((got), (want))
#define T_STR(want, got) ck_assert_pstr_eq((got), (want))
#define T_OK(call)	 ck_assert_msg((call) == 0, "%s failed", #call)

/* A test that cannot run here says why, on a line of its own that the runner shows. */
#define T_SKIP(why)                                                     \
	do {                                                            \
		(void)fprintf(stderr, "skip: %s: %s\n", __func__, why); \
		return;                                                 \
	} while (0)

int t_main(const char *topic, const struct t_case *cases, size_t count);

/* A path below ../shared (static storage, overwritten by the next call), NULL if absent. */
const char *t_shared(const char *path);

/* The whole of a file, NUL-terminated, to be freed; the test fails when it cannot be read. */
char *t_slurp(const char *path, size_t *len);

/* A fresh folder, removed when the test program ends. */
const char *t_tmp(void);

#define T_MAIN(topic, ...)                                                     \
	int main(void)                                                         \
	{                                                                      \
		static const struct t_case cases[] = { __VA_ARGS__ };          \
                                                                               \
		return t_main(topic, cases, sizeof(cases) / sizeof(cases[0])); \
	}
#define C(name)             \
	{                   \
#name, name \
	}

#endif
