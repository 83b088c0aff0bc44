/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* persons.c: who may sign in, and for whom (domain.md 3.4): invited by their own. */
#include <string.h>

#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/charter.h"
#include "gen/parties.h"
#include "parties/judges.h"
#include "store/store.h"

enum {
	HOLD_MS =
		24 * 3600 * 1000, /* after a reset, for all to see before anything is decided */
	PERSON_OFFICES_MAX = 20,
};

#define ORGANISATION "organisation"

static const char *const party_offices[] = { "head", "alternate", "delegate", "officer" };


static bool administers(const struct seat *seat, struct store *st, const char *party, int *err)
{
	int64_t n = 0;

	/* The head of a delegation answers for it; in a demonstration nobody else is there. */
	if (party[0] && text_eq(seat->party, party) && text_eq(seat->office, "head"))
		return true;
	if (!party[0] && seat->secretariat && text_eq(seat->office, "secretary-general"))
		return true;
	if (!seat->person)
		return false;
	*err = store_get_int(&n, st,
			     "SELECT count(*) FROM parties_person WHERE id = $1 AND party = $2"
			     " AND administrator = 1 AND state = 'active'",
			     "ss", seat->person, party);

	return n > 0;
}


static bool is_administrator(struct act_cx *cx, const char *party, int *err)
{
	return administers(&cx->seat, cx->st, party, err);
}


/* Who may administer that party, besides `except`; those who are only invited too? */
static int count_administrators(int64_t *out, struct act_cx *cx, const char *party,
				const char *except, bool invited)
{
	return store_get_int(
		out, cx->st,
		"SELECT count(*) FROM parties_person p WHERE p.party = $1 AND p.id <> $2 AND"
		" (p.state = 'active' OR p.state = $3) AND (p.administrator = 1 OR EXISTS"
		" (SELECT 1 FROM parties_seat s WHERE s.person = p.id AND s.office = 'head' AND"
		" s.ended IS NULL))",
		"sss", party, except, invited ? "invited" : "active");
}


/*
 * A party administers its own people, and the organisation its own; whoever runs the server
 * brings in the first of the organisation, and the organisation the first of a party.
 */
static int need_administrator(struct act_cx *cx, const char *party)
{
	int64_t there = 0;
	int err = 0;

	/* Else a stolen reset would bring in a second person, who is not held. */
	if (cx->seat.held)
		return refuse(cx, REFUSE_NOT_AUTHORISED, NULL, "not-authorised.held", NULL);
	if (is_administrator(cx, party, &err) || err)
		return err;
	err = count_administrators(&there, cx, party, "", true);
	if (err)
		return err;
	if (!party[0] && cx->seat.operator_)
		return 0;
	if (party[0] && !there && is_administrator(cx, "", &err))
		return 0;

	return err ? err
		   : refuse(cx, REFUSE_NOT_AUTHORISED, NULL, "not-authorised.administrator",
			    "party", party[0] ? party : ORGANISATION, NULL);
}


/* "head", "duty-officer" or "staff/secretariat": of the party, or of the organisation. */
static bool known_office(const struct act_cx *cx, const char *party, const char *office)
{
	const struct charter_office *o = charter_office(cx->charter, office);

	if (text_starts(office, "staff/"))
		return !party[0] && charter_body(cx->charter, office + strlen("staff/"));
	if (!party[0])
		return o && !o->per_party;
	for (size_t i = 0; i < ARRAY_LEN(party_offices); i++)
		if (text_eq(office, party_offices[i]))
			return true;

	return o && o->per_party;
}


