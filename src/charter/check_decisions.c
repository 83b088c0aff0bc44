/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* check_decisions.c: decision rules and silence, and where they are used. */
#include "charter/check.h"


void check_no_subject(struct loader *l, const struct charter_origin *o, const char *below,
		      const struct charter_decision_rule *rule)
{
	if (rule && rule->minus)
		complain_at(
			l, o, below,
			"the rule \"%s\" leaves out the party it is about, and here there is "
			"none",
			named(rule->id));
}


/* Keys that say nothing when an office decides, or when no majority is counted. */
static void idle_keys(struct loader *l, const struct charter_decision_rule *r)
{
	static const char *const counted[] = { "basis",	 "minus", "optout", "quorum",
					       "absent", "votes", "weights" };
	static const char *const majority[] = { "threshold", "strict" };
	const char *method = vocabulary_word(&vocabulary_decision_method, (int)r->method);

	for (size_t i = 0; r->method == DECIDE_OFFICE && i < ARRAY_LEN(counted); i++)
		CHECK(l, !said(&r->origin, counted[i]), &r->origin, counted[i],
		      "\"%s\" says nothing where one office decides", counted[i]);
	for (size_t i = 0; r->method != DECIDE_MAJORITY && i < ARRAY_LEN(majority); i++)
		CHECK(l, !said(&r->origin, majority[i]), &r->origin, majority[i],
		      "\"%s\" belongs to the method \"majority\", not to \"%s\"", majority[i],
		      method);
	if (r->method != DECIDE_OFFICE)
		CHECK(l, !said(&r->origin, "office"), &r->origin, "office",
		      "\"office\" belongs to the method \"office\", not to \"%s\"", method);
}


static bool weighs(const struct charter_decision_rule *r, const char *kind)
{
	charter_each (w, r->weights) {
		if (text_eq(w->kind, kind))
			return true;
	}

	return false;
}


/* Every kind of party that decides has a weight. */
static void weights(struct loader *l, const struct charter_decision_rule *r)
{
	if (r->votes != VOTES_BY_KIND) {
		CHECK(l, !r->weights.count, &r->origin, "weights",
		      "weights are used with \"votes: by-kind\" only");
		return;
	}
	charter_each (s, l->c->statuses) {
		for (size_t i = 0; decides(s) && i < s->kinds.count; i++)
			CHECK(l, weighs(r, s->kinds.at[i]), &r->origin, "weights",
			      "there is no weight for \"%s\", which can be a %s and decide",
			      s->kinds.at[i], named(s->id));
	}
	ADVISE(l, r->method == DECIDE_MAJORITY, &r->origin, "votes",
	       "weights change nothing: votes are counted by majority rules only");
}


static void majority(struct loader *l, const struct charter_decision_rule *r)
{
	const struct charter_fraction t = r->threshold;

	if (r->method != DECIDE_MAJORITY)
		return;
	CHECK(l, said(&r->origin, "threshold"), &r->origin, NULL,
	      "a majority needs a threshold such as \"1/2\"");
	CHECK(l, !t.den || t.num != t.den || !r->strict, &r->origin, "threshold",
	      "nothing is ever more than all: with 1/1 the rule must say \"strict: false\"");
	ADVISE(l, !t.den || 2 * t.num > t.den || (2 * t.num == t.den && r->strict), &r->origin,
	       "threshold",
	       "two opposite decisions could both be adopted: the threshold is not "
	       "more than half");
}


static void opting_out(struct loader *l, const struct charter_decision_rule *r)
{
	ADVISE(l, !r->optout || r->basis == BASIS_PARTICIPATING, &r->origin, "basis",
	       "parties can stay out, but the basis counts them still (participating does not)");
	ADVISE(l, r->optout || r->basis != BASIS_PARTICIPATING, &r->origin, "optout",
	       "the basis is those participating, but nobody can stay out (optout: false)");
	CHECK(l, r->absent != ABSENT_SERVE_UNDER_SILENCE || l->c->silence.count, &r->origin,
	      "absent", "there is no silence procedure under which the absent could be served");
}


static void rule(struct loader *l, const struct charter_decision_rule *r)
{
	if (!said(&r->origin, "method"))
		return;
	idle_keys(l, r);
	majority(l, r);
	if (r->method == DECIDE_OFFICE) {
		CHECK(l, said(&r->origin, "office"), &r->origin, NULL,
		      "the method \"office\" needs the key \"office\"");
		return;
	}
	CHECK(l, said(&r->origin, "quorum"), &r->origin, NULL,
	      "the key \"quorum\" is missing: a fraction such as \"2/3\"");
	weights(l, r);
	opting_out(l, r);
}


static void silence(struct loader *l, const struct charter_silence *s)
{
	CHECK(l, duration_cmp(&s->period, &s->min_period) >= 0, &s->origin, "period",
	      "the period is shorter than min_period");
	CHECK(l, s->min_period.months || s->min_period.days || s->min_period.ms, &s->origin,
	      "min_period", "a silence cannot last no time at all");
	for (int k = 0; k < SUBJECT_WORDS; k++)
		CHECK(l, !SET_HAS(s->allowed_for, k) || !SET_HAS(s->never_for, k), &s->origin,
		      "never_for", "\"%s\" is both in allowed_for and in never_for",
		      vocabulary_word(&vocabulary_subject_kind, k));
	ADVISE(l,
	       SET_HAS(s->never_for, SUBJECT_AMENDMENT) &&
		       SET_HAS(s->never_for, SUBJECT_STATUS),
	       &s->origin, "never_for",
	       "\"amendment\" and \"status\" are not among what is never adopted by silence");
	if (!s->rule)
		return;
	CHECK(l, s->rule->method != DECIDE_OFFICE, &s->origin, "rule",
	      "by the rule \"%s\" one office decides: there is nobody whose silence could count",
	      named(s->rule->id));
	check_no_subject(l, &s->origin, "rule", s->rule);
}


struct use {
	const struct charter_decision_rule *rule;
	bool found;
};


static void use_grant(struct use *u, const struct charter_grant *g)
{
	u->found = u->found || (g && g->rule == u->rule);
}


static bool used_elsewhere(const struct charter *c, const struct charter_decision_rule *r)
{
	charter_each (s, c->silence) {
		if (s->rule == r)
			return true;
	}
	charter_each (o, c->offices) {
		if (o->appoint && o->appoint->rule == r)
			return true;
	}
	charter_each (m, c->assistance.modes) {
		if (m->decides.rule == r)
			return true;
	}
	charter_each (e, c->registers.calendar) {
		if (e->decides == r)
			return true;
	}

	return c->trainings.postpone.rule == r || c->trainings.cancel.rule == r ||
	       c->operations.decides.rule == r;
}


static bool used(const struct charter *c, const struct charter_decision_rule *r)
{
	struct use u = { r, used_elsewhere(c, r) };

	charter_each (s, c->statuses) {
		use_grant(&u, s->grant);
		use_grant(&u, s->suspend);
		use_grant(&u, s->end ? &s->end->annul : NULL);
	}
	charter_each (b, c->bodies) {
		charter_each (one, b->rules) {
			u.found = u.found || one->rule == r;
		}
	}

	return u.found;
}


void check_decisions(struct loader *l)
{
	charter_each (r, l->c->decision_rules) {
		rule(l, r);
		ADVISE(l, used(l->c, r), &r->origin, NULL, "nothing uses this rule");
	}
	charter_each (s, l->c->silence) {
		silence(l, s);
	}
}
