/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "api/printer.h"
#include "base/diag.h"
#include "base/mailbox.h"
#include "base/mem.h"
#include "paper/link.h"

enum {
	BOX = 64,
	LINKS = 8,
	LINK_MS = 10 * 1000, /* until a process is there */
	SET_MS = 30 * 1000,  /* until a paper is set */
	PART_MS = 5 * 1000,  /* until a part of it has crossed */
	TRIES = 2,	     /* a process may have ended just then */
};

struct printer {
	struct mailbox *box;
	struct mailbox *links; /* descriptors, each in memory of its own */
	int (*ask)(void);
	int link; /* -1: none */
	int over; /* readable once there is nothing more to print for */
	pthread_t thread;
};


static void drop(struct printer *p)
{
	if (p->link >= 0)
		(void)close(p->link);
	p->link = -1;
}


/* The last link that came. */
static void take_link(struct printer *p, int wait_ms)
{
	void *item;

	while (mailbox_take(p->links, &item, 1, wait_ms) == 1) {
		drop(p);
		p->link = *(int *)item;
		free(item);
		wait_ms = 0;
	}
}


static bool is_over(const struct printer *p)
{
	struct pollfd over = { .fd = p->over, .events = POLLIN };

	return poll(&over, 1, 0) > 0;
}


static int need_link(struct printer *p, struct fault *f)
{
	int err = 0;

	take_link(p, 0);
	if (p->link < 0) {
		err = p->ask();
		if (!err)
			take_link(p, LINK_MS);
	}

	return err || p->link < 0 ? fault_set(f, E_BUSY, "No process that prints has started.")
				  : 0;
}


/* Until there is an answer, or nobody waits for it. */
static int await(const struct printer *p)
{
	struct pollfd on[2] = { { .fd = p->link, .events = POLLIN },
				{ .fd = p->over, .events = POLLIN } };
	int ready;

	do
		ready = poll(on, 2, SET_MS);
	while (ready < 0 && errno == EINTR);
	if (ready > 0 && on[1].revents)
		return E_STOPPING;

	return ready > 0 ? 0 : E_BUSY;
}


static int exchange(struct printer *p, int *made, const struct buf *doc, struct buf *pdf)
{
	int err = paper_send(p->link, 0, doc->data, doc->len);

	/* Who ends at once has said why. */
	if (!err || err == E_GONE)
		err = await(p);
	if (!err)
		err = paper_receive(p->link, made, pdf, PART_MS);
	if (err)
		drop(p);

	return err;
}


static int set_one(struct printer *p, const struct buf *doc, struct buf *pdf, struct fault *f)
{
	int err = E_GONE, made = 0;

	for (int i = 0; i < TRIES && err == E_GONE && !is_over(p); i++) {
		err = need_link(p, f);
		if (!err) {
			buf_reset(pdf);
			err = exchange(p, &made, doc, pdf);
		} else if (!is_over(p)) {
			return err;
		}
	}
	if (is_over(p))
		return fault_set(f, E_STOPPING, "The centre is stopping; print again later.");
	if (err)
		return fault_set(f, E_IO, "The process that prints did not answer.");
	if (made) {
		/* A library is missing here: not what was asked for. */
		err = fault_set(f, made == E_ABSENT ? E_BUSY : made, "%s", pdf->data);
		buf_reset(pdf);
	}

	return err;
}


static void *run(void *arg)
{
	struct printer *p = arg;
	void *item;

	while (mailbox_take(p->box, &item, 1, -1) == 1) {
		struct printing *job = item;

		job->err = 0;
		for (size_t i = 0; i < job->count && !job->err; i++)
			job->err = set_one(p, &job->docs[i], &job->pdfs[i], &job->fault);
		if (job->err && job->err != E_STOPPING)
			diag_warning("printer", "%s", job->fault.text);
		job->done(job);
	}

	return NULL;
}


static void release(struct printer *p)
{
	drop(p);
	if (p->over >= 0)
		(void)close(p->over);
	mailbox_free(p->links);
	mailbox_free(p->box);
	free(p);
}


int printer_start(struct printer **out, int (*ask)(void), struct fault *f)
{
	struct printer *p = mem_zero(1, sizeof(*p));

	p->ask = ask;
	p->link = -1;
	p->over = eventfd(0, EFD_CLOEXEC);
	if (p->over < 0 || mailbox_new(&p->box, BOX) || mailbox_new(&p->links, LINKS) ||
	    pthread_create(&p->thread, NULL, run, p)) {
		release(p);
		return fault_set(f, E_IO, "The printer's thread cannot be started.");
	}
	*out = p;

	return 0;
}


void printer_link(struct printer *p, int fd)
{
	const struct timeval part = { .tv_sec = PART_MS / 1000 };
	int *item = mem_alloc(sizeof(*item));

	*item = fd;
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &part, sizeof(part));
	if (mailbox_post(p->links, item)) {
		(void)close(fd);
		free(item);
	}
}


int printer_post(struct printer *p, struct printing *job)
{
	return mailbox_post(p->box, job);
}


void printer_end(struct printer *p)
{
	/* First it is known that it is over: who is woken by what follows asks. */
	(void)!eventfd_write(p->over, 1);
	mailbox_close(p->box);
	mailbox_close(p->links);
}


void printer_stop(struct printer *p)
{
	if (!p)
		return;
	printer_end(p);
	(void)pthread_join(p->thread, NULL);
	take_link(p, 0);
	release(p);
}
