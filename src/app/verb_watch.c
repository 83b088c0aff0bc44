/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verb_watch.c: `comity watch`: the methods of monitoring, for anyone to check. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/verb.h"
#include "app/watch_import.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "watch/golden.h"
#include "watch/method.h"

enum {
	MANIFEST_COLS = 7, /* case, algorithm, series, freq, params, rows, note */
	MANIFEST_MAX = 1 << 20,
	FREQ_MAX = 366,
};


static void list_param(const struct param *p)
{
	printf("    %-20s %s%s%s\n", p->name, p->doc, p->otherwise ? "; default " : "",
	       p->otherwise	       ? p->otherwise
	       : p->type == PARAM_NOTE ? ""
				       : "; must be given");
}


static int list_methods(void)
{
	for (size_t i = 0; i < method_count; i++) {
		const struct method *m = methods[i];

		printf("%s: %s\n", m->name, m->what);
		for (size_t k = 0; k < m->param_count; k++)
			list_param(&m->params[k]);
		printf("    columns:");
		for (size_t k = 0; k < m->column_count; k++)
			printf("%s %s", k ? "," : "", m->columns[k].name);
		printf("\n");
	}

	return EXIT_DONE;
}


static int print_result(const struct result *r)
{
	struct buf b;
	int status = EXIT_DONE;

	buf_init(&b, 1 << 30);
	result_csv(&b, r);
	if (b.err || fwrite(b.data, 1, b.len, stdout) != b.len || fflush(stdout))
		status = EXIT_FAILED;
	buf_clear(&b);

	return status;
}


static int detect(const char *method, const char *params, const char *freq, const char *file)
{
	const struct method *m = method_find(method);
	struct fault f = { 0 };
	struct result r;
	int64_t values = 0;
	char *csv = NULL;
	size_t len = 0;
	int status;

	if (!m) {
		(void)fprintf(stderr,
			      "comity watch: there is no method %s; `comity watch methods` "
			      "lists them\n",
			      method);
		return EXIT_USAGE;
	}
	if (freq && text_int(&values, freq, 1, FREQ_MAX))
		return verb_usage("watch", "--freq is the number of values in a year");
	if (verb_read(&csv, &len, file, COUNTS_CSV_MAX, &f))
		return verb_fail(NULL, &f, EXIT_FAILED);
	if (method_run_csv(&r, m, params, (int)values, csv, len, &f))
		status = verb_fail(file, &f, EXIT_NO);
	else
		status = print_result(&r);
	result_clear(&r);
	free(csv);

	return status;
}

/* One line of manifest.tsv, cut at its tabs. */
struct golden_case {
	char *part[MANIFEST_COLS];
};


static bool cut(struct golden_case *c, char *line)
{
	for (int i = 0; i < MANIFEST_COLS; i++) {
		c->part[i] = strsep(&line, "\t");
		if (!c->part[i])
			return i >= MANIFEST_COLS - 1;
	}

	return !line;
}


static bool plain_name(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/');
}


static int read_in(char **out, size_t *len, const char *dir, const char *folder,
		   const char *name, struct fault *f)
{
	char path[PATH_MAX];

	if (!plain_name(name))
		return fault_set(f, E_SYNTAX, "\"%s\" is no name of a file.", name);
	if (snprintf(path, sizeof(path), "%s/%s/%s.csv", dir, folder, name) >=
	    (int)sizeof(path))
		return fault_set(f, E_TOOBIG, "The path of %s is too long.", name);

	return verb_read(out, len, path, COUNTS_CSV_MAX, f);
}


/* The difference of one case; the series and what is expected are in their folders. */
static int run_case(struct golden *g, const char *dir, const struct golden_case *c,
		    struct fault *f)
{
	const struct method *m = method_find(c->part[1]);
	char *series = NULL, *theirs = NULL;
	size_t series_len = 0, theirs_len = 0;
	int64_t freq = 0;
	struct result r;
	int err;

	if (!m)
		return fault_set(f, E_ABSENT, "There is no method %s.", c->part[1]);
	if (text_int(&freq, c->part[3], 1, FREQ_MAX))
		return fault_set(f, E_SYNTAX, "The freq %s is no number of values in a year.",
				 c->part[3]);
	result_init(&r, NULL, 0);
	err = read_in(&series, &series_len, dir, "series", c->part[2], f);
	if (!err)
		err = read_in(&theirs, &theirs_len, dir, "out", c->part[0], f);
	if (!err)
		err = method_run_csv(&r, m, c->part[4], (int)freq, series, series_len, f);
	if (!err)
		err = golden_compare(g, &r, theirs, theirs_len, f);
	result_clear(&r);
	free(series);
	free(theirs);

	return err;
}


static bool say_case(const char *dir, const struct golden_case *c)
{
	struct fault f = { 0 };
	struct golden g = { 0 };

	if (run_case(&g, dir, c, &f)) {
		printf("%s: FAIL: %s%s%s\n", c->part[0], f.path, f.path[0] ? ": " : "",
		       f.text[0] ? f.text : err_text(f.err));
		return false;
	}
	printf("%s: %s: %zu rows, largest relative difference %.2g", c->part[0],
	       golden_equal(&g) ? "ok" : "FAIL", g.rows, g.largest);
	if (g.where && g.largest > 0)
		printf(" (%s, row %zu)", g.where, g.row);
	printf(", %zu differing alarms, %zu trends, %zu missing", g.alarms, g.trends,
	       g.missing);
	printf(g.texts ? ", %zu texts\n" : "\n", g.texts);

	return golden_equal(&g);
}


static int run_golden(const char *dir)
{
	size_t len = 0, passed = 0, failed = 0;
	char path[PATH_MAX], *text = NULL, *rest, *line;
	struct fault f = { 0 };
	struct golden_case c;

	(void)snprintf(path, sizeof(path), "%s/manifest.tsv", dir);
	if (verb_read(&text, &len, path, MANIFEST_MAX, &f))
		return verb_fail(NULL, &f, EXIT_FAILED);
	rest = text;
	for (int at = 1; (line = strsep(&rest, "\n")); at++) {
		line[strcspn(line, "\r")] = '\0';
		if (!*line || (at == 1 && text_starts(line, "case\t")))
			continue;
		if (!cut(&c, line)) {
			fault_at(&f, NULL, at, 1);
			(void)fault_set(&f, E_SYNTAX,
					"A case has the fields case, algorithm, series, freq, "
					"params, rows and note, with tabs between them.");
			free(text);
			return verb_fail(path, &f, EXIT_FAILED);
		}
		if (say_case(dir, &c))
			passed++;
		else
			failed++;
		(void)fflush(stdout);
	}
	free(text);
	printf("%zu passed, %zu failed\n", passed, failed);

	return failed || !passed ? EXIT_NO : EXIT_DONE;
}


int verb_watch(int argc, char **argv)
{
	const char *method = NULL, *params = NULL, *freq = NULL;
	const struct option options[] = {
		{ "method", &method, NULL },
		{ "params", &params, NULL },
		{ "freq", &freq, NULL },
		{ NULL, NULL, NULL },
	};

	if (argc > 1 && text_eq(argv[1], "import"))
		return watch_import(argc, argv);
	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (argc == 2 && text_eq(argv[1], "methods"))
		return list_methods();
	if (argc == 3 && text_eq(argv[1], "golden") && !method && !params && !freq)
		return run_golden(argv[2]);
	if (argc == 3 && text_eq(argv[1], "detect") && method)
		return detect(method, params, freq, argv[2]);

	return verb_usage("watch", NULL);
}
