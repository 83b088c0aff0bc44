/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * link.h: the fixed table of messages between the desk and a media process, over a stream
 * socket.  A request is answered by LINK_REPLY with its id; events come unasked.
 *
 *	word		number			texts
 *	LINK_JOIN	rights | LINK_PUBLISHES	room, participant, only (or ""), offer
 *			or LINK_VIEWS
 *	  reply					session, answer, etag
 *	LINK_LEAVE				room, session
 *	LINK_PATCH				room, session, If-Match, fragment
 *	  reply					answer (empty: nothing to say), etag
 *	LINK_RIGHTS	rights			room, participant
 *	LINK_QUIET				how the rooms' names begin
 *	LINK_SHUT				room
 *	LINK_FIGURES
 *	  reply					figures, a line each
 *	LINK_TILES				room, session, lines "ROWS MID" ("*": all)
 *	LINK_EVENT				room, participant, what
 *
 * A reply whose err is not 0 has the sentence as its first text.
 */
#ifndef MEDIA_LINK_H
#define MEDIA_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum link_word {
	LINK_JOIN = 1,
	LINK_LEAVE,
	LINK_PATCH,
	LINK_RIGHTS,
	LINK_SHUT,
	LINK_FIGURES,
	LINK_TILES,
	LINK_QUIET,
	LINK_REPLY,
	LINK_EVENT,
};

enum {
	LINK_TEXTS = 4,
	LINK_MAX = 1 << 20, /* bytes of a message */
	LINK_PUBLISHES = 1 << 8,
	LINK_VIEWS = 1 << 9,
};

struct link_message {
	enum link_word word;
	uint32_t id;
	int err;
	uint32_t number;
	const char *text[LINK_TEXTS]; /* each ends in NUL; NULL after the last */
	size_t len[LINK_TEXTS];
};

/* len[] is not used: texts end in NUL. */
void link_write(struct buf *out, const struct link_message *m);

/*
 * One message from the front of the bytes; its texts point into them.  *used is 0 when more
 * must come first.
 *
 * Errors: E_SYNTAX this is no such message: the other side is broken.
 */
int link_read(struct link_message *out, size_t *used, const char *bytes, size_t len) MUST_CHECK;

#endif
