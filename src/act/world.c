/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * world.c: see world.h.
 *
 * Two snapshots are kept: one with statuses only, which almost every act needs and few
 * change, and one with facts, for the questions about criteria.
 */
#include <stdlib.h>
#include <string.h>

#include "act/effect.h"
#include "act/world.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/charter.h"
#include "charter/load.h"
#include "charter/snapshot.h"
#include "store/store.h"

enum {
	PARTIES_MAX = 5000,
	VERSIONS_MAX = 1000,
};

struct version {
	int64_t effective_at;
	int64_t seq;
	char hash[DIGEST_HEX_SIZE];
	struct charter *charter; /* NULL until asked for */
};

struct world {
	struct store *st;
	int64_t seq; /* readers: the last act seen */

	struct arena *statuses_memory;
	struct snapshot statuses;
	bool has_statuses;

	struct arena *facts_memory;
	struct snapshot facts;
	int64_t facts_file;
	bool has_facts;

	struct version *versions; /* by effective_at, then seq */
	size_t versions_count;
	bool has_versions;

	struct zone *zone;
	char today[TIME_DATE_SIZE];
};


struct world *world_new(struct store *st)
{
	struct world *w = mem_zero(1, sizeof(*w));

	w->st = st;
	w->seq = -1;
	w->statuses_memory = arena_new(16384);
	w->facts_memory = arena_new(16384);

	return w;
}


static void forget_versions(struct world *w)
{
	for (size_t i = 0; i < w->versions_count; i++)
		charter_free(w->versions[i].charter);
	free(w->versions);
	w->versions = NULL;
	w->versions_count = 0;
	w->has_versions = false;
	zone_close(w->zone);
	w->zone = NULL;
}


void world_free(struct world *w)
{
	if (!w)
		return;

	forget_versions(w);
	arena_free(w->statuses_memory);
	arena_free(w->facts_memory);
	free(w);
}


void world_forget(struct world *w, const struct effects *fx)
{
	static const char *const core[] = { "parties_party", "parties_name", "parties_status",
					    "parties_suspension" };
	static const char *const facts[] = { "parties_fact", "parties_relation",
					     "parties_challenge", "parties_file",
					     "parties_judgement" };

	for (size_t i = 0; i < ARRAY_LEN(core) && w->has_statuses; i++)
		if (!fx || effects_touch(fx, core[i]))
			w->has_statuses = w->has_facts = false;
	for (size_t i = 0; i < ARRAY_LEN(facts) && w->has_facts; i++)
		if (!fx || effects_touch(fx, facts[i]))
			w->has_facts = false;
	if (w->has_versions && (!fx || effects_touch(fx, "act_charter")))
		w->has_versions = false;
}


int world_refresh(struct world *w, int64_t *seq)
{
	int64_t now = 0;
	int err =
		store_get_int(&now, w->st, "SELECT coalesce(max(seq), 0) FROM act_record", "");

	if (err)
		return err;
	if (now != w->seq)
		world_forget(w, NULL);
	w->seq = now;
	if (seq)
		*seq = now;

	return 0;
}


/* A list that grows in an arena. */
struct growing {
	void *at;
	size_t count;
	size_t room;
};


static void *grow(struct growing *g, struct arena *a, size_t size)
{
	if (g->count == g->room) {
		size_t room = g->room ? g->room * 2 : 4;
		void *more = arena_take(a, room * size);

		if (g->count)
			memcpy(more, g->at, g->count * size);
		g->at = more;
		g->room = room;
	}

	return (char *)g->at + g->count++ * size;
}


/* {"en": "...", "ru": "..."} as a charter text, English first. */
static struct charter_text text_of(struct arena *a, const char *json)
{
	struct charter_wording *w;
	json_t *object = NULL, *text;
	const char *lang;
	size_t n = 0;

