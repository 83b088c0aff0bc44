/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* levels.h: the crisis level now; private to watch/. */
#ifndef WATCH_LEVELS_H
#define WATCH_LEVELS_H

#include "watch/series.h"

struct level_now {
	int64_t id; /* of the change; 0: as the registers of the charter began */
	const char *level;
	int64_t since;
	int64_t draft_due, draft_at; /* FIELD_NONE */
	const char *draft;
};

int level_now(struct level_now *out, struct arena *a, struct store *st,
	      const struct charter *c) MUST_CHECK;

/* Its length in ms; a month counts 30 days. */
int64_t duration_ms(const struct duration *d);

#endif
