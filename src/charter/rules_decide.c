/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * rules_decide.c: quorum and adoption.
 *
 * Invariants:
 *  1. Every party entitled is in exactly one of: absent, consenting, objecting, abstaining,
 *     staying out; present is all but the absent.
 *  2. Fractions are compared by multiplying whole numbers of 64 bits; weights are at most
 *     10^6, terms of fractions at most 10^6, parties at most 10^5: 10^17 fits.
 */
#include "base/text.h"
#include "charter/answer_make.h"

struct count {
	const struct charter *c;
	const struct snapshot *s;
	const struct charter_motion *motion;
	const char *on;
};


/* The least whole number not under the fraction of `of`. */
static int64_t least(struct charter_fraction f, int64_t of)
{
	return f.den ? (f.num * of + f.den - 1) / f.den : 0;
}


static bool has_voice(const struct count *k, const char *party)
{
	const struct charter_decision_rule *r = k->motion->rule;

	if (SET_HAS(r->minus, MINUS_SUBJECT) && text_eq(party, k->motion->subject))
		return false;

	return charter_may(NULL, k->c, k->s, party, RIGHT_MEETING_DECIDE, k->on);
}


/* In the order of the snapshot, so that answers do not depend on who asks. */
static void who_is_asked(const struct count *k, struct charter_ids *out, struct arena *memory)
{
	ids_init(out, memory, k->s->parties.count);
	charter_each (p, k->s->parties) {
		if (k->motion->among && !charter_listed(*k->motion->among, p->id))
			continue;
		if (has_voice(k, p->id))
			ids_add(out, p->id);
	}
}


static int64_t votes_of(const struct count *k, const char *party)
{
	const struct charter_decision_rule *r = k->motion->rule;
	const struct snapshot_party *p = snapshot_party(k->s, party);

	if (r->votes != VOTES_BY_KIND)
		return 1;
	charter_each (w, r->weights) {
		if (p && text_eq(w->kind, p->kind))
			return w->weight;
	}

	return 0;
}


static int64_t votes(const struct count *k, const struct charter_ids *ids)
{
	int64_t sum = 0;

	for (size_t i = 0; i < ids->count; i++)
		sum += votes_of(k, ids->at[i]);

	return sum;
}


/* The last position that the party took; absent when it took none. */
static enum position position_of(const char *party, const struct charter_position *positions,
				 size_t count)
{
	while (count-- > 0)
		if (text_eq(positions[count].party, party))
			return positions[count].position;

	return POSITION_ABSENT;
}


static void sort_positions(struct charter_decision *d, struct arena *memory,
			   const struct charter_position *positions, size_t count)
{
	struct charter_ids *const lists[] = {
		[POSITION_ABSENT] = &d->absent,
		[POSITION_CONSENT] = &d->consenting,
		[POSITION_OBJECT] = &d->objecting,
		[POSITION_ABSTAIN] = &d->abstaining,
		[POSITION_NOT_PARTICIPATING] = &d->staying_out,
	};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		ids_init(lists[i], memory, d->entitled.count);
	ids_init(&d->present, memory, d->entitled.count);
	ids_init(&d->participants, memory, d->entitled.count);
	ids_init(&d->ignored, memory, count);
	for (size_t i = 0; i < d->entitled.count; i++) {
		enum position p = position_of(d->entitled.at[i], positions, count);

		ids_add(lists[p], d->entitled.at[i]);
		if (p != POSITION_ABSENT)
			ids_add(&d->present, d->entitled.at[i]);
	}
	for (size_t i = 0; i < count; i++)
		if (!ids_has(&d->entitled, positions[i].party) &&
		    !ids_has(&d->ignored, positions[i].party))
			ids_add(&d->ignored, positions[i].party);
}


static bool quorate(const struct charter_decision_rule *r, const struct charter_ids *asked,
		    size_t present)
{
	return asked->count > 0 &&
	       (int64_t)present * r->quorum.den >= (int64_t)asked->count * r->quorum.num;
}


static int64_t basis(const struct count *k, const struct charter_decision *d)
{
	switch (k->motion->rule->basis) {
	case BASIS_PRESENT: return votes(k, &d->present);
	case BASIS_PRESENT_AND_VOTING: return d->yes + d->no;
	case BASIS_PARTICIPATING: return votes(k, &d->entitled) - votes(k, &d->staying_out);
	default: return votes(k, &d->entitled);
	}
}


