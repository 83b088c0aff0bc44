/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * rooms.c: what of a room is no act: the tokens of its media, and its text channel.
 *
 *	POST	/api/v1/rooms/{id}/media	tokens for /whip and /whep, for who is inside
 *	POST	/api/v1/rooms/{id}/text		{"text"}: write
 *	GET	/api/v1/rooms/{id}/text		what was written since the reader came in
 *	POST	/api/v1/rooms/{id}/caption	{"text"}: what is being said; is not kept
 *	POST	/api/v1/rooms/check/media	a token for /whep/check, where nobody sends: to
 *						try the way to the media before a meeting
 *
 * Texts are numbered in each room; the last ROOM_TEXTS are kept.  To the streams of those
 * inside go the events "text" with room and number, "caption" with room and text, and "media"
 * with room, participant and what: publishes, views, left.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/clock.h"
#include "act/world.h"
#include "api/desk.h"
#include "api/media_door.h"
#include "api/room_token.h"
#include "api/signin.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "confer/grants.h"
#include "store/store.h"

enum {
	TOKEN_S = 12 * 3600,
	ROOM_TEXTS = 500,
	TEXT_MAX = 2000, /* bytes of one */
	CAPTION_MAX = 300,
};


/* The room of the address, and what the one who asks has there. */
static int need_inside(int64_t *room, unsigned *bits, struct request *r)
{
	const struct charter *c = NULL;
	const struct confer_granted *mine;
	struct confer_grants now;
	int err = desk_resolve(r, &c);

	if (!err && !r->seat.person)
		return fault_set(&r->fault, E_SESSION, "Sign in first.");
	if (!err && text_int(room, r->part[0], 1, INT64_MAX))
		return E_ABSENT;
	if (!err)
		err = confer_grants(&now, r->arena, desk_reader(r)->st, desk_reader(r)->world,
				    c, clock_now(loop_desk(r->loop)->clock), *room);
	if (err)
		return err;
	mine = confer_grant_of(&now, *room, r->seat.person);
	if (!mine)
		return E_ABSENT; /* who is not inside does not learn that there is a room */
	*bits = mine->bits;

	return 0;
}


static int write_one(struct jw *w, struct request *r, const char *room, const char *who,
		     unsigned rights, int64_t until)
{
	struct room_token t = { .rights = rights, .expires = until };
	char token[ROOM_TOKEN_SIZE];
	int err;

	(void)text_copy(t.room, sizeof(t.room), room);
	if (!text_copy(t.participant, sizeof(t.participant), who))
		return fault_set(&r->fault, E_RANGE, "This name is too long.");
	err = room_token_make(token, &t, loop_desk(r->loop)->room_key);
	if (err)
		return err;
	jw_object(w);
	jw_kstr(w, "participant", who);
	jw_kstr(w, "token", token);
	jw_object_end(w);

	return 0;
}


/* The relay, as RTCPeerConnection takes it. */
static void write_relay(struct jw *w, struct request *r, const char *who)
{
	struct relay relay;

	jw_key(w, "ice");
	jw_array(w);
	if (desk_relay(&relay, r, who)) {
		jw_object(w);
		jw_kstr(w, "urls", relay.url);
		jw_kstr(w, "username", relay.name);
		jw_kstr(w, "credential", relay.password);
		jw_object_end(w);
	}
	jw_array_end(w);
}


static void write_screen(void *w, const char *participant)
{
	jw_str(w, participant);
}


/* The screens that are shown already: of those that come, the stream tells. */
static void write_screens(struct jw *w, struct request *r, const char *room)
{
	jw_key(w, "screens");
	jw_array(w);
	media_screens(loop_desk(r->loop)->media, room, write_screen, w);
	jw_array_end(w);
}


static int need_signed_in(struct request *r)
{
	const struct charter *c = NULL;
	int err = desk_resolve(r, &c);

	return err || r->seat.person ? err : fault_set(&r->fault, E_SESSION, "Sign in first.");
}


/* The rights in a token are the most it is good for; those of the moment are asked at a join.
 */
