/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * shape.h: the format of the charter file as tables: every key once, with its type, whether
 * it is needed, its default, where its value goes and what it means.
 *
 * The tables (shape_*.c) drive reading (bind.c), writing (unbind.c), comparing (diff.c) and
 * describing (schema.c).  Private to this module.
 */
#ifndef CHARTER_SHAPE_H
#define CHARTER_SHAPE_H

#include "charter/charter.h"

/* What a value is, and the C type it is bound to. */
enum field_type {
	F_ID,		/* const char *: the id of the record */
	F_WORD,		/* const char *: a word that the organisation chooses */
	F_STRING,	/* const char * */
	F_DATE,		/* const char *: YYYY-MM-DD */
	F_PARTIAL,	/* const char *: YYYY-MM-DD, YYYY-MM or YYYY */
	F_DAY,		/* const char *: MM-DD */
	F_ZONE,		/* const char * */
	F_LANGUAGE,	/* const char *: one of the languages of the file */
	F_CURRENCY,	/* const char * */
	F_SYMBOL,	/* const char * */
	F_TIME,		/* const char *, and after it int32_t minutes */
	F_NAME,		/* const char *: an id or word of `pools` */
	F_BOOL,		/* bool */
	F_SAID,		/* bool: true when the one word of `of` is written */
	F_INT,		/* int32_t from `lo` to `hi` */
	F_NUMBER,	/* double, 0 or more */
	F_DURATION,	/* struct duration */
	F_DURATION_OPT, /* const struct duration * */
	F_FRACTION,	/* struct charter_fraction */
	F_COUNT,	/* struct charter_count */
	F_RANGE,	/* struct charter_range */
	F_SPAN,		/* struct charter_span of `each` */
	F_CHOICE,	/* enum of the vocabulary `of` */
	F_SET,		/* uint64_t, bits of the vocabulary `of` */
	F_HOLDER,	/* enum office_holder, and after it the body */
	F_TEXT,		/* struct charter_text */
	F_TEXTS,	/* CHARTER_LIST of struct charter_text */
	F_WORDS,	/* struct charter_strings of `each` */
	F_NAMES,	/* struct charter_strings of ids or words of `pools` */
	F_REF,		/* pointer to a record of `pools` */
	F_REFS,		/* CHARTER_LIST of such pointers */
	F_WHO,		/* struct charter_who of `pools` */
	F_WHOS,		/* CHARTER_LIST of struct charter_who */
	F_RECORD,	/* a struct of the shape `of`, embedded */
	F_RECORD_OPT,	/* a pointer to one, or NULL */
	F_RECORDS,	/* CHARTER_LIST of them */
	F_MAP,		/* CHARTER_LIST of structs of two fields: the key and the value */
};

enum {
	NEEDED = 1,   /* the key cannot be left out */
	NULLABLE = 2, /* null is allowed and means: unset */
	FILLS = 4,    /* the words are what `pools` consists of */
	STEPS = 8,    /* words in the order of their vocabulary */
	FULL = 16,    /* at least one entry */
	ALIKE = 32,   /* an order without meaning: compared as a set */
};

/* Ids and words that others refer to. */
enum pool_id {
	P_RIGHTS,
	P_KINDS,
	P_LANGUAGES,
	P_STATUSES,
	P_CRITERIA,
	P_RULES,
	P_OFFICES,
	P_BODIES,
	P_CLASSES,
	P_CHANNELS,
	P_TYPES,
	P_REGIONS,
	P_SETS,
	P_LEVELS,
	P_TRIGGERS,
	P_FORCE_KINDS,
	P_TRAINING_LEVELS,
	P_OPERATION_KINDS,
	P_PROGRAMME_KINDS,
	P_PARTS,
	P_TERMS,
	P_REGIMES,
	P_SITES,
	P_OTHERS,  /* ids that nothing refers to: unique within their list */
	P_PARTIES, /* from here on: registers */
	P_FACILITIES,
	P_FORCES,
	P_SERIES,
	P_INSTRUMENTS,
	P_PROGRAMMES,
	POOLS,
};

#define POOL(p) (UINT64_C(1) << (P_##p))

struct pool_name {
	const char *one;   /* "status" */
	const char *where; /* "statuses" */
};

extern const struct pool_name pool_names[POOLS];

struct field {
	const char *key;
	enum field_type type;
	enum field_type each;
	unsigned flags;
	size_t offset; /* from the start of the record's struct */
	const void *of;
	uint64_t pools;
	const char *otherwise; /* the default, as the file would write it */
	int32_t lo, hi;
	const char *doc;
};

struct shape {
	const char *name; /* "decision rule" */
	size_t size;
	const struct field *fields;
	size_t count;
	bool has_origin;   /* the struct begins with a charter_origin; `src` is allowed */
	bool sourced;	   /* a warning when nothing founds it */
	enum pool_id pool; /* of its ids */
};

/* The whole file, bound to a struct charter. */
extern const struct shape shape_file;

/* The two halves of it. */
extern const struct shape shape_constitution;
extern const struct shape shape_registers;

/* A list as the binder sees it: the same as any CHARTER_LIST. */
struct sequence {
	void *at;
	size_t count;
};

size_t field_size(const struct field *f); /* of one entry of a list of this type */

#endif
