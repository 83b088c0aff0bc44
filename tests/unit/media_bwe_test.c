/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The estimate on a simulated path: a queue of a given rate behind 40 ms, feedback each 50 ms.
 * The sender uses what it is told, up to a limit of its own.
 */
#include <string.h>

#include "media/bwe.h"
#include "media/codec.h"
#include "media/ring.h"
#include "t.h"

/* Feedback says 24 bits of 64 ms: the receiver's clock begins anew every twelve days. */
static const int64_t CLOCK_US = INT64_C(64000) << 24;

struct path {
	struct bwe bwe;
	int64_t now, free_at; /* when the queue is empty */
	uint16_t seq;
	struct twcc_feedback fb;
	int64_t told;
	double carried; /* bits owed */
	unsigned loss;	/* of 1000 */
	int64_t clock;	/* the receiver's is so much ahead */
	uint32_t chance;
};


static void deliver(struct path *p, int64_t rate, size_t bytes)
{
	int64_t start = p->free_at > p->now ? p->free_at : p->now;
	uint16_t k = p->fb.count;
	bool lost;

	bwe_sent(&p->bwe, p->seq, bytes, p->now);
	p->chance = p->chance * 1664525 + 1013904223;
	/* A queue of half a second; what does not fit is lost. */
	lost = start - p->now > 500000 || (p->chance >> 8) % 1000 < p->loss;
	if (!lost)
		p->free_at = start + (int64_t)bytes * 8000000 / rate;
	if (!k)
		p->fb.base = p->seq;
	p->fb.arrival[k] = lost ? TWCC_LOST : (p->free_at + 40000 + p->clock) % CLOCK_US;
	p->fb.count++;
	p->seq++;
}


/* Seconds at that rate; `most` is what the sender has to send. */
static void run(struct path *p, int seconds, int64_t rate, int64_t most)
{
	int64_t until = p->now + seconds * INT64_C(1000000);

	for (; p->now < until; p->now += 5000) {
		int64_t bps = bwe_bps(&p->bwe, p->now);

		p->carried += (double)(bps < most ? bps : most) * 0.005;
		for (; p->carried >= 9600 && p->fb.count < TWCC_MAX - 1; p->carried -= 9600)
			deliver(p, rate, 1200);
		if (p->now - p->told >= 50000 && p->fb.count) {
			p->told = p->now;
			bwe_feedback(&p->bwe, &p->fb, p->now);
			p->fb.count = 0;
		}
	}
}


static struct path *fresh(void)
{
	static struct path p;

	memset(&p, 0, sizeof(p));
	p.now = 1000000;
	bwe_init(&p.bwe, p.now);

	return &p;
}


/* The path becomes narrow, and wide again. */
static void found_both_ways(struct path *p)
{
	run(p, 15, 500000, 10000000);
	ck_assert_msg(bwe_bps(&p->bwe, p->now) > 250000 && bwe_bps(&p->bwe, p->now) < 560000,
		      "%u", bwe_bps(&p->bwe, p->now));
	/* The queue stays short: sound is not late. */
	ck_assert_msg(p->free_at - p->now < 250000, "%d us", (int)(p->free_at - p->now));
	run(p, 40, 5000000, 10000000);
	ck_assert_msg(bwe_bps(&p->bwe, p->now) > 2000000, "%u", bwe_bps(&p->bwe, p->now));
}


T(a_narrow_path_is_found_and_a_wide_one_again)
{
	found_both_ways(fresh());
}


/* A path that is narrow only afterwards is found as well. */
T(the_receivers_clock_may_begin_anew)
{
	struct path *p = fresh();

	p->clock = CLOCK_US - 6000000;
	run(p, 15, 5000000, 10000000);
	ck_assert_msg(bwe_bps(&p->bwe, p->now) > 2000000, "%u", bwe_bps(&p->bwe, p->now));
	found_both_ways(p);
}


T(loss_without_delay_does_not_stop_it_below_a_tenth)
{
	struct path *p = fresh();

	p->loss = 50;
	run(p, 20, 20000000, 1000000);
	ck_assert_msg(bwe_bps(&p->bwe, p->now) > 700000, "%u", bwe_bps(&p->bwe, p->now));
	p->loss = 400;
	run(p, 10, 20000000, 1000000);
	ck_assert_msg(bwe_bps(&p->bwe, p->now) < 400000, "%u", bwe_bps(&p->bwe, p->now));
}


