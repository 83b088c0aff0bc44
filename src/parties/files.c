/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* files.c: status files from enquiry to examination (domain.md M2). */
#include <string.h>

#include "act/decide.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/rules.h"
#include "gen/parties.h"
#include "parties/judges.h"
#include "store/store.h"


const struct snapshot_status *status_today(const struct snapshot_party *p, const char *today)
{
	return p ? snapshot_status(p, today) : NULL;
}


int file_read(struct file *out, struct arena *a, struct store *st, struct world *world,
	      int64_t id)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT party, status, state, charter, declarations, areas,"
			      " opened_at, examined_at FROM parties_file WHERE id = $1",
			      "i", id);

	memset(out, 0, sizeof(*out));
	if (!err && store_next(rows, &err)) {
		out->id = id;
		out->party = row_text(a, rows, 0);
		out->status_id = row_text(a, rows, 1);
		out->state = row_text(a, rows, 2);
		out->charter_hash = row_text(a, rows, 3);
		out->declarations = row_text(a, rows, 4);
		out->areas = row_text(a, rows, 5);
		out->opened_at = store_int(rows, 6);
		out->examined_at = row_int(rows, 7);
	} else if (!err) {
		err = E_ABSENT;
	}
	store_done(rows);
	if (!err)
		err = world_charter_of(&out->charter, world, out->charter_hash);
	if (!err)
		out->status = charter_status(out->charter, out->status_id);

	return err || out->status ? err : E_CORRUPT;
}


int file_need(struct file *out, struct act_cx *cx)
{
	int64_t id = 0;
	int err = need_number(&id, cx);

	if (!err)
		err = file_read(out, cx->arena, cx->st, cx->world, id);
	if (err == E_ABSENT)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.file", NULL);

	return err;
}


int file_state(struct act_cx *cx, const struct file *f, const char *states)
{
	if (text_among(states, f->state))
		return 0;

	return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state", "state", f->state, NULL);
}


static int need_status(const struct charter_status **out, struct act_cx *cx, const char *id)
{
	*out = charter_status(cx->charter, id);

	return *out ? 0
		    : refuse(cx, REFUSE_NOT_FOUND, "statuses", "not-found.status", "text", id,
			     NULL);
}


/* An open file of the party for the status in one of two states; 0 when there is none. */
static int find_file(int64_t *out, struct act_cx *cx, const char *party, const char *status,
		     bool enquiry)
{
	return store_get_int(
		out, cx->st,
		"SELECT coalesce(max(id), 0) FROM parties_file WHERE party = $1"
		" AND status = $2 AND ((state = 'enquiry' AND $3 = 1) OR ($3 = 0 AND"
		" state IN ('applied', 'returned', 'examined', 'proposed')))",
		"ssi", party, status, (int64_t)enquiry);
}


static void add_file(struct act_cx *cx, const char *party, const char *status,
		     const char *state, const char *note, const char *remind)
{
	effect_add(&cx->fx, "parties_file",
		   "id party status state charter opened_at changed_at declarations areas"
		   " supporters note remind",
		   "issssiisssss", cx->seq, party, status, state, cx->charter->hash, cx->at,
		   cx->at, "[]", "[]", "[]", note, remind);
}


int status_enquire_judge(struct act_cx *cx, const void *body)
{
	const struct status_enquire *b = body;
	const struct charter_status *status = NULL;
	const struct snapshot_party *p = NULL;
	int err = need_party(&p, cx, cx->subject_id);

	if (!err)
		err = need_status(&status, cx, b->status);
	if (err)
		return err;
	add_file(cx, p->id, status->id, "enquiry", b->note, b->remind);

	return 0;
}


