/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "media/bwe.h"

enum {
	GROUP_US = 5000,
	CEILING_US = 5000000, /* a REMB counts for so long */
	ACKED_US = 500000,
	WAIT_US = 200000,   /* after a decrease */
	LEAST_US = 5000000, /* the least loss is that of so long, and of as long before */
};

/* The constants of the draft and of its reference implementation. */
static const double smoothing = 0.9, gain = 4.0, k_up = 0.0087, k_down = 0.039;
static const double threshold_min = 6.0, threshold_max = 600.0, over_ms_min = 10.0;
static const double own_loss_max = 0.05;


void bwe_init(struct bwe *b, int64_t now_us)
{
	memset(b, 0, sizeof(*b));
	b->bps = BWE_START_BPS;
	b->loss_bps = BWE_MAX_BPS;
	b->threshold = 12.5;
	b->changed_us = now_us;
}


void bwe_sent(struct bwe *b, uint16_t seq, size_t bytes, int64_t now_us)
{
	b->sent[seq % BWE_SENT].at_us = (uint32_t)now_us;
	b->sent[seq % BWE_SENT].bytes = (uint16_t)bytes;
	b->sent[seq % BWE_SENT].seq = seq;
}


/* Least squares over the points: the slope of delay, without unit. */
static double slope(const struct bwe *b)
{
	unsigned n = b->points < BWE_TREND ? b->points : BWE_TREND;
	double x = 0, y = 0, num = 0, den = 0;

	for (unsigned i = 0; i < n; i++) {
		x += b->point[i].at_ms / n;
		y += b->point[i].delay_ms / n;
	}
	for (unsigned i = 0; i < n; i++) {
		double dx = b->point[i].at_ms - x;

		num += dx * (b->point[i].delay_ms - y);
		den += dx * dx;
	}

	return den > 0 ? num / den : 0;
}


static void adapt_threshold(struct bwe *b, double trend, int64_t now_us)
{
	double k = fabs(trend) < b->threshold ? k_down : k_up;
	double ms = (double)(now_us - b->threshold_us) / 1000;

	b->threshold_us = now_us;
	/* A spike, as of a route that changes, is not learnt from. */
	if (fabs(trend) > b->threshold + 15)
		return;
	b->threshold += k * (fabs(trend) - b->threshold) * (ms < 100 ? ms : 100);
	b->threshold = fmin(fmax(b->threshold, threshold_min), threshold_max);
}


static void detect(struct bwe *b, double span_ms, int64_t now_us)
{
	unsigned n = b->points < 60 ? b->points : 60;
	double t = slope(b), trend = t * n * gain;

	if (b->points < 2)
		return;
	if (trend > b->threshold) {
		b->over_ms += span_ms;
		b->over_count++;
		if (b->over_ms > over_ms_min && b->over_count > 1 && t >= b->trend_before) {
			b->state = 1;
			b->over_ms = 0;
			b->over_count = 0;
		}
	} else {
		b->over_ms = 0;
		b->over_count = 0;
		b->state = trend < -b->threshold ? -1 : 0;
	}
	b->trend_before = t;
	adapt_threshold(b, trend, now_us);
}


/* A group is complete: its delay against the one before. */
static void group_done(struct bwe *b, int64_t now_us)
{
	if (b->has_last) {
		double d_sent = (double)(b->group_sent - b->last_sent) / 1000;
		double d_arrived = (double)(b->group_arrived - b->last_arrived) / 1000;
		unsigned i = b->points % BWE_TREND;

		if (d_arrived > -500 && d_arrived < 3000) {
			b->delay += d_arrived - d_sent;
			b->smoothed = smoothing * b->smoothed + (1 - smoothing) * b->delay;
			b->point[i].at_ms =
				(double)(b->group_arrived - b->first_arrival) / 1000;
			b->point[i].delay_ms = b->smoothed;
			b->points++;
			detect(b, d_sent, now_us);
		}
	}
	b->last_sent = b->group_sent;
	b->last_arrived = b->group_arrived;
	b->has_last = true;
}


static void arrived(struct bwe *b, int64_t sent, int64_t arrival, size_t bytes, int64_t now_us)
{
	if (!b->has_first) {
		b->first_arrival = arrival;
		b->threshold_us = now_us;
		b->has_first = true;
	}
	if (!b->in_group || sent - b->group_first > GROUP_US) {
		if (b->in_group)
			group_done(b, now_us);
		b->in_group = true;
		b->group_first = sent;
		b->group_sent = sent;
		b->group_arrived = arrival;
	}
	if (sent > b->group_sent)
		b->group_sent = sent;
	if (arrival > b->group_arrived)
		b->group_arrived = arrival;
	/* The receiver's clock begins anew every twelve days, too: 24 bits of 64 ms. */
	if (!b->acked_from || arrival < b->acked_from - ACKED_US) {
		b->acked_from = arrival;
		b->acked_bytes = 0;
	}
	b->acked_bytes += bytes;
	if (arrival - b->acked_from >= ACKED_US) {
		double bps = (double)b->acked_bytes * 8e6 / (double)(arrival - b->acked_from);

		b->acked_bps = b->has_acked ? 0.5 * b->acked_bps + 0.5 * bps : bps;
		b->has_acked = true;
		b->acked_bytes = 0;
		b->acked_from = arrival;
	}
}