int room_media(struct request *r)
{
	const struct desk *desk = loop_desk(r->loop);
	bool check = text_eq(r->part[0], ROOM_CHECK);
	int64_t id = 0, until = time_now() / 1000 + TOKEN_S;
	const char *room, *who;
	unsigned bits = 0;
	struct jw w;
	int err = check ? need_signed_in(r) : need_inside(&id, &bits, r);

	if (!err && (!desk->media || !desk->room_key))
		err = fault_set(&r->fault, E_ABSENT, "This centre runs no media server.");
	if (err)
		return err;
	room = check ? ROOM_CHECK : arena_printf(r->arena, "room-%lld", (long long)id);
	who = r->seat.person;
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_kstr(&w, "room", room);
	jw_key(&w, "me");
	err = write_one(&w, r, room, who,
			check ? ROOM_RECEIVE : ROOM_SEND_AUDIO | ROOM_SEND_VIDEO | ROOM_RECEIVE,
			until);
	if (!err && !check) {
		jw_key(&w, "screen");
		err = write_one(&w, r, room, arena_printf(r->arena, SCREEN_OF "%s", who),
				ROOM_SEND_VIDEO, until);
		write_screens(&w, r, room);
	}
	write_relay(&w, r, who);
	jw_object_end(&w);
	r->status = 200;
	http_reply_header(r, "Cache-Control", "no-store");

	return err ? err : HTTP_ANSWERED;
}


/* --- the text channel --- */

/* An event for the streams of those inside. */
struct told_room {
	struct loop_message message;
	int64_t room;
	char text[CAPTION_MAX * 6 + 100]; /* of the event, as it goes out */
};


static void tell_room(struct loop *loop, struct loop_message *m)
{
	struct reader *reader = loop_reader(loop);
	struct told_room *n = (struct told_room *)(void *)m;
	struct arena *a = arena_new(4096);
	const struct charter *c = NULL;
	struct confer_grants now = { NULL, 0 };
	int64_t at = clock_now(loop_desk(loop)->clock);
	int err =
		list_empty(loop_streams(loop)) ? E_ABSENT : world_refresh(reader->world, NULL);

	if (!err)
		err = world_charter(&c, reader->world, at);
	if (!err)
		err = confer_grants(&now, a, reader->st, reader->world, c, at, n->room);
	if (!err)
		list_for_each (link, loop_streams(loop)) {
			struct stream *s = LIST_ENTRY(link, struct stream, link);
			const struct confer_granted *g =
				s->seat.person ? confer_grant_of(&now, n->room, s->seat.person)
					       : NULL;

			if (g && g->bits & CONFER_RECEIVE)
				stream_put_bytes(s, n->text, strlen(n->text));
		}
	arena_free(a);
	free(n);
}


static void post_told(struct loop *loop, void *arg)
{
	const struct told_room *from = arg;
	struct told_room *n = mem_zero(1, sizeof(*n));

	*n = *from;
	n->message.run = tell_room;
	if (loop_post(loop, &n->message))
		free(n);
}


void rooms_heard(void *desk, const char *room, const char *participant, const char *what)
{
	struct told_room n = { .room = 0 };
	const struct desk *d = desk;

	if (!d->http || !text_starts(room, "room-") ||
	    text_int(&n.room, room + strlen("room-"), 1, INT64_MAX) ||
	    !room_name_valid(participant))
		return;
	(void)snprintf(n.text, sizeof(n.text),
		       "event: media\ndata: {\"room\":%lld,\"participant\":\"%s\","
		       "\"what\":\"%s\"}\n\n",
		       (long long)n.room, participant, what);
	http_each_loop(d->http, post_told, &n);
}


static int write_text(struct signing *s, struct store *st)
{
	int err = store_get_int(
		&s->step, st,
		"SELECT COALESCE(max(number), 0) + 1 FROM confer_text WHERE room = $1", "i",
		s->until);

	if (!err)
		err = store_exec(
			st,
			"INSERT INTO confer_text (room, number, at, person, party, office,"
			" text) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			"iiissss", s->until, s->step, s->now, s->seat.person, s->seat.party,
			s->seat.office, s->text);
	if (!err)
		err = store_exec(st, "DELETE FROM confer_text WHERE room = $1 AND number <= $2",
				 "ii", s->until, s->step - ROOM_TEXTS);

	return err;
}


static int reply_text(struct signing *s)
{
	struct told_room n = { .room = s->until };
	struct jw w;

	(void)snprintf(n.text, sizeof(n.text),
		       "event: text\ndata: {\"room\":%lld,\"number\":%lld}\n\n",
		       (long long)n.room, (long long)s->step);
	http_each_loop(loop_desk(s->r->loop)->http, post_told, &n);
	jw_init(&w, &s->r->out);
	jw_object(&w);
	jw_kint(&w, "number", s->step);
	jw_object_end(&w);
	s->r->status = 201;

	return HTTP_ANSWERED;
}


