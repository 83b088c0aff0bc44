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
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/proxy.h"
#include "app/data.h"
#include "app/listener.h"
#include "app/media_ports.h"
#include "app/room_key.h"
#include "app/qr.h"
#include "app/reach.h"
#include "app/sandbox.h"
#include "app/settings.h"
#include "app/spawn.h"
#include "app/systemd.h"
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

/* The media processes follow the desk, which finds them running. */
enum role { KEEPER, DESK, REACH, MEDIA, ROLES = MEDIA + MEDIA_MAX };

struct child {
	const char *name;
	pid_t pid; /* 0: not running */
	int control;
	int64_t started;
	int64_t backoff;
	int starts;
};

/* The options of serve, and so the settings of comity.conf(5). */
struct settings {
	const char *config; /* a file, or NULL */
	const char *data;
	const char *listen;
	const char *cert; /* files, or NULL */
	const char *key;
	const char *proxy;
	const char *metrics;
	const char *origin; /* as browsers see this centre, or NULL */
	const char *loops;
	const char *clock;
	const char *media;
	const char *media_listen;
	const char *media_tcp;
	const char *bench_room;
	const char *turn;
	const char *turn_secret;
	struct reach_settings reach;
	bool demo;
	bool lan;
};

enum {
	OWN_SETTINGS = 18,
	SETTINGS = OWN_SETTINGS + REACH_OPTIONS,
};

struct parent {
	struct settings set;
	struct data data;
	struct child child[ROLES];
	struct child printer; /* only while somebody prints */
	struct listeners listeners;
	struct media_ports media;
	struct lan network; /* with set.lan */
	char **argv;
	int argc;
	char program[DATA_PATH];
	char room_key[DATA_PATH]; /* the file */
	int signals;
};


static void options_of(struct option out[SETTINGS + 1], struct settings *s)
{
	const struct option options[OWN_SETTINGS + 1] = {
		{ "config", &s->config, NULL },
		{ "data", &s->data, NULL },
		{ "listen", &s->listen, NULL },
		{ "cert", &s->cert, NULL },
		{ "key", &s->key, NULL },
		{ "proxy", &s->proxy, NULL },
		{ "origin", &s->origin, NULL },
		{ "loops", &s->loops, NULL },
		{ "clock", &s->clock, NULL },
		{ "demo", NULL, &s->demo },
		{ "media", &s->media, NULL },
		{ "media-listen", &s->media_listen, NULL },
		{ "media-tcp", &s->media_tcp, NULL },
		{ "bench-room", &s->bench_room, NULL },
		{ "turn", &s->turn, NULL },
		{ "turn-secret", &s->turn_secret, NULL },
		{ "metrics", &s->metrics, NULL },
		{ "lan", NULL, &s->lan },
		{ NULL, NULL, NULL }
	};

	memcpy(out, options, sizeof(options));
	reach_options(out + OWN_SETTINGS, &s->reach);
}


/* "https://centre.example" or "http://localhost:8460": what a browser calls an origin. */
static int check_origin(const char *origin, struct fault *f)
{
	const char *at = origin ? strstr(origin, "://") : NULL;

	if (!origin ||
	    (at && at[3] && !strpbrk(at + 3, "/?#@ ") &&
	     (text_starts(origin, "https://") || text_starts(origin, "http://localhost"))))
		return 0;

	return fault_set(f, E_RANGE,
			 "\"%s\" is no origin: write https:// and the name of the centre, "
			 "without a path.",
			 origin);
}


static int start_keeper(struct parent *p, int link)
{
	const char *args[] = { p->data.keys, NULL };
	struct child *c = &p->child[KEEPER];

	return role_spawn(&c->pid, &c->control, "keeper", args, &link, 1);
}


static int start_media(struct parent *p, size_t i)
{
	struct child *c = &p->child[MEDIA + i];
	const struct media_port *m = &p->media.at[i];
	const char *args[ROLE_ARGS_MAX] = { NULL };

	for (size_t k = 0; k < m->count; k++)
		args[k] = m->address[k];

	return role_spawn(&c->pid, &c->control, "media", args, m->fd, m->count);
}


static int start_reach(struct parent *p)
{
	struct child *c = &p->child[REACH];
	const char *args[ROLE_ARGS_MAX] = { NULL };
	char name[256];

	(void)reach_args(args, &p->set.reach,
			 text_host(name, sizeof(name), p->set.origin) ? name : NULL);

	return role_spawn(&c->pid, &c->control, "reach", args, NULL, 0);
}


