/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * ask.h: the rule questions of charter/rules.h asked in words, so that a test is a table of
 * questions and answers.
 *
 *	members STATUS ON                       status PARTY ON
 *	may PARTY RIGHT ON                      rights STATUS RIGHT,RIGHT...
 *	gate STATUS IN-FORCE-ON|- ON            criteria PARTY STATUS ON [CRITERION]
 *	force INSTRUMENT|TYPE PARTY=DATE[..WITHDRAWN],...|- ON [SIGNATORY,...|- [full]]
 *	decide RULE ON SUBJECT|- PARTY|all=POSITION,... [votes]
 *	quorum RULE ON PARTY,PARTY...           decider RULE
 *	silence ID KIND PARTY=INSTANT|never,... PARTY|chair=object|extend@INSTANT,...|- NOW
 *[PERIOD] call CLASS CHANNEL [BODY]               regime ID FORM PREMISES|- order LANGUAGE ON
 *seniority ON next PARTY|- ON                         protocol FIRST|- ON level LEVEL long
 *LANGUAGE ON
 */
#ifndef TESTS_ASK_H
#define TESTS_ASK_H

#include "charters.h"

enum {
	ASK_WORDS = 12,
	ASK_EXTRA = 8, /* parties that a test can add */
};

struct row {
	const char *name;
	const char *ask;
	const char *want;
};

struct world {
	struct charter *c;
	struct arena *memory;
	struct zone *zone; /* of the seat */
	struct snapshot s;
	const char *word[ASK_WORDS]; /* of the present question */
	char answer[400];
};

/* The registers of the charter at `path`. */
void world_open(struct world *w, const char *path);
void world_close(struct world *w);

/* Put the answer into w->answer. */
void ask(struct world *w, const char *question);

/* Ask every row; the test fails when an answer is not the one wanted. */
void ask_rows(struct world *w, const struct row *rows, size_t count);

/* "2020-06-05T18:00" in UTC. */
int64_t instant(const char *text);

/* Changing the world. */
struct snapshot_party *party(struct world *w, const char *id);
struct snapshot_party *new_party(struct world *w, const char *id, const char *kind);
void add_status(struct world *w, const char *id, const char *status, const char *from,
		const char *to);
void suspend(struct world *w, const char *id, const char *from, const char *to);

#endif
