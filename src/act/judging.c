/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "act/decide.h"
#include "act/judging.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/rules.h"
#include "store/store.h"


const char *ltext_json(struct arena *a, struct charter_text text)
{
	struct buf b;
	struct jw w;
	const char *json;

	if (!text.count)
		return NULL;
	buf_init(&b, 0);
	jw_init(&w, &b);
	jw_object(&w);
	for (size_t i = 0; i < text.count; i++)
		jw_kstr(&w, text.at[i].lang, text.at[i].text);
	jw_object_end(&w);
	json = arena_strn(a, b.data, b.len);
	buf_clear(&b);

	return json;
}


const char *list_json(struct arena *a, const struct field_list *list)
{
	struct buf b;
	struct jw w;
	const char *json;

	buf_init(&b, 0);
	jw_init(&w, &b);
	jw_array(&w);
	for (size_t i = 0; i < list->n; i++)
		jw_str(&w, LIST_TEXT(*list, i));
	jw_array_end(&w);
	json = arena_strn(a, b.data, b.len);
	buf_clear(&b);

	return json;
}


struct field_list list_parse(struct arena *a, const char *json)
{
	struct field_list list = { 0, NULL };
	json_t *array = NULL, *item;
	const char **texts;
	size_t i;

	if (!json || json_read(&array, json, strlen(json), 1 << 20, 2, NULL))
		return list;
	texts = arena_take(a, json_array_size(array) * sizeof(*texts));
	json_array_foreach(array, i, item) if (json_is_string(item)) texts[list.n++] =
		arena_str(a, json_string_value(item));
	list.v = texts;
	json_decref(array);

	return list;
}


struct field_list list_of_ids(struct arena *a, const char *const *ids, size_t count)
{
	const char **copy = arena_take(a, count * sizeof(*copy));

	for (size_t i = 0; i < count; i++)
		copy[i] = ids[i];

	return (struct field_list){ count, copy };
}


struct field_list list_of_sources(struct arena *a, struct charter_strings src)
{
	return list_of_ids(a, src.at, src.count);
}


void ids_append(struct charter_ids *ids, struct arena *a, const char *id)
{
	const size_t first = 8;
	size_t n = ids->count;

	/* There is room for the next power of two of them. */
	if (n == 0 || (n >= first && !(n & (n - 1)))) {
		const char **wider = arena_take(a, (n ? 2 * n : first) * sizeof(*wider));

		if (n)
			memcpy(wider, ids->at, n * sizeof(*wider));
		ids->at = wider;
	}
	ids->at[ids->count++] = id;
}


int need_party(const struct snapshot_party **out, struct act_cx *cx, const char *id)
{
	const struct snapshot *s = NULL;
	int err = world_statuses(&s, cx->world);

	if (err)
		return err;
	*out = snapshot_party(s, id);

	return *out ? 0
		    : refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.party", "party", id, NULL);
}


int need_number(int64_t *out, struct act_cx *cx)
{
	if (text_int(out, cx->subject_id, 1, INT64_MAX) == 0)
		return 0;
	fault_at(&cx->fault, "/subject", 0, 0);

	return fault_set(&cx->fault, E_RANGE, "The subject must end in a number.");
}


int need_own(struct act_cx *cx, const char *party)
{
	if (cx->seat.secretariat || text_eq(cx->seat.party, party))
		return 0;

	return refuse(cx, REFUSE_NOT_ENTITLED, NULL, "not-entitled.other-party", NULL);
}


const char *number_text(struct arena *a, int64_t n)
{
	return arena_printf(a, "%lld", (long long)n);
}


int64_t row_int(const struct store_rows *rows, int col)
{
	return store_null(rows, col) ? FIELD_NONE : store_int(rows, col);
}


const char *row_text(struct arena *a, const struct store_rows *rows, int col)
{
	const char *s = store_text(rows, col);

	return s ? arena_str(a, s) : NULL;
}


static int read_gate_parties(struct gate *g, struct arena *a, struct store *st)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, st,
		"SELECT s.party,"
		" EXISTS (SELECT 1 FROM council_pub_deposit d WHERE d.instrument = s.instrument"
		"  AND d.party = s.party),"
		" EXISTS (SELECT 1 FROM council_pub_ratified r WHERE r.instrument = s.instrument"
		"  AND r.party = s.party)"
		" FROM council_pub_signatory s WHERE s.instrument = $1 ORDER BY s.party",
		"s", g->instrument);

	while (!err && store_next(rows, &err)) {
		const char *party = row_text(a, rows, 0);
		bool deposited = store_int(rows, 1) != 0;
		bool ratified = deposited || store_int(rows, 2) != 0;

		g->need++;
		g->deposits += deposited;
		g->ratified += ratified;
		if (!deposited)
			ids_append(&g->waiting, a, party);
		if (!ratified)
			ids_append(&g->unratified, a, party);
	}
	store_done(rows);

	return err;
}


int gate_read(struct gate *out, struct arena *a, struct store *st, const struct charter *c,
	      const struct charter_status *status, const char *today)
{
	struct charter_why why;
	int err = 0;

	(void)c;
	memset(out, 0, sizeof(*out));
	out->instrument = status->gate;
	if (out->instrument) {
		err = store_get_text(&out->in_force, a, st,
				     "SELECT in_force FROM council_pub_in_force WHERE id = $1",
				     "s", out->instrument);
		if (err == E_ABSENT)
			err = 0;
		if (!err)
			err = read_gate_parties(out, a, st);
	}
	out->open = charter_gate(&why, status, out->in_force, today);
	out->rule = arena_str(a, why.path);
	out->src = why.src;

	return err;
}


int gate_check(struct act_cx *cx, const struct charter *c, const struct charter_status *status)
{
	struct gate g;
	int err = gate_read(&g, cx->arena, cx->st, c, status, cx->today);

	if (err || g.open)
		return err;

	return refuse(cx, REFUSE_GATE_CLOSED, g.rule, "gate-closed.status", "status",
		      status->id, "instrument", g.instrument, "have",
		      number_text(cx->arena, (int64_t)g.deposits), "need",
		      number_text(cx->arena, (int64_t)g.need), "waiting",
		      join_ids(cx->arena, g.waiting.at, g.waiting.count), NULL);
}
