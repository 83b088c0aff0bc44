/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * changes.h: the differences of two charters (charter/diff.h) in sentences, in English, Russian
 * or French.  Texts: i18n/charter, and the names of keys that the front has too, "word.".
 */
#ifndef ACT_CHANGES_H
#define ACT_CHANGES_H

struct charter_change;
struct wording;

/* "The quorum of consensus changes from 1/1 to 2/3."; in the wording's arena. */
const char *change_words(const struct wording *w, const struct charter_change *change);

#endif
