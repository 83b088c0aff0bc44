/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* answer_make.h: putting answers together.  Private to this module. */
#ifndef CHARTER_ANSWER_MAKE_H
#define CHARTER_ANSWER_MAKE_H

#include "base/mem.h"
#include "charter/rules.h"

/* The rule, or with `below` ("gate") a part of it; both `why` and `o` may be NULL. */
void why_set(struct charter_why *why, const struct charter_origin *o, const char *below);

/* Room for `most` ids. */
void ids_init(struct charter_ids *ids, struct arena *memory, size_t most);
void ids_add(struct charter_ids *ids, const char *id);

/* Compare days, of which either may be partial. */
int day_cmp(const char *a, const char *b);

/* Is `on` in the period?  `to` may be NULL and is not part of it. */
bool day_within(const char *from, const char *to, const char *on);

/* Does a holder of the status take part in decisions? */
bool status_decides(const struct charter *c, const char *status);

#endif
