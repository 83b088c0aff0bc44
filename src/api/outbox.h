/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * outbox.h: what waits to be sent on one event stream.
 *
 * An event goes to many streams as the same bytes, so a text is made once and waits in each
 * outbox as a reference: a thousand slow readers hold a thousand pointers, not a thousand
 * copies.  Texts and outboxes belong to one thread.
 */
#ifndef API_OUTBOX_H
#define API_OUTBOX_H

#include <stddef.h>

struct outtext;

/* A copy of the bytes, with one reference, which is the caller's. */
struct outtext *outtext_new(const char *bytes, size_t len);
void outtext_unref(struct outtext *t);
size_t outtext_len(const struct outtext *t);

/* Zeroed memory is an empty outbox. */
struct outbox {
	struct outtext **ring; /* of `room` places, a power of two */
	size_t room;
	size_t first;
	size_t count;
	size_t sent; /* bytes of the first text that are gone */
	size_t len;  /* bytes that wait */
};

void outbox_clear(struct outbox *o);

/* At the end of the line; takes a reference of its own. */
void outbox_put(struct outbox *o, struct outtext *t);

/* Move at most `max` bytes to `to`; returns how many, 0 when nothing waits. */
size_t outbox_take(struct outbox *o, char *to, size_t max);

#endif
