/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* system.c: the description of the API, health, figures, the clock of demonstrations. */
#include <string.h>

#include "act/clock.h"
#include "api/clerk.h"
#include "api/desk.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "base/version.h"
#include "gen/openapi.h"
#include "store/store.h"


int system_openapi(struct request *r)
{
	return http_reply(r, 200, "application/json", openapi_json, openapi_json_len);
}


int system_health(struct request *r)
{
	int64_t seq = 0;
	int err = store_get_int(&seq, desk_reader(r)->st,
				"SELECT coalesce(max(seq), 0) FROM act_record", "");
	struct jw w;

	if (err)
		return err;
	r->status = 200;
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_kstr(&w, "status", "ok");
	jw_kstr(&w, "version", COMITY_VERSION);
	jw_kint(&w, "seq", seq);
	jw_object_end(&w);

	return HTTP_ANSWERED;
}


int system_clock(struct request *r)
{
	struct desk *d = loop_desk(r->loop);
	char at[TIME_TEXT_SIZE];
	struct jw w;

	time_text(at, clock_now(d->clock));
	r->status = 200;
	jw_init(&w, &r->out);
	jw_object(&w);
	jw_kstr(&w, "at", at);
	jw_kbool(&w, "demo", d->demo);
	jw_object_end(&w);

	return HTTP_ANSWERED;
}


int system_clock_set(struct request *r)
{
	struct desk *d = loop_desk(r->loop);
	json_t *root = NULL;
	int64_t at = 0;
	int err;

	if (!d->demo)
		return fault_set(&r->fault, E_ABSENT,
				 "Only a demonstration's clock can be moved.");
	err = json_read(&root, r->body.data, r->body.len, 1000, 4, &r->fault);
	if (err)
		return err;
	err = time_parse(&at, json_text(root, "at", ""));
	if (!err)
		clock_set(d->clock, at, json_is_true(json_object_get(root, "running")));
	json_decref(root);
	if (err) {
		fault_at(&r->fault, "/at", 0, 0);
		return fault_set(&r->fault, E_RANGE,
				 "This must be an instant such as 2020-05-15T10:00:00Z.");
	}
	/* Whoever moves the clock finds done what is due by then. */
	clerk_settle(d->clerk);

	return system_clock(r);
}
