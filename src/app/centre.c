/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/centre.h"
#include "app/data.h"
#include "app/modules.h"
#include "app/spawn.h"
#include "base/mailbox.h"
#include "base/mem.h"
#include "base/time.h"
#include "store/migrate.h"
#include "store/store.h"


/* The first log of a new store begins here; a later one only by comity restore. */
static int begin_log(struct centre *c, const struct public_key *key, struct fault *f)
{
	int err = store_begin(c->st);

	if (err)
		return err;
	err = log_begin(&c->log, c->st, key, NULL, time_now(), f);
	if (!err)
		err = keeper_door_note_keys(c->door, c->st, time_now());
	if (!err)
		err = store_commit(c->st);
	if (err) {
		store_rollback(c->st);
		if (c->log)
			log_rollback(c->log);
		return err;
	}
	log_commit(c->log);

	return 0;
}


/* The keeper remembers the last head it signed: the store must have at least that much. */
static int check_standing(struct centre *c, const struct keeper_reply *keys, struct fault *f)
{
	struct checkpoint head;

	if (memcmp(keys->log.b, log_key(c->log)->b, KEY_PUBLIC) != 0)
		return fault_set(
			f, E_CRYPTO,
			"The keys are not those of this ledger. Restore the keys of the "
			"same centre, or begin a new log (comity restore --new-log).");
	log_head(&head, c->log);
	if (keys->size > head.size)
		return fault_set(
			f, E_CRYPTO,
			"The store holds %llu leaves, but the keeper signed a checkpoint over "
			"%llu: this is an older state of a log that was published further. "
			"Restore the newest backup, or begin a new log (comity restore "
			"--new-log).",
			(unsigned long long)head.size, (unsigned long long)keys->size);

	return 0;
}


static int open_log(struct centre *c, struct fault *f)
{
	struct keeper_reply *keys = mem_zero(1, sizeof(*keys));
	int err = keeper_door_keys(keys, c->door);

	if (err) {
		(void)fault_set(f, err, "The keeper does not answer.");
		goto out;
	}
	err = log_open(&c->log, c->st, f);
	if (err == E_ABSENT)
		err = keys->size
			      ? fault_set(f, E_CRYPTO,
					  "The store is empty, but the keeper has signed %llu "
					  "leaves. Restore a backup of it.",
					  (unsigned long long)keys->size)
			      : begin_log(c, &keys->log, f);
	if (!err)
		err = check_standing(c, keys, f);
	/* Seals may have been made since the log began. */
	if (!err)
		err = keeper_door_note_keys(c->door, c->st, time_now());
out:
	free(keys);

	return err;
}


int centre_open(struct centre *c, const char *where, int link,
		void (*tell)(struct event *const *events, size_t count, void *arg), void *arg,
		struct fault *f)
{
	struct writer_config config = { 0 };
	int err;

	memset(c, 0, sizeof(*c));
	registry_init(&c->registry, modules);
	clock_init(&c->clock);
	c->where = where;
	err = keeper_door_open(&c->door, link);
	if (!err)
		err = store_open(&c->st, where, STORE_CREATE, f);
	if (!err)
		err = migrate(c->st, f);
	if (!err)
		err = open_log(c, f);
	if (!err) {
		config = (struct writer_config){ .st = c->st,
						 .registry = &c->registry,
						 .clock = &c->clock,
						 .log = c->log,
						 .signer = keeper_door_signer(c->door),
						 .tell = tell,
						 .tell_arg = arg };
		err = writer_start(&c->writer, &config);
		if (err)
			(void)fault_set(f, err, "The record cannot be read: %s.",
					store_message(c->st));
	}
	if (err)
		centre_close(c);

	return err;
}


void centre_close(struct centre *c)
{
	if (c->writer)
		writer_stop(c->writer);
	log_close(c->log);
	store_close(c->st);
	keeper_door_close(c->door);
	registry_clear(&c->registry);
	memset(c, 0, sizeof(*c));
}


static void job_done(struct act_job *job)
{
	(void)!mailbox_post(job->arg, job);
}


int centre_act(struct centre *c, struct act_job *job)
{
	struct mailbox *box = NULL;
	void *item;
	int err = mailbox_new(&box, 1);

	if (err)
		return err;
	job->done = job_done;
	job->arg = box;
	err = writer_post(c->writer, job);
	while (!err && !mailbox_take(box, &item, 1, -1))
		;
	mailbox_free(box);

	return err ? err : job->err;
}


/* The time of a demonstration is that of its last act, not of the wall. */
static void stand_still(struct centre *c)
{
	int64_t at = 0;

	if (store_get_int(&at, c->st, "SELECT at FROM act_record ORDER BY seq DESC LIMIT 1",
			  "") == 0)
		clock_set(&c->clock, at, false);
}


int own_centre_open(struct own_centre *c, const struct data *d, struct fault *f)
{
	const char *args[] = { d->keys, NULL };
	enum role_word word;
	int pair[2], fd = -1;
	int err = role_pair(pair);

	memset(c, 0, sizeof(*c));
	if (!err)
		err = role_spawn(&c->pid, &c->control, "keeper", args, &pair[1], 1);
	if (err)
		return fault_set(f, err, "The keeper cannot be started.");
	(void)close(pair[1]);
	if (role_receive(c->control, &word, &fd) || word != ROLE_READY) {
		(void)close(pair[0]);
		own_centre_close(c);
		return fault_set(f, E_IO, "The keeper did not start; its words are above.");
	}
	err = centre_open(&c->centre, d->store, pair[0], NULL, NULL, f);
	if (err)
		own_centre_close(c);
	else if (d->demo)
		stand_still(&c->centre);

	return err;
}


void own_centre_close(struct own_centre *c)
{
	if (c->centre.st)
		centre_close(&c->centre);
	if (c->control > 0)
		role_end(c->control, c->pid);
	c->control = -1;
}
