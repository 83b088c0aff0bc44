/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * node.c: from libyaml's events to a tree.
 *
 * Invariants:
 *  1. No anchor, alias, tag, directive or second document passes.
 *  2. Every map has scalar keys; duplicates and unwanted keys are the schema's business.
 *  3. The tree has at most CHARTER_DEPTH_MAX levels and CHARTER_NODES_MAX nodes, so that
 *     whoever walks it may recurse.
 */
#include <limits.h>
#include <string.h>
#include <yaml.h>

#include "base/text.h"
#include "charter/load.h"
#include "charter/node.h"

struct growing {
	struct charter_node *node;
	const struct charter_node *key; /* waiting for its value */
	size_t room;
};

struct parse {
	struct arena *memory;
	struct fault *f;
	struct growing open[CHARTER_DEPTH_MAX];
	int depth;
	int nodes;
	int documents;
	const struct charter_node *root;
};


static int at_mark(struct fault *f, const yaml_mark_t *mark, int err)
{
	fault_at(f, NULL, (int)mark->line + 1, (int)mark->column + 1);

	return err;
}


/* Line and column of a byte, where libyaml gives none. */
static void at_offset(struct fault *f, const char *text, size_t offset)
{
	int line = 1, col = 1;

	for (size_t i = 0; i < offset; i++) {
		if (text[i] == '\n') {
			line++;
			col = 1;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			col++;
		}
	}
	fault_at(f, NULL, line, col);
}


/* What an event may not carry. */
static const char *forbidden(const yaml_event_t *e)
{
	static const char anchor[] = "anchors (&) and aliases (*) are not used in charters";
	static const char tag[] =
		"tags (!) are not used: the format says the type of each value";

	switch (e->type) {
	case YAML_ALIAS_EVENT: return anchor;
	case YAML_SCALAR_EVENT:
		return e->data.scalar.anchor ? anchor : e->data.scalar.tag ? tag : NULL;
	case YAML_SEQUENCE_START_EVENT:
		return e->data.sequence_start.anchor ? anchor
		       : e->data.sequence_start.tag  ? tag
						     : NULL;
	case YAML_MAPPING_START_EVENT:
		return e->data.mapping_start.anchor ? anchor
		       : e->data.mapping_start.tag  ? tag
						    : NULL;
	case YAML_DOCUMENT_START_EVENT:
		return e->data.document_start.version_directive ||
				       e->data.document_start.tag_directives.start !=
					       e->data.document_start.tag_directives.end
			       ? "directives (%) are not used in charters"
			       : NULL;
	default: return NULL;
	}
}


static void append(struct parse *p, struct growing *to, const struct charter_node *key,
		   const struct charter_node *value)
{
	struct charter_node *n = to->node;

	if (n->count == to->room) {
		size_t room = to->room ? to->room * 2 : 8;
		struct charter_node_entry *more = arena_take(p->memory, room * sizeof(*more));

		if (n->count)
			memcpy(more, n->entries, n->count * sizeof(*more));
		n->entries = more;
		to->room = room;
	}
	n->entries[n->count++] = (struct charter_node_entry){ key, value };
}


/* Hang a new node where it belongs. */
static int place(struct parse *p, struct charter_node *n, const yaml_mark_t *mark)
{
	struct growing *top = p->depth ? &p->open[p->depth - 1] : NULL;

	if (++p->nodes > CHARTER_NODES_MAX)
		return at_mark(p->f, mark,
			       fault_set(p->f, E_RANGE, "a charter has at most %d values",
					 CHARTER_NODES_MAX));
	if (!top || !top->node) {
		p->root = n;
	} else if (top->node->kind == NODE_LIST) {
		append(p, top, NULL, n);
	} else if (top->key) {
		append(p, top, top->key, n);
		top->key = NULL;
	} else if (n->kind != NODE_SCALAR) {
		return at_mark(p->f, mark,
			       fault_set(p->f, E_SYNTAX, "a key is a word, not a list or map"));
	} else {
		top->key = n;
	}

	return 0;
}


static struct charter_node *new_node(struct parse *p, enum node_kind kind, yaml_mark_t mark)
{
	struct charter_node *n = arena_take(p->memory, sizeof(*n));

	n->kind = kind;
	n->line = (int)mark.line + 1;
	n->col = (int)mark.column + 1;

	return n;
}


static int open_node(struct parse *p, enum node_kind kind, const yaml_event_t *e)
{
	struct charter_node *n = new_node(p, kind, e->start_mark);
	int err = place(p, n, &e->start_mark);

	if (err)
		return err;
	if (p->depth == CHARTER_DEPTH_MAX)
		return at_mark(p->f, &e->start_mark,
			       fault_set(p->f, E_RANGE,
					 "lists and maps lie in one another at most %d deep",
					 CHARTER_DEPTH_MAX));
	p->open[p->depth++] = (struct growing){ .node = n };

	return 0;
}


static int scalar(struct parse *p, const yaml_event_t *e)
{
	struct charter_node *n = new_node(p, NODE_SCALAR, e->start_mark);
	const char *value = (const char *)e->data.scalar.value;
	size_t len = e->data.scalar.length;

	if (memchr(value, 0, len))
		return at_mark(p->f, &e->start_mark,
			       fault_set(p->f, E_SYNTAX, "a text cannot contain a NUL"));
	n->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	n->text = arena_strn(p->memory, value, len);

	return place(p, n, &e->start_mark);
}


