/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * verb_serve.c: the parent: binds ports, starts the roles, starts them again when they die,
 * hands the listening sockets on.  It parses nothing from the network.
 *
 * SIGTERM and SIGINT stop; SIGHUP replaces the program by the one now installed: the roles
 * finish, the sockets stay open, and clients wait in their queues meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/data.h"
#include "app/sandbox.h"
#include "app/spawn.h"
#include "app/verb.h"
#include "base/diag.h"
#include "base/text.h"
#include "base/time.h"

enum {
	LISTENERS_MAX = 8,
	START_MS = 20000,
	STOP_MS = 15000,
	BACKOFF_MAX_MS = 5000,
};

enum role { KEEPER, DESK, ROLES };

struct child {
	const char *name;
	pid_t pid; /* 0: not running */
	int control;
	int64_t started;
	int64_t backoff;
};

struct parent {
	struct data data;
	struct child child[ROLES];
	int listener[LISTENERS_MAX];
	size_t listeners;
	const char *clock;
	const char *loops;
	char **argv;
	char program[DATA_PATH];
	int signals;
};


static int start_keeper(struct parent *p, int link)
{
	const char *args[] = { p->data.keys, NULL };
	struct child *c = &p->child[KEEPER];

	return role_spawn(&c->pid, &c->control, "keeper", args, &link, 1);
}


static int start_desk(struct parent *p, int link)
{
	const char *args[ROLE_ARGS_MAX] = { "--store", p->data.store };
	struct child *c = &p->child[DESK];
	char folder[DATA_PATH], count[24];
	int fds[ROLE_FDS_MAX] = { link };
	size_t n = 2;

	(void)snprintf(folder, sizeof(folder), "%s/db", p->data.path);
	(void)snprintf(count, sizeof(count), "%zu", p->listeners);
	if (p->data.embedded) {
		args[n++] = "--folder";
		args[n++] = folder;
	}
	if (p->clock) {
		args[n++] = "--clock";
		args[n++] = p->clock;
	}
	if (p->loops) {
		args[n++] = "--loops";
		args[n++] = p->loops;
	}
	if (p->data.demo)
		args[n++] = "--demo";
	args[n++] = "--listeners";
	args[n] = count;
	for (size_t i = 0; i < p->listeners; i++)
		fds[i + 1] = p->listener[i];

	return role_spawn(&c->pid, &c->control, "desk", args, fds, p->listeners + 1);
}


/* Wait for the role's "ready"; false when it ended or took too long. */
static bool is_ready(struct child *c)
{
	struct pollfd fd = { .fd = c->control, .events = POLLIN };
	enum role_word word;
	int got = -1;

	return poll(&fd, 1, START_MS) == 1 && role_receive(c->control, &word, &got) == 0 &&
	       word == ROLE_READY;
}


static void forget(struct child *c)
{
	if (c->control >= 0)
		(void)close(c->control);
	c->control = -1;
	c->pid = 0;
}


/* A role and its link to the other, which is told when it runs already. */
static int start(struct parent *p, enum role which)
{
	struct child *c = &p->child[which], *peer = &p->child[which == DESK ? KEEPER : DESK];
	int pair[2];
	int err = role_pair(pair);

	if (err)
		return err;
	c->started = time_monotonic();
	err = which == KEEPER ? start_keeper(p, pair[0]) : start_desk(p, pair[0]);
	(void)close(pair[0]);
	if (!err && peer->pid)
		(void)!role_send(peer->control, ROLE_LINK, pair[1]);
	(void)close(pair[1]);
	if (err)
		return err;
	if (!is_ready(c)) {
		(void)kill(c->pid, SIGKILL);
		return E_IO;
	}
	diag_info("parent", "%s runs (%d)", c->name, (int)c->pid);

	return 0;
}


