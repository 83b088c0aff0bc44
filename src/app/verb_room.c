/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* verb_room.c: `comity room token`: bearer tokens for the room of --bench-room. */
#include <stdio.h>
#include <string.h>

#include "api/room_token.h"
#include "app/data.h"
#include "app/room_key.h"
#include "app/verb.h"
#include "base/text.h"
#include "base/time.h"

enum {
	TTL_S = 6 * 3600,
	TTL_MAX_S = 7 * 86400,
};


static int print_token(const char *folder, struct room_token *t, struct fault *f)
{
	uint8_t key[ROOM_KEY_SIZE];
	char token[ROOM_TOKEN_SIZE];
	struct data d;
	int err = data_open(&d, folder, true, f);

	if (err)
		return err;
	err = room_key(key, &d, f);
	if (!err && room_token_make(token, t, key))
		err = fault_set(f, E_RANGE,
				"The names of a room and of a participant are 1 to 64 letters, "
				"digits, - and _; '*' stands for any participant.");
	data_close(&d);
	if (!err)
		(void)printf("%s\n", token);

	return err;
}


int verb_room(int argc, char **argv)
{
	const char *data = NULL, *room = NULL, *as = NULL, *ttl = NULL;
	bool send = false, receive = false;
	const struct option options[] = {
		{ "data", &data, NULL }, { "room", &room, NULL }, { "as", &as, NULL },
		{ "ttl", &ttl, NULL },	 { "send", NULL, &send }, { "receive", NULL, &receive },
		{ NULL, NULL, NULL }
	};
	struct room_token t = { .rights = ROOM_BENCH };
	struct fault f = { 0 };
	int64_t seconds = TTL_S;

	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (argc != 2 || !text_eq(argv[1], "token") || !data || !room || !as)
		return verb_usage("room", NULL);
	if (!send && !receive)
		return verb_usage("room", "--send, --receive or both");
	if (ttl && text_int(&seconds, ttl, 1, TTL_MAX_S))
		return verb_usage("room", "--ttl takes seconds, at most a week");
	if (send)
		t.rights |= ROOM_SEND_AUDIO | ROOM_SEND_VIDEO;
	if (receive)
		t.rights |= ROOM_RECEIVE;
	t.expires = time_now() / 1000 + seconds;
	if (!text_copy(t.room, sizeof(t.room), room) ||
	    !text_copy(t.participant, sizeof(t.participant), as))
		return verb_usage("room", "a name has at most 64 characters");

	return print_token(data, &t, &f) ? verb_fail(NULL, &f, EXIT_FAILED) : EXIT_DONE;
}
