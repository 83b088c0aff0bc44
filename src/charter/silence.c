/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * silence.c: the course of a silence procedure.
 *
 * Nothing is broken or extended by somebody who was not served as entitled.  An objection
 * breaks the silence even before the time has begun; a request to extend counts from then on.
 */
#include "base/text.h"
#include "charter/answer_make.h"
#include "charter/silence.h"


static bool unserved(const struct charter_served *s)
{
	return s->at == INT64_MIN;
}


/* The last receipt, and who has none. */
static void start(struct charter_silence_answer *out, const struct charter_silence_run *run)
{
	out->start = INT64_MIN;
	for (size_t i = 0; i < run->served_count; i++) {
		const struct charter_served *s = &run->served[i];

		if (unserved(s))
			ids_add(&out->unserved, s->party);
		else if (s->at > out->start)
			out->start = s->at;
	}
	out->started =
		out->start != INT64_MIN &&
		(!out->unserved.count || run->rule->if_undelivered == UNDELIVERED_SKIP_PARTY);
}


static bool entitled(const struct charter_silence_run *run,
		     const struct charter_silence_event *e)
{
	if (e->kind == SILENCE_EXTEND && run->rule->extend_by == EXTEND_CHAIR)
		return e->party == NULL;
	for (size_t i = 0; i < run->served_count; i++)
		if (text_eq(run->served[i].party, e->party))
			return true;

	return false;
}


static void extend(struct charter_silence_answer *out, const struct charter_silence_run *run,
		   struct zone *zone, int64_t now)
{
	for (size_t i = 0; i < run->events_count && !out->extended; i++) {
		const struct charter_silence_event *e = &run->events[i];

		if (e->kind == SILENCE_EXTEND && run->rule->extend && entitled(run, e) &&
		    e->at <= now && e->at < out->deadline) {
			out->deadline = zone_add(zone, out->deadline, run->rule->extend);
			out->extended = true;
		}
	}
}


static void objections(struct charter_silence_answer *out,
		       const struct charter_silence_run *run, int64_t now)
{
	for (size_t i = 0; i < run->events_count; i++) {
		const struct charter_silence_event *e = &run->events[i];

		if (e->at > now)
			continue;
		if (!entitled(run, e))
			ids_add(&out->ignored, e->party);
		else if (e->kind == SILENCE_OBJECT)
			ids_add(!out->started || e->at < out->deadline ? &out->objected
								       : &out->late,
				e->party);
	}
}


static enum silence_state state(const struct charter_silence_answer *a, int64_t now)
{
	if (a->objected.count)
		return SILENCE_BROKEN;
	if (!a->started)
		return SILENCE_NOT_DELIVERED;

	return now >= a->deadline ? SILENCE_ADOPTED : SILENCE_RUNNING;
}


static bool too_short(const struct charter_silence_run *run, const struct duration *period,
		      struct zone *zone, int64_t from)
{
	return zone_add(zone, from, period) < zone_add(zone, from, &run->rule->min_period);
}


void charter_silence_at(struct charter_silence_answer *out, struct arena *memory,
			const struct charter_silence_run *run, struct zone *zone, int64_t now)
{
	const struct charter_silence *r = run->rule;
	const struct duration *period = run->period ? run->period : &r->period;

	*out = (struct charter_silence_answer){ 0 };
	ids_init(&out->objected, memory, run->events_count);
	ids_init(&out->late, memory, run->events_count);
	ids_init(&out->ignored, memory, run->events_count);
	ids_init(&out->unserved, memory, run->served_count);
	if (SET_HAS(r->never_for, run->subject) || !SET_HAS(r->allowed_for, run->subject)) {
		out->state = SILENCE_NOT_ALLOWED;
		why_set(&out->why, &r->origin,
			SET_HAS(r->never_for, run->subject) ? "never_for" : "allowed_for");
		return;
	}
	start(out, run);
	if (too_short(run, period, zone, out->started ? out->start : now)) {
		out->state = SILENCE_TOO_SHORT;
		why_set(&out->why, &r->origin, "min_period");
		return;
	}
	why_set(&out->why, &r->origin, out->started ? "period" : "if_undelivered");
	if (out->started) {
		out->deadline = zone_add(zone, out->start, period);
		extend(out, run, zone, now);
	}
	objections(out, run, now);
	out->state = state(out, now);
}
