/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* check.h: what the check_*.c files share.  Private to this module. */
#ifndef CHARTER_CHECK_H
#define CHARTER_CHECK_H

#include <string.h>

#include "base/text.h"
#include "charter/loader.h"

/* Ends one complaint and says whether there was one: CHECK(l, wrong, origin, below, text). */
#define CHECK(l, fine, origin, below, ...)                          \
	do {                                                        \
		if (!(fine))                                        \
			complain_at(l, origin, below, __VA_ARGS__); \
	} while (0)
#define ADVISE(l, fine, origin, below, ...)                     \
	do {                                                    \
		if (!(fine))                                    \
			warn_at(l, origin, below, __VA_ARGS__); \
	} while (0)

/* Does a holder of the status take part in decisions? */
static inline bool decides(const struct charter_status *s)
{
	return SET_HAS(s->rights, RIGHT_MEETING_DECIDE);
}

/* The id of a rule for messages, which may have been refused. */
static inline const char *named(const char *id)
{
	return id ? id : "?";
}

/* A rule that leaves out its subject is of use only where a party is the subject. */
void check_no_subject(struct loader *l, const struct charter_origin *o, const char *below,
		      const struct charter_decision_rule *rule);

#endif
