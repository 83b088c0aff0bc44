/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * unbind.c: bind.c the other way round.
 *
 * Invariant: what unbind_record() yields binds to an equal struct.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "charter/unbind.h"


static const struct charter_node *quoted(const struct unbind *u, const char *s)
{
	return s ? node_scalar(u->memory, s, false) : NULL;
}


static const struct charter_node *number(const struct unbind *u, int64_t v)
{
	return node_scalar(u->memory, arena_printf(u->memory, "%lld", (long long)v), true);
}


/* As few digits as read back to the same number. */
static const struct charter_node *real(const struct unbind *u, double v)
{
	char text[32];
	double back = 0;

	for (int digits = 1; digits <= 17; digits++) {
		(void)snprintf(text, sizeof(text), "%.*g", digits, v);
		if (!text_real(&back, text) && !(back < v) && !(back > v))
			break;
	}

	return node_scalar(u->memory, arena_str(u->memory, text), true);
}


static const struct charter_node *duration(const struct unbind *u, const struct duration *d)
{
	char text[64];

	if (!d)
		return NULL;
	duration_text(text, sizeof(text), d);

	return quoted(u, arena_str(u->memory, text));
}


static const struct charter_node *fraction(const struct unbind *u,
					   const struct charter_fraction *f)
{
	return f->den ? quoted(u, arena_printf(u->memory, "%d/%d", f->num, f->den)) : NULL;
}


static const struct charter_node *count(const struct unbind *u, const struct charter_count *c)
{
	return c->number ? number(u, c->number) : fraction(u, &c->part);
}


static const struct charter_node *or_null(const struct charter_node *list)
{
	return list->count ? list : NULL;
}


static const struct charter_node *strings(const struct unbind *u,
					  const struct charter_strings *s)
{
	struct charter_node *list = node_list(u->memory);

	for (size_t i = 0; i < s->count; i++)
		node_add(u->memory, list, NULL, quoted(u, s->at[i]));

	return or_null(list);
}


static const struct charter_node *two(const struct unbind *u, const struct charter_node *a,
				      const struct charter_node *b)
{
	struct charter_node *list = node_list(u->memory);

	node_add(u->memory, list, NULL, a);
	node_add(u->memory, list, NULL, b);

	return list;
}


static const struct charter_node *set(const struct unbind *u, const struct vocabulary *v,
				      uint64_t bits)
{
	struct charter_node *list = node_list(u->memory);

	for (int i = 0; i < v->count; i++)
		if (SET_HAS(bits, i))
			node_add(u->memory, list, NULL, quoted(u, v->words[i].word));

	return or_null(list);
}


static const struct charter_node *text(const struct unbind *u, const struct charter_text *t)
{
	struct charter_node *map = node_map(u->memory);

	if (t->count == 1 && u->short_texts)
		return quoted(u, t->at[0].text);
	for (size_t i = 0; i < t->count; i++)
		node_add(u->memory, map, t->at[i].lang, quoted(u, t->at[i].text));

	return or_null(map);
}


static const struct charter_node *texts(const struct unbind *u, const struct sequence *s)
{
	struct charter_node *list = node_list(u->memory);
	const struct charter_text *at = s->at;

	for (size_t i = 0; i < s->count; i++)
		node_add(u->memory, list, NULL, text(u, &at[i]));

	return or_null(list);
}


/* The id of a record; its struct begins with an origin, and then the id. */
static const char *id_of(const void *record)
{
	const char *id;

	memcpy(&id, (const char *)record + sizeof(struct charter_origin), sizeof(id));

	return id;
}


static const struct charter_node *ref(const struct unbind *u, const void *pointer)
{
	const void *record;

	memcpy(&record, pointer, sizeof(record));

	return record ? quoted(u, id_of(record)) : NULL;
}


static const struct charter_node *who(const struct unbind *u, const struct charter_who *w)
{
	const void *record = w->body	 ? (const void *)w->body
			     : w->office ? (const void *)w->office
					 : (const void *)w->status;

	return record ? quoted(u, id_of(record)) : NULL;
}


static const struct charter_node *refs(const struct unbind *u, const struct field *f,
				       const struct sequence *s)
{
	struct charter_node *list = node_list(u->memory);
	const char *at = s->at;

	for (size_t i = 0; i < s->count; i++) {
		const char *entry = at + i * field_size(f);

		node_add(u->memory, list, NULL,
			 f->type == F_REFS ? ref(u, entry) : who(u, (const void *)entry));
	}

	return or_null(list);
}


static const struct charter_node *records(const struct unbind *u, const struct shape *shape,
					  const struct sequence *s)
{
	struct charter_node *list = node_list(u->memory);
	const char *at = s->at;

	for (size_t i = 0; i < s->count; i++)
		node_add(u->memory, list, NULL, unbind_record(u, shape, at + i * shape->size));

	return or_null(list);
}


