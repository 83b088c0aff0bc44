/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Messages between the desk and the reach process: what is read is written again as the same.
 */
#include <stdlib.h>
#include <string.h>

#include "net/errand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct errand e;
	size_t used = 0;
	struct buf out;

	if (errand_read(&e, &used, (const char *)data, len) || !used)
		return 0;
	if (used > len)
		abort();
	buf_init(&out, ERRAND_MAX);
	errand_write(&out, &e);
	if (out.len != used || memcmp(out.data, data, used) != 0)
		abort();
	buf_clear(&out);

	return 0;
}
