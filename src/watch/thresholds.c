/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * thresholds.c: rules are tuned, and every change is replayed on history before it is saved.
 *
 * Who saves says what the replay showed; the judge replays by itself and refuses when it sees
 * something else, so that nobody saves a threshold unseen.
 */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"
#include "watch/thresholds.h"

enum {
	WAVE_BEFORE = 7, /* an alarm up to so many days after the beginning of a wave, */
	WAVE_AFTER = 28, /* or so many before, is not in vain */
	SERIES_MAX = 20000,
	REPLAYED = 3000,     /* series of one replay */
	REPLAYED_SLOW = 100, /* of a rule that fits a model each day */
};


static void read_threshold(struct threshold *t, struct arena *a, const struct store_rows *rows)
{
	*t = (struct threshold){
		.party = row_text(a, rows, 0),
		.indicator = row_text(a, rows, 1),
		.rule = { .kind = (enum rule_kind)rule_find(store_text(rows, 2)),
			  .enabled = store_int(rows, 3) != 0,
			  .baseline = store_int(rows, 4),
			  .alpha = store_real(rows, 5),
			  .least = store_real(rows, 6),
			  .above = store_real(rows, 7),
			  .days = store_int(rows, 8) },
		.flagged = store_int(rows, 9),
		.vain = store_int(rows, 10),
		.reason = row_text(a, rows, 11),
		.office = row_text(a, rows, 12),
		.at = store_int(rows, 13),
	};
}


int thresholds_read(struct thresholds *out, struct arena *a, struct store *st, int64_t at)
{
	struct store_rows *rows = NULL;
	int64_t room = 0;
	int err = store_get_int(&room, st, "SELECT count(*) FROM watch_threshold", "");

	*out = (struct thresholds){ 0 };
	if (err || !room)
		return err;
	out->at = arena_take(a, (size_t)room * sizeof(*out->at));
	err = store_query(
		&rows, st,
		"SELECT party, indicator, rule, enabled, baseline, alpha, least, above,"
		" days, flagged, vain, reason, office, at FROM watch_threshold t"
		" WHERE seq = (SELECT max(seq) FROM watch_threshold o WHERE"
		" o.party = t.party AND o.indicator = t.indicator AND"
		" o.rule = t.rule AND o.at <= $1) ORDER BY rule, party, indicator",
		"i", at == FIELD_NONE ? INT64_MAX : at);
	while (!err && store_next(rows, &err))
		read_threshold(&out->at[out->count++], a, rows);
	store_done(rows);

	return err;
}


void threshold_of(struct rule *out, const struct thresholds *t, const char *party,
		  const char *indicator, enum rule_kind kind)
{
	int best = -1;

	rule_default(out, kind);
	for (size_t i = 0; i < t->count; i++) {
		const struct threshold *h = &t->at[i];
		int near = (*h->party ? 2 : 0) + (*h->indicator ? 1 : 0);

		if (h->rule.kind != kind || near <= best ||
		    (*h->party && !text_eq(h->party, party)) ||
		    (*h->indicator && !text_eq(h->indicator, indicator)))
			continue;
		best = near;
		*out = h->rule;
	}
}


/* As its party last wrote by that act. */
static int population_then(int64_t *out, struct store *st, const char *party, const char *area,
			   int64_t as_of)
{
	struct store_rows *rows = NULL;
	bool found = false;
	int err = store_query(&rows, st,
			      "SELECT record FROM act_record WHERE subject = 'party/' || $1"
			      " AND done = 1 AND seq <= $2 AND kind = 'place.enter'"
			      " ORDER BY seq DESC",
			      "si", party, as_of);

	*out = 0;
	while (!err && !found && store_next(rows, &err)) {
		const char *record = store_text(rows, 0);
		json_t *root = NULL, *body;

		if (!record ||
		    json_read(&root, record, strlen(record), 1 << 24, JSON_DEPTH, NULL))
			continue;
		body = json_object_get(root, "body");
		found = text_eq(json_text(body, "area", ""), area);
		if (found)
			*out = json_int(body, "population", 0);
		json_decref(root);
	}
	store_done(rows);

	return err;
}


