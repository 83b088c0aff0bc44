/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * mailbox.h: the only crossing between threads: a bounded queue of pointers.
 *
 * Any thread may post; one thread takes.  The taker may wait here, or watch the descriptor
 * with epoll.  What a posted pointer points to belongs to the taker from then on.
 */
#ifndef BASE_MAILBOX_H
#define BASE_MAILBOX_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct mailbox;

/* Errors: E_IO no descriptor to be had. */
int mailbox_new(struct mailbox **out, size_t capacity) MUST_CHECK;

/* What is still inside is the caller's loss: drain first. */
void mailbox_free(struct mailbox *m);

/* Errors: E_BUSY the box is full, E_STOPPING it was closed. */
int mailbox_post(struct mailbox *m, void *item) MUST_CHECK;

/*
 * Take up to `max` items, waiting up to `wait_ms` (negative: for ever) for the first.
 * Returns how many; 0 after the time has passed, or when the box is closed and empty.
 */
size_t mailbox_take(struct mailbox *m, void **items, size_t max, int wait_ms);

/* How many wait. */
size_t mailbox_count(struct mailbox *m);

/* Nothing more may be posted; the taker wakes up. */
void mailbox_close(struct mailbox *m);

/* Readable (EPOLLIN) while there is something to take. */
int mailbox_fd(const struct mailbox *m);

#endif
