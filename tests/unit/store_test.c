/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The contract of store.h.  Runs on SQLite; with COMITY_TEST_PG=postgresql://... the same
 * tests run on PostgreSQL (tests/store/postgres_test.sh).
 */
#include <string.h>

#include "base/mem.h"
#include "store/migrate.h"
#include "store/store.h"
#include "t.h"


static struct store *fresh(void)
{
	const char *pg = getenv("COMITY_TEST_PG");
	struct store *st = NULL;
	struct fault f = { 0 };
	char where[200];

	if (pg)
		(void)snprintf(where, sizeof(where), "%s", pg);
	else
		(void)snprintf(where, sizeof(where), "%s/db", t_tmp());
	ck_assert_msg(store_open(&st, where, STORE_CREATE, &f) == 0, "%s", f.text);
	if (pg)
		T_OK(store_script(st, "DROP SCHEMA public CASCADE; CREATE SCHEMA public"));

	return st;
}


static struct store *with_table(void)
{
	struct store *st = fresh();
	bool pg = strcmp(store_engine_name(st), "postgresql") == 0;

	T_OK(store_script(st,
			  pg ? "CREATE TABLE t (k BIGINT PRIMARY KEY, s TEXT COLLATE \"C\","
			       " r DOUBLE PRECISION, b BYTEA, u BIGINT UNIQUE CHECK (u > 0))"
			     : "CREATE TABLE t (k INTEGER PRIMARY KEY, s TEXT, r REAL, b BLOB,"
			       " u INTEGER UNIQUE CHECK (u > 0)) STRICT"));

	return st;
}


T(values_come_back_as_they_went_in)
{
	struct store *st = with_table();
	struct store_rows *rows = NULL;
	size_t len = 0;
	int err;

	T_OK(store_exec(st, "INSERT INTO t (k, s, r, b) VALUES ($1, $2, $3, $4)", "isrb",
			INT64_C(9007199254740993), "Фирланд 'q' \"x\" $1", 0.1, "\0\xff\1",
			(size_t)3));
	T_OK(store_exec(st, "INSERT INTO t (k, s, r, b) VALUES ($1, $2, $3, $4)", "isnn",
			INT64_MIN, NULL));

	err = store_query(&rows, st,
			  "SELECT k, s, r, b, s AS again FROM t WHERE k > $1 ORDER BY k", "i",
			  INT64_MIN);
	T_INT(0, err);
	T_INT(5, store_columns(rows));
	T_STR("again", store_column_name(rows, 4));
	ck_assert(store_next(rows, &err));
	ck_assert(store_int(rows, 0) == INT64_C(9007199254740993));
	T_STR("Фирланд 'q' \"x\" $1", store_text(rows, 1));
	ck_assert(store_real(rows, 2) == 0.1);
	T_INT(0, memcmp(store_blob(rows, 3, &len), "\0\xff\1", 3));
	T_INT(3, len);
	ck_assert(!store_next(rows, &err));
	T_INT(0, err);
	store_done(rows);

	err = store_query(&rows, st, "SELECT k, s, r, b FROM t ORDER BY k", "");
	ck_assert(store_next(rows, &err));
	ck_assert(store_int(rows, 0) == INT64_MIN);
	ck_assert(store_null(rows, 1) && store_null(rows, 2) && store_null(rows, 3));
	ck_assert_ptr_null(store_text(rows, 1));
	store_done(rows);
	store_close(st);
}


T(a_parameter_may_stand_twice_and_in_any_order)
{
	struct store *st = with_table();
	int64_t v = 0;

	T_OK(store_get_int(&v, st, "SELECT $2 - $1 + $2", "ii", INT64_C(3), INT64_C(10)));
	T_INT(17, v);
	T_INT(E_ABSENT, store_get_int(&v, st, "SELECT k FROM t WHERE k = $1", "i", INT64_C(1)));
	store_close(st);
}


T(text_orders_by_code_point)
{
	struct store *st = with_table();
	static const char *const names[] = { "ä", "z", "Z", "a", "Ж", "а" };
	struct store_rows *rows = NULL;
	char order[64] = "";
	int err;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		T_OK(store_exec(st, "INSERT INTO t (k, s) VALUES ($1, $2)", "is", (int64_t)i,
				names[i]));
	err = store_query(&rows, st, "SELECT s FROM t ORDER BY s", "");
	while (!err && store_next(rows, &err))
		(void)strncat(order, store_text(rows, 0), sizeof(order) - strlen(order) - 1);
	store_done(rows);
	T_STR("ZazäЖа", order);
	store_close(st);
}


T(broken_constraints_have_their_own_codes)
{
	struct store *st = with_table();

	T_OK(store_exec(st, "INSERT INTO t (k, u) VALUES (1, $1)", "i", INT64_C(5)));
	T_INT(E_EXISTS, store_exec(st, "INSERT INTO t (k, u) VALUES (2, $1)", "i", INT64_C(5)));
	T_INT(E_EXISTS, store_exec(st, "INSERT INTO t (k, u) VALUES (1, $1)", "i", INT64_C(6)));
	T_INT(E_RANGE, store_exec(st, "INSERT INTO t (k, u) VALUES (3, $1)", "i", INT64_C(-1)));
	store_close(st);
}


