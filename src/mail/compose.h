/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * compose.h: a letter as it goes over the wire: RFC 5322, with MIME (RFC 2045 to 2047) and
 * entries for calendars (RFC 6047).  The same message gives the same bytes each time.
 */
#ifndef MAIL_COMPOSE_H
#define MAIL_COMPOSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct message {
	const char *id;		  /* "UUID@centre.example", without angles */
	const char *from, *to;	  /* addresses, mail_address_valid() */
	const char *from_name;	  /* of the organisation, any language */
	const char *subject;	  /* line breaks and control characters become spaces */
	const char *lang;	  /* RFC 5646 */
	const char *text;	  /* UTF-8, lines end in \n */
	int64_t at;		  /* ms UTC */
	const struct buf *events; /* VCALENDAR each, METHOD:REQUEST, with CRLF */
	size_t events_count;
};

/*
 * Lines end in CRLF and none is longer than 998 bytes; all bytes are ASCII.  With one event the
 * parts are alternatives of each other, with several they are attached.
 */
void message_write(struct buf *out, const struct message *m);

#endif
