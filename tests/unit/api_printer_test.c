/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A printer that ends tells everyone who waits; the sanitizers see that nothing is used later.
 */
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/printer.h"
#include "paper/link.h"
#include "t.h"

enum {
	JOBS = 3,
};

static _Atomic int finished;
static _Atomic int far_end = -1; /* of the link to a process that prints */
static struct printer *printer;


static void done(struct printing *job)
{
	(void)job;
	atomic_fetch_add(&finished, 1);
}


static int nobody(void)
{
	return 0;
}


/* A process that has its link and says nothing. */
static int silent(void)
{
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	far_end = ends[1];
	printer_link(printer, ends[0]);

	return 0;
}


/* So many papers are posted, the printer ends while the first is under way. */
static void end_while_printing(int (*ask)(void), void (*under_way)(void))
{
	struct buf docs[JOBS], pdfs[JOBS];
	struct printing jobs[JOBS];
	struct fault f = { 0 };

	atomic_store(&finished, 0);
	T_OK(printer_start(&printer, ask, &f));
	for (int i = 0; i < JOBS; i++) {
		buf_init(&docs[i], 0);
		buf_init(&pdfs[i], 0);
		buf_str(&docs[i], "{}");
		jobs[i] = (struct printing){
			.docs = &docs[i], .pdfs = &pdfs[i], .count = 1, .done = done
		};
		T_OK(printer_post(printer, &jobs[i]));
	}
	under_way();
	printer_end(printer);
	ck_assert_int_eq(printer_post(printer, &jobs[0]), E_STOPPING);
	printer_stop(printer);
	T_INT(JOBS, atomic_load(&finished));
	for (int i = 0; i < JOBS; i++) {
		ck_assert_int_eq(jobs[i].err, E_STOPPING);
		buf_clear(&docs[i]);
		buf_clear(&pdfs[i]);
	}
}


static void at_once(void)
{
}


/* The first paper has crossed. */
static void paper_came(void)
{
	struct buf paper;
	int word = 0;

	while (far_end < 0)
		(void)poll(NULL, 0, 1);
	buf_init(&paper, 0);
	T_OK(paper_receive(far_end, &word, &paper, -1));
	T_STR("{}", paper.data);
	buf_clear(&paper);
}


T(who_waits_for_a_process_that_never_comes_is_told)
{
	end_while_printing(nobody, at_once);
}


T(who_waits_for_a_paper_under_way_is_told)
{
	end_while_printing(silent, paper_came);
	(void)close(far_end);
}

T_MAIN("api printer", C(who_waits_for_a_process_that_never_comes_is_told),
       C(who_waits_for_a_paper_under_way_is_told))
