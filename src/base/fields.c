/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fields.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"

struct reading {
	struct arena *arena;
	struct fault *fault;
	size_t faults;
};

static size_t type_size(const struct field *d)
{
	switch (d->type) {
	case FIELD_INSTANT:
	case FIELD_INT: return sizeof(int64_t);
	case FIELD_REAL: return sizeof(double);
	case FIELD_BOOL: return sizeof(bool);
	case FIELD_GROUP: return d->group->size;
	default: return sizeof(const char *);
	}
}


/* Remember the first fault and count the others. */
static void wrong(struct reading *r, const char *at, const char *name, const char *text)
{
	char path[sizeof(r->fault->path)];

	if (r->faults++ || !r->fault)
		return;
	(void)snprintf(path, sizeof(path), "%s%s%s", at, name ? "/" : "", name ? name : "");
	fault_at(r->fault, path, 0, 0);
	(void)fault_set(r->fault, E_RANGE, "%s", text);
}


static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;

	return n;
}


static const char *one_of(struct arena *a, const struct field *d)
{
	struct buf b;
	const char *text;

	buf_init(&b, 380);
	buf_str(&b, "This must be one of ");
	for (const char *const *o = d->options; *o; o++) {
		buf_str(&b, o == d->options ? "" : ", ");
		buf_str(&b, *o);
	}
	buf_str(&b, ".");
	text = arena_str(a, b.data);
	buf_clear(&b);

	return text;
}


static bool digest_valid(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}


/* What is wrong with a text of the field's type, or NULL. */
static const char *text_wrong(struct arena *a, const struct field *d, const char *s)
{
	struct duration duration;
	size_t n;

	switch (d->type) {
	case FIELD_ID:
		return text_id(s)
			       ? NULL
			       : "This must be an id: lower-case letters, digits and dashes, at "
				 "most 48, beginning with a letter.";
	case FIELD_TEXT:
		n = characters(s);
		if (n < (size_t)d->min || n > (size_t)d->max)
			return arena_printf(
				a, "This text must have %lld to %lld characters; it has %zu.",
				(long long)d->min, (long long)d->max, n);
		return NULL;
	case FIELD_DATE:
		return time_date_valid(s) ? NULL
					  : "This must be a real date such as 2020-05-15.";
	case FIELD_PARTIAL:
		return time_partial_valid(s)
			       ? NULL
			       : "This must be a date such as 2020-05-15, 2020-05 or 2020.";
	case FIELD_DURATION:
		return duration_parse(&duration, s) == 0
			       ? NULL
			       : "This must be a duration such as P7D or PT72H.";
	case FIELD_DIGEST:
		return digest_valid(s)
			       ? NULL
			       : "This must be a SHA-256 in 64 lower-case hexadecimal digits.";
	case FIELD_ENUM:
		for (const char *const *o = d->options; *o; o++)
			if (strcmp(*o, s) == 0)
				return NULL;
		return one_of(a, d);
	default: return NULL;
	}
}


static const char *int_wrong(struct arena *a, const struct field *d, int64_t v)
{
	if (v < d->min || v > d->max)
		return arena_printf(a, "This must be a whole number from %lld to %lld.",
				    (long long)d->min, (long long)d->max);

	return NULL;
}


static const char *canonical(struct arena *a, const json_t *v)
{
	struct buf b;
	const char *text;

	buf_init(&b, 0);
	json_canonical(&b, v);
	text = arena_strn(a, b.data, b.len);
	buf_clear(&b);

	return text;
}


static const char *ltext_wrong(const struct field *d, const json_t *v)
{
	const char *lang;
	json_t *text;

	if (!json_is_object(v) || json_object_size(v) == 0 || json_object_size(v) > 16)
		return "This must be an object of texts by language, such as {\"en\": \"...\"}.";
	json_object_foreach((json_t *)(uintptr_t)v, lang, text)
	{
		size_t n = json_is_string(text) ? characters(json_string_value(text)) : 0;

		if (strlen(lang) < 2 || strlen(lang) > 8 || !text_id(lang))
			return "The keys of this object must be language codes such as en or ru.";
		if (n < 1 || n > (size_t)d->max)
			return "Each text of this object must be a text that is not empty or too long.";
	}

	return NULL;
}


static const char *string_read(void *to, const struct field *d, const json_t *v,
			       struct reading *r)
{
	const char *why;

