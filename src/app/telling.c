/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "act/acts.h"
#include "app/telling.h"
#include "base/text.h"
#include "charter/charter.h"

enum {
	NAME_MAX_BYTES = 64, /* of an office or party in a seat; ids are shorter */
};

static const struct {
	const char *office;
	const char *words;
} delegates[] = {
	{ "head", "Head of delegation" },
	{ "alternate", "Alternate" },
	{ "delegate", "Member of the delegation" },
	{ "officer", "Authorised officer" },
};


static const char *text_of(const struct charter_text text, const char *lang)
{
	const char *s = charter_text_in(text, lang);

	return s && *s ? s : NULL;
}


bool telling_name(struct buf *out, const struct charter *c, const char *kind, const char *id,
		  const char *lang)
{
	const struct naming naming = { c, NULL };
	const struct charter_party *party =
		text_eq(kind, "party") ? charter_party(c, id) : NULL;
	const char *name;

	if (party)
		name = text_of(party->short_name.count ? party->short_name : party->name, lang);
	else if (text_eq(kind, "party"))
		name = NULL; /* added by an act */
	else
		name = naming_name(kind, id, lang, (void *)(uintptr_t)&naming);
	buf_str(out, name ? name : id);

	return name != NULL;
}


static void office_words(struct buf *out, const struct charter *c, const char *office,
			 const char *lang)
{
	for (size_t i = 0; i < ARRAY_LEN(delegates); i++)
		if (text_eq(delegates[i].office, office)) {
			buf_str(out, delegates[i].words);
			return;
		}
	(void)telling_name(out, c, "office", office, lang);
}


void telling_seat(struct buf *out, const struct charter *c, const char *seat, const char *lang)
{
	const char *mark = seat + strcspn(seat, "@/");
	char office[NAME_MAX_BYTES];

	if (!*seat || text_eq(seat, "machine")) {
		buf_str(out, *seat ? "What is due" : "The public");
		return;
	}
	(void)snprintf(office, sizeof(office), "%.*s", (int)(mark - seat), seat);
	if (*mark == '/') {
		buf_str(out, "Staff of: ");
		(void)telling_name(out, c, "body", mark + 1, lang);
		return;
	}
	office_words(out, c, office, lang);
	if (*mark == '@') {
		buf_str(out, ", ");
		(void)telling_name(out, c, "party", mark + 1, lang);
	}
}


static void one_value(struct buf *out, const struct charter *c, const struct field *field,
		      const json_t *v, const char *indent, const char *lang);


/* The members of a group stand in one line. */
static void group_line(struct buf *out, const struct charter *c, const struct fields *fields,
		       const json_t *body, const char *indent, const char *lang)
{
	bool first = true;

	buf_str(out, indent);
	for (size_t i = 0; i < fields->count; i++) {
		const json_t *v = json_object_get(body, fields->field[i].name);

		if (!v || json_is_null(v))
			continue;
		if (!first)
			buf_str(out, ": ");
		one_value(out, c, &fields->field[i], v, indent, lang);
		first = false;
	}
}


static void one_value(struct buf *out, const struct charter *c, const struct field *field,
		      const json_t *v, const char *indent, const char *lang)
{
	const json_t *local;

	if (field->type == FIELD_GROUP) {
		group_line(out, c, field->group, v, indent, lang);
		return;
	}
	if (json_is_object(v)) {
		local = json_object_get(v, lang);
		one_value(out, c, field,
			  local ? local
				: json_object_iter_value(
					  json_object_iter((json_t *)(uintptr_t)v)),
			  indent, lang);
	} else if (json_is_boolean(v)) {
		buf_str(out, json_is_true(v) ? "yes" : "no");
	} else if (json_is_integer(v)) {
		buf_int(out, json_integer_value(v));
	} else if (json_is_string(v) && field->ref) {
		(void)telling_name(out, c, field->ref, json_string_value(v), lang);
	} else if (json_is_string(v)) {
		/* A charter file in an act is named, not told. */
		if (json_string_length(v) > 600)
			buf_printf(out, "(a text of %zu bytes)", json_string_length(v));
		else
			buf_str(out, json_string_value(v));
	}
}


