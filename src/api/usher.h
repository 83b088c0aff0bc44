/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * usher.h: tells the media processes what each participant of a room under the charter may
 * send and receive, as soon as the registers say something else (confer/grants.h).
 *
 * The media's name of room 12 is "room-12"; a participant is a person, and what that person
 * shows as a screen comes from "screen-" and the same name.
 */
#ifndef API_USHER_H
#define API_USHER_H

#include "base/err.h"

struct desk;
struct fault;
struct request;

/*
 * A thread of its own, so that a microphone never waits for what else is due: it looks when
 * something was recorded and once a minute in any case.  After a join everything of the room is
 * told again, because the join may have been on its way when something changed; also that who
 * joined is not inside any more.
 */
struct usher;

/* Errors: E_IO; those of reader_open(). */
int usher_start(struct usher **out, struct desk *desk, struct fault *f) MUST_CHECK;
void usher_stop(struct usher *u); /* NULL is allowed */

/* Something was recorded.  From any thread; never waits; NULL is allowed. */
void usher_poke(struct usher *u);

/* That participant joined the media of that room: from any thread. */
void usher_joined(struct desk *desk, const char *room, const char *participant);

/*
 * What a participant of that media room may do now: bits of media/engine.h.  In ROOM_CHECK
 * everybody may receive.
 *
 * Errors: E_ABSENT it is no room of the charter; E_DENIED they are not inside; those of
 * store.h.
 */
int usher_rights(unsigned *out, struct request *r, const char *room,
		 const char *participant) MUST_CHECK;

#endif
