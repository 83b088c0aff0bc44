/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "watch/glm.h"
#include "watch/qr.h"

#define CLOSE_ENOUGH 1e-8


double glm_mean(double eta)
{
	return fmax(exp(eta), DBL_EPSILON);
}


static double deviance_of(double y, double mu)
{
	return 2 * ((y > 0 ? y * log(y / mu) : 0) - (y - mu));
}


bool glm_converged(double now, double before)
{
	return fabs(now - before) / (fabs(now) + 0.1) < CLOSE_ENOUGH;
}


int glm_poisson(double *b, const double *x, const double *y, size_t n, size_t p)
{
	double *wx = mem_alloc(n * p * sizeof(*wx)), *wz = mem_alloc(n * sizeof(*wz));
	double *eta = mem_alloc(n * sizeof(*eta)), before = 0;
	bool done = false;
	int err = 0;

	for (size_t i = 0; i < n; i++) {
		eta[i] = log(y[i] + 0.1);
		before += deviance_of(y[i], glm_mean(eta[i]));
	}
	for (int step = 0; step < GLM_STEPS && !done && !err; step++) {
		double now = 0;

		for (size_t i = 0; i < n; i++) {
			double mu = glm_mean(eta[i]), w = sqrt(mu);

			wz[i] = (eta[i] + (y[i] - mu) / mu) * w;
			for (size_t j = 0; j < p; j++)
				wx[j * n + i] = x[j * n + i] * w;
		}
		err = qr_solve(b, wx, wz, n, p);
		if (err)
			break;
		for (size_t i = 0; i < n; i++) {
			eta[i] = 0;
			for (size_t j = 0; j < p; j++)
				eta[i] += x[j * n + i] * b[j];
			now += deviance_of(y[i], glm_mean(eta[i]));
		}
		if (!isfinite(now))
			err = E_RANGE;
		done = glm_converged(now, before);
		before = now;
	}
	free(wx);
	free(wz);
	free(eta);

	return err;
}
