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
#define X(name, what) { #name, what, verb_##name },
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


static void usage(FILE *to)
{
	(void)fprintf(to, "Comity, the crisis response centre of an organisation of equals.\n\n"
			  "usage: comity VERB [options]\n\n");
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (verbs[i].what)
			(void)fprintf(to, "  %-12s %s\n", verbs[i].name, verbs[i].what);
	(void)fprintf(to, "\ncomity VERB --help tells the options of one.\n");
}


int main(int argc, char **argv)
{
	if (argc < 2 || text_eq(argv[1], "help") || text_eq(argv[1], "--help")) {
		usage(argc < 2 ? stderr : stdout);
		return argc < 2 ? EXIT_USAGE : EXIT_DONE;
	}
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (is_verb(argv[1], verbs[i].name))
			return verbs[i].run(argc - 1, argv + 1);

	(void)fprintf(stderr, "comity: there is no verb \"%s\"; comity help lists them\n",
		      argv[1]);

	return EXIT_USAGE;
}
