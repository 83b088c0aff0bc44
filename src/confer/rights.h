/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * rights.h: who may know of a room, come in, see, speak, advise or only attend, and what of it
 * the media server lets through at this instant.
 *
 * Pure functions of the charter, the room, the item that is called and a resolved seat: no
 * store, no clock.  A seat whose party's rights are suspended has none here.
 */
#ifndef CONFER_RIGHTS_H
#define CONFER_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fields.h"

struct charter;
struct charter_body;
struct charter_channel;
struct charter_class;
struct seat;

/* What of a participant the media server lets through; the first three as media/engine.h. */
enum confer_grant {
	CONFER_AUDIO = 1, /* is heard */
	CONFER_VIDEO = 2, /* is seen */
	CONFER_RECEIVE = 4,
	CONFER_SCREEN = 8,   /* shows a screen or document */
	CONFER_TEXT = 16,    /* writes to the text channel */
	CONFER_CAPTION = 32, /* writes captions of what is said */
};

struct confer_item {
	int64_t number;
	const char *title;
	const char *class_id;
	const struct charter_class *class; /* NULL: the charter no longer knows it */
	struct field_list statuses;	   /* of const char *; none: all the body is open to */
	bool closed;			   /* for guests */
	const char *state;		   /* listed, called, suspended, done */
	const char *raised_by;		   /* party, "" the organisation; NULL: nobody */
};

struct confer_room {
	int64_t id;
	const char *kind, *title, *state, *mode;
	const char *body_id, *channel_id;
	const struct charter_body *body;       /* NULL: the charter no longer knows it, */
	const struct charter_channel *channel; /* and then nobody has rights */
	struct field_list asked;	       /* parties; none: all that the body is made of */
	int64_t per_party;		       /* persons without the lobby, or FIELD_NONE */
	const char *chair;	    /* the party in the chair of the body, or NULL: */
	const char *office, *party; /* then who opened it presides */
	int64_t opened_at;
	int64_t consultation; /* FIELD_NONE: it is for none */
	struct confer_item *items;
	size_t count;
	struct confer_item *called; /* or NULL */
};

enum confer_part {
	CONFER_NOBODY, /* may not know of the room */
	CONFER_GUEST,
	CONFER_MEMBER,
	CONFER_STAFF, /* the organisation's own */
};

struct confer_rights {
	enum confer_part part;
	bool sees;     /* what happens at the item that is called */
	bool speaks;   /* has the floor as of right */
	bool advises;  /* may ask for the floor, as an adviser */
	bool orders;   /* may raise a point of order */
	bool presides; /* has the controls of the chair */
	bool serves;   /* lobby and microphones */
	bool lobby;    /* comes in only when admitted */
	bool device;   /* comes in only with an admitted device */
};

/* `seat` is resolved (act/seat.h). */
struct confer_rights confer_rights(const struct charter *c, const struct confer_room *room,
				   const struct seat *seat);

/* Is the item open to a guest with that status?  NULL status: one asked who holds none. */
bool confer_item_open(const struct charter *c, const struct confer_room *room,
		      const struct confer_item *item, const char *status);

/* Where somebody is in a room. */
struct confer_place {
	const char *person, *party, *office, *body;
	const char *place; /* in, lobby, out, removed */
	const char *hand;  /* hand, point-of-order, or NULL */
	const char *device;
	int64_t since, floor, hand_seq, presence; /* FIELD_NONE: none */
	bool muted;
	bool admitted; /* the device, by the party's officer */
};

/* Bits of enum confer_grant. */
unsigned confer_grant(const struct confer_rights *r, const struct confer_room *room,
		      const struct confer_place *p);

#endif
