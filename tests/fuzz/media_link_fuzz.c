/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Messages between desk and media processes: what is read is written again as the same. */
#include <stdlib.h>
#include <string.h>

#include "media/link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct link_message m;
	size_t used = 0;
	struct buf out;

	if (link_read(&m, &used, (const char *)data, len) || !used)
		return 0;
	if (used > len)
		abort();
	buf_init(&out, LINK_MAX);
	link_write(&out, &m);
	if (out.len != used || memcmp(out.data, data, used) != 0)
		abort();
	buf_clear(&out);

	return 0;
}
