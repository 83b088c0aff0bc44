/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * rules_criteria.c: the table of criteria.
 *
 * An attestation counts up to and including the day on which valid_for has passed by the
 * calendar, or its own last day if that is sooner; from the next day on it is stale.
 */
#include <string.h>

#include "base/text.h"
#include "charter/answer_make.h"

struct ask {
	const struct charter *c;
	const struct snapshot *s;
	const struct snapshot_party *party;
	struct arena *memory;
	const char *on;
};


static bool known_by(const char *date, const char *on)
{
	return !date || day_cmp(date, on) <= 0;
}


/* The last day on which something attested counts; NULL when it never goes stale. */
static const char *last_day(const struct ask *a, const char *date, const char *valid_until)
{
	char first[TIME_DATE_SIZE];
	char *end;

	if (!date)
		return valid_until;
	end = arena_take(a->memory, TIME_DATE_SIZE);
	time_first_day(first, date);
	date_add(end, first, &a->c->facts.valid_for);
	if (valid_until && day_cmp(valid_until, end) < 0)
		return valid_until;

	return end;
}


static bool stale(const struct ask *a, const char *last)
{
	return last && day_cmp(a->on, last) > 0;
}


/* What a challenge makes of something that would pass or fail. */
static enum criterion_result challenged(const struct ask *a, enum criterion_result otherwise)
{
	switch (a->c->facts.while_challenged) {
	case CHALLENGED_FAIL: return CELL_FAIL;
	case CHALLENGED_STANDS: return otherwise;
	default: return CELL_UNKNOWN;
	}
}


static const struct snapshot_fact *newest_fact(const struct ask *a, const char *name)
{
	const struct snapshot_fact *newest = NULL;

	charter_each (f, a->party->facts) {
		if (!text_eq(f->fact, name) || !known_by(f->date, a->on))
			continue;
		if (!newest || !newest->date || !f->date || day_cmp(f->date, newest->date) >= 0)
			newest = f;
	}

	return newest;
}


static void ask_fact(const struct ask *a, struct charter_cell *cell)
{
	const struct snapshot_fact *f = newest_fact(a, cell->criterion->fact);

	cell->result = CELL_UNKNOWN;
	if (!f)
		return;
	cell->source = f->source;
	cell->date = f->date;
	cell->stale_after = last_day(a, f->date, f->valid_until);
	cell->result = f->value == cell->criterion->is ? CELL_PASS : CELL_FAIL;
	if (stale(a, cell->stale_after))
		cell->result = CELL_STALE;
	if (f->challenged)
		cell->result = challenged(a, cell->result);
}


static const struct snapshot_relation *newest_relation(const struct ask *a,
						       const char *relation, const char *with)
{
	const struct snapshot_relation *newest = NULL;

	charter_each (r, a->party->relations) {
		if (!text_eq(r->relation, relation) || !text_eq(r->with, with) ||
		    !known_by(r->date, a->on))
			continue;
		if (!newest || !newest->date || !r->date || day_cmp(r->date, newest->date) >= 0)
			newest = r;
	}

	return newest;
}


/* The oldest relation speaks for all of them. */
static void note_relation(const struct ask *a, struct charter_cell *cell,
			  const struct snapshot_relation *r)
{
	const char *last = last_day(a, r->date, r->valid_until);

	if (!cell->source)
		cell->source = r->source;
	if (r->date && (!cell->date || day_cmp(r->date, cell->date) < 0)) {
		cell->date = r->date;
		cell->source = r->source;
	}
	if (last && (!cell->stale_after || day_cmp(last, cell->stale_after) < 0))
		cell->stale_after = last;
}


static enum criterion_result relation_with(const struct ask *a, struct charter_cell *cell,
					   const char *other)
{
	const struct snapshot_relation *r =
		newest_relation(a, cell->criterion->relation, other);
	enum criterion_result result;

	if (!r)
		return CELL_FAIL;
	note_relation(a, cell, r);
	result = stale(a, last_day(a, r->date, r->valid_until)) ? CELL_STALE : CELL_PASS;

	return r->challenged ? challenged(a, result) : result;
}


