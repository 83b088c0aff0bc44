/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * library.h: shared libraries that are opened when they are first needed.
 *
 * Every role is a process of its own, and what the program is linked with is loaded and
 * relocated by each of them before its first instruction.  A library that brings many others
 * and that only some uses need (a store elsewhere, requests to other servers) is therefore not
 * linked but opened here, by the one file that calls it.  A role opens what it will need before
 * it enters its sandbox.
 *
 * The functions stand in a struct of pointers with the library's own names and types:
 *
 *	#define FUNCTIONS(X) X(PQexec) X(PQclear)
 *	static struct {
 *		FUNCTIONS(LIBRARY_POINTER)
 *	} libpq;
 *	static const char *const names[] = { FUNCTIONS(LIBRARY_NAME) };
 *
 *	err = library_open(&libpq, "libpq.so.5", names, ARRAY_LEN(names), f);
 *	r = libpq.PQexec(conn, sql);
 */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <stddef.h>

#include "base/err.h"

#define LIBRARY_POINTER(function) __typeof__(function) *function;
#define LIBRARY_NAME(function)	  #function,

/*
 * Open a library for as long as the process lives and fill a struct that holds `count`
 * pointers to functions and nothing else, in the order of `names`.
 *
 * Errors: E_ABSENT the library is not installed, or lacks a function (fault says which).
 */
int library_open(void *functions, const char *library, const char *const *names, size_t count,
		 struct fault *f) MUST_CHECK;

#endif
