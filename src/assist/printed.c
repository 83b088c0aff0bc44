/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "assist/printed.h"

#include <string.h>

#include "act/acts.h"
#include "act/judging.h"
#include "act/pipeline.h"
#include "act/wording.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "ledger/log.h"
#include "paper/paper.h"
#include "store/store.h"

/* A request, and what is printed with. */
struct printing {
	const struct printed_for *f;
	struct fault *fault;
	struct wording w;
	struct naming naming;
	struct paper p;
	int64_t id, sent_at, due_at;
	const char *party, *to, *mode, *kind, *title, *event, *contact, *reason, *state;
};

/* One step of the request: an act. */
struct step {
	int64_t seq, at, offer, quantity;
	const char *step, *party, *office, *text;
};

struct steps {
	struct step *at;
	size_t count, room;
};


static const char *word(const struct printing *q, const char *id)
{
	return id ? wording_word(&q->w, id) : WORDING_NOTHING;
}


static const char *name_of(const struct printing *q, const char *what, const char *id)
{
	const char *name =
		id ? naming_name(what, id, q->w.lang, (void *)(uintptr_t)&q->naming) : NULL;

	return name ? name : id ? id : WORDING_NOTHING;
}


/* "Ministry of health, Orlandia" */
static const char *actor(const struct printing *q, const char *office, const char *party)
{
	if (!office)
		return name_of(q, "party", party);
	if (!party)
		return name_of(q, "office", office);

	return arena_printf(q->w.a, "%s, %s", name_of(q, "office", office),
			    name_of(q, "party", party));
}


static const char *number(const struct printing *q, int64_t v)
{
	return v == FIELD_NONE ? WORDING_NOTHING : arena_printf(q->w.a, "%lld", (long long)v);
}


/* For the two parties only. */
static int read_request(struct printing *q)
{
	struct arena *a = q->w.a;
	struct store_rows *rows = NULL;
	bool found = false;
	int err =
		store_query(&rows, q->f->st,
			    "SELECT party, to_party, mode, kind, title, event, contact, reason,"
			    " state, sent_at, due_at FROM assist_request WHERE id = $1 AND"
			    " (party = $2 OR to_party = $2)",
			    "is", q->id, q->f->party);

	if (!err && store_next(rows, &err)) {
		found = true;
		q->party = row_text(a, rows, 0);
		q->to = row_text(a, rows, 1);
		q->mode = row_text(a, rows, 2);
		q->kind = row_text(a, rows, 3);
		q->title = row_text(a, rows, 4);
		q->event = row_text(a, rows, 5);
		q->contact = row_text(a, rows, 6);
		q->reason = row_text(a, rows, 7);
		q->state = row_text(a, rows, 8);
		q->sent_at = store_int(rows, 9);
		q->due_at = store_int(rows, 10);
	}
	store_done(rows);

	return err || found ? err : E_ABSENT;
}


static int read_steps(struct steps *out, struct printing *q)
{
	struct arena *a = q->w.a;
	struct store_rows *rows = NULL;
	int err = store_query(&rows, q->f->st,
			      "SELECT seq, at, step, party, office, offer, quantity, text FROM"
			      " assist_step WHERE request = $1 ORDER BY seq LIMIT 5000",
			      "i", q->id);

	while (!err && store_next(rows, &err)) {
		if (out->count == out->room) {
			struct step *more;

			out->room = out->room ? 2 * out->room : 32;
			more = arena_take(a, out->room * sizeof(*more));
			if (out->count)
				memcpy(more, out->at, out->count * sizeof(*more));
			out->at = more;
		}
		out->at[out->count++] = (struct step){ .seq = store_int(rows, 0),
						       .at = store_int(rows, 1),
						       .step = row_text(a, rows, 2),
						       .party = row_text(a, rows, 3),
						       .office = row_text(a, rows, 4),
						       .offer = row_int(rows, 5),
						       .quantity = row_int(rows, 6),
						       .text = row_text(a, rows, 7) };
	}
	store_done(rows);

	return err;
}


