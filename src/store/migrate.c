/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/text.h"
#include "base/time.h"
#include "store/migrate.h"
#include "store/store.h"

struct token {
	const char *name;
	const char *sqlite;
	const char *pg;
};

static const struct token tokens[] = {
	{ "@int8", "INTEGER", "BIGINT" },
	{ "@real", "REAL", "DOUBLE PRECISION" },
	{ "@text", "TEXT", "TEXT COLLATE \"C\"" },
	{ "@blob", "BLOB", "BYTEA" },
	{ "@id", "INTEGER PRIMARY KEY", "BIGINT PRIMARY KEY" },
	{ "@strict", "STRICT", "" },
	{ "@clustered", "STRICT, WITHOUT ROWID", "" },
};


static void expand(struct buf *out, const char *sql, bool pg)
{
	while (*sql) {
		const char *at = strchr(sql, '@');
		size_t i;

		if (!at) {
			buf_str(out, sql);
			return;
		}
		buf_add(out, sql, (size_t)(at - sql));
		for (i = 0; i < ARRAY_LEN(tokens); i++)
			if (text_starts(at, tokens[i].name))
				break;
		if (i < ARRAY_LEN(tokens)) {
			buf_str(out, pg ? tokens[i].pg : tokens[i].sqlite);
			sql = at + strlen(tokens[i].name);
		} else {
			buf_char(out, '@');
			sql = at + 1;
		}
	}
}


static int make_version_table(struct store *st, bool pg)
{
	struct buf sql;
	int err;

	buf_init(&sql, 0);
	expand(&sql,
	       "CREATE TABLE IF NOT EXISTS store_version (number @id, name @text NOT NULL,"
	       " digest @text NOT NULL, applied_at @int8 NOT NULL) @strict",
	       pg);
	err = store_script(st, sql.data);
	buf_clear(&sql);

	return err;
}


int migrate_version(int *out, struct store *st)
{
	int64_t n = 0;
	int err =
		store_get_int(&n, st, "SELECT coalesce(max(number), 0) FROM store_version", "");

	*out = (int)n;

	return err;
}


/* What was applied must be what this program would have applied. */
static int check_applied(struct store *st, int version, struct fault *f)
{
	struct store_rows *rows = NULL;
	int err;

	if (version > migrations_count)
		return fault_set(
			f, E_NEWER,
			"The data was written by a newer version of the program (schema "
			"%d, this program knows %d). Start that version, or restore a "
			"backup of this one.",
			version, migrations_count);

	err = store_query(&rows, st,
			  "SELECT number, name, digest FROM store_version ORDER BY number", "");
	while (!err && store_next(rows, &err)) {
		const struct migration *m = &migrations[store_int(rows, 0) - 1];
		char digest[DIGEST_HEX_SIZE];

		digest_hex(digest, m->sql, strlen(m->sql));
		if (!text_eq(m->name, store_text(rows, 1)) ||
		    !text_eq(digest, store_text(rows, 2)))
			err = fault_set(f, E_CORRUPT,
					"Migration %s of the data differs from this program's.",
					store_text(rows, 1));
	}
	store_done(rows);

	return err;
}


static int apply(struct store *st, int number, bool pg, struct fault *f)
{
	const struct migration *m = &migrations[number - 1];
	char digest[DIGEST_HEX_SIZE];
	struct buf sql;
	int err;

	buf_init(&sql, 0);
	expand(&sql, m->sql, pg);
	digest_hex(digest, m->sql, strlen(m->sql));
	err = store_begin(st);
	if (!err)
		err = store_script(st, sql.data);
	if (!err)
		err = store_exec(st,
				 "INSERT INTO store_version (number, name, digest, applied_at)"
				 " VALUES ($1, $2, $3, $4)",
				 "issi", (int64_t)number, m->name, digest, time_now());
	if (!err)
		err = store_commit(st);
	if (err) {
		(void)fault_set(f, err, "Migration %s failed: %s.", m->name, store_message(st));
		store_rollback(st);
	}
	buf_clear(&sql);

	return err;
}


int migrate(struct store *st, struct fault *f)
{
	bool pg = text_eq(store_engine_name(st), "postgresql");
	int version = 0;
	int err = make_version_table(st, pg);

	if (!err)
		err = migrate_version(&version, st);
	if (err)
		return fault_set(f, err, "The version of the data cannot be read: %s.",
				 store_message(st));

	err = check_applied(st, version, f);
	while (!err && version < migrations_count)
		err = apply(st, ++version, pg, f);

	return err;
}
