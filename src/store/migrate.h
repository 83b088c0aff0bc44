/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * migrate.h: numbered migrations, embedded in the program.
 *
 * Each is SQL of the common subset with tokens for what the engines spell differently:
 * @int8 @real @text @blob @id (an int64 primary key), the table options @strict and
 * @clustered (rows lie in the order of the primary key).  Each runs in one transaction
 * together with its row in store_version.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "base/err.h"

struct store;

struct migration {
	const char *name; /* "0001_acts" */
	const char *sql;
};

extern const struct migration migrations[];
extern const int migrations_count;

/*
 * Bring the database to this program's version.
 *
 * Errors: E_NEWER it was written by a newer program; a migration that is recorded under
 * another name or text than this program's gives E_CORRUPT; those of store.h.
 */
int migrate(struct store *st, struct fault *f) MUST_CHECK;

/* The number of the last migration in the database, 0 for an empty one. */
int migrate_version(int *out, struct store *st) MUST_CHECK;

#endif
