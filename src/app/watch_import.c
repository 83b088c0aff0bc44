/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/verb.h"
#include "app/watch_import.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "net/client.h"
#include "watch/sheet.h"

enum {
	PORTION = 2000, /* figures in one report */
};

struct import {
	const char *file, *url, *seat, *token;
	const char *party, *area, *indicator, *day, *order;
	const char *source, *reason;
	bool submit;
	struct client *client;
	struct arena *arena;
	struct fault fault;
};


static void add_parameter(struct buf *path, const char *name, const char *value)
{
	if (!value)
		return;
	buf_char(path, strchr(path->data, '?') ? '&' : '?');
	buf_str(path, name);
	buf_char(path, '=');
	client_escape(path, value);
}


/* One reply as JSON; what is no reply of the API is a failure. */
static int ask(json_t **out, long *status, struct import *m, const char *path, const char *type,
	       const char *bytes, size_t len)
{
	const struct client_body body = { type, bytes, len };
	struct buf reply;
	int err;

	*out = NULL;
	buf_init(&reply, 0);
	err = client_send(m->client, "POST", path, &body, status, &reply, &m->fault);
	if (!err)
		err = json_read(out, reply.data, reply.len, 64 << 20, JSON_DEPTH, &m->fault);
	buf_clear(&reply);

	return err;
}


/* FILE:ROW:COLUMN: what is wrong. */
static void print_problems(const struct import *m, const json_t *reply)
{
	const json_t *problems = json_object_get(reply, "problems"), *p;
	size_t i;

	json_array_foreach(problems, i, p)
	{
		int64_t row = json_int(p, "row", 0);
		const char *column = json_text(p, "column", NULL);

		(void)printf("%s:", m->file);
		if (row)
			(void)printf("%lld:", (long long)row);
		if (column)
			(void)printf("%s:", column);
		(void)printf(" %s%s\n",
			     json_is_true(json_object_get(p, "blocks")) ? "" : "note: ",
			     json_text(p, "text", ""));
	}
}


/* The figures of one party from `from` on, at most a portion; *next is where it goes on. */
static json_t *portion(const json_t *cells, const char *party, size_t from, size_t *next)
{
	json_t *out = json_array();
	size_t i = from;

	for (; i < json_array_size(cells) && json_array_size(out) < PORTION; i++) {
		const json_t *cell = json_array_get(cells, i);
		json_t *copy;

		if (!text_eq(json_text(cell, "party", ""), party))
			continue;
		copy = json_copy((json_t *)(uintptr_t)cell);
		(void)json_object_del(copy, "party");
		(void)json_array_append_new(out, copy);
	}
	*next = i;

	return out;
}


static int report(struct import *m, const char *party, json_t *cells)
{
	char id[33];
	uint8_t bytes[16];
	json_t *act, *reply = NULL;
	long status = 0;
	struct buf text;
	int err;

	rand_bytes(bytes, sizeof(bytes));
	text_hex(id, bytes, sizeof(bytes));
	act = json_pack("{s:s, s:s, s:o, s:{s:O, s:s*, s:s*}}", "id", id, "kind",
			"report.submit", "subject",
			json_string(arena_printf(m->arena, "party/%s", party)), "body", "cells",
			cells, "source", m->source, "reason", m->reason);
	buf_init(&text, 0);
	json_canonical(&text, act);
	err = ask(&reply, &status, m, "/api/v1/acts", "application/json", text.data, text.len);
	if (err)
		(void)verb_fail(NULL, &m->fault, EXIT_FAILED);
	else if (status >= 300)
		(void)printf("%s: %zu figures: %s\n", party, json_array_size(cells),
			     json_text(reply, "detail", "not accepted"));
	else
		(void)printf("%s: %zu figures reported, act %lld\n", party,
			     json_array_size(cells), (long long)json_int(reply, "seq", 0));
	buf_clear(&text);
	json_decref(act);
	json_decref(reply);

	return err ? EXIT_FAILED : status >= 300 ? EXIT_NO : EXIT_DONE;
}


