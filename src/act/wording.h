/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * wording.h: what the server writes itself, in one language: texts of the catalogue, numbers,
 * days and times as that language has them.  Everything lives in the arena.
 */
#ifndef ACT_WORDING_H
#define ACT_WORDING_H

#include <stdint.h>

struct arena;

/* What stands where nothing is known. */
#define WORDING_NOTHING "–"

struct wording {
	struct arena *a;
	const char *lang;
	char group[8], point[8]; /* between thousands, before decimals */
};

void wording_init(struct wording *w, struct arena *a, const char *lang);

/* The text of a key, in English where the language lacks it, else the key. */
const char *wording_text(const struct wording *w, const char *key);

/* The name of a word of registers: an indicator, a rule, a level; else the word. */
const char *wording_word(const struct wording *w, const char *id);

/* The text of a key with its places filled in: pairs of name and value, then NULL. */
const char *wording_fill(const struct wording *w, const char *key, ...);

/*
 * "3 days": KEY.one, KEY.few, KEY.many or KEY.other with its {n}, as the language counts
 * (base/plural.h).
 */
const char *wording_count(const struct wording *w, const char *key, int64_t n);

/* As a sentence or a heading begins: its first letter is a capital. */
const char *wording_begin(const struct wording *w, const char *text);

/* FIELD_NONE and NAN are WORDING_NOTHING. */
const char *wording_whole(const struct wording *w, int64_t v);
const char *wording_real(const struct wording *w, double v, int decimals);
const char *wording_share(const struct wording *w, double v); /* 0.52: "+52 %" */

/* "15 May 2020" of days since 1970 and of "2020-05-15"; "15 May 2020, 12:15 UTC". */
const char *wording_day(const struct wording *w, int64_t day);
const char *wording_date(const struct wording *w, const char *date);
const char *wording_instant(const struct wording *w, int64_t at);

#endif
