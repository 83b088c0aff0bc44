/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdarg.h>
#include <string.h>

#include "act/kind.h"
#include "base/mem.h"
#include "base/text.h"


void registry_init(struct registry *r, const struct module *const *modules)
{
	r->modules = modules;
	map_init(&r->kinds);
	map_init(&r->views);
	for (; *modules; modules++) {
		const struct module *m = *modules;

		for (const struct act_kind *k = m->acts; k && k->desc; k++)
			(void)map_put(&r->kinds, k->desc->name, (void *)(uintptr_t)k);
		for (const struct view *v = m->views; v && v->desc; v++)
			(void)map_put(&r->views, v->desc->name, (void *)(uintptr_t)v);
	}
}


void registry_clear(struct registry *r)
{
	map_clear(&r->kinds);
	map_clear(&r->views);
}


const struct act_kind *registry_kind(const struct registry *r, const char *name)
{
	return map_get(&r->kinds, name);
}


const struct view *registry_view(const struct registry *r, const char *name)
{
	return map_get(&r->views, name);
}


void refuse_fill(struct act_cx *cx, enum refusal_code code, const char *rule, const char *text,
		 ...)
{
	struct refusal *r = &cx->why;
	const char *name;
	va_list ap;

	memset(r, 0, sizeof(*r));
	r->code = code;
	r->rule = rule ? arena_str(cx->arena, rule) : NULL;
	r->text = text;
	va_start(ap, text);
	while (r->count < REFUSAL_ARGS_MAX && (name = va_arg(ap, const char *))) {
		const char *value = va_arg(ap, const char *);

		r->args[r->count++] =
			(struct refusal_arg){ name,
					      value ? arena_str(cx->arena, value) : NULL };
	}
	va_end(ap);
}


bool view_sees(struct view_cx *cx, const char *see, const char *person)
{
	if (cx->seat.person && text_eq(cx->seat.person, person))
		return true;
	if (!cx->see || strcmp(cx->see, see) != 0) {
		cx->see = arena_str(cx->arena, see);
		cx->sees = seat_sees(&cx->seat, cx->charter, see, NULL);
	}

	return cx->sees;
}


void view_row(struct view_cx *cx, const void *row)
{
	fields_write(cx->out, cx->desc->row, row);
	cx->rows++;
}