/* Party by party, in the order in which the file names them first. */
static int submit(struct import *m, const json_t *cells)
{
	json_t *seen = json_object();
	int status = EXIT_DONE;
	const json_t *cell;
	size_t i;

	json_array_foreach(cells, i, cell)
	{
		const char *party = json_text(cell, "party", "");

		if (json_object_get(seen, party))
			continue;
		(void)json_object_set_new(seen, party, json_true());
		for (size_t at = i; status == EXIT_DONE && at < json_array_size(cells);) {
			json_t *some = portion(cells, party, at, &at);

			if (json_array_size(some))
				status = report(m, party, some);
			json_decref(some);
		}
	}
	json_decref(seen);

	return status;
}


static int run(struct import *m, const char *bytes, size_t len)
{
	json_t *reply = NULL;
	struct buf path;
	long status = 0;
	int err, result = EXIT_DONE;

	buf_init(&path, 0);
	buf_str(&path, "/api/v1/intake");
	add_parameter(&path, "party", m->party);
	add_parameter(&path, "area", m->area);
	add_parameter(&path, "indicator", m->indicator);
	add_parameter(&path, "day", m->day);
	add_parameter(&path, "order", m->order);
	err = ask(&reply, &status, m, path.data, "application/octet-stream", bytes, len);
	buf_clear(&path);
	if (err)
		return verb_fail(NULL, &m->fault, EXIT_FAILED);
	if (status != 200) {
		const json_t *at = json_object_get(reply, "position");

		m->fault = (struct fault){ .line = (int)json_int(at, "line", 0),
					   .col = (int)json_int(at, "column", 0) };
		(void)fault_set(&m->fault, E_SYNTAX, "%s",
				json_text(reply, "detail", "refused"));
		json_decref(reply);
		return verb_fail(m->file, &m->fault, EXIT_NO);
	}
	print_problems(m, reply);
	(void)printf("%zu figures, %lld problems that block, %lld notes\n",
		     json_array_size(json_object_get(reply, "cells")),
		     (long long)json_int(reply, "blocking", 0),
		     (long long)json_int(reply, "told", 0));
	if (json_int(reply, "blocking", 0))
		result = EXIT_NO;
	else if (m->submit)
		result = submit(m, json_object_get(reply, "cells"));
	json_decref(reply);

	return result;
}


int watch_import(int argc, char **argv)
{
	struct import m = { 0 };
	const struct option options[] = {
		{ "url", &m.url, NULL },       { "as", &m.seat, NULL },
		{ "token", &m.token, NULL },   { "party", &m.party, NULL },
		{ "area", &m.area, NULL },     { "indicator", &m.indicator, NULL },
		{ "day", &m.day, NULL },       { "order", &m.order, NULL },
		{ "source", &m.source, NULL }, { "reason", &m.reason, NULL },
		{ "submit", NULL, &m.submit }, { NULL, NULL, NULL },
	};
	char *bytes = NULL;
	size_t len = 0;
	int status = EXIT_FAILED;

	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (argc != 3 || !m.url)
		return verb_usage("watch", "import takes one file, and --url");
	m.file = argv[2];
	if (verb_read(&bytes, &len, m.file, SHEET_BYTES_MAX, &m.fault))
		return verb_fail(m.file, &m.fault, EXIT_FAILED);
	m.arena = arena_new(4096);
	if (client_open(&m.client, m.url, &m.fault)) {
		(void)verb_fail(NULL, &m.fault, EXIT_FAILED);
	} else {
		client_bearer(m.client, m.token	 ? m.token
					: m.seat ? arena_printf(m.arena, "seat:%s", m.seat)
						 : NULL);
		status = run(&m, bytes, len);
	}
	client_close(m.client);
	arena_free(m.arena);
	free(bytes);

	return status;
}
