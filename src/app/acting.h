/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* acting.h: one act from the command line, at a running centre or on a stopped folder. */
#ifndef APP_ACTING_H
#define APP_ACTING_H

#include "base/json.h"

struct acting {
	const char *data; /* the folder, or */
	const char *url;  /* the address of a centre */
	const char *token;
	const char *seat; /* in a demonstration */
	const char *lang;
	const char *kind;
	const char *subject;
	const char *id;	    /* NULL: a new one */
	const char *source; /* where the body came from, for messages */
};

/* Post it and print what became of it; takes `body`.  Returns an exit status (verb.h). */
int acting_do(const struct acting *c, json_t *body);

#endif
