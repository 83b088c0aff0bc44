/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* schema.c: the tables of shape.h as text for a reader. */
#include <stdio.h>
#include <string.h>

#include "charter/export.h"
#include "charter/loader.h"


const char *field_wants(const struct field *f)
{
	switch (f->type == F_SPAN ? F_SPAN : f->type) {
	case F_ID:
		return "an id: a small letter, then small letters, digits and hyphens, 48 at most";
	case F_WORD:
		return "a word: a small letter, then small letters, digits, hyphens and "
		       "underscores, 48 at most";
	case F_STRING: return "a text in one line";
	case F_DATE: return "a date such as \"2020-05-15\"";
	case F_PARTIAL: return "a date such as \"2020-05-15\", \"2020-05\" or \"2020\"";
	case F_DAY: return "a day of the year such as \"05-15\"";
	case F_ZONE: return "a time zone such as Europe/Vienna";
	case F_LANGUAGE: return "a language such as en, ru or fr";
	case F_CURRENCY: return "a currency such as \"EUR\"";
	case F_SYMBOL:
		return "a pattern of {body}, {year}, {kind}, {n} and {suffix}, with {n} in it";
	case F_TIME: return "a time of day in UTC such as \"06:00Z\"";
	case F_NAME: return "an id of another list";
	case F_BOOL: return "true or false";
	case F_SAID: return "the one word allowed";
	case F_INT: return "a whole number in range";
	case F_NUMBER: return "a number such as 0.25, not negative";
	case F_DURATION:
	case F_DURATION_OPT: return "a duration such as P14D, P6M or PT72H";
	case F_FRACTION: return "a fraction such as \"2/3\", not more than 1/1";
	case F_COUNT: return "a number such as 3 or a fraction such as \"2/3\"";
	case F_RANGE: return "two whole numbers such as [6, 8]";
	case F_SPAN:
		return f->each == F_DAY ? "two days of the year such as [\"09-01\", \"10-31\"]"
					: "two dates such as [\"2020-09-01\", \"2020-10-31\"]";
	case F_CHOICE: return "a word of the vocabulary";
	case F_SET: return "a list of words of the vocabulary";
	case F_HOLDER: return "chairing-party, host-party, shift, or the id of a body";
	case F_TEXT: return "a text, or a map of languages to texts";
	case F_TEXTS: return "a list of texts";
	case F_WORDS:
		return f->each == F_LANGUAGE  ? "a list of languages such as [en, ru]"
		       : f->each == F_PARTIAL ? "a list of dates"
		       : f->each == F_STRING  ? "a list of texts in one line"
					      : "a list of words";
	case F_NAMES: return "a list of ids of another list";
	case F_REF:
	case F_WHO: return "an id of another list";
	case F_REFS:
	case F_WHOS: return "a list of ids of another list";
	case F_RECORD:
	case F_RECORD_OPT:
	case F_MAP: return "a map of keys";
	case F_RECORDS: return "a list";
	}

	return "a value";
}


/* "id of a status", "list of ids of bodies or offices"; `size` bytes in `out`. */
static void type_text(char *out, size_t size, const struct field *f)
{
	const struct vocabulary *v = f->of;
	bool refers = f->type == F_NAME || f->type == F_NAMES || f->type == F_REF ||
		      f->type == F_REFS || f->type == F_WHO || f->type == F_WHOS;
	bool many = f->type == F_NAMES || f->type == F_REFS || f->type == F_WHOS;
	size_t len;

	if (refers) {
		len = (size_t)snprintf(out, size, "%s",
				       many ? "list of ids or words in" : "id or word in");
		for (int p = 0; p < POOLS; p++)
			if (SET_HAS(f->pools, p))
				len += (size_t)snprintf(out + len, size - len, "%s%s",
							len > 0 && out[len - 1] != 'n' ? " or "
										       : " ",
							pool_names[p].where);
	} else if (f->type == F_CHOICE || f->type == F_SAID || f->type == F_SET) {
		len = (size_t)snprintf(out, size, "%s",
				       f->type == F_SET ? "list of" : "one of");
		for (int i = 0; i < v->count && len < size; i++)
			len += (size_t)snprintf(out + len, size - len, "%s%s", i ? " | " : " ",
						v->words[i].word);
	} else if (f->type == F_MAP) {
		const struct shape *pair = f->of;

		len = (size_t)snprintf(out, size, "map of: ");
		type_text(out + len, size - len, &pair->fields[0]);
		len = strlen(out);
		len += (size_t)snprintf(out + len, size - len, "; to: ");
		type_text(out + len, size - len, &pair->fields[1]);
	} else if (f->type == F_INT) {
		(void)snprintf(out, size, "whole number from %d to %d", f->lo, f->hi);
	} else {
		(void)snprintf(out, size, "%s", field_wants(f));
	}
}


