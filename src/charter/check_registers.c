/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* check_registers.c: whether the registers agree with themselves and with the rules. */
#include "charter/check.h"

#define NEVER_OVER "9999-12-31"


/* Compare two dates that may be partial; the later of the two is a good default for none. */
static int days_cmp(const char *a, const char *b)
{
	char x[TIME_DATE_SIZE], y[TIME_DATE_SIZE];

	time_first_day(x, a);
	time_first_day(y, b);

	return strcmp(x, y);
}


static const char *or_never(const char *to)
{
	return to ? to : NEVER_OVER;
}


static void suspensions(struct loader *l, const struct charter_party_status *s)
{
	charter_each (q, s->suspended) {
		if (!q->from)
			continue;
		CHECK(l, days_cmp(q->from, or_never(q->to)) < 0, &q->origin, "to",
		      "the suspension ends before it begins");
		CHECK(l,
		      days_cmp(s->from, q->from) <= 0 &&
			      days_cmp(or_never(q->to), or_never(s->to)) <= 0,
		      &q->origin, "from",
		      "the suspension lies outside the period of its status");
		charter_each (other, s->suspended) {
			CHECK(l,
			      other >= q || !other->from ||
				      days_cmp(other->from, or_never(q->to)) >= 0 ||
				      days_cmp(q->from, or_never(other->to)) >= 0,
			      &q->origin, "from",
			      "the suspension overlaps with the one in line %d",
			      other->origin.line);
		}
	}
}


static void periods(struct loader *l, const struct charter_party *p)
{
	charter_each (s, p->statuses) {
		if (!s->from)
			continue;
		CHECK(l, days_cmp(s->from, or_never(s->to)) < 0, &s->origin, "to",
		      "the status ends before it begins");
		CHECK(l, !s->status || !p->kind || charter_listed(s->status->kinds, p->kind),
		      &s->origin, "status", "a %s cannot be a %s", named(p->kind),
		      named(s->status->id));
		charter_each (other, p->statuses) {
			CHECK(l,
			      other >= s || !other->from ||
				      days_cmp(other->from, or_never(s->to)) >= 0 ||
				      days_cmp(s->from, or_never(other->to)) >= 0,
			      &s->origin, "from", "the period overlaps with the one in line %d",
			      other->origin.line);
		}
		suspensions(l, s);
	}
}


static bool asked(const struct charter *c, const char *fact, const char *relation,
		  const char *declaration)
{
	charter_each (k, c->criteria) {
		if ((fact && text_eq(k->fact, fact)) ||
		    (relation && text_eq(k->relation, relation)) ||
		    (declaration && text_eq(k->declaration, declaration)))
			return true;
	}

	return false;
}


static void attested(struct loader *l, const struct charter_party *p)
{
	charter_each (f, p->facts) {
		ADVISE(l, !f->fact || asked(l->c, f->fact, NULL, NULL), &f->origin, "fact",
		       "no criterion asks for the fact \"%s\"", f->fact);
	}
	charter_each (r, p->relations) {
		ADVISE(l, !r->relation || asked(l->c, NULL, r->relation, NULL), &r->origin,
		       "relation", "no criterion asks for the relation \"%s\"", r->relation);
		CHECK(l, !charter_listed(r->with, p->id), &r->origin, "with",
		      "a party has no relation with itself");
	}
	charter_each (d, p->declarations) {
		ADVISE(l, !d->declaration || asked(l->c, NULL, NULL, d->declaration),
		       &d->origin, "declaration",
		       "no criterion asks for the declaration \"%s\"", d->declaration);
	}
}


static bool decides_now(const struct charter_party *p)
{
	charter_each (s, p->statuses) {
		if (s->status && !s->to && decides(s->status))
			return true;
	}

	return false;
}


static bool wording_in(struct charter_text t, const char *lang)
{
	for (size_t i = 0; i < t.count; i++)
		if (text_eq(t.at[i].lang, lang))
			return true;

	return false;
}


/* What a member needs for the order of parties and for the situation picture. */
static void member(struct loader *l, const struct charter_party *p)
{
	const struct charter *c = l->c;
	const struct charter_rotation *r = &c->chairmanship.rotation;
	bool in_region = false;

	charter_each (g, c->monitoring.regions) {
		in_region = in_region || charter_listed(g->parties, p->id);
	}
	ADVISE(l, in_region, &p->origin, NULL,
	       "the member is in no region of the situation picture");
	if (r->language && r->order == ORDER_PARTIES_BY_SHORT_NAME)
		ADVISE(l, wording_in(p->short_name, r->language), &p->origin, "short",
		       "there is no short name in \"%s\", which orders the rotation of the chair",
		       r->language);
}


static void parties(struct loader *l)
{
	struct map codes;
	bool any = false;

	map_init(&codes);
	charter_each (p, l->c->registers.parties) {
		periods(l, p);
		attested(l, p);
		if (p->code && map_put(&codes, p->code, (void *)p))
			complain_at(l, &p->origin, "code", "another party has the code \"%s\"",
				    p->code);
		if (decides_now(p)) {
			any = true;
			member(l, p);
		}
	}
	map_clear(&codes);
	ADVISE(l, any || !l->c->registers.parties.count, &l->c->registers.origin, "parties",
	       "no party is a member: nobody could decide anything");
}


