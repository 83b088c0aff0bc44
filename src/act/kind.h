/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * kind.h: what a domain module gives: its act kinds, its views, its registers.
 *
 * To add a capability is to add rows to these tables and their descriptions to schema/.
 */
#ifndef ACT_KIND_H
#define ACT_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "act/effect.h"
#include "act/refusal.h"
#include "act/seat.h"
#include "base/fields.h"
#include "base/map.h"

struct arena;
struct charter;
struct store;
struct trigger;
struct world;

/* What is asked.  Who asks comes from the session, never from here. */
struct act_request {
	const char *id;	     /* chosen by the client: 8 to 64 of [A-Za-z0-9_-] */
	const char *kind;    /* "party.record-fact" */
	const char *subject; /* "party/ol": kind of thing and its id */
	const json_t *body;
	int64_t expect; /* the version of the subject that the client saw, or FIELD_NONE */
};

/*
 * Everything a judge may read.  It must not read a clock, a random source or anything
 * outside, so that the same inputs always give the same outcome.
 */
struct act_cx {
	const struct act_request *request;
	const char *subject_id; /* what follows the slash of the subject */
	struct seat seat;
	int64_t at;	       /* the time of the act, ms UTC */
	const char *today;     /* its date at the seat of the organisation */
	int64_t seq;	       /* the number of the act: the id of what it makes */
	const uint8_t *random; /* ACT_RANDOM_SIZE bytes, recorded as the nonce of the act */
	const struct charter *charter; /* the version in force at that time */
	const struct registry *registry;
	struct world *world; /* the registers (act/world.h) */
	struct store *st;    /* for SELECT only */
	struct arena *arena; /* lives until the act is recorded */
	struct effects fx;   /* what the judge finds */
	struct refusal why;  /* or why not */
	struct fault fault;  /* or what was wrong with the input */
	const char *see;     /* who may see it; the kind's own unless the judge narrows it */
	int64_t forget_seq; /* the act whose private member is erased, or 0; no effect: it is */
	const char *forget_field; /* beside the record, and replay has nothing to erase */
};

enum {
	ACT_RANDOM_SIZE = 16,
	ACT_ID_MAX = 64,
};

/*
 * Returns 0 and effects, E_REFUSED and cx->why (refuse()), or another error and cx->fault
 * when the input makes no sense.  `body` is the struct made from schema/.
 */
typedef int act_judge_h(struct act_cx *cx, const void *body);

struct act_kind {
	const struct act_desc *desc;
	act_judge_h *judge;
};

/*
 * Fill cx->why and yield E_REFUSED: `return refuse(cx, REFUSE_..., rule, text, ...)`.  The
 * variable part: name, value, ..., NULL.  A macro, so that who reads a judge, a person or a
 * program, sees that it never yields 0.
 */
#define refuse(...) (refuse_fill(__VA_ARGS__), E_REFUSED)

void refuse_fill(struct act_cx *cx, enum refusal_code code, const char *rule, const char *text,
		 ...) __attribute__((sentinel));

/* Reading for one viewer. */
struct view_cx {
	const struct view_desc *desc;
	struct seat seat;
	int64_t at;
	int64_t seq; /* of the last act that is seen */
	const char *today;
	const struct charter *charter;
	struct world *world;
	struct store *st;
	struct arena *arena;
	struct jw *out; /* inside the array of rows */
	const char *lang;
	size_t rows;
	struct fault fault;
	const char *see; /* the words that view_sees() was last asked about */
	bool sees;	 /* and what it found, for anybody else's act */
};

/*
 * Write the rows that this viewer may know of with view_row().
 *
 * Errors: E_ABSENT the thing asked for does not exist for this viewer; those of store.h.
 */
typedef int view_run_h(struct view_cx *cx, const void *params);

struct view {
	const struct view_desc *desc;
	view_run_h *run;
};

void view_row(struct view_cx *cx, const void *row);

/* May this viewer see what is marked so (seat_sees())?  Rows mostly repeat the same words. */
bool view_sees(struct view_cx *cx, const char *see, const char *person);

/* A table of a register and the columns that order it, for canonical dumps. */
struct register_table {
	const char *name;
	const char *key; /* "party, from_date" */
};

/* Each list ends in an entry of NULLs. */
struct module {
	const char *name;
	/* The rows that a new data folder begins with, from the charter's registers; or NULL.
	 */
	void (*found)(struct act_cx *cx, const struct charter *charter);
	const struct act_kind *acts;
	const struct view *views;
	const struct register_table *tables;
	const struct trigger *triggers; /* act/trigger.h; or NULL */
};

/* All modules together; immutable once made. */
struct registry {
	const struct module *const *modules; /* ends in NULL */
	struct map kinds;
	struct map views;
};

void registry_init(struct registry *r, const struct module *const *modules);
void registry_clear(struct registry *r);
const struct act_kind *registry_kind(const struct registry *r, const char *name);
const struct view *registry_view(const struct registry *r, const char *name);

#endif
