/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/text.h"
#include "charter/answer_make.h"

const struct snapshot_party *snapshot_party(const struct snapshot *s, const char *id)
{
	charter_each (p, s->parties) {
		if (text_eq(p->id, id))
			return p;
	}

	return NULL;
}


const struct snapshot_status *snapshot_status(const struct snapshot_party *p, const char *on)
{
	charter_each (st, p->statuses) {
		if (day_within(st->from, st->to, on))
			return st;
	}

	return NULL;
}


bool snapshot_suspended(const struct snapshot_status *s, const char *on)
{
	charter_each (q, s->suspended) {
		if (day_within(q->from, q->to, on))
			return true;
	}

	return false;
}
