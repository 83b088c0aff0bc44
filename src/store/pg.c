/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * pg.c: the large engine: PostgreSQL 15 through libpq: prepared statements, values and
 * results in binary.
 *
 * Every text column is declared COLLATE "C" (migrate.c), so that order is by code point as
 * in SQLite.  A lost connection is E_BUSY: the writer connects again (store_reopen) and
 * finds out by act ids what was committed.
 */
#include <endian.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/library.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/engine.h"

#define LIBPQ(X)                \
	X(PQclear)              \
	X(PQcmdTuples)          \
	X(PQconnectdb)          \
	X(PQerrorMessage)       \
	X(PQexec)               \
	X(PQexecPrepared)       \
	X(PQfinish)             \
	X(PQfname)              \
	X(PQftype)              \
	X(PQgetisnull)          \
	X(PQgetlength)          \
	X(PQgetvalue)           \
	X(PQnfields)            \
	X(PQntuples)            \
	X(PQprepare)            \
	X(PQreset)              \
	X(PQresultErrorField)   \
	X(PQresultErrorMessage) \
	X(PQresultStatus)       \
	X(PQsetNoticeReceiver)  \
	X(PQstatus)             \
	X(PQtransactionStatus)

/* Filled once, by whichever thread opens a store first; only read afterwards. */
static struct {
	LIBPQ(LIBRARY_POINTER)
} libpq;
static struct fault libpq_fault;
static int libpq_err;
static pthread_once_t libpq_once = PTHREAD_ONCE_INIT;

enum {
	OID_BOOL = 16,
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_FLOAT4 = 700,
	OID_FLOAT8 = 701,
};

struct pg {
	struct store head;
	PGconn *conn;
	char *where;
	unsigned flags;
	int64_t names; /* prepared so far */
	bool gone;     /* the server said goodbye; the connection may not show it yet */
};

struct statement {
	struct store_rows head;
	char name[24];
	PGresult *result;
	int row; /* the one shown, -1 before the first */
};


static void open_library(void)
{
	static const char *const names[] = { LIBPQ(LIBRARY_NAME) };

	libpq_err = library_open(&libpq, "libpq.so.5", names, ARRAY_LEN(names), &libpq_fault);
}


static int pg_load(struct fault *f)
{
	(void)pthread_once(&libpq_once, open_library);
	if (libpq_err && f)
		*f = libpq_fault;

	return libpq_err;
}


static struct pg *of(const struct store *st)
{
	return (struct pg *)(uintptr_t)st;
}


static struct statement *stmt_of(const struct store_rows *rows)
{
	return (struct statement *)(uintptr_t)rows;
}


/* SQLSTATE classes (PostgreSQL manual, appendix A). */
static int failed(struct pg *p, const PGresult *r)
{
	const char *state = r ? libpq.PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;

	(void)text_copy(p->head.message, sizeof(p->head.message),
			r ? libpq.PQresultErrorMessage(r) : libpq.PQerrorMessage(p->conn));

	/* Class 57P: it is shut down, or has crashed, or is not ready yet. */
	if (state && (text_starts(state, "57P") || text_starts(state, "08")))
		p->gone = true;
	if (libpq.PQstatus(p->conn) != CONNECTION_OK || !state)
		return E_BUSY;
	if (strcmp(state, "23505") == 0)
		return E_EXISTS;
	if (text_starts(state, "23") || text_starts(state, "22"))
		return E_RANGE;
	if (text_starts(state, "53"))
		return strcmp(state, "53100") == 0 ? E_FULL : E_BUSY;
	if (text_starts(state, "40") || text_starts(state, "57") || text_starts(state, "08"))
		return E_BUSY;
	if (text_starts(state, "XX001") || text_starts(state, "XX002"))
		return E_CORRUPT;

	return E_IO;
}


static int simple(struct pg *p, const char *sql)
{
	PGresult *r = libpq.PQexec(p->conn, sql);
	ExecStatusType status = libpq.PQresultStatus(r);
	int err = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? 0 : failed(p, r);

	libpq.PQclear(r);

	return err;
}


static int script(struct store *st, const char *sql)
{
	return simple(of(st), sql);
}


