/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * session.h: what proves who somebody is, as the store keeps it: sessions, links of
 * invitations, challenges, passkeys, passwords, tokens.  None of it is in a record; of secrets
 * that others hold only the SHA-256 is kept.
 *
 * A session, link, passkey, password or token made before the person's access was last reset or
 * ended (parties_person.fresh_at) is worth nothing, whatever else it says.
 */
#ifndef PARTIES_SESSION_H
#define PARTIES_SESSION_H

#include "act/seat.h"
#include "base/digest.h"
#include "parties/password.h"
#include "parties/webauthn.h"

struct arena;
struct store;
struct store_rows;

enum {
	SESSION_ID_SIZE = 17,
	SESSION_SECRET_SIZE = 44, /* 32 random bytes, base64url without padding, and the NUL */
	SESSION_IDLE_MS = 8 * 3600 * 1000,
	SESSION_LONGEST_MS = 16 * 3600 * 1000, /* a shift and its hand-over */
	SESSION_VERIFIED_MS = 3600 * 1000,     /* an act needs proof of presence within it */
	SESSION_SEEN_MS = 5 * 60 * 1000,       /* how exact "last seen" is kept */
	LINK_MS = 72 * 3600 * 1000,
	CEREMONY_MS = 5 * 60 * 1000,
	PASSKEYS_MAX = 10, /* of a person */
	TOKENS_MAX = 20,
	TOKEN_DAYS_MAX = 366,
};

/* A new secret for somebody to hold, and its hash for us to keep. */
void secret_make(char secret[SESSION_SECRET_SIZE], char hash[DIGEST_HEX_SIZE]);
void secret_hash(char hash[DIGEST_HEX_SIZE], const char *secret);

/* A person who may sign in.  Texts are in the arena. */
struct person_seats {
	const char *id;
	const char *party; /* NULL for the organisation */
	const char *name;  /* NULL when erased */
	const char *state;
	bool administrator, passwords;
	int64_t fresh_at;
	int64_t hold_until;   /* FIELD_NONE */
	const char *seat[20]; /* "head@ce", "depositary", "staff/secretariat" */
	size_t seats;
};

/* Errors: E_ABSENT there is no such person, or its access has ended; those of store.h. */
int person_read(struct person_seats *out, struct arena *a, struct store *st,
		const char *person) MUST_CHECK;

/* "office@party", "office" or "staff/body" as a seat of that person; texts are in the arena. */
void seat_read(struct seat *out, struct arena *a, const char *person, const char *text);

/*
 * The same in a demonstration, where "demo-office-party" is the person and "operator" the
 * operator.  False: the names in it are no ids.
 */
bool seat_read_demo(struct seat *out, struct arena *a, const char *text);

struct session {
	char hash[DIGEST_HEX_SIZE];
	struct seat seat;
	int64_t made_at, seen_at, verified_at;
	bool demo;	   /* no person behind it; its times are of the wall clock */
	const char *kinds; /* of a token: acts it may do; NULL for a session */
};

/*
 * Who holds this secret, by cookie or (token) by API token?
 * Errors: E_SESSION nobody, or no longer; those of store.h.
 */
int session_find(struct session *out, struct arena *a, struct store *st, const char *secret,
		 bool token, int64_t now) MUST_CHECK;

/* Does it hold still?  Errors: E_SESSION no longer; those of store.h. */
int session_holds(struct arena *a, struct store *st, const struct session *s,
		  int64_t now) MUST_CHECK;

/*
 * Sessions of a person that hold, the last used first: hash, office, party, body, device,
 * made_at, seen_at.  An id of one is the first SESSION_ID_SIZE - 1 digits of its hash.
 */
int session_list(struct store_rows **out, struct store *st, const char *person,
		 int64_t now) MUST_CHECK;

/* What follows writes: in the writer's thread.  All take the time as ms UTC. */

