/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * loader.h: a charter while it is being loaded.  Private to this module.
 *
 * Three steps, each of which complains about all that it finds: bind.c puts values where the
 * tables say and notes every reference; resolve.c follows the references; check_*.c look at
 * the whole.
 */
#ifndef CHARTER_LOADER_H
#define CHARTER_LOADER_H

#include "base/map.h"
#include "charter/node.h"
#include "charter/report.h"
#include "charter/shape.h"

/* Ids or words that can be referred to, in the order of the file. */
struct pool {
	struct map places; /* id to record, or word to itself */
	const char **ids;
	size_t count;
};

/* A reference that is followed when everything is bound. */
struct late {
	const struct field *field;
	uint64_t pools;
	void *to; /* NULL: only to be found; else where the pointer goes */
	const char *id;
	const char *path;
	const struct charter_node *node;
	struct late *next;
};

/* A list of pointers or struct charter_who, some of which may stay empty. */
struct late_list {
	struct sequence *list;
	size_t entry;
	struct late_list *next;
};

struct loader {
	struct arena *memory;
	struct charter *c;
	struct charter_report *report;
	const struct charter_node *root;
	struct pool pools[POOLS];
	struct late *late, **late_end;
	struct late_list *lists;
	const char *default_language;
	char path[400]; /* of what is being bound */
	size_t path_len;
};

/* Complain about the node, at l->path. */
void complain(struct loader *l, const struct charter_node *at, const char *fmt, ...)
	PRINTF(3, 4);

/* Complain about a place: the rule itself or, with `below` ("grant/rule"), a part of it. */
void complain_at(struct loader *l, const struct charter_origin *o, const char *below,
		 const char *fmt, ...) PRINTF(4, 5);
void warn_at(struct loader *l, const struct charter_origin *o, const char *below,
	     const char *fmt, ...) PRINTF(4, 5);

/* Did the file say it? */
bool said(const struct charter_origin *o, const char *below);

/* Extend l->path and bring it back to what it was. */
size_t path_push(struct loader *l, const char *part);
size_t path_push_place(struct loader *l, size_t place);
void path_pop(struct loader *l, size_t was);

/* bind.c: the whole file. */
void bind_file(struct loader *l, const struct charter_node *root);

/* bind_value.c: one value, not null, of a type that is no record. */
void bind_value(struct loader *l, const struct field *f, const struct charter_node *n,
		void *to);

/* Put an id into its pool. */
void pool_add(struct loader *l, enum pool_id pool, const char *id, void *place);

/* Note a reference. */
void refer(struct loader *l, const struct field *f, const struct charter_node *n,
	   uint64_t pools, const char *id, void *to);

/* Keys that are doubled or that other readers of YAML misread. */
void check_keys(struct loader *l, const struct charter_node *map);

/* resolve.c */
void resolve_all(struct loader *l);

/* check_*.c: the invariants. */
void check_constitution(struct loader *l);
void check_decisions(struct loader *l);
void check_services(struct loader *l);
void check_work(struct loader *l);
void check_registers(struct loader *l);
void check_texts(struct loader *l);

/* schema.c: what a field wants, in words: "a fraction such as 2/3". */
const char *field_wants(const struct field *f);

#endif
