/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* register.c: instruments, their texts and stages, rectification, end (domain.md M3). */
#include <string.h>

#include "act/notice.h"
#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "council/instruments.h"
#include "gen/council.h"
#include "store/store.h"


static void add_text(struct act_cx *cx, const char *instrument, const char *language,
		     const char *digest, bool authentic)
{
	effect_add(&cx->fx, "council_text", "instrument language seq digest authentic at",
		   "ssisii", instrument, language, cx->seq, digest, (int64_t)authentic, cx->at);
}


static int check_new(struct act_cx *cx, const struct instrument_register *b)
{
	const struct snapshot_party *p = NULL;
	int64_t n = 0;
	int err;

	if (!text_id(cx->subject_id)) {
		fault_at(&cx->fault, "/subject", 0, 0);
		return fault_set(&cx->fault, E_RANGE,
				 "The subject must be \"instrument/\" and an id.");
	}
	if (!charter_instrument_type(cx->charter, b->type))
		return refuse(cx, REFUSE_NOT_FOUND, "instruments", "not-found.type", "text",
			      b->type, NULL);
	err = store_get_int(&n, cx->st, "SELECT count(*) FROM council_instrument WHERE id = $1",
			    "s", cx->subject_id);
	if (!err && n)
		err = refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.instrument",
			     NULL);
	for (size_t i = 0; i < b->signatories.n && !err; i++) {
		err = need_party(&p, cx, LIST_TEXT(b->signatories, i));
		for (size_t k = 0; k < i && !err; k++)
			if (text_eq(LIST_TEXT(b->signatories, i), LIST_TEXT(b->signatories, k)))
				err = fault_set(&cx->fault, E_RANGE, "%s signed only once.",
						LIST_TEXT(b->signatories, i));
	}

	return err;
}


int instrument_register_judge(struct act_cx *cx, const void *body)
{
	const struct instrument_register *b = body;
	const struct council_digest_of *texts = b->texts.v;
	const char *place = NULL;
	int err = check_new(cx, b);

	if (err)
		return err;
	if (b->place) {
		struct charter_wording w = { cx->charter->languages.otherwise, b->place };

		place = ltext_json(cx->arena, (struct charter_text){ &w, 1 });
	}
	effect_add(&cx->fx, "council_instrument",
		   "id type package title state signed place seq", "sssssssi", cx->subject_id,
		   b->type, b->package, b->title,
		   b->signed_ ? "awaiting-deposits" : "negotiated", b->signed_, place, cx->seq);
	for (size_t i = 0; i < b->signatories.n; i++)
		effect_add(&cx->fx, "council_signatory", "instrument party signed", "sss",
			   cx->subject_id, LIST_TEXT(b->signatories, i), b->signed_);
	for (size_t i = 0; i < b->texts.n; i++)
		add_text(cx, cx->subject_id, texts[i].language, texts[i].digest,
			 texts[i].authentic);

	return 0;
}


int instrument_record_text_judge(struct act_cx *cx, const void *body)
{
	const struct instrument_record_text *b = body;
	struct instrument i;
	int64_t n = 0;
	int err = instrument_need(&i, cx);

	/* An authentic text changes only by rectification. */
	if (!err)
		err = store_get_int(
			&n, cx->st,
			"SELECT count(*) FROM council_text WHERE instrument = $1 AND"
			" language = $2 AND authentic = 1",
			"ss", i.id, b->language);
	if (err)
		return err;
	if (n)
		return refuse(cx, REFUSE_EXISTS_ALREADY, "documents/authentic",
			      "exists-already", NULL);
	add_text(cx, i.id, b->language, b->digest, b->authentic);

	return 0;
}


int instrument_stage_judge(struct act_cx *cx, const void *body)
{
	const struct instrument_stage *b = body;
	const struct snapshot_party *p = NULL;
	struct instrument i;
	int err = instrument_need(&i, cx);

	if (!err)
		err = need_party(&p, cx, b->party);
	if (!err && !text_eq(cx->seat.office, "depositary"))
		err = need_own(cx, b->party);
	if (err)
		return err;
	if (text_eq(b->stage, "signed")) {
		if (instrument_signed_by(&i, b->party))
			return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already", NULL);
		effect_add(&cx->fx, "council_signatory", "instrument party signed", "sss", i.id,
			   b->party, b->date);
	} else if (!instrument_signed_by(&i, b->party)) {
		return refuse(cx, REFUSE_NOT_SIGNATORY, NULL, "not-signatory", "party",
			      b->party, "instrument", i.id, NULL);
	}
	effect_add(&cx->fx, "council_stage", "instrument party stage seq date reference",
		   "sssiss", i.id, b->party, b->stage, cx->seq, b->date, b->reference);

	return 0;
}


