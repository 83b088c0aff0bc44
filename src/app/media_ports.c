/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "app/media_ports.h"
#include "base/text.h"

enum {
	BACKLOG = 128,
};


/* "127.0.0.1:4000" or "[::1]:4000". */
static int split(char host[64], int64_t *port, const char *where, struct fault *f)
{
	const char *colon = strrchr(where, ':');
	size_t len = colon ? (size_t)(colon - where) : 0;

	if (!len || len >= 64 || text_int(port, colon + 1, 0, 65535))
		return fault_set(f, E_RANGE,
				 "%s is no address for media; write 127.0.0.1:4000 or "
				 "[::1]:4000, or port 0 for any.",
				 where);
	memcpy(host, where, len);
	host[len] = '\0';
	if (host[0] == '[' && host[len - 1] == ']') {
		memmove(host, host + 1, len - 2);
		host[len - 2] = '\0';
	}

	return 0;
}


static int bind_one(struct media_port *m, int type, const char *host, int64_t port,
		    struct fault *f)
{
	struct addrinfo hints = { .ai_socktype = type, .ai_flags = AI_NUMERICHOST };
	bool tcp = type == SOCK_STREAM;
	struct addrinfo *a = NULL;
	struct sockaddr_storage bound = { 0 };
	socklen_t len = sizeof(bound);
	char number[12], name[NI_MAXHOST], service[NI_MAXSERV];
	int fd = -1, on = 1, rc;

	(void)snprintf(number, sizeof(number), "%d", (int)port);
	if (getaddrinfo(host, number, &hints, &a))
		return fault_set(f, E_RANGE, "%s is no address for media.", host);
	fd = socket(a->ai_family, type | SOCK_CLOEXEC | (tcp ? SOCK_NONBLOCK : 0), 0);
	if (fd >= 0 && a->ai_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	/* Accepted connections have both from the one that listens. */
	if (fd >= 0 && tcp) {
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	}
	rc = fd < 0 || bind(fd, a->ai_addr, a->ai_addrlen) || (tcp && listen(fd, BACKLOG)) ||
	     getsockname(fd, (struct sockaddr *)&bound, &len) ||
	     getnameinfo((struct sockaddr *)&bound, len, name, sizeof(name), service,
			 sizeof(service), NI_NUMERICHOST | NI_NUMERICSERV | NI_DGRAM);
	freeaddrinfo(a);
	if (rc) {
		if (fd >= 0)
			(void)close(fd);
		return fault_set(f, E_IO, "Media cannot use %s port %d%s: %s.", host, (int)port,
				 tcp ? " of TCP" : "", strerror(errno));
	}
	m->fd[m->count] = fd;
	(void)snprintf(m->address[m->count], MEDIA_ADDRESS_SIZE, "%s%.46s:%.5s",
		       tcp ? "tcp " : "", name, service);
	m->count++;

	return 0;
}


static int bind_all(struct media_port *m, int type, int64_t process, const char *list,
		    struct fault *f)
{
	const char *option = type == SOCK_STREAM ? "--media-tcp" : "--media-listen";
	size_t most = m->count + MEDIA_SOCKETS_MAX;
	char words[400], *save = NULL;
	int err = 0;

	if (!text_copy(words, sizeof(words), list))
		return fault_set(f, E_TOOBIG, "%s takes at most %d addresses.", option,
				 MEDIA_SOCKETS_MAX);
	for (char *w = strtok_r(words, ",", &save); w && !err; w = strtok_r(NULL, ",", &save)) {
		char host[64];
		int64_t port = 0;

		if (m->count == most)
			return fault_set(f, E_TOOBIG, "%s takes at most %d addresses.", option,
					 MEDIA_SOCKETS_MAX);
		err = split(host, &port, w, f);
		if (!err)
			err = bind_one(m, type, host, port ? port + process : 0, f);
	}

	return err;
}


int media_ports_open(struct media_ports *out, const char *processes, const char *list,
		     const char *tcp, bool demo, struct fault *f)
{
	int64_t n = demo ? 1 : get_nprocs() < MEDIA_MAX ? get_nprocs() : MEDIA_MAX;
	int err = 0;

	memset(out, 0, sizeof(*out));
	if (!list)
		list = "127.0.0.1:0";
	if (processes && text_int(&n, processes, 0, MEDIA_MAX))
		return fault_set(f, E_RANGE, "--media takes a number of processes up to %d.",
				 MEDIA_MAX);
	for (int64_t i = 0; i < n && !err; i++) {
		struct media_port *m = &out->at[i];

		err = bind_all(m, SOCK_DGRAM, i, list, f);
		if (!err && !text_eq(tcp, "none"))
			err = bind_all(m, SOCK_STREAM, i, tcp ? tcp : list, f);
		out->count++;
	}

	return err;
}
