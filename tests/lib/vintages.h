/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * vintages.h: published figures as they became known, reported as acts: for tests and benches.
 *
 * vintages.csv (../shared/data/watch, sources and licences beside it) has a line for each
 * change of a country's running totals: iso2,date,recorded_at,commit,confirmed_cum,deaths_cum.
 * They are reported under the charter of 2020 by the parties themselves; its neighbours, which
 * do not report, are recorded by the secretariat from a named source.
 */
#ifndef TESTS_VINTAGES_H
#define TESTS_VINTAGES_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/pipeline.h"
#include "act/viewing.h"
#include "act/world.h"
#include "app/modules.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/load.h"
#include "store/migrate.h"
#include "store/store.h"
#include "watch/series.h"

enum {
	VINTAGE_COUNTRIES = 8,
	VINTAGE_DAYS = 700, /* from 2020-01-22 */
	VINTAGE_REPORT = 500,
};

#define VINTAGE_FIRST_DAY INT64_C(18283) /* 2020-01-22 */

struct vintage {
	char party[3];
	char date[TIME_DATE_SIZE];
	int64_t day, at, cases, deaths;
};

struct vintages {
	struct vintage *at;
	size_t count;
};

/* A centre in one store, without a ledger. */
struct vintage_centre {
	struct registry registry;
	struct store *st;
	struct pipeline pipeline;
	struct reader reader;
	struct arena *arena;
	long acts, proposals;
};

/* What each cell must be, kept by the rows alone. */
struct vintage_model {
	int64_t total[VINTAGE_COUNTRIES][2][VINTAGE_DAYS]; /* -1: nothing yet */
};

static const char *const vintage_parties[VINTAGE_COUNTRIES] = { "am", "az", "by", "ge",
								"kg", "kz", "ru", "tj" };


static inline void vintage_must(int err, const char *what)
{
	if (err) {
		(void)fprintf(stderr, "%s: %s\n", what, err_text(err));
		abort();
	}
}


static inline char *vintage_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text = mem_alloc(64 << 20);

	if (!f) {
		free(text);
		return NULL;
	}
	*len = fread(text, 1, (64 << 20) - 1, f);
	text[*len] = '\0';
	(void)fclose(f);

	return text;
}


/* Field `n` of a line of plain CSV, copied; 1243.0, as one day spells counts, is 1243. */
static inline void vintage_field(char *out, size_t size, const char *line, int n)
{
	size_t len;

	while (n-- && (line = strchr(line, ',')) != NULL)
		line++;
	len = line ? strcspn(line, ",\r\n") : 0;
	len = len < size ? len : size - 1;
	if (len > 2 && memcmp(line + len - 2, ".0", 2) == 0)
		len -= 2;
	memcpy(out, line, len);
	out[len] = '\0';
}


static inline void vintage_parse(struct vintage *v, const char *line)
{
	char text[64];

	vintage_field(text, sizeof(text), line, 0);
	v->party[0] = (char)tolower(text[0]);
	v->party[1] = (char)tolower(text[1]);
	v->party[2] = '\0';
	vintage_field(v->date, sizeof(v->date), line, 1);
	vintage_must(time_date_days(&v->day, v->date), line);
	vintage_field(text, sizeof(text), line, 2);
	vintage_must(time_parse(&v->at, text), line);
	vintage_field(text, sizeof(text), line, 4);
	vintage_must(text_int(&v->cases, text, 0, INT64_MAX), line);
	vintage_field(text, sizeof(text), line, 5);
	vintage_must(text_int(&v->deaths, text, 0, INT64_MAX), line);
}


/* false when the file is not there. */
static inline bool vintages_read(struct vintages *out, const char *path)
{
	size_t len = 0;
	char *text = vintage_file(path, &len);

	*out = (struct vintages){ mem_zero(8192, sizeof(struct vintage)), 0 };
	if (!text)
		return false;
	for (char *line = strchr(text, '\n'); line && line[1]; line = strchr(line + 1, '\n'))
		vintage_parse(&out->at[out->count++], line + 1);
	free(text);

	return true;
}


