/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Private key files and public keys. */
#include <stdlib.h>
#include <string.h>

#include "ledger/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1), line[KEY_LINE_SIZE];
	struct public_key public, back;
	struct key *k = NULL;

	memcpy(text, data, len);
	if (key_parse(&k, text, len, NULL) == 0)
		key_free(k);
	if (key_public_parse(&public, text, len, NULL) == 0) {
		key_line(line, &public, "");
		if (key_public_parse(&back, line, strlen(line), NULL) ||
		    memcmp(&public, &back, sizeof(back)) != 0)
			abort();
	}
	free(text);

	return 0;
}
