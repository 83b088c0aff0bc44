/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * fields.h: typed JSON by description.
 *
 * tools/gen.py turns schema/ into C structs and tables of fields (gen/<module>.h); the
 * functions here read a JSON object into such a struct and write one out.  Every error of
 * an object is found in one reading; the first is reported with its JSON pointer, the
 * others are counted.
 */
#ifndef BASE_FIELDS_H
#define BASE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

struct arena;

enum field_type {
	FIELD_ID,	/* const char *: [a-z][a-z0-9-]{0,47} */
	FIELD_TEXT,	/* const char *: UTF-8, min..max characters */
	FIELD_DATE,	/* const char *: "2020-05-15" */
	FIELD_PARTIAL,	/* const char *: "2020-05-15", "2020-05" or "2020" */
	FIELD_DURATION, /* const char *: ISO 8601 */
	FIELD_DIGEST,	/* const char *: 64 lower-case hexadecimal digits */
	FIELD_ENUM,	/* const char *: one of options */
	FIELD_LTEXT,	/* const char *: canonical JSON {"en": "...", "ru": "..."} */
	FIELD_JSON,	/* const char *: canonical JSON of any value */
	FIELD_INSTANT,	/* int64_t ms; JSON text RFC 3339 */
	FIELD_INT,	/* int64_t, min..max */
	FIELD_REAL,	/* double */
	FIELD_BOOL,	/* bool */
	FIELD_GROUP,	/* struct (only as a list) */
};

enum field_flag {
	FIELD_OPTIONAL = 1, /* absent: NULL, FIELD_NONE, NAN or false */
	FIELD_LIST = 2,	    /* struct field_list; at most FIELD_LIST_MAX */
	FIELD_PRIVATE = 4,  /* personal: kept beside the record, which holds its digest */
};

enum {
	FIELD_LIST_MAX = 2000,
};

#define FIELD_NONE INT64_MIN /* an optional int or instant that is absent */

/* `v` points to const char *, int64_t, double, bool or the structs of a group. */
struct field_list {
	size_t n;
	void *v;
};

#define LIST_TEXT(list, i) (((const char *const *)(list).v)[i])

struct fields;

struct field {
	const char *name;
	enum field_type type;
	unsigned flags;
	size_t offset;
	int64_t min, max;
	const char *const *options; /* ends in NULL */
	const char *ref;	    /* what an id names: "party", "instrument"; or NULL */
	const struct fields *group;
	const char *doc; /* what it is, a sentence */
	const char *key; /* the name as it stands in JSON: "\"name\":" */
};

struct fields {
	const char *name; /* "party.record-fact" */
	size_t size;	  /* of the struct */
	size_t count;
	const struct field *field;
};

/* An act kind as schema/ describes it. */
struct act_desc {
	const char *name;    /* "party.record-fact" */
	const char *who;     /* who may try it: words of act/seat.h, separated by spaces */
	const char *subject; /* what its subject names: "party" */
	const char *see;     /* who sees it in the record: act/seat.h */
	const struct fields *body;
	const char *doc; /* what it does, a sentence */
};

/* A view as schema/ describes it. */
struct view_desc {
	const char *name;
	const char *who;
	const struct fields *params;
	const struct fields *row;
	const char *doc; /* what it shows, a sentence */

	/*
	 * The rows depend on the record, the parameters, the language and what the seat is and
	 * may: not on the person, nor on the time, nor on what is no act.  They are then made
	 * once for all who look after an act (act/viewing.c).
	 */
	bool shared;
};

/*
 * Read `object` into the struct at `out` (zeroed first); texts are in the arena or in
 * `object`, which must both live as long.  Unknown keys are refused.
 *
 * Errors: E_RANGE, with `f->path` the JSON pointer below `at` ("/body").
 */
int fields_read(void *out, const struct fields *fields, const json_t *object, const char *at,
		struct arena *a, struct fault *f) MUST_CHECK;

/*
 * The same from texts by name, as the parameters of an address come: `get` returns the text
 * of a name or NULL.  Lists are comma-separated.
 */
typedef const char *fields_get_h(const char *name, void *arg);

int fields_read_texts(void *out, const struct fields *fields, fields_get_h *get, void *arg,
		      struct arena *a, struct fault *f) MUST_CHECK;

/* Write the struct as a JSON object; absent optional fields are left out. */
void fields_write(struct jw *w, const struct fields *fields, const void *in);

#endif
