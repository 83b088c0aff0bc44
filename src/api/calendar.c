/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* calendar.c: GET /api/v1/consultations/{}/calendar: a consultation for one's own calendar. */
#include "api/desk.h"
#include "base/mem.h"
#include "base/text.h"
#include "council/calendar.h"
#include "store/store.h"


int consultation_calendar(struct request *r)
{
	const struct charter *c = NULL;
	int64_t id = 0;
	int err = desk_resolve(r, &c);

	if (err)
		return err;
	if (!r->seat.person)
		return fault_set(&r->fault, E_SESSION, "Sign in to see this.");
	if (text_int(&id, r->part[0], 1, INT64_MAX))
		id = 0;
	err = calendar_write(&r->out, r->arena, desk_reader(r)->st, c, &r->seat, id, NULL);
	if (err == E_DENIED)
		return fault_set(&r->fault, E_DENIED,
				 "Consultations are for members and those who work for them.");
	if (err == E_ABSENT)
		return fault_set(&r->fault, E_ABSENT, "No such consultation was called.");
	if (err)
		return err;
	r->status = 200;
	r->type = "text/calendar; charset=utf-8";
	http_reply_header(r, "Cache-Control", "no-store");
	http_reply_header(r, "Content-Disposition",
			  loop_desk(r->loop)->demo
				  ? "attachment; filename=\"SPECIMEN-consultation.ics\""
				  : "attachment; filename=\"consultation.ics\"");

	return HTTP_ANSWERED;
}
