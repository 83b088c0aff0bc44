/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Offers from anybody: read, answered; the answer is itself well-formed SDP. */
#include <stdlib.h>
#include <string.h>

#include "media/sdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct sdp offer, back;
	static struct sdp_line line[SDP_MEDIA_MAX];
	static const struct sdp_candidate candidate = { "192.0.2.1", 4000, false };
	struct sdp_answer a = { .ufrag = "abcd",
				.pwd = "0123456789012345678901",
				.fingerprint =
					"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
					"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF",
				.candidate = &candidate,
				.candidates = 1,
				.line = line };
	struct fault f = { 0 };
	struct buf out;
	int err = sdp_parse(&offer, (const char *)data, len, &f);

	if (err) {
		if (!f.text[0])
			abort();
		return 0;
	}
	for (size_t i = 0; i < offer.media_count; i++) {
		line[i] = (struct sdp_line){ .stream = "place0", .ssrc = 5, .rtx = 6 };
		if (!offer.media[i].rejected && offer.media[i].kind != SDP_OTHER)
			line[i].direction = i % 2 ? SDP_SEND : SDP_RECV;
	}
	buf_init(&out, 0);
	sdp_answer(&out, &offer, &a);
	err = sdp_parse(&back, out.data, out.len, &f);
	/* Ours is passive, which an offer may not be. */
	if ((err && err != E_RANGE && err != E_TOOBIG) ||
	    (!err && back.media_count != offer.media_count))
		abort();
	buf_clear(&out);

	return 0;
}
