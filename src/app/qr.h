/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* qr.h: an address as a QR code on a terminal, for the camera of a phone. */
#ifndef APP_QR_H
#define APP_QR_H

#include "base/buf.h"

/*
 * Append the code (ISO/IEC 18004, medium correction) in half blocks of UTF-8, black on white by
 * the terminal's colours, with its quiet zone of four modules.
 *
 * Errors: E_ABSENT libqrencode is not installed; E_TOOBIG more than a code holds.
 */
int qr_terminal(struct buf *out, const char *text, struct fault *f) MUST_CHECK;

#endif
