/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * reach.h: the settings of what leaves the house, as serve reads them and hands them to the
 * reach process: mail by one relay, feeds from named hosts.
 */
#ifndef APP_REACH_H
#define APP_REACH_H

#include "app/verb.h"
#include "net/carrier.h"

enum {
	REACH_OPTIONS = 10,
};

struct reach_settings {
	const char *relay;     /* mail-relay = smtps://mail.example; NULL: no mail */
	const char *from;      /* mail-from = centre@example.org */
	const char *user;      /* mail-user */
	const char *secret;    /* mail-secret = FILE */
	const char *ca;	       /* reach-ca = FILE */
	const char *hosts;     /* feed-hosts = a.example,.b.example; NULL: no feeds */
	const char *retry;     /* mail-retry = seconds until a mail is tried again */
	const char *gather;    /* mail-gather = seconds from one digest to the next */
	const char *feed_wait; /* feed-timeout = seconds */
	bool private_;	       /* feed-private = yes */
};

/* Their rows of an option table; the table ends after them. */
void reach_options(struct option out[REACH_OPTIONS + 1], struct reach_settings *s);

/* Does this centre reach out at all? */
static inline bool reach_wanted(const struct reach_settings *s)
{
	return s->relay || s->hosts;
}

/* Do they make sense?  `origin` is where letters lead to.  Errors: E_RANGE. */
int reach_check(const struct reach_settings *s, const char *origin, struct fault *f) MUST_CHECK;

/* What was read of files; wiped by reach_files_clear(). */
struct reach_files {
	char *secret;
	char *ca;
};

/*
 * The arguments of the reach process, at most 2 * REACH_OPTIONS + 2; returns how many.
 * `name` is the host of the origin, by which the relay is greeted.
 */
size_t reach_args(const char **out, const struct reach_settings *s, const char *name);

/* For carrier_open(); reads the files.  Errors: those of the file system. */
int reach_config(struct carrier_config *out, struct reach_files *files,
		 const struct reach_settings *s, struct fault *f) MUST_CHECK;
void reach_files_clear(struct reach_files *files);

#endif