int place_population(double *out, struct store *st, const char *party, const char *area,
		     int64_t as_of)
{
	struct store_rows *rows = NULL;
	int64_t people = 0, since = 0;
	int err = store_query(&rows, st,
			      "SELECT coalesce(population, 0), seq FROM watch_place"
			      " WHERE party = $1 AND area = $2",
			      "ss", party, area);

	if (!err && store_next(rows, &err)) {
		people = store_int(rows, 0);
		since = store_int(rows, 1);
	}
	store_done(rows);
	if (!err && since > as_of)
		err = population_then(&people, st, party, area, as_of);
	*out = !err && people > 0 ? (double)people : (double)NAN;

	return err;
}


/* The days about which anything was reported of these indicators. */
static int read_span(int64_t *from, int64_t *to, struct store *st, const struct counted *what,
		     const char *running, int64_t as_of)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT min(c.day), max(c.day) FROM watch_series s"
			      " JOIN watch_cell c ON c.series = s.id WHERE s.party = $1 AND"
			      " s.area = $2 AND s.indicator IN ($3, $4) AND c.seq <= $5",
			      "ssssi", what->party, what->area, what->indicator,
			      running ? running : what->indicator, as_of);

	*from = 0;
	*to = -1;
	if (!err && store_next(rows, &err) && !store_null(rows, 0)) {
		*from = store_int(rows, 0);
		*to = store_int(rows, 1);
	}
	store_done(rows);

	return err;
}


static bool near_wave(const bool *wave, size_t n, size_t i)
{
	for (size_t k = i > WAVE_BEFORE ? i - WAVE_BEFORE : 0; k < n && k <= i + WAVE_AFTER;
	     k++)
		if (wave[k])
			return true;

	return false;
}


static void count_episodes(struct replay *r, struct arena *a)
{
	bool *wave = arena_take(a, r->n * sizeof(*wave)),
	     *vain = arena_take(a, r->n * sizeof(*vain));
	bool now = false;

	waves(wave, r->y, r->n);
	r->vain = vain;
	for (size_t i = 0; i < r->n; i++) {
		bool before = i && r->found[i - 1].flag == 1;

		r->seen += r->found[i].flag >= 0;
		if (r->found[i].flag != 1)
			continue;
		if (!before) {
			now = !near_wave(wave, r->n, i);
			r->episodes++;
			r->in_vain += now;
		}
		vain[i] = now;
		r->flagged++;
		r->first = r->first == FIELD_NONE ? r->from + (int64_t)i : r->first;
		r->last = r->from + (int64_t)i;
	}
}


int history_read(const double **y, size_t *n, int64_t *from, struct arena *a, struct store *st,
		 const struct counted *what, int64_t as_of)
{
	double *counts = NULL;
	int64_t to = 0;
	int err = read_span(from, &to, st, what, indicator_running(a, what->indicator), as_of);

	*y = NULL;
	*n = 0;
	if (err || to < *from || to - *from > SERIES_DAYS_MAX)
		return err;
	err = counts_read(&counts, a, st, what, *from, to, as_of);
	*y = counts;
	*n = counts ? (size_t)(to - *from + 1) : 0;

	return err;
}


int replay_run(struct replay *out, struct arena *a, struct store *st, struct rules *rules,
	       const struct rule *rule, const struct counted *what, int64_t as_of)
{
	struct detection *found;
	double population = NAN;
	int err;

	*out = (struct replay){ .first = FIELD_NONE, .last = FIELD_NONE };
	err = history_read(&out->y, &out->n, &out->from, a, st, what, as_of);
	if (!err)
		err = place_population(&population, st, what->party, what->area, as_of);
	if (err || !out->n)
		return err;
	found = arena_take(a, out->n * sizeof(*found));
	out->found = found;
	err = rule_detect(found, rules, rule, out->y, out->n, 0, out->n - 1, population);
	if (!err)
		count_episodes(out, a);

	return err;
}


