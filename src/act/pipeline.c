/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * pipeline.c: see pipeline.h.
 *
 * Invariants:
 * 1. seq and last_at are those of the last row of act_record that this transaction sees.
 * 2. Judging reads the store; only effects_apply() and record() write it.
 */
#include <string.h>

#include "act/judging.h"
#include "act/pipeline.h"
#include "act/record.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/time.h"
#include "store/store.h"

static int64_t look(const struct pipeline *p)
{
	return p->measure ? time_cpu() : 0;
}


static void spent(struct pipeline *p, enum pipeline_stage stage, int64_t *since)
{
	int64_t now = look(p);

	p->stage_ns[stage] += p->measure ? now - *since - p->look_ns : 0;
	*since = now;
}


int pipeline_reload(struct pipeline *p)
{
	struct store_rows *rows = NULL;
	int err;

	world_forget(p->world, NULL);
	p->seq = 0;
	p->last_at = INT64_MIN;
	err = store_query(&rows, p->st,
			  "SELECT seq, at FROM act_record ORDER BY seq DESC LIMIT 1", "");
	if (!err && store_next(rows, &err)) {
		p->seq = store_int(rows, 0);
		p->last_at = store_int(rows, 1);
	}
	store_done(rows);

	return err;
}


int pipeline_open(struct pipeline *p, struct store *st, const struct registry *registry)
{
	memset(p, 0, sizeof(*p));
	p->st = st;
	p->registry = registry;
	p->look_ns = time_cpu_cost();
	p->world = world_new(st);
	buf_init(&p->text, 0);

	return pipeline_reload(p);
}


void pipeline_close(struct pipeline *p)
{
	world_free(p->world);
	buf_clear(&p->text);
}


void pipeline_request_digest(uint8_t out[DIGEST_SIZE], const struct act_request *request,
			     const struct seat *seat)
{
	struct buf b;
	struct jw w;

	buf_init(&b, 0);
	jw_init(&w, &b);
	jw_array(&w);
	jw_str(&w, request->kind);
	jw_str(&w, request->subject);
	jw_int(&w, request->expect);
	jw_str(&w, seat->person);
	jw_str(&w, seat->office);
	jw_str(&w, seat->party);
	jw_json(&w, request->body);
	jw_array_end(&w);
	digest_of(out, b.data, b.len);
	buf_clear(&b);
}


int pipeline_version(int64_t *out, struct store *st, const char *subject)
{
	return store_get_int(out, st,
			     "SELECT coalesce(max(seq), 0) FROM act_record"
			     " WHERE subject = $1 AND done = 1",
			     "s", subject);
}


