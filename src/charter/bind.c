/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * bind.c: walks the tables of shape.h over the tree and fills the structs.
 *
 * Invariants:
 *  1. Every value of the file is bound by a field of a table, or complained about.
 *  2. What is missing or wrong stays as its default or zero, so that the checks that follow
 *     can look at the rest.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "charter/loader.h"
#include "charter/near.h"


static bool bind_record(struct loader *l, const struct shape *shape,
			const struct charter_node *n, void *to,
			const struct charter_origin *up);


size_t path_push(struct loader *l, const char *part)
{
	size_t was = l->path_len;
	int n = snprintf(l->path + was, sizeof(l->path) - was, "%s%s", was ? "/" : "", part);

	l->path_len = strlen(l->path);
	if (n < 0)
		l->path_len = was;

	return was;
}


size_t path_push_place(struct loader *l, size_t place)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%zu", place);

	return path_push(l, text);
}


void path_pop(struct loader *l, size_t was)
{
	l->path[was] = '\0';
	l->path_len = was;
}


void pool_add(struct loader *l, enum pool_id pool, const char *id, void *place)
{
	struct pool *p = &l->pools[pool];

	if (map_get(&p->places, id))
		return;
	if ((p->count & (p->count - 1)) == 0)
		p->ids = mem_grow(p->ids, p->count ? p->count * 2 : 1, sizeof(*p->ids));
	p->ids[p->count++] = id;
	(void)map_put(&p->places, id, place);
}


static bool misread(const char *key)
{
	static const char *const words[] = { "on", "off",  "yes",   "no",   "y",
					     "n",  "true", "false", "null", "~" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcasecmp(key, words[i]) == 0)
			return true;

	return false;
}


void check_keys(struct loader *l, const struct charter_node *map)
{
	struct map seen;

	map_init(&seen);
	for (size_t i = 0; i < map->count; i++) {
		const struct charter_node *key = map->entries[i].key;
		size_t was = path_push(l, key->text);
		const struct charter_node *first = map_put(&seen, key->text, (void *)key);

		if (first)
			complain(l, key, "duplicate key \"%s\": it stands in line %d already",
				 key->text, first->line);
		if (misread(key->text))
			complain(
				l, key,
				"the key \"%s\" is refused: other readers of YAML take it for a "
				"truth value or for null",
				key->text);
		if (strcmp(key->text, "<<") == 0)
			complain(l, key, "merge keys (<<) are not used in charters");
		path_pop(l, was);
	}
	map_clear(&seen);
}


static const struct field *field_of(const struct shape *shape, const char *key)
{
	for (size_t i = 0; i < shape->count; i++)
		if (strcmp(shape->fields[i].key, key) == 0)
			return &shape->fields[i];

	return NULL;
}


static void unknown_key(struct loader *l, const struct shape *shape,
			const struct charter_node *key)
{
	size_t was = path_push(l, key->text);
	char all[256] = "";
	struct near near;

	near_begin(&near, key->text);
	for (size_t i = 0; i < shape->count; i++) {
		size_t len = strlen(all);

		near_offer(&near, shape->fields[i].key);
		(void)snprintf(all + len, sizeof(all) - len, "%s%s", i ? ", " : "",
			       shape->fields[i].key);
	}
	if (near.best)
		complain(l, key, "unknown key \"%s\" in a %s; did you mean \"%s\"?", key->text,
			 shape->name, near.best);
	else
		complain(l, key, "unknown key \"%s\" in a %s; allowed: %s", key->text,
			 shape->name, all);
	path_pop(l, was);
}


static void known_keys(struct loader *l, const struct shape *shape,
		       const struct charter_node *map)
{
	check_keys(l, map);
	for (size_t i = 0; i < map->count; i++) {
		const struct charter_node *key = map->entries[i].key;

		if (shape->has_origin && strcmp(key->text, "src") == 0)
			continue;
		if (!misread(key->text) && strcmp(key->text, "<<") != 0 &&
		    !field_of(shape, key->text))
			unknown_key(l, shape, key);
	}
}


