/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/sentence.h"
#include "act/wording.h"
#include "base/buf.h"
#include "base/collate.h"
#include "base/fields.h"
#include "base/mem.h"
#include "base/plural.h"
#include "base/text.h"
#include "base/time.h"


const char *wording_text(const struct wording *w, const char *key)
{
	const char *text = sentence_text(key, w->lang);

	return text ? text : key;
}


const char *wording_word(const struct wording *w, const char *id)
{
	const char *key = arena_printf(w->a, "value.%s", id);
	const char *text = wording_text(w, key);

	return text == key ? id : text;
}


const char *wording_fill(const struct wording *w, const char *key, ...)
{
	struct refusal_arg args[REFUSAL_ARGS_MAX];
	size_t count = 0;
	const char *out, *name;
	struct buf b;
	va_list ap;

	va_start(ap, key);
	while (count < REFUSAL_ARGS_MAX && (name = va_arg(ap, const char *))) {
		args[count].name = name;
		args[count++].value = va_arg(ap, const char *);
	}
	va_end(ap);
	buf_init(&b, 0);
	sentence_fill(&b, wording_text(w, key), args, count, w->lang, NULL, NULL);
	out = arena_strn(w->a, b.data ? b.data : "", b.len);
	buf_clear(&b);

	return out;
}


const char *wording_count(const struct wording *w, const char *key, int64_t n)
{
	char form[PLURAL_SIZE];

	plural_form(form, w->lang, n);

	return wording_fill(w, arena_printf(w->a, "%s.%s", key, form), "n", wording_whole(w, n),
			    NULL);
}


const char *wording_begin(const struct wording *w, const char *text)
{
	char first[COLLATE_LETTER];
	size_t len = collate_capital(first, text);

	return arena_printf(w->a, "%s%s", first, text + len);
}


/* The language shows it by an example: "1,234.5". */
static void read_separators(struct wording *w)
{
	const char *example = wording_text(w, "bulletin.number");
	const char *two = strchr(example, '2'), *four = strchr(example, '4');

	(void)snprintf(w->group, sizeof(w->group), "%.*s", two ? (int)(two - example - 1) : 0,
		       example + 1);
	(void)snprintf(w->point, sizeof(w->point), "%.*s",
		       four ? (int)strcspn(four + 1, "5") : 0, four ? four + 1 : "");
}


const char *wording_whole(const struct wording *w, int64_t v)
{
	char digits[24];
	struct buf b;
	const char *out;
	size_t n;

	if (v == FIELD_NONE)
		return WORDING_NOTHING;
	n = (size_t)snprintf(digits, sizeof(digits), "%llu",
			     v < 0 ? 0 - (unsigned long long)v : (unsigned long long)v);
	buf_init(&b, 0);
	if (v < 0)
		buf_str(&b, "−");
	for (size_t i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			buf_str(&b, w->group);
		buf_char(&b, digits[i]);
	}
	out = arena_strn(w->a, b.data, b.len);
	buf_clear(&b);

	return out;
}


const char *wording_real(const struct wording *w, double v, int decimals)
{
	const char *text, *point;
	double part, left;

	if (isnan(v) || fabs(v) > 1e15)
		return WORDING_NOTHING;
	text = arena_printf(w->a, "%.*f", decimals, fabs(v));
	point = strchr(text, '.');
	left = modf(strtod(text, NULL), &part);
	(void)left;

	return arena_printf(w->a, "%s%s%s%s", v < 0 ? "−" : "", wording_whole(w, (int64_t)part),
			    point ? w->point : "", point ? point + 1 : "");
}


const char *wording_share(const struct wording *w, double v)
{
	double percent = round(100 * v);

	if (isnan(v))
		return WORDING_NOTHING;

	return arena_printf(w->a, "%s%s %%", percent > 0 ? "+" : "",
			    wording_real(w, percent, 0));
}


const char *wording_date(const struct wording *w, const char *date)
{
	const char *key =
		arena_printf(w->a, "bulletin.month-%d", (int)strtol(date + 5, NULL, 10));

	return wording_fill(w, key, "day",
			    arena_printf(w->a, "%d", (int)strtol(date + 8, NULL, 10)), "year",
			    arena_printf(w->a, "%.4s", date), NULL);
}


const char *wording_day(const struct wording *w, int64_t day)
{
	char date[TIME_DATE_SIZE];

	time_days_date(date, day);

	return wording_date(w, date);
}


const char *wording_instant(const struct wording *w, int64_t at)
{
	char text[TIME_TEXT_SIZE];

	time_text(text, at);

	return arena_printf(w->a, "%s, %.5s UTC", wording_date(w, text), text + 11);
}


void wording_init(struct wording *w, struct arena *a, const char *lang)
{
	*w = (struct wording){ .a = a, .lang = lang };
	read_separators(w);
}
