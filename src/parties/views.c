/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* views.c: parties and what is attested of them; gates; the pre-check. */
#include <string.h>

#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/rules.h"
#include "gen/parties.h"
#include "parties/judges.h"
#include "store/store.h"


/* Members and the secretariat see what is attested; others see the public part. */
static bool sees_facts(const struct view_cx *cx)
{
	return seat_sees(&cx->seat, cx->charter, "member,secretariat", NULL);
}


static void party_line(struct view_cx *cx, const struct snapshot_party *p)
{
	const struct snapshot_status *s = snapshot_status(p, cx->today);
	struct charter_text short_name = p->short_name.count ? p->short_name : p->name;
	struct parties_row row = { .id = p->id,
				   .kind = p->kind,
				   .name = ltext_json(cx->arena, p->name),
				   .short_ = ltext_json(cx->arena, short_name),
				   .code = p->code,
				   .status = s ? s->status : NULL,
				   .since = s ? s->from : NULL,
				   .suspended = s && snapshot_suspended(s, cx->today) };

	view_row(cx, &row);
}


static bool in(const struct charter_ids *ids, const char *id)
{
	for (size_t i = 0; i < ids->count; i++)
		if (text_eq(ids->at[i], id))
			return true;

	return false;
}


int parties_run(struct view_cx *cx, const void *params)
{
	const struct parties_params *q = params;
	const struct snapshot *s = NULL;
	struct charter_ids order;
	int err = world_statuses(&s, cx->world);

	if (err)
		return err;
	charter_protocol_order(&order, cx->arena, cx->charter, s, NULL, cx->today);
	for (size_t i = 0; i < order.count; i++) {
		const struct snapshot_party *p = snapshot_party(s, order.at[i]);
		const struct snapshot_status *now = snapshot_status(p, cx->today);

		if (!q->status || (now && text_eq(now->status, q->status)))
			party_line(cx, p);
	}
	/* Those without a status are no guests of protocol: by id, and only when asked for. */
	if (q->all && !q->status)
		charter_each (p, s->parties)
			if (!in(&order, p->id))
				party_line(cx, p);

	return 0;
}


static int names_of(struct field_list *out, struct view_cx *cx, const char *party)
{
	struct parties_name *names = arena_take(cx->arena, 64 * sizeof(*names));
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT name, short, from_date FROM parties_name WHERE party = $1"
			      " ORDER BY from_date LIMIT 64",
			      "s", party);

	while (!err && store_next(rows, &err)) {
		const char *from = row_text(cx->arena, rows, 2);

		names[out->n++] = (struct parties_name){ row_text(cx->arena, rows, 0),
							 row_text(cx->arena, rows, 1),
							 *from ? from : NULL };
	}
	store_done(rows);
	out->v = names;

	return err;
}


static int spans_of(struct field_list *out, struct view_cx *cx, const char *party,
		    const char *from, const char *to)
{
	struct parties_span *spans = arena_take(cx->arena, 64 * sizeof(*spans));
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT from_date, to_date, reason FROM parties_suspension"
			      " WHERE party = $1 AND from_date >= $2 AND from_date < $3"
			      " ORDER BY from_date LIMIT 64",
			      "sss", party, from, to ? to : "9999-12-31");

	while (!err && store_next(rows, &err))
		spans[out->n++] = (struct parties_span){ row_text(cx->arena, rows, 0),
							 row_text(cx->arena, rows, 1),
							 row_text(cx->arena, rows, 2) };
	store_done(rows);
	out->v = spans;

	return err;
}


static int intervals_of(struct field_list *out, struct view_cx *cx, const char *party)
{
	struct parties_interval *list = arena_take(cx->arena, 64 * sizeof(*list));
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT status, from_date, to_date, reason FROM parties_status"
			      " WHERE party = $1 ORDER BY from_date LIMIT 64",
			      "s", party);

	while (!err && store_next(rows, &err)) {
		struct parties_interval *i = &list[out->n++];

		i->status = row_text(cx->arena, rows, 0);
		i->from = row_text(cx->arena, rows, 1);
		i->to = row_text(cx->arena, rows, 2);
		i->reason = row_text(cx->arena, rows, 3);
	}
	store_done(rows);
	for (size_t i = 0; i < out->n && !err; i++)
		err = spans_of(&list[i].suspended, cx, party, list[i].from, list[i].to);
	out->v = list;

	return err;
}


