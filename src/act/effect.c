/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdarg.h>
#include <string.h>

#include "act/effect.h"
#include "base/fields.h"
#include "base/mem.h"
#include "base/text.h"


void effects_init(struct effects *fx, struct arena *a)
{
	memset(fx, 0, sizeof(*fx));
	fx->arena = a;
	fx->last = &fx->first;
}


static struct effect *append(struct effects *fx, const char *table)
{
	struct effect *e;

	if (fx->count == EFFECTS_MAX) {
		fx->err = E_TOOBIG;
		return NULL;
	}
	e = arena_take(fx->arena, sizeof(*e));
	e->table = table;
	*fx->last = e;
	fx->last = &e->next;
	fx->count++;

	return e;
}


/* Names separated by spaces, appended to the columns of e. */
static void name_columns(struct effect *e, struct arena *a, const char *names)
{
	while (*names && e->columns < EFFECT_COLUMNS_MAX) {
		size_t len = strcspn(names, " ");

		e->column[e->columns++] = arena_strn(a, names, len);
		names += len;
		names += strspn(names, " ");
	}
}


static void fill(struct effect *e, struct arena *a, const char *types, va_list ap)
{
	for (size_t i = 0; i < e->columns && types[i]; i++) {
		struct store_value *v = &e->value[i];
		const char *s;

		v->type = types[i];
		if (v->type == 'i') {
			v->i = va_arg(ap, int64_t);
		} else if (v->type == 'r') {
			v->r = va_arg(ap, double);
		} else if (v->type == 's') {
			s = va_arg(ap, const char *);
			v->p = s ? arena_str(a, s) : NULL;
			v->type = s ? 's' : 'n';
		} else if (v->type == 'o') {
			v->i = va_arg(ap, int64_t);
			v->type = v->i == FIELD_NONE ? 'n' : 'i';
		}
	}
}


void effect_add(struct effects *fx, const char *table, const char *columns, const char *types,
		...)
{
	struct effect *e = append(fx, table);
	va_list ap;

	if (!e)
		return;
	e->add = true;
	name_columns(e, fx->arena, columns);
	va_start(ap, types);
	fill(e, fx->arena, types, ap);
	va_end(ap);
}


void effect_set(struct effects *fx, const char *table, const char *keys, const char *columns,
		const char *types, ...)
{
	struct effect *e = append(fx, table);
	va_list ap;

	if (!e)
		return;
	name_columns(e, fx->arena, keys);
	e->keys = e->columns;
	name_columns(e, fx->arena, columns);
	va_start(ap, types);
	fill(e, fx->arena, types, ap);
	va_end(ap);
}


bool effects_touch(const struct effects *fx, const char *table_prefix)
{
	for (const struct effect *e = fx->first; e; e = e->next)
		if (text_starts(e->table, table_prefix))
			return true;

	return false;
}


/* "column = $3" */
static void assignment(struct buf *sql, const struct effect *e, size_t i)
{
	buf_str(sql, e->column[i]);
	buf_str(sql, " = $");
	buf_int(sql, (int64_t)i + 1);
}


/* These texts are made for every effect of every act: no printf. */
static void insert_sql(struct buf *sql, const struct effect *e)
{
	buf_str(sql, "INSERT INTO ");
	buf_str(sql, e->table);
	for (size_t i = 0; i < e->columns; i++) {
		buf_str(sql, i ? ", " : " (");
		buf_str(sql, e->column[i]);
	}
	for (size_t i = 0; i < e->columns; i++) {
		buf_str(sql, i ? ", $" : ") VALUES ($");
		buf_int(sql, (int64_t)i + 1);
	}
	buf_char(sql, ')');
}


static void update_sql(struct buf *sql, const struct effect *e)
{
	buf_str(sql, "UPDATE ");
	buf_str(sql, e->table);
	for (size_t i = e->keys; i < e->columns; i++) {
		buf_str(sql, i > e->keys ? ", " : " SET ");
		assignment(sql, e, i);
	}
	for (size_t i = 0; i < e->keys; i++) {
		buf_str(sql, i ? " AND " : " WHERE ");
		assignment(sql, e, i);
	}
}


