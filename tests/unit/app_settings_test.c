/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "app/settings.h"
#include "t.h"

static const char *listen_at, *cert;
static bool demo;
static struct fault fault;
static char text[4096];

static const struct option options[] = { { "listen", &listen_at, NULL },
					 { "cert", &cert, NULL },
					 { "config", &cert, NULL },
					 { "demo", NULL, &demo },
					 { NULL, NULL, NULL } };


static int read_text(const char *s)
{
	size_t len = strlen(s);

	memset(&fault, 0, sizeof(fault));
	memcpy(text, s, len + 1);

	return settings_read(options, text, len, &fault);
}


T(lines_are_read)
{
	T_OK(read_text(
		"# where\n\n  listen = 127.0.0.1:1, [::1]:2  \n\tdemo=yes\ncert = /a b#c"));
	T_STR("127.0.0.1:1, [::1]:2", listen_at);
	T_STR("/a b#c", cert);
	ck_assert(demo);
}


T(the_command_line_wins)
{
	listen_at = "mine";
	demo = true;
	T_OK(read_text("listen = theirs\ndemo = no\n"));
	T_STR("mine", listen_at);
	ck_assert(demo);
	T_OK(read_text(""));
}


static void wrong(const char *s, int err, int line, int col, const char *words)
{
	T_INT(err, read_text(s));
	ck_assert_msg(strstr(fault.text, words), "%s", fault.text);
	T_INT(line, fault.line);
	T_INT(col, fault.col);
}


T(what_is_wrong_is_named_with_its_place)
{
	wrong("listen\n", E_SYNTAX, 1, 1, "name = value");
	wrong("\n\n  what = 1\n", E_RANGE, 3, 3, "there are: listen, cert, demo");
	wrong("cert = a\ncert = b\n", E_EXISTS, 2, 1, "already");
	wrong("demo = true\n", E_RANGE, 1, 8, "yes or no");
	wrong("demo =  \n", E_SYNTAX, 1, 6, "no value");
	wrong(" = x\n", E_SYNTAX, 1, 1, "no name");
	wrong("cert = a\r\n", E_SYNTAX, 1, 9, "control");
	wrong("config = /etc/x\n", E_RANGE, 1, 1, "no setting");
	wrong("cert = \xff\n", E_SYNTAX, 1, 8, "UTF-8");
}


T(a_value_is_bounded)
{
	char *s = calloc(1, SETTINGS_VALUE_MAX + 20);

	(void)snprintf(s, 20, "cert = ");
	memset(s + 7, 'a', SETTINGS_VALUE_MAX + 1);
	wrong(s, E_TOOBIG, 1, 8, "too long");
	s[7 + SETTINGS_VALUE_MAX] = '\0';
	cert = NULL;
	T_OK(read_text(s));
	free(s);
	memcpy(text, "a\0b", 4);
	T_INT(E_SYNTAX, settings_read(options, text, 3, &fault));
}


T_MAIN("settings", C(lines_are_read), C(the_command_line_wins),
       C(what_is_wrong_is_named_with_its_place), C(a_value_is_bounded))
