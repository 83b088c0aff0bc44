/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/charter.h"
#include "charter/rules.h"
#include "council/calendar.h"
#include "council/consult.h"
#include "store/store.h"

enum {
	FOLD_AT = 75, /* octets of a line, without its CRLF */
};


/* Escaped: backslash, comma, semicolon, line break; other control characters are left out. */
static void escape(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '\n')
			buf_str(b, "\\n");
		else if (strchr("\\,;", *s))
			buf_printf(b, "\\%c", *s);
		else if ((unsigned char)*s >= 0x20 && *s != 0x7f)
			buf_char(b, *s);
	}
}


/* Never inside a character: a byte 10xxxxxx continues one. */
static void fold(struct buf *out, const char *line, size_t len)
{
	size_t used = 0;

	for (size_t i = 0; i < len;) {
		size_t n = 1;

		while (i + n < len && ((unsigned char)line[i + n] & 0xc0) == 0x80)
			n++;
		if (used + n > FOLD_AT) {
			buf_str(out, "\r\n ");
			used = 1;
		}
		buf_add(out, line + i, n);
		used += n;
		i += n;
	}
	buf_str(out, "\r\n");
}


void calendar_line(struct buf *out, const char *name, const char *value)
{
	struct buf b;

	buf_init(&b, 0);
	buf_printf(&b, "%s:", name);
	escape(&b, value);
	fold(out, b.data, b.len);
	buf_clear(&b);
}


/* 20200515T080000Z */
static const char *utc(struct arena *a, int64_t at)
{
	char text[TIME_TEXT_SIZE];

	time_text(text, at);

	return arena_printf(a, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", text, text + 5, text + 8,
			    text + 11, text + 14, text + 17);
}


static void write_guests(struct buf *out, struct arena *a, const struct calendar_invitation *to)
{
	calendar_line(out, "ORGANIZER", arena_printf(a, "mailto:%s", to->organizer));
	calendar_line(out, "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE",
		      arena_printf(a, "mailto:%s", to->attendee));
}


static void write_event(struct buf *out, struct arena *a, const struct charter *c,
			const struct store_rows *rows, int64_t id,
			const struct calendar_invitation *to)
{
	const char *channel = store_text(rows, 6);
	bool limited = to && channel && charter_channel_limited(c, charter_channel(c, channel));
	const char *mode = store_text(rows, 0), *place = store_text(rows, 5);
	const char *mark = text_eq(mode, "exercise") ? "EXERCISE: "
			   : text_eq(mode, "test")   ? "TEST: "
						     : "";

	calendar_line(out, "BEGIN", "VCALENDAR");
	calendar_line(out, "VERSION", "2.0");
	calendar_line(out, "PRODID", "-//Comity//Consultations//EN");
	if (to)
		calendar_line(out, "METHOD", "REQUEST");
	calendar_line(out, "BEGIN", "VEVENT");
	calendar_line(
		out, "UID",
		arena_printf(a, "consultation-%lld@%s", (long long)id, c->organisation.id));
	calendar_line(out, "DTSTAMP", utc(a, store_int(rows, 3)));
	calendar_line(out, "SEQUENCE", "0");
	calendar_line(out, "DTSTART", utc(a, store_int(rows, 4)));
	calendar_line(out, "DURATION", "PT1H");
	if (to)
		write_guests(out, a, to);
	calendar_line(out, "SUMMARY",
		      limited ? to->summary
			      : arena_printf(a, "%s%s", mark, store_text(rows, 1)));
	if (!limited && !store_null(rows, 2))
		calendar_line(out, "DESCRIPTION", store_text(rows, 2));
	if (!place)
		place = store_text(rows, 6);
	if (place)
		calendar_line(out, "LOCATION", place);
	calendar_line(out, "STATUS", "CONFIRMED");
	calendar_line(out, "CLASS", "CONFIDENTIAL");
	calendar_line(out, "END", "VEVENT");
	calendar_line(out, "END", "VCALENDAR");
}


int calendar_write(struct buf *out, struct arena *a, struct store *st, const struct charter *c,
		   const struct seat *seat, int64_t id,
		   const struct calendar_invitation *invitation)
{
	struct store_rows *rows = NULL;
	bool found = false;
	int err;

	if (!consult_knows(seat, c))
		return E_DENIED;
	err = store_query(&rows, st,
			  "SELECT mode, title, text, answered_at, begins, place, channel FROM"
			  " council_consultation WHERE id = $1 AND begins IS NOT NULL",
			  "i", id);
	if (!err && store_next(rows, &err)) {
		found = true;
		write_event(out, a, c, rows, id, invitation);
	}
	store_done(rows);

	return err || found ? err : E_ABSENT;
}
