/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is sent as figures, in every form: read, and understood or answered with problems. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "watch/intake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const names[] = { "Cedar", "Кедр" };
	static const struct intake_place places[] = { { "ce", "", names, 2 },
						      { "ce", "coast", names, 0 } };
	static const struct intake_indicator indicators[] = { { "cases-new", NULL, 0 } };
	static const struct intake_known known = { places, 2, indicators, 1 };
	struct intake_options options = { .today = "2020-05-16", .party = "ce" };
	struct arena *a = arena_new(4096);
	struct fault f = { 0 };
	struct intake in;
	struct sheet s;

	if (sheet_read(&s, a, (const char *)data, len, &f)) {
		if (!f.text[0])
			abort();
	} else {
		intake_read(&in, a, &s, &known, &options);
		if (!in.blocking && !in.count)
			abort();
		for (size_t i = 0; i < in.count; i++)
			if (strcmp(in.cells[i].day, "2020-05-16") > 0)
				abort();
	}
	arena_free(a);

	return 0;
}
