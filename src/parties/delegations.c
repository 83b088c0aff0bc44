/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* delegations.c: who speaks for a party in a body (domain.md 1B): accredited by the party
 * itself. */
#include <string.h>

#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/charter.h"
#include "charter/rules.h"
#include "gen/parties.h"
#include "parties/judges.h"
#include "store/store.h"


int accreditations_end(size_t *n, struct act_cx *cx, const char *person, const char *body)
{
	struct store_rows *rows = NULL;
	size_t ended = 0;
	int err =
		store_query(&rows, cx->st,
			    "SELECT body, seq FROM parties_accreditation WHERE person = $1 AND"
			    " ended IS NULL AND ($2 = '' OR body = $2) ORDER BY body, seq",
			    "ss", person, body ? body : "");

	for (; !err && store_next(rows, &err); ended++)
		effect_set(&cx->fx, "parties_accreditation", "person body seq", "ended", "ssii",
			   person, row_text(cx->arena, rows, 0), store_int(rows, 1), cx->seq);
	store_done(rows);
	if (n)
		*n = ended;

	return err;
}


static int need_body(struct act_cx *cx, const char *body)
{
	return charter_body(cx->charter, body) ? 0
					       : refuse(cx, REFUSE_NOT_FOUND, "bodies",
							"not-found.body", "text", body, NULL);
}


/* A party whose status lets it be present; the organisation is on the staff of its bodies. */
static int need_presence(struct act_cx *cx, const char *party)
{
	struct seat seat = { .person = "", .party = party };
	int err;

	if (!party[0])
		return refuse(cx, REFUSE_NOT_ENTITLED, NULL, "not-entitled.own-staff", NULL);
	err = seat_resolve(&seat, cx->charter, cx->world, cx->at);
	if (err || seat_has(&seat, cx->charter, "meeting-attend"))
		return err;
	if (!seat.status)
		return refuse(cx, REFUSE_NOT_ENTITLED, "statuses", "not-entitled.no-status",
			      "party", party, "right", "meeting-attend", NULL);

	return refuse(cx, REFUSE_NOT_ENTITLED,
		      arena_printf(cx->arena, "statuses/%s/rights", seat.status),
		      seat.asleep ? "not-entitled.suspended" : "not-entitled.right", "party",
		      party, "right", "meeting-attend", "status", seat.status, NULL);
}


int person_accredit_judge(struct act_cx *cx, const void *body)
{
	const struct person_accredit *b = body;
	struct person p;
	int err = person_need(&p, cx, true);

	if (!err)
		err = need_body(cx, b->body);
	if (!err)
		err = need_presence(cx, p.party);
	if (err)
		return err;
	if (b->until && strcmp(b->until, b->from) < 0)
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.dates", "date",
			      b->until, NULL);
	/* The newer one replaces what stood. */
	err = accreditations_end(NULL, cx, p.id, b->body);
	if (!err)
		effect_add(&cx->fx, "parties_accreditation",
			   "person body seq from_date until_date", "ssiss", p.id, b->body,
			   cx->seq, b->from, b->until);

	return err;
}


int person_recall_judge(struct act_cx *cx, const void *body)
{
	const struct person_recall *b = body;
	struct person p;
	size_t n = 0;
	int err = person_need(&p, cx, true);

	if (!err)
		err = need_body(cx, b->body);
	if (!err)
		err = accreditations_end(&n, cx, p.id, b->body);
	if (!err && !n)
		err = refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.accreditation", NULL);

	return err;
}


static int delegation(struct view_cx *cx, const char *party, const char *body)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT a.body, a.person, p.name, a.from_date, a.until_date FROM"
		" parties_pub_accredited a JOIN parties_person p ON p.id = a.person WHERE"
		" a.party = $1 AND ($2 = '' OR a.body = $2) AND (a.until_date IS NULL OR"
		" a.until_date >= $3) ORDER BY a.body, a.from_date, a.person LIMIT 1000",
		"sss", party, body, cx->today);

	while (!err && store_next(rows, &err)) {
		struct delegations_row row = { .body = row_text(cx->arena, rows, 0),
					       .party = party,
					       .person = row_text(cx->arena, rows, 1),
					       .from = row_text(cx->arena, rows, 3),
					       .until = row_text(cx->arena, rows, 4) };

		err = person_name(&row.name, cx, store_text(rows, 2));
		if (!err)
			err = person_offices(&row.offices, cx, row.person);
		if (!err)
			view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


int delegations_run(struct view_cx *cx, const void *params)
{
	const struct delegations_params *q = params;
	const struct snapshot *s = NULL;
	struct charter_ids order;
	int err = world_statuses(&s, cx->world);

	if (err)
		return err;
	charter_protocol_order(&order, cx->arena, cx->charter, s, NULL, cx->today);
	for (size_t i = 0; !err && i < order.count; i++)
		if (!q->party || text_eq(q->party, order.at[i]))
			err = delegation(cx, order.at[i], q->body ? q->body : "");

	return err;
}
