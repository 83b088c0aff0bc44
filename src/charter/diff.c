/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * diff.c: walks the tables of shape.h over two charters at once.
 *
 * Entries of lists are matched by id, words of sets by themselves; an order is compared where
 * it means something.  What both leave to the default is equal.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "charter/diff.h"
#include "charter/unbind.h"

enum { DEPTH = 12 };

struct differ {
	struct unbind u;
	struct charter_change *changes;
	size_t count, room;
	char path[256];
	size_t path_len;
	struct charter_change_part parts[DEPTH]; /* the outermost first */
	size_t depth;
	const struct charter_origin *origin;
};

static void diff_record(struct differ *d, const struct shape *shape, const char *a,
			const char *b);


/* --- where we are --- */

static size_t enter_part(struct differ *d, struct charter_change_part part)
{
	size_t was = d->path_len;

	(void)snprintf(d->path + was, sizeof(d->path) - was, "%s%s", was ? "/" : "", part.key);
	d->path_len = strlen(d->path);
	if (d->depth < DEPTH)
		d->parts[d->depth] = part;
	d->depth++;

	return was;
}


static size_t enter(struct differ *d, const char *key)
{
	return enter_part(d, (struct charter_change_part){ .key = key });
}


static void leave(struct differ *d, size_t was)
{
	d->path[was] = '\0';
	d->path_len = was;
	d->depth--;
}


/* --- values --- */

static enum charter_change_value value_of(const struct field *f)
{
	if (f && (f->type == F_DURATION || f->type == F_DURATION_OPT))
		return CHANGE_DURATION;

	return f && f->type == F_BOOL ? CHANGE_BOOL : CHANGE_AS_WRITTEN;
}


/* As the file would write it; the default where the member has it; NULL for nothing. */
static const char *written(struct differ *d, const struct field *f,
			   const struct charter_node *n)
{
	struct buf b;
	const char *text;

	if (!n)
		return f ? f->otherwise : NULL;
	if (node_null(n))
		return NULL;
	if (n->kind == NODE_SCALAR)
		return n->text;
	buf_init(&b, 0);
	node_line(&b, n);
	text = arena_strn(d->u.memory, b.data, b.len);
	buf_clear(&b);

	return text;
}


/* --- changes --- */

static void add(struct differ *d, const struct charter_change *one)
{
	size_t depth = d->depth < DEPTH ? d->depth : DEPTH;
	struct charter_change_part *parts = arena_take(d->u.memory, depth * sizeof(*parts));
	struct charter_change *at;

	if (d->count == d->room) {
		size_t room = d->room ? d->room * 2 : 16;
		struct charter_change *more = arena_take(d->u.memory, room * sizeof(*more));

		if (d->count)
			memcpy(more, d->changes, d->count * sizeof(*more));
		d->changes = more;
		d->room = room;
	}
	memcpy(parts, d->parts, depth * sizeof(*parts));
	at = &d->changes[d->count++];
	*at = *one;
	at->path = arena_str(d->u.memory, d->path);
	at->origin = d->origin;
	at->parts.at = parts;
	at->parts.count = depth;
}


static enum charter_change_kind kind_of(const char *from, const char *to)
{
	return from && to ? CHANGE_VALUE : from ? CHANGE_REMOVED : CHANGE_ADDED;
}


static void changed(struct differ *d, const struct field *f, const char *from, const char *to)
{
	struct charter_change c = { .kind = kind_of(from, to),
				    .of = CHANGE_OF_FIELD,
				    .value = value_of(f),
				    .from = from,
				    .to = to };

	add(d, &c);
}


static void reworded(struct differ *d, const char *from, const char *to)
{
	struct charter_change c = {
		.kind = kind_of(from, to), .of = CHANGE_OF_TEXT, .from = from, .to = to
	};

	add(d, &c);
}


static void gained(struct differ *d, const char *word, bool gain)
{
	struct charter_change c = { .kind = gain ? CHANGE_ADDED : CHANGE_REMOVED,
				    .of = CHANGE_OF_ENTRY,
				    .from = gain ? NULL : word,
				    .to = gain ? word : NULL };

	add(d, &c);
}


static const struct charter_node *at(const struct charter_node *list, size_t i)
{
	return list->entries[i].value;
}


static bool has(const struct charter_node *list, const struct charter_node *one)
{
	for (size_t i = 0; list && i < list->count; i++)
		if (node_same(at(list, i), one))
			return true;

	return false;
}


