/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The keeper's messages: there is one way to write each. */
#include <stdlib.h>
#include <string.h>

#include "ledger/keeper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


static void same(const struct buf *b, const uint8_t *data, size_t len)
{
	if (b->err || b->len != len || memcmp(b->data, data, len) != 0)
		abort();
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct keeper_request *request = malloc(sizeof(*request));
	struct keeper_reply *reply = malloc(sizeof(*reply));
	struct buf b;

	buf_init(&b, 0);
	if (keeper_request_parse(request, data, len) == 0) {
		keeper_request_write(&b, request);
		same(&b, data, len);
	}
	buf_reset(&b);
	if (keeper_reply_parse(reply, data, len) == 0) {
		keeper_reply_write(&b, reply);
		same(&b, data, len);
	}
	buf_clear(&b);
	free(reply);
	free(request);

	return 0;
}