static bool clash(const struct charter_holder *a, const struct charter_holder *b)
{
	return a->office == b->office && text_eq(a->party, b->party) && a->from && b->from &&
	       days_cmp(a->from, or_never(b->to)) <= 0 &&
	       days_cmp(b->from, or_never(a->to)) <= 0;
}


static void holders(struct loader *l)
{
	charter_each (h, l->c->registers.holders) {
		if (!h->office || !h->from)
			continue;
		CHECK(l, days_cmp(h->from, or_never(h->to)) <= 0, &h->origin, "to",
		      "the term ends before it begins");
		CHECK(l, !h->acting || h->office->acting, &h->origin, "acting",
		      "\"%s\" cannot be held by an acting holder", named(h->office->id));
		CHECK(l,
		      h->party || (h->office->holder.kind != HOLDER_CHAIRING_PARTY &&
				   h->office->holder.kind != HOLDER_HOST_PARTY),
		      &h->origin, NULL, "a party holds \"%s\": the key \"party\" is missing",
		      named(h->office->id));
		charter_each (other, l->c->registers.holders) {
			CHECK(l, other >= h || h->office->per_party || !clash(h, other),
			      &h->origin, "from",
			      "\"%s\" has another holder at the same time, in line %d",
			      named(h->office->id), other->origin.line);
		}
	}
}


static void partners(struct loader *l)
{
	charter_each (p, l->c->registers.body_partners) {
		CHECK(l, !p->body || p->body->own_partners, &p->origin, "body",
		      "\"%s\" keeps no partners of its own (own_partners)", named(p->body->id));
	}
}


static const struct charter_training_series *series_of(const struct charter *c, const char *id)
{
	charter_each (s, c->registers.training_series) {
		if (text_eq(s->id, id))
			return s;
	}

	return NULL;
}


static void series(struct loader *l)
{
	charter_each (s, l->c->registers.training_series) {
		const struct charter_training_series *of =
			s->of ? series_of(l->c, s->of) : NULL;

		CHECK(l, !of || of->umbrella, &s->origin, "of",
		      "\"%s\" is no umbrella: other series do not take place within it", s->of);
		CHECK(l, !of || !s->umbrella, &s->origin, "of",
		      "an umbrella does not take place within another");
	}
}


/* Does the window lie in the season, which may run over the end of the year? */
static bool in_season(const struct charter_span *season, const char *date)
{
	const char *day = strlen(date) == 10 ? date + 5 : NULL;

	if (!season->from || !day)
		return true;
	if (strcmp(season->from, season->to) <= 0)
		return strcmp(day, season->from) >= 0 && strcmp(day, season->to) <= 0;

	return strcmp(day, season->from) >= 0 || strcmp(day, season->to) <= 0;
}


static void training(struct loader *l, const struct charter_training *t)
{
	const struct charter_span *season = &l->c->trainings.plan_year.season;

	CHECK(l, t->series || t->text.count, &t->origin, NULL,
	      "a training belongs to a series or has a text");
	CHECK(l, t->state != TRAINING_POSTPONED || (!t->date && !t->window.from), &t->origin,
	      "state", "a postponed training has no date and no window");
	CHECK(l, !t->window.from || !t->year || strncmp(t->window.from, t->year, 4) == 0,
	      &t->origin, "window", "the window is not in the year %s", named(t->year));
	ADVISE(l,
	       !t->window.from ||
		       (in_season(season, t->window.from) && in_season(season, t->window.to)),
	       &t->origin, "window", "the window is outside the season");
	charter_each (f, t->figures) {
		CHECK(l, charter_listed(l->c->trainings.figures, f->name), &t->origin,
		      "figures", "\"%s\" is not among the figures kept of trainings",
		      named(f->name));
	}
}


/* A year with planned trainings has as many as the plan of a year says. */
static void plan(struct loader *l, const struct charter_training *first)
{
	const struct charter_range *r = &l->c->trainings.plan_year.per_year;
	int32_t count = 0;
	bool earlier = false;

	charter_each (t, l->c->registers.trainings) {
		if (!text_eq(t->year, first->year))
			continue;
		earlier = earlier || (t < first && t->state == TRAINING_PLANNED);
		count++;
	}
	ADVISE(l, earlier || (count >= r->from && count <= r->to), &first->origin, "year",
	       "%d trainings in %s, and the plan of a year has %d to %d", count,
	       named(first->year), r->from, r->to);
}


static void trainings(struct loader *l)
{
	charter_each (t, l->c->registers.trainings) {
		training(l, t);
		if (t->state == TRAINING_PLANNED && t->year)
			plan(l, t);
	}
}


static void operations(struct loader *l)
{
	charter_each (o, l->c->registers.operations) {
		CHECK(l,
		      !said(&o->origin, "state") ||
			      SET_HAS(l->c->operations.lifecycle, o->state),
		      &o->origin, "state", "\"%s\" is not a step of operations/lifecycle",
		      vocabulary_word(&vocabulary_operation_state, (int)o->state));
	}
}


