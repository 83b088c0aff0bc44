/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* answer.h: what the answers to rule questions have in common. */
#ifndef CHARTER_ANSWER_H
#define CHARTER_ANSWER_H

#include "charter/charter.h"

/* Which rule answers, so that "why?" can be shown. */
struct charter_why {
	char path[160]; /* "statuses/observer/gate" */
	struct charter_strings src;
	int line;
};

/* Ids of parties. */
struct charter_ids {
	const char **at;
	size_t count;
};

bool ids_has(const struct charter_ids *ids, const char *id);

#endif
