/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Proofs of both kinds: read, and verified with a key that has signed nothing. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ledger/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char key[] =
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
	struct proof *p = malloc(sizeof(*p));
	struct arena *a = arena_new(4096);
	struct trust *t = trust_new();
	char *text = malloc(len + 1);

	memcpy(text, data, len);
	if (trust_keys(t, key, strlen(key), NULL))
		abort();
	if (proof_parse(p, a, text, len, NULL) == 0 &&
	    proof_verify(p, "record", 6, t, NULL, NULL) == 0)
		abort();
	free(text);
	trust_free(t);
	arena_free(a);
	free(p);

	return 0;
}