static void begin(struct printing *q, struct buf *out)
{
	const char *org = charter_text_in(q->f->charter->organisation.name, q->w.lang);
	const char *id = number(q, q->id);
	const char *banner = text_eq(q->kind, "exercise") ? "paper.exercise"
			     : text_eq(q->kind, "test")	  ? "paper.test"
							  : NULL;
	const struct paper_head head = {
		.lang = q->w.lang,
		.title = wording_fill(&q->w, "paper.help.title", "title", q->title, NULL),
		.author = org,
		.subject = wording_fill(&q->w, "paper.help.subject", "id", id, NULL),
		.note = wording_fill(&q->w, "paper.help.note", "id", id, "when",
				     wording_instant(&q->w, q->f->at), NULL),
		.mark = q->f->specimen ? wording_text(&q->w, "paper.specimen") : NULL,
		.banner = banner ? wording_text(&q->w, banner) : NULL,
		.made = q->f->at,
	};

	paper_begin(&q->p, out, &head);
	paper_title(&q->p, head.title);
	paper_text(&q->p, PAPER_LEAD,
		   wording_fill(&q->w, "paper.help.lead", "asker",
				name_of(q, "party", q->party), "giver",
				name_of(q, "party", q->to), "organisation", org, NULL));
}


static void fact(struct printing *q, const char *key, const char *value)
{
	if (value && *value)
		paper_fact(&q->p, wording_text(&q->w, key), value);
}


static const char *kind_text(const struct printing *q)
{
	return wording_text(&q->w, arena_printf(q->w.a, "paper.%s", q->kind));
}


static void put_request_facts(struct printing *q, const struct steps *steps)
{
	const struct step *sent = steps->count ? &steps->at[0] : NULL;

	paper_facts(&q->p);
	fact(q, "paper.help.act", number(q, q->id));
	fact(q, "paper.help.at", wording_instant(&q->w, q->sent_at));
	fact(q, "paper.help.from", actor(q, sent ? sent->office : NULL, q->party));
	fact(q, "paper.help.to", name_of(q, "party", q->to));
	fact(q, "paper.help.mode", word(q, q->mode));
	fact(q, "paper.kind", kind_text(q));
	fact(q, "paper.help.state", word(q, q->state));
	fact(q, "paper.help.due", wording_instant(&q->w, q->due_at));
	fact(q, "paper.help.event", q->event);
	fact(q, "paper.help.reason", q->reason);
	fact(q, "paper.help.contact", q->contact);
	paper_facts_end(&q->p);
}


/* A table whose heads are keys. */
static void table(struct printing *q, const struct paper_column *columns, size_t count)
{
	struct paper_column said[PAPER_COLUMNS_MAX];

	for (size_t i = 0; i < count; i++) {
		said[i] = columns[i];
		said[i].title = wording_text(&q->w, columns[i].title);
	}
	paper_table(&q->p, said, count);
}


static int put_lines(struct printing *q)
{
	static const struct paper_column columns[] = {
		{ "paper.help.line", 5, true },	       { "paper.help.item", 27, false },
		{ "paper.help.quantity", 12, true },   { "paper.help.unit", 12, false },
		{ "paper.help.needed-by", 19, false }, { "paper.help.place", 16, false },
		{ "paper.help.conditions", 20, false }
	};
	struct store_rows *rows = NULL;
	int err = store_query(&rows, q->f->st,
			      "SELECT line, item, quantity, unit, needed_by, place, conditions,"
			      " cannot FROM assist_line WHERE request = $1 ORDER BY line",
			      "i", q->id);

	table(q, columns, ARRAY_LEN(columns));
	while (!err && store_next(rows, &err)) {
		const char *conditions = store_text(rows, 6);
		const char *cannot =
			store_int(rows, 7) ? wording_text(&q->w, "paper.help.cannot") : "";
		const char *cells[] = { number(q, store_int(rows, 0)),
					row_text(q->w.a, rows, 1),
					wording_whole(&q->w, store_int(rows, 2)),
					row_text(q->w.a, rows, 3),
					wording_date(&q->w, store_text(rows, 4)),
					row_text(q->w.a, rows, 5),
					arena_printf(
						q->w.a, "%s%s%s", conditions ? conditions : "",
						conditions && *cannot ? "\n" : "", cannot) };

		paper_row(&q->p, cells, ARRAY_LEN(cells), false);
	}
	store_done(rows);
	paper_table_end(&q->p);

	return err;
}


