/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * session.h: who asks.
 *
 *	Cookie: comity=SECRET                  a session; __Host-comity over HTTPS
 *	Authorization: Bearer SECRET           an API token of a system
 *	Authorization: Bearer seat:head@ce     a seat of a demonstration, without a person
 *	Authorization: Bearer seat:staff/secretariat
 *
 * A request that changes something and comes with a cookie must come from this site's own pages
 * (Fetch Metadata, else Origin).
 */
#ifndef API_SESSION_H
#define API_SESSION_H

#include "parties/session.h"

struct request;

/*
 * Fill r->seat (unresolved) and r->session.  Nobody signed in is no error: the public part
 * stands open, and so does signing in again when a session has ended.
 *
 * Errors: E_SESSION a token that is not valid; E_RANGE one that is malformed; E_DENIED from
 * another site.
 */
int session_seat(struct request *r) MUST_CHECK;

/* May this session do this kind of act now?  Errors: E_VERIFY, E_DENIED. */
int session_may_act(struct request *r, const char *kind) MUST_CHECK;

/* The browser and system that asks, as "Firefox, Linux"; in the arena, or NULL when unknown. */
const char *session_device(struct request *r);

/* Set-Cookie for the reply; NULL takes it away. */
void session_cookie(struct request *r, const char *secret);

/* Too many tries from this address lately?  Errors: E_RATE. */
int session_rate(struct request *r) MUST_CHECK;

/* Where passkeys work; false at an address that is no name, such as 127.0.0.1. */
bool session_site(struct webauthn_site *out, struct request *r);

#endif
