/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* statuses.c: from the proposal of a status to its end (domain.md M2). */
#include <string.h>

#include "act/decide.h"
#include "act/notice.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/rules.h"
#include "gen/parties.h"
#include "parties/judges.h"
#include "store/store.h"


/* The criteria that gave this result, as ids. */
static const char *criteria_with(struct act_cx *cx, const struct charter_criteria *table,
				 enum criterion_result result)
{
	const char *ids[64];
	size_t n = 0;

	charter_each (c, table->cells)
		if (c->result == result && !c->optional && n < ARRAY_LEN(ids))
			ids[n++] = c->criterion->id;

	return join_ids(cx->arena, ids, n);
}


/* Every mandatory criterion is met today, or a refusal that names those that are not. */
static int check_criteria(struct act_cx *cx, const struct file *f)
{
	const char *rule = arena_printf(cx->arena, "statuses/%s/criteria", f->status->id);
	const struct snapshot *s = NULL;
	struct charter_criteria table;
	int err = world_facts(&s, cx->world, f->id);

	if (err)
		return err;
	charter_criteria(&table, cx->arena, f->charter, s, snapshot_party(s, f->party),
			 f->status, cx->today);
	switch (table.verdict) {
	case CRITERIA_MET: return 0;
	case CRITERIA_FAILED:
		return refuse(cx, REFUSE_CRITERIA_FAILED, rule, "criteria-failed", "status",
			      f->status->id, "criteria", criteria_with(cx, &table, CELL_FAIL),
			      NULL);
	case CRITERIA_STALE:
		return refuse(cx, REFUSE_FACT_STALE, rule, "fact-stale", "status",
			      f->status->id, "criteria", criteria_with(cx, &table, CELL_STALE),
			      NULL);
	case CRITERIA_JUDGEMENT:
		return refuse(cx, REFUSE_CRITERIA_UNKNOWN, rule, "criteria-unknown.judgement",
			      "status", f->status->id, "criteria",
			      criteria_with(cx, &table, CELL_JUDGEMENT), NULL);
	default:
		return refuse(cx, REFUSE_CRITERIA_UNKNOWN, rule, "criteria-unknown", "status",
			      f->status->id, "criteria",
			      criteria_with(cx, &table, CELL_UNKNOWN), NULL);
	}
}


int file_proposals(struct charter_ids *out, struct arena *a, struct store *st, int64_t id)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, st,
		"SELECT body FROM act_decision WHERE about = $1 AND what = 'propose'"
		" ORDER BY seq",
		"s", arena_printf(a, "file/%lld", (long long)id));

	*out = (struct charter_ids){ NULL, 0 };
	while (!err && store_next(rows, &err))
		ids_append(out, a, row_text(a, rows, 0));
	store_done(rows);

	return err;
}


static bool has(const struct charter_ids *ids, const char *id)
{
	for (size_t i = 0; i < ids->count; i++)
		if (text_eq(ids->at[i], id))
			return true;

	return false;
}


/* Bodies whose proposal the grant needs, as ids. */
static const char *bodies_after(struct act_cx *cx, const struct charter_grant *g)
{
	const char *ids[32];
	size_t n = 0;

	charter_each (b, g->after)
		if (n < ARRAY_LEN(ids))
			ids[n++] = (*b)->id;

	return join_ids(cx->arena, ids, n);
}


static int wrong_body(struct act_cx *cx, const char *rule, const char *body, const char *right)
{
	return refuse(cx, REFUSE_NOT_ENTITLED, rule, "not-entitled.body", "body", body,
		      "bodies", right, NULL);
}


static const char *grant_path(struct act_cx *cx, const struct file *f)
{
	return arena_printf(cx->arena, "statuses/%s/grant", f->status->id);
}


