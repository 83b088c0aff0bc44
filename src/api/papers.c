/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * papers.c: what is printed, as PDF.  GET /api/v1/requests/{}/paper?language=ru is a request
 * for help with its offers and acceptances, for its two parties.
 */
#include <string.h>

#include "act/catalogue.h"
#include "act/clock.h"
#include "api/desk.h"
#include "api/printer.h"
#include "assist/printed.h"
#include "base/mem.h"
#include "base/text.h"
#include "paper/paper.h"
#include "store/store.h"

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


int request_paper(struct request *r)
{
	struct setting *s = arena_take(r->arena, sizeof(*s));
	const struct charter *c = NULL;
	const char *lang = NULL;
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
	buf_init(&s->doc, PAPER_BYTES_MAX);
	buf_init(&s->pdf, 0);
	err = write_request(s, r, c, lang);
	if (!err) {
		s->request = r;
		s->back.run = setting_back;
		s->job = (struct printing){ .docs = &s->doc,
					    .pdfs = &s->pdf,
					    .count = 1,
					    .done = setting_done,
					    .arg = s };
		r->work = s;
		err = printer_post(loop_desk(r->loop)->printer, &s->job);
	}
	if (!err)
		return HTTP_WAIT;
	setting_clear(s);

	return err == E_ABSENT ? fault_set(&r->fault, err, "There is no such request.") : err;
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