static int apply_one(struct store *st, struct buf *sql, const struct effect *e)
{
	int64_t changed = 0;
	int err;

	buf_reset(sql);
	if (e->add)
		insert_sql(sql, e);
	else
		update_sql(sql, e);

	err = store_exec_built(&changed, st, sql->data, e->value, e->columns);

	return err || changed == 1 ? err : E_ABSENT;
}


int effects_apply(struct store *st, const struct effects *fx)
{
	struct buf sql;
	int err = fx->err;

	buf_init(&sql, 0);
	for (const struct effect *e = fx->first; e && !err; e = e->next)
		err = apply_one(st, &sql, e);
	buf_clear(&sql);

	return err;
}


static void value_json(struct jw *w, const struct store_value *v)
{
	switch (v->type) {
	case 'i': jw_int(w, v->i); break;
	case 'r': jw_real(w, v->r); break;
	case 's': jw_str(w, v->p); break;
	default: jw_null(w); break;
	}
}


static void columns_json(struct jw *w, const struct effect *e, size_t from, size_t to)
{
	jw_object(w);
	for (size_t i = from; i < to; i++) {
		jw_key(w, e->column[i]);
		value_json(w, &e->value[i]);
	}
	jw_object_end(w);
}


void effects_json(struct jw *w, const struct effects *fx)
{
	jw_array(w);
	for (const struct effect *e = fx->first; e; e = e->next) {
		jw_array(w);
		jw_str(w, e->add ? "+" : "=");
		jw_str(w, e->table);
		if (!e->add)
			columns_json(w, e, 0, e->keys);
		columns_json(w, e, e->keys, e->columns);
		jw_array_end(w);
	}
	jw_array_end(w);
}


static bool name_valid(const char *s)
{
	return s && *s >= 'a' && *s <= 'z' &&
	       s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}


static int value_parse(struct store_value *v, const json_t *j)
{
	if (json_is_integer(j)) {
		v->type = 'i';
		v->i = json_integer_value(j);
	} else if (json_is_real(j)) {
		v->type = 'r';
		v->r = json_real_value(j);
	} else if (json_is_string(j)) {
		v->type = 's';
		v->p = json_string_value(j);
	} else if (json_is_null(j)) {
		v->type = 'n';
	} else {
		return E_RANGE;
	}

	return 0;
}


static int columns_parse(struct effect *e, const json_t *object)
{
	const char *name;
	json_t *v;
	int err = json_is_object(object) && json_object_size(object) ? 0 : E_RANGE;

	json_object_foreach((json_t *)(uintptr_t)object, name, v)
	{
		if (err || e->columns == EFFECT_COLUMNS_MAX || !name_valid(name))
			return E_RANGE;
		e->column[e->columns] = name;
		err = value_parse(&e->value[e->columns++], v);
	}

	return err;
}


static int effect_parse(struct effects *fx, const json_t *array)
{
	const char *op = json_string_value(json_array_get(array, 0));
	const char *table = json_string_value(json_array_get(array, 1));
	struct effect *e;
	int err;

	if (!op || !name_valid(table) || (strcmp(op, "+") != 0 && strcmp(op, "=") != 0))
		return E_RANGE;
	e = append(fx, table);
	if (!e)
		return E_TOOBIG;
	e->add = *op == '+';
	err = columns_parse(e, json_array_get(array, 2));
	if (err || e->add)
		return err;
	e->keys = e->columns;

	return columns_parse(e, json_array_get(array, 3));
}


int effects_parse(struct effects *out, struct arena *a, const json_t *array)
{
	effects_init(out, a);
	if (!json_is_array(array))
		return E_RANGE;
	for (size_t i = 0; i < json_array_size(array); i++) {
		int err = effect_parse(out, json_array_get(array, i));

		if (err)
			return err;
	}

	return 0;
}
