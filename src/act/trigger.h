/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * trigger.h: due times and conditions of the registers that propose an act.
 *
 * A trigger reads and proposes; the act it proposes is judged like any other, by the seat of
 * the machine, and the machine decides nothing.  A proposal has a key that says what it is
 * about ("late/al/2020-05-15"): the id of its act is made from it, so that the same thing is
 * proposed once, whoever restarts or looks again.
 */
#ifndef ACT_TRIGGER_H
#define ACT_TRIGGER_H

#include "act/kind.h"
#include "base/map.h"

struct reader;

/* Reading for a trigger: the registers as they stand, in one read transaction. */
struct trigger_cx {
	struct store *st;
	struct world *world;
	const struct charter *charter;
	int64_t at;
	const char *today; /* at the seat of the organisation */
	struct arena *arena;
	const struct trigger *trigger;
	int64_t next; /* when to look again at the latest, ms; lower it with trigger_wake() */
	struct trigger_due *first, **last;
};

/* Propose what trigger_propose() takes.  Errors: those of store.h. */
typedef int trigger_h(struct trigger_cx *cx);

struct trigger {
	const char *name; /* "watch.late" */
	trigger_h *run;
};

/*
 * Propose an act of that kind once for that key.  `body` becomes the trigger's (a reference
 * is taken over); the texts are copied.
 */
void trigger_propose(struct trigger_cx *cx, const char *kind, const char *subject, json_t *body,
		     const char *key);

/* There will be something to see at that time; one that has passed is not waited for. */
void trigger_wake(struct trigger_cx *cx, int64_t at);

/*
 * Does the act, by the seat of the machine, and waits for it.  That it was refused or had no
 * sense is no error here.
 */
typedef int trigger_act_h(const struct act_request *request, void *arg);

/* What looks: it remembers what it tried, because not every refusal is recorded. */
struct triggers {
	struct map tried; /* by id */
	struct arena *ids;
	int64_t next; /* when to look again at the latest; INT64_MAX: when something changes */
	size_t done;  /* acts tried by the last run */
};

void triggers_init(struct triggers *t);
void triggers_clear(struct triggers *t);

/*
 * Look, and do what is proposed and was not tried before; look again until nothing new is
 * proposed, TRIGGERS_ROUNDS times at most.
 *
 * Errors: those of store.h and of `act`.
 */
int triggers_run(struct triggers *t, struct reader *r, int64_t at, trigger_act_h *act,
		 void *arg) MUST_CHECK;

enum {
	TRIGGERS_ROUNDS = 16,
};

#endif
