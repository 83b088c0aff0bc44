/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sessions.c: /api/v1/sessions: where one is signed in, and the end of one or of all of them.
 */
#include <string.h>

#include "act/viewing.h"
#include "api/desk.h"
#include "api/session.h"
#include "api/signin.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "store/store.h"


struct sign {
	const char *in, *name;
};


/* The first of them that the text has: the more special stand before the more general. */
static const char *first_in(const char *text, const struct sign *signs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(text, signs[i].in))
			return signs[i].name;

	return NULL;
}


const char *session_device(struct request *r)
{
	static const struct sign programs[] = {
		{ "Edg", "Edge" },	 { "OPR/", "Opera" },	 { "Firefox/", "Firefox" },
		{ "FxiOS/", "Firefox" }, { "CriOS/", "Chrome" }, { "Chrome/", "Chrome" },
		{ "Safari/", "Safari" }, { "curl/", "curl" },
	};
	static const struct sign systems[] = {
		{ "Android", "Android" }, { "iPhone", "iPhone" },  { "iPad", "iPad" },
		{ "Windows", "Windows" }, { "Mac OS X", "macOS" }, { "CrOS", "ChromeOS" },
		{ "Linux", "Linux" },
	};
	const char *agent = http_header(r, "User-Agent");
	const char *program = agent ? first_in(agent, programs, ARRAY_LEN(programs)) : NULL;
	const char *system = agent ? first_in(agent, systems, ARRAY_LEN(systems)) : NULL;

	if (!program || !system)
		return program ? program : system;

	return arena_printf(r->arena, "%s, %s", program, system);
}


static void write_one(struct jw *w, struct request *r, struct store_rows *rows)
{
	const char *hash = store_text(rows, 0), *office = store_text(rows, 1);
	const char *party = store_text(rows, 2), *body = store_text(rows, 3);
	char text[TIME_TEXT_SIZE];

	jw_object(w);
	jw_kstr(w, "id", arena_strn(r->arena, hash, SESSION_ID_SIZE - 1));
	if (!store_null(rows, 4))
		jw_kstr(w, "device", store_text(rows, 4));
	jw_kstr(w, "seat",
		arena_printf(r->arena, "%s%s%s", office,
			     party  ? "@"
			     : body ? "/"
				    : "",
			     party  ? party
			     : body ? body
				    : ""));
	time_text(text, store_int(rows, 5));
	jw_kstr(w, "made", text);
	time_text(text, store_int(rows, 6));
	jw_kstr(w, "seen", text);
	jw_kbool(w, "current", text_eq(hash, r->session->hash));
	jw_object_end(w);
}


int sessions_get(struct request *r)
{
	struct store_rows *rows = NULL;
	struct jw w;
	int err = signing_person(r, false);

	if (!err)
		err = session_list(&rows, desk_reader(r)->st, r->seat.person,
				   signing_new(r)->now);
	if (err)
		return err;
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_key(&w, "sessions");
	jw_array(&w);
	while (store_next(rows, &err))
		write_one(&w, r, rows);
	jw_array_end(&w);
	jw_object_end(&w);
	store_done(rows);
	r->status = 200;
	http_reply_header(r, "Cache-Control", "no-store");

	return err ? err : HTTP_ANSWERED;
}


static int write_end(struct signing *s, struct store *st)
{
	return session_end_of(st, s->r->seat.person, s->id);
}


/* Whoever ended this one too is signed out here. */
static int reply_end(struct signing *s)
{
	events_signed_out(loop_desk(s->r->loop));
	if (!s->id || strncmp(s->r->session->hash, s->id, SESSION_ID_SIZE - 1) == 0)
		session_cookie(s->r, NULL);

	return http_reply(s->r, 204, NULL, "", 0);
}


static int end(struct request *r, const char *id)
{
	struct signing *s = signing_new(r);
	int err = signing_person(r, false);

	if (err)
		return err;
	s->id = id;
	s->write = write_end;
	s->reply = reply_end;

	return signing_post(s);
}


int sessions_delete(struct request *r)
{
	return end(r, NULL);
}


int sessions_delete_one(struct request *r)
{
	return end(r, r->part[0]);
}
