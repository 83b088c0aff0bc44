/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verb_act.c: one act, or one view, over the API or directly on a stopped data folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/acts.h"
#include "act/world.h"
#include "act/viewing.h"
#include "app/acting.h"
#include "app/centre.h"
#include "app/data.h"
#include "app/modules.h"
#include "app/seat_text.h"
#include "app/telling.h"
#include "app/verb.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/charter.h"
#include "net/client.h"

enum {
	PARAMS_MAX = 24,
};

struct looking {
	struct acting at;
	const char *view;
	const char *param[PARAMS_MAX][2];
	size_t params;
};


/* Who talks to the server: a token, or in a demonstration a seat. */
static int connect_to(struct client **out, const struct acting *c, struct arena *a,
		      struct fault *f)
{
	int err = client_open(out, c->url, f);

	if (!err && c->token)
		client_bearer(*out, c->token);
	else if (!err && c->seat)
		client_bearer(*out, arena_printf(a, "seat:%s", c->seat));

	return err;
}


static int print_reply(long status, const struct buf *reply)
{
	(void)printf("%s\n", reply->data);

	return status < 300 ? EXIT_DONE : EXIT_NO;
}


static int act_over_http(const struct acting *c, const json_t *act, struct arena *a,
			 struct fault *f)
{
	struct client *client = NULL;
	struct buf body, reply;
	long status = 0;
	int result = EXIT_FAILED, err;

	buf_init(&body, 0);
	buf_init(&reply, 0);
	json_canonical(&body, act);
	err = connect_to(&client, c, a, f);
	if (!err)
		err = client_request(client, "POST",
				     arena_printf(a, "/api/v1/acts?lang=%s", c->lang),
				     body.data, &status, &reply, f);
	if (!err)
		result = print_reply(status, &reply);
	client_close(client);
	buf_clear(&body);
	buf_clear(&reply);

	return err ? verb_fail(NULL, f, EXIT_FAILED) : result;
}


static int check_folder_seat(struct seat *seat, const struct acting *c, const struct data *d,
			     struct arena *a, struct fault *f)
{
	seat_of_text(seat, a, c->seat ? c->seat : "operator");
	if (d->demo || seat->operator_)
		return 0;

	return fault_set(
		f, E_DENIED,
		"On the folder of a real centre only the operator acts from the command "
		"line; others sign in.");
}


static int print_outcome(struct own_centre *c, const struct acting *call, struct act_job *job)
{
	const struct act_outcome *o = &job->outcome;
	const struct charter *charter = NULL;
	struct world *w = world_new(c->centre.st);
	struct naming naming = { NULL, w };
	struct buf b;

	if (o->done) {
		(void)printf("done: act %lld\n", (long long)o->seq);
		world_free(w);
		return EXIT_DONE;
	}
	buf_init(&b, 0);
	(void)!world_charter(&charter, w, clock_now(&c->centre.clock));
	naming.charter = charter;
	refusal_sentence(&b, &o->why, call->lang, naming_name, &naming);
	(void)printf("refused (%s%s%s): %s\n", refusal_slug(o->why.code),
		     o->why.rule ? ", rule " : "", o->why.rule ? o->why.rule : "", b.data);
	buf_clear(&b);
	world_free(w);

	return EXIT_NO;
}


static int act_on_folder(const struct acting *call, const json_t *act, struct arena *a,
			 struct fault *f)
{
	struct own_centre c;
	struct data d;
	struct act_job job = { .arena = a,
			       .request = { json_text(act, "id", ""),
					    json_text(act, "kind", ""),
					    json_text(act, "subject", ""),
					    json_object_get(act, "body"), FIELD_NONE } };
	int status = EXIT_FAILED;
	int err = data_open(&d, call->data, false, f);

	if (err)
		return verb_fail(NULL, f, EXIT_FAILED);
	err = check_folder_seat(&job.seat, call, &d, a, f);
	if (!err)
		err = own_centre_open(&c, &d, f);
	if (!err) {
		err = centre_act(&c.centre, &job);
		if (err)
			*f = job.fault;
		else
			status = print_outcome(&c, call, &job);
		own_centre_close(&c);
	}
	data_close(&d);

	return err ? verb_fail(call->source, f, err == E_DENIED ? EXIT_NO : EXIT_FAILED)
		   : status;
}


