/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "act/decide.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/rules.h"
#include "gen/act.h"


const char *join_ids(struct arena *a, const char *const *ids, size_t count)
{
	struct buf b;
	const char *text;

	buf_init(&b, 0);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(&b, ',');
		buf_str(&b, ids[i]);
	}
	text = arena_strn(a, b.data, b.len);
	buf_clear(&b);

	return text;
}


static const char *joined(struct act_cx *cx, struct charter_ids ids)
{
	return join_ids(cx->arena, ids.at, ids.count);
}


/* The product's short words and the charter's. */
static enum position position_of(const char *word)
{
	if (text_eq(word, "out"))
		return POSITION_NOT_PARTICIPATING;

	return (enum position)vocabulary_find(&vocabulary_position, word);
}


static int not_adopted(struct act_cx *cx, const struct charter_decision *d)
{
	char yes[24], needed[24];
	const char *rule = d->why.path;

	(void)snprintf(yes, sizeof(yes), "%lld", (long long)d->yes);
	switch (d->outcome) {
	case OUTCOME_OBJECTED:
		return refuse(cx, REFUSE_OBJECTED, rule, "objected", "parties",
			      joined(cx, d->objecting), NULL);
	case OUTCOME_ABSENT_HOLDS:
		return refuse(cx, REFUSE_ABSENT_HOLDS, rule, "absent-holds", "parties",
			      joined(cx, d->absent), NULL);
	case OUTCOME_QUORUM_LOST:
		(void)snprintf(yes, sizeof(yes), "%zu", d->present.count);
		(void)snprintf(needed, sizeof(needed), "%d", d->quorum_needed);
		return refuse(cx, REFUSE_QUORUM_LOST, rule, "quorum-lost", "have", yes, "need",
			      needed, "parties", joined(cx, d->absent), NULL);
	case OUTCOME_REJECTED:
		(void)snprintf(needed, sizeof(needed), "%lld", (long long)d->yes_needed);
		return refuse(cx, REFUSE_REJECTED, rule, "rejected", "have", yes, "need",
			      needed, NULL);
	case OUTCOME_OFFICE_DECIDES:
		return refuse(cx, REFUSE_NOT_AUTHORISED, rule, "not-authorised.office",
			      "office", d->office ? d->office->id : "-", NULL);
	default:
		return refuse(cx, REFUSE_NOT_ENTITLED, rule, "not-entitled.position", "parties",
			      joined(cx, d->ignored), NULL);
	}
}


static void record_decision(struct act_cx *cx, const struct decision *d,
			    const struct charter_decision *outcome,
			    const struct field_list *positions)
{
	const struct act_stance *p = positions->v;

	effect_add(&cx->fx, "act_decision", "seq body about what rule outcome date", "issssss",
		   cx->seq, d->body->id, d->about, d->what, d->rule->id,
		   vocabulary_word(&vocabulary_outcome, (int)outcome->outcome), d->date);
	for (size_t i = 0; i < positions->n; i++)
		effect_add(&cx->fx, "act_position", "seq party position text", "isss", cx->seq,
			   p[i].party, p[i].position, p[i].text);
}


/* Each party once; only parties that exist. */
static int check_positions(struct act_cx *cx, const struct snapshot *s,
			   const struct field_list *positions)
{
	const struct act_stance *p = positions->v;

	for (size_t i = 0; i < positions->n; i++) {
		if (!snapshot_party(s, p[i].party))
			return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.party", "party",
				      p[i].party, NULL);
		for (size_t k = 0; k < i; k++)
			if (text_eq(p[k].party, p[i].party)) {
				fault_at(&cx->fault, "/body/positions", 0, 0);
				return fault_set(&cx->fault, E_RANGE,
						 "%s has two positions; it has one voice.",
						 p[i].party);
			}
	}

	return 0;
}


/*
 * A rule by which an office decides asks for no positions: the secretariat records what the
 * office decided.
 */
static bool decided_by_office(struct act_cx *cx, const struct decision *d,
			      struct charter_decision *outcome)
{
	if (!charter_decider(d->rule))
		return false;
	memset(outcome, 0, sizeof(*outcome));
	outcome->outcome = OUTCOME_OFFICE_DECIDES;
	record_decision(cx, d, outcome, &(struct field_list){ 0, NULL });

	return true;
}


int decide(struct act_cx *cx, const struct decision *d, const struct field_list *positions)
{
	const struct act_stance *p = positions->v;
	struct charter_position *asked = arena_take(cx->arena, positions->n * sizeof(*asked));
	struct charter_motion motion = { .rule = d->rule, .subject = d->subject };
	struct charter_decision outcome;
	const struct snapshot *s = NULL;
	int err = world_statuses(&s, cx->world);

	if (!err)
		err = check_positions(cx, s, positions);
	if (err)
		return err;
	if (decided_by_office(cx, d, &outcome))
		return 0;

	for (size_t i = 0; i < positions->n; i++)
		asked[i] = (struct charter_position){ p[i].party, position_of(p[i].position) };
	charter_decide(&outcome, cx->arena, d->charter, s, &motion, asked, positions->n,
		       d->date);
	if (outcome.ignored.count)
		return refuse(cx, REFUSE_NOT_ENTITLED, outcome.why.path,
			      "not-entitled.position", "parties", joined(cx, outcome.ignored),
			      NULL);
	if (outcome.outcome != OUTCOME_ADOPTED && outcome.outcome != OUTCOME_LIMITED)
		return not_adopted(cx, &outcome);
	record_decision(cx, d, &outcome, positions);

	return 0;
}