static int backup(struct store *st, const char *file, struct fault *f)
{
	(void)st;
	(void)file;

	return fault_set(
		f, E_RANGE,
		"The store is PostgreSQL: back it up with pg_dump, and the folder beside it.");
}


static void quiet(void *arg, const PGresult *r)
{
	(void)arg;
	(void)r;
}


static int session(struct pg *p, struct fault *f)
{
	int err;

	if (libpq.PQstatus(p->conn) != CONNECTION_OK)
		return fault_set(f, E_BUSY, "PostgreSQL cannot be reached: %s.",
				 libpq.PQerrorMessage(p->conn));
	(void)libpq.PQsetNoticeReceiver(p->conn, quiet, NULL);

	err = simple(p, "SET client_encoding='UTF8';SET synchronous_commit=on;"
			"SET standard_conforming_strings=on;SET bytea_output=hex;"
			"SET client_min_messages=warning;SET lock_timeout='10s'");
	if (!err && p->flags & STORE_READ)
		err = simple(p, "SET default_transaction_read_only=on");
	if (err)
		return fault_set(f, err, "PostgreSQL refuses the session: %s.",
				 p->head.message);

	return 0;
}


static void pg_close(struct store *st)
{
	struct pg *p = of(st);

	libpq.PQfinish(p->conn);
	free(p->where);
	free(p);
}


static int pg_open(struct store **out, const char *where, unsigned flags, struct fault *f)
{
	struct pg *p;
	int err = pg_load(f);

	if (err)
		return err;
	p = mem_zero(1, sizeof(*p));
	store_init(&p->head, &engine_pg);
	p->where = mem_str(where);
	p->flags = flags;
	p->conn = libpq.PQconnectdb(where);
	err = session(p, f);
	if (err) {
		store_close(&p->head);
		return err;
	}

	*out = &p->head;

	return 0;
}


static int reopen(struct store *st, struct fault *f)
{
	struct pg *p = of(st);

	libpq.PQreset(p->conn);
	p->gone = false;

	return session(p, f);
}


static bool lost(const struct store *st)
{
	return of(st)->gone || libpq.PQstatus(of(st)->conn) != CONNECTION_OK;
}


static Oid oid_of(char type)
{
	switch (type) {
	case 'i': return OID_INT8;
	case 'r': return OID_FLOAT8;
	case 'b': return OID_BYTEA;
	case 's': return OID_TEXT;
	default: return 0; /* null takes the type of its place */
	}
}


static int prepare(struct store_rows **out, struct store *st, const char *sql,
		   const struct store_value *values, size_t count)
{
	struct pg *p = of(st);
	struct statement *s = mem_zero(1, sizeof(*s));
	Oid types[STORE_PARAMS_MAX];
	PGresult *r;
	int err = 0;

	for (size_t i = 0; i < count; i++)
		types[i] = oid_of(values[i].type);
	(void)snprintf(s->name, sizeof(s->name), "s%lld", (long long)++p->names);
	s->head.store = st;
	s->head.sql = sql;
	r = libpq.PQprepare(p->conn, s->name, sql, (int)count, types);
	if (libpq.PQresultStatus(r) != PGRES_COMMAND_OK)
		err = failed(p, r);
	libpq.PQclear(r);
	if (err) {
		free(s);
		return err;
	}
	*out = &s->head;

	return 0;
}


static void finalize(struct store_rows *rows)
{
	struct statement *s = stmt_of(rows);
	struct pg *p = of(rows->store);
	char sql[40];

	libpq.PQclear(s->result);
	if (libpq.PQstatus(p->conn) == CONNECTION_OK &&
	    libpq.PQtransactionStatus(p->conn) != PQTRANS_INERROR) {
		(void)snprintf(sql, sizeof(sql), "DEALLOCATE %s", s->name);
		libpq.PQclear(libpq.PQexec(p->conn, sql));
	}
	free(s);
}


