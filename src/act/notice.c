/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "act/notice.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/snapshot.h"
#include "store/store.h"


int notice_issue(struct notice *out, struct act_cx *cx, const char *except)
{
	const struct snapshot *s = NULL;
	int err = text_int(&out->year, arena_strn(cx->arena, cx->today, 4), 1, 9999);

	if (!err)
		err = store_get_int(&out->number, cx->st,
				    "SELECT coalesce(max(number), 0) + 1 FROM act_notice"
				    " WHERE year = $1",
				    "i", out->year);
	if (!err)
		err = world_statuses(&s, cx->world);
	if (err)
		return err;

	effect_add(&cx->fx, "act_notice", "year number seq at kind subject", "iiiiss",
		   out->year, out->number, cx->seq, cx->at, cx->request->kind,
		   cx->request->subject);
	charter_each (p, s->parties)
		if (snapshot_status(p, cx->today) && !text_eq(p->id, except))
			effect_add(&cx->fx, "act_notice_to", "year number party", "iis",
				   out->year, out->number, p->id);

	return 0;
}
