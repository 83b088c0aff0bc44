/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* offices.c: offices, their holders, the chair (domain.md M21). */
#include <string.h>

#include "act/notice.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/rules.h"
#include "gen/parties.h"
#include "parties/judges.h"
#include "store/store.h"


static int need_office(const struct charter_office **out, struct act_cx *cx)
{
	*out = charter_office(cx->charter, cx->subject_id);

	return *out ? 0
		    : refuse(cx, REFUSE_NOT_FOUND, "offices", "not-found.office", "text",
			     cx->subject_id, NULL);
}

/* The holder that an office (of a party, or of the organisation: "") has now. */
struct holder {
	const char *from;
	int64_t seq;
};


static int read_holder(struct holder *out, struct act_cx *cx, const char *office,
		       const char *party)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT from_date, seq FROM parties_holder WHERE office = $1 AND party"
		" = $2 AND to_date IS NULL ORDER BY from_date DESC, seq DESC LIMIT 1",
		"ss", office, party);

	memset(out, 0, sizeof(*out));
	if (!err && store_next(rows, &err)) {
		out->from = row_text(cx->arena, rows, 0);
		out->seq = store_int(rows, 1);
	}
	store_done(rows);

	return err;
}


static void close_holder(struct act_cx *cx, const char *office, const char *party,
			 const struct holder *h, const char *to)
{
	effect_set(&cx->fx, "parties_holder", "office party from_date seq", "to_date", "sssis",
		   office, party, h->from, h->seq, to);
}


static int check_appointment(struct act_cx *cx, const struct charter_office *o,
			     const struct office_appoint *b)
{
	const struct snapshot_party *p = NULL;
	int err = b->party ? need_party(&p, cx, b->party) : 0;

	if (err)
		return err;
	if (!o->appoint)
		return refuse(cx, REFUSE_NOT_AUTHORISED, o->origin.path, "not-authorised",
			      NULL);
	if (b->acting && !o->acting)
		return refuse(cx, REFUSE_NOT_AUTHORISED, o->origin.path,
			      "not-authorised.acting", "office", o->id, NULL);
	if (o->per_party && !b->party) {
		fault_at(&cx->fault, "/body/party", 0, 0);
		return fault_set(&cx->fault, E_RANGE,
				 "Each party has a holder of this office: name the party.");
	}

	return 0;
}


int office_appoint_judge(struct act_cx *cx, const void *body)
{
	const struct office_appoint *b = body;
	const struct charter_office *o = NULL;
	const char *party, *person;
	struct holder now;
	int err = need_office(&o, cx);

	if (!err)
		err = check_appointment(cx, o, b);
	if (err)
		return err;
	party = o->per_party ? b->party : "";
	err = read_holder(&now, cx, o->id, party);
	if (err)
		return err;
	if (now.from && strcmp(b->from, now.from) <= 0)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.dates", "date",
			      b->from, NULL);

	if (now.from) {
		char last[TIME_DATE_SIZE];

		date_add(last, b->from, &(struct duration){ .days = -1 });
		close_holder(cx, o->id, party, &now, last);
	}
	/* The name is kept beside the act, where the law can have it erased. */
	person = arena_printf(cx->arena, "private/%lld/person", (long long)cx->seq);
	effect_add(&cx->fx, "parties_holder",
		   "office party from_date seq to_date from_party person acting", "sssisssi",
		   o->id, party, b->from, cx->seq, b->to, o->per_party ? NULL : b->party,
		   person, (int64_t)b->acting);

	return 0;
}


int office_leave_judge(struct act_cx *cx, const void *body)
{
	const struct office_leave *b = body;
	const struct charter_office *o = NULL;
	const char *party;
	struct holder now;
	int err = need_office(&o, cx);

	if (err)
		return err;
	party = o->per_party && b->party ? b->party : "";
	err = read_holder(&now, cx, o->id, party);
	if (err)
		return err;
	if (!now.from)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.holder", NULL);
	if (strcmp(b->to, now.from) < 0)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.dates", "date", b->to,
			      NULL);
	close_holder(cx, o->id, party, &now, b->to);

	return 0;
}


static int chair_now(const char **out, struct act_cx *cx)
{
	int err = store_get_text(
		out, cx->arena, cx->st,
		"SELECT party FROM parties_chair ORDER BY since_at DESC, seq DESC"
		" LIMIT 1",
		"");

	return err == E_ABSENT ? 0 : err;
}


/* The holder of an office that the chairing party holds changes with the chair. */
static int move_chair_office(struct act_cx *cx, const struct charter_office *o, const char *to)
{
	struct holder now;
	int err = read_holder(&now, cx, o->id, "");

	if (err)
		return err;
	if (now.from)
		close_holder(cx, o->id, "", &now, cx->today);
	effect_add(&cx->fx, "parties_holder", "office party from_date seq from_party acting",
		   "sssisi", o->id, "", cx->today, cx->seq, to, INT64_C(0));

	return 0;
}


int chair_hand_over_judge(struct act_cx *cx, const void *body)
{
	const struct chair_hand_over *b = body;
	const struct snapshot *s = NULL;
	const char *now = NULL, *next;
	struct charter_why why;
	struct notice notice;
	int err = chair_now(&now, cx);

	if (!err)
		err = world_statuses(&s, cx->world);
	if (err)
		return err;
	next = charter_next_chair(&why, cx->arena, cx->charter, s, now, cx->today);
	if (!text_eq(next, b->to))
		return refuse(cx, REFUSE_NOT_ENTITLED, why.path, "not-entitled.rotation",
			      "party", next ? next : "-", NULL);

	charter_each (body_, cx->charter->chairmanship.carries)
		effect_add(&cx->fx, "parties_chair", "body since_at party seq", "sisi",
			   (*body_)->id, cx->at, b->to, cx->seq);
	charter_each (o, cx->charter->offices)
		if (!err && o->holder.kind == HOLDER_CHAIRING_PARTY && !o->appoint)
			err = move_chair_office(cx, o, b->to);

	return err ? err : notice_issue(&notice, cx, NULL);
}
