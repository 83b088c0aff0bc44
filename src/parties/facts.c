/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* facts.c: parties, their names, facts, relations and challenges (domain.md M1). */
#include <string.h>

#include "act/notice.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/rules.h"
#include "gen/parties.h"
#include "parties/judges.h"
#include "store/store.h"


int party_add_judge(struct act_cx *cx, const void *body)
{
	const struct party_add *b = body;
	const struct snapshot *s = NULL;
	int err = world_statuses(&s, cx->world);

	if (err)
		return err;
	if (!text_id(cx->subject_id)) {
		fault_at(&cx->fault, "/subject", 0, 0);
		return fault_set(&cx->fault, E_RANGE,
				 "The subject must be \"party/\" and an id.");
	}
	if (snapshot_party(s, cx->subject_id))
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.party", NULL);
	if (!charter_listed(cx->charter->organisation.party_kinds, b->kind))
		return refuse(cx, REFUSE_NOT_FOUND, "organisation", "not-found.kind", "text",
			      b->kind, NULL);

	effect_add(&cx->fx, "parties_party", "id kind code", "sss", cx->subject_id, b->kind,
		   b->code);
	effect_add(&cx->fx, "parties_name", "party from_date name short", "ssss",
		   cx->subject_id, "", b->name, b->short_);

	return 0;
}


int party_rename_judge(struct act_cx *cx, const void *body)
{
	const struct party_rename *b = body;
	const struct snapshot_party *p = NULL;
	const char *last = NULL;
	struct notice notice;
	int err = need_party(&p, cx, cx->subject_id);

	if (!err)
		err = store_get_text(&last, cx->arena, cx->st,
				     "SELECT max(from_date) FROM parties_name WHERE party = $1",
				     "s", cx->subject_id);
	if (err)
		return err;
	if (last && strcmp(b->from, last) <= 0)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.dates", "date",
			      b->from, NULL);
	effect_add(&cx->fx, "parties_name", "party from_date name short", "ssss",
		   cx->subject_id, b->from, b->name, b->short_);

	return notice_issue(&notice, cx, NULL);
}


/* Does a criterion of the charter use this fact (or relation)? */
static bool criterion_uses(const struct charter *c, enum criterion_test test, const char *name)
{
	charter_each (k, c->criteria)
		if (k->test == test &&
		    text_eq(test == CRITERION_FACT ? k->fact : k->relation, name))
			return true;

	return false;
}


static int need_known(struct act_cx *cx, enum criterion_test test, const char *name,
		      const char *path)
{
	struct buf b;

	if (criterion_uses(cx->charter, test, name))
		return 0;
	buf_init(&b, 300);
	charter_each (k, cx->charter->criteria)
		if (k->test == test)
			buf_printf(&b, "%s%s", b.len ? ", " : "",
				   test == CRITERION_FACT ? k->fact : k->relation);
	fault_at(&cx->fault, path, 0, 0);
	(void)fault_set(&cx->fault, E_RANGE,
			"No criterion of the charter uses this; it uses: %s.", b.data);
	buf_clear(&b);

	return E_RANGE;
}


/* A criterion of the status the party holds is no longer met: open a review, once. */
static int open_review(struct act_cx *cx, const char *party, const char *status,
		       const char *criterion)
{
	int64_t open = 0;
	int err = store_get_int(&open, cx->st,
				"SELECT count(*) FROM parties_review WHERE party = $1"
				" AND status = $2 AND criterion = $3 AND closed_at IS NULL",
				"sss", party, status, criterion);

	if (!err && !open)
		effect_add(&cx->fx, "parties_review", "id party status criterion opened_at",
			   "isssi", cx->seq, party, status, criterion, cx->at);

	return err;
}


/* The status the party holds today, as the charter knows it; NULL when none. */
static const struct charter_status *held(struct act_cx *cx, const struct snapshot_party *p)
{
	const struct snapshot_status *s = status_today(p, cx->today);

	return s ? charter_status(cx->charter, s->status) : NULL;
}


static int review_fact(struct act_cx *cx, const struct snapshot_party *p,
		       const struct party_record_fact *b)
{
	const struct charter_status *status = held(cx, p);
	const char *newest = NULL;
	int err;

	if (!status)
		return 0;
	err = store_get_text(
		&newest, cx->arena, cx->st,
		"SELECT max(date) FROM parties_fact WHERE party = $1 AND fact = $2", "ss",
		p->id, b->fact);
	if (err || (newest && strcmp(b->date, newest) < 0))
		return err;
	charter_each (k, status->criteria)
		if (!err && (*k)->enabled && (*k)->test == CRITERION_FACT &&
		    text_eq((*k)->fact, b->fact) && (*k)->is != b->value &&
		    charter_listed((*k)->applies_to, p->kind))
			err = open_review(cx, p->id, status->id, (*k)->id);

	return err;
}


static int not_in_future(struct act_cx *cx, const char *date)
{
	if (strcmp(date, cx->today) <= 0)
		return 0;
	fault_at(&cx->fault, "/body/date", 0, 0);

	return fault_set(&cx->fault, E_RANGE, "The date lies in the future; today is %s.",
			 cx->today);
}


