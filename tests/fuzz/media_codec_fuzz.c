/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Video payloads of anybody: the first byte chooses the codec.  What is found lies inside, and
 * a packet that is renumbered has its new number and is otherwise the same.
 */
#include <stdlib.h>
#include <string.h>

#include "media/codec.h"
#include "media/rtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


static void redundant(const uint8_t *data, size_t len)
{
	size_t at = red_primary(data, len);
	uint8_t copy[RTP_MAX];

	if (!at)
		return;
	if (at >= len)
		abort();
	memcpy(copy, data, len);
	red_retype(copy, 77);
	if (red_primary(copy, len) != at || (copy[0] & 0x7f) != 77)
		abort();
	red_retype(copy, data[0] & 0x7f);
	if (memcmp(copy, data, len) != 0)
		abort();
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t copy[RTP_MAX];
	struct frame f, again;
	enum codec codec;

	if (len < 2 || len > RTP_MAX)
		return 0;
	codec = (enum codec)(CODEC_VP8 + data[0] % 4);
	data++;
	len--;
	redundant(data, len);
	if (!frame_read(&f, codec, data, len))
		return 0;
	if ((size_t)f.picture_at + f.picture_len > len || f.tl0_at >= len)
		abort();
	memcpy(copy, data, len);
	frame_renumber(&f, copy, 77, 5);
	if (!frame_read(&again, codec, copy, len) || again.key != f.key ||
	    again.start != f.start || again.temporal != f.temporal)
		abort();
	if (f.picture_at && frame_picture(&again, copy) != 77)
		abort();
	frame_renumber(&f, copy, frame_picture(&f, data), f.tl0_at ? data[f.tl0_at] : 0);
	if (memcmp(copy, data, len) != 0)
		abort();

	return 0;
}
