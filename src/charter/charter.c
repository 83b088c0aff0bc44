/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/text.h"
#include "charter/charter.h"

/* The entry of a list with this id, or NULL. */
#define FIND(list, wanted)                               \
	do {                                             \
		charter_each (entry_, list)              \
			if (text_eq(entry_->id, wanted)) \
				return entry_;           \
		return NULL;                             \
	} while (0)


const struct charter_status *charter_status(const struct charter *c, const char *id)
{
	FIND(c->statuses, id);
}


const struct charter_criterion *charter_criterion(const struct charter *c, const char *id)
{
	FIND(c->criteria, id);
}


const struct charter_decision_rule *charter_rule(const struct charter *c, const char *id)
{
	FIND(c->decision_rules, id);
}


const struct charter_silence *charter_silence(const struct charter *c, const char *id)
{
	FIND(c->silence, id);
}


const struct charter_office *charter_office(const struct charter *c, const char *id)
{
	FIND(c->offices, id);
}


const struct charter_body *charter_body(const struct charter *c, const char *id)
{
	FIND(c->bodies, id);
}


const struct charter_class *charter_class(const struct charter *c, const char *id)
{
	FIND(c->documents.classes, id);
}


const struct charter_channel *charter_channel(const struct charter *c, const char *id)
{
	FIND(c->channels, id);
}


const struct charter_instrument *charter_instrument_type(const struct charter *c,
							 const char *id)
{
	FIND(c->instruments, id);
}


const struct charter_regime *charter_regime(const struct charter *c, const char *id)
{
	FIND(c->regimes, id);
}


const struct charter_region *charter_region(const struct charter *c, const char *id)
{
	FIND(c->monitoring.regions, id);
}


const struct charter_party *charter_party(const struct charter *c, const char *id)
{
	FIND(c->registers.parties, id);
}


const struct charter_register_instrument *charter_instrument(const struct charter *c,
							     const char *id)
{
	FIND(c->registers.instruments, id);
}


const struct charter_facility *charter_facility(const struct charter *c, const char *id)
{
	FIND(c->registers.facilities, id);
}


struct charter_text charter_right_text(const struct charter *c, enum right right)
{
	charter_each (r, c->rights) {
		if (r->id == right)
			return r->text;
	}

	return (struct charter_text){ 0 };
}


static bool named(const struct charter_body *b, const char *name)
{
	if (text_eq(b->id, name) || charter_listed(b->aliases, name))
		return true;
	for (size_t i = 0; i < b->text.count; i++)
		if (text_eq(b->text.at[i].text, name))
			return true;

	return false;
}


const struct charter_body *charter_body_named(const struct charter *c, const char *name)
{
	charter_each (b, c->bodies) {
		if (named(b, name))
			return b;
	}

	return NULL;
}


const struct charter_decision_rule *charter_body_rule(const struct charter_body *b,
						      enum rule_use use)
{
	const struct charter_decision_rule *otherwise = NULL;

	charter_each (r, b->rules) {
		if (r->use == use)
			return r->rule;
		if (r->use == USE_DEFAULT)
			otherwise = r->rule;
	}

	return otherwise;
}


int charter_level(const struct charter *c, const char *level)
{
	for (size_t i = 0; i < c->crisis.levels.count; i++)
		if (text_eq(c->crisis.levels.at[i], level))
			return (int)i;

	return -1;
}


bool charter_listed(struct charter_strings list, const char *word)
{
	for (size_t i = 0; i < list.count; i++)
		if (text_eq(list.at[i], word))
			return true;

	return false;
}


const char *charter_text_in(struct charter_text text, const char *lang)
{
	for (size_t i = 0; i < text.count; i++)
		if (text_eq(text.at[i].lang, lang))
			return text.at[i].text;

	return text.count ? text.at[0].text : "";
}


struct charter_strings charter_src(const struct charter_origin *o)
{
	while (o && !o->src.count)
		o = o->up;

	return o ? o->src : (struct charter_strings){ 0 };
}
