/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "act/pipeline.h"
#include "act/trigger.h"
#include "act/viewing.h"
#include "act/world.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/store.h"

enum {
	ID_HEX = 40, /* digits of the digest in the id of an act */
};

struct trigger_due {
	struct act_request request;
	json_t *body;
	struct trigger_due *next;
};


/* "due-" and the beginning of SHA-256 of the trigger and its key. */
static const char *due_id(struct trigger_cx *cx, const char *key)
{
	const char *text = arena_printf(cx->arena, "%s %s", cx->trigger->name, key);
	char hex[DIGEST_HEX_SIZE];
	uint8_t digest[DIGEST_SIZE];

	digest_of(digest, text, strlen(text));
	text_hex(hex, digest, DIGEST_SIZE);

	return arena_printf(cx->arena, "due-%.*s", ID_HEX, hex);
}


void trigger_propose(struct trigger_cx *cx, const char *kind, const char *subject, json_t *body,
		     const char *key)
{
	struct trigger_due *due = arena_take(cx->arena, sizeof(*due));

	*due = (struct trigger_due){ .request = { .id = due_id(cx, key),
						  .kind = arena_str(cx->arena, kind),
						  .subject = arena_str(cx->arena, subject),
						  .body = body,
						  .expect = FIELD_NONE },
				     .body = body };
	*cx->last = due;
	cx->last = &due->next;
}


void trigger_wake(struct trigger_cx *cx, int64_t at)
{
	if (at > cx->at && at < cx->next)
		cx->next = at;
}


static int look(struct trigger_cx *cx, struct reader *r, int64_t at)
{
	int err = world_refresh(r->world, NULL);

	if (!err)
		err = world_charter(&cx->charter, r->world, at);
	if (err)
		return err == E_ABSENT ? 0 : err; /* not founded yet */
	cx->today = arena_str(cx->arena, world_today(r->world, cx->charter, at));
	for (const struct module *const *m = r->registry->modules; *m && !err; m++)
		for (const struct trigger *t = (*m)->triggers; t && t->run && !err; t++) {
			cx->trigger = t;
			err = t->run(cx);
		}

	return err;
}


/* Leave out what was done before. */
static int keep_new(struct trigger_cx *cx)
{
	struct trigger_due **at = &cx->first;
	struct act_outcome before;

	while (*at) {
		int err = pipeline_find(&before, cx->st, (*at)->request.id, cx->arena);

		if (err && err != E_ABSENT)
			return err;
		if (err) {
			at = &(*at)->next;
		} else {
			json_decref((*at)->body);
			*at = (*at)->next;
		}
	}

	return 0;
}


static int look_once(struct trigger_cx *cx, struct reader *r, int64_t at)
{
	int err = store_exec(r->st, "BEGIN", "");

	if (err)
		return err;
	err = look(cx, r, at);
	if (!err)
		err = keep_new(cx);
	(void)!store_exec(r->st, "COMMIT", "");

	return err;
}


static int run_round(struct triggers *t, struct reader *r, int64_t at, trigger_act_h *act,
		     void *arg, size_t *tried)
{
	struct arena *a = arena_new(1 << 14);
	struct trigger_cx cx = {
		.st = r->st, .world = r->world, .at = at, .arena = a, .next = INT64_MAX
	};
	int err;

	cx.last = &cx.first;
	*tried = 0;
	err = look_once(&cx, r, at);
	for (struct trigger_due *due = cx.first; due; due = due->next) {
		if (!err && !map_get(&t->tried, due->request.id)) {
			(void)map_put(&t->tried, arena_str(t->ids, due->request.id), t);
			err = act(&due->request, arg);
			++*tried;
		}
		json_decref(due->body);
	}
	t->next = cx.next;
	arena_free(a);

	return err;
}


void triggers_init(struct triggers *t)
{
	map_init(&t->tried);
	t->ids = arena_new(4096);
	t->next = INT64_MAX;
	t->done = 0;
}


void triggers_clear(struct triggers *t)
{
	map_clear(&t->tried);
	arena_free(t->ids);
}


int triggers_run(struct triggers *t, struct reader *r, int64_t at, trigger_act_h *act,
		 void *arg)
{
	size_t tried = 0;
	int err = 0;

	t->done = 0;
	for (int i = 0; i < TRIGGERS_ROUNDS && !err; i++) {
		err = run_round(t, r, at, act, arg, &tried);
		t->done += tried;
		if (!tried)
			break;
	}

	return err;
}
