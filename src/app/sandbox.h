/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * sandbox.h: what a role may not do, enforced by the kernel: seccomp (system calls) and
 * Landlock (files).  Entered before anything from outside is read; cannot be left.
 */
#ifndef APP_SANDBOX_H
#define APP_SANDBOX_H

#include <stdbool.h>

#include "base/err.h"

/*
 * The keeper: messages on open sockets, the memory of its last checkpoint in an open file,
 * memory, random bytes, time.  No file is opened, no socket made, nothing executed.
 */
int sandbox_keeper(struct fault *f) MUST_CHECK;

/* A process that prints: as the keeper, with nothing open but its link to the desk. */
int sandbox_paper(struct fault *f) MUST_CHECK;

/*
 * A media process: datagrams on sockets it was given, messages, memory, random bytes, time.
 * No file is opened, no socket made, no process or thread, nothing executed.
 */
int sandbox_media(struct fault *f) MUST_CHECK;

/*
 * The desk: HTTP on sockets it was given, threads, files below `folder` (NULL: none, the
 * store is elsewhere).  No UDP, no process made or looked into, nothing executed, no new code.
 *
 * connects  it may make stream connections, and read what a database client reads below
 *           /etc, /usr, /run and ~/.postgresql: the store is PostgreSQL
 */
int sandbox_desk(const char *folder, bool connects, struct fault *f) MUST_CHECK;

/*
 * The reach process: connections to elsewhere that it makes itself, names of hosts, threads.
 * Nothing can be waited for at a socket (bind, listen, accept), no file is opened but those
 * that tell how names of hosts are found, none is written, nothing executed, no new code.
 */
int sandbox_reach(struct fault *f) MUST_CHECK;

/* Is the program built with a sanitizer, which needs what sandboxes forbid? */
bool sandbox_possible(void);

#endif
