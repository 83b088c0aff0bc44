/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* naming.c: ids as names in a language, for sentences; acts.h. */
#include <string.h>

#include "act/acts.h"
#include "act/world.h"
#include "base/text.h"
#include "charter/charter.h"
#include "charter/snapshot.h"

static const char *const party_args[] = { "party", "parties", "waiting", "missing" };


static const char *party_name(const struct naming *n, const char *id, const char *lang)
{
	const struct snapshot *s = NULL;
	const struct snapshot_party *p;

	if (world_statuses(&s, n->world))
		return NULL;
	p = snapshot_party(s, id);
	if (!p)
		return NULL;

	return charter_text_in(p->short_name.count ? p->short_name : p->name, lang);
}


static struct charter_text rule_text(const struct charter *c, const char *name, const char *id)
{
	static const struct charter_text none = { NULL, 0 };
	int right;

	if (text_starts(name, "status"))
		return charter_status(c, id) ? charter_status(c, id)->text : none;
	if (text_starts(name, "bod"))
		return charter_body(c, id) ? charter_body(c, id)->text : none;
	if (text_eq(name, "office"))
		return charter_office(c, id) ? charter_office(c, id)->text : none;
	if (text_starts(name, "criteri"))
		return charter_criterion(c, id) ? charter_criterion(c, id)->text : none;
	if (text_eq(name, "channel"))
		return charter_channel(c, id) ? charter_channel(c, id)->text : none;
	if (text_starts(name, "instrument"))
		return charter_instrument(c, id) ? charter_instrument(c, id)->text : none;
	right = text_eq(name, "right") ? vocabulary_find(&vocabulary_right, id) : -1;

	return right >= 0 ? charter_right_text(c, (enum right)right) : none;
}


const char *naming_name(const char *name, const char *id, const char *lang, void *naming)
{
	const struct naming *n = naming;
	const char *text;

	for (size_t i = 0; i < ARRAY_LEN(party_args); i++)
		if (text_eq(name, party_args[i]))
			return party_name(n, id, lang);
	if (!n->charter)
		return NULL;
	text = charter_text_in(rule_text(n->charter, name, id), lang);

	return text && *text ? text : NULL;
}
