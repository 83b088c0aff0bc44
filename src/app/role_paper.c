/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * role_paper.c: the process that sets papers as PDF.  It is started when the desk asks for it
 * and ends when nobody has printed for a while: the libraries that draw cost nothing to a
 * centre that does not print.  It has the text of one paper at a time and nothing else: no
 * files, no sockets but the link to the desk, which is descriptor ROLE_FIRST_FD.
 */
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "app/sandbox.h"
#include "app/spawn.h"
#include "app/verb.h"
#include "base/diag.h"
#include "paper/link.h"
#include "paper/paper.h"
#include "paper/pdf.h"

enum {
	IDLE_MS = 60 * 1000,
	PART_MS = 10 * 1000, /* between two parts of one paper */
	CPU_S = 60,	     /* of one process; it is started anew */
	MEMORY = 1 << 30,
};


/* A paper that asks for more than this ends the process, and nothing but it. */
static void limit(void)
{
	const struct rlimit cpu = { CPU_S, CPU_S }, memory = { MEMORY, MEMORY };

	(void)setrlimit(RLIMIT_CPU, &cpu);
	if (sandbox_possible())
		(void)setrlimit(RLIMIT_AS, &memory);
}


/* One paper; false when the desk has gone or talks nonsense. */
static bool serve_one(int link)
{
	struct fault f = { 0 };
	struct buf doc, pdf;
	int err, word = 0;

	buf_init(&doc, PAPER_BYTES_MAX);
	buf_init(&pdf, PAPER_PDF_MAX);
	err = paper_receive(link, &word, &doc, PART_MS);
	if (!err) {
		int made = paper_pdf(&pdf, doc.data, doc.len, &f);
		const char *say = f.text[0] ? f.text : err_text(made);

		err = made ? paper_send(link, made, say, strlen(say))
			   : paper_send(link, 0, pdf.data, pdf.len);
	}
	buf_clear(&pdf);
	buf_clear(&doc);

	return err == 0;
}


static void loop(int link)
{
	bool go_on = true;

	while (go_on) {
		struct pollfd p[2] = { { .fd = link, .events = POLLIN },
				       { .fd = ROLE_CONTROL, .events = POLLIN } };

		/* The parent says only that it is over. */
		go_on = poll(p, 2, IDLE_MS) > 0 && !p[1].revents && serve_one(link);
	}
}


int verb_role_paper(int argc, char **argv)
{
	struct fault f = { 0 };
	int err;

	(void)argc;
	(void)argv;
	role_begin("paper");
	err = paper_load(&f);
	/* What is missing is said to whoever asked; then there is nothing to be done here. */
	if (err)
		(void)!paper_send(ROLE_FIRST_FD, err, f.text, strlen(f.text));
	else
		err = sandbox_paper(&f);
	if (err) {
		diag_error("paper", "%s", f.text);
		return EXIT_FAILED;
	}
	limit();
	loop(ROLE_FIRST_FD);

	return EXIT_DONE;
}
