/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * store.h: the SQL door.  Two engines behind it: SQLite (embedded, the default) and
 * PostgreSQL 15; only store/ knows which.
 *
 * The common subset of SQL (docs/architecture.md): int64, real, text, blob, null; $1
 * parameters; explicit ORDER BY (text orders by code point); no triggers, procedures, JSON
 * operators or LIKE on user data; SUM() and the like inside CAST(... AS BIGINT).
 *
 * A connection belongs to one thread.  Statements given as `sql` are prepared once and kept
 * by the address of the literal; SQL built at run time goes through store_exec_built().
 *
 * Values follow `types`, a letter each: i int64_t, r double, s const char * (NULL is null),
 * b const void * and size_t, n nothing (null).
 *
 * Errors of every function here, unless it says otherwise: E_FULL no room, E_CORRUPT a
 * damaged file, E_EXISTS a unique key is taken, E_RANGE another constraint does not hold,
 * E_BUSY locked or the connection was lost, E_IO anything else.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct store;
struct store_rows;
struct arena;

enum {
	STORE_READ = 1,	  /* read only */
	STORE_CREATE = 2, /* make the database when there is none */
	STORE_PASS = 4,	  /* for one pass over everything: keep little of it in memory */
	STORE_PARAMS_MAX = 24,
};

/*
 * Load the library of the engine that `where` asks for.  store_open() does it by itself; a
 * process that enters a sandbox in between calls this before.
 *
 * Errors: E_ABSENT the library is not installed.
 */
int store_load(const char *where, struct fault *f) MUST_CHECK;

/*
 * Open a database: a file name, ":memory:", or "postgresql://..." (libpq's connection
 * string).  It is not migrated (store/migrate.h).
 *
 * Errors: also E_ABSENT no such database, or what store_load() says.
 */
int store_open(struct store **out, const char *where, unsigned flags,
	       struct fault *f) MUST_CHECK;
void store_close(struct store *st);

/* After E_BUSY from a lost connection: connect again.  The transaction is gone. */
int store_reopen(struct store *st, struct fault *f) MUST_CHECK;

/* Was the connection lost?  Then store_reopen() is the next thing to do. */
bool store_lost(const struct store *st);

/* "sqlite" or "postgresql". */
const char *store_engine_name(const struct store *st);

/* What the engine said about the last failure; for logs, not for users. */
const char *store_message(const struct store *st);

/* Run a statement that returns no rows; *changed (may be NULL) gets how many it touched. */
int store_exec(struct store *st, const char *sql, const char *types, ...) MUST_CHECK;
int store_exec_count(int64_t *changed, struct store *st, const char *sql, const char *types,
		     ...) MUST_CHECK;

/* One value of a statement built at run time. */
struct store_value {
	char type; /* as in `types` */
	int64_t i;
	double r;
	const void *p; /* s and b */
	size_t len;    /* b */
};

int store_exec_built(int64_t *changed, struct store *st, const char *sql,
		     const struct store_value *values, size_t count) MUST_CHECK;

/* Several statements without parameters, one after the other (migrations). */
int store_script(struct store *st, const char *sql) MUST_CHECK;

/*
 * Rows, one at a time:
 *
 *	err = store_query(&rows, st, "SELECT ...", "s", id);
 *	while (!err && store_next(rows, &err))
 *		use store_int(rows, 0) ...
 *	store_done(rows);
 *
 * Texts and blobs are valid until the next store_next() or store_done().  store_done(NULL)
 * is allowed; on an error *out is NULL.
 */
int store_query(struct store_rows **out, struct store *st, const char *sql, const char *types,
		...) MUST_CHECK;
int store_query_built(struct store_rows **out, struct store *st, const char *sql,
		      const struct store_value *values, size_t count) MUST_CHECK;
bool store_next(struct store_rows *rows, int *err);
void store_done(struct store_rows *rows);

int store_columns(const struct store_rows *rows);
const char *store_column_name(const struct store_rows *rows, int col);
bool store_null(const struct store_rows *rows, int col);
int64_t store_int(const struct store_rows *rows, int col); /* 0 for null */
double store_real(const struct store_rows *rows, int col);
const char *store_text(const struct store_rows *rows, int col); /* NULL for null */
const void *store_blob(const struct store_rows *rows, int col, size_t *len);

/* 'i' 'r' 's' 'b' or 'n': what the value is. */
char store_type(const struct store_rows *rows, int col);

/* The first column of the first row.  Errors: also E_ABSENT when there is no row. */
int store_get_int(int64_t *out, struct store *st, const char *sql, const char *types,
		  ...) MUST_CHECK;

/* The same for text, copied into the arena; null gives NULL. */
int store_get_text(const char **out, struct arena *a, struct store *st, const char *sql,
		   const char *types, ...) MUST_CHECK;

/*
 * Copy the whole database to a new file, while others write (SQLite's online backup).
 * Errors: E_EXISTS the file is there; E_RANGE the engine has its own tool for this.
 */
int store_backup(struct store *st, const char *file, struct fault *f) MUST_CHECK;

/* A transaction, and savepoints inside it that may be nested up to 8 deep. */
int store_begin(struct store *st) MUST_CHECK;
int store_commit(struct store *st) MUST_CHECK;
void store_rollback(struct store *st); /* also when none is open */
int store_save(struct store *st) MUST_CHECK;
int store_release(struct store *st) MUST_CHECK;
void store_rollback_save(struct store *st);

#endif
