/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bind_value.c: one value of the file into one member of a struct. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/collate.h"
#include "base/text.h"
#include "charter/loader.h"
#include "charter/near.h"


static const struct charter_node *scalar(struct loader *l, const struct field *f,
					 const struct charter_node *n)
{
	if (n->kind != NODE_SCALAR) {
		complain(l, n, "expected %s here, not a %s", field_wants(f),
			 n->kind == NODE_LIST ? "list" : "map of keys");
		return NULL;
	}
	if ((n->plain && !n->text[0]) || node_null(n)) {
		complain(l, n, "there is no value; expected %s", field_wants(f));
		return NULL;
	}

	return n;
}


static void wanted(struct loader *l, const struct field *f, const struct charter_node *n)
{
	if (f->type == F_INT || f->type == F_RANGE)
		complain(l, n, "\"%.60s\" is not a whole number from %d to %d", n->text, f->lo,
			 f->hi);
	else
		complain(l, n, "\"%.60s\" is not %s", n->text, field_wants(f));
}


/* Printable: no control characters, no line or paragraph separators, no byte order mark. */
static bool printable(const char *s)
{
	for (const unsigned char *p = (const unsigned char *)s; *p; p++) {
		if (*p < 0x20 || *p == 0x7f)
			return false;
		if (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
			return false;
		if (*p == 0xe2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9))
			return false;
		if (*p == 0xef && p[1] == 0xbb && p[2] == 0xbf)
			return false;
	}

	return true;
}


static bool wording(struct loader *l, const struct charter_node *n)
{
	if (n->kind != NODE_SCALAR) {
		complain(l, n, "expected a text here");
		return false;
	}
	if (!n->text[0] || node_null(n))
		complain(l, n, "the text is empty");
	else if (strlen(n->text) > CHARTER_TEXT_MAX)
		complain(l, n, "the text has more than %d bytes", CHARTER_TEXT_MAX);
	else if (!text_utf8(n->text, strlen(n->text)) || !printable(n->text))
		complain(l, n, "the text has control characters or line breaks in it");
	else
		return true;

	return false;
}


/* [a-z][a-z0-9_-]{0,47}: an id may not have the underscore. */
static bool word_form(const char *s, bool underscore)
{
	size_t i = 0;

	if (s[0] < 'a' || s[0] > 'z')
		return false;
	for (; s[i]; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9') ||
		      s[i] == '-' || (underscore && s[i] == '_')))
			return false;

	return i <= TEXT_ID_MAX;
}


static bool two_digits(const char *s, int least, int most)
{
	int v;

	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return false;
	v = (s[0] - '0') * 10 + s[1] - '0';

	return v >= least && v <= most;
}


/* "MM-DD" of a leap year. */
static bool day_of_year(const char *s)
{
	char date[TIME_DATE_SIZE + 8];

	(void)snprintf(date, sizeof(date), "2000-%.6s", s);

	return strlen(s) == 5 && time_date_valid(date);
}


static bool clock_time(const char *s)
{
	return strlen(s) == 6 && two_digits(s, 0, 23) && s[2] == ':' &&
	       two_digits(s + 3, 0, 59) && s[5] == 'Z';
}


static bool currency(const char *s)
{
	for (int i = 0; i < 3; i++)
		if (s[i] < 'A' || s[i] > 'Z')
			return false;

	return s[3] == '\0';
}


/* "{body}/{year}/{kind}/{n}{suffix}": known parts in braces, {n} among them. */
static bool symbol(const char *s)
{
	static const char *const parts[] = { "{body}", "{year}", "{kind}", "{n}", "{suffix}" };
	bool numbered = strstr(s, "{n}") != NULL;

	while (*s) {
		size_t step = *s != '{' && *s != '}' && (unsigned char)*s > 0x20 ? 1 : 0;

		for (size_t i = 0; !step && i < ARRAY_LEN(parts); i++)
			if (text_starts(s, parts[i]))
				step = strlen(parts[i]);
		if (!step)
			return false;
		s += step;
	}

	return numbered;
}


static bool zone_known(const char *name)
{
	struct zone *z = NULL;

	if (zone_open(&z, name, NULL))
		return false;
	zone_close(z);

	return true;
}


static bool word_fits(enum field_type type, const char *s)
{
	switch (type) {
	case F_ID: return text_id(s);
	case F_WORD: return word_form(s, true);
	case F_DATE: return time_date_valid(s);
	case F_PARTIAL: return time_partial_valid(s);
	case F_DAY: return day_of_year(s);
	case F_TIME: return clock_time(s);
	case F_ZONE: return zone_known(s);
	case F_LANGUAGE: return word_form(s, false) && collator_knows(s);
	case F_CURRENCY: return currency(s);
	case F_SYMBOL: return symbol(s);
	default: return true;
	}
}


