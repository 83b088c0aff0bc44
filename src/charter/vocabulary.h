/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * vocabulary.h: the closed vocabularies: of the charter file (words.def) and of the answers
 * to rule questions (answers.def).
 *
 * A set of words is a uint64_t with one bit for each.
 */
#ifndef CHARTER_VOCABULARY_H
#define CHARTER_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
#define VOCABULARY(tag, PREFIX, what) enum tag {
#define WORD(PREFIX, NAME, word, doc) PREFIX##_##NAME,
#define END_VOCABULARY(tag, PREFIX) PREFIX##_WORDS };
#include "charter/words.def"
#include "charter/answers.def"
#undef VOCABULARY
#undef WORD
#undef END_VOCABULARY
/* clang-format on */

#define SET_OF(word)	   (UINT64_C(1) << (word))
#define SET_HAS(set, word) (((set) >> (word)&1) != 0)

struct vocabulary_word {
	const char *word;
	const char *doc;
};

struct vocabulary {
	const char *name; /* the tag, with "-" for "_" */
	const char *what;
	const struct vocabulary_word *words;
	int count;
};

/* vocabulary_right, vocabulary_outcome and so on: one for each tag. */
#define VOCABULARY(tag, PREFIX, what) extern const struct vocabulary vocabulary_##tag;
#define WORD(PREFIX, NAME, word, doc)
#define END_VOCABULARY(tag, PREFIX)
#include "charter/words.def"
#include "charter/answers.def"
#undef VOCABULARY
#undef WORD
#undef END_VOCABULARY

/* The number of a word, or -1.  NULL is no word. */
int vocabulary_find(const struct vocabulary *v, const char *word);

/* The word of a number; "?" outside the vocabulary. */
const char *vocabulary_word(const struct vocabulary *v, int number);

#endif
