/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * settings.h: comity.conf(5): the options of a verb, written into a file.
 *
 *	# a comment is a line of its own
 *	listen = https://192.0.2.1:443
 *	demo = no
 *
 * A name is that of an option without its dashes, once at most.  A flag is yes or no.  What
 * stands on the command line wins.
 */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include "app/reach.h"
#include "app/verb.h"

enum {
	SETTINGS_SIZE_MAX = 64 << 10, /* bytes of a file */
	SETTINGS_VALUE_MAX = 800,
	SETTINGS_OPTIONS_MAX = 64, /* options that a verb can have */
};

/*
 * Read `text`, which is changed and must live as long as the values in it are used.
 *
 * Errors, each with line and column: E_SYNTAX, E_RANGE an unknown name, a value that does not
 * fit; E_EXISTS a name twice; E_TOOBIG.
 */
int settings_read(const struct option *options, char *text, size_t len,
		  struct fault *f) MUST_CHECK;

/* The same from a file; the fault names it.  *text is freed by the caller. */
int settings_file(const struct option *options, const char *file, char **text,
		  struct fault *f) MUST_CHECK;

/* What other verbs ask of the settings of serve. */
struct centre_settings {
	const char *data; /* each NULL where it is not set */
	const char *cert;
	const char *key;
	const char *origin;
	struct reach_settings reach;
};

/* Read the file that serve would; *text is freed by the caller. */
int serve_settings(struct centre_settings *out, const char *file, char **text,
		   struct fault *f) MUST_CHECK;

#endif
