/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * effect.h: what an act does to the registers: rows added and columns set, nothing else.
 *
 * Judging builds effects; applying writes them and decides nothing; the record keeps them
 * as JSON, and replay applies those.  Nothing is ever deleted.
 *
 *	["+","parties_fact",{"id":12,"party":"ol"}]            a row added
 *	["=","parties_file",{"id":7},{"state":"examined"}]     columns of a row set
 *
 * Names of tables and columns are [a-z][a-z0-9_]*.  Values are int64, double, text or null.
 */
#ifndef ACT_EFFECT_H
#define ACT_EFFECT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/json.h"
#include "store/store.h"

struct arena;

enum {
	EFFECT_COLUMNS_MAX = 20,
	EFFECTS_MAX = 20000, /* of one act (a founding act brings whole registers) */
};

struct effect {
	bool add;
	const char *table;
	size_t keys;	/* of "=": the first so many columns say which row */
	size_t columns; /* keys and values together */
	const char *column[EFFECT_COLUMNS_MAX];
	struct store_value value[EFFECT_COLUMNS_MAX]; /* types i r s n */
	struct effect *next;
};

struct effects {
	struct arena *arena; /* owns everything */
	struct effect *first;
	struct effect **last;
	size_t count;
	int err; /* E_TOOBIG when there were too many */
};

void effects_init(struct effects *fx, struct arena *a);

/*
 * Add a row: `columns` are names separated by spaces, `types` a letter each, then the values:
 * i int64_t, r double, s const char * (NULL is null), o int64_t of an optional field
 * (FIELD_NONE is null), n null, which takes no value.  Texts are copied into the arena.
 */
void effect_add(struct effects *fx, const char *table, const char *columns, const char *types,
		...);

/* Set columns of the row whose `keys` have these values: keys first, then columns. */
void effect_set(struct effects *fx, const char *table, const char *keys, const char *columns,
		const char *types, ...);

/* Did these effects touch a table whose name begins so? */
bool effects_touch(const struct effects *fx, const char *table_prefix);

/* Write them to the registers.  Errors: E_ABSENT an "=" found no row; those of store.h. */
int effects_apply(struct store *st, const struct effects *fx) MUST_CHECK;

void effects_json(struct jw *w, const struct effects *fx);

/* The inverse, strict; texts stay in `array`.  Errors: E_RANGE. */
int effects_parse(struct effects *out, struct arena *a, const json_t *array) MUST_CHECK;

#endif