/* Entries of one list that the other has not. */
static size_t entries_only_in(struct differ *d, const struct charter_node *list,
			      const struct charter_node *other, bool gain)
{
	size_t count = 0;

	for (size_t i = 0; list && i < list->count; i++)
		if (!has(other, at(list, i))) {
			gained(d, written(d, NULL, at(list, i)), gain);
			count++;
		}

	return count;
}


static void order_changed(struct differ *d, const char *from, const char *to)
{
	struct charter_change c = {
		.kind = CHANGE_ORDER, .of = CHANGE_OF_ENTRY, .from = from, .to = to
	};

	add(d, &c);
}


static void diff_list(struct differ *d, const struct charter_node *a,
		      const struct charter_node *b)
{
	size_t lost = entries_only_in(d, a, b, false);
	size_t won = entries_only_in(d, b, a, true);

	/* With the same words on both sides, only their order can differ. */
	if (!lost && !won)
		order_changed(d, written(d, NULL, a), written(d, NULL, b));
}


static bool is_list(const struct charter_node *a, const struct charter_node *b)
{
	return (a && a->kind == NODE_LIST) || (b && b->kind == NODE_LIST);
}


/* Texts by language, and maps: one change for each key. */
static void diff_map(struct differ *d, const struct field *f, const struct charter_node *a,
		     const struct charter_node *b)
{
	const struct charter_node *sides[] = { a, b };

	for (int side = 0; side < 2; side++) {
		const struct charter_node *one = sides[side], *other = sides[!side];

		for (size_t i = 0; one && i < one->count; i++) {
			const char *key = one->entries[i].key->text;
			const struct charter_node *mine = one->entries[i].value;
			const struct charter_node *yours = node_get(other, key);
			const char *was = written(d, NULL, side ? yours : mine);
			const char *is = written(d, NULL, side ? mine : yours);
			size_t back;

			if ((side && yours) || (yours && node_same(mine, yours)))
				continue;
			back = enter(d, key);
			if (f->type == F_TEXT)
				reworded(d, was, is);
			else
				changed(d, &((const struct shape *)f->of)->fields[1], was, is);
			leave(d, back);
		}
	}
}


static void diff_value(struct differ *d, const struct field *f, const char *a, const char *b)
{
	const struct charter_node *x = unbind_field(&d->u, f, a);
	const struct charter_node *y = unbind_field(&d->u, f, b);

	if (node_same(x, y))
		return;
	if (f->type == F_TEXT || f->type == F_MAP)
		diff_map(d, f, x, y);
	else if (is_list(x, y) && f->type != F_RANGE && f->type != F_SPAN)
		diff_list(d, x, y);
	else
		changed(d, f, written(d, f, x), written(d, f, y));
}


/* --- records --- */

static const struct field *id_field(const struct shape *shape)
{
	return strcmp(shape->fields[0].key, "id") == 0 ? &shape->fields[0] : NULL;
}


static const char *id_of(struct differ *d, const struct shape *shape, const char *record)
{
	const struct field *f = id_field(shape);
	const struct charter_node *n = f ? unbind_field(&d->u, f, record) : NULL;

	return n ? n->text : NULL;
}


static const char *find(struct differ *d, const struct shape *shape,
			const struct sequence *list, const char *id)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *record = (const char *)list->at + i * shape->size;

		if (text_eq(id_of(d, shape, record), id))
			return record;
	}

	return NULL;
}


/* What readers call the record, where it has a text or a name. */
static struct charter_text text_of(const struct shape *shape, const char *record)
{
	struct charter_text text = { 0 };

	for (size_t i = 0; i < shape->count; i++) {
		const struct field *f = &shape->fields[i];

		if (f->type != F_TEXT ||
		    (strcmp(f->key, "text") != 0 && strcmp(f->key, "name") != 0))
			continue;
		memcpy(&text, record + f->offset, sizeof(text));
		break;
	}

	return text;
}


static size_t enter_record(struct differ *d, const struct shape *shape, const char *record)
{
	return enter_part(d, (struct charter_change_part){ .key = id_of(d, shape, record),
							   .id = true,
							   .text = text_of(shape, record) });
}


/* A whole record comes or goes. */
static void whole(struct differ *d, const struct shape *shape, const char *record, bool comes)
{
	const char *text = written(d, NULL, unbind_record(&d->u, shape, record));
	struct charter_change c = { .kind = comes ? CHANGE_ADDED : CHANGE_REMOVED,
				    .of = CHANGE_OF_RECORD,
				    .record = shape->name,
				    .from = comes ? NULL : text,
				    .to = comes ? text : NULL };

	if (shape->has_origin)
		d->origin = (const struct charter_origin *)(const void *)record;
	add(d, &c);
}


