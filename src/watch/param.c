/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "watch/param.h"


static int bad(const struct param *p, struct fault *f, const char *what)
{
	fault_at(f, p->name, 0, 0);

	return fault_set(f, E_RANGE, "%s", what);
}


static int take_number(double *out, const struct param *p, const json_t *v, struct fault *f)
{
	char text[160];
	struct buf b;

	if (!json_is_number(v))
		return bad(p, f, "This parameter is a number.");
	*out = json_number_value(v);
	if (*out >= p->min && *out <= p->max)
		return 0;
	buf_init(&b, 0);
	buf_printf(&b, "%.17g is not from %.17g to %.17g.", *out, p->min, p->max);
	(void)text_copy(text, sizeof(text), b.data);
	buf_clear(&b);

	return bad(p, f, text);
}


static int take_whole(int64_t *out, const struct param *p, const json_t *v, struct fault *f)
{
	double number;
	int err = take_number(&number, p, v, f);

	if (err)
		return err;
	if (number != floor(number))
		return bad(p, f, "This parameter is a whole number.");
	*out = (int64_t)number;

	return 0;
}


static int take_word(int *out, const struct param *p, const json_t *v, struct fault *f)
{
	const char *text = json_is_null(v) ? "null" : json_string_value(v);
	struct buf b;
	int err;

	for (int i = 0; text && p->words[i]; i++) {
		if (text_eq(p->words[i], text)) {
			*out = i;
			return 0;
		}
	}
	buf_init(&b, 0);
	buf_str(&b, "This parameter is ");
	if (p->type == PARAM_EITHER)
		buf_str(&b, "a number, or ");
	for (int i = 0; p->words[i]; i++)
		buf_printf(&b, "%s\"%s\"",
			   !i		     ? ""
			   : p->words[i + 1] ? ", "
					     : " or ",
			   p->words[i]);
	buf_char(&b, '.');
	err = bad(p, f, b.data);
	buf_clear(&b);

	return err;
}


static int take_list(int64_t *out, size_t count, const struct param *p, const json_t *v,
		     struct fault *f)
{
	int err = 0;

	if (!json_is_array(v) || json_array_size(v) != count)
		return bad(p, f,
			   count == 2 ? "This parameter is a list of two whole numbers."
				      : "This parameter is a list of three whole numbers.");
	for (size_t i = 0; !err && i < count; i++)
		err = take_whole(&out[i], p, json_array_get(v, i), f);
	if (!err && p->type == PARAM_PAIR && out[0] > out[1])
		err = bad(p, f, "The first of the two numbers is the larger one.");

	return err;
}


static int take_date(struct param_dates *d, const struct param *p, const json_t *v,
		     struct fault *f)
{
	if (d->n == PARAM_DATES_MAX)
		return bad(p, f, "These are too many dates.");
	if (!json_is_string(v) || time_date_days(&d->day[d->n], json_string_value(v)))
		return bad(p, f, "A date is written as \"2020-05-15\".");
	d->n++;

	return 0;
}


static int take_dates(struct param_dates *d, const struct param *p, const json_t *v,
		      struct fault *f)
{
	int err = 0;

	if (!json_is_array(v))
		return take_date(d, p, v, f);
	for (size_t i = 0; !err && i < json_array_size(v); i++)
		err = take_date(d, p, json_array_get(v, i), f);

	return err;
}


static int take(void *out, const struct param *p, const json_t *v, struct fault *f)
{
	void *at = (char *)out + p->offset;
	struct param_either *either = at;

	switch (p->type) {
	case PARAM_REAL: return take_number(at, p, v, f);
	case PARAM_INT: return take_whole(at, p, v, f);
	case PARAM_WORD: return take_word(at, p, v, f);
	case PARAM_PAIR:
	case PARAM_LOOSE: return take_list(at, 2, p, v, f);
	case PARAM_TRIPLE: return take_list(at, 3, p, v, f);
	case PARAM_DATES: return take_dates(at, p, v, f);
	case PARAM_NOTE: return 0;
	case PARAM_BOOL:
		if (!json_is_boolean(v))
			return bad(p, f, "This parameter is true or false.");
		*(bool *)at = json_is_true(v);
		return 0;
	case PARAM_EITHER:
		if (!json_is_number(v))
			return take_word(&either->word, p, v, f);
		either->word = -1;
		return take_number(&either->number, p, v, f);
	case PARAM_TEXT:
		if (!json_is_string(v))
			return bad(p, f, "This parameter is a text.");
		*(const char **)at = json_string_value(v);
		return 0;
	}

	return E_RANGE;
}


/* The default of a text stays where it stands; it is the JSON of a text without escapes. */
static int take_default(void *out, const struct param *p, struct fault *f)
{
	json_t *v = NULL;
	int err;

	if (p->type == PARAM_NOTE)
		return 0;
	if (!p->otherwise)
		return bad(p, f, "This parameter must be given.");
	if (p->type == PARAM_TEXT) {
		*(const char **)((char *)out + p->offset) = p->otherwise;
		return 0;
	}
	err = json_read(&v, p->otherwise, strlen(p->otherwise), PARAM_JSON_MAX, 4, f);
	if (!err)
		err = take(out, p, v, f);
	json_decref(v);

	return err;
}


static int check_known(const struct param *params, size_t count, const json_t *object,
		       struct fault *f)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)object, key, v)
	{
		size_t i = 0;

		while (i < count && !text_eq(params[i].name, key))
			i++;
		if (i == count) {
			fault_at(f, key, 0, 0);
			return fault_set(f, E_RANGE,
					 "The method has no parameter of this name; `comity "
					 "watch methods` lists them.");
		}
	}

	return 0;
}


int params_read(void *out, const struct param *params, size_t count, const json_t *object,
		struct fault *f)
{
	int err;

	if (object && !json_is_object(object))
		return fault_set(f, E_RANGE, "Parameters are a JSON object.");
	err = check_known(params, count, object, f);
	for (size_t i = 0; !err && i < count; i++) {
		const json_t *v = json_object_get(object, params[i].name);

		err = v ? take(out, &params[i], v, f) : take_default(out, &params[i], f);
	}

	return err;
}