/* A value that is kept as a text; NULL when it is not of the type. */
static const char *word(struct loader *l, const struct field *f, enum field_type type,
			const struct charter_node *n)
{
	const struct field one = { .type = type };

	if (!scalar(l, f->type == type ? f : &one, n))
		return NULL;
	if (type == F_STRING ? !wording(l, n) : !word_fits(type, n->text)) {
		if (type != F_STRING)
			wanted(l, &one, n);
		return NULL;
	}

	return n->text;
}


static void bind_word(struct loader *l, const struct field *f, const struct charter_node *n,
		      void *to)
{
	const char *s = word(l, f, f->type, n);

	if (!s)
		return;
	if (f->type == F_LANGUAGE && !map_get(&l->pools[P_LANGUAGES].places, s))
		complain(l, n, "\"%s\" is not among the languages of this charter", s);
	if (f->type == F_TIME) {
		int32_t minutes =
			((s[0] - '0') * 10 + s[1] - '0') * 60 + (s[3] - '0') * 10 + s[4] - '0';

		memcpy((char *)to + sizeof(s), &minutes, sizeof(minutes));
	}
	memcpy(to, &s, sizeof(s));
}


/* The number of a word in a vocabulary; complains and returns -1 when it is none. */
static int choice(struct loader *l, const struct vocabulary *v, const struct charter_node *n)
{
	int number = n->kind == NODE_SCALAR ? vocabulary_find(v, n->text) : -1;
	char all[240] = "";
	struct near near;

	if (number >= 0)
		return number;
	if (n->kind != NODE_SCALAR) {
		complain(l, n, "expected a word here: %s", v->what);
		return -1;
	}
	near_begin(&near, n->text);
	for (int i = 0; i < v->count; i++) {
		size_t len = strlen(all);

		near_offer(&near, v->words[i].word);
		(void)snprintf(all + len, sizeof(all) - len, "%s%s", i ? ", " : "",
			       v->words[i].word);
	}
	complain(l, n, "\"%.60s\" is not a word for %s%s%s%s allowed: %s%s", n->text, v->what,
		 near.best ? "; did you mean \"" : "", near.best ? near.best : "",
		 near.best ? "\"?" : ";", all, strlen(all) == sizeof(all) - 1 ? " ..." : "");

	return -1;
}


static void bind_choice(struct loader *l, const struct field *f, const struct charter_node *n,
			void *to)
{
	int number = choice(l, f->of, n);

	if (number < 0)
		return;
	if (f->type == F_SAID)
		*(bool *)to = true;
	else
		memcpy(to, &number, sizeof(number));
}


static void bind_holder(struct loader *l, const struct field *f, const struct charter_node *n,
			struct charter_office_holder *to)
{
	int number = n->kind == NODE_SCALAR ? vocabulary_find(f->of, n->text) : -1;

	if (number >= 0 && number != HOLDER_BODY) {
		to->kind = (enum office_holder)number;
	} else if (scalar(l, f, n)) {
		to->kind = HOLDER_BODY;
		refer(l, f, n, f->pools, n->text, &to->body);
	}
}


static bool is_list(struct loader *l, const struct field *f, const struct charter_node *n)
{
	if (n->kind != NODE_LIST) {
		complain(l, n, "expected %s", field_wants(f));
		return false;
	}
	if ((f->flags & FULL) && n->count == 0)
		complain(l, n, "there must be at least one");

	return true;
}


/* Whether a list names something twice; `seen` is the caller's for the list. */
static void once(struct loader *l, struct map *seen, const struct charter_node *n)
{
	if (n->kind == NODE_SCALAR && map_put(seen, n->text, (void *)n))
		complain(l, n, "\"%.60s\" stands in this list already", n->text);
}


static void bind_set(struct loader *l, const struct field *f, const struct charter_node *n,
		     uint64_t *to)
{
	int last = -1;

	if (!is_list(l, f, n))
		return;
	for (size_t i = 0; i < n->count; i++) {
		const struct charter_node *entry = n->entries[i].value;
		size_t was = path_push_place(l, i);
		int number = choice(l, f->of, entry);

		if (number >= 0 && SET_HAS(*to, number))
			complain(l, entry, "\"%s\" stands in this list already", entry->text);
		else if (number >= 0 && (f->flags & STEPS) && number < last)
			complain(l, entry,
				 "\"%s\" comes before \"%s\", as steps follow one another",
				 entry->text, vocabulary_word(f->of, last));
		if (number >= 0) {
			*to |= SET_OF(number);
			last = number;
		}
		path_pop(l, was);
	}
}


static void bind_int(struct loader *l, const struct field *f, const struct charter_node *n,
		     int32_t *to)
{
	int64_t v = 0;

	if (!scalar(l, f, n))
		return;
	if (text_int(&v, n->text, f->lo, f->hi))
		wanted(l, f, n);
	else
		*to = (int32_t)v;
}


