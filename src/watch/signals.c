/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * signals.c: new figures go through the rules; what they flag joins the open alert of its place
 * and indicator, or opens one.
 *
 * A run sees the figures recorded since the run before, and judges the days of the last week
 * among them: what is older is history, which a replay shows.  A rule flags a day once.  Very
 * many series are done in several acts, each over the same figures.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"
#include "watch/levels.h"
#include "watch/thresholds.h"

enum {
	FRESH = 7, /* days about which signals are raised */
	IDS_OF_ACT = 100000,
	SERIES_OF_RUN = 10000, /* then other acts come in between */
	EFFECTS_OF_RUN = 15000,
};

/* One place and indicator that has something new. */
struct touched {
	const char *party, *area, *indicator;
	int64_t last; /* the last day that is new */
};

struct run {
	struct act_cx *cx;
	struct rules *rules;
	struct thresholds thresholds;
	struct touched *touched;
	size_t count, room;
	struct detection found[FRESH];
	int64_t before; /* the act up to which the last run saw */
	int64_t upto;
	int64_t today;
	int64_t signals; /* raised: their ids follow from the act's */
	int64_t alerts;
	struct arena *scratch; /* of one series */
};

/* An alert that is open, or is being opened. */
struct alert {
	int64_t id; /* 0: there is none */
	bool fresh;
	int64_t first, last, signals;
	const char *grade;
};


/* The run before; done < 0 when it saw everything. */
struct last {
	int64_t since, upto, done;
};


static int last_run(struct last *out, struct store *st)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, st, "SELECT since, upto, done FROM watch_run ORDER BY id DESC LIMIT 1",
		"");

	*out = (struct last){ 0, 0, -1 };
	if (!err && store_next(rows, &err))
		*out = (struct last){ store_int(rows, 0), store_int(rows, 1),
				      store_int(rows, 2) };
	store_done(rows);

	return err;
}


static struct touched *add_touched(struct run *r)
{
	if (r->count == r->room) {
		struct touched *wider;

		r->room = r->room ? r->room * 2 : 256;
		wider = arena_take(r->cx->arena, r->room * sizeof(*wider));
		if (r->count)
			memcpy(wider, r->touched, r->count * sizeof(*wider));
		r->touched = wider;
	}

	return &r->touched[r->count++];
}


/*
 * Signals are about events that the charter counts by day and in total, such as cases and
 * deaths: that more tests are made is no alarm.
 */
static bool is_watched(const struct charter *c, struct arena *a, const char *name)
{
	return name && indicator_set(c, name) && indicator_set(c, indicator_running(a, name));
}


/* Places and indicators of one party with figures recorded by (before, upto]. */
static int touched_of(struct run *r, const char *party, int64_t from, int64_t to)
{
	struct arena *a = r->cx->arena;
	struct store_rows *rows = NULL;
	size_t began = r->count;
	int err =
		store_query(&rows, r->cx->st,
			    "SELECT s.area, s.indicator, max(c.day) FROM watch_series s"
			    " JOIN watch_cell c ON c.series = s.id WHERE s.party = $1"
			    " AND c.day BETWEEN $2 AND $3 AND c.seq > $4 AND c.seq <= $5"
			    " GROUP BY s.id, s.area, s.indicator ORDER BY s.area, s.indicator",
			    "siiii", party, from, to, r->before, r->upto);

	while (!err && store_next(rows, &err)) {
		const char *name = counted_name(a, store_text(rows, 1));
		const char *area = store_text(rows, 0);
		struct touched *before = r->count > began ? &r->touched[r->count - 1] : NULL;
		int64_t last = store_int(rows, 2);

		if (!is_watched(r->cx->charter, a, name))
			continue;
		if (before && text_eq(area, before->area) && text_eq(name, before->indicator)) {
			before->last = last > before->last ? last : before->last;
			continue;
		}
		*add_touched(r) = (struct touched){ party, arena_str(a, area), name, last };
	}
	store_done(rows);

	return err;
}


static int read_touched(struct run *r)
{
	struct act_cx *cx = r->cx;
	struct store_rows *rows = NULL;
	struct {
		const char *party;
		int64_t first, last;
	} parties[1000];
	size_t n = 0;
	int err = store_query(&rows, cx->st,
			      "SELECT party, min(first), max(last) FROM watch_report"
			      " WHERE stands_seq > $1 AND stands_seq <= $2 GROUP BY party"
			      " ORDER BY party LIMIT 1000",
			      "ii", r->before, r->upto);

	while (!err && store_next(rows, &err)) {
		parties[n].party = row_text(cx->arena, rows, 0);
		parties[n].first = store_int(rows, 1);
		parties[n++].last = store_int(rows, 2);
	}
	store_done(rows);
	for (size_t i = 0; i < n && !err; i++)
		if (parties[i].last > r->today - FRESH - 1)
			err = touched_of(r, parties[i].party, r->today - FRESH,
					 parties[i].last);

	return err;
}


