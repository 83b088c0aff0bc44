/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* plural.h: the form of a noun that a number asks for (Unicode CLDR, plural rules). */
#ifndef BASE_PLURAL_H
#define BASE_PLURAL_H

#include <stdint.h>

enum { PLURAL_SIZE = 8 };

/* one, few, many or other: "ru" and 22: few.  A language that is not known: other. */
void plural_form(char out[PLURAL_SIZE], const char *lang, int64_t n);

#endif
