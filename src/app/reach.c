/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/reach.h"
#include "base/mem.h"
#include "base/text.h"

enum {
	SECRET_MAX = 4096,
	CA_MAX = 4 << 20,
	SECONDS_MAX = 86400,
};

static const char system_ca[] = "/etc/ssl/certs/ca-certificates.crt"; /* ca-certificates */


void reach_options(struct option out[REACH_OPTIONS + 1], struct reach_settings *s)
{
	const struct option options[REACH_OPTIONS + 1] = {
		{ "mail-relay", &s->relay, NULL },
		{ "mail-from", &s->from, NULL },
		{ "mail-user", &s->user, NULL },
		{ "mail-secret", &s->secret, NULL },
		{ "mail-retry", &s->retry, NULL },
		{ "mail-gather", &s->gather, NULL },
		{ "feed-hosts", &s->hosts, NULL },
		{ "feed-private", NULL, &s->private_ },
		{ "feed-timeout", &s->feed_wait, NULL },
		{ "reach-ca", &s->ca, NULL },
		{ NULL, NULL, NULL }
	};

	memcpy(out, options, sizeof(options));
}


static int seconds(unsigned *out, const char *name, const char *text, struct fault *f)
{
	int64_t n = 0;

	if (text && text_int(&n, text, 1, SECONDS_MAX))
		return fault_set(f, E_RANGE, "%s takes seconds, 1 to %d.", name, SECONDS_MAX);
	if (text && out)
		*out = (unsigned)n;

	return 0;
}


static bool is_address(const char *s)
{
	const char *at = strchr(s, '@');

	return at && at != s && at[1] && !strchr(at + 1, '@') && strlen(s) < 255 &&
	       !strpbrk(s, " <>\t\r\n\",;:()");
}


int reach_check(const struct reach_settings *s, const char *origin, struct fault *f)
{
	int err = 0;

	if (s->relay && !carrier_relay_valid(s->relay))
		err = fault_set(f, E_RANGE,
				"mail-relay is smtps://HOST or smtp://HOST:587, without a "
				"path.");
	else if (s->relay && (!s->from || !is_address(s->from)))
		err = fault_set(f, E_RANGE,
				"mail-relay needs mail-from, the address that letters come "
				"from.");
	else if (s->relay && !origin)
		err = fault_set(f, E_RANGE,
				"mail-relay needs origin: letters say where to sign in.");
	else if (!s->user != !s->secret)
		err = fault_set(f, E_RANGE, "mail-user and mail-secret (a file) go together.");
	if (!err)
		err = seconds(NULL, "mail-retry", s->retry, f);
	if (!err)
		err = seconds(NULL, "mail-gather", s->gather, f);
	if (!err)
		err = seconds(NULL, "feed-timeout", s->feed_wait, f);

	return err;
}


size_t reach_args(const char **out, const struct reach_settings *s, const char *name)
{
	const char *const pairs[][2] = {
		{ "--mail-relay", s->relay },
		{ "--mail-user", s->user },
		{ "--mail-secret", s->secret },
		{ "--feed-hosts", s->hosts },
		{ "--feed-timeout", s->feed_wait },
		{ "--reach-ca", s->ca },
		{ "--name", name },
	};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		if (pairs[i][1]) {
			out[n++] = pairs[i][0];
			out[n++] = pairs[i][1];
		}
	if (s->private_)
		out[n++] = "--feed-private";
	out[n] = NULL;

	return n;
}


int reach_config(struct carrier_config *out, struct reach_files *files,
		 const struct reach_settings *s, struct fault *f)
{
	size_t len = 0;
	int err;

	*out = (struct carrier_config){
		.relay = s->relay, .user = s->user, .hosts = s->hosts, .private_ = s->private_
	};
	err = seconds(&out->fetch_s, "feed-timeout", s->feed_wait, f);
	if (!err && s->secret)
		err = verb_read(&files->secret, &len, s->secret, SECRET_MAX, f);
	if (!err && (s->ca || access(system_ca, R_OK) == 0))
		err = verb_read(&files->ca, &len, s->ca ? s->ca : system_ca, CA_MAX, f);
	if (files->secret)
		files->secret[strcspn(files->secret, "\r\n")] = '\0';
	out->secret = files->secret;
	out->ca = files->ca;

	return err;
}


void reach_files_clear(struct reach_files *files)
{
	if (files->secret)
		explicit_bzero(files->secret, strlen(files->secret));
	free(files->secret);
	free(files->ca);
	memset(files, 0, sizeof(*files));
}
