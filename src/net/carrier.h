/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * carrier.h: carries errands (net/errand.h) out of the house: mail by SMTP (RFC 5321) to one
 * relay, and files from named hosts by HTTPS.  Through libcurl; one thread, several at once.
 *
 *	mail	to the relay alone; TLS is a condition unless the relay is this machine.  A
 *reply 5xx to the recipient or the message is ERRAND_NEVER, anything else ERRAND_LATER; when
 *the message was sent whole and no reply came, ERRAND_UNSURE.
 *	fetch	https:// only; no host but those named, no address of private or special use
 *		(RFC 6890) unless allowed, looked at where the connection is made, so that a
 *name that changes its address changes nothing; no redirect is followed, nothing is unpacked;
 *CARRIER_FETCH_S in all, ERRAND_BYTES_MAX bytes.
 */
#ifndef NET_CARRIER_H
#define NET_CARRIER_H

#include <stdbool.h>
#include <sys/socket.h>

#include "net/errand.h"

enum {
	CARRIER_MAIL_S = 180,
	CARRIER_FETCH_S = 60,
	CARRIER_CONNECT_S = 20,
	CARRIER_AT_ONCE = 8,
	CARRIER_KNOWN = 512, /* mails whose outcome is remembered */
};

struct carrier;

struct carrier_config {
	const char *relay;  /* "smtp://mail.example:587", "smtps://..."; NULL: no mail */
	const char *name;   /* of this centre, for EHLO */
	const char *user;   /* or NULL */
	const char *secret; /* of the user */
	const char *hosts;  /* of feeds, commas between; NULL: none */
	const char *ca;	    /* PEM: authorities trusted; NULL: the library's own file */
	bool private_;	    /* feeds may come from private addresses, and by http:// */
	unsigned fetch_s;   /* 0: CARRIER_FETCH_S */
	/* What became of an errand; not called inside carrier_take(). */
	void (*answer)(const struct errand *e, void *arg);
	void *arg;
};

/* Is it "smtp://host[:port]" or "smtps://host[:port]"? */
bool carrier_relay_valid(const char *relay);

/*
 * May a feed be fetched from there, as far as its address tells?  "https://host[:port]/...",
 * without a user in it, a host among `hosts`.  `private_` as above.
 *
 * Errors: E_RANGE, and what would be right.
 */
int carrier_url_check(const char *url, const char *hosts, bool private_,
		      struct fault *f) MUST_CHECK;

/* Is it of private or special use, so that nothing outside should lead there (RFC 6890)? */
bool carrier_address_private(const struct sockaddr *address);

/* Opens what carrier_url_check() needs, for who enters a sandbox.  Errors: E_ABSENT. */
int carrier_load(struct fault *f) MUST_CHECK;

/* Texts of the configuration must live as long.  Errors: E_ABSENT no libcurl, E_NOMEM. */
int carrier_open(struct carrier **out, const struct carrier_config *config,
		 struct fault *f) MUST_CHECK;
void carrier_close(struct carrier *c);

/* Begin an errand; what it points to is copied.  Errors: E_BUSY too many at once. */
int carrier_take(struct carrier *c, const struct errand *e) MUST_CHECK;

/* How many are under way. */
size_t carrier_count(const struct carrier *c);

/* Go on, and wait up to so long for something to happen, also on these descriptors. */
struct pollfd;
void carrier_run(struct carrier *c, struct pollfd *fds, size_t count, int wait_ms);

/*
 * Reach the relay, up to and with the login, and send nothing.
 * Errors: E_BUSY and what the relay or the network said.
 */
int carrier_try(struct carrier *c, struct fault *f) MUST_CHECK;

#endif
