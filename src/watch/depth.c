/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* depth.c: pictures: one place in depth, and every place in a strip. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/growth.h"
#include "watch/judges.h"
#include "watch/rt.h"
#include "watch/thresholds.h"

enum {
	WEEK = 7,
	FORTNIGHT = 14,
	FIT_POINTS = 7,
	R_LEAST = 12, /* cases in a week below which R says nothing */
	STRIP_DAYS = 60,
	STRIPS_MAX = 3000,
};

/* What was computed for every day of a place. */
struct depth {
	struct view_cx *cx;
	const double *y;
	size_t n;
	int64_t from; /* the day of y[0] */
	double population;
	struct rt *rt;			     /* of days from WEEK on */
	struct detection *found[RULE_COUNT]; /* NULL: not in force */
};


static double mean_of(const double *y, size_t i)
{
	double sum = 0;
	size_t known = 0;

	for (size_t k = i + 1 < WEEK ? 0 : i + 1 - WEEK; k <= i; k++) {
		if (isnan(y[k]))
			continue;
		sum += y[k];
		known++;
	}

	return known * 2 > WEEK ? sum / (double)known : (double)NAN;
}


/* Rules in force, and EARS C2 in any case, because its bound is shown. */
static int detect_all(struct depth *d, const struct thresholds *t, const struct counted *what)
{
	struct rules *rules = rules_new();
	int err = 0;

	for (int k = 0; k < RULE_COUNT && !err; k++) {
		struct rule rule;

		threshold_of(&rule, t, what->party, what->indicator, (enum rule_kind)k);
		if (!rule.enabled && k != RULE_EARS_C2)
			continue;
		d->found[k] = arena_take(d->cx->arena, d->n * sizeof(struct detection));
		err = rule_detect(d->found[k], rules, &rule, d->y, d->n, 0, d->n - 1,
				  d->population);
		for (size_t i = 0; i < d->n && !rule.enabled && !err; i++)
			d->found[k][i].flag = 0;
	}
	rules_free(rules);

	return err;
}


static int estimate(struct depth *d)
{
	static const struct rt_params params = { 4.7, 2.9, WEEK, 5, 5, 0 };
	struct rt_plan *plan = NULL;
	int err;

	if (d->n <= WEEK)
		return 0;
	err = rt_plan_new(&plan, &params, d->n, NULL);
	if (err)
		return err;
	d->rt = arena_take(d->cx->arena, d->n * sizeof(*d->rt));
	rt_estimate(d->rt, plan, d->y, WEEK + 1, d->n);
	rt_plan_free(plan);

	return 0;
}


static void fill_growth(struct depth_row *row, const struct depth *d, size_t i)
{
	static const struct growth_params fit = { FORTNIGHT, 0.95, 0, FIT_POINTS };
	double week = i + 1 >= WEEK ? window_sum(d->y + i + 1 - WEEK, WEEK) : (double)NAN;
	struct growth g;

	row->r = row->r_low = row->r_high = row->doubling = row->incidence = NAN;
	if (d->rt && i >= WEEK && week >= R_LEAST) {
		const struct rt *r = &d->rt[i - WEEK];

		row->r = r->mean;
		row->r_low = r->quantile[0];
		row->r_high = r->quantile[RT_QUANTILES - 1];
	}
	if (i + 1 < FORTNIGHT)
		return;
	growth_of(&g, d->y + i + 1 - FORTNIGHT, &fit);
	row->doubling = g.doubling;
	row->incidence =
		window_sum(d->y + i + 1 - FORTNIGHT, FORTNIGHT) * 100000.0 / d->population;
}


static void put_day(const struct depth *d, size_t i)
{
	const char **flags = arena_take(d->cx->arena, RULE_COUNT * sizeof(*flags));
	struct depth_row row = {
		.day = day_text(d->cx->arena, d->from + (int64_t)i),
		.value = isnan(d->y[i]) ? FIELD_NONE : (int64_t)d->y[i],
		.mean = mean_of(d->y, i),
		.bound = d->found[RULE_EARS_C2][i].bound,
	};
	size_t n = 0;

	for (int k = 0; k < RULE_COUNT; k++)
		if (d->found[k] && d->found[k][i].flag == 1)
			flags[n++] = rule_word((enum rule_kind)k);
	row.flagged = list_of_ids(d->cx->arena, flags, n);
	fill_growth(&row, d, i);
	view_row(d->cx, &row);
}


