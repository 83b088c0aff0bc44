/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* form.c: what the form of a daily report shows: yesterday's figures beside empty fields. */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "charter/vocabulary.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"
#include "watch/situation.h"

enum {
	BACK = 365, /* days in which the last figure is looked for */
	FORTNIGHT = 14,
	MOST = 7,
};

struct form {
	struct view_cx *cx;
	const char *party, *area;
	int64_t day;
};


static void fill_last(struct report_form_row *row, struct form *f, const struct series_cell *c)
{
	row->last = c->value;
	row->last_of = c->whole;
	row->last_day = day_text(f->cx->arena, c->day);
}


static int form_line(struct form *f, const struct charter_indicator_set *set,
		     const char *indicator)
{
	struct series s = { .party = f->party, .area = f->area, .indicator = indicator };
	struct report_form_row row = {
		.set = set->id,
		.kind = vocabulary_word(&vocabulary_indicator_kind, (int)set->kind),
		.indicator = indicator,
		.day = day_text(f->cx->arena, f->day),
		.value = FIELD_NONE,
		.of = FIELD_NONE,
		.last = FIELD_NONE,
		.last_of = FIELD_NONE,
	};
	size_t recent = 0;
	int err = series_find(&s.id, f->cx->st, f->party, f->area, indicator);

	if (!err)
		err = series_read(&s, f->cx->arena, f->cx->st, f->day - BACK, f->day,
				  INT64_MAX);
	for (size_t i = 0; i < s.count && !err; i++) {
		const struct series_cell *c = &s.cells[i];

		recent += c->day >= f->day - FORTNIGHT && c->day < f->day;
		if (c->day < f->day && c->value != FIELD_NONE)
			fill_last(&row, f, c);
		if (c->day != f->day)
			continue;
		row.value = c->value;
		row.of = c->whole;
		row.state = c->state;
	}
	row.regular = recent > MOST;
	if (!err)
		view_row(f->cx, &row);

	return err;
}


/* The day of the next report that is due. */
static int64_t next_day(const struct view_cx *cx)
{
	struct due due;

	due_slot(&due, cx->charter, cx->at);

	return due.day + (due.at - due.since >= TIME_DAY ? (due.at - due.since) / TIME_DAY : 0);
}


int report_form_run(struct view_cx *cx, const void *params)
{
	const struct report_form_params *q = params;
	struct form f = { .cx = cx,
			  .party = q->party ? q->party : cx->seat.party,
			  .area = q->area ? q->area : "",
			  .day = next_day(cx) };
	int err = 0;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	if (!f.party)
		return E_ABSENT;
	if (q->day && time_date_days(&f.day, q->day))
		return E_RANGE;
	charter_each (set, cx->charter->monitoring.indicator_sets)
		for (size_t i = 0; i < set->indicators.count && !err; i++)
			err = form_line(&f, set, set->indicators.at[i]);

	return err;
}
