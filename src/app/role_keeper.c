/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * role_keeper.c: the process that holds the keys.  Descriptor ROLE_FIRST_FD is the link to
 * the desk; a new one comes over the control socket when the desk is started anew.
 */
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/sandbox.h"
#include "app/spawn.h"
#include "app/verb.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "ledger/keeper.h"

struct state {
	struct keeper *keeper;
	int link;
	struct buf out;
	char in[KEEPER_MESSAGE_MAX];
	struct keeper_request request;
	struct keeper_reply reply;
};


/* One request; false when the desk has gone or talks nonsense. */
static bool serve_one(struct state *s)
{
	ssize_t n = recv(s->link, s->in, sizeof(s->in), 0);

	if (n <= 0)
		return false;
	if (keeper_request_parse(&s->request, s->in, (size_t)n)) {
		diag_error("keeper", "a request that is none; the link is dropped");
		return false;
	}
	keeper_answer(&s->reply, s->keeper, &s->request);
	buf_reset(&s->out);
	keeper_reply_write(&s->out, &s->reply);

	return send(s->link, s->out.data, s->out.len, MSG_NOSIGNAL) == (ssize_t)s->out.len;
}


static bool control(struct state *s)
{
	enum role_word word;
	int fd = -1;

	if (role_receive(ROLE_CONTROL, &word, &fd) || word == ROLE_STOP)
		return false;
	if (word == ROLE_LINK && fd >= 0) {
		if (s->link >= 0)
			(void)close(s->link);
		s->link = fd;
	}

	return true;
}


static void loop(struct state *s)
{
	for (;;) {
		struct pollfd p[2] = { { .fd = ROLE_CONTROL, .events = POLLIN },
				       { .fd = s->link, .events = POLLIN } };

		if (poll(p, 2, -1) < 0)
			continue;
		if (p[1].revents && !serve_one(s)) {
			(void)close(s->link);
			s->link = -1;
		}
		if (p[0].revents && !control(s))
			return;
	}
}


int verb_role_keeper(int argc, char **argv)
{
	struct state *s = mem_zero(1, sizeof(*s));
	struct fault f = { 0 };
	int err;

	role_begin("keeper");
	if (argc < 2)
		return EXIT_USAGE;
	s->link = ROLE_FIRST_FD;
	buf_init(&s->out, KEEPER_MESSAGE_MAX);
	err = keeper_open(&s->keeper, argv[1], &f);
	if (!err)
		err = sandbox_keeper(&f);
	if (err) {
		diag_error("keeper", "%s", f.text);
		return EXIT_FAILED;
	}
	if (role_send(ROLE_CONTROL, ROLE_READY, -1))
		return EXIT_FAILED;
	loop(s);
	keeper_close(s->keeper);
	buf_clear(&s->out);
	free(s);

	return EXIT_DONE;
}
