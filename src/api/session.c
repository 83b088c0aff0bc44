/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "api/desk.h"
#include "api/session.h"
#include "base/mem.h"
#include "base/text.h"


/* "office", "office@party" or "staff/body". */
static int demo_seat(struct request *r, const char *token)
{
	char *text = arena_str(r->arena, token);
	char *at = strchr(text, '@'), *slash = strchr(text, '/');

	if (at) {
		*at = '\0';
		r->seat.party = at + 1;
	}
	if (slash) {
		*slash = '\0';
		r->seat.body = slash + 1;
	}
	if (!text_id(text) || (r->seat.party && !text_id(r->seat.party)) ||
	    (r->seat.body && !text_id(r->seat.body)))
		return fault_set(&r->fault, E_RANGE,
				 "A seat is written office, office@party or staff/body.");
	r->seat.office = text;
	r->seat.operator_ = text_eq(text, "operator");
	r->seat.person = arena_printf(r->arena, "demo-%s%s%s", text, r->seat.party ? "-" : "",
				      r->seat.party ? r->seat.party : "");

	return 0;
}


int session_seat(struct request *r)
{
	const char *auth = http_header(r, "Authorization");

	memset(&r->seat, 0, sizeof(r->seat));
	if (!auth)
		return 0;
	if (!text_starts(auth, "Bearer "))
		return fault_set(&r->fault, E_SESSION,
				 "Only bearer tokens are understood here.");
	auth += strlen("Bearer ");
	if (text_starts(auth, "seat:") && loop_desk(r->loop)->demo)
		return demo_seat(r, auth + strlen("seat:"));

	return fault_set(&r->fault, E_SESSION, "This token is not valid here.");
}
