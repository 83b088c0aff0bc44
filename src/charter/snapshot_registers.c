/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* snapshot_registers.c: the registers that a charter came with, as a snapshot. */
#include "base/mem.h"
#include "charter/snapshot.h"


static void *rows(struct arena *memory, size_t count, size_t size)
{
	return arena_take(memory, count * size + 1);
}


static void suspensions(struct snapshot_status *to, struct arena *memory,
			const struct charter_party_status *from)
{
	struct snapshot_period *at = rows(memory, from->suspended.count, sizeof(*at));

	to->suspended.at = at;
	to->suspended.count = from->suspended.count;
	charter_each (q, from->suspended) {
		*at++ = (struct snapshot_period){ q->from, q->to, q->reason };
	}
}


static void statuses(struct snapshot_party *to, struct arena *memory,
		     const struct charter_party *from)
{
	struct snapshot_status *at = rows(memory, from->statuses.count, sizeof(*at));

	to->statuses.at = at;
	to->statuses.count = from->statuses.count;
	charter_each (s, from->statuses) {
		at->status = s->status->id;
		at->from = s->from;
		at->to = s->to;
		suspensions(at++, memory, s);
	}
}


static void facts(struct snapshot_party *to, struct arena *memory,
		  const struct charter_party *from)
{
	struct snapshot_fact *at = rows(memory, from->facts.count, sizeof(*at));

	to->facts.at = at;
	to->facts.count = from->facts.count;
	charter_each (f, from->facts) {
		*at++ = (struct snapshot_fact){ .fact = f->fact,
						.value = f->value,
						.date = f->date,
						.valid_until = f->valid_until,
						.source = f->source };
	}
}


static void relations(struct snapshot_party *to, struct arena *memory,
		      const struct charter_party *from)
{
	struct snapshot_relation *at;
	size_t count = 0;

	charter_each (r, from->relations) {
		count += r->with.count;
	}
	at = rows(memory, count, sizeof(*at));
	to->relations.at = at;
	to->relations.count = count;
	charter_each (r, from->relations) {
		for (size_t i = 0; i < r->with.count; i++)
			*at++ = (struct snapshot_relation){ .relation = r->relation,
							    .with = r->with.at[i],
							    .date = r->date,
							    .valid_until = r->valid_until,
							    .source = r->source };
	}
}


static void declarations(struct snapshot_party *to, struct arena *memory,
			 const struct charter_party *from)
{
	struct snapshot_declaration *at = rows(memory, from->declarations.count, sizeof(*at));

	to->declarations.at = at;
	to->declarations.count = from->declarations.count;
	charter_each (d, from->declarations) {
		*at++ = (struct snapshot_declaration){ d->declaration, d->date, d->source };
	}
}


void snapshot_from_registers(struct snapshot *out, struct arena *memory,
			     const struct charter *c)
{
	struct snapshot_party *at = rows(memory, c->registers.parties.count, sizeof(*at));

	out->parties.at = at;
	out->parties.count = c->registers.parties.count;
	charter_each (p, c->registers.parties) {
		at->id = p->id;
		at->kind = p->kind;
		at->code = p->code;
		at->name = p->name;
		at->short_name = p->short_name;
		statuses(at, memory, p);
		facts(at, memory, p);
		relations(at, memory, p);
		declarations(at, memory, p);
		at++;
	}
}
