/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* views.c: rooms as each viewer may see them. */
#include <stdlib.h>
#include <string.h>

#include "act/world.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/rules.h"
#include "confer/rooms.h"
#include "gen/confer.h"
#include "store/store.h"

struct looking {
	struct view_cx *cx;
	struct confer_room room;
	struct confer_rights mine;
	struct confer_places places;
	const struct confer_place *me;
	struct charter_ids order; /* parties in protocol order */
	bool inside;		  /* sees who is there and what is discussed */
};


/* The room, for whoever may know of it; E_ABSENT otherwise. */
static int look(struct looking *l, struct view_cx *cx, int64_t id)
{
	int err;

	*l = (struct looking){ .cx = cx };
	err = room_read(&l->room, cx->arena, cx->st, cx->charter, id);
	if (err)
		return err;
	l->mine = confer_rights(cx->charter, &l->room, &cx->seat);
	if (l->mine.part == CONFER_NOBODY)
		return E_ABSENT;
	err = room_places(&l->places, cx->arena, cx->st, id);
	l->me = place_of(&l->places, cx->seat.person);
	l->inside = l->mine.part != CONFER_GUEST ||
		    (l->me && text_eq(l->me->place, "in") && l->mine.sees);

	return err;
}


static const char *place_word(const struct looking *l)
{
	return l->me ? l->me->place : NULL;
}


static int64_t count_inside(const struct looking *l)
{
	int64_t n = 0;

	for (size_t i = 0; i < l->places.count; i++)
		n += text_eq(l->places.at[i].place, "in");

	return n;
}


int rooms_run(struct view_cx *cx, const void *params)
{
	const struct rooms_params *q = params;
	struct store_rows *rows = NULL;
	int64_t ids[200];
	size_t n = 0;
	int err = store_query(&rows, cx->st,
			      "SELECT id FROM confer_room WHERE ($1 = 1 OR state <> 'closed')"
			      " ORDER BY id DESC LIMIT 200",
			      "i", (int64_t)q->all);

	while (!err && store_next(rows, &err))
		ids[n++] = store_int(rows, 0);
	store_done(rows);
	for (size_t i = 0; i < n && !err; i++) {
		struct looking l;

		err = look(&l, cx, ids[i]);
		if (err == E_ABSENT) {
			err = 0;
			continue;
		}
		if (!err)
			view_row(cx,
				 &(struct rooms_row){ .id = l.room.id,
						      .kind = l.room.kind,
						      .title = l.room.title,
						      .body = l.room.body_id,
						      .channel = l.room.channel_id,
						      .state = l.room.state,
						      .chair = l.room.chair,
						      .opened = l.room.opened_at,
						      .place = place_word(&l),
						      .present = l.inside ? count_inside(&l)
									  : FIELD_NONE,
						      .consultation = l.room.consultation });
	}

	return err;
}


/* --- one room --- */

static struct field_list items_of(const struct looking *l)
{
	struct arena *a = l->cx->arena;
	struct confer_room_item *list = arena_take(a, (l->room.count + 1) * sizeof(*list));
	struct field_list out = { 0, list };

	for (size_t i = 0; i < l->room.count; i++) {
		const struct confer_item *it = &l->room.items[i];

		if (l->mine.part == CONFER_GUEST &&
		    !confer_item_open(l->cx->charter, &l->room, it, l->cx->seat.status))
			continue;
		list[out.n++] = (struct confer_room_item){ .number = it->number,
							   .title = it->title,
							   .class = it->class_id,
							   .state = it->state,
							   .closed = it->closed };
	}

	return out;
}


static size_t rank_of_party(const struct looking *l, const char *party)
{
	for (size_t i = 0; i < l->order.count; i++)
		if (text_eq(l->order.at[i], party))
			return i;

	return l->order.count +
	       (party ? 0 : 1); /* those without a status; the organisation's own */
}


static int rank_of_office(const char *office)
{
	static const char *const first[] = { "head", "chair", "alternate", "delegate" };

	for (size_t i = 0; i < ARRAY_LEN(first); i++)
		if (text_eq(office, first[i]))
			return (int)i;

	return ARRAY_LEN(first);
}

struct seated {
	size_t party;
	int office;
	const struct confer_place *place;
};


static int by_protocol(const void *x, const void *y)
{
	const struct seated *a = x, *b = y;

	if (a->party != b->party)
		return a->party < b->party ? -1 : 1;
	if (a->office != b->office)
		return a->office < b->office ? -1 : 1;

	return strcmp(a->place->person, b->place->person);
}


