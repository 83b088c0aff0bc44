/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * node.h: the tree of a YAML document in the strict subset, with the place of every value.
 * Private to this module.
 */
#ifndef CHARTER_NODE_H
#define CHARTER_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/mem.h"

enum node_kind {
	NODE_SCALAR,
	NODE_LIST,
	NODE_MAP,
};

struct charter_node_entry {
	const struct charter_node *key; /* a scalar; NULL in lists */
	const struct charter_node *value;
};

struct charter_node {
	enum node_kind kind;
	bool plain; /* a scalar without quotes; when written: never quoted */
	int line;   /* from 1 */
	int col;
	const char *text; /* of a scalar; else NULL */
	struct charter_node_entry *entries;
	size_t count;
};

/*
 * Parse one document of at most `max_nodes` nodes and `max_depth` levels.
 *
 * Errors: E_SYNTAX and E_RANGE with line and column in `f`.
 */
int node_parse(const struct charter_node **out, struct arena *memory, const char *text,
	       size_t len, struct fault *f) MUST_CHECK;

/* The value of a key or (for digits only) of a place in a list; NULL when it is not there. */
const struct charter_node *node_get(const struct charter_node *n, const char *key);

/* The same along a path with slashes; entries of a list also by their `id`.  Stops early at
 * the last part that is there. */
const struct charter_node *node_find(const struct charter_node *n, const char *path);

/* The plain word null. */
bool node_null(const struct charter_node *n);

/* Building a tree to write out. */
struct charter_node *node_scalar(struct arena *memory, const char *text, bool plain);
struct charter_node *node_list(struct arena *memory);
struct charter_node *node_map(struct arena *memory);
void node_add(struct arena *memory, struct charter_node *to, const char *key,
	      const struct charter_node *value);

bool node_same(const struct charter_node *a, const struct charter_node *b);

/* JSON with sorted keys; and YAML that node_parse() reads back. */
void node_json(struct buf *b, const struct charter_node *n);
void node_yaml(struct buf *b, const struct charter_node *n);

/* On one line, as within YAML. */
void node_line(struct buf *b, const struct charter_node *n);

#endif
