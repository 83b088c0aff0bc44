/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ledger.c: the log as C2SP tlog-tiles serves it, to anybody. */
#include "api/desk.h"
#include "base/mem.h"
#include "ledger/log.h"


int ledger_checkpoint(struct request *r)
{
	int err = log_read_checkpoint(&r->out, desk_reader(r)->st, 0);

	if (err)
		return err;
	r->status = 200;
	r->type = "text/plain; charset=utf-8";
	http_reply_header(r, "Cache-Control", "no-cache");

	return HTTP_ANSWERED;
}


int ledger_tile(struct request *r)
{
	struct tile t;
	int err = tile_parse(&t, arena_printf(r->arena, "tile/%s", r->part[0]));

	if (!err)
		err = log_read_tile(&r->out, desk_reader(r)->st, 0, &t);
	if (err)
		return fault_set(&r->fault, err == E_CORRUPT ? err : E_ABSENT,
				 "The log has no such tile.");
	r->status = 200;
	r->type = "application/octet-stream";
	http_reply_header(r, "Cache-Control", "public, max-age=31536000, immutable");

	return HTTP_ANSWERED;
}


int ledger_keys(struct request *r)
{
	r->status = 200;
	r->type = "text/plain; charset=utf-8";

	return log_write_keys(&r->out, desk_reader(r)->st);
}


int ledger_policy(struct request *r)
{
	r->status = 200;
	r->type = "text/plain; charset=utf-8";

	return log_write_policy(&r->out, desk_reader(r)->st);
}