/* "article:charter-2002/19" and its kind.  Says whether it is one. */
static bool source_tag(struct loader *l, const struct charter_node *n)
{
	static const char *const numbered[] = { "interview:L", "pub:P" };
	const char *s = n->text;
	int64_t number = 0;

	for (size_t i = 0; i < ARRAY_LEN(numbered); i++)
		if (text_starts(s, numbered[i]))
			return text_int(&number, s + strlen(numbered[i]), 1, 100000) == 0;
	if (text_starts(s, "article:")) {
		const char *slash = strchr(s, '/');
		const char *id =
			arena_strn(l->memory, s + 8, slash ? (size_t)(slash - s - 8) : 0);

		if (!slash || !slash[1] || !text_id(id))
			return false;
		refer(l, NULL, n, POOL(INSTRUMENTS), id, NULL);
		return true;
	}

	return strcmp(s, "assumed") == 0;
}


static void bind_source(struct loader *l, const struct charter_node *n,
			struct charter_strings *to)
{
	size_t count = n->kind == NODE_LIST ? n->count : 1;
	const char **at = arena_take(l->memory, count * sizeof(*at) + 1);
	size_t was = path_push(l, "src");

	to->at = at;
	for (size_t i = 0; i < count; i++) {
		const struct charter_node *tag = n->kind == NODE_LIST ? n->entries[i].value : n;

		if (tag->kind == NODE_SCALAR && source_tag(l, tag)) {
			at[to->count++] = tag->text;
			continue;
		}
		complain(
			l, tag,
			"a source is \"assumed\", \"interview:L\" or \"pub:P\" with a number, or "
			"\"article:INSTRUMENT/ARTICLE\"");
	}
	if (count == 0)
		complain(l, n, "a list of sources has at least one");
	path_pop(l, was);
}


static void bind_origin(struct loader *l, const struct charter_node *n,
			struct charter_origin *o, const struct charter_origin *up)
{
	const struct charter_node *src = node_get(n, "src");

	o->path = arena_str(l->memory, l->path);
	o->line = n->line;
	o->col = n->col;
	o->up = up;
	o->place = n;
	if (src)
		bind_source(l, src, &o->src);
}


static void set_sequence(void *to, void *at, size_t count)
{
	struct sequence s = { at, count };

	memcpy(to, &s, sizeof(s));
}


/* The id under which entries of a list are named in paths, checked and put in its pool. */
static void record_id(struct loader *l, const struct shape *shape, struct map *seen,
		      const struct charter_node *n, void *record)
{
	const struct charter_node *id = node_get(n, "id");
	const struct charter_node *first;
	size_t was;

	if (!id || id->kind != NODE_SCALAR || !field_of(shape, "id"))
		return;
	first = map_put(seen, id->text, (void *)id);
	was = path_push(l, "id");
	if (first)
		complain(l, id, "the id \"%s\" stands in line %d already", id->text,
			 first->line);
	else if (shape->pool != P_OTHERS)
		pool_add(l, shape->pool, id->text, record);
	path_pop(l, was);
}


static void bind_records(struct loader *l, const struct field *f, const struct charter_node *n,
			 void *to, const struct charter_origin *up)
{
	const struct shape *shape = f->of;
	char *at = arena_take(l->memory, n->count * shape->size + 1);
	struct map seen;
	size_t count = 0;

	map_init(&seen);
	for (size_t i = 0; i < n->count; i++) {
		const struct charter_node *entry = n->entries[i].value;
		const struct charter_node *id = node_get(entry, "id");
		char *record = at + count * shape->size;
		size_t was =
			id && id->kind == NODE_SCALAR && field_of(shape, "id") && id->text[0]
				? path_push(l, id->text)
				: path_push_place(l, i);

		if (bind_record(l, shape, entry, record, up)) {
			record_id(l, shape, &seen, entry, record);
			count++;
		}
		path_pop(l, was);
	}
	map_clear(&seen);
	set_sequence(to, at, count);
}


/* {city: 2, hospital: 1} becomes a list of pairs. */
static void bind_map(struct loader *l, const struct field *f, const struct charter_node *n,
		     void *to)
{
	const struct shape *shape = f->of;
	const struct field *key = &shape->fields[0], *value = &shape->fields[1];
	char *at = arena_take(l->memory, n->count * shape->size + 1);

	check_keys(l, n);
	for (size_t i = 0; i < n->count; i++) {
		char *pair = at + i * shape->size;
		const struct charter_node *v = n->entries[i].value;
		size_t was = path_push(l, n->entries[i].key->text);

		bind_value(l, key, n->entries[i].key, pair + key->offset);
		if (node_null(v))
			complain(l, v, "null is not allowed here; expected %s",
				 field_wants(value));
		else
			bind_value(l, value, v, pair + value->offset);
		path_pop(l, was);
	}
	set_sequence(to, at, n->count);
}


