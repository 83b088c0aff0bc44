/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * bwe.h: how much may be sent to a receiver: an estimate from transport-wide feedback
 * (draft-ietf-rmcat-gcc-02: trendline of one-way delay, adaptive threshold, additive and
 * multiplicative steps, loss), REMB as a ceiling.
 *
 * All times are microseconds of one clock of ours; rates are bits per second.
 */
#ifndef MEDIA_BWE_H
#define MEDIA_BWE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/twcc.h"

enum {
	BWE_SENT = 2048, /* packets remembered until they are told of */
	BWE_TREND = 20,	 /* groups in the trendline */
	BWE_START_BPS = 5000000,
	BWE_MIN_BPS = 30000,
	BWE_MAX_BPS = 50000000,
};

struct bwe {
	struct {
		uint32_t at_us; /* low 32 bits */
		uint16_t bytes;
		uint16_t seq;
	} sent[BWE_SENT];
	/* groups of packets that were sent within 5 ms */
	int64_t group_sent, group_arrived, group_first;
	int64_t last_sent, last_arrived;
	bool in_group, has_last, has_first, has_acked;
	bool fed; /* feedback has come: the estimate means something */
	/* the trendline */
	double delay, smoothed;
	struct {
		double at_ms, delay_ms;
	} point[BWE_TREND];
	unsigned points;
	double trend_before, threshold;
	double over_ms;
	unsigned over_count;
	int64_t first_arrival, threshold_us;
	int state; /* -1 underuse, 0 normal, 1 overuse */
	/* what arrives */
	double acked_bps;
	uint64_t acked_bytes;
	int64_t acked_from;
	/* the estimate */
	double bps;
	double link_bps; /* where it was overused last; 0: not known */
	double loss_bps; /* what loss allows */
	double loss;	 /* smoothed, 0 to 1 */
	double least[2]; /* of the time since least_us, and of as long before */
	int64_t least_us;
	int64_t changed_us, decreased_us;
	uint32_t ceiling; /* of REMB; 0: none */
	int64_t ceiling_us;
};

void bwe_init(struct bwe *b, int64_t now_us);
void bwe_sent(struct bwe *b, uint16_t seq, size_t bytes, int64_t now_us);
void bwe_feedback(struct bwe *b, const struct twcc_feedback *fb, int64_t now_us);
void bwe_remb(struct bwe *b, uint32_t bps, int64_t now_us);

/* The rate that may be used now, from BWE_MIN_BPS to BWE_MAX_BPS. */
uint32_t bwe_bps(const struct bwe *b, int64_t now_us);

#endif