static int check_sponsors(struct act_cx *cx, const struct charter_status *status,
			  const struct field_list *supporters)
{
	const struct snapshot *s = NULL;
	int64_t have = 0;
	int err = world_statuses(&s, cx->world);

	if (err || status->sponsor <= 0)
		return err;
	for (size_t i = 0; i < supporters->n; i++)
		have += charter_may(NULL, cx->charter, s, LIST_TEXT(*supporters, i),
				    RIGHT_MEETING_DECIDE, cx->today);
	if (have >= status->sponsor)
		return 0;

	return refuse(cx, REFUSE_NOT_ENTITLED,
		      arena_printf(cx->arena, "statuses/%s/sponsor", status->id),
		      "not-entitled.sponsors", "status", status->id, "need",
		      number_text(cx->arena, status->sponsor), "have",
		      number_text(cx->arena, have), NULL);
}


static int check_application(struct act_cx *cx, const struct snapshot_party *p,
			     const struct charter_status *status)
{
	const struct snapshot_status *now = status_today(p, cx->today);
	const char *path = status->origin.path;
	int64_t open = 0;
	int err;

	if (!status->grant)
		return refuse(cx, REFUSE_NOT_ENTITLED, path, "not-entitled.ungranted", "status",
			      status->id, NULL);
	err = gate_check(cx, cx->charter, status);
	if (err)
		return err;
	if (!charter_kind_allowed(status, p->kind))
		return refuse(cx, REFUSE_WRONG_KIND, path, "wrong-kind", "party", p->id,
			      "status", status->id, NULL);
	if (now && text_eq(now->status, status->id))
		return refuse(cx, REFUSE_HAS_STATUS, path, "has-status", "party", p->id,
			      "status", status->id, NULL);
	err = find_file(&open, cx, p->id, status->id, false);
	if (!err && open)
		err = refuse(cx, REFUSE_HAS_STATUS, path, "has-status.file", "party", p->id,
			     "status", status->id, NULL);

	return err;
}


int status_apply_judge(struct act_cx *cx, const void *body)
{
	const struct status_apply *b = body;
	const struct charter_status *status = NULL;
	const struct snapshot_party *p = NULL;
	int64_t enquiry = 0;
	int err = need_party(&p, cx, cx->subject_id);

	if (!err)
		err = need_own(cx, p->id);
	if (!err)
		err = need_status(&status, cx, b->status);
	if (!err)
		err = check_application(cx, p, status);
	if (!err)
		err = check_sponsors(cx, status, &b->supporters);
	if (!err)
		err = find_file(&enquiry, cx, p->id, status->id, true);
	if (err)
		return err;

	if (!enquiry)
		add_file(cx, p->id, status->id, "applied", NULL, NULL);
	effect_set(&cx->fx, "parties_file", "id",
		   "state charter changed_at letter declarations areas supporters", "ississss",
		   enquiry ? enquiry : cx->seq, "applied", cx->charter->hash, cx->at, b->letter,
		   list_json(cx->arena, &b->declarations), list_json(cx->arena, &b->areas),
		   list_json(cx->arena, &b->supporters));

	return 0;
}


struct field_list cells_list(struct arena *a, const struct charter_criteria *table)
{
	struct parties_cell *cells = arena_take(a, table->cells.count * sizeof(*cells));
	size_t n = 0;

	charter_each (c, table->cells) {
		cells[n++] = (struct parties_cell){
			.criterion = c->criterion->id,
			.text = ltext_json(a, c->criterion->text),
			.answer = vocabulary_word(&vocabulary_criterion_result, (int)c->result),
			.source = c->source ? arena_str(a, c->source) : NULL,
			.date = c->date ? arena_str(a, c->date) : NULL,
			.missing = list_of_ids(a, c->parties.at, c->parties.count),
			.rule = arena_str(a, c->why.path),
			.sources = list_of_sources(a, c->why.src)
		};
	}

	return (struct field_list){ n, cells };
}