static void bind_number(struct loader *l, const struct field *f, const struct charter_node *n,
			double *to)
{
	double v = 0;

	if (!scalar(l, f, n))
		return;
	if (text_real(&v, n->text) || !(v >= 0 && v <= 1e9))
		wanted(l, f, n);
	else
		*to = v;
}


static void bind_bool(struct loader *l, const struct field *f, const struct charter_node *n,
		      bool *to)
{
	if (!scalar(l, f, n))
		return;
	if (strcmp(n->text, "true") == 0 || strcmp(n->text, "false") == 0)
		*to = n->text[0] == 't';
	else
		wanted(l, f, n);
}


static void bind_duration(struct loader *l, const struct field *f, const struct charter_node *n,
			  void *to)
{
	struct duration d;

	if (!scalar(l, f, n))
		return;
	if (duration_parse(&d, n->text)) {
		wanted(l, f, n);
	} else if (f->type == F_DURATION) {
		memcpy(to, &d, sizeof(d));
	} else {
		struct duration *copy = arena_take(l->memory, sizeof(*copy));

		*copy = d;
		memcpy(to, &copy, sizeof(void *));
	}
}


static int32_t common(int32_t a, int32_t b)
{
	return b ? common(b, a % b) : a;
}


/* "2/3", in lowest terms afterwards. */
static bool fraction(struct charter_fraction *out, const char *s)
{
	const char *slash = strchr(s, '/');
	int64_t num = 0, den = 0;
	char left[12];
	int32_t by;

	if (!slash || (size_t)(slash - s) >= sizeof(left))
		return false;
	memcpy(left, s, (size_t)(slash - s));
	left[slash - s] = '\0';
	if (text_int(&num, left, 1, 1000000) || text_int(&den, slash + 1, 1, 1000000) ||
	    num > den)
		return false;
	by = common((int32_t)num, (int32_t)den);
	out->num = (int32_t)num / by;
	out->den = (int32_t)den / by;

	return true;
}


static void bind_fraction(struct loader *l, const struct field *f, const struct charter_node *n,
			  struct charter_fraction *to)
{
	if (scalar(l, f, n) && !fraction(to, n->text))
		wanted(l, f, n);
}


static void bind_count(struct loader *l, const struct field *f, const struct charter_node *n,
		       struct charter_count *to)
{
	int64_t v = 0;

	if (!scalar(l, f, n) || fraction(&to->part, n->text))
		return;
	if (text_int(&v, n->text, 1, 1000000))
		wanted(l, f, n);
	to->number = (int32_t)v;
}


static bool pair(struct loader *l, const struct field *f, const struct charter_node *n)
{
	if (n->kind == NODE_LIST && n->count == 2)
		return true;
	complain(l, n, "expected %s", field_wants(f));

	return false;
}


static void bind_range(struct loader *l, const struct field *f, const struct charter_node *n,
		       struct charter_range *to)
{
	if (!pair(l, f, n))
		return;
	bind_int(l, f, n->entries[0].value, &to->from);
	bind_int(l, f, n->entries[1].value, &to->to);
	if (to->from > to->to)
		complain(l, n, "the second number is less than the first");
}


static void bind_span(struct loader *l, const struct field *f, const struct charter_node *n,
		      struct charter_span *to)
{
	if (!pair(l, f, n))
		return;
	to->from = word(l, f, f->each, n->entries[0].value);
	to->to = word(l, f, f->each, n->entries[1].value);
	/* A season may run over the end of the year. */
	if (f->each != F_DAY && to->from && to->to && strcmp(to->from, to->to) > 0)
		complain(l, n, "the second date is before the first");
	if (!to->from || !to->to)
		to->from = to->to = NULL;
}


static void text_in_languages(struct loader *l, const struct charter_node *n,
			      struct charter_text *to)
{
	struct charter_wording *at = arena_take(l->memory, n->count * sizeof(*at) + 1);

	check_keys(l, n);
	to->at = at;
	for (size_t i = 0; i < n->count; i++) {
		const struct charter_node *lang = n->entries[i].key;
		size_t was = path_push(l, lang->text);
		struct charter_wording w = { lang->text, n->entries[i].value->text };

		if (!map_get(&l->pools[P_LANGUAGES].places, lang->text))
			complain(l, lang, "\"%s\" is not among the languages of this charter",
				 lang->text);
		if (wording(l, n->entries[i].value)) {
			at[to->count++] = w;
			if (strcmp(lang->text, l->default_language) == 0) {
				at[to->count - 1] = at[0];
				at[0] = w;
			}
		}
		path_pop(l, was);
	}
	if (!node_get(n, l->default_language))
		complain(l, n, "the wording in the default language \"%s\" is missing",
			 l->default_language);
}