	if (!json || json_read(&object, json, strlen(json), 1 << 20, 4, NULL))
		return (struct charter_text){ NULL, 0 };
	w = arena_take(a, json_object_size(object) * sizeof(*w));
	json_object_foreach(object, lang, text) if (json_is_string(text)) w[n++] =
		(struct charter_wording){ arena_str(a, lang),
					  arena_str(a, json_string_value(text)) };
	json_decref(object);

	return (struct charter_text){ w, n };
}


static const char *copy(struct arena *a, const struct store_rows *rows, int col)
{
	const char *s = store_text(rows, col);

	return s ? arena_str(a, s) : NULL;
}

/* What is being built: parties in order of id, and growing lists for each. */
struct building {
	struct arena *a;
	struct snapshot_party *party;
	size_t count;
	struct growing *statuses, *facts, *relations, *declarations, *judgements;
};


static struct snapshot_party *find(struct building *b, const char *id)
{
	size_t low = 0, high = b->count;

	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = strcmp(b->party[mid].id, id);

		if (order == 0)
			return &b->party[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}

	return NULL;
}


static size_t index_of(const struct building *b, const struct snapshot_party *p)
{
	return (size_t)(p - b->party);
}


static int read_parties(struct building *b, struct store *st)
{
	struct store_rows *rows = NULL;
	struct growing list = { 0 };
	int err = store_query(
		&rows, st,
		"SELECT p.id, p.kind, p.code, n.name, n.short FROM parties_party p"
		" LEFT JOIN parties_name n ON n.party = p.id AND n.from_date ="
		"  (SELECT max(m.from_date) FROM parties_name m WHERE m.party = p.id)"
		" ORDER BY p.id",
		"");

	while (!err && store_next(rows, &err)) {
		struct snapshot_party *p = grow(&list, b->a, sizeof(*p));

		memset(p, 0, sizeof(*p));
		p->id = copy(b->a, rows, 0);
		p->kind = copy(b->a, rows, 1);
		p->code = copy(b->a, rows, 2);
		p->name = text_of(b->a, store_text(rows, 3));
		p->short_name = text_of(b->a, store_text(rows, 4));
		if (list.count > PARTIES_MAX)
			err = E_TOOBIG;
	}
	store_done(rows);
	b->party = list.at;
	b->count = list.count;

	return err;
}


static int read_statuses(struct building *b, struct store *st)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT party, status, from_date, to_date FROM parties_status"
			      " ORDER BY party, from_date",
			      "");

	while (!err && store_next(rows, &err)) {
		struct snapshot_party *p = find(b, store_text(rows, 0));
		struct snapshot_status *s;

		if (!p)
			continue;
		s = grow(&b->statuses[index_of(b, p)], b->a, sizeof(*s));
		*s = (struct snapshot_status){ .status = copy(b->a, rows, 1),
					       .from = copy(b->a, rows, 2),
					       .to = copy(b->a, rows, 3) };
	}
	store_done(rows);

	return err;
}


/* A suspension belongs to the status during which it began. */
static void add_suspension(struct building *b, struct snapshot_party *p,
			   struct snapshot_period span)
{
	struct growing *list = &b->statuses[index_of(b, p)];
	struct snapshot_status *s = list->at;

	for (size_t i = 0; i < list->count; i++) {
		struct snapshot_period *all;

		if (strcmp(span.from, s[i].from) < 0 ||
		    (s[i].to && strcmp(span.from, s[i].to) >= 0))
			continue;
		all = arena_take(b->a, (s[i].suspended.count + 1) * sizeof(*all));
		if (s[i].suspended.count)
			memcpy(all, s[i].suspended.at, s[i].suspended.count * sizeof(*all));
		all[s[i].suspended.count++] = span;
		s[i].suspended.at = all;
		return;
	}
}


static int read_suspensions(struct building *b, struct store *st)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT party, from_date, to_date, reason FROM parties_suspension"
			      " ORDER BY party, from_date",
			      "");

	while (!err && store_next(rows, &err)) {
		struct snapshot_party *p = find(b, store_text(rows, 0));

		if (p)
			add_suspension(b, p,
				       (struct snapshot_period){ copy(b->a, rows, 1),
								 copy(b->a, rows, 2),
								 copy(b->a, rows, 3) });
	}
	store_done(rows);

	return err;
}