struct each {
	charter_schema_h *handler;
	void *arg;
};


static void each_shape(const struct each *e, const struct shape *shape, const char *path);


static void each_field(const struct each *e, const struct field *f, const char *path)
{
	char type[1024];
	char full[256];
	struct charter_schema_key key = {
		.path = full,
		.key = f->key,
		.type = type,
		.required = (f->flags & NEEDED) != 0,
		.otherwise = f->otherwise,
		.doc = f->doc,
	};

	(void)snprintf(full, sizeof(full), "%s%s%s", path, path[0] ? "/" : "", f->key);
	type_text(type, sizeof(type), f);
	if (f->flags & NULLABLE)
		(void)snprintf(type + strlen(type), sizeof(type) - strlen(type), ", or null");
	e->handler(&key, e->arg);
	if (f->type == F_RECORDS)
		(void)snprintf(full + strlen(full), sizeof(full) - strlen(full), "/[]");
	if (f->type == F_RECORD || f->type == F_RECORD_OPT || f->type == F_RECORDS)
		each_shape(e, f->of, full);
}


static void each_shape(const struct each *e, const struct shape *shape, const char *path)
{
	for (size_t i = 0; i < shape->count; i++)
		each_field(e, &shape->fields[i], path);
}


void charter_schema_each(charter_schema_h *handler, void *arg)
{
	const struct each e = { handler, arg };

	each_shape(&e, &shape_file, "");
}


static void print_key(const struct charter_schema_key *key, void *arg)
{
	struct buf *b = arg;
	int depth = 0;

	for (const char *p = key->path; *p; p++)
		depth += *p == '/' && strncmp(p, "/[]", 3) != 0;
	buf_printf(b, "%*s%s", depth * 2, "", key->key);
	buf_printf(b, "  %s", key->required ? "needed" : "optional");
	if (key->otherwise)
		buf_printf(b, ", otherwise %s", key->otherwise);
	buf_printf(b, "\n%*s%s\n%*s(%s)\n", depth * 2 + 4, "", key->doc, depth * 2 + 4, "",
		   key->type);
}


static void print_words(struct buf *b, const struct vocabulary *v)
{
	buf_printf(b, "\n%s:\n", v->what);
	for (int i = 0; i < v->count; i++)
		buf_printf(b, "  %-28s %s\n", v->words[i].word, v->words[i].doc);
}


void charter_schema(struct buf *b)
{
	buf_str(b,
		"The charter file: every key, whether it is needed, what it means and what\n"
		"its value is.  An entry of a list is described once.  Beside the keys below\n"
		"every rule and row can have `src`: a source tag or a list of them\n"
		"(interview:L20, pub:P7, article:INSTRUMENT/ARTICLE, assumed).\n\n");
	charter_schema_each(print_key, b);
	buf_str(b, "\nThe words of the vocabularies\n");
#define VOCABULARY(tag, PREFIX, what) print_words(b, &vocabulary_##tag);
#define WORD(PREFIX, NAME, word, doc)
#define END_VOCABULARY(tag, PREFIX)
#include "charter/words.def"
#undef VOCABULARY
#undef WORD
#undef END_VOCABULARY
}
