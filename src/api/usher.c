/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/clock.h"
#include "act/world.h"
#include "api/desk.h"
#include "api/media_door.h"
#include "api/room_token.h"
#include "api/usher.h"
#include "base/diag.h"
#include "base/mailbox.h"
#include "base/mem.h"
#include "base/text.h"
#include "confer/grants.h"

#define ROOM_PREFIX "room-"

enum {
	BOX = 64,
	REST_MS = 60000, /* rights change at midnight, too */
	AGAIN_MS = 1000, /* after a look that failed */
};

/* Who joined in which room. */
struct joiner {
	int64_t room;
	char person[ROOM_NAME_SIZE];
};

/* Since the last look. */
struct joined {
	struct joiner at[BOX];
	size_t count;
	bool any; /* more than were remembered: it may be any */
};

struct told {
	int64_t room;
	char person[ROOM_NAME_SIZE];
	unsigned bits;
};

struct usher {
	struct desk *desk;
	struct mailbox *box; /* the usher itself: look; NULL: stop */
	struct reader reader;
	struct told *told; /* as confer_grants() orders them */
	size_t count;
	bool begun; /* the media has forgotten what a desk before this one said */
	pthread_t thread;
};


static unsigned media_bits(unsigned grant)
{
	return grant & (CONFER_AUDIO | CONFER_VIDEO | CONFER_RECEIVE);
}


static unsigned screen_bits(unsigned grant)
{
	return grant & CONFER_SCREEN ? CONFER_VIDEO : 0;
}


static void tell_one(struct desk *desk, const char *room, const char *participant,
		     unsigned bits)
{
	struct link_message m = { .word = LINK_RIGHTS, .number = bits };

	m.text[0] = room;
	m.text[1] = participant;
	media_tell(desk->media, media_door_of(desk->media, room), &m);
}


static void tell(const struct usher *u, int64_t room, const char *person, unsigned grant)
{
	char name[ROOM_NAME_SIZE], screen[ROOM_NAME_SIZE + sizeof(SCREEN_OF)];

	(void)snprintf(name, sizeof(name), ROOM_PREFIX "%lld", (long long)room);
	(void)snprintf(screen, sizeof(screen), SCREEN_OF "%s", person);
	tell_one(u->desk, name, person, media_bits(grant));
	tell_one(u->desk, name, screen, screen_bits(grant));
}


static const struct told *told_of(const struct usher *u, int64_t room, const char *person)
{
	for (size_t i = 0; i < u->count; i++)
		if (u->told[i].room == room && strcmp(u->told[i].person, person) == 0)
			return &u->told[i];

	return NULL;
}


static void keep(struct usher *u, const struct confer_grants *g)
{
	free(u->told);
	u->told = mem_zero(g->count + 1, sizeof(*u->told));
	u->count = g->count;
	for (size_t i = 0; i < g->count; i++) {
		u->told[i].room = g->at[i].room;
		u->told[i].bits = g->at[i].bits;
		(void)text_copy(u->told[i].person, sizeof(u->told[i].person), g->at[i].person);
	}
}


static bool is_told_again(const struct joined *j, int64_t room)
{
	for (size_t i = 0; i < j->count; i++)
		if (j->at[i].room == room)
			return true;

	return j->any;
}


/*
 * Sessions live on while a desk dies and another begins: of whom the one before had no time to
 * tell that they may not any more, this one does not know that they are there.
 */
static void begin(struct usher *u)
{
	struct link_message m = { .word = LINK_QUIET, .text = { ROOM_PREFIX } };

	for (size_t i = 0; i < MEDIA_MAX && !u->begun; i++)
		media_tell(u->desk->media, i, &m);
	u->begun = true;
}


static int look(struct usher *u, const struct joined *j, int64_t at)
{
	struct reader *r = &u->reader;
	const struct charter *c = NULL;
	struct confer_grants now;
	struct arena *a;
	int err;

	if (!u->desk->media)
		return 0;
	err = world_refresh(r->world, NULL);
	if (!err)
		err = world_charter(&c, r->world, at);
	if (err)
		return err == E_ABSENT ? 0 : err; /* not founded yet */
	a = arena_new(16384);
	err = confer_grants(&now, a, r->st, r->world, c, at, 0);
	if (!err)
		begin(u);
	for (size_t i = 0; i < now.count && !err; i++) {
		const struct confer_granted *g = &now.at[i];
		const struct told *t = told_of(u, g->room, g->person);

		if (!t || is_told_again(j, g->room) || t->bits != g->bits)
			tell(u, g->room, g->person, g->bits);
	}
	/* Who joined and was not inside any more: their rights may have come before them. */
	for (size_t i = 0; i < j->count && !err; i++)
		if (!confer_grant_of(&now, j->at[i].room, j->at[i].person))
			tell(u, j->at[i].room, j->at[i].person, 0);
	/* Who was inside and is not any more. */
	for (size_t i = 0; i < u->count && !err; i++)
		if (!confer_grant_of(&now, u->told[i].room, u->told[i].person))
			tell(u, u->told[i].room, u->told[i].person, 0);
	if (!err)
		keep(u, &now);
	arena_free(a);

	return err;
}