/* The first day on which a fact of that date is stale. */
static bool is_stale(const struct view_cx *cx, const char *date, const char *until)
{
	char last[TIME_DATE_SIZE];

	if (until && strcmp(cx->today, until) > 0)
		return true;
	if (!time_date_valid(date))
		return false;
	date_add(last, date, &cx->charter->facts.valid_for);

	return strcmp(cx->today, last) > 0;
}


static int challengers(struct field_list *out, struct view_cx *cx, const char *party,
		       const char *fact)
{
	const char **ids = arena_take(cx->arena, 64 * sizeof(*ids));
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT by_party FROM parties_challenge WHERE party = $1 AND fact = $2"
		" AND withdrawn IS NULL ORDER BY by_party LIMIT 64",
		"ss", party, fact);

	while (!err && store_next(rows, &err))
		ids[out->n++] = row_text(cx->arena, rows, 0);
	store_done(rows);
	out->v = ids;

	return err;
}


static int facts_of(struct field_list *out, struct view_cx *cx, const char *party)
{
	struct parties_fact *list = arena_take(cx->arena, 200 * sizeof(*list));
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT fact, value, date, until, source, seq FROM parties_fact"
			      " WHERE party = $1 ORDER BY fact, date DESC, seq DESC LIMIT 200",
			      "s", party);

	while (!err && store_next(rows, &err)) {
		struct parties_fact *f = &list[out->n++];
		const char *until = row_text(cx->arena, rows, 3);

		f->fact = row_text(cx->arena, rows, 0);
		f->value = store_int(rows, 1) != 0;
		f->date = row_text(cx->arena, rows, 2);
		f->source = row_text(cx->arena, rows, 4);
		f->seq = store_int(rows, 5);
		f->stale = is_stale(cx, f->date, until);
	}
	store_done(rows);
	for (size_t i = 0; i < out->n && !err; i++)
		err = challengers(&list[i].challenged, cx, party, list[i].fact);
	out->v = list;

	return err;
}


static void relations_of(struct field_list *out, struct view_cx *cx,
			 const struct snapshot_party *p)
{
	struct parties_relation *list =
		arena_take(cx->arena, p->relations.count * sizeof(*list));
	const char **ids = arena_take(cx->arena, p->relations.count * sizeof(*ids));
	size_t used = 0;

	/* The snapshot has them in order of relation, one row for each other party. */
	charter_each (r, p->relations) {
		struct parties_relation *last = out->n ? &list[out->n - 1] : NULL;

		if (!last || !text_eq(last->relation, r->relation)) {
			last = &list[out->n++];
			*last = (struct parties_relation){ .relation = r->relation,
							   .date = r->date,
							   .source = r->source,
							   .with = { 0, &ids[used] } };
		}
		ids[used++] = r->with;
		last->with.n++;
	}
	out->v = list;
}


static struct field_list rights_of(struct view_cx *cx, const struct snapshot *s,
				   const char *party)
{
	const char **ids = arena_take(cx->arena, RIGHT_WORDS * sizeof(*ids));
	struct field_list list = { 0, ids };

	for (int r = 0; r < RIGHT_WORDS; r++)
		if (charter_may(NULL, cx->charter, s, party, (enum right)r, cx->today))
			ids[list.n++] = vocabulary_word(&vocabulary_right, r);

	return list;
}


static struct field_list regions_of(struct view_cx *cx, const char *party)
{
	const char **ids =
		arena_take(cx->arena, cx->charter->monitoring.regions.count * sizeof(*ids));
	struct field_list list = { 0, ids };

	charter_each (r, cx->charter->monitoring.regions)
		for (size_t i = 0; i < r->parties.count; i++)
			if (text_eq(r->parties.at[i], party))
				ids[list.n++] = r->id;