static int put_days(const struct depth *d, const struct depth_params *q)
{
	int64_t from = INT64_MIN, to = INT64_MAX;

	if ((q->from && time_date_days(&from, q->from)) ||
	    (q->to && time_date_days(&to, q->to)))
		return E_RANGE;
	for (size_t i = 0; i < d->n; i++)
		if (d->from + (int64_t)i >= from && d->from + (int64_t)i <= to)
			put_day(d, i);

	return 0;
}


int depth_run(struct view_cx *cx, const void *params)
{
	const struct depth_params *q = params;
	const struct counted what = { q->party, q->area ? q->area : "", q->indicator };
	struct depth d = { .cx = cx, .population = NAN };
	struct thresholds t;
	int64_t as_of = 0;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	if (!indicator_set(cx->charter, q->indicator) || !indicator_by_day(q->indicator))
		return E_ABSENT;
	err = series_as_of(&as_of, cx->st, q->as_of);
	if (!err)
		err = history_read(&d.y, &d.n, &d.from, cx->arena, cx->st, &what, as_of);
	if (!err)
		err = place_population(&d.population, cx->st, what.party, what.area, as_of);
	if (!err)
		err = thresholds_read(&t, cx->arena, cx->st, q->as_of);
	if (err || !d.n)
		return err;
	err = detect_all(&d, &t, &what);
	if (!err)
		err = estimate(&d);

	return err ? err : put_days(&d, q);
}


static const char *values_json(struct arena *a, const double *y, size_t n)
{
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, 0);
	jw_init(&w, &b);
	jw_array(&w);
	for (size_t i = 0; i < n; i++) {
		if (isnan(y[i]))
			jw_null(&w);
		else
			jw_int(&w, (int64_t)y[i]);
	}
	jw_array_end(&w);
	text = arena_strn(a, b.data, b.len);
	buf_clear(&b);

	return text;
}


static int64_t whole(double v)
{
	return isnan(v) ? FIELD_NONE : (int64_t)llround(v);
}


static int put_strip(struct view_cx *cx, const struct counted *what, int64_t last, size_t days,
		     int64_t as_of)
{
	struct strips_row row = { .party = what->party,
				  .area = *what->area ? what->area : NULL };
	double *y = NULL;
	int err =
		counts_read(&y, cx->arena, cx->st, what, last - (int64_t)days + 1, last, as_of);

	if (err || !y)
		return err;
	err = store_get_text(&row.alert, cx->arena, cx->st,
			     "SELECT state FROM watch_alert WHERE party = $1 AND area = $2 AND"
			     " indicator = $3 AND state <> 'closed' ORDER BY id DESC LIMIT 1",
			     "sss", what->party, what->area, what->indicator);
	if (err && err != E_ABSENT)
		return err;
	row.first = day_text(cx->arena, last - (int64_t)days + 1);
	row.values = values_json(cx->arena, y, days);
	row.week = whole(window_sum(y + days - WEEK, WEEK));
	row.before =
		days >= FORTNIGHT ? whole(window_sum(y + days - FORTNIGHT, WEEK)) : FIELD_NONE;
	view_row(cx, &row);

	return 0;
}


int strips_run(struct view_cx *cx, const void *params)
{
	const struct strips_params *q = params;
	size_t days = q->days == FIELD_NONE ? STRIP_DAYS : (size_t)q->days, n = 0;
	struct counted *at = arena_take(cx->arena, STRIPS_MAX * sizeof(*at));
	int64_t known = q->as_of == FIELD_NONE ? cx->at : q->as_of, as_of = 0;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	if (!indicator_set(cx->charter, q->indicator) || !indicator_by_day(q->indicator))
		return E_ABSENT;
	err = series_as_of(&as_of, cx->st, q->as_of);
	if (!err)
		err = store_query(&rows, cx->st,
				  "SELECT DISTINCT party, area FROM watch_series WHERE"
				  " indicator IN ($1, $2) AND ($3 = 1 OR area = '')"
				  " ORDER BY party, area LIMIT $4",
				  "ssii", q->indicator,
				  indicator_running(cx->arena, q->indicator), (int64_t)q->areas,
				  (int64_t)STRIPS_MAX);
	while (!err && store_next(rows, &err))
		at[n++] = (struct counted){ row_text(cx->arena, rows, 0),
					    row_text(cx->arena, rows, 1), q->indicator };
	store_done(rows);
	for (size_t i = 0; i < n && !err; i++)
		err = put_strip(cx, &at[i], day_of(known) - 1, days, as_of);

	return err;
}
