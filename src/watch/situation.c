/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * situation.c: the last figures of every region and party, and their sums.
 *
 * A party that belongs to several regions stands in each of them as itself and is counted once
 * in the sum of all.  A figure that is not there is not zero: sums say of how many parties
 * they are.  The public sees no number from 1 to below the charter's smallest cell, nor a sum
 * from which one such number could be computed.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"

enum {
	RECENT = 28, /* days in which the last figure is looked for */
	WEEK = 7,
	FORTNIGHT = 14,
};

/* The last figure of one party and indicator. */
struct figure {
	bool known;
	int64_t day;
	int64_t value, whole; /* FIELD_NONE */
	const char *state;
	double week, before, fortnight; /* NAN where not known */
	int64_t step;			/* of a running total: what the last day added */
	int64_t seq;
	int64_t population; /* FIELD_NONE */
};

struct picture {
	struct view_cx *cx;
	int64_t as_of;
	int64_t today;
	bool everything; /* this viewer sees small numbers */
};


/* The sum of known days; NAN when more than two of seven are not known. */
static double sum(const double *counts, size_t days)
{
	double s = 0;
	size_t gaps = 0;

	for (size_t i = 0; i < days; i++) {
		if (isnan(counts[i]))
			gaps++;
		else
			s += counts[i];
	}

	return gaps * WEEK > days * 2 ? (double)NAN : s;
}


/* Sums of days up to the last figure, of what is counted by day. */
static void read_sums(struct figure *f, struct arena *a, const struct series *s)
{
	double *counts = series_counts(s, a, f->day - FORTNIGHT + 1, f->day, NULL);

	f->before = sum(counts, WEEK);
	f->week = sum(counts + WEEK, WEEK);
	f->fortnight = sum(counts, FORTNIGHT);
}


static void take_last(struct figure *f, const struct series *s, bool by_difference)
{
	const struct series_cell *c = &s->cells[s->count - 1];
	const struct series_cell *before = s->count > 1 ? c - 1 : NULL;

	*f = (struct figure){ .known = true,
			      .day = c->day,
			      .value = c->value,
			      .whole = c->whole,
			      .state = c->state,
			      .week = NAN,
			      .before = NAN,
			      .fortnight = NAN,
			      .step = FIELD_NONE,
			      .seq = c->seq };
	if (before && before->day == c->day - 1 && before->value != FIELD_NONE &&
	    c->value != FIELD_NONE && indicator_runs_on(s->indicator))
		f->step = c->value - before->value;
	if (by_difference)
		f->value = f->step;
}


static int read_figure(struct figure *f, struct picture *p, const char *party,
		       const char *indicator)
{
	struct series s = { .party = party, .area = "", .indicator = indicator };
	struct arena *a = p->cx->arena;
	const char *running = indicator_running(a, indicator);
	bool by_difference = false;
	int err = series_find(&s.id, p->cx->st, party, "", indicator);

	*f = (struct figure){ 0 };
	if (!err && !s.id && running) {
		by_difference = true;
		s.indicator = running;
		err = series_find(&s.id, p->cx->st, party, "", running);
	}
	if (!err)
		err = series_read(&s, a, p->cx->st, p->today - RECENT - FORTNIGHT, p->today + 1,
				  p->as_of);
	if (err || !s.count || s.cells[s.count - 1].day < p->today - RECENT)
		return err;
	take_last(f, &s, by_difference);
	if (indicator_by_day(indicator))
		read_sums(f, a, &s);

	return 0;
}


static bool small(const struct charter_indicator_set *set, int64_t value)
{
	return value != FIELD_NONE && value > 0 && value < set->smallest_cell;
}


static int64_t whole(double v)
{
	return isnan(v) ? FIELD_NONE : (int64_t)llround(v);
}


static bool is_suppressed(const struct picture *p, const struct charter_indicator_set *set,
			  const struct figure *f)
{
	return !p->everything && (small(set, f->value) || small(set, f->step) ||
				  small(set, whole(f->week)) || small(set, whole(f->before)));
}


static double incidence(const struct figure *f)
{
	if (f->population == FIELD_NONE || f->population <= 0 || isnan(f->fortnight))
		return NAN;

	return f->fortnight * 100000.0 / (double)f->population;
}


static void fill_row(struct situation_row *row, struct picture *p, const struct figure *f)
{
	row->day = f->known ? day_text(p->cx->arena, f->day) : NULL;
	row->recorded = FIELD_NONE;
	row->value = row->of = row->week = row->before = FIELD_NONE;
	row->incidence = NAN;
	if (!f->known || row->suppressed)
		return;
	row->value = f->value;
	row->of = f->whole;
	row->state = f->state;
	row->week = whole(f->week);
	row->before = whole(f->before);
	row->incidence = incidence(f);
}


