/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * ingest.c: packets of publishers: verified, told apart by SSRC, noted for feedback and for
 * those who will miss them, and queued on their track until the batch is read.
 */
#include <string.h>

#include "media/core.h"
#include "media/wire.h"

enum {
	PLI_US = 400000, /* at most one request for a key frame in this time */
	NACK_US = 20000, /* until a missing packet is asked for, and again */
	GAP_MAX = 200,	 /* a wider one is no loss but a new beginning */
};

/* What the header says beside itself. */
struct marks {
	const uint8_t *mid, *rid, *rrid, *twcc, *level, *dd, *orientation;
	uint8_t mid_len, rid_len, rrid_len, dd_len;
};


static void marks_read(struct marks *m, const struct rtp *h, const uint8_t *ext)
{
	struct rtp_element x;
	size_t at = 0;

	memset(m, 0, sizeof(*m));
	while (h->profile && rtp_element(&x, h, &at)) {
		if (x.id == ext[EXT_TWCC] && x.len == 2) {
			m->twcc = x.data;
		} else if (x.id == ext[EXT_LEVEL] && x.len >= 1) {
			m->level = x.data;
		} else if (x.id == ext[EXT_MID]) {
			m->mid = x.data;
			m->mid_len = x.len;
		} else if (x.id == ext[EXT_RID]) {
			m->rid = x.data;
			m->rid_len = x.len;
		} else if (x.id == ext[EXT_RRID]) {
			m->rrid = x.data;
			m->rrid_len = x.len;
		} else if (x.id == ext[EXT_DD] && x.len >= 3) {
			m->dd = x.data;
			m->dd_len = x.len;
		} else if (x.id == ext[EXT_ORIENTATION] && x.len == 1) {
			m->orientation = x.data;
		}
	}
}


static const struct row *row_of(const struct facts *f, uint8_t pt)
{
	for (size_t i = 0; i < f->rows; i++)
		if (f->row[i].pt == pt)
			return &f->row[i];

	return NULL;
}


/* Is it the payload type of retransmissions of something? */
static const struct row *rtx_row(const struct facts *f, uint8_t pt)
{
	for (size_t i = 0; i < f->rows; i++)
		if (f->row[i].rtx && f->row[i].rtx == pt)
			return &f->row[i];

	return NULL;
}


static bool same(const char *name, const uint8_t *p, size_t len)
{
	return p && strlen(name) == len && memcmp(name, p, len) == 0;
}


static struct track *track_of(struct peer *p, const struct rtp *h, const struct marks *m)
{
	struct track *only = NULL;

	for (size_t i = 0; i < p->tracks; i++) {
		struct track *t = p->track[i];
		bool fits = row_of(&t->facts, h->pt) || rtx_row(&t->facts, h->pt);

		if (m->mid && same(t->facts.mid, m->mid, m->mid_len))
			return fits ? t : NULL;
		if (!m->mid && fits) {
			if (only)
				return NULL; /* it could be either */
			only = t;
		}
	}

	return only;
}


/* The layer of a RID; it is the first (and only) one where there are no RIDs. */
static int layer_of(const struct track *t, const uint8_t *rid, size_t len)
{
	if (!t->simulcast)
		return 0;
	for (int i = 0; i < t->layers; i++)
		if (same(t->layer[i].rid, rid, len))
			return i;

	return -1;
}


/*
 * Another stream takes a layer's place, as when a publisher begins anew.  Its numbers are none
 * of those before and may be the same: what was kept of them is forgotten, and who shows the
 * layer begins a new run, so that no number goes out twice.
 */
static void begin_anew(struct engine *e, struct track *t, int layer)
{
	struct layer *l = &t->layer[layer], old = *l;

	forward_pending(e);
	memset(l, 0, sizeof(*l));
	memcpy(l->rid, old.rid, sizeof(l->rid));
	l->ring = old.ring;
	l->rtx = old.rtx; /* until one of its own comes */
	l->pli_us = old.pli_us;
	if (l->ring)
		ring_clear(l->ring);
	list_for_each (link, &t->slots) {
		struct slot *s = LIST_ENTRY(link, struct slot, link);

		if (s->layer == layer)
			s->layer = -1;
	}
}


/*
 * An SSRC that is not known yet, of a packet that is authentic: where does it belong?  A place
 * is made for it, or that of the longest silent is not touched: there is a limit.
 */
static struct source *learn(struct peer *p, const struct rtp *h, const struct srtp_stream *st)
{
	struct track *t = NULL;
	struct source *s;
	struct marks m;
	bool rtx;
	int layer;

