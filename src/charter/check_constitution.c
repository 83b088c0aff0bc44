/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * check_constitution.c: whether the organisation, its statuses, offices and bodies make sense
 * together.  A pointer may be NULL here where a reference dangles.
 */
#include "charter/check.h"


static void languages(struct loader *l)
{
	const struct charter_languages *g = &l->c->languages;

	if (!g->otherwise)
		return;
	ADVISE(l, charter_listed(g->working, g->otherwise), &g->origin, "default",
	       "the default language \"%s\" is not a working language", g->otherwise);
	CHECK(l, !g->pivot || charter_listed(g->interpretation, g->pivot), &g->origin, "pivot",
	      "the pivot \"%s\" has no booth: it is not among the languages of interpretation",
	      g->pivot);
	for (size_t i = 0; i < g->official.count; i++)
		ADVISE(l, charter_listed(g->working, g->official.at[i]), &g->origin, "official",
		       "the official language \"%s\" is not a working language",
		       g->official.at[i]);
}


static void criterion_needs(struct loader *l, const struct charter_criterion *k,
			    enum criterion_test test, const char *key)
{
	const char *word = vocabulary_word(&vocabulary_criterion_test, (int)test);

	if (k->test == test)
		CHECK(l, said(&k->origin, key), &k->origin, NULL,
		      "a criterion tested by \"%s\" needs the key \"%s\"", word, key);
	else
		CHECK(l, !said(&k->origin, key), &k->origin, key,
		      "\"%s\" belongs to the test \"%s\", not to \"%s\"", key, word,
		      vocabulary_word(&vocabulary_criterion_test, (int)k->test));
}


static bool criterion_used(const struct charter *c, const struct charter_criterion *k)
{
	charter_each (s, c->statuses) {
		charter_each (one, s->criteria) {
			if (*one == k)
				return true;
		}
		charter_each (one, s->criteria_optional) {
			if (*one == k)
				return true;
		}
	}

	return false;
}


static void criteria(struct loader *l)
{
	charter_each (k, l->c->criteria) {
		if (!said(&k->origin, "test"))
			continue;
		criterion_needs(l, k, CRITERION_FACT, "fact");
		criterion_needs(l, k, CRITERION_RELATION_ALL, "relation");
		criterion_needs(l, k, CRITERION_RELATION_ALL, "with");
		criterion_needs(l, k, CRITERION_DECLARED, "declaration");
		criterion_needs(l, k, CRITERION_JUDGEMENT, "body");
		if (k->test != CRITERION_FACT)
			CHECK(l, !said(&k->origin, "is"), &k->origin, "is",
			      "\"is\" belongs to the test \"fact\"");
		if (k->test != CRITERION_RELATION_ALL)
			CHECK(l, !said(&k->origin, "counts_suspended"), &k->origin,
			      "counts_suspended",
			      "\"counts_suspended\" belongs to the test \"relation-all\"");
		ADVISE(l, criterion_used(l->c, k), &k->origin, NULL,
		       "no status asks for this criterion");
	}
}


/* What a right is of no use without. */
static void rights_together(struct loader *l, const struct charter_status *s)
{
	static const struct {
		enum right has, needs;
	} pairs[] = {
		{ RIGHT_MEETING_DECIDE, RIGHT_MEETING_ATTEND },
		{ RIGHT_MEETING_SPEAK, RIGHT_MEETING_ATTEND },
		{ RIGHT_MEETING_ADVISE, RIGHT_MEETING_ATTEND },
		{ RIGHT_MEETING_PROPOSE, RIGHT_MEETING_ATTEND },
		{ RIGHT_CHAIR, RIGHT_MEETING_DECIDE },
		{ RIGHT_TREATY_ACCEDE, RIGHT_INSTRUMENT_DEPOSIT },
		{ RIGHT_DOCS_RESTRICTED, RIGHT_DOCS_OPEN },
	};

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		CHECK(l,
		      !SET_HAS(s->rights, pairs[i].has) || SET_HAS(s->rights, pairs[i].needs),
		      &s->origin, "rights", "the right \"%s\" needs the right \"%s\" beside it",
		      vocabulary_word(&vocabulary_right, (int)pairs[i].has),
		      vocabulary_word(&vocabulary_right, (int)pairs[i].needs));
	for (int r = 0; r < RIGHT_WORDS; r++)
		CHECK(l,
		      !SET_HAS(s->rights, r) || charter_right_text(l->c, (enum right)r).count,
		      &s->origin, "rights",
		      "the right \"%s\" is not among the rights that this charter describes",
		      vocabulary_word(&vocabulary_right, r));
}