/* Both lists have these ids in common; do they come in the same order? */
static void records_order(struct differ *d, const struct shape *shape, const struct sequence *a,
			  const struct sequence *b)
{
	struct charter_node *x = node_list(d->u.memory), *y = node_list(d->u.memory);
	const struct sequence *lists[] = { a, b };
	struct charter_node *out[] = { x, y };

	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < lists[side]->count; i++) {
			const char *record = (const char *)lists[side]->at + i * shape->size;
			const char *id = id_of(d, shape, record);

			if (find(d, shape, lists[!side], id))
				node_add(d->u.memory, out[side], NULL,
					 node_scalar(d->u.memory, id, false));
		}
	if (!node_same(x, y))
		order_changed(d, written(d, NULL, x), written(d, NULL, y));
}


static void diff_records(struct differ *d, const struct field *f, const char *a, const char *b)
{
	const struct shape *shape = f->of;
	struct sequence x, y;

	if (!id_field(shape)) {
		diff_value(d, f, a, b);
		return;
	}
	memcpy(&x, a + f->offset, sizeof(x));
	memcpy(&y, b + f->offset, sizeof(y));
	for (size_t i = 0; i < x.count; i++) {
		const char *mine = (const char *)x.at + i * shape->size;
		const char *id = id_of(d, shape, mine);
		const char *yours = find(d, shape, &y, id);
		size_t back = enter_record(d, shape, mine);

		if (yours)
			diff_record(d, shape, mine, yours);
		else
			whole(d, shape, mine, false);
		leave(d, back);
	}
	for (size_t i = 0; i < y.count; i++) {
		const char *mine = (const char *)y.at + i * shape->size;
		const char *id = id_of(d, shape, mine);
		size_t back = enter_record(d, shape, mine);

		if (!find(d, shape, &x, id))
			whole(d, shape, mine, true);
		leave(d, back);
	}
	records_order(d, shape, &x, &y);
}


static void diff_optional(struct differ *d, const struct field *f, const char *a, const char *b)
{
	const char *x, *y;

	memcpy(&x, a + f->offset, sizeof(x));
	memcpy(&y, b + f->offset, sizeof(y));
	if (x && y)
		diff_record(d, f->of, x, y);
	else if (x || y)
		whole(d, f->of, x ? x : y, y != NULL);
}


static void diff_sources(struct differ *d, const struct charter_origin *a,
			 const struct charter_origin *b)
{
	struct charter_node *lists[2];
	const struct charter_origin *sides[] = { a, b };
	size_t back;

	for (int side = 0; side < 2; side++) {
		lists[side] = node_list(d->u.memory);
		for (size_t i = 0; i < sides[side]->src.count; i++)
			node_add(d->u.memory, lists[side], NULL,
				 node_scalar(d->u.memory, sides[side]->src.at[i], false));
	}
	if (node_same(lists[0], lists[1]))
		return;
	back = enter(d, "src");
	diff_list(d, lists[0], lists[1]);
	leave(d, back);
}


static void diff_field(struct differ *d, const struct field *f, const char *a, const char *b)
{
	size_t back = enter(d, f->key);

	switch (f->type) {
	case F_RECORD: diff_record(d, f->of, a + f->offset, b + f->offset); break;
	case F_RECORD_OPT: diff_optional(d, f, a, b); break;
	case F_RECORDS: diff_records(d, f, a, b); break;
	default: diff_value(d, f, a, b); break;
	}
	leave(d, back);
}


static void diff_record(struct differ *d, const struct shape *shape, const char *a,
			const char *b)
{
	const struct charter_origin *around = d->origin;

	if (shape->has_origin)
		d->origin = (const struct charter_origin *)(const void *)b;
	for (size_t i = 0; i < shape->count; i++)
		diff_field(d, &shape->fields[i], a, b);
	if (shape->has_origin)
		diff_sources(d, (const struct charter_origin *)(const void *)a,
			     (const struct charter_origin *)(const void *)b);
	d->origin = around;
}


void charter_diff(struct charter_diff *out, struct arena *memory, const struct charter *a,
		  const struct charter *b)
{
	struct differ d = { .u = { memory, false } };

	diff_record(&d, &shape_constitution, (const char *)a, (const char *)b);
	out->changes.at = d.changes;
	out->changes.count = d.count;
}