static int check_offices(struct act_cx *cx, const char *party, const struct field_list *offices)
{
	if (!offices->n || offices->n > PERSON_OFFICES_MAX) {
		fault_at(&cx->fault, "/body/offices", 0, 0);
		return fault_set(&cx->fault, E_RANGE,
				 "A person has one office or more, up to %d.",
				 PERSON_OFFICES_MAX);
	}
	for (size_t i = 0; i < offices->n; i++) {
		const char *office = LIST_TEXT(*offices, i);

		if (!known_office(cx, party, office)) {
			fault_at(&cx->fault, "/body/offices", 0, 0);
			return fault_set(
				&cx->fault, E_RANGE,
				"\"%.60s\" is no office here: of a party there are head, "
				"alternate, delegate, officer and those that the charter "
				"gives each party; of the organisation those of the "
				"charter, and staff/BODY.",
				office);
		}
		for (size_t k = 0; k < i; k++)
			if (text_eq(office, LIST_TEXT(*offices, k)))
				return fault_set(&cx->fault, E_RANGE,
						 "The office \"%.60s\" is there twice.",
						 office);
	}

	return 0;
}


static void add_seats(struct act_cx *cx, const char *person, const struct field_list *offices)
{
	for (size_t i = 0; i < offices->n; i++) {
		const char *office = LIST_TEXT(*offices, i);
		const char *body =
			text_starts(office, "staff/") ? office + strlen("staff/") : "";

		effect_add(&cx->fx, "parties_seat", "person office body seq", "sssi", person,
			   body[0] ? "staff" : office, body, cx->seq);
	}
}


int person_invite_judge(struct act_cx *cx, const void *body)
{
	const struct person_invite *b = body;
	const struct snapshot_party *p = NULL;
	bool organisation = text_eq(cx->subject_id, ORGANISATION);
	const char *party = organisation ? "" : cx->subject_id;
	const char *id = arena_printf(cx->arena, "p%lld", (long long)cx->seq);
	int err = organisation ? 0 : need_party(&p, cx, party);

	if (!err)
		err = need_administrator(cx, party);
	if (!err)
		err = check_offices(cx, party, &b->offices);
	if (err)
		return err;
	effect_add(&cx->fx, "parties_person",
		   "id party name administrator passwords state made_at fresh_at", "sssiisii",
		   id, party, arena_printf(cx->arena, "private/%lld/name", (long long)cx->seq),
		   (int64_t)b->administrator, (int64_t)b->passwords, "invited", cx->at, cx->at);
	add_seats(cx, id, &b->offices);

	return 0;
}


/*
 * The last administrator of a party who lost every key: nobody of the party can mend that.  The
 * organisation resets the access then; members see it, and the hold gives them a day.
 */
static int need_right_over(struct act_cx *cx, const struct person *p)
{
	bool last = false;
	int64_t others = 0, all = 0;
	int err = 0;

	if (p->party[0] && !cx->seat.held && text_eq(cx->request->kind, "person.reset") &&
	    is_administrator(cx, "", &err)) {
		err = count_administrators(&all, cx, p->party, "", false);
		if (!err)
			err = count_administrators(&others, cx, p->party, p->id, false);
		last = !others && all;
	}

	return err ? err : last ? 0 : need_administrator(cx, p->party);
}


int person_need(struct person *out, struct act_cx *cx, bool administer)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT id, party, state, administrator, passwords"
			      " FROM parties_person WHERE id = $1",
			      "s", cx->subject_id);

	memset(out, 0, sizeof(*out));
	if (!err && store_next(rows, &err)) {
		out->id = row_text(cx->arena, rows, 0);
		out->party = row_text(cx->arena, rows, 1);
		out->state = row_text(cx->arena, rows, 2);
		out->administrator = store_int(rows, 3) != 0;
		out->passwords = store_int(rows, 4) != 0;
	}
	store_done(rows);
	if (err)
		return err;
	if (!out->id)
		return refuse(cx, REFUSE_NOT_FOUND, NULL, "not-found.person", NULL);
	if (administer)
		err = need_right_over(cx, out);
	if (err)
		return err;
	if (text_eq(out->state, "ended") || text_eq(out->state, "erased"))
		return text_eq(out->state, "ended") &&
				       text_eq(cx->request->kind, "person.erase")
			       ? 0
			       : refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.person",
					NULL);

	return 0;
}


