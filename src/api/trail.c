/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * trail.c: GET /api/v1/trails/{}/{}: the acts of a trail that the viewer may see, each with its
 * proofs, in one file (ledger/bundle.h): what the view "trail" names, no more.
 */
#include <stdlib.h>

#include "act/clock.h"
#include "api/desk.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "ledger/bundle.h"
#include "ledger/log.h"
#include "store/store.h"

struct numbers {
	int64_t *at;
	size_t count;
};


/* The parameters of the view: what the address says. */
static const char *parameter(const char *name, void *arg)
{
	const struct request *r = arg;

	return text_eq(name, "from") ? r->part[0] : text_eq(name, "id") ? r->part[1] : NULL;
}


static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}


/* The acts of the rows of a view, each once, in their order. */
static int read_numbers(struct numbers *out, struct request *r, const struct buf *view)
{
	json_t *root = NULL, *rows, *row;
	size_t i, kept = 0;
	int err =
		json_read(&root, view->data, view->len, BUF_MAX_DEFAULT, JSON_DEPTH, &r->fault);

	if (err)
		return err;
	rows = json_object_get(root, "rows");
	out->at = arena_take(r->arena, (json_array_size(rows) + 1) * sizeof(*out->at));
	json_array_foreach(rows, i, row)
	{
		int64_t act = json_int(row, "act", 0);

		if (act)
			out->at[out->count++] = act;
	}
	json_decref(root);
	qsort(out->at, out->count, sizeof(*out->at), by_number);
	for (i = 0; i < out->count; i++)
		if (!kept || out->at[kept - 1] != out->at[i])
			out->at[kept++] = out->at[i];
	out->count = kept;

	return 0;
}


static int read_trail(struct numbers *out, struct request *r)
{
	struct viewing v = { .name = "trail",
			     .seat = r->seat,
			     .lang = r->lang,
			     .at = clock_now(loop_desk(r->loop)->clock),
			     .get = parameter,
			     .arg = r };
	struct buf view;
	int err;

	buf_init(&view, 0);
	err = viewing_run(&view, desk_reader(r), &v, r->arena, &r->fault);
	if (err == E_DENIED)
		writer_security(loop_desk(r->loop)->writer, &r->seat, "view", "trail");
	if (!err)
		err = read_numbers(out, r, &view);
	buf_clear(&view);

	return err;
}


static int add_act(struct request *r, const struct charter *c, int64_t seq, struct buf proof[2])
{
	struct store *st = desk_reader(r)->st;
	struct act_outcome o = { 0 };
	struct buf record;
	int err =
		pipeline_find(&o, st, arena_printf(r->arena, "%lld", (long long)seq), r->arena);

	if (!err && (!o.done || !o.record || !seat_sees(&r->seat, c, o.see, o.person)))
		return 0;
	buf_reset(&proof[PROOF_SIGSUM]);
	buf_reset(&proof[PROOF_TLOG]);
	if (!err)
		err = log_proofs(&proof[PROOF_SIGSUM], &proof[PROOF_TLOG], st, seq, &r->fault);
	if (err)
		return err;
	buf_init(&record, 0);
	buf_add(&record, o.record, o.record_len);
	bundle_add(&r->out, seq, &record, &proof[PROOF_SIGSUM], &proof[PROOF_TLOG]);
	buf_clear(&record);

	return record.err ? record.err : r->out.err;
}


static int write_bundle(struct request *r, const struct charter *c, const struct numbers *acts)
{
	struct buf proof[2];
	size_t before = r->out.len;
	int err = 0;

	buf_init(&proof[PROOF_SIGSUM], PROOF_MAX);
	buf_init(&proof[PROOF_TLOG], PROOF_MAX);
	for (size_t i = 0; i < acts->count && !err; i++)
		err = add_act(r, c, acts->at[i], proof);
	buf_clear(&proof[PROOF_SIGSUM]);
	buf_clear(&proof[PROOF_TLOG]);
	if (err)
		return err;
	if (r->out.len == before)
		return fault_set(&r->fault, E_ABSENT, "The trail has no act that you may see.");
	bundle_end(&r->out);

	return r->out.err;
}


int trail_bundle(struct request *r)
{
	const struct charter *c = NULL;
	struct numbers acts = { 0 };
	int err = desk_resolve(r, &c);

	if (!err && !r->seat.person)
		return fault_set(&r->fault, E_SESSION, "Sign in to see this.");
	if (!err)
		err = read_trail(&acts, r);
	if (!err)
		err = write_bundle(r, c, &acts);
	if (err)
		return err;
	r->status = 200;
	r->type = "application/x-tar";
	http_reply_header(r, "Cache-Control", "no-store");
	http_reply_header(r, "Content-Disposition",
			  arena_printf(r->arena, "attachment; filename=\"%strail-%s-%s.tar\"",
				       loop_desk(r->loop)->demo ? "SPECIMEN-" : "", r->part[0],
				       r->part[1]));

	return HTTP_ANSWERED;
}
