/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* agenda.c: items proposed for the agendas of bodies, as far as the gate of statuses needs. */
#include "act/world.h"
#include "base/text.h"
#include "council/instruments.h"
#include "gen/council.h"
#include "store/store.h"


/* A grant of a status whose gate is closed cannot be put on an agenda; information can. */
static int check_grant(struct act_cx *cx, const struct agenda_propose *b)
{
	const struct charter_status *status = charter_status(cx->charter, b->status);

	if (!status)
		return refuse(cx, REFUSE_NOT_FOUND, "statuses", "not-found.status", "text",
			      b->status ? b->status : "-", NULL);

	return gate_check(cx, cx->charter, status);
}


int agenda_propose_judge(struct act_cx *cx, const void *body)
{
	const struct agenda_propose *b = body;
	const struct snapshot_party *p = NULL;
	int err = b->party ? need_party(&p, cx, b->party) : 0;

	if (!err && !charter_body(cx->charter, cx->subject_id))
		err = refuse(cx, REFUSE_NOT_FOUND, "bodies", "not-found.body", "text",
			     cx->subject_id, NULL);
	if (!err && text_eq(b->purpose, "status-grant"))
		err = check_grant(cx, b);
	if (!err)
		effect_add(&cx->fx, "council_agenda", "id body title purpose status party at",
			   "isssssi", cx->seq, cx->subject_id, b->title, b->purpose, b->status,
			   b->party, cx->at);

	return err;
}


int agenda_run(struct view_cx *cx, const void *params)
{
	const struct agenda_params *q = params;
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT id, body, title, purpose, at, party FROM council_agenda"
			      " WHERE ($1 = '' OR body = $1) ORDER BY id DESC LIMIT 500",
			      "s", q->body ? q->body : "");

	while (!err && store_next(rows, &err))
		view_row(cx, &(struct agenda_row){ .id = store_int(rows, 0),
						   .body = store_text(rows, 1),
						   .title = store_text(rows, 2),
						   .purpose = store_text(rows, 3),
						   .at = store_int(rows, 4),
						   .party = store_text(rows, 5) });
	store_done(rows);

	return err;
}
