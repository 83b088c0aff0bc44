/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* engine.h: what an engine gives to store.c; private to store/. */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "base/map.h"
#include "store/store.h"

enum {
	STORE_SAVES_MAX = 8,
	STORE_QUICK = 256, /* slots of the cache by address; a power of two */
};

/* A prepared statement, and the rows of its running query. */
struct store_rows {
	struct store *store;
	const char *sql; /* as given by the caller; its own copy when `built` */
	bool busy;	 /* between query and done */
	bool spare;	 /* not in the cache: freed when done */
	struct store_rows *next_built;
};

struct engine {
	const char *name;
	int (*load)(struct fault *f); /* or NULL: nothing is needed */
	int (*open)(struct store **out, const char *where, unsigned flags, struct fault *f);
	void (*close)(struct store *st);
	int (*reopen)(struct store *st, struct fault *f);
	bool (*lost)(const struct store *st);
	int (*prepare)(struct store_rows **out, struct store *st, const char *sql,
		       const struct store_value *values, size_t count);
	void (*finalize)(struct store_rows *rows);
	int (*start)(struct store_rows *rows, const struct store_value *values, size_t count);
	bool (*next)(struct store_rows *rows, int *err);
	void (*done)(struct store_rows *rows);
	int64_t (*changes)(const struct store_rows *rows);
	int (*script)(struct store *st, const char *sql);
	int (*backup)(struct store *st, const char *file, struct fault *f);
	int (*columns)(const struct store_rows *rows);
	const char *(*column_name)(const struct store_rows *rows, int col);
	char (*type)(const struct store_rows *rows, int col);
	int64_t (*get_int)(const struct store_rows *rows, int col);
	double (*get_real)(const struct store_rows *rows, int col);
	const char *(*get_text)(const struct store_rows *rows, int col);
	const void *(*get_blob)(const struct store_rows *rows, int col, size_t *len);
};

struct quick {
	const char *sql;
	struct store_rows *rows;
};

/* The common head of each engine's own struct. */
struct store {
	const struct engine *engine;
	struct quick quick[STORE_QUICK];
	struct map by_text;
	struct store_rows *built; /* every statement with its own copy of the text */
	int saves;
	bool in_transaction;
	char message[256];
};

extern const struct engine engine_sqlite;
extern const struct engine engine_pg;

/* Forget every prepared statement (the connection is gone or closing). */
void store_forget_statements(struct store *st);

/* Head fields of a new store. */
void store_init(struct store *st, const struct engine *engine);

#endif