/* A stream between the desk and a process beside it: that one has its end, this is the desk's.
 */
static int link_desk(struct parent *p, enum role which)
{
	int pair[2];

	if (!p->child[which].pid || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -1;
	if (role_send(p->child[which].control, ROLE_LINK, pair[0])) {
		(void)close(pair[1]);
		pair[1] = -1;
	}
	(void)close(pair[0]);

	return pair[1];
}


/* A process that is not there gets its link later. */
static void add_link(struct parent *p, enum role which, int *fds, size_t *count)
{
	int fd = link_desk(p, which);

	fds[(*count)++] = fd >= 0 ? fd : open("/dev/null", O_RDONLY | O_CLOEXEC);
}


/* What the desk knows of what leaves the house; the password of the relay is not among it. */
static size_t add_reach(struct parent *p, const char **args, size_t n, int *fds, size_t *count)
{
	const struct reach_settings *r = &p->set.reach;
	const char *const pairs[][2] = { { "--mail-from", r->relay ? r->from : NULL },
					 { "--mail-retry", r->retry },
					 { "--mail-gather", r->gather },
					 { "--feed-hosts", r->hosts } };

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		if (pairs[i][1]) {
			args[n++] = pairs[i][0];
			args[n++] = pairs[i][1];
		}
	if (r->private_)
		args[n++] = "--feed-private";
	args[n++] = "--reach";
	add_link(p, REACH, fds, count);

	return n;
}


/* The desk's links to media processes. */
static size_t add_media(struct parent *p, const char **args, size_t n, int *fds, size_t *count)
{
	static char number[24];

	(void)snprintf(number, sizeof(number), "%zu", p->media.count);
	args[n++] = "--media";
	args[n++] = number;
	for (size_t i = 0; i < p->media.count; i++)
		add_link(p, (enum role)(MEDIA + i), fds, count);
	args[n++] = "--room-key";
	args[n++] = p->room_key;
	if (p->set.turn && p->set.turn_secret) {
		args[n++] = "--turn";
		args[n++] = p->set.turn;
		args[n++] = "--turn-secret";
		args[n++] = p->set.turn_secret;
	}
	if (p->set.bench_room) {
		args[n++] = "--bench-room";
		args[n++] = p->set.bench_room;
	}

	return n;
}


static int start_desk(struct parent *p, int link)
{
	const char *args[ROLE_ARGS_MAX] = { "--store", p->data.store };
	struct child *c = &p->child[DESK];
	size_t count = p->listeners.count + 1;
	char folder[DATA_PATH], kinds[LISTENERS_MAX + 1], starts[48];
	int err;
	int fds[ROLE_FDS_MAX] = { link };
	size_t n = 2;

	(void)snprintf(folder, sizeof(folder), "%s/db", p->data.path);
	if (p->data.embedded) {
		args[n++] = "--folder";
		args[n++] = folder;
	}
	if (p->set.clock) {
		args[n++] = "--clock";
		args[n++] = p->set.clock;
	}
	if (p->set.loops) {
		args[n++] = "--loops";
		args[n++] = p->set.loops;
	}
	if (p->set.proxy) {
		args[n++] = "--proxy";
		args[n++] = p->set.proxy;
	}
	if (p->set.metrics) {
		args[n++] = "--metrics";
		args[n++] = p->set.metrics;
	}
	if (p->set.origin) {
		args[n++] = "--origin";
		args[n++] = p->set.origin;
	}
	if (p->data.demo)
		args[n++] = "--demo";
	if (listeners_any_tls(&p->listeners)) {
		args[n++] = "--cert";
		args[n++] = p->set.cert;
		args[n++] = "--key";
		args[n++] = p->set.key;
	}
	(void)snprintf(starts, sizeof(starts), "%d:%d", p->child[KEEPER].starts, c->starts);
	args[n++] = "--starts";
	args[n++] = starts;
	args[n++] = "--listeners";
	args[n] = kinds;
	for (size_t i = 0; i < p->listeners.count; i++) {
		kinds[i] = p->listeners.at[i].tls ? 's' : 'h';
		fds[i + 1] = p->listeners.at[i].fd;
	}
	kinds[p->listeners.count] = '\0';
	if (p->media.count)
		n = add_media(p, args, n + 1, fds, &count) - 1;
	if (reach_wanted(&p->set.reach))
		(void)add_reach(p, args, n + 1, fds, &count);
	err = role_spawn(&c->pid, &c->control, "desk", args, fds, count);
	for (size_t i = p->listeners.count + 1; i < count; i++)
		(void)close(fds[i]);

	return err;
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


static int started(struct child *c)
{
	if (!is_ready(c)) {
		(void)kill(c->pid, SIGKILL);
		return E_IO;
	}
	diag_info("parent", "%s runs (%d)", c->name, (int)c->pid);

	return 0;
}


/* A process beside the desk, which is given a link to it when it runs already. */
static int start_beside(struct parent *p, enum role which)
{
	struct child *c = &p->child[which];
	int word = which == REACH ? ROLE_REACH : ROLE_MEDIA + (int)which - MEDIA;
	int err, link;

	c->started = time_monotonic();
	c->starts++;
	err = which == REACH ? start_reach(p) : start_media(p, (size_t)which - MEDIA);
	if (!err)
		err = started(c);
	if (err || !p->child[DESK].pid)
		return err;
	link = link_desk(p, which);
	if (link >= 0) {
		(void)!role_send(p->child[DESK].control, (enum role_word)word, link);
		(void)close(link);
	}

	return 0;
}


/* A role and its link to the other, which is told when it runs already. */
static int start(struct parent *p, enum role which)
{
	struct child *c = &p->child[which], *peer = &p->child[which == DESK ? KEEPER : DESK];
	int pair[2];
	int err;

	if (which >= REACH)
		return start_beside(p, which);
	err = role_pair(pair);
	if (err)
		return err;
	c->started = time_monotonic();
	c->starts++;
	err = which == KEEPER ? start_keeper(p, pair[0]) : start_desk(p, pair[0]);
	(void)close(pair[0]);
	if (!err && peer->pid)
		(void)!role_send(peer->control, ROLE_LINK, pair[1]);
	(void)close(pair[1]);
	if (err)
		return err;

	return started(c);
}


/*
 * A process that sets papers, because the desk asks for one.  It ends by itself; whoever asks
 * again has lost it.
 */
static void start_printer(struct parent *p)
{
	struct child *c = &p->printer;
	int pair[2];

	if (c->pid) {
		(void)kill(c->pid, SIGKILL);
		role_end(c->control, c->pid);
		c->pid = 0;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return;
	if (role_spawn(&c->pid, &c->control, "paper", NULL, &pair[0], 1))
		forget(c);
	else
		(void)!role_send(p->child[DESK].control, ROLE_PAPER, pair[1]);
	(void)close(pair[0]);
	(void)close(pair[1]);
}


/* What the desk says while it runs: that it wants to print. */
static void hear_desk(struct parent *p)
{
	enum role_word word;
	int fd = -1;

	if (role_receive(p->child[DESK].control, &word, &fd) == 0 && word == ROLE_PAPER)
		start_printer(p);
	if (fd >= 0)
		(void)close(fd);
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

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == p->printer.pid)
			forget(&p->printer);
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
	}
	for (size_t i = 0; i < MEDIA + p->media.count; i++) {
		struct child *c = &p->child[i];

		if (i == REACH && !reach_wanted(&p->set.reach))
			continue;
		if (c->pid || time_monotonic() - c->started < c->backoff)
			continue;
		c->backoff = c->backoff ? c->backoff * 2 : 50;
		if (c->backoff > BACKOFF_MAX_MS)
			c->backoff = BACKOFF_MAX_MS;
		if (start(p, (enum role)i))
			diag_error("parent", "%s did not start", c->name);
	}
}


/* Where a guest takes a seat, for the camera of a phone when a person is looking. */
static void print_guest(const char *address)
{
	char link[320];
	struct buf code;

	(void)snprintf(link, sizeof(link), "%ssignin", address);
	(void)printf("for guests on your network: %s\n", link);
	if (!isatty(STDOUT_FILENO))
		return;
	buf_init(&code, 0);
	if (qr_terminal(&code, link, NULL) == 0)
		(void)fputs(code.data, stdout);
	buf_clear(&code);
}


static void print_addresses(const struct parent *p)
{
	char address[300];

	for (size_t i = 0; i < p->listeners.count; i++)
		if (listener_address(address, sizeof(address), &p->listeners.at[i]))
			(void)printf("listening on %s\n", address);
	for (size_t i = 0; p->set.lan && i < p->listeners.count; i++)
		if (p->listeners.at[i].tls &&
		    listener_address(address, sizeof(address), &p->listeners.at[i]))
			print_guest(address);
	if (p->set.lan)
		(void)printf("Their browser will warn once: the certificate was made here.\n");
	(void)fflush(stdout);
}


/*
 * Would the program after us start?  A setting or a certificate that was changed badly must
 * not stop what runs.
 */
static int check_reload(const struct parent *p, struct fault *f)
{
	char *words[ROLE_ARGS_MAX + 2], *text = NULL;
	struct option options[SETTINGS + 1];
	struct settings s = { 0 };
	struct tls tls = { 0 };
	struct proxies proxies;
	int argc = p->argc, err;

	memcpy(words, p->argv, sizeof(words));
	options_of(options, &s);
	err = verb_options(&argc, words + 1, options) ? E_RANGE : 0;
	if (!err && s.config)
		err = settings_file(options, s.config, &text, f);
	if (!err)
		err = check_origin(s.origin, f);
	if (!err)
		err = reach_check(&s.reach, s.origin, f);
	if (!err)
		err = proxies_read(&proxies, s.proxy, f);
	if (!err)
		err = proxies_read(&proxies, s.metrics, f);
	if (!err)
		err = tls_read(&tls, s.lan ? p->set.cert : s.cert, s.lan ? p->set.key : s.key,
			       f);
	tls_clear(&tls);
	free(text);

	return err;
}


/* Become the program that is installed now, with the same sockets. */
static void replace(struct parent *p)
{
	struct fault f = { 0 };

	if (check_reload(p, &f)) {
		diag_error("parent", "not reloaded: %s%s%s", f.path, f.path[0] ? ": " : "",
			   f.text);
		return;
	}
	systemd_reloading();
	for (int i = ROLES - 1; i >= 0; i--)
		stop(&p->child[i]);
	stop(&p->printer);
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

	bool up = start(p, KEEPER) == 0;

	if (up && reach_wanted(&p->set.reach))
		up = start(p, REACH) == 0;
	for (size_t i = 0; i < p->media.count && up; i++)
		up = start(p, (enum role)(MEDIA + i)) == 0;
	if (!up || start(p, DESK))
		return fault_set(f, E_IO, "The centre did not start; its words are above.");
	print_addresses(p);
	systemd_tell("READY=1");
	while (go_on) {
		struct pollfd fd[2] = { { .fd = p->signals, .events = POLLIN },
					{ .fd = p->child[DESK].control, .events = POLLIN } };
		bool woken = poll(fd, 2, 200) > 0;

		if (woken && fd[0].revents)
			go_on = handle_signal(p);
		if (woken && fd[1].revents && p->child[DESK].pid && go_on)
			hear_desk(p);
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
		if (p->set.bench_room)
			return fault_set(
				f, E_DENIED,
				"--bench-room is for measuring on this machine: listen "
				"on loopback only.");
		(void)!listener_address(where, sizeof(where), l);
		if (p->data.demo && !p->set.lan)
			return fault_set(
				f, E_DENIED,
				"%s: a demonstration gives seats to whoever asks; only "
				"--lan lets it listen beyond this machine.",
				where);
		if (!l->tls && !p->set.proxy)
			return fault_set(f, E_DENIED,
					 "%s: beyond this machine only HTTPS is spoken; see "
					 "--cert, or name the proxy in front with --proxy.",
					 where);
	}

	return 0;
}


static int open_listeners(struct parent *p, struct fault *f)
{
	const char *list = p->set.listen;
	bool tls = p->set.cert != NULL;
	int err = 0;

	listeners_inherit(&p->listeners, tls);
	if (!p->listeners.count)
		err = listeners_open(&p->listeners, list ? list : "127.0.0.1:8460", tls, f);
	if (!err && p->set.lan && !listeners_any_tls(&p->listeners)) {
		err = lan_prepare(&p->network, &p->data, listener_port(&p->listeners.at[0]), f);
		if (!err)
			err = listeners_open(&p->listeners, p->network.list, true, f);
	} else if (!err && p->set.lan) {
		/* Handed on by the program before us. */
		err = lan_prepare(&p->network, &p->data, listener_port(&p->listeners.at[0]), f);
	}
	if (!err && p->set.lan) {
		p->set.cert = p->network.chain;
		p->set.key = p->network.key;
		/* This machine's own browser reaches it there as well. */
		if (!p->set.media_listen)
			p->set.media_listen = p->network.media;
	}
	if (!err && listeners_any_tls(&p->listeners) && !p->set.cert)
		err = fault_set(f, E_RANGE, "HTTPS needs --cert and --key.");

	return err ? err : check_reach(p, f);
}


static int prepare_media(struct parent *p, struct fault *f)
{
	uint8_t key[ROOM_KEY_SIZE];
	int err = media_ports_open(&p->media, p->set.media, p->set.media_listen,
				   p->set.media_tcp, p->data.demo, f);

	if (err || !p->media.count)
		return err;
	(void)snprintf(p->room_key, sizeof(p->room_key), "%s/rooms.key", p->data.path);

	return room_key(key, &p->data, f);
}


static int serve(struct parent *p, struct fault *f)
{
	struct proxies proxies;
	struct tls tls;
	int err = open_signals(p);

	if (err)
		return err;
	if (data_restored(&p->data))
		return fault_set(
			f, E_CRYPTO,
			"This folder was restored and its ledger is not settled; see comity "
			"restore --help.");
	err = check_origin(p->set.origin, f);
	if (!err)
		err = reach_check(&p->set.reach, p->set.origin, f);
	if (!err)
		err = proxies_read(&proxies, p->set.proxy, f);
	if (!err)
		err = proxies_read(&proxies, p->set.metrics, f);
	if (!err)
		err = open_listeners(p, f);
	if (!err)
		err = prepare_media(p, f);
	if (!err)
		err = tls_read(&tls, p->set.cert, p->set.key, f);
	if (err)
		return err;
	tls_clear(&tls);
	err = supervise(p, f);
	systemd_tell("STOPPING=1");
	for (int i = ROLES - 1; i >= 0; i--)
		stop(&p->child[i]);
	stop(&p->printer);

	return err;
}


int serve_settings(struct centre_settings *out, const char *file, char **text, struct fault *f)
{
	struct option options[SETTINGS + 1];
	struct settings s = { 0 };
	int err;

	options_of(options, &s);
	err = settings_file(options, file, text, f);
	*out = (struct centre_settings){ s.data, s.cert, s.key, s.origin, s.reach };

	return err;
}


/* From the command line and the file that it names. */
static int read_settings(struct parent *p, int argc, char **argv, char **text)
{
	const struct settings *s = &p->set;
	struct option options[SETTINGS + 1];
	struct fault f = { 0 };

	options_of(options, &p->set);
	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	if (s->config && settings_file(options, s->config, text, &f))
		return verb_fail(s->config, &f, EXIT_USAGE);
	if (!s->data)
		return verb_usage("serve", "--data FOLDER is needed");
	if (s->lan && (s->cert || s->key))
		return verb_usage("serve", "--lan makes its own certificate");

	return EXIT_DONE;
}


int verb_serve(int argc, char **argv)
{
	struct parent p = { .child = { { .name = "keeper", .control = -1 },
				       { .name = "desk", .control = -1 },
				       { .name = "reach", .control = -1 } },
			    .printer = { .name = "paper", .control = -1 } };
	struct fault f = { 0 };
	char *words[ROLE_ARGS_MAX + 2] = { (char *)"comity" }, *text = NULL;
	int status, err;

	for (size_t i = MEDIA; i < ROLES; i++)
		p.child[i] = (struct child){ .name = "media", .control = -1 };
	/* As the program before us was called, for replace(). */
	for (int i = 0; i < argc && i < ROLE_ARGS_MAX; i++)
		words[i + 1] = argv[i];
	p.argv = words;
	p.argc = argc < ROLE_ARGS_MAX ? argc : ROLE_ARGS_MAX;
	if (readlink("/proc/self/exe", p.program, sizeof(p.program) - 1) < 0)
		return EXIT_FAILED;
	diag_role("parent");
	status = read_settings(&p, argc, argv, &text);
	if (status) {
		free(text);
		return status;
	}
	err = data_open(&p.data, p.set.data, false, &f);
	if (!err && (p.set.demo || p.set.clock || p.set.lan) && !p.data.demo)
		err = fault_set(&f, E_DENIED,
				"%s is the folder of a real centre: --demo, --clock and --lan "
				"are for demonstrations only.",
				p.data.path);
	if (!err)
		err = serve(&p, &f);
	data_close(&p.data);
	free(text);

	return err ? verb_fail(NULL, &f, EXIT_FAILED) : EXIT_DONE;
}
