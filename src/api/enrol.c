/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* enrol.c: from the link of an invitation to a passkey or a password; more passkeys; tokens. */
#include <string.h>

#include "act/clock.h"
#include "api/desk.h"
#include "api/session.h"
#include "api/signin.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/charter.h"
#include "mail/mail.h"
#include "store/store.h"

enum {
	NAME_MAX_BYTES = 200,
};


static int bad_link(struct request *r)
{
	writer_security(loop_desk(r->loop)->writer, &r->seat, "link-false", "");

	return fault_set(
		&r->fault, E_ABSENT,
		"This link was used, is too old, or was replaced by a newer one; ask for "
		"another.");
}


/* Whose link: the person and how long it still holds. */
static int invited(struct person_seats *p, int64_t *until, struct request *r, const char *token)
{
	int64_t now = clock_now(loop_desk(r->loop)->clock);
	struct store *st = desk_reader(r)->st;
	const char *person = NULL;
	int err = session_rate(r);

	if (!err)
		err = link_find(&person, until, r->arena, st, token, now);
	if (!err)
		err = person_read(p, r->arena, st, person);

	return err == E_ABSENT ? bad_link(r) : err;
}


int invitation_read(struct request *r)
{
	static const char *const names[] = { "token" };
	char until_text[TIME_TEXT_SIZE];
	struct person_seats p;
	const char *token;
	int64_t until = 0;
	struct jw w;
	int err = signing_texts(r, names, &token, 1);

	if (!err)
		err = invited(&p, &until, r, token);
	if (err)
		return err;
	time_text(until_text, until);
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_kstr(&w, "person", p.id);
	jw_kstr(&w, "name", p.name ? p.name : "");
	if (p.party)
		jw_kstr(&w, "party", p.party);
	jw_key(&w, "offices");
	jw_array(&w);
	for (size_t i = 0; i < p.seats; i++)
		jw_str(&w, p.seat[i]);
	jw_array_end(&w);
	jw_kbool(&w, "passwords", p.passwords);
	jw_kstr(&w, "until", until_text);
	jw_object_end(&w);
	r->status = 200;
	http_reply_header(r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}


static int write_question(struct signing *s, struct store *st)
{
	return ceremony_make(st, s->challenge, s->what, s->person, s->has_totp ? s->totp : NULL,
			     s->now);
}


/* Passkeys that the person has: a device makes no second one. */
static int write_known(struct jw *w, struct signing *s)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, desk_reader(s->r)->st,
			      "SELECT id FROM parties_passkey WHERE person = $1 AND ended_at IS"
			      " NULL ORDER BY id",
			      "s", s->person);

	jw_key(w, "excludeCredentials");
	jw_array(w);
	while (!err && store_next(rows, &err)) {
		jw_object(w);
		jw_kstr(w, "type", "public-key");
		jw_kstr(w, "id", store_text(rows, 0));
		jw_object_end(w);
	}
	jw_array_end(w);
	store_done(rows);

	return err;
}


/* PublicKeyCredentialCreationOptions (WebAuthn 5.4) with bytes as base64url. */
static int reply_question(struct signing *s)
{
	const struct charter *c = NULL;
	struct webauthn_site site;
	struct jw w;
	int err = desk_resolve(s->r, &c);

	if (!err && !session_site(&site, s->r))
		err = E_ABSENT;
	if (err)
		return err;
	jw_init(&w, &s->r->out);
	jw_object(&w);
	jw_kstr(&w, "challenge",
		signing_url64(s->r->arena, s->challenge, sizeof(s->challenge)));
	jw_key(&w, "rp");
	jw_object(&w);
	jw_kstr(&w, "id", site.id);
	jw_kstr(&w, "name", charter_text_in(c->organisation.name, s->r->lang));
	jw_object_end(&w);
	jw_key(&w, "user");
	jw_object(&w);
	jw_kstr(&w, "id", signing_url64(s->r->arena, s->person, strlen(s->person)));
	jw_kstr(&w, "name", s->name ? s->name : s->person);
	jw_kstr(&w, "displayName", s->name ? s->name : s->person);
	jw_object_end(&w);
	jw_key(&w, "pubKeyCredParams");
	jw_array(&w);
	for (size_t i = 0; i < ARRAY_LEN(webauthn_algs); i++) {
		jw_object(&w);
		jw_kstr(&w, "type", "public-key");
		jw_kint(&w, "alg", webauthn_algs[i]);
		jw_object_end(&w);
	}
	jw_array_end(&w);
	err = write_known(&w, s);
	jw_key(&w, "authenticatorSelection");
	jw_object(&w);
	jw_kstr(&w, "residentKey", "required");
	jw_kstr(&w, "userVerification", "required");
	jw_object_end(&w);
	jw_kstr(&w, "attestation", "none");
	jw_kint(&w, "timeout", CEREMONY_MS);
	jw_object_end(&w);
	s->r->status = 200;
	http_reply_header(s->r, "Cache-Control", "no-store");

	return err ? err : HTTP_ANSWERED;
}


