/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "act/world.h"
#include "api/desk.h"
#include "api/posting.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/charter.h"
#include "council/calendar.h"
#include "mail/compose.h"

enum {
	HOST_SIZE = 256,
};

#define ARG(name, value)        \
	(struct refusal_arg)    \
	{                       \
		(name), (value) \
	}


static const char *address(struct posting *p, const char *path)
{
	return arena_printf(p->arena, "%s%s", p->desk->origin, path);
}


/* A link or a code, made for this letter and kept nowhere but as its hash. */
static int prepare_secret(struct posting *p)
{
	const struct letter *l = p->letter;
	bool invited = text_eq(l->kind, "invitation");
	struct person_seats person;
	struct refusal_arg args[4] = { ARG("organisation", p->organisation) };
	int err = invited ? person_read(&person, p->arena, p->reader->st, l->person) : 0;

	if (err == E_ABSENT || (!err && invited && !text_eq(person.state, "invited"))) {
		p->never = "The person is not waiting for a way in any more.";
		return 0;
	}
	if (err)
		return err;
	p->until = p->now + (invited ? (int64_t)LINK_MS : (int64_t)MAIL_CODE_MS);
	if (invited)
		secret_make(p->secret, p->hash);
	else
		mail_code_make(p->secret, p->hash, l->person);
	args[1] = ARG("until", mail_when(p->arena, p->until));
	args[2] = ARG("code", p->secret);
	args[3] = ARG("link", address(p, arena_printf(p->arena, "/welcome#%s", p->secret)));
	p->subject = mail_text(p->arena, invited ? "mail.invitation" : "mail.code", l->lang,
			       args, 1);
	p->text = arena_printf(p->arena, "%s\n\n-- \n%s\n",
			       mail_text(p->arena,
					 invited ? "mail.invitation.text" : "mail.code.text",
					 l->lang, args, 4),
			       mail_text(p->arena, "mail.foot.first", l->lang, args, 1));

	return 0;
}


/* The entry of a consultation, as one of the person's seats may see it. */
static int add_event(struct posting *p, const struct charter *c, const struct letter_item *item)
{
	const struct calendar_invitation invitation = {
		.organizer = p->desk->mail_from,
		.attendee = p->letter->address,
		.summary = item->title,
	};
	struct buf *b = &p->events[p->events_count];
	struct person_seats person;
	int err = person_read(&person, p->arena, p->reader->st, p->letter->person),
	    got = E_DENIED;

	buf_init(b, 0);
	for (size_t i = 0; i < (err ? 0 : person.seats) && got == E_DENIED; i++) {
		struct seat seat;

		seat_read(&seat, p->arena, person.id, person.seat[i]);
		seat.party = person.party;
		err = seat_resolve(&seat, c, p->reader->world, p->now);
		got = err ? err
			  : calendar_write(b, p->arena, p->reader->st, c, &seat, item->event,
					   &invitation);
	}
	if (!err && !got)
		p->events_count++;
	else
		buf_clear(b);

	return err == E_ABSENT || got == E_ABSENT || got == E_DENIED ? 0 : err ? err : got;
}


static int prepare_items(struct posting *p, const struct charter *c)
{
	const struct letter *l = p->letter;
	struct letter_item *items;
	size_t n = 0;
	struct buf text;
	struct refusal_arg args[3] = { ARG("organisation", p->organisation),
				       ARG("url", address(p, "/notices")) };
	int err = letter_items(&items, &n, p->arena, p->reader->st, l->id);

	if (!err && !n)
		p->never = "There is nothing in it any more.";
	if (err || !n)
		return err;
	p->events = mem_zero(n, sizeof(*p->events));
	buf_init(&text, 0);
	for (size_t i = 0; i < n && !err; i++) {
		buf_printf(&text, "%s\n\n%s\n%s\n\n", items[i].title, items[i].text,
			   address(p, items[i].path));
		if (i + 1 < n)
			buf_str(&text, "* * *\n\n");
		if (items[i].event != FIELD_NONE)
			err = add_event(p, c, &items[i]);
	}
	buf_printf(&text, "-- \n%s\n", mail_text(p->arena, "mail.foot", l->lang, args, 2));
	p->text = arena_strn(p->arena, text.data, text.len);
	buf_clear(&text);
	args[0] = ARG("count", arena_printf(p->arena, "%zu", n));
	args[1] = ARG("title", items[0].title);
	p->subject =
		n == 1 ? items[0].title : mail_text(p->arena, "mail.several", l->lang, args, 2);

	return err;
}


int posting_prepare(struct posting *p, const struct letter *l)
{
	const struct charter *c = NULL;
	char host[HOST_SIZE] = "";
	int err = world_refresh(p->reader->world, NULL);

	if (!err)
		err = world_charter(&c, p->reader->world, p->now);
	if (err)
		return err;
	p->letter = l;
	(void)text_host(host, sizeof(host), p->desk->origin); /* with mail there is one */
	p->id = arena_printf(p->arena, "%s@%s", l->id, host);
	p->organisation = charter_text_in(c->organisation.name, l->lang);

	return text_among("invitation code", l->kind) ? prepare_secret(p) : prepare_items(p, c);
}


int posting_begin(struct store *st, void *arg)
{
	struct posting *p = arg;
	const struct letter *l = p->letter;
	int err = letter_begin(l, st, p->secret[0] ? p->hash : NULL, p->until);

	if (!err && p->secret[0] && text_eq(l->kind, "invitation"))
		err = link_make(st, p->hash, l->person, p->now);

	return err;
}


void posting_write(struct buf *out, const struct posting *p)
{
	const struct letter *l = p->letter;
	struct message m = { .id = p->id,
			     .from = p->desk->mail_from,
			     .to = l->address,
			     .from_name = p->organisation,
			     .subject = p->subject,
			     .lang = l->lang,
			     .text = p->text,
			     .at = l->made_at,
			     .events = p->events,
			     .events_count = p->events_count };
	struct errand e = { .word = ERRAND_MAIL, .text = { l->id, m.from, m.to } };
	struct buf bytes;

	buf_init(&bytes, ERRAND_BYTES_MAX);
	message_write(&bytes, &m);
	e.bytes = bytes.data;
	e.len = bytes.len;
	errand_write(out, &e);
	buf_clear(&bytes);
}


void posting_clear(struct posting *p)
{
	for (size_t i = 0; i < p->events_count; i++)
		buf_clear(&p->events[i]);
	free(p->events);
	p->events = NULL;
	p->events_count = 0;
}
