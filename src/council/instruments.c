/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "council/instruments.h"
#include "store/store.h"

enum {
	PARTIES_MAX = 1000,
};


static int read_signatories(struct instrument *out, struct arena *a, struct store *st)
{
	const char **ids = arena_take(a, PARTIES_MAX * sizeof(*ids));
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT party FROM council_signatory WHERE instrument = $1"
			      " ORDER BY party",
			      "s", out->id);

	while (!err && out->signatories.count < PARTIES_MAX && store_next(rows, &err))
		ids[out->signatories.count++] = row_text(a, rows, 0);
	store_done(rows);
	out->signatories.at = ids;

	return err;
}


static int read_deposits(struct instrument *out, struct arena *a, struct store *st)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT party, received, withdrawn FROM council_deposit"
			      " WHERE instrument = $1 ORDER BY received, seq",
			      "s", out->id);

	out->deposits = arena_take(a, PARTIES_MAX * sizeof(*out->deposits));
	while (!err && out->deposits_count < PARTIES_MAX && store_next(rows, &err))
		out->deposits[out->deposits_count++] =
			(struct charter_deposit){ row_text(a, rows, 0), row_text(a, rows, 1),
						  row_text(a, rows, 2) };
	store_done(rows);

	return err;
}


int instrument_read(struct instrument *out, struct arena *a, struct store *st,
		    const struct charter *c, const char *id)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, st,
		"SELECT type, title, package, state, signed, place, adopted, in_force"
		" FROM council_instrument WHERE id = $1",
		"s", id);

	memset(out, 0, sizeof(*out));
	if (!err && store_next(rows, &err)) {
		out->id = arena_str(a, id);
		out->type_id = row_text(a, rows, 0);
		out->title = row_text(a, rows, 1);
		out->package = row_text(a, rows, 2);
		out->state = row_text(a, rows, 3);
		out->signed_on = row_text(a, rows, 4);
		out->place = row_text(a, rows, 5);
		out->adopted_on = row_text(a, rows, 6);
		out->in_force = row_text(a, rows, 7);
		out->type = charter_instrument_type(c, out->type_id);
	} else if (!err) {
		err = E_ABSENT;
	}
	store_done(rows);
	if (!err)
		err = read_signatories(out, a, st);

	return err ? err : read_deposits(out, a, st);
}


int instrument_need(struct instrument *out, struct act_cx *cx)
{
	int err = instrument_read(out, cx->arena, cx->st, cx->charter, cx->subject_id);

	if (err == E_ABSENT)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.instrument", "text",
			      cx->subject_id, NULL);

	return err;
}


int instrument_entry(struct charter_entry *entry, struct arena *a, const struct instrument *i,
		     const struct charter *c, struct world *world, const char *on)
{
	struct charter_case asked = { .type = i->type,
				      .signatories = i->signatories,
				      .adopted_on = i->adopted_on,
				      .deposits = i->deposits,
				      .deposits_count = i->deposits_count };
	const struct snapshot *s = NULL;
	int err = world_statuses(&s, world);

	memset(entry, 0, sizeof(*entry));
	entry->state = IN_FORCE_WAITING;
	if (!err && i->type)
		charter_in_force(entry, a, c, s, &asked, on);

	return err;
}


bool instrument_signed_by(const struct instrument *i, const char *party)
{
	return charter_listed(i->signatories, party);
}


const struct charter_deposit *instrument_deposit_of(const struct instrument *i,
						    const char *party)
{
	for (size_t k = 0; k < i->deposits_count; k++)
		if (!i->deposits[k].withdrawn && text_eq(i->deposits[k].party, party))
			return &i->deposits[k];

	return NULL;
}
