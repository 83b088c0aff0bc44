/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Series in CSV: what is taken is in order, within its limits, and as long as it says. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "watch/counts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new(4096);
	struct counts s;

	if (counts_parse(&s, a, (const char *)data, len, NULL) == 0) {
		if (!s.n || s.n > COUNTS_MAX || s.freq < 1)
			abort();
		for (size_t i = 0; i < s.n; i++)
			if (!isnan(s.y[i]) && fabs(s.y[i]) > COUNTS_VALUE_MAX)
				abort();
		for (size_t i = 1; s.day && i < s.n; i++)
			if (s.day[i] <= s.day[i - 1])
				abort();
	}
	arena_free(a);

	return 0;
}
