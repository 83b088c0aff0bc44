/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "act/clock.h"
#include "act/world.h"
#include "api/desk.h"
#include "api/session.h"
#include "api/signin.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/answer.h"
#include "charter/charter.h"
#include "charter/snapshot.h"
#include "watch/series.h"


struct signing *signing_new(struct request *r)
{
	struct signing *s = arena_take(r->arena, sizeof(*s));

	s->r = r;
	s->now = clock_now(loop_desk(r->loop)->clock);
	s->device = session_device(r);

	return s;
}


static void back(struct loop *loop, struct loop_message *m)
{
	struct signing *s =
		(struct signing *)(void *)((char *)m - offsetof(struct signing, back));

	(void)loop;
	http_continue(s->r);
}


static void return_to_loop(struct signing *s)
{
	json_decref(s->act_body);
	s->act_body = NULL;
	s->back.run = back;
	while (loop_post(s->r->loop, &s->back) == E_BUSY)
		;
}


static void finished(struct chore *c, int err)
{
	struct signing *s = (struct signing *)(void *)c;

	s->err = err;
	return_to_loop(s);
}


static int run_finish(struct chore *c, struct store *st)
{
	struct signing *s = (struct signing *)(void *)c;

	return s->finish(s, st);
}


/* The act is recorded: the second writing, or back. */
static void acted(struct act_job *job)
{
	struct signing *s = job->arg;

	s->err = job->err;
	if (s->err)
		s->fault = job->fault;
	else if (!job->outcome.done)
		s->err =
			fault_set(&s->fault, E_REFUSED, "The access of this person has ended.");
	s->chore.run = run_finish;
	s->chore.done = finished;
	if (s->err || !s->finish)
		return_to_loop(s);
	else if (writer_chore(loop_desk(s->r->loop)->writer, &s->chore))
		finished(&s->chore, E_BUSY);
}


static void written(struct chore *c, int err)
{
	struct signing *s = (struct signing *)(void *)c;
	char *id;

	if (err || !s->act_kind) {
		finished(c, err);
		return;
	}
	id = arena_take(s->r->arena, RAND_UUID_SIZE);
	rand_uuid(id);
	s->job = (struct act_job){ .request = { .id = id,
						.kind = s->act_kind,
						.subject = arena_printf(s->r->arena,
									"person/%s", s->person),
						.body = s->act_body,
						.expect = FIELD_NONE },
				   .seat = s->seat,
				   .arena = s->r->arena,
				   .done = acted,
				   .arg = s };
	if (writer_post(loop_desk(s->r->loop)->writer, &s->job))
		finished(c, E_BUSY);
}


static int run_write(struct chore *c, struct store *st)
{
	struct signing *s = (struct signing *)(void *)c;

	return s->write(s, st);
}


int signing_post(struct signing *s)
{
	int err;

	s->chore.run = run_write;
	s->chore.done = written;
	s->r->work = s;
	err = writer_chore(loop_desk(s->r->loop)->writer, &s->chore);
	if (err) {
		json_decref(s->act_body);
		s->act_body = NULL;
	}

	return err ? err : HTTP_WAIT;
}


int signing_again(struct request *r)
{
	struct signing *s = r->work;

	if (!s->err)
		return s->reply(s);
	r->fault = s->fault;

	return s->err;
}


int signing_texts(struct request *r, const char *const *names, const char **values,
		  size_t count)
{
	json_t *root = NULL, *v;
	const char *key;
	int err = json_read(&root, r->body.data, r->body.len, r->body.max, 4, &r->fault);

	if (!err && !json_is_object(root))
		err = fault_set(&r->fault, E_SYNTAX, "The body is a JSON object.");
	for (size_t i = 0; !err && i < count; i++) {
		bool optional = names[i][0] == '?';
		const char *name = names[i] + optional;
		const char *text = json_string_value(json_object_get(root, name));

		values[i] = text ? arena_str(r->arena, text) : NULL;
		if (!text && !optional) {
			fault_at(&r->fault, arena_printf(r->arena, "/%s", name), 0, 0);
			err = fault_set(&r->fault, E_RANGE, "The text \"%s\" is missing.",
					name);
		}
	}
	if (!err)
		json_object_foreach(root, key, v)
		{
			size_t i = 0;

			while (i < count && strcmp(names[i] + (names[i][0] == '?'), key) != 0)
				i++;
			if (i == count && !err) {
				fault_at(&r->fault, arena_printf(r->arena, "/%s", key), 0, 0);
				err = fault_set(&r->fault, E_RANGE, "\"%s\" is not known here.",
						key);
			}
		}
	json_decref(root);

	return err;
}


int signing_bytes(struct bytes *out, struct request *r, const char *name, const char *text)
{
	size_t len = strlen(text);
	uint8_t *bytes = arena_take(r->arena, len + 1);

	if (text_unbase64(bytes, &len, text, strlen(text), true)) {
		fault_at(&r->fault, arena_printf(r->arena, "/%s", name), 0, 0);
		return fault_set(&r->fault, E_SYNTAX, "\"%s\" is not base64url.", name);
	}
	*out = (struct bytes){ bytes, len };

	return 0;
}


int signing_challenge(uint8_t out[WEBAUTHN_CHALLENGE], struct request *r, struct bytes client)
{
	json_t *data = NULL;
	size_t len = WEBAUTHN_CHALLENGE;
	const char *text;
	int err = json_read(&data, (const char *)client.at, client.len, WEBAUTHN_CLIENT_MAX, 4,
			    &r->fault);

	if (err)
		return fault_set(&r->fault, E_SYNTAX, "clientDataJSON is not JSON.");
	text = json_text(data, "challenge", "");
	if (text_unbase64(out, &len, text, strlen(text), true) || len != WEBAUTHN_CHALLENGE)
		err = fault_set(&r->fault, E_SYNTAX,
				"clientDataJSON has no challenge of ours.");
	json_decref(data);

	return err;
}


