/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * catalogue.h: texts by key and language, sorted by key at build time (tools/embed.py): all of
 * i18n/refusals, i18n/mail, i18n/paper and i18n/charter; of i18n/web what the server writes
 * too: "bulletin." and the words "value." and "word.".
 */
#ifndef ACT_CATALOGUE_H
#define ACT_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

struct catalogue_entry {
	const char *key;
	const char *text;
};

struct catalogue {
	const char *lang;
	size_t count;
	const struct catalogue_entry *entries;
};

extern const struct catalogue catalogues[];
extern const size_t catalogues_count;

/* The text of a key in a language; NULL when it has none. */
const char *catalogue_text(const char *key, const char *lang);

/* Is there a catalogue for the language? */
bool catalogue_has(const char *lang);

#endif
