/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * rules_entry.c: when an instrument enters into force.
 *
 * Enough deposits can be held from a day on which one arrives, or on which the members change;
 * so these days are looked at in turn.  A day of the past stays as it was: what comes later
 * cannot undo an entry into force, except a withdrawal before it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "charter/answer_make.h"

struct entry_question {
	const struct charter *c;
	const struct snapshot *s;
	const struct charter_case *i;
	const struct charter_entry_rule *rule;
	struct arena *memory;
	const char *on;
};

struct day {
	char date[TIME_DATE_SIZE];
};


static bool counts_members(const struct entry_question *q)
{
	return q->rule->of == OF_MEMBERS;
}


/* Those whose deposits count on that day. */
static void base_on(const struct entry_question *q, struct charter_ids *out, const char *day)
{
	ids_init(out, q->memory, q->s->parties.count + q->i->signatories.count);
	if (!counts_members(q)) {
		for (size_t i = 0; i < q->i->signatories.count; i++)
			ids_add(out, q->i->signatories.at[i]);
		return;
	}
	charter_each (p, q->s->parties) {
		const struct snapshot_status *st = snapshot_status(p, day);

		if (st && status_decides(q->c, st->status))
			ids_add(out, p->id);
	}
}


static bool withdrawn(const struct entry_question *q, const struct charter_deposit *d,
		      const char *day)
{
	return d->withdrawn && q->i->type->withdrawal_before_eif &&
	       day_cmp(d->withdrawn, q->on) <= 0 && day_cmp(d->withdrawn, day) <= 0;
}


/* Does the party have a deposit on that day? */
static bool holds(const struct entry_question *q, const char *party, const char *day)
{
	for (size_t i = 0; i < q->i->deposits_count; i++) {
		const struct charter_deposit *d = &q->i->deposits[i];

		if (text_eq(d->party, party) && day_cmp(d->date, day) <= 0 &&
		    day_cmp(d->date, q->on) <= 0 && !withdrawn(q, d, day))
			return true;
	}

	return false;
}


static int32_t needed(const struct charter_entry_rule *r, size_t base)
{
	if (r->method == ENTRY_ALL_OF)
		return (int32_t)base;
	if (r->count.number)
		return r->count.number;

	return (int32_t)(((int64_t)base * r->count.part.num + r->count.part.den - 1) /
			 r->count.part.den);
}


static bool enough(const struct entry_question *q, const struct charter_ids *base,
		   const char *day)
{
	int32_t count = 0;

	for (size_t i = 0; i < base->count; i++)
		count += holds(q, base->at[i], day);
	for (size_t i = 0; i < q->rule->including.count; i++)
		if (!holds(q, q->rule->including.at[i], day))
			return false;

	return base->count && count >= needed(q->rule, base->count);
}


static int by_date(const void *a, const void *b)
{
	return strcmp(((const struct day *)a)->date, ((const struct day *)b)->date);
}


static void add_day(const struct entry_question *q, struct day *days, size_t *count,
		    const char *date)
{
	if (date && day_cmp(date, q->on) <= 0)
		time_first_day(days[(*count)++].date, date);
}


/* The days on which something could become enough, the earliest first. */
static const struct day *days_of(const struct entry_question *q, size_t *count)
{
	size_t most = q->i->deposits_count;
	struct day *days;

	charter_each (p, q->s->parties) {
		most += counts_members(q) ? p->statuses.count * 2 : 0;
	}
	days = arena_take(q->memory, most * sizeof(*days) + 1);
	*count = 0;
	for (size_t i = 0; i < q->i->deposits_count; i++)
		add_day(q, days, count, q->i->deposits[i].date);
	charter_each (p, q->s->parties) {
		charter_each (st, p->statuses) {
			if (!counts_members(q))
				continue;
			add_day(q, days, count, st->from);
			add_day(q, days, count, st->to);
		}
	}
	qsort(days, *count, sizeof(*days), by_date);

	return days;
}


/* Was it still enough on every day of a withdrawal before the entry into force? */
static bool lasts(const struct entry_question *q, const struct charter_ids *base,
		  const char *from, const char *until)
{
	for (size_t i = 0; i < q->i->deposits_count; i++) {
		const char *day = q->i->deposits[i].withdrawn;

		if (day && day_cmp(day, from) > 0 && day_cmp(day, until) < 0 &&
		    day_cmp(day, q->on) <= 0 && !enough(q, base, day))
			return false;
	}

	return true;
}


/* The day of entry into force of the methods that count deposits, with the base of the day
 * counted from; "" while waiting. */
static void count_deposits(const struct entry_question *q, struct charter_entry *out,
			   struct charter_ids *base)
{
	size_t count;
	const struct day *days = days_of(q, &count);

	for (size_t i = 0; i < count; i++) {
		char date[TIME_DATE_SIZE];

		base_on(q, base, days[i].date);
		date_add(date, days[i].date, &q->rule->plus);
		if (enough(q, base, days[i].date) && lasts(q, base, days[i].date, date)) {
			memcpy(out->date, date, sizeof(date));
			return;
		}
	}
	base_on(q, base, q->on);
}


