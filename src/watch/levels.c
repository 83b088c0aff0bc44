/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * levels.c: crisis levels.
 *
 * A trigger of the charter, or a party that may ask, proposes; whom the charter names decides;
 * a level is lowered by a person only, after the hold.  What a level opens is a list of actions
 * for people: nothing is ordered by the machine.
 */
#include <math.h>
#include <string.h>

#include "act/decide.h"
#include "act/notice.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/rules.h"
#include "charter/vocabulary.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"
#include "watch/levels.h"

enum {
	RECENT = 7, /* days: older figures say nothing of now */
	ACTIONS_OF_ACT = 1000,
};


int64_t duration_ms(const struct duration *d)
{
	return ((int64_t)d->months * 30 + d->days) * TIME_DAY + d->ms;
}


static int64_t partial_at(const char *since)
{
	char day[TIME_DATE_SIZE];
	int64_t days = 0;

	if (!since)
		return 0;
	time_first_day(day, since);

	return time_date_days(&days, day) ? 0 : days * TIME_DAY;
}


int level_now(struct level_now *out, struct arena *a, struct store *st, const struct charter *c)
{
	struct store_rows *rows = NULL;
	int err =
		store_query(&rows, st,
			    "SELECT id, level, at, draft_due, draft_at, draft FROM watch_level"
			    " ORDER BY id DESC LIMIT 1",
			    "");

	*out = (struct level_now){ .level = c->registers.crisis_level.current,
				   .since = partial_at(c->registers.crisis_level.since),
				   .draft_due = FIELD_NONE,
				   .draft_at = FIELD_NONE };
	if (!out->level || charter_level(c, out->level) < 0)
		out->level = c->crisis.levels.at[0];
	if (!err && store_next(rows, &err))
		*out = (struct level_now){ .id = store_int(rows, 0),
					   .level = row_text(a, rows, 1),
					   .since = store_int(rows, 2),
					   .draft_due = row_int(rows, 3),
					   .draft_at = row_int(rows, 4),
					   .draft = row_text(a, rows, 5) };
	store_done(rows);

	return err;
}


/* Does a trigger hold, and what shows it? */
struct holding {
	bool holds;
	size_t regions;	      /* in which it does */
	const char *evidence; /* JSON */
};

/* What is looked at, for a judge and for a trigger alike. */
struct looking {
	struct arena *a;
	struct store *st;
	struct world *world;
	const struct charter *charter;
	const char *today;
	int64_t at;
};


static const struct charter_trigger *find_trigger(const struct charter *c, const char *id)
{
	charter_each (t, c->crisis.triggers)
		if (text_eq(t->id, id))
			return t;

	return NULL;
}


static double sum_days(const double *y, size_t from, size_t n)
{
	double sum = 0;
	size_t known = 0;

	for (size_t i = from; i < from + n; i++) {
		if (isnan(y[i]))
			continue;
		sum += y[i];
		known++;
	}

	return known * 2 > n ? sum : (double)NAN;
}


static bool is_in(const struct charter_ids *ids, const char *id)
{
	for (size_t i = 0; i < ids->count; i++)
		if (text_eq(ids->at[i], id))
			return true;

	return false;
}


/* What a region had in the last span of days and in the one before. */
struct spans {
	double now, before;
};


/* Of all its parties but some. */
static int region_growth(struct spans *out, struct looking *l, const struct charter_trigger *t,
			 const struct charter_region *region, int64_t days,
			 const struct charter_ids *without)
{
	int64_t last = day_of(l->at) - 1;
	int err = 0;

	*out = (struct spans){ 0, 0 };
	for (size_t i = 0; i < region->parties.count && !err; i++) {
		const char *party = region->parties.at[i];
		double *y = NULL, now, before;

		if (is_in(without, party))
			continue;
		err = counts_read(&y, l->a, l->st, &(struct counted){ party, "", t->indicator },
				  last - 2 * days + 1, last, INT64_MAX);
		if (err || !y)
			continue;
		now = sum_days(y, (size_t)days, (size_t)days);
		before = sum_days(y, 0, (size_t)days);
		if (isnan(now) || isnan(before))
			continue;
		out->now += now;
		out->before += before;
	}

	return err;
}


static bool grew(const struct spans *s, const struct charter_trigger *t)
{
	return s->before >= t->base_at_least && s->before > 0 &&
	       s->now >= t->at_least * s->before;
}