static int ask(struct signing *s)
{
	struct webauthn_site site;

	if (!session_site(&site, s->r))
		return fault_set(&s->r->fault, E_ABSENT,
				 "Passkeys work only at the name of this centre (serve "
				 "--origin), or at localhost.");
	rand_bytes(s->challenge, sizeof(s->challenge));
	s->what = "make";
	s->write = write_question;
	s->reply = reply_question;

	return signing_post(s);
}


int invitation_question(struct request *r)
{
	static const char *const names[] = { "token" };
	struct signing *s = signing_new(r);
	struct person_seats p;
	const char *token;
	int64_t until;
	int err = signing_texts(r, names, &token, 1);

	if (!err)
		err = invited(&p, &until, r, token);
	if (err)
		return err;
	s->person = p.id;
	s->name = p.name;

	return ask(s);
}


int passkeys_question(struct request *r)
{
	struct signing *s = signing_new(r);
	struct person_seats p;
	int err = signing_person(r, true);

	if (!err)
		err = person_read(&p, r->arena, desk_reader(r)->st, r->seat.person);
	if (err)
		return err;
	s->person = p.id;
	s->name = p.name;

	return ask(s);
}


/* The question was asked of this person, and is answered now. */
static int take_question(struct signing *s, struct store *st)
{
	const char *person = NULL;
	int err =
		ceremony_take(&person, s->totp, s->r->arena, st, s->challenge, s->what, s->now);

	if (err == E_ABSENT || (!err && !text_eq(person, s->person)))
		return fault_set(
			&s->fault, E_RANGE,
			"This question was answered before, or too long ago; begin once "
			"more.");

	return err;
}


/* The link, where there is one: two browsers may have come with it at once. */
static int use_link(struct signing *s, struct store *st)
{
	int err = s->secret ? link_use(st, s->secret, s->now) : 0;

	if (!err && s->secret)
		err = mail_link_used(st, s->secret, s->now);

	return err == E_ABSENT ? fault_set(&s->fault, err, "This link was used meanwhile.")
			       : err;
}


static int write_passkey(struct signing *s, struct store *st)
{
	int err = take_question(s, st);

	if (!err)
		err = use_link(s, st);
	if (!err)
		err = passkey_add(st, &s->key, s->person, s->name, s->now);
	if (err == E_EXISTS)
		return fault_set(&s->fault, E_EXISTS, "This passkey is known already.");
	if (err == E_RANGE && !s->fault.text[0])
		return fault_set(&s->fault, E_RANGE, "A person has %d passkeys at most.",
				 PASSKEYS_MAX);

	return err;
}


/* After the act the person is in. */
static int finish_invitation(struct signing *s, struct store *st)
{
	return session_make(st, s->hash, &s->seat, s->device, s->now);
}


static int reply_in(struct signing *s)
{
	session_cookie(s->r, s->new_secret);

	return signing_session(s->r, &s->seat, s->now, 201);
}


