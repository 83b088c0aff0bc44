/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* acts.c: acts are posted, answered and read back. */
#include <stdlib.h>
#include <string.h>

#include "act/acts.h"
#include "act/clock.h"
#include "act/world.h"
#include "api/desk.h"
#include "api/session.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/find.h"
#include "ledger/log.h"
#include "store/store.h"

/* An act under way: the job, and the way back to its loop. */
struct posting {
	struct act_job job;
	struct loop_message back;
	struct request *request;
	json_t *root;
};


static void posting_back(struct loop *loop, struct loop_message *m)
{
	struct posting *p =
		(struct posting *)(void *)((char *)m - offsetof(struct posting, back));

	(void)loop;
	http_continue(p->request);
}


/* In the writer's thread. */
static void posting_done(struct act_job *job)
{
	struct posting *p = job->arg;

	/* The box of a loop holds more than the writer's queue; if not, the act is durable and
	 * the client will ask again under the same id. */
	while (loop_post(p->request->loop, &p->back) == E_BUSY)
		;
}


static int envelope_fault(struct request *r, const char *pointer, const char *text)
{
	fault_at(&r->fault, pointer, 0, 0);

	return fault_set(&r->fault, E_RANGE, "%s", text);
}


/* {"id","kind","subject","body","expect"?} and nothing else. */
static int read_envelope(struct request *r, struct act_request *q, const json_t *root)
{
	static const char *const known[] = { "id", "kind", "subject", "body", "expect" };
	const char *key;
	json_t *v;

	if (!json_is_object(root))
		return envelope_fault(r, "", "An act is a JSON object.");
	json_object_foreach((json_t *)(uintptr_t)root, key, v)
	{
		size_t i = 0;

		while (i < ARRAY_LEN(known) && strcmp(known[i], key) != 0)
			i++;
		if (i == ARRAY_LEN(known))
			return envelope_fault(r, arena_printf(r->arena, "/%s", key),
					      "An act has id, kind, subject, body and expect.");
	}
	q->id = json_text(root, "id", NULL);
	q->kind = json_text(root, "kind", NULL);
	q->subject = json_text(root, "subject", NULL);
	q->body = json_object_get(root, "body");
	v = json_object_get(root, "expect");
	q->expect = json_is_integer(v) ? json_integer_value(v) : FIELD_NONE;
	if (!q->id)
		return envelope_fault(r, "/id", "An act needs an id of the client's choosing.");
	if (!q->kind)
		return envelope_fault(r, "/kind", "An act needs a kind.");
	if (!q->subject)
		return envelope_fault(r, "/subject", "An act needs a subject.");
	if (!json_is_object(q->body))
		return envelope_fault(r, "/body", "An act needs a body, which is an object.");
	if (v && !json_is_integer(v) && !json_is_null(v))
		return envelope_fault(r, "/expect", "This must be the number of a version.");

	return 0;
}


/* The bytes that came, as an act; p->root is there when they were JSON. */
static int read_act(struct request *r, struct posting *p)
{
	struct writer *w = loop_desk(r->loop)->writer;
	bool measure = writer_measures_parsing(w);
	int64_t since = measure ? time_cpu() : 0;
	int err = json_read(&p->root, r->body.data, r->body.len, r->body.max, JSON_DEPTH,
			    &r->fault);

	if (!err)
		err = read_envelope(r, &p->job.request, p->root);
	if (measure)
		writer_parsed(w, time_cpu() - since);

	return err;
}


int acts_post(struct request *r)
{
	struct posting *p = arena_take(r->arena, sizeof(*p));
	const char *type = http_header(r, "Content-Type");
	int err;

	if (!type || !text_starts(type, "application/json"))
		return fault_set(&r->fault, E_MEDIA, "An act is sent as application/json.");
	err = read_act(r, p);
	if (err && !p->root)
		return err;
	r->work = p;
	if (!err)
		err = session_may_act(r, p->job.request.kind);
	if (!err) {
		p->request = r;
		p->back.run = posting_back;
		p->job.seat = r->seat;
		p->job.arena = r->arena;
		p->job.done = posting_done;
		p->job.arg = p;
		err = writer_post(loop_desk(r->loop)->writer, &p->job);
	}
	if (err) {
		json_decref(p->root);
		return err;
	}

	return HTTP_WAIT;
}


static void outcome_json(struct jw *w, const struct act_outcome *o, const char *id)
{
	char at[TIME_TEXT_SIZE];

	time_text(at, o->at);
	jw_kint(w, "seq", o->seq);
	jw_kstr(w, "id", id);
	jw_kstr(w, "kind", o->kind);
	jw_kstr(w, "subject", o->subject);
	jw_kstr(w, "at", at);
	jw_kstr(w, "outcome", o->done ? "done" : "refused");
	if (o->done)
		jw_kint(w, "version", o->seq);
}


static void sources_json(struct jw *w, const struct charter *c, const char *rule)
{
	struct charter_strings src = charter_rule_src(c, rule);

	jw_key(w, "sources");
	jw_array(w);
	for (size_t i = 0; i < src.count; i++)
		jw_str(w, src.at[i]);
	jw_array_end(w);
}


