/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ddw.h: dependency descriptors, written: for tests of what reads them. */
#ifndef DDW_H
#define DDW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ddw_template {
	uint8_t spatial, temporal;
	const char *dti;  /* a letter of "-DSR" for each target */
	uint8_t fdiff[4]; /* until a 0 */
	uint8_t chain[4]; /* one for each chain */
};

struct ddw {
	uint8_t targets, chains, templates;
	uint8_t protected_by[8];
	struct ddw_template t[8];
	uint16_t height[4]; /* of the spatial layers; 0: no sizes */
};

/* As libwebrtc makes them: one spatial layer and three temporal; two spatial. */
extern const struct ddw ddw_l1t3, ddw_l2t1, ddw_l2t1_key;

/* The descriptor of a frame in one packet; with the structure when `key`; its length. */
size_t ddw_write(uint8_t out[255], const struct ddw *w, unsigned template, uint16_t frame,
		 bool key);

#endif
