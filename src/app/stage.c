/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/acts.h"
#include "act/clock.h"
#include "act/pipeline.h"
#include "act/trigger.h"
#include "act/viewing.h"
#include "act/world.h"
#include "app/centre.h"
#include "app/data.h"
#include "app/modules.h"
#include "app/seat_text.h"
#include "app/stage.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/find.h"
#include "charter/load.h"
#include "net/client.h"
#include "store/migrate.h"
#include "store/store.h"

struct stage {
	/* in memory */
	struct registry registry;
	struct store *st;
	struct pipeline pipeline;
	struct reader reader;
	struct clock clock;
	struct arena *arena;
	/* a folder; its views are read by `reader` */
	struct data data;
	struct own_centre own;
	bool folder;
	/* what is due, in memory and on a folder */
	struct triggers triggers;
	stage_due_h *told;
	void *told_arg;
	const char *lang; /* of the act under way */
	/* over HTTP */
	struct client *client;
	struct buf body;
	struct buf reply;
};


static void fill(struct stage_outcome *out, const struct act_outcome *o, const char *lang,
		 const struct charter *c, struct world *world)
{
	struct naming naming = { c, world };
	struct charter_strings src;
	struct buf b;

	memset(out, 0, sizeof(*out));
	out->done = o->done;
	out->seq = o->seq;
	if (o->done)
		return;
	(void)text_copy(out->code, sizeof(out->code), refusal_slug(o->why.code));
	buf_init(&b, sizeof(out->sentence) - 1);
	refusal_sentence(&b, &o->why, lang, naming_name, &naming);
	(void)text_copy(out->sentence, sizeof(out->sentence), b.data);
	buf_clear(&b);
	if (!o->why.rule || !c)
		return;
	(void)text_copy(out->rule, sizeof(out->rule), o->why.rule);
	src = charter_rule_src(c, o->why.rule);
	for (size_t i = 0; i < src.count; i++) {
		size_t len = strlen(out->sources);

		(void)snprintf(out->sources + len, sizeof(out->sources) - len, "%s%s",
			       i ? ", " : "", src.at[i]);
	}
}


static struct clock *stage_own_clock(struct stage *s)
{
	return s->folder ? &s->own.centre.clock : &s->clock;
}


static void fill_failure(struct stage_outcome *out, int err, const struct fault *f)
{
	memset(out, 0, sizeof(*out));
	(void)text_copy(out->code, sizeof(out->code), err_slug(err));
	(void)snprintf(out->sentence, sizeof(out->sentence), "%s%s%s", f->path,
		       f->path[0] ? ": " : "", f->text[0] ? f->text : err_text(err));
}


static int memory_act(struct stage *s, const struct seat *seat, const struct act_request *q,
		      const char *lang, struct stage_outcome *out)
{
	const uint8_t random[ACT_RANDOM_SIZE] = { 0 };
	const struct act_try try = { q, seat, clock_now(&s->clock), random,
				     PIPELINE_KEEP_REFUSALS };
	const struct charter *c = NULL;
	struct act_outcome o;
	struct fault f = { 0 };
	int err = store_begin(s->st);

	if (err)
		return err;
	err = pipeline_act(&s->pipeline, &try, s->arena, &o, &f);
	if (err) {
		store_rollback(s->st);
		fill_failure(out, err, &f);
		return err == E_IO || err == E_CORRUPT ? err : 0;
	}
	err = store_commit(s->st);
	if (!err && world_charter(&c, s->pipeline.world, clock_now(&s->clock)) == 0)
		fill(out, &o, lang, c, s->pipeline.world);

	return err;
}


static struct stage *stage_new(void)
{
	struct stage *s = mem_zero(1, sizeof(*s));

	buf_init(&s->body, 0);
	buf_init(&s->reply, 0);
	s->arena = arena_new(1 << 16);
	triggers_init(&s->triggers);
	s->lang = "en";

	return s;
}


int stage_memory(struct stage **out, const char *charter_text, int64_t at, struct fault *f)
{
	struct stage *s = stage_new();
	struct act_request q = { "founding", "charter.found", "charter", NULL, FIELD_NONE };
	struct seat operator_ = { .office = "operator", .operator_ = true };
	struct charter_report report;
	struct charter *c = NULL;
	struct stage_outcome o;
	json_t *body;
	int err;

	registry_init(&s->registry, modules);
	clock_set(&s->clock, at, false);
	err = store_open(&s->st, ":memory:", STORE_CREATE, f);
	if (!err)
		err = migrate(s->st, f);
	if (!err)
		err = pipeline_open(&s->pipeline, s->st, &s->registry);
	charter_report_init(&report);
	if (!err && charter_load(&c, &report, charter_text, strlen(charter_text))) {
		*f = report.errors.at[0];
		err = E_SYNTAX;
	}
	charter_report_clear(&report);
	if (err) {
		stage_close(s);
		return err;
	}
	body = json_pack("{s:s, s:s}", "hash", c->hash, "text", charter_text);
	q.body = body;
	err = memory_act(s, &operator_, &q, "en", &o);
	json_decref(body);
	charter_free(c);
	s->reader = (struct reader){ .st = s->st,
				     .world = world_new(s->st),
				     .registry = &s->registry };
	if (!err && !o.done)
		err = fault_set(f, E_REFUSED, "%s", o.sentence);
	if (err)
		stage_close(s);
	else
		*out = s;

	return err;
}