int acting_do(const struct acting *c, json_t *body)
{
	struct arena *a = arena_new(1 << 14);
	struct fault f = { 0 };
	char id[RAND_UUID_SIZE];
	json_t *act;
	int status;

	rand_uuid(id);
	act = json_pack("{s:s, s:s, s:s, s:o}", "id", c->id ? c->id : id, "kind", c->kind,
			"subject", c->subject, "body", body);
	status = c->url ? act_over_http(c, act, a, &f) : act_on_folder(c, act, a, &f);
	json_decref(act);
	arena_free(a);

	return status;
}


static int read_and_do(const struct acting *c)
{
	struct fault f = { 0 };
	json_t *body = NULL;
	char *text = NULL;
	size_t len = 0;
	int err = verb_read(&text, &len, c->source, 3 << 20, &f);

	if (!err)
		err = json_read(&body, text, len, 3 << 20, JSON_DEPTH, &f);
	free(text);

	return err ? verb_fail(c->source, &f, EXIT_NO) : acting_do(c, body);
}


static int list_acts(void)
{
	for (const struct module *const *m = modules; *m; m++)
		for (const struct act_kind *k = (*m)->acts; k && k->desc; k++)
			(void)printf("%-32s %s\n", k->desc->name, k->desc->doc);

	return EXIT_DONE;
}


static int list_views(void)
{
	for (const struct module *const *m = modules; *m; m++)
		for (const struct view *v = (*m)->views; v && v->desc; v++)
			(void)printf("%-32s %s\n", v->desc->name, v->desc->doc);

	return EXIT_DONE;
}


/* A description and its fields under up to two headings. */
static int show(const char *head, const char *first, const struct fields *one,
		const char *second, const struct fields *two)
{
	struct buf b;

	buf_init(&b, 0);
	buf_str(&b, head);
	if (one->count)
		buf_str(&b, first);
	telling_form(&b, one, "  ");
	if (two && two->count)
		buf_str(&b, second);
	if (two)
		telling_form(&b, two, "  ");
	(void)fputs(b.data, stdout);
	buf_clear(&b);

	return EXIT_DONE;
}


static int show_act(const char *name)
{
	struct arena *a = arena_new(1 << 12);
	const struct act_kind *k;
	struct registry r;
	int status;

	registry_init(&r, modules);
	k = registry_kind(&r, name);
	if (k)
		status = show(arena_printf(a, "%s: %s\nwho: %s\nsubject: %s/...\n", name,
					   k->desc->doc, k->desc->who, k->desc->subject),
			      "body:\n", k->desc->body, "", NULL);
	else
		status = verb_usage("act", "there is no such kind; comity act --list");
	registry_clear(&r);
	arena_free(a);

	return status;
}


static int show_view(const char *name)
{
	struct arena *a = arena_new(1 << 12);
	const struct view *v;
	struct registry r;
	int status;

	registry_init(&r, modules);
	v = registry_view(&r, name);
	if (v)
		status = show(
			arena_printf(a, "%s: %s\nwho: %s\n", name, v->desc->doc, v->desc->who),
			"parameters:\n", v->desc->params, "columns:\n", v->desc->row);
	else
		status = verb_usage("view", "there is no such view; comity view --list");
	registry_clear(&r);
	arena_free(a);

	return status;
}


int verb_act(int argc, char **argv)
{
	struct acting c = { .lang = "en", .source = "-" };
	bool list = false, form = false;
	const struct option options[] = { { "data", &c.data, NULL },
					  { "url", &c.url, NULL },
					  { "token", &c.token, NULL },
					  { "as", &c.seat, NULL },
					  { "lang", &c.lang, NULL },
					  { "id", &c.id, NULL },
					  { "subject", &c.subject, NULL },
					  { "body", &c.source, NULL },
					  { "list", NULL, &list },
					  { "form", NULL, &form },
					  { NULL, NULL, NULL } };

	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (list)
		return list_acts();
	if (argc == 2 && form)
		return show_act(argv[1]);
	if (argc != 2 || !c.subject || !c.data == !c.url)
		return verb_usage("act", NULL);
	c.kind = argv[1];

	return read_and_do(&c);
}