static int put_party(struct picture *p, const struct charter_indicator_set *set,
		     const char *region, const char *party, const char *indicator,
		     const struct figure *f)
{
	struct situation_row row = { .region = region,
				     .party = party,
				     .indicator = indicator,
				     .reporting = f->known && f->value != FIELD_NONE,
				     .parties = 1,
				     .suppressed = is_suppressed(p, set, f) };
	int err = 0;

	fill_row(&row, p, f);
	if (f->known) {
		err = store_get_int(&row.recorded, p->cx->st,
				    "SELECT stands_at FROM watch_report WHERE stands_seq = $1",
				    "i", f->seq);
		if (err == E_ABSENT)
			err = 0;
	}
	if (!err)
		view_row(p->cx, &row);

	return err;
}


/* A sum keeps what all its parts know. */
struct sum {
	struct figure f;
	int64_t reporting;
	int64_t parties;
	size_t hidden;
};


static void sum_add(struct sum *s, const struct figure *f, bool hidden)
{
	s->parties++;
	if (!f->known || f->value == FIELD_NONE)
		return;
	if (!s->f.known) {
		s->f = *f;
		s->f.whole = FIELD_NONE;
	} else {
		s->f.value += f->value;
		s->f.week += f->week;
		s->f.before += f->before;
		s->f.fortnight += f->fortnight;
		s->f.population = s->f.population == FIELD_NONE || f->population == FIELD_NONE
					  ? FIELD_NONE
					  : s->f.population + f->population;
		s->f.day = f->day > s->f.day ? f->day : s->f.day;
	}
	s->reporting++;
	s->hidden += hidden;
}


static void put_sum(struct picture *p, const struct charter_indicator_set *set,
		    const char *region, const char *indicator, struct sum *s)
{
	struct situation_row row = { .region = region,
				     .indicator = indicator,
				     .reporting = s->reporting,
				     .parties = s->parties };

	s->f.step = FIELD_NONE;
	s->f.state = NULL;
	if (!s->f.known)
		s->f.value = FIELD_NONE;
	row.suppressed = s->hidden == 1 || is_suppressed(p, set, &s->f);
	fill_row(&row, p, &s->f);
	view_row(p->cx, &row);
}


static int population_of(int64_t *out, struct store *st, const char *party)
{
	int err = store_get_int(out, st,
				"SELECT population FROM watch_place WHERE party = $1"
				" AND area = '' AND population IS NOT NULL",
				"s", party);

	if (err != E_ABSENT)
		return err;
	*out = FIELD_NONE;

	return 0;
}


static int read_figures(struct figure *figures, struct picture *p,
			const struct charter_ids *who, const char *indicator)
{
	int err = 0;

	for (size_t i = 0; i < who->count && !err; i++) {
		err = read_figure(&figures[i], p, who->at[i], indicator);
		if (!err)
			err = population_of(&figures[i].population, p->cx->st, who->at[i]);
	}

	return err;
}


static int put_indicator(struct picture *p, const struct charter_ids *who,
			 const struct charter_indicator_set *set, const char *indicator)
{
	struct figure *figures = arena_take(p->cx->arena, (who->count + 1) * sizeof(*figures));
	struct sum all = { 0 };
	int err = read_figures(figures, p, who, indicator);

	charter_each (region, p->cx->charter->monitoring.regions) {
		struct sum one = { 0 };

		for (size_t i = 0; i < who->count && !err; i++) {
			if (!charter_listed(region->parties, who->at[i]))
				continue;
			sum_add(&one, &figures[i], is_suppressed(p, set, &figures[i]));
			err = put_party(p, set, region->id, who->at[i], indicator, &figures[i]);
		}
		if (!err)
			put_sum(p, set, region->id, indicator, &one);
	}
	for (size_t i = 0; i < who->count; i++)
		sum_add(&all, &figures[i], is_suppressed(p, set, &figures[i]));
	if (!err)
		put_sum(p, set, NULL, indicator, &all);

	return err;
}


int situation_run(struct view_cx *cx, const void *params)
{
	const struct situation_params *q = params;
	int64_t at = q->as_of == FIELD_NONE ? cx->at : q->as_of;
	struct picture p = { .cx = cx,
			     .today = day_of(at),
			     .everything = watch_reads(&cx->seat, cx->charter) };
	struct charter_ids who = { 0 };
	int err = series_as_of(&p.as_of, cx->st, q->as_of);

	if (!err)
		err = watch_reporters(&who, cx->arena, cx->world, cx->charter, cx->today);
	charter_each (set, cx->charter->monitoring.indicator_sets)
		for (size_t i = 0; i < set->indicators.count && !err; i++)
			if (!q->indicator || text_eq(q->indicator, set->indicators.at[i]))
				err = put_indicator(&p, &who, set, set->indicators.at[i]);

	return err;
}
