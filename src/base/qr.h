/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* qr.h: a text as a QR code (ISO/IEC 18004, medium correction), by libqrencode. */
#ifndef BASE_QR_H
#define BASE_QR_H

#include <stdbool.h>

#include "base/buf.h"

struct qr {
	int width;	    /* modules of a side, without the quiet zone of four */
	struct buf modules; /* width * width bytes, row by row: 1 is dark */
};

/* Open the library, for a process that will not be able to later.  Errors: E_ABSENT. */
int qr_load(struct fault *f) MUST_CHECK;

/* Errors: E_ABSENT libqrencode is not installed; E_TOOBIG more than a code holds. */
int qr_make(struct qr *out, const char *text, struct fault *f) MUST_CHECK;
void qr_clear(struct qr *q);

/* Outside of the code it is light. */
bool qr_dark(const struct qr *q, int x, int y);

#endif
