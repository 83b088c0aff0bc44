/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/spawn.h"
#include "base/diag.h"


int role_pair(int pair[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) ? E_IO : 0;
}


/*
 * In the child: put the descriptors at 3, 4, ... and leave no other open.  They are first
 * moved out of the way, so that none is overwritten before its turn.
 */
static void arrange(int control, const int *fds, size_t count)
{
	int moved[ROLE_FDS_MAX + 1];

	for (size_t i = 0; i <= count; i++) {
		moved[i] = fcntl(i ? fds[i - 1] : control, F_DUPFD, 100);
		if (moved[i] < 0)
			_exit(127);
	}
	for (size_t i = 0; i <= count; i++)
		if (dup2(moved[i], ROLE_CONTROL + (int)i) < 0)
			_exit(127);
	(void)close_range((unsigned)ROLE_FIRST_FD + (unsigned)count, ~0U, 0);
}


static void run(const char *name, const char *const *args, int control, const int *fds,
		size_t count)
{
	char verb[32];
	char *argv[ROLE_ARGS_MAX + 3] = { (char *)"comity", verb };
	sigset_t none;
	size_t n = 2;

	(void)snprintf(verb, sizeof(verb), "role-%s", name);
	while (args && *args && n < ROLE_ARGS_MAX + 2)
		argv[n++] = (char *)(uintptr_t)*args++;
	arrange(control, fds, count);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)execv("/proc/self/exe", argv);
	_exit(127);
}


int role_spawn(pid_t *pid, int *control, const char *name, const char *const *args,
	       const int *fds, size_t fds_count)
{
	int pair[2];

	if (fds_count > ROLE_FDS_MAX || role_pair(pair))
		return E_IO;
	*pid = fork();
	if (*pid == 0)
		run(name, args, pair[1], fds, fds_count);
	(void)close(pair[1]);
	if (*pid < 0) {
		(void)close(pair[0]);
		return E_IO;
	}
	*control = pair[0];

	return 0;
}


int role_send(int control, enum role_word word, int fd)
{
	struct role_message m = { word };
	struct iovec iov = { &m, sizeof(m) };
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} ancillary;
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *c;

		memset(&ancillary, 0, sizeof(ancillary));
		h.msg_control = ancillary.bytes;
		h.msg_controllen = sizeof(ancillary.bytes);
		c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	if (sendmsg(control, &h, MSG_NOSIGNAL) < 0)
		return errno == EPIPE || errno == ECONNRESET ? E_GONE : E_IO;

	return 0;
}


int role_receive(int control, enum role_word *word, int *fd)
{
	struct role_message m = { 0 };
	struct iovec iov = { &m, sizeof(m) };
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} ancillary;
	struct msghdr h = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = ancillary.bytes,
			    .msg_controllen = sizeof(ancillary.bytes) };
	struct cmsghdr *c;
	ssize_t n;

	*fd = -1;
	do
		n = recvmsg(control, &h, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return E_GONE;
	if (n != sizeof(m))
		return E_IO;
	c = CMSG_FIRSTHDR(&h);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(c), sizeof(*fd));
	*word = (enum role_word)m.word;

	return 0;
}


void role_end(int control, pid_t pid)
{
	(void)close(control);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}


void role_begin(const char *name)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NAME, name);
	(void)signal(SIGPIPE, SIG_IGN);
	/* A terminal's interrupt is for the parent, which then stops the roles in order. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	diag_role(name);
	if (getenv("COMITY_DEBUG"))
		diag_level(DIAG_DEBUG);
}
