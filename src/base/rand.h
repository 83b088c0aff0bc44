/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* rand.h: random bytes of the kernel, ids, and memory for secrets. */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include <stdbool.h>
#include <stddef.h>

enum {
	RAND_UUID_SIZE = 37, /* with the NUL */
};

/* getrandom(2); ends the process when the kernel has none. */
void rand_bytes(void *out, size_t len);

/* A random UUID, version 4 (RFC 9562). */
void rand_uuid(char out[RAND_UUID_SIZE]);

/* Memory that is locked, left out of core dumps and wiped when freed.  Never NULL. */
void *secret_new(size_t len);
void secret_free(void *p, size_t len);

/* In constant time. */
bool secret_eq(const void *a, const void *b, size_t len);

#endif