/*
 * One region: does it hold, and does it without the parties of regions that were counted
 * before it?  A party that belongs to several regions does not make two of them.
 */
static int look_at_region(struct holding *out, struct jw *w, struct looking *l,
			  const struct charter_trigger *t, const struct charter_region *region,
			  struct charter_ids *counted)
{
	static const struct charter_ids nobody = { 0 };
	int64_t days = t->over ? duration_ms(t->over) / TIME_DAY : 7;
	struct spans all, own;
	int err = region_growth(&all, l, t, region, days < 1 ? 1 : days, &nobody);

	if (!err)
		err = region_growth(&own, l, t, region, days < 1 ? 1 : days, counted);
	if (err)
		return err;
	out->holds = out->holds || grew(&all, t);
	if (grew(&all, t) && grew(&own, t)) {
		out->regions++;
		for (size_t i = 0; i < region->parties.count; i++)
			ids_append(counted, l->a, region->parties.at[i]);
	}
	jw_object(w);
	jw_kstr(w, "region", region->id);
	jw_kint(w, "now", (int64_t)all.now);
	jw_kint(w, "before", (int64_t)all.before);
	jw_kbool(w, "holds", grew(&all, t));
	jw_object_end(w);

	return 0;
}


static int growth_holds(struct holding *out, struct looking *l, const struct charter_trigger *t)
{
	struct charter_ids counted = { 0 };
	struct buf b;
	struct jw w;
	int err = 0;

	buf_init(&b, 0);
	jw_init(&w, &b);
	jw_array(&w);
	charter_each (region, l->charter->monitoring.regions)
		if (!err)
			err = look_at_region(out, &w, l, t, region, &counted);
	jw_array_end(&w);
	out->evidence = arena_strn(l->a, b.data, b.len);
	buf_clear(&b);

	return err;
}


/* The last figure of one party with the whole that it is part of; false when it is too old. */
static int party_fraction(double *out, struct looking *l, const char *party,
			  const char *indicator)
{
	struct series_cell cell = { 0 };
	int64_t id = 0, today = day_of(l->at);
	bool found = false;
	int err = series_find(&id, l->st, party, "", indicator);

	*out = NAN;
	if (!err)
		err = series_last(&cell, &found, l->a, l->st, id, today, INT64_MAX);
	if (!err && found && cell.day >= today - RECENT && cell.value != FIELD_NONE &&
	    cell.whole != FIELD_NONE && cell.whole > 0)
		*out = (double)cell.value / (double)cell.whole;

	return err;
}


static int fraction_holds(struct holding *out, struct looking *l,
			  const struct charter_trigger *t)
{
	struct charter_ids who = { 0 };
	struct buf b;
	struct jw w;
	int err = watch_reporters(&who, l->a, l->world, l->charter, l->today);

	buf_init(&b, 0);
	jw_init(&w, &b);
	jw_array(&w);
	for (size_t i = 0; i < who.count && !err; i++) {
		double fraction = NAN;
		bool holds;

		err = party_fraction(&fraction, l, who.at[i], t->indicator);
		if (isnan(fraction))
			continue;
		holds = t->test == TRIGGER_BELOW_FRACTION ? fraction < t->at_least
							  : fraction > t->at_least;
		out->regions += holds;
		jw_object(&w);
		jw_kstr(&w, "party", who.at[i]);
		jw_key(&w, "fraction");
		jw_real(&w, fraction);
		jw_kbool(&w, "holds", holds);
		jw_object_end(&w);
	}
	jw_array_end(&w);
	out->holds = out->regions > 0;
	out->evidence = arena_strn(l->a, b.data, b.len);
	buf_clear(&b);

	return err;
}


static int holds(struct holding *out, struct looking *l, const struct charter_trigger *t)
{
	int err;

	*out = (struct holding){ .evidence = "[]" };
	switch (t->test) {
	case TRIGGER_GROWTH_RATIO: return growth_holds(out, l, t);
	case TRIGGER_BELOW_FRACTION:
	case TRIGGER_ABOVE_FRACTION: return fraction_holds(out, l, t);
	case TRIGGER_TWO_REGIONS:
		if (!t->of || t->of->test == TRIGGER_TWO_REGIONS)
			return 0;
		err = holds(out, l, t->of);
		out->holds = out->regions >= 2;
		return err;
	default: return 0;
	}
}


