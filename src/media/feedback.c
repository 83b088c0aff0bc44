/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* feedback.c: RTCP of peers, and ours to them. */
#include <string.h>

#include "media/core.h"
#include "media/wire.h"

enum {
	TWCC_US = 50000,
	REPORT_US = 1000000,
	NACK_RETRY_US = 60000,
	NACK_TRIES = 8,
	NACK_SEQS = 256, /* taken of a viewer within LAYER_TICK_US: an answer is a packet */
};


static struct slot *slot_of(struct peer *p, uint32_t ssrc)
{
	for (struct slot *s = p->slots; s; s = s->next_of_peer)
		if (s->ssrc == ssrc || s->rtx == ssrc)
			return s;

	return NULL;
}


static void ask_key(struct peer *p, uint32_t ssrc)
{
	struct slot *s = slot_of(p, ssrc);

	if (!s || !s->source || s->wanted < 0)
		return;
	track_ask_key(p->e, s->source, s->layer >= 0 ? s->layer : step_layer(s->wanted));
}


static void nack_in(struct peer *p, const struct rtcp *r)
{
	struct slot *s = slot_of(p, rtcp_about(r));
	size_t k = 0;
	uint16_t seq;

	while (s && p->asked < NACK_SEQS && rtcp_nack_next(&seq, r, &k)) {
		p->asked++;
		p->e->figures.nacks++;
		slot_resend(s, seq);
	}
}


/*
 * A publisher's clock goes on to its viewers at once, in their numbering: sound and picture of
 * one publisher stay together.
 */
static void sender_report(struct peer *p, const struct rtcp *r)
{
	struct rtcp_sender sr;

	if (!rtcp_sender(&sr, r))
		return;
	for (size_t i = 0; i < p->tracks; i++)
		for (size_t k = 0; k < p->track[i]->layers; k++) {
			struct track *t = p->track[i];

			if (t->layer[k].ssrc != r->sender || !t->layer[k].live)
				continue;
			t->layer[k].sr = sr;
			t->layer[k].sr_us = p->e->now_us;
			list_for_each (link, &t->slots) {
				struct slot *s = LIST_ENTRY(link, struct slot, link);
				struct rtcp_sender out = sr;
				uint8_t d[128];
				size_t len;

				if (s->layer != (int)k || !s->begun)
					continue;
				out.rtp_ts = sr.rtp_ts + s->ts_delta;
				out.packets = s->packets;
				out.bytes = s->bytes;
				len = rtcp_write_sr(d, s->ssrc, &out);
				len += rtcp_write_cname(d + len, s->ssrc, "comity");
				out_rtcp(s->viewer, d, len);
			}
		}
}


static void payload_feedback(struct peer *p, const struct rtcp *r)
{
	uint32_t ssrc = 0, bps = 0;
	size_t k = 0;

	if (r->count == RTCP_PLI)
		ask_key(p, rtcp_about(r));
	while (rtcp_fir_next(&ssrc, r, &k))
		ask_key(p, ssrc);
	if (p->bwe && rtcp_remb(&bps, r))
		bwe_remb(p->bwe, bps, p->e->now_us);
}


void feedback_in(struct peer *p, uint8_t *d, size_t len)
{
	static struct twcc_feedback fb; /* one engine, one thread, in a process */
	struct rtcp r;
	size_t at = 0;

	if (!p->rx || srtcp_open(p->rx, d, &len)) {
		p->e->figures.bad++;
		return;
	}
	p->heard_us = p->e->now_us;
	while (rtcp_next(&r, d, len, &at)) {
		if (r.type == RTCP_SR)
			sender_report(p, &r);
		else if (r.type == RTCP_PAYLOAD)
			payload_feedback(p, &r);
		else if (r.type == RTCP_FEEDBACK && r.count == RTCP_NACK)
			nack_in(p, &r);
		else if (p->bwe && twcc_read(&fb, &r) == 0)
			bwe_feedback(p->bwe, &fb, p->e->now_us);
	}
}


