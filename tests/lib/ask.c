/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdarg.h>
#include <string.h>

#include "ask.h"
#include "base/text.h"

static void say(struct world *w, const char *fmt, ...) PRINTF(2, 3);

static void say(struct world *w, const char *fmt, ...)
{
	size_t len = strlen(w->answer);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(w->answer + len, sizeof(w->answer) - len, fmt, ap);
	va_end(ap);
}


static void say_ids(struct world *w, const struct charter_ids *ids)
{
	for (size_t i = 0; i < ids->count; i++)
		say(w, "%s%s", w->answer[0] ? " " : "", ids->at[i]);
}


/* Split in place; returns how many parts there are. */
static size_t split(char *text, char by, const char **parts, size_t most)
{
	size_t n = 0;

	while (text && *text && n < most) {
		char *end = strchr(text, by);

		parts[n++] = text;
		if (end)
			*end++ = '\0';
		text = end;
	}

	return n;
}


static char *copy(struct world *w, const char *text)
{
	return arena_str(w->memory, text);
}


int64_t instant(const char *text)
{
	char full[32];
	int64_t at = 0;

	(void)snprintf(full, sizeof(full), "%sZ", text);
	ck_assert_msg(time_parse(&at, full) == 0, "%s", text);

	return at;
}


static void ask_members(struct world *w)
{
	struct charter_ids ids;

	charter_with_status(&ids, w->memory, &w->s, w->word[1], true, w->word[2]);
	say_ids(w, &ids);
}


static void ask_status(struct world *w)
{
	const struct charter_status *st =
		charter_status_on(w->c, &w->s, w->word[1], w->word[2]);

	say(w, "%s", st ? st->id : "none");
}


static void ask_may(struct world *w)
{
	struct charter_may may;
	int right = vocabulary_find(&vocabulary_right, w->word[2]);

	ck_assert_int_ge(right, 0);
	(void)charter_may(&may, w->c, &w->s, w->word[1], (enum right)right, w->word[3]);
	say(w, "%s", vocabulary_word(&vocabulary_may_reason, (int)may.reason));
}


/* gate STATUS IN-FORCE-ON ON */
static void ask_gate(struct world *w)
{
	const struct charter_status *st = charter_status(w->c, w->word[1]);
	struct charter_why why;
	const char *since = text_eq(w->word[2], "-") ? NULL : w->word[2];

	ck_assert_ptr_nonnull(st);
	say(w, "%s", charter_gate(&why, st, since, w->word[3]) ? "ok" : "gate-closed");
}


/* rights STATUS RIGHT,RIGHT...: all, some or none of them? */
static void ask_rights(struct world *w)
{
	const struct charter_status *st = charter_status(w->c, w->word[1]);
	const char *parts[16];
	size_t n = split(copy(w, w->word[2]), ',', parts, 16), has = 0;

	for (size_t i = 0; i < n; i++)
		has += SET_HAS(st->rights, vocabulary_find(&vocabulary_right, parts[i]));
	say(w, "%s", has == n ? "all" : has ? "some" : "none");
}


static void criteria(struct world *w, const char *only)
{
	const struct snapshot_party *p = snapshot_party(&w->s, w->word[1]);
	const struct charter_status *st = charter_status(w->c, w->word[2]);
	struct charter_criteria table;

	ck_assert(p && st);
	charter_criteria(&table, w->memory, w->c, &w->s, p, st, w->word[3]);
	charter_each (cell, table.cells) {
		if (only && !text_eq(only, cell->criterion->id))
			continue;
		say(w, "%s%s=%s", w->answer[0] ? " " : "", cell->criterion->id,
		    vocabulary_word(&vocabulary_criterion_result, (int)cell->result));
		for (size_t i = 0; i < cell->parties.count; i++)
			say(w, ":%s", cell->parties.at[i]);
	}
	if (!only)
		say(w, "%s%s", w->answer[0] ? " -> " : "-> ",
		    vocabulary_word(&vocabulary_criteria_verdict, (int)table.verdict));
}


/* criteria PARTY STATUS ON [CRITERION] */
static void ask_criteria(struct world *w)
{
	criteria(w, w->word[4]);
}


/* am=2020-04-30,kz=2020-05-01..2021-01-18: deposits, and their withdrawal after two dots. */
static size_t deposits(struct world *w, const char *text, struct charter_deposit *out)
{
	const char *parts[16];
	size_t n = split(copy(w, text), ',', parts, 16);

	for (size_t i = 0; i < n; i++) {
		char *date = strchr(parts[i], '=');
		char *end;

		*date++ = '\0';
		end = strstr(date, "..");
		if (end)
			*end = '\0';
		out[i] = (struct charter_deposit){ parts[i], date, end ? end + 2 : NULL };
	}

	return n;
}


