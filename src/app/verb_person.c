/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verb_person.c: people who may sign in, on the folder of a stopped centre. */
#include <stdio.h>

#include "app/centre.h"
#include "app/data.h"
#include "app/verb.h"
#include "base/mem.h"
#include "base/text.h"
#include "parties/session.h"
#include "store/store.h"


static int list(struct store *st, struct arena *a)
{
	struct store_rows *rows = NULL;
	int err = store_query(&rows, st,
			      "SELECT id, state FROM parties_person ORDER BY made_at, id", "");

	while (!err && store_next(rows, &err)) {
		const char *id = arena_str(a, store_text(rows, 0));
		struct person_seats p;
		int found = person_read(&p, a, st, id);

		if (found && found != E_ABSENT)
			err = found;
		if (err)
			break;
		(void)printf("%s\t%s\t%s\t%s", id, store_text(rows, 1),
			     !found && p.name ? p.name : "-",
			     !found && p.administrator ? "administrator" : "");
		for (size_t i = 0; !found && i < p.seats; i++)
			(void)printf("\t%s", p.seat[i]);
		(void)printf("\n");
	}
	store_done(rows);

	return err;
}


static int link(struct own_centre *c, struct arena *a, const char *id, struct fault *f)
{
	char secret[SESSION_SECRET_SIZE], hash[DIGEST_HEX_SIZE];
	struct person_seats p;
	int err = person_read(&p, a, c->centre.st, id);

	if (err == E_ABSENT)
		return fault_set(f, err, "There is nobody with the id %s.", id);
	if (!err && !text_eq(p.state, "invited"))
		return fault_set(f, E_REFUSED,
				 "%s has a way to sign in; reset the access first "
				 "(comity act person.reset).",
				 id);
	secret_make(secret, hash);
	if (!err)
		err = link_make(c->centre.st, hash, id, clock_now(&c->centre.clock));
	if (!err)
		(void)printf("/welcome#%s\n", secret);

	return err;
}


int verb_person(int argc, char **argv)
{
	const char *data = NULL;
	const struct option options[] = { { "data", &data, NULL }, { NULL, NULL, NULL } };
	struct fault f = { 0 };
	struct own_centre c;
	struct arena *a;
	struct data d;
	int err;

	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (!data || argc < 2 ||
	    !(text_eq(argv[1], "list") ? argc == 2 : text_eq(argv[1], "link") && argc == 3))
		return verb_usage("person", "--data FOLDER is needed, and list or link ID");
	err = data_open(&d, data, false, &f);
	if (err)
		return verb_fail(NULL, &f, EXIT_FAILED);
	err = own_centre_open(&c, &d, &f);
	if (!err) {
		a = arena_new(4096);
		err = text_eq(argv[1], "list") ? list(c.centre.st, a)
					       : link(&c, a, argv[2], &f);
		arena_free(a);
		own_centre_close(&c);
	}
	data_close(&d);

	return !err ? EXIT_DONE : verb_fail(NULL, &f, err == E_REFUSED ? EXIT_NO : EXIT_FAILED);
}