/* The series that a threshold is for. */
static int add_concerned(struct counted *s, size_t *n, struct arena *a, struct store *st,
			 const char *party, const char *indicator, bool areas)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT party, area, indicator FROM watch_series"
			      " WHERE ($1 = '' OR party = $1) AND ($2 = 1 OR area = '')"
			      " ORDER BY party, area, indicator LIMIT $3",
			      "sii", party ? party : "", (int64_t)areas, (int64_t)SERIES_MAX);

	*n = 0;
	while (!err && store_next(rows, &err)) {
		const char *name = counted_name(a, store_text(rows, 2));

		if (!name || (indicator && !text_eq(name, indicator)))
			continue;
		s[*n] = (struct counted){ row_text(a, rows, 0), row_text(a, rows, 1), name };
		if (*n && text_eq(s[*n].party, s[*n - 1].party) &&
		    text_eq(s[*n].area, s[*n - 1].area) && text_eq(name, s[*n - 1].indicator))
			continue;
		++*n;
	}
	store_done(rows);

	return err;
}


static void add_replay(struct replay *sum, const struct replay *one)
{
	sum->seen += one->seen;
	sum->flagged += one->flagged;
	sum->episodes += one->episodes;
	sum->in_vain += one->in_vain;
	if (one->first != FIELD_NONE && (sum->first == FIELD_NONE || one->first < sum->first))
		sum->first = one->first;
	if (one->last != FIELD_NONE && (sum->last == FIELD_NONE || one->last > sum->last))
		sum->last = one->last;
}


/*
 * Replay on every party (or one) and indicator that a threshold is for.  Of very many areas
 * the wholes are enough: a person waits for it.
 */
static int replay_all(struct replay *sum, struct arena *a, struct store *st,
		      const struct rule *rule, const char *party, const char *indicator)
{
	size_t most = rule->kind == RULE_FLEXIBLE ? REPLAYED_SLOW : REPLAYED, n = 0;
	struct counted *s = arena_take(a, SERIES_MAX * sizeof(*s));
	struct arena *scratch = arena_new(1 << 18);
	struct rules *rules = rules_new();
	int err = add_concerned(s, &n, a, st, party, indicator, true);

	*sum = (struct replay){ .first = FIELD_NONE, .last = FIELD_NONE };
	if (!err && n > most)
		err = add_concerned(s, &n, a, st, party, indicator, false);
	for (size_t i = 0; i < n && !err; i++) {
		struct replay one;

		arena_reset(scratch);
		err = replay_run(&one, scratch, st, rules, rule, &s[i], INT64_MAX);
		add_replay(sum, &one);
	}
	rules_free(rules);
	arena_free(scratch);

	return err;
}


/* A member tunes for itself; the centre for all, and for those it watches. */
static int check_tuner(struct act_cx *cx, const char *party)
{
	const struct snapshot_party *p = NULL;

	if (party) {
		int err = need_party(&p, cx, party);

		if (err || text_eq(cx->seat.party, party))
			return err;
	}

	return need_duty(cx);
}


static int check_numbers(struct act_cx *cx, const struct threshold_set *b)
{
	const char *member = !(b->alpha > 0 && b->alpha < 0.5)	  ? "/body/alpha"
			     : !(b->least >= 0 && b->least < 1e9) ? "/body/least"
			     : !(b->above >= 0 && b->above < 1e9) ? "/body/above"
								  : NULL;

	if (!member)
		return 0;
	fault_at(&cx->fault, member, 0, 0);

	return fault_set(&cx->fault, E_RANGE,
			 "alpha lies between 0 and 0.5, least and above between 0 and 1e9.");
}