static void say_entry(struct world *w, const struct charter_case *i, const char *on)
{
	struct charter_entry e;

	charter_in_force(&e, w->memory, w->c, &w->s, i, on);
	say(w, "%s", e.date[0] ? e.date : "none");
	if (w->word[5]) {
		say(w, " %s %d/%d of %d waiting",
		    vocabulary_word(&vocabulary_entry_state, (int)e.state), e.deposited,
		    e.needed, e.base);
		say_ids(w, &e.waiting);
		say(w, " bound");
		charter_each (b, e.bound) {
			say(w, " %s@%s", b->party, b->from);
		}
	}
}


/* force INSTRUMENT DEPOSITS ON SIGNATORIES|- [full]: of the registers, or a new one of a type
 */
static void ask_force(struct world *w)
{
	const struct charter_register_instrument *r = charter_instrument(w->c, w->word[1]);
	struct charter_deposit d[16];
	struct charter_case i = { .deposits = d };

	i.type = r ? r->type : charter_instrument_type(w->c, w->word[1]);
	ck_assert_ptr_nonnull(i.type);
	i.deposits_count = text_eq(w->word[2], "-") ? 0 : deposits(w, w->word[2], d);
	if (w->word[4] && !text_eq(w->word[4], "-")) {
		const char **at = arena_take(w->memory, 16 * sizeof(*at));

		i.signatories.count = split(copy(w, w->word[4]), ',', at, 16);
		i.signatories.at = at;
	} else if (r) {
		i.signatories = r->signatories;
	}
	say_entry(w, &i, w->word[3]);
}


/* decide RULE ON SUBJECT|- all=consent,am=object... [votes] */
static void ask_decide(struct world *w)
{
	struct charter_motion m = { .rule = charter_rule(w->c, w->word[1]) };
	struct charter_position p[64];
	struct charter_decision d;
	const char *parts[24];
	size_t n = split(copy(w, w->word[4]), ',', parts, 24), count = 0;

	ck_assert_ptr_nonnull(m.rule);
	m.subject = text_eq(w->word[3], "-") ? NULL : w->word[3];
	for (size_t i = 0; i < n; i++) {
		char *position = strchr(parts[i], '=');
		int number;

		*position++ = '\0';
		number = vocabulary_find(&vocabulary_position, position);
		ck_assert_msg(number >= 0, "%s", position);
		charter_each (party, w->s.parties) {
			if (text_eq(parts[i], "all") || text_eq(parts[i], party->id))
				p[count++] = (struct charter_position){ party->id,
									(enum position)number };
		}
	}
	charter_decide(&d, w->memory, w->c, &w->s, &m, p, count, w->word[2]);
	say(w, "%s", vocabulary_word(&vocabulary_outcome, (int)d.outcome));
	say_ids(w, &d.participants);
	if (w->word[5])
		say(w, " %lld of %lld needs %lld, quorum %d of %zu", (long long)d.yes,
		    (long long)d.base, (long long)d.yes_needed, d.quorum_needed,
		    d.entitled.count);
}


/* quorum RULE ON PARTY,PARTY... */
static void ask_quorum(struct world *w)
{
	const struct charter_motion m = { .rule = charter_rule(w->c, w->word[1]) };
	const char *parts[16];
	struct charter_strings present = { parts, split(copy(w, w->word[3]), ',', parts, 16) };
	struct charter_quorum q;

	charter_quorum(&q, w->memory, w->c, &w->s, &m, present, w->word[2]);
	say(w, "%s %d of %d, needs %d", q.met ? "met" : "lost", q.present, q.entitled,
	    q.needed);
}


static void ask_call(struct world *w)
{
	const struct charter_body *b = charter_body(w->c, w->word[3]);
	enum call_answer a = charter_call(NULL, charter_class(w->c, w->word[1]),
					  charter_channel(w->c, w->word[2]), b);

	say(w, "%s", vocabulary_word(&vocabulary_call_answer, (int)a));
}


static size_t served(struct world *w, struct charter_served *out)
{
	const char *parts[16];
	size_t n = split(copy(w, w->word[3]), ',', parts, 16);

	for (size_t i = 0; i < n; i++) {
		char *at = strchr(parts[i], '=');

		*at++ = '\0';
		out[i].party = parts[i];
		out[i].at = text_eq(at, "never") ? INT64_MIN : instant(at);
	}

	return n;
}


