/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "act/refusal.h"
#include "act/sentence.h"
#include "base/text.h"

static const char *const slugs[REFUSAL_COUNT] = {
	[REFUSAL_NONE] = "none",
#define X(name, slug) [REFUSE_##name] = slug,
#include "act/refusal.def"
#undef X
};


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
	const char *text = sentence_text(r->text, lang);

	if (!text)
		text = sentence_text(refusal_slug(r->code), lang);

	return text ? text : refusal_slug(r->code);
}


void refusal_sentence(struct buf *out, const struct refusal *r, const char *lang,
		      refusal_name_h *name, void *arg)
{
	sentence_fill(out, template_of(r, lang), r->args, r->count, lang, name, arg);
}
