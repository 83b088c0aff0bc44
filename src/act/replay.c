/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/pipeline.h"
#include "act/record.h"
#include "act/replay.h"
#include "act/world.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/store.h"

enum {
	COMMIT_EVERY = 1000,
	PROGRESS_EVERY = 1000,
};

struct replay {
	struct store *to;
	struct store *from;
	const struct registry *registry;
	const struct replay_watch *watch;
	struct replay_counts *counts;
	struct fault *fault;
	struct arena *arena;
	struct pipeline pipeline; /* rejudge: judges against the new store */
	bool rejudge;
};


static int broken(struct replay *r, int64_t seq, const char *what)
{
	return fault_set(r->fault, E_CORRUPT, "Act %lld: %s.", (long long)seq, what);
}


/* What the private values of the act were, so that judges see the whole body. */
static int whole_body(struct replay *r, const struct record *rec, json_t **out)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, r->from,
			      "SELECT field, value FROM act_private WHERE seq = $1", "i",
			      rec->seq);

	*out = json_copy((json_t *)(uintptr_t)rec->body);
	while (!err && store_next(rows, &err))
		if (!store_null(rows, 1) &&
		    json_object_set_new(*out, store_text(rows, 0),
					json_string(store_text(rows, 1))))
			err = E_NOMEM;
	store_done(rows);

	return err;
}


static const char *verdict(const struct act_cx *cx, int err)
{
	if (!err)
		return "done";

	return err == E_REFUSED ? refusal_slug(cx->why.code) : err_slug(err);
}


/* Would today's rules, on the registers of then, decide as was decided? */
static int judge_again(struct replay *r, const struct record *rec)
{
	struct seat seat = { .person = rec->person,
			     .office = rec->office,
			     .party = rec->party,
			     .operator_ = rec->office && text_eq(rec->office, "operator"),
			     .machine = !rec->office };
	struct act_request q = { rec->id, rec->kind, rec->subject, NULL, FIELD_NONE };
	uint8_t random[ACT_RANDOM_SIZE] = { 0 };
	const char *was = rec->done ? "done" : refusal_slug(rec->why.code);
	const char *now;
	struct act_cx cx;
	json_t *body = NULL;
	int err = whole_body(r, rec, &body);

	if (err)
		return err;
	(void)!text_unhex(random, sizeof(random), rec->nonce);
	q.body = body;
	err = pipeline_judge(&r->pipeline, &cx, &q, &seat, rec->at, rec->seq, random, r->arena);
	now = verdict(&cx, err);
	if (strcmp(was, now) != 0) {
		r->counts->differing++;
		if (r->watch && r->watch->differs)
			r->watch->differs(rec->seq, rec->kind, was, now, r->watch->arg);
	}
	json_decref(body);

	return 0;
}


/* The row of the act itself: later judges look at the record too. */
static int copy_row(struct replay *r, const struct record *rec, const char *text)
{
	return store_exec(
		r->to,
		"INSERT INTO act_record (seq, id, kind, subject, at, person, office, party,"
		" done, code, rule, see, request, record) VALUES ($1, $2, $3, $4, $5, $6,"
		" $7, $8, $9, $10, $11, $12, $13, $14)",
		"isssisssisssbs", rec->seq, rec->id, rec->kind, rec->subject, rec->at,
		rec->person, rec->office, rec->party, (int64_t)rec->done,
		rec->done ? NULL : refusal_slug(rec->why.code),
		rec->done ? NULL : rec->why.rule, rec->see, "", (size_t)0, text);
}


static int replay_record(struct replay *r, const char *text)
{
	struct effects fx;
	struct record rec;
	int err = record_read(&rec, text, strlen(text), r->fault);

	if (err)
		return E_CORRUPT;
	arena_reset(r->arena);
	if (r->rejudge)
		err = judge_again(r, &rec);
	if (!err && rec.done) {
		err = effects_parse(&fx, r->arena, rec.effects);
		if (!err)
			err = effects_apply(r->to, &fx);
		if (err)
			err = broken(r, rec.seq, "its effects cannot be applied");
		else if (r->rejudge)
			world_forget(r->pipeline.world, &fx);
	}
	if (!err && r->rejudge)
		err = copy_row(r, &rec, text);
	r->counts->acts++;
	r->counts->refused += !rec.done;
	record_clear(&rec);

	return err;
}


static int replay_all(struct replay *r, int64_t total)
{
	struct store_rows *rows = NULL;
	int err = store_begin(r->to);

	if (!err)
		err = store_query(&rows, r->from,
				  "SELECT seq, record FROM act_record ORDER BY seq", "");
	while (!err && store_next(rows, &err)) {
		if (store_null(rows, 1))
			r->counts->erased++;
		else
			err = replay_record(r, store_text(rows, 1));
		if (!err && r->counts->acts % COMMIT_EVERY == 0) {
			err = store_commit(r->to);
			if (!err)
				err = store_begin(r->to);
		}
		if (r->watch && r->watch->progress && r->counts->acts % PROGRESS_EVERY == 0)
			r->watch->progress(r->counts, total, r->watch->arg);
	}
	store_done(rows);
	if (err)
		store_rollback(r->to);
	else
		err = store_commit(r->to);

	return err;
}