/* One act; its outcome must be that it is done.  Returns its number. */
static inline int64_t vintage_act(struct vintage_centre *c, const struct seat *seat,
				  const char *kind, const char *subject, json_t *body,
				  int64_t at)
{
	static const uint8_t random[ACT_RANDOM_SIZE] = { 0 };
	char id[32];
	struct act_request q = { id, kind, subject, body, FIELD_NONE };
	const struct act_try try = { &q, seat, at, random, 0 };
	struct act_outcome o = { 0 };
	struct fault f = { 0 };
	int err;

	(void)snprintf(id, sizeof(id), "vintage-%ld", ++c->acts);
	arena_reset(c->arena);
	vintage_must(store_save(c->st), "save");
	err = pipeline_act(&c->pipeline, &try, c->arena, &o, &f);
	if (err || !o.done) {
		(void)fprintf(stderr, "%s %s: %s %s %s\n", kind, subject, f.path, f.text,
			      o.why.text ? o.why.text : "");
		abort();
	}
	vintage_must(store_release(c->st), "release");
	json_decref(body);

	return o.seq;
}


static inline void vintage_found(struct vintage_centre *c, const char *charter, int64_t at)
{
	const struct seat operator_ = { .office = "operator", .operator_ = true };
	struct charter_report report;
	struct charter *rules = NULL;
	size_t len = 0;
	char *text = vintage_file(charter, &len);

	if (!text)
		abort();
	charter_report_init(&report);
	vintage_must(charter_load(&rules, &report, text, len), charter);
	(void)vintage_act(c, &operator_, "charter.found", "charter",
			  json_pack("{s:s, s:s}", "hash", rules->hash, "text", text), at);
	charter_report_clear(&report);
	charter_free(rules);
	free(text);
}


/* A fresh centre under a charter, in a transaction that stays open. */
static inline void vintage_open(struct vintage_centre *c, const char *where,
				const char *charter, int64_t at)
{
	struct fault f = { 0 };

	memset(c, 0, sizeof(*c));
	c->arena = arena_new(1 << 18);
	registry_init(&c->registry, modules);
	vintage_must(store_open(&c->st, where, STORE_CREATE, &f), where);
	vintage_must(migrate(c->st, &f), f.text);
	vintage_must(pipeline_open(&c->pipeline, c->st, &c->registry), "open");
	c->reader = (struct reader){ .st = c->st,
				     .world = world_new(c->st),
				     .registry = &c->registry };
	vintage_must(store_begin(c->st), "begin");
	vintage_found(c, charter, at);
}


static inline void vintage_close(struct vintage_centre *c)
{
	world_free(c->reader.world);
	pipeline_close(&c->pipeline);
	store_rollback(c->st);
	store_close(c->st);
	registry_clear(&c->registry);
	arena_free(c->arena);
}


static inline void vintage_neighbour(struct vintage_centre *c, const char *id, const char *name,
				     int64_t at)
{
	const struct seat secretariat = { .person = "first", .office = "depositary" };
	char subject[16];

	(void)snprintf(subject, sizeof(subject), "party/%s", id);
	(void)vintage_act(c, &secretariat, "party.add", subject,
			  json_pack("{s:s, s:{s:s}, s:{s:s}}", "kind", "state", "name", "en",
				    name, "short", "en", name),
			  at);
}


static inline bool vintage_reports(const char *party)
{
	return strcmp(party, "az") != 0 && strcmp(party, "ge") != 0;
}


static inline json_t *vintage_cell(const char *indicator, const char *date, int64_t value)
{
	return json_pack("{s:s, s:s, s:I}", "indicator", indicator, "day", date, "value",
			 (json_int_t)value);
}


/* The seats of two persons who report for a party. */
static inline void vintage_seats(struct seat *first, struct seat *second, const char *party)
{
	*first = (struct seat){ .person = "first", .office = "officer", .party = party };
	*second = (struct seat){ .person = "second", .office = "head", .party = party };
	if (!vintage_reports(party)) {
		first->office = second->office = "depositary";
		first->party = second->party = NULL;
	}
}