/* Is a level proposed already, or was the same declined within the hold? */
static int is_settled(bool *out, struct store *st, const struct charter *c,
		      const struct charter_trigger *t, int64_t at)
{
	int64_t n = 0;
	int err = store_get_int(&n, st,
				"SELECT count(*) FROM watch_proposal WHERE"
				" (state = 'open' AND level = $1) OR"
				" (rule = $2 AND state = 'declined' AND settled_at > $3)",
				"ssi", t->level, t->id, at - duration_ms(&c->crisis.hold));

	*out = n > 0;

	return err;
}


static void put_proposal(struct act_cx *cx, const struct charter_trigger *t, const char *level,
			 const char *reason, const char *evidence)
{
	struct charter_level_answer rule;

	charter_level_rule(&rule, cx->charter, level);
	effect_add(&cx->fx, "watch_proposal",
		   "id level rule party at due state reason evidence", "isssiisss", cx->seq,
		   level, t->id, cx->seat.party, cx->at, cx->at + duration_ms(&rule.draft_due),
		   "open", reason, evidence);
}


static const char *trigger_path(struct act_cx *cx, const struct charter_trigger *t)
{
	return arena_printf(cx->arena, "crisis/triggers/%s", t->id);
}


int level_propose_judge(struct act_cx *cx, const void *body)
{
	const struct level_propose *b = body;
	const struct charter_trigger *t = find_trigger(cx->charter, b->trigger);
	struct looking l = { cx->arena, cx->st, cx->world, cx->charter, cx->today, cx->at };
	struct holding h;
	struct level_now now;
	bool settled = false;
	int err;

	if (!t)
		return refuse(cx, REFUSE_NOT_FOUND, "crisis/triggers", "not-found.trigger",
			      NULL);
	err = level_now(&now, cx->arena, cx->st, cx->charter);
	if (!err)
		err = is_settled(&settled, cx->st, cx->charter, t, cx->at);
	if (!err)
		err = holds(&h, &l, t);
	if (err)
		return err;
	if (settled || !h.holds ||
	    charter_level(cx->charter, t->level) <= charter_level(cx->charter, now.level))
		return refuse(cx, REFUSE_WRONG_STATE, trigger_path(cx, t), "wrong-state.level",
			      "level", now.level, NULL);
	put_proposal(cx, t, t->level, NULL, h.evidence);

	return 0;
}


/* The trigger by which a holder of the seat's status may ask. */
static const struct charter_trigger *request_trigger(const struct act_cx *cx)
{
	charter_each (t, cx->charter->crisis.triggers)
		if (t->test == TRIGGER_REQUEST && t->by && text_eq(t->by->id, cx->seat.status))
			return t;

	return NULL;
}


int level_request_judge(struct act_cx *cx, const void *body)
{
	const struct level_request *b = body;
	const struct charter_trigger *t = request_trigger(cx);
	struct level_now now;
	int64_t open = 0;
	int err;

	if (!t)
		return refuse(cx, REFUSE_NOT_ENTITLED, "crisis/triggers", "not-entitled", NULL);
	err = level_now(&now, cx->arena, cx->st, cx->charter);
	if (err)
		return err;
	if (charter_level(cx->charter, b->level) < 0) {
		fault_at(&cx->fault, "/body/level", 0, 0);
		return fault_set(&cx->fault, E_RANGE, "The charter has no level \"%s\".",
				 b->level);
	}
	if (charter_level(cx->charter, b->level) <= charter_level(cx->charter, now.level))
		return refuse(cx, REFUSE_WRONG_STATE, trigger_path(cx, t), "wrong-state.level",
			      "level", now.level, NULL);
	err = store_get_int(&open, cx->st,
			    "SELECT count(*) FROM watch_proposal WHERE state = 'open'"
			    " AND level = $1 AND party = $2",
			    "ss", b->level, cx->seat.party);
	if (!err && open)
		return refuse(cx, REFUSE_EXISTS_ALREADY, trigger_path(cx, t),
			      "exists-already.proposal", NULL);
	if (!err)
		put_proposal(cx, t, b->level, b->reason, "[]");

	return err;
}