static bool kinds_meet(const struct charter_criterion *k, const struct charter_status *s)
{
	for (size_t i = 0; i < s->kinds.count; i++)
		if (charter_listed(k->applies_to, s->kinds.at[i]))
			return true;

	return false;
}


static void status_criteria(struct loader *l, const struct charter_status *s)
{
	charter_each (one, s->criteria) {
		const struct charter_criterion *k = *one;

		ADVISE(l, k->enabled, &s->origin, "criteria",
		       "the criterion \"%s\" is switched off (enabled: false)", named(k->id));
		ADVISE(l, kinds_meet(k, s), &s->origin, "criteria",
		       "the criterion \"%s\" is asked of no kind of party that can hold \"%s\"",
		       named(k->id), named(s->id));
		charter_each (other, s->criteria_optional) {
			CHECK(l, *other != k, &s->origin, "criteria_optional",
			      "the criterion \"%s\" is mandatory already", named(k->id));
		}
	}
	ADVISE(l, s->grant || !s->criteria.count, &s->origin, "grant",
	       "nobody grants \"%s\", so that its criteria are never looked at", named(s->id));
}


static void grant(struct loader *l, const struct charter_status *s,
		  const struct charter_grant *g)
{
	if (!g)
		return;
	charter_each (b, g->after) {
		CHECK(l, *b != g->body, &g->origin, "after",
		      "\"%s\" decides on \"%s\" itself and cannot propose it first",
		      named((*b)->id), named(s->id));
	}
}


static void statuses(struct loader *l)
{
	bool any = false, chair = false;

	charter_each (s, l->c->statuses) {
		any = any || decides(s);
		chair = chair || SET_HAS(s->rights, RIGHT_CHAIR);
		rights_together(l, s);
		status_criteria(l, s);
		grant(l, s, s->grant);
		grant(l, s, s->suspend);
	}
	if (!l->c->statuses.count)
		return;
	CHECK(l, any, &l->c->statuses.at[0].origin, NULL,
	      "no status has the right \"meeting-decide\": nobody could decide anything");
	CHECK(l, chair, &l->c->statuses.at[0].origin, NULL,
	      "no status has the right \"chair\": nobody could take the chair");
}


static void office_filled(struct loader *l, const struct charter_office *o)
{
	const struct charter_appoint *a = o->appoint;

	CHECK(l, a || said(&o->origin, "holder"), &o->origin, NULL,
	      "nobody holds the office: it needs \"appoint\" or \"holder\"");
	CHECK(l, !a || !said(&o->origin, "holder"), &o->origin, "holder",
	      "an office has \"appoint\" or \"holder\", not both");
	if (!a)
		return;
	if (a->by_party)
		CHECK(l, !a->body && !a->rule, &a->origin, "by",
		      "each party appoints its own: then there is no body and no rule");
	else
		CHECK(l, said(&a->origin, "body") && said(&a->origin, "rule"), &a->origin, NULL,
		      "an appointment needs a body and a rule, or \"by: party\"");
	check_no_subject(l, &a->origin, "rule", a->rule);
}


static void offices(struct loader *l)
{
	charter_each (o, l->c->offices) {
		office_filled(l, o);
		CHECK(l, o->acting || !o->acting_limits.count, &o->origin, "acting_limits",
		      "the office cannot be held by an acting holder");
		ADVISE(l, !o->appoint || !o->appoint->by_party || o->per_party, &o->origin,
		       "appoint",
		       "each party appoints a holder, but the office is not per_party");
	}
}


static void chairmanship(struct loader *l)
{
	const struct charter_chairmanship *ch = &l->c->chairmanship;

	if (ch->rotation.origin.path)
		CHECK(l, ch->rotation.period, &ch->rotation.origin, NULL,
		      "the rotation of the chair needs a period");
}


static bool reports_in_circle(const struct charter *c, const struct charter_body *b)
{
	const struct charter_body *up = b->reports_to;

	for (size_t i = 0; up && i <= c->bodies.count; i++, up = up->reports_to)
		if (up == b)
			return true;

	return false;
}


