/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verb_charter.c: `comity charter check|diff|export|schema|propose`. */
#include <stdio.h>
#include <stdlib.h>

#include "act/changes.h"
#include "act/wording.h"
#include "app/acting.h"
#include "app/verb.h"
#include "base/mem.h"
#include "base/text.h"
#include "charter/diff.h"
#include "charter/export.h"
#include "charter/load.h"


/* One complaint a line: FILE:LINE:COL: path: kind text. */
static void list(FILE *to, const char *file, const char *kind,
		 const struct charter_complaints *all)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct fault *f = &all->at[i];

		(void)fprintf(to, "%s:%d:%d: %s%s%s%s\n", file, f->line, f->col, f->path,
			      f->path[0] ? ": " : "", kind, f->text);
	}
	if (all->dropped)
		(void)fprintf(to, "%s: and %zu more\n", file, all->dropped);
}


/* Load a file and print its errors; EXIT_DONE, or what the verb should return. */
static int load(struct charter **out, struct charter_report *r, const char *file)
{
	struct fault f = { 0 };
	char *text = NULL;
	size_t len = 0;
	int err;

	if (verb_read(&text, &len, file, CHARTER_SIZE_MAX + 1, &f))
		return verb_fail(NULL, &f, EXIT_FAILED);
	err = charter_load(out, r, text, len);
	free(text);
	list(stderr, file, "", &r->errors);

	return err ? EXIT_NO : EXIT_DONE;
}


static void summary(const char *file, const struct charter *c, size_t warnings)
{
	(void)printf("%s: %s, %zu bodies, %zu statuses, %zu rules, %zu parties; "
		     "%zu warning%s; SHA-256 %s\n",
		     file, charter_text_in(c->organisation.short_name, "en"), c->bodies.count,
		     c->statuses.count, c->decision_rules.count, c->registers.parties.count,
		     warnings, warnings == 1 ? "" : "s", c->hash);
}


static int check_file(const char *file, bool strict)
{
	struct charter_report r;
	struct charter *c = NULL;
	int status;

	charter_report_init(&r);
	status = load(&c, &r, file);
	list(stderr, file, "warning: ", &r.warnings);
	if (status == EXIT_DONE && c) {
		summary(file, c, r.warnings.count + r.warnings.dropped);
		if (strict) {
			struct charter_complaints assumed;

			charter_assumed(&assumed, c);
			list(stdout, file, "", &assumed);
			if (assumed.count || r.warnings.count)
				status = EXIT_NO;
			charter_complaints_clear(&assumed);
		}
	}
	charter_report_clear(&r);
	charter_free(c);

	return status;
}


static int check(int argc, char **argv, bool strict)
{
	int status = EXIT_DONE;

	if (argc < 3)
		return verb_usage("charter", NULL);
	for (int i = 2; i < argc; i++) {
		int one = check_file(argv[i], strict);

		if (one > status)
			status = one;
	}

	return status;
}


static int print_diff(const struct charter *a, const struct charter *b, const char *lang)
{
	struct arena *memory = arena_new(65536);
	struct charter_diff d;
	struct wording w;
	int status;

	wording_init(&w, memory, lang);
	charter_diff(&d, memory, a, b);
	charter_each (change, d.changes) {
		(void)printf("%s: %s\n", change->path, change_words(&w, change));
	}
	status = d.changes.count ? EXIT_NO : EXIT_DONE;
	if (status == EXIT_DONE)
		(void)printf("%s\n", wording_text(&w, "change.none"));
	arena_free(memory);

	return status;
}


static int diff(int argc, char **argv, const char *lang)
{
	struct charter *c[2] = { NULL, NULL };
	struct charter_report r;
	int status = EXIT_DONE;

	if (argc != 4)
		return verb_usage("charter", NULL);
	charter_report_init(&r);
	for (int i = 0; i < 2 && status == EXIT_DONE; i++) {
		charter_report_clear(&r);
		status = load(&c[i], &r, argv[2 + i]);
		if (status == EXIT_NO)
			status = EXIT_FAILED;
	}
	if (status == EXIT_DONE)
		status = print_diff(c[0], c[1], lang);
	charter_report_clear(&r);
	charter_free(c[0]);
	charter_free(c[1]);

	return status;
}


static int export(int argc, char **argv)
{
	struct charter_report r;
	struct charter *c = NULL;
	struct buf b;
	int status;

	if (argc != 3)
		return verb_usage("charter", NULL);
	charter_report_init(&r);
	status = load(&c, &r, argv[2]);
	if (status == EXIT_DONE) {
		buf_init(&b, 0);
		charter_export(&b, c);
		(void)fwrite(b.data, 1, b.len, stdout);
		buf_clear(&b);
	}
	charter_report_clear(&r);
	charter_free(c);

	return status;
}


static int schema(void)
{
	struct buf b;

	buf_init(&b, 0);
	charter_schema(&b);
	(void)fwrite(b.data, 1, b.len, stdout);
	buf_clear(&b);

	return EXIT_DONE;
}


/* Propose the file as the next version; who reads charter-proposals sees what it changes. */
static int propose(struct acting *how, const char *file, const char *effective,
		   const char *instrument)
{
	struct charter_report r;
	struct charter *c = NULL;
	char *text = NULL;
	struct fault f = { 0 };
	size_t len = 0;
	json_t *body;
	int status;

	charter_report_init(&r);
	status = load(&c, &r, file);
	charter_report_clear(&r);
	if (status || verb_read(&text, &len, file, CHARTER_SIZE_MAX, &f)) {
		charter_free(c);
		return status ? status : verb_fail(NULL, &f, EXIT_FAILED);
	}
	body = json_pack("{s:s, s:s, s:s*, s:s*}", "hash", c->hash, "text", text, "effective",
			 effective, "instrument", instrument);
	how->kind = "charter.propose";
	how->subject = "charter";
	how->source = file;
	status = acting_do(how, body);
	charter_free(c);
	free(text);

	return status;
}


int verb_charter(int argc, char **argv)
{
	struct acting how = { .lang = "en" };
	const char *effective = NULL, *instrument = NULL;
	bool strict = false;
	const struct option options[] = { { "strict", NULL, &strict },
					  { "data", &how.data, NULL },
					  { "url", &how.url, NULL },
					  { "token", &how.token, NULL },
					  { "as", &how.seat, NULL },
					  { "lang", &how.lang, NULL },
					  { "effective", &effective, NULL },
					  { "instrument", &instrument, NULL },
					  { NULL, NULL, NULL } };
	int status = verb_options(&argc, argv, options);

	if (status)
		return status;
	if (argc > 1 && text_eq(argv[1], "check"))
		return check(argc, argv, strict);
	if (argc > 1 && text_eq(argv[1], "diff"))
		return diff(argc, argv, how.lang);
	if (argc > 1 && text_eq(argv[1], "export"))
		return export(argc, argv);
	if (argc > 1 && text_eq(argv[1], "schema"))
		return schema();
	if (argc == 3 && text_eq(argv[1], "propose") && !how.data != !how.url)
		return propose(&how, argv[2], effective, instrument);

	return verb_usage("charter", NULL);
}
