/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>

#include "base/err.h"
#include "watch/qr.h"

#define DEPENDENT 1e-11 /* of the length of a column */


static double dot(const double *a, const double *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];

	return sum;
}


/* Take the reflection along v off a. */
static void reflect(double *a, const double *v, size_t n)
{
	double t = -dot(v, a, n) / v[0];

	for (size_t i = 0; i < n; i++)
		a[i] += t * v[i];
}


int qr_solve(double *b, double *x, double *y, size_t n, size_t p)
{
	double diagonal[QR_COLS_MAX] = { 0 }, whole[QR_COLS_MAX];

	for (size_t j = 0; j < p; j++)
		whole[j] = sqrt(dot(x + j * n, x + j * n, n));
	for (size_t l = 0; l < p; l++) {
		double *v = x + l * n + l, norm = sqrt(dot(v, v, n - l)), scale;

		if (!(norm > DEPENDENT * whole[l]) || !isfinite(norm))
			return E_RANGE;
		if (l + 1 == n) {
			diagonal[l] = v[0];
			continue;
		}
		norm = copysign(norm, v[0]);
		scale = 1 / norm;
		for (size_t i = 0; i < n - l; i++)
			v[i] *= scale;
		v[0] += 1;
		for (size_t j = l + 1; j < p; j++)
			reflect(x + j * n + l, v, n - l);
		reflect(y + l, v, n - l);
		diagonal[l] = -norm;
	}
	for (size_t j = 0; j < p; j++)
		b[j] = y[j];
	for (size_t j = p; j-- > 0;) {
		b[j] /= diagonal[j];
		for (size_t i = 0; i < j; i++)
			b[i] += -b[j] * x[j * n + i];
	}

	return 0;
}