int replay_apply(struct store *to, struct store *from, const struct registry *registry,
		 bool rejudge, const struct replay_watch *watch, struct replay_counts *counts,
		 struct fault *f)
{
	struct replay r = { .to = to,
			    .from = from,
			    .registry = registry,
			    .watch = watch,
			    .counts = counts,
			    .fault = f,
			    .rejudge = rejudge };
	int64_t total = 0;
	int err = store_get_int(&total, from, "SELECT count(*) FROM act_record", "");

	memset(counts, 0, sizeof(*counts));
	if (!err)
		err = pipeline_open(&r.pipeline, to, registry);
	if (err)
		return err;
	r.arena = arena_new(1 << 16);
	err = replay_all(&r, total);
	arena_free(r.arena);
	pipeline_close(&r.pipeline);

	return err;
}


static const char *table_sql(char *out, size_t size, const struct register_table *t)
{
	(void)snprintf(out, size, "SELECT * FROM %s ORDER BY %s", t->name, t->key);

	return out;
}


/* One value with its type and length, so that no two rows look the same. */
static void value_text(struct buf *b, const struct store_rows *rows, int col)
{
	switch (store_type(rows, col)) {
	case 'i': buf_printf(b, "i%lld;", (long long)store_int(rows, col)); break;
	case 'r': buf_printf(b, "r%.17g;", store_real(rows, col)); break;
	case 's':
		buf_printf(b, "s%zu:", strlen(store_text(rows, col)));
		buf_str(b, store_text(rows, col));
		buf_char(b, ';');
		break;
	default: buf_str(b, "n;"); break;
	}
}


static void row_line(struct buf *b, const struct store_rows *rows)
{
	buf_reset(b);
	for (int i = 0; i < store_columns(rows); i++)
		value_text(b, rows, i);
	buf_char(b, '\n');
}


static int digest_table(struct digest *d, struct store *st, const struct register_table *t)
{
	struct store_rows *rows = NULL;
	struct buf b;
	char sql[300];
	int err = store_query_built(&rows, st, table_sql(sql, sizeof(sql), t), NULL, 0);

	buf_init(&b, 0);
	digest_add(d, t->name, strlen(t->name) + 1);
	while (!err && store_next(rows, &err)) {
		row_line(&b, rows);
		digest_add(d, b.data, b.len);
	}
	store_done(rows);
	buf_clear(&b);

	return err;
}


int replay_digest(char *hex, struct store *st, const struct registry *registry)
{
	struct digest *d = digest_new();
	uint8_t out[DIGEST_SIZE];
	int err = 0;

	for (const struct module *const *m = registry->modules; *m && !err; m++)
		for (const struct register_table *t = (*m)->tables; t && t->name && !err; t++)
			err = digest_table(d, st, t);
	digest_end(d, out);
	text_hex(hex, out, sizeof(out));

	return err;
}


static int compare_table(bool *differs, struct store *a, struct store *b,
			 const struct register_table *t, struct fault *f)
{
	struct store_rows *x = NULL, *y = NULL;
	struct buf p, q;
	char sql[300];
	bool more_x = true, more_y = true;
	int err = store_query_built(&x, a, table_sql(sql, sizeof(sql), t), NULL, 0);

	if (!err)
		err = store_query_built(&y, b, sql, NULL, 0);
	buf_init(&p, 0);
	buf_init(&q, 0);
	while (!err && !*differs && (more_x || more_y)) {
		buf_reset(&p);
		buf_reset(&q);
		more_x = store_next(x, &err);
		if (more_x)
			row_line(&p, x);
		if (!err)
			more_y = store_next(y, &err);
		if (!err && more_y)
			row_line(&q, y);
		*differs = !err && strcmp(p.data, q.data) != 0;
	}
	if (*differs)
		(void)fault_set(f, E_CORRUPT, "Table %s differs: here %.120s, replayed %.120s.",
				t->name, more_x ? p.data : "(no row)",
				more_y ? q.data : "(no row)");
	store_done(x);
	store_done(y);
	buf_clear(&p);
	buf_clear(&q);

	return err;
}


int replay_compare(bool *differs, struct store *a, struct store *b,
		   const struct registry *registry, struct fault *f)
{
	int err = 0;

	*differs = false;
	for (const struct module *const *m = registry->modules; *m && !err; m++)
		for (const struct register_table *t = (*m)->tables;
		     t && t->name && !err && !*differs; t++)
			err = compare_table(differs, a, b, t, f);

	return err;
}
