/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "mail/compose.h"

enum {
	WORD_BYTES = 42, /* of an encoded word: 56 in base64, 68 with its frame; 75 at most */
	LINE_BYTES = 57, /* 76 in base64: RFC 2045, 6.8 */
	BOUNDARY_SIZE = 40,
};


static void header(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, "%s: %s\r\n", name, value);
}


static void base64(struct buf *out, const void *bytes, size_t len)
{
	char text[96];

	text_base64(text, bytes, len);
	buf_str(out, text);
}


/*
 * RFC 2047: words of whole characters, folded.  Everything is encoded, plain text too: one way
 * for all, and nothing that a text begins or ends with is taken for something else.
 */
static void words(struct buf *out, const char *text)
{
	char line[WORD_BYTES];
	size_t n = 0;
	bool first = true;

	while (*text || n) {
		size_t len = *text ? 1 : 0;

		while (len && len < WORD_BYTES && ((unsigned char)text[len] & 0xc0) == 0x80)
			len++;
		if (n + len > WORD_BYTES || (!len && n)) {
			buf_str(out, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
			base64(out, line, n);
			buf_str(out, "?=");
			first = false;
			n = 0;
			continue;
		}
		memcpy(line + n, text, len);
		if (len == 1 && ((unsigned char)line[n] < 0x20 || line[n] == 0x7f))
			line[n] = ' ';
		n += len;
		text += len;
	}
}


/* "Fri, 15 May 2020 10:00:00 +0000" (RFC 5322, 3.3) */
static void date(struct buf *out, int64_t at)
{
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t day = at / TIME_DAY, ms = at % TIME_DAY;
	int y, m, d;

	time_civil(day, &y, &m, &d);
	buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[day % 7], d,
		   months[m - 1], y, (int)(ms / TIME_HOUR), (int)(ms / TIME_MINUTE % 60),
		   (int)(ms / TIME_SECOND % 60));
}


static void body(struct buf *out, const void *bytes, size_t len)
{
	const char *p = bytes;

	header(out, "Content-Transfer-Encoding", "base64");
	buf_str(out, "\r\n");
	while (len) {
		size_t n = len < LINE_BYTES ? len : LINE_BYTES;

		base64(out, p, n);
		buf_str(out, "\r\n");
		p += n;
		len -= n;
	}
}


/* Lines of a text end in CRLF, also inside of base64 (RFC 2045, 6.8). */
static void text_part(struct buf *out, const struct message *m)
{
	struct buf lines;

	buf_init(&lines, 0);
	for (const char *p = m->text; *p; p++) {
		if (*p == '\n')
			buf_char(&lines, '\r');
		if (*p != '\r')
			buf_char(&lines, *p);
	}
	header(out, "Content-Type", "text/plain; charset=utf-8");
	header(out, "Content-Language", m->lang);
	body(out, lines.data ? lines.data : "", lines.len);
	buf_clear(&lines);
}


static void event_part(struct buf *out, const struct message *m, size_t i)
{
	header(out, "Content-Type", "text/calendar; charset=utf-8; method=REQUEST");
	if (m->events_count > 1)
		buf_printf(out, "Content-Disposition: attachment; filename=\"%zu.ics\"\r\n",
			   i + 1);
	body(out, m->events[i].data, m->events[i].len);
}


/* Of the id, so that it is the same each time; base64 of ours never begins with "--". */
static void boundary_of(char out[BOUNDARY_SIZE], const struct message *m)
{
	char hex[DIGEST_HEX_SIZE];

	digest_hex(hex, m->id, strlen(m->id));
	(void)snprintf(out, BOUNDARY_SIZE, "part-%.30s", hex);
}


void message_write(struct buf *out, const struct message *m)
{
	char boundary[BOUNDARY_SIZE];

	boundary_of(boundary, m);
	date(out, m->at);
	buf_str(out, "From: ");
	words(out, m->from_name);
	buf_printf(out, "\r\n <%s>\r\nTo: <%s>\r\n", m->from, m->to);
	buf_str(out, "Subject: ");
	words(out, m->subject);
	buf_printf(out, "\r\nMessage-ID: <%s>\r\n", m->id);
	header(out, "MIME-Version", "1.0");
	header(out, "Auto-Submitted",
	       "auto-generated"); /* RFC 3834: nobody answers by itself */
	if (!m->events_count) {
		text_part(out, m);
		return;
	}
	buf_printf(out, "Content-Type: multipart/%s;\r\n boundary=\"%s\"\r\n\r\n",
		   m->events_count == 1 ? "alternative" : "mixed", boundary);
	buf_printf(out, "--%s\r\n", boundary);
	text_part(out, m);
	for (size_t i = 0; i < m->events_count; i++) {
		buf_printf(out, "--%s\r\n", boundary);
		event_part(out, m, i);
	}
	buf_printf(out, "--%s--\r\n", boundary);
}
