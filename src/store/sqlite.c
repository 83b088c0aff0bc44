/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * sqlite.c: the embedded engine: SQLite 3.40, WAL, synchronous=FULL (stack.md 3).
 *
 * $n is a *name* to SQLite; `place` maps parameter n to SQLite's index once, so that order
 * and repetition of parameters are free.
 */
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/engine.h"

/*
 * The log is copied back every 4,000 pages (16 MB) instead of 1,000: pages that every act
 * touches are then copied once for four times as many acts.
 */
#define WRITER_PRAGMA "PRAGMA wal_autocheckpoint=4000"

struct sqlite {
	struct store head;
	sqlite3 *db;
};

struct statement {
	struct store_rows head;
	sqlite3_stmt *stmt;
	unsigned char place[STORE_PARAMS_MAX];
	bool stepped; /* the first step was done by start() */
	bool row;
	bool over;
};


static struct sqlite *of(const struct store *st)
{
	return (struct sqlite *)(uintptr_t)st;
}


static struct statement *stmt_of(const struct store_rows *rows)
{
	return (struct statement *)(uintptr_t)rows;
}


static int failed(struct sqlite *s, int rc)
{
	(void)snprintf(s->head.message, sizeof(s->head.message), "%s (%d)",
		       sqlite3_errmsg(s->db), rc);

	switch (rc & 0xff) {
	case SQLITE_OK: return 0;
	case SQLITE_FULL: return E_FULL;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return E_CORRUPT;
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return E_BUSY;
	case SQLITE_NOMEM: return E_NOMEM;
	case SQLITE_CANTOPEN: return E_ABSENT;
	case SQLITE_CONSTRAINT:
		return rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY
			       ? E_EXISTS
			       : E_RANGE;
	default: return sqlite3_system_errno(s->db) == ENOSPC ? E_FULL : E_IO;
	}
}