	return list;
}


int party_run(struct view_cx *cx, const void *params)
{
	const struct party_params *q = params;
	const struct snapshot *s = NULL;
	const struct snapshot_party *p;
	const struct snapshot_status *now;
	struct party_row row = { 0 };
	int err = world_facts(&s, cx->world, 0);

	if (err)
		return err;
	p = snapshot_party(s, q->id);
	if (!p)
		return E_ABSENT;
	now = snapshot_status(p, cx->today);
	row.id = p->id;
	row.kind = p->kind;
	row.name = ltext_json(cx->arena, p->name);
	row.short_ = ltext_json(cx->arena, p->short_name.count ? p->short_name : p->name);
	row.code = p->code;
	row.status = now ? now->status : NULL;
	row.suspended = now && snapshot_suspended(now, cx->today);
	row.rights = rights_of(cx, s, p->id);
	row.regions = regions_of(cx, p->id);
	err = names_of(&row.names, cx, p->id);
	if (!err)
		err = intervals_of(&row.statuses, cx, p->id);
	if (!err && sees_facts(cx)) {
		err = facts_of(&row.facts, cx, p->id);
		relations_of(&row.relations, cx, p);
	}
	if (!err)
		view_row(cx, &row);

	return err;
}


static const char *verdict_word(enum criteria_verdict v)
{
	switch (v) {
	case CRITERIA_MET: return "pass";
	case CRITERIA_FAILED: return "fail";
	case CRITERIA_STALE: return "stale";
	default: return "unknown";
	}
}


/* The oldest day on which a pass rests. */
static const char *oldest(const struct charter_criteria *table)
{
	const char *day = NULL;

	charter_each (c, table->cells)
		if (c->date && !c->optional && (!day || strcmp(c->date, day) < 0))
			day = c->date;

	return day;
}


int precheck_run(struct view_cx *cx, const void *params)
{
	const struct precheck_params *q = params;
	const struct charter_status *status = charter_status(cx->charter, q->status);
	const struct snapshot *s = NULL;
	struct charter_criteria table;
	struct gate gate;
	char valid_for[40];
	int err = world_facts(&s, cx->world, 0);

	if (err)
		return err;
	if (!status || !snapshot_party(s, q->party))
		return E_ABSENT;
	err = gate_read(&gate, cx->arena, cx->st, cx->charter, status, cx->today);
	if (err)
		return err;
	charter_criteria(&table, cx->arena, cx->charter, s, snapshot_party(s, q->party), status,
			 cx->today);
	duration_text(valid_for, sizeof(valid_for), &cx->charter->facts.valid_for);
	view_row(cx, &(struct precheck_row){ .party = q->party,
					     .status = status->id,
					     .answer = verdict_word(table.verdict),
					     .facts_of = oldest(&table),
					     .valid_for = valid_for,
					     .gate_open = gate.open,
					     .cells = cells_list(cx->arena, &table) });

	return 0;
}


int gates_run(struct view_cx *cx, const void *params)
{
	bool stages = seat_sees(&cx->seat, cx->charter, "member,secretariat", NULL);
	int err = 0;

	(void)params;
	charter_each (status, cx->charter->statuses) {
		struct gate g;

		err = gate_read(&g, cx->arena, cx->st, cx->charter, status, cx->today);
		if (err)
			break;
		view_row(cx, &(struct gates_row){
				     .status = status->id,
				     .text = ltext_json(cx->arena, status->text),
				     .open = g.open && status->grant != NULL,
				     .instrument = g.instrument,
				     .need = (int64_t)g.need,
				     .deposits = (int64_t)g.deposits,
				     .ratified = stages ? (int64_t)g.ratified : 0,
				     .waiting = stages ? list_of_ids(cx->arena, g.unratified.at,
								     g.unratified.count)
						       : (struct field_list){ 0, NULL },
				     .rule = g.rule,
				     .sources = list_of_sources(cx->arena, g.src) });
	}

	return err;
}