int status_propose_judge(struct act_cx *cx, const void *body)
{
	const struct status_propose *b = body;
	struct decision d = { .what = "propose", .date = b->date };
	struct charter_ids done;
	bool all = true;
	struct file f;
	int err = file_need(&f, cx);

	if (!err)
		err = gate_check(cx, f.charter, f.status);
	if (!err)
		err = file_state(cx, &f, "examined proposed");
	if (err)
		return err;
	charter_each (after, f.status->grant->after)
		if (text_eq((*after)->id, b->body))
			d.body = *after;
	if (!d.body)
		return wrong_body(cx, grant_path(cx, &f), b->body,
				  bodies_after(cx, f.status->grant));
	err = check_criteria(cx, &f);
	if (err)
		return err;
	d.charter = f.charter;
	d.rule = charter_body_rule(d.body, USE_DEFAULT);
	d.subject = f.party;
	d.about = cx->request->subject;
	err = decide(cx, &d, &b->positions);
	if (!err)
		err = file_proposals(&done, cx->arena, cx->st, f.id);
	if (err)
		return err;

	charter_each (after, f.status->grant->after)
		all = all && (*after == d.body || has(&done, (*after)->id));
	effect_set(&cx->fx, "parties_file", "id", "state changed_at", "isi", f.id,
		   all ? "proposed" : "examined", cx->at);

	return 0;
}


static int check_proposals(struct act_cx *cx, const struct file *f)
{
	struct charter_ids done;
	int err = file_proposals(&done, cx->arena, cx->st, f->id);

	if (err)
		return err;
	charter_each (after, f->status->grant->after)
		if (!has(&done, (*after)->id))
			return refuse(cx, REFUSE_NOT_ENTITLED, grant_path(cx, f),
				      "not-entitled.proposal", "status", f->status->id,
				      "bodies", bodies_after(cx, f->status->grant), NULL);

	return file_state(cx, f, f->status->grant->after.count ? "proposed" : "examined");
}


/* A status that asks for an accession needs an instrument of that type in force for the party.
 */
static int check_accession(struct act_cx *cx, const struct file *f)
{
	const struct charter_instrument *type = f->status->grant->instrument;
	int64_t n = 0;
	int err;

	if (!type)
		return 0;
	err = store_get_int(
		&n, cx->st,
		"SELECT count(*) FROM council_pub_in_force i JOIN council_pub_deposit d"
		" ON d.instrument = i.id WHERE i.type = $1 AND d.party = $2"
		" AND i.in_force IS NOT NULL AND i.in_force <= $3",
		"sss", type->id, f->party, cx->today);
	if (err || n)
		return err;

	return refuse(cx, REFUSE_GATE_CLOSED, grant_path(cx, f), "gate-closed.accession",
		      "party", f->party, NULL);
}


/* Close what the party holds and open the new interval on the same day. */
static int change_status(struct act_cx *cx, const struct snapshot_party *p, const char *status,
			 const char *from)
{
	const struct snapshot_status *now = NULL;

	charter_each (s, p->statuses)
		if (!s->to)
			now = s;
	if (now && strcmp(from, now->from) <= 0)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.dates", "date", from,
			      NULL);
	if (now)
		effect_set(&cx->fx, "parties_status", "party from_date", "to_date reason",
			   "ssss", p->id, now->from, from, "converted");
	effect_add(&cx->fx, "parties_status", "party from_date status seq", "sssi", p->id, from,
		   status, cx->seq);

	return 0;
}


int status_grant_judge(struct act_cx *cx, const void *body)
{
	const struct status_grant *b = body;
	struct decision d = { .what = "grant", .date = b->date };
	const struct snapshot_party *p = NULL;
	struct notice notice;
	struct file f;
	int err = file_need(&f, cx);

	if (!err)
		err = gate_check(cx, f.charter, f.status);
	if (!err && !text_eq(f.status->grant->body->id, b->body))
		err = wrong_body(cx, grant_path(cx, &f), b->body, f.status->grant->body->id);
	if (!err)
		err = check_proposals(cx, &f);
	if (!err)
		err = check_criteria(cx, &f);
	if (!err)
		err = check_accession(cx, &f);
	if (!err)
		err = need_party(&p, cx, f.party);
	if (err)
		return err;
	d.charter = f.charter;
	d.body = f.status->grant->body;
	d.rule = f.status->grant->rule;
	d.subject = f.party;
	d.about = cx->request->subject;
	err = decide(cx, &d, &b->positions);
	if (!err)
		err = change_status(cx, p, f.status->id, b->from);
	if (!err)
		err = notice_issue(&notice, cx, NULL);
	if (!err)
		effect_set(&cx->fx, "parties_file", "id", "state changed_at", "isi", f.id,
			   "granted", cx->at);

	return err;
}


