/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * store.c: what both engines share: values, the cache of statements, transactions.
 *
 * Invariants:
 * 1. A statement of the cache runs at most one query at a time; a second one at the same
 *    time gets a spare statement that dies with its query.
 * 2. saves counts the open savepoints, named s1, s2, ... from outside in.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/engine.h"


void store_init(struct store *st, const struct engine *engine)
{
	st->engine = engine;
	map_init(&st->by_text);
}


static const struct engine *engine_of(const char *where)
{
	bool pg = text_starts(where, "postgresql://") || text_starts(where, "postgres://");

	return pg ? &engine_pg : &engine_sqlite;
}


int store_load(const char *where, struct fault *f)
{
	const struct engine *e = engine_of(where);

	return e->load ? e->load(f) : 0;
}


int store_open(struct store **out, const char *where, unsigned flags, struct fault *f)
{
	return engine_of(where)->open(out, where, flags, f);
}


void store_forget_statements(struct store *st)
{
	for (size_t i = 0; i < STORE_QUICK; i++) {
		if (st->quick[i].rows)
			st->engine->finalize(st->quick[i].rows);
		st->quick[i] = (struct quick){ 0 };
	}
	while (st->built) {
		struct store_rows *rows = st->built;
		char *text = (char *)(uintptr_t)rows->sql;

		st->built = rows->next_built;
		st->engine->finalize(rows);
		free(text);
	}
	map_clear(&st->by_text);
	map_init(&st->by_text);
}


void store_close(struct store *st)
{
	if (!st)
		return;

	store_forget_statements(st);
	map_clear(&st->by_text);
	st->engine->close(st);
}


int store_reopen(struct store *st, struct fault *f)
{
	store_forget_statements(st);
	st->saves = 0;
	st->in_transaction = false;

	return st->engine->reopen(st, f);
}


bool store_lost(const struct store *st)
{
	return st->engine->lost(st);
}


const char *store_engine_name(const struct store *st)
{
	return st->engine->name;
}


const char *store_message(const struct store *st)
{
	return st->message;
}


static size_t quick_slot(const char *sql)
{
	uintptr_t p = (uintptr_t)sql;

	return (p ^ p >> 8 ^ p >> 16) & (STORE_QUICK - 1);
}


static int spare(struct store_rows **out, struct store *st, const char *sql,
		 const struct store_value *values, size_t count)
{
	int err = st->engine->prepare(out, st, sql, values, count);

	if (!err)
		(*out)->spare = true;

	return err;
}


/* The statement of a literal: by its address. */
static int of_literal(struct store_rows **out, struct store *st, const char *sql,
		      const struct store_value *values, size_t count)
{
	struct quick *q = &st->quick[quick_slot(sql)];
	int err;

	if (q->sql == sql && !q->rows->busy) {
		*out = q->rows;
		return 0;
	}
	if (q->rows && q->rows->busy)
		return spare(out, st, sql, values, count);

	err = st->engine->prepare(out, st, sql, values, count);
	if (err)
		return err;
	if (q->rows)
		st->engine->finalize(q->rows);
	q->sql = sql;
	q->rows = *out;

	return 0;
}


/* The statement of a built text: by its content, with a copy of it. */
static int of_text(struct store_rows **out, struct store *st, const char *sql,
		   const struct store_value *values, size_t count)
{
	struct store_rows *rows = map_get(&st->by_text, sql);
	char *copy;
	int err;

	if (rows && rows->busy)
		return spare(out, st, sql, values, count);
	if (rows) {
		*out = rows;
		return 0;
	}

	copy = mem_str(sql);
	err = st->engine->prepare(&rows, st, copy, values, count);
	if (err) {
		free(copy);
		return err;
	}
	rows->sql = copy;
	rows->next_built = st->built;
	st->built = rows;
	(void)map_put(&st->by_text, copy, rows);
	*out = rows;

	return 0;
}


static int start(struct store_rows **out, struct store_rows *rows,
		 const struct store_value *values, size_t count)
{
	int err;

	rows->busy = true;
	err = rows->store->engine->start(rows, values, count);
	if (err) {
		store_done(rows);
		rows = NULL;
	}
	*out = rows;

	return err;
}


static size_t gather(struct store_value *values, const char *types, va_list ap)
{
	size_t n = 0;

	for (; n < STORE_PARAMS_MAX && types[n]; n++) {
		struct store_value *v = &values[n];

		*v = (struct store_value){ .type = types[n] };
		switch (types[n]) {
		case 'i': v->i = va_arg(ap, int64_t); break;
		case 'r': v->r = va_arg(ap, double); break;
		case 's': v->p = va_arg(ap, const char *); break;
		case 'b':
			v->p = va_arg(ap, const void *);
			v->len = va_arg(ap, size_t);
			break;
		default: v->type = 'n'; break;
		}
	}

	return n;
}


static int query_va(struct store_rows **out, struct store *st, const char *sql,
		    const char *types, va_list ap)
{
	struct store_value values[STORE_PARAMS_MAX];
	size_t n = gather(values, types, ap);
	struct store_rows *rows = NULL;
	int err = of_literal(&rows, st, sql, values, n);

	*out = NULL;
	if (err)
		return err;

	return start(out, rows, values, n);
}


/* Run to the end; there should be no rows, and if there are they are passed over. */
static int finish(struct store_rows *rows, int64_t *changed)
{
	int err = 0;

	while (store_next(rows, &err))
		;
	if (!err && changed)
		*changed = rows->store->engine->changes(rows);
	store_done(rows);

	return err;
}


