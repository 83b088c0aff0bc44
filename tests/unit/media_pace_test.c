/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Pacing (media/pace.c): ana sends, ben's path is thought to carry 400 kbit/s.  The clock is
 * turned by hand, so that what leaves in a step can be counted.
 */
#include <string.h>

#include "media/core.h"
#include "media/wire.h"
#include "rtc.h"
#include "t.h"

enum {
	BPS = 400000,
	BODY = 1000,
	FRAME = 20, /* packets */
};

static struct engine *e;
static uint16_t port;
static struct rtc ana, ben;
static struct peer *viewer;


static void estimate(uint32_t bps)
{
	viewer->bwe->fed = true;
	viewer->bwe->decreased_us = e->now_us;
	viewer->bwe->bps = bps;
	pace_rate(viewer);
}


static void begin(void)
{
	e = rtc_engine(&port, 8);
	rtc_enter(&ana, e, port, "hall", "ana", true);
	rtc_enter(&ben, e, port, "hall", "ben", false);
	viewer = pool_at(&e->peers, 1);
	T_STR("ben", viewer->participant);
	estimate(BPS);
}


static void end(void)
{
	rtc_close(&ana);
	rtc_close(&ben);
	engine_close(e);
}


/* A frame of so many packets, the last of which ends in `mark`. */
static void send_frame(bool key, size_t packets, uint8_t mark)
{
	static uint8_t payload[BODY];
	struct rtc_packet k = { .pt = RTC_VIDEO_PT,
				.ssrc = ana.video,
				.ts = (uint32_t)(mark + 1) * 3000,
				.payload = payload,
				.len = BODY };

	for (size_t i = 0; i < packets; i++) {
		payload[0] = i ? 0x80 : 0x90;
		payload[1] = 0x80;
		payload[2] = mark;
		payload[3] = key ? 0 : 1;
		k.index = ana.video_index++;
		k.marker = i == packets - 1;
		rtc_send_packet(&ana, &k);
	}
	engine_run(e);
}


static uint64_t sent(void)
{
	struct engine_figures f;

	engine_figures(&f, e);

	return f.out;
}


/* How many packets leave in a step of the clock. */
static uint64_t step(int64_t us)
{
	uint64_t before = sent();

	e->now_us += us;
	pace_run(e);

	return sent() - before;
}


/*
 * However slow the machine is: nothing leaves but by a step, and no picture is paused because
 * the estimate is low.
 */
static void only_steps_count(void)
{
	e->pace_us = INT64_MAX / 2;
	viewer->layer_us = INT64_MAX / 2;
}


static void numbers_have_no_gap(void)
{
	const struct rtc_got *last = NULL;

	rtc_pump(&ben);
	T_INT(0, (int)ben.bad);
	for (size_t i = 0; i < ben.count; i++) {
		const struct rtc_got *g = &ben.got[i];

		if (g->pt != RTC_VIDEO_PT)
			continue;
		if (last)
			T_INT((uint16_t)(last->seq + 1), g->seq);
		last = g;
	}
}


T(a_key_frame_is_spread_and_sound_does_not_wait)
{
	uint64_t before, steps = 0;

	begin();
	before = sent();
	send_frame(true, FRAME, 1);
	ck_assert_uint_lt(sent() - before, 4);
	T_INT(FRAME, (int)(sent() - before + viewer->pace.waiting));
	before = sent();
	rtc_send_audio(&ana, 2);
	engine_run(e);
	rtc_pump(&ben);
	T_INT(1, (int)rtc_marks(&ben, RTC_AUDIO_PT, 2));
	for (; viewer->pace.waiting; steps++)
		ck_assert_uint_le(step(PACE_STEP_US), 2);
	/* As fast as half as much again as the estimate, but for the little that may be early.
	 */
	ck_assert_uint_ge(steps, 40);
	ck_assert(list_empty(&e->pacing));
	numbers_have_no_gap();
	end();
}


T(frames_below_the_estimate_do_not_wait)
{
	begin();
	send_frame(true, 1, 1);
	for (uint8_t i = 2; i < 30; i++) {
		uint64_t before = sent();

		viewer->pace.busy_us -= 33000; /* so much time has passed */
		send_frame(false, 1, i);
		T_INT(1, (int)(sent() - before));
	}
	numbers_have_no_gap();
	/* Nor does anything to a path that has not shown where it ends. */
	viewer->bwe->decreased_us = 0;
	pace_rate(viewer);
	send_frame(true, FRAME, 40);
	T_INT(0, (int)viewer->pace.waiting);
	end();
}


T(what_is_asked_for_again_goes_first)
{
	uint8_t p[64];
	uint16_t seq;
	size_t n;

	begin();
	send_frame(true, FRAME, 1);
	rtc_pump(&ben);
	ck_assert(ben.count);
	seq = ben.got[0].seq;
	n = ben.count;
	rtc_send_rtcp(&ben, p, rtcp_write_nack(p, sizeof(p), 9, ben.got[0].ssrc, &seq, 1));
	engine_run(e);
	while (!step(PACE_STEP_US))
		;
	rtc_pump(&ben);
	ck_assert(ben.count > n);
	T_INT(RTC_RTX_PT, ben.got[n].pt);
	T_INT(seq, get16(ben.got[n].body));
	end();
}