T(savepoints_undo_only_what_is_inside)
{
	struct store *st = with_table();
	int64_t n = 0;

	T_OK(store_begin(st));
	T_OK(store_exec(st, "INSERT INTO t (k) VALUES ($1)", "i", INT64_C(1)));
	T_OK(store_save(st));
	T_OK(store_exec(st, "INSERT INTO t (k) VALUES ($1)", "i", INT64_C(2)));
	T_OK(store_save(st));
	T_INT(E_EXISTS, store_exec(st, "INSERT INTO t (k) VALUES ($1)", "i", INT64_C(1)));
	store_rollback_save(st);
	T_OK(store_get_int(&n, st, "SELECT count(*) FROM t", ""));
	T_INT(2, n);
	store_rollback_save(st);
	T_OK(store_exec(st, "INSERT INTO t (k) VALUES ($1)", "i", INT64_C(3)));
	T_OK(store_save(st));
	T_OK(store_release(st));
	T_OK(store_commit(st));
	T_OK(store_get_int(&n, st, "SELECT CAST(sum(k) AS BIGINT) FROM t", ""));
	T_INT(4, n);

	T_OK(store_begin(st));
	T_OK(store_exec(st, "INSERT INTO t (k) VALUES ($1)", "i", INT64_C(9)));
	store_rollback(st);
	store_rollback(st);
	T_OK(store_get_int(&n, st, "SELECT count(*) FROM t", ""));
	T_INT(2, n);
	store_close(st);
}


T(a_statement_may_run_inside_itself)
{
	static const char sql[] = "SELECT k FROM t WHERE k >= $1 ORDER BY k";
	struct store *st = with_table();
	struct store_rows *outer = NULL, *inner = NULL;
	int err = 0, seen = 0;

	for (int64_t k = 1; k <= 3; k++)
		T_OK(store_exec(st, "INSERT INTO t (k) VALUES ($1)", "i", k));
	T_OK(store_query(&outer, st, sql, "i", INT64_C(1)));
	while (store_next(outer, &err)) {
		T_OK(store_query(&inner, st, sql, "i", store_int(outer, 0)));
		while (store_next(inner, &err))
			seen++;
		store_done(inner);
	}
	store_done(outer);
	T_INT(0, err);
	T_INT(6, seen);
	store_close(st);
}


T(built_statements_are_known_by_their_text)
{
	struct store *st = with_table();
	struct store_value v[2] = { { .type = 'i', .i = 1 }, { .type = 's', .p = "x" } };
	char sql[64];
	int64_t n = 0;

	(void)snprintf(sql, sizeof(sql), "INSERT INTO t (k, s) VALUES ($1, $2)");
	T_OK(store_exec_built(NULL, st, sql, v, 2));
	v[0].i = 2;
	T_OK(store_exec_built(NULL, st, sql, v, 2));
	(void)snprintf(sql, sizeof(sql), "UPDATE t SET s = $2 WHERE k = $1");
	v[1].p = "y";
	T_OK(store_exec_built(NULL, st, sql, v, 2));
	T_OK(store_get_int(&n, st, "SELECT count(*) FROM t WHERE s = $1", "s", "y"));
	T_INT(1, n);
	store_close(st);
}


T(migrations_run_once_and_are_checked)
{
	struct store *st = fresh();
	struct fault f = { 0 };
	int version = 0;

	ck_assert_msg(migrate(st, &f) == 0, "%s", f.text);
	T_OK(migrate(st, &f));
	T_OK(migrate_version(&version, st));
	T_INT(migrations_count, version);

	T_OK(store_exec(st, "UPDATE store_version SET digest = 'x' WHERE number = 1", ""));
	T_INT(E_CORRUPT, migrate(st, &f));
	T_OK(store_exec(st,
			"INSERT INTO store_version (number, name, digest, applied_at) VALUES"
			" (9999, 'later', 'x', 0)",
			""));
	T_INT(E_NEWER, migrate(st, &f));
	ck_assert_ptr_nonnull(strstr(f.text, "newer version"));
	store_close(st);
}


T(an_absent_database_is_not_made_by_accident)
{
	struct store *st = NULL;
	struct fault f = { 0 };

	if (getenv("COMITY_TEST_PG"))
		T_INT(E_BUSY, store_open(&st, "postgresql:///none?host=/nonexistent", 0, &f));
	else
		T_INT(E_ABSENT, store_open(&st, "/nonexistent/db", 0, &f));
	ck_assert_uint_gt(strlen(f.text), 0);
	ck_assert_ptr_null(st);
}


T_MAIN("store", C(values_come_back_as_they_went_in),
       C(a_parameter_may_stand_twice_and_in_any_order), C(text_orders_by_code_point),
       C(broken_constraints_have_their_own_codes), C(savepoints_undo_only_what_is_inside),
       C(a_statement_may_run_inside_itself), C(built_statements_are_known_by_their_text),
       C(migrations_run_once_and_are_checked), C(an_absent_database_is_not_made_by_accident))
