/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "act/catalogue.h"
#include "act/sentence.h"
#include "base/text.h"

/* Arguments whose values are ids, one or several separated by commas. */
static const char *const ids[] = { "party",	 "parties",	"waiting", "missing",
				   "instrument", "instruments", "status",  "body",
				   "bodies",	 "office",	"right",   "criterion",
				   "criteria",	 "channel",	"subject" };

const char *sentence_text(const char *key, const char *lang)
{
	const char *text = catalogue_text(key, lang);

	return text ? text : catalogue_text(key, "en");
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


static void show_arg(struct buf *out, const struct refusal_arg *args, size_t count,
		     const char *name, size_t len, const char *lang, refusal_name_h *name_h,
		     void *arg)
{
	for (size_t i = 0; i < count; i++) {
		const struct refusal_arg *a = &args[i];

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


void sentence_fill(struct buf *out, const char *text, const struct refusal_arg *args,
		   size_t count, const char *lang, refusal_name_h *name, void *arg)
{
	const char *p = text;

	while (*p) {
		size_t plain = strcspn(p, "{");
		size_t len;

		buf_add(out, p, plain);
		p += plain;
		if (!*p)
			break;
		len = strcspn(++p, "}");
		show_arg(out, args, count, p, len, lang, name, arg);
		p += len;
		p += *p == '}';
	}
}
