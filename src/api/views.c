/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* views.c: registers are read through views, each filtered for the viewer. */
#include "act/clock.h"
#include "api/desk.h"


static const char *parameter(const char *name, void *arg)
{
	return http_parameter(arg, name);
}


int views_get(struct request *r)
{
	struct desk *desk = loop_desk(r->loop);
	struct viewing v = { .name = r->part[0],
			     .seat = r->seat,
			     .lang = r->lang,
			     .at = clock_now(desk->clock),
			     .get = parameter,
			     .arg = r };
	int err = viewing_run(&r->out, desk_reader(r), &v, r->arena, &r->fault);

	if (err == E_DENIED)
		writer_security(desk->writer, &r->seat, "view", r->part[0]);
	if (err)
		return err;
	r->status = 200;
	http_reply_header(r, "Cache-Control", "no-store");

	return HTTP_ANSWERED;
}
