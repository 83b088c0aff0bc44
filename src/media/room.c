/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* room.c: rooms, and which track fills which slot. */
#include <string.h>

#include "base/text.h"
#include "media/core.h"

enum {
	SILENT_US = 2500000, /* a track that gives its place to one that waits */
	SPEAKS = 60,	     /* loudness of speech, and by how much it must stand out */
	LOUDER = 12,
	HELD_US = 1000000, /* a voice keeps its place at least so long */
};


struct room *room_find(struct engine *e, const char *name, bool make)
{
	struct room *r;

	list_for_each (link, &e->rooms) {
		r = LIST_ENTRY(link, struct room, link);
		if (text_eq(r->name, name))
			return r;
	}
	r = make ? pool_take(&e->rooms_pool) : NULL;
	if (!r)
		return NULL;
	(void)text_copy(r->name, sizeof(r->name), name);
	list_init(&r->peers);
	list_init(&r->tracks);
	list_add_tail(&e->rooms, &r->link);

	return r;
}


void slot_clear(struct slot *s)
{
	list_del(&s->link);
	s->source = NULL;
	s->layer = -1;
	s->wanted = -1;
	s->pt_in = 0xff;
}


static bool shows(const struct peer *v, const struct track *t)
{
	if (!v->views || text_eq(v->participant, t->owner->participant))
		return false;

	return !v->only[0] || text_eq(v->only, t->owner->participant);
}


/* Where the viewer shows the track's owner already: sound and picture go into one pair. */
static int pair_of(const struct peer *v, const struct track *t)
{
	int place[2] = { 0, 0 };

	for (const struct slot *s = v->slots; s; s = s->next_of_peer) {
		int at = place[s->kind == SDP_VIDEO]++;

		if (s->source && s->source->owner == t->owner && s->kind != t->kind)
			return at;
	}

	return -1;
}


bool track_is_silent(const struct track *t)
{
	int64_t newest = t->owner->joined_us;

	for (size_t i = 0; i < t->layers; i++)
		if (t->layer[i].arrived_us > newest)
			newest = t->layer[i].arrived_us;

	return t->owner->e->now_us - newest > SILENT_US;
}


/*
 * A slot of the kind for a track: the preferred one if it is free, any free one, or one that
 * shows a track from which nothing comes; NULL when there is none.
 */
static struct slot *free_slot(const struct peer *v, uint8_t kind, int preferred)
{
	struct slot *first = NULL, *silent = NULL;
	int at = 0;

	for (struct slot *s = v->slots; s; s = s->next_of_peer) {
		if (s->kind != kind)
			continue;
		if (!s->source && at == preferred)
			return s;
		if (!s->source && !first)
			first = s;
		if (s->source && !silent && track_is_silent(s->source))
			silent = s;
		at++;
	}

	return first ? first : silent;
}


static bool has(const struct peer *v, const struct track *t)
{
	for (const struct slot *s = v->slots; s; s = s->next_of_peer)
		if (s->source == t)
			return true;

	return false;
}


static void show(struct peer *v, struct track *t)
{
	struct slot *s;

	if (!shows(v, t) || has(v, t))
		return;
	s = free_slot(v, t->kind, pair_of(v, t));
	if (!s || (s->source && track_is_silent(t)))
		return;
	if (s->source)
		slot_clear(s);
	s->source = t;
	s->shown_us = v->e->now_us;
	s->layer = -1;
	s->pt_in = 0xff;
	list_add_tail(&t->slots, &s->link);
	slot_choose(s);
	if (v->tx)
		track_ask_key(v->e, t, step_layer(s->wanted));
}


/* The quietest voice that the viewer hears, if it has had its time and no slot is free. */
static struct slot *quietest(const struct peer *v)
{
	struct slot *q = NULL;

	for (struct slot *s = v->slots; s; s = s->next_of_peer) {
		if (s->kind != SDP_AUDIO)
			continue;
		if (!s->source)
			return NULL;
		if (v->e->now_us - s->shown_us >= HELD_US &&
		    (!q || s->source->loud < q->source->loud))
			q = s;
	}

	return q;
}


void room_hear(struct peer *v)
{
	struct slot *q = quietest(v);
	struct track *loudest = NULL;

	if (!q)
		return;
	list_for_each (link, &v->room->tracks) {
		struct track *t = LIST_ENTRY(link, struct track, link);

		if (t->kind == SDP_AUDIO && t->loud >= SPEAKS && shows(v, t) &&
		    (!loudest || t->loud > loudest->loud) && !has(v, t))
			loudest = t;
	}
	if (!loudest || loudest->loud < q->source->loud + LOUDER)
		return;
	slot_clear(q);
	show(v, loudest);
}


void room_offer_track(struct track *t)
{
	list_for_each (link, &t->owner->room->peers)
		show(LIST_ENTRY(link, struct peer, link), t);
}


void room_fill(struct peer *viewer)
{
	list_for_each (link, &viewer->room->tracks)
		show(viewer, LIST_ENTRY(link, struct track, link));
}


/* Free slots that the track leaves take the next that waits. */
static void track_free(struct engine *e, struct track *t)
{
	struct list *link;

	while ((link = list_pop(&t->slots))) {
		struct slot *s = LIST_ENTRY(link, struct slot, link);

		slot_clear(s);
	}
	list_del(&t->link);
	for (size_t i = 0; i < LAYERS; i++)
		pool_give(&e->rings, t->layer[i].ring);
	pool_give(&e->tracks, t);
}


void room_leave(struct peer *p)
{
	struct engine *e = p->e;
	struct room *r = p->room;

	for (size_t i = 0; i < p->tracks; i++)
		track_free(e, p->track[i]);
	while (p->slots) {
		struct slot *s = p->slots;

		p->slots = s->next_of_peer;
		list_del(&s->link);
		pool_give(&e->slots, s);
	}
	list_del(&p->link);
	if (p->tracks)
		list_for_each (link, &r->peers)
			room_fill(LIST_ENTRY(link, struct peer, link));
	if (list_empty(&r->peers)) {
		list_del(&r->link);
		pool_give(&e->rooms_pool, r);
	}
	p->room = NULL;
	p->tracks = 0;
}
