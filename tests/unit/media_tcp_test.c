/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Connections of the engine (media/tcp.c): each has its share and no more, and who is nobody
 * goes when the time is over, whatever they say meanwhile.
 */
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "media/core.h"
#include "rtc.h"
#include "t.h"

enum {
	SECOND = 1000000,
};

static struct engine *e;
static uint16_t port;
static struct rtc ana;


/* All that was written lies in the other end's buffer. */
static void delivered(const struct rtc *c)
{
	int left = 1;

	while (!ioctl(c->fd, SIOCOUTQ, &left) && left)
		(void)poll(NULL, 0, 1);
	T_INT(0, left);
}


static uint64_t taken(void)
{
	struct engine_figures f;

	engine_figures(&f, e);

	return f.in;
}


T(a_connection_has_its_share_and_no_more)
{
	enum { SENT = 1000 };

	e = rtc_engine(&port, 8);
	T_OK(rtc_join(&ana, e, port, "hall", "ana", true, ENGINE_AUDIO));
	rtc_dial(&ana);
	ck_assert(rtc_connect(&ana));
	for (int i = 0; i < SENT; i++)
		rtc_send_audio(&ana, 1);
	delivered(&ana);
	engine_run(e);
	ck_assert_uint_gt(taken(), 0);
	ck_assert_uint_lt(taken(), SENT);
	/* The rest makes the engine's descriptor readable, though nothing more comes. */
	for (uint64_t before = 0; taken() < SENT; before = taken()) {
		struct pollfd p = { .fd = e->epoll, .events = POLLIN };

		T_INT(1, poll(&p, 1, 5000));
		engine_run(e);
		ck_assert_uint_gt(taken(), before);
	}
	rtc_close(&ana);
	engine_close(e);
}


/* Who sends a byte at a time keeps no connection by it. */
T(the_time_of_a_stranger_runs_from_the_beginning)
{
	static const uint8_t half[2] = { 0, 100 };

	e = rtc_engine(&port, 8);
	T_INT(-1, engine_wait_ms(e));
	ana = (struct rtc){ .engine = e, .fd = socket(AF_INET, SOCK_DGRAM, 0) };
	rtc_dial(&ana);
	T_INT(1, (int)e->strangers);
	ck_assert_int_ge(engine_wait_ms(e), 0); /* nobody else would wake it */
	for (int s = 0; s < 2; s++) {
		e->now_us += 6 * (int64_t)SECOND;
		T_INT(1, (int)send(ana.fd, half + s, 1, 0));
		delivered(&ana);
		tcp_ready(e, 0);
		tcp_reap(e);
	}
	T_INT(0, (int)e->strangers);
	T_INT(-1, engine_wait_ms(e));
	rtc_close(&ana);
	engine_close(e);
}


T_MAIN("media tcp", C(a_connection_has_its_share_and_no_more),
       C(the_time_of_a_stranger_runs_from_the_beginning))