/* Is the report waiting?  Then the second person confirms it. */
static inline void vintage_settle(struct vintage_centre *c, const struct seat *second,
				  int64_t report, int64_t at)
{
	char subject[40];
	int64_t waits = 0;

	vintage_must(store_get_int(&waits, c->st,
				   "SELECT count(*) FROM watch_report WHERE id = $1"
				   " AND state = 'proposed'",
				   "i", report),
		     "waits");
	if (!waits)
		return;
	(void)snprintf(subject, sizeof(subject), "report/%lld", (long long)report);
	c->proposals++;
	(void)vintage_act(c, second, "report.confirm", subject, json_object(), at);
}


/* The rows [i, i + n) of one party and moment as one report. */
static inline void vintage_report(struct vintage_centre *c, const struct vintage *rows,
				  size_t n)
{
	struct seat first, second;
	json_t *cells = json_array();
	char subject[16];

	vintage_seats(&first, &second, rows->party);
	for (size_t i = 0; i < n; i++) {
		(void)json_array_append_new(
			cells, vintage_cell("cases-total", rows[i].date, rows[i].cases));
		(void)json_array_append_new(
			cells, vintage_cell("deaths-total", rows[i].date, rows[i].deaths));
	}
	(void)snprintf(subject, sizeof(subject), "party/%s", rows->party);
	vintage_settle(c, &second,
		       vintage_act(c, &first, "report.submit", subject,
				   json_pack("{s:o, s:s, s:s}", "cells", cells, "source",
					     "published figures, CC BY 4.0 JHU CSSE", "reason",
					     "as published"),
				   rows->at),
		       rows->at);
}


/*
 * Report everything; `after` (may be NULL) is called when all rows of one moment are in, with
 * the number of the first row that is not.
 */
static inline void
vintages_report(struct vintage_centre *c, const struct vintages *v,
		void (*after)(struct vintage_centre *c, size_t next, void *arg), void *arg)
{
	size_t i = 0;

	vintage_neighbour(c, "az", "Azerbaijan", v->at[0].at - 1);
	vintage_neighbour(c, "ge", "Georgia", v->at[0].at - 1);
	while (i < v->count) {
		size_t n = 1;

		while (i + n < v->count && n < VINTAGE_REPORT &&
		       v->at[i + n].at == v->at[i].at &&
		       strcmp(v->at[i + n].party, v->at[i].party) == 0)
			n++;
		vintage_report(c, &v->at[i], n);
		i += n;
		if (after && (i == v->count || v->at[i].at != v->at[i - 1].at))
			after(c, i, arg);
	}
}


static inline void vintage_model_init(struct vintage_model *m)
{
	for (size_t p = 0; p < VINTAGE_COUNTRIES; p++)
		for (size_t k = 0; k < 2; k++)
			for (size_t d = 0; d < VINTAGE_DAYS; d++)
				m->total[p][k][d] = -1;
}


static inline void vintage_model_take(struct vintage_model *m, const struct vintage *v)
{
	size_t p = 0;

	while (strcmp(vintage_parties[p], v->party) != 0)
		p++;
	m->total[p][0][v->day - VINTAGE_FIRST_DAY] = v->cases;
	m->total[p][1][v->day - VINTAGE_FIRST_DAY] = v->deaths;
}


/* How many cells of the register, as of that time, are not those of the model. */
static inline size_t vintage_model_differs(const struct vintage_model *m,
					   struct vintage_centre *c, int64_t at)
{
	struct arena *a = arena_new(1 << 16);
	size_t differs = 0;
	int64_t as_of;

	vintage_must(series_as_of(&as_of, c->st, at), "as of");
	for (size_t k = 0; k < 2 * VINTAGE_COUNTRIES; k++) {
		struct series s = { 0 };
		size_t i = 0;

		arena_reset(a);
		vintage_must(series_find(&s.id, c->st, vintage_parties[k / 2], "",
					 k % 2 ? "deaths-total" : "cases-total"),
			     "find");
		vintage_must(series_read(&s, a, c->st, INT32_MIN, INT32_MAX, as_of), "read");
		for (int64_t d = 0; d < VINTAGE_DAYS; d++) {
			int64_t want = m->total[k / 2][k % 2][d], got = -1;

			if (i < s.count && s.cells[i].day == VINTAGE_FIRST_DAY + d)
				got = s.cells[i++].value;
			differs += got != want;
		}
		differs += i != s.count;
	}
	arena_free(a);

	return differs;
}

#endif
