/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "act/judging.h"
#include "act/world.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/charter.h"
#include "charter/snapshot.h"
#include "store/store.h"
#include "watch/known.h"

enum {
	NAMES_MAX = 64, /* of one place */
	PLACES_MAX = 20000,
};

struct names {
	const char **at;
	size_t count;
};


static void add_name(struct names *n, struct arena *a, const char *name)
{
	if (name && name[0] && n->count < NAMES_MAX)
		n->at[n->count++] = arena_str(a, name);
}


static void add_text(struct names *n, struct arena *a, struct charter_text text)
{
	for (size_t i = 0; i < text.count; i++)
		add_name(n, a, text.at[i].text);
}


/* {"en": "...", "ru": "..."} as a place has it. */
static void add_ltext(struct names *n, struct arena *a, const char *json)
{
	const char *lang;
	json_t *all = NULL, *one;

	if (!json || json_read(&all, json, strlen(json), 1 << 16, 4, NULL))
		return;
	json_object_foreach(all, lang, one) add_name(n, a, json_string_value(one));
	json_decref(all);
}


static struct names no_names(struct arena *a)
{
	return (struct names){ arena_take(a, NAMES_MAX * sizeof(const char *)), 0 };
}


static const struct snapshot_party *party_of(const struct snapshot *s, const char *id)
{
	charter_each (p, s->parties)
		if (text_eq(p->id, id))
			return p;

	return NULL;
}


static void party_names(struct names *n, struct arena *a, const struct snapshot_party *p)
{
	add_text(n, a, p->name);
	add_text(n, a, p->short_name);
	add_name(n, a, p->code);
}


static int read_places(struct intake_place *places, size_t *count, struct arena *a,
		       struct store *st, const struct snapshot *s)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT party, area, name, code, aliases FROM watch_place"
			      " ORDER BY party, area LIMIT 20000",
			      "");

	while (!err && store_next(rows, &err)) {
		const char *party = arena_str(a, store_text(rows, 0));
		const char *area = arena_str(a, store_text(rows, 1));
		struct field_list aliases = list_parse(a, store_text(rows, 4));
		const struct snapshot_party *p = party_of(s, party);
		struct names n = no_names(a);

		add_ltext(&n, a, store_text(rows, 2));
		add_name(&n, a, store_text(rows, 3));
		for (size_t i = 0; i < aliases.n; i++)
			add_name(&n, a, LIST_TEXT(aliases, i));
		if (!area[0] && p)
			party_names(&n, a, p);
		places[(*count)++] = (struct intake_place){ party, area, n.at, n.count };
	}
	store_done(rows);

	return err;
}


static void read_indicators(struct intake_known *out, struct arena *a, const struct charter *c)
{
	struct intake_indicator *all;
	size_t count = 0;

	charter_each (set, c->monitoring.indicator_sets)
		count += set->indicators.count;
	all = arena_take(a, (count + 1) * sizeof(*all));
	count = 0;
	charter_each (set, c->monitoring.indicator_sets)
		for (size_t i = 0; i < set->indicators.count; i++)
			all[count++].id = set->indicators.at[i];
	out->indicators = all;
	out->indicator_count = count;
}


int known_read(struct intake_known *out, struct arena *a, struct store *st, struct world *w,
	       const struct charter *c)
{
	const struct snapshot *s = NULL;
	struct intake_place *places;
	size_t count = 0, entered;
	int err = world_statuses(&s, w);

	memset(out, 0, sizeof(*out));
	if (err)
		return err;
	places = arena_take(a, (PLACES_MAX + s->parties.count) * sizeof(*places));
	err = read_places(places, &count, a, st, s);
	entered = count;
	charter_each (p, s->parties) {
		struct names n = no_names(a);
		bool there = false;

		for (size_t i = 0; i < entered && !there; i++)
			there = !places[i].area[0] && text_eq(places[i].party, p->id);
		if (there)
			continue;
		party_names(&n, a, p);
		places[count++] = (struct intake_place){ p->id, "", n.at, n.count };
	}
	out->places = places;
	out->place_count = count;
	read_indicators(out, a, c);

	return err;
}