static const struct charter_node *map(const struct unbind *u, const struct shape *shape,
				      const struct sequence *s)
{
	struct charter_node *map = node_map(u->memory);
	const char *at = s->at;

	for (size_t i = 0; i < s->count; i++) {
		const char *pair = at + i * shape->size;
		const struct charter_node *key = unbind_field(u, &shape->fields[0], pair);
		const struct charter_node *value = unbind_field(u, &shape->fields[1], pair);

		node_add(u->memory, map, key->text, value ? value : node_list(u->memory));
	}

	return or_null(map);
}


static int enum_at(const void *at)
{
	int v;

	memcpy(&v, at, sizeof(v));

	return v;
}


static const void *pointer_at(const void *at)
{
	const void *p;

	memcpy(&p, at, sizeof(p));

	return p;
}


static const struct charter_node *holder(const struct unbind *u, const struct field *f,
					 const struct charter_office_holder *h)
{
	return h->kind == HOLDER_BODY ? quoted(u, h->body->id)
				      : quoted(u, vocabulary_word(f->of, (int)h->kind));
}


static const struct charter_node *span(const struct unbind *u, const struct charter_span *s)
{
	return s->from ? two(u, quoted(u, s->from), quoted(u, s->to)) : NULL;
}


static const struct charter_node *record_or_null(const struct unbind *u, const struct field *f,
						 const void *from)
{
	return from ? or_null(unbind_record(u, f->of, from)) : NULL;
}


/* The value of a member, or NULL when there is none. */
static const struct charter_node *value(const struct unbind *u, const struct field *f,
					const void *at)
{
	switch (f->type) {
	case F_BOOL: return node_scalar(u->memory, *(const bool *)at ? "true" : "false", true);
	case F_SAID: return *(const bool *)at ? quoted(u, vocabulary_word(f->of, 0)) : NULL;
	case F_INT: return number(u, *(const int32_t *)at);
	case F_NUMBER: return real(u, *(const double *)at);
	case F_DURATION: return duration(u, at);
	case F_DURATION_OPT: return duration(u, pointer_at(at));
	case F_FRACTION: return fraction(u, at);
	case F_COUNT: return count(u, at);
	case F_RANGE:
		return two(u, number(u, ((const struct charter_range *)at)->from),
			   number(u, ((const struct charter_range *)at)->to));
	case F_SPAN: return span(u, at);
	case F_CHOICE: return quoted(u, vocabulary_word(f->of, enum_at(at)));
	case F_SET: return set(u, f->of, *(const uint64_t *)at);
	case F_HOLDER: return holder(u, f, at);
	case F_TEXT: return text(u, at);
	case F_TEXTS: return texts(u, at);
	case F_WORDS:
	case F_NAMES: return strings(u, at);
	case F_REF: return ref(u, at);
	case F_WHO: return who(u, at);
	case F_REFS:
	case F_WHOS: return refs(u, f, at);
	case F_RECORD: return record_or_null(u, f, at);
	case F_RECORD_OPT: return record_or_null(u, f, pointer_at(at));
	case F_RECORDS: return records(u, f->of, at);
	case F_MAP: return map(u, f->of, at);
	default: return quoted(u, pointer_at(at));
	}
}


static bool is_list(enum field_type t)
{
	return t == F_SET || t == F_TEXTS || t == F_WORDS || t == F_NAMES || t == F_REFS ||
	       t == F_WHOS || t == F_RECORDS;
}


static int by_text(const void *a, const void *b)
{
	const struct charter_node_entry *x = a, *y = b;

	return strcmp(x->value->text, y->value->text);
}


const struct charter_node *unbind_field(const struct unbind *u, const struct field *f,
					const void *record)
{
	const struct charter_node *n = value(u, f, (const char *)record + f->offset);

	/* An order without meaning has no part in the canonical form. */
	if (n && (f->flags & ALIKE) && !u->short_texts)
		qsort(n->entries, n->count, sizeof(*n->entries), by_text);

	if (n && f->otherwise && n->kind == NODE_SCALAR && strcmp(n->text, f->otherwise) == 0)
		return NULL;
	if (n || !(f->flags & NEEDED))
		return n;
	if (is_list(f->type))
		return node_list(u->memory);
	if (f->type == F_MAP || f->type == F_RECORD)
		return node_map(u->memory);

	return node_scalar(u->memory, "null", true);
}


struct charter_node *unbind_record(const struct unbind *u, const struct shape *shape,
				   const void *from)
{
	struct charter_node *map = node_map(u->memory);

	for (size_t i = 0; i < shape->count; i++) {
		const struct charter_node *n = unbind_field(u, &shape->fields[i], from);

		if (n)
			node_add(u->memory, map, shape->fields[i].key, n);
	}
	if (shape->has_origin) {
		const struct charter_origin *o = from;
		const struct charter_node *src = strings(u, &o->src);

		if (src)
			node_add(u->memory, map, "src",
				 src->count == 1 && u->short_texts ? src->entries[0].value
								   : src);
	}

	return map;
}
