/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the writer said of a report that came by a feed; the rest is in feeds_test.py. */
#include "api/fetching.h"
#include "base/mem.h"
#include "t.h"

static const char *told(int err, enum refusal_code code)
{
	static char outcome[20];
	struct arena *a = arena_new(4096);
	struct reader reader = { 0 };
	struct fetching f = { .arena = a, .reader = &reader };
	struct act_job job = { .err = err, .outcome = { .why = { .code = code } } };

	T_OK(fetching_acted(&f, &job));
	(void)snprintf(outcome, sizeof(outcome), "%s", f.run.outcome);
	arena_free(a);

	return outcome;
}


T(what_is_wrong_with_this_house_is_tried_again)
{
	static const int ours[] = { E_IO,      E_FULL,	E_BUSY,	  E_STOPPING,
				    E_CORRUPT, E_NOMEM, E_CRYPTO, E_NEWER };
	static const int theirs[] = { E_RANGE, E_SYNTAX, E_TOOBIG, E_DENIED, E_ABSENT };

	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		T_STR("failed", told(ours[i], REFUSAL_NONE));
	for (size_t i = 0; i < ARRAY_LEN(theirs); i++)
		T_STR("refused", told(theirs[i], REFUSAL_NONE));
	T_STR("failed", told(0, REFUSE_CLOCK_SKEW));
}

T_MAIN("fetching", C(what_is_wrong_with_this_house_is_tried_again))