static void ledger(struct loader *l, const struct charter_register_instrument *i)
{
	charter_each (e, i->ledger) {
		CHECK(l,
		      !e->party || e->act == LEDGER_ACCEDED ||
			      charter_listed(i->signatories, e->party),
		      &e->origin, "party", "\"%s\" has not signed \"%s\"", e->party,
		      named(i->id));
		CHECK(l, !e->date || !i->signed_on || days_cmp(e->date, i->signed_on) >= 0,
		      &e->origin, "date", "this was before the signature (%s)", i->signed_on);
		charter_each (other, i->ledger) {
			CHECK(l,
			      other >= e || other->act != e->act ||
				      e->act == LEDGER_DECLARATION ||
				      e->act == LEDGER_OBJECTION ||
				      !text_eq(other->party, e->party),
			      &e->origin, "party", "\"%s\" has done this already, in line %d",
			      named(e->party), other->origin.line);
		}
	}
}


static void instruments(struct loader *l)
{
	charter_each (i, l->c->registers.instruments) {
		ledger(l, i);
		CHECK(l, !i->package || !i->type || i->type->package, &i->origin, "package",
		      "instruments of the type \"%s\" are not put forward as packages",
		      named(i->type->id));
		CHECK(l, !i->in_force_on || i->state >= INSTRUMENT_IN_FORCE, &i->origin,
		      "in_force_on", "the instrument is not in force (state)");
		CHECK(l,
		      !i->in_force_on || !i->signed_on ||
			      days_cmp(i->in_force_on, i->signed_on) >= 0,
		      &i->origin, "in_force_on", "it was in force before it was signed");
		ADVISE(l, i->state != INSTRUMENT_AWAITING_DEPOSITS || i->signatories.count,
		       &i->origin, NULL, "deposits are awaited, but nobody has signed");
	}
}


static void programmes(struct loader *l)
{
	charter_each (p, l->c->registers.programmes) {
		CHECK(l,
		      !said(&p->origin, "state") ||
			      SET_HAS(l->c->programmes.lifecycle, p->state),
		      &p->origin, "state", "\"%s\" is not a step of programmes/lifecycle",
		      vocabulary_word(&vocabulary_programme_state, (int)p->state));
		ADVISE(l, p->state != PROGRAMME_AGREED_IN_PART || p->agreed.count, &p->origin,
		       "state", "agreed in part, but no part is agreed");
	}
}


static bool has_channel(const struct charter_body *b, const struct charter_channel *ch)
{
	charter_each (one, b->channels) {
		if (*one == ch)
			return true;
	}

	return false;
}


static void event(struct loader *l, const struct charter_event *e)
{
	CHECK(l, e->body || said(&e->origin, "body") || e->text.count, &e->origin, NULL,
	      "a body meets, or a text says what it is");
	CHECK(l, !said(&e->origin, "form") || SET_HAS(l->c->meetings.forms, e->form),
	      &e->origin, "form", "\"%s\" is not among meetings/forms",
	      vocabulary_word(&vocabulary_meeting_form, (int)e->form));
	CHECK(l, !e->channel || !e->body || has_channel(e->body, e->channel), &e->origin,
	      "channel", "\"%s\" does not meet on the channel \"%s\"", named(e->body->id),
	      named(e->channel->id));
	CHECK(l, e->state != MEETING_POSTPONED || !e->date, &e->origin, "date",
	      "what is postponed has no date (null)");
	CHECK(l, e->state != MEETING_POSTPONED || e->reason, &e->origin, NULL,
	      "what is postponed needs a reason");
	ADVISE(l, e->date || e->state == MEETING_POSTPONED || e->state == MEETING_CANCELLED,
	       &e->origin, "date", "there is no date, but it is not postponed");
}


static void rest(struct loader *l)
{
	const struct charter_registers *r = &l->c->registers;

	charter_each (e, r->calendar) {
		event(l, e);
	}
	charter_each (f, r->facilities) {
		ADVISE(l, !f->operator_party || !text_eq(f->operator_party, f->party),
		       &f->origin, "operator", "the operator is the party itself");
	}
	charter_each (b, l->c->bodies) {
		for (size_t i = 0; i < r->facilities.count; i++)
			ADVISE(l, !text_eq(r->facilities.at[i].id, b->id),
			       &r->facilities.at[i].origin, "id",
			       "a body has the same id, so that premises are not clear");
	}
	if (r->crisis_level.origin.path && l->c->as_of && r->crisis_level.since)
		ADVISE(l, days_cmp(r->crisis_level.since, l->c->as_of) <= 0,
		       &r->crisis_level.origin, "since", "this is after the day in as_of");
	if (r->regime.origin.path && l->c->as_of && r->regime.since)
		ADVISE(l, days_cmp(r->regime.since, l->c->as_of) <= 0, &r->regime.origin,
		       "since", "this is after the day in as_of");
}


void check_registers(struct loader *l)
{
	parties(l);
	holders(l);
	partners(l);
	series(l);
	trainings(l);
	operations(l);
	instruments(l);
	programmes(l);
	rest(l);
}