int status_refuse_judge(struct act_cx *cx, const void *body)
{
	const struct status_refuse *b = body;
	struct file f;
	int err = file_need(&f, cx);

	if (!err)
		err = file_state(cx, &f, "applied examined proposed");
	if (!err && !text_eq(f.status->grant->body->id, b->body))
		err = wrong_body(cx, grant_path(cx, &f), b->body, f.status->grant->body->id);
	if (!err)
		effect_set(&cx->fx, "parties_file", "id", "state changed_at", "isi", f.id,
			   "refused", cx->at);

	return err;
}


int status_register_judge(struct act_cx *cx, const void *body)
{
	const struct status_register *b = body;
	const struct charter_status *status = charter_status(cx->charter, b->status);
	const struct snapshot_party *p = NULL;
	const struct snapshot_status *now;
	int err = need_party(&p, cx, cx->subject_id);

	if (err)
		return err;
	if (!status)
		return refuse(cx, REFUSE_NOT_FOUND, "statuses", "not-found.status", "text",
			      b->status, NULL);
	if (status->grant)
		return wrong_body(cx, status->origin.path, "secretariat",
				  status->grant->body->id);
	if (!charter_kind_allowed(status, p->kind))
		return refuse(cx, REFUSE_WRONG_KIND, status->origin.path, "wrong-kind", "party",
			      p->id, "status", status->id, NULL);
	now = status_today(p, cx->today);
	if (now)
		return refuse(cx, REFUSE_HAS_STATUS, NULL, "has-status", "party", p->id,
			      "status", now->status, NULL);

	return change_status(cx, p, status->id, b->from);
}

/* A party that holds a status, with the rule about its suspension or end. */
struct holding {
	const struct snapshot_party *party;
	const struct snapshot_status *now;
	const struct charter_status *status;
};


static int need_holding(struct holding *h, struct act_cx *cx)
{
	int err = need_party(&h->party, cx, cx->subject_id);

	if (err)
		return err;
	h->now = status_today(h->party, cx->today);
	h->status = h->now ? charter_status(cx->charter, h->now->status) : NULL;
	if (h->status)
		return 0;

	return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.not-held", "party",
		      cx->subject_id, NULL);
}


/* The body that this rule names decides about the party. */
static int decide_about(struct act_cx *cx, const struct charter_grant *g, const char *what,
			const char *body, const struct field_list *positions)
{
	struct decision d = { .charter = cx->charter,
			      .what = what,
			      .subject = cx->subject_id,
			      .about = cx->request->subject,
			      .date = cx->today };

	if (!g)
		return refuse(cx, REFUSE_NOT_AUTHORISED, "statuses", "not-authorised", NULL);
	if (!text_eq(g->body->id, body))
		return wrong_body(cx, g->origin.path, body ? body : "-", g->body->id);
	d.body = g->body;
	d.rule = g->rule;

	return decide(cx, &d, positions);
}


int status_suspend_judge(struct act_cx *cx, const void *body)
{
	const struct status_suspend *b = body;
	struct notice notice;
	struct holding h;
	int err = need_holding(&h, cx);

	if (err)
		return err;
	if (snapshot_suspended(h.now, b->from))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.suspended", "party",
			      h.party->id, NULL);
	if (strcmp(b->from, h.now->from) < 0)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.dates", "date",
			      b->from, NULL);
	err = decide_about(cx, h.status->suspend, "suspend", b->body, &b->positions);
	if (!err)
		err = notice_issue(&notice, cx, NULL);
	if (!err)
		effect_add(&cx->fx, "parties_suspension", "party from_date reason", "sss",
			   h.party->id, b->from, b->reason);

	return err;
}


/* The suspension that covers the day, or NULL. */
static const struct snapshot_period *suspension(const struct snapshot_status *s, const char *on)
{
	charter_each (p, s->suspended)
		if (strcmp(p->from, on) <= 0 && (!p->to || strcmp(on, p->to) < 0))
			return p;

	return NULL;
}


