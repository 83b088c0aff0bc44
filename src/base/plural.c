/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>

#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

#include "base/plural.h"


void plural_form(char out[PLURAL_SIZE], const char *lang, int64_t n)
{
	UErrorCode err = U_ZERO_ERROR;
	UPluralRules *rules = uplrules_open(lang, &err);
	UChar form[PLURAL_SIZE] = { 0 };

	(void)snprintf(out, PLURAL_SIZE, "other");
	if (U_SUCCESS(err))
		(void)uplrules_select(rules, (double)n, form, PLURAL_SIZE - 1, &err);
	if (U_SUCCESS(err))
		u_austrncpy(out, form, PLURAL_SIZE - 1);
	uplrules_close(rules);
}
