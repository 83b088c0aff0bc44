/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/listener.h"
#include "base/text.h"

enum {
	BACKLOG = 1024,
	FIRST_GIVEN = 3, /* SD_LISTEN_FDS_START */
	NAMES_MAX = 400, /* bytes of LISTEN_FDNAMES */
};

#define HTTP  "http://"
#define HTTPS "https://"


static int listen_one(struct listeners *l, const struct addrinfo *a, bool tls,
		      const char *where, struct fault *f)
{
	int on = 1, fd;

	if (l->count == LISTENERS_MAX)
		return fault_set(f, E_TOOBIG, "A server listens at %d addresses at most.",
				 (int)LISTENERS_MAX);
	fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fault_set(f, E_IO, "No socket: %s.", strerror(errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (a->ai_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, a->ai_addr, a->ai_addrlen) || listen(fd, BACKLOG)) {
		(void)close(fd);
		return fault_set(f, E_IO, "Cannot listen at %s: %s.", where, strerror(errno));
	}
	l->at[l->count++] = (struct listener){ fd, tls };

	return 0;
}


static int listen_at(struct listeners *l, const char *where, bool tls, struct fault *f)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *found = NULL;
	const char *colon = strrchr(where, ':');
	char host[80] = "127.0.0.1";
	size_t len = colon ? (size_t)(colon - where) : 0;
	int err = 0;

	if (len >= sizeof(host))
		return fault_set(f, E_RANGE, "%s is no address.", where);
	if (colon) {
		memcpy(host, where, len);
		host[len] = '\0';
		if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
			memmove(host, host + 1, len - 2);
			host[len - 2] = '\0';
		}
	}
	if (getaddrinfo(host, colon ? colon + 1 : where, &hints, &found))
		return fault_set(f, E_RANGE,
				 "%s is no address; write 127.0.0.1:8460, [::1]:8460 or "
				 "https://192.0.2.1:443.",
				 where);
	for (struct addrinfo *a = found; a && !err; a = a->ai_next)
		err = listen_one(l, a, tls, where, f);
	freeaddrinfo(found);

	return err;
}


int listeners_open(struct listeners *l, const char *list, bool tls, struct fault *f)
{
	char copy[LISTENER_LIST_MAX], *save = NULL;
	int err = 0;

	if (!text_copy(copy, sizeof(copy), list))
		return fault_set(f, E_TOOBIG, "The list of addresses is too long.");
	for (char *w = strtok_r(copy, ", ", &save); w && !err; w = strtok_r(NULL, ", ", &save))
		if (text_starts(w, HTTPS))
			err = listen_at(l, w + strlen(HTTPS), true, f);
		else if (text_starts(w, HTTP))
			err = listen_at(l, w + strlen(HTTP), false, f);
		else
			err = listen_at(l, w, tls, f);

	return err;
}


void listeners_inherit(struct listeners *l, bool tls)
{
	const char *fds = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
	const char *given = getenv("LISTEN_FDNAMES");
	char names[NAMES_MAX] = "", *rest = names;
	int64_t count = 0, who = 0;

	if (!fds || text_int(&count, fds, 1, LISTENERS_MAX) || !pid ||
	    text_int(&who, pid, 1, INT32_MAX) || who != getpid())
		return;
	if (given)
		(void)text_copy(names, sizeof(names), given);
	for (int64_t i = 0; i < count; i++) {
		const char *name = strsep(&rest, ":");
		int fd = fcntl(FIRST_GIVEN + (int)i, F_DUPFD_CLOEXEC, 100);

		if (fd < 0)
			continue;
		(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
		(void)close(FIRST_GIVEN + (int)i);
		l->at[l->count++] =
			(struct listener){ fd, text_eq(name, "https") ||
						       (tls && !text_eq(name, "http")) };
	}
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDNAMES");
}


void listeners_hand_on(const struct listeners *l)
{
	char count[24], pid[24], names[NAMES_MAX];
	size_t len = 0;

	names[0] = '\0';
	for (size_t i = 0; i < l->count; i++) {
		if (dup2(l->at[i].fd, FIRST_GIVEN + (int)i) >= 0)
			(void)fcntl(FIRST_GIVEN + (int)i, F_SETFD, 0);
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s", i ? ":" : "",
					l->at[i].tls ? "https" : "http");
	}
	(void)snprintf(count, sizeof(count), "%zu", l->count);
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	(void)setenv("LISTEN_FDS", count, 1);
	(void)setenv("LISTEN_PID", pid, 1);
	(void)setenv("LISTEN_FDNAMES", names, 1);
}


bool listeners_any_tls(const struct listeners *l)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->at[i].tls)
			return true;

	return false;
}


union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage space;
};


static bool find_address(union address *out, const struct listener *l)
{
	socklen_t len = sizeof(*out);

	memset(out, 0, sizeof(*out));

	return getsockname(l->fd, &out->any, &len) == 0;
}


unsigned listener_port(const struct listener *l)
{
	union address a;

	if (!find_address(&a, l))
		return 0;
	if (a.any.sa_family == AF_INET)
		return ntohs(a.v4.sin_port);

	return a.any.sa_family == AF_INET6 ? ntohs(a.v6.sin6_port) : 0;
}


bool listener_beyond_loopback(const struct listener *l)
{
	union address a;

	if (!find_address(&a, l))
		return true;
	if (a.any.sa_family == AF_INET)
		return ntohl(a.v4.sin_addr.s_addr) >> 24 != 127;
	if (a.any.sa_family == AF_INET6)
		return !IN6_IS_ADDR_LOOPBACK(&a.v6.sin6_addr);

	return a.any.sa_family != AF_UNIX;
}


bool listener_address(char *out, size_t size, const struct listener *l)
{
	char host[NI_MAXHOST], port[NI_MAXSERV];
	union address a;

	if (!find_address(&a, l) || getnameinfo(&a.any, sizeof(a), host, sizeof(host), port,
						sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV))
		return false;
	(void)snprintf(out, size, a.any.sa_family == AF_INET6 ? "%s[%s]:%s/" : "%s%s:%s/",
		       l->tls ? HTTPS : HTTP, host, port);

	return true;
}