/* Acts of some steps, one to a row. */
static size_t put_steps(struct printing *q, const struct steps *steps, const char *words)
{
	static const struct paper_column columns[] = {
		{ "paper.help.act", 8, true },	  { "paper.help.step", 18, false },
		{ "paper.help.offer", 10, true }, { "paper.help.quantity", 12, true },
		{ "paper.help.at", 24, false },	  { "paper.help.by", 26, false },
		{ "paper.help.text", 22, false }
	};
	size_t n = 0;

	for (size_t i = 0; i < steps->count; i++) {
		const struct step *s = &steps->at[i];
		const char *cells[] = { number(q, s->seq),
					word(q, s->step),
					number(q, s->offer),
					wording_whole(&q->w, s->quantity),
					wording_instant(&q->w, s->at),
					actor(q, s->office, s->party),
					s->text };

		if (!text_among(words, s->step))
			continue;
		if (!n++)
			table(q, columns, ARRAY_LEN(columns));
		paper_row(&q->p, cells, ARRAY_LEN(cells), false);
	}
	if (n)
		paper_table_end(&q->p);

	return n;
}


static bool any_step(const struct steps *steps, const char *words)
{
	for (size_t i = 0; i < steps->count; i++)
		if (text_among(words, steps->at[i].step))
			return true;

	return false;
}


static int put_request(struct printing *q, const struct steps *steps)
{
	static const char changes[] = "changed withdrawn";
	int err;

	paper_heading(&q->p, wording_text(&q->w, "paper.help.part-1"));
	put_request_facts(q, steps);
	err = put_lines(q);
	if (!err && any_step(steps, changes)) {
		paper_heading(&q->p, wording_text(&q->w, "paper.help.changes"));
		(void)put_steps(q, steps, changes);
	}

	return err;
}


static const char *cost_text(const struct printing *q, int64_t estimate, const char *currency)
{
	if (estimate == FIELD_NONE)
		return WORDING_NOTHING;

	return arena_printf(q->w.a, "%s %s", wording_whole(&q->w, estimate),
			    currency ? currency : "");
}


static int put_offer_lines(struct printing *q)
{
	static const struct paper_column columns[] = {
		{ "paper.help.offer", 10, true },      { "paper.help.line", 5, true },
		{ "paper.help.quantity", 13, true },   { "paper.help.ready", 14, false },
		{ "paper.help.terms", 15, false },     { "paper.help.cost", 14, true },
		{ "paper.help.transport", 14, false }, { "paper.help.until", 18, false },
		{ "paper.help.state", 14, false }
	};
	struct store_rows *rows = NULL;
	int err = store_query(&rows, q->f->st,
			      "SELECT id, line, quantity, ready, terms, estimate, currency,"
			      " transport, until, state FROM assist_offer WHERE request = $1"
			      " ORDER BY line, id LIMIT 5000",
			      "i", q->id);

	table(q, columns, ARRAY_LEN(columns));
	while (!err && store_next(rows, &err)) {
		const char *terms =
			arena_printf(q->w.a, "paper.help.terms-%s", store_text(rows, 4));
		const char *cells[] = { number(q, store_int(rows, 0)),
					number(q, store_int(rows, 1)),
					wording_whole(&q->w, store_int(rows, 2)),
					wording_date(&q->w, store_text(rows, 3)),
					wording_text(&q->w, terms),
					cost_text(q, row_int(rows, 5), store_text(rows, 6)),
					word(q, store_text(rows, 7)),
					wording_instant(&q->w, store_int(rows, 8)),
					word(q, store_text(rows, 9)) };

		paper_row(&q->p, cells, ARRAY_LEN(cells), false);
	}
	store_done(rows);
	paper_table_end(&q->p);

	return err;
}


