/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * bulletin.c: the figures of a daily bulletin.  They are always those known at a stated time,
 * so that who makes it again from the same figures has the same words (bulletin_text.c).
 */
#include <math.h>
#include <string.h>

#include "act/catalogue.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/watch.h"
#include "base/digest.h"
#include "charter/rules.h"
#include "store/store.h"
#include "watch/bulletin.h"
#include "watch/growth.h"
#include "watch/judges.h"
#include "watch/levels.h"
#include "watch/rt.h"
#include "watch/thresholds.h"

enum {
	HISTORY = BULLETIN_DAYS,
	WEEK = 7,
	FORTNIGHT = 14,
	R_LEAST = 12, /* cases in a week below which R says nothing */
};

struct making {
	struct view_cx *cx;
	const struct charter *charter; /* that of the time, as the day at the seat */
	const char *today;
	struct bulletin_facts *out;
	size_t room;
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
		err = place_population(&l->population, m->cx->st, party, "", m->as_of);
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


/* The alert that was open at that time, and how far it was. */
static int fill_alert(struct bulletin_row *row, struct making *m)
{
	struct store_rows *rows = NULL;
	int64_t id = 0;
	int err = 0;

	if (row->party)
		err = store_get_int(
			&id, m->cx->st,
			"SELECT coalesce(max(id), 0) FROM watch_alert WHERE party = $1"
			" AND area = '' AND indicator = $2 AND opened_at <= $3 AND"
			" (closed_at IS NULL OR closed_at > $3)",
			"ssi", row->party, row->indicator, m->known);
	if (err || !id)
		return err;
	row->alert = "open";
	err = store_query(
		&rows, m->cx->st,
		"SELECT step FROM watch_step WHERE alert = $1 AND at <= $2 ORDER BY seq", "ii",
		id, m->known);
	while (!err && store_next(rows, &err))
		row->alert = alert_state_after(row->alert, store_text(rows, 0));
	store_done(rows);

	return err;
}


static void put_row(struct making *m, const struct bulletin_row *row, const double *days)
{
	struct bulletin_facts *f = m->out;

	if (f->count == m->room) {
		struct bulletin_row *more;
		const double **more_days;

		m->room = m->room ? 2 * m->room : 32;
		more = arena_take(m->cx->arena, m->room * sizeof(*more));
		if (f->count)
			memcpy(more, f->rows, f->count * sizeof(*more));
		f->rows = more;
		more_days = arena_take(m->cx->arena, m->room * sizeof(*more_days));
		if (f->count)
			memcpy(more_days, f->days, f->count * sizeof(*more_days));
		f->days = more_days;
	}
	f->days[f->count] = days;
	f->rows[f->count++] = *row;
}


static int put_line(struct making *m, const char *party, const char *indicator,
		    const struct line *l)
{
	struct bulletin_row row = { .party = party,
				    .indicator = indicator,
				    .day = day_text(m->cx->arena, m->day) };
	double *days;
	int err = fill_flags(&row, m, l);

	if (!err)
		err = fill_alert(&row, m);
	if (err)
		return err;
	fill_sums(&row, l);
	fill_reproduction(&row, m, l);
	days = arena_take(m->cx->arena, sizeof(l->y));
	memcpy(days, l->y, sizeof(l->y));
	put_row(m, &row, days);

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


/* Who reports, in protocol order; who has no place in it comes last. */
static int reporters(struct charter_ids *out, struct making *m)
{
	struct view_cx *cx = m->cx;
	struct charter_ids who = { 0 }, order = { 0 };
	int err = world_named(&m->out->parties, cx->arena, cx->world, m->today);

	*out = (struct charter_ids){ 0 };
	if (!err)
		err = watch_reporters(&who, cx->arena, cx->world, m->charter, m->today);
	if (err)
		return err;
	charter_protocol_order(&order, cx->arena, m->charter, m->out->parties, NULL, m->today);
	for (size_t i = 0; i < order.count; i++)
		if (ids_has(&who, order.at[i]))
			ids_append(out, cx->arena, order.at[i]);
	for (size_t i = 0; i < who.count; i++)
		if (!ids_has(out, who.at[i]))
			ids_append(out, cx->arena, who.at[i]);

	return 0;
}


/* The crisis level as it was. */
static int level_then(struct making *m)
{
	struct view_cx *cx = m->cx;
	struct level_now now;
	int err = level_now(&now, cx->arena, cx->st, m->charter);

	if (err || !now.id || now.since <= m->known) {
		m->out->level = now.level;
		return err;
	}
	err = store_get_text(&m->out->level, cx->arena, cx->st,
			     "SELECT before FROM watch_level WHERE at > $1 ORDER BY id LIMIT 1",
			     "i", m->known);

	return err;
}


static int make(struct making *m)
{
	static const struct rt_params params = { 4.7, 2.9, WEEK, 5, 5, 0 };
	const struct charter *c = m->charter;
	struct charter_ids who = { 0 };
	int err = reporters(&who, m);

	if (!err)
		err = level_then(m);
	if (!err)
		err = thresholds_read(&m->thresholds, m->cx->arena, m->cx->st, m->known);
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


/* The rules as they stood when the figures were known. */
static int rules_then(struct making *m)
{
	struct view_cx *cx = m->cx;
	int err = world_charter(&m->charter, cx->world, m->known);

	if (!err)
		m->today = arena_str(cx->arena, world_today(cx->world, m->charter, m->known));
	if (!err)
		err = series_as_of(&m->as_of, cx->st, m->known);

	return err;
}


static int check_asked(struct making *m, const char *day, int64_t as_of)
{
	struct view_cx *cx = m->cx;

	m->known = as_of == FIELD_NONE ? cx->at : as_of;
	m->day = day_of(m->known) - 1;
	if (m->known <= cx->at &&
	    (!day || (time_date_days(&m->day, day) == 0 && m->day <= day_of(m->known))))
		return 0;
	fault_at(&cx->fault, m->known > cx->at ? "/as_of" : "/day", 0, 0);

	return fault_set(&cx->fault, E_RANGE,
			 "A bulletin is of a day, about what is known now.");
}


int bulletin_facts(struct bulletin_facts *out, struct view_cx *cx, const char *day,
		   int64_t as_of)
{
	struct making m = { .cx = cx, .out = out };
	int err;

	*out = (struct bulletin_facts){ 0 };
	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = check_asked(&m, day, as_of);
	if (!err)
		err = rules_then(&m);
	if (err)
		return err;
	out->day = m.day;
	out->known = m.known;
	out->charter = m.charter;
	m.rules = rules_new();
	err = make(&m);
	rt_plan_free(m.plan);
	rules_free(m.rules);

	return err;
}


int bulletin_run(struct view_cx *cx, const void *params)
{
	const struct bulletin_params *q = params;
	struct bulletin_facts facts;
	int err = bulletin_facts(&facts, cx, q->day, q->as_of);

	for (size_t i = 0; i < facts.count && !err; i++)
		view_row(cx, &facts.rows[i]);

	return err;
}


static void put_words(struct view_cx *cx, const struct bulletin_facts *facts, const char *lang)
{
	struct bulletin_words_row row = { .language = lang,
					  .day = day_text(cx->arena, facts->day),
					  .as_of = facts->known };
	char digest[DIGEST_HEX_SIZE];
	struct bulletin_paper paper;
	struct buf text;

	bulletin_paper(&paper, cx->arena, facts, lang);
	buf_init(&text, 0);
	bulletin_text(&text, &paper);
	digest_hex(digest, text.data, text.len);
	row.title = paper.title;
	row.sentences = (struct field_list){ paper.sentence_count, paper.sentences };
	row.text = arena_strn(cx->arena, text.data, text.len);
	row.digest = digest;
	view_row(cx, &row);
	buf_clear(&text);
}


int bulletin_words_run(struct view_cx *cx, const void *params)
{
	const struct bulletin_words_params *q = params;
	struct bulletin_facts facts;
	int err = bulletin_facts(&facts, cx, q->day, q->as_of);

	if (err)
		return err;
	for (size_t i = 0; i < catalogues_count; i++)
		put_words(cx, &facts, catalogues[i].lang);

	return 0;
}
