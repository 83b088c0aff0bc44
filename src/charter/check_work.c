/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* check_work.c: forces, trainings, operations, regimes, money, and what is never done. */
#include "charter/check.h"


/* Every word of a vocabulary must be there. */
static void all_words(struct loader *l, const struct charter_origin *o, const char *below,
		      const struct vocabulary *v, uint64_t set)
{
	for (int i = 0; i < v->count; i++)
		CHECK(l, SET_HAS(set, i), o, below,
		      "\"%s\" is missing: this list names all of what is never done",
		      v->words[i].word);
}


/* The `never` of the constitution is no record of its own. */
static void never(struct loader *l)
{
	const struct charter_node *n = node_get(node_get(l->root, "constitution"), "never");

	if (n && n->kind == NODE_LIST) {
		struct charter_origin o = {
			.path = "never", .line = n->line, .col = n->col, .place = n
		};

		all_words(l, &o, NULL, &vocabulary_prohibition, l->c->never);
	}
	if (said(&l->c->forces.origin, "never"))
		all_words(l, &l->c->forces.origin, "never", &vocabulary_force_never,
			  l->c->forces.never);
}


static void trainings(struct loader *l)
{
	const struct charter_trainings *t = &l->c->trainings;

	if (!t->origin.path)
		return;
	check_no_subject(l, &t->origin, "postpone/rule", t->postpone.rule);
	check_no_subject(l, &t->origin, "cancel/rule", t->cancel.rule);
	for (size_t i = 0; i < t->health_gate.levels.count; i++)
		CHECK(l, charter_level(l->c, t->health_gate.levels.at[i]) != 0, &t->origin,
		      "health_gate/levels", "at the lowest level \"%s\" nothing is proposed",
		      t->health_gate.levels.at[i]);
	charter_each (s, t->observers) {
		ADVISE(l, SET_HAS((*s)->rights, RIGHT_TRAINING_OBSERVE), &t->origin,
		       "observers", "holders of \"%s\" have no right to observe trainings",
		       named((*s)->id));
	}
}


static void operations(struct loader *l)
{
	const struct charter_operations *p = &l->c->operations;

	if (!p->origin.path)
		return;
	check_no_subject(l, &p->origin, "decides/rule", p->decides.rule);
	charter_each (s, p->open_to) {
		ADVISE(l, SET_HAS((*s)->rights, RIGHT_OPERATION_JOIN), &p->origin, "open_to",
		       "holders of \"%s\" have no right to take part in operations",
		       named((*s)->id));
	}
}


static void regime(struct loader *l, const struct charter_regime *r)
{
	CHECK(l, !(r->blocks.meeting_forms & ~l->c->meetings.forms), &r->origin,
	      "blocks/meeting_forms", "a form is blocked that is not among meetings/forms");
	CHECK(l, !said(&r->origin, "ordered_by") || r->ordered_by.office, &r->origin,
	      "ordered_by", "an order comes from an office: the key \"office\" is missing");
	ADVISE(l, !r->effects || r->ordered_by.office, &r->origin, NULL,
	       "the regime changes something, but nobody orders it (ordered_by)");
	ADVISE(l,
	       !SET_HAS(r->effects, EFFECT_MEETINGS_BY_VIDEO_ONLY) ||
		       SET_HAS(r->blocks.meeting_forms, FORM_IN_PERSON),
	       &r->origin, "effects",
	       "meetings are by video alone, but in-person is not blocked");
	ADVISE(l, !r->blocks.meeting_forms || r->blocks.premises.count, &r->origin, "blocks",
	       "forms of meeting are blocked, but on no premises");
}


static void regimes(struct loader *l)
{
	bool normal = false;

	charter_each (r, l->c->regimes) {
		regime(l, r);
		normal = normal ||
			 (!r->effects && !r->blocks.meeting_forms && !r->blocks.travel);
	}
	CHECK(l, normal || !l->c->regimes.count, &l->c->regimes.at[0].origin, NULL,
	      "no regime is the normal one, which changes and blocks nothing");
}


static void budget(struct loader *l)
{
	const struct charter_budget *b = &l->c->budget;

	if (!b->origin.path)
		return;
	CHECK(l, !b->contributions || b->shares.count, &b->origin, "shares",
	      "contributions are by shares, but no share is given");
	charter_each (s, b->shares) {
		CHECK(l, s->share <= 1.0, &b->origin, "shares",
		      "a share is a part of the whole: at most 1");
	}
	ADVISE(l, !b->contributions || b->currency, &b->origin, "currency",
	       "contributions have no currency");
}


void check_work(struct loader *l)
{
	never(l);
	trainings(l);
	operations(l);
	regimes(l);
	budget(l);
}
