/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * DTLS records of anybody with a valid check, before the handshake is done: datagrams, each
 * two bytes of length and its bytes, then retransmissions fall due.
 */
#include <stdlib.h>

#include "media/dtls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static size_t sent;


static void count(void *arg, const uint8_t *d, size_t len)
{
	(void)arg;
	if (!d || !len || len > 2048)
		abort();
	sent += len;
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t print[DTLS_FINGERPRINT];
	static struct dtls_server *server;
	struct dtls *d;
	int state = 0;

	if (!server && dtls_server_new(&server))
		abort();
	if (dtls_new(&d, server, print, count, NULL))
		abort();
	while (len > 2 && state >= 0) {
		size_t n = (size_t)data[0] << 8 | data[1];

		data += 2;
		len -= 2;
		n = n < len ? n : len;
		state = dtls_input(d, data, n);
		/* Nobody knows the key whose print is all zeros. */
		if (state == DTLS_CONNECTED)
			abort();
		data += n;
		len -= n;
	}
	if (state >= 0)
		dtls_tick(d);
	dtls_free(d);

	return 0;
}