int stage_server(struct stage **out, const char *url, struct fault *f)
{
	struct stage *s = stage_new();
	int err = client_open(&s->client, url, f);

	if (err)
		stage_close(s);
	else
		*out = s;

	return err;
}


int stage_folder(struct stage **out, const char *folder, struct fault *f)
{
	struct stage *s = stage_new();
	int err = data_open(&s->data, folder, false, f);

	s->folder = true;
	registry_init(&s->registry, modules);
	if (!err && !s->data.demo)
		err = fault_set(f, E_DENIED,
				"%s is the folder of a real centre: stories are played on "
				"demonstrations only.",
				folder);
	if (!err)
		err = own_centre_open(&s->own, &s->data, f);
	if (!err)
		err = reader_open(&s->reader, s->data.store, &s->registry, f);
	if (err)
		stage_close(s);
	else
		*out = s;

	return err;
}


void stage_close(struct stage *s)
{
	if (!s)
		return;

	client_close(s->client);
	triggers_clear(&s->triggers);
	if (s->folder) {
		if (s->reader.st)
			reader_close(&s->reader);
		if (s->own.pid)
			own_centre_close(&s->own);
		data_close(&s->data);
	}
	world_free(s->reader.world);
	if (s->pipeline.st)
		pipeline_close(&s->pipeline);
	store_close(s->st);
	registry_clear(&s->registry);
	arena_free(s->arena);
	buf_clear(&s->body);
	buf_clear(&s->reply);
	free(s);
}


static int folder_act(struct stage *s, const struct seat *seat, const struct act_request *q,
		      const char *lang, struct stage_outcome *out)
{
	struct act_job job = { .request = *q, .seat = *seat, .arena = s->arena };
	const struct charter *c = NULL;
	int err = centre_act(&s->own.centre, &job);

	if (err) {
		fill_failure(out, err, &job.fault);
		return err == E_IO || err == E_CORRUPT || err == E_STOPPING ? err : 0;
	}
	err = world_refresh(s->reader.world, NULL);
	if (!err)
		err = world_charter(&c, s->reader.world, job.outcome.at);
	if (!err)
		fill(out, &job.outcome, lang, c, s->reader.world);

	return err;
}


static int own_act(struct stage *s, const struct seat *seat, const struct act_request *q,
		   struct stage_outcome *out)
{
	return s->folder ? folder_act(s, seat, q, s->lang, out)
			 : memory_act(s, seat, q, s->lang, out);
}


static int due_act(const struct act_request *q, void *arg)
{
	const struct seat machine = { .machine = true };
	struct stage_outcome outcome;
	struct stage *s = arg;
	json_t *act;
	int err = own_act(s, &machine, q, &outcome);

	if (err || !s->told)
		return err;
	act = json_pack("{s:s, s:s, s:s, s:O}", "id", q->id, "kind", q->kind, "subject",
			q->subject, "body", q->body);
	s->told(act, &outcome, s->told_arg);
	json_decref(act);

	return 0;
}


/* What became due by an act or by the clock. */
static int due_acts(struct stage *s, struct fault *f)
{
	int err = triggers_run(&s->triggers, &s->reader, clock_now(stage_own_clock(s)), due_act,
			       s);

	return err ? fault_set(f, err, "What is due cannot be done: %s.", err_text(err)) : 0;
}


void stage_on_due(struct stage *s, stage_due_h *told, void *arg)
{
	s->told = told;
	s->told_arg = arg;
}


static int server_clock(struct stage *s, const char *at, struct fault *f)
{
	long status = 0;
	int err;

	buf_reset(&s->body);
	buf_printf(&s->body, "{\"at\":\"%s\"}", at);
	err = client_request(s->client, "POST", "/api/v1/clock", s->body.data, &status,
			     &s->reply, f);
	if (!err && status != 200)
		err = fault_set(f, E_DENIED, "The clock cannot be moved: %s", s->reply.data);

	return err;
}


int stage_clock(struct stage *s, int64_t at, struct fault *f)
{
	char text[TIME_TEXT_SIZE];

	if (!s->client) {
		clock_set(stage_own_clock(s), at, false);
		s->lang = "en";
		return due_acts(s, f);
	}
	time_text(text, at);

	return server_clock(s, text, f);
}


static void bearer(struct stage *s, const char *seat)
{
	client_bearer(s->client, *seat ? arena_printf(s->arena, "seat:%s", seat) : NULL);
}


