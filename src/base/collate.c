/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include "base/collate.h"
#include "base/mem.h"

struct collator {
	UCollator *ucol;
};


bool collator_knows(const char *language)
{
	return uloc_getISO3Language(language)[0] != '\0';
}


int collator_open(struct collator **out, const char *language, struct fault *f)
{
	UErrorCode e = U_ZERO_ERROR;
	UCollator *ucol;
	struct collator *c;

	if (!collator_knows(language))
		return fault_set(f, E_ABSENT,
				 "\"%s\" is not a language (such as en, ru or fr).", language);

	ucol = ucol_open(language, &e);
	if (U_FAILURE(e))
		return fault_set(f, E_IO, "The order of the language \"%s\" cannot be read.",
				 language);

	c = mem_zero(1, sizeof(*c));
	c->ucol = ucol;
	*out = c;

	return 0;
}


void collator_close(struct collator *c)
{
	if (!c)
		return;

	ucol_close(c->ucol);
	free(c);
}


int collator_cmp(const struct collator *c, const char *a, const char *b)
{
	UErrorCode e = U_ZERO_ERROR;
	UCollationResult r = ucol_strcollUTF8(c->ucol, a, -1, b, -1, &e);

	if (U_FAILURE(e))
		return strcmp(a, b);

	return r == UCOL_LESS ? -1 : r == UCOL_GREATER;
}


enum {
	FOLD_MAX = 4000,
};


static UChar32 next_of(const UChar *in, int32_t *at, int32_t len)
{
	UChar32 c;

	U16_NEXT(in, *at, len, c);

	return c;
}


/* Letters and digits stay, marks go, everything else is one space between words. */
static int32_t bare(UChar *out, const UChar *in, int32_t len)
{
	int32_t n = 0, i = 0;
	bool space = false;

	while (i < len) {
		UChar32 c = next_of(in, &i, len);

		if (u_charType(c) == U_NON_SPACING_MARK)
			continue;
		if (!u_isalnum(c)) {
			space = n > 0;
			continue;
		}
		if (space)
			out[n++] = ' ';
		space = false;
		U16_APPEND_UNSAFE(out, n, c);
	}

	return n;
}


/* In ICU's steps: to UTF-16, folded, taken apart; then bare(), and back. */
const char *collate_fold(struct arena *a, const char *text)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&e);
	const UNormalizer2 *apart = unorm2_getNFDInstance(&e);
	UChar one[FOLD_MAX * 4], two[FOLD_MAX * 4];
	char out[FOLD_MAX * 4];
	size_t bytes = strlen(text);
	int32_t n, len = 0;

	u_strFromUTF8(one, FOLD_MAX, &n, text, bytes < FOLD_MAX ? (int32_t)bytes : FOLD_MAX,
		      &e);
	if (U_FAILURE(e))
		return arena_str(a, text);
	n = unorm2_normalize(fold, one, n, two, FOLD_MAX * 4, &e);
	n = U_FAILURE(e) ? 0 : unorm2_normalize(apart, two, n, one, FOLD_MAX * 4, &e);
	if (U_FAILURE(e))
		return arena_str(a, text);
	n = bare(two, one, n);
	u_strToUTF8(out, sizeof(out), &len, two, n, &e);

	return U_FAILURE(e) ? arena_str(a, text) : arena_strn(a, out, (size_t)len);
}


/* Long only as its macros are written out. NOLINTNEXTLINE(readability-function-size) */
size_t collate_capital(char out[COLLATE_LETTER], const char *text)
{
	int32_t at = 0, len = 0;
	UChar32 c;

	*out = '\0';
	U8_NEXT(text, at, -1, c);
	if (c <= 0)
		return 0;
	c = u_totitle(c);
	U8_APPEND_UNSAFE(out, len, c);
	out[len] = '\0';

	return (size_t)at;
}
