/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Messages of EDXL-RM: an error has its words; what is read has the parts it promises. */
#include <stdlib.h>

#include "assist/edxl.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new(4096);
	struct edxl_message m;
	struct fault f = { 0 };

	if (edxl_read(&m, a, (const char *)data, len, &f)) {
		if (!f.text[0])
			abort();
	} else {
		if (!m.id || !m.originating || !m.kind || !m.count)
			abort();
		for (size_t i = 0; i < m.count; i++)
			if (!m.lines[i].id)
				abort();
	}
	arena_free(a);

	return 0;
}
