/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * record.h: the canonical record of an act: the bytes that its leaf in the ledger commits to.
 *
 *	{"comity_act":1,"seq":12,"id":"...","kind":"party.record-fact","subject":"party/ol",
 *	 "at":"2020-05-15T10:00:00Z","person":"...","office":"...","party":"...","charter":"<hash>",
 *	 "engine":"0.1.0","nonce":"<32 hex>","see":"member","body":{...},
 *	 "outcome":"done","effects":[...]}
 *
 * or "outcome":"refused","refusal":{...}.  In that order, compact, bodies with sorted keys.
 * Private members of a body stand as {"sha256":"<hex>"} of their nonce and value.
 */
#ifndef ACT_RECORD_H
#define ACT_RECORD_H

#include "act/kind.h"

struct record {
	int64_t seq;
	int64_t at;
	const char *id;
	const char *kind;
	const char *subject;
	const char *person;
	const char *office;
	const char *party;
	const char *charter;
	const char *engine;
	const char *nonce;
	const char *see;
	const json_t *body;
	bool done;
	const json_t *effects; /* when done */
	struct refusal why;    /* when refused */
	json_t *root;	       /* owns all of it */
};

/*
 * Write the record of a judged act.  `body` is the body with private members replaced.
 */
void record_write(struct buf *out, const struct act_cx *cx, const json_t *body, bool done);

/* Read one; record_clear() frees it.  Errors: E_SYNTAX, E_RANGE with a fault. */
int record_read(struct record *out, const char *text, size_t len, struct fault *f) MUST_CHECK;
void record_clear(struct record *r);

#endif
