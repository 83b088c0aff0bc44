/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * signin.h: writing what is no act from a request: a chore, then the reply.
 *
 * A route fills a struct signing and returns signing_post(); write() runs in the writer's
 * thread, perhaps an act follows, and reply() runs in the loop again.
 */
#ifndef API_SIGNIN_H
#define API_SIGNIN_H

#include "act/writer.h"
#include "api/http.h"
#include "parties/session.h"

struct signing {
	struct chore chore;
	struct act_job job;
	struct loop_message back;
	struct request *r;
	int64_t now;
	int err;

	/* May fill s->fault with a sentence.  Errors: any; nothing is written then. */
	int (*write)(struct signing *s, struct store *st);
	/* A second writing after the act, or NULL. */
	int (*finish)(struct signing *s, struct store *st);
	int (*reply)(struct signing *s);
	const char *act_kind; /* an act in between, about person/ID, or NULL */
	json_t *act_body;     /* taken */
	struct fault fault;

	/* What routes put here; texts are in the arena of the request. */
	const char *person, *secret, *name, *text, *id, *device;
	struct seat seat;
	uint8_t challenge[WEBAUTHN_CHALLENGE];
	uint8_t totp[TOTP_SECRET];
	bool has_totp;
	const char *what;
	struct webauthn_key key;
	char hash[DIGEST_HEX_SIZE];
	char new_secret[SESSION_SECRET_SIZE];
	char password[PASSWORD_HASH_SIZE];
	int64_t step, until;
	bool right;
};

struct signing *signing_new(struct request *r);

/* HTTP_WAIT, or an error.  Every such route has signing_again() as its `again`. */
int signing_post(struct signing *s);
route_h signing_again;

/* The body as an object of these texts, all or (a "?" before the name) perhaps; in the arena.
 */
int signing_texts(struct request *r, const char *const *names, const char **values,
		  size_t count) MUST_CHECK;

/* base64url of that member into bytes in the arena. */
int signing_bytes(struct bytes *out, struct request *r, const char *name,
		  const char *text) MUST_CHECK;

/* The challenge inside client data. */
int signing_challenge(uint8_t out[WEBAUTHN_CHALLENGE], struct request *r,
		      struct bytes client) MUST_CHECK;

/* Who sits here, as GET /api/v1/session says it. */
int signing_session(struct request *r, const struct seat *seat, int64_t verified_at,
		    unsigned status);

/*
 * enrol.c: the person of the address, whom this seat may bring in.  Errors: E_SESSION,
 * E_DENIED, E_ABSENT (which goes to the security log), E_RANGE has a way in already.
 */
int enrol_person(struct person_seats *out, struct request *r) MUST_CHECK;

/* base64url without padding, in the arena. */
const char *signing_url64(struct arena *a, const void *bytes, size_t len);

/* Who is signed in as a person, not by token, and (fresh) proved it lately; else an error. */
int signing_person(struct request *r, bool fresh) MUST_CHECK;

#endif
