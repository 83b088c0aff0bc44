/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* signin.c: /api/v1/session: who sits here, signing in, another office, leaving. */
#include <string.h>

#include "api/desk.h"
#include "api/session.h"
#include "api/signin.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"


int session_get(struct request *r)
{
	return signing_session(r, &r->seat, r->session ? r->session->verified_at : 0, 200);
}


static int write_session(struct signing *s, struct store *st)
{
	int err = 0;

	/* Whoever signs in again leaves the session before. */
	if (s->r->session && !s->r->session->kinds)
		err = session_end(st, s->r->session->hash);

	return err ? err : session_make(st, s->hash, &s->seat, s->device, s->now);
}


static int reply_session(struct signing *s)
{
	session_cookie(s->r, s->new_secret);

	return signing_session(s->r, &s->seat, s->now, 201);
}


/* A demonstration: any seat may be taken. */
int session_post(struct request *r)
{
	static const char *const names[] = { "seat" };
	const struct charter *c = NULL;
	struct signing *s = signing_new(r);
	const char *text;
	int err;

	if (!loop_desk(r->loop)->demo)
		return fault_set(&r->fault, E_ABSENT,
				 "Seats are taken in demonstrations only.");
	err = signing_texts(r, names, &text, 1);
	if (err)
		return err;
	if (!seat_read_demo(&s->seat, r->arena, text) || s->seat.operator_) {
		fault_at(&r->fault, "/seat", 0, 0);
		return fault_set(&r->fault, E_RANGE,
				 "A seat is written office, office@party or staff/body.");
	}
	err = desk_resolve(r, &c);
	if (err)
		return err;
	secret_make(s->new_secret, s->hash);
	s->write = write_session;
	s->reply = reply_session;

	return signing_post(s);
}


static int write_end(struct signing *s, struct store *st)
{
	return session_end(st, s->r->session->hash);
}


static int reply_end(struct signing *s)
{
	events_signed_out(loop_desk(s->r->loop));
	session_cookie(s->r, NULL);

	return http_reply(s->r, 204, NULL, "", 0);
}


int session_delete(struct request *r)
{
	struct signing *s = signing_new(r);

	if (!r->session || r->session->kinds) {
		session_cookie(r, NULL);
		return http_reply(r, 204, NULL, "", 0);
	}
	s->write = write_end;
	s->reply = reply_end;

	return signing_post(s);
}


static int write_sit(struct signing *s, struct store *st)
{
	return session_sit(st, s->r->session->hash, &s->seat);
}


static int reply_sit(struct signing *s)
{
	return signing_session(s->r, &s->seat, s->r->session->verified_at, 200);
}


/* Another of one's own offices. */
int session_seat_post(struct request *r)
{
	static const char *const names[] = { "seat" };
	struct signing *s = signing_new(r);
	struct person_seats p;
	const char *text;
	int err = signing_texts(r, names, &text, 1);

	if (!err)
		err = signing_person(r, false);
	if (!err)
		err = person_read(&p, r->arena, desk_reader(r)->st, r->seat.person);
	if (err)
		return err;
	for (size_t i = 0; i < p.seats; i++) {
		if (!text_eq(p.seat[i], text))
			continue;
		seat_read(&s->seat, r->arena, p.id, text);
		s->write = write_sit;
		s->reply = reply_sit;
		return signing_post(s);
	}
	fault_at(&r->fault, "/seat", 0, 0);

	return fault_set(&r->fault, E_RANGE, "This is none of your offices.");
}


static int write_question(struct signing *s, struct store *st)
{
	return ceremony_make(st, s->challenge, s->what, s->person, NULL, s->now);
}