/* May it accede without having signed? */
static bool may_accede(const struct entry_question *q, const struct charter_deposit *d)
{
	const struct charter_status *st = charter_status_on(q->c, q->s, d->party, d->date);

	charter_each (open, q->i->type->open_to_accession_by) {
		if (*open == st)
			return true;
	}

	return q->rule->method == ENTRY_EACH_ON_DEPOSIT;
}


static void bind(const struct entry_question *q, struct charter_entry *out, const char *party,
		 const char *from)
{
	struct charter_bound *at = (struct charter_bound *)out->bound.at;

	if (day_cmp(from, q->on) > 0)
		return;
	for (size_t i = 0; i < out->bound.count; i++)
		if (text_eq(at[i].party, party))
			return;
	at[out->bound.count].party = party;
	(void)text_copy(at[out->bound.count++].from, TIME_DATE_SIZE, from);
}


/* Who has deposited is bound from its own deposit, but not before the entry into force. */
static void bind_depositors(const struct entry_question *q, struct charter_entry *out,
			    const struct charter_ids *base)
{
	for (size_t i = 0; i < q->i->deposits_count; i++) {
		const struct charter_deposit *d = &q->i->deposits[i];
		char own[TIME_DATE_SIZE];

		if (!ids_has(base, d->party) && !may_accede(q, d)) {
			ids_add(&out->ignored, d->party);
			continue;
		}
		time_first_day(own, d->date);
		if (!out->date[0] || day_cmp(own, q->on) > 0 || withdrawn(q, d, out->date))
			continue;
		date_add(own, own, &q->rule->plus);
		bind(q, out, d->party, strcmp(own, out->date) > 0 ? own : out->date);
	}
}


static void bind_all(const struct entry_question *q, struct charter_entry *out)
{
	charter_each (p, q->s->parties) {
		const struct snapshot_status *st = snapshot_status(p, out->date);

		if (st && status_decides(q->c, st->status))
			bind(q, out, p->id, out->date);
	}
}


/* Each for itself: in force from the first. */
static void each_deposit(const struct entry_question *q, struct charter_entry *out)
{
	for (size_t i = 0; i < q->i->deposits_count; i++) {
		const struct charter_deposit *d = &q->i->deposits[i];
		char own[TIME_DATE_SIZE];

		if (day_cmp(d->date, q->on) > 0 || withdrawn(q, d, q->on))
			continue;
		time_first_day(own, d->date);
		date_add(own, own, &q->rule->plus);
		if (!out->date[0] || strcmp(own, out->date) < 0)
			memcpy(out->date, own, sizeof(own));
	}
}


static void fixed_date(const struct entry_question *q, struct charter_entry *out)
{
	const char *from = q->rule->date ? q->rule->date : q->i->adopted_on;

	if (!from)
		return;
	time_first_day(out->date, from);
	date_add(out->date, out->date, &q->rule->plus);
}


static void what_is_missing(const struct entry_question *q, struct charter_entry *out,
			    const struct charter_ids *base)
{
	out->base = (int32_t)base->count;
	out->needed = needed(q->rule, base->count);
	for (size_t i = 0; i < base->count; i++) {
		if (holds(q, base->at[i], q->on)) {
			out->deposited++;
			continue;
		}
		ids_add(&out->waiting, base->at[i]);
		if (charter_listed(q->rule->including, base->at[i]))
			ids_add(&out->including, base->at[i]);
	}
}


static void take_lists(const struct entry_question *q, struct charter_entry *out)
{
	size_t most = q->s->parties.count + q->i->signatories.count + q->i->deposits_count;

	ids_init(&out->waiting, q->memory, most);
	ids_init(&out->including, q->memory, most);
	ids_init(&out->ignored, q->memory, most);
	out->bound.at = arena_take(q->memory, most * sizeof(*out->bound.at) + 1);
}


void charter_in_force(struct charter_entry *out, struct arena *memory, const struct charter *c,
		      const struct snapshot *s, const struct charter_case *instrument,
		      const char *on)
{
	const struct charter_entry_rule *rule = &instrument->type->entry_into_force;
	const struct entry_question q = { c, s, instrument, rule, memory, on };
	struct charter_ids base = { 0 };

	*out = (struct charter_entry){ .state = IN_FORCE_WAITING };
	why_set(&out->why, &rule->origin, NULL);
	take_lists(&q, out);
	if (rule->method == ENTRY_DATE) {
		fixed_date(&q, out);
	} else if (rule->method == ENTRY_EACH_ON_DEPOSIT) {
		each_deposit(&q, out);
		out->needed = 1;
	} else {
		count_deposits(&q, out, &base);
		what_is_missing(&q, out, &base);
	}
	if (rule->method != ENTRY_DATE)
		bind_depositors(&q, out, &base);
	if (out->date[0])
		out->state = strcmp(out->date, on) <= 0 ? IN_FORCE_YES : IN_FORCE_LATER;
	if (out->state == IN_FORCE_YES &&
	    (rule->method == ENTRY_DATE || instrument->type->then == THEN_BINDS_ALL))
		bind_all(&q, out);
}
