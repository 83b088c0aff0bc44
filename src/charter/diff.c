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

enum {
	DEPTH = 12,
	WORDS_MAX = 600, /* bytes of one sentence */
};

struct differ {
	struct unbind u;
	struct charter_change *changes;
	size_t count, room;
	char path[256];
	size_t path_len;
	const char *owners[DEPTH]; /* what encloses the value, the outermost first */
	bool named[DEPTH];	   /* by an id; else by a key */
	int depth;
	const struct charter_origin *origin;
};

static void diff_record(struct differ *d, const struct shape *shape, const char *a,
			const char *b);


/* --- where we are --- */

static size_t enter(struct differ *d, const char *part, bool named)
{
	size_t was = d->path_len;

	(void)snprintf(d->path + was, sizeof(d->path) - was, "%s%s", was ? "/" : "", part);
	d->path_len = strlen(d->path);
	if (d->depth < DEPTH) {
		d->owners[d->depth] = part;
		d->named[d->depth] = named;
	}
	d->depth++;

	return was;
}


static void leave(struct differ *d, size_t was)
{
	d->path[was] = '\0';
	d->path_len = was;
	d->depth--;
}


/* quorum, "min period" */
static void say_key(struct buf *b, const char *key)
{
	bool several = strchr(key, '_') != NULL;

	if (strcmp(key, "src") == 0)
		key = "sources";
	if (several)
		buf_char(b, '"');
	for (; *key; key++)
		buf_char(b, *key == '_' ? ' ' : *key);
	if (several)
		buf_char(b, '"');
}


/* " of the grant of observer": from the inside to the nearest thing that has an id. */
static void say_owners(struct buf *b, const struct differ *d, int from)
{
	for (int i = from; i >= 0 && i < DEPTH; i--) {
		buf_str(b, d->named[i] ? " of " : " of the ");
		say_key(b, d->owners[i]);
		if (d->named[i])
			return;
	}
}


/* --- values in words --- */

static bool is_duration(const struct field *f)
{
	return f->type == F_DURATION || f->type == F_DURATION_OPT;
}


static void say_units(struct buf *b, bool *any, int64_t n, const char *unit)
{
	if (!n)
		return;
	buf_printf(b, "%s%lld %s%s", *any ? " and " : "", (long long)n, unit,
		   n == 1 ? "" : "s");
	*any = true;
}


static void say_duration(struct buf *b, const char *text)
{
	struct duration d = { 0 };
	bool any = false;

	(void)!duration_parse(&d, text);
	say_units(b, &any, d.months / 12, "year");
	say_units(b, &any, d.months % 12, "month");
	say_units(b, &any, d.days, "day");
	say_units(b, &any, d.ms / TIME_HOUR, "hour");
	say_units(b, &any, d.ms / TIME_MINUTE % 60, "minute");
	say_units(b, &any, d.ms / TIME_SECOND % 60, "second");
	if (!any)
		buf_str(b, "no time");
}