static int open_alert(struct alert *out, struct act_cx *cx, const struct touched *t)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT id, first_day, last_day, signals, grade FROM watch_alert"
			      " WHERE party = $1 AND area = $2 AND indicator = $3"
			      " AND state <> 'closed' ORDER BY id DESC LIMIT 1",
			      "sss", t->party, t->area, t->indicator);

	*out = (struct alert){ 0 };
	if (!err && store_next(rows, &err))
		*out = (struct alert){ .id = store_int(rows, 0),
				       .first = store_int(rows, 1),
				       .last = store_int(rows, 2),
				       .signals = store_int(rows, 3),
				       .grade = row_text(cx->arena, rows, 4) };
	store_done(rows);

	return err;
}


/* A day is flagged by a rule once, whatever became of the alert. */
static int flagged_before(bool *out, struct act_cx *cx, const struct touched *t,
			  enum rule_kind kind, int64_t day)
{
	int64_t n = 0;
	int err = store_get_int(&n, cx->st,
				"SELECT count(*) FROM watch_alert a JOIN watch_signal s"
				" ON s.alert = a.id WHERE a.party = $1 AND a.area = $2 AND"
				" a.indicator = $3 AND s.rule = $4 AND s.day = $5",
				"ssssi", t->party, t->area, t->indicator, rule_word(kind), day);

	*out = n > 0;

	return err;
}


static void put_signal(struct run *r, int64_t alert, enum rule_kind kind, int64_t day,
		       double value, const struct detection *d)
{
	bool told = isfinite(d->score) && isfinite(d->bound);

	effect_add(&r->cx->fx, "watch_signal", "id alert rule day value run at", "iisiiii",
		   r->cx->seq * IDS_OF_ACT + ++r->signals, alert, rule_word(kind), day,
		   (int64_t)value, r->cx->seq, r->cx->at);
	if (told)
		effect_set(&r->cx->fx, "watch_signal", "id", "bound score", "irr",
			   r->cx->seq * IDS_OF_ACT + r->signals, d->bound, d->score);
}


static int64_t verify_ms(const struct charter *c)
{
	const struct duration *d = c->monitoring.verify_within;

	return d ? duration_ms(d) : TIME_DAY;
}


/* Before its signals, which refer to it: effects are written in order. */
static void put_alert(struct run *r, const struct touched *t, const struct alert *alert)
{
	struct act_cx *cx = r->cx;

	if (alert->fresh)
		effect_add(&cx->fx, "watch_alert",
			   "id party area indicator grade state opened_at verify_due lapsed"
			   " first_day last_day signals",
			   "isssssiiiiii", alert->id, t->party, t->area, t->indicator,
			   alert->grade, "open", cx->at, cx->at + verify_ms(cx->charter),
			   INT64_C(0), alert->first, alert->last, alert->signals);
	else
		effect_set(&cx->fx, "watch_alert", "id", "grade first_day last_day signals",
			   "isiii", alert->id, alert->grade, alert->first, alert->last,
			   alert->signals);
}


/* A signal that waits until its alert is written. */
struct pending {
	enum rule_kind kind;
	int64_t day;
	double value;
	struct detection d;
};


/* The rules in force for a series, and how many days of history they want. */
struct rule_set {
	struct rule at[RULE_COUNT];
	size_t count;
	size_t history;
};


static void rules_of(struct rule_set *out, const struct run *r, const struct touched *t)
{
	out->count = 0;
	out->history = FRESH + 1;
	for (int k = 0; k < RULE_COUNT; k++) {
		struct rule *rule = &out->at[out->count];

		threshold_of(rule, &r->thresholds, t->party, t->indicator, (enum rule_kind)k);
		if (!rule->enabled)
			continue;
		out->count++;
		if (rule_history(rule) + FRESH > out->history)
			out->history = rule_history(rule) + FRESH;
	}
}