static int start(struct store_rows *rows, const struct store_value *values, size_t count)
{
	struct statement *s = stmt_of(rows);
	struct pg *p = of(rows->store);
	const char *params[STORE_PARAMS_MAX];
	int lengths[STORE_PARAMS_MAX], formats[STORE_PARAMS_MAX];
	uint64_t numbers[STORE_PARAMS_MAX];
	ExecStatusType status;

	for (size_t i = 0; i < count; i++) {
		const struct store_value *v = &values[i];

		formats[i] = 1;
		lengths[i] = 8;
		params[i] = (const char *)&numbers[i];
		if (v->type == 'i') {
			numbers[i] = htobe64((uint64_t)v->i);
		} else if (v->type == 'r') {
			memcpy(&numbers[i], &v->r, 8);
			numbers[i] = htobe64(numbers[i]);
		} else {
			params[i] = v->type == 'n' ? NULL : v->p;
			lengths[i] = v->type == 'b' ? (int)v->len : 0;
			formats[i] = v->type == 'b';
		}
	}

	s->row = -1;
	s->result =
		libpq.PQexecPrepared(p->conn, s->name, (int)count, params, lengths, formats, 1);
	status = libpq.PQresultStatus(s->result);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? 0
								       : failed(p, s->result);
}


static bool next(struct store_rows *rows, int *err)
{
	struct statement *s = stmt_of(rows);

	(void)err;

	return ++s->row < libpq.PQntuples(s->result);
}


static void done(struct store_rows *rows)
{
	struct statement *s = stmt_of(rows);

	libpq.PQclear(s->result);
	s->result = NULL;
}


static int64_t changes(const struct store_rows *rows)
{
	int64_t n = 0;

	(void)!text_int(&n, libpq.PQcmdTuples(stmt_of(rows)->result), 0, INT64_MAX);

	return n;
}


static int columns(const struct store_rows *rows)
{
	return libpq.PQnfields(stmt_of(rows)->result);
}


static const char *column_name(const struct store_rows *rows, int col)
{
	return libpq.PQfname(stmt_of(rows)->result, col);
}


static char type(const struct store_rows *rows, int col)
{
	const struct statement *s = stmt_of(rows);

	if (libpq.PQgetisnull(s->result, s->row, col))
		return 'n';
	switch (libpq.PQftype(s->result, col)) {
	case OID_BOOL:
	case OID_INT2:
	case OID_INT4:
	case OID_INT8: return 'i';
	case OID_FLOAT4:
	case OID_FLOAT8: return 'r';
	case OID_BYTEA: return 'b';
	default: return 's';
	}
}


static int64_t get_int(const struct store_rows *rows, int col)
{
	const struct statement *s = stmt_of(rows);
	const char *v = libpq.PQgetvalue(s->result, s->row, col);
	int len = libpq.PQgetlength(s->result, s->row, col);
	uint64_t n = 0;

	if (type(rows, col) != 'i')
		return 0;
	for (int i = 0; i < len; i++)
		n = n << 8 | (unsigned char)v[i];
	if (len == 4)
		return (int32_t)n;

	return len == 2 ? (int16_t)n : (int64_t)n;
}


static double get_real(const struct store_rows *rows, int col)
{
	const struct statement *s = stmt_of(rows);
	uint64_t bits;
	double r = 0;

	if (type(rows, col) == 'i')
		return (double)get_int(rows, col);
	if (libpq.PQftype(s->result, col) != OID_FLOAT8 ||
	    libpq.PQgetisnull(s->result, s->row, col))
		return 0;
	memcpy(&bits, libpq.PQgetvalue(s->result, s->row, col), 8);
	bits = be64toh(bits);
	memcpy(&r, &bits, 8);

	return r;
}


static const char *get_text(const struct store_rows *rows, int col)
{
	const struct statement *s = stmt_of(rows);

	return libpq.PQgetisnull(s->result, s->row, col)
		       ? NULL
		       : libpq.PQgetvalue(s->result, s->row, col);
}


static const void *get_blob(const struct store_rows *rows, int col, size_t *len)
{
	const struct statement *s = stmt_of(rows);

	*len = (size_t)libpq.PQgetlength(s->result, s->row, col);

	return get_text(rows, col);
}

const struct engine engine_pg = {
	.name = "postgresql",
	.load = pg_load,
	.open = pg_open,
	.close = pg_close,
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
