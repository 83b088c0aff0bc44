/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "act/catalogue.h"
#include "act/refusal.h"
#include "base/text.h"

static const char *const slugs[REFUSAL_COUNT] = {
	[REFUSAL_NONE] = "none",
#define X(name, slug) [REFUSE_##name] = slug,
#include "act/refusal.def"
#undef X
};

/* Arguments whose values are ids, one or several separated by commas. */
static const char *const ids[] = { "party",	 "parties",	"waiting", "missing",
				   "instrument", "instruments", "status",  "body",
				   "bodies",	 "office",	"right",   "criterion",
				   "criteria",	 "channel",	"subject" };


const char *refusal_slug(enum refusal_code code)
{
	return slugs[code];
}


enum refusal_code refusal_of(const char *slug)
{
	for (int i = 1; i < REFUSAL_COUNT; i++)
		if (strcmp(slugs[i], slug) == 0)
			return (enum refusal_code)i;

	return REFUSAL_NONE;
}


void refusal_json(struct jw *w, const struct refusal *r)
{
	jw_object(w);
	jw_kstr(w, "code", refusal_slug(r->code));
	if (r->rule)
		jw_kstr(w, "rule", r->rule);
	jw_kstr(w, "text", r->text);
	jw_key(w, "args");
	jw_object(w);
	for (size_t i = 0; i < r->count; i++)
		jw_kstr(w, r->args[i].name, r->args[i].value);
	jw_object_end(w);
	jw_object_end(w);
}


int refusal_parse(struct refusal *out, const json_t *object)
{
	const json_t *args = json_object_get(object, "args");
	const char *name;
	json_t *value;

	memset(out, 0, sizeof(*out));
	out->code = refusal_of(json_text(object, "code", ""));
	out->rule = json_text(object, "rule", NULL);
	out->text = json_text(object, "text", "");
	if (out->code == REFUSAL_NONE)
		return E_RANGE;
	json_object_foreach((json_t *)(uintptr_t)args, name, value)
	{
		if (out->count == REFUSAL_ARGS_MAX || !json_is_string(value))
			return E_RANGE;
		out->args[out->count++] =
			(struct refusal_arg){ name, json_string_value(value) };
	}

	return 0;
}


/* The text of a key in a language, else in English, else of the code alone. */
static const char *template_of(const struct refusal *r, const char *lang)
{
	const char *text = catalogue_text(r->text, lang);

	if (!text)
		text = catalogue_text(r->text, "en");
	if (!text)
		text = catalogue_text(refusal_slug(r->code), lang);
	if (!text)
		text = catalogue_text(refusal_slug(r->code), "en");

	return text ? text : refusal_slug(r->code);
}


static bool is_ids(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		if (strcmp(ids[i], name) == 0)
			return true;

	return false;
}


static void show_ids(struct buf *out, const struct refusal_arg *a, const char *lang,
		     refusal_name_h *name, void *arg)
{
	const char *p = a->value;

	while (*p) {
		size_t len = strcspn(p, ",");
		char id[TEXT_ID_MAX * 2 + 2];
		const char *shown = NULL;

		if (p != a->value)
			buf_str(out, ", ");
		if (len < sizeof(id)) {
			memcpy(id, p, len);
			id[len] = '\0';
			shown = name(a->name, id, lang, arg);
		}
		if (shown)
			buf_str(out, shown);
		else
			buf_add(out, p, len);
		p += len;
		p += *p == ',';
	}
}


static void show_arg(struct buf *out, const struct refusal *r, const char *name, size_t len,
		     const char *lang, refusal_name_h *name_h, void *arg)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct refusal_arg *a = &r->args[i];

		if (strlen(a->name) != len || strncmp(a->name, name, len) != 0)
			continue;
		if (a->value && name_h && is_ids(a->name))
			show_ids(out, a, lang, name_h, arg);
		else
			buf_str(out, a->value ? a->value : "-");
		return;
	}
	buf_char(out, '?');
}


void refusal_sentence(struct buf *out, const struct refusal *r, const char *lang,
		      refusal_name_h *name, void *arg)
{
	const char *p = template_of(r, lang);

	while (*p) {
		size_t plain = strcspn(p, "{");
		size_t len;

		buf_add(out, p, plain);
		p += plain;
		if (!*p)
			break;
		len = strcspn(++p, "}");
		show_arg(out, r, p, len, lang, name, arg);
		p += len;
		p += *p == '}';
	}
}
