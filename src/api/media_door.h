/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * media_door.h: the media processes as the desk sees them (media/link.h).  A room belongs to
 * one of them, by its name, so that nobody needs to remember which.
 *
 * Requests of any thread go out at once; one thread reads what comes back and hands it to the
 * loop that asked.
 */
#ifndef API_MEDIA_DOOR_H
#define API_MEDIA_DOOR_H

#include <stddef.h>

#include "base/err.h"
#include "media/link.h"

struct media_door;
struct request;

enum {
	MEDIA_MAX = 8, /* processes */
};

/* What came of a question; texts live until media_answer_free(). */
struct media_answer {
	int err;
	char *text[LINK_TEXTS - 1];
};
void media_answer_free(struct media_answer *a);

/* `links` become the door's.  Errors: E_IO. */
int media_door_open(struct media_door **out, const int *links, size_t count) MUST_CHECK;
void media_door_close(struct media_door *d);

/* From any thread: that process was started anew behind this link. */
void media_door_relink(struct media_door *d, size_t process, int link);

size_t media_door_of(const struct media_door *d, const char *room);

/*
 * Ask on behalf of a request that waits (HTTP_WAIT): when the answer is there, r->work points
 * to a struct media_answer and http_continue() is called in its loop.  m->id is set here.
 *
 * Errors: E_BUSY the process is not there; the request must not wait then.
 */
int media_ask(struct media_door *d, size_t process, struct link_message *m,
	      struct request *r) MUST_CHECK;

/* Tell without waiting for what becomes of it: rights, end of a room. */
void media_tell(struct media_door *d, size_t process, struct link_message *m);

/* Events of the processes, in the door's thread: somebody publishes, views, left.  NULL: nobody
 * wants them any more. */
typedef void media_event_h(void *arg, const char *room, const char *participant,
			   const char *what);
void media_on_event(struct media_door *d, media_event_h *told, void *arg);

/* Whoever shows a screen publishes it under this and the own name. */
#define SCREEN_OF "screen-"

/* The screens that are shown in a room now; `each` must not wait: a lock is held. */
typedef void media_screen_h(void *arg, const char *participant);
void media_screens(struct media_door *d, const char *room, media_screen_h *each, void *arg);

#endif
