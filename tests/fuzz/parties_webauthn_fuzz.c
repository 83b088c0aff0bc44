/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a browser says of a passkey: a byte of length, client data, then the rest. */
#include <stdlib.h>
#include <string.h>

#include "parties/webauthn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct webauthn_site site = { "http://localhost:8931", "localhost" };
	static const char prefix[] =
		"{\"type\":\"webauthn.create\",\"challenge\":"
		"\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"origin\":"
		"\"http://localhost:8931\",\"crossOrigin\":false}";
	uint8_t challenge[WEBAUTHN_CHALLENGE] = { 0 };
	struct bytes client = { (const uint8_t *)prefix, sizeof(prefix) - 1 };
	struct webauthn_key key = { .alg = -7, .key_len = 64 };
	struct fault f = { 0 };
	size_t cut = len ? data[0] : 0;

	/* Half of the inputs bring client data of their own. */
	if (len && data[0] % 2 && cut < len)
		client = (struct bytes){ data + 1, cut };
	else
		cut = 0;
	if (len < cut + 2)
		return 0;
	if (webauthn_made(&key, &site, challenge, client,
			  (struct bytes){ data + 1 + cut, len - 1 - cut }, &f) == 0 &&
	    (!key.id_len || !key.key_len))
		abort();
	key = (struct webauthn_key){ .alg = -7, .key_len = 64 };
	if (webauthn_used(&key, &site, challenge, client,
			  (struct bytes){ data + 1 + cut, len - 1 - cut },
			  (struct bytes){ data, 1 }, &f) == 0)
		abort();

	return 0;
}
