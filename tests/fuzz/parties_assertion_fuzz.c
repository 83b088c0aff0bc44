/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What a browser says when a passkey is used.  The first byte says which part it is:
 *
 *	bit 0	client data; else authenticator data and, behind the last 0xff, a signature
 *	bit 1	the hash of the site and the flags are put right, so that what follows is read
 */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "parties/webauthn.h"

#define CLIENT                                                                                \
	"{\"type\":\"webauthn.get\",\"challenge\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" \
	"AAA\",\"origin\":\"http://localhost\",\"crossOrigin\":false}"

/* The base point of P-256 (SP 800-186): a key for which nobody here signs. */
static const uint8_t point[64] = {
	0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63,
	0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1,
	0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f,
	0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57,
	0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


static void use(struct bytes client, struct bytes said, struct bytes signature)
{
	static const struct webauthn_site site = { "http://localhost", "localhost" };
	static const uint8_t challenge[WEBAUTHN_CHALLENGE];
	struct webauthn_key key = { .alg = -7, .key_len = sizeof(point) };
	struct fault f = { 0 };

	memcpy(key.key, point, sizeof(point));
	/* A signature by the key of one would have to be found by chance. */
	if (webauthn_used(&key, &site, challenge, client, said, signature, &f) == 0 ||
	    !f.text[0])
		abort();
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t plain[37] = { 0 }, nothing[8] = { 0x30, 0x06, 2, 1, 1, 2, 1, 1 };
	const struct bytes client = { (const uint8_t *)CLIENT, sizeof(CLIENT) - 1 };
	uint8_t *said;
	size_t cut;

	if (!len)
		return 0;
	if (data[0] & 1) {
		use((struct bytes){ data + 1, len - 1 }, (struct bytes){ plain, sizeof(plain) },
		    (struct bytes){ nothing, sizeof(nothing) });
		return 0;
	}
	for (cut = len; cut > 1 && data[cut - 1] != 0xff; cut--)
		;
	if (cut <= 1)
		cut = len;
	said = malloc(len);
	if (!said)
		abort();
	memcpy(said, data + 1, len - 1);
	if (data[0] & 2 && cut - 1 >= sizeof(plain)) {
		digest_of(said, "localhost", strlen("localhost"));
		said[32] |= 0x05;
	}
	use(client, (struct bytes){ said, cut - 1 }, (struct bytes){ data + cut, len - cut });
	free(said);

	return 0;
}