static int read_facts(struct building *b, struct store *st)
{
	struct store_rows *rows = NULL;
	int err =
		store_query(&rows, st,
			    "SELECT f.party, f.fact, f.value, f.date, f.until, f.source,"
			    " EXISTS (SELECT 1 FROM parties_challenge c WHERE c.party = f.party"
			    "  AND c.fact = f.fact AND c.withdrawn IS NULL)"
			    " FROM parties_fact f ORDER BY f.party, f.fact, f.seq",
			    "");

	while (!err && store_next(rows, &err)) {
		struct snapshot_party *p = find(b, store_text(rows, 0));
		struct snapshot_fact *f;

		if (!p)
			continue;
		f = grow(&b->facts[index_of(b, p)], b->a, sizeof(*f));
		*f = (struct snapshot_fact){ .fact = copy(b->a, rows, 1),
					     .value = store_int(rows, 2) != 0,
					     .date = copy(b->a, rows, 3),
					     .valid_until = copy(b->a, rows, 4),
					     .source = copy(b->a, rows, 5),
					     .challenged = store_int(rows, 6) != 0 };
	}
	store_done(rows);

	return err;
}


static int read_relations(struct building *b, struct store *st)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, st,
		"SELECT s.party, s.relation, r.with_party, s.date, s.source,"
		" EXISTS (SELECT 1 FROM parties_challenge c WHERE c.party = s.party"
		"  AND c.fact = s.relation AND c.withdrawn IS NULL)"
		" FROM parties_relation_set s JOIN parties_relation r ON"
		"  r.party = s.party AND r.relation = s.relation AND r.seq = s.seq"
		" WHERE s.seq = (SELECT max(t.seq) FROM parties_relation_set t WHERE"
		"  t.party = s.party AND t.relation = s.relation)"
		" ORDER BY s.party, s.relation, r.with_party",
		"");

	while (!err && store_next(rows, &err)) {
		struct snapshot_party *p = find(b, store_text(rows, 0));
		struct snapshot_relation *r;

		if (!p)
			continue;
		r = grow(&b->relations[index_of(b, p)], b->a, sizeof(*r));
		*r = (struct snapshot_relation){ .relation = copy(b->a, rows, 1),
						 .with = copy(b->a, rows, 2),
						 .date = copy(b->a, rows, 3),
						 .source = copy(b->a, rows, 4),
						 .challenged = store_int(rows, 5) != 0 };
	}
	store_done(rows);

	return err;
}


static void add_declarations(struct building *b, struct snapshot_party *p, const char *json,
			     const char *source, const char *date)
{
	json_t *list = NULL, *id;
	size_t i;

	if (json_read(&list, json, strlen(json), 1 << 20, 2, NULL))
		return;
	json_array_foreach(list, i, id)
	{
		struct snapshot_declaration *d =
			grow(&b->declarations[index_of(b, p)], b->a, sizeof(*d));

		*d = (struct snapshot_declaration){ .declaration = arena_str(
							    b->a, json_string_value(id)),
						    .source = source,
						    .date = date };
	}
	json_decref(list);
}


static int read_judgements(struct building *b, struct store *st, struct snapshot_party *p,
			   int64_t file)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT criterion, answer, date, reasons FROM parties_judgement"
			      " WHERE file = $1 ORDER BY criterion, seq",
			      "i", file);

	while (!err && store_next(rows, &err)) {
		struct snapshot_judgement *j =
			grow(&b->judgements[index_of(b, p)], b->a, sizeof(*j));

		*j = (struct snapshot_judgement){ .criterion = copy(b->a, rows, 0),
						  .yes = store_int(rows, 1) != 0,
						  .date = copy(b->a, rows, 2),
						  .source = copy(b->a, rows, 3) };
	}
	store_done(rows);

	return err;
}


