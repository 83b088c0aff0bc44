/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "act/acts.h"
#include "act/changes.h"
#include "act/decide.h"
#include "act/judging.h"
#include "act/notice.h"
#include "act/record.h"
#include "act/wording.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/diff.h"
#include "charter/find.h"
#include "charter/load.h"
#include "charter/rules.h"
#include "gen/act.h"
#include "ledger/keeper.h"
#include "store/store.h"


/* The first complaint about a charter text, for a fault or a refusal. */
static const char *first_complaint(struct act_cx *cx, const struct charter_report *r)
{
	const struct fault *f = r->errors.count ? &r->errors.at[0] : NULL;

	if (!f)
		return "it cannot be read";

	return arena_printf(cx->arena, "%d:%d: %s: %s (%zu in all)", f->line, f->col, f->path,
			    f->text, r->errors.count + r->errors.dropped);
}


static int load_text(struct charter **out, struct act_cx *cx, const char *text,
		     const char *hash, const char **complaint)
{
	struct charter_report report;
	int err;

	charter_report_init(&report);
	err = charter_load(out, &report, text, strlen(text));
	*complaint = err ? first_complaint(cx, &report) : NULL;
	if (!err && !text_eq((*out)->hash, hash)) {
		*complaint = arena_printf(cx->arena, "its rules have the digest %s, not %s",
					  (*out)->hash, hash);
		charter_free(*out);
		err = E_RANGE;
	}
	charter_report_clear(&report);

	return err;
}


static int found_judge(struct act_cx *cx, const void *body)
{
	const struct charter_found *b = body;
	struct charter *c = NULL;
	const char *complaint;

	if (cx->charter)
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.founded", NULL);
	if (load_text(&c, cx, b->text, b->hash, &complaint)) {
		fault_at(&cx->fault, "/body/text", 0, 0);
		return fault_set(&cx->fault, E_RANGE, "The charter cannot be used: %s",
				 complaint);
	}

	effect_add(&cx->fx, "act_charter", "seq hash effective_at text", "isis", cx->seq,
		   c->hash, cx->at, b->text);
	for (const struct module *const *m = cx->registry->modules; *m; m++)
		if ((*m)->found)
			(*m)->found(cx, c);
	charter_free(c);

	return 0;
}


static int need_instrument(struct act_cx *cx, const char *id)
{
	int64_t there = 0;
	int err = id ? store_get_int(&there, cx->st,
				     "SELECT count(*) FROM council_pub_in_force WHERE id = $1",
				     "s", id)
		     : 0;

	if (err || !id || there)
		return err;

	return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.instrument", "text", id, NULL);
}


static int propose_judge(struct act_cx *cx, const void *body)
{
	const struct charter_propose *b = body;
	struct charter *c = NULL;
	const char *complaint;
	int err;

	if (load_text(&c, cx, b->text, b->hash, &complaint))
		return refuse(cx, REFUSE_BAD_CHARTER, NULL, "bad-charter", "text", complaint,
			      NULL);
	if (text_eq(c->hash, cx->charter->hash)) {
		charter_free(c);
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.charter", NULL);
	}
	err = need_instrument(cx, b->instrument);
	if (err) {
		charter_free(c);
		return err;
	}
	effect_add(&cx->fx, "act_charter_proposal", "seq hash text effective_at instrument",
		   "issos", cx->seq, c->hash, b->text, b->effective, b->instrument);
	charter_free(c);

	return 0;
}

struct proposal {
	const char *hash;
	const char *text;
	const char *instrument;
	int64_t effective_at;
	bool adopted;
};


static int read_proposal(struct proposal *out, struct act_cx *cx, int64_t seq)
{
	struct store_rows *rows = NULL;
	int err =
		store_query(&rows, cx->st,
			    "SELECT hash, text, instrument, coalesce(effective_at, 0), adopted"
			    " FROM act_charter_proposal WHERE seq = $1",
			    "i", seq);

	if (!err && store_next(rows, &err)) {
		out->hash = arena_str(cx->arena, store_text(rows, 0));
		out->text = arena_str(cx->arena, store_text(rows, 1));
		out->instrument =
			store_null(rows, 2) ? NULL : arena_str(cx->arena, store_text(rows, 2));
		out->effective_at = store_int(rows, 3);
		out->adopted = !store_null(rows, 4);
	} else if (!err) {
		err = refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.proposal", NULL);
	}
	store_done(rows);

	return err;
}