static int server_act(struct stage *s, const char *seat, const json_t *act, const char *lang,
		      struct stage_outcome *out, struct fault *f)
{
	const json_t *v;
	json_t *reply = NULL;
	long status = 0;
	size_t i;
	int err;

	bearer(s, seat);
	buf_reset(&s->body);
	json_canonical(&s->body, act);
	err = client_request(s->client, "POST",
			     arena_printf(s->arena, "/api/v1/acts?lang=%s", lang), s->body.data,
			     &status, &s->reply, f);
	if (!err)
		err = json_read(&reply, s->reply.data, s->reply.len, 1 << 26, JSON_DEPTH, f);
	if (err)
		return err;
	memset(out, 0, sizeof(*out));
	out->done = status == 200 || status == 201;
	out->seq = json_int(reply, "seq", 0);
	(void)text_copy(out->code, sizeof(out->code), json_text(reply, "code", ""));
	(void)text_copy(out->rule, sizeof(out->rule), json_text(reply, "rule", ""));
	(void)text_copy(out->sentence, sizeof(out->sentence), json_text(reply, "detail", ""));
	json_array_foreach(json_object_get(reply, "sources"), i, v)
	{
		size_t len = strlen(out->sources);

		(void)snprintf(out->sources + len, sizeof(out->sources) - len, "%s%s",
			       i ? ", " : "", json_string_value(v) ? json_string_value(v) : "");
	}
	json_decref(reply);

	return 0;
}


int stage_act(struct stage *s, const char *seat, const json_t *act, const char *lang,
	      struct stage_outcome *out, struct fault *f)
{
	struct act_request q = { json_text(act, "id", ""), json_text(act, "kind", ""),
				 json_text(act, "subject", ""), json_object_get(act, "body"),
				 json_int(act, "expect", FIELD_NONE) };
	struct seat who;
	int err;

	arena_reset(s->arena);
	if (s->client)
		return server_act(s, seat, act, lang, out, f);
	seat_of_text(&who, s->arena, seat);
	s->lang = lang;
	err = own_act(s, &who, &q, out);

	return err ? err : due_acts(s, f);
}


static const char *param(const char *name, void *arg)
{
	const json_t *v = json_object_get(arg, name);
	static char number[32]; /* one thread; used before the next call */

	if (json_is_integer(v)) {
		(void)snprintf(number, sizeof(number), "%lld",
			       (long long)json_integer_value(v));
		return number;
	}
	if (json_is_boolean(v))
		return json_is_true(v) ? "true" : "false";

	return json_string_value(v);
}


static int memory_view(struct stage *s, const char *seat, const char *view,
		       const json_t *params, const char *lang, json_t **reply, char code[64])
{
	struct viewing v = { .name = view,
			     .lang = lang,
			     .at = clock_now(stage_own_clock(s)),
			     .get = param,
			     .arg = (void *)(uintptr_t)params };
	struct fault f = { 0 };
	int err;

	seat_of_text(&v.seat, s->arena, seat);
	buf_reset(&s->reply);
	err = viewing_run(&s->reply, &s->reader, &v, s->arena, &f);
	if (err) {
		(void)text_copy(code, 64, err_slug(err));
		return 0;
	}

	return json_read(reply, s->reply.data, s->reply.len, 1 << 26, JSON_DEPTH, &f);
}


static int server_view(struct stage *s, const char *seat, const char *view,
		       const json_t *params, const char *lang, json_t **reply, char code[64],
		       struct fault *f)
{
	const char *key;
	json_t *v;
	long status = 0;
	int err;

	bearer(s, seat);
	buf_reset(&s->body);
	buf_printf(&s->body, "/api/v1/views/%s?lang=%s", view, lang);
	json_object_foreach((json_t *)(uintptr_t)params, key, v)
	{
		const char *text = param(key, (void *)(uintptr_t)params);

		(void)v;
		buf_printf(&s->body, "&%s=", key);
		client_escape(&s->body, text ? text : "");
	}
	err = client_request(s->client, "GET", s->body.data, NULL, &status, &s->reply, f);
	if (!err)
		err = json_read(reply, s->reply.data, s->reply.len, 1 << 26, JSON_DEPTH, f);
	if (!err && status != 200) {
		(void)text_copy(code, 64, json_text(*reply, "code", "unknown"));
		json_decref(*reply);
		*reply = NULL;
	}

	return err;
}


int stage_view(struct stage *s, const char *seat, const char *view, const json_t *params,
	       const char *lang, json_t **rows, char code[64], struct fault *f)
{
	json_t *reply = NULL;
	int err;

	code[0] = '\0';
	*rows = NULL;
	arena_reset(s->arena);
	if (s->client)
		err = server_view(s, seat, view, params, lang, &reply, code, f);
	else
		err = memory_view(s, seat, view, params, lang, &reply, code);
	if (!err && reply)
		*rows = json_incref(json_object_get(reply, "rows"));
	json_decref(reply);

	return err;
}