/* What the browser made: checked here, in the loop; the writer only keeps it. */
static int read_made(struct signing *s, const char *client_text, const char *object_text)
{
	struct bytes client = { 0 }, object = { 0 };
	struct webauthn_site site;
	int err = signing_bytes(&client, s->r, "clientDataJSON", client_text);

	if (!err)
		err = signing_bytes(&object, s->r, "attestationObject", object_text);
	if (!err)
		err = signing_challenge(s->challenge, s->r, client);
	if (!err && !session_site(&site, s->r))
		err = E_ABSENT;
	if (!err)
		err = webauthn_made(&s->key, &site, s->challenge, client, object, &s->r->fault);

	return err;
}


static int check_name(struct request *r, const char *name)
{
	if (name[0] && strlen(name) <= NAME_MAX_BYTES)
		return 0;
	fault_at(&r->fault, "/name", 0, 0);

	return fault_set(&r->fault, E_RANGE, "A name has 1 to %d bytes.", NAME_MAX_BYTES);
}


/* The person enrols: an act, recorded with the digest of the key. */
static int begin_enrolment(struct signing *s, const struct person_seats *p, const char *token)
{
	if (!p->seats)
		return fault_set(&s->r->fault, E_DENIED, "You hold no office at present.");
	seat_read(&s->seat, s->r->arena, p->id, p->seat[0]);
	s->person = p->id;
	s->secret = token;
	s->act_kind = "person.enrol";
	s->finish = finish_invitation;
	s->reply = reply_in;
	secret_make(s->new_secret, s->hash);

	return 0;
}


int invitation_passkey(struct request *r)
{
	static const char *const names[] = { "token", "name", "clientDataJSON",
					     "attestationObject" };
	struct signing *s = signing_new(r);
	char digest[DIGEST_HEX_SIZE];
	struct person_seats p;
	const char *value[4];
	int64_t until;
	int err = signing_texts(r, names, value, 4);

	if (!err)
		err = invited(&p, &until, r, value[0]);
	if (!err)
		err = check_name(r, value[1]);
	if (!err)
		err = read_made(s, value[2], value[3]);
	if (!err)
		err = begin_enrolment(s, &p, value[0]);
	if (err)
		return err;
	s->name = value[1];
	s->what = "make";
	digest_hex(digest, s->key.key, s->key.key_len);
	s->act_body = json_pack("{s:s, s:s}", "method", "passkey", "key", digest);
	s->write = write_passkey;

	return signing_post(s);
}


