/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "act/clock.h"
#include "api/desk.h"
#include "api/proxy.h"
#include "api/session.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "base/time.h"

#define COOKIE	      "comity"
#define COOKIE_SECURE "__Host-comity"

enum {
	RATE_SLOTS = 4096,
	RATE_MINUTE = 30, /* tries to sign in from one address */
};


/* "office", "office@party" or "staff/body". */
static int demo_seat(struct request *r, const char *token)
{
	if (!seat_read_demo(&r->seat, r->arena, token))
		return fault_set(&r->fault, E_RANGE,
				 "A seat is written office, office@party or staff/body.");

	return 0;
}


static int foreign(struct request *r)
{
	writer_security(loop_desk(r->loop)->writer, &r->seat, "another-site", r->path);

	return fault_set(&r->fault, E_DENIED, "This did not come from a page of this centre.");
}


/* Of this site's own pages?  `cookie`: it would act for whoever is signed in. */
static int check_site(struct request *r, bool cookie)
{
	const char *site = http_header(r, "Sec-Fetch-Site");
	const char *origin = http_header(r, "Origin"), *host = http_header(r, "Host");
	const char *at = origin ? strstr(origin, "://") : NULL;

	if (text_eq(r->method, "GET") || text_eq(r->method, "HEAD"))
		return 0;
	if (site)
		return text_eq(site, "same-origin") ? 0 : foreign(r);
	if (origin)
		return at && host && text_eq(at + 3, host) ? 0 : foreign(r);

	return cookie ? foreign(r) : 0;
}


/* Not every request writes that it was seen. */
static int seen_run(struct chore *c, struct store *st);

struct seen {
	struct chore chore;
	struct session session;
	int64_t now;
};


static int seen_run(struct chore *c, struct store *st)
{
	struct seen *s = (struct seen *)(void *)c;

	return session_seen(st, &s->session, s->now);
}


static void seen_done(struct chore *c, int err)
{
	(void)err;
	free(c);
}


static void note_seen(struct request *r, const struct session *session, int64_t now)
{
	struct seen *s;

	if ((session->demo ? time_now() : now) - session->seen_at < SESSION_SEEN_MS)
		return;
	s = mem_zero(1, sizeof(*s));
	s->chore.run = seen_run;
	s->chore.done = seen_done;
	s->now = now;
	s->session.demo = session->demo;
	s->session.kinds = session->kinds ? "" : NULL;
	memcpy(s->session.hash, session->hash, sizeof(session->hash));
	if (writer_chore(loop_desk(r->loop)->writer, &s->chore))
		free(s);
}


static int by_secret(struct request *r, const char *secret, bool token)
{
	int64_t now = clock_now(loop_desk(r->loop)->clock);
	struct session *s = arena_take(r->arena, sizeof(*s));
	int err = session_find(s, r->arena, desk_reader(r)->st, secret, token, now);

	if (err)
		return err;
	if (s->demo && !loop_desk(r->loop)->demo)
		return E_SESSION;
	r->seat = s->seat;
	r->session = s;
	note_seen(r, s, now);

	return 0;
}


static int by_bearer(struct request *r, const char *auth)
{
	int err;

	if (!text_starts(auth, "Bearer "))
		return fault_set(&r->fault, E_SESSION,
				 "Only bearer tokens are understood here.");
	auth += strlen("Bearer ");
	if (text_starts(auth, "seat:") && loop_desk(r->loop)->demo)
		return demo_seat(r, auth + strlen("seat:"));
	if (text_starts(auth, "room1.")) /* whip.c reads it */
		return 0;
	err = by_secret(r, auth, true);

	return err == E_SESSION
		       ? fault_set(&r->fault, E_SESSION, "This token is not valid here.")
		       : err;
}


int session_seat(struct request *r)
{
	const char *auth = http_header(r, "Authorization");
	const char *cookie = http_cookie(r, http_is_secure(r) ? COOKIE_SECURE : COOKIE);
	int err;

	memset(&r->seat, 0, sizeof(r->seat));
	r->session = NULL;
	if (auth)
		return by_bearer(r, auth);
	if (!cookie)
		cookie = http_cookie(r, COOKIE_SECURE);
	err = check_site(r, cookie != NULL);
	if (!err && cookie)
		err = by_secret(r, cookie, false);

	return err == E_SESSION ? 0 : err;
}


int session_may_act(struct request *r, const char *kind)
{
	const struct session *s = r->session;

	if (!s || s->demo)
		return 0;
	if (s->kinds)
		return text_among(s->kinds, kind)
			       ? 0
			       : fault_set(&r->fault, E_DENIED, "This token may not do %.60s.",
					   kind);
	if (clock_now(loop_desk(r->loop)->clock) - s->verified_at > SESSION_VERIFIED_MS)
		return fault_set(&r->fault, E_VERIFY,
				 "Show once more that it is you; then the act is done.");

	return 0;
}


void session_cookie(struct request *r, const char *secret)
{
	const char *origin = loop_desk(r->loop)->origin;
	bool secure = http_is_secure(r) || (origin && text_starts(origin, "https://"));

	http_reply_header(r, "Set-Cookie",
			  arena_printf(r->arena, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
				       secure ? COOKIE_SECURE : COOKIE, secret ? secret : "",
				       secure ? "; Secure" : "", secret ? "" : "; Max-Age=0"));
}


/* Who has one IPv6 address has at least 2^64 of them. */
static size_t network_of(uint8_t out[PROXY_ADDRESS_SIZE], const char *address)
{
	struct in6_addr six;

	if (inet_pton(AF_INET6, address, &six) == 1) {
		memcpy(out, &six, 8);
		return 8;
	}
	memcpy(out, address, strlen(address));

	return strlen(address);
}


/* Tries by network and minute, shared by all threads; two networks may share a slot. */
int session_rate(struct request *r)
{
	static _Atomic uint64_t slots[RATE_SLOTS];
	static const uint64_t seed[2] = { 0x636f6d697479, 0x7369676e };
	uint64_t minute = (uint64_t)time_monotonic() / 60000 + 1;
	uint8_t network[PROXY_ADDRESS_SIZE];
	size_t len = network_of(network, http_client(r));
	_Atomic uint64_t *slot = &slots[siphash(seed, network, len) % RATE_SLOTS];
	uint64_t old = atomic_load(slot), next;

	do {
		next = old >> 32 == minute ? old + 1 : (minute << 32 | 1);
	} while (!atomic_compare_exchange_weak(slot, &old, next));
	if ((next & UINT32_MAX) <= RATE_MINUTE)
		return 0;
	writer_security(loop_desk(r->loop)->writer, &r->seat, "rate", r->path);

	return fault_set(&r->fault, E_RATE, "There were many tries from here; wait a minute.");
}


bool session_site(struct webauthn_site *out, struct request *r)
{
	const char *origin = loop_desk(r->loop)->origin, *host = http_header(r, "Host");
	const char *at;

	/* Without an origin of its own, only a machine that talks to itself is trusted. */
	if (!origin && host && (text_eq(host, "localhost") || text_starts(host, "localhost:")))
		origin = arena_printf(r->arena, "%s://%s", http_is_secure(r) ? "https" : "http",
				      host);
	at = origin ? strstr(origin, "://") : NULL;
	if (!at)
		return false;
	out->origin = origin;
	out->id = arena_strn(r->arena, at + 3, strcspn(at + 3, ":/"));

	return true;
}
