/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verb_seal.c: `comity seal`: a key of its own for a party whose acts this centre signs. */
#include <stdio.h>
#include <string.h>

#include "act/world.h"
#include "app/data.h"
#include "app/verb.h"
#include "base/text.h"
#include "charter/snapshot.h"
#include "ledger/keeper.h"
#include "store/store.h"


static int find_party(const struct data *d, const char *party, struct fault *f)
{
	const struct snapshot *s = NULL;
	struct store *st = NULL;
	struct world *w;
	int err = store_open(&st, d->store, STORE_READ, f);

	if (err)
		return err;
	w = world_new(st);
	err = world_statuses(&s, w);
	if (!err && !snapshot_party(s, party))
		err = fault_set(f, E_ABSENT, "The register has no party \"%s\".", party);
	world_free(w);
	store_close(st);

	return err;
}


/* The folder is locked: a keeper that runs would not learn of the new key. */
static int make(const char *data, const char *party, struct fault *f)
{
	struct data d;
	int err = data_open(&d, data, false, f);

	if (err)
		return err;
	err = find_party(&d, party, f);
	if (!err)
		err = keeper_new_seal(d.keys, party, f);
	data_close(&d);

	return err;
}


int verb_seal(int argc, char **argv)
{
	const char *data = NULL;
	const struct option options[] = { { "data", &data, NULL }, { NULL, NULL, NULL } };
	struct fault f = { 0 };

	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (argc != 2 || !data || !text_id(argv[1]))
		return verb_usage("seal", NULL);
	if (make(data, argv[1], &f))
		return verb_fail(NULL, &f, EXIT_FAILED);
	(void)printf("%s: acts of %s are signed with its own seal from now on; its key is %s/"
		     "keys/seal-%s.key\n",
		     data, argv[1], data, argv[1]);

	return EXIT_DONE;
}