static int script(struct store *st, const char *sql)
{
	struct sqlite *s = of(st);

	return failed(s, sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}


/* In steps, so that the writer is never kept waiting for long. */
static int backup(struct store *st, const char *file, struct fault *f)
{
	sqlite3 *to = NULL;
	sqlite3_backup *b;
	int rc;

	if (access(file, F_OK) == 0)
		return fault_set(f, E_EXISTS, "%s is there already.", file);
	rc = sqlite3_open_v2(file, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	b = rc == SQLITE_OK ? sqlite3_backup_init(to, "main", of(st)->db, "main") : NULL;
	if (b) {
		do {
			rc = sqlite3_backup_step(b, 1000);
			if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
				(void)sqlite3_sleep(10);
		} while (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED);
		rc = sqlite3_backup_finish(b);
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		(void)fault_set(f, E_IO, "The backup %s failed: %s.", file, sqlite3_errmsg(to));
	(void)sqlite3_close(to);

	return rc == SQLITE_OK ? 0 : E_IO;
}


static void sqlite_close(struct store *st)
{
	(void)sqlite3_close(of(st)->db);
	free(st);
}


/*
 * The library's statistics of memory are behind one lock for all threads, taken at every
 * allocation; nobody reads them.
 */
static void configure(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}


static int sqlite_open(struct store **out, const char *where, unsigned flags, struct fault *f)
{
	int mode = flags & STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	struct sqlite *s = mem_zero(1, sizeof(*s));
	static pthread_once_t once = PTHREAD_ONCE_INIT; /* of the process */
	int rc, err;

	(void)pthread_once(&once, configure);
	if (flags & STORE_CREATE || text_eq(where, ":memory:"))
		mode = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	store_init(&s->head, &engine_sqlite);
	rc = sqlite3_open_v2(where, &s->db, mode | SQLITE_OPEN_NOMUTEX, NULL);
	err = failed(s, rc);
	(void)sqlite3_extended_result_codes(s->db, 1);
	(void)sqlite3_busy_timeout(s->db, 10000);
	/* The mode of a journal stays with the file, so that only its maker sets it. */
	if (!err && flags & STORE_CREATE)
		err = script(&s->head, "PRAGMA journal_mode=WAL;" WRITER_PRAGMA);
	if (!err)
		err = script(&s->head, "PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
				       "PRAGMA temp_store=MEMORY;PRAGMA trusted_schema=OFF");
	/* In KB, filled as pages are read, so that this much is what memory grows to. */
	if (!err)
		err = script(&s->head, flags & STORE_PASS ? "PRAGMA cache_size=-2000"
							  : "PRAGMA cache_size=-16000");
	if (err) {
		(void)fault_set(f, err, "The database %s cannot be opened: %s.", where,
				s->head.message);
		store_close(&s->head);
		return err;
	}

	*out = &s->head;

	return 0;
}


static int reopen(struct store *st, struct fault *f)
{
	(void)st;
	(void)f;

	return 0;
}


static bool lost(const struct store *st)
{
	(void)st;

	return false;
}


static int prepare(struct store_rows **out, struct store *st, const char *sql,
		   const struct store_value *values, size_t count)
{
	struct sqlite *s = of(st);
	struct statement *p;
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);

	(void)values;
	if (rc != SQLITE_OK)
		return failed(s, rc);

	p = mem_zero(1, sizeof(*p));
	p->head.store = st;
	p->head.sql = sql;
	p->stmt = stmt;
	for (size_t i = 0; i < count; i++) {
		char name[24];

		(void)snprintf(name, sizeof(name), "$%zu", i + 1);
		p->place[i] = (unsigned char)sqlite3_bind_parameter_index(stmt, name);
	}
	*out = &p->head;

	return 0;
}


static void finalize(struct store_rows *rows)
{
	(void)sqlite3_finalize(stmt_of(rows)->stmt);
	free(rows);
}


static int bind(struct statement *p, int at, const struct store_value *v)
{
	switch (v->type) {
	case 'i': return sqlite3_bind_int64(p->stmt, at, v->i);
	case 'r': return sqlite3_bind_double(p->stmt, at, v->r);
	case 's':
		return v->p ? sqlite3_bind_text(p->stmt, at, v->p, -1, SQLITE_STATIC)
			    : sqlite3_bind_null(p->stmt, at);
	case 'b':
		return v->p ? sqlite3_bind_blob64(p->stmt, at, v->p, v->len, SQLITE_STATIC)
			    : sqlite3_bind_null(p->stmt, at);
	default: return sqlite3_bind_null(p->stmt, at);
	}
}


/* The first step is done here, while the caller's values are alive. */
static int start(struct store_rows *rows, const struct store_value *values, size_t count)
{
	struct statement *p = stmt_of(rows);
	int rc = SQLITE_OK;

	for (size_t i = 0; i < count && rc == SQLITE_OK; i++)
		if (p->place[i])
			rc = bind(p, p->place[i], &values[i]);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(p->stmt);

	p->row = rc == SQLITE_ROW;
	p->over = rc == SQLITE_DONE;
	p->stepped = true;

	return p->row || p->over ? 0 : failed(of(rows->store), rc);
}


static bool next(struct store_rows *rows, int *err)
{
	struct statement *p = stmt_of(rows);
	int rc;

	if (p->stepped) {
		p->stepped = false;
		return p->row;
	}
	if (p->over)
		return false;

	rc = sqlite3_step(p->stmt);
	if (rc == SQLITE_ROW)
		return true;
	p->over = true;
	if (rc != SQLITE_DONE)
		*err = failed(of(rows->store), rc);

	return false;
}


static void done(struct store_rows *rows)
{
	struct statement *p = stmt_of(rows);

	(void)sqlite3_reset(p->stmt);
	(void)sqlite3_clear_bindings(p->stmt);
}


static int64_t changes(const struct store_rows *rows)
{
	return sqlite3_changes64(of(rows->store)->db);
}


static int columns(const struct store_rows *rows)
{
	return sqlite3_column_count(stmt_of(rows)->stmt);
}


static const char *column_name(const struct store_rows *rows, int col)
{
	return sqlite3_column_name(stmt_of(rows)->stmt, col);
}


static char type(const struct store_rows *rows, int col)
{
	switch (sqlite3_column_type(stmt_of(rows)->stmt, col)) {
	case SQLITE_INTEGER: return 'i';
	case SQLITE_FLOAT: return 'r';
	case SQLITE_TEXT: return 's';
	case SQLITE_BLOB: return 'b';
	default: return 'n';
	}
}


static int64_t get_int(const struct store_rows *rows, int col)
{
	return sqlite3_column_int64(stmt_of(rows)->stmt, col);
}


static double get_real(const struct store_rows *rows, int col)
{
	return sqlite3_column_double(stmt_of(rows)->stmt, col);
}


static const char *get_text(const struct store_rows *rows, int col)
{
	return (const char *)sqlite3_column_text(stmt_of(rows)->stmt, col);
}


static const void *get_blob(const struct store_rows *rows, int col, size_t *len)
{
	const void *p = sqlite3_column_blob(stmt_of(rows)->stmt, col);

	*len = (size_t)sqlite3_column_bytes(stmt_of(rows)->stmt, col);

	return p;
}

const struct engine engine_sqlite = {
	.name = "sqlite",
	.open = sqlite_open,
	.close = sqlite_close,
	.reopen = reopen,
	.lost = lost,
	.prepare = prepare,
	.finalize = finalize,
	.start = start,
	.next = next,
	.done = done,
	.changes = changes,
	.script = script,
	.backup = backup,
	.columns = columns,
	.column_name = column_name,
	.type = type,
	.get_int = get_int,
	.get_real = get_real,
	.get_text = get_text,
	.get_blob = get_blob,
};
