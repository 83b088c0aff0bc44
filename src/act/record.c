/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "act/record.h"
#include "base/text.h"
#include "base/time.h"
#include "base/version.h"
#include "charter/charter.h"

enum {
	RECORD_MAX = 64 << 20,
};


void record_write(struct buf *out, const struct act_cx *cx, const json_t *body, bool done)
{
	char at[TIME_TEXT_SIZE], nonce[2 * ACT_RANDOM_SIZE + 1];
	struct jw w;

	time_text(at, cx->at);
	text_hex(nonce, cx->random, ACT_RANDOM_SIZE);
	jw_init(&w, out);
	jw_object(&w);
	jw_kint(&w, "comity_act", 1);
	jw_kint(&w, "seq", cx->seq);
	jw_kstr(&w, "id", cx->request->id);
	jw_kstr(&w, "kind", cx->request->kind);
	jw_kstr(&w, "subject", cx->request->subject);
	jw_kstr(&w, "at", at);
	jw_kstr(&w, "person", cx->seat.person);
	jw_kstr(&w, "office", cx->seat.office);
	jw_kstr(&w, "party", cx->seat.party);
	jw_kstr(&w, "charter", cx->charter ? cx->charter->hash : NULL);
	jw_kstr(&w, "engine", COMITY_VERSION);
	jw_kstr(&w, "nonce", nonce);
	jw_kstr(&w, "see", cx->see);
	jw_key(&w, "body");
	jw_json(&w, body);
	jw_kstr(&w, "outcome", done ? "done" : "refused");
	jw_key(&w, done ? "effects" : "refusal");
	if (done)
		effects_json(&w, &cx->fx);
	else
		refusal_json(&w, &cx->why);
	jw_object_end(&w);
}


int record_read(struct record *out, const char *text, size_t len, struct fault *f)
{
	const json_t *o;
	int err;

	memset(out, 0, sizeof(*out));
	err = json_read(&out->root, text, len, RECORD_MAX, JSON_DEPTH, f);
	if (err)
		return err;

	o = out->root;
	out->seq = json_int(o, "seq", 0);
	out->id = json_text(o, "id", NULL);
	out->kind = json_text(o, "kind", NULL);
	out->subject = json_text(o, "subject", NULL);
	out->person = json_text(o, "person", NULL);
	out->office = json_text(o, "office", NULL);
	out->party = json_text(o, "party", NULL);
	out->charter = json_text(o, "charter", NULL);
	out->engine = json_text(o, "engine", "");
	out->nonce = json_text(o, "nonce", "");
	out->see = json_text(o, "see", "");
	out->body = json_object_get(o, "body");
	out->effects = json_object_get(o, "effects");
	out->done = text_eq(json_text(o, "outcome", NULL), "done");
	if (json_int(o, "comity_act", 0) != 1 || out->seq < 1 || !out->id || !out->kind ||
	    !out->subject || !out->body || time_parse(&out->at, json_text(o, "at", "")) ||
	    (out->done ? !out->effects
		       : refusal_parse(&out->why, json_object_get(o, "refusal")) != 0)) {
		record_clear(out);
		return fault_set(f, E_RANGE, "This is not the record of an act.");
	}

	return 0;
}


void record_clear(struct record *r)
{
	json_decref(r->root);
	memset(r, 0, sizeof(*r));
}