/* The amendment that a proposal waits for must be in force. */
static int check_amendment(struct act_cx *cx, const char *instrument)
{
	int64_t in_force = 0;
	int err;

	if (!instrument)
		return 0;
	err = store_get_int(&in_force, cx->st,
			    "SELECT count(*) FROM council_pub_in_force"
			    " WHERE id = $1 AND in_force IS NOT NULL AND in_force <= $2",
			    "ss", instrument, cx->today);
	if (err || in_force)
		return err;

	return refuse(cx, REFUSE_GATE_CLOSED, "instruments", "gate-closed.amendment",
		      "instrument", instrument, NULL);
}


static const struct charter_body *supreme(const struct charter *c)
{
	charter_each (b, c->bodies)
		if (b->kind == BODY_SUPREME)
			return b;

	return NULL;
}


static int adopt_judge(struct act_cx *cx, const void *body)
{
	const struct charter_adopt *b = body;
	struct decision d = { .charter = cx->charter, .what = "adopt", .date = cx->today };
	struct notice notice;
	struct proposal p = { 0 };
	int err = read_proposal(&p, cx, b->proposal);

	if (err)
		return err;
	if (p.adopted)
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.charter", NULL);
	err = check_amendment(cx, p.instrument);
	if (err)
		return err;
	d.body = supreme(cx->charter);
	if (!d.body)
		return refuse(cx, REFUSE_NOT_AUTHORISED, "bodies", "not-authorised.no-supreme",
			      NULL);
	d.rule = charter_body_rule(d.body, USE_DEFAULT);
	d.about = arena_printf(cx->arena, "charter/%lld", (long long)b->proposal);
	err = decide(cx, &d, &b->positions);
	if (!err)
		err = notice_issue(&notice, cx, NULL);
	if (err)
		return err;

	effect_add(&cx->fx, "act_charter", "seq hash effective_at text", "isis", cx->seq,
		   p.hash, p.effective_at > cx->at ? p.effective_at : cx->at, p.text);
	effect_set(&cx->fx, "act_charter_proposal", "seq", "adopted", "ii", b->proposal,
		   cx->seq);

	return 0;
}


/*
 * Two acts whose record is their whole effect.  clock.accept: the writer lets this act, and
 * only this, be earlier than the one before.  ledger.begin: the first act of a new log.
 */
static int recorded_judge(struct act_cx *cx, const void *body)
{
	(void)cx;
	(void)body;

	return 0;
}


static int acknowledge_judge(struct act_cx *cx, const void *body)
{
	const struct notice_acknowledge *b = body;
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT received_at FROM act_notice_to"
			      " WHERE year = $1 AND number = $2 AND party = $3",
			      "iis", b->year, b->number, cx->seat.party);

	if (!err && !store_next(rows, &err) && !err)
		err = refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.notice", NULL);
	else if (!err && !store_null(rows, 0))
		err = refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.receipt", NULL);
	store_done(rows);
	if (err)
		return err;
	effect_set(&cx->fx, "act_notice_to", "year number party", "received_at", "iisi",
		   b->year, b->number, cx->seat.party, cx->at);

	return 0;
}


/* The sentence of a recorded refusal, from its record. */
static const char *sentence_of(struct view_cx *cx, const char *record)
{
	struct naming naming = { cx->charter, cx->world };
	const char *text = NULL;
	struct record r;
	struct buf b;

	if (!record || record_read(&r, record, strlen(record), NULL))
		return NULL;
	buf_init(&b, 4000);
	refusal_sentence(&b, &r.why, cx->lang, naming_name, &naming);
	text = arena_strn(cx->arena, b.data, b.len);
	buf_clear(&b);
	record_clear(&r);

	return text;
}