static void say_value(struct buf *b, const struct field *f, const char *text)
{
	if (!text)
		buf_str(b, "nothing");
	else if (f && is_duration(f))
		say_duration(b, text);
	else if (f && f->type == F_BOOL)
		buf_str(b, text[0] == 't' ? "yes" : "no");
	else
		buf_str(b, text);
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

static void add(struct differ *d, enum charter_change_kind kind, const char *from,
		const char *to, struct buf *words)
{
	if (d->count == d->room) {
		size_t room = d->room ? d->room * 2 : 16;
		struct charter_change *more = arena_take(d->u.memory, room * sizeof(*more));

		if (d->count)
			memcpy(more, d->changes, d->count * sizeof(*more));
		d->changes = more;
		d->room = room;
	}
	d->changes[d->count++] = (struct charter_change){
		.kind = kind,
		.path = arena_str(d->u.memory, d->path),
		.from = from,
		.to = to,
		.words = arena_strn(d->u.memory, words->data, words->len),
		.origin = d->origin,
	};
	buf_clear(words);
}


static void begin_words(struct buf *b, const char *first, const char *key)
{
	buf_init(b, 0);
	buf_str(b, first);
	say_key(b, key);
}


/* "The quorum of consensus changes from 1/1 to 2/3." */
static void changed(struct differ *d, const struct field *f, const char *from, const char *to)
{
	struct buf b;

	begin_words(&b, "The ", d->owners[d->depth - 1]);
	say_owners(&b, d, d->depth - 2);
	buf_str(&b, " changes from ");
	say_value(&b, f, from);
	buf_str(&b, " to ");
	say_value(&b, f, to);
	buf_char(&b, '.');
	add(d, from && to ? CHANGE_VALUE : from ? CHANGE_REMOVED : CHANGE_ADDED, from, to, &b);
}


/* "The text of observer changes in ru from ... to ...", or gains or loses it. */
static void reworded(struct differ *d, const char *from, const char *to)
{
	struct buf b;

	begin_words(&b, "The ", d->owners[d->depth - 2]);
	say_owners(&b, d, d->depth - 3);
	buf_printf(&b, " %s in %s",
		   from && to ? "changes"
		   : to	      ? "is given"
			      : "is taken away",
		   d->owners[d->depth - 1]);
	if (from && to)
		buf_printf(&b, " from \"%s\" to \"%s\".", from, to);
	else
		buf_printf(&b, ": \"%s\".", to ? to : from);
	add(d, from && to ? CHANGE_VALUE : from ? CHANGE_REMOVED : CHANGE_ADDED, from, to, &b);
}


static bool plural(const char *key)
{
	size_t len = strlen(key);

	return strcmp(key, "src") == 0 || strcmp(key, "criteria") == 0 ||
	       (len && key[len - 1] == 's');
}


/* "The rights of observer gain treaty-accede." */
static void gained(struct differ *d, const char *word, bool gain)
{
	const char *key = d->owners[d->depth - 1];
	struct buf b;

	begin_words(&b, "The ", key);
	say_owners(&b, d, d->depth - 2);
	buf_printf(&b, " %s%s %s.", gain ? "gain" : "lose", plural(key) ? "" : "s", word);
	add(d, gain ? CHANGE_ADDED : CHANGE_REMOVED, gain ? NULL : word, gain ? word : NULL,
	    &b);
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
	struct buf b;

	begin_words(&b, "The order of the ", d->owners[d->depth - 1]);
	say_owners(&b, d, d->depth - 2);
	buf_printf(&b, " changes from %s to %s.", from, to);
	add(d, CHANGE_ORDER, from, to, &b);
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
			back = enter(d, key, false);
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


/* A whole record comes or goes. */
static void whole(struct differ *d, const struct shape *shape, const char *record, bool comes)
{
	const char *text = written(d, NULL, unbind_record(&d->u, shape, record));
	struct buf b;

	if (shape->has_origin)
		d->origin = (const struct charter_origin *)(const void *)record;
	begin_words(&b, "The ", shape->name);
	if (id_field(shape))
		buf_printf(&b, " %s", d->owners[d->depth - 1]);
	else
		say_owners(&b, d, d->depth - 2);
	buf_str(&b, comes ? " is added: " : " is removed.");
	if (comes)
		buf_add(&b, text, strlen(text) < WORDS_MAX ? strlen(text) : WORDS_MAX);
	add(d, comes ? CHANGE_ADDED : CHANGE_REMOVED, comes ? NULL : text, comes ? text : NULL,
	    &b);
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
		size_t back = enter(d, id, true);

		if (yours)
			diff_record(d, shape, mine, yours);
		else
			whole(d, shape, mine, false);
		leave(d, back);
	}
	for (size_t i = 0; i < y.count; i++) {
		const char *mine = (const char *)y.at + i * shape->size;
		const char *id = id_of(d, shape, mine);
		size_t back = enter(d, id, true);

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
	back = enter(d, "src", false);
	diff_list(d, lists[0], lists[1]);
	leave(d, back);
}


static void diff_field(struct differ *d, const struct field *f, const char *a, const char *b)
{
	size_t back = enter(d, f->key, false);

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
