/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* file_views.c: status files, reviews, offices and what is due. */
#include <stdio.h>
#include <string.h>

#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/rules.h"
#include "gen/parties.h"
#include "parties/judges.h"
#include "store/store.h"


/* Members and the secretariat see every file; an applicant sees its own, but no enquiries. */
static bool sees_file(const struct view_cx *cx, const char *party, const char *state)
{
	if (seat_sees(&cx->seat, cx->charter, "member,secretariat", NULL))
		return true;

	return text_eq(cx->seat.party, party) && !text_eq(state, "enquiry");
}


int status_files_run(struct view_cx *cx, const void *params)
{
	const struct status_files_params *q = params;
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT id, party, status, state, opened_at, changed_at FROM parties_file"
		" WHERE ($1 = '' OR party = $1) ORDER BY id DESC LIMIT 1000",
		"s", q->party ? q->party : "");

	while (!err && store_next(rows, &err)) {
		struct status_files_row row = { .id = store_int(rows, 0),
						.party = store_text(rows, 1),
						.status = store_text(rows, 2),
						.state = store_text(rows, 3),
						.opened = store_int(rows, 4),
						.changed = store_int(rows, 5) };

		if (sees_file(cx, row.party, row.state))
			view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


/* Statuses other than the file's whose criteria the facts meet and whose gate is open. */
static int suggest(struct field_list *out, struct view_cx *cx, const struct file *f,
		   const struct snapshot *s)
{
	const struct snapshot_party *p = snapshot_party(s, f->party);
	const char **ids = arena_take(cx->arena, cx->charter->statuses.count * sizeof(*ids));
	int err = 0;

	charter_each (status, cx->charter->statuses) {
		struct charter_criteria table;
		struct gate g;

		if (text_eq(status->id, f->status_id) || !status->grant ||
		    !charter_kind_allowed(status, p->kind) || err)
			continue;
		charter_criteria(&table, cx->arena, cx->charter, s, p, status, cx->today);
		err = gate_read(&g, cx->arena, cx->st, cx->charter, status, cx->today);
		if (!err && g.open && table.verdict == CRITERIA_MET)
			ids[out->n++] = status->id;
	}
	out->v = ids;

	return err;
}

struct next_step {
	const char *state;
	const char *steps; /* act kinds, separated by spaces */
};

static const struct next_step next_steps[] = {
	{ "enquiry", "status.apply status.withdraw-application" },
	{ "applied", "status.examine status.return status.withdraw-application" },
	{ "returned", "status.complete status.withdraw-application" },
	{ "examined",
	  "status.examine status.judge status.propose status.refuse status.return" },
	{ "proposed", "status.grant status.refuse" },
};


static struct field_list steps_after(struct view_cx *cx, const struct file *f)
{
	struct field_list list = { 0, NULL };

	for (size_t i = 0; i < ARRAY_LEN(next_steps); i++) {
		char *steps, *save = NULL;
		const char **v;

		if (!text_eq(next_steps[i].state, f->state))
			continue;
		steps = arena_str(cx->arena, next_steps[i].steps);
		v = arena_take(cx->arena, 8 * sizeof(*v));
		for (char *w = strtok_r(steps, " ", &save); w; w = strtok_r(NULL, " ", &save))
			v[list.n++] = w;
		list.v = v;
	}

	return list;
}


int status_file_run(struct view_cx *cx, const void *params)
{
	const struct status_file_params *q = params;
	struct status_file_row row = { 0 };
	const struct snapshot *s = NULL;
	struct charter_criteria table;
	struct charter_ids bodies;
	struct file f;
	int err = file_read(&f, cx->arena, cx->st, cx->world, q->id);

	if (!err && !sees_file(cx, f.party, f.state))
		err = E_ABSENT;
	if (!err)
		err = world_facts(&s, cx->world, f.id);
	if (!err)
		err = file_proposals(&bodies, cx->arena, cx->st, f.id);
	if (err)
		return err;

	charter_criteria(&table, cx->arena, f.charter, s, snapshot_party(s, f.party), f.status,
			 cx->today);
	row.id = f.id;
	row.party = f.party;
	row.status = f.status_id;
	row.state = f.state;
	row.opened = f.opened_at;
	row.declarations = list_parse(cx->arena, f.declarations);
	row.areas = list_parse(cx->arena, f.areas);
	row.proposed = list_of_ids(cx->arena, bodies.at, bodies.count);
	row.examined = f.examined_at;
	row.cells = cells_list(cx->arena, &table);
	row.next = steps_after(cx, &f);
	err = suggest(&row.suggestions, cx, &f, s);
	if (!err)
		view_row(cx, &row);

	return err;
}


int reviews_run(struct view_cx *cx, const void *params)
{
	struct store_rows *rows = NULL;
	int err =
		store_query(&rows, cx->st,
			    "SELECT id, party, status, criterion, opened_at, closed_at, outcome"
			    " FROM parties_review ORDER BY id DESC LIMIT 1000",
			    "");

	(void)params;
	while (!err && store_next(rows, &err))
		view_row(cx, &(struct reviews_row){ .id = store_int(rows, 0),
						    .party = store_text(rows, 1),
						    .status = store_text(rows, 2),
						    .criterion = store_text(rows, 3),
						    .opened = store_int(rows, 4),
						    .open = store_null(rows, 5),
						    .outcome = store_text(rows, 6) });
	store_done(rows);

	return err;
}


const char *shown_person(struct arena *a, struct store *st, const char *person)
{
	const char *value = NULL;
	int64_t seq = 0;
	char *copy, *slash;

	if (!person || !text_starts(person, "private/"))
		return person;
	copy = arena_str(a, person + strlen("private/"));
	slash = strchr(copy, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	if (text_int(&seq, copy, 1, INT64_MAX) ||
	    store_get_text(&value, a, st,
			   "SELECT value FROM act_private WHERE seq = $1 AND field = $2", "is",
			   seq, slash + 1))
		return NULL;

	return value;
}


/* The last day of the term that began on that day; NULL without a fixed term. */
static const char *term_end(struct arena *a, const struct charter_office *o, const char *from)
{
	struct duration day = { .days = -1 };
	char end[TIME_DATE_SIZE];

	if (!o || !o->term || !time_date_valid(from))
		return NULL;
	date_add(end, from, o->term);
	date_add(end, end, &day);

	return arena_str(a, end);
}


int offices_run(struct view_cx *cx, const void *params)
{
	const struct offices_params *q = params;
	const char *at = q->at ? q->at : cx->today;
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT office, party, from_date, to_date, from_party, person, acting"
		" FROM parties_holder WHERE from_date <= $1"
		" AND (to_date IS NULL OR to_date > $1) ORDER BY office, party, from_date",
		"s", at);

	while (!err && store_next(rows, &err)) {
		const char *office = row_text(cx->arena, rows, 0);
		const char *party = row_text(cx->arena, rows, 1);
		const struct charter_office *o = charter_office(cx->charter, office);
		const char *from = row_text(cx->arena, rows, 2);
		const char *name = o ? ltext_json(cx->arena, o->text) : NULL;

		view_row(cx, &(struct offices_row){
				     .office = office,
				     .text = name ? name : "{}",
				     .party = *party ? party : row_text(cx->arena, rows, 4),
				     .person = shown_person(cx->arena, cx->st,
							    row_text(cx->arena, rows, 5)),
				     .from = from,
				     .to = row_text(cx->arena, rows, 3),
				     .acting = store_int(rows, 6) != 0,
				     .term_ends = term_end(cx->arena, o, from) });
	}
	store_done(rows);

	return err;
}


int chairs_run(struct view_cx *cx, const void *params)
{
	const struct snapshot *s = NULL;
	struct store_rows *rows = NULL;
	struct charter_why why;
	int err = world_statuses(&s, cx->world);

	(void)params;
	if (!err)
		err = store_query(
			&rows, cx->st,
			"SELECT c.body, c.party, c.since_at FROM parties_chair c"
			" WHERE NOT EXISTS (SELECT 1 FROM parties_chair d WHERE d.body ="
			" c.body AND (d.since_at > c.since_at OR (d.since_at = c.since_at"
			" AND d.seq > c.seq))) ORDER BY c.body",
			"");
	while (!err && store_next(rows, &err)) {
		const char *party = row_text(cx->arena, rows, 1);

		view_row(cx, &(struct chairs_row){
				     .body = row_text(cx->arena, rows, 0),
				     .party = party,
				     .since = store_int(rows, 2),
				     .next = charter_next_chair(&why, cx->arena, cx->charter, s,
								party, cx->today) });
	}
	store_done(rows);

	return err;
}


static bool is_due(const struct view_cx *cx, const char *due, const char *horizon)
{
	return due && strcmp(due, cx->today) >= 0 && strcmp(due, horizon) <= 0;
}


static int remind_terms(struct view_cx *cx, const char *horizon)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT office, from_date, to_date FROM parties_holder WHERE"
		" to_date IS NULL OR to_date >= $1 ORDER BY office, party, from_date",
		"s", cx->today);

	while (!err && store_next(rows, &err)) {
		const char *office = row_text(cx->arena, rows, 0);
		const char *due = row_text(cx->arena, rows, 2);

		if (!due)
			due = term_end(cx->arena, charter_office(cx->charter, office),
				       store_text(rows, 1));
		if (is_due(cx, due, horizon))
			view_row(cx, &(struct reminders_row){
					     .kind = "term-ends",
					     .subject = arena_printf(cx->arena, "office/%s",
								     office),
					     .due = due });
	}
	store_done(rows);

	return err;
}


