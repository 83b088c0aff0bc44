/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * collate.h: alphabetical order as a language orders (Unicode collation, CLDR), for protocol
 * order and rotation.  One collator per thread.
 */
#ifndef BASE_COLLATE_H
#define BASE_COLLATE_H

#include <stdbool.h>

#include "base/err.h"

struct collator;

/* Is it the tag of a language that is known, such as "ru" or "sr-Latn"? */
bool collator_knows(const char *language);

/* `language` is a BCP 47 tag such as "ru".  Errors: E_ABSENT the language is not known. */
int collator_open(struct collator **out, const char *language, struct fault *f) MUST_CHECK;
void collator_close(struct collator *c);

/* < 0, 0, > 0 for two UTF-8 texts. */
int collator_cmp(const struct collator *c, const char *a, const char *b);

struct arena;

/*
 * The text without what does not tell names apart: case and compatibility forms
 * (NFKC_Casefold), accents, punctuation and repeated space.  "Ленинградская  обл." and
 * "ЛЕНИНГРАДСКАЯ ОБЛ" are the same.  In the arena; at most 4,000 bytes are looked at.
 */
const char *collate_fold(struct arena *a, const char *text);

enum {
	COLLATE_LETTER = 5, /* bytes of a character in UTF-8, and NUL */
};

/*
 * The first character of a text as a capital, whatever its script; "" where it has none or is
 * no UTF-8.  Returns how many bytes of the text it stands for.
 */
size_t collate_capital(char out[COLLATE_LETTER], const char *text);

#endif
