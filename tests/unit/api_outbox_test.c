/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Under the address sanitizer these also show that each text is freed once and none is lost. */
#include <stdio.h>
#include <string.h>

#include "api/outbox.h"
#include "t.h"


static void put(struct outbox *o, const char *text)
{
	struct outtext *t = outtext_new(text, strlen(text));

	outbox_put(o, t);
	outtext_unref(t);
}


T(texts_leave_in_order_across_their_seams)
{
	struct outbox o = { 0 };
	char out[8] = "";

	put(&o, "abc");
	put(&o, "");
	put(&o, "defgh");
	T_INT(8, o.len);
	T_INT(2, outbox_take(&o, out, 2));
	ck_assert(memcmp(out, "ab", 2) == 0);
	T_INT(4, outbox_take(&o, out, 4));
	ck_assert(memcmp(out, "cdef", 4) == 0);
	T_INT(2, o.len);
	T_INT(2, outbox_take(&o, out, 8));
	ck_assert(memcmp(out, "gh", 2) == 0);
	T_INT(0, o.len);
	T_INT(0, outbox_take(&o, out, 8));
	outbox_clear(&o);
}


T(many_texts_wait_and_the_ring_turns)
{
	struct outbox o = { 0 };
	char want[16], got[16];
	int in = 0, out = 0;

	/* Three in, two out: the ring grows while its first place moves round. */
	while (in < 900) {
		for (int i = 0; i < 3; i++) {
			(void)snprintf(want, sizeof(want), "%08d", in++);
			put(&o, want);
		}
		for (int i = 0; i < 2; i++) {
			T_INT(8, outbox_take(&o, got, 8));
			(void)snprintf(want, sizeof(want), "%08d", out++);
			ck_assert(memcmp(got, want, 8) == 0);
		}
	}
	T_INT(300 * 8, o.len);
	while (out < in) {
		T_INT(8, outbox_take(&o, got, 8));
		(void)snprintf(want, sizeof(want), "%08d", out++);
		ck_assert(memcmp(got, want, 8) == 0);
	}
	ck_assert(o.room == 0);
	put(&o, "again");
	T_INT(5, outbox_take(&o, got, sizeof(got)));
	outbox_clear(&o);
}


T(a_text_lives_while_one_outbox_holds_it)
{
	struct outbox a = { 0 }, b = { 0 };
	struct outtext *t = outtext_new("shared", 6);
	char got[8];

	outbox_put(&a, t);
	outbox_put(&b, t);
	T_INT(6, outtext_len(t));
	outtext_unref(t);
	T_INT(6, outbox_take(&a, got, sizeof(got)));
	T_INT(3, outbox_take(&b, got, 3));
	outbox_clear(&a);
	outbox_clear(&b); /* half sent */
}

T_MAIN("outbox", C(texts_leave_in_order_across_their_seams),
       C(many_texts_wait_and_the_ring_turns), C(a_text_lives_while_one_outbox_holds_it))