static int remind_facts(struct view_cx *cx, const char *horizon)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT party, fact, max(date) FROM parties_fact GROUP BY party, fact"
		" ORDER BY party, fact",
		"");

	while (!err && store_next(rows, &err)) {
		char due[TIME_DATE_SIZE];

		date_add(due, store_text(rows, 2), &cx->charter->facts.valid_for);
		if (is_due(cx, due, horizon))
			view_row(cx, &(struct reminders_row){
					     .kind = "fact-stale",
					     .subject = arena_printf(cx->arena, "party/%s",
								     store_text(rows, 0)),
					     .due = due,
					     .text = store_text(rows, 1) });
	}
	store_done(rows);

	return err;
}


static int remind_enquiries(struct view_cx *cx, const char *horizon)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT party, remind, note FROM parties_file WHERE state = 'enquiry'"
		" AND remind IS NOT NULL ORDER BY remind, id",
		"");

	while (!err && store_next(rows, &err))
		if (is_due(cx, store_text(rows, 1), horizon))
			view_row(cx, &(struct reminders_row){
					     .kind = "enquiry",
					     .subject = arena_printf(cx->arena, "party/%s",
								     store_text(rows, 0)),
					     .due = store_text(rows, 1),
					     .text = store_text(rows, 2) });
	store_done(rows);

	return err;
}


int reminders_run(struct view_cx *cx, const void *params)
{
	const struct reminders_params *q = params;
	struct duration within = { .months = 12 };
	char horizon[TIME_DATE_SIZE];
	int err = q->within ? duration_parse(&within, q->within) : 0;

	if (err)
		return err;
	date_add(horizon, cx->today, &within);
	err = remind_terms(cx, horizon);
	if (!err)
		err = remind_facts(cx, horizon);
	if (!err)
		err = remind_enquiries(cx, horizon);

	return err;
}
