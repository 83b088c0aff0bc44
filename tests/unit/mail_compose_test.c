/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Letters as bytes; tests/scenario/mail_test.py reads them with Python's email. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mail/compose.h"
#include "t.h"

static struct message plain(void)
{
	return (struct message){ .id = "x@centre.example",
				 .from = "centre@x.example",
				 .to = "a@x.example",
				 .from_name = "Union of Six",
				 .subject = "Title",
				 .lang = "en",
				 .text = "One\nTwo\n",
				 .at = INT64_C(1589536800000) };
}


static void write_twice(struct buf *out, const struct message *m)
{
	struct buf again;

	buf_init(out, 0);
	message_write(out, m);
	buf_init(&again, 0);
	message_write(&again, m);
	T_INT(out->len, again.len);
	ck_assert(memcmp(out->data, again.data, out->len) == 0);
	buf_clear(&again);
}


/* ASCII, CRLF alone, no line above 78. */
static void check_lines(const struct buf *b)
{
	size_t line = 0;

	for (size_t i = 0; i < b->len; i++) {
		unsigned char ch = (unsigned char)b->data[i];

		ck_assert_msg(ch < 0x7f && (ch >= 0x20 || ch == '\r' || ch == '\n'),
			      "byte %02x", ch);
		ck_assert(ch != '\n' || (i && b->data[i - 1] == '\r'));
		ck_assert(ch != '\r' || b->data[i + 1] == '\n');
		line = ch == '\n' ? 0 : line + 1;
		ck_assert_int_le(line, 79);
	}
}


T(a_letter_has_what_rfc_5322_asks)
{
	struct message m = plain();
	struct buf b;

	write_twice(&b, &m);
	check_lines(&b);
	ck_assert(strstr(b.data, "Date: Fri, 15 May 2020 10:00:00 +0000\r\n"));
	ck_assert(strstr(b.data, "Message-ID: <x@centre.example>\r\n"));
	ck_assert(strstr(b.data, "To: <a@x.example>\r\n"));
	ck_assert(strstr(b.data, "\r\n\r\nT25lDQpUd28NCg==\r\n")); /* "One\r\nTwo\r\n" */
	buf_clear(&b);
}


T(titles_are_words_of_75_octets_at_most_and_no_line_is_smuggled_in)
{
	struct message m = plain();
	struct buf b;
	const char *p;

	m.subject = "Больницы юга: аппараты, врачи\r\nBcc: x@example.org\r\n\r\nмаски и ещё "
		    "очень много слов";
	write_twice(&b, &m);
	check_lines(&b);
	ck_assert(!strstr(b.data, "Bcc"));
	p = strstr(b.data, "Subject: ");
	ck_assert(p != NULL);
	for (p += 9; *p == '=';) {
		const char *end = strstr(p, "?=");
		uint8_t bytes[80];
		size_t n = sizeof(bytes);

		ck_assert(end != NULL);
		ck_assert_int_le(end + 2 - p, 75);
		T_OK(text_unbase64(bytes, &n, p + 10, (size_t)(end - p - 10), false));
		ck_assert(text_utf8((const char *)bytes, n)); /* whole characters */
		p = end + 2;
		if (text_starts(p, "\r\n ="))
			p += 3;
	}
	buf_clear(&b);
}


/* No UTF-8 at all: something comes of it, and it ends. */
T(a_character_longer_than_a_word_ends_too)
{
	struct message m = plain();
	char subject[200] = "\xc3";
	struct buf b;

	memset(subject + 1, '\x80', sizeof(subject) - 2);
	m.subject = subject;
	write_twice(&b, &m);
	check_lines(&b);
	buf_clear(&b);
}


T(events_are_alternatives_or_attached)
{
	struct message m = plain();
	struct buf b, events[2];

	for (int i = 0; i < 2; i++) {
		buf_init(&events[i], 0);
		buf_str(&events[i], "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
	}
	m.events = events;
	m.events_count = 1;
	write_twice(&b, &m);
	check_lines(&b);
	ck_assert(strstr(b.data, "multipart/alternative"));
	ck_assert(strstr(b.data, "text/calendar; charset=utf-8; method=REQUEST\r\n"));
	buf_clear(&b);
	m.events_count = 2;
	write_twice(&b, &m);
	ck_assert(strstr(b.data, "multipart/mixed"));
	ck_assert(strstr(b.data, "filename=\"2.ics\""));
	buf_clear(&b);
	buf_clear(&events[0]);
	buf_clear(&events[1]);
}

T_MAIN("composing letters", C(a_letter_has_what_rfc_5322_asks),
       C(titles_are_words_of_75_octets_at_most_and_no_line_is_smuggled_in),
       C(a_character_longer_than_a_word_ends_too), C(events_are_alternatives_or_attached))