/* Does this seat decide on the level?  A body decides by its positions. */
static int check_decider(struct act_cx *cx, const char *level, const char *date,
			 const struct field_list *positions)
{
	struct charter_level_answer rule;
	struct decision d = { .what = "level", .about = cx->request->subject };
	const char *path;

	charter_level_rule(&rule, cx->charter, level);
	path = arena_str(cx->arena, rule.why.path);
	if (rule.by.office) {
		if (!cx->seat.party && text_eq(cx->seat.office, rule.by.office->id))
			return 0;
		return refuse(cx, REFUSE_NOT_AUTHORISED, path, "not-authorised.office",
			      "office", rule.by.office->id, NULL);
	}
	if (!rule.by.body || !cx->seat.secretariat)
		return refuse(cx, REFUSE_NOT_AUTHORISED, path, "not-authorised", NULL);
	d.charter = cx->charter;
	d.body = rule.by.body;
	d.rule = charter_body_rule(rule.by.body, USE_DEFAULT);
	d.date = date ? date : cx->today;

	return decide(cx, &d, positions);
}


/* The level changes: its actions open, and all are told. */
static int change_level(struct act_cx *cx, const struct level_now *before, const char *level,
			const char *reason, int64_t proposal, const char *evidence)
{
	struct charter_level_answer rule;
	struct notice notice;
	bool up = charter_level(cx->charter, level) > charter_level(cx->charter, before->level);
	int64_t n = 0;
	int err = notice_issue(&notice, cx, NULL);

	if (err)
		return err;
	charter_level_rule(&rule, cx->charter, level);
	effect_add(&cx->fx, "watch_level",
		   "id level before at office body reason proposal evidence draft_due",
		   "ississsoso", cx->seq, level, before->level, cx->at, cx->seat.office,
		   rule.by.body ? rule.by.body->id : NULL, reason, proposal, evidence,
		   up ? cx->at + duration_ms(&rule.draft_due) : FIELD_NONE);
	for (int k = 0; up && k < vocabulary_crisis_action.count; k++)
		if (SET_HAS(rule.actions, k))
			effect_add(&cx->fx, "watch_action", "id level action at", "iisi",
				   cx->seq * ACTIONS_OF_ACT + ++n, cx->seq,
				   vocabulary_word(&vocabulary_crisis_action, k), cx->at);

	return 0;
}


struct proposal {
	int64_t id;
	const char *level, *state, *evidence;
};


static int need_proposal(struct proposal *p, struct act_cx *cx)
{
	struct store_rows *rows = NULL;
	int err;

	memset(p, 0, sizeof(*p));
	err = need_number(&p->id, cx);
	if (err)
		return err;
	err = store_query(&rows, cx->st,
			  "SELECT level, state, evidence FROM watch_proposal WHERE id = $1",
			  "i", p->id);
	if (!err && store_next(rows, &err)) {
		p->level = row_text(cx->arena, rows, 0);
		p->state = row_text(cx->arena, rows, 1);
		p->evidence = row_text(cx->arena, rows, 2);
	}
	store_done(rows);
	if (!err && !p->level)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.proposal", NULL);
	if (!err && !text_eq(p->state, "open"))
		return refuse(cx, REFUSE_WRONG_STATE, "crisis", "wrong-state.proposal", "state",
			      p->state, NULL);

	return err;
}


/* Proposals of this level or a lower one have nothing to ask for any more. */
static int overtake(struct act_cx *cx, const struct proposal *p)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT id, level FROM watch_proposal WHERE state = 'open'"
			      " AND id <> $1 ORDER BY id",
			      "i", p->id);

	while (!err && store_next(rows, &err))
		if (charter_level(cx->charter, store_text(rows, 1)) <=
		    charter_level(cx->charter, p->level))
			effect_set(&cx->fx, "watch_proposal", "id", "state settled_at", "isi",
				   store_int(rows, 0), "overtaken", cx->at);
	store_done(rows);

	return err;
}


int level_decide_judge(struct act_cx *cx, const void *body)
{
	const struct level_decide *b = body;
	bool accept = text_eq(b->answer, "accept");
	struct proposal p;
	struct level_now now;
	int err = need_proposal(&p, cx);

	if (!err)
		err = level_now(&now, cx->arena, cx->st, cx->charter);
	if (!err)
		err = check_decider(cx, p.level, b->date, &b->positions);
	if (err)
		return err;
	if (accept &&
	    charter_level(cx->charter, p.level) <= charter_level(cx->charter, now.level))
		return refuse(cx, REFUSE_WRONG_STATE, "crisis/levels", "wrong-state.level",
			      "level", now.level, NULL);
	effect_set(&cx->fx, "watch_proposal", "id", "state settled_at settled_office answer",
		   "isiss", p.id, accept ? "accepted" : "declined", cx->at, cx->seat.office,
		   b->reason);
	if (!accept) {
		cx->see = "member,secretariat,duty";
		return 0;
	}
	err = overtake(cx, &p);

	return err ? err : change_level(cx, &now, p.level, b->reason, p.id, p.evidence);
}


