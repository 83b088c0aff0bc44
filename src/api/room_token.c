/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "api/room_token.h"
#include "base/digest.h"
#include "base/rand.h"
#include "base/text.h"

enum {
	PARTS = 6,
};


bool room_name_valid(const char *name)
{
	size_t len = strlen(name);

	return len && len < ROOM_NAME_SIZE &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			    "0123456789_-") == len;
}


static void seal(char out[DIGEST_HEX_SIZE], const char *text, size_t len,
		 const uint8_t key[ROOM_KEY_SIZE])
{
	uint8_t mac[DIGEST_SIZE];

	digest_hmac(mac, key, ROOM_KEY_SIZE, text, len);
	text_hex(out, mac, sizeof(mac));
}


int room_token_make(char out[ROOM_TOKEN_SIZE], const struct room_token *t,
		    const uint8_t key[ROOM_KEY_SIZE])
{
	char mac[DIGEST_HEX_SIZE];
	int n;

	if (!room_name_valid(t->room) ||
	    (!text_eq(t->participant, "*") && !room_name_valid(t->participant)))
		return E_RANGE;
	n = snprintf(out, ROOM_TOKEN_SIZE, "room1.%s.%s.%u.%lld", t->room, t->participant,
		     t->rights, (long long)t->expires);
	if (n <= 0 || n + 1 + DIGEST_HEX_SIZE > ROOM_TOKEN_SIZE)
		return E_RANGE;
	seal(mac, out, (size_t)n, key);
	(void)snprintf(out + n, (size_t)(ROOM_TOKEN_SIZE - n), ".%s", mac);

	return 0;
}


int room_token_read(struct room_token *out, const char *text, const uint8_t key[ROOM_KEY_SIZE],
		    int64_t now_s)
{
	char copy[ROOM_TOKEN_SIZE], mac[DIGEST_HEX_SIZE];
	char *part[PARTS], *at = copy;
	int64_t rights = 0;
	size_t n = 0;

	if (strlen(text) >= sizeof(copy))
		return E_SESSION;
	(void)text_copy(copy, sizeof(copy), text);
	while (n < PARTS && at) {
		part[n++] = at;
		at = strchr(at, '.');
		if (at && n < PARTS)
			*at++ = '\0';
	}
	if (n != PARTS || strlen(part[5]) != DIGEST_HEX_SIZE - 1)
		return E_SESSION;
	seal(mac, text, (size_t)(part[5] - copy) - 1, key);
	if (!secret_eq(mac, part[5], DIGEST_HEX_SIZE - 1))
		return E_SESSION;
	memset(out, 0, sizeof(*out));
	if (!text_eq(part[0], "room1") || !text_copy(out->room, sizeof(out->room), part[1]) ||
	    !text_copy(out->participant, sizeof(out->participant), part[2]) ||
	    text_int(&rights, part[3], 0, 255) ||
	    text_int(&out->expires, part[4], 0, INT64_MAX) || out->expires <= now_s)
		return E_SESSION;
	out->rights = (unsigned)rights;

	return 0;
}