/* One packet lost of the two that a feedback tells of is no loss of a half. */
T(loss_is_judged_over_enough_packets)
{
	struct path *p = fresh();

	p->loss = 50;
	run(p, 120, 20000000, 250000);
	ck_assert_msg(bwe_bps(&p->bwe, p->now) > 250000, "%u", bwe_bps(&p->bwe, p->now));
	p->loss = 400;
	run(p, 30, 20000000, 250000);
	ck_assert_msg(bwe_bps(&p->bwe, p->now) < 120000, "%u", bwe_bps(&p->bwe, p->now));
	/* And up again, when nothing is lost any more. */
	p->loss = 0;
	run(p, 60, 20000000, 250000);
	ck_assert_msg(bwe_bps(&p->bwe, p->now) > 250000, "%u", bwe_bps(&p->bwe, p->now));
}


/* A path that loses some of everything is as wide as before when a queue has gone. */
T(loss_does_not_keep_it_where_a_queue_has_put_it)
{
	struct path *p = fresh();

	for (p->loss = 50; p->loss <= 80; p->loss += 30) {
		run(p, 10, 20000000, 600000);
		run(p, 10, 150000, 600000);
		ck_assert_msg(bwe_bps(&p->bwe, p->now) < 200000, "%u",
			      bwe_bps(&p->bwe, p->now));
		run(p, 40, 20000000, 600000);
		ck_assert_msg(bwe_bps(&p->bwe, p->now) > 600000, "%u after %u of 1000",
			      bwe_bps(&p->bwe, p->now), p->loss);
	}
}


T(remb_is_a_ceiling)
{
	struct path *p = fresh();

	bwe_remb(&p->bwe, 200000, p->now);
	T_INT(200000, (int)bwe_bps(&p->bwe, p->now));
	T_INT(BWE_START_BPS, (int)bwe_bps(&p->bwe, p->now + 6000000));
}


T(frames_are_told_apart_by_their_descriptors)
{
	static const uint8_t vp8_key[] = { 0x90, 0x80, 0x81, 0x02, 0x00, 1 };
	static const uint8_t vp8_delta[] = { 0x90, 0xe0, 0x05, 0x09, 0x40, 0x01 };
	static const uint8_t vp9_key[] = { 0x8b, 0x81, 0x02, 0x00 };
	static const uint8_t vp9_delta[] = { 0xcb, 0x81, 0x02, 0x00 };
	static const uint8_t av1_key[] = { 0x18, 0x0a };
	static const uint8_t fu_idr[] = { 0x7c, 0x85, 0 }, stap[] = { 0x78, 0, 4, 0x67 };
	struct frame f;
	uint8_t p[8];

	ck_assert(frame_read(&f, CODEC_VP8, vp8_key, 6) && f.key && f.start);
	T_INT(0x102, frame_picture(&f, vp8_key));
	memcpy(p, vp8_key, 6);
	frame_renumber(&f, p, 0x7fff, 0);
	T_INT(0x7fff, frame_picture(&f, p));
	ck_assert(frame_read(&f, CODEC_VP8, vp8_delta, 6) && !f.key && f.start);
	ck_assert(f.temporal == 1 && f.picture_len == 1 && f.tl0_at == 3);
	ck_assert(frame_read(&f, CODEC_VP9, vp9_key, 4) && f.key);
	ck_assert(frame_read(&f, CODEC_VP9, vp9_delta, 4) && !f.key && f.start);
	ck_assert(frame_read(&f, CODEC_AV1, av1_key, 2) && f.key);
	ck_assert(frame_read(&f, CODEC_H264, fu_idr, 3) && f.key);
	ck_assert(frame_read(&f, CODEC_H264, stap, 4) && f.key);
	/* Cut at every length: refused or read within. */
	for (size_t n = 0; n < 5; n++)
		ck_assert(!frame_read(&f, CODEC_VP8, vp8_delta, n));
}


T(the_ring_gives_back_what_it_still_has)
{
	static struct ring r;
	uint8_t p[1000];
	size_t len = 0;

	for (uint64_t i = 1; i <= 2000; i++) {
		memset(p, (int)(i & 0xff), sizeof(p));
		ring_put(&r, i, p, sizeof(p));
	}
	ck_assert(ring_get(&len, &r, 2000) && len == 1000);
	ck_assert(ring_get(&len, &r, 1600)[999] == (1600 & 0xff));
	ck_assert(!ring_get(&len, &r, 1000) && !ring_get(&len, &r, 2001));
}


T_MAIN("media bwe", C(a_narrow_path_is_found_and_a_wide_one_again),
       C(the_receivers_clock_may_begin_anew),
       C(loss_without_delay_does_not_stop_it_below_a_tenth),
       C(loss_is_judged_over_enough_packets), C(loss_does_not_keep_it_where_a_queue_has_put_it),
       C(remb_is_a_ceiling), C(frames_are_told_apart_by_their_descriptors),
       C(the_ring_gives_back_what_it_still_has))