int threshold_set_judge(struct act_cx *cx, const void *body)
{
	const struct threshold_set *b = body;
	struct rule rule = { .kind = (enum rule_kind)rule_find(b->rule),
			     .enabled = b->enabled,
			     .baseline = b->baseline,
			     .alpha = b->alpha,
			     .least = b->least,
			     .above = b->above,
			     .days = b->days };
	struct replay r;
	int err = check_tuner(cx, b->party);

	if (!err)
		err = check_numbers(cx, b);
	if (!err)
		err = replay_all(&r, cx->arena, cx->st, &rule, b->party, b->indicator);
	if (err)
		return err;
	if (r.flagged != b->flagged || r.in_vain != b->vain)
		return refuse(cx, REFUSE_TEXT_MISMATCH, "monitoring", "text-mismatch.replay",
			      "flagged", number_text(cx->arena, r.flagged), "vain",
			      number_text(cx->arena, r.in_vain), NULL);
	effect_add(&cx->fx, "watch_threshold",
		   "party indicator rule seq enabled baseline alpha least above days flagged"
		   " vain reason office at",
		   "sssiiirrriiissi", b->party ? b->party : "",
		   b->indicator ? b->indicator : "", b->rule, cx->seq, (int64_t)b->enabled,
		   b->baseline, b->alpha, b->least, b->above, b->days, b->flagged, b->vain,
		   b->reason, cx->seat.office, cx->at);

	return 0;
}


static void threshold_row(struct view_cx *cx, const struct rule *r, const struct threshold *t)
{
	struct thresholds_row row = { .rule = rule_word(r->kind),
				      .grade = rule_grade(r->kind),
				      .enabled = r->enabled,
				      .baseline = r->baseline,
				      .alpha = r->alpha,
				      .least = r->least,
				      .above = r->above,
				      .days = r->days,
				      .flagged = FIELD_NONE,
				      .vain = FIELD_NONE,
				      .at = FIELD_NONE };

	if (t) {
		row.party = *t->party ? t->party : NULL;
		row.indicator = *t->indicator ? t->indicator : NULL;
		row.flagged = t->flagged;
		row.vain = t->vain;
		row.reason = t->reason;
		row.office = t->office;
		row.at = t->at;
	}
	view_row(cx, &row);
}


int thresholds_run(struct view_cx *cx, const void *params)
{
	const struct thresholds_params *q = params;
	struct thresholds t;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = thresholds_read(&t, cx->arena, cx->st, FIELD_NONE);
	for (int k = 0; k < RULE_COUNT && !err; k++) {
		struct rule r;

		if (q->party || q->indicator) {
			threshold_of(&r, &t, q->party ? q->party : "",
				     q->indicator ? q->indicator : "", (enum rule_kind)k);
			threshold_row(cx, &r, NULL);
			continue;
		}
		rule_default(&r, (enum rule_kind)k);
		threshold_row(cx, &r, NULL);
		for (size_t i = 0; i < t.count; i++)
			if (t.at[i].rule.kind == (enum rule_kind)k)
				threshold_row(cx, &t.at[i].rule, &t.at[i]);
	}

	return err;
}


/* What is in force, with what is tried instead. */
static int tried(struct rule *out, struct view_cx *cx, const char *party, const char *indicator,
		 const char *word, const struct rule *instead)
{
	struct thresholds t;
	int kind = rule_find(word);
	int err = thresholds_read(&t, cx->arena, cx->st, FIELD_NONE);

	if (err)
		return err;
	threshold_of(out, &t, party ? party : "", indicator ? indicator : "",
		     (enum rule_kind)(kind < 0 ? 0 : kind));
	if (instead->baseline != FIELD_NONE)
		out->baseline = instead->baseline;
	if (instead->days != FIELD_NONE)
		out->days = instead->days;
	if (!isnan(instead->alpha))
		out->alpha = instead->alpha;
	if (!isnan(instead->least))
		out->least = instead->least;
	if (!isnan(instead->above))
		out->above = instead->above;

	return 0;
}