static int read_file(struct building *b, struct store *st, int64_t file)
{
	struct store_rows *rows = NULL;
	struct snapshot_party *p = NULL;
	int err = store_query(&rows, st,
			      "SELECT party, declarations, letter, opened_at FROM parties_file"
			      " WHERE id = $1",
			      "i", file);

	if (!err && store_next(rows, &err)) {
		char date[TIME_DATE_SIZE];

		p = find(b, store_text(rows, 0));
		time_days_date(date, store_int(rows, 3) / TIME_DAY);
		if (p)
			add_declarations(b, p, store_text(rows, 1), copy(b->a, rows, 2),
					 arena_str(b->a, date));
	}
	store_done(rows);

	return err || !p ? err : read_judgements(b, st, p, file);
}


static void fill_lists(struct building *b)
{
	for (size_t i = 0; i < b->count; i++) {
		struct snapshot_party *p = &b->party[i];

		p->statuses.at = b->statuses[i].at;
		p->statuses.count = b->statuses[i].count;
		p->facts.at = b->facts[i].at;
		p->facts.count = b->facts[i].count;
		p->relations.at = b->relations[i].at;
		p->relations.count = b->relations[i].count;
		p->declarations.at = b->declarations[i].at;
		p->declarations.count = b->declarations[i].count;
		p->judgements.at = b->judgements[i].at;
		p->judgements.count = b->judgements[i].count;
	}
}


static int build(struct snapshot *out, struct arena *a, struct store *st, bool facts,
		 int64_t file)
{
	struct building b = { .a = a };
	int err;

	arena_reset(a);
	err = read_parties(&b, st);
	b.statuses = arena_take(a, b.count * sizeof(struct growing));
	b.facts = arena_take(a, b.count * sizeof(struct growing));
	b.relations = arena_take(a, b.count * sizeof(struct growing));
	b.declarations = arena_take(a, b.count * sizeof(struct growing));
	b.judgements = arena_take(a, b.count * sizeof(struct growing));
	if (!err)
		err = read_statuses(&b, st);
	if (!err)
		err = read_suspensions(&b, st);
	if (!err && facts)
		err = read_facts(&b, st);
	if (!err && facts)
		err = read_relations(&b, st);
	if (!err && facts && file)
		err = read_file(&b, st, file);
	fill_lists(&b);
	out->parties.at = b.party;
	out->parties.count = b.count;

	return err;
}


int world_statuses(const struct snapshot **out, struct world *w)
{
	int err =
		w->has_statuses ? 0 : build(&w->statuses, w->statuses_memory, w->st, false, 0);

	w->has_statuses = !err;
	*out = &w->statuses;

	return err;
}


int world_named(const struct snapshot **out, struct arena *a, struct world *w, const char *on)
{
	const struct snapshot *now = NULL;
	struct snapshot *then = arena_take(a, sizeof(*then));
	struct building b = { .a = a };
	struct store_rows *rows = NULL;
	int err = world_statuses(&now, w);

	if (err)
		return err;
	b.count = now->parties.count;
	b.party = arena_take(a, (b.count + 1) * sizeof(*b.party));
	memcpy(b.party, now->parties.at, b.count * sizeof(*b.party));
	*then = *now;
	then->parties.at = b.party;
	*out = then;
	err = store_query(&rows, w->st,
			  "SELECT n.party, n.name, n.short FROM parties_name n"
			  " WHERE n.from_date = (SELECT max(m.from_date) FROM parties_name m"
			  "  WHERE m.party = n.party AND m.from_date <= $1)",
			  "s", on);
	while (!err && store_next(rows, &err)) {
		struct snapshot_party *p = find(&b, store_text(rows, 0));

		if (!p)
			continue;
		p->name = text_of(a, store_text(rows, 1));
		p->short_name = text_of(a, store_text(rows, 2));
	}
	store_done(rows);

	return err;
}


