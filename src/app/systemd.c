/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "app/systemd.h"


void systemd_tell(const char *state)
{
	const char *where = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t len = where ? strlen(where) : 0;
	int fd;

	if (!len || len >= sizeof(a.sun_path) || (where[0] != '/' && where[0] != '@'))
		return;
	memcpy(a.sun_path, where, len);
	/* An abstract name begins with NUL. */
	if (a.sun_path[0] == '@')
		a.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&a,
		      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	(void)close(fd);
}


void systemd_reloading(void)
{
	struct timespec ts;
	char state[80];

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	(void)snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld",
		       (long long)ts.tv_sec * 1000000 + ts.tv_nsec / 1000);
	systemd_tell(state);
}