int level_lower_judge(struct act_cx *cx, const void *body)
{
	const struct level_lower *b = body;
	struct level_now now;
	char until[TIME_TEXT_SIZE];
	int64_t hold = duration_ms(&cx->charter->crisis.hold);
	int err = level_now(&now, cx->arena, cx->st, cx->charter);

	if (!err)
		err = check_decider(cx, now.level, b->date, &b->positions);
	if (err)
		return err;
	if (charter_level(cx->charter, b->to) < 0 ||
	    charter_level(cx->charter, b->to) >= charter_level(cx->charter, now.level))
		return refuse(cx, REFUSE_WRONG_STATE, "crisis/levels", "wrong-state.level",
			      "level", now.level, NULL);
	time_text(until, now.since + hold);
	if (cx->at < now.since + hold)
		return refuse(cx, REFUSE_PERIOD_TOO_SHORT, "crisis/hold",
			      "period-too-short.hold", "until", until, NULL);

	return change_level(cx, &now, b->to, b->reason, FIELD_NONE, NULL);
}


int level_file_draft_judge(struct act_cx *cx, const void *body)
{
	const struct level_file_draft *b = body;
	struct level_now now;
	int64_t id = 0;
	int err = need_duty(cx);

	if (!err)
		err = need_number(&id, cx);
	if (!err)
		err = level_now(&now, cx->arena, cx->st, cx->charter);
	if (err)
		return err;
	if (!now.id || now.id != id)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.level", NULL);
	if (now.draft_at != FIELD_NONE)
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.draft", NULL);
	effect_set(&cx->fx, "watch_level", "id", "draft_at draft draft_digest", "iiss", id,
		   cx->at, b->title, b->digest);

	return 0;
}


int level_finish_action_judge(struct act_cx *cx, const void *body)
{
	const struct level_finish_action *b = body;
	int64_t id = 0, there = 0, open = 0;
	int err = need_duty(cx);

	if (!err)
		err = need_number(&id, cx);
	if (!err)
		err = store_get_int(&there, cx->st,
				    "SELECT count(*) FROM watch_action WHERE id = $1", "i", id);
	if (!err)
		err = store_get_int(&open, cx->st,
				    "SELECT count(*) FROM watch_action WHERE id = $1"
				    " AND done_at IS NULL",
				    "i", id);
	if (err)
		return err;
	if (!there)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.action", NULL);
	if (!open)
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.done", NULL);
	effect_set(&cx->fx, "watch_action", "id", "done_at office note", "iiss", id, cx->at,
		   cx->seat.office, b->note);

	return 0;
}


/* Triggers of the charter that hold and are above the level now, each once a day. */
int level_trigger(struct trigger_cx *cx)
{
	struct looking l = { cx->arena, cx->st, cx->world, cx->charter, cx->today, cx->at };
	struct level_now now;
	int64_t reports = 0;
	int err = store_get_int(
		&reports, cx->st,
		"SELECT count(*) FROM (SELECT id FROM watch_report LIMIT 1) AS r", "");

	if (err || !reports)
		return err;
	err = level_now(&now, cx->arena, cx->st, cx->charter);
	charter_each (t, cx->charter->crisis.triggers) {
		bool settled = false;
		struct holding h;

		if (err || t->test == TRIGGER_REQUEST ||
		    charter_level(cx->charter, t->level) <=
			    charter_level(cx->charter, now.level))
			continue;
		err = is_settled(&settled, cx->st, cx->charter, t, cx->at);
		if (!err && !settled)
			err = holds(&h, &l, t);
		if (!err && !settled && h.holds)
			trigger_propose(cx, "level.propose", "level",
					json_pack("{s:s}", "trigger", t->id),
					arena_printf(cx->arena, "level/%s/%lld/%lld", t->id,
						     (long long)now.id,
						     (long long)day_of(cx->at)));
	}

	return err;
}
