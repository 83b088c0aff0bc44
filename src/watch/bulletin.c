/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * bulletin.c: what a daily bulletin says, and the record of what was published.
 *
 * The page or paper is made elsewhere from view bulletin; its digest is put on record, so that
 * anyone can check a copy.  Figures are always those known at a stated time.
 */
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
	HISTORY = 120,
	WEEK = 7,
	FORTNIGHT = 14,
	R_LEAST = 12, /* cases in a week below which R says nothing */
	TEXTS_MAX = 20,
};

struct making {
	struct view_cx *cx;
	int64_t day;
	int64_t known; /* ms */
	int64_t as_of; /* the act up to which figures stand */
	struct rules *rules;
	struct rt_plan *plan;
	struct thresholds thresholds;
};

/* The figures of one line. */
struct line {
	double y[HISTORY]; /* ends on the day */
	bool any;
	double population;
	int64_t total; /* FIELD_NONE */
	int64_t reporting, parties, revised;
};


static int revised(int64_t *out, struct making *m, const char *party, const char *indicator)
{
	const char *running = indicator_running(m->cx->arena, indicator);

	return store_get_int(
		out, m->cx->st,
		"SELECT count(*) FROM watch_report r JOIN watch_series s ON s.party = r.party"
		" JOIN watch_cell c ON c.series = s.id AND c.day BETWEEN r.first AND r.last"
		" AND c.seq = r.stands_seq WHERE r.party = $1 AND r.changed > 0 AND"
		" s.indicator IN ($2, $3) AND r.stands_at > $4 AND r.stands_at <= $5 AND EXISTS"
		" (SELECT 1 FROM watch_cell o WHERE o.series = c.series AND o.day = c.day AND"
		"  o.seq < c.seq AND o.value IS NOT NULL)",
		"sssii", party, indicator, running, m->known - TIME_DAY, m->known);
}


static int running_total(int64_t *out, struct making *m, const char *party,
			 const char *indicator)
{
	struct series_cell cell = { 0 };
	int64_t id = 0;
	bool found = false;
	int err = series_find(&id, m->cx->st, party, "",
			      indicator_running(m->cx->arena, indicator));

	*out = FIELD_NONE;
	if (!err)
		err = series_last(&cell, &found, m->cx->arena, m->cx->st, id, m->day, m->as_of);
	if (!err && found && cell.day == m->day)
		*out = cell.value;

	return err;
}


static int read_line(struct line *l, struct making *m, const char *party, const char *indicator)
{
	double *y = NULL;
	const struct counted what = { party, "", indicator };
	int err = counts_read(&y, m->cx->arena, m->cx->st, &what, m->day - HISTORY + 1, m->day,
			      m->as_of);

	memset(l, 0, sizeof(*l));
	l->parties = 1;
	l->population = NAN;
	l->total = FIELD_NONE;
	for (size_t i = 0; i < HISTORY; i++) {
		l->y[i] = y ? y[i] : (double)NAN;
		l->any = l->any || !isnan(l->y[i]);
	}
	l->reporting = !isnan(l->y[HISTORY - 1]);
	if (!err)
		err = place_population(&l->population, m->cx->st, party, "");
	if (!err)
		err = running_total(&l->total, m, party, indicator);
	if (!err)
		err = revised(&l->revised, m, party, indicator);

	return err;
}


/* What is not there is not zero: a sum is of those who reported, and says how many they are. */
static void add_line(struct line *sum, const struct line *l)
{
	sum->parties++;
	sum->revised += l->revised;
	if (!l->any)
		return;
	for (size_t i = 0; i < HISTORY; i++) {
		if (isnan(sum->y[i]))
			sum->y[i] = l->y[i];
		else if (!isnan(l->y[i]))
			sum->y[i] += l->y[i];
	}
	if (l->total != FIELD_NONE)
		sum->total = sum->total == FIELD_NONE ? l->total : sum->total + l->total;
	sum->population = sum->any ? sum->population + l->population : l->population;
	sum->any = true;
	sum->reporting += l->reporting;
}


/* The sum of the known days of a span; NAN when more than two of seven are not known. */
static double sum_known(const double *y, size_t n)
{
	double sum = 0;
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		if (isnan(y[i]))
			continue;
		sum += y[i];
		known++;
	}

	return (n - known) * WEEK > n * 2 ? (double)NAN : sum;
}


static void fill_reproduction(struct bulletin_row *row, struct making *m, const struct line *l)
{
	double week = window_sum(l->y + HISTORY - WEEK, WEEK);
	struct rt rt;

	row->r = row->r_low = row->r_high = NAN;
	if (isnan(week) || week < R_LEAST || l->reporting < l->parties)
		return;
	rt_estimate(&rt, m->plan, l->y, HISTORY, HISTORY);
	row->r = rt.mean;
	row->r_low = rt.quantile[0];
	row->r_high = rt.quantile[RT_QUANTILES - 1];
}


static int64_t whole(double v)
{
	return isnan(v) ? FIELD_NONE : (int64_t)llround(v);
}


