/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * stun.h: STUN messages (RFC 8489) as ICE-lite needs them (RFC 8445): connectivity checks are
 * read, verified and answered.  Attributes that need not be understood are passed over.
 */
#ifndef MEDIA_STUN_H
#define MEDIA_STUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

enum {
	STUN_MAX = 1280,      /* bytes of a message that is read */
	STUN_REPLY_MAX = 128, /* bytes of a reply that is written */
	STUN_TID = 12,
	STUN_BINDING = 0x0001,
	STUN_SUCCESS = 0x0101,
	STUN_ERROR = 0x0111,
};

struct stun {
	uint16_t type;
	const uint8_t *tid;	 /* STUN_TID bytes, in the message */
	const uint8_t *username; /* in the message; NULL when absent */
	size_t username_len;
	size_t integrity; /* offset of MESSAGE-INTEGRITY; 0 when absent */
	bool fingerprint; /* there, and right */
	bool use_candidate;
	bool controlling;
	bool controlled;
	uint32_t priority;
	uint16_t unknown; /* the first attribute that must be understood and is not; 0 */
};

/* By its first bytes (RFC 7983 and the magic cookie). */
bool stun_is(const uint8_t *p, size_t len);

/* Errors: E_SYNTAX not a well-formed message, or a FINGERPRINT that is wrong. */
int stun_parse(struct stun *out, const uint8_t *p, size_t len) MUST_CHECK;

/* Is MESSAGE-INTEGRITY there and made with this password?  In constant time. */
bool stun_verify(const struct stun *s, const uint8_t *p, const char *password);

/* A success reply with XOR-MAPPED-ADDRESS; returns its length. */
size_t stun_reply(uint8_t out[STUN_REPLY_MAX], const struct stun *request,
		  const struct sockaddr *from, const char *password);

/* An error reply such as 400 or 420; `password` NULL leaves the integrity out. */
size_t stun_refuse(uint8_t out[STUN_REPLY_MAX], const struct stun *request, unsigned code,
		   const char *password);

/* A check of our own, for tests and tools: returns its length. */
size_t stun_check(uint8_t out[STUN_REPLY_MAX], const uint8_t tid[STUN_TID],
		  const char *username, const char *password, bool nominate);

#endif
