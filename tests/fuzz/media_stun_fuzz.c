/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* STUN messages from anybody: read, verified, answered; the answers are read back. */
#include <netinet/in.h>
#include <stdlib.h>

#include "media/stun.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sockaddr_in6 from = { .sin6_family = AF_INET6 };
	uint8_t out[STUN_REPLY_MAX];
	struct stun s, back;

	if (stun_parse(&s, data, len))
		return 0;
	if (stun_verify(&s, data, "password of nobody"))
		abort();
	if (stun_parse(&back, out, stun_reply(out, &s, (struct sockaddr *)&from, "pw")) ||
	    !stun_verify(&back, out, "pw"))
		abort();
	if (stun_parse(&back, out, stun_refuse(out, &s, 420, "pw")))
		abort();

	return 0;
}