static void fill_sums(struct bulletin_row *row, const struct line *l)
{
	double week = sum_known(l->y + HISTORY - WEEK, WEEK);
	double before = sum_known(l->y + HISTORY - FORTNIGHT, WEEK);

	row->value = whole(l->y[HISTORY - 1]);
	row->total = l->total;
	row->week = whole(week);
	row->before = whole(before);
	row->change = before > 0 ? week / before - 1 : (double)NAN;
	row->incidence = (week + before) * 100000 / l->population;
	row->reporting = l->reporting;
	row->parties = l->parties;
	row->revised = l->revised;
}


/* Rules in force that flag the day. */
static int fill_flags(struct bulletin_row *row, struct making *m, const struct line *l)
{
	const char **flags = arena_take(m->cx->arena, RULE_COUNT * sizeof(*flags));
	size_t n = 0;
	int err = 0;

	for (int k = 0; k < RULE_COUNT && row->party && !err; k++) {
		struct detection d;
		struct rule rule;

		threshold_of(&rule, &m->thresholds, row->party, row->indicator,
			     (enum rule_kind)k);
		if (!rule.enabled)
			continue;
		err = rule_detect(&d, m->rules, &rule, l->y, HISTORY, HISTORY - 1, HISTORY - 1,
				  l->population);
		if (!err && d.flag == 1)
			flags[n++] = rule_word((enum rule_kind)k);
	}
	row->flagged = list_of_ids(m->cx->arena, flags, n);

	return err;
}


/* The alert that was open at that time and still is. */
static int fill_alert(struct bulletin_row *row, struct making *m)
{
	int err;

	if (!row->party)
		return 0;
	err = store_get_text(&row->alert, m->cx->arena, m->cx->st,
			     "SELECT state FROM watch_alert WHERE party = $1 AND area = '' AND"
			     " indicator = $2 AND state <> 'closed' AND opened_at <= $3"
			     " ORDER BY id DESC LIMIT 1",
			     "ssi", row->party, row->indicator, m->known);

	return err == E_ABSENT ? 0 : err;
}


static int put_line(struct making *m, const char *party, const char *indicator,
		    const struct line *l)
{
	struct bulletin_row row = { .party = party,
				    .indicator = indicator,
				    .day = day_text(m->cx->arena, m->day) };
	int err = fill_flags(&row, m, l);

	if (!err)
		err = fill_alert(&row, m);
	if (err)
		return err;
	fill_sums(&row, l);
	fill_reproduction(&row, m, l);
	view_row(m->cx, &row);

	return 0;
}


static int put_indicator(struct making *m, const struct charter_ids *who, const char *indicator)
{
	struct line *l = arena_take(m->cx->arena, 2 * sizeof(*l)), *sum = l + 1;
	int err = 0;

	memset(sum, 0, sizeof(*sum));
	for (size_t i = 0; i < HISTORY; i++)
		sum->y[i] = NAN;
	sum->total = FIELD_NONE;
	sum->population = NAN;
	for (size_t i = 0; i < who->count && !err; i++) {
		err = read_line(l, m, who->at[i], indicator);
		add_line(sum, l);
		if (!err)
			err = put_line(m, who->at[i], indicator, l);
	}

	return err ? err : put_line(m, NULL, indicator, sum);
}


static int make(struct making *m)
{
	static const struct rt_params params = { 4.7, 2.9, WEEK, 5, 5, 0 };
	const struct charter *c = m->cx->charter;
	struct charter_ids who = { 0 };
	int err = watch_reporters(&who, m->cx->arena, m->cx->world, c, m->cx->today);

	if (!err)
		err = thresholds_read(&m->thresholds, m->cx->arena, m->cx->st);
	if (!err)
		err = rt_plan_new(&m->plan, &params, HISTORY, NULL);
	charter_each (set, c->monitoring.indicator_sets)
		for (size_t i = 0; i < set->indicators.count && !err; i++) {
			const char *name = set->indicators.at[i];

			if (indicator_by_day(name) &&
			    indicator_set(c, indicator_running(m->cx->arena, name)))
				err = put_indicator(m, &who, name);
		}

	return err;
}


int bulletin_run(struct view_cx *cx, const void *params)
{
	const struct bulletin_params *q = params;
	struct making m = { .cx = cx, .known = q->as_of == FIELD_NONE ? cx->at : q->as_of };
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	m.day = day_of(m.known) - 1;
	if (q->day && time_date_days(&m.day, q->day))
		return E_RANGE;
	err = series_as_of(&m.as_of, cx->st, m.known);
	if (err)
		return err;
	m.rules = rules_new();
	err = make(&m);
	rt_plan_free(m.plan);
	rules_free(m.rules);

	return err;
}