static void stop(struct child *c)
{
	int64_t until = time_monotonic() + STOP_MS;

	if (!c->pid)
		return;
	(void)!role_send(c->control, ROLE_STOP, -1);
	while (waitpid(c->pid, NULL, WNOHANG) == 0) {
		struct pollfd fd = { .fd = c->control, .events = 0 };

		/* The control socket hangs up when the role ends. */
		(void)poll(&fd, 1, 100);
		if (time_monotonic() > until)
			(void)kill(c->pid, SIGKILL);
	}
	forget(c);
}


/* Reap what ended and start it again, more slowly each time that it dies young. */
static void revive(struct parent *p)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < ROLES; i++) {
			struct child *c = &p->child[i];

			if (c->pid != pid)
				continue;
			diag_error("parent", "%s ended (%s %d)", c->name,
				   WIFSIGNALED(status) ? "signal" : "status",
				   WIFSIGNALED(status) ? WTERMSIG(status)
						       : WEXITSTATUS(status));
			forget(c);
			if (time_monotonic() - c->started > 10000)
				c->backoff = 0;
		}
	for (int i = 0; i < ROLES; i++) {
		struct child *c = &p->child[i];

		if (c->pid || time_monotonic() - c->started < c->backoff)
			continue;
		c->backoff = c->backoff ? c->backoff * 2 : 50;
		if (c->backoff > BACKOFF_MAX_MS)
			c->backoff = BACKOFF_MAX_MS;
		if (start(p, (enum role)i))
			diag_error("parent", "%s did not start", c->name);
	}
}


static int listen_one(struct parent *p, const struct addrinfo *a, struct fault *f)
{
	int on = 1;
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return fault_set(f, E_IO, "No socket: %s.", strerror(errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (a->ai_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, a->ai_addr, a->ai_addrlen) || listen(fd, 1024)) {
		(void)close(fd);
		return fault_set(f, E_IO, "Cannot listen: %s.", strerror(errno));
	}
	p->listener[p->listeners++] = fd;

	return 0;
}


/* "127.0.0.1:8460", "[::1]:8460", or a port alone, which means loopback. */
static int listen_at(struct parent *p, const char *where, struct fault *f)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST };
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
		if (host[0] == '[' && host[len - 1] == ']') {
			memmove(host, host + 1, len - 2);
			host[len - 2] = '\0';
		}
	}
	if (getaddrinfo(host, colon ? colon + 1 : where, &hints, &found))
		return fault_set(f, E_RANGE,
				 "%s is no address; write 127.0.0.1:8460 or [::1]:8460.",
				 where);
	for (struct addrinfo *a = found; a && !err && p->listeners < LISTENERS_MAX;
	     a = a->ai_next)
		err = listen_one(p, a, f);
	freeaddrinfo(found);

	return err;
}


/* Sockets from systemd or from the program before us: LISTEN_FDS from 3 on. */
static void inherit(struct parent *p)
{
	const char *fds = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
	int64_t count = 0, who = 0;

	if (!fds || text_int(&count, fds, 1, LISTENERS_MAX) || !pid ||
	    text_int(&who, pid, 1, INT32_MAX) || who != getpid())
		return;
	for (int64_t i = 0; i < count; i++) {
		int fd = fcntl(3 + (int)i, F_DUPFD_CLOEXEC, 100);

		if (fd >= 0)
			p->listener[p->listeners++] = fd;
	}
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_PID");
}


static void print_addresses(const struct parent *p)
{
	for (size_t i = 0; i < p->listeners; i++) {
		struct sockaddr_storage a = { 0 };
		socklen_t len = sizeof(a);
		char host[NI_MAXHOST], port[NI_MAXSERV];

		if (getsockname(p->listener[i], (struct sockaddr *)&a, &len) ||
		    getnameinfo((struct sockaddr *)&a, len, host, sizeof(host), port,
				sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV))
			continue;
		(void)printf(a.ss_family == AF_INET6 ? "listening on http://[%s]:%s/\n"
						     : "listening on http://%s:%s/\n",
			     host, port);
	}
	(void)fflush(stdout);
}


