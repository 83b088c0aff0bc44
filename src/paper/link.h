/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * link.h: papers and what became of them, over a stream between two processes: a number (0, or
 * the error with the bytes a sentence), the count of bytes, the bytes.
 */
#ifndef PAPER_LINK_H
#define PAPER_LINK_H

#include "base/buf.h"

enum {
	PAPER_PDF_MAX = 48 << 20, /* bytes of a message */
};

/* Errors: E_GONE the other side has ended; E_IO. */
int paper_send(int fd, int err, const void *bytes, size_t len) MUST_CHECK;

/*
 * One message, into `out`, which is empty before; *err is its number.
 *
 * wait_ms  for it to begin, and for each part of it; negative: for ever
 * Errors: E_GONE; E_BUSY the time is over; E_TOOBIG; E_SYNTAX no such message; E_IO.
 */
int paper_receive(int fd, int *err, struct buf *out, int wait_ms) MUST_CHECK;

#endif
