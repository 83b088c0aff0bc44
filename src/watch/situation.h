/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* situation.h: when reports are due, and where one stands; private to watch/. */
#ifndef WATCH_SITUATION_H
#define WATCH_SITUATION_H

#include "watch/series.h"

/* The last time at or before a moment at which reports were due. */
struct due {
	int64_t at;
	int64_t since;	       /* the time before it */
	int64_t day;	       /* the day that the report is about */
	int64_t late;	       /* after this, a report is late */
	int64_t missing_after; /* ms without any report */
};

void due_slot(struct due *out, const struct charter *c, int64_t at);

struct due_answer {
	const char *state; /* expected, received, revised, late, missing */
	int64_t received;  /* FIELD_NONE */
	int64_t last_at;   /* of any report; FIELD_NONE */
	int64_t last_day;  /* the last day reported about; FIELD_NONE */
	bool revised;
	bool is_late;
};

/* Where the party's report stands at that time.  Errors: those of store.h. */
int due_of(struct due_answer *out, struct store *st, const struct due *due, const char *party,
	   int64_t at) MUST_CHECK;

#endif
