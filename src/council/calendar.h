/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* calendar.h: a consultation that was called, as an entry of a calendar (RFC 5545). */
#ifndef COUNCIL_CALENDAR_H
#define COUNCIL_CALENDAR_H

#include <stdint.h>

#include "act/seat.h"
#include "base/buf.h"
#include "base/err.h"

struct arena;
struct charter;
struct store;

/* What turns an entry into an invitation by mail (RFC 5546, METHOD:REQUEST). */
struct calendar_invitation {
	const char *organizer, *attendee; /* addresses */
	const char *summary; /* stands for title and text where the channel is limited */
};

/*
 * Write it for a viewer: one VEVENT in UTC, lines folded at 75 octets, with an UID that stays
 * and a SEQUENCE of 0, because a consultation that was called is not moved.
 *
 * invitation  NULL: an entry for one's own calendar
 * Errors: E_DENIED the seat may not know of consultations; E_ABSENT there is none, or it was
 * not called; those of store.h.
 */
int calendar_write(struct buf *out, struct arena *a, struct store *st, const struct charter *c,
		   const struct seat *seat, int64_t id,
		   const struct calendar_invitation *invitation) MUST_CHECK;

/* One content line: name, value with its escapes (RFC 5545, 3.3.11), folded (3.1), CRLF. */
void calendar_line(struct buf *out, const char *name, const char *value);

#endif
