/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verb_replay.c: rebuild the registers from the record and compare. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/replay.h"
#include "app/data.h"
#include "app/modules.h"
#include "app/verb.h"
#include "base/digest.h"
#include "store/migrate.h"
#include "store/store.h"

struct replaying {
	bool tty;
};


static void progress(const struct replay_counts *now, int64_t total, void *arg)
{
	const struct replaying *r = arg;

	if (r->tty)
		(void)fprintf(stderr, "\r%lld of %lld acts", (long long)now->acts,
			      (long long)total);
}


static void differs(int64_t seq, const char *kind, const char *was, const char *now, void *arg)
{
	(void)arg;
	(void)printf("act %lld, %s: was %s, today %s\n", (long long)seq, kind, was, now);
}


/* The rebuilt registers live in a file of their own, so that memory stays flat. */
static int open_scratch(struct store **out, char *path, size_t size, struct fault *f)
{
	const char *tmp = getenv("TMPDIR");
	int err, fd;

	(void)snprintf(path, size, "%s/comity-replay-XXXXXX", tmp ? tmp : "/tmp");
	fd = mkstemp(path);
	if (fd < 0)
		return fault_set(f, E_IO, "No temporary file can be made.");
	(void)close(fd);
	err = store_open(out, path, STORE_PASS, f);
	if (!err)
		err = store_script(*out, "PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF");
	if (!err)
		err = migrate(*out, f);

	return err;
}


static int print_result(const struct replay_counts *c, bool differ, const char *hex,
			const struct fault *f)
{
	(void)printf("%lld acts (%lld refused, %lld erased by law)\n", (long long)c->acts,
		     (long long)c->refused, (long long)c->erased);
	if (differ) {
		(void)printf("%s\n", f->text);
		return EXIT_NO;
	}
	(void)printf("the registers are what the record makes them: %s\n", hex);

	return EXIT_DONE;
}


static int replay(const struct data *d, bool rejudge, struct fault *f)
{
	struct replaying r = { isatty(STDERR_FILENO) != 0 };
	struct replay_watch watch = { progress, differs, &r };
	struct replay_counts counts;
	struct registry registry;
	struct store *from = NULL, *to = NULL;
	char path[4096] = "", hex[DIGEST_HEX_SIZE] = "";
	bool differ = false;
	int status = EXIT_FAILED;
	int err = store_open(&from, d->store, STORE_READ | STORE_PASS, f);

	registry_init(&registry, modules);
	if (!err)
		err = open_scratch(&to, path, sizeof(path), f);
	if (!err)
		err = replay_apply(to, from, &registry, rejudge, &watch, &counts, f);
	if (r.tty)
		(void)fprintf(stderr, "\r                                        \r");
	if (!err)
		err = replay_compare(&differ, from, to, &registry, f);
	if (!err)
		err = replay_digest(hex, to, &registry);
	if (!err)
		status = print_result(&counts, differ, hex, f);
	if (!err && rejudge)
		(void)printf("today's rules would decide %lld otherwise\n",
			     (long long)counts.differing);
	store_close(to);
	store_close(from);
	registry_clear(&registry);
	if (path[0])
		(void)unlink(path);

	return err ? verb_fail(NULL, f, err == E_CORRUPT ? EXIT_NO : EXIT_FAILED) : status;
}


int verb_replay(int argc, char **argv)
{
	const char *data = NULL;
	bool rejudge = false;
	const struct option options[] = { { "data", &data, NULL },
					  { "rejudge", NULL, &rejudge },
					  { NULL, NULL, NULL } };
	struct fault f = { 0 };
	struct data d;
	int status;

	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (!data)
		return verb_usage("replay", "--data FOLDER is needed");
	if (data_open(&d, data, true, &f))
		return verb_fail(NULL, &f, EXIT_FAILED);
	status = replay(&d, rejudge, &f);
	data_close(&d);

	return status;
}