static const char *cells_json(struct arena *a, const struct charter_criteria *table)
{
	struct field_list list = cells_list(a, table);
	const struct parties_cell *cells = list.v;
	const char *json;
	struct buf b;
	struct jw w;

	buf_init(&b, 0);
	jw_init(&w, &b);
	jw_array(&w);
	for (size_t i = 0; i < list.n; i++)
		fields_write(&w, &parties_cell_fields, &cells[i]);
	jw_array_end(&w);
	json = arena_strn(a, b.data, b.len);
	buf_clear(&b);

	return json;
}


int status_examine_judge(struct act_cx *cx, const void *body)
{
	const struct status_examine *b = body;
	const struct snapshot *s = NULL;
	struct charter_criteria table;
	struct file f;
	int err = file_need(&f, cx);

	if (!err)
		err = file_state(cx, &f, "applied examined");
	if (!err)
		err = world_facts(&s, cx->world, f.id);
	if (err)
		return err;

	charter_criteria(&table, cx->arena, f.charter, s, snapshot_party(s, f.party), f.status,
			 cx->today);
	effect_add(&cx->fx, "parties_examination", "seq file at cells note", "iiiss", cx->seq,
		   f.id, cx->at, cells_json(cx->arena, &table), b->note);
	effect_set(&cx->fx, "parties_file", "id", "state changed_at examined_at", "isii", f.id,
		   "examined", cx->at, cx->at);

	return 0;
}


/* The criterion of the file's status that a body must answer, or NULL. */
static const struct charter_criterion *judgement_of(const struct file *f, const char *id)
{
	charter_each (k, f->status->criteria)
		if ((*k)->test == CRITERION_JUDGEMENT && text_eq((*k)->id, id))
			return *k;
	charter_each (k, f->status->criteria_optional)
		if ((*k)->test == CRITERION_JUDGEMENT && text_eq((*k)->id, id))
			return *k;

	return NULL;
}


int status_judge_judge(struct act_cx *cx, const void *body)
{
	const struct status_judge *b = body;
	const struct charter_criterion *k;
	struct decision d = { .what = "judge", .date = cx->today };
	struct file f;
	int err = file_need(&f, cx);

	if (!err)
		err = file_state(cx, &f, "applied examined");
	if (err)
		return err;
	k = judgement_of(&f, b->criterion);
	if (!k || !k->body)
		return refuse(cx, REFUSE_NOT_FOUND, f.status->origin.path,
			      "not-found.criterion", "text", b->criterion, NULL);
	d.charter = f.charter;
	d.body = k->body;
	d.rule = charter_body_rule(k->body, USE_DEFAULT);
	d.subject = f.party;
	d.about = cx->request->subject;
	err = decide(cx, &d, &b->positions);
	if (err)
		return err;
	effect_add(&cx->fx, "parties_judgement", "file criterion seq answer date reasons",
		   "isiiss", f.id, k->id, cx->seq, (int64_t)b->answer, cx->today, b->reasons);

	return 0;
}


/* A step that only moves the file from some states to another. */
static int move(struct act_cx *cx, const char *from, const char *to)
{
	struct file f;
	int err = file_need(&f, cx);

	if (!err)
		err = need_own(cx, f.party);
	if (!err)
		err = file_state(cx, &f, from);
	if (!err)
		effect_set(&cx->fx, "parties_file", "id", "state changed_at", "isi", f.id, to,
			   cx->at);

	return err;
}


int status_return_judge(struct act_cx *cx, const void *body)
{
	(void)body; /* the reason stands in the record */

	return move(cx, "applied examined", "returned");
}


int status_complete_judge(struct act_cx *cx, const void *body)
{
	const struct status_complete *b = body;
	int64_t id = 0;
	int err = move(cx, "returned", "applied");

	if (!err)
		err = need_number(&id, cx);
	if (!err)
		effect_set(&cx->fx, "parties_file", "id", "letter declarations", "iss", id,
			   b->letter, list_json(cx->arena, &b->declarations));

	return err;
}


int status_withdraw_application_judge(struct act_cx *cx, const void *body)
{
	(void)body;

	return move(cx, "enquiry applied returned examined proposed", "withdrawn");
}
