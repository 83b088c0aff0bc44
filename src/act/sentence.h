/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sentence.h: texts of i18n/refusals and i18n/mail in the reader's language, filled in. */
#ifndef ACT_SENTENCE_H
#define ACT_SENTENCE_H

#include "act/refusal.h"

/* The text of a key in a language, else in English; NULL: there is no such key. */
const char *sentence_text(const char *key, const char *lang);

/*
 * A text with {name} in it, appended.  Values that are ids (refusal.h) are shown by `name` (may
 * be NULL); an argument that is not given is shown as "?".
 */
void sentence_fill(struct buf *out, const char *text, const struct refusal_arg *args,
		   size_t count, const char *lang, refusal_name_h *name, void *arg);

#endif
