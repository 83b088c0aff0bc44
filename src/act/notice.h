/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* notice.h: numbered notifications to parties, with receipts (UN practice: P28 of the domain).
 */
#ifndef ACT_NOTICE_H
#define ACT_NOTICE_H

#include "act/kind.h"

struct notice {
	int64_t year;
	int64_t number; /* from 1 in each year */
};

/*
 * Issue a notification of this act to every party that holds a status, except `except` (may
 * be NULL).  At most one for each act.  Errors: those of store.h.
 */
int notice_issue(struct notice *out, struct act_cx *cx, const char *except) MUST_CHECK;

/* The same to the members only: what guests need not know. */
int notice_issue_members(struct notice *out, struct act_cx *cx) MUST_CHECK;

#endif
