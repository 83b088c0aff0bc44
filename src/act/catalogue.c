/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "act/catalogue.h"
#include "base/text.h"


static int entry_cmp(const void *key, const void *entry)
{
	return strcmp(key, ((const struct catalogue_entry *)entry)->key);
}


static const struct catalogue *catalogue_of(const char *lang)
{
	for (size_t i = 0; i < catalogues_count; i++)
		if (text_eq(catalogues[i].lang, lang))
			return &catalogues[i];

	return NULL;
}


const char *catalogue_text(const char *key, const char *lang)
{
	const struct catalogue *c = catalogue_of(lang);
	const struct catalogue_entry *e = NULL;

	if (c)
		e = bsearch(key, c->entries, c->count, sizeof(*e), entry_cmp);

	return e ? e->text : NULL;
}


bool catalogue_has(const char *lang)
{
	return catalogue_of(lang) != NULL;
}
