/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * changes.c: English builds its sentences of the format's own keys and ids, which are English
 * words.  Languages that decline their nouns name the way to the rule instead, in the
 * nominative: "Статусы › Партнёр › Критерии".
 */
#include <string.h>

#include "act/changes.h"
#include "act/wording.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/diff.h"

enum { RECORD_MAX = 600 }; /* bytes of a record that are told */

typedef const struct charter_change_part part_t;


static bool english(const struct wording *w)
{
	return text_eq(w->lang, "en");
}


static const char *spaced(const struct wording *w, const char *key)
{
	char *text = arena_str(w->a, key);

	for (char *p = text; *p; p++)
		if (*p == '_')
			*p = ' ';

	return text;
}


/* quorum, "min period"; in other languages their word for it. */
static const char *key_name(const struct wording *w, const char *key)
{
	const char *word = arena_printf(w->a, "word.%s", key), *text;

	if (!english(w)) {
		text = wording_text(w, word);
		return text == word ? spaced(w, key) : text;
	}
	if (text_eq(key, "src"))
		return "sources";

	return strchr(key, '_') ? arena_printf(w->a, "\"%s\"", spaced(w, key)) : key;
}


static const char *part_name(const struct wording *w, part_t *part)
{
	if (!part->id)
		return key_name(w, part->key);
	for (size_t i = 0; !english(w) && i < part->text.count; i++)
		if (text_eq(part->text.at[i].lang, w->lang))
			return part->text.at[i].text;

	return part->key;
}


/* `inner`, and what encloses it from parts[n - 1] outwards; English: to the nearest id. */
static const char *within(const struct wording *w, const char *inner,
			  const struct charter_change *c, size_t n)
{
	while (n > 0) {
		part_t *whole = &c->parts.at[--n];

		inner = wording_fill(w, whole->id ? "change.part" : "change.part-of-key",
				     "part", inner, "whole", part_name(w, whole), NULL);
		if (whole->id && english(w))
			break;
	}

	return inner;
}


/* What changes; `up` parts of the path are not told. */
static const char *subject(const struct wording *w, const struct charter_change *c, size_t up)
{
	size_t n = c->parts.count > up ? c->parts.count - up : 1;

	return within(w, part_name(w, &c->parts.at[n - 1]), c, n - 1);
}


/* English says what kind of record it is, the others where it stands. */
static const char *record(const struct wording *w, const struct charter_change *c)
{
	size_t last = c->parts.count - 1;

	if (!english(w))
		return subject(w, c, 0);
	if (c->parts.at[last].id)
		return arena_printf(w->a, "%s %s", c->record, c->parts.at[last].key);

	return within(w, c->record, c, last);
}


/* --- values --- */

static const char *duration(const struct wording *w, const char *text)
{
	struct duration d = { 0 };
	const char *said = NULL;

	(void)!duration_parse(&d, text);
	const struct {
		const char *key;
		int64_t n;
	} units[] = {
		{ "change.year", d.months / 12 },
		{ "change.month", d.months % 12 },
		{ "change.day", d.days },
		{ "change.hour", d.ms / TIME_HOUR },
		{ "change.minute", d.ms / TIME_MINUTE % 60 },
		{ "change.second", d.ms / TIME_SECOND % 60 },
	};

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		const char *unit;

		if (!units[i].n)
			continue;
		unit = wording_count(w, units[i].key, units[i].n);
		said = said ? wording_fill(w, "change.and", "a", said, "b", unit, NULL) : unit;
	}

	return said ? said : wording_text(w, "change.no-time");
}


/* Whole characters of UTF-8 alone. */
static const char *cut(const struct wording *w, const char *text)
{
	size_t len = strlen(text);

	if (len <= RECORD_MAX)
		return text;
	for (len = RECORD_MAX; len && ((unsigned char)text[len] & 0xC0) == 0x80;)
		len--;

	return arena_printf(w->a, "%.*s…", (int)len, text);
}


static const char *value(const struct wording *w, const struct charter_change *c,
			 const char *text)
{
	if (!text)
		return wording_text(w, "change.nothing");
	if (c->value == CHANGE_DURATION)
		return duration(w, text);
	if (c->value == CHANGE_BOOL)
		return wording_text(w, text[0] == 't' ? "change.yes" : "change.no");
	if (c->of == CHANGE_OF_RECORD)
		return cut(w, text);

	return c->of == CHANGE_OF_TEXT || english(w) ? text : wording_word(w, text);
}


/* --- sentences --- */

/* English: do the rights gain a word, or does the quorum? */
static bool plural(const char *key)
{
	size_t len = strlen(key);

	return strcmp(key, "src") == 0 || strcmp(key, "criteria") == 0 ||
	       (len && key[len - 1] == 's');
}


static const char *entry_key(const struct charter_change *c)
{
	bool several = plural(c->parts.at[c->parts.count - 1].key);

	if (c->kind == CHANGE_ORDER)
		return "change.order";
	if (c->kind == CHANGE_ADDED)
		return several ? "change.gain" : "change.gains";

	return several ? "change.lose" : "change.loses";
}


static const char *text_key(enum charter_change_kind kind)
{
	if (kind == CHANGE_ADDED)
		return "change.text-given";

	return kind == CHANGE_REMOVED ? "change.text-taken" : "change.text";
}


static const char *sentence_key(const struct charter_change *c)
{
	switch (c->of) {
	case CHANGE_OF_TEXT: return text_key(c->kind);
	case CHANGE_OF_ENTRY: return entry_key(c);
	case CHANGE_OF_RECORD:
		return c->kind == CHANGE_ADDED ? "change.added" : "change.removed";
	case CHANGE_OF_FIELD: break;
	}

	return "change.value";
}


const char *change_words(const struct wording *w, const struct charter_change *c)
{
	const char *what = c->of == CHANGE_OF_RECORD ? record(w, c)
						     : subject(w, c, c->of == CHANGE_OF_TEXT);

	return wording_fill(w, sentence_key(c), "what", what, "lang",
			    c->parts.at[c->parts.count - 1].key, "from", value(w, c, c->from),
			    "to", value(w, c, c->to), NULL);
}