/* Of each day of the replay: was there a signal of this rule when it was the present? */
static int read_then(bool *then, struct view_cx *cx, const struct replay *r,
		     const struct replay_params *q)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT s.day FROM watch_alert a JOIN watch_signal s"
			      " ON s.alert = a.id WHERE a.party = $1 AND a.area = $2 AND"
			      " a.indicator = $3 AND s.rule = $4 AND s.day BETWEEN $5 AND $6",
			      "ssssii", q->party, q->area ? q->area : "", q->indicator, q->rule,
			      r->from, r->from + (int64_t)r->n - 1);

	while (!err && store_next(rows, &err))
		then[store_int(rows, 0) - r->from] = true;
	store_done(rows);

	return err;
}


static int replay_rows(struct view_cx *cx, const struct replay *r,
		       const struct replay_params *q)
{
	bool *then = arena_take(cx->arena, r->n + 1);
	int64_t from = INT64_MIN, to = INT64_MAX;
	int err;

	if ((q->from && time_date_days(&from, q->from)) ||
	    (q->to && time_date_days(&to, q->to)))
		return E_RANGE;
	err = read_then(then, cx, r, q);
	for (size_t i = 0; i < r->n && !err; i++) {
		const struct detection *d = &r->found[i];
		int64_t day = r->from + (int64_t)i;
		struct replay_row row = {
			.day = NULL,
			.value = isnan(r->y[i]) ? FIELD_NONE : (int64_t)r->y[i],
			.bound = d->bound,
			.score = isfinite(d->score) ? d->score : (double)NAN,
			.begins = d->flag == 1 && (!i || r->found[i - 1].flag != 1),
			.vain = r->vain[i],
			.now = d->flag == 1,
			.then = then[i],
		};

		if ((!row.now && !row.then) || day < from || day > to)
			continue;
		row.day = day_text(cx->arena, day);
		view_row(cx, &row);
	}

	return err;
}


int replay_run_view(struct view_cx *cx, const void *params)
{
	const struct replay_params *q = params;
	const struct rule instead = { .baseline = q->baseline,
				      .alpha = q->alpha,
				      .least = q->least,
				      .above = q->above,
				      .days = q->days };
	struct rules *rules;
	struct replay r;
	struct rule rule;
	int64_t as_of = 0;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = tried(&rule, cx, q->party, q->indicator, q->rule, &instead);
	if (!err)
		err = series_as_of(&as_of, cx->st, q->as_of);
	if (err)
		return err;
	rules = rules_new();
	err = replay_run(&r, cx->arena, cx->st, rules, &rule,
			 &(struct counted){ q->party, q->area ? q->area : "", q->indicator },
			 as_of);
	rules_free(rules);

	return err ? err : replay_rows(cx, &r, q);
}


int replay_sum_run(struct view_cx *cx, const void *params)
{
	const struct replay_sum_params *q = params;
	const struct rule instead = { .baseline = q->baseline,
				      .alpha = q->alpha,
				      .least = q->least,
				      .above = q->above,
				      .days = q->days };
	struct replay_sum_row row = { 0 };
	struct replay r;
	struct rule rule;
	int err;

	if (!watch_reads(&cx->seat, cx->charter))
		return E_DENIED;
	err = tried(&rule, cx, q->party, q->indicator, q->rule, &instead);
	if (!err)
		err = replay_all(&r, cx->arena, cx->st, &rule, q->party, q->indicator);
	if (err)
		return err;
	row.days_seen = r.seen;
	row.flagged = r.flagged;
	row.episodes = r.episodes;
	row.vain = r.in_vain;
	row.first = r.first == FIELD_NONE ? NULL : day_text(cx->arena, r.first);
	row.last = r.last == FIELD_NONE ? NULL : day_text(cx->arena, r.last);
	view_row(cx, &row);

	return 0;
}