static bool right_kind(struct loader *l, const struct field *f, const struct charter_node *n)
{
	static const char *const names[] = { "a single value", "a list", "a map of keys" };
	enum node_kind want = f->type == F_RECORDS ? NODE_LIST : NODE_MAP;

	if (n->kind == want)
		return true;
	complain(l, n, "expected %s here, not %s", names[want], names[n->kind]);

	return false;
}


static void bind_field(struct loader *l, const struct field *f, const struct charter_node *n,
		       char *record, const struct charter_origin *up)
{
	void *to = record + f->offset;

	if (f->type == F_RECORD || f->type == F_RECORD_OPT) {
		const struct shape *shape = f->of;
		void *sub = f->type == F_RECORD ? to : arena_take(l->memory, shape->size);

		if (!right_kind(l, f, n))
			return;
		(void)bind_record(l, shape, n, sub, up);
		if (f->type == F_RECORD_OPT)
			memcpy(to, &sub, sizeof(sub));
	} else if (f->type == F_RECORDS || f->type == F_MAP) {
		if (!right_kind(l, f, n))
			return;
		if ((f->flags & FULL) && n->count == 0)
			complain(l, n, "there must be at least one");
		if (f->type == F_RECORDS)
			bind_records(l, f, n, to, up);
		else
			bind_map(l, f, n, to);
	} else {
		bind_value(l, f, n, to);
	}
}


static void bind_default(struct loader *l, const struct field *f, char *record)
{
	struct charter_node n = { .kind = NODE_SCALAR, .plain = true, .text = f->otherwise };

	if (f->otherwise)
		bind_value(l, f, &n, record + f->offset);
}


/* The two halves of the file do not show in paths, except "registers". */
static size_t push_key(struct loader *l, const struct field *f)
{
	return f->of == &shape_constitution ? l->path_len : path_push(l, f->key);
}


static bool bind_record(struct loader *l, const struct shape *shape,
			const struct charter_node *n, void *to, const struct charter_origin *up)
{
	if (n->kind != NODE_MAP) {
		complain(l, n, "expected a %s: a map of keys", shape->name);
		return false;
	}
	if (shape->has_origin) {
		bind_origin(l, n, to, up);
		up = to;
	}
	known_keys(l, shape, n);
	for (size_t i = 0; i < shape->count; i++) {
		const struct field *f = &shape->fields[i];
		const struct charter_node *value = node_get(n, f->key);
		size_t was = push_key(l, f);

		if (!value) {
			if (f->flags & NEEDED)
				complain(l, n, "the key \"%s\" is missing: %s", f->key,
					 field_wants(f));
			bind_default(l, f, to);
		} else if (!node_null(value)) {
			bind_field(l, f, value, to, up);
		} else if (f->flags & NULLABLE) {
			bind_default(l, f, to);
		} else {
			complain(l, value, "null is not allowed here; expected %s",
				 field_wants(f));
		}
		path_pop(l, was);
	}

	return true;
}


/* Texts come before and after the section of languages, so it is looked at first. */
static void find_languages(struct loader *l, const struct charter_node *root)
{
	static const char *const lists[] = { "official", "working", "interpretation" };
	const struct charter_node *languages =
		node_get(node_get(root, "constitution"), "languages");
	const struct charter_node *one = node_get(languages, "default");

	l->default_language = one && one->kind == NODE_SCALAR ? one->text : "en";
	pool_add(l, P_LANGUAGES, l->default_language, (void *)l->default_language);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		const struct charter_node *list = node_get(languages, lists[i]);

		for (size_t j = 0; list && list->kind == NODE_LIST && j < list->count; j++) {
			const char *text = list->entries[j].value->text;

			if (text)
				pool_add(l, P_LANGUAGES, text, (void *)text);
		}
	}
}


void bind_file(struct loader *l, const struct charter_node *root)
{
	const struct charter_node *registers = node_get(root, "registers");

	find_languages(l, root);
	l->c->has_registers = registers && !node_null(registers);
	(void)bind_record(l, &shape_file, root, l->c, NULL);
}
