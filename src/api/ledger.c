/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ledger.c: the log as C2SP tlog-tiles serves it, to anybody. */
#include <string.h>

#include "api/desk.h"
#include "base/mem.h"
#include "ledger/log.h"
#include "store/store.h"


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


/* The keys that sign leaves, as OpenSSH lines named "recorder" or "seal-PARTY". */
int ledger_keys(struct request *r)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, desk_reader(r)->st,
			      "SELECT key, name FROM ledger_key ORDER BY since, name", "");

	while (!err && store_next(rows, &err)) {
		char line[KEY_LINE_SIZE];
		struct public_key key;
		size_t len = 0;
		const void *bytes = store_blob(rows, 0, &len);

		if (len != sizeof(key.b))
			continue;
		memcpy(key.b, bytes, len);
		key_line(line, &key, store_text(rows, 1));
		buf_printf(&r->out, "%s\n", line);
	}
	store_done(rows);
	r->status = 200;
	r->type = "text/plain; charset=utf-8";

	return err;
}


/* The log's key as a trust policy (C2SP tlog-policy, Sigsum): a quorum of none but the log. */
int ledger_policy(struct request *r)
{
	char hex[KEY_HEX_SIZE];
	struct log_info info;
	int err = log_info(&info, desk_reader(r)->st, 0);

	if (err)
		return err;
	key_hex(hex, &info.key);
	buf_printf(&r->out, "log %s\nquorum none\n", hex);
	r->status = 200;
	r->type = "text/plain; charset=utf-8";

	return HTTP_ANSWERED;
}