int party_record_fact_judge(struct act_cx *cx, const void *body)
{
	const struct party_record_fact *b = body;
	const struct snapshot_party *p = NULL;
	int err = need_party(&p, cx, cx->subject_id);

	if (!err)
		err = need_known(cx, CRITERION_FACT, b->fact, "/body/fact");
	if (!err)
		err = not_in_future(cx, b->date);
	if (!err)
		err = review_fact(cx, p, b);
	if (err)
		return err;
	effect_add(&cx->fx, "parties_fact", "party fact seq value date until source", "ssiisss",
		   p->id, b->fact, cx->seq, (int64_t)b->value, b->date, b->until, b->source);

	return 0;
}


static bool listed(const struct field_list *list, const char *id)
{
	for (size_t i = 0; i < list->n; i++)
		if (text_eq(LIST_TEXT(*list, i), id))
			return true;

	return false;
}


static int review_relation(struct act_cx *cx, const struct snapshot_party *p,
			   const struct party_record_relation *b)
{
	const struct charter_status *status = held(cx, p);
	const struct snapshot *s = NULL;
	int err = world_statuses(&s, cx->world);

	if (!status || err)
		return err;
	charter_each (k, status->criteria) {
		struct charter_ids all;
		bool lost = false;

		if ((*k)->test != CRITERION_RELATION_ALL ||
		    !text_eq((*k)->relation, b->relation) || !(*k)->enabled ||
		    !charter_listed((*k)->applies_to, p->kind))
			continue;
		charter_with_status(&all, cx->arena, s, (*k)->with->id, (*k)->counts_suspended,
				    cx->today);
		for (size_t i = 0; i < all.count; i++)
			lost = lost ||
			       (!text_eq(all.at[i], p->id) && !listed(&b->with, all.at[i]));
		if (lost && !err)
			err = open_review(cx, p->id, status->id, (*k)->id);
	}

	return err;
}


int party_record_relation_judge(struct act_cx *cx, const void *body)
{
	const struct party_record_relation *b = body;
	const struct snapshot_party *p = NULL, *other = NULL;
	int err = need_party(&p, cx, cx->subject_id);

	if (!err)
		err = need_known(cx, CRITERION_RELATION_ALL, b->relation, "/body/relation");
	if (!err)
		err = not_in_future(cx, b->date);
	for (size_t i = 0; i < b->with.n && !err; i++)
		err = need_party(&other, cx, LIST_TEXT(b->with, i));
	if (!err)
		err = review_relation(cx, p, b);
	if (err)
		return err;

	effect_add(&cx->fx, "parties_relation_set", "party relation seq date source", "ssiss",
		   p->id, b->relation, cx->seq, b->date, b->source);
	for (size_t i = 0; i < b->with.n; i++)
		effect_add(&cx->fx, "parties_relation", "party relation seq with_party", "ssis",
			   p->id, b->relation, cx->seq, LIST_TEXT(b->with, i));

	return 0;
}


static int need_attested(struct act_cx *cx, const char *party, const char *fact)
{
	int64_t n = 0;
	int err = store_get_int(
		&n, cx->st,
		"SELECT (SELECT count(*) FROM parties_fact WHERE party = $1 AND fact ="
		" $2) + (SELECT count(*) FROM parties_relation_set WHERE party = $1"
		" AND relation = $2)",
		"ss", party, fact);

	if (err || n)
		return err;

	return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.fact", "party", party, NULL);
}


/* The act of one's own open challenge, 0 when there is none. */
static int own_challenge(int64_t *out, struct act_cx *cx, const char *fact)
{
	return store_get_int(
		out, cx->st,
		"SELECT coalesce(max(seq), 0) FROM parties_challenge WHERE party = $1"
		" AND fact = $2 AND by_party = $3 AND withdrawn IS NULL",
		"sss", cx->subject_id, fact, cx->seat.party);
}


int party_challenge_judge(struct act_cx *cx, const void *body)
{
	const struct party_challenge *b = body;
	const struct snapshot_party *p = NULL;
	bool may = false;
	int64_t open = 0;
	int err = need_party(&p, cx, cx->subject_id);

	charter_each (s, cx->charter->facts.challenge_by)
		may = may || text_eq((*s)->id, cx->seat.status);
	if (!err && !may)
		err = refuse(cx, REFUSE_NOT_ENTITLED, "facts/challenge_by",
			     "not-entitled.challenge", "party", cx->seat.party, NULL);
	if (!err)
		err = need_attested(cx, p->id, b->fact);
	if (!err)
		err = own_challenge(&open, cx, b->fact);
	if (err)
		return err;
	if (open)
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.challenge",
			      "party", cx->seat.party, NULL);
	effect_add(&cx->fx, "parties_challenge", "party fact by_party seq reason", "sssis",
		   p->id, b->fact, cx->seat.party, cx->seq, b->reason);

	return 0;
}


int party_withdraw_challenge_judge(struct act_cx *cx, const void *body)
{
	const struct party_withdraw_challenge *b = body;
	const struct snapshot_party *p = NULL;
	int64_t open = 0;
	int err = need_party(&p, cx, cx->subject_id);

	if (!err)
		err = own_challenge(&open, cx, b->fact);
	if (err)
		return err;
	if (!open)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.challenge", "party",
			      cx->seat.party, NULL);
	effect_set(&cx->fx, "parties_challenge", "party fact by_party seq", "withdrawn",
		   "sssii", p->id, b->fact, cx->seat.party, open, cx->seq);

	return 0;
}
