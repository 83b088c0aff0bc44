/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * pdf.h: a paper as PDF, on A4.
 *
 * The same paper gives the same bytes, as long as the libraries are the same: there is no clock
 * and no chance in it.  It is tagged (headings, paragraphs, tables, figures with their words),
 * says its language and title, and carries its files.
 */
#ifndef PAPER_PDF_H
#define PAPER_PDF_H

#include <stddef.h>

#include "base/buf.h"

enum {
	PAPER_PAGES_MAX = 1000,
};

/*
 * Open what is needed (libcairo, libfreetype, the faces; libqrencode where it is installed):
 * once in a process, before a sandbox closes.  Errors: E_ABSENT.
 */
int paper_load(struct fault *f) MUST_CHECK;

/*
 * Set a paper, after paper_load().  One thread at a time.
 *
 * Errors: those of paper_read(); E_TOOBIG more pages than PAPER_PAGES_MAX; E_IO.
 */
int paper_pdf(struct buf *out, const char *bytes, size_t len, struct fault *f) MUST_CHECK;

#endif
