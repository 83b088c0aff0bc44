/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "confer/grants.h"
#include "confer/rooms.h"
#include "store/store.h"

enum {
	ROOM_FOR = 64, /* at first: this is read at every join, most often of few */
};

struct inside {
	int64_t room;
	struct confer_place place;
};


/* One place more, in a list that doubles. */
static struct inside *place_more(struct inside **list, size_t *room_for, size_t count,
				 struct arena *a)
{
	struct inside *larger;

	if (count < *room_for)
		return &(*list)[count];
	*room_for *= 2;
	larger = arena_take(a, *room_for * sizeof(*larger));
	memcpy(larger, *list, count * sizeof(*larger));
	*list = larger;

	return &larger[count];
}


/* A demonstration has seats without persons; a person has the seat until it is taken back. */
static int read_inside(struct inside **out, size_t *count, struct arena *a, struct store *st,
		       int64_t room)
{
	size_t room_for = ROOM_FOR;
	struct inside *list = arena_take(a, room_for * sizeof(*list));
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, st,
		"SELECT c.room, c.person, c.party, c.office, c.body, c.muted, c.floor," PLACE_ADMITTED(
			"c") " FROM confer_place c JOIN confer_room r ON r.id = c.room"
			     " WHERE c.place = 'in' AND r.state <> 'closed' AND ($1 = 0 OR c.room = $1)"
			     " AND (NOT EXISTS (SELECT 1 FROM parties_pub_person p WHERE p.id = c.person)"
			     " OR EXISTS (SELECT 1 FROM parties_pub_seat s WHERE s.person = c.person"
			     " AND s.office = c.office AND s.body = COALESCE(c.body, '')))"
			     " ORDER BY c.room, c.person LIMIT 20000",
		"i", room);

	*count = 0;
	while (!err && store_next(rows, &err))
		*place_more(&list, &room_for, (*count)++, a) = (struct inside){
			.room = store_int(rows, 0),
			.place = { .person = row_text(a, rows, 1),
				   .party = row_text(a, rows, 2),
				   .office = row_text(a, rows, 3),
				   .body = row_text(a, rows, 4),
				   .place = "in",
				   .muted = store_int(rows, 5) != 0,
				   .floor = row_int(rows, 6),
				   .admitted = store_int(rows, 7) != 0 },
		};
	store_done(rows);
	*out = list;

	return err;
}


int confer_grants(struct confer_grants *out, struct arena *a, struct store *st,
		  struct world *world, const struct charter *c, int64_t at, int64_t room)
{
	struct confer_room now = { .id = 0 };
	struct inside *list = NULL;
	size_t n = 0;
	int err = read_inside(&list, &n, a, st, room);

	out->count = 0;
	out->at = arena_take(a, (n + 1) * sizeof(*out->at));
	for (size_t i = 0; i < n && !err; i++) {
		struct confer_rights rights;

		if (now.id != list[i].room)
			err = room_read(&now, a, st, c, list[i].room);
		if (!err)
			err = place_rights(&rights, &now, &list[i].place, c, world, at);
		if (!err)
			out->at[out->count++] =
				(struct confer_granted){ list[i].room, list[i].place.person,
							 confer_grant(&rights, &now,
								      &list[i].place) };
	}

	return err;
}


const struct confer_granted *confer_grant_of(const struct confer_grants *g, int64_t room,
					     const char *person)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->at[i].room == room && text_eq(g->at[i].person, person))
			return &g->at[i];

	return NULL;
}
