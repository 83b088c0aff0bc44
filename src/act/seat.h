/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * seat.h: who acts or looks: a person in an office, for a party or for the organisation.
 *
 * Words for who may try an act or see a view (`@who` in schema/, any one suffices):
 *
 *	public         anybody, signed in or not        any            anybody signed in
 *	secretariat    staff of the body that keeps the authentic texts
 *	duty           an office of the organisation that is held by shifts
 *	staff          whoever works for the organisation, not for a party
 *	office:ID      the holder of that office        party          any person of a party
 *	member         a person of a party with a status that may decide (meeting-decide)
 *	guest          a person of a party with any status
 *	right:ID       a person of a party whose status has that right
 *	machine        a due time, not a person         operator       whoever runs the server
 *
 * A person whose party's *status* lacks a right is refused (`not-entitled`, with the rule);
 * a person whose *seat* is another is denied, which goes to the security log.
 *
 * Words for who sees an act in the record (`@see`, and the column `see`), separated by
 * commas: public, member, guest, secretariat, duty, staff, party:ID, person:ID.  The person who
 * acted always sees it.
 */
#ifndef ACT_SEAT_H
#define ACT_SEAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct charter;
struct world;

struct seat {
	const char *person; /* NULL: nobody is signed in, or the machine */
	const char
		*office;   /* an office of the charter, or head, alternate, delegate, officer */
	const char *party; /* NULL for the organisation's own staff and the public */
	const char *body;  /* the body on whose staff the person is, or NULL */
	bool machine;
	bool operator_; /* at the command line of the server */
	bool held;	/* access was reset a short time ago: no voting yet */

	/* found by seat_resolve() */
	bool secretariat;
	const char *status; /* of the party now, or NULL */
	bool asleep;	    /* the party's rights are suspended */
};

/* Find out what the charter and the registers say of the seat at that time. */
int seat_resolve(struct seat *seat, const struct charter *charter, struct world *world,
		 int64_t at) MUST_CHECK;

enum seat_answer {
	SEAT_MAY,
	SEAT_STATUS_LACKS, /* the seat is right, the party's status lacks *right */
	SEAT_IS_OTHER,
};

/* May this (resolved) seat try what these words allow? */
enum seat_answer seat_may(const struct seat *seat, const struct charter *charter,
			  const char *words, const char **right);

/* Does the charter give that right to the seat's party now? */
bool seat_has(const struct seat *seat, const struct charter *charter, const char *right);

/* May this seat see what is marked so?  `person` is who acted, or NULL. */
bool seat_sees(const struct seat *seat, const struct charter *charter, const char *see,
	       const char *person);

#endif
