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

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct desk;
struct reader;
struct request;

struct usher; /* what was told last; of the clerk's thread */

struct usher *usher_new(struct desk *desk);
void usher_free(struct usher *u); /* NULL is allowed */

/*
 * Tell what differs from what was told last.  After a join everything is told again, because
 * the join may have been on its way when something changed.
 */
int usher_tell(struct usher *u, struct reader *r, int64_t at) MUST_CHECK;

/* Somebody joined the media of a room: from any thread. */
void usher_joined(struct desk *desk);

/*
 * What a participant of that media room may do now: bits of media/engine.h.
 *
 * Errors: E_ABSENT it is no room of the charter; E_DENIED they are not inside; those of
 * store.h.
 */
int usher_rights(unsigned *out, struct request *r, const char *room,
		 const char *participant) MUST_CHECK;

#endif
