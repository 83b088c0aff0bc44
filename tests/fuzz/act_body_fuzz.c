/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Bodies of acts and parameters of views: the first line names the kind, the rest is JSON.
 * What is read and written again is read as the same.
 */
#include <stdlib.h>
#include <string.h>

#include "act/kind.h"
#include "app/modules.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


/* The fields of that kind; of any, chosen by the first byte, when there is none such. */
static const struct fields *fields_of(const char *name, size_t len)
{
	unsigned n = len ? (unsigned char)name[0] : 0, count = 0;
	const struct fields *any = NULL;

	for (const struct module *const *m = modules; *m; m++) {
		for (const struct act_kind *k = (*m)->acts; k && k->desc; k++) {
			if (strlen(k->desc->name) == len && !memcmp(k->desc->name, name, len))
				return k->desc->body;
			if (!any || count++ == n)
				any = k->desc->body;
		}
		for (const struct view *v = (*m)->views; v && v->desc; v++)
			if (count++ == n)
				any = v->desc->params;
	}

	return any;
}


static void write_twice(const struct fields *fields, const void *in, struct arena *a)
{
	void *back = arena_take(a, fields->size);
	struct buf one, two;
	json_t *v = NULL;
	struct jw w;

	buf_init(&one, 0);
	buf_init(&two, 0);
	jw_init(&w, &one);
	fields_write(&w, fields, in);
	if (json_read(&v, one.data, one.len, 16 << 20, JSON_DEPTH, NULL) ||
	    fields_read(back, fields, v, "", a, NULL))
		abort();
	jw_init(&w, &two);
	fields_write(&w, fields, back);
	if (one.len != two.len || memcmp(one.data, two.data, one.len) != 0)
		abort();
	json_decref(v);
	buf_clear(&one);
	buf_clear(&two);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *text = (const char *)data;
	const char *line = len ? memchr(text, '\n', len) : NULL;
	size_t name = line ? (size_t)(line - text) : 0;
	struct arena *a = arena_new(4096);
	const struct fields *fields = fields_of(text, name);
	void *out = arena_take(a, fields->size);
	struct fault f = { 0 };
	json_t *v = NULL;

	if (line && json_read(&v, line + 1, len - name - 1, 1 << 20, JSON_DEPTH, &f) == 0) {
		if (fields_read(out, fields, v, "/body", a, &f) == 0)
			write_twice(fields, out, a);
		else if (!f.text[0])
			abort();
	}
	json_decref(v);
	arena_free(a);

	return 0;
}
