/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * ring.h: the last packets of one video stream, in clear, for those who lost one.  One ring
 * serves all receivers.
 */
#ifndef MEDIA_RING_H
#define MEDIA_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RING_BYTES = 512 << 10,
	RING_PACKETS = 1024,
};

struct ring {
	uint64_t end; /* bytes ever written */
	struct {
		uint64_t index; /* of the packet; 0: none */
		uint64_t at;	/* where it begins, counted as `end` */
		uint16_t len;
	} packet[RING_PACKETS];
	uint8_t bytes[RING_BYTES];
};

/* Nothing is kept any more. */
void ring_clear(struct ring *r);

void ring_put(struct ring *r, uint64_t index, const uint8_t *p, size_t len);

/* Where the packet lies, or NULL when it was not kept or is overwritten. */
const uint8_t *ring_get(size_t *len, const struct ring *r, uint64_t index);

#endif
