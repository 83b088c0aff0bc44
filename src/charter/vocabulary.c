/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/err.h"
#include "charter/vocabulary.h"

/* clang-format off */
#define VOCABULARY(tag, PREFIX, what) static const struct vocabulary_word words_##tag[] = {
#define WORD(PREFIX, NAME, word, doc) { word, doc },
#define END_VOCABULARY(tag, PREFIX) };
#include "charter/words.def"
#include "charter/answers.def"
#undef VOCABULARY
#undef WORD
#undef END_VOCABULARY
/* clang-format on */

#define VOCABULARY(tag, PREFIX, what) \
	const struct vocabulary vocabulary_##tag = { #tag, what, words_##tag, PREFIX##_WORDS };
#define WORD(PREFIX, NAME, word, doc)
#define END_VOCABULARY(tag, PREFIX)
#include "charter/words.def"
#include "charter/answers.def"
#undef VOCABULARY
#undef WORD
#undef END_VOCABULARY


int vocabulary_find(const struct vocabulary *v, const char *word)
{
	for (int i = 0; word && i < v->count; i++)
		if (strcmp(v->words[i].word, word) == 0)
			return i;

	return -1;
}


const char *vocabulary_word(const struct vocabulary *v, int number)
{
	return number >= 0 && number < v->count ? v->words[number].word : "?";
}