int room_text_post(struct request *r)
{
	static const char *const names[] = { "text" };
	struct signing *s = signing_new(r);
	const char *text = NULL;
	unsigned bits = 0;
	int err = need_inside(&s->until, &bits, r);

	if (!err && !(bits & CONFER_TEXT))
		err = fault_set(&r->fault, E_DENIED, "This seat does not write here now.");
	if (!err)
		err = signing_texts(r, names, &text, 1);
	if (!err && (!text[0] || strlen(text) > TEXT_MAX)) {
		fault_at(&r->fault, "/text", 0, 0);
		err = fault_set(&r->fault, E_RANGE, "A text has 1 to %d bytes.", TEXT_MAX);
	}
	if (err)
		return err;
	s->text = text;
	s->seat = r->seat;
	s->write = write_text;
	s->reply = reply_text;

	return signing_post(s);
}


/* What is being said, for those who cannot hear it: shown, and not kept. */
int room_caption(struct request *r)
{
	static const char *const names[] = { "text" };
	struct told_room n = { .room = 0 };
	const char *text = NULL;
	unsigned bits = 0;
	struct buf event;
	struct jw w;
	int err = need_inside(&n.room, &bits, r);

	if (!err && !(bits & CONFER_CAPTION))
		err = fault_set(&r->fault, E_DENIED, "This seat writes no captions here now.");
	if (!err)
		err = signing_texts(r, names, &text, 1);
	if (!err && (!text[0] || strlen(text) > CAPTION_MAX)) {
		fault_at(&r->fault, "/text", 0, 0);
		err = fault_set(&r->fault, E_RANGE, "A caption has 1 to %d bytes.",
				CAPTION_MAX);
	}
	if (err)
		return err;
	buf_init(&event, sizeof(n.text) - 1);
	buf_str(&event, "event: caption\ndata: ");
	jw_init(&w, &event);
	jw_object(&w);
	jw_kint(&w, "room", n.room);
	jw_kstr(&w, "text", text);
	jw_object_end(&w);
	buf_str(&event, "\n\n");
	err = event.err;
	if (!err)
		(void)text_copy(n.text, sizeof(n.text), event.data);
	buf_clear(&event);
	if (err)
		return err;
	http_each_loop(loop_desk(r->loop)->http, post_told, &n);

	return http_reply(r, 204, NULL, "", 0);
}


int room_text_get(struct request *r)
{
	const char *after = http_parameter(r, "after");
	struct store_rows *rows = NULL;
	int64_t room = 0, since = 0;
	unsigned bits = 0;
	struct jw w;
	int err = need_inside(&room, &bits, r);

	if (!err && !(bits & CONFER_RECEIVE))
		err = fault_set(&r->fault, E_DENIED, "Nothing is shown to this seat now.");
	if (!err && after && text_int(&since, after, 0, INT64_MAX))
		err = fault_set(&r->fault, E_RANGE, "after is the number of a text.");
	if (!err)
		err = store_query(
			&rows, desk_reader(r)->st,
			"SELECT t.number, t.at, t.person, t.party, t.office, t.text FROM"
			" confer_text t JOIN confer_place p ON p.room = t.room"
			" AND p.person = $2 WHERE t.room = $1 AND t.number > $3"
			" AND t.at >= p.since ORDER BY t.number LIMIT 500",
			"isi", room, r->seat.person, since);
	if (err)
		return err;
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_key(&w, "texts");
	jw_array(&w);
	while (store_next(rows, &err)) {
		char at[TIME_TEXT_SIZE];

		time_text(at, store_int(rows, 1));
		jw_object(&w);
		jw_kint(&w, "number", store_int(rows, 0));
		jw_kstr(&w, "at", at);
		jw_kstr(&w, "person", store_text(rows, 2));
		if (store_text(rows, 3))
			jw_kstr(&w, "party", store_text(rows, 3));
		jw_kstr(&w, "office", store_text(rows, 4));
		jw_kstr(&w, "text", store_text(rows, 5));
		jw_object_end(&w);
	}
	jw_array_end(&w);
	jw_object_end(&w);
	store_done(rows);
	r->status = 200;
	http_reply_header(r, "Cache-Control", "no-store");

	return err ? err : HTTP_ANSWERED;
}
