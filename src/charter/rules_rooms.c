/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rules_rooms.c: rooms, classes, regimes and crisis levels. */
#include <stdio.h>

#include "base/text.h"
#include "charter/answer_make.h"
#include "charter/charter.h"


bool charter_storable(const struct charter_class *class)
{
	return class->export_mode != EXPORT_NONE;
}


bool charter_channel_limited(const struct charter *c, const struct charter_channel *channel)
{
	if (!channel)
		return false;
	charter_each (class, c->documents.classes)
		if (class->rank < channel->ceiling->rank)
			return true;

	return false;
}


enum call_answer charter_call(struct charter_why *why, const struct charter_class *item,
			      const struct charter_channel *channel,
			      const struct charter_body *body)
{
	if (item->rank > channel->ceiling->rank) {
		why_set(why, &channel->origin, "ceiling");
		return CALL_CHANNEL_TOO_LOW;
	}
	if (body && item->rank > body->ceiling->rank) {
		why_set(why, &body->origin, "ceiling");
		return CALL_CHANNEL_TOO_LOW;
	}
	if (!charter_storable(item)) {
		why_set(why, &item->origin, "export");
		return CALL_NOT_STORABLE;
	}
	why_set(why, &channel->origin, "ceiling");

	return CALL_YES;
}


bool charter_regime_forbids(struct charter_why *why, const struct charter_regime *regime,
			    enum meeting_form form, const char *premises)
{
	why_set(why, &regime->origin, "blocks/meeting_forms");

	return SET_HAS(regime->blocks.meeting_forms, form) &&
	       (!premises || charter_listed(regime->blocks.premises, premises));
}


void charter_level_rule(struct charter_level_answer *out, const struct charter *c,
			const char *level)
{
	char below[64];

	*out = (struct charter_level_answer){ 0 };
	(void)snprintf(below, sizeof(below), "decides/%s", level ? level : "");
	why_set(&out->why, &c->crisis.origin, below);
	charter_each (d, c->crisis.decides) {
		if (text_eq(d->level, level))
			out->by = d->by;
	}
	charter_each (d, c->crisis.draft_due) {
		if (text_eq(d->level, level))
			out->draft_due = d->within;
	}
	charter_each (a, c->crisis.actions) {
		if (text_eq(a->level, level))
			out->actions = a->actions;
	}
}
