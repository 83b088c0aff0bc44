/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "act/clock.h"
#include "base/time.h"


void clock_init(struct clock *c)
{
	c->demo = false;
	atomic_store(&c->offset, 0);
	atomic_store(&c->frozen, INT64_MIN);
}


void clock_set(struct clock *c, int64_t at, bool running)
{
	c->demo = true;
	atomic_store(&c->offset, running ? at - time_now() : 0);
	atomic_store(&c->frozen, running ? INT64_MIN : at);
}


int64_t clock_now(const struct clock *c)
{
	int64_t frozen = atomic_load(&c->frozen);

	return frozen != INT64_MIN ? frozen : time_now() + atomic_load(&c->offset);
}