static void ask_missing(struct peer *p, struct layer *l)
{
	uint16_t seqs[MISSING];
	uint8_t d[400];
	size_t n = 0, len;
	int64_t now = p->e->now_us;

	for (unsigned i = 0; i < l->missing_count;) {
		struct missing *m = &l->missing[i];

		if (m->due_us > now) {
			i++;
			continue;
		}
		if (m->tries == NACK_TRIES) {
			*m = l->missing[--l->missing_count];
			l->pli_wanted = true;
			continue;
		}
		m->tries++;
		m->due_us = now + NACK_RETRY_US;
		/* In ascending order, as the writer wants them. */
		for (size_t k = n++; k <= n; k--) {
			if (!k || (int16_t)(m->seq - seqs[k - 1]) > 0) {
				seqs[k] = m->seq;
				break;
			}
			seqs[k] = seqs[k - 1];
		}
		i++;
	}
	if (!n)
		return;
	len = rtcp_write_nack(d, sizeof(d) - SRTP_TRAILER_MAX, p->own_ssrc, l->ssrc, seqs, n);
	if (len)
		out_rtcp(p, d, len);
}


static void report_of(struct rtcp_report *b, struct layer *l, int64_t now_us)
{
	uint64_t expected = l->highest - l->base + 1;
	uint64_t e = expected - l->expected_told, got = l->received - l->received_told;

	memset(b, 0, sizeof(*b));
	b->ssrc = l->ssrc;
	if (e > got)
		b->lost = (uint8_t)(((e - got) << 8) / e > 255 ? 255 : ((e - got) << 8) / e);
	b->lost_total = expected > l->received ? (int32_t)(expected - l->received) : 0;
	b->highest = (uint32_t)l->highest;
	b->jitter = l->jitter >> 4;
	if (l->sr_us) {
		b->last_sr = (uint32_t)(l->sr.ntp >> 16);
		b->delay = (uint32_t)((now_us - l->sr_us) * 65536 / 1000000);
	}
	l->expected_told = expected;
	l->received_told = l->received;
}


static void report(struct peer *p)
{
	struct rtcp_report b[31];
	uint8_t d[8 + sizeof(b) + 64];
	size_t n = 0, len;
	int64_t now = p->e->now_us;

	for (size_t i = 0; i < p->tracks; i++)
		for (size_t k = 0; k < p->track[i]->layers; k++) {
			struct layer *l = &p->track[i]->layer[k];

			if (!l->live || !l->ssrc)
				continue;
			l->bps = (uint32_t)((l->bytes - l->bytes_told) * 8000000 /
					    (uint64_t)(now - p->report_us + 1));
			l->bytes_told = l->bytes;
			for (size_t t = 0; t < l->structure.targets; t++) {
				l->target_bps[t] =
					(uint32_t)((uint64_t)l->target_bytes[t] * 8000000 /
						   (uint64_t)(now - p->report_us + 1));
				l->target_bytes[t] = 0;
			}
			if (n < ARRAY_LEN(b))
				report_of(&b[n++], l, now);
		}
	p->report_us = now;
	if (!n)
		return;
	len = rtcp_write_rr(d, p->own_ssrc, b, n);
	len += rtcp_write_cname(d + len, p->own_ssrc, "comity");
	out_rtcp(p, d, len);
}


void feedback_tick(struct peer *p)
{
	struct engine *e = p->e;
	uint8_t d[RTP_MAX];

	if (!p->tx || !p->publishes)
		return;
	if (p->twcc && e->now_us - p->twcc_us >= TWCC_US) {
		p->twcc_us = e->now_us;
		for (int i = 0; i < 4; i++) {
			size_t len = twcc_write(d, p->twcc, p->own_ssrc, p->twcc_ssrc);

			if (!len)
				break;
			out_rtcp(p, d, len);
		}
	}
	for (size_t i = 0; i < p->tracks; i++)
		for (size_t k = 0; k < p->track[i]->layers; k++) {
			struct layer *l = &p->track[i]->layer[k];

			if (l->missing_count)
				ask_missing(p, l);
			if (l->pli_wanted && !list_empty(&p->track[i]->slots))
				track_ask_key(e, p->track[i], (int)k);
		}
	if (e->now_us - p->report_us >= REPORT_US)
		report(p);
}
