/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <openssl/crypto.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "base/rand.h"
#include "base/text.h"


void rand_bytes(void *out, size_t len)
{
	uint8_t *p = out;

	while (len) {
		ssize_t n = getrandom(p, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			abort();
		p += n;
		len -= (size_t)n;
	}
}


void rand_uuid(char out[RAND_UUID_SIZE])
{
	uint8_t b[16];
	char hex[33];

	rand_bytes(b, sizeof(b));
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	text_hex(hex, b, sizeof(b));
	(void)snprintf(out, RAND_UUID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
		       hex + 16, hex + 20);
}


void *secret_new(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	/* Both may be refused by a small limit; the secret is then no worse than on the heap.
	 */
	(void)mlock(p, len);
	(void)madvise(p, len, MADV_DONTDUMP);

	return p;
}


void secret_free(void *p, size_t len)
{
	if (!p)
		return;

	explicit_bzero(p, len);
	(void)munmap(p, len);
}


bool secret_eq(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}
