/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main.c: finds the verb. */
#include <stdio.h>

#include "app/verb.h"
#include "base/text.h"

struct verb {
	const char *name;
	const char *what;
	int (*run)(int argc, char **argv);
};

static const struct verb verbs[] = {
#define X(name, what, usage) { #name, what, verb_##name },
#include "app/verbs.def"
#undef X
};


/* Verbs are written with a dash where the function has a line. */
static bool is_verb(const char *word, const char *name)
{
	for (; *word && *name; word++, name++)
		if (*word != *name && !(*word == '-' && *name == '_'))
			return false;

	return *word == *name;
}


static int help(FILE *to)
{
	(void)fprintf(to, "Comity, the crisis response centre of an organisation of equals.\n\n"
			  "usage: comity VERB [options]\n\n");
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (verbs[i].what)
			(void)fprintf(to, "  %-12s %s\n", verbs[i].name, verbs[i].what);
	(void)fprintf(to, "\ncomity VERB --help tells how one is called.\n");

	return to == stdout ? EXIT_DONE : EXIT_USAGE;
}


static int help_verb(const char *name)
{
	const char *text = verb_usage_text(name);

	if (!text)
		return help(stderr);
	(void)fputs(text, stdout);

	return EXIT_DONE;
}


static bool asks_help(int argc, char **argv)
{
	for (int i = 1; i < argc && !text_eq(argv[i], "--"); i++)
		if (text_eq(argv[i], "--help"))
			return true;

	return false;
}


int main(int argc, char **argv)
{
	if (argc < 2)
		return help(stderr);
	if (text_eq(argv[1], "help") || text_eq(argv[1], "--help"))
		return argc == 2 ? help(stdout) : help_verb(argv[2]);
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (is_verb(argv[1], verbs[i].name))
			return verbs[i].what && asks_help(argc - 1, argv + 1)
				       ? help_verb(verbs[i].name)
				       : verbs[i].run(argc - 1, argv + 1);

	(void)fprintf(stderr, "comity: there is no verb \"%s\"; comity help lists them\n",
		      argv[1]);

	return EXIT_USAGE;
}
