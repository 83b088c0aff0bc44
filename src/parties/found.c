/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* found.c: the first rows of the registers, from the charter file. */
#include <string.h>

#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/parties.h"
#include "parties/judges.h"


static void found_statuses(struct act_cx *cx, const struct charter_party *p)
{
	charter_each (s, p->statuses) {
		effect_add(&cx->fx, "parties_status",
			   "party from_date status to_date reason seq", "sssssi", p->id,
			   s->from, s->status->id, s->to, s->reason, cx->seq);
		charter_each (span, s->suspended)
			effect_add(&cx->fx, "parties_suspension",
				   "party from_date to_date reason", "ssss", p->id, span->from,
				   span->to, span->reason);
	}
}


/* A charter says each fact once; of two with the same name the later would be lost. */
static void found_facts(struct act_cx *cx, const struct charter *c,
			const struct charter_party *p)
{
	charter_each (f, p->facts) {
		bool again = false;

		charter_each (later, p->facts)
			again = again || (later > f && text_eq(later->fact, f->fact));
		if (!again)
			effect_add(&cx->fx, "parties_fact",
				   "party fact seq value date until source", "ssiisss", p->id,
				   f->fact, cx->seq, (int64_t)f->value,
				   f->date ? f->date : c->as_of, f->valid_until, f->source);
	}
}


/* Several entries of one relation are one set. */
static void found_relations(struct act_cx *cx, const struct charter *c,
			    const struct charter_party *p)
{
	charter_each (r, p->relations) {
		bool before = false;

		charter_each (e, p->relations)
			before = before || (e < r && text_eq(e->relation, r->relation));
		if (!before)
			effect_add(&cx->fx, "parties_relation_set",
				   "party relation seq date source", "ssiss", p->id,
				   r->relation, cx->seq, r->date ? r->date : c->as_of,
				   r->source);
		for (size_t i = 0; i < r->with.count; i++)
			effect_add(&cx->fx, "parties_relation", "party relation seq with_party",
				   "ssis", p->id, r->relation, cx->seq, r->with.at[i]);
	}
}


static void found_holders(struct act_cx *cx, const struct charter *c)
{
	int64_t n = 0;

	charter_each (h, c->registers.holders) {
		bool of_party = h->office->per_party;
		const char *other = h->party ? h->party : h->from_party;

		/* A tie of office, party and day is told apart by the place in the file. */
		effect_add(&cx->fx, "parties_holder",
			   "office party from_date seq to_date from_party person acting",
			   "sssisssi", h->office->id, of_party && other ? other : "", h->from,
			   cx->seq * 1000 + n++, h->to, of_party ? NULL : other, h->person,
			   (int64_t)h->acting);
	}
}


/* The party that holds the chair as the registers begin, or NULL. */
static const struct charter_holder *first_chair(const struct charter *c)
{
	const struct charter_holder *chair = NULL;

	charter_each (h, c->registers.holders)
		if (h->office->holder.kind == HOLDER_CHAIRING_PARTY && !h->office->appoint &&
		    !h->to)
			chair = h;

	return chair;
}


/* Since the first hour of that day at the seat; where no day is known, since the founding. */
static int64_t chair_since(struct act_cx *cx, const struct charter *c,
			   const struct charter_holder *chair)
{
	struct zone *zone = world_zone(cx->world, c);
	char day[TIME_DATE_SIZE];
	int64_t since = cx->at;

	if (!chair->from || !zone)
		return cx->at;
	time_first_day(day, chair->from);
	if (zone_midnight(&since, zone, day) || since > cx->at)
		return cx->at;

	return since;
}


void parties_found(struct act_cx *cx, const struct charter *charter)
{
	const struct charter_holder *chair = first_chair(charter);

	charter_each (p, charter->registers.parties) {
		const char *name = ltext_json(cx->arena, p->name);
		const char *short_name = ltext_json(cx->arena, p->short_name);

		effect_add(&cx->fx, "parties_party", "id kind code", "sss", p->id, p->kind,
			   p->code);
		effect_add(&cx->fx, "parties_name", "party from_date name short", "ssss", p->id,
			   "", name, short_name ? short_name : name);
		found_statuses(cx, p);
		found_facts(cx, charter, p);
		found_relations(cx, charter, p);
	}
	found_holders(cx, charter);
	if (chair)
		charter_each (b, charter->chairmanship.carries)
			effect_add(&cx->fx, "parties_chair", "body since_at party seq", "sisi",
				   (*b)->id, chair_since(cx, charter, chair), chair->party,
				   cx->seq);
}