static int person_of(struct confer_room_person *out, const struct looking *l,
		     const struct confer_place *p)
{
	struct confer_rights r;
	int err = place_rights(&r, &l->room, p, l->cx->charter, l->cx->world, l->cx->at);
	unsigned bits;

	if (err)
		return err;
	bits = confer_grant(&r, &l->room, p);
	*out = (struct confer_room_person){
		.person = p->person,
		.party = p->party,
		.office = p->office,
		.place = p->place,
		.since = p->since,
		.advisory = !r.speaks,
		.floor = p->floor != FIELD_NONE,
		.muted = p->muted,
		.hand = p->hand,
		.audio = (bits & CONFER_AUDIO) != 0,
		.video = (bits & CONFER_VIDEO) != 0,
		.screen = (bits & CONFER_SCREEN) != 0,
		.chair = r.presides,
	};

	return 0;
}


/* Those in the lobby are shown to whoever serves the room. */
static int people_of(struct field_list *out, const struct looking *l)
{
	struct arena *a = l->cx->arena;
	struct seated *seats = arena_take(a, (l->places.count + 1) * sizeof(*seats));
	struct confer_room_person *list = arena_take(a, (l->places.count + 1) * sizeof(*list));
	size_t n = 0;
	int err = 0;

	for (size_t i = 0; i < l->places.count; i++) {
		const struct confer_place *p = &l->places.at[i];

		if (!text_eq(p->place, "in") &&
		    !(text_eq(p->place, "lobby") && (l->mine.serves || p == l->me)))
			continue;
		if (!l->inside && p != l->me)
			continue;
		seats[n++] = (struct seated){ rank_of_party(l, p->party),
					      rank_of_office(p->office), p };
	}
	qsort(seats, n, sizeof(*seats), by_protocol);
	for (size_t i = 0; i < n && !err; i++)
		err = person_of(&list[i], l, seats[i].place);
	*out = (struct field_list){ n, list };

	return err;
}

struct raised {
	bool order, guest;
	int64_t seq;
	const char *person;
};


static int by_hand(const void *x, const void *y)
{
	const struct raised *a = x, *b = y;

	if (a->order != b->order)
		return a->order ? -1 : 1;
	if (a->guest != b->guest)
		return a->guest ? 1 : -1;

	return a->seq < b->seq ? -1 : a->seq > b->seq;
}


/* Points of order, then members before guests where the charter says so, then in time. */
static int hands_of(struct field_list *out, const struct looking *l)
{
	struct arena *a = l->cx->arena;
	struct raised *up = arena_take(a, (l->places.count + 1) * sizeof(*up));
	const char **list = arena_take(a, (l->places.count + 1) * sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < l->places.count && l->inside; i++) {
		const struct confer_place *p = &l->places.at[i];
		struct confer_rights r;
		int err;

		if (!p->hand || !text_eq(p->place, "in"))
			continue;
		err = place_rights(&r, &l->room, p, l->cx->charter, l->cx->world, l->cx->at);
		if (err)
			return err;
		up[n++] = (struct raised){
			text_eq(p->hand, "point-of-order"),
			l->cx->charter->meetings.speaking.member_before_guest &&
				r.part == CONFER_GUEST,
			p->hand_seq, p->person
		};
	}
	qsort(up, n, sizeof(*up), by_hand);
	for (size_t i = 0; i < n; i++)
		list[i] = up[i].person;
	*out = (struct field_list){ n, (void *)list };

	return 0;
}


static int quorum_of(struct room_row *row, const struct looking *l, const struct snapshot *s)
{
	struct arena *a = l->cx->arena;
	const char **ids = arena_take(a, (l->places.count + 1) * sizeof(*ids));
	const struct charter_strings among = { l->room.asked.v, l->room.asked.n };
	struct charter_motion motion = {
		.rule = charter_body_rule(l->room.body, USE_DEFAULT),
		.among = l->room.asked.n ? &among : NULL,
	};
	struct charter_strings present = { ids, 0 };
	struct charter_quorum q;

	for (size_t i = 0; i < l->places.count; i++)
		if (text_eq(l->places.at[i].place, "in") && l->places.at[i].party)
			ids[present.count++] = l->places.at[i].party;
	if (!motion.rule)
		return 0;
	charter_quorum(&q, a, l->cx->charter, s, &motion, present, l->cx->today);
	row->missing = list_of_ids(a, q.missing.at, l->inside ? q.missing.count : 0);
	row->quorum = q.met;

	return 0;
}