static int put_offers(struct printing *q, const struct steps *steps)
{
	int err;

	paper_heading(&q->p, wording_text(&q->w, "paper.help.part-2"));
	if (!any_step(steps, "offered")) {
		paper_text(&q->p, PAPER_BODY, wording_text(&q->w, "paper.help.no-offer"));
		return 0;
	}
	err = put_offer_lines(q);
	if (!err)
		(void)put_steps(
			q, steps,
			"offered countered confirmed retracted declined expired cannot");

	return err;
}


static void put_acceptance(struct printing *q, const struct steps *steps)
{
	paper_heading(&q->p, wording_text(&q->w, "paper.help.part-3"));
	if (!put_steps(q, steps, "accepted committed"))
		paper_text(&q->p, PAPER_BODY, wording_text(&q->w, "paper.help.no-acceptance"));
}


/* An act that is printed, and where it is in the log. */
struct proved {
	const struct step *step;
	struct act_outcome act;
	struct buf proof; /* empty: no checkpoint covers it yet */
	char leaf[DIGEST_HEX_SIZE], record[DIGEST_HEX_SIZE], root[DIGEST_HEX_SIZE];
	uint64_t index, size;
	const char *log;
};


static int read_place(struct proved *out, struct printing *q)
{
	struct proof *proof = arena_take(q->w.a, sizeof(*proof));
	struct hash leaf;
	int err = proof_parse(proof, q->w.a, out->proof.data, out->proof.len, q->fault);

	if (err)
		return err;
	leaf_hash(&leaf, &proof->leaf);
	text_hex(out->leaf, leaf.b, sizeof(leaf.b));
	text_hex(out->root, proof->head.root.b, sizeof(proof->head.root.b));
	out->index = proof->index;
	out->size = proof->head.size;
	out->log = arena_str(q->w.a, proof->head.origin);

	return 0;
}


static int read_proof(struct proved *out, struct printing *q, const struct step *s)
{
	int err = pipeline_find(&out->act, q->f->st, number(q, s->seq), q->w.a);

	out->step = s;
	buf_init(&out->proof, PROOF_MAX);
	if (err)
		return err;
	if (out->act.record)
		digest_hex(out->record, out->act.record, out->act.record_len);
	err = log_proof(&out->proof, q->f->st, s->seq, PROOF_TLOG, NULL);
	if (err == E_ABSENT) {
		buf_reset(&out->proof);
		return 0;
	}

	return err ? err : read_place(out, q);
}


static void put_proofs(struct printing *q, const struct proved *all, size_t count)
{
	static const struct paper_column columns[] = { { "paper.help.act", 9, true },
						       { "paper.help.step", 17, false },
						       { "paper.help.place-in-log", 9, true },
						       { "paper.help.leaf", 65, false } };

	table(q, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < count; i++) {
		const struct proved *v = &all[i];
		bool there = v->proof.len > 0;
		const char *cells[] = { number(q, v->step->seq), word(q, v->step->step),
					there ? number(q, (int64_t)v->index) : WORDING_NOTHING,
					there ? v->leaf
					      : wording_text(&q->w, "paper.help.waits") };

		paper_row(&q->p, cells, ARRAY_LEN(cells), false);
	}
	paper_table_end(&q->p);
}


/* The head that all proofs lead to: they were read in one transaction. */
static void put_head(struct printing *q, const struct proved *all, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!all[i].proof.len)
			continue;
		paper_facts(&q->p);
		fact(q, "paper.help.log", all[i].log);
		fact(q, "paper.help.size", number(q, (int64_t)all[i].size));
		fact(q, "paper.help.root", all[i].root);
		paper_facts_end(&q->p);
		return;
	}
}


