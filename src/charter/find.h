/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* find.h: rules by their path, and all rules in turn. */
#ifndef CHARTER_FIND_H
#define CHARTER_FIND_H

#include "base/buf.h"
#include "charter/charter.h"

/*
 * The tags that found the rule at a path, such as "statuses/observer/gate": those of the
 * rule itself, or of the nearest rule around it.  Empty when there is no such rule.
 */
struct charter_strings charter_rule_src(const struct charter *c, const char *path);

typedef void charter_rule_h(const struct charter_origin *rule, void *arg);

/* Every rule of the constitution that has a place of its own, in the order of the format. */
void charter_rules_each(const struct charter *c, charter_rule_h *handler, void *arg);

/* What the rule says, as JSON. */
void charter_rule_json(struct buf *out, const struct charter_origin *rule);

#endif
