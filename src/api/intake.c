/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * intake.c: POST /api/v1/intake: what a file of figures says, without recording anything.  The
 * figures come back in the form that report.submit takes, with every problem at its place.
 */
#include <string.h>

#include "act/clock.h"
#include "act/world.h"
#include "api/desk.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/charter.h"
#include "watch/known.h"


static int read_order(enum day_order *out, struct request *r)
{
	if (day_order_read(out, http_parameter(r, "order")))
		return 0;
	fault_at(&r->fault, "/order", 0, 0);

	return fault_set(&r->fault, E_RANGE, "The order of days is " DAY_ORDERS ".");
}


static void write_problems(struct jw *w, const struct intake *in)
{
	jw_key(w, "problems");
	jw_array(w);
	for (size_t i = 0; i < in->problem_count; i++) {
		const struct intake_problem *p = &in->problems[i];
		char column[SHEET_NAME_SIZE];

		jw_object(w);
		jw_kbool(w, "blocks", p->blocks);
		if (p->row) {
			sheet_column(column, p->col);
			jw_kint(w, "row", p->row);
			if (p->heading[0]) {
				jw_kstr(w, "column", column);
				jw_kstr(w, "heading", p->heading);
			}
		}
		jw_kstr(w, "text", p->text);
		jw_object_end(w);
	}
	jw_array_end(w);
}


static void write_cells(struct jw *w, const struct intake *in)
{
	jw_key(w, "cells");
	jw_array(w);
	for (size_t i = 0; i < in->count; i++) {
		const struct intake_cell *c = &in->cells[i];

		jw_object(w);
		jw_kstr(w, "party", c->party);
		jw_kstr(w, "indicator", c->indicator);
		if (c->area[0])
			jw_kstr(w, "area", c->area);
		jw_kstr(w, "day", c->day);
		if (c->value != FIELD_NONE)
			jw_kint(w, "value", c->value);
		if (c->whole != FIELD_NONE)
			jw_kint(w, "of", c->whole);
		if (c->state)
			jw_kstr(w, "state", c->state);
		jw_object_end(w);
	}
	jw_array_end(w);
}


static void write_reply(struct request *r, const struct sheet *s, const struct intake *in)
{
	struct jw w;

	jw_init(&w, &r->out);
	jw_object(&w);
	jw_kstr(&w, "form", s->form);
	if (in->layout)
		jw_kstr(&w, "layout", in->layout);
	if (in->order != ORDER_UNKNOWN)
		jw_kstr(&w, "order", day_order_name(in->order));
	jw_kint(&w, "blocking", (int64_t)in->blocking);
	jw_kint(&w, "told", (int64_t)in->told);
	write_problems(&w, in);
	write_cells(&w, in);
	jw_object_end(&w);
}


/* Of whom, about what and which day: of the seat, or as the address says. */
static int read_options(struct intake_options *o, struct request *r, const struct charter *c)
{
	struct reader *reader = desk_reader(r);
	int64_t at = clock_now(loop_desk(r->loop)->clock);
	const char *party = http_parameter(r, "party");

	*o = (struct intake_options){
		.party = r->seat.party ? r->seat.party : party,
		.area = http_parameter(r, "area"),
		.indicator = http_parameter(r, "indicator"),
		.day = http_parameter(r, "day"),
		.today = arena_str(r->arena, world_today(reader->world, c, at)),
	};
	if (r->seat.party && party && !text_eq(party, r->seat.party))
		return fault_set(&r->fault, E_DENIED, "This seat reports for \"%s\" only.",
				 r->seat.party);
	if (o->day && !time_date_valid(o->day)) {
		fault_at(&r->fault, "/day", 0, 0);
		return fault_set(&r->fault, E_RANGE, "A day is written as 2020-05-15.");
	}

	return read_order(&o->order, r);
}


/* The body is a sheet: read it by what is known to this connection of the store. */
static int understand(struct request *r, const struct charter *c,
		      const struct intake_options *o)
{
	struct reader *reader = desk_reader(r);
	struct intake_known known;
	struct intake in;
	struct sheet s;
	int err = sheet_read(&s, r->arena, r->body.data, r->body.len, &r->fault);

	if (!err)
		err = known_read(&known, r->arena, reader->st, reader->world, c);
	if (err)
		return err;
	intake_read(&in, r->arena, &s, &known, o);
	write_reply(r, &s, &in);
	r->status = 200;
	http_reply_header(r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}


int intake_post(struct request *r)
{
	const struct charter *c = NULL;
	struct intake_options o;
	int err = desk_resolve(r, &c);

	if (err)
		return err;
	if (!r->seat.person)
		return fault_set(&r->fault, E_SESSION, "Sign in to report figures.");
	if (seat_may(&r->seat, c, "right:monitor-report secretariat", NULL) != SEAT_MAY) {
		writer_security(loop_desk(r->loop)->writer, &r->seat, "intake", "");
		return fault_set(&r->fault, E_DENIED, "This seat does not report figures.");
	}
	err = read_options(&o, r, c);

	return err ? err : understand(r, c, &o);
}