static int take(struct parse *p, const yaml_event_t *e)
{
	const char *no = forbidden(e);

	if (no)
		return at_mark(p->f, &e->start_mark, fault_set(p->f, E_SYNTAX, "%s", no));

	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (p->documents++)
			return at_mark(
				p->f, &e->start_mark,
				fault_set(p->f, E_SYNTAX, "a file holds one document only"));
		return 0;
	case YAML_SEQUENCE_START_EVENT: return open_node(p, NODE_LIST, e);
	case YAML_MAPPING_START_EVENT: return open_node(p, NODE_MAP, e);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT: p->depth--; return 0;
	case YAML_SCALAR_EVENT: return scalar(p, e);
	default: return 0;
	}
}


static int syntax(const yaml_parser_t *y, const char *text, size_t len, struct fault *f)
{
	const char *problem = y->problem ? y->problem : "the file ends too early";

	if (y->error == YAML_READER_ERROR)
		at_offset(f, text, y->problem_offset < len ? y->problem_offset : len);
	else
		(void)at_mark(f, &y->problem_mark, 0);
	if (y->context)
		return fault_set(f, E_SYNTAX, "this is not YAML: %s, %s", y->context, problem);

	return fault_set(f, E_SYNTAX, "this is not YAML: %s", problem);
}


static int run(struct parse *p, yaml_parser_t *y, const char *text, size_t len)
{
	bool over = false;
	int err = 0;

	while (!err && !over) {
		yaml_event_t e;

		if (!yaml_parser_parse(y, &e))
			return syntax(y, text, len, p->f);
		err = take(p, &e);
		over = e.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&e);
	}
	if (!err && !p->root)
		err = fault_set(p->f, E_SYNTAX, "the file is empty");

	return err;
}


int node_parse(const struct charter_node **out, struct arena *memory, const char *text,
	       size_t len, struct fault *f)
{
	struct parse p = { .memory = memory, .f = f };
	yaml_parser_t y;
	int err;

	if (!yaml_parser_initialize(&y))
		return fault_set(f, E_NOMEM, "there is not enough memory");
	yaml_parser_set_encoding(&y, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&y, (const unsigned char *)text, len);
	err = run(&p, &y, text, len);
	yaml_parser_delete(&y);
	if (!err)
		*out = p.root;

	return err;
}


bool node_null(const struct charter_node *n)
{
	return n && n->kind == NODE_SCALAR && n->plain && strcmp(n->text, "null") == 0;
}


const struct charter_node *node_get(const struct charter_node *n, const char *key)
{
	int64_t place = 0;

	if (!n || n->kind == NODE_SCALAR)
		return NULL;
	if (n->kind == NODE_LIST && !text_int(&place, key, 0, INT_MAX))
		return (size_t)place < n->count ? n->entries[place].value : NULL;
	for (size_t i = 0; i < n->count; i++) {
		const struct charter_node *value = n->entries[i].value;
		const struct charter_node *name = n->kind == NODE_MAP ? n->entries[i].key
						  : value->kind == NODE_MAP
							  ? node_get(value, "id")
							  : value;

		if (name && name->text && strcmp(name->text, key) == 0)
			return value;
	}

	return NULL;
}


const struct charter_node *node_find(const struct charter_node *n, const char *path)
{
	while (n && *path) {
		size_t len = strcspn(path, "/");
		const struct charter_node *next;
		char part[TEXT_ID_MAX + 16];

		if (len >= sizeof(part))
			break;
		memcpy(part, path, len);
		part[len] = '\0';
		next = node_get(n, part);
		if (!next)
			break;
		n = next;
		path += len + (path[len] == '/');
	}

	return n;
}


struct charter_node *node_scalar(struct arena *memory, const char *text, bool plain)
{
	struct charter_node *n = arena_take(memory, sizeof(*n));

	n->kind = NODE_SCALAR;
	n->plain = plain;
	n->text = text;

	return n;
}


static struct charter_node *of_kind(struct arena *memory, enum node_kind kind)
{
	struct charter_node *n = arena_take(memory, sizeof(*n));

	n->kind = kind;

	return n;
}


struct charter_node *node_list(struct arena *memory)
{
	return of_kind(memory, NODE_LIST);
}


struct charter_node *node_map(struct arena *memory)
{
	return of_kind(memory, NODE_MAP);
}


void node_add(struct arena *memory, struct charter_node *to, const char *key,
	      const struct charter_node *value)
{
	/* Room for 4, 8, 16 ... entries: grow whenever the count is such a power of two. */
	if (to->count == 0 || (to->count >= 4 && (to->count & (to->count - 1)) == 0)) {
		size_t room = to->count ? to->count * 2 : 4;
		struct charter_node_entry *more = arena_take(memory, room * sizeof(*more));

		if (to->count)
			memcpy(more, to->entries, to->count * sizeof(*more));
		to->entries = more;
	}
	to->entries[to->count++] = (struct charter_node_entry){
		key ? node_scalar(memory, key, true) : NULL,
		value,
	};
}


bool node_same(const struct charter_node *a, const struct charter_node *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind || a->count != b->count)
		return false;
	if (a->kind == NODE_SCALAR)
		return a->plain == b->plain && strcmp(a->text, b->text) == 0;
	for (size_t i = 0; i < a->count; i++) {
		const struct charter_node *other =
			a->kind == NODE_LIST ? b->entries[i].value
					     : node_get(b, a->entries[i].key->text);

		if (!other || !node_same(a->entries[i].value, other))
			return false;
	}

	return true;
}
