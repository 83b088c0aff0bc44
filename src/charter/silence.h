/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* silence.h: where a silence procedure stands.  A pure function, as those of rules.h. */
#ifndef CHARTER_SILENCE_H
#define CHARTER_SILENCE_H

#include "charter/answer.h"

enum charter_silence_event_kind {
	SILENCE_OBJECT, /* an objection or amendment in writing */
	SILENCE_EXTEND, /* a request to extend */
};

struct charter_silence_event {
	const char *party; /* NULL: the chair */
	enum charter_silence_event_kind kind;
	int64_t at; /* ms UTC */
};

struct charter_served {
	const char *party;
	int64_t at; /* ms UTC of the receipt; INT64_MIN: not served */
};

struct charter_silence_run {
	const struct charter_silence *rule;
	enum subject_kind subject;
	const struct duration *period;	     /* NULL: the period of the rule */
	const struct charter_served *served; /* every entitled party once */
	size_t served_count;
	const struct charter_silence_event *events;
	size_t events_count;
};

struct charter_silence_answer {
	enum silence_state state;
	bool started;
	int64_t start;	  /* the last receipt */
	int64_t deadline; /* ms UTC, with the extension */
	bool extended;
	struct charter_ids objected; /* in time */
	struct charter_ids late;     /* at the deadline or after it: past-deadline */
	struct charter_ids unserved;
	struct charter_ids ignored; /* objected or asked without being entitled to */
	struct charter_why why;
};

/*
 * Where a silence procedure stands at `now` (ms UTC).  Days and longer are counted by the
 * calendar of `zone` (the seat's; NULL is UTC), hours and shorter as elapsed time.  Silence
 * is broken only before the deadline: at the deadline it is past.
 */
void charter_silence_at(struct charter_silence_answer *out, struct arena *memory,
			const struct charter_silence_run *run, struct zone *zone, int64_t now);

#endif
