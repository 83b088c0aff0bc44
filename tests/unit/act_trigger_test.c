/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is due is proposed once, by the machine, and judged like any act. */
#include <string.h>

#include "act/acts.h"
#include "act/pipeline.h"
#include "act/trigger.h"
#include "act/viewing.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/time.h"
#include "charter/load.h"
#include "charters.h"
#include "store/migrate.h"
#include "t.h"

#define START INT64_C(1589536800000) /* 2020-05-15T10:00:00Z */
#define HOUR  INT64_C(3600000)

/* A module whose acts ring a bell: the n-th hour's bell is due at that hour. */
struct ring {
	int64_t hour;
};
static const struct field ring_table[] = {
	{ "hour", FIELD_INT, 0, offsetof(struct ring, hour), 0, 1000, NULL, NULL, NULL,
	  "Which.", "\"hour\":" },
};
static const struct fields ring_fields = { "bell.ring", sizeof(struct ring), 1, ring_table };
static const struct act_desc ring_act = { "bell.ring", "machine",    "bell",
					  "public",    &ring_fields, "Ring." };
static int64_t looks, refused_hour; /* one thread */


static int ring_judge(struct act_cx *cx, const void *body)
{
	const struct ring *b = body;

	if (b->hour == refused_hour)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state", NULL);

	return 0;
}


static int bells(struct trigger_cx *cx)
{
	int64_t hour = (cx->at - START) / HOUR;
	char key[32];

	looks++;
	for (int64_t h = 1; h <= hour; h++) {
		(void)snprintf(key, sizeof(key), "bell %lld", (long long)h);
		trigger_propose(cx, "bell.ring", "bell",
				json_pack("{s:I}", "hour", (json_int_t)h), key);
	}
	trigger_wake(cx, START + (hour + 1) * HOUR);

	return 0;
}

static const struct act_kind bell_acts[] = { { &ring_act, ring_judge }, { NULL, NULL } };
static const struct trigger bell_triggers[] = { { "bell.hours", bells }, { NULL, NULL } };
static const struct module bell_module = { .name = "bell",
					   .acts = bell_acts,
					   .triggers = bell_triggers };
static const struct module *const modules_of_test[] = { &act_module, &bell_module, NULL };

struct place {
	struct registry registry;
	struct store *st;
	struct pipeline pipeline;
	struct reader reader;
	struct arena *arena;
	int64_t at;
	size_t acts;
};


static int do_act(const struct act_request *q, void *arg)
{
	const struct seat machine = { .machine = true };
	const uint8_t random[ACT_RANDOM_SIZE] = { 0 };
	struct place *p = arg;
	const struct act_try try = { q, &machine, p->at, random, 0 };
	struct act_outcome o;
	struct fault f = { 0 };

	p->acts++;
	T_OK(store_begin(p->st));
	ck_assert_msg(pipeline_act(&p->pipeline, &try, p->arena, &o, &f) == 0, "%s", f.text);

	return o.recorded ? store_commit(p->st) : (store_rollback(p->st), 0);
}


static void found(struct place *p)
{
	const struct seat operator_ = { .office = "operator", .operator_ = true };
	const uint8_t random[ACT_RANDOM_SIZE] = { 0 };
	char *text = t_slurp("charters/union-of-six.yaml", NULL);
	struct act_request q = { "founding", "charter.found", "charter", NULL, FIELD_NONE };
	const struct act_try try = { &q, &operator_, START, random, 0 };
	struct charter_report report;
	struct charter *c = NULL;
	struct act_outcome o;
	struct fault f = { 0 };
	json_t *body;

	charter_report_init(&report);
	T_OK(charter_load(&c, &report, text, strlen(text)));
	body = json_pack("{s:s, s:s}", "hash", c->hash, "text", text);
	q.body = body;
	T_OK(store_begin(p->st));
	ck_assert_msg(pipeline_act(&p->pipeline, &try, p->arena, &o, &f) == 0, "%s", f.text);
	T_OK(store_commit(p->st));
	json_decref(body);
	charter_report_clear(&report);
	charter_free(c);
	free(text);
}


static void open_place(struct place *p)
{
	struct fault f = { 0 };

	memset(p, 0, sizeof(*p));
	looks = 0;
	refused_hour = -1;
	p->arena = arena_new(1 << 16);
	registry_init(&p->registry, modules_of_test);
	T_OK(store_open(&p->st, ":memory:", STORE_CREATE, &f));
	ck_assert_msg(migrate(p->st, &f) == 0, "%s", f.text);
	T_OK(pipeline_open(&p->pipeline, p->st, &p->registry));
	p->reader = (struct reader){ .st = p->st,
				     .world = world_new(p->st),
				     .registry = &p->registry };
	p->at = START;
}


static void close_place(struct place *p)
{
	world_free(p->reader.world);
	pipeline_close(&p->pipeline);
	store_close(p->st);
	registry_clear(&p->registry);
	arena_free(p->arena);
}


static void look(struct triggers *t, struct place *p, int64_t at)
{
	p->at = at;
	p->acts = 0;
	T_OK(triggers_run(t, &p->reader, at, do_act, p));
}


T(before_the_founding_nothing_is_due)
{
	struct triggers t;
	struct place p;

	open_place(&p);
	triggers_init(&t);
	look(&t, &p, START + 5 * HOUR);
	T_INT(0, looks);
	T_INT(0, p.acts);
	triggers_clear(&t);
	close_place(&p);
}


T(what_is_due_is_done_once)
{
	struct triggers t;
	struct place p;

	open_place(&p);
	found(&p);
	triggers_init(&t);
	look(&t, &p, START);
	T_INT(0, p.acts);
	ck_assert_int_eq(t.next, START + HOUR);
	look(&t, &p, START + 2 * HOUR);
	T_INT(2, p.acts);
	T_INT(2, t.done);
	T_INT(3, p.pipeline.seq);
	look(&t, &p, START + 2 * HOUR);
	T_INT(0, p.acts);
	/* Another server, which remembers nothing, finds it in the record. */
	triggers_clear(&t);
	triggers_init(&t);
	look(&t, &p, START + 3 * HOUR);
	T_INT(1, p.acts);
	T_INT(4, p.pipeline.seq);
	triggers_clear(&t);
	close_place(&p);
}


T(what_is_refused_is_not_tried_again)
{
	struct triggers t;
	struct place p;

	open_place(&p);
	found(&p);
	triggers_init(&t);
	refused_hour = 1;
	look(&t, &p, START + HOUR);
	T_INT(1, p.acts);
	T_INT(1, p.pipeline.seq);
	look(&t, &p, START + HOUR);
	T_INT(0, p.acts);
	triggers_clear(&t);
	close_place(&p);
}

T_MAIN("triggers", C(before_the_founding_nothing_is_due), C(what_is_due_is_done_once),
       C(what_is_refused_is_not_tried_again))
