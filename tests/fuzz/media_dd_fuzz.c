/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Dependency descriptors of anybody, one after the other as of one stream: each is a length
 * and its bytes.  What is read stays within its bounds, and what is refused changes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "media/dd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


static void judge(const struct dd *d, const struct dd_structure *s)
{
	int best = dd_target(s, DD_SPATIAL - 1, DD_TEMPORAL - 1);

	if (s->templates > DD_TEMPLATES || s->targets > DD_TARGETS || s->chains > DD_CHAINS ||
	    best >= s->targets || d->spatial >= DD_SPATIAL || d->temporal >= DD_TEMPORAL)
		abort();
	for (unsigned t = 0; t < s->targets; t++)
		if (d->dti[t] > DD_REQUIRED || (s->chains && s->protected_by[t] >= s->chains))
			abort();
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct dd_structure s = { 0 };

	while (len) {
		size_t n = data[0] < len ? data[0] : len - 1;
		struct dd_structure before = s;
		uint8_t *exact = malloc(n ? n : 1);
		struct dd d;

		memcpy(exact, data + 1, n);
		if (dd_read(&d, &s, exact, n)) {
			if (memcmp(&before, &s, sizeof(s)) != 0)
				abort();
		} else if (d.known) {
			judge(&d, &s);
		}
		free(exact);
		data += n + 1;
		len -= n + 1;
	}

	return 0;
}
