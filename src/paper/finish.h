/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * finish.h: what cairo does not write, added to its PDF as an incremental update (PDF 32000-1,
 * 7.5.6): the language, the words of figures, properties without a clock, attached files.
 * Private to paper/.
 */
#ifndef PAPER_FINISH_H
#define PAPER_FINISH_H

#include "base/buf.h"
#include "paper/doc.h"

/* The words of the figures that were drawn, in their order. */
struct figures {
	const char **words;
	size_t count;
};

/*
 * Append the update to `pdf`, which cairo has made of `d`.
 * Errors: E_CORRUPT it is not as this library writes it; E_RANGE two files of one name;
 * E_TOOBIG.
 */
int paper_finish(struct buf *pdf, struct arena *a, const struct doc *d,
		 const struct figures *figures, struct fault *f) MUST_CHECK;

#endif
