/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "act/clock.h"
#include "act/trigger.h"
#include "api/clerk.h"
#include "api/desk.h"
#include "base/diag.h"
#include "base/mailbox.h"
#include "base/mem.h"
#include "base/time.h"
#include "mail/mail.h"
#include "parties/session.h"

enum {
	BOX = 64,
	SWEEP_MS = 10 * 60 * 1000,
};

struct sweep {
	struct chore chore;
	const struct clock *clock;
};

/* In the box: the clerk itself stands for a poke, anything else is somebody who waits. */
struct waiter {
	struct mailbox *back;
};

struct clerk {
	struct desk *desk;
	struct mailbox *box;
	struct mailbox *answers; /* of the writer */
	struct reader reader;
	struct triggers triggers;
	struct waiter *waiting[BOX];
	size_t waiters;
	bool stopping;
	int64_t looked; /* monotonic ms */
	int64_t swept;
	pthread_t thread;
};


static void answered(struct act_job *job)
{
	struct clerk *c = job->arg;

	(void)!mailbox_post(c->answers, job);
}


/* One act by the machine, and what becomes of it. */
static int act(const struct act_request *request, void *arg)
{
	struct clerk *c = arg;
	struct arena *a = arena_new(4096);
	struct act_job job = { .request = *request,
			       .seat = { .machine = true },
			       .arena = a,
			       .done = answered,
			       .arg = c };
	void *item;
	int err = writer_post(c->desk->writer, &job);

	while (!err && !mailbox_take(c->answers, &item, 1, -1))
		;
	if (!err && job.err == E_RANGE)
		diag_error("clerk", "%s makes no sense: %s %s", request->kind, job.fault.path,
			   job.fault.text);
	arena_free(a);
	if (err)
		return err;

	return job.err == E_RANGE || job.err == E_DENIED || job.err == E_ABSENT ? 0 : job.err;
}


static void let_go(struct clerk *c)
{
	while (c->waiters)
		(void)!mailbox_post(c->waiting[--c->waiters]->back, c);
}


static int sweep_run(struct chore *chore, struct store *st)
{
	int64_t now = clock_now(((struct sweep *)(void *)chore)->clock);
	int err = session_sweep(st, now);

	if (!err)
		err = mail_sweep(st, now); /* also where no mail is sent any more */

	return err ? err : security_sweep(st, now);
}


static void sweep_done(struct chore *chore, int err)
{
	if (err)
		diag_warning("clerk", "what is too old could not be removed: %s",
			     err_text(err));
	free(chore);
}


/* What is kept of persons for a time only. */
static void sweep(struct clerk *c)
{
	struct sweep *s;

	if (c->swept && time_monotonic() - c->swept < SWEEP_MS)
		return;
	c->swept = time_monotonic();
	s = mem_zero(1, sizeof(*s));
	s->chore.run = sweep_run;
	s->chore.done = sweep_done;
	s->clock = c->desk->clock;
	if (writer_chore(c->desk->writer, &s->chore))
		free(s);
}


static void look(struct clerk *c)
{
	struct fault f = { 0 };
	int err = reader_revive(&c->reader, &f);

	if (!err)
		err = triggers_run(&c->triggers, &c->reader, clock_now(c->desk->clock), act, c);
	if (err && err != E_STOPPING)
		diag_warning("clerk", "what is due could not be done: %s", err_text(err));
	sweep(c);
	c->looked = time_monotonic();
	let_go(c);
}


/* How long until it is worth looking again. */
static int rest_ms(const struct clerk *c, bool poked)
{
	int64_t since = time_monotonic() - c->looked;
	int64_t due = c->triggers.next - clock_now(c->desk->clock);
	int64_t gap = CLERK_GAP_MS - since;

	if (c->waiters)
		return 0;
	if (poked || due <= 0)
		return (int)(gap > 0 ? gap : 0);

	return (int)(due < CLERK_REST_MS ? due : CLERK_REST_MS);
}


/* Everything in the box; true when there was a poke. */
static bool take(struct clerk *c, int wait_ms)
{
	void *items[BOX];
	size_t n = mailbox_take(c->box, items, BOX - c->waiters, wait_ms);
	bool poked = false;

	for (size_t i = 0; i < n; i++) {
		if (!items[i])
			c->stopping = true;
		else if (items[i] == c)
			poked = true;
		else
			c->waiting[c->waiters++] = items[i];
	}

	return poked;
}


static void *run(void *arg)
{
	struct clerk *c = arg;
	bool poked = true;

	while (!c->stopping) {
		int64_t wait = rest_ms(c, poked);

		if (wait == 0) {
			look(c);
			poked = false;
			wait = rest_ms(c, false);
		}
		if (take(c, (int)wait))
			poked = true;
		else if (!c->waiters && time_monotonic() - c->looked >= CLERK_GAP_MS)
			poked = true; /* the time has come */
	}
	let_go(c);

	return NULL;
}


int clerk_start(struct clerk **out, struct desk *desk, struct fault *f)
{
	struct clerk *c = mem_zero(1, sizeof(*c));
	int err = mailbox_new(&c->box, BOX);

	c->desk = desk;
	if (!err)
		err = mailbox_new(&c->answers, 1);
	if (!err)
		err = reader_open(&c->reader, desk->where, desk->registry, f);
	triggers_init(&c->triggers);
	if (!err && pthread_create(&c->thread, NULL, run, c))
		err = E_IO;
	if (err) {
		if (c->reader.st)
			reader_close(&c->reader);
		triggers_clear(&c->triggers);
		mailbox_free(c->answers);
		mailbox_free(c->box);
		free(c);
		return err;
	}
	*out = c;

	return 0;
}


void clerk_stop(struct clerk *c)
{
	if (!c)
		return;

	while (mailbox_post(c->box, NULL) == E_BUSY)
		;
	(void)pthread_join(c->thread, NULL);
	reader_close(&c->reader);
	triggers_clear(&c->triggers);
	mailbox_free(c->answers);
	mailbox_free(c->box);
	free(c);
}


void clerk_poke(struct clerk *c)
{
	if (c)
		(void)!mailbox_post(c->box, c);
}


void clerk_settle(struct clerk *c)
{
	struct waiter w = { NULL };
	void *item;

	if (!c || mailbox_new(&w.back, 1))
		return;
	if (mailbox_post(c->box, &w) == 0)
		while (!mailbox_take(w.back, &item, 1, -1))
			;
	mailbox_free(w.back);
}
