/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unicode/ucol.h>
#include <unicode/uloc.h>

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
