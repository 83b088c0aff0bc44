/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/viewing.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "store/store.h"


enum {
	TRIES = 4,
	TRY_US = 50000,
	SHARED_KEPT = 8,
	SHARED_MAX = 256 << 10, /* bytes of rows */
};

/* Rows that several look at (view_desc.shared); of one state of the record. */
struct shared_rows {
	struct kept {
		char *key; /* view, parameters and seat; NULL: none */
		int64_t seq;
		const struct charter *charter;
		struct buf rows;
	} at[SHARED_KEPT];
	size_t next; /* to give way */
};


int reader_open(struct reader *out, const char *where, const struct registry *registry,
		struct fault *f)
{
	int err;

	memset(out, 0, sizeof(*out));
	err = store_open(&out->st, where, STORE_READ, f);
	if (err)
		return err;
	out->world = world_new(out->st);
	out->registry = registry;
	out->shared = mem_zero(1, sizeof(*out->shared));
	for (size_t i = 0; i < SHARED_KEPT; i++)
		buf_init(&out->shared->at[i].rows, SHARED_MAX);

	return 0;
}


void reader_close(struct reader *r)
{
	for (size_t i = 0; i < SHARED_KEPT; i++) {
		free(r->shared->at[i].key);
		buf_clear(&r->shared->at[i].rows);
	}
	free(r->shared);
	world_free(r->world);
	store_close(r->st);
	memset(r, 0, sizeof(*r));
}


int reader_revive(struct reader *r, struct fault *f)
{
	if (!store_lost(r->st))
		return 0;
	world_forget(r->world, NULL);

	return store_reopen(r->st, f);
}


static int check_seat(struct view_cx *cx, struct fault *f)
{
	switch (seat_may(&cx->seat, cx->charter, cx->desc->who, NULL)) {
	case SEAT_MAY: return 0;
	default: break;
	}
	if (cx->seat.operator_)
		return 0;
	if (!cx->seat.person)
		return fault_set(f, E_SESSION, "Sign in to see this.");

	return fault_set(f, E_DENIED, "This seat may not see %s; that is for: %s.",
			 cx->desc->name, cx->desc->who);
}


/* Everything that rows of a shared view may depend on, but the record. */
static const char *shared_key(const struct view_cx *cx, struct viewing *v)
{
	const struct seat *s = &cx->seat;
	const struct fields *params = cx->desc->params;
	struct buf b;
	const char *key;

	buf_init(&b, 0);
	buf_printf(&b, "%s %s %s %s %s %s %d%d%d%d%d", v->name, cx->lang ? cx->lang : "",
		   s->party ? s->party : "", s->status ? s->status : "",
		   s->office ? s->office : "", s->body ? s->body : "", s->person != NULL,
		   s->secretariat, s->asleep, s->held, s->operator_);
	for (size_t i = 0; i < params->count; i++) {
		const char *value = v->get(params->field[i].name, v->arg);

		buf_printf(&b, "\n%s", value ? value : "");
	}
	key = arena_strn(cx->arena, b.data, b.len);
	buf_clear(&b);

	return key;
}


/* Of the same key, else the next to give way. */
static struct kept *kept_of(struct shared_rows *all, const char *key)
{
	for (size_t i = 0; i < SHARED_KEPT; i++)
		if (text_eq(all->at[i].key, key))
			return &all->at[i];

	return &all->at[all->next++ % SHARED_KEPT];
}


/* The rows from those kept, or made and kept. */
static int run_shared(struct view_cx *cx, const struct view *view, const void *params,
		      struct shared_rows *all, struct viewing *v)
{
	const char *key = shared_key(cx, v);
	struct kept *k = kept_of(all, key);
	struct buf *out = cx->out->b;
	size_t begin = out->len;
	int err;

	if (text_eq(k->key, key) && k->seq == cx->seq && k->charter == cx->charter) {
		buf_add(out, k->rows.data, k->rows.len);
		return 0;
	}
	err = view->run(cx, params);
	if (err || out->err || out->len == begin || out->len - begin > SHARED_MAX)
		return err;
	free(k->key);
	k->key = mem_str(key);
	k->seq = cx->seq;
	k->charter = cx->charter;
	buf_reset(&k->rows);
	buf_add(&k->rows, out->data + begin, out->len - begin);

	return 0;
}


static int run(struct view_cx *cx, const struct view *view, struct reader *r, struct viewing *v,
	       struct fault *f)
{
	void *params = arena_take(cx->arena, view->desc->params->size);
	int err = fields_read_texts(params, view->desc->params, v->get, v->arg, cx->arena, f);

	if (!err)
		err = world_charter(&cx->charter, r->world, v->at);
	if (err)
		return err;
	cx->today = arena_str(cx->arena, world_today(r->world, cx->charter, v->at));
	err = seat_resolve(&cx->seat, cx->charter, r->world, v->at);
	if (!err)
		err = check_seat(cx, f);
	if (!err)
		err = view->desc->shared && r->shared
			      ? run_shared(cx, view, params, r->shared, v)
			      : view->run(cx, params);
	if (err && cx->fault.err)
		*f = cx->fault;
	v->seat = cx->seat;

	return err;
}


/* The rows go straight into the reply, behind its head. */
static int write_reply(struct buf *out, const struct view *view, struct reader *r,
		       struct viewing *v, struct arena *a, struct fault *f)
{
	struct jw w;
	struct view_cx cx = { .seat = v->seat,
			      .at = v->at,
			      .lang = v->lang,
			      .desc = view->desc,
			      .world = r->world,
			      .st = r->st,
			      .arena = a,
			      .out = &w };
	char at[TIME_TEXT_SIZE];
	int64_t seq = 0;
	int err = world_refresh(r->world, &seq);

	if (err)
		return err;
	time_text(at, v->at);
	jw_init(&w, out);
	jw_object(&w);
	jw_kstr(&w, "view", v->name);
	jw_kint(&w, "seq", seq);
	jw_kstr(&w, "at", at);
	jw_key(&w, "rows");
	jw_array(&w);
	cx.seq = seq;
	err = run(&cx, view, r, v, f);
	jw_array_end(&w);
	jw_object_end(&w);

	return err ? err : out->err;
}


static int read_once(struct buf *out, struct reader *r, struct viewing *v, struct arena *a,
		     struct fault *f)
{
	const struct view *view = registry_view(r->registry, v->name);
	int err;

	if (!view)
		return fault_set(f, E_ABSENT, "There is no view \"%s\".", v->name);
	err = store_exec(r->st, "BEGIN", "");
	if (!err) {
		err = write_reply(out, view, r, v, a, f);
		(void)!store_exec(r->st, "COMMIT", "");
	}
	if (err)
		buf_reset(out);

	return err;
}


int viewing_run(struct buf *out, struct reader *r, struct viewing *v, struct arena *a,
		struct fault *f)
{
	int err = read_once(out, r, v, a, f);

	/* A store that was restarted is there again, or soon; the connection to it is not. */
	for (int again = 0; err == E_BUSY && again < TRIES; again++) {
		if (store_lost(r->st) && reader_revive(r, f))
			(void)usleep(TRY_US);
		else
			err = read_once(out, r, v, a, f);
	}

	return err;
}