static int one_rule(struct run *r, const struct touched *t, const struct rule *rule,
		    const double *y, size_t history, double population, struct pending *out,
		    size_t *n)
{
	int64_t first = r->today - FRESH, from = t->last - (int64_t)history + 1;
	size_t begin = history - FRESH;
	int err = rule_detect(r->found, r->rules, rule, y, history, begin, history - 1,
			      population);

	for (size_t i = begin; i < history && !err; i++) {
		int64_t day = from + (int64_t)i;
		bool before = false;

		if (r->found[i - begin].flag != 1 || day < first)
			continue;
		err = flagged_before(&before, r->cx, t, rule->kind, day);
		if (!err && !before)
			out[(*n)++] =
				(struct pending){ rule->kind, day, y[i], r->found[i - begin] };
	}

	return err;
}


static int one_series(struct run *r, const struct touched *t)
{
	struct act_cx *cx = r->cx;
	struct pending pending[FRESH * RULE_COUNT];
	struct rule_set rules;
	struct alert alert;
	double *y = NULL, population = NAN;
	size_t n = 0;
	int err;

	arena_reset(r->scratch);
	rules_of(&rules, r, t);
	if (!rules.count)
		return 0;
	err = counts_read(&y, r->scratch, cx->st,
			  &(struct counted){ t->party, t->area, t->indicator },
			  t->last - (int64_t)rules.history + 1, t->last, r->upto);
	if (!err)
		err = place_population(&population, cx->st, t->party, t->area, r->upto);
	if (err || !y)
		return err;
	for (size_t k = 0; k < rules.count && !err; k++)
		err = one_rule(r, t, &rules.at[k], y, rules.history, population, pending, &n);
	if (err || !n)
		return err;
	err = open_alert(&alert, cx, t);
	if (err)
		return err;
	if (!alert.id) {
		struct alert fresh = { .id = cx->seq * IDS_OF_ACT + ++r->alerts,
				       .fresh = true,
				       .first = pending[0].day,
				       .last = pending[0].day,
				       .grade = "signal" };

		alert = fresh;
	}
	for (size_t i = 0; i < n; i++) {
		alert.first = pending[i].day < alert.first ? pending[i].day : alert.first;
		alert.last = pending[i].day > alert.last ? pending[i].day : alert.last;
		if (text_eq(rule_grade(pending[i].kind), "deterioration"))
			alert.grade = "deterioration";
	}
	alert.signals += (int64_t)n;
	put_alert(r, t, &alert);
	for (size_t i = 0; i < n; i++)
		put_signal(r, alert.id, pending[i].kind, pending[i].day, pending[i].value,
			   &pending[i].d);

	return 0;
}


/* As many series as one act may do; *done gets where it stopped, or -1. */
static int some_series(int64_t *done, struct run *r, size_t from)
{
	size_t i = from;
	int err = 0;

	r->rules = rules_new();
	r->scratch = arena_new(1 << 16);
	while (i < r->count && i - from < SERIES_OF_RUN && r->cx->fx.count < EFFECTS_OF_RUN &&
	       !err)
		err = one_series(r, &r->touched[i++]);
	rules_free(r->rules);
	arena_free(r->scratch);
	*done = i < r->count ? (int64_t)i : -1;

	return err;
}


int monitoring_run_judge(struct act_cx *cx, const void *body)
{
	const struct monitoring_run *b = body;
	struct run r = { .cx = cx, .upto = b->upto, .today = day_of(cx->at) };
	struct last last;
	int64_t done = -1;
	int err = last_run(&last, cx->st);

	if (err)
		return err;
	r.before = last.done < 0 ? last.upto : last.since;
	if (last.done < 0 ? b->upto <= last.upto : b->upto != last.upto)
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.run", NULL);
	err = thresholds_read(&r.thresholds, cx->arena, cx->st, FIELD_NONE);
	if (!err)
		err = read_touched(&r);
	if (!err)
		err = some_series(&done, &r, last.done < 0 ? 0 : (size_t)last.done);
	if (!err)
		effect_add(&cx->fx, "watch_run", "id at upto since done series signals",
			   "iiiiiii", cx->seq, cx->at, b->upto, r.before, done,
			   (int64_t)r.count, r.signals);

	return err;
}


/* When figures came since the last run, or it was not done: one run over all of them. */
int run_trigger(struct trigger_cx *cx)
{
	struct last last;
	int64_t now = 0;
	int err = last_run(&last, cx->st);

	if (!err)
		err = store_get_int(&now, cx->st,
				    "SELECT coalesce(max(stands_seq), 0) FROM watch_report",
				    "");
	if (last.done >= 0)
		now = last.upto;
	if (!err && (now > last.upto || last.done >= 0))
		trigger_propose(cx, "monitoring.run", "monitoring",
				json_pack("{s:I}", "upto", (json_int_t)now),
				arena_printf(cx->arena, "run/%lld/%lld", (long long)now,
					     (long long)last.done));

	return err;
}
