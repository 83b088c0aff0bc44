/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The dependency descriptor, as libwebrtc's structures are written in the bits of the AV1 RTP
 * specification, and cut short and turned over at every place.
 */
#include <string.h>

#include "base/rand.h"
#include "ddw.h"
#include "media/dd.h"
#include "t.h"

static struct dd_structure s;
static struct dd d;
static uint8_t p[255];


static void key(const struct ddw *w, unsigned template)
{
	size_t len = ddw_write(p, w, template, 7, true);

	memset(&s, 0, sizeof(s));
	ck_assert(dd_is_key(p, len));
	T_OK(dd_read(&d, &s, p, len));
	ck_assert(d.start && d.end && d.key && d.known);
	T_INT(7, d.frame);
}


T(a_structure_says_what_each_target_needs)
{
	key(&ddw_l1t3, 0);
	T_INT(3, s.targets);
	T_INT(5, s.templates);
	T_INT(1, s.chains);
	for (int i = 0; i < 3; i++)
		T_INT(i, s.target_temporal[i]);
	T_INT(DD_ABSENT, s.dti[2][0]);
	T_INT(DD_DISCARDABLE, s.dti[2][1]);
	T_INT(DD_SWITCH, s.dti[2][2]);
	T_INT(3, s.chain[4][0]);
	T_INT(0, s.sized);
	T_INT(1, dd_target(&s, 0, 1));
	T_INT(2, dd_target(&s, 3, 7));
	key(&ddw_l2t1, 1);
	T_INT(1, s.sized);
	T_INT(180, s.height[0]);
	T_INT(320, s.width[0]);
	T_INT(360, s.height[1]);
	T_INT(1, s.protected_by[1]);
	T_INT(0, dd_target(&s, 0, 7));
	T_INT(1, dd_target(&s, 1, 7));
	T_INT(1, s.target_spatial[1]);
}


T(a_frame_is_what_its_template_is)
{
	size_t len;

	key(&ddw_l2t1_key, 1);
	len = ddw_write(p, &ddw_l2t1_key, 2, 9, false);
	T_INT(3, (int)len);
	T_OK(dd_read(&d, &s, p, len));
	ck_assert(d.known && !d.key);
	T_INT(9, d.frame);
	T_INT(1, d.spatial);
	T_INT(DD_ABSENT, d.dti[0]);
	T_INT(DD_SWITCH, d.dti[1]);
	T_INT(2, d.chain[1]);
	/* One that is not in the structure; and without a structure nothing is known. */
	p[0] = 0xc0 | 9;
	T_INT(E_SYNTAX, dd_read(&d, &s, p, 3));
	memset(&s, 0, sizeof(s));
	T_OK(dd_read(&d, &s, p, 3));
	ck_assert(!d.known);
}


/* Own indications, own chains and a mask in place of what the template says. */
T(a_frame_may_say_otherwise)
{
	/* 11 template 0, frame 5; flags 01101: mask 01; dtis 10 00; chains 3, 4 */
	static const uint8_t own[] = { 0xc0, 0, 5, 0x6b, 0x00, 0x60, 0x80 };

	key(&ddw_l2t1, 1);
	T_OK(dd_read(&d, &s, own, sizeof(own)));
	T_INT(1, (int)s.active);
	T_INT(DD_SWITCH, d.dti[0]);
	T_INT(DD_ABSENT, d.dti[1]);
	T_INT(3, d.chain[0]);
	T_INT(4, d.chain[1]);
	T_INT(0, dd_target(&s, 3, 7)); /* the other is not active */
	for (size_t n = 3; n < sizeof(own); n++) {
		uint32_t before = s.active;

		ck_assert(n == 3 || dd_read(&d, &s, own, n) == E_SYNTAX);
		T_INT((int)before, (int)s.active);
	}
}


/* mediasoup PR 1868: nothing is read or written beyond what is there. */
T(what_ends_early_or_cannot_be_changes_nothing)
{
	struct dd_structure before;
	size_t len;

	key(&ddw_l2t1, 1);
	before = s;
	len = ddw_write(p, &ddw_l1t3, 0, 8, true);
	for (size_t n = 0; n < len; n++) {
		uint8_t *exact = malloc(n ? n : 1); /* so that a sanitizer sees the end */

		memcpy(exact, p, n);
		ck_assert(n == 3 || dd_read(&d, &s, exact, n) == E_SYNTAX);
		free(exact);
		T_INT(0, memcmp(&before, &s, sizeof(s)));
	}
	for (int i = 0; i < 20000; i++) {
		rand_bytes(p, 40);
		p[3] |= 0x80;
		if (dd_read(&d, &s, p, 40) == 0 && d.known) {
			ck_assert(s.templates <= DD_TEMPLATES && s.targets <= DD_TARGETS);
			ck_assert(d.spatial < DD_SPATIAL && d.temporal < DD_TEMPORAL);
		}
	}
}


T_MAIN("dependency descriptor", C(a_structure_says_what_each_target_needs),
       C(a_frame_is_what_its_template_is), C(a_frame_may_say_otherwise),
       C(what_ends_early_or_cannot_be_changes_nothing))