T(nobody_waits_for_long_nor_for_much)
{
	begin();
	estimate(BWE_MIN_BPS);
	only_steps_count();
	send_frame(true, FRAME, 1);
	ck_assert_uint_gt(viewer->pace.waiting, FRAME - 4);
	step(300000);
	T_INT(0, (int)viewer->pace.waiting);
	only_steps_count();
	for (uint8_t i = 0; i < 15; i++)
		send_frame(true, FRAME, 2);
	T_INT(256, (int)viewer->pace.waiting);
	step(300000);
	T_INT(0, (int)viewer->pace.waiting);
	T_INT(0, (int)e->paced.used);
	numbers_have_no_gap();
	end();
}


/* Where all that may wait waits already, packets leave as if there were no pacing. */
T(a_full_queue_loses_nothing)
{
	uint64_t before;
	uint32_t count;

	begin();
	before = sent();
	count = e->paced.count;
	e->paced.count = 5;
	send_frame(true, FRAME, 1);
	T_INT(5, (int)viewer->pace.waiting);
	step(300000);
	T_INT(FRAME, (int)(sent() - before));
	numbers_have_no_gap();
	e->paced.count = count;
	end();
}


/* The one packet that waits makes room for the next: the viewer is listed once all the same. */
T(the_only_one_that_waits_makes_room)
{
	uint32_t count;

	begin();
	only_steps_count();
	count = e->paced.count;
	e->paced.count = 1;
	send_frame(true, FRAME, 1);
	T_INT(1, (int)viewer->pace.waiting);
	ck_assert_ptr_eq(&viewer->pace.link, e->pacing.next);
	ck_assert_ptr_eq(&viewer->pace.link, e->pacing.prev);
	ck_assert_ptr_eq(&e->pacing, viewer->pace.link.next);
	ck_assert_ptr_eq(&e->pacing, viewer->pace.link.prev);
	step(300000);
	ck_assert(list_empty(&e->pacing));
	numbers_have_no_gap();
	e->paced.count = count;
	end();
}


T(what_waits_for_who_may_not_have_it_or_is_gone_is_forgotten)
{
	begin();
	send_frame(true, FRAME, 1);
	ck_assert_int_le(engine_wait_ms(e), PACE_STEP_US / 1000);
	engine_rights(e, "hall", "ben", 0);
	T_INT(0, (int)step(PACE_STEP_US));
	T_INT(0, (int)e->paced.used);
	engine_rights(e, "hall", "ben", ENGINE_RECEIVE);
	send_frame(true, FRAME, 2);
	ck_assert_uint_gt(e->paced.used, 0);
	T_OK(engine_leave(e, "hall", ben.session));
	T_INT(0, (int)e->paced.used);
	ck_assert(list_empty(&e->pacing));
	end();
}


/* So many seconds of a path that carries all; the picture's source goes on all the time. */
static void time_passes(int seconds)
{
	static struct twcc_feedback fb;
	struct layer *l = &((struct peer *)pool_at(&e->peers, 0))->track[1]->layer[0];
	uint16_t told = viewer->twcc_next;

	for (int i = 0; i < seconds * 200; i++) {
		e->now_us += PACE_STEP_US;
		l->arrived_us = e->now_us;
		l->bps = 200000;
		if (i % 20 == 0)
			layer_tick(viewer);
		pace_run(e);
		fb.base = told;
		fb.count = (uint16_t)(viewer->twcc_next - told);
		for (uint16_t k = 0; k < fb.count; k++)
			fb.arrival[k] = e->now_us + k;
		if (fb.count)
			bwe_feedback(viewer->bwe, &fb, e->now_us);
		told = viewer->twcc_next;
	}
}


/* Nothing is sent and so nothing is heard of the path: it is tried all the same. */
T(a_picture_that_was_paused_comes_back)
{
	const struct slot *s;

	for (int lossy = 0; lossy < 2; lossy++) {
		begin();
		only_steps_count();
		send_frame(true, 1, 1);
		for (s = viewer->slots; s->kind != SDP_VIDEO;)
			s = s->next_of_peer;
		ck_assert_int_ge(s->wanted, 0);
		estimate(lossy ? BWE_MIN_BPS : 51000);
		viewer->bwe->has_acked = true;
		viewer->bwe->acked_bps = 60000;
		viewer->bwe->loss = lossy ? 0.5 : 0;
		viewer->bwe->changed_us = e->now_us;
		time_passes(1);
		T_INT(-1, s->wanted);
		time_passes(90);
		ck_assert_int_ge(s->wanted, 0);
		end();
	}
}


T_MAIN("media pace", C(a_key_frame_is_spread_and_sound_does_not_wait),
       C(frames_below_the_estimate_do_not_wait), C(what_is_asked_for_again_goes_first),
       C(nobody_waits_for_long_nor_for_much), C(a_full_queue_loses_nothing),
       C(the_only_one_that_waits_makes_room),
       C(what_waits_for_who_may_not_have_it_or_is_gone_is_forgotten),
       C(a_picture_that_was_paused_comes_back))
