/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * verb_serve.c: the parent: binds ports, starts the roles, starts them again when they die,
 * hands the listening sockets on.  It parses nothing from the network.
 *
 * SIGTERM and SIGINT stop; SIGHUP replaces the program by the one now installed: the roles
 * finish, the sockets stay open, and clients wait in their queues meanwhile.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/data.h"
#include "app/listener.h"
#include "app/sandbox.h"
#include "app/spawn.h"
#include "app/tls.h"
#include "app/verb.h"
#include "base/diag.h"
#include "base/text.h"
#include "base/time.h"

enum {
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
	struct listeners listeners;
	struct lan network; /* when `lan` is set */
	const char *clock;
	const char *loops;
	const char *cert; /* files, or NULL */
	const char *key;
	const char *origin;  /* as browsers see this centre, or NULL */
	const char *proxies; /* whose word about addresses is believed, or NULL */
	bool lan;
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
	char folder[DATA_PATH], kinds[LISTENERS_MAX + 1];
	int fds[ROLE_FDS_MAX] = { link };
	size_t n = 2;

	(void)snprintf(folder, sizeof(folder), "%s/db", p->data.path);
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
	if (p->origin) {
		args[n++] = "--origin";
		args[n++] = p->origin;
	}
	if (p->proxies) {
		args[n++] = "--proxy";
		args[n++] = p->proxies;
	}
	if (p->data.demo)
		args[n++] = "--demo";
	if (listeners_any_tls(&p->listeners)) {
		args[n++] = "--cert";
		args[n++] = p->cert;
		args[n++] = "--key";
		args[n++] = p->key;
	}
	args[n++] = "--listeners";
	args[n] = kinds;
	for (size_t i = 0; i < p->listeners.count; i++) {
		kinds[i] = p->listeners.at[i].tls ? 's' : 'h';
		fds[i + 1] = p->listeners.at[i].fd;
	}
	kinds[p->listeners.count] = '\0';

	return role_spawn(&c->pid, &c->control, "desk", args, fds, p->listeners.count + 1);
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


static void print_addresses(const struct parent *p)
{
	char address[300];

	for (size_t i = 0; i < p->listeners.count; i++)
		if (listener_address(address, sizeof(address), &p->listeners.at[i]))
			(void)printf("listening on %s\n", address);
	for (size_t i = 0; p->lan && i < p->listeners.count; i++)
		if (p->listeners.at[i].tls &&
		    listener_address(address, sizeof(address), &p->listeners.at[i]))
			(void)printf("for guests on your network: %s\n", address);
	if (p->lan)
		(void)printf("Their browser will warn once: the certificate was made here.\n");
	(void)fflush(stdout);
}


/* Become the program that is installed now, with the same sockets and the same lock. */
static void replace(struct parent *p)
{
	struct fault f = { 0 };
	struct tls tls;

	/* A certificate that was renewed badly must not stop what runs. */
	if (tls_read(&tls, p->cert, p->key, &f)) {
		diag_error("parent", "not reloaded: %s: %s", f.path, f.text);
		return;
	}
	tls_clear(&tls);
	for (int i = ROLES - 1; i >= 0; i--)
		stop(&p->child[i]);
	data_close(&p->data);
	listeners_hand_on(&p->listeners);
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


/* Who may reach a demonstration, and who may listen in. */
static int check_reach(const struct parent *p, struct fault *f)
{
	char where[300] = "this address";

	for (size_t i = 0; i < p->listeners.count; i++) {
		const struct listener *l = &p->listeners.at[i];

		if (!listener_beyond_loopback(l))
			continue;
		(void)!listener_address(where, sizeof(where), l);
		if (p->data.demo && !p->lan)
			return fault_set(
				f, E_DENIED,
				"%s: a demonstration gives seats to whoever asks; only "
				"--lan lets it listen beyond this machine.",
				where);
		if (!l->tls)
			return fault_set(f, E_DENIED,
					 "%s: beyond this machine only HTTPS is spoken; see "
					 "--cert, or put a proxy on this machine in front.",
					 where);
	}

	return 0;
}


static int open_listeners(struct parent *p, const char *list, struct fault *f)
{
	bool tls = p->cert != NULL;
	int err = 0;

	listeners_inherit(&p->listeners, tls);
	if (!p->listeners.count)
		err = listeners_open(&p->listeners, list ? list : "127.0.0.1:8460", tls, f);
	if (!err && p->lan && !listeners_any_tls(&p->listeners)) {
		err = lan_prepare(&p->network, &p->data, listener_port(&p->listeners.at[0]), f);
		if (!err)
			err = listeners_open(&p->listeners, p->network.list, true, f);
	} else if (!err && p->lan) {
		/* Handed on by the program before us. */
		err = lan_prepare(&p->network, &p->data, listener_port(&p->listeners.at[0]), f);
	}
	if (!err && p->lan) {
		p->cert = p->network.chain;
		p->key = p->network.key;
	}
	if (!err && listeners_any_tls(&p->listeners) && !p->cert)
		err = fault_set(f, E_RANGE, "HTTPS needs --cert and --key.");

	return err ? err : check_reach(p, f);
}


static int serve(struct parent *p, const char *listen_list, struct fault *f)
{
	struct tls tls;
	int err = open_signals(p);

	if (err)
		return err;
	if (data_restored(&p->data))
		return fault_set(
			f, E_CRYPTO,
			"This folder was restored and its ledger is not settled; see comity "
			"restore --help.");
	err = open_listeners(p, listen_list, f);
	if (!err)
		err = tls_read(&tls, p->cert, p->key, f);
	if (err)
		return err;
	tls_clear(&tls);
	err = supervise(p, f);
	for (int i = ROLES - 1; i >= 0; i--)
		stop(&p->child[i]);

	return err;
}


/* "https://centre.example" or "http://localhost:8460": what a browser calls an origin. */
static bool origin_written(const char *origin)
{
	const char *at = strstr(origin, "://");

	return at &&
	       (text_starts(origin, "https://") || text_starts(origin, "http://localhost")) &&
	       at[3] && !strpbrk(at + 3, "/?#@ ");
}


int verb_serve(int argc, char **argv)
{
	struct parent p = { .child = { { .name = "keeper", .control = -1 },
				       { .name = "desk", .control = -1 } } };
	const char *data = NULL, *listen_list = NULL;
	bool demo = false;
	const struct option options[] = {
		{ "data", &data, NULL },       { "listen", &listen_list, NULL },
		{ "clock", &p.clock, NULL },   { "loops", &p.loops, NULL },
		{ "cert", &p.cert, NULL },     { "key", &p.key, NULL },
		{ "origin", &p.origin, NULL }, { "proxy", &p.proxies, NULL },
		{ "lan", NULL, &p.lan },       { "demo", NULL, &demo },
		{ NULL, NULL, NULL }
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
	if (p.lan && (p.cert || p.key))
		return verb_usage("serve", "--lan makes its own certificate");
	if (p.origin && !origin_written(p.origin))
		return verb_usage("serve", "--origin takes https://NAME, without a path");
	err = data_open(&p.data, data, false, &f);
	if (!err && (demo || p.clock || p.lan) && !p.data.demo)
		err = fault_set(&f, E_DENIED,
				"%s is the folder of a real centre: --demo, --clock and --lan "
				"are for demonstrations only.",
				p.data.path);
	if (!err)
		err = serve(&p, listen_list, &f);
	data_close(&p.data);

	return err ? verb_fail(NULL, &f, EXIT_FAILED) : EXIT_DONE;
}
