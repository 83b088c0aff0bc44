/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Effects of acts: what is applied, what is recorded, what replay reads back. */
#include <string.h>

#include "act/effect.h"
#include "act/judging.h"
#include "base/mem.h"
#include "t.h"


static struct store *fresh(void)
{
	struct store *st = NULL;
	struct fault f = { 0 };

	ck_assert_msg(store_open(&st, ":memory:", STORE_CREATE, &f) == 0, "%s", f.text);
	T_OK(store_exec(st,
			"CREATE TABLE ship (id INTEGER PRIMARY KEY, name TEXT, load REAL, "
			"gone INTEGER)",
			""));

	return st;
}


/* One row as text, to compare. */
static const char *row(struct arena *a, struct store *st, int64_t id)
{
	const char *text = NULL;

	if (store_get_text(&text, a, st,
			   "SELECT coalesce(name, '-') || ' ' || coalesce(load, -1) || ' ' ||"
			   " coalesce(gone, -1) FROM ship WHERE id = $1",
			   "i", id))
		return NULL;

	return text;
}


T(effects_are_applied_in_their_order)
{
	struct arena *a = arena_new(4096);
	struct store *st = fresh();
	struct effects fx;

	effects_init(&fx, a);
	effect_add(&fx, "ship", "id name load", "isr", INT64_C(7), "Aurora", 2.5);
	effect_set(&fx, "ship", "id", "name gone", "isi", INT64_C(7), "Borealis", INT64_C(1));
	effect_add(&fx, "ship", "id name", "is", INT64_C(8), NULL);
	T_OK(effects_apply(st, &fx));
	T_STR("Borealis 2.5 1", row(a, st, 7));
	T_STR("- -1 -1", row(a, st, 8));
	store_close(st);
	arena_free(a);
}


T(an_optional_number_that_is_absent_is_null)
{
	struct arena *a = arena_new(4096);
	struct store *st = fresh();
	struct effects fx;

	effects_init(&fx, a);
	effect_add(&fx, "ship", "id gone name", "ios", INT64_C(1), FIELD_NONE, "Aurora");
	effect_add(&fx, "ship", "id gone name", "ios", INT64_C(2), INT64_C(5), "Borealis");
	effect_add(&fx, "ship", "id gone name", "ins", INT64_C(3), "Corona");
	T_OK(effects_apply(st, &fx));
	T_STR("Aurora -1 -1", row(a, st, 1));
	T_STR("Borealis -1 5", row(a, st, 2));
	T_STR("Corona -1 -1", row(a, st, 3));
	store_close(st);
	arena_free(a);
}


T(a_row_to_be_set_must_be_there)
{
	struct arena *a = arena_new(4096);
	struct store *st = fresh();
	struct effects fx;

	effects_init(&fx, a);
	effect_set(&fx, "ship", "id", "gone", "ii", INT64_C(7), INT64_C(1));
	T_INT(E_ABSENT, effects_apply(st, &fx));
	store_close(st);
	arena_free(a);
}


T(what_is_recorded_is_read_back_and_does_the_same)
{
	struct arena *a = arena_new(4096);
	struct store *one = fresh(), *two = fresh();
	struct effects fx, back;
	json_t *array = NULL;
	struct buf b;
	struct jw w;

	effects_init(&fx, a);
	effect_add(&fx, "ship", "id name load gone", "isri", INT64_C(9007199254740993),
		   "Ä \"quoted\"\n", 0.1, INT64_MIN);
	effect_set(&fx, "ship", "id gone", "load", "iir", INT64_C(9007199254740993), INT64_MIN,
		   1e300);
	buf_init(&b, 0);
	jw_init(&w, &b);
	effects_json(&w, &fx);
	T_OK(json_read(&array, b.data, b.len, 1 << 20, JSON_DEPTH, NULL));
	T_OK(effects_parse(&back, a, array));
	T_INT(2, back.count);
	T_OK(effects_apply(one, &fx));
	T_OK(effects_apply(two, &back));
	T_STR(row(a, one, 9007199254740993), row(a, two, 9007199254740993));
	json_decref(array);
	buf_clear(&b);
	store_close(one);
	store_close(two);
	arena_free(a);
}


T(what_is_no_effect_is_refused)
{
	static const char *const bad[] = {
		"{}",
		"[1]",
		"[[]]",
		"[[\"-\",\"ship\",{\"id\":1}]]",
		"[[\"+\",\"Ship\",{\"id\":1}]]",
		"[[\"+\",\"ship; DROP TABLE ship\",{\"id\":1}]]",
		"[[\"+\",\"ship\",{}]]",
		"[[\"+\",\"ship\",{\"id or 1\":1}]]",
		"[[\"+\",\"ship\",{\"id\":[]}]]",
		"[[\"+\",\"ship\",{\"id\":true}]]",
		"[[\"=\",\"ship\",{\"id\":1}]]",
		"[[\"=\",\"ship\",{},{\"id\":1}]]",
		"[[\"=\",\"ship\",{\"id\":1},{}]]",
	};
	struct arena *a = arena_new(4096);
	struct effects fx;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_t *v = NULL;

		T_OK(json_read(&v, bad[i], strlen(bad[i]), 1 << 20, JSON_DEPTH, NULL));
		ck_assert_msg(effects_parse(&fx, a, v) == E_RANGE, "%s", bad[i]);
		json_decref(v);
	}
	arena_free(a);
}


T(too_many_effects_are_an_error_not_a_loss)
{
	struct arena *a = arena_new(1 << 16);
	struct store *st = fresh();
	struct effects fx;

	effects_init(&fx, a);
	for (int64_t i = 0; i < EFFECTS_MAX; i++)
		effect_add(&fx, "ship", "id", "i", i);
	T_INT(0, fx.err);
	effect_add(&fx, "ship", "id", "i", (int64_t)EFFECTS_MAX);
	T_INT(E_TOOBIG, fx.err);
	T_INT(E_TOOBIG, effects_apply(st, &fx));
	ck_assert_ptr_null(row(a, st, 0));
	store_close(st);
	arena_free(a);
}


T(a_list_of_ids_grows)
{
	struct arena *a = arena_new(4096);
	struct charter_ids ids = { 0 };

	for (int64_t i = 0; i < 1000; i++)
		ids_append(&ids, a, number_text(a, i));
	T_INT(1000, ids.count);
	for (int64_t i = 0; i < 1000; i++)
		T_STR(number_text(a, i), ids.at[i]);
	arena_free(a);
}

T_MAIN("effects", C(effects_are_applied_in_their_order),
       C(an_optional_number_that_is_absent_is_null), C(a_row_to_be_set_must_be_there),
       C(what_is_recorded_is_read_back_and_does_the_same), C(what_is_no_effect_is_refused),
       C(too_many_effects_are_an_error_not_a_loss), C(a_list_of_ids_grows))