static int end_seats(struct act_cx *cx, const char *person)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, cx->st,
			      "SELECT office, body, seq FROM parties_seat WHERE person = $1"
			      " AND ended IS NULL ORDER BY office, body, seq",
			      "s", person);

	while (!err && store_next(rows, &err))
		effect_set(&cx->fx, "parties_seat", "person office body seq", "ended", "sssii",
			   person, row_text(cx->arena, rows, 0), row_text(cx->arena, rows, 1),
			   store_int(rows, 2), cx->seq);
	store_done(rows);

	return err;
}


int person_assign_judge(struct act_cx *cx, const void *body)
{
	const struct person_assign *b = body;
	struct person p;
	int err = person_need(&p, cx, true);

	if (!err)
		err = check_offices(cx, p.party, &b->offices);
	if (!err)
		err = end_seats(cx, p.id);
	if (err)
		return err;
	effect_set(&cx->fx, "parties_person", "id", "administrator passwords", "sii", p.id,
		   (int64_t)b->administrator, (int64_t)b->passwords);
	add_seats(cx, p.id, &b->offices);

	return 0;
}


int person_enrol_judge(struct act_cx *cx, const void *body)
{
	struct person p;
	int err = person_need(&p, cx, false);

	(void)body;
	if (err)
		return err;
	if (!text_eq(cx->seat.person, p.id))
		return refuse(cx, REFUSE_NOT_AUTHORISED, NULL, "not-authorised", NULL);
	if (!text_eq(p.state, "invited"))
		return refuse(cx, REFUSE_WRONG_STATE, NULL, "wrong-state.enrolled", NULL);
	effect_set(&cx->fx, "parties_person", "id", "state enrolled_at", "ssi", p.id, "active",
		   cx->at);

	return 0;
}


int person_reset_judge(struct act_cx *cx, const void *body)
{
	struct person p;
	int err = person_need(&p, cx, true);

	(void)body;
	if (err)
		return err;
	/* Somebody who never enrolled holds nothing that could have been stolen. */
	if (text_eq(p.state, "active"))
		effect_set(&cx->fx, "parties_person", "id", "state fresh_at hold_until", "ssii",
			   p.id, "invited", cx->at, cx->at + HOLD_MS);
	else
		effect_set(&cx->fx, "parties_person", "id", "fresh_at", "si", p.id, cx->at);

	return 0;
}


int person_end_judge(struct act_cx *cx, const void *body)
{
	struct person p;
	int err = person_need(&p, cx, true);

	(void)body;
	if (!err)
		err = end_seats(cx, p.id);
	if (!err)
		err = accreditations_end(NULL, cx, p.id, NULL);
	if (!err)
		effect_set(&cx->fx, "parties_person", "id", "state ended_at fresh_at", "ssii",
			   p.id, "ended", cx->at, cx->at);

	return err;
}


int person_erase_judge(struct act_cx *cx, const void *body)
{
	int64_t invited = 0;
	struct person p;
	int err = person_need(&p, cx, true);

	(void)body;
	if (!err)
		err = end_seats(cx, p.id);
	if (!err)
		err = accreditations_end(NULL, cx, p.id, NULL);
	if (err)
		return err;
	effect_set(&cx->fx, "parties_person", "id", "state name fresh_at", "sssi", p.id,
		   "erased", "", cx->at);
	/* The id is "p" and the act that invited, beside which the name is kept. */
	if (!text_int(&invited, p.id + 1, 1, INT64_MAX)) {
		cx->forget_seq = invited;
		cx->forget_field = "name";
	}

	return 0;
}


int person_offices(struct field_list *out, struct view_cx *cx, const char *person)
{
	struct store_rows *rows = NULL;
	const char *ids[PERSON_OFFICES_MAX];
	size_t n = 0;
	int err = store_query(&rows, cx->st,
			      "SELECT office, body FROM parties_seat WHERE person = $1"
			      " AND ended IS NULL ORDER BY seq, office, body",
			      "s", person);

	while (!err && n < ARRAY_LEN(ids) && store_next(rows, &err)) {
		const char *body = store_text(rows, 1);

		ids[n++] = body[0] ? arena_printf(cx->arena, "staff/%s", body)
				   : row_text(cx->arena, rows, 0);
	}
	store_done(rows);
	*out = list_of_ids(cx->arena, ids, n);

	return err;
}


