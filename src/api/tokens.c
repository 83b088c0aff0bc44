/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tokens.c: /api/v1/tokens: systems that act for a person, for named kinds of acts only. */
#include <string.h>

#include "act/viewing.h"
#include "api/desk.h"
#include "api/session.h"
#include "api/signin.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/time.h"
#include "store/store.h"

enum {
	KINDS_MAX = 40,
	DAY_MS = 24 * 3600 * 1000,
};


int tokens_get(struct request *r)
{
	struct store_rows *rows = NULL;
	struct jw w;
	int err = signing_person(r, false);

	if (!err)
		err = store_query(
			&rows, desk_reader(r)->st,
			"SELECT id, name, kinds, made_at, until, used_at FROM parties_token"
			" WHERE person = $1 AND ended_at IS NULL ORDER BY made_at, id",
			"s", r->seat.person);
	if (err)
		return err;
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_key(&w, "tokens");
	jw_array(&w);
	while (store_next(rows, &err)) {
		char *kinds = arena_str(r->arena, store_text(rows, 2)), *at = NULL;
		char text[TIME_TEXT_SIZE];

		jw_object(&w);
		jw_kstr(&w, "id", store_text(rows, 0));
		jw_kstr(&w, "name", store_text(rows, 1));
		jw_key(&w, "kinds");
		jw_array(&w);
		for (char *k = strtok_r(kinds, " ", &at); k; k = strtok_r(NULL, " ", &at))
			jw_str(&w, k);
		jw_array_end(&w);
		time_text(text, store_int(rows, 3));
		jw_kstr(&w, "made", text);
		time_text(text, store_int(rows, 4));
		jw_kstr(&w, "until", text);
		if (!store_null(rows, 5)) {
			time_text(text, store_int(rows, 5));
			jw_kstr(&w, "used", text);
		}
		jw_object_end(&w);
	}
	jw_array_end(&w);
	jw_object_end(&w);
	store_done(rows);
	r->status = 200;
	http_reply_header(r, "Cache-Control", "no-store");

	return err ? err : HTTP_ANSWERED;
}


static int write_token(struct signing *s, struct store *st)
{
	int err = token_make(st, s->hash, s->id, &s->seat, s->name, s->text, s->now, s->until);

	return err == E_RANGE ? fault_set(&s->fault, E_RANGE, "A person has %d tokens at most.",
					  TOKENS_MAX)
			      : err;
}


static int reply_token(struct signing *s)
{
	struct jw w;

	jw_init(&w, &s->r->out);
	jw_object(&w);
	jw_kstr(&w, "id", s->id);
	jw_kstr(&w, "token", s->new_secret);
	jw_object_end(&w);
	s->r->status = 201;
	http_reply_header(s->r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}


static int token_fault(struct request *r, const char *pointer, const char *text)
{
	fault_at(&r->fault, pointer, 0, 0);

	return fault_set(&r->fault, E_RANGE, "%s", text);
}


/* {"name", "kinds": [...], "days"}: each kind is one that there is. */
static int read_token(struct signing *s, const json_t *root)
{
	const json_t *kinds = json_object_get(root, "kinds"), *kind;
	const char *name = json_text(root, "name", "");
	int64_t days = json_int(root, "days", 0);
	struct buf text;
	size_t i;
	int err = 0;

	if (!name[0] || strlen(name) > 200)
		return token_fault(s->r, "/name", "A token has a name of 1 to 200 bytes.");
	if (days < 1 || days > TOKEN_DAYS_MAX)
		return token_fault(s->r, "/days", "A token is valid for 1 to 366 days.");
	if (!json_is_array(kinds) || json_array_size(kinds) > KINDS_MAX)
		return token_fault(s->r, "/kinds", "The kinds of acts are a list, at most 40.");
	buf_init(&text, 0);
	json_array_foreach(kinds, i, kind)
	{
		const char *k = json_string_value(kind);

		if (!k || !registry_kind(loop_desk(s->r->loop)->registry, k) ||
		    text_starts(k, "person.")) {
			err = token_fault(s->r, "/kinds",
					  "There is no such kind of act for a system.");
			break;
		}
		buf_printf(&text, "%s%s", i ? " " : "", k);
	}
	s->text = arena_str(s->r->arena, text.data);
	buf_clear(&text);
	s->name = arena_str(s->r->arena, name);
	s->until = s->now + days * DAY_MS;

	return err;
}


int tokens_post(struct request *r)
{
	struct signing *s = signing_new(r);
	char *id = arena_take(r->arena, RAND_UUID_SIZE);
	json_t *root = NULL;
	int err = signing_person(r, true);

	if (!err)
		err = json_read(&root, r->body.data, r->body.len, r->body.max, 4, &r->fault);
	if (!err)
		err = read_token(s, root);
	json_decref(root);
	if (err)
		return err;
	rand_uuid(id);
	s->id = id;
	s->seat = r->seat;
	secret_make(s->new_secret, s->hash);
	s->write = write_token;
	s->reply = reply_token;

	return signing_post(s);
}


static int write_token_end(struct signing *s, struct store *st)
{
	return token_end(st, s->r->seat.person, s->r->part[0], s->now);
}


static int reply_token_end(struct signing *s)
{
	return http_reply(s->r, 204, NULL, "", 0);
}


int token_delete(struct request *r)
{
	struct signing *s = signing_new(r);
	int err = signing_person(r, false);

	if (err)
		return err;
	s->write = write_token_end;
	s->reply = reply_token_end;

	return signing_post(s);
}