int status_resume_judge(struct act_cx *cx, const void *body)
{
	const struct status_resume *b = body;
	const struct snapshot_period *span;
	struct notice notice;
	struct holding h;
	int err = need_holding(&h, cx);

	if (err)
		return err;
	span = suspension(h.now, cx->today);
	if (!span)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.not-suspended",
			      "party", h.party->id, NULL);
	if (strcmp(b->from, span->from) <= 0)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.dates", "date",
			      b->from, NULL);
	err = decide_about(cx, h.status->suspend, "resume", b->body, &b->positions);
	if (!err)
		err = notice_issue(&notice, cx, NULL);
	if (!err)
		effect_set(&cx->fx, "parties_suspension", "party from_date", "to_date", "sss",
			   h.party->id, span->from, b->from);

	return err;
}


int status_give_notice_judge(struct act_cx *cx, const void *body)
{
	const struct status_give_notice *b = body;
	char ends[TIME_DATE_SIZE];
	struct notice notice;
	struct holding h;
	int err = need_holding(&h, cx);

	if (!err && !text_eq(cx->seat.party, h.party->id))
		err = refuse(cx, REFUSE_NOT_ENTITLED, NULL, "not-entitled.other-party", NULL);
	if (!err && !h.status->end)
		err = refuse(cx, REFUSE_NOT_AUTHORISED, h.status->origin.path, "not-authorised",
			     NULL);
	if (!err)
		err = notice_issue(&notice, cx, NULL);
	if (err)
		return err;
	date_add(ends, cx->today, &h.status->end->withdraw.notice);
	effect_add(&cx->fx, "parties_withdrawal", "seq party given ends note", "issss", cx->seq,
		   h.party->id, cx->today, ends, b->note);

	return 0;
}


/* A withdrawal needs a notice whose time is over on the day. */
static int check_notice(struct act_cx *cx, const struct holding *h, const char *from)
{
	const char *ends = NULL;
	int err = store_get_text(&ends, cx->arena, cx->st,
				 "SELECT min(ends) FROM parties_withdrawal WHERE party = $1"
				 " AND given >= $2",
				 "ss", h->party->id, h->now->from);

	if (err || (ends && strcmp(ends, from) <= 0))
		return err;
	if (!ends)
		return refuse(cx, REFUSE_NOT_AUTHORISED, h->status->origin.path,
			      "not-authorised", NULL);

	return refuse(cx, REFUSE_PAST_DEADLINE,
		      arena_printf(cx->arena, "%s/end/withdraw", h->status->origin.path),
		      "past-deadline.notice", "date", ends, NULL);
}


int status_end_judge(struct act_cx *cx, const void *body)
{
	const struct status_end *b = body;
	const struct snapshot_period *span;
	struct notice notice;
	struct holding h;
	int err = need_holding(&h, cx);

	if (!err && strcmp(b->from, h.now->from) <= 0)
		err = refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.dates", "date", b->from,
			     NULL);
	if (!err && text_eq(b->reason, "withdrawn"))
		err = check_notice(cx, &h, b->from);
	if (!err && text_eq(b->reason, "annulled"))
		err = decide_about(cx, h.status->end ? &h.status->end->annul : NULL, "end",
				   b->body, &b->positions);
	if (!err)
		err = notice_issue(&notice, cx, NULL);
	if (err)
		return err;

	effect_set(&cx->fx, "parties_status", "party from_date", "to_date reason", "ssss",
		   h.party->id, h.now->from, b->from, b->reason);
	span = suspension(h.now, cx->today);
	if (span && !span->to)
		effect_set(&cx->fx, "parties_suspension", "party from_date", "to_date", "sss",
			   h.party->id, span->from, b->from);

	return 0;
}


int status_close_review_judge(struct act_cx *cx, const void *body)
{
	const struct status_close_review *b = body;
	int64_t id = 0, open = 0;
	int err = need_number(&id, cx);

	if (!err)
		err = store_get_int(&open, cx->st,
				    "SELECT CASE WHEN closed_at IS NULL THEN 1 ELSE 0 END"
				    " FROM parties_review WHERE id = $1",
				    "i", id);
	if (err == E_ABSENT)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.review", NULL);
	if (err)
		return err;
	if (!open)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.review", NULL);
	effect_set(&cx->fx, "parties_review", "id", "closed_at outcome", "iis", id, cx->at,
		   b->outcome);

	return 0;
}
