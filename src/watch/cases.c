/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * cases.c: crisis files.
 *
 * A file tells all members at once, shows its legal basis and how far it is within competence,
 * and lists what people do about it, consulting before anything else.  An option of another
 * kind is refused until a political or diplomatic one stands there.  The machine convenes,
 * decides and tells nobody outside; there is no field for forces.  Guests do not know of it.
 */
#include <string.h>

#include "act/notice.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/rules.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"
#include "watch/levels.h"

struct file {
	int64_t id;
	const char *party;
	bool open, exercise;
	const char *mandate, *scope;
	int64_t at;
};

static const char *const steps[] = {
	"notice",     "mandate",	"consultation", "options",
	"session",    "letter-drafted", "letter-sent",	"letter-delivered",
	"assistance", "decision",	"minutes",
};


/* Members and the centre; never a guest. */
static bool knows_cases(const struct seat *seat, const struct charter *c)
{
	return seat_sees(seat, c, "member,secretariat,duty", NULL);
}


static int need_inside(struct act_cx *cx)
{
	return knows_cases(&cx->seat, cx->charter) ? 0 : need_duty(cx);
}


static int read_file(struct file *f, struct arena *a, struct store *st, int64_t id)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT party, closed_at, exercise, mandate, scope, at"
			      " FROM watch_case WHERE id = $1",
			      "i", id);

	memset(f, 0, sizeof(*f));
	if (!err && store_next(rows, &err)) {
		f->id = id;
		f->party = row_text(a, rows, 0);
		f->open = store_null(rows, 1);
		f->exercise = store_int(rows, 2) != 0;
		f->mandate = row_text(a, rows, 3);
		f->scope = row_text(a, rows, 4);
		f->at = store_int(rows, 5);
	}
	store_done(rows);

	return err || f->id ? err : E_ABSENT;
}


static int need_file(struct file *f, struct act_cx *cx)
{
	int64_t id = 0;
	int err = need_inside(cx);

	if (!err)
		err = need_number(&id, cx);
	if (err)
		return err;
	err = read_file(f, cx->arena, cx->st, id);
	if (err == E_ABSENT)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.case", NULL);
	if (!err && !f->open)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.case", NULL);

	return err;
}


int case_open_judge(struct act_cx *cx, const void *body)
{
	const struct case_open *b = body;
	const struct snapshot_party *p = NULL;
	struct notice notice;
	int err = need_inside(cx);

	if (!err)
		err = need_party(&p, cx, b->party);
	if (!err)
		err = notice_issue_members(&notice, cx);
	if (!err)
		effect_add(&cx->fx, "watch_case",
			   "id kind party title text basis exercise at opened_by", "isssssiis",
			   cx->seq, b->kind, p->id, b->title, b->text,
			   list_json(cx->arena, &b->basis), (int64_t)b->exercise, cx->at,
			   cx->seat.party);

	return err;
}


int case_settle_mandate_judge(struct act_cx *cx, const void *body)
{
	const struct case_settle_mandate *b = body;
	struct file f;
	int err = need_file(&f, cx);

	if (err)
		return err;
	effect_set(&cx->fx, "watch_case", "id", "mandate mandate_note scope", "isss", f.id,
		   b->mandate, b->note, b->scope);
	effect_add(&cx->fx, "watch_case_entry", "file seq at entry kind text office", "iiissss",
		   f.id, cx->seq, cx->at, "step", "mandate", b->note, cx->seat.office);

	return 0;
}


static bool is_peaceful(const char *kind)
{
	return text_eq(kind, "political") || text_eq(kind, "diplomatic");
}


int case_add_option_judge(struct act_cx *cx, const void *body)
{
	const struct case_add_option *b = body;
	struct file f;
	int64_t peaceful = 1;
	int err = need_file(&f, cx);

	if (!err && !is_peaceful(b->kind))
		err = store_get_int(&peaceful, cx->st,
				    "SELECT count(*) FROM watch_case_entry WHERE file = $1 AND"
				    " entry = 'option' AND kind IN ('political', 'diplomatic')",
				    "i", f.id);
	if (err)
		return err;
	if (!peaceful)
		return refuse(cx, REFUSE_WRONG_STATE, "organisation/purposes",
			      "wrong-state.political-first", NULL);
	effect_add(&cx->fx, "watch_case_entry", "file seq at entry kind text party office",
		   "iiisssss", f.id, cx->seq, cx->at, "option", b->kind, b->text,
		   cx->seat.party, cx->seat.office);

	return 0;
}


int case_note_judge(struct act_cx *cx, const void *body)
{
	const struct case_note *b = body;
	struct file f;
	int err = need_file(&f, cx);

	if (!err)
		effect_add(&cx->fx, "watch_case_entry",
			   "file seq at entry kind text reference party office", "iiissssss",
			   f.id, cx->seq, cx->at, "note", "analysis", b->text, b->reference,
			   cx->seat.party, cx->seat.office);

	return err;
}


int case_step_judge(struct act_cx *cx, const void *body)
{
	const struct case_step *b = body;
	struct file f;
	int err = need_file(&f, cx);

	if (!err && !text_eq(cx->seat.party, f.party))
		err = need_duty(cx);
	if (!err)
		effect_add(&cx->fx, "watch_case_entry",
			   "file seq at entry kind text reference party office", "iiissssss",
			   f.id, cx->seq, cx->at, "step", b->kind, b->text, b->reference,
			   cx->seat.party, cx->seat.office);

	return err;
}