static void spaced_value(struct buf *out, const struct charter *c, const struct field *field,
			 const json_t *v, const char *indent, const char *lang)
{
	buf_char(out, ' ');
	one_value(out, c, field, v, indent, lang);
}


static void list_value(struct buf *out, const struct charter *c, const struct field *field,
		       const json_t *list, const char *indent, const char *lang)
{
	char deeper[40];
	const json_t *v;
	size_t i;

	(void)snprintf(deeper, sizeof(deeper), "%s    ", indent);
	if (json_array_size(list) == 0)
		buf_str(out, " none");
	json_array_foreach(list, i, v)
	{
		if (field->type == FIELD_GROUP) {
			buf_char(out, '\n');
			one_value(out, c, field, v, deeper, lang);
			continue;
		}
		if (i)
			buf_char(out, ',');
		spaced_value(out, c, field, v, deeper, lang);
	}
}


void telling_body(struct buf *out, const struct charter *c, const struct fields *fields,
		  const json_t *body, const char *indent, const char *lang)
{
	for (size_t i = 0; i < fields->count; i++) {
		const struct field *field = &fields->field[i];
		const json_t *v = json_object_get(body, field->name);

		if (!v || json_is_null(v))
			continue;
		buf_str(out, indent);
		for (const char *p = field->name; *p; p++)
			buf_char(out, *p == '_' ? ' ' : *p);
		buf_char(out, ':');
		if (json_is_array(v))
			list_value(out, c, field, v, indent, lang);
		else
			spaced_value(out, c, field, v, indent, lang);
		buf_char(out, '\n');
	}
}


static void type_words(struct buf *out, const struct field *field)
{
	static const char *const words[] = {
		[FIELD_ID] = "an id",
		[FIELD_TEXT] = "a text",
		[FIELD_DATE] = "a date, 2020-05-15",
		[FIELD_PARTIAL] = "a date, 2020-05-15, 2020-05 or 2020",
		[FIELD_DURATION] = "a duration, ISO 8601",
		[FIELD_DIGEST] = "a SHA-256 digest, 64 hexadecimal digits",
		[FIELD_ENUM] = "one of",
		[FIELD_LTEXT] = "a text by language, {\"en\": \"...\"}",
		[FIELD_JSON] = "any JSON",
		[FIELD_INSTANT] = "an instant, 2020-05-15T10:00:00Z",
		[FIELD_INT] = "a whole number",
		[FIELD_REAL] = "a number",
		[FIELD_BOOL] = "true or false",
		[FIELD_GROUP] = "an object",
	};

	if (field->flags & FIELD_LIST)
		buf_str(out, "a list, each ");
	buf_str(out, words[field->type]);
	for (size_t i = 0; field->options && field->options[i]; i++)
		buf_printf(out, "%s %s", i ? "," : "", field->options[i]);
	if (field->type == FIELD_TEXT || field->type == FIELD_LTEXT)
		buf_printf(out, " of %lld to %lld characters", (long long)field->min,
			   (long long)field->max);
	if (field->type == FIELD_INT)
		buf_printf(out, " from %lld to %lld", (long long)field->min,
			   (long long)field->max);
	if (field->ref)
		buf_printf(out, " of a %s", field->ref);
	if (field->flags & FIELD_OPTIONAL)
		buf_str(out, "; may be left out");
	if (field->flags & FIELD_PRIVATE)
		buf_str(out, "; personal, the record keeps only its digest");
}


void telling_form(struct buf *out, const struct fields *fields, const char *indent)
{
	char deeper[40];

	(void)snprintf(deeper, sizeof(deeper), "%s    ", indent);
	for (size_t i = 0; i < fields->count; i++) {
		const struct field *field = &fields->field[i];

		buf_printf(out, "%s%s: ", indent, field->name);
		type_words(out, field);
		buf_printf(out, "\n%s    %s\n", indent, field->doc);
		if (field->group)
			telling_form(out, field->group, deeper);
	}
}