	if (d->type == FIELD_LTEXT) {
		why = ltext_wrong(d, v);
		if (!why)
			*(const char **)to = canonical(r->arena, v);
		return why;
	}
	if (d->type == FIELD_JSON) {
		*(const char **)to = canonical(r->arena, v);
		return NULL;
	}
	if (!json_is_string(v))
		return "This must be a text.";
	why = text_wrong(r->arena, d, json_string_value(v));
	if (!why)
		*(const char **)to = json_string_value(v);

	return why;
}


/* One value into its place; what is wrong with it, or NULL. */
static const char *value_read(void *to, const struct field *d, const json_t *v,
			      struct reading *r)
{
	switch (d->type) {
	case FIELD_INSTANT:
		if (!json_is_string(v) || time_parse(to, json_string_value(v)))
			return "This must be an instant such as 2020-05-15T10:00:00Z.";
		return NULL;
	case FIELD_INT:
		if (!json_is_integer(v))
			return "This must be a whole number.";
		*(int64_t *)to = json_integer_value(v);
		return int_wrong(r->arena, d, json_integer_value(v));
	case FIELD_REAL:
		if (!json_is_number(v))
			return "This must be a number.";
		*(double *)to = json_number_value(v);
		return NULL;
	case FIELD_BOOL:
		if (!json_is_boolean(v))
			return "This must be true or false.";
		*(bool *)to = json_is_true(v);
		return NULL;
	default: return string_read(to, d, v, r);
	}
}


static void object_read(void *out, const struct fields *fields, const json_t *object,
			const char *at, struct reading *r);


static void list_read(struct field_list *list, const struct field *d, const json_t *v,
		      const char *at, struct reading *r)
{
	size_t n = json_array_size(v), size = type_size(d);
	char here[160];

	if (!json_is_array(v) || n > FIELD_LIST_MAX) {
		wrong(r, at, d->name, "This must be a list of at most 2000.");
		return;
	}
	if ((int64_t)n < d->min && d->type != FIELD_INT && d->type != FIELD_TEXT) {
		wrong(r, at, d->name, "This list must not be empty.");
		return;
	}

	list->n = n;
	list->v = arena_take(r->arena, n * size);
	for (size_t i = 0; i < n; i++) {
		void *to = (char *)list->v + i * size;
		const json_t *item = json_array_get(v, i);
		const char *why;

		(void)snprintf(here, sizeof(here), "%s/%s/%zu", at, d->name, i);
		if (d->type == FIELD_GROUP) {
			object_read(to, d->group, item, here, r);
			continue;
		}
		why = value_read(to, d, item, r);
		if (why)
			wrong(r, here, NULL, why);
	}
}


static void absent(void *to, const struct field *d)
{
	if (d->flags & FIELD_LIST)
		return;
	if (d->type == FIELD_INT || d->type == FIELD_INSTANT)
		*(int64_t *)to = FIELD_NONE;
	else if (d->type == FIELD_REAL)
		*(double *)to = NAN;
}


static void unknown_keys(const struct fields *fields, const json_t *object, const char *at,
			 struct reading *r)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)object, key, v)
	{
		size_t i = 0;

		while (i < fields->count && strcmp(fields->field[i].name, key) != 0)
			i++;
		if (i == fields->count)
			wrong(r, at, key,
			      arena_printf(r->arena, "%s has no field of this name.",
					   fields->name));
	}
}


static void object_read(void *out, const struct fields *fields, const json_t *object,
			const char *at, struct reading *r)
{
	size_t found = 0;

	if (!json_is_object(object)) {
		wrong(r, at, NULL, "This must be an object.");
		return;
	}
	for (size_t i = 0; i < fields->count; i++) {
		const struct field *d = &fields->field[i];
		void *to = (char *)out + d->offset;
		const json_t *v = json_object_get(object, d->name);
		const char *why;

		found += v != NULL;
		if (!v || json_is_null(v)) {
			absent(to, d);
			if (!(d->flags & FIELD_OPTIONAL))
				wrong(r, at, d->name, "This field is needed.");
		} else if (d->flags & FIELD_LIST) {
			list_read(to, d, v, at, r);
		} else {
			why = value_read(to, d, v, r);
			if (why)
				wrong(r, at, d->name, why);
		}
	}
	if (found != json_object_size(object))
		unknown_keys(fields, object, at, r);
}


static int finish(struct reading *r)
{
	size_t len;

	if (!r->faults)
		return 0;
	if (r->faults > 1 && r->fault) {
		len = strlen(r->fault->text);
		(void)snprintf(r->fault->text + len, sizeof(r->fault->text) - len,
			       " (And %zu more.)", r->faults - 1);
	}

	return E_RANGE;
}