/* The party whose own seal signed the act; NULL: the recorder's key, or no log yet. */
static int seal_of(const char **out, struct view_cx *cx, int64_t seq)
{
	const char *name = NULL;
	int err = store_get_text(&name, cx->arena, cx->st,
				 "SELECT k.name FROM ledger_leaf l JOIN ledger_key k"
				 " ON k.hash = substr(l.leaf, 97, 32) WHERE l.seq = $1",
				 "i", seq);

	*out = name && text_starts(name, KEEPER_SEAL) ? name + strlen(KEEPER_SEAL) : NULL;

	return err == E_ABSENT ? 0 : err;
}


static int record_row(struct view_cx *cx, const struct store_rows *rows, bool seals)
{
	struct record_row row = { .seq = store_int(rows, 0),
				  .id = store_text(rows, 1),
				  .kind = store_text(rows, 2),
				  .subject = store_text(rows, 3),
				  .at = store_int(rows, 4),
				  .person = store_text(rows, 5),
				  .office = store_text(rows, 6),
				  .party = store_text(rows, 7),
				  .done = store_int(rows, 8) != 0,
				  .code = store_text(rows, 9),
				  .rule = store_text(rows, 10),
				  .erased = store_null(rows, 11) };
	int err = 0;

	if (!row.done)
		row.sentence = sentence_of(cx, store_text(rows, 11));
	if (seals && row.party)
		err = seal_of(&row.seal, cx, row.seq);
	view_row(cx, &row);

	return err;
}


/* Rows are read until enough are found that this viewer may see, at most so many. */
static int record_view_run(struct view_cx *cx, const void *params)
{
	const struct record_params *p = params;
	int64_t before = p->before == FIELD_NONE ? INT64_MAX : p->before;
	size_t limit = p->limit == FIELD_NONE ? 100 : (size_t)p->limit;
	int64_t done = !p->outcome ? -1 : text_eq(p->outcome, "done");
	struct store_rows *rows = NULL;
	int64_t seals = 0;
	int err =
		store_get_int(&seals, cx->st,
			      "SELECT count(*) FROM ledger_key WHERE name >= $1 AND name < $2",
			      "ss", KEEPER_SEAL, KEEPER_SEAL "~");

	if (err)
		return err;
	err = store_query(&rows, cx->st,
			  "SELECT seq, id, kind, subject, at, person, office, party, done,"
			  " code, rule, CASE WHEN done = 1 THEN CASE WHEN record IS NULL THEN"
			  " NULL ELSE '' END ELSE record END, see FROM act_record"
			  " WHERE seq < $1 AND ($2 = '' OR kind = $2)"
			  " AND ($3 = '' OR subject = $3) AND ($4 < 0 OR done = $4)"
			  " ORDER BY seq DESC LIMIT 5000",
			  "issi", before, p->kind ? p->kind : "", p->subject ? p->subject : "",
			  done);

	while (!err && cx->rows < limit && store_next(rows, &err)) {
		const char *see = store_int(rows, 8) ? store_text(rows, 12) : "secretariat";

		if (view_sees(cx, see, store_text(rows, 5)))
			err = record_row(cx, rows, seals > 0);
	}
	store_done(rows);

	return err;
}


static int notice_parties(struct view_cx *cx, struct notices_row *row)
{
	struct store_rows *rows = NULL;
	struct charter_ids to = { 0 }, received = { 0 };
	int err = store_query(&rows, cx->st,
			      "SELECT party, received_at FROM act_notice_to"
			      " WHERE year = $1 AND number = $2 ORDER BY party",
			      "ii", row->year, row->number);

	while (!err && store_next(rows, &err)) {
		const char *party = row_text(cx->arena, rows, 0);

		ids_append(&to, cx->arena, party);
		if (!store_null(rows, 1))
			ids_append(&received, cx->arena, party);
	}
	store_done(rows);
	row->to = (struct field_list){ to.count, to.at };
	row->received = (struct field_list){ received.count, received.at };

	return err;
}


