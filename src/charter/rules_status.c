/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rules_status.c: statuses, rights and gates. */
#include <string.h>

#include "base/text.h"
#include "charter/answer_make.h"


const struct charter_status *charter_status_on(const struct charter *c,
					       const struct snapshot *s, const char *party,
					       const char *on)
{
	const struct snapshot_party *p = snapshot_party(s, party);
	const struct snapshot_status *st = p ? snapshot_status(p, on) : NULL;

	return st ? charter_status(c, st->status) : NULL;
}


/* Are the arrears of the party so old that the budget takes its voice away? */
static bool silenced(const struct charter *c, const struct snapshot_party *p, const char *on)
{
	const struct charter_arrears *a = c->budget.arrears;
	char since[TIME_DATE_SIZE], end[TIME_DATE_SIZE];

	if (!a || !p->arrears_since || a->effect != ARREARS_LOSES_MEETING_DECIDE)
		return false;
	time_first_day(since, p->arrears_since);
	date_add(end, since, &a->after);

	return day_cmp(on, end) > 0;
}


static enum may_reason reason(const struct charter *c, const struct snapshot_party *p,
			      const struct charter_status **status, enum right right,
			      const char *on)
{
	const struct snapshot_status *st;

	if (!p)
		return MAY_NO_PARTY;
	st = snapshot_status(p, on);
	*status = st ? charter_status(c, st->status) : NULL;
	if (!*status)
		return MAY_NO_STATUS;
	if (!SET_HAS((*status)->rights, right))
		return MAY_NOT_GIVEN;
	if (snapshot_suspended(st, on))
		return MAY_SUSPENDED;
	if (right == RIGHT_MEETING_DECIDE && silenced(c, p, on))
		return MAY_ARREARS;

	return MAY_YES;
}


bool charter_may(struct charter_may *out, const struct charter *c, const struct snapshot *s,
		 const char *party, enum right right, const char *on)
{
	const struct charter_status *status = NULL;
	enum may_reason why = reason(c, snapshot_party(s, party), &status, right, on);

	if (out) {
		out->reason = why;
		out->status = status;
		if (why == MAY_ARREARS)
			why_set(&out->why, &c->budget.arrears->origin, NULL);
		else
			why_set(&out->why, status ? &status->origin : NULL,
				why == MAY_SUSPENDED ? "suspend" : "rights");
	}

	return why == MAY_YES;
}


void charter_with_status(struct charter_ids *out, struct arena *memory,
			 const struct snapshot *s, const char *status, bool suspended_too,
			 const char *on)
{
	ids_init(out, memory, s->parties.count);
	charter_each (p, s->parties) {
		const struct snapshot_status *st = snapshot_status(p, on);

		if (st && text_eq(st->status, status) &&
		    (suspended_too || !snapshot_suspended(st, on)))
			ids_add(out, p->id);
	}
}


void charter_with_right(struct charter_ids *out, struct arena *memory, const struct charter *c,
			const struct snapshot *s, enum right right, const char *on)
{
	const struct charter_status *status;

	ids_init(out, memory, s->parties.count);
	charter_each (p, s->parties) {
		if (reason(c, p, &status, right, on) == MAY_YES)
			ids_add(out, p->id);
	}
}


bool charter_kind_allowed(const struct charter_status *status, const char *kind)
{
	return charter_listed(status->kinds, kind);
}


bool charter_gate(struct charter_why *why, const struct charter_status *status,
		  const char *in_force_on, const char *on)
{
	why_set(why, &status->origin, "gate");

	return !status->gate || (in_force_on && day_cmp(in_force_on, on) <= 0);
}
