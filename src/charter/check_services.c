/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* check_services.c: documents, channels, instruments, monitoring, crises, assistance. */
#include "charter/check.h"


static bool stored(const struct charter_class *k)
{
	return k->export_mode != EXPORT_NONE;
}


/* Ranks 0..n-1, each once; classes whose content is not stored come above all others. */
static void classes(struct loader *l)
{
	const struct charter_documents *d = &l->c->documents;
	int32_t count = (int32_t)d->classes.count;

	charter_each (k, d->classes) {
		CHECK(l, k->rank < count, &k->origin, "rank",
		      "the rank %d leaves a gap: %d classes have the ranks 0 to %d", k->rank,
		      count, count - 1);
		charter_each (other, d->classes) {
			CHECK(l, other >= k || other->rank != k->rank, &k->origin, "rank",
			      "the class \"%s\" has the rank %d already", named(other->id),
			      k->rank);
			CHECK(l, stored(k) || !stored(other) || other->rank < k->rank,
			      &k->origin, "export",
			      "content of \"%s\" is not stored, but that of the higher \"%s\" is",
			      named(k->id), named(other->id));
		}
	}
}


static void documents(struct loader *l)
{
	const struct charter_documents *d = &l->c->documents;

	classes(l);
	for (size_t i = 0; i < d->authentic.languages.count; i++)
		CHECK(l, charter_listed(l->c->languages.official, d->authentic.languages.at[i]),
		      &d->origin, "authentic/languages",
		      "\"%s\" is not an official language, so that no text in it is authentic",
		      d->authentic.languages.at[i]);
}


static void channel(struct loader *l, const struct charter_channel *ch)
{
	if (!ch->ceiling)
		return;
	CHECK(l, stored(ch->ceiling), &ch->origin, "ceiling",
	      "content of the class \"%s\" is never in the system, so that no channel reaches it",
	      named(ch->ceiling->id));
	charter_each (k, l->c->documents.classes) {
		CHECK(l,
		      k->rank > ch->ceiling->rank || k->e2ee != E2EE_REQUIRED ||
			      ch->e2ee == E2EE_REQUIRED,
		      &ch->origin, "e2ee",
		      "the class \"%s\", which the ceiling admits, needs encryption from end to end",
		      named(k->id));
	}
	ADVISE(l, ch->recording == RECORDING_NEVER || ch->e2ee != E2EE_REQUIRED, &ch->origin,
	       "recording",
	       "what is encrypted from end to end cannot be recorded by the system");
}


static bool counts_deposits(const struct charter_entry_rule *e)
{
	return e->method == ENTRY_N_OF || e->method == ENTRY_N_OF_INCLUDING;
}


static void entry_keys(struct loader *l, const struct charter_entry_rule *e)
{
	const char *method = vocabulary_word(&vocabulary_entry_method, (int)e->method);

	CHECK(l, counts_deposits(e) == said(&e->origin, "count"), &e->origin, "count",
	      counts_deposits(e) ? "the method \"%s\" needs the key \"count\""
				 : "\"count\" says nothing with the method \"%s\"",
	      method);
	CHECK(l, (e->method == ENTRY_N_OF_INCLUDING) == (e->including.count > 0), &e->origin,
	      "including",
	      e->method == ENTRY_N_OF_INCLUDING
		      ? "the method \"%s\" names parties in \"including\""
		      : "\"including\" says nothing with the method \"%s\"",
	      method);
	CHECK(l, !said(&e->origin, "of") || counts_deposits(e) || e->method == ENTRY_ALL_OF,
	      &e->origin, "of", "\"of\" says nothing with the method \"%s\"", method);
	CHECK(l, !e->date || e->method == ENTRY_DATE, &e->origin, "date",
	      "\"date\" says nothing with the method \"%s\"", method);
	CHECK(l, e->count.number == 0 || (size_t)e->count.number >= e->including.count,
	      &e->origin, "count", "more parties are named in \"including\" than are counted");
}


