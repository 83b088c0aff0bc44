/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * room_token.h: bearer tokens for the media of a room (WHIP and WHEP): who may send or receive
 * what, until when.  They hold no secret of their own and are looked up nowhere: the centre's
 * key authenticates them.
 *
 *	room1.ROOM.PARTICIPANT.RIGHTS.EXPIRY.HMAC
 *
 * PARTICIPANT "*" stands for anybody.  RIGHTS is a decimal number of the bits below; EXPIRY is
 * in seconds; HMAC is HMAC-SHA-256 in hexadecimal over all before the last point.
 */
#ifndef API_ROOM_TOKEN_H
#define API_ROOM_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	ROOM_KEY_SIZE = 32,
	ROOM_NAME_SIZE = 65, /* [A-Za-z0-9_-]{1,64} and NUL */
	ROOM_TOKEN_SIZE = 256,
	ROOM_SEND_AUDIO = 1, /* as ENGINE_AUDIO and so on (media/engine.h) */
	ROOM_SEND_VIDEO = 2,
	ROOM_RECEIVE = 4,
	ROOM_BENCH = 8, /* made by hand: good only in the room of --bench-room */
};

/* The room where anybody who is signed in tries the way to the media: nobody sends there. */
#define ROOM_CHECK "check"

struct room_token {
	char room[ROOM_NAME_SIZE];
	char participant[ROOM_NAME_SIZE];
	unsigned rights;
	int64_t expires; /* seconds since 1970 */
};

bool room_name_valid(const char *name);

/* Errors: E_RANGE a name that is none. */
int room_token_make(char out[ROOM_TOKEN_SIZE], const struct room_token *t,
		    const uint8_t key[ROOM_KEY_SIZE]) MUST_CHECK;

/* Errors: E_SESSION not authentic, or expired. */
int room_token_read(struct room_token *out, const char *text, const uint8_t key[ROOM_KEY_SIZE],
		    int64_t now_s) MUST_CHECK;

#endif
