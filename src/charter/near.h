/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* near.h: which word did the writer mean?  Private to this module. */
#ifndef CHARTER_NEAR_H
#define CHARTER_NEAR_H

#include <stddef.h>

/* A word under comparison with candidates that are offered one by one. */
struct near {
	const char *word;
	const char *best; /* NULL: none is near enough */
	size_t distance;
};

void near_begin(struct near *n, const char *word);
void near_offer(struct near *n, const char *candidate);

#endif
