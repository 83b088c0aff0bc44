/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk.c: the routes, who asks, and what a loop keeps. */
#include <stdlib.h>
#include <string.h>

#include "act/clock.h"
#include "act/world.h"
#include "api/desk.h"
#include "assist/edxl.h"
#include "api/session.h"
#include "api/signin.h"
#include "base/mem.h"
#include "base/text.h"
#include "watch/sheet.h"

enum {
	OFFER_MAX = 256 << 10,
	ACT_BODY_MAX = 3 << 20, /* a charter of 1 MB, escaped */
	SMALL_MAX = 4 << 10,
	SIGNING_MAX = 32 << 10, /* what a passkey says, in base64 */
};

const struct route api_routes[] = {
	{ "POST", "/api/v1/acts", acts_post, acts_posted, ACT_BODY_MAX },
	{ "POST", "/api/v1/tries", acts_try, NULL, ACT_BODY_MAX },
	{ "GET", "/api/v1/acts/{}", acts_get, NULL, 0 },
	{ "GET", "/api/v1/acts/{}/record", acts_record, NULL, 0 },
	{ "GET", "/api/v1/acts/{}/{}", acts_proof, NULL, 0 },
	{ "GET", "/api/v1/views", views_several, NULL, 0 },
	{ "GET", "/api/v1/views/{}", views_get, NULL, 0 },
	{ "POST", "/api/v1/intake", intake_post, NULL, SHEET_BYTES_MAX },
	{ "GET", "/api/v1/session", session_get, NULL, 0 },
	{ "POST", "/api/v1/session", session_post, signing_again, SMALL_MAX },
	{ "DELETE", "/api/v1/session", session_delete, signing_again, SMALL_MAX },
	{ "GET", "/api/v1/sessions", sessions_get, NULL, 0 },
	{ "DELETE", "/api/v1/sessions", sessions_delete, signing_again, SMALL_MAX },
	{ "DELETE", "/api/v1/sessions/{}", sessions_delete_one, signing_again, SMALL_MAX },
	{ "POST", "/api/v1/session/seat", session_seat_post, signing_again, SMALL_MAX },
	{ "POST", "/api/v1/session/passkey/options", passkey_question, signing_again,
	  SMALL_MAX },
	{ "POST", "/api/v1/session/passkey", passkey_answer, signing_again, SIGNING_MAX },
	{ "POST", "/api/v1/session/password", password_answer, signing_again, SMALL_MAX },
	{ "POST", "/api/v1/invitation", invitation_read, NULL, SMALL_MAX },
	{ "POST", "/api/v1/invitation/passkey/options", invitation_question, signing_again,
	  SMALL_MAX },
	{ "POST", "/api/v1/invitation/passkey", invitation_passkey, signing_again,
	  SIGNING_MAX },
	{ "POST", "/api/v1/invitation/code", invitation_code, signing_again, SMALL_MAX },
	{ "POST", "/api/v1/invitation/password", invitation_password, signing_again,
	  SMALL_MAX },
	{ "GET", "/api/v1/passkeys", passkeys_get, NULL, 0 },
	{ "POST", "/api/v1/passkeys/options", passkeys_question, signing_again, SMALL_MAX },
	{ "POST", "/api/v1/passkeys", passkeys_post, signing_again, SIGNING_MAX },
	{ "POST", "/api/v1/passkeys/{}", passkey_post, signing_again, SMALL_MAX },
	{ "DELETE", "/api/v1/passkeys/{}", passkey_delete, signing_again, SMALL_MAX },
	{ "POST", "/api/v1/people/{}/link", person_link, signing_again, SMALL_MAX },
	{ "POST", "/api/v1/people/{}/mail", person_mail, signing_again, SMALL_MAX },
	{ "GET", "/api/v1/notices", notices_get, NULL, 0 },
	{ "POST", "/api/v1/notices/address", notices_address_post, signing_again, SMALL_MAX },
	{ "DELETE", "/api/v1/notices/address", notices_address_delete, signing_again,
	  SMALL_MAX },
	{ "POST", "/api/v1/notices/code", notices_code_post, signing_again, SMALL_MAX },
	{ "POST", "/api/v1/notices/language", notices_lang_post, signing_again, SMALL_MAX },
	{ "GET", "/api/v1/feeds", feeds_get, NULL, 0 },
	{ "POST", "/api/v1/feeds", feeds_post, signing_again, SMALL_MAX },
	{ "POST", "/api/v1/feeds/{}/fetch", feed_fetch_post, signing_again, SMALL_MAX },
	{ "DELETE", "/api/v1/feeds/{}", feed_delete, signing_again, SMALL_MAX },
	{ "GET", "/api/v1/tokens", tokens_get, NULL, 0 },
	{ "POST", "/api/v1/tokens", tokens_post, signing_again, SIGNING_MAX },
	{ "DELETE", "/api/v1/tokens/{}", token_delete, signing_again, SMALL_MAX },
	{ "GET", "/api/v1/figures/{}", figures_get, NULL, 0 },
	{ "GET", "/api/v1/alerts/{}/cap", alert_cap, NULL, 0 },
	{ "GET", "/api/v1/consultations/{}/calendar", consultation_calendar, NULL, 0 },
	{ "GET", "/api/v1/requests/{}/edxl", edxl_get, NULL, 0 },
	{ "GET", "/api/v1/bulletins/{}/paper", bulletin_paper_get, paper_set, 0 },
	{ "GET", "/api/v1/bulletins/{}/papers", bulletin_papers_get, papers_digested, 0 },
	{ "GET", "/api/v1/requests/{}/paper", request_paper, paper_set, 0 },
	{ "GET", "/api/v1/trails/{}/{}", trail_bundle, NULL, 0 },
	{ "POST", "/api/v1/edxl", edxl_post, NULL, EDXL_BYTES_MAX },
	{ "POST", "/api/v1/rooms/{}/media", room_media, NULL, SMALL_MAX },
	{ "POST", "/api/v1/rooms/{}/text", room_text_post, signing_again, SIGNING_MAX },
	{ "GET", "/api/v1/rooms/{}/text", room_text_get, NULL, 0 },
	{ "POST", "/api/v1/rooms/{}/caption", room_caption, NULL, SMALL_MAX },
	{ "GET", "/api/v1/events", events_get, NULL, 0 },
	{ "GET", "/api/v1/openapi.json", system_openapi, NULL, 0 },
	{ "GET", "/api/v1/clock", system_clock, NULL, 0 },
	{ "POST", "/api/v1/clock", system_clock_set, NULL, 1000 },
	{ "GET", "/checkpoint", ledger_checkpoint, NULL, 0 },
	{ "GET", "/tile/*", ledger_tile, NULL, 0 },
	{ "GET", "/keys", ledger_keys, NULL, 0 },
	{ "GET", "/policy", ledger_policy, NULL, 0 },
	{ "POST", "/whip/{}", whip_post, whip_joined, OFFER_MAX },
	{ "POST", "/whip/{}/{}", whip_post, whip_joined, OFFER_MAX },
	{ "PATCH", "/whip/{}/{}/{}", whip_patch, whip_patched, SIGNING_MAX },
	{ "DELETE", "/whip/{}/{}/{}", whip_delete, whip_deleted, SMALL_MAX },
	{ "POST", "/whep/{}", whep_post, whip_joined, OFFER_MAX },
	{ "POST", "/whep/{}/{}", whep_post, whip_joined, OFFER_MAX },
	{ "PATCH", "/whep/{}/{}/{}", whip_patch, whip_patched, SIGNING_MAX },
	{ "DELETE", "/whep/{}/{}/{}", whip_delete, whip_deleted, SMALL_MAX },
	{ "GET", "/healthz", system_health, NULL, 0 },
	{ "GET", "/metrics", metrics_get, NULL, 0 },
	{ NULL, NULL, NULL, NULL, 0 },
};


int desk_reader_open(void **out, struct desk *desk, struct fault *f)
{
	struct reader *r = mem_zero(1, sizeof(*r));
	int err = reader_open(r, desk->where, desk->registry, f);

	if (err)
		free(r);
	else
		*out = r;

	return err;
}


void desk_reader_close(void *reader)
{
	reader_close(reader);
	free(reader);
}


struct reader *desk_reader(struct request *r)
{
	return loop_reader(r->loop);
}


int desk_before(struct request *r)
{
	int err = reader_revive(desk_reader(r), &r->fault);

	return err ? err : session_seat(r);
}


int desk_resolve(struct request *r, const struct charter **charter)
{
	struct reader *reader = desk_reader(r);
	int64_t at = clock_now(loop_desk(r->loop)->clock);
	int err = world_refresh(reader->world, NULL);

	if (!err)
		err = world_charter(charter, reader->world, at);

	return err ? err : seat_resolve(&r->seat, *charter, reader->world, at);
}