int world_facts(const struct snapshot **out, struct world *w, int64_t file)
{
	int err = 0;

	if (!w->has_facts || w->facts_file != file)
		err = build(&w->facts, w->facts_memory, w->st, true, file);
	w->has_facts = !err;
	w->facts_file = file;
	*out = &w->facts;

	return err;
}


/* A version that was read before never changes: what was made of it is kept. */
static struct charter *take_loaded(struct version *old, size_t count, int64_t seq,
				   const char *hash)
{
	for (size_t i = 0; i < count; i++)
		if (old[i].seq == seq && strcmp(old[i].hash, hash) == 0) {
			struct charter *c = old[i].charter;

			old[i].charter = NULL;
			return c;
		}

	return NULL;
}


static int read_versions(struct world *w)
{
	struct version *old = w->versions;
	size_t old_count = w->versions_count;
	struct store_rows *rows = NULL;
	int err;

	w->versions = NULL;
	w->versions_count = 0;
	err = store_query(
		&rows, w->st,
		"SELECT seq, hash, effective_at FROM act_charter ORDER BY effective_at, seq",
		"");
	while (!err && store_next(rows, &err)) {
		struct version *v;

		if (w->versions_count == VERSIONS_MAX) {
			err = E_TOOBIG;
			break;
		}
		w->versions = mem_grow(w->versions, w->versions_count + 1, sizeof(*v));
		v = &w->versions[w->versions_count++];
		memset(v, 0, sizeof(*v));
		v->seq = store_int(rows, 0);
		(void)text_copy(v->hash, sizeof(v->hash), store_text(rows, 1));
		v->effective_at = store_int(rows, 2);
		v->charter = take_loaded(old, old_count, v->seq, v->hash);
	}
	store_done(rows);
	for (size_t i = 0; i < old_count; i++)
		charter_free(old[i].charter);
	free(old);
	w->has_versions = !err;

	return err;
}


static int load(struct world *w, struct version *v)
{
	struct charter_report report;
	struct arena *a;
	const char *text = NULL;
	int err;

	if (v->charter)
		return 0;
	a = arena_new(1 << 17);
	charter_report_init(&report);
	err = store_get_text(&text, a, w->st, "SELECT text FROM act_charter WHERE seq = $1",
			     "i", v->seq);
	if (!err)
		err = charter_load(&v->charter, &report, text, strlen(text));
	charter_report_clear(&report);
	arena_free(a);

	return err;
}


int world_charter(const struct charter **out, struct world *w, int64_t at)
{
	struct version *found = NULL;
	int err = w->has_versions ? 0 : read_versions(w);

	if (err)
		return err;
	/* Before the first version takes effect there is only the first. */
	for (size_t i = 0; i < w->versions_count; i++)
		if (!found || w->versions[i].effective_at <= at)
			found = &w->versions[i];
	if (!found)
		return E_ABSENT;
	err = load(w, found);
	*out = found->charter;

	return err;
}


int world_charter_of(const struct charter **out, struct world *w, const char *hash)
{
	int err = w->has_versions ? 0 : read_versions(w);

	for (size_t i = 0; i < w->versions_count && !err; i++)
		if (strcmp(w->versions[i].hash, hash) == 0) {
			err = load(w, &w->versions[i]);
			*out = w->versions[i].charter;
			return err;
		}

	return err ? err : E_ABSENT;
}


struct zone *world_zone(struct world *w, const struct charter *charter)
{
	const char *name = charter->organisation.seat.timezone;

	if (w->zone && strcmp(zone_name(w->zone), name) == 0)
		return w->zone;
	zone_close(w->zone);
	w->zone = NULL;
	(void)!zone_open(&w->zone, name, NULL);

	return w->zone;
}


const char *world_today(struct world *w, const struct charter *charter, int64_t at)
{
	zone_date(w->today, world_zone(w, charter), at);

	return w->today;
}