	/* The number of the mid is the bundle's: any m-line's does. */
	for (size_t i = 0; i < p->tracks && !t; i++) {
		marks_read(&m, h, p->track[i]->facts.ext);
		t = track_of(p, h, &m);
	}
	if (!t || p->sources == SOURCES)
		return NULL;
	/* Others, as that of the RID, only the m-line itself may have. */
	marks_read(&m, h, t->facts.ext);
	rtx = rtx_row(&t->facts, h->pt) != NULL;
	layer = rtx && m.rrid ? layer_of(t, m.rrid, m.rrid_len) : layer_of(t, m.rid, m.rid_len);
	if (layer < 0)
		return NULL;
	s = &p->source[p->sources++];
	*s = (struct source){
		.ssrc = h->ssrc, .layer = (uint8_t)layer, .rtx = rtx, .track = t, .stream = *st
	};
	if (rtx) {
		t->layer[layer].rtx = h->ssrc;
	} else {
		if (t->layer[layer].live)
			begin_anew(p->e, t, layer);
		t->layer[layer].ssrc = h->ssrc;
	}

	return s;
}


/* Verify and decrypt; NULL when it is not authentic or belongs nowhere. */
static struct source *open_packet(struct peer *p, uint8_t *d, size_t *len, uint64_t *index)
{
	struct srtp_stream fresh = { 0 };
	uint32_t ssrc = get32(d + 8);
	struct rtp h;

	for (size_t i = 0; i < p->sources; i++)
		if (p->source[i].ssrc == ssrc) {
			if (srtp_open(p->rx, &p->source[i].stream, index, d, len)) {
				p->e->figures.bad++;
				return NULL;
			}
			return &p->source[i];
		}
	if (srtp_open(p->rx, &fresh, index, d, len) || rtp_parse(&h, d, *len)) {
		p->e->figures.bad++;
		return NULL;
	}

	return learn(p, &h, &fresh);
}


static void miss(struct layer *l, uint64_t from, uint64_t to, int64_t now_us)
{
	for (uint64_t i = from; i < to && l->missing_count < MISSING; i++)
		l->missing[l->missing_count++] =
			(struct missing){ .seq = (uint16_t)i, .due_us = now_us + NACK_US / 4 };
	if (to - from > MISSING)
		l->pli_wanted = true;
}


static void found(struct layer *l, uint16_t seq)
{
	for (unsigned i = 0; i < l->missing_count; i++)
		if (l->missing[i].seq == seq) {
			l->missing[i] = l->missing[--l->missing_count];
			return;
		}
}


/* Interarrival jitter by RFC 3550 A.8. */
static void jitter(struct layer *l, const struct packet *k, uint32_t clock)
{
	uint32_t arrival = (uint32_t)(k->at_us * clock / 1000000);
	uint32_t transit = arrival - k->h.ts;
	int32_t d = (int32_t)(transit - l->transit);

	l->transit = transit;
	if (l->received > 1)
		l->jitter += (uint32_t)(d < 0 ? -d : d) - ((l->jitter + 8) >> 4);
}


static void count(struct track *t, struct layer *l, const struct packet *k, bool again)
{
	bool video = t->kind == SDP_VIDEO;

	if (!l->live) {
		l->live = true;
		l->base = l->highest = k->index;
	} else if (k->index > l->highest) {
		if (video && k->index > l->highest + 1) {
			if (k->index - l->highest < GAP_MAX)
				miss(l, l->highest + 1, k->index, k->at_us);
			else
				l->pli_wanted = true;
		}
		l->highest = k->index;
	} else if (video) {
		found(l, (uint16_t)k->index);
	}
	if (!again) {
		l->received++;
		jitter(l, k, video ? 90000 : 48000);
	}
	l->bytes += k->len;
	l->ts = k->h.ts;
	l->arrived_us = k->at_us;
}


/*
 * A retransmission (RFC 4588) becomes the packet it repeats: the first two bytes of the payload
 * are its sequence number.  One without them is a probe.
 */
static bool restore(struct peer *p, struct packet *k, const struct layer *l,
		    const struct row *row)
{
	uint8_t *payload = k->p + k->h.header;
	struct source *of = NULL;

	if (k->payload_len < 3 || !l->live)
		return false;
	k->h.seq = get16(payload);
	k->h.pt = row->pt;
	k->h.ssrc = l->ssrc;
	k->index = rtp_extend(l->highest, k->h.seq);
	for (size_t i = 0; i < p->sources && !of; i++)
		if (p->source[i].ssrc == l->ssrc && !p->source[i].rtx)
			of = &p->source[i];
	/* Never twice: an index is an encryption's nonce on the way out. */
	if (!of || !srtp_stream_take(&of->stream, k->index))
		return false;
	memmove(payload, payload + 2, k->payload_len - 2);
	k->payload_len -= 2;
	k->p[1] = (uint8_t)(k->h.marker << 7 | row->pt);
	put16(k->p + 2, k->h.seq);
	put32(k->p + 8, l->ssrc);

	return true;
}


