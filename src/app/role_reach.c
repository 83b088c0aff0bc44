/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * role_reach.c: connections out of the house, and none into it: mail to the relay, feeds from
 * hosts that are named.  It holds the password of the relay; the desk does not.  It gets its
 * link to the desk over the control socket, and writes nothing anywhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/reach.h"
#include "app/sandbox.h"
#include "app/spawn.h"
#include "app/verb.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/text.h"

enum {
	WAIT_MS = 5000,
	OUT_MAX = 8 * ERRAND_MAX,
};

struct state {
	struct carrier *carrier;
	int link; /* to the desk, or -1 */
	struct buf in, out;
};


static void drop_link(struct state *s)
{
	if (s->link >= 0)
		(void)close(s->link);
	s->link = -1;
	buf_reset(&s->in);
	buf_reset(&s->out);
}


/* A desk that is away asks again when it is back. */
static void answer(const struct errand *e, void *arg)
{
	struct state *s = arg;

	if (e->outcome != ERRAND_DONE)
		diag_info("reach", "%s: %u %s", e->text[0], (unsigned)e->number, e->text[1]);
	if (s->link >= 0)
		errand_write(&s->out, e);
}


static void write_out(struct state *s)
{
	ssize_t n;

	if (s->link < 0 || !s->out.len)
		return;
	n = send(s->link, s->out.data, s->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop_link(s);
		return;
	}
	memmove(s->out.data, s->out.data + n, s->out.len - (size_t)n);
	s->out.len -= (size_t)n;
}


static void take(struct state *s, const struct errand *e)
{
	struct errand busy = { .word = ERRAND_ANSWER,
			       .outcome = ERRAND_LATER,
			       .text = { e->text[0], "Too much is under way." } };

	if (carrier_take(s->carrier, e))
		answer(&busy, s);
}


static void read_in(struct state *s)
{
	char bytes[65536];
	ssize_t n = recv(s->link, bytes, sizeof(bytes), MSG_DONTWAIT);
	size_t at = 0, used = 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop_link(s);
		return;
	}
	buf_add(&s->in, bytes, (size_t)n);
	do {
		struct errand e;

		if (errand_read(&e, &used, s->in.data + at, s->in.len - at) ||
		    (used && e.word == ERRAND_ANSWER)) {
			diag_error("reach", "a message that is none; the link is dropped");
			drop_link(s);
			return;
		}
		if (used)
			take(s, &e);
		at += used;
	} while (used);
	memmove(s->in.data, s->in.data + at, s->in.len - at);
	s->in.len -= at;
}


static bool control(struct state *s)
{
	enum role_word word;
	int fd = -1;

	if (role_receive(ROLE_CONTROL, &word, &fd) || word == ROLE_STOP)
		return false;
	if (word == ROLE_LINK && fd >= 0) {
		drop_link(s);
		s->link = fd;
	}

	return true;
}


/*
 * A file that was replaced is another one, which the sandbox does not know: the parent starts
 * this process anew, and it knows the new one.
 */
static bool names_are_lost(void)
{
	int fd = open("/etc/resolv.conf", O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)close(fd);

	return fd < 0 && errno == EACCES;
}


static void loop(struct state *s)
{
	for (;;) {
		struct pollfd p[2] = { { .fd = ROLE_CONTROL, .events = POLLIN },
				       { .fd = s->link,
					 .events = (short)(POLLIN |
							   (s->out.len ? POLLOUT : 0)) } };

		carrier_run(s->carrier, p, s->link >= 0 ? 2 : 1, WAIT_MS);
		if (poll(p, 2, 0) < 0)
			continue;
		if (s->link >= 0 && p[1].revents & (POLLIN | POLLHUP))
			read_in(s);
		write_out(s);
		if (p[0].revents && !control(s))
			return;
		if (!carrier_count(s->carrier) && !s->out.len && names_are_lost()) {
			diag_info("reach", "/etc/resolv.conf is another file now");
			return;
		}
	}
}


int verb_role_reach(int argc, char **argv)
{
	struct state *s = mem_zero(1, sizeof(*s));
	struct reach_settings set = { 0 };
	struct option options[REACH_OPTIONS + 2];
	struct carrier_config config;
	struct reach_files files = { 0 };
	struct fault f = { 0 };
	const char *name = NULL;
	int err;

	role_begin("reach");
	reach_options(options, &set);
	options[REACH_OPTIONS] = (struct option){ "name", &name, NULL };
	options[REACH_OPTIONS + 1] = (struct option){ NULL, NULL, NULL };
	if (verb_options(&argc, argv, options))
		return EXIT_USAGE;
	s->link = -1;
	buf_init(&s->in, ERRAND_MAX + 65536);
	buf_init(&s->out, OUT_MAX);
	err = reach_config(&config, &files, &set, &f);
	config.name = name;
	config.answer = answer;
	config.arg = s;
	if (!err)
		err = carrier_open(&s->carrier, &config, &f);
	if (!err)
		err = sandbox_reach(&f);
	if (err) {
		diag_error("reach", "%s", f.text[0] ? f.text : err_text(err));
		return EXIT_FAILED;
	}
	if (role_send(ROLE_CONTROL, ROLE_READY, -1))
		return EXIT_FAILED;
	loop(s);
	carrier_close(s->carrier);
	reach_files_clear(&files);
	buf_clear(&s->in);
	buf_clear(&s->out);
	free(s);

	return EXIT_DONE;
}
