/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "api/outbox.h"
#include "base/mem.h"

enum {
	ROOM_FIRST = 8,
	ROOM_KEPT = 64, /* a larger ring is given back once it is empty */
};

struct outtext {
	unsigned references;
	size_t len;
	char bytes[];
};


struct outtext *outtext_new(const char *bytes, size_t len)
{
	struct outtext *t = mem_alloc(sizeof(*t) + len);

	t->references = 1;
	t->len = len;
	memcpy(t->bytes, bytes, len);

	return t;
}


void outtext_unref(struct outtext *t)
{
	if (--t->references == 0)
		free(t);
}


size_t outtext_len(const struct outtext *t)
{
	return t->len;
}


static struct outtext *at(const struct outbox *o, size_t i)
{
	return o->ring[(o->first + i) & (o->room - 1)];
}


static void set_room(struct outbox *o, size_t room)
{
	struct outtext **ring = mem_zero(room, sizeof(void *));

	for (size_t i = 0; i < o->count; i++)
		ring[i] = at(o, i);
	free(o->ring);
	o->ring = ring;
	o->room = room;
	o->first = 0;
}


void outbox_clear(struct outbox *o)
{
	for (size_t i = 0; i < o->count; i++)
		outtext_unref(at(o, i));
	free(o->ring);
	memset(o, 0, sizeof(*o));
}


void outbox_put(struct outbox *o, struct outtext *t)
{
	if (!t->len)
		return;
	if (o->count == o->room)
		set_room(o, o->room ? o->room * 2 : ROOM_FIRST);
	t->references++;
	o->ring[(o->first + o->count++) & (o->room - 1)] = t;
	o->len += t->len;
}


size_t outbox_take(struct outbox *o, char *to, size_t max)
{
	size_t taken = 0;

	while (o->count && taken < max) {
		struct outtext *t = at(o, 0);
		size_t n = t->len - o->sent;

		if (n > max - taken)
			n = max - taken;
		memcpy(to + taken, t->bytes + o->sent, n);
		taken += n;
		o->sent += n;
		if (o->sent < t->len)
			break;
		o->sent = 0;
		o->first++;
		o->count--;
		outtext_unref(t);
	}
	o->len -= taken;
	if (!o->count && o->room > ROOM_KEPT)
		outbox_clear(o);

	return taken;
}
