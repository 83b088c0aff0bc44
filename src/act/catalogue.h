/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* catalogue.h: the texts of i18n/refusals, sorted by key at build time (tools/embed.py). */
#ifndef ACT_CATALOGUE_H
#define ACT_CATALOGUE_H

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

#endif
