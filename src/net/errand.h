/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * errand.h: the fixed table of messages between the desk and the reach process, over a stream
 * socket: what is to be carried out of the house, and what became of it.
 *
 *	word		texts			bytes			number
 *	ERRAND_MAIL	id, from, to		the message		-
 *	ERRAND_ASK	id			-			-
 *	ERRAND_FETCH	id, URL, bearer or ""	-			-
 *	ERRAND_ANSWER	id, sentence		what was fetched	reply of the server
 *
 * Every errand is answered once, by its id.  ERRAND_ASK asks what became of a mail that was
 * given before, by this desk or the one before it: ERRAND_UNSURE when it is not remembered.
 */
#ifndef NET_ERRAND_H
#define NET_ERRAND_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum errand_word {
	ERRAND_MAIL = 1,
	ERRAND_ASK,
	ERRAND_FETCH,
	ERRAND_ANSWER,
};

enum errand_outcome {
	ERRAND_DONE = 1, /* the server has taken the mail; here is what was fetched */
	ERRAND_LATER,	 /* not now: it may be tried again */
	ERRAND_NEVER,	 /* trying again has no sense */
	ERRAND_UNSURE,	 /* the mail was sent whole, and no reply came */
};

enum {
	ERRAND_TEXTS = 3,
	ERRAND_TEXT_MAX = 4000,	     /* bytes of a text */
	ERRAND_BYTES_MAX = 16 << 20, /* of what is carried */
	ERRAND_MAX = ERRAND_BYTES_MAX + (16 << 10),
};

struct errand {
	enum errand_word word;
	enum errand_outcome outcome; /* of an answer; else 0 */
	uint32_t number;	     /* HTTP status or SMTP reply code, 0 for none */
	const char *text[ERRAND_TEXTS];
	const char *bytes;
	size_t len;
};

/* Texts that are NULL are written as "". */
void errand_write(struct buf *out, const struct errand *e);

/*
 * One message from the front of the bytes; what it points to lies in them.  *used is 0 when
 * more must come first.
 *
 * Errors: E_SYNTAX this is no such message: the other side is broken.
 */
int errand_read(struct errand *out, size_t *used, const char *bytes, size_t len) MUST_CHECK;

#endif
