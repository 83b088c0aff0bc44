/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Checkpoints, alone and in a note. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ledger/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct public_key k = { { 1 } };
	struct arena *a = arena_new(4096);
	char *text = malloc(len + 1);
	struct note_key log;
	struct checkpoint cp;
	struct note n;
	struct buf b;

	memcpy(text, data, len);
	if (checkpoint_parse(&cp, text, len, NULL) == 0) {
		buf_init(&b, 0);
		checkpoint_body(&b, &cp);
		/* Without extension lines it is the same again; with them its beginning. */
		if (b.len > len || memcmp(b.data, text, b.len) != 0)
			abort();
		buf_clear(&b);
	}
	checkpoint_key(&log, &k);
	if (checkpoint_open(&cp, &n, a, text, len, &log, NULL) == 0)
		abort();
	free(text);
	arena_free(a);

	return 0;
}