int changes_run(struct view_cx *cx, const void *params)
{
	const struct changes_params *q = params;
	struct store_rows *rows = NULL;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = store_query(
		&rows, cx->st,
		"SELECT r.party, s.area, s.indicator, c.day, c.value, (SELECT o.value FROM"
		" watch_cell o WHERE o.series = c.series AND o.day = c.day AND o.seq < c.seq"
		" ORDER BY o.seq DESC LIMIT 1), r.stands_at, r.office, r.reason"
		" FROM watch_report r JOIN watch_series s ON s.party = r.party"
		" JOIN watch_cell c ON c.series = s.id AND c.day BETWEEN r.first AND r.last"
		" AND c.seq = r.stands_seq WHERE r.changed > 0 AND r.stands_at > $1 AND"
		" r.stands_at <= $2 AND ($3 = '' OR r.party = $3) AND EXISTS (SELECT 1 FROM"
		" watch_cell o WHERE o.series = c.series AND o.day = c.day AND o.seq < c.seq)"
		" ORDER BY r.stands_at, r.party, s.area, s.indicator, c.day LIMIT 5000",
		"iis", q->since, q->until == FIELD_NONE ? cx->at : q->until,
		q->party ? q->party : "");
	while (!err && store_next(rows, &err)) {
		const char *area = row_text(cx->arena, rows, 1);
		struct changes_row row = {
			.party = row_text(cx->arena, rows, 0),
			.area = *area ? area : NULL,
			.indicator = row_text(cx->arena, rows, 2),
			.day = day_text(cx->arena, store_int(rows, 3)),
			.value = row_int(rows, 4),
			.was = row_int(rows, 5),
			.recorded = store_int(rows, 6),
			.office = row_text(cx->arena, rows, 7),
			.reason = row_text(cx->arena, rows, 8),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


/* ["en","<digest>","ru","<digest>"] */
static const char *texts_json(struct arena *a, const struct field_list *texts)
{
	const struct watch_bulletin_text *t = texts->v;
	const char **flat = arena_take(a, 2 * (texts->n + 1) * sizeof(*flat));

	for (size_t i = 0; i < texts->n; i++) {
		flat[2 * i] = t[i].language;
		flat[2 * i + 1] = t[i].digest;
	}

	return list_json(a, &(struct field_list){ 2 * texts->n, flat });
}


static struct field_list texts_parse(struct arena *a, const char *json)
{
	struct field_list flat = list_parse(a, json), out;
	struct watch_bulletin_text *t = arena_take(a, (flat.n / 2 + 1) * sizeof(*t));

	out.n = flat.n / 2;
	out.v = t;
	for (size_t i = 0; i < out.n; i++) {
		t[i].language = LIST_TEXT(flat, 2 * i);
		t[i].digest = LIST_TEXT(flat, 2 * i + 1);
	}

	return out;
}


int bulletin_issue_judge(struct act_cx *cx, const void *body)
{
	const struct bulletin_issue *b = body;
	int64_t day = 0, there = 1;
	int err = need_duty(cx);

	if (!err && b->corrects != FIELD_NONE)
		err = store_get_int(&there, cx->st,
				    "SELECT count(*) FROM watch_bulletin WHERE id = $1", "i",
				    b->corrects);
	if (!err)
		err = time_date_days(&day, b->day);
	if (err)
		return err;
	if (!there)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.bulletin", NULL);
	if (b->as_of > cx->at || day > day_of(cx->at)) {
		fault_at(&cx->fault, b->as_of > cx->at ? "/body/as_of" : "/body/day", 0, 0);
		return fault_set(&cx->fault, E_RANGE, "A bulletin is about what is known now.");
	}
	if (!b->texts.n || b->texts.n > TEXTS_MAX) {
		fault_at(&cx->fault, "/body/texts", 0, 0);
		return fault_set(&cx->fault, E_RANGE, "A bulletin has 1 to %d texts.",
				 TEXTS_MAX);
	}
	effect_add(&cx->fx, "watch_bulletin", "id day at as_of texts office corrects",
		   "iiiisso", cx->seq, day, cx->at, b->as_of, texts_json(cx->arena, &b->texts),
		   cx->seat.office, b->corrects);

	return 0;
}


int bulletins_run(struct view_cx *cx, const void *params)
{
	const struct bulletins_params *q = params;
	struct store_rows *rows = NULL;
	int64_t day = FIELD_NONE;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	if (q->day && time_date_days(&day, q->day))
		return E_RANGE;
	err = store_query(
		&rows, cx->st,
		"SELECT id, day, at, as_of, office, corrects, texts FROM watch_bulletin"
		" WHERE ($1 = 1 OR day = $2) ORDER BY id DESC LIMIT 1000",
		"ii", (int64_t)!q->day, day);
	while (!err && store_next(rows, &err)) {
		struct bulletins_row row = {
			.id = store_int(rows, 0),
			.day = day_text(cx->arena, store_int(rows, 1)),
			.at = store_int(rows, 2),
			.as_of = store_int(rows, 3),
			.office = row_text(cx->arena, rows, 4),
			.corrects = row_int(rows, 5),
			.texts = texts_parse(cx->arena, store_text(rows, 6)),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
