/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * twcc.h: transport-wide congestion control feedback
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01): written about what senders send us,
 * and read of what receivers tell us.  Times are microseconds.
 */
#ifndef MEDIA_TWCC_H
#define MEDIA_TWCC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/rtcp.h"

enum {
	TWCC_MAX = 512, /* packets in one feedback; more are told in the next */
	TWCC_TICK_US = 250,
	TWCC_BASE_US = 64000,
	TWCC_LOST = -1, /* arrival of a packet that did not come */
};

/* What arrived from one sender and was not told yet. */
struct twcc_in {
	bool begun;
	uint16_t base; /* the first to tell */
	uint16_t count;
	uint8_t feedbacks;
	int64_t at[TWCC_MAX]; /* of base + i; 0: not arrived */
};

void twcc_arrived(struct twcc_in *t, uint16_t seq, int64_t at_us);

/* Write the feedback and forget what it tells; 0 when there is nothing.  `out`: RTP_MAX. */
size_t twcc_write(uint8_t *out, struct twcc_in *t, uint32_t sender, uint32_t media);

struct twcc_feedback {
	uint16_t base;
	uint16_t count;
	uint8_t number;
	int64_t arrival[TWCC_MAX]; /* us by the receiver's clock, or TWCC_LOST */
};

/* Errors: E_SYNTAX not such feedback, or more than TWCC_MAX packets. */
int twcc_read(struct twcc_feedback *out, const struct rtcp *r) MUST_CHECK;

#endif
