/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Files of keys and policies: the first byte says which. */
#include <stdlib.h>
#include <string.h>

#include "ledger/trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct trust *t = trust_new();
	char *text;

	if (len == 0) {
		trust_free(t);
		return 0;
	}
	text = malloc(len);
	memcpy(text, data + 1, len - 1);
	if (data[0] == 'k') {
		(void)!trust_keys(t, text, len - 1, NULL);
	} else if (trust_policy(t, text, len - 1, NULL) == 0) {
		/* More witnesses never take a quorum away. */
		if (trust_quorum(t, 5) && !trust_quorum(t, 7))
			abort();
		for (size_t i = 0; trust_witness(t, i); i++)
			if (i >= TRUST_MAX)
				abort();
	}
	free(text);
	trust_free(t);

	return 0;
}
