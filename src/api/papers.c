/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * papers.c: what is printed, as PDF.  GET /api/v1/requests/{}/paper?language=ru is a request
 * for help with its offers and acceptances, for its two parties.
 */
#include <string.h>

#include "act/catalogue.h"
#include "act/clock.h"
#include "act/kind.h"
#include "act/world.h"
#include "api/desk.h"
#include "api/printer.h"
#include "assist/printed.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "paper/paper.h"
#include "store/store.h"
#include "watch/bulletin.h"

enum {
	HOST_MAX = 250,
};

/* A request whose papers are being set. */
struct setting {
	struct printing job;
	struct loop_message back;
	struct request *request;
	const char *file; /* what it is called */
	struct buf doc, pdf;
};


static void setting_back(struct loop *loop, struct loop_message *m)
{
	struct setting *s =
		(struct setting *)(void *)((char *)m - offsetof(struct setting, back));

	(void)loop;
	http_continue(s->request);
}


/* In the printer's thread. */
static void setting_done(struct printing *job)
{
	struct setting *s = job->arg;

	while (loop_post(s->request->loop, &s->back) == E_BUSY)
		;
}


static void setting_clear(struct setting *s)
{
	buf_clear(&s->doc);
	buf_clear(&s->pdf);
}


/* The language of the reader, or the one that was asked for. */
static int language_of(const char **out, struct request *r)
{
	const char *asked = http_parameter(r, "language");

	*out = asked ? asked : r->lang;
	if (catalogue_has(*out))
		return 0;
	fault_at(&r->fault, "/language", 0, 0);

	return fault_set(&r->fault, E_RANGE, "There are no papers in this language.");
}


/*
 * Where this centre is reached: as it was told, else as the reader reaches it, whose paper it
 * is.  NULL where that is no name.
 */
static const char *origin_of(struct request *r)
{
	const char *origin = loop_desk(r->loop)->origin, *host = http_header(r, "Host");
	static const char known[] = "abcdefghijklmnopqrstuvwxyz0123456789.-:[]";

	if (origin || !host || strlen(host) > HOST_MAX || strspn(host, known) != strlen(host))
		return origin;

	return arena_printf(r->arena, "%s://%s", http_is_secure(r) ? "https" : "http", host);
}


static int write_request(struct setting *s, struct request *r, const struct charter *c,
			 const char *lang)
{
	struct desk *desk = loop_desk(r->loop);
	struct reader *reader = desk_reader(r);
	const struct printed_for f = { .arena = r->arena,
				       .st = reader->st,
				       .world = reader->world,
				       .charter = c,
				       .party = r->seat.party,
				       .lang = lang,
				       .origin = origin_of(r),
				       .at = clock_now(desk->clock),
				       .specimen = desk->demo };
	int64_t id = 0;
	int err = text_int(&id, r->part[0], 1, INT64_MAX) ? E_ABSENT
							  : store_exec(reader->st, "BEGIN", "");

	if (err)
		return err;
	err = printed_request(&s->doc, &f, id, &r->fault);
	(void)!store_exec(reader->st, "COMMIT", "");
	s->file = arena_printf(r->arena, "%srequest-%lld-%s.pdf", desk->demo ? "SPECIMEN-" : "",
			       (long long)id, lang);

	return err;
}


/* The paper is written: on its way to who sets it. */
static int hand_on(struct setting *s, struct request *r)
{
	s->request = r;
	s->back.run = setting_back;
	s->job = (struct printing){
		.docs = &s->doc, .pdfs = &s->pdf, .count = 1, .done = setting_done, .arg = s
	};
	r->work = s;

	return printer_post(loop_desk(r->loop)->printer, &s->job);
}


static struct setting *setting_new(struct request *r)
{
	struct setting *s = arena_take(r->arena, sizeof(*s));

	buf_init(&s->doc, PAPER_BYTES_MAX);
	buf_init(&s->pdf, 0);

	return s;
}


int request_paper(struct request *r)
{
	const struct charter *c = NULL;
	const char *lang = NULL;
	struct setting *s;
	int err = desk_resolve(r, &c);

	if (!err && !r->seat.person)
		err = fault_set(&r->fault, E_SESSION, "Sign in to see this.");
	if (!err && !r->seat.party)
		err = E_ABSENT;
	if (!err)
		err = language_of(&lang, r);
	if (err == E_ABSENT)
		return fault_set(&r->fault, E_ABSENT, "There is no such request.");
	if (err)
		return err;
	s = setting_new(r);
	err = write_request(s, r, c, lang);
	if (!err)
		err = hand_on(s, r);
	if (!err)
		return HTTP_WAIT;
	setting_clear(s);

	return err == E_ABSENT ? fault_set(&r->fault, err, "There is no such request.") : err;
}


/* The bulletin of a day, as the view reads it. */
static int write_bulletin(struct setting *s, struct request *r, const struct charter *c,
			  const char *lang, int64_t as_of)
{
	struct desk *desk = loop_desk(r->loop);
	struct reader *reader = desk_reader(r);
	struct bulletin_facts facts;
	struct view_cx cx = { .seat = r->seat,
			      .at = clock_now(desk->clock),
			      .lang = lang,
			      .charter = c,
			      .world = reader->world,
			      .st = reader->st,
			      .arena = r->arena };
	int err = store_exec(reader->st, "BEGIN", "");

	if (err)
		return err;
	cx.today = arena_str(r->arena, world_today(reader->world, c, cx.at));
	err = bulletin_facts(&facts, &cx, r->part[0], as_of);
	(void)!store_exec(reader->st, "COMMIT", "");
	if (err)
		return err;
	bulletin_print(&s->doc, r->arena, &facts, lang, desk->demo);
	s->file = arena_printf(r->arena, "%sbulletin-%s-%s.pdf", desk->demo ? "SPECIMEN-" : "",
			       r->part[0], lang);

	return s->doc.err;
}


int bulletin_paper_get(struct request *r)
{
	const char *as_of = http_parameter(r, "as_of"), *lang = NULL;
	const struct charter *c = NULL;
	int64_t known = FIELD_NONE;
	struct setting *s;
	int err = desk_resolve(r, &c);

	if (!err && !r->seat.person)
		err = fault_set(&r->fault, E_SESSION, "Sign in to see this.");
	if (!err)
		err = language_of(&lang, r);
	if (!err && (!time_date_valid(r->part[0]) || (as_of && time_parse(&known, as_of)))) {
		fault_at(&r->fault, as_of ? "/as_of" : "/day", 0, 0);
		err = fault_set(&r->fault, E_RANGE,
				"A bulletin has a day and, with as_of, a time.");
	}
	if (err)
		return err;
	s = setting_new(r);
	err = write_bulletin(s, r, c, lang, known);
	if (!err)
		err = hand_on(s, r);
	if (!err)
		return HTTP_WAIT;
	setting_clear(s);

	return err;
}


int paper_set(struct request *r)
{
	struct setting *s = r->work;
	int err = s->job.err;

	if (err)
		r->fault = s->job.fault;
	else
		buf_add(&r->out, s->pdf.data, s->pdf.len);
	setting_clear(s);
	if (err)
		return err;
	r->status = 200;
	r->type = "application/pdf";
	http_reply_header(r, "Cache-Control", "no-store");
	http_reply_header(r, "Content-Disposition",
			  arena_printf(r->arena, "inline; filename=\"%s\"", s->file));

	return HTTP_ANSWERED;
}