static int reply_question(struct signing *s)
{
	struct webauthn_site site;
	struct jw w;

	if (!session_site(&site, s->r))
		return E_ABSENT;
	jw_init(&w, &s->r->out);
	jw_object(&w);
	jw_kstr(&w, "challenge",
		signing_url64(s->r->arena, s->challenge, sizeof(s->challenge)));
	jw_kstr(&w, "rpId", site.id);
	jw_kint(&w, "timeout", CEREMONY_MS);
	jw_kstr(&w, "userVerification", "required");
	jw_object_end(&w);
	s->r->status = 200;
	http_reply_header(s->r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}


static int need_site(struct webauthn_site *site, struct request *r)
{
	return session_site(site, r)
		       ? 0
		       : fault_set(&r->fault, E_ABSENT,
				   "Passkeys work only at the name of this centre (serve "
				   "--origin), or at localhost.");
}


int passkey_question(struct request *r)
{
	struct signing *s = signing_new(r);
	struct webauthn_site site;
	int err = session_rate(r);

	if (!err)
		err = need_site(&site, r);
	if (err)
		return err;
	rand_bytes(s->challenge, sizeof(s->challenge));
	s->what = "get";
	s->write = write_question;
	s->reply = reply_question;

	return signing_post(s);
}


/* The question was ours; the counter goes up; a session begins, or is proved again. */
static int write_passkey(struct signing *s, struct store *st)
{
	const struct session *now = s->r->session;
	const char *nobody = NULL;
	int err = ceremony_take(&nobody, NULL, s->r->arena, st, s->challenge, "get", s->now);

	if (err == E_ABSENT)
		return fault_set(
			&s->fault, E_RANGE,
			"This question was answered before, or too long ago; begin once "
			"more.");
	if (!err)
		err = passkey_used(st, s->id, s->key.counter, s->now);
	if (!err && now && !now->demo && text_eq(now->seat.person, s->person)) {
		s->right = true; /* it goes on */
		return session_verified(st, now->hash, s->now);
	}

	return err ? err : write_session(s, st);
}


static int reply_passkey(struct signing *s)
{
	if (s->right)
		return signing_session(s->r, &s->r->seat, s->now, 201);

	return reply_session(s);
}


/* Where a person begins: the first office. */
static int first_seat(struct signing *s)
{
	struct person_seats p;
	int err = person_read(&p, s->r->arena, desk_reader(s->r)->st, s->person);

	if (err)
		return err;
	if (!p.seats)
		return fault_set(&s->r->fault, E_DENIED, "You hold no office at present.");
	seat_read(&s->seat, s->r->arena, p.id, p.seat[0]);

	return 0;
}


/* Who tries what does not hold is noted, and told no more than that. */
static int not_this(struct signing *s, const char *what)
{
	struct seat tried = { .person = s->person };

	writer_security(loop_desk(s->r->loop)->writer, &tried, what, "");
	s->r->fault = (struct fault){ 0 };

	return fault_set(&s->r->fault, E_SESSION, "This does not sign anybody in here.");
}


int passkey_answer(struct request *r)
{
	static const char *const names[] = { "id", "clientDataJSON", "authenticatorData",
					     "signature" };
	struct signing *s = signing_new(r);
	struct bytes client = { 0 }, data = { 0 }, signature = { 0 };
	struct webauthn_site site;
	const char *value[4];
	int err = session_rate(r);

	if (!err)
		err = need_site(&site, r);
	if (!err)
		err = signing_texts(r, names, value, 4);
	if (!err)
		err = signing_bytes(&client, r, names[1], value[1]);
	if (!err)
		err = signing_bytes(&data, r, names[2], value[2]);
	if (!err)
		err = signing_bytes(&signature, r, names[3], value[3]);
	if (!err)
		err = signing_challenge(s->challenge, r, client);
	if (err)
		return err;
	s->id = value[0];
	err = passkey_find(&s->key, &s->person, r->arena, desk_reader(r)->st, s->id);
	if (err == E_ABSENT)
		return not_this(s, "passkey-unknown");
	if (!err)
		err = webauthn_used(&s->key, &site, s->challenge, client, data, signature,
				    &r->fault);
	if (err == E_CRYPTO)
		return not_this(s, "passkey-false");
	if (!err)
		err = first_seat(s);
	if (err)
		return err;
	secret_make(s->new_secret, s->hash);
	s->write = write_passkey;
	s->reply = reply_passkey;

	return signing_post(s);
}


static int write_password(struct signing *s, struct store *st)
{
	const struct session *now = s->r->session;
	int err = password_tried(st, s->person, s->right, s->step, s->now);

	if (err == E_EXISTS) {
		s->right = false;
		err = password_tried(st, s->person, false, 0, s->now);
	}
	if (err || !s->right)
		return err;
	if (now && !now->demo && !now->kinds && text_eq(now->seat.person, s->person)) {
		s->has_totp = true; /* the session goes on */
		return session_verified(st, now->hash, s->now);
	}

	return write_session(s, st);
}


static int reply_password(struct signing *s)
{
	if (!s->right)
		return not_this(s, "password-false");
	if (s->has_totp)
		return signing_session(s->r, &s->r->seat, s->now, 201);

	return reply_session(s);
}


int password_answer(struct request *r)
{
	static const char *const names[] = { "person", "password", "code" };
	struct signing *s = signing_new(r);
	struct password_row row;
	const char *value[3];
	int err = session_rate(r);

	if (!err)
		err = signing_texts(r, names, value, 3);
	if (err)
		return err;
	s->person = value[0];
	err = password_find(&row, r->arena, desk_reader(r)->st, s->person, s->now);
	if (err == E_ABSENT) {
		/* As long as for anybody else, so that who is asked about stays unknown. */
		err = password_check(NULL, value[1], &r->fault);
		return err == E_RATE ? err : not_this(s, "password-unknown");
	}
	if (err == E_RATE)
		return fault_set(
			&r->fault, E_RATE,
			"There were too many wrong passwords; wait a quarter of an hour.");
	if (!err)
		err = password_check(row.hash, value[1], &r->fault);
	if (err && err != E_CRYPTO)
		return err;
	s->right = !err && totp_check(&s->step, row.secret, value[2], row.step, s->now);
	err = s->right ? first_seat(s) : 0;
	if (err)
		return err;
	secret_make(s->new_secret, s->hash);
	s->write = write_password;
	s->reply = reply_password;

	return signing_post(s);
}