int store_exec(struct store *st, const char *sql, const char *types, ...)
{
	struct store_rows *rows = NULL;
	va_list ap;
	int err;

	va_start(ap, types);
	err = query_va(&rows, st, sql, types, ap);
	va_end(ap);

	return err ? err : finish(rows, NULL);
}


int store_exec_count(int64_t *changed, struct store *st, const char *sql, const char *types,
		     ...)
{
	struct store_rows *rows = NULL;
	va_list ap;
	int err;

	va_start(ap, types);
	err = query_va(&rows, st, sql, types, ap);
	va_end(ap);

	return err ? err : finish(rows, changed);
}


int store_query_built(struct store_rows **out, struct store *st, const char *sql,
		      const struct store_value *values, size_t count)
{
	struct store_rows *rows = NULL;
	int err = of_text(&rows, st, sql, values, count);

	*out = NULL;
	if (err)
		return err;

	return start(out, rows, values, count);
}


int store_exec_built(int64_t *changed, struct store *st, const char *sql,
		     const struct store_value *values, size_t count)
{
	struct store_rows *rows = NULL;
	int err = store_query_built(&rows, st, sql, values, count);

	return err ? err : finish(rows, changed);
}


int store_script(struct store *st, const char *sql)
{
	return st->engine->script(st, sql);
}


int store_query(struct store_rows **out, struct store *st, const char *sql, const char *types,
		...)
{
	va_list ap;
	int err;

	va_start(ap, types);
	err = query_va(out, st, sql, types, ap);
	va_end(ap);

	return err;
}


bool store_next(struct store_rows *rows, int *err)
{
	return rows->store->engine->next(rows, err);
}


void store_done(struct store_rows *rows)
{
	if (!rows)
		return;

	rows->store->engine->done(rows);
	rows->busy = false;
	if (rows->spare)
		rows->store->engine->finalize(rows);
}


int store_columns(const struct store_rows *rows)
{
	return rows->store->engine->columns(rows);
}


const char *store_column_name(const struct store_rows *rows, int col)
{
	return rows->store->engine->column_name(rows, col);
}


char store_type(const struct store_rows *rows, int col)
{
	return rows->store->engine->type(rows, col);
}


bool store_null(const struct store_rows *rows, int col)
{
	return store_type(rows, col) == 'n';
}


int64_t store_int(const struct store_rows *rows, int col)
{
	return rows->store->engine->get_int(rows, col);
}


double store_real(const struct store_rows *rows, int col)
{
	return rows->store->engine->get_real(rows, col);
}


const char *store_text(const struct store_rows *rows, int col)
{
	return rows->store->engine->get_text(rows, col);
}


const void *store_blob(const struct store_rows *rows, int col, size_t *len)
{
	return rows->store->engine->get_blob(rows, col, len);
}


int store_get_int(int64_t *out, struct store *st, const char *sql, const char *types, ...)
{
	struct store_rows *rows = NULL;
	va_list ap;
	int err;

	va_start(ap, types);
	err = query_va(&rows, st, sql, types, ap);
	va_end(ap);
	if (err)
		return err;

	if (store_next(rows, &err))
		*out = store_int(rows, 0);
	else if (!err)
		err = E_ABSENT;
	store_done(rows);

	return err;
}


int store_get_text(const char **out, struct arena *a, struct store *st, const char *sql,
		   const char *types, ...)
{
	struct store_rows *rows = NULL;
	const char *text;
	va_list ap;
	int err;

	va_start(ap, types);
	err = query_va(&rows, st, sql, types, ap);
	va_end(ap);
	if (err)
		return err;

	if (store_next(rows, &err)) {
		text = store_text(rows, 0);
		*out = text ? arena_str(a, text) : NULL;
	} else if (!err) {
		err = E_ABSENT;
	}
	store_done(rows);

	return err;
}


int store_backup(struct store *st, const char *file, struct fault *f)
{
	return st->engine->backup(st, file, f);
}


int store_begin(struct store *st)
{
	/* IMMEDIATE: the writer never finds out in the middle that somebody else writes. */
	int err =
		store_exec(st, st->engine == &engine_sqlite ? "BEGIN IMMEDIATE" : "BEGIN", "");

	st->saves = 0;
	st->in_transaction = !err;

	return err;
}


int store_commit(struct store *st)
{
	int err = store_exec(st, "COMMIT", "");

	if (err)
		store_rollback(st);
	st->in_transaction = false;

	return err;
}


void store_rollback(struct store *st)
{
	if (st->in_transaction)
		(void)!store_exec(st, "ROLLBACK", "");
	st->saves = 0;
	st->in_transaction = false;
}

static const char *const save_sql[STORE_SAVES_MAX][4] = {
#define SAVES(n)                                                                          \
	{                                                                                 \
		"SAVEPOINT s" #n, "RELEASE SAVEPOINT s" #n, "ROLLBACK TO SAVEPOINT s" #n, \
			"s" #n                                                            \
	}
	SAVES(1), SAVES(2), SAVES(3), SAVES(4), SAVES(5), SAVES(6), SAVES(7), SAVES(8)
};


int store_save(struct store *st)
{
	int err;

	if (st->saves == STORE_SAVES_MAX)
		return E_RANGE;
	err = store_exec(st, save_sql[st->saves][0], "");
	if (!err)
		st->saves++;

	return err;
}


int store_release(struct store *st)
{
	if (!st->saves)
		return E_RANGE;

	return store_exec(st, save_sql[--st->saves][1], "");
}


void store_rollback_save(struct store *st)
{
	if (!st->saves)
		return;

	st->saves--;
	if (store_exec(st, save_sql[st->saves][2], "") == 0)
		(void)!store_exec(st, save_sql[st->saves][1], "");
}