static void decrease(struct bwe *b, double to, int64_t now_us)
{
	if (to < b->bps)
		b->bps = to;
	b->decreased_us = now_us;
}


/* What the path loses however little is sent: the least of late, and never called much. */
static double own_loss(const struct bwe *b)
{
	return fmin(fmin(b->least[0], b->least[1]), own_loss_max);
}


/* Beyond what the path loses anyway, a tenth is too much, and half of that enough. */
static void heed_loss(struct bwe *b, unsigned lost, double s, int64_t now_us)
{
	double more = b->loss - own_loss(b);

	if (more > 0.10 && lost && now_us - b->decreased_us > WAIT_US) {
		b->loss_bps = b->bps * (1 - 0.5 * b->loss);
		decrease(b, b->loss_bps, now_us);
	} else if (more < 0.05) {
		b->loss_bps = fmin(b->loss_bps * pow(1.08, s), BWE_MAX_BPS);
	}
}


/* By delay alone. */
static void heed_delay(struct bwe *b, double s, int64_t now_us)
{
	if (b->state > 0 && now_us - b->decreased_us >= WAIT_US) {
		b->link_bps = b->has_acked ? b->acked_bps : b->bps;
		decrease(b, 0.85 * b->link_bps, now_us);
		b->state = 0;
	} else if (b->state == 0) {
		double most = b->has_acked ? 1.5 * b->acked_bps + 10000 : BWE_MAX_BPS;
		/* Near where the link gave in before, go on by about a packet a round trip. */
		bool near = b->link_bps > 0 && b->bps > 0.9 * b->link_bps &&
			    b->bps < 1.2 * b->link_bps;
		double more = near ? 40000 * s : b->bps * (pow(1.08, s) - 1);

		if (b->bps + more <= most)
			b->bps += more;
		else if (b->bps < most)
			b->bps = most;
	}
}


/* One step of the controller: at each feedback, which told of so many lost packets. */
static void step(struct bwe *b, unsigned lost, int64_t now_us)
{
	double s = fmin((double)(now_us - b->changed_us) / 1e6, 1);

	b->changed_us = now_us;
	heed_delay(b, s, now_us);
	heed_loss(b, lost, s, now_us);
	b->bps = fmin(fmax(fmin(b->bps, b->loss_bps), BWE_MIN_BPS), BWE_MAX_BPS);
}


/*
 * A feedback tells of few packets, of which one lost is no loss of a half: each counts for
 * itself, over the last hundred or so; where they are rare, over the last ten seconds.
 */
static void learn_loss(struct bwe *b, double loss, unsigned told, int64_t now_us)
{
	double weight = fmax(told, (double)(now_us - b->changed_us) / 1e5);

	b->loss += (1 - pow(0.99, weight)) * (loss - b->loss);
	b->least[0] = fmin(b->least[0], b->loss);
	if (now_us - b->least_us > LEAST_US) {
		b->least[1] = b->least[0];
		b->least[0] = b->loss;
		b->least_us = now_us;
	}
}


void bwe_feedback(struct bwe *b, const struct twcc_feedback *fb, int64_t now_us)
{
	unsigned lost = 0, told = 0;

	for (unsigned i = 0; i < fb->count; i++) {
		uint16_t seq = (uint16_t)(fb->base + i);
		size_t k = seq % BWE_SENT;
		int64_t sent;

		if (b->sent[k].seq != seq || !b->sent[k].bytes)
			continue;
		told++;
		if (fb->arrival[i] == TWCC_LOST) {
			lost++;
			continue;
		}
		sent = now_us - (int64_t)(uint32_t)((uint32_t)now_us - b->sent[k].at_us);
		arrived(b, sent, fb->arrival[i], b->sent[k].bytes, now_us);
		b->sent[k].bytes = 0;
	}
	if (!told)
		return;
	b->fed = true;
	learn_loss(b, (double)lost / told, told, now_us);
	step(b, lost, now_us);
}


void bwe_remb(struct bwe *b, uint32_t bps, int64_t now_us)
{
	b->ceiling = bps;
	b->ceiling_us = now_us;
}


uint32_t bwe_bps(const struct bwe *b, int64_t now_us)
{
	double bps = b->bps;

	if (b->ceiling && now_us - b->ceiling_us < CEILING_US) {
		/* Without transport-wide feedback the receiver's word is all there is. */
		if (!b->fed || bps > b->ceiling)
			bps = b->ceiling;
	}

	return (uint32_t)fmin(fmax(bps, BWE_MIN_BPS), BWE_MAX_BPS);
}