/* `device` (may be NULL) is what its person will know it by. */
int session_make(struct store *st, const char *hash, const struct seat *seat,
		 const char *device, int64_t now) MUST_CHECK;
int session_seen(struct store *st, const struct session *s, int64_t now) MUST_CHECK;
int session_verified(struct store *st, const char *hash, int64_t now) MUST_CHECK;
int session_sit(struct store *st, const char *hash, const struct seat *seat) MUST_CHECK;
int session_end(struct store *st, const char *hash) MUST_CHECK;

/*
 * End the session with that id, or (NULL) all of that person.
 * Errors: E_ABSENT the person has no such session.
 */
int session_end_of(struct store *st, const char *person, const char *id) MUST_CHECK;

/* A link replaces the earlier ones of that person. */
int link_make(struct store *st, const char *hash, const char *person, int64_t now) MUST_CHECK;

/* Whose link is it?  Errors: E_ABSENT nobody's, used, or too old. */
int link_find(const char **person, int64_t *until, struct arena *a, struct store *st,
	      const char *secret, int64_t now) MUST_CHECK;

/* Once: E_ABSENT when somebody used it meanwhile. */
int link_use(struct store *st, const char *secret, int64_t now) MUST_CHECK;

/* A question that is answered once; `secret` (may be NULL) is the TOTP secret offered with it.
 */
int ceremony_make(struct store *st, const uint8_t challenge[WEBAUTHN_CHALLENGE],
		  const char *what, const char *person, const uint8_t *secret,
		  int64_t now) MUST_CHECK;

/* Take it: E_ABSENT it was never asked, was answered before, or too long ago. */
int ceremony_take(const char **person, uint8_t secret[TOTP_SECRET], struct arena *a,
		  struct store *st, const uint8_t challenge[WEBAUTHN_CHALLENGE],
		  const char *what, int64_t now) MUST_CHECK;

/* Errors: E_EXISTS the passkey is known; E_RANGE there are PASSKEYS_MAX. */
int passkey_add(struct store *st, const struct webauthn_key *key, const char *person,
		const char *name, int64_t now) MUST_CHECK;

/* Errors: E_ABSENT unknown, ended, or of somebody whose access ended. */
int passkey_find(struct webauthn_key *out, const char **person, struct arena *a,
		 struct store *st, const char *id) MUST_CHECK;
int passkey_used(struct store *st, const char *id, uint32_t counter, int64_t now) MUST_CHECK;
int passkey_rename(struct store *st, const char *person, const char *id,
		   const char *name) MUST_CHECK;

/* Errors: E_RANGE it is the last one, and there is no password. */
int passkey_end(struct store *st, const char *person, const char *id, int64_t now) MUST_CHECK;

int password_set(struct store *st, const char *person, const char *hash,
		 const uint8_t secret[TOTP_SECRET], int64_t step, int64_t now) MUST_CHECK;

/* What a try needs.  Errors: E_ABSENT no password; E_RATE too many wrong tries. */
struct password_row {
	char hash[PASSWORD_HASH_SIZE];
	uint8_t secret[TOTP_SECRET];
	int64_t step;
};
int password_find(struct password_row *out, struct arena *a, struct store *st,
		  const char *person, int64_t now) MUST_CHECK;

/* Errors: E_EXISTS the code of this step was taken meanwhile. */
int password_tried(struct store *st, const char *person, bool right, int64_t step,
		   int64_t now) MUST_CHECK;

/* Errors: E_RANGE there are TOKENS_MAX. */
int token_make(struct store *st, const char *hash, const char *id, const struct seat *seat,
	       const char *name, const char *kinds, int64_t now, int64_t until) MUST_CHECK;
int token_end(struct store *st, const char *person, const char *id, int64_t now) MUST_CHECK;

/* What is worth nothing any more is removed: too old, of before a reset, of who left. */
int session_sweep(struct store *st, int64_t now) MUST_CHECK;

#endif