int person_name(const char **out, struct view_cx *cx, const char *where)
{
	const char *number = text_starts(where, "private/") ? where + strlen("private/") : "";
	char seq[24];
	int64_t n = 0;
	int err;

	*out = NULL;
	if (!text_copy(seq, sizeof(seq), number))
		return 0;
	seq[strcspn(seq, "/")] = '\0';
	if (text_int(&n, seq, 1, INT64_MAX))
		return 0;
	err = store_get_text(out, cx->arena, cx->st,
			     "SELECT value FROM act_private WHERE seq = $1 AND field = 'name'",
			     "i", n);

	return err == E_ABSENT ? 0 : err;
}


int people_run(struct view_cx *cx, const void *params)
{
	struct store_rows *rows = NULL;
	int err = store_query(
		&rows, cx->st,
		"SELECT p.id, p.party, p.name, p.administrator, p.passwords, p.state, p.made_at,"
		" p.enrolled_at, p.hold_until, (SELECT count(*) FROM parties_passkey k WHERE"
		" k.person = p.id AND k.ended_at IS NULL AND k.made_at >= p.fresh_at)"
		" FROM parties_person p WHERE $1 = '' OR p.party = $1"
		" ORDER BY p.party, p.made_at, p.id LIMIT 5000",
		"s", cx->seat.party ? cx->seat.party : "");

	(void)params;
	while (!err && store_next(rows, &err)) {
		const char *party = row_text(cx->arena, rows, 1);
		struct people_row row = { .id = row_text(cx->arena, rows, 0),
					  .party = party[0] ? party : NULL,
					  .administrator = store_int(rows, 3) != 0,
					  .passwords = store_int(rows, 4) != 0,
					  .state = row_text(cx->arena, rows, 5),
					  .made = store_int(rows, 6),
					  .enrolled = row_int(rows, 7),
					  .hold = row_int(rows, 8),
					  .passkeys = store_int(rows, 9) };

		err = person_name(&row.name, cx, store_text(rows, 2));
		if (!err)
			err = person_offices(&row.offices, cx, row.id);
		if (!err)
			view_row(cx, &row);
	}
	store_done(rows);

	return err;
}


/* The security log: a party's administrator sees what its own seats tried, the organisation's
 * all. */
int attempts_run(struct view_cx *cx, const void *params)
{
	const struct attempts_params *q = params;
	const char *party = cx->seat.party ? cx->seat.party : "";
	struct store_rows *rows = NULL;
	int err = 0;

	if (!administers(&cx->seat, cx->st, party, &err))
		return err ? err : E_DENIED;
	err = store_query(
		&rows, cx->st,
		"SELECT a.n, a.at, a.person, a.office, coalesce(a.party, p.party, ''), a.what,"
		" a.subject, p.name FROM act_security a LEFT JOIN parties_person p ON p.id ="
		" a.person WHERE a.n < $1 AND ($2 = '' OR coalesce(a.party, p.party, '') = $2)"
		" ORDER BY a.n DESC LIMIT $3",
		"isi", q->before == FIELD_NONE ? INT64_MAX : q->before, party,
		q->limit == FIELD_NONE ? 100 : q->limit);
	while (!err && store_next(rows, &err)) {
		const char *of = row_text(cx->arena, rows, 4);
		struct attempts_row row = { .n = store_int(rows, 0),
					    .at = store_int(rows, 1),
					    .person = row_text(cx->arena, rows, 2),
					    .office = row_text(cx->arena, rows, 3),
					    .party = of[0] ? of : NULL,
					    .what = row_text(cx->arena, rows, 5),
					    .subject = row_text(cx->arena, rows, 6) };

		if (!store_null(rows, 7))
			err = person_name(&row.name, cx, store_text(rows, 7));
		if (!err)
			view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