int case_close_judge(struct act_cx *cx, const void *body)
{
	const struct case_close *b = body;
	struct file f;
	int err = need_duty(cx);

	if (!err)
		err = need_file(&f, cx);
	if (err)
		return err;
	if (text_eq(b->outcome, "exercise-over") != f.exercise)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.case-exercise", NULL);
	if (text_eq(b->outcome, "not-ours") && !text_eq(f.mandate, "outside") &&
	    !text_eq(f.scope, "bilateral"))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.case-ours", NULL);
	effect_set(&cx->fx, "watch_case", "id", "outcome answer closed_at", "issi", f.id,
		   b->outcome, b->text, cx->at);

	return 0;
}


int cases_run(struct view_cx *cx, const void *params)
{
	const struct cases_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!knows_cases(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(
		&rows, cx->st,
		"SELECT c.id, c.kind, c.party, c.title, c.text, c.basis, c.exercise, c.at,"
		" c.opened_by, c.mandate, c.mandate_note, c.scope, c.outcome, c.answer,"
		" c.closed_at, (SELECT count(*) FROM act_notice n JOIN act_notice_to t ON"
		"  t.year = n.year AND t.number = n.number WHERE n.seq = c.id),"
		" (SELECT count(*) FROM act_notice n JOIN act_notice_to t ON t.year = n.year AND"
		"  t.number = n.number WHERE n.seq = c.id AND t.received_at IS NOT NULL)"
		" FROM watch_case c WHERE ($1 = 0 OR c.closed_at IS NULL)"
		" ORDER BY CASE WHEN c.closed_at IS NULL THEN 0 ELSE 1 END, c.id DESC LIMIT 500",
		"i", (int64_t)q->open);
	while (!err && store_next(rows, &err)) {
		struct cases_row row = {
			.id = store_int(rows, 0),
			.kind = row_text(cx->arena, rows, 1),
			.party = row_text(cx->arena, rows, 2),
			.title = row_text(cx->arena, rows, 3),
			.text = row_text(cx->arena, rows, 4),
			.basis = list_parse(cx->arena, store_text(rows, 5)),
			.exercise = store_int(rows, 6) != 0,
			.at = store_int(rows, 7),
			.opened_by = row_text(cx->arena, rows, 8),
			.mandate = row_text(cx->arena, rows, 9),
			.mandate_note = row_text(cx->arena, rows, 10),
			.scope = row_text(cx->arena, rows, 11),
			.outcome = row_text(cx->arena, rows, 12),
			.answer = row_text(cx->arena, rows, 13),
			.closed = row_int(rows, 14),
			.told = store_int(rows, 15),
			.received = store_int(rows, 16),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


/* The first entry of a step; options count as one step. */
static int read_step(struct case_checklist_row *row, struct view_cx *cx, const struct file *f)
{
	struct store_rows *rows = NULL;
	bool options = text_eq(row->step, "options");
	int err = store_query(&rows, cx->st,
			      "SELECT at, text, reference FROM watch_case_entry WHERE file = $1"
			      " AND entry = $2 AND ($2 = 'option' OR kind = $3)"
			      " ORDER BY seq LIMIT 1",
			      "iss", f->id, options ? "option" : "step", row->step);

	row->at = FIELD_NONE;
	if (!err && store_next(rows, &err)) {
		row->done = true;
		row->at = store_int(rows, 0);
		row->text = row_text(cx->arena, rows, 1);
		row->reference = row_text(cx->arena, rows, 2);
	}
	store_done(rows);

	return err;
}


/* The time that the charter gives for a first draft decision at its highest level. */
static int64_t charter_hours(const struct charter *c)
{
	struct charter_level_answer rule;

	charter_level_rule(&rule, c, c->crisis.levels.at[c->crisis.levels.count - 1]);

	return duration_ms(&rule.draft_due);
}


static int checklist_line(struct view_cx *cx, const struct file *f, const char *step)
{
	struct case_checklist_row row = { .step = step, .due = FIELD_NONE };
	int err = read_step(&row, cx, f);

	if (text_eq(step, "notice")) {
		row.done = true;
		row.at = f->at;
	}
	if (text_eq(step, "consultation") || text_eq(step, "options"))
		row.due = f->at + charter_hours(cx->charter);
	row.overdue = row.due != FIELD_NONE &&
		      (row.done ? row.at > row.due : f->open && cx->at > row.due);
	if (!err)
		view_row(cx, &row);

	return err;
}


int case_checklist_run(struct view_cx *cx, const void *params)
{
	const struct case_checklist_params *q = params;
	struct file f;
	int err;

	if (!knows_cases(&cx->seat, cx->charter))
		return E_DENIED;
	err = read_file(&f, cx->arena, cx->st, q->id);
	for (size_t i = 0; i < ARRAY_LEN(steps) && !err; i++)
		err = checklist_line(cx, &f, steps[i]);

	return err;
}


int case_entries_run(struct view_cx *cx, const void *params)
{
	const struct case_entries_params *q = params;
	struct store_rows *rows = NULL;
	struct file f;
	int err;

	if (!knows_cases(&cx->seat, cx->charter))
		return E_DENIED;
	err = read_file(&f, cx->arena, cx->st, q->id);
	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT entry, kind, at, text, reference, party, office"
			" FROM watch_case_entry WHERE file = $1 ORDER BY CASE entry WHEN 'option'"
			" THEN 0 WHEN 'note' THEN 1 ELSE 2 END, CASE kind WHEN 'political' THEN 0"
			" WHEN 'diplomatic' THEN 1 ELSE 2 END, seq LIMIT 2000",
			"i", f.id);
	while (!err && store_next(rows, &err)) {
		struct case_entries_row row = {
			.entry = row_text(cx->arena, rows, 0),
			.kind = row_text(cx->arena, rows, 1),
			.at = store_int(rows, 2),
			.text = row_text(cx->arena, rows, 3),
			.reference = row_text(cx->arena, rows, 4),
			.party = row_text(cx->arena, rows, 5),
			.office = row_text(cx->arena, rows, 6),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
