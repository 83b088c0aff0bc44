/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * events.c: what happens, as server-sent events (HTML Living Standard 9.2):
 *
 *	id: 57
 *	event: act
 *	data: {"seq":57,"kind":"party.record-fact","subject":"party/ol","at":"...","done":true}
 *
 * A stream tells an act only if its viewer may see it in the record.  A client that comes
 * back with Last-Event-ID gets what it missed, or "resync" when that is too much.
 */
#include <stdlib.h>
#include <string.h>

#include "act/clock.h"
#include "act/world.h"
#include "api/clerk.h"
#include "api/courier.h"
#include "api/desk.h"
#include "api/session.h"
#include "api/usher.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "store/store.h"

enum {
	MISSED_MAX = 500,
	CHECK_MS = 5000, /* how often a stream asks whether its session holds */
	LOOK_ID_MAX = 100,
};

/* A batch of events on its way to one loop. */
struct telling {
	struct loop_message message;
	size_t count;
	struct event *events[];
};

struct streamed {
	int64_t seq;
	int64_t at;
	const char *kind;
	const char *subject;
	bool done;
};


static void write_event(struct buf *out, const struct streamed *e)
{
	char at[TIME_TEXT_SIZE];
	struct jw w;

	time_text(at, e->at);
	buf_printf(out, "id: %lld\nevent: act\ndata: ", (long long)e->seq);
	jw_init(&w, out);
	jw_object(&w);
	jw_kint(&w, "seq", e->seq);
	jw_kstr(&w, "kind", e->kind);
	jw_kstr(&w, "subject", e->subject);
	jw_kstr(&w, "at", at);
	jw_kbool(&w, "done", e->done);
	jw_object_end(&w);
	buf_str(out, "\n\n");
}


/* To the streams of this loop whose viewers may see it. */
static void tell_one(struct loop *loop, const struct charter *c, const struct event *e)
{
	struct outtext *shared;
	struct buf text;

	buf_init(&text, 0);
	write_event(&text, &(struct streamed){ e->seq, e->at, e->kind, e->subject, e->done });
	shared = outtext_new(text.data, text.len);
	list_for_each (link, loop_streams(loop)) {
		struct stream *s = LIST_ENTRY(link, struct stream, link);

		if (!s->ended && seat_sees(&s->seat, c, e->see, e->person))
			stream_put(s, shared);
	}
	outtext_unref(shared);
	buf_clear(&text);
}


/* Rights may have changed with these acts: every viewer is resolved anew. */
static int refresh_seats(struct loop *loop, const struct charter **c)
{
	struct reader *reader = loop_reader(loop);
	int64_t at = clock_now(loop_desk(loop)->clock);
	int err = world_refresh(reader->world, NULL);

	if (!err)
		err = world_charter(c, reader->world, at);
	list_for_each (link, loop_streams(loop)) {
		struct stream *s = LIST_ENTRY(link, struct stream, link);

		if (!err)
			err = seat_resolve(&s->seat, *c, reader->world, at);
	}

	return err;
}


/* Who signed out, or whose access was reset or ended, is told nothing more. */
static void end_streams(struct loop *loop, const struct telling *t)
{
	int64_t at = clock_now(loop_desk(loop)->clock), now = time_monotonic();
	struct reader *reader = loop_reader(loop);
	struct arena *a = arena_new(1024);
	bool people = t->count == 0;

	for (size_t i = 0; i < t->count; i++)
		people = people || text_starts(t->events[i]->kind, "person.");
	list_for_each (link, loop_streams(loop)) {
		struct stream *s = LIST_ENTRY(link, struct stream, link);

		if (!s->session || s->ended || (!people && now - s->checked < CHECK_MS))
			continue;
		if (session_holds(a, reader->st, s->session, at) == E_SESSION)
			stream_end(s);
		s->checked = now;
		arena_reset(a);
	}
	arena_free(a);
}


static void tell_streams(struct loop *loop, struct loop_message *m)
{
	struct telling *t = (struct telling *)(void *)m;
	const struct charter *c = NULL;

	end_streams(loop, t);
	if (!list_empty(loop_streams(loop)) && refresh_seats(loop, &c) == 0)
		for (size_t i = 0; i < t->count; i++)
			tell_one(loop, c, t->events[i]);
	for (size_t i = 0; i < t->count; i++)
		event_unref(t->events[i]);
	free(t);
}

struct batch {
	struct event *const *events;
	size_t count;
};


