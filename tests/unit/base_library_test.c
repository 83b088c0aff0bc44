/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/library.h"
#include "t.h"

#define LIBM(X) X(cos) X(floor)

static const char *const names[] = { LIBM(LIBRARY_NAME) };


T(functions_stand_in_the_struct_by_their_names)
{
	struct {
		LIBM(LIBRARY_POINTER)
	} libm = { NULL, NULL };
	struct fault f = { 0 };

	T_OK(library_open(&libm, "libm.so.6", names, ARRAY_LEN(names), &f));
	ck_assert(libm.cos(0.0) > 0.999 && libm.floor(2.5) < 2.001);
}


T(a_library_that_is_not_there_is_named)
{
	void *functions[2] = { NULL, NULL };
	struct fault f = { 0 };

	T_INT(E_ABSENT, library_open(functions, "libnosuch.so.9", names, 2, &f));
	ck_assert(strstr(f.text, "libnosuch.so.9") != NULL);
	ck_assert(functions[0] == NULL);
}


T(a_function_that_it_lacks_is_named)
{
	static const char *const more[] = { "cos", "no_such_function" };
	void *functions[2] = { NULL, NULL };
	struct fault f = { 0 };

	T_INT(E_ABSENT, library_open(functions, "libm.so.6", more, 2, &f));
	ck_assert(strstr(f.text, "no_such_function") != NULL);
}

T_MAIN("library", C(functions_stand_in_the_struct_by_their_names),
       C(a_library_that_is_not_there_is_named), C(a_function_that_it_lacks_is_named))
