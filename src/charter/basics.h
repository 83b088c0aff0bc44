/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * basics.h: the small types that the parts of a charter are made of.
 *
 * Everything belongs to the charter's arena and is constant once loaded: any number of
 * threads may read it at once.
 */
#ifndef CHARTER_BASICS_H
#define CHARTER_BASICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "charter/vocabulary.h"

/* `at` points to `count` of them; NULL when there is none. */
#define CHARTER_LIST(type)    \
	struct {              \
		type *at;     \
		size_t count; \
	}

/* A pointer to an entry: clang takes __auto_type for pedantry, cppcheck does not read the
 * other. */
#if defined(__clang__) && !defined(__cppcheck__)
#define CHARTER_ENTRY(list) __typeof__((list).at + 0)
#else
#define CHARTER_ENTRY(list) __auto_type
#endif

/* charter_each(b, c->bodies) { ... b->id ... } */
#define charter_each(item, list)                   \
	for (CHARTER_ENTRY(list) item = (list).at; \
	     (list).count && item < (list).at + (list).count; item++)

struct charter_strings {
	const char *const *at;
	size_t count;
};

/* A text in one or more languages; the wording in languages.default comes first. */
struct charter_wording {
	const char *lang; /* "en" */
	const char *text; /* UTF-8 */
};

struct charter_text {
	const struct charter_wording *at;
	size_t count; /* 0: there is no such text */
};

/* The wording in `lang`, else in the default language; "" when there is none at all. */
const char *charter_text_in(struct charter_text text, const char *lang);

struct charter_node;

/*
 * Where a rule stands and what founds it.  `src` are the tags of the file, such as
 * "interview:L20", "pub:P7", "article:charter-2002/19" or "assumed"; a rule without tags of
 * its own is founded by what is around it (charter_src).
 */
struct charter_origin {
	const char *path; /* "statuses/observer", "registers/parties/al" */
	int line;	  /* of the file, from 1 */
	int col;
	struct charter_strings src;
	const struct charter_origin *up;  /* the part of the file around it, or NULL */
	const struct charter_node *place; /* the loader's own */
};

/* The tags that found it: its own, else those of the nearest part around it that has some. */
struct charter_strings charter_src(const struct charter_origin *o);

/* num/den with 0 < num <= den. */
struct charter_fraction {
	int32_t num;
	int32_t den; /* 0: there is no such fraction */
};

/* A fixed number, or a fraction of those that count (then `number` is 0). */
struct charter_count {
	int32_t number;
	struct charter_fraction part;
};

struct charter_range {
	int32_t from;
	int32_t to;
};

/* Two dates or days of a year: "2020-09-01" and "2020-10-31", "09-01" and "10-31". */
struct charter_span {
	const char *from; /* NULL: there is no such span */
	const char *to;
};

/* A body, an office, or all who hold a status; the others are NULL. */
struct charter_who {
	const struct charter_body *body;
	const struct charter_office *office;
	const struct charter_status *status;
};

/* A figure by name: {participants: 12000}. */
struct charter_figure {
	const char *name;
	int32_t value;
};

#endif