static void bind_text(struct loader *l, const struct charter_node *n, struct charter_text *to)
{
	struct charter_wording *one;

	if (n->kind == NODE_MAP) {
		text_in_languages(l, n, to);
		return;
	}
	if (n->kind == NODE_LIST) {
		complain(l, n, "expected a text, or a map of languages to texts");
		return;
	}
	if (!wording(l, n))
		return;
	one = arena_take(l->memory, sizeof(*one));
	*one = (struct charter_wording){ l->default_language, n->text };
	*to = (struct charter_text){ one, 1 };
}


static void bind_texts(struct loader *l, const struct field *f, const struct charter_node *n,
		       void *to)
{
	struct sequence list = { 0 };
	struct charter_text *at;

	if (!is_list(l, f, n))
		return;
	at = arena_take(l->memory, n->count * sizeof(*at) + 1);
	list.at = at;
	for (size_t i = 0; i < n->count; i++) {
		size_t was = path_push_place(l, i);

		bind_text(l, n->entries[i].value, &at[list.count]);
		list.count += at[list.count].count > 0;
		path_pop(l, was);
	}
	memcpy(to, &list, sizeof(list));
}


/* Words of the organisation, days, languages, ids of other lists. */
static void bind_words(struct loader *l, const struct field *f, const struct charter_node *n,
		       struct charter_strings *to)
{
	const char **at;
	struct map seen;

	if (!is_list(l, f, n))
		return;
	map_init(&seen);
	at = arena_take(l->memory, n->count * sizeof(*at) + 1);
	to->at = at;
	for (size_t i = 0; i < n->count; i++) {
		const struct charter_node *entry = n->entries[i].value;
		size_t was = path_push_place(l, i);
		const char *s = word(l, f, f->type == F_NAMES ? F_STRING : f->each, entry);

		once(l, &seen, entry);
		if (s && f->type == F_NAMES)
			refer(l, f, entry, f->pools, s, NULL);
		for (int p = 0; s && (f->flags & FILLS) && p < POOLS; p++)
			if (SET_HAS(f->pools, p))
				pool_add(l, (enum pool_id)p, s, (void *)s);
		if (s)
			at[to->count++] = s;
		path_pop(l, was);
	}
	map_clear(&seen);
}


/* Pointers to records, filled when references are followed. */
static void bind_refs(struct loader *l, const struct field *f, const struct charter_node *n,
		      struct sequence *to)
{
	size_t size = field_size(f);
	struct late_list *whole;
	struct map seen;

	if (!is_list(l, f, n))
		return;
	map_init(&seen);
	whole = arena_take(l->memory, sizeof(*whole));
	to->at = arena_take(l->memory, n->count * size + 1);
	to->count = n->count;
	for (size_t i = 0; i < n->count; i++) {
		const struct charter_node *entry = n->entries[i].value;
		size_t was = path_push_place(l, i);

		once(l, &seen, entry);
		if (scalar(l, f, entry))
			refer(l, f, entry, f->pools, entry->text, (char *)to->at + i * size);
		path_pop(l, was);
	}
	map_clear(&seen);
	*whole = (struct late_list){ to, size, l->lists };
	l->lists = whole;
}


static void bind_name(struct loader *l, const struct field *f, const struct charter_node *n,
		      const char **to)
{
	if (!scalar(l, f, n))
		return;
	*to = n->text;
	refer(l, f, n, f->pools, n->text, NULL);
}


void bind_value(struct loader *l, const struct field *f, const struct charter_node *n, void *to)
{
	switch (f->type) {
	case F_TEXT: bind_text(l, n, to); break;
	case F_TEXTS: bind_texts(l, f, n, to); break;
	case F_BOOL: bind_bool(l, f, n, to); break;
	case F_INT: bind_int(l, f, n, to); break;
	case F_NUMBER: bind_number(l, f, n, to); break;
	case F_DURATION:
	case F_DURATION_OPT: bind_duration(l, f, n, to); break;
	case F_FRACTION: bind_fraction(l, f, n, to); break;
	case F_COUNT: bind_count(l, f, n, to); break;
	case F_RANGE: bind_range(l, f, n, to); break;
	case F_SPAN: bind_span(l, f, n, to); break;
	case F_SAID:
	case F_CHOICE: bind_choice(l, f, n, to); break;
	case F_HOLDER: bind_holder(l, f, n, to); break;
	case F_SET: bind_set(l, f, n, to); break;
	case F_WORDS:
	case F_NAMES: bind_words(l, f, n, to); break;
	case F_NAME: bind_name(l, f, n, to); break;
	case F_WHO:
	case F_REF:
		if (scalar(l, f, n))
			refer(l, f, n, f->pools, n->text, to);
		break;
	case F_REFS:
	case F_WHOS: bind_refs(l, f, n, to); break;
	default: bind_word(l, f, n, to); break;
	}
}