/* Become the program that is installed now, with the same sockets and the same lock. */
static void replace(struct parent *p)
{
	char count[24], pid[24];

	for (int i = ROLES - 1; i >= 0; i--)
		stop(&p->child[i]);
	data_close(&p->data);
	for (size_t i = 0; i < p->listeners; i++)
		if (dup2(p->listener[i], 3 + (int)i) >= 0)
			(void)fcntl(3 + (int)i, F_SETFD, 0);
	(void)snprintf(count, sizeof(count), "%zu", p->listeners);
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	(void)setenv("LISTEN_FDS", count, 1);
	(void)setenv("LISTEN_PID", pid, 1);
	(void)execv(p->program, p->argv);
	diag_error("parent", "%s cannot be started: %s", p->program, strerror(errno));
}


/* One signal; false to stop. */
static bool handle_signal(struct parent *p)
{
	struct signalfd_siginfo s;

	if (read(p->signals, &s, sizeof(s)) != sizeof(s))
		return true;
	if (s.ssi_signo == SIGTERM || s.ssi_signo == SIGINT)
		return false;
	if (s.ssi_signo == SIGHUP)
		replace(p);

	return true;
}


static int open_signals(struct parent *p)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	p->signals = signalfd(-1, &set, SFD_CLOEXEC);

	return p->signals < 0 ? E_IO : 0;
}


static int supervise(struct parent *p, struct fault *f)
{
	bool go_on = true;

	if (start(p, KEEPER) || start(p, DESK))
		return fault_set(f, E_IO, "The centre did not start; its words are above.");
	print_addresses(p);
	while (go_on) {
		struct pollfd fd = { .fd = p->signals, .events = POLLIN };

		if (poll(&fd, 1, 200) > 0)
			go_on = handle_signal(p);
		if (go_on)
			revive(p);
	}

	return 0;
}


static int serve(struct parent *p, const char *listen_list, struct fault *f)
{
	char list[400], *save = NULL;
	int err = open_signals(p);

	if (err)
		return err;
	if (data_restored(&p->data))
		return fault_set(
			f, E_CRYPTO,
			"This folder was restored and its ledger is not settled; see comity "
			"restore --help.");
	inherit(p);
	(void)text_copy(list, sizeof(list), listen_list ? listen_list : "127.0.0.1:8460");
	for (char *w = strtok_r(list, ",", &save); w && !err && !p->listeners;
	     w = strtok_r(NULL, ",", &save))
		err = listen_at(p, w, f);
	if (!err)
		err = supervise(p, f);
	for (int i = ROLES - 1; i >= 0; i--)
		stop(&p->child[i]);

	return err;
}


int verb_serve(int argc, char **argv)
{
	struct parent p = { .child = { { .name = "keeper", .control = -1 },
				       { .name = "desk", .control = -1 } } };
	const char *data = NULL, *listen_list = NULL;
	bool demo = false;
	const struct option options[] = {
		{ "data", &data, NULL },     { "listen", &listen_list, NULL },
		{ "clock", &p.clock, NULL }, { "loops", &p.loops, NULL },
		{ "demo", NULL, &demo },     { NULL, NULL, NULL }
	};
	struct fault f = { 0 };
	char *words[ROLE_ARGS_MAX + 2];
	int n = 0, err;

	/* As the program before us was called, for replace(). */
	words[n++] = (char *)"comity";
	for (int i = 0; i < argc && n <= ROLE_ARGS_MAX; i++)
		words[n++] = argv[i];
	words[n] = NULL;
	p.argv = words;
	if (readlink("/proc/self/exe", p.program, sizeof(p.program) - 1) < 0)
		return EXIT_FAILED;
	diag_role("parent");
	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (!data)
		return verb_usage("serve", "--data FOLDER is needed");
	err = data_open(&p.data, data, false, &f);
	if (!err && (demo || p.clock) && !p.data.demo)
		err = fault_set(&f, E_DENIED,
				"%s is the folder of a real centre: --demo and --clock are for "
				"demonstrations only.",
				p.data.path);
	if (!err)
		err = serve(&p, listen_list, &f);
	data_close(&p.data);

	return err ? verb_fail(NULL, &f, EXIT_FAILED) : EXIT_DONE;
}
