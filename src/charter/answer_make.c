/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "charter/answer_make.h"


void why_set(struct charter_why *why, const struct charter_origin *o, const char *below)
{
	if (!why)
		return;
	memset(why, 0, sizeof(*why));
	if (!o)
		return;
	(void)snprintf(why->path, sizeof(why->path), "%s%s%s", o->path, below ? "/" : "",
		       below ? below : "");
	why->src = charter_src(o);
	why->line = o->line;
}


void ids_init(struct charter_ids *ids, struct arena *memory, size_t most)
{
	ids->at = arena_take(memory, most * sizeof(*ids->at) + 1);
	ids->count = 0;
}


void ids_add(struct charter_ids *ids, const char *id)
{
	ids->at[ids->count++] = id;
}


bool ids_has(const struct charter_ids *ids, const char *id)
{
	for (size_t i = 0; i < ids->count; i++)
		if (text_eq(ids->at[i], id))
			return true;

	return false;
}


int day_cmp(const char *a, const char *b)
{
	char x[TIME_DATE_SIZE], y[TIME_DATE_SIZE];

	time_first_day(x, a);
	time_first_day(y, b);

	return strcmp(x, y);
}


bool day_within(const char *from, const char *to, const char *on)
{
	return from && day_cmp(from, on) <= 0 && (!to || day_cmp(on, to) < 0);
}


bool status_decides(const struct charter *c, const char *status)
{
	const struct charter_status *s = charter_status(c, status);

	return s && SET_HAS(s->rights, RIGHT_MEETING_DECIDE);
}