static void entry(struct loader *l, const struct charter_instrument *i)
{
	static const enum entry_effective fits[] = {
		[ENTRY_ALL_OF] = EFFECTIVE_LAST_DEPOSIT,
		[ENTRY_N_OF] = EFFECTIVE_NTH_DEPOSIT,
		[ENTRY_N_OF_INCLUDING] = EFFECTIVE_NTH_DEPOSIT,
		[ENTRY_EACH_ON_DEPOSIT] = EFFECTIVE_DEPOSIT,
		[ENTRY_DATE] = EFFECTIVE_ADOPTION,
	};
	const struct charter_entry_rule *e = &i->entry_into_force;

	if (!e->origin.path || !said(&e->origin, "method"))
		return;
	entry_keys(l, e);
	CHECK(l, !said(&e->origin, "effective") || e->effective == fits[e->method], &e->origin,
	      "effective", "with the method \"%s\" the day counted from is \"%s\"",
	      vocabulary_word(&vocabulary_entry_method, (int)e->method),
	      vocabulary_word(&vocabulary_entry_effective, (int)fits[e->method]));
	CHECK(l, e->plus.ms == 0, &e->origin, "plus",
	      "a delay is in days, months or years, because dates are counted");
	CHECK(l, !said(&i->origin, "then") || counts_deposits(e), &i->origin, "then",
	      "\"then\" belongs to the methods n-of and n-of-including");
	CHECK(l, i->consent || e->method == ENTRY_DATE, &i->origin, "consent",
	      "there is no way to consent, but deposits are needed");
}


static void instrument(struct loader *l, const struct charter_instrument *i)
{
	entry(l, i);
	charter_each (s, i->open_to_accession_by) {
		ADVISE(l, SET_HAS((*s)->rights, RIGHT_TREATY_ACCEDE), &i->origin,
		       "open_to_accession_by", "holders of \"%s\" have no right to accede",
		       named((*s)->id));
	}
	ADVISE(l, i->reservations || !i->objection_period, &i->origin, "objection_period",
	       "there are no reservations to object to");
	ADVISE(l, !i->reservations || i->objection_period, &i->origin, "reservations",
	       "reservations are allowed, but there is no time for objecting to them");
}


static void monitoring(struct loader *l)
{
	const struct charter_monitoring *m = &l->c->monitoring;

	if (!m->origin.path)
		return;
	CHECK(l, duration_cmp(&m->late_after, &m->missing_after) < 0, &m->origin,
	      "missing_after", "a report is missing before it is late");
	CHECK(l, m->cadence.months || m->cadence.days || m->cadence.ms, &m->origin, "cadence",
	      "reports cannot follow one another without any time between");
	charter_each (s, m->indicator_sets) {
		CHECK(l, !s->smallest_cell || s->kind == INDICATORS_FIGURES, &s->origin,
		      "smallest_cell",
		      "small numbers are withheld in sets of the kind \"count\" only");
	}
}


static bool measures(enum trigger_test t)
{
	return t == TRIGGER_GROWTH_RATIO || t == TRIGGER_BELOW_FRACTION ||
	       t == TRIGGER_ABOVE_FRACTION;
}


static void trigger_key(struct loader *l, const struct charter_trigger *t, const char *key,
			bool wanted, bool allowed)
{
	const char *test = vocabulary_word(&vocabulary_trigger_test, (int)t->test);

	CHECK(l, !wanted || said(&t->origin, key), &t->origin, NULL,
	      "the test \"%s\" needs the key \"%s\"", test, key);
	CHECK(l, allowed || !said(&t->origin, key), &t->origin, key,
	      "\"%s\" says nothing with the test \"%s\"", key, test);
}


static void trigger(struct loader *l, const struct charter_trigger *t)
{
	const enum trigger_test test = t->test;
	bool fraction = test == TRIGGER_BELOW_FRACTION || test == TRIGGER_ABOVE_FRACTION;

	if (!said(&t->origin, "test"))
		return;
	trigger_key(l, t, "set", measures(test), test != TRIGGER_REQUEST);
	trigger_key(l, t, "indicator", measures(test), test != TRIGGER_REQUEST);
	trigger_key(l, t, "at_least", measures(test), measures(test));
	trigger_key(l, t, "over", test == TRIGGER_GROWTH_RATIO, test == TRIGGER_GROWTH_RATIO);
	trigger_key(l, t, "base_at_least", false, test == TRIGGER_GROWTH_RATIO);
	trigger_key(l, t, "of", test == TRIGGER_TWO_REGIONS, test == TRIGGER_TWO_REGIONS);
	trigger_key(l, t, "by", test == TRIGGER_REQUEST, test == TRIGGER_REQUEST);
	CHECK(l, !fraction || t->at_least <= 1.0, &t->origin, "at_least",
	      "a fraction of the whole is at most 1");
	CHECK(l, !t->set || !t->indicator || charter_listed(t->set->indicators, t->indicator),
	      &t->origin, "indicator", "the set \"%s\" has no indicator \"%s\"",
	      named(t->set->id), t->indicator);
	CHECK(l, !t->of || measures(t->of->test), &t->origin, "of",
	      "the trigger \"%s\" does not look at an indicator", named(t->of->id));
	CHECK(l, test != TRIGGER_TWO_REGIONS || l->c->monitoring.regions.count > 1, &t->origin,
	      "test", "there is only one region");
	CHECK(l, charter_level(l->c, t->level) != 0, &t->origin, "level",
	      "\"%s\" is the lowest level, which nothing needs to propose", t->level);
}


