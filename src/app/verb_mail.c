/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verb_mail.c: letters and what became of them, on the folder of a stopped centre. */
#include <stdio.h>

#include "app/centre.h"
#include "app/data.h"
#include "app/verb.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "mail/mail.h"
#include "store/store.h"


/* A line each: id, state, whom, when it was made, tries, what the relay said last. */
static int list(struct store *st)
{
	struct store_rows *rows = NULL;
	int err =
		store_query(&rows, st,
			    "SELECT l.id, l.kind, l.state, coalesce(d.address, '-'), l.made_at,"
			    " l.attempts, l.unsure, coalesce(l.reply, '') FROM mail_letter l"
			    " LEFT JOIN mail_address d ON d.person = l.person"
			    " ORDER BY l.made_at, l.id",
			    "");

	while (!err && store_next(rows, &err)) {
		char made[TIME_TEXT_SIZE];

		time_text(made, store_int(rows, 4));
		(void)printf("%s\t%s\t%s\t%s\t%s\t%lld\t%s\t%s\n", store_text(rows, 0),
			     store_text(rows, 1), store_text(rows, 2), store_text(rows, 3),
			     made, (long long)store_int(rows, 5),
			     store_int(rows, 6) ? "unsure" : "", store_text(rows, 7));
	}
	store_done(rows);

	return err;
}


static int retry(struct own_centre *c, const char *id)
{
	int64_t n = 0;
	int err = letters_retry(&n, c->centre.st, id, clock_now(&c->centre.clock));

	if (!err)
		(void)printf("%lld %s tried when the centre runs\n", (long long)n,
			     n == 1 ? "letter is" : "letters are");

	return err;
}


int verb_mail(int argc, char **argv)
{
	const char *data = NULL;
	const struct option options[] = { { "data", &data, NULL }, { NULL, NULL, NULL } };
	struct fault f = { 0 };
	struct own_centre c;
	struct data d;
	bool listing;
	int err;

	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	listing = argc == 2 && text_eq(argv[1], "list");
	if (!data || (!listing && (argc < 2 || argc > 3 || !text_eq(argv[1], "retry"))))
		return verb_usage("mail", "--data FOLDER is needed, and list or retry [ID]");
	err = data_open(&d, data, false, &f);
	if (err)
		return verb_fail(NULL, &f, EXIT_FAILED);
	err = own_centre_open(&c, &d, &f);
	if (!err) {
		err = listing ? list(c.centre.st) : retry(&c, argc == 3 ? argv[2] : NULL);
		own_centre_close(&c);
	}
	data_close(&d);

	return err ? verb_fail(NULL, &f, EXIT_FAILED) : EXIT_DONE;
}
