/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * papers.c: what is printed, as PDF.  GET /api/v1/requests/{}/paper?language=ru is a request
 * for help with its offers and acceptances, for its two parties.
 * GET /api/v1/bulletins/{}/paper?language=ru is a bulletin; GET /api/v1/bulletins/{}/papers are
 * the digests of its papers in all languages, of the very bytes that the other serves.
 */
#include <stdlib.h>
#include <string.h>

#include "act/catalogue.h"
#include "act/clock.h"
#include "act/kind.h"
#include "act/world.h"
#include "api/desk.h"
#include "api/printer.h"
#include "assist/printed.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "paper/paper.h"
#include "store/store.h"
#include "watch/bulletin.h"

enum {
	HOST_MAX = 250,
	PAPERS_MAX = 8, /* languages */
};

/* A request whose papers are being set. */
struct setting {
	struct printing job;
	struct loop_message back;
	struct request *request;
	const char *file; /* what it is called */
	const char *day;  /* of a bulletin */
	int64_t known;	  /* its figures are those of then, ms */
	const char *lang[PAPERS_MAX];
	struct buf doc[PAPERS_MAX], pdf[PAPERS_MAX];
	size_t count;
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
	for (size_t i = 0; i < s->count; i++) {
		buf_clear(&s->doc[i]);
		buf_clear(&s->pdf[i]);
	}
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
	err = printed_request(&s->doc[0], &f, id, &r->fault);
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
	s->job = (struct printing){ .docs = s->doc,
				    .pdfs = s->pdf,
				    .count = s->count,
				    .done = setting_done,
				    .arg = s };
	r->work = s;

	return printer_post(loop_desk(r->loop)->printer, &s->job);
}


/* A paper in one more language. */
static void setting_add(struct setting *s, const char *lang)
{
	buf_init(&s->doc[s->count], PAPER_BYTES_MAX);
	buf_init(&s->pdf[s->count], 0);
	s->lang[s->count++] = lang;
}


static struct setting *setting_new(struct request *r)
{
	return arena_take(r->arena, sizeof(struct setting));
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
	setting_add(s, lang);
	err = write_request(s, r, c, lang);
	if (!err)
		err = hand_on(s, r);
	if (!err)
		return HTTP_WAIT;
	setting_clear(s);

	return err == E_ABSENT ? fault_set(&r->fault, err, "There is no such request.") : err;
}


/* The bulletin of a day, as the view reads it. */
static int read_bulletin(struct bulletin_facts *facts, struct request *r,
			 const struct charter *c, int64_t as_of)
{
	struct reader *reader = desk_reader(r);
	struct view_cx cx = { .seat = r->seat,
			      .at = clock_now(loop_desk(r->loop)->clock),
			      .lang = r->lang,
			      .charter = c,
			      .world = reader->world,
			      .st = reader->st,
			      .arena = r->arena };
	int err = store_exec(reader->st, "BEGIN", "");

	if (err)
		return err;
	cx.today = arena_str(r->arena, world_today(reader->world, c, cx.at));
	err = bulletin_facts(facts, &cx, r->part[0], as_of);
	(void)!store_exec(reader->st, "COMMIT", "");
	if (err)
		r->fault = cx.fault;

	return err;
}


/* Its papers, in the languages of the setting. */
static int write_bulletin(struct setting *s, struct request *r, const struct charter *c,
			  int64_t as_of)
{
	const bool demo = loop_desk(r->loop)->demo;
	struct bulletin_facts facts;
	int err = read_bulletin(&facts, r, c, as_of);

	if (err)
		return err;
	s->day = r->part[0];
	s->known = facts.known;
	for (size_t i = 0; i < s->count && !err; i++) {
		bulletin_print(&s->doc[i], r->arena, &facts, s->lang[i], demo);
		err = s->doc[i].err;
	}
	s->file = arena_printf(r->arena, "%sbulletin-%s-%s.pdf", demo ? "SPECIMEN-" : "",
			       s->day, s->lang[0]);

	return err;
}


/* Who may read figures, a day, and the time whose figures are meant. */
static int bulletin_asked(int64_t *as_of, const struct charter **c, struct request *r)
{
	const char *asked = http_parameter(r, "as_of");
	int err = figures_reader(c, r);

	*as_of = FIELD_NONE;
	if (err || (time_date_valid(r->part[0]) && (!asked || !time_parse(as_of, asked))))
		return err;
	fault_at(&r->fault, asked ? "/as_of" : "/day", 0, 0);

	return fault_set(&r->fault, E_RANGE, "A bulletin has a day and, with as_of, a time.");
}


static int bulletin_hand_on(struct setting *s, struct request *r, const struct charter *c,
			    int64_t as_of)
{
	int err = write_bulletin(s, r, c, as_of);

	if (!err)
		err = hand_on(s, r);
	if (!err)
		return HTTP_WAIT;
	setting_clear(s);

	return err;
}


int bulletin_paper_get(struct request *r)
{
	const struct charter *c = NULL;
	const char *lang = NULL;
	struct setting *s;
	int64_t as_of;
	int err = bulletin_asked(&as_of, &c, r);

	if (!err)
		err = language_of(&lang, r);
	if (err)
		return err;
	s = setting_new(r);
	setting_add(s, lang);

	return bulletin_hand_on(s, r, c, as_of);
}


int bulletin_papers_get(struct request *r)
{
	const struct charter *c = NULL;
	struct setting *s;
	int64_t as_of;
	int err = bulletin_asked(&as_of, &c, r);

	if (err)
		return err;
	s = setting_new(r);
	for (size_t i = 0; i < catalogues_count && i < PAPERS_MAX; i++)
		setting_add(s, catalogues[i].lang);

	return bulletin_hand_on(s, r, c, as_of);
}


/* {"day", "as_of", "papers": [{"language", "digest"}]} */
static int put_digests(struct request *r, const struct setting *s)
{
	char known[TIME_TEXT_SIZE], hex[DIGEST_HEX_SIZE];
	json_t *papers = json_array(), *reply;
	char *text;

	for (size_t i = 0; i < s->count; i++) {
		digest_hex(hex, s->pdf[i].data, s->pdf[i].len);
		(void)json_array_append_new(
			papers, json_pack("{s:s, s:s}", "language", s->lang[i], "digest", hex));
	}
	time_text(known, s->known);
	reply = json_pack("{s:s, s:s, s:o}", "day", s->day, "as_of", known, "papers", papers);
	text = json_dumps(reply, JSON_COMPACT);
	json_decref(reply);
	buf_str(&r->out, text);
	free(text);

	return r->out.err;
}


int papers_digested(struct request *r)
{
	struct setting *s = r->work;
	int err = s->job.err;

	if (err)
		r->fault = s->job.fault;
	else
		err = put_digests(r, s);
	setting_clear(s);
	if (err)
		return err;
	r->status = 200;
	r->type = "application/json";
	http_reply_header(r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}


int paper_set(struct request *r)
{
	struct setting *s = r->work;
	int err = s->job.err;

	if (err)
		r->fault = s->job.fault;
	else
		buf_add(&r->out, s->pdf[0].data, s->pdf[0].len);
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