static void mine_of(struct room_row *row, const struct looking *l)
{
	unsigned bits = l->me ? confer_grant(&l->mine, &l->room, l->me) : 0;

	row->me = l->cx->seat.person;
	row->place = place_word(l);
	row->presides = l->mine.presides;
	row->serves = l->mine.serves;
	row->receive = (bits & CONFER_RECEIVE) != 0;
	row->audio = (bits & CONFER_AUDIO) != 0;
	row->video = (bits & CONFER_VIDEO) != 0;
	row->screen = (bits & CONFER_SCREEN) != 0;
	row->text = (bits & CONFER_TEXT) != 0;
	row->captions = (bits & CONFER_CAPTION) != 0;
	row->may_ask = l->mine.speaks || l->mine.advises;
	row->consultation = l->room.consultation;
	row->advisory = !l->mine.speaks;
}


int room_run(struct view_cx *cx, const void *params)
{
	const struct room_params *q = params;
	const struct snapshot *s = NULL;
	struct room_row row = { 0 };
	struct looking l;
	int err = look(&l, cx, q->id);

	if (!err)
		err = world_statuses(&s, cx->world);
	if (err)
		return err;
	charter_protocol_order(&l.order, cx->arena, cx->charter, s, NULL, cx->today);
	row.id = l.room.id;
	row.kind = l.room.kind;
	row.title = l.room.title;
	row.body = l.room.body_id;
	row.seat = ltext_json(cx->arena, l.room.body->composition.seat);
	row.channel = l.room.channel_id;
	row.ceiling = l.room.channel->ceiling->id;
	row.e2ee = vocabulary_word(&vocabulary_e2ee_need, (int)l.room.channel->e2ee);
	row.recording = l.room.channel->recording == RECORDING_ALLOWED;
	row.guests = l.room.channel->guests;
	row.state = l.room.state;
	row.mode = l.room.mode;
	row.chair = l.room.chair;
	row.item = l.room.called && l.mine.sees ? l.room.called->number : FIELD_NONE;
	row.items = items_of(&l);
	mine_of(&row, &l);
	err = people_of(&row.people, &l);
	if (!err)
		err = hands_of(&row.hands, &l);
	if (!err)
		err = quorum_of(&row, &l, s);
	if (!err)
		view_row(cx, &row);

	return err;
}


/* What the record of a room says is for members and the organisation's own. */
static int look_back(struct looking *l, struct view_cx *cx, int64_t id)
{
	int err = look(l, cx, id);

	return !err && l->mine.part == CONFER_GUEST ? E_ABSENT : err;
}


int presence_run(struct view_cx *cx, const void *params)
{
	const struct presence_params *q = params;
	struct store_rows *rows = NULL;
	struct looking l;
	int err = look_back(&l, cx, q->id);

	if (!err)
		err = store_query(&rows, cx->st,
				  "SELECT party, person, office, since, until FROM"
				  " confer_presence WHERE room = $1"
				  " ORDER BY since, seq, person LIMIT 5000",
				  "i", q->id);
	while (!err && store_next(rows, &err))
		view_row(cx, &(struct presence_row){ .party = store_text(rows, 0),
						     .person = store_text(rows, 1),
						     .office = store_text(rows, 2),
						     .since = store_int(rows, 3),
						     .until = row_int(rows, 4) });
	store_done(rows);

	return err;
}


int interventions_run(struct view_cx *cx, const void *params)
{
	const struct interventions_params *q = params;
	struct store_rows *rows = NULL;
	struct looking l;
	int err = look_back(&l, cx, q->id);

	if (!err)
		err = store_query(&rows, cx->st,
				  "SELECT item, party, person, office, kind, advisory, since,"
				  " until FROM confer_intervention WHERE room = $1"
				  " ORDER BY seq LIMIT 5000",
				  "i", q->id);
	while (!err && store_next(rows, &err))
		view_row(cx, &(struct interventions_row){ .item = row_int(rows, 0),
							  .party = store_text(rows, 1),
							  .person = store_text(rows, 2),
							  .office = store_text(rows, 3),
							  .kind = store_text(rows, 4),
							  .advisory = store_int(rows, 5) != 0,
							  .since = store_int(rows, 6),
							  .until = row_int(rows, 7) });
	store_done(rows);

	return err;
}
