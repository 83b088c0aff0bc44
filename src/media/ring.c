/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "media/ring.h"
#include "media/rtp.h"


void ring_clear(struct ring *r)
{
	memset(r->packet, 0, sizeof(r->packet));
}


void ring_put(struct ring *r, uint64_t index, const uint8_t *p, size_t len)
{
	size_t at = r->end % RING_BYTES, k = index % RING_PACKETS;

	if (!len || len > RTP_MAX)
		return;
	/* A packet does not run over the end. */
	if (at + len > RING_BYTES) {
		r->end += RING_BYTES - at;
		at = 0;
	}
	memcpy(r->bytes + at, p, len);
	r->packet[k].index = index;
	r->packet[k].at = r->end;
	r->packet[k].len = (uint16_t)len;
	r->end += len;
}


const uint8_t *ring_get(size_t *len, const struct ring *r, uint64_t index)
{
	size_t k = index % RING_PACKETS;

	if (!r->packet[k].len || r->packet[k].index != index ||
	    r->end - r->packet[k].at > RING_BYTES)
		return NULL;
	*len = r->packet[k].len;

	return r->bytes + r->packet[k].at % RING_BYTES;
}