static const char *param_of(const char *name, void *arg)
{
	const struct looking *c = arg;

	for (size_t i = 0; i < c->params; i++)
		if (text_eq(c->param[i][0], name))
			return c->param[i][1];

	return NULL;
}


static int view_on_folder(struct looking *c, struct arena *a, struct buf *out, struct fault *f)
{
	struct viewing v = {
		.name = c->view, .lang = c->at.lang, .at = time_now(), .get = param_of, .arg = c
	};
	struct registry registry;
	struct reader reader;
	struct data d;
	int err = data_open(&d, c->at.data, true, f);

	if (err)
		return err;
	err = check_folder_seat(&v.seat, &c->at, &d, a, f);
	registry_init(&registry, modules);
	if (!err)
		err = reader_open(&reader, d.store, &registry, f);
	if (!err) {
		err = viewing_run(out, &reader, &v, a, f);
		reader_close(&reader);
	}
	registry_clear(&registry);
	data_close(&d);

	return err;
}


static int view_over_http(const struct looking *c, struct arena *a, struct buf *out,
			  long *status, struct fault *f)
{
	struct client *client = NULL;
	struct buf path;
	int err;

	buf_init(&path, 0);
	buf_printf(&path, "/api/v1/views/%s?lang=%s", c->view, c->at.lang);
	for (size_t i = 0; i < c->params; i++) {
		buf_char(&path, '&');
		client_escape(&path, c->param[i][0]);
		buf_char(&path, '=');
		client_escape(&path, c->param[i][1]);
	}
	err = connect_to(&client, &c->at, a, f);
	if (!err)
		err = client_request(client, "GET", path.data, NULL, status, out, f);
	client_close(client);
	buf_clear(&path);

	return err;
}


/* Options that are not ours are parameters of the view: --party ol. */
static int split_params(struct looking *c, int *argc, char **argv)
{
	static const char *const ours[] = {
		"data", "url", "token", "as", "lang", "list", "form"
	};
	int kept = 1;

	for (int i = 1; i < *argc; i++) {
		bool own = !text_starts(argv[i], "--");
		size_t len = own ? 0 : strcspn(argv[i] + 2, "=");
		bool flag = false;

		for (size_t k = 0; k < ARRAY_LEN(ours) && !own; k++) {
			own = len == strlen(ours[k]) && text_starts(argv[i] + 2, ours[k]);
			flag = own && k >= 5;
		}
		if (own) {
			if (text_starts(argv[i], "--") && !flag && !strchr(argv[i], '=') &&
			    i + 1 < *argc)
				argv[kept++] = argv[i++];
			argv[kept++] = argv[i];
			continue;
		}
		if (c->params == PARAMS_MAX || i + 1 >= *argc)
			return EXIT_USAGE;
		c->param[c->params][0] = argv[i] + 2;
		c->param[c->params++][1] = argv[++i];
	}
	*argc = kept;

	return 0;
}


int verb_view(int argc, char **argv)
{
	struct looking c = { .at = { .lang = "en" } };
	bool list = false, form = false;
	const struct option options[] = {
		{ "data", &c.at.data, NULL },	{ "url", &c.at.url, NULL },
		{ "token", &c.at.token, NULL }, { "as", &c.at.seat, NULL },
		{ "lang", &c.at.lang, NULL },	{ "list", NULL, &list },
		{ "form", NULL, &form },	{ NULL, NULL, NULL }
	};
	struct arena *a;
	struct fault f = { 0 };
	struct buf out;
	long status = 200;
	int err;

	if (split_params(&c, &argc, argv))
		return verb_usage("view", "a parameter needs a value");
	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (list)
		return list_views();
	if (argc == 2 && form)
		return show_view(argv[1]);
	if (argc != 2 || !c.at.data == !c.at.url)
		return verb_usage("view", NULL);
	c.view = argv[1];
	a = arena_new(1 << 14);
	buf_init(&out, 0);
	err = c.at.url ? view_over_http(&c, a, &out, &status, &f)
		       : view_on_folder(&c, a, &out, &f);
	if (!err)
		(void)printf("%s\n", out.data);
	buf_clear(&out);
	arena_free(a);
	if (err)
		return verb_fail(NULL, &f,
				 err == E_ABSENT || err == E_DENIED ? EXIT_NO : EXIT_FAILED);

	return status < 300 ? EXIT_DONE : EXIT_NO;
}