static size_t events(struct world *w, struct charter_silence_event *out)
{
	const char *parts[16];
	size_t n = text_eq(w->word[4], "-") ? 0 : split(copy(w, w->word[4]), ',', parts, 16);

	for (size_t i = 0; i < n; i++) {
		char *kind = strchr(parts[i], '=');
		char *at = strchr(kind, '@');

		*kind++ = '\0';
		*at++ = '\0';
		out[i].party = text_eq(parts[i], "chair") ? NULL : parts[i];
		out[i].kind = text_eq(kind, "object") ? SILENCE_OBJECT : SILENCE_EXTEND;
		out[i].at = instant(at);
	}

	return n;
}


/* silence ID KIND SERVED EVENTS|- NOW [PERIOD] */
static void ask_silence(struct world *w)
{
	struct charter_served s[16];
	struct charter_silence_event e[16];
	struct duration period;
	struct charter_silence_answer a;
	char text[TIME_TEXT_SIZE];
	struct charter_silence_run run = { .rule = charter_silence(w->c, w->word[1]),
					   .served = s,
					   .events = e };

	run.subject = (enum subject_kind)vocabulary_find(&vocabulary_subject_kind, w->word[2]);
	run.served_count = served(w, s);
	run.events_count = events(w, e);
	if (w->word[6]) {
		T_OK(duration_parse(&period, w->word[6]));
		run.period = &period;
	}
	charter_silence_at(&a, w->memory, &run, w->zone, instant(w->word[5]));
	say(w, "%s", vocabulary_word(&vocabulary_silence_state, (int)a.state));
	if (a.state == SILENCE_ADOPTED) {
		time_text(text, a.deadline);
		say(w, " %s%s", text, a.late.count ? " past-deadline" : "");
	}
}


static void ask_regime(struct world *w)
{
	const char *premises = text_eq(w->word[3], "-") ? NULL : w->word[3];
	int form = vocabulary_find(&vocabulary_meeting_form, w->word[2]);

	say(w, "%s",
	    charter_regime_forbids(NULL, charter_regime(w->c, w->word[1]),
				   (enum meeting_form)form, premises)
		    ? "regime-forbids"
		    : "ok");
}


/* order LANGUAGE ON */
static void ask_order(struct world *w)
{
	struct charter_ids ids;

	charter_order(&ids, w->memory, w->c, &w->s, ORDER_PARTIES_BY_SHORT_NAME, w->word[1],
		      w->word[2]);
	say_ids(w, &ids);
}


static void ask_seniority(struct world *w)
{
	struct charter_ids ids;

	charter_order(&ids, w->memory, w->c, &w->s, ORDER_PARTIES_BY_SENIORITY, "en",
		      w->word[1]);
	say_ids(w, &ids);
}


/* next PARTY|- ON */
static void ask_next(struct world *w)
{
	const char *now = text_eq(w->word[1], "-") ? NULL : w->word[1];
	const char *next = charter_next_chair(NULL, w->memory, w->c, &w->s, now, w->word[2]);

	say(w, "%s", next ? next : "nobody");
}


/* protocol FIRST|- ON */
static void ask_protocol(struct world *w)
{
	struct charter_ids ids;

	charter_protocol_order(&ids, w->memory, w->c, &w->s,
			       text_eq(w->word[1], "-") ? NULL : w->word[1], w->word[2]);
	say_ids(w, &ids);
}


static void ask_level(struct world *w)
{
	struct charter_level_answer a;
	char due[32];

	charter_level_rule(&a, w->c, w->word[1]);
	duration_text(due, sizeof(due), &a.draft_due);
	say(w, "%s within %s: %s",
	    a.by.office ? a.by.office->id
	    : a.by.body ? a.by.body->id
			: "nobody",
	    due, a.why.path);
}


static void ask_decider(struct world *w)
{
	const struct charter_office *o = charter_decider(charter_rule(w->c, w->word[1]));

	say(w, "%s", o ? o->id : "nobody");
}


