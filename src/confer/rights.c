/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "confer/rights.h"
#include "act/seat.h"
#include "base/text.h"
#include "charter/charter.h"


static bool listed(const struct field_list *list, const char *id)
{
	for (size_t i = 0; i < list->n; i++)
		if (text_eq(LIST_TEXT(*list, i), id))
			return true;

	return false;
}


static bool body_open_to(const struct charter_body *body, const char *status)
{
	charter_each (s, body->open_to)
		if (text_eq((*s)->id, status))
			return true;

	return false;
}


/* The organisation's offices that sit in the body by right. */
static bool sits_by_right(const struct charter_body *body, const struct seat *seat)
{
	charter_each (who, body->composition.with)
		if (who->office && text_eq(who->office->id, seat->office))
			return true;

	return text_eq(seat->body, body->id);
}


static bool status_has(const struct charter *c, const char *status, enum right right)
{
	const struct charter_status *s = charter_status(c, status);

	return s && SET_HAS(s->rights, right);
}


bool confer_item_open(const struct charter *c, const struct confer_room *room,
		      const struct confer_item *item, const char *status)
{
	if (item->closed || !item->class || !room->body)
		return false;
	if (item->class->rank > 0 && !status_has(c, status, RIGHT_DOCS_RESTRICTED))
		return false;
	if (item->statuses.n)
		return listed(&item->statuses, status);

	return room->asked.n || body_open_to(room->body, status);
}


static enum confer_part part_of(const struct charter *c, const struct confer_room *room,
				const struct seat *seat)
{
	bool guests = room->channel->guests;

	if (!seat->person)
		return CONFER_NOBODY;
	if (!seat->party)
		return seat->secretariat || sits_by_right(room->body, seat) ||
				       (text_eq(seat->office, room->office) && !room->party)
			       ? CONFER_STAFF
			       : CONFER_NOBODY;
	if (seat->asleep || (room->asked.n && !listed(&room->asked, seat->party)))
		return CONFER_NOBODY;
	if (status_has(c, seat->status, RIGHT_MEETING_DECIDE))
		return CONFER_MEMBER;
	if (!guests)
		return CONFER_NOBODY;
	if (room->asked.n)
		return CONFER_GUEST;

	return status_has(c, seat->status, RIGHT_MEETING_ATTEND) &&
			       body_open_to(room->body, seat->status)
		       ? CONFER_GUEST
		       : CONFER_NOBODY;
}


/* The head of the delegation in the chair, or whoever takes its place there. */
static bool presides(const struct confer_room *room, const struct seat *seat)
{
	if (!room->chair)
		return text_eq(seat->office, room->office) && text_eq(seat->party, room->party);

	return text_eq(seat->party, room->chair) &&
	       (text_eq(seat->office, "head") || text_eq(seat->office, "chair") ||
		text_eq(seat->office, "alternate"));
}


struct confer_rights confer_rights(const struct charter *c, const struct confer_room *room,
				   const struct seat *seat)
{
	struct confer_rights r = { .part = CONFER_NOBODY };
	const struct charter_status *order = c->meetings.speaking.point_of_order;

	if (!room->body || !room->channel)
		return r;
	r.part = part_of(c, room, seat);
	if (r.part == CONFER_NOBODY)
		return r;
	r.presides = presides(room, seat);
	r.serves = r.presides || seat->secretariat;
	r.lobby = r.part == CONFER_GUEST;
	r.device = !room->channel->guests && r.part == CONFER_MEMBER;
	if (r.part == CONFER_STAFF) {
		r.sees = true;
		r.speaks = r.presides || sits_by_right(room->body, seat);
		return r;
	}
	r.sees = r.part == CONFER_MEMBER
			 ? status_has(c, seat->status, RIGHT_MEETING_ATTEND)
			 : (room->called ? confer_item_open(c, room, room->called, seat->status)
					 : !room->count);
	r.speaks = r.sees && status_has(c, seat->status, RIGHT_MEETING_SPEAK);
	r.advises = r.sees && !r.speaks && status_has(c, seat->status, RIGHT_MEETING_ADVISE);
	r.orders = order && text_eq(seat->status, order->id);

	return r;
}


unsigned confer_grant(const struct confer_rights *r, const struct confer_room *room,
		      const struct confer_place *p)
{
	bool floor = p->floor != FIELD_NONE, voice = r->speaks || r->advises || floor;
	unsigned bits = 0;

	if (!text_eq(p->place, "in") || !text_eq(room->state, "open") || !r->sees)
		return 0;
	if (r->device && !p->admitted)
		return 0;
	bits |= CONFER_RECEIVE;
	if (voice)
		bits |= CONFER_VIDEO | CONFER_TEXT;
	if (r->serves)
		bits |= CONFER_TEXT | CONFER_CAPTION;
	if ((floor || r->presides || (r->speaks && text_eq(room->mode, "free"))) && !p->muted)
		bits |= CONFER_AUDIO;
	if (floor || r->presides || (r->speaks && text_eq(room->mode, "free")))
		bits |= CONFER_SCREEN;

	return bits;
}
