/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* X-Forwarded-For: whatever it says, the answer is an address. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "api/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sockaddr_in peer = { .sin_family = AF_INET };
	char *text = calloc(1, len + 1), out[PROXY_ADDRESS_SIZE];
	struct proxies p;
	struct in6_addr a;

	memcpy(text, data, len);
	peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (proxies_read(&p, "127.0.0.0/8, 10.0.0.0/8, fd00::/8", NULL))
		abort();
	proxies_client(out, &p, (const struct sockaddr *)&peer, text);
	if (inet_pton(AF_INET, out, &a) != 1 && inet_pton(AF_INET6, out, &a) != 1)
		abort();
	if (proxies_read(&p, text, NULL) == 0)
		proxies_client(out, &p, (const struct sockaddr *)&peer, text);
	free(text);

	return 0;
}