/* Each level above the lowest is in the map once, the lowest is not. */
static void levels_in(struct loader *l, const char *map, bool warn)
{
	const struct charter_crisis *x = &l->c->crisis;
	const struct charter_node *n = node_get(x->origin.place, map);

	for (size_t i = 0; n && i < x->levels.count; i++) {
		bool there = node_get(n, x->levels.at[i]) != NULL;

		if (i == 0)
			CHECK(l, !there, &x->origin, map,
			      "\"%s\" is the lowest level: nothing is decided or opened for it",
			      x->levels.at[i]);
		else if (warn)
			ADVISE(l, there, &x->origin, map,
			       "nothing is opened at the level \"%s\"", x->levels.at[i]);
		else
			CHECK(l, there, &x->origin, map,
			      "the level \"%s\" is missing: every level above the lowest has %s",
			      x->levels.at[i],
			      map[1] == 'e' ? "somebody who decides"
					    : "a time for the first draft");
	}
}


static void crisis(struct loader *l)
{
	const struct charter_crisis *x = &l->c->crisis;

	if (!x->origin.path)
		return;
	CHECK(l, x->levels.count > 1, &x->origin, "levels", "there are at least two levels");
	levels_in(l, "decides", false);
	levels_in(l, "draft_due", false);
	levels_in(l, "actions", true);
	charter_each (t, x->triggers) {
		trigger(l, t);
	}
}


static void mode(struct loader *l, const struct charter_assistance_mode *m)
{
	const struct charter_decision_rule *rule = m->decides.rule;

	if (m->decides.by_parties)
		CHECK(l, !m->decides.body && !rule, &m->origin, "decides",
		      "the parties decide between themselves: then there is no body and no rule");
	else
		CHECK(l, m->decides.body && rule, &m->origin, "decides",
		      "a decision needs a body and a rule, or \"by: parties\"");
	check_no_subject(l, &m->origin, "decides/rule", rule);
	CHECK(l, (m->asks == ASKS_NONE) == (m->answers == ANSWERS_NONE), &m->origin, "answers",
	      "there are answers where somebody is asked, and only there");
	CHECK(l, m->asks != ASKS_ONE || m->answers == ANSWERS_ONE, &m->origin, "answers",
	      "one party that is asked gives one answer");
	ADVISE(l, m->answers != ANSWERS_MANY || m->composes, &m->origin, NULL,
	       "many answer, but nobody puts a package together (composes)");
}


static void assistance(struct loader *l)
{
	const struct charter_assistance *a = &l->c->assistance;

	if (!a->origin.path)
		return;
	charter_each (m, a->modes) {
		mode(l, m);
	}
	charter_each (s, a->who_asks) {
		ADVISE(l, SET_HAS((*s)->rights, RIGHT_ASSIST_REQUEST), &a->origin, "who_asks",
		       "holders of \"%s\" have no right to ask for assistance",
		       named((*s)->id));
	}
	charter_each (s, a->who_gives) {
		ADVISE(l, SET_HAS((*s)->rights, RIGHT_ASSIST_OFFER), &a->origin, "who_gives",
		       "holders of \"%s\" have no right to offer assistance", named((*s)->id));
	}
	ADVISE(l, duration_cmp(&a->ack_within, &a->answer_within) <= 0, &a->origin,
	       "ack_within", "a request is acknowledged after it must be answered");
}


void check_services(struct loader *l)
{
	documents(l);
	charter_each (ch, l->c->channels) {
		channel(l, ch);
	}
	charter_each (i, l->c->instruments) {
		instrument(l, i);
	}
	monitoring(l);
	crisis(l);
	assistance(l);
}