const char *signing_url64(struct arena *a, const void *bytes, size_t len)
{
	char *out = arena_take(a, (len + 2) / 3 * 4 + 1);

	text_base64url(out, bytes, len);

	return out;
}


int signing_person(struct request *r, bool fresh)
{
	const struct session *s = r->session;

	if (!s || s->demo || s->kinds)
		return fault_set(&r->fault, E_SESSION, "Sign in first.");
	if (fresh &&
	    clock_now(loop_desk(r->loop)->clock) - s->verified_at > SESSION_VERIFIED_MS)
		return fault_set(&r->fault, E_VERIFY, "Show once more that it is you.");

	return 0;
}


/* The seats that a demonstration offers: who does most of its work. */
static int demo_seats(struct jw *w, struct request *r)
{
	const struct charter *c = NULL;
	const struct snapshot *s = NULL;
	struct reader *reader = desk_reader(r);
	int64_t now = clock_now(loop_desk(r->loop)->clock);
	int err = world_refresh(reader->world, NULL);
	const char *today;

	if (!err)
		err = world_charter(&c, reader->world, now);
	if (!err)
		err = world_statuses(&s, reader->world);
	if (err)
		return err;
	today = world_today(reader->world, c, now);
	charter_each (o, c->offices)
		if (!o->per_party && !text_eq(o->id, "chair") && !text_eq(o->id, "host"))
			jw_str(w, o->id);
	charter_each (p, s->parties) {
		const struct snapshot_status *status = snapshot_status(p, today);
		const struct charter_status *of =
			status ? charter_status(c, status->status) : NULL;

		if (of)
			jw_str(w, arena_printf(r->arena, "%s@%s",
					       SET_HAS(of->rights, RIGHT_MEETING_DECIDE)
						       ? "head"
						       : "delegate",
					       p->id));
	}

	return 0;
}


static void write_instant(struct jw *w, const char *key, int64_t at)
{
	char text[TIME_TEXT_SIZE];

	time_text(text, at);
	jw_kstr(w, key, text);
}


/* What the charter lets the seat do today, in its own words. */
static int write_rights(struct jw *w, struct request *r, const struct seat *of,
			bool administrator)
{
	const struct charter *c = NULL;
	struct seat seat = *of;
	struct reader *reader = desk_reader(r);
	int64_t now = clock_now(loop_desk(r->loop)->clock);
	int err = world_refresh(reader->world, NULL);

	if (!err)
		err = world_charter(&c, reader->world, now);
	if (!err)
		err = seat_resolve(&seat, c, reader->world, now);
	if (err)
		return err;
	/* As parties/persons.c judges. */
	administrator = administrator || (seat.party && text_eq(seat.office, "head")) ||
			(seat.secretariat && text_eq(seat.office, "secretary-general"));
	jw_kbool(w, "administrator", administrator);
	jw_kbool(w, "secretariat", seat.secretariat);
	jw_kbool(w, "monitoring", watch_reads(&seat, c));
	if (seat.status)
		jw_kstr(w, "status", seat.status);
	jw_key(w, "rights");
	jw_array(w);
	for (int i = 0; i < vocabulary_right.count; i++)
		if (seat_has(&seat, c, vocabulary_word(&vocabulary_right, i)))
			jw_str(w, vocabulary_word(&vocabulary_right, i));
	jw_array_end(w);

	return 0;
}


static int write_person(struct jw *w, struct request *r, const struct seat *seat,
			int64_t verified_at)
{
	bool demo = text_starts(seat->person, "demo-");
	struct person_seats p = { 0 };
	int err = demo ? 0 : person_read(&p, r->arena, desk_reader(r)->st, seat->person);

	if (err)
		return err;
	jw_kstr(w, "person", seat->person);
	if (p.name)
		jw_kstr(w, "name", p.name);
	jw_kstr(w, "office", seat->office);
	if (seat->party)
		jw_kstr(w, "party", seat->party);
	if (seat->body)
		jw_kstr(w, "body", seat->body);
	err = write_rights(w, r, seat, p.administrator);
	if (err)
		return err;
	if (!demo && verified_at)
		write_instant(w, "verified_until", verified_at + SESSION_VERIFIED_MS);
	if (!demo && p.hold_until != FIELD_NONE)
		write_instant(w, "hold", p.hold_until);
	jw_key(w, "seats");
	jw_array(w);
	for (size_t i = 0; i < p.seats; i++)
		jw_str(w, p.seat[i]);
	jw_array_end(w);

	return 0;
}


int signing_session(struct request *r, const struct seat *seat, int64_t verified_at,
		    unsigned status)
{
	bool demo = loop_desk(r->loop)->demo;
	struct webauthn_site site;
	struct jw w;
	int err = 0;

	jw_init(&w, &r->out);
	jw_object(&w);
	jw_kbool(&w, "signed_in", seat->person != NULL);
	jw_kbool(&w, "demo", demo);
	if (session_site(&site, r)) {
		jw_key(&w, "site");
		jw_object(&w);
		jw_kstr(&w, "origin", site.origin);
		jw_kstr(&w, "id", site.id);
		jw_object_end(&w);
	}
	if (seat->person) {
		err = write_person(&w, r, seat, verified_at);
	} else {
		jw_key(&w, "seats");
		jw_array(&w);
		if (demo)
			err = demo_seats(&w, r);
		jw_array_end(&w);
	}
	jw_object_end(&w);
	if (err)
		return err;
	r->status = status;
	http_reply_header(r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}
