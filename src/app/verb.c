/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/verb.h"
#include "base/buf.h"
#include "base/text.h"


static const struct {
	const char *verb;
	const char *text;
} usages[] = {
#define X(name, what, usage) { #name, usage },
#include "app/verbs.def"
#undef X
};


const char *verb_usage_text(const char *verb)
{
	for (size_t i = 0; i < ARRAY_LEN(usages); i++)
		if (text_eq(usages[i].verb, verb))
			return usages[i].text;

	return NULL;
}


int verb_usage(const char *verb, const char *why)
{
	if (why)
		(void)fprintf(stderr, "comity %s: %s\n\n", verb, why);
	(void)fputs(verb_usage_text(verb), stderr);

	return EXIT_USAGE;
}


static const struct option *find(const struct option *options, const char *name, size_t len)
{
	for (; options->name; options++)
		if (strlen(options->name) == len && strncmp(options->name, name, len) == 0)
			return options;

	return NULL;
}


/* One option at argv[*i], which moves past its value. */
static int take(int argc, char **argv, int *i, const struct option *options)
{
	const char *name = argv[*i] + 2;
	const char *value = strchr(name, '=');
	size_t len = value ? (size_t)(value - name) : strlen(name);
	const struct option *o = find(options, name, len);

	if (!o) {
		(void)fprintf(
			stderr,
			"comity %s: there is no option --%.*s; comity help %s lists them\n",
			argv[0], (int)len, name, argv[0]);
		return EXIT_USAGE;
	}
	if (o->flag) {
		if (value) {
			(void)fprintf(stderr, "comity %s: --%s takes no value\n", argv[0],
				      o->name);
			return EXIT_USAGE;
		}
		*o->flag = true;
		return 0;
	}
	if (!value && *i + 1 >= argc) {
		(void)fprintf(stderr, "comity %s: --%s needs a value\n", argv[0], o->name);
		return EXIT_USAGE;
	}
	*o->text = value ? value + 1 : argv[++*i];

	return 0;
}


int verb_options(int *argc, char **argv, const struct option *options)
{
	int kept = 1;
	bool over = false;

	for (int i = 1; i < *argc; i++) {
		if (over || argv[i][0] != '-' || !argv[i][1]) {
			argv[kept++] = argv[i];
		} else if (text_eq(argv[i], "--")) {
			over = true;
		} else if (text_starts(argv[i], "--")) {
			int status = take(*argc, argv, &i, options);

			if (status)
				return status;
		} else {
			(void)fprintf(stderr, "comity %s: options begin with two dashes: %s\n",
				      argv[0], argv[i]);
			return EXIT_USAGE;
		}
	}
	*argc = kept;

	return 0;
}


int verb_fail(const char *file, const struct fault *f, int status)
{
	(void)fflush(stdout);
	if (file)
		(void)fprintf(stderr, "%s:", file);
	if (f->line)
		(void)fprintf(stderr, "%d:%d:", f->line, f->col);
	if (f->path[0])
		(void)fprintf(stderr, "%s%s:", file || f->line ? " " : "", f->path);
	(void)fprintf(stderr, "%s%s\n", file || f->line || f->path[0] ? " " : "",
		      f->text[0] ? f->text : err_text(f->err));

	return status;
}


int verb_read(char **out, size_t *len, const char *file, size_t max, struct fault *f)
{
	FILE *in = text_eq(file, "-") ? stdin : fopen(file, "rbe");
	char chunk[65536];
	struct buf b;
	size_t n;
	int err = 0;

	if (!in)
		return fault_set(f, err_errno(errno), "%s cannot be read: %s.", file,
				 strerror(errno));

	buf_init(&b, max);
	while ((n = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_add(&b, chunk, n);
	if (ferror(in))
		err = fault_set(f, E_IO, "%s cannot be read: %s.", file, strerror(errno));
	else if (b.err)
		err = fault_set(f, b.err, "%s has more than %zu bytes.", file, max);
	if (in != stdin)
		(void)fclose(in);
	if (!err)
		*out = buf_take(&b, len);
	buf_clear(&b);

	return err;
}