int fields_read(void *out, const struct fields *fields, const json_t *object, const char *at,
		struct arena *a, struct fault *f)
{
	struct reading r = { .arena = a, .fault = f };

	memset(out, 0, fields->size);
	object_read(out, fields, object, at, &r);

	return finish(&r);
}


static const char *parameter_read(void *to, const struct field *d, const char *s,
				  struct arena *a)
{
	switch (d->type) {
	case FIELD_INT:
		if (text_int(to, s, d->min, d->max))
			return int_wrong(a, d, INT64_MIN);
		return NULL;
	case FIELD_INSTANT:
		return time_parse(to, s)
			       ? "This must be an instant such as 2020-05-15T10:00:00Z."
			       : NULL;
	case FIELD_REAL: return text_real(to, s) ? "This must be a number." : NULL;
	case FIELD_BOOL:
		*(bool *)to = strcmp(s, "true") == 0;
		return *(bool *)to || strcmp(s, "false") == 0 ? NULL
							      : "This must be true or false.";
	default: *(const char **)to = s; return text_wrong(a, d, s);
	}
}


/* "a,b,c" of texts. */
static const char *parameters_read(struct field_list *list, const struct field *d,
				   const char *s, struct arena *a)
{
	char *copy = arena_str(a, s), *save = NULL;
	const char **v;
	size_t n = 1;

	for (const char *p = s; *p; p++)
		n += *p == ',';
	v = arena_take(a, n * sizeof(*v));
	list->v = v;
	for (char *p = strtok_r(copy, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
		const char *why = text_wrong(a, d, p);

		if (why)
			return why;
		v[list->n++] = p;
	}

	return NULL;
}


int fields_read_texts(void *out, const struct fields *fields, fields_get_h *get, void *arg,
		      struct arena *a, struct fault *f)
{
	struct reading r = { .arena = a, .fault = f };

	memset(out, 0, fields->size);
	for (size_t i = 0; i < fields->count; i++) {
		const struct field *d = &fields->field[i];
		void *to = (char *)out + d->offset;
		const char *s = get(d->name, arg);
		const char *why;

		if (!s || !*s) {
			absent(to, d);
			if (!(d->flags & FIELD_OPTIONAL))
				wrong(&r, "", d->name, "This parameter is needed.");
			continue;
		}
		why = d->flags & FIELD_LIST ? parameters_read(to, d, s, a)
					    : parameter_read(to, d, s, a);
		if (why)
			wrong(&r, "", d->name, why);
	}

	return finish(&r);
}


static void value_write(struct jw *w, const struct field *d, const void *from)
{
	char at[TIME_TEXT_SIZE];
	const char *s;

	switch (d->type) {
	case FIELD_INSTANT:
		time_text(at, *(const int64_t *)from);
		jw_str(w, at);
		break;
	case FIELD_INT: jw_int(w, *(const int64_t *)from); break;
	case FIELD_REAL: jw_real(w, *(const double *)from); break;
	case FIELD_BOOL: jw_bool(w, *(const bool *)from); break;
	case FIELD_GROUP: fields_write(w, d->group, from); break;
	case FIELD_LTEXT:
	case FIELD_JSON:
		s = *(const char *const *)from;
		if (s)
			jw_raw(w, s, strlen(s));
		else
			jw_null(w);
		break;
	default: jw_str(w, *(const char *const *)from); break;
	}
}


static bool is_absent(const struct field *d, const void *from)
{
	switch (d->type) {
	case FIELD_INT:
	case FIELD_INSTANT: return *(const int64_t *)from == FIELD_NONE;
	case FIELD_REAL: return isnan(*(const double *)from);
	case FIELD_BOOL: return !*(const bool *)from;
	case FIELD_GROUP: return false;
	default: return !*(const char *const *)from;
	}
}


void fields_write(struct jw *w, const struct fields *fields, const void *in)
{
	jw_object(w);
	for (size_t i = 0; i < fields->count; i++) {
		const struct field *d = &fields->field[i];
		const void *from = (const char *)in + d->offset;
		const struct field_list *list = from;

		if (d->flags & FIELD_LIST) {
			jw_key_ready(w, d->key);
			jw_array(w);
			for (size_t k = 0; k < list->n; k++)
				value_write(w, d, (const char *)list->v + k * type_size(d));
			jw_array_end(w);
		} else if (!(d->flags & FIELD_OPTIONAL) || !is_absent(d, from)) {
			jw_key_ready(w, d->key);
			value_write(w, d, from);
		}
	}
	jw_object_end(w);
}
