/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bulletin_record.c: the record of what was published, and which figures were changed since. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/watch.h"
#include "store/store.h"
#include "watch/judges.h"

enum {
	TEXTS_MAX = 20,
};


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


/* ["<digest>",""]: of the paper of each text. */
static const char *papers_json(struct arena *a, const struct field_list *texts)
{
	const struct watch_bulletin_text *t = texts->v;
	const char **flat = arena_take(a, (texts->n + 1) * sizeof(*flat));

	for (size_t i = 0; i < texts->n; i++)
		flat[i] = t[i].paper ? t[i].paper : "";

	return list_json(a, &(struct field_list){ texts->n, flat });
}


/* `papers` may be NULL: bulletins of before have none. */
static struct field_list texts_parse(struct arena *a, const char *json, const char *papers)
{
	struct field_list flat = list_parse(a, json), paper = list_parse(a, papers), out;
	struct watch_bulletin_text *t = arena_take(a, (flat.n / 2 + 1) * sizeof(*t));

	out.n = flat.n / 2;
	out.v = t;
	for (size_t i = 0; i < out.n; i++) {
		t[i].language = LIST_TEXT(flat, 2 * i);
		t[i].digest = LIST_TEXT(flat, 2 * i + 1);
		t[i].paper = i < paper.n && *LIST_TEXT(paper, i) ? LIST_TEXT(paper, i) : NULL;
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
	effect_add(&cx->fx, "watch_bulletin", "id day at as_of texts papers office corrects",
		   "iiiissso", cx->seq, day, cx->at, b->as_of, texts_json(cx->arena, &b->texts),
		   papers_json(cx->arena, &b->texts), cx->seat.office, b->corrects);

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
		"SELECT id, day, at, as_of, office, corrects, texts, papers FROM watch_bulletin"
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
			.texts = texts_parse(cx->arena, store_text(rows, 6),
					     store_text(rows, 7)),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
