/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "act/notice.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/rules.h"
#include "charter/snapshot.h"
#include "store/store.h"


/* The next number of the year, for this act. */
static int number(struct notice *out, struct act_cx *cx)
{
	int err = text_int(&out->year, arena_strn(cx->arena, cx->today, 4), 1, 9999);

	if (!err)
		err = store_get_int(&out->number, cx->st,
				    "SELECT coalesce(max(number), 0) + 1 FROM act_notice"
				    " WHERE year = $1",
				    "i", out->year);
	if (!err)
		effect_add(&cx->fx, "act_notice", "year number seq at kind subject", "iiiiss",
			   out->year, out->number, cx->seq, cx->at, cx->request->kind,
			   cx->request->subject);

	return err;
}


static void address(struct act_cx *cx, const struct notice *n, const char *party)
{
	effect_add(&cx->fx, "act_notice_to", "year number party", "iis", n->year, n->number,
		   party);
}


int notice_issue(struct notice *out, struct act_cx *cx, const char *except)
{
	const struct snapshot *s = NULL;
	int err = world_statuses(&s, cx->world);

	if (!err)
		err = number(out, cx);
	if (err)
		return err;
	charter_each (p, s->parties)
		if (snapshot_status(p, cx->today) && !text_eq(p->id, except))
			address(cx, out, p->id);

	return 0;
}


int notice_issue_members(struct notice *out, struct act_cx *cx)
{
	const struct snapshot *s = NULL;
	struct charter_ids members = { 0 };
	int err = world_statuses(&s, cx->world);

	if (!err)
		err = number(out, cx);
	if (err)
		return err;
	charter_with_right(&members, cx->arena, cx->charter, s, RIGHT_MEETING_DECIDE,
			   cx->today);
	for (size_t i = 0; i < members.count; i++)
		address(cx, out, members.at[i]);

	return 0;
}
