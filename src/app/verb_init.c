/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verb_init.c: a new centre: folder, keys, store, and the founding act. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/centre.h"
#include "app/data.h"
#include "app/verb.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/time.h"
#include "charter/load.h"
#include "parties/session.h"


static int print_complaints(const char *file, const struct charter_report *r)
{
	for (size_t i = 0; i < r->errors.count; i++)
		(void)verb_fail(file, &r->errors.at[i], EXIT_NO);
	if (r->errors.dropped)
		(void)fprintf(stderr, "%s: and %zu more\n", file, r->errors.dropped);

	return EXIT_NO;
}


/* The founding act: rules and first registers. */
static int found(struct centre *c, const char *text, const char *hash, struct fault *f)
{
	struct arena *a = arena_new(1 << 20);
	char id[RAND_UUID_SIZE];
	struct act_job job = { .arena = a,
			       .seat = { .operator_ = true, .office = "operator" },
			       .request = { .id = id,
					    .kind = "charter.found",
					    .subject = "charter",
					    .expect = FIELD_NONE } };
	json_t *body = json_pack("{s:s, s:s}", "hash", hash, "text", text);
	int err;

	rand_uuid(id);
	job.request.body = body;
	err = centre_act(c, &job);
	if (err)
		*f = job.fault;
	else if (!job.outcome.done)
		err = fault_set(f, E_REFUSED, "The founding act was refused.");
	json_decref(body);
	arena_free(a);

	return err;
}


/* The office in which the first administrator acts: staff of who keeps the texts, where known.
 */
static const char *first_office(const struct charter *c, struct arena *a)
{
	const struct charter_body *keeper = c->documents.authentic.keeper;

	if (keeper)
		return arena_printf(a, "staff/%s", keeper->id);
	charter_each (o, c->offices)
		if (!o->per_party)
			return o->id;

	return "secretary-general";
}


/* Invited as anybody else, by whoever runs the server; then there is somebody to invite others.
 */
static int invite_first(struct centre *c, const struct charter *charter, const char *name,
			char secret[SESSION_SECRET_SIZE], struct fault *f)
{
	struct arena *a = arena_new(4096);
	char id[RAND_UUID_SIZE], hash[DIGEST_HEX_SIZE];
	struct act_job job = { .arena = a,
			       .seat = { .operator_ = true, .office = "operator" },
			       .request = { .id = id,
					    .kind = "person.invite",
					    .subject = "people/organisation",
					    .expect = FIELD_NONE } };
	json_t *body = json_pack("{s:s, s:[s], s:b}", "name", name, "offices",
				 first_office(charter, a), "administrator", 1);
	int err;

	rand_uuid(id);
	job.request.body = body;
	err = centre_act(c, &job);
	if (err)
		*f = job.fault;
	else if (!job.outcome.done)
		err = fault_set(f, E_REFUSED, "The first administrator could not be invited.");
	secret_make(secret, hash);
	if (!err)
		err = link_make(c->st, hash,
				arena_printf(a, "p%lld", (long long)job.outcome.seq),
				job.outcome.at);
	json_decref(body);
	arena_free(a);

	return err;
}


/* What is founded: where, from which instant on, and its first administrator. */
struct founding {
	const char *data, *store;
	const char *clock; /* NULL: that of the machine */
	const char *name;
	bool demo;
};


static int init(const struct founding *w, const char *text, const struct charter *charter,
		char secret[SESSION_SECRET_SIZE], struct fault *f)
{
	struct own_centre c;
	struct data d;
	int64_t at = 0;
	int err = w->clock && time_parse(&at, w->clock)
			  ? fault_set(f, E_RANGE,
				      "--clock takes an instant such as 2020-05-15T10:00:00Z.")
			  : data_create(w->data, w->store, w->demo, f);

	if (!err)
		err = data_open(&d, w->data, false, f);
	if (err)
		return err;
	err = own_centre_open(&c, &d, f);
	if (!err) {
		if (w->clock)
			clock_set(&c.centre.clock, at, false);
		err = found(&c.centre, text, charter->hash, f);
		if (!err && !w->demo)
			err = invite_first(&c.centre, charter, w->name, secret, f);
		own_centre_close(&c);
	}
	data_close(&d);

	return err;
}


int verb_init(int argc, char **argv)
{
	struct founding w = { .name = "Administrator" };
	const char *file = NULL;
	char secret[SESSION_SECRET_SIZE] = "";
	const struct option options[] = { { "data", &w.data, NULL },
					  { "store", &w.store, NULL },
					  { "charter", &file, NULL },
					  { "clock", &w.clock, NULL },
					  { "administrator", &w.name, NULL },
					  { "demo", NULL, &w.demo },
					  { NULL, NULL, NULL } };
	struct charter_report report;
	struct charter *charter = NULL;
	struct fault f = { 0 };
	char *text = NULL;
	size_t len = 0;
	int status = EXIT_DONE;

	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (!w.data || !file)
		return verb_usage("init", "--data FOLDER and --charter FILE are needed");
	if (w.clock && !w.demo)
		return verb_usage("init", "--clock is for demonstrations (--demo)");
	if (verb_read(&text, &len, file, CHARTER_SIZE_MAX, &f))
		return verb_fail(NULL, &f, EXIT_FAILED);
	charter_report_init(&report);
	if (charter_load(&charter, &report, text, len))
		status = print_complaints(file, &report);
	else if (init(&w, text, charter, secret, &f))
		status = verb_fail(NULL, &f, EXIT_FAILED);
	else
		(void)printf("%s: a centre under %s\n", w.data,
			     charter_text_in(charter->organisation.name, "en"));
	if (secret[0])
		(void)printf(
			"The first administrator signs in, once and within three days, at:\n"
			"  /welcome#%s\nbehind the address of this centre (serve --origin).\n",
			secret);
	charter_report_clear(&report);
	charter_free(charter);
	free(text);

	return status;
}