/* What a refusal says: its code, a sentence, the rule and what that is founded on. */
static void why_json(struct jw *w, struct request *r, const struct refusal *why)
{
	struct reader *reader = desk_reader(r);
	const struct charter *c = NULL;
	struct naming naming = { NULL, reader->world };
	struct buf sentence;

	(void)!world_charter(&c, reader->world, clock_now(loop_desk(r->loop)->clock));
	naming.charter = c;
	buf_init(&sentence, 8000);
	refusal_sentence(&sentence, why, r->lang, naming_name, &naming);
	jw_kstr(w, "code", refusal_slug(why->code));
	jw_kstr(w, "detail", sentence.data);
	if (why->rule) {
		jw_kstr(w, "rule", why->rule);
		if (c)
			sources_json(w, c, why->rule);
	}
	buf_clear(&sentence);
}


/* A refusal as a problem reply. */
static int reply_refusal(struct request *r, const struct act_outcome *o, const char *id)
{
	struct jw w;

	r->status = 409;
	r->type = "application/problem+json";
	buf_reset(&r->out);
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_kstr(&w, "type",
		arena_printf(r->arena, "urn:comity:refusal:%s", refusal_slug(o->why.code)));
	jw_kstr(&w, "title", err_text(E_REFUSED));
	jw_kint(&w, "status", 409);
	why_json(&w, r, &o->why);
	if (o->recorded)
		outcome_json(&w, o, id);
	jw_object_end(&w);

	return HTTP_ANSWERED;
}


static int reply_outcome(struct request *r, const struct act_outcome *o, const char *id)
{
	struct jw w;

	if (!o->done)
		return reply_refusal(r, o, id);
	r->status = o->again ? 200 : 201;
	r->type = "application/json";
	jw_init(&w, &r->out);
	jw_object(&w);
	outcome_json(&w, o, id);
	jw_object_end(&w);

	return HTTP_ANSWERED;
}


int acts_posted(struct request *r)
{
	struct posting *p = r->work;
	int err = p->job.err;

	if (err)
		r->fault = p->job.fault;
	else
		err = reply_outcome(r, &p->job.outcome, p->job.request.id);
	json_decref(p->root);

	return err;
}


/* Judge against the registers of now, and forget it again. */
static int judge(struct act_cx *cx, struct request *r, const struct act_request *q)
{
	static const uint8_t no_chance[ACT_RANDOM_SIZE];
	struct reader *reader = desk_reader(r);
	struct pipeline p = { .st = reader->st,
			      .registry = reader->registry,
			      .world = reader->world };
	int err = store_exec(reader->st, "BEGIN", "");

	if (err)
		return err;
	err = world_refresh(reader->world, &p.seq);
	if (!err)
		err = pipeline_judge(&p, cx, q, &r->seat, clock_now(loop_desk(r->loop)->clock),
				     p.seq + 1, no_chance, r->arena);
	(void)!store_exec(reader->st, "COMMIT", "");

	return err;
}


int acts_try(struct request *r)
{
	const char *type = http_header(r, "Content-Type");
	struct act_request q = { 0 };
	struct act_cx cx = { 0 };
	json_t *root = NULL;
	struct jw w;
	int err;

	if (!type || !text_starts(type, "application/json"))
		return fault_set(&r->fault, E_MEDIA, "An act is sent as application/json.");
	err = json_read(&root, r->body.data, r->body.len, r->body.max, JSON_DEPTH, &r->fault);
	if (!err)
		err = read_envelope(r, &q, root);
	if (!err) {
		err = judge(&cx, r, &q);
		if (err)
			r->fault = cx.fault;
	}
	if (!err || err == E_REFUSED) {
		r->status = 200;
		jw_init(&w, &r->out);
		jw_object(&w);
		jw_kstr(&w, "outcome", err ? "refused" : "done");
		if (err)
			why_json(&w, r, &cx.why);
		jw_object_end(&w);
		err = HTTP_ANSWERED;
	}
	json_decref(root);

	return err;
}


/* The act, if this viewer may know of it. */
static int find(struct request *r, struct act_outcome *o)
{
	const struct charter *c = NULL;
	int err = desk_resolve(r, &c);

	if (!err)
		err = pipeline_find(o, desk_reader(r)->st, r->part[0], r->arena);
	if (!err && !seat_sees(&r->seat, c, o->done ? o->see : "secretariat", o->person))
		err = E_ABSENT;
	if (err == E_ABSENT)
		return fault_set(&r->fault, E_ABSENT, "There is no such act.");

	return err;
}


int acts_get(struct request *r)
{
	struct act_outcome o = { 0 };
	int err = find(r, &o);

	if (err)
		return err;
	o.again = true;
	if (o.done)
		return reply_outcome(r, &o, o.id);
	err = reply_refusal(r, &o, o.id);
	r->status = 200;
	r->type = "application/json";

	return err;
}


int acts_record(struct request *r)
{
	struct act_outcome o = { 0 };
	int err = find(r, &o);

	if (err)
		return err;
	if (!o.record)
		return fault_set(&r->fault, E_GONE,
				 "The content of this act was erased by law.");

	return http_reply(r, 200, "application/json", o.record, o.record_len);
}


int acts_proof(struct request *r)
{
	enum proof_kind kind;
	struct act_outcome o = { 0 };
	int err;

	if (strcmp(r->part[1], "proof.sigsum-proof") == 0)
		kind = PROOF_SIGSUM;
	else if (strcmp(r->part[1], "proof.tlog-proof") == 0)
		kind = PROOF_TLOG;
	else
		return fault_set(&r->fault, E_ABSENT, "There is nothing at this address.");
	err = find(r, &o);
	if (!err)
		err = log_proof(&r->out, desk_reader(r)->st, o.seq, kind, &r->fault);
	if (err)
		return err;
	r->status = 200;
	r->type = "text/plain; charset=utf-8";

	return HTTP_ANSWERED;
}
