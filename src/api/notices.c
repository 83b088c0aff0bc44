/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* notices.c: where a person wants to be written to; the way in by mail. */
#include <string.h>

#include "api/courier.h"
#include "api/desk.h"
#include "api/session.h"
#include "api/signin.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "mail/mail.h"

static const char languages[] = "en ru fr";


static int sends(struct request *r)
{
	return loop_desk(r->loop)->mail_from
		       ? 0
		       : fault_set(&r->fault, E_ABSENT, "This centre sends no mail.");
}


int notices_get(struct request *r)
{
	struct mail_address a = { 0 };
	struct desk *d = loop_desk(r->loop);
	char given[TIME_TEXT_SIZE];
	struct jw w;
	int err = signing_person(r, false);

	if (!err)
		err = mail_address_read(&a, r->arena, desk_reader(r)->st, r->seat.person);
	if (err && err != E_ABSENT)
		return err;
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_kbool(&w, "sends", d->mail_from != NULL);
	if (d->mail_from)
		jw_kstr(&w, "from", d->mail_from);
	if (a.address) {
		time_text(given, a.given_at);
		jw_kstr(&w, "address", a.address);
		jw_kstr(&w, "language", a.lang);
		jw_kbool(&w, "proved", a.proved);
		jw_kstr(&w, "given", given);
	}
	jw_object_end(&w);
	r->status = 200;
	http_reply_header(r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}


static int reply_done(struct signing *s)
{
	courier_poke(loop_desk(s->r->loop)->courier);

	return http_reply(s->r, 200, NULL, "{}", 2);
}


/* s->name is the address, s->text the language. */
static int read_address(struct signing *s)
{
	static const char *const names[] = { "address", "language" };
	struct request *r = s->r;
	const char *value[2];
	int err = signing_texts(r, names, value, 2);

	if (err)
		return err;
	if (!mail_address_valid(value[0])) {
		fault_at(&r->fault, "/address", 0, 0);
		return fault_set(&r->fault, E_RANGE,
				 "This is no address of e-mail; write name@example.org, in "
				 "ASCII.");
	}
	if (!text_among(languages, value[1])) {
		fault_at(&r->fault, "/language", 0, 0);
		return fault_set(&r->fault, E_RANGE, "The language is one of: %s.", languages);
	}
	s->name = value[0];
	s->text = value[1];

	return 0;
}


static int write_address(struct signing *s, struct store *st)
{
	return mail_address_give(st, s->person, s->name, s->text, false, s->now);
}


int notices_address_post(struct request *r)
{
	struct signing *s = signing_new(r);
	int err = signing_person(r, true);

	if (!err)
		err = sends(r);
	if (!err)
		err = session_rate(r);
	if (!err)
		err = read_address(s);
	if (err)
		return err;
	s->person = r->seat.person;
	s->write = write_address;
	s->reply = reply_done;

	return signing_post(s);
}


static int write_code(struct signing *s, struct store *st)
{
	int err = mail_address_prove(st, s->person, s->text, s->now);

	s->right = !err;

	/* That it was wrong is kept: there are not many tries. */
	return err == E_RANGE  ? mail_code_wrong(st, s->person)
	       : err == E_RATE ? fault_set(&s->fault, E_RATE,
					   "Too many wrong codes; give the address once more.")
	       : err == E_ABSENT
		       ? fault_set(&s->fault, E_ABSENT,
				   "No code waits for an answer; it is a day old, or not sent "
				   "yet. Give the address once more if none comes.")
		       : err;
}


static int reply_code(struct signing *s)
{
	if (s->right)
		return reply_done(s);
	fault_at(&s->r->fault, "/code", 0, 0);

	return fault_set(&s->r->fault, E_RANGE, "This is not the code of the last letter.");
}


int notices_code_post(struct request *r)
{
	static const char *const names[] = { "code" };
	struct signing *s = signing_new(r);
	int err = signing_person(r, false);

	if (!err)
		err = session_rate(r);
	if (!err)
		err = signing_texts(r, names, &s->text, 1);
	if (err)
		return err;
	s->person = r->seat.person;
	s->write = write_code;
	s->reply = reply_code;

	return signing_post(s);
}


static int write_lang(struct signing *s, struct store *st)
{
	return mail_lang_set(st, s->person, s->text);
}


int notices_lang_post(struct request *r)
{
	static const char *const names[] = { "language" };
	struct signing *s = signing_new(r);
	int err = signing_person(r, false);

	if (!err)
		err = signing_texts(r, names, &s->text, 1);
	if (!err && !text_among(languages, s->text)) {
		fault_at(&r->fault, "/language", 0, 0);
		err = fault_set(&r->fault, E_RANGE, "The language is one of: %s.", languages);
	}
	if (err)
		return err;
	s->person = r->seat.person;
	s->write = write_lang;
	s->reply = reply_done;

	return signing_post(s);
}


static int write_forget(struct signing *s, struct store *st)
{
	return mail_address_forget(st, s->person);
}


int notices_address_delete(struct request *r)
{
	struct signing *s = signing_new(r);
	int err = signing_person(r, false);

	if (err)
		return err;
	s->person = r->seat.person;
	s->write = write_forget;
	s->reply = reply_done;

	return signing_post(s);
}


static int write_invited(struct signing *s, struct store *st)
{
	return mail_address_give(st, s->person, s->name, s->text, true, s->now);
}


int person_mail(struct request *r)
{
	struct signing *s = signing_new(r);
	struct person_seats p;
	int err = enrol_person(&p, r);

	if (!err)
		err = sends(r);
	if (!err)
		err = read_address(s);
	if (err)
		return err;
	s->person = p.id;
	s->write = write_invited;
	s->reply = reply_done;

	return signing_post(s);
}
