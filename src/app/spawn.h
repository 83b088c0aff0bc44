/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * spawn.h: a role is this program, executed anew, so that each has its own address layout
 * and inherits nothing but the descriptors given.
 *
 * A role talks with its parent over descriptor ROLE_CONTROL (a SOCK_SEQPACKET pair); it ends
 * when that closes.  Messages are struct role_message, with a descriptor for ROLE_LINK.
 */
#ifndef APP_SPAWN_H
#define APP_SPAWN_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

enum {
	ROLE_CONTROL = 3,
	ROLE_FIRST_FD = 4, /* what the role was given beside, in order */
	ROLE_ARGS_MAX = 64,
	ROLE_FDS_MAX = 24,
};

enum role_word {
	ROLE_LINK = 1,	 /* to a role: a new descriptor to its peer */
	ROLE_STOP = 2,	 /* to a role: finish and end */
	ROLE_READY = 3,	 /* from a role */
	ROLE_REACH = 4,	 /* to the desk: a new link to the reach process */
	ROLE_PAPER = 5,	 /* from the desk: it wants to print; to it: the link to who does */
	ROLE_MEDIA = 16, /* to the desk: a new link to media process ROLE_MEDIA + i */
};

struct role_message {
	int word;
};

/*
 * Start "comity role-NAME args..." with these descriptors.
 *
 * control  the parent's end, close-on-exec
 * Errors: E_IO.
 */
int role_spawn(pid_t *pid, int *control, const char *name, const char *const *args,
	       const int *fds, size_t fds_count) MUST_CHECK;

/* One message; fd -1 for none.  Errors: E_GONE the other side has ended, E_IO. */
int role_send(int control, enum role_word word, int fd) MUST_CHECK;

/* Waits; *fd is -1 when none came.  Errors: E_GONE, E_IO. */
int role_receive(int control, enum role_word *word, int *fd) MUST_CHECK;

/* A SOCK_SEQPACKET pair, close-on-exec. */
int role_pair(int pair[2]) MUST_CHECK;

/* Close the parent's end of a role's control and wait until the role has ended. */
void role_end(int control, pid_t pid);

/* In a role, first of all: die with the parent, ignore SIGPIPE, name the log. */
void role_begin(const char *name);

#endif
