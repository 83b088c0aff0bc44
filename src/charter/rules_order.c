/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rules_order.c: the order of parties and the rotation of the chair. */
#include <stdlib.h>
#include <string.h>

#include "base/collate.h"
#include "base/text.h"
#include "charter/answer_make.h"

struct place {
	const char *id;
	const char *name;
	const char *since;
};

struct ordering {
	enum party_order order;
	const struct collator *collator; /* NULL: by code point */
};


static int cmp(const void *a, const void *b, void *arg)
{
	const struct place *x = a, *y = b;
	const struct ordering *o = arg;
	int c = 0;

	if (o->order == ORDER_PARTIES_BY_SENIORITY)
		c = day_cmp(x->since, y->since);
	if (!c && o->collator)
		c = collator_cmp(o->collator, x->name, y->name);

	/* Names that an alphabet takes for equal: some order, but always the same. */
	return c ? c : strcmp(x->id, y->id);
}


static const char *ordering_name(const struct snapshot_party *p, const char *language)
{
	return charter_text_in(p->short_name.count ? p->short_name : p->name, language);
}


static bool holds(const struct charter *c, const char *id, const struct charter_status *wanted)
{
	return wanted ? text_eq(id, wanted->id) : status_decides(c, id);
}


/* Append the holders of a status, or all members when it is NULL, in order. */
static void append(struct charter_ids *out, struct arena *memory, const struct charter *c,
		   const struct snapshot *s, const struct charter_status *wanted,
		   const struct ordering *o, const char *language, const char *on)
{
	struct place *places = arena_take(memory, s->parties.count * sizeof(*places) + 1);
	size_t count = 0;

	charter_each (p, s->parties) {
		const struct snapshot_status *st = snapshot_status(p, on);

		if (st && holds(c, st->status, wanted))
			places[count++] =
				(struct place){ p->id, ordering_name(p, language), st->from };
	}
	qsort_r(places, count, sizeof(*places), cmp, (void *)o);
	for (size_t i = 0; i < count; i++)
		ids_add(out, places[i].id);
}


static struct collator *alphabet(const char *language)
{
	struct collator *collator = NULL;

	return collator_open(&collator, language, NULL) ? NULL : collator;
}


void charter_order(struct charter_ids *out, struct arena *memory, const struct charter *c,
		   const struct snapshot *s, enum party_order order, const char *language,
		   const char *on)
{
	struct collator *collator = alphabet(language);
	const struct ordering o = { order, collator };

	ids_init(out, memory, s->parties.count);
	append(out, memory, c, s, NULL, &o, language, on);
	collator_close(collator);
}


/* Begin with the party that was drawn; the others keep their order. */
static void turn(struct charter_ids *ids, struct arena *memory, const char *first)
{
	const struct charter_ids old = *ids;
	size_t at = 0;

	while (at < old.count && !text_eq(old.at[at], first))
		at++;
	if (!first || at == old.count)
		return;
	ids_init(ids, memory, old.count);
	for (size_t i = 0; i < old.count; i++)
		ids_add(ids, old.at[(at + i) % old.count]);
}


void charter_protocol_order(struct charter_ids *out, struct arena *memory,
			    const struct charter *c, const struct snapshot *s,
			    const char *first, const char *on)
{
	const char *language = c->meetings.precedence.language;
	struct collator *collator = alphabet(language);
	const struct ordering o = { c->meetings.precedence.order, collator };
	struct charter_ids members;

	ids_init(&members, memory, s->parties.count);
	append(&members, memory, c, s, NULL, &o, language, on);
	turn(&members, memory, first);
	ids_init(out, memory, s->parties.count);
	for (size_t i = 0; i < members.count; i++)
		ids_add(out, members.at[i]);
	charter_each (guests, c->meetings.precedence.guests_after_members) {
		append(out, memory, c, s, *guests, &o, language, on);
	}
	collator_close(collator);
}


static bool can_chair(const struct charter *c, const struct snapshot *s, const char *party,
		      const char *on)
{
	struct charter_may may;

	if (charter_may(&may, c, s, party, RIGHT_CHAIR, on))
		return true;

	return may.reason == MAY_SUSPENDED && !SET_HAS(c->chairmanship.skip_if, SKIP_SUSPENDED);
}


/* Where `now` stands, or would stand, in the order; the one after it is next. */
static size_t next_place(const struct charter_ids *order, const char *now)
{
	for (size_t i = 0; i < order->count; i++)
		if (text_eq(order->at[i], now))
			return i + 1;

	return 0;
}


const char *charter_next_chair(struct charter_why *why, struct arena *memory,
			       const struct charter *c, const struct snapshot *s,
			       const char *now, const char *on)
{
	const struct charter_rotation *r = &c->chairmanship.rotation;
	struct charter_ids order;
	size_t from;

	why_set(why, &r->origin, NULL);
	charter_order(&order, memory, c, s, r->order, r->language, on);
	from = next_place(&order, now);
	for (size_t i = 0; i < order.count; i++) {
		const char *party = order.at[(from + i) % order.count];

		if (can_chair(c, s, party, on))
			return party;
	}

	return NULL;
}
