/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The desk's side of the link to a media process (api/media_door.h), whose other end is ours.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/media_door.h"
#include "base/buf.h"
#include "t.h"

enum {
	EVENTS = 400, /* told in one breath */
	ENDS = 300,
};

static atomic_int now;	 /* which process it is */
static atomic_int heard; /* of it */
static atomic_int wrong;


static void told(void *arg, const char *room, const char *participant, const char *what)
{
	(void)arg;
	if (strcmp(room, "hall") != 0 || strcmp(what, "publishes") != 0)
		atomic_fetch_add(&wrong, 1);
	else if (strtol(participant, NULL, 10) == atomic_load(&now))
		atomic_fetch_add(&heard, 1);
}


/* The next process tells of much. */
static void speak(int fd)
{
	char who[12];
	const struct link_message m = { .word = LINK_EVENT,
					.text = { "hall", who, "publishes" } };
	struct buf b;

	(void)snprintf(who, sizeof(who), "%d", atomic_load(&now) + 1);
	buf_init(&b, 0);
	for (int i = 0; i < EVENTS; i++)
		link_write(&b, &m);
	atomic_fetch_add(&now, 1);
	atomic_store(&heard, 0);
	T_INT(b.len, send(fd, b.data, b.len, MSG_DONTWAIT));
	buf_clear(&b);
}


static void wait_for(int events)
{
	for (int i = 0; i < 100000 && atomic_load(&heard) < events; i++)
		(void)usleep(10);
	ck_assert_int_ge(atomic_load(&heard), events);
}


/* A process is started anew while the door still reads what the one before has said. */
T(a_process_is_started_anew_in_mid_sentence)
{
	struct media_door *d = NULL;
	int link[2], other;

	T_INT(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, link));
	other = link[1];
	T_OK(media_door_open(&d, link, 1));
	media_on_event(d, told, NULL);
	speak(other);
	for (int i = 0; i < ENDS; i++) {
		wait_for(1);
		T_INT(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, link));
		speak(link[1]);
		media_door_relink(d, 0, link[0]);
		(void)close(other);
		other = link[1];
	}
	wait_for(EVENTS);
	media_door_close(d);
	(void)close(other);
	T_INT(0, atomic_load(&wrong));
}


T_MAIN("api media door", C(a_process_is_started_anew_in_mid_sentence))