/* What was posted: the usher itself, who joined, or NULL.  False when it is over. */
static bool take(struct joined *j, struct usher *u, int wait_ms)
{
	void *items[BOX];
	size_t n = mailbox_take(u->box, items, BOX, wait_ms);
	bool goes_on = true;

	j->count = 0;
	for (size_t i = 0; i < n; i++) {
		goes_on &= items[i] != NULL;
		if (!items[i] || items[i] == u)
			continue;
		j->at[j->count++] = *(const struct joiner *)items[i];
		free(items[i]);
	}
	j->any = atomic_exchange(&u->desk->media_joined, false);

	return goes_on;
}


static void *run(void *arg)
{
	struct usher *u = arg;
	struct joined j;
	int wait_ms = REST_MS;

	while (take(&j, u, wait_ms)) {
		struct fault f = { 0 };
		int err = reader_revive(&u->reader, &f);

		if (!err)
			err = look(u, &j, clock_now(u->desk->clock));
		wait_ms = err ? AGAIN_MS : REST_MS;
		if (!err)
			continue;
		/* Who joined is not known any more: all are told again. */
		atomic_store(&u->desk->media_joined, true);
		diag_warning("usher", "the media could not be told of rights: %s",
			     err_text(err));
	}

	return NULL;
}


int usher_start(struct usher **out, struct desk *desk, struct fault *f)
{
	struct usher *u = mem_zero(1, sizeof(*u));
	int err = mailbox_new(&u->box, BOX);

	u->desk = desk;
	if (!err)
		err = reader_open(&u->reader, desk->where, desk->registry, f);
	if (!err && pthread_create(&u->thread, NULL, run, u))
		err = E_IO;
	if (err) {
		if (u->reader.st)
			reader_close(&u->reader);
		mailbox_free(u->box);
		free(u);
		return err;
	}
	*out = u;

	return 0;
}


void usher_stop(struct usher *u)
{
	struct joined j;

	if (!u)
		return;
	while (mailbox_post(u->box, NULL) == E_BUSY)
		;
	(void)pthread_join(u->thread, NULL);
	(void)take(&j, u, 0);
	reader_close(&u->reader);
	mailbox_free(u->box);
	free(u->told);
	free(u);
}


/* A full box will be looked at anyway. */
void usher_poke(struct usher *u)
{
	if (u)
		(void)!mailbox_post(u->box, u);
}


/* The number of a room under the charter by its media name; 0: it is another. */
static int64_t room_of(const char *name)
{
	int64_t id = 0;

	if (text_starts(name, ROOM_PREFIX) &&
	    text_int(&id, name + strlen(ROOM_PREFIX), 1, INT64_MAX) == 0)
		return id;

	return 0;
}


/* The person behind a participant. */
static const char *person_of(const char *participant)
{
	bool screen = text_starts(participant, SCREEN_OF);

	return participant + (screen ? strlen(SCREEN_OF) : 0);
}


void usher_joined(struct desk *desk, const char *room, const char *participant)
{
	int64_t id = room_of(room);
	struct joiner *posted;

	if (!id || !desk->usher)
		return;
	posted = mem_zero(1, sizeof(*posted));
	posted->room = id;
	(void)text_copy(posted->person, sizeof(posted->person), person_of(participant));
	if (!mailbox_post(desk->usher->box, posted))
		return;
	free(posted);
	/* Told again with everybody, if they are inside. */
	tell_one(desk, room, participant, 0);
	atomic_store(&desk->media_joined, true);
	usher_poke(desk->usher);
}


int usher_rights(unsigned *out, struct request *r, const char *room, const char *participant)
{
	bool screen = text_starts(participant, SCREEN_OF);
	const char *person = person_of(participant);
	struct reader *reader = desk_reader(r);
	int64_t at = clock_now(loop_desk(r->loop)->clock), id = room_of(room);
	const struct confer_granted *granted;
	const struct charter *c = NULL;
	struct confer_grants now;
	int err;

	if (text_eq(room, ROOM_CHECK)) {
		*out = CONFER_RECEIVE;
		return 0;
	}
	if (!id)
		return fault_set(&r->fault, E_ABSENT, "There is no such room.");
	err = world_refresh(reader->world, NULL);
	if (!err)
		err = world_charter(&c, reader->world, at);
	if (!err)
		err = confer_grants(&now, r->arena, reader->st, reader->world, c, at, id);
	if (err)
		return err;
	granted = confer_grant_of(&now, id, person);
	if (!granted)
		return fault_set(&r->fault, E_DENIED, "You are not in this room.");
	*out = screen ? screen_bits(granted->bits) : media_bits(granted->bits);

	return 0;
}
