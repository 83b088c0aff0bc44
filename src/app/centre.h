/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * centre.h: the store, the ledger and the writer of a data folder, opened together: by the
 * desk, and by commands that work on a stopped folder.
 */
#ifndef APP_CENTRE_H
#define APP_CENTRE_H

#include "act/clock.h"
#include "act/writer.h"
#include "app/signer.h"

struct data;

struct centre {
	struct registry registry;
	struct clock clock;
	struct store *st; /* the writer's */
	struct log *log;
	struct keeper_door *door;
	struct writer *writer;
	const char *where;
};

/*
 * Open (and migrate) the store, the log under the keeper's key, and start the writer.
 *
 * link  to the keeper; becomes the centre's
 * tell  as in writer.h; may be NULL
 *
 * Errors: E_CRYPTO the keeper's last checkpoint is ahead of the store: an older store may
 * not continue the log (comity restore); those of migrate(), log_open().
 */
int centre_open(struct centre *c, const char *where, int link,
		void (*tell)(struct event *const *events, size_t count, void *arg), void *arg,
		struct fault *f) MUST_CHECK;
void centre_close(struct centre *c);

/* Do one act and wait for what becomes of it; job->done and arg are set here. */
int centre_act(struct centre *c, struct act_job *job) MUST_CHECK;

/*
 * For commands: start a keeper of our own for the folder and open the centre.
 */
struct own_centre {
	struct centre centre;
	int control;
	int pid;
};
int own_centre_open(struct own_centre *c, const struct data *d, struct fault *f) MUST_CHECK;
void own_centre_close(struct own_centre *c);

#endif
