/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * qr.h: least squares by Householder's reflections, in the order of operations of LINPACK
 * (Dongarra et al. 1979) that R uses, so that what is only rounding there is the same rounding
 * here: the sign of a slope that is zero decides between a doubling time and a halving time.
 */
#ifndef WATCH_QR_H
#define WATCH_QR_H

#include <stddef.h>

enum {
	QR_COLS_MAX = 8,
};

/*
 * Solve x b = y for b[0..p - 1], p <= QR_COLS_MAX, n >= p.  The columns of x stand one after
 * the other; x and y are overwritten: y becomes Q'y, of which the first p belong to b.  Columns
 * are not exchanged.
 *
 * Returns 0, or E_RANGE when the columns depend on each other.
 */
int qr_solve(double *b, double *x, double *y, size_t n, size_t p);

#endif