static void post_batch(struct loop *loop, void *arg)
{
	const struct batch *b = arg;
	struct telling *t = mem_zero(1, sizeof(*t) + b->count * sizeof(struct event *));

	t->message.run = tell_streams;
	t->count = b->count;
	for (size_t i = 0; i < b->count; i++) {
		t->events[i] = b->events[i];
		atomic_fetch_add(&t->events[i]->references, 1);
	}
	if (loop_post(loop, &t->message)) {
		for (size_t i = 0; i < t->count; i++)
			event_unref(t->events[i]);
		free(t);
	}
}


void desk_tell(struct event *const *events, size_t count, void *desk)
{
	struct batch b = { events, count };
	struct desk *d = desk;

	if (d->http)
		http_each_loop(d->http, post_batch, &b);
	clerk_poke(d->clerk);
	usher_poke(d->usher);
	courier_poke(d->courier);
}


/* A telling of nothing: every loop asks anew whose session holds. */
void events_signed_out(struct desk *d)
{
	struct batch b = { NULL, 0 };

	http_each_loop(d->http, post_batch, &b);
}


/* To look again, for the streams of a person, or of a party. */
struct looking {
	struct loop_message message;
	bool party;
	char id[LOOK_ID_MAX];
};


static void tell_looking(struct loop *loop, struct loop_message *m)
{
	static const char resync[] = "event: resync\ndata: {}\n\n";
	struct looking *l = (struct looking *)(void *)m;
	struct outtext *shared = outtext_new(resync, sizeof(resync) - 1);

	list_for_each (link, loop_streams(loop)) {
		struct stream *s = LIST_ENTRY(link, struct stream, link);

		if (!s->ended && text_eq(l->party ? s->seat.party : s->seat.person, l->id))
			stream_put(s, shared);
	}
	outtext_unref(shared);
	free(l);
}


static void post_looking(struct loop *loop, void *arg)
{
	struct looking *l = mem_zero(1, sizeof(*l));

	*l = *(const struct looking *)arg;
	l->message.run = tell_looking;
	if (loop_post(loop, &l->message))
		free(l);
}


void events_look(struct desk *d, const char *id, bool party)
{
	struct looking l = { .party = party };

	if (d->http && text_copy(l.id, sizeof(l.id), id))
		http_each_loop(d->http, post_looking, &l);
}


/* What the client missed since it was last here, or "resync" when that is too much. */
static int put_missed(struct buf *out, struct request *r, const struct charter *c,
		      int64_t since)
{
	struct store_rows *rows = NULL;
	size_t n = 0;
	int err = store_query(&rows, desk_reader(r)->st,
			      "SELECT seq, at, kind, subject, done, see, person FROM act_record"
			      " WHERE seq > $1 ORDER BY seq LIMIT 501",
			      "i", since);

	while (!err && n <= MISSED_MAX && !out->err && store_next(rows, &err)) {
		struct streamed e = { store_int(rows, 0), store_int(rows, 1),
				      store_text(rows, 2), store_text(rows, 3),
				      store_int(rows, 4) != 0 };

		if (++n <= MISSED_MAX &&
		    seat_sees(&r->seat, c, e.done ? store_text(rows, 5) : "secretariat",
			      store_text(rows, 6)))
			write_event(out, &e);
	}
	store_done(rows);
	if (n > MISSED_MAX || out->err) {
		buf_reset(out);
		buf_str(out, "event: resync\ndata: {}\n\n");
	}

	return err;
}


int events_get(struct request *r)
{
	const char *last = http_header(r, "Last-Event-ID");
	const struct charter *c = NULL;
	struct buf begin;
	int64_t since = 0;
	int err = desk_resolve(r, &c);

	if (err)
		return err;
	if (!last)
		last = http_parameter(r, "since");
	if (last && text_int(&since, last, 0, INT64_MAX))
		return fault_set(&r->fault, E_RANGE, "Last-Event-ID is the number of an act.");

	buf_init(&begin, STREAM_MAX);
	buf_str(&begin, "retry: 1000\n\n");
	if (last)
		err = put_missed(&begin, r, c, since);
	if (!err) {
		/* The request's arena, and so its seat, lives as long as the stream. */
		r->stream = mem_zero(1, sizeof(*r->stream));
		list_init(&r->stream->link);
		r->stream->seat = r->seat;
		r->stream->session = r->session;
		r->stream->checked = time_monotonic();
		stream_put_bytes(r->stream, begin.data, begin.len);
	}
	buf_clear(&begin);

	return err ? err : HTTP_STREAM;
}
