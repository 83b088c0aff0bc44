/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "watch/glm.h"
#include "watch/quasi.h"
#include "watch/special.h"


void quasi_room(struct quasi *q, size_t n, size_t groups)
{
	size_t room = n > groups ? n : groups;

	q->n = n;
	q->groups = groups;
	if (room <= q->room)
		return;
	quasi_clear(q);
	q->n = n;
	q->groups = groups;
	q->room = room;
	q->y = mem_alloc(room * sizeof(*q->y));
	q->t = mem_alloc(room * sizeof(*q->t));
	q->offset = mem_zero(room, sizeof(*q->offset));
	q->group = mem_zero(room, sizeof(*q->group));
	q->omega = mem_alloc(room * sizeof(*q->omega));
	q->mu = mem_alloc(room * sizeof(*q->mu));
	q->w = mem_alloc(room * sizeof(*q->w));
	q->level = mem_alloc(room * sizeof(*q->level));
	q->weight = mem_alloc(room * sizeof(*q->weight));
	q->centre = mem_alloc(room * sizeof(*q->centre));
	q->eta = mem_alloc(room * sizeof(*q->eta));
	q->logs = mem_alloc(room * sizeof(*q->logs));
	q->sums = mem_alloc(3 * room * sizeof(*q->sums));
}


void quasi_clear(struct quasi *q)
{
	free(q->y);
	free(q->t);
	free(q->offset);
	free(q->group);
	free(q->omega);
	free(q->mu);
	free(q->w);
	free(q->level);
	free(q->weight);
	free(q->centre);
	free(q->eta);
	free(q->logs);
	free(q->sums);
	*q = (struct quasi){ 0 };
}


static double offset_of(const struct quasi *q, size_t i)
{
	return q->with_offset ? q->offset[i] : 0;
}


/* Twice what the likelihood lacks, given y log y. */
static double deviance_of(double y, double y_log_y, double eta, double mu)
{
	return 2 * (y_log_y - y * eta - (y - mu));
}


/* Where the iteration begins: its deviance; y log y of each count is kept. */
static double begin(struct quasi *q)
{
	double sum = 0;

	for (size_t i = 0; i < q->n; i++) {
		double y = q->y[i];

		q->eta[i] = log(y + 0.1);
		q->mu[i] = glm_mean(q->eta[i]);
		q->logs[i] = y > 0 ? y * log(y) : 0;
		sum += q->omega[i] * deviance_of(y, q->logs[i], q->eta[i], q->mu[i]);
	}

	return sum;
}


/* One weighted regression: levels and slope from the means as they are. */
static int regress(struct quasi *q, bool trend)
{
	double *z_mean = q->sums, cross = 0, whole = 0;

	for (size_t g = 0; g < q->groups; g++)
		q->weight[g] = q->centre[g] = z_mean[g] = 0;
	for (size_t i = 0; i < q->n; i++) {
		size_t g = (size_t)q->group[i];

		q->w[i] = q->omega[i] * q->mu[i];
		q->eta[i] += (q->y[i] - q->mu[i]) / q->mu[i] - offset_of(q, i);
		q->weight[g] += q->w[i];
		q->centre[g] += q->w[i] * q->t[i];
		z_mean[g] += q->w[i] * q->eta[i];
	}
	for (size_t g = 0; g < q->groups; g++) {
		q->centre[g] /= q->weight[g];
		z_mean[g] /= q->weight[g];
	}
	q->around = q->slope = 0;
	for (size_t i = 0; trend && i < q->n; i++) {
		size_t g = (size_t)q->group[i];
		double dt = q->t[i] - q->centre[g];

		q->around += q->w[i] * dt * dt;
		cross += q->w[i] * dt * (q->eta[i] - z_mean[g]);
		whole += q->w[i] * q->t[i] * q->t[i];
	}
	if (trend && !(q->around > 1e-22 * whole))
		return E_RANGE;
	if (trend)
		q->slope = cross / q->around;
	for (size_t g = 0; g < q->groups; g++)
		q->level[g] = z_mean[g] - q->slope * q->centre[g];

	return 0;
}


/* The means by the new coefficients: their deviance. */
static double advance(struct quasi *q)
{
	double sum = 0;

	for (size_t i = 0; i < q->n; i++) {
		q->eta[i] = q->level[q->group[i]] + q->slope * q->t[i] + offset_of(q, i);
		q->mu[i] = glm_mean(q->eta[i]);
		sum += q->omega[i] * deviance_of(q->y[i], q->logs[i], q->eta[i], q->mu[i]);
	}

	return sum;
}


static int iterate(struct quasi *q, bool trend, double before)
{
	for (int step = 0; step < GLM_STEPS; step++) {
		double now;
		int err = regress(q, trend);

		if (err)
			return err;
		now = advance(q);
		if (!isfinite(now))
			return E_RANGE;
		if (glm_converged(now, before))
			return 0;
		before = now;
	}

	return E_RANGE;
}


/* Sums by group that the steps without trend and offset need. */
struct sums {
	double *weights, *counts, *used; /* used: the means that the weights are made of */
	double logs;
};


