/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is sent as boundaries: shown, or refused with a sentence. */
#include <stdint.h>
#include <stdlib.h>

#include "watch/boundary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct fault f = { 0 };

	if (boundary_check((const char *)data, len, &f) && !f.text[0])
		abort();

	return 0;
}