int instrument_rectify_judge(struct act_cx *cx, const void *body)
{
	const struct instrument_rectify *b = body;
	struct notice notice;
	struct instrument i;
	int err = instrument_need(&i, cx);

	if (!err && strcmp(b->until, cx->today) <= 0)
		err = refuse(cx, REFUSE_PERIOD_TOO_SHORT, NULL, "period-too-short", NULL);
	if (!err)
		err = notice_issue(&notice, cx, NULL);
	if (!err)
		effect_add(&cx->fx, "council_rectification",
			   "act instrument language digest error until", "isssss", cx->seq,
			   i.id, b->language, b->digest, b->error, b->until);

	return err;
}

struct rectification {
	const char *language;
	const char *digest;
	const char *until;
	bool confirmed;
};


static int need_rectification(struct rectification *out, struct act_cx *cx,
			      const char *instrument, int64_t act)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT language, digest, until, confirmed FROM council_rectification"
		" WHERE act = $1 AND instrument = $2",
		"is", act, instrument);

	if (!err && store_next(rows, &err)) {
		out->language = row_text(cx->arena, rows, 0);
		out->digest = row_text(cx->arena, rows, 1);
		out->until = row_text(cx->arena, rows, 2);
		out->confirmed = !store_null(rows, 3);
	} else if (!err) {
		err = refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.act", NULL);
	}
	store_done(rows);

	return err;
}


/* The last day for an objection: of the rectification, or of the type about reservations. */
static int objection_until(const char **out, struct act_cx *cx, const struct instrument *i,
			   int64_t act)
{
	struct rectification r;
	const char *received = NULL;
	char until[TIME_DATE_SIZE];
	int err = store_get_text(&received, cx->arena, cx->st,
				 "SELECT received FROM council_deposit WHERE seq = $1 AND"
				 " instrument = $2 AND reservation IS NOT NULL",
				 "is", act, i->id);

	if (err == E_ABSENT) {
		err = need_rectification(&r, cx, i->id, act);
		*out = err ? NULL : r.until;
		return err;
	}
	if (err)
		return err;
	*out = NULL;
	if (i->type && i->type->objection_period) {
		date_add(until, received, i->type->objection_period);
		*out = arena_str(cx->arena, until);
	}

	return 0;
}


int instrument_object_judge(struct act_cx *cx, const void *body)
{
	const struct instrument_object *b = body;
	const char *until = NULL;
	struct instrument i;
	int err = instrument_need(&i, cx);

	if (!err)
		err = objection_until(&until, cx, &i, b->to);
	if (!err && until && strcmp(cx->today, until) > 0)
		err = refuse(cx, REFUSE_PAST_DEADLINE, NULL, "past-deadline", "date", until,
			     NULL);
	if (!err)
		effect_add(&cx->fx, "council_objection", "seq instrument to_act party text",
			   "isiss", cx->seq, i.id, b->to, cx->seat.party, b->text);

	return err;
}


int instrument_confirm_rectification_judge(struct act_cx *cx, const void *body)
{
	const struct instrument_confirm_rectification *b = body;
	struct rectification r;
	struct instrument i;
	struct notice notice;
	const char *objecting = NULL;
	int err = instrument_need(&i, cx);

	if (!err)
		err = need_rectification(&r, cx, i.id, b->act);
	if (err)
		return err;
	if (r.confirmed)
		return refuse(cx, REFUSE_EXISTS_ALREADY, NULL, "exists-already.rectification",
			      NULL);
	if (strcmp(cx->today, r.until) <= 0)
		return refuse(cx, REFUSE_PERIOD_TOO_SHORT, NULL, "period-too-short", NULL);
	err = store_get_text(
		&objecting, cx->arena, cx->st,
		"SELECT party FROM council_objection WHERE to_act = $1 ORDER BY seq"
		" LIMIT 1",
		"i", b->act);
	if (!err)
		return refuse(cx, REFUSE_OBJECTED, NULL, "objected", "parties", objecting,
			      NULL);
	if (err != E_ABSENT)
		return err;
	err = notice_issue(&notice, cx, NULL);
	if (err)
		return err;
	add_text(cx, i.id, r.language, r.digest, true);
	effect_set(&cx->fx, "council_rectification", "act", "confirmed", "ii", b->act, cx->seq);

	return 0;
}


int instrument_terminate_judge(struct act_cx *cx, const void *body)
{
	const struct instrument_terminate *b = body;
	struct notice notice;
	struct instrument i;
	int err = instrument_need(&i, cx);

	if (!err && text_eq(i.state, "terminated"))
		err = refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.instrument",
			     "instrument", i.id, "state", i.state, NULL);
	if (!err)
		err = notice_issue(&notice, cx, NULL);
	if (!err)
		effect_set(&cx->fx, "council_instrument", "id", "state terminated reason",
			   "ssss", i.id, "terminated", b->date, b->reason);

	return err;
}