static struct sums sum_groups(const struct quasi *q)
{
	struct sums s = { q->sums + q->room, q->sums + 2 * q->room, q->sums, 0 };

	for (size_t g = 0; g < q->groups; g++)
		s.weights[g] = s.counts[g] = 0;
	for (size_t i = 0; i < q->n; i++) {
		s.weights[q->group[i]] += q->omega[i];
		s.counts[q->group[i]] += q->omega[i] * q->y[i];
		s.logs += q->omega[i] * q->logs[i];
	}

	return s;
}


/* The same as iterate(): all means of a group are equal after the first step. */
static int iterate_groups(struct quasi *q, double before)
{
	int err = regress(q, false);
	struct sums s = sum_groups(q);

	for (int step = 0; !err && step < GLM_STEPS; step++) {
		double now = 2 * s.logs;

		for (size_t g = 0; g < q->groups; g++)
			now += 2 * (s.weights[g] * glm_mean(q->level[g]) - s.counts[g] -
				    s.counts[g] * q->level[g]);
		if (!isfinite(now))
			return E_RANGE;
		if (glm_converged(now, before)) {
			for (size_t i = 0; i < q->n; i++) {
				q->mu[i] = glm_mean(q->level[q->group[i]]);
				if (step)
					q->w[i] = q->omega[i] * s.used[q->group[i]];
			}
			return 0;
		}
		before = now;
		for (size_t g = 0; g < q->groups; g++) {
			double mu = s.used[g] = glm_mean(q->level[g]);

			q->weight[g] = s.weights[g] * mu;
			q->level[g] += (s.counts[g] / s.weights[g] - mu) / mu;
		}
	}

	return E_RANGE;
}


/* Pearson's dispersion with the given weights. */
static double dispersion(const struct quasi *q, const double *weights)
{
	double sum = 0;

	for (size_t i = 0; i < q->n; i++) {
		double r = (q->y[i] - q->mu[i]) / q->mu[i];

		sum += weights[i] > 0 ? weights[i] * r * r : 0;
	}

	return q->df > 0 ? sum / q->df : NAN;
}


static int fit(struct quasi *q, bool trend)
{
	double before = begin(q);
	size_t used = 0;
	int err;

	q->trend = trend;
	err = trend || q->with_offset ? iterate(q, trend, before) : iterate_groups(q, before);
	if (err)
		return err;
	for (size_t i = 0; i < q->n; i++)
		used += q->omega[i] > 0;
	q->df = (double)used - (double)q->groups - trend;
	q->spread = dispersion(q, q->w);
	q->phi = q->spread < 1 ? 1 : q->spread;

	return 0;
}


int quasi_fit(struct quasi *q, bool trend)
{
	for (size_t i = 0; i < q->n; i++)
		q->omega[i] = 1;

	return fit(q, trend);
}


/* Anscombe's residual over its standard deviation, with what the count itself moved the fit. */
static double anscombe(const struct quasi *q, size_t i)
{
	size_t g = (size_t)q->group[i];
	double a = 1.5 * (cbrt(q->y[i] * q->y[i]) / sqrt(cbrt(q->mu[i])) - sqrt(q->mu[i]));
	double dt = q->t[i] - q->centre[g], hat = q->w[i] / q->weight[g];

	if (q->trend)
		hat += q->w[i] * dt * dt / q->around;
	if (hat > 1 - 10 * DBL_EPSILON)
		return 0; /* the only one of its season: it is its own expectation */

	return a / sqrt(q->phi * (1 - hat));
}


static void weigh_down(struct quasi *q, double threshold)
{
	double sum = 0, gamma;

	for (size_t i = 0; i < q->n; i++) {
		double s = anscombe(q, i);

		q->omega[i] = s > threshold ? 1 / (s * s) : 1;
		sum += q->omega[i];
	}
	gamma = (double)q->n / sum;
	for (size_t i = 0; i < q->n; i++)
		q->omega[i] *= gamma;
}


int quasi_reweighted(struct quasi *q, bool trend, bool reweight, double threshold,
		     bool by_omega)
{
	int err = quasi_fit(q, trend);

	if (err && trend) {
		trend = false;
		err = quasi_fit(q, false);
	}
	if (err || !reweight)
		return err;
	weigh_down(q, threshold);
	err = fit(q, trend);
	if (!err && by_omega)
		q->spread = dispersion(q, q->omega);

	return err;
}


void quasi_predict(double *eta, double *se, const struct quasi *q, size_t group, double t,
		   double offset)
{
	double dt = t - q->centre[group], variance = 1 / q->weight[group];

	*eta = q->level[group] + q->slope * t + (q->with_offset ? offset : 0);
	if (q->trend)
		variance += dt * dt / q->around;
	*se = sqrt(q->spread * variance);
}


double quasi_trend_p(const struct quasi *q)
{
	double t = fabs(q->slope) / sqrt(q->spread / q->around);

	return 2 * t_p(-t, q->df);
}


double quasi_largest(const struct quasi *q)
{
	double largest = 0;

	for (size_t i = 0; i < q->n; i++)
		largest = fmax(largest, q->y[i]);

	return largest;
}
