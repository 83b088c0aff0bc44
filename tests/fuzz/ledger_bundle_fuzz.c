/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bundles: read, and verified with a key that has signed nothing. */
#include <stdlib.h>
#include <string.h>

#include "ledger/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char key[] =
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
	struct trust *t = trust_new();
	char *text = malloc(len + 1);
	size_t acts = 0;

	memcpy(text, data, len);
	if (trust_keys(t, key, strlen(key), NULL))
		abort();
	if (bundle_verify(&acts, text, len, t, NULL, NULL, NULL) == 0)
		abort();
	free(text);
	trust_free(t);

	return 0;
}