static void put_check(struct printing *q, const struct proved *first)
{
	const char *id = number(q, q->id);

	paper_text(&q->p, PAPER_BODY, wording_text(&q->w, "paper.help.check"));
	paper_text(&q->p, PAPER_SMALL,
		   arena_printf(q->w.a,
				"comity verify --record act-%s.json --proof act-%s.tlog-proof"
				" --key keys.txt --policy policy.txt",
				id, id));
	if (q->f->origin && first->record[0])
		paper_code(&q->p,
			   arena_printf(q->w.a, "%s/record/%s#%s", q->f->origin, id,
					first->record),
			   wording_fill(&q->w, "paper.help.code", "id", id, "digest",
					first->record, NULL));
}


static void attach_act(struct printing *q, const struct proved *v)
{
	const char *id = number(q, v->step->seq);
	const char *name;

	if (v->act.record) {
		name = arena_printf(q->w.a, "act-%s.json", id);
		paper_file(&q->p, name, "application/json",
			   wording_fill(&q->w, "paper.help.file-record", "id", id, NULL),
			   v->act.record, v->act.record_len);
	}
	if (v->proof.len) {
		name = arena_printf(q->w.a, "act-%s.tlog-proof", id);
		paper_file(&q->p, name, "text/plain",
			   wording_fill(&q->w, "paper.help.file-proof", "id", id, NULL),
			   v->proof.data, v->proof.len);
	}
}


static int attach(struct printing *q, const struct proved *all, size_t count)
{
	struct buf keys, policy;
	int err;

	buf_init(&keys, 0);
	buf_init(&policy, 0);
	err = log_write_keys(&keys, q->f->st);
	if (!err)
		err = log_write_policy(&policy, q->f->st);
	if (err == E_ABSENT) /* no log: a store of a test */
		err = 0;
	if (!err) {
		paper_files(&q->p);
		for (size_t i = 0; i < count; i++)
			attach_act(q, &all[i]);
		paper_file(&q->p, "keys.txt", "text/plain",
			   wording_text(&q->w, "paper.help.file-keys"), keys.data, keys.len);
		paper_file(&q->p, "policy.txt", "text/plain",
			   wording_text(&q->w, "paper.help.file-policy"), policy.data,
			   policy.len);
	}
	buf_clear(&policy);
	buf_clear(&keys);

	return err;
}


static int put_proof(struct printing *q, const struct steps *steps)
{
	size_t count = steps->count < PRINTED_PROOFS_MAX ? steps->count : PRINTED_PROOFS_MAX;
	struct proved *all = arena_take(q->w.a, (count + 1) * sizeof(*all));
	size_t read = 0;
	int err = 0;

	for (; read < count && !err; read++)
		err = read_proof(&all[read], q, &steps->at[read]);
	if (!err) {
		paper_heading(&q->p, wording_text(&q->w, "paper.help.proof"));
		put_proofs(q, all, count);
		put_head(q, all, count);
		if (count < steps->count)
			paper_text(&q->p, PAPER_BODY,
				   wording_fill(&q->w, "paper.help.more", "n",
						wording_whole(&q->w, (int64_t)count), NULL));
		put_check(q, &all[0]);
		err = attach(q, all, count);
	}
	for (size_t i = 0; i < read; i++)
		buf_clear(&all[i].proof);

	return err;
}


int printed_request(struct buf *out, const struct printed_for *f, int64_t id,
		    struct fault *fault)
{
	struct printing q = { .f = f, .fault = fault, .id = id };
	struct steps steps = { 0 };
	int err;

	q.naming = (struct naming){ f->charter, f->world };
	wording_init(&q.w, f->arena, f->lang);
	err = read_request(&q);
	if (!err)
		err = read_steps(&steps, &q);
	if (err)
		return err;
	begin(&q, out);
	err = put_request(&q, &steps);
	if (!err)
		err = put_offers(&q, &steps);
	if (!err)
		put_acceptance(&q, &steps);
	if (!err)
		err = put_proof(&q, &steps);
	if (!err)
		paper_end(&q.p);

	return err ? err : out->err;
}