static void ask_wrong_names(struct world *w)
{
	struct charter_ids by_short, by_long;
	struct snapshot_party *at = (struct snapshot_party *)w->s.parties.at;

	charter_order(&by_short, w->memory, w->c, &w->s, ORDER_PARTIES_BY_SHORT_NAME,
		      w->word[1], w->word[2]);
	for (size_t i = 0; i < w->s.parties.count; i++)
		at[i].short_name = (struct charter_text){ 0 };
	charter_order(&by_long, w->memory, w->c, &w->s, ORDER_PARTIES_BY_SHORT_NAME, w->word[1],
		      w->word[2]);
	for (size_t i = 0; i < by_long.count; i++)
		if (!text_eq(by_long.at[i], by_short.at[i])) {
			say(w, "differs");
			return;
		}
	say(w, "same");
}


static const struct {
	const char *word;
	void (*ask)(struct world *w);
} verbs[] = {
	{ "members", ask_members },  { "status", ask_status },	 { "may", ask_may },
	{ "gate", ask_gate },	     { "rights", ask_rights },	 { "criteria", ask_criteria },
	{ "force", ask_force },	     { "decide", ask_decide },	 { "quorum", ask_quorum },
	{ "call", ask_call },	     { "silence", ask_silence }, { "regime", ask_regime },
	{ "order", ask_order },	     { "next", ask_next },	 { "protocol", ask_protocol },
	{ "level", ask_level },	     { "decider", ask_decider }, { "seniority", ask_seniority },
	{ "long", ask_wrong_names },
};


void ask(struct world *w, const char *question)
{
	size_t n;

	memset(w->word, 0, sizeof(w->word));
	n = split(copy(w, question), ' ', w->word, ASK_WORDS);
	w->answer[0] = '\0';
	for (size_t i = 0; n && i < ARRAY_LEN(verbs); i++)
		if (text_eq(verbs[i].word, w->word[0])) {
			verbs[i].ask(w);
			return;
		}
	ck_abort_msg("no such question: %s", question);
}


void ask_rows(struct world *w, const struct row *rows, size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++) {
		ask(w, rows[i].ask);
		if (text_eq(w->answer, rows[i].want))
			continue;
		(void)fprintf(stderr, "%s: %s\n  want %s\n  got  %s\n", rows[i].name,
			      rows[i].ask, rows[i].want, w->answer);
		wrong++;
	}
	ck_assert_msg(!wrong, "%zu of %zu answers are wrong", wrong, count);
}


/* Room for the parties of the registers and some more. */
void world_open(struct world *w, const char *path)
{
	struct fault f = { 0 };
	struct snapshot_party *at;
	struct snapshot s;

	memset(w, 0, sizeof(*w));
	w->c = t_charter(path);
	w->memory = arena_new(65536);
	ck_assert_msg(zone_open(&w->zone, w->c->organisation.seat.timezone, &f) == 0, "%s",
		      f.text);
	snapshot_from_registers(&s, w->memory, w->c);
	at = arena_take(w->memory, (s.parties.count + ASK_EXTRA) * sizeof(*at));
	memcpy(at, s.parties.at, s.parties.count * sizeof(*at));
	w->s.parties.at = at;
	w->s.parties.count = s.parties.count;
}


void world_close(struct world *w)
{
	zone_close(w->zone);
	arena_free(w->memory);
	charter_free(w->c);
}


struct snapshot_party *party(struct world *w, const char *id)
{
	return (struct snapshot_party *)snapshot_party(&w->s, id);
}


struct snapshot_party *new_party(struct world *w, const char *id, const char *kind)
{
	struct snapshot_party *p =
		(struct snapshot_party *)&w->s.parties.at[w->s.parties.count++];

	*p = (struct snapshot_party){ .id = id, .kind = kind };

	return p;
}


void add_status(struct world *w, const char *id, const char *status, const char *from,
		const char *to)
{
	struct snapshot_party *p = party(w, id);
	struct snapshot_status *at =
		arena_take(w->memory, (p->statuses.count + 1) * sizeof(*at));

	if (p->statuses.count)
		memcpy(at, p->statuses.at, p->statuses.count * sizeof(*at));
	at[p->statuses.count] =
		(struct snapshot_status){ .status = status, .from = from, .to = to };
	p->statuses.at = at;
	p->statuses.count++;
}


void suspend(struct world *w, const char *id, const char *from, const char *to)
{
	const struct snapshot_party *p = party(w, id);
	struct snapshot_period *at = arena_take(w->memory, sizeof(*at));
	struct snapshot_status *last =
		(struct snapshot_status *)&p->statuses.at[p->statuses.count - 1];

	*at = (struct snapshot_period){ from, to, "test" };
	last->suspended.at = at;
	last->suspended.count = 1;
}
