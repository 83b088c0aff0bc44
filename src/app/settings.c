/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "app/settings.h"
#include "base/text.h"

struct line {
	char *begin, *name, *value;
	int number;
};


static int fail(struct fault *f, int err, const struct line *l, const char *at, const char *why)
{
	fault_at(f, NULL, l->number, (int)(at - l->begin) + 1);

	return fault_set(f, err, "%s", why);
}


static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}


static char *skip(char *s)
{
	while (is_blank(*s))
		s++;

	return s;
}


static void trim(char *s)
{
	char *end = s + strlen(s);

	while (end > s && is_blank(end[-1]))
		*--end = '\0';
}


/* "name = value" into its parts. */
static int split(struct line *l, struct fault *f)
{
	char *equals = strchr(l->begin, '=');

	for (char *s = l->begin; *s; s++)
		if ((unsigned char)*s < 0x20 && *s != '\t')
			return fail(f, E_SYNTAX, l, s,
				    "A control character; lines end in a line feed alone.");
	l->name = skip(l->begin);
	if (!equals)
		return fail(f, E_SYNTAX, l, l->name,
			    "A line is \"name = value\", or begins with #.");
	*equals = '\0';
	trim(l->name);
	l->value = skip(equals + 1);
	trim(l->value);
	if (!*l->name)
		return fail(f, E_SYNTAX, l, l->begin, "There is no name before the =.");
	if (!*l->value)
		return fail(f, E_SYNTAX, l, equals,
			    "There is no value; leave the line out, or put # before it.");
	if (strlen(l->value) > SETTINGS_VALUE_MAX)
		return fail(f, E_TOOBIG, l, l->value, "This value is too long.");
	if (!text_utf8(l->value, strlen(l->value)))
		return fail(f, E_SYNTAX, l, l->value, "This is not UTF-8.");

	return 0;
}


static int unknown(const struct option *options, const struct line *l, struct fault *f)
{
	char names[300] = "";
	size_t len = 0;

	for (; options->name && len < sizeof(names) - 2; options++)
		if (!text_eq(options->name, "config"))
			len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
						len ? ", " : "", options->name);
	fault_at(f, NULL, l->number, (int)(l->name - l->begin) + 1);

	return fault_set(f, E_RANGE, "There is no setting \"%.40s\"; there are: %s.", l->name,
			 names);
}


static int take(const struct option *o, const struct line *l, struct fault *f)
{
	if (o->flag) {
		if (!text_eq(l->value, "yes") && !text_eq(l->value, "no"))
			return fail(f, E_RANGE, l, l->value, "This is yes or no.");
		*o->flag = *o->flag || text_eq(l->value, "yes");
	} else if (!*o->text) {
		*o->text = l->value;
	}

	return 0;
}


static int read_line(const struct option *options, struct line *l, bool *seen, struct fault *f)
{
	int err = split(l, f);

	if (err)
		return err;
	/* A file does not name another. */
	for (int i = 0; i < SETTINGS_OPTIONS_MAX && options[i].name; i++) {
		if (!text_eq(options[i].name, l->name) || text_eq(l->name, "config"))
			continue;
		if (seen[i])
			return fail(f, E_EXISTS, l, l->name, "This name stands here already.");
		seen[i] = true;
		return take(&options[i], l, f);
	}

	return unknown(options, l, f);
}


int settings_read(const struct option *options, char *text, size_t len, struct fault *f)
{
	bool seen[SETTINGS_OPTIONS_MAX] = { false };
	struct line l = { .number = 0 };
	char *next = text;
	int err = 0;

	if (memchr(text, '\0', len))
		return fault_set(f, E_SYNTAX, "A NUL is no text.");
	while (!err && (l.begin = strsep(&next, "\n")) != NULL) {
		const char *first = skip(l.begin);

		l.number++;
		if (*first && *first != '#')
			err = read_line(options, &l, seen, f);
	}

	return err;
}


int settings_file(const struct option *options, const char *file, char **text, struct fault *f)
{
	size_t len = 0;
	int err = verb_read(text, &len, file, SETTINGS_SIZE_MAX, f);

	return err ? err : settings_read(options, *text, len, f);
}