static void queue(struct engine *e, struct track *t, struct packet *k)
{
	k->next = NULL;
	if (t->first) {
		t->last->next = k;
	} else {
		t->first = k;
		t->next_pending = e->pending;
		e->pending = t;
	}
	t->last = k;
}


/* What the marks say of this packet; its transport number is noted for feedback. */
static void apply_marks(struct peer *p, struct packet *k, const struct facts *f)
{
	struct marks m;

	marks_read(&m, &k->h, f->ext);
	if (m.twcc && p->twcc) {
		twcc_arrived(p->twcc, get16(m.twcc), k->at_us);
		p->twcc_ssrc = k->h.ssrc;
	}
	k->level = m.level ? *m.level : 0xff;
	k->dd = m.dd;
	k->dd_len = m.dd_len;
	k->orientation = m.orientation;
}


/* Is it the frame's first packet, of a key frame?  The descriptor knows best. */
static bool describe(struct engine *e, struct packet *k, struct layer *l)
{
	k->d.known = false;
	k->primary = k->row->codec == CODEC_RED ? red_primary(k->payload, k->payload_len) : 0;
	if (!frame_read(&k->frame, (enum codec)k->row->codec, k->payload, k->payload_len))
		return false;
	if (k->frame.height)
		l->height = k->frame.height;
	if (!k->dd)
		return true;
	k->frame.start = k->dd[0] & 0x80;
	/* Only a key frame carries the structure (template_dependency_structure). */
	k->frame.key = k->frame.start && dd_is_key(k->dd, k->dd_len);
	if (dd_is_key(k->dd, k->dd_len)) {
		if (k->index < l->structure_at)
			return true; /* late: a newer one holds */
		/* Packets that wait were described by the structure before. */
		forward_pending(e);
		l->structure_at = k->index;
	}
	if (dd_read(&k->d, &l->structure, k->dd, k->dd_len)) {
		e->figures.bad++;
		k->dd = NULL;
		return true;
	}
	for (size_t t = 0; k->d.known && t < l->structure.targets; t++)
		if (k->d.dti[t] != DD_ABSENT)
			l->target_bytes[t] += (uint32_t)k->len;

	return true;
}


void ingest_rtp(struct peer *p, uint8_t *d, size_t len, struct packet *k, int64_t at_us)
{
	struct engine *e = p->e;
	struct source *s;
	struct track *t;
	struct layer *l;
	bool rtx, woke;

	if (!p->rx || !p->publishes || len < RTP_HEADER || len > RTP_MAX)
		return;
	k->p = d;
	k->at_us = at_us;
	s = open_packet(p, d, &len, &k->index);
	k->len = len;
	if (!s || rtp_parse(&k->h, d, len) || rtp_unpad(&k->payload_len, &k->h, d, len))
		return;
	t = s->track;
	l = &t->layer[s->layer];
	if ((s->rtx ? l->rtx : l->ssrc) != s->ssrc)
		return; /* another has taken its place */
	apply_marks(p, k, &t->facts);
	k->layer = s->layer;
	rtx = s->rtx;
	k->row = rtx ? rtx_row(&t->facts, k->h.pt) : row_of(&t->facts, k->h.pt);
	if (!k->row || (rtx && !restore(p, k, l, k->row)))
		return;
	k->payload = d + k->h.header;
	if (!k->payload_len || !describe(e, k, l))
		return;
	p->heard_us = e->now_us;
	e->figures.in++;
	e->figures.in_bytes += len;
	woke = track_is_silent(t);
	count(t, l, k, rtx);
	if (woke)
		room_offer_track(t);
	if (!(p->rights & track_right(t))) {
		e->figures.unheard++;
		t->loud = 0;
		return;
	}
	if (l->ring)
		ring_put(l->ring, k->index, k->p, k->h.header + k->payload_len);
	if (t->kind == SDP_AUDIO && k->level != 0xff)
		t->loud = (uint8_t)((t->loud * 7 + (127 - (k->level & 0x7f))) / 8);
	if (!list_empty(&t->slots))
		queue(e, t, k);
}


void track_ask_key(struct engine *e, struct track *t, int layer)
{
	struct layer *l = &t->layer[layer];
	uint8_t p[64];

	if (t->kind != SDP_VIDEO || !l->ssrc)
		return;
	if (e->now_us - l->pli_us < PLI_US) {
		l->pli_wanted = true; /* feedback_tick() sees to it */
		return;
	}
	l->pli_us = e->now_us;
	l->pli_wanted = false;
	e->figures.plis++;
	out_rtcp(t->owner, p, rtcp_write_pli(p, t->owner->own_ssrc, l->ssrc));
}
