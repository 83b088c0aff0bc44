/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mail.c: the tables of the module, and its view. */
#include <string.h>

#include "act/sentence.h"
#include "act/judging.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "gen/mail.h"
#include "mail/mail.h"
#include "store/store.h"

static const struct view views[] = { { &mailed_view, mailed_run }, { NULL, NULL } };
static const struct act_kind kinds[] = { { NULL, NULL } };
static const struct register_table tables[] = { { NULL, NULL } };

const struct module mail_module = {
	.name = "mail",
	.acts = kinds,
	.views = views,
	.tables = tables,
};


const char *mail_text(struct arena *a, const char *key, const char *lang,
		      const struct refusal_arg *args, size_t count)
{
	const char *text = sentence_text(key, lang);
	struct buf b;

	buf_init(&b, 0);
	sentence_fill(&b, text ? text : key, args, count, lang, NULL, NULL);
	text = arena_strn(a, b.data ? b.data : "", b.len);
	buf_clear(&b);

	return text;
}


const char *mail_when(struct arena *a, int64_t at)
{
	char text[TIME_TEXT_SIZE];

	time_text(text, at);

	return arena_printf(a, "%.10s %.5s UTC", text, text + 11);
}


int mailed_run(struct view_cx *cx, const void *params)
{
	struct store_rows *rows = NULL;
	int err;

	(void)params;
	err = store_query(&rows, cx->st,
			  "SELECT i.at, i.title, i.text, i.path, i.urgent, l.state, l.attempts,"
			  " l.next_at, l.sent_at, l.unsure, l.reply FROM mail_item i LEFT JOIN"
			  " mail_letter l ON l.id = i.letter WHERE i.person = $1"
			  " ORDER BY i.at DESC, i.topic LIMIT 500",
			  "s", cx->seat.person ? cx->seat.person : "");
	while (!err && store_next(rows, &err)) {
		const char *state = store_text(rows, 5);
		struct mailed_row row = {
			.at = store_int(rows, 0),
			.title = store_text(rows, 1),
			.text = store_text(rows, 2),
			.path = store_text(rows, 3)[0] ? store_text(rows, 3) : NULL,
			.urgent = store_int(rows, 4) != 0,
			.state = state ? state : "gathering",
			.attempts = store_int(rows, 6),
			.next = text_eq(state, "queued") ? store_int(rows, 7) : FIELD_NONE,
			.sent = row_int(rows, 8),
			.unsure = store_int(rows, 9) != 0,
			.reply = store_text(rows, 10),
		};

		view_row(cx, &row);
	}
	store_done(rows);

	return err;
}