static int reply_code(struct signing *s)
{
	char secret[TOTP_TEXT_SIZE];
	struct jw w;

	totp_text(secret, s->totp);
	jw_init(&w, &s->r->out);
	jw_object(&w);
	jw_kstr(&w, "challenge",
		signing_url64(s->r->arena, s->challenge, sizeof(s->challenge)));
	jw_kstr(&w, "secret", secret);
	jw_kstr(&w, "uri",
		arena_printf(s->r->arena,
			     "otpauth://totp/Comity:%s?secret=%s&issuer=Comity&algorithm=SHA1"
			     "&digits=6&period=30",
			     s->person, secret));
	jw_object_end(&w);
	s->r->status = 200;
	http_reply_header(s->r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}


static int no_passwords(struct request *r)
{
	return fault_set(&r->fault, E_DENIED,
			 "Your administrator did not allow a password; a passkey is needed.");
}


int invitation_code(struct request *r)
{
	static const char *const names[] = { "token" };
	struct signing *s = signing_new(r);
	struct person_seats p;
	const char *token;
	int64_t until;
	int err = signing_texts(r, names, &token, 1);

	if (!err)
		err = invited(&p, &until, r, token);
	if (!err && !p.passwords)
		err = no_passwords(r);
	if (err)
		return err;
	rand_bytes(s->challenge, sizeof(s->challenge));
	rand_bytes(s->totp, sizeof(s->totp));
	s->has_totp = true;
	s->what = "code";
	s->person = p.id;
	s->write = write_question;
	s->reply = reply_code;

	return signing_post(s);
}


static int write_password(struct signing *s, struct store *st)
{
	int err = take_question(s, st);

	if (!err && !totp_check(&s->step, s->totp, s->text, 0, s->now))
		err = fault_set(
			&s->fault, E_RANGE,
			"The code does not fit; look at the clock of the device that shows "
			"it.");
	if (!err)
		err = use_link(s, st);

	return err ? err : password_set(st, s->person, s->password, s->totp, s->step, s->now);
}


int invitation_password(struct request *r)
{
	static const char *const names[] = { "token", "challenge", "password", "code" };
	struct signing *s = signing_new(r);
	struct person_seats p;
	struct bytes challenge;
	const char *value[4];
	int64_t until;
	int err = signing_texts(r, names, value, 4);

	if (!err)
		err = invited(&p, &until, r, value[0]);
	if (!err && !p.passwords)
		err = no_passwords(r);
	if (!err)
		err = signing_bytes(&challenge, r, "challenge", value[1]);
	if (!err && challenge.len != WEBAUTHN_CHALLENGE)
		err = fault_set(&r->fault, E_RANGE, "The challenge is not one of ours.");
	if (!err)
		err = password_hash(s->password, value[2], &r->fault);
	if (!err)
		err = begin_enrolment(s, &p, value[0]);
	if (err)
		return err;
	memcpy(s->challenge, challenge.at, WEBAUTHN_CHALLENGE);
	s->text = value[3];
	s->what = "code";
	s->act_body = json_pack("{s:s}", "method", "password");
	s->write = write_password;

	return signing_post(s);
}


static int reply_created(struct signing *s)
{
	static const char text[] = "{}";

	return http_reply(s->r, 201, NULL, text, sizeof(text) - 1);
}


int passkeys_post(struct request *r)
{
	static const char *const names[] = { "name", "clientDataJSON", "attestationObject" };
	struct signing *s = signing_new(r);
	const char *value[3];
	int err = signing_person(r, true);

	if (!err)
		err = signing_texts(r, names, value, 3);
	if (!err)
		err = check_name(r, value[0]);
	if (!err)
		err = read_made(s, value[1], value[2]);
	if (err)
		return err;
	s->person = r->seat.person;
	s->name = value[0];
	s->what = "make";
	s->write = write_passkey;
	s->reply = reply_created;

	return signing_post(s);
}


static void instant(struct jw *w, const char *key, const struct store_rows *rows, int col)
{
	char text[TIME_TEXT_SIZE];

	if (store_null(rows, col))
		return;
	time_text(text, store_int(rows, col));
	jw_kstr(w, key, text);
}


int passkeys_get(struct request *r)
{
	struct store_rows *rows = NULL;
	struct jw w;
	int err = signing_person(r, false);

	if (!err)
		err = store_query(
			&rows, desk_reader(r)->st,
			"SELECT id, name, made_at, used_at, synced FROM parties_passkey"
			" WHERE person = $1 AND ended_at IS NULL ORDER BY made_at, id",
			"s", r->seat.person);
	if (err)
		return err;
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_key(&w, "passkeys");
	jw_array(&w);
	while (store_next(rows, &err)) {
		jw_object(&w);
		jw_kstr(&w, "id", store_text(rows, 0));
		jw_kstr(&w, "name", store_text(rows, 1));
		instant(&w, "made", rows, 2);
		instant(&w, "used", rows, 3);
		jw_kbool(&w, "synced", store_int(rows, 4) != 0);
		jw_object_end(&w);
	}
	jw_array_end(&w);
	jw_object_end(&w);
	store_done(rows);
	r->status = 200;
	http_reply_header(r, "Cache-Control", "no-store");

	return err ? err : HTTP_ANSWERED;
}


static int write_rename(struct signing *s, struct store *st)
{
	return passkey_rename(st, s->person, s->id, s->name);
}


static int write_removed(struct signing *s, struct store *st)
{
	int err = passkey_end(st, s->person, s->id, s->now);

	return err == E_RANGE
		       ? fault_set(&s->fault, E_RANGE,
				   "This is the last way to sign in; make another first.")
		       : err;
}


static int reply_gone(struct signing *s)
{
	return http_reply(s->r, 204, NULL, "", 0);
}


int passkey_post(struct request *r)
{
	static const char *const names[] = { "name" };
	struct signing *s = signing_new(r);
	int err = signing_person(r, true);

	if (!err)
		err = signing_texts(r, names, &s->name, 1);
	if (!err)
		err = check_name(r, s->name);
	if (err)
		return err;
	s->person = r->seat.person;
	s->id = r->part[0];
	s->write = write_rename;
	s->reply = reply_gone;

	return signing_post(s);
}


int passkey_delete(struct request *r)
{
	struct signing *s = signing_new(r);
	int err = signing_person(r, true);

	if (err)
		return err;
	s->person = r->seat.person;
	s->id = r->part[0];
	s->write = write_removed;
	s->reply = reply_gone;

	return signing_post(s);
}


static int write_link(struct signing *s, struct store *st)
{
	return link_make(st, s->hash, s->person, s->now);
}


static int reply_link(struct signing *s)
{
	const char *origin = loop_desk(s->r->loop)->origin, *host = http_header(s->r, "Host");
	char until[TIME_TEXT_SIZE];
	struct jw w;

	if (!origin)
		origin =
			arena_printf(s->r->arena, "%s://%s",
				     http_is_secure(s->r) ? "https" : "http", host ? host : "");
	time_text(until, s->now + LINK_MS);
	jw_init(&w, &s->r->out);
	jw_object(&w);
	jw_kstr(&w, "url", arena_printf(s->r->arena, "%s/welcome#%s", origin, s->new_secret));
	jw_kstr(&w, "until", until);
	jw_object_end(&w);
	s->r->status = 201;
	http_reply_header(s->r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}


/* The organisation brings in the first of a party, and nobody of a party that has its own. */
static int party_is_new(struct request *r, const char *party)
{
	int64_t n = 0;
	int err = store_get_int(
		&n, desk_reader(r)->st,
		"SELECT count(*) FROM parties_person p WHERE p.party = $1 AND p.state ="
		" 'active' AND (p.administrator = 1 OR EXISTS (SELECT 1 FROM parties_seat s"
		" WHERE s.person = p.id AND s.office = 'head' AND s.ended IS NULL))",
		"s", party);

	return err ? err : n ? E_ABSENT : 0;
}


/* As the acts about people ask (parties/persons.c): by an administrator of the same party. */
static int may_administer(struct request *r, const struct person_seats *p)
{
	const struct seat *seat = &r->seat;
	const struct charter *c = NULL;
	struct person_seats own = { 0 };
	bool organisation, head;
	int err = desk_resolve(r, &c);

	if (err)
		return err;
	head = p->party && text_eq(seat->party, p->party) && text_eq(seat->office, "head");
	organisation = seat->secretariat && text_eq(seat->office, "secretary-general");
	if (seat->person && !text_starts(seat->person, "demo-"))
		err = person_read(&own, r->arena, desk_reader(r)->st, seat->person);
	if (err)
		return err;
	if (head || (own.administrator && text_eq(own.party, p->party)))
		return 0;
	organisation = organisation || (own.administrator && !own.party);
	if (!organisation)
		return E_ABSENT;

	return p->party ? party_is_new(r, p->party) : 0;
}


int enrol_person(struct person_seats *out, struct request *r)
{
	int err = r->seat.person ? 0 : fault_set(&r->fault, E_SESSION, "Sign in first.");

	if (!err)
		err = session_may_act(r, "person.invite");
	if (!err && r->seat.held)
		err = fault_set(&r->fault, E_DENIED,
				"Your access was reset a short time ago; for a day you bring "
				"nobody in.");
	if (!err)
		err = person_read(out, r->arena, desk_reader(r)->st, r->part[0]);
	if (!err)
		err = may_administer(r, out);
	if (err == E_ABSENT) {
		writer_security(loop_desk(r->loop)->writer, &r->seat, "person-link",
				r->part[0]);
		return fault_set(&r->fault, E_ABSENT, "There is no such person.");
	}
	if (!err && !text_eq(out->state, "invited"))
		err = fault_set(&r->fault, E_RANGE,
				"This person has a way to sign in; reset the access first.");

	return err;
}


int person_link(struct request *r)
{
	struct signing *s = signing_new(r);
	struct person_seats p;
	int err = enrol_person(&p, r);

	if (err)
		return err;
	s->person = p.id;
	secret_make(s->new_secret, s->hash);
	s->write = write_link;
	s->reply = reply_link;

	return signing_post(s);
}