static void body_place(struct loader *l, const struct charter_body *b)
{
	bool circle = reports_in_circle(l->c, b);

	CHECK(l, !circle, &b->origin, "reports_to",
	      "the body reports to itself in the end: \"%s\" lies on a circle", named(b->id));
	ADVISE(l, circle || !b->reports_to || b->reports_to->level <= b->level, &b->origin,
	       "reports_to", "\"%s\" has a lower precedence (%d) than this body (%d)",
	       named(b->reports_to->id), b->reports_to->level, b->level);
	ADVISE(l,
	       b->reports_to || b->kind == BODY_SUPREME || b->kind == BODY_PARLIAMENTARY ||
		       said(&b->origin, "reports_to"),
	       &b->origin, "reports_to", "the body reports to nobody");
}


static void body_rules(struct loader *l, const struct charter_body *b)
{
	bool any = !said(&b->origin, "rules");

	charter_each (r, b->rules) {
		any = any || r->use == USE_DEFAULT;
		check_no_subject(l, &b->origin, "rules", r->rule);
		ADVISE(l, r->use != USE_LIMITED || !r->rule || r->rule->optout, &b->origin,
		       "rules/limited", "the rule \"%s\" lets nobody stay out (optout: false)",
		       named(r->rule->id));
	}
	CHECK(l, any, &b->origin, "rules", "the rules of a body have at least a \"default\"");
}


static void body_guests(struct loader *l, const struct charter_body *b)
{
	charter_each (s, b->open_to) {
		CHECK(l, SET_HAS((*s)->rights, RIGHT_MEETING_ATTEND), &b->origin, "open_to",
		      "holders of \"%s\" have no right to attend meetings", named((*s)->id));
		ADVISE(l, !decides(*s), &b->origin, "open_to",
		       "holders of \"%s\" decide and attend anyway", named((*s)->id));
	}
	charter_each (w, b->composition.with) {
		CHECK(l, w->body != b, &b->origin, "composition/with",
		      "the body is a part of itself");
	}
}


static void bodies(struct loader *l)
{
	bool supreme = false;

	charter_each (b, l->c->bodies) {
		ADVISE(l, !supreme || b->kind != BODY_SUPREME, &b->origin, "kind",
		       "there is a supreme body already");
		supreme = supreme || b->kind == BODY_SUPREME;
		body_place(l, b);
		body_rules(l, b);
		body_guests(l, b);
	}
	CHECK(l, supreme || !l->c->bodies.count, &l->c->bodies.at[0].origin, "kind",
	      "no body is the supreme one");
}


static void meetings(struct loader *l)
{
	const struct charter_meetings *m = &l->c->meetings;

	if (!m->origin.path)
		return;
	ADVISE(l, duration_cmp(&m->notice.extraordinary, &m->notice.regular) <= 0, &m->origin,
	       "notice/extraordinary",
	       "an extraordinary meeting has more notice than a regular one");
	ADVISE(l, duration_cmp(&m->papers.regular, &m->notice.regular) <= 0, &m->origin,
	       "papers/regular", "papers are due before the meeting is convened");
	ADVISE(l, duration_cmp(&m->papers.extraordinary, &m->notice.extraordinary) <= 0,
	       &m->origin, "papers/extraordinary",
	       "papers are due before the meeting is convened");
	charter_each (s, m->precedence.guests_after_members) {
		CHECK(l, !decides(*s), &m->origin, "precedence/guests_after_members",
		      "holders of \"%s\" are members, not guests", named((*s)->id));
	}
	if (m->record.verbatim)
		CHECK(l, SET_HAS(m->record.kinds, MINUTES_VERBATIM), &m->origin,
		      "record/verbatim",
		      "everything is taken down, but \"verbatim\" is not among the kinds of record");
}


/* A rule or section that nothing founds: a legal adviser cannot check it. */
static void sourced(struct loader *l, const struct shape *shape, const void *record)
{
	const struct charter_origin *o = record;

	if (shape->has_origin && shape->sourced && o->path)
		ADVISE(l, charter_src(o).count, o, NULL, "no source is given (src)");
}


static void all_sourced(struct loader *l)
{
	for (size_t i = 0; i < shape_constitution.count; i++) {
		const struct field *f = &shape_constitution.fields[i];
		const char *at = (const char *)l->c + f->offset;
		struct sequence list = { 0 };

		if (f->type == F_RECORD)
			sourced(l, f->of, at);
		if (f->type == F_RECORDS)
			memcpy(&list, at, sizeof(list));
		for (size_t j = 0; j < list.count; j++)
			sourced(l, f->of, (char *)list.at + j * field_size(f));
	}
}


void check_constitution(struct loader *l)
{
	if (l->c->languages.origin.path)
		languages(l);
	criteria(l);
	statuses(l);
	offices(l);
	chairmanship(l);
	bodies(l);
	meetings(l);
	all_sourced(l);
}
