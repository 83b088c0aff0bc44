/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * printer.h: the way of papers to the process that sets them, and of the PDF back: a thread of
 * the desk, because a loop must not wait.
 */
#ifndef API_PRINTER_H
#define API_PRINTER_H

#include "base/buf.h"

struct printer;

/* Papers to be set; the poster's own again when done() is called. */
struct printing {
	struct buf *docs; /* papers, paper/paper.h */
	struct buf *pdfs; /* as many, empty: become what is asked for */
	size_t count;
	int err; /* 0, or why the first that failed did */
	struct fault fault;
	void (*done)(struct printing *job); /* in the printer's thread */
	void *arg;
};

/*
 * ask  asks whoever starts processes for one that sets papers; its link comes by printer_link()
 *
 * Errors: E_IO.
 */
int printer_start(struct printer **out, int (*ask)(void), struct fault *f) MUST_CHECK;

/* Any thread: a link to a new process, the printer's own from now on. */
void printer_link(struct printer *p, int fd);

/* Errors: E_BUSY, E_STOPPING. */
int printer_post(struct printer *p, struct printing *job) MUST_CHECK;

/*
 * Any thread: nothing more is set.  What is queued or under way ends at once with E_STOPPING,
 * each of it with its done(), which must still be possible: who waits for a paper is told
 * before what it waits with is gone.
 */
void printer_end(struct printer *p);

/* The same, and free it.  NULL is allowed. */
void printer_stop(struct printer *p);

#endif