static bool worse(enum criterion_result a, enum criterion_result b)
{
	static const int rank[] = {
		[CELL_PASS] = 0, [CELL_STALE] = 1,	    [CELL_UNKNOWN] = 2,
		[CELL_FAIL] = 3, [CELL_NOT_APPLICABLE] = 0, [CELL_JUDGEMENT] = 0
	};

	return rank[a] > rank[b];
}


/* With every holder of the status but itself; those of the worst result are named. */
static void ask_relation(const struct ask *a, struct charter_cell *cell)
{
	const struct charter_criterion *k = cell->criterion;
	struct charter_ids holders;

	charter_with_status(&holders, a->memory, a->s, k->with->id, k->counts_suspended, a->on);
	ids_init(&cell->parties, a->memory, holders.count);
	cell->result = CELL_PASS;
	for (size_t i = 0; i < holders.count; i++) {
		enum criterion_result one;

		if (text_eq(holders.at[i], a->party->id))
			continue;
		one = relation_with(a, cell, holders.at[i]);
		if (worse(one, cell->result)) {
			cell->result = one;
			cell->parties.count = 0;
		}
		if (one == cell->result && one != CELL_PASS)
			ids_add(&cell->parties, holders.at[i]);
	}
}


static void ask_declared(const struct ask *a, struct charter_cell *cell)
{
	cell->result = CELL_FAIL;
	charter_each (d, a->party->declarations) {
		if (!text_eq(d->declaration, cell->criterion->declaration) ||
		    !known_by(d->date, a->on))
			continue;
		cell->result = CELL_PASS;
		cell->source = d->source;
		cell->date = d->date;
	}
}


/* The newest answer of the body. */
static void ask_judgement(const struct ask *a, struct charter_cell *cell)
{
	cell->result = CELL_JUDGEMENT;
	charter_each (j, a->party->judgements) {
		if (!text_eq(j->criterion, cell->criterion->id) || !known_by(j->date, a->on))
			continue;
		if (cell->date && j->date && day_cmp(j->date, cell->date) < 0)
			continue;
		cell->result = j->yes ? CELL_PASS : CELL_FAIL;
		cell->source = j->source;
		cell->date = j->date;
	}
}


static void ask_one(const struct ask *a, struct charter_cell *cell,
		    const struct charter_criterion *k, bool optional)
{
	cell->criterion = k;
	cell->optional = optional;
	why_set(&cell->why, &k->origin, NULL);
	if (!charter_listed(k->applies_to, a->party->kind)) {
		cell->result = CELL_NOT_APPLICABLE;
		return;
	}
	switch (k->test) {
	case CRITERION_FACT: ask_fact(a, cell); break;
	case CRITERION_RELATION_ALL: ask_relation(a, cell); break;
	case CRITERION_DECLARED: ask_declared(a, cell); break;
	default: ask_judgement(a, cell); break;
	}
}


static enum criteria_verdict verdict(const struct charter_criteria *table)
{
	static const struct {
		enum criterion_result cell;
		enum criteria_verdict verdict;
	} order[] = {
		{ CELL_FAIL, CRITERIA_FAILED },
		{ CELL_UNKNOWN, CRITERIA_UNKNOWN },
		{ CELL_STALE, CRITERIA_STALE },
		{ CELL_JUDGEMENT, CRITERIA_JUDGEMENT },
	};

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		charter_each (cell, table->cells) {
			if (!cell->optional && cell->result == order[i].cell)
				return order[i].verdict;
		}
	}

	return CRITERIA_MET;
}


void charter_criteria(struct charter_criteria *out, struct arena *memory,
		      const struct charter *c, const struct snapshot *s,
		      const struct snapshot_party *party, const struct charter_status *status,
		      const char *on)
{
	const struct ask a = { c, s, party, memory, on };
	struct charter_cell *cells =
		arena_take(memory, (status->criteria.count + status->criteria_optional.count) *
						   sizeof(*cells) +
					   1);

	out->cells.at = cells;
	out->cells.count = 0;
	charter_each (k, status->criteria) {
		if ((*k)->enabled)
			ask_one(&a, &cells[out->cells.count++], *k, false);
	}
	charter_each (k, status->criteria_optional) {
		if ((*k)->enabled)
			ask_one(&a, &cells[out->cells.count++], *k, true);
	}
	out->verdict = verdict(out);
}
