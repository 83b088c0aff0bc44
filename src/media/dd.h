/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * dd.h: the dependency descriptor (RTP Payload Format For AV1, appendix A): which frames each
 * decode target needs, so that layers inside one stream can be left out without looking at the
 * frames.
 *
 * A structure comes with a key frame and holds until the next; the frames between name one of
 * its templates.
 */
#ifndef MEDIA_DD_H
#define MEDIA_DD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	DD_TEMPLATES = 64,
	DD_TARGETS = 32,
	DD_CHAINS = 32,
	DD_SPATIAL = 4,
	DD_TEMPORAL = 8,
};

/* What a frame is to a decode target (A.8.2.4). */
enum dd_indication { DD_ABSENT, DD_DISCARDABLE, DD_SWITCH, DD_REQUIRED };

struct dd_structure {
	uint8_t templates; /* 0: none is known yet */
	uint8_t offset;	   /* id of the first template */
	uint8_t targets, chains;
	bool sized;
	uint8_t spatial[DD_TEMPLATES], temporal[DD_TEMPLATES];
	uint8_t dti[DD_TEMPLATES][DD_TARGETS];
	uint8_t chain[DD_TEMPLATES][DD_CHAINS]; /* frames since the one before in it; 0: none */
	uint8_t protected_by[DD_TARGETS];
	uint8_t target_spatial[DD_TARGETS], target_temporal[DD_TARGETS];
	uint16_t width[DD_SPATIAL], height[DD_SPATIAL];
	uint32_t active; /* targets that are sent at present */
};

struct dd {
	bool start, end; /* of the frame */
	bool key;	 /* it carries a structure */
	bool known;	 /* its template is in the structure: what follows is set */
	uint16_t frame;
	uint8_t spatial, temporal;
	const uint8_t *dti, *chain; /* of the structure, or the frame's own */
	uint8_t own_dti[DD_TARGETS], own_chain[DD_CHAINS];
};

/* Does it bring a structure?  The old one is then replaced by dd_read(). */
static inline bool dd_is_key(const uint8_t *p, size_t len)
{
	return len > 3 && p[3] & 0x80;
}

/*
 * Read one; `s` is replaced by a structure in it, and its `active` by a mask in it.
 *
 * Errors: E_SYNTAX it ends early, or says what cannot be; `s` is then as it was.
 */
int dd_read(struct dd *out, struct dd_structure *s, const uint8_t *p, size_t len) MUST_CHECK;

/* The best active target within these layers; -1 when there is none. */
int dd_target(const struct dd_structure *s, unsigned spatial, unsigned temporal);

#endif