static int notices_view_run(struct view_cx *cx, const void *params)
{
	const struct notices_params *p = params;
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT year, number, at, kind, subject, seq FROM act_notice"
		" WHERE ($1 < 0 OR year = $1) ORDER BY year DESC, number DESC LIMIT 500",
		"i", p->year == FIELD_NONE ? (int64_t)-1 : p->year);

	while (!err && store_next(rows, &err)) {
		struct notices_row row = { .year = store_int(rows, 0),
					   .number = store_int(rows, 1),
					   .at = store_int(rows, 2),
					   .kind = store_text(rows, 3),
					   .subject = store_text(rows, 4),
					   .seq = store_int(rows, 5) };

		err = notice_parties(cx, &row);
		if (!err)
			view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


/* What changes from one charter to another text, in words. */
static struct field_list changes_to(struct view_cx *cx, const struct charter *from,
				    const char *text)
{
	struct field_list words = { 0 };
	struct charter_report report;
	struct charter *to = NULL;
	struct charter_diff diff;
	struct wording w;

	wording_init(&w, cx->arena, cx->lang);
	charter_report_init(&report);
	if (charter_load(&to, &report, text, strlen(text)) == 0) {
		const char **list;

		charter_diff(&diff, cx->arena, from, to);
		list = arena_take(cx->arena, diff.changes.count * sizeof(*list));
		for (size_t i = 0; i < diff.changes.count; i++)
			list[i] = change_words(&w, &diff.changes.at[i]);
		words = (struct field_list){ diff.changes.count, list };
	}
	charter_free(to);
	charter_report_clear(&report);

	return words;
}


/* From the version before; the first changed nothing. */
static int changes_since(struct field_list *out, struct view_cx *cx, int64_t seq,
			 const char *text)
{
	struct charter_report report;
	struct charter *from = NULL;
	const char *before = NULL;
	int err = store_get_text(&before, cx->arena, cx->st,
				 "SELECT text FROM act_charter WHERE seq < $1"
				 " ORDER BY seq DESC LIMIT 1",
				 "i", seq);

	if (err == E_ABSENT)
		return 0;
	if (err)
		return err;
	charter_report_init(&report);
	if (charter_load(&from, &report, before, strlen(before)) == 0)
		*out = changes_to(cx, from, text);
	charter_free(from);
	charter_report_clear(&report);

	return 0;
}


static int charters_view_run(struct view_cx *cx, const void *params)
{
	const struct charters_params *q = params;
	bool one = q->seq != FIELD_NONE;
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT seq, hash, effective_at, text FROM act_charter"
			      " WHERE seq BETWEEN $1 AND $2 ORDER BY seq",
			      "ii", one ? q->seq : 0, one ? q->seq : INT64_MAX);

	while (!err && store_next(rows, &err)) {
		struct charters_row row = { .seq = store_int(rows, 0),
					    .hash = store_text(rows, 1),
					    .effective = store_int(rows, 2),
					    .current = text_eq(store_text(rows, 1),
							       cx->charter->hash) };

		if (one)
			err = changes_since(&row.changes, cx, row.seq, store_text(rows, 3));
		if (!err)
			view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


static int proposals_view_run(struct view_cx *cx, const void *params)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT p.seq, r.at, p.hash, p.effective_at, p.instrument, p.text"
			      " FROM act_charter_proposal p JOIN act_record r ON r.seq = p.seq"
			      " WHERE p.adopted IS NULL ORDER BY p.seq",
			      "");

	(void)params;
	while (!err && store_next(rows, &err)) {
		struct charter_proposals_row row = { .seq = store_int(rows, 0),
						     .at = store_int(rows, 1),
						     .hash = store_text(rows, 2),
						     .effective = row_int(rows, 3),
						     .instrument = store_text(rows, 4) };

		row.changes = changes_to(cx, cx->charter, store_text(rows, 5));
		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}

struct rule_walk {
	struct view_cx *cx;
	const char *prefix;
};


/* "statuses/observer" is of the section "statuses". */
static void rule_row(const struct charter_origin *o, void *arg)
{
	struct rule_walk *walk = arg;
	struct view_cx *cx = walk->cx;
	struct charter_strings src = charter_src(o);
	struct buf json;

	if (walk->prefix && !text_starts(o->path, walk->prefix))
		return;
	buf_init(&json, 0);
	charter_rule_json(&json, o);
	view_row(cx, &(struct rules_row){
			     .path = o->path,
			     .section = arena_strn(cx->arena, o->path, strcspn(o->path, "/")),
			     .value = json.data,
			     .sources = list_of_sources(cx->arena, src),
			     .assumed = src.count == 1 && text_eq(src.at[0], "assumed") });
	buf_clear(&json);
}


static int rules_view_run(struct view_cx *cx, const void *params)
{
	const struct rules_params *q = params;
	struct rule_walk walk = { cx, q->path };

	charter_rules_each(cx->charter, rule_row, &walk);

	return 0;
}


static void put_name(struct view_cx *cx, const char *section, const char *id,
		     const json_t *text)
{
	struct buf json;

	if (!json_is_object(text))
		return;
	buf_init(&json, 0);
	json_canonical(&json, text);
	view_row(cx, &(struct names_row){ .section = section, .id = id, .text = json.data });
	buf_clear(&json);
}


/* "bodies/heads" with its "text", and the organisation; deeper rules have no name. */
static void name_row(const struct charter_origin *o, void *arg)
{
	struct view_cx *cx = arg;
	const char *slash = strchr(o->path, '/');
	json_t *rule = NULL;
	struct buf json;

	if (slash ? strchr(slash + 1, '/') != NULL : !text_eq(o->path, "organisation"))
		return;
	buf_init(&json, 0);
	charter_rule_json(&json, o);
	if (json_read(&rule, json.data, json.len, json.len, JSON_DEPTH, NULL) == 0) {
		if (slash)
			put_name(cx, arena_strn(cx->arena, o->path, (size_t)(slash - o->path)),
				 slash + 1, json_object_get(rule, "text"));
		else
			for (size_t i = 0; i < 2; i++) {
				const char *which = i ? "short" : "name";

				put_name(cx, o->path, which, json_object_get(rule, which));
			}
		json_decref(rule);
	}
	buf_clear(&json);
}


static int names_view_run(struct view_cx *cx, const void *params)
{
	const char *label = ltext_json(cx->arena, cx->charter->label);

	(void)params;
	charter_rules_each(cx->charter, name_row, cx);
	charter_each (k, cx->charter->documents.classes) {
		const char *mark = ltext_json(cx->arena, k->mark);

		if (mark)
			view_row(cx, &(struct names_row){
					     .section = "classes", .id = k->id, .text = mark });
	}
	if (label)
		view_row(cx, &(struct names_row){
				     .section = "organisation", .id = "label", .text = label });

	return 0;
}

static const struct act_kind kinds[] = {
	{ &charter_found_act, found_judge },
	{ &charter_propose_act, propose_judge },
	{ &charter_adopt_act, adopt_judge },
	{ &clock_accept_act, recorded_judge },
	{ &ledger_begin_act, recorded_judge },
	{ &notice_acknowledge_act, acknowledge_judge },
	{ NULL, NULL },
};

static const struct view views[] = {
	{ &record_view, record_view_run },
	{ &notices_view, notices_view_run },
	{ &charters_view, charters_view_run },
	{ &charter_proposals_view, proposals_view_run },
	{ &rules_view, rules_view_run },
	{ &names_view, names_view_run },
	{ NULL, NULL },
};

static const struct register_table tables[] = {
	{ "act_charter", "seq" },
	{ "act_charter_proposal", "seq" },
	{ "act_notice", "year, number" },
	{ "act_notice_to", "year, number, party" },
	{ "act_decision", "seq" },
	{ "act_position", "seq, party" },
	{ NULL, NULL },
};

const struct module act_module = {
	.name = "act",
	.acts = kinds,
	.views = views,
	.tables = tables,
};