static void count_votes(const struct count *k, struct charter_decision *d)
{
	const struct charter_decision_rule *r = k->motion->rule;

	d->yes = votes(k, &d->consenting);
	d->no = votes(k, &d->objecting);
	d->base = basis(k, d);
	d->threshold = r->threshold;
	if (r->method != DECIDE_MAJORITY)
		return;
	d->yes_needed = r->strict ? r->threshold.num * d->base / r->threshold.den + 1
				  : least(r->threshold, d->base);
	/* Nothing is adopted without any vote for it. */
	if (d->yes_needed < 1)
		d->yes_needed = 1;
}


/* Nobody stands against it: does it bind all, or those who take part? */
static enum outcome adopted(struct charter_decision *d)
{
	if (!d->staying_out.count)
		return OUTCOME_ADOPTED;
	for (size_t i = 0; i < d->entitled.count; i++)
		if (!ids_has(&d->staying_out, d->entitled.at[i]))
			ids_add(&d->participants, d->entitled.at[i]);

	return d->participants.count ? OUTCOME_LIMITED : OUTCOME_REJECTED;
}


static enum outcome outcome(const struct charter_decision_rule *r, struct charter_decision *d)
{
	bool majority = r->method == DECIDE_MAJORITY;

	if (!quorate(r, &d->entitled, d->present.count))
		return majority ? OUTCOME_QUORUM_LOST : OUTCOME_ABSENT_HOLDS;
	if (d->absent.count && r->absent != ABSENT_NOT_COUNTED) {
		d->serve_absent = r->absent == ABSENT_SERVE_UNDER_SILENCE;
		return OUTCOME_ABSENT_HOLDS;
	}
	if (!majority && d->objecting.count)
		return OUTCOME_OBJECTED;
	if (d->staying_out.count && !r->optout)
		return OUTCOME_NOT_ENTITLED;
	if (majority && d->yes < d->yes_needed)
		return OUTCOME_REJECTED;
	if (r->method == DECIDE_UNANIMITY && d->abstaining.count)
		return OUTCOME_REJECTED;

	return adopted(d);
}


void charter_decide(struct charter_decision *out, struct arena *memory, const struct charter *c,
		    const struct snapshot *s, const struct charter_motion *motion,
		    const struct charter_position *positions, size_t count, const char *on)
{
	const struct count k = { c, s, motion, on };
	const struct charter_decision_rule *r = motion->rule;

	*out = (struct charter_decision){ 0 };
	why_set(&out->why, &r->origin, NULL);
	if (r->method == DECIDE_OFFICE) {
		out->outcome = OUTCOME_OFFICE_DECIDES;
		out->office = r->office;
		return;
	}
	who_is_asked(&k, &out->entitled, memory);
	sort_positions(out, memory, positions, count);
	count_votes(&k, out);
	out->quorum_needed = (int32_t)least(r->quorum, (int64_t)out->entitled.count);
	out->outcome = outcome(r, out);
}


void charter_quorum(struct charter_quorum *out, struct arena *memory, const struct charter *c,
		    const struct snapshot *s, const struct charter_motion *motion,
		    struct charter_strings present, const char *on)
{
	const struct count k = { c, s, motion, on };
	struct charter_ids all;

	*out = (struct charter_quorum){ 0 };
	why_set(&out->why, &motion->rule->origin, "quorum");
	who_is_asked(&k, &all, memory);
	ids_init(&out->missing, memory, all.count);
	for (size_t i = 0; i < all.count; i++)
		if (!charter_listed(present, all.at[i]))
			ids_add(&out->missing, all.at[i]);
	out->entitled = (int32_t)all.count;
	out->present = (int32_t)(all.count - out->missing.count);
	out->needed = (int32_t)least(motion->rule->quorum, out->entitled);
	out->met = motion->rule->method == DECIDE_OFFICE ||
		   quorate(motion->rule, &all, (size_t)out->present);
}


const struct charter_office *charter_decider(const struct charter_decision_rule *rule)
{
	return rule->method == DECIDE_OFFICE ? rule->office : NULL;
}