static bool id_valid(const char *id)
{
	size_t len = id ? strlen(id) : 0;

	return len >= 8 && len <= ACT_ID_MAX &&
	       !id[strspn(id,
			  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")];
}


/* "party/ol": the kind the description names, and an id or number after the slash. */
static int check_subject(struct act_cx *cx, const struct act_desc *desc)
{
	const char *s = cx->request->subject;
	size_t len = strlen(desc->subject);

	if (!s || strncmp(s, desc->subject, len) != 0 || (s[len] && s[len] != '/') ||
	    strlen(s) > 120) {
		fault_at(&cx->fault, "/subject", 0, 0);
		return fault_set(&cx->fault, E_RANGE,
				 "The subject of %s must be \"%s/\" and an id.", desc->name,
				 desc->subject);
	}
	cx->subject_id = s[len] ? s + len + 1 : "";
	if (!cx->subject_id[strspn(cx->subject_id, "abcdefghijklmnopqrstuvwxyz0123456789-/")])
		return 0;
	fault_at(&cx->fault, "/subject", 0, 0);

	return fault_set(&cx->fault, E_RANGE, "The subject has characters that no id has.");
}


static int check_seat(struct act_cx *cx, const struct act_desc *desc)
{
	const char *right = NULL;
	char rule[120];

	switch (seat_may(&cx->seat, cx->charter, desc->who, &right)) {
	case SEAT_MAY: return 0;
	case SEAT_STATUS_LACKS:
		(void)snprintf(rule, sizeof(rule), "statuses/%s/rights",
			       cx->seat.status ? cx->seat.status : "");
		if (!cx->seat.status)
			return refuse(cx, REFUSE_NOT_ENTITLED, "statuses",
				      "not-entitled.no-status", "party", cx->seat.party,
				      "right", right, NULL);
		if (cx->seat.held && text_eq(right, "meeting-decide"))
			return refuse(cx, REFUSE_NOT_ENTITLED, NULL, "not-entitled.held", NULL);
		return refuse(cx, REFUSE_NOT_ENTITLED, rule,
			      cx->seat.asleep ? "not-entitled.suspended" : "not-entitled.right",
			      "party", cx->seat.party, "right", right, "status",
			      cx->seat.status, NULL);
	default: break;
	}
	if (!cx->seat.person && !cx->seat.machine && !cx->seat.operator_)
		return fault_set(&cx->fault, E_SESSION, "Sign in to act.");

	return fault_set(&cx->fault, E_DENIED, "This seat may not do %s; that is for: %s.",
			 desc->name, desc->who);
}


static int read_charter(struct pipeline *p, struct act_cx *cx)
{
	int err = world_charter(&cx->charter, p->world, cx->at);

	/* Before the founding act there is no charter, and only it can come. */
	if (err == E_ABSENT) {
		if (text_eq(cx->request->kind, "charter.found"))
			return cx->seat.operator_ ? 0 : E_DENIED;
		return fault_set(&cx->fault, E_STOPPING, "This centre is not founded yet.");
	}
	if (err)
		return err;
	cx->today = arena_str(cx->arena, world_today(p->world, cx->charter, cx->at));

	return seat_resolve(&cx->seat, cx->charter, p->world, cx->at);
}


int pipeline_judge(struct pipeline *p, struct act_cx *cx, const struct act_request *request,
		   const struct seat *seat, int64_t at, int64_t seq, const uint8_t *random,
		   struct arena *a)
{
	const struct act_kind *kind = registry_kind(p->registry, request->kind);
	void *body;
	int err;

	memset(cx, 0, sizeof(*cx));
	cx->request = request;
	cx->seat = *seat;
	cx->at = at;
	cx->seq = seq;
	cx->random = random;
	cx->registry = p->registry;
	cx->world = p->world;
	cx->st = p->st;
	cx->arena = a;
	effects_init(&cx->fx, a);
	if (!kind) {
		fault_at(&cx->fault, "/kind", 0, 0);
		return fault_set(&cx->fault, E_ABSENT, "There is no act of the kind \"%s\".",
				 request->kind);
	}
	cx->see = kind->desc->see;

	err = check_subject(cx, kind->desc);
	if (err)
		return err;
	body = arena_take(a, kind->desc->body->size);
	err = fields_read(body, kind->desc->body, request->body, "/body", a, &cx->fault);
	if (!err)
		err = read_charter(p, cx);
	if (!err && cx->charter)
		err = check_seat(cx, kind->desc);
	if (!err)
		err = kind->judge(cx, body);

	return err ? err : cx->fx.err;
}


static int private_insert(struct pipeline *p, struct act_cx *cx, const struct field *d,
			  json_t *body)
{
	const char *value = json_string_value(json_object_get(body, d->name));
	uint8_t nonce[16], digest[DIGEST_SIZE];
	char nonce_hex[33], hex[DIGEST_HEX_SIZE];
	int err;

	if (!value)
		return 0;
	/* Each value has a nonce of its own, kept beside it and erased with it. */
	rand_bytes(nonce, sizeof(nonce));
	text_hex(nonce_hex, nonce, sizeof(nonce));
	digest_of_two(digest, nonce_hex, 32, value, strlen(value));
	text_hex(hex, digest, sizeof(digest));
	err = store_exec(
		p->st,
		"INSERT INTO act_private (seq, field, nonce, value) VALUES ($1, $2, $3, $4)",
		"isss", cx->seq, d->name, nonce_hex, value);
	if (json_object_set_new(body, d->name, json_pack("{s:s}", "sha256", hex)))
		return E_NOMEM;

	return err;
}


/* The body as it is recorded: a copy whose private members are digests. */
static int public_body(struct pipeline *p, struct act_cx *cx, json_t **out)
{
	const struct fields *fields = registry_kind(p->registry, cx->request->kind)->desc->body;
	json_t *copy = NULL;
	int err = 0;

	for (size_t i = 0; i < fields->count && !err; i++) {
		if (!(fields->field[i].flags & FIELD_PRIVATE))
			continue;
		if (!copy)
			copy = json_copy((json_t *)(uintptr_t)cx->request->body);
		err = private_insert(p, cx, &fields->field[i], copy);
	}
	*out = copy ? copy : json_incref((json_t *)(uintptr_t)cx->request->body);

	return err;
}


static int has_private(const struct fields *fields)
{
	for (size_t i = 0; i < fields->count; i++)
		if (fields->field[i].flags & FIELD_PRIVATE)
			return true;

	return false;
}


static int insert_record(struct pipeline *p, struct act_cx *cx, bool done,
			 const uint8_t request[DIGEST_SIZE])
{
	return store_exec(
		p->st,
		"INSERT INTO act_record (seq, id, kind, subject, at, person, office,"
		" party, done, code, rule, see, request, record)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
		"isssisssisssbs", cx->seq, cx->request->id, cx->request->kind,
		cx->request->subject, cx->at, cx->seat.person, cx->seat.office, cx->seat.party,
		(int64_t)done, done ? NULL : refusal_slug(cx->why.code),
		done ? NULL : cx->why.rule, cx->see, request, (size_t)DIGEST_SIZE,
		p->text.data);
}


/*
 * The row of the act comes first where others refer to it; the record needs the digests of
 * private values, which refer to the row: then it is inserted with a placeholder.
 */
static int record(struct pipeline *p, struct act_cx *cx, bool done,
		  const uint8_t request[DIGEST_SIZE])
{
	const struct act_kind *kind = registry_kind(p->registry, cx->request->kind);
	bool private = has_private(kind->desc->body);
	json_t *body = NULL;
	int err = 0;

	buf_reset(&p->text);
	if (private) {
		err = insert_record(p, cx, done, request);
		if (err)
			return err;
	}
	err = public_body(p, cx, &body);
	if (!err) {
		record_write(&p->text, cx, body, done);
		err = p->text.err;
	}
	json_decref(body);
	if (!err && done && cx->forget_seq)
		err = store_exec(p->st,
				 "UPDATE act_private SET value = NULL WHERE seq = $1"
				 " AND field = $2",
				 "is", cx->forget_seq, cx->forget_field);
	if (err)
		return err;
	if (!private)
		return insert_record(p, cx, done, request);

	return store_exec(p->st, "UPDATE act_record SET record = $2 WHERE seq = $1", "is",
			  cx->seq, p->text.data);
}


static void fill_outcome(struct act_outcome *out, struct act_cx *cx, const struct buf *text,
			 bool done)
{
	out->seq = cx->seq;
	out->at = cx->at;
	out->done = done;
	out->recorded = true;
	out->id = cx->request->id;
	out->person = cx->seat.person;
	out->party = cx->seat.party;
	out->kind = cx->request->kind;
	out->subject = cx->request->subject;
	out->why = cx->why;
	out->see = cx->see;
	out->record = arena_strn(cx->arena, text->data, text->len);
	out->record_len = text->len;
}


static int read_found(struct act_outcome *out, const struct store_rows *rows, struct arena *a)
{
	const char *text = store_text(rows, 5);
	struct record r;
	int err;

	memset(out, 0, sizeof(*out));
	out->seq = store_int(rows, 0);
	out->at = store_int(rows, 1);
	out->kind = arena_str(a, store_text(rows, 2));
	out->subject = arena_str(a, store_text(rows, 3));
	out->done = store_int(rows, 4) != 0;
	out->again = true;
	out->recorded = true;
	out->see = row_text(a, rows, 7);
	out->id = row_text(a, rows, 8);
	out->person = row_text(a, rows, 9);
	out->party = row_text(a, rows, 10);
	if (!text)
		return 0;
	out->record = arena_str(a, text);
	out->record_len = strlen(text);
	if (out->done)
		return 0;

	err = record_read(&r, out->record, out->record_len, NULL);
	if (err)
		return E_CORRUPT;
	out->why = r.why;
	for (size_t i = 0; i < r.why.count; i++) {
		out->why.args[i].name = arena_str(a, r.why.args[i].name);
		out->why.args[i].value = arena_str(a, r.why.args[i].value);
	}
	out->why.text = arena_str(a, r.why.text);
	out->why.rule = r.why.rule ? arena_str(a, r.why.rule) : NULL;
	record_clear(&r);

	return 0;
}

#define FOUND_COLUMNS "seq, at, kind, subject, done, record, request, see, id, person, party"


int pipeline_find(struct act_outcome *out, struct store *st, const char *id, struct arena *a)
{
	struct store_rows *rows = NULL;
	int64_t seq = 0;
	int err;

	if (text_int(&seq, id, 1, INT64_MAX) == 0)
		err = store_query(&rows, st,
				  "SELECT " FOUND_COLUMNS " FROM act_record WHERE seq = $1",
				  "i", seq);
	else
		err = store_query(&rows, st,
				  "SELECT " FOUND_COLUMNS " FROM act_record WHERE id = $1", "s",
				  id);
	if (!err && store_next(rows, &err))
		err = read_found(out, rows, a);
	else if (!err)
		err = E_ABSENT;
	store_done(rows);

	return err;
}


/* Was this id recorded before?  0 with *found, or E_REUSED when it was for something else. */
static int find_again(struct pipeline *p, const char *id, const uint8_t request[DIGEST_SIZE],
		      struct arena *a, struct act_outcome *out, bool *found)
{
	struct store_rows *rows = NULL;
	size_t len = 0;
	int err =
		store_query(&rows, p->st,
			    "SELECT " FOUND_COLUMNS " FROM act_record WHERE id = $1", "s", id);

	*found = false;
	if (!err && store_next(rows, &err)) {
		const void *before = store_blob(rows, 6, &len);

		*found = true;
		if (len != DIGEST_SIZE || memcmp(before, request, DIGEST_SIZE) != 0)
			err = E_REUSED;
		else
			err = read_found(out, rows, a);
	}
	store_done(rows);

	return err;
}


static int check_expect(struct pipeline *p, const struct act_request *request, struct fault *f)
{
	int64_t version = 0;
	int err;

	if (request->expect == FIELD_NONE)
		return 0;
	err = pipeline_version(&version, p->st, request->subject);
	if (err || version == request->expect)
		return err;
	fault_at(f, "/expect", 0, 0);

	return fault_set(f, E_CHANGED, "%s is at version %lld now; you saw %lld.",
			 request->subject, (long long)version, (long long)request->expect);
}


static int before(struct pipeline *p, const struct act_request *request,
		  const uint8_t digest[DIGEST_SIZE], struct arena *a, struct act_outcome *out,
		  struct fault *f, bool *again)
{
	int err;

	if (!id_valid(request->id)) {
		fault_at(f, "/id", 0, 0);
		return fault_set(
			f, E_RANGE,
			"An act needs an id of 8 to 64 letters, digits, dashes or lines.");
	}
	err = find_again(p, request->id, digest, a, out, again);
	if (err == E_REUSED)
		return fault_set(f, E_REUSED,
				 "The id %s stands for another act; choose a new one.",
				 request->id);

	return err || *again ? err : check_expect(p, request, f);
}


int pipeline_act(struct pipeline *p, const struct act_try *try, struct arena *a,
		 struct act_outcome *out, struct fault *f)
{
	uint8_t digest[DIGEST_SIZE];
	int64_t clock = look(p);
	struct act_cx cx;
	bool again = false;
	int err;

	memset(out, 0, sizeof(*out));
	pipeline_request_digest(digest, try->request, try->seat);
	err = before(p, try->request, digest, a, out, f, &again);
	spent(p, PIPELINE_KNOWN, &clock);
	if (err || again)
		return err;

	err = pipeline_judge(p, &cx, try->request, try->seat, try->at, p->seq + 1, try->random,
			     a);
	spent(p, PIPELINE_JUDGE, &clock);
	if (err && err != E_REFUSED) {
		if (f)
			*f = cx.fault;
		return err;
	}
	if (err == E_REFUSED && !(try->flags & PIPELINE_KEEP_REFUSALS)) {
		fill_outcome(out, &cx, &p->text, false);
		out->recorded = false;
		out->record = NULL;
		return 0;
	}
	if (!err) {
		err = effects_apply(p->st, &cx.fx);
		spent(p, PIPELINE_APPLY, &clock);
		if (err)
			return err == E_ABSENT || err == E_EXISTS ? E_CORRUPT : err;
	}

	bool done = !err;

	err = record(p, &cx, done, digest);
	spent(p, PIPELINE_RECORD, &clock);
	if (err)
		return err;
	fill_outcome(out, &cx, &p->text, done);
	p->seq++;
	p->last_at = try->at;
	if (done)
		world_forget(p->world, &cx.fx);

	return 0;
}
