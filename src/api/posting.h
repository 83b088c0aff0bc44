/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* posting.h: one letter, from what the store says to what the reach process carries. */
#ifndef API_POSTING_H
#define API_POSTING_H

#include "act/viewing.h"
#include "base/digest.h"
#include "mail/mail.h"
#include "net/errand.h"
#include "parties/session.h"

struct desk;

/* Something written in the writer's thread while the courier waits. */
typedef int courier_write_h(struct store *st, void *arg);

struct posting {
	struct desk *desk;
	struct reader *reader;
	struct arena *arena;
	int64_t now;

	const struct letter *letter;
	const char *never; /* why it has no sense any more, or NULL */
	const char *id;	   /* of the message: "UUID@centre.example" */
	const char *subject, *text;
	const char *organisation;
	struct buf *events;
	size_t events_count;
	char secret[SESSION_SECRET_SIZE]; /* of a link, or the code */
	char hash[DIGEST_HEX_SIZE];
	int64_t until; /* they are good */
};

/* Read what the letter says.  Errors: those of the world and the store; then clear it too. */
int posting_prepare(struct posting *p, const struct letter *l) MUST_CHECK;

/* courier_write_h: it goes out now; a link or code of it is good from now on. */
courier_write_h posting_begin;

/* The errand. */
void posting_write(struct buf *out, const struct posting *p);

/* What posting_prepare() holds beside the arena. */
void posting_clear(struct posting *p);

#endif
