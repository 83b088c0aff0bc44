/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the roles may not do, tried. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "app/sandbox.h"
#include "t.h"

/*
 * Inside the sandbox Check itself cannot work: a child tries, and says what went wrong.
 * A call that is refused by either kernel mechanism answers EPERM or EACCES.
 */
static int report;

#define WRONG(...)                                  \
	do {                                        \
		(void)dprintf(report, __VA_ARGS__); \
		_exit(1);                           \
	} while (0)

#define FORBIDDEN(call)                                          \
	do {                                                     \
		errno = 0;                                       \
		if ((long)(call) != -1)                          \
			WRONG("%s was possible", #call);         \
		if (errno != EPERM && errno != EACCES)           \
			WRONG("%s: %s", #call, strerror(errno)); \
	} while (0)

#define POSSIBLE(condition)                                           \
	do {                                                          \
		if (!(condition))                                     \
			WRONG("%s: %s", #condition, strerror(errno)); \
	} while (0)

#define NEEDS_SANDBOX                                                      \
	do {                                                               \
		if (!sandbox_possible())                                   \
			T_SKIP("a sanitizer needs what sandboxes forbid"); \
	} while (0)

static char inside[PATH_MAX], beside[PATH_MAX], folder[PATH_MAX];


static void make_file(char path[PATH_MAX], const char *sub, const char *name)
{
	int fd;

	(void)snprintf(path, PATH_MAX, "%s/%s", t_tmp(), sub);
	(void)mkdir(path, 0700);
	(void)snprintf(path, PATH_MAX, "%s/%s/%s", t_tmp(), sub, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ge(fd, 0);
	T_INT(4, write(fd, "text", 4));
	(void)close(fd);
}


static void make_files(void)
{
	make_file(inside, "db", "store");
	make_file(beside, "keys", "recorder.key");
	(void)snprintf(folder, sizeof(folder), "%s/db", t_tmp());
}


static void in_a_child(void (*tries)(void))
{
	char text[300] = "";
	int out[2], status = -1;
	pid_t pid;

	make_files();
	T_OK(pipe(out));
	pid = fork();
	if (pid == 0) {
		report = out[1];
		tries();
		_exit(0);
	}
	(void)close(out[1]);
	(void)!read(out[0], text, sizeof(text) - 1);
	T_INT(pid, waitpid(pid, &status, 0));
	ck_assert_msg(status == 0, "%s (status %d)", text, status);
}


static void *nothing(void *arg)
{
	return arg;
}


static void nobody_may(void)
{
	char *argv[] = { (char *)"true", NULL };

	FORBIDDEN(execv("/bin/true", argv));
	FORBIDDEN(fork());
	FORBIDDEN(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
	FORBIDDEN(open(beside, O_RDONLY));
	FORBIDDEN(open("/etc/shadow", O_RDWR));
	FORBIDDEN(socket(AF_INET, SOCK_DGRAM, 0));
	FORBIDDEN(socket(AF_NETLINK, SOCK_RAW, 0));
	FORBIDDEN(chroot("/"));
	FORBIDDEN(kill(getppid(), 0));
}


static void keeper(void)
{
	struct fault f = { 0 };
	int pair[2] = { -1, -1 };
	int fd = open(inside, O_RDWR);
	char text[8];

	POSSIBLE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
	POSSIBLE(sandbox_keeper(&f) == 0);

	POSSIBLE(pwrite(fd, "kept", 4, 0) == 4);
	POSSIBLE(fdatasync(fd) == 0);
	POSSIBLE(send(pair[0], "hi", 2, 0) == 2);
	POSSIBLE(recv(pair[1], text, sizeof(text), 0) == 2);
	nobody_may();
	FORBIDDEN(open(inside, O_RDONLY));
	FORBIDDEN(socket(AF_INET, SOCK_STREAM, 0));
	FORBIDDEN(socket(AF_UNIX, SOCK_STREAM, 0));
	FORBIDDEN(unlink(inside));
	FORBIDDEN(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}


/* As the keeper, and datagrams on sockets it was given, many in a call. */
static void media(void)
{
	struct fault f = { 0 };
	char text[8] = "hi";
	struct iovec iov = { text, 2 };
	struct mmsghdr h = { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 } };
	int pair[2] = { -1, -1 };

	POSSIBLE(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
	POSSIBLE(sandbox_media(&f) == 0);

	POSSIBLE(sendmmsg(pair[0], &h, 1, 0) == 1);
	POSSIBLE(recvmmsg(pair[1], &h, 1, MSG_DONTWAIT, NULL) == 1);
	nobody_may();
	FORBIDDEN(open("/etc/passwd", O_RDONLY));
	FORBIDDEN(socket(AF_INET, SOCK_DGRAM, 0));
	FORBIDDEN(socket(AF_UNIX, SOCK_STREAM, 0));
	FORBIDDEN(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}


static void desk(void)
{
	struct fault f = { 0 };
	char path[PATH_MAX + 16];
	pthread_t thread;

	POSSIBLE(sandbox_desk(folder, false, &f) == 0);

	(void)snprintf(path, sizeof(path), "%s/store-wal", folder);
	POSSIBLE(open(path, O_RDWR | O_CREAT, 0600) >= 0);
	POSSIBLE(unlink(path) == 0);
	POSSIBLE(pthread_create(&thread, NULL, nothing, NULL) == 0);
	POSSIBLE(pthread_join(thread, NULL) == 0);
	nobody_may();
	FORBIDDEN(open("/etc/passwd", O_RDONLY));
	FORBIDDEN(socket(AF_INET, SOCK_STREAM, 0));
	FORBIDDEN(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}


static void desk_elsewhere(void)
{
	struct fault f = { 0 };
	char path[PATH_MAX + 16];

	POSSIBLE(sandbox_desk(NULL, true, &f) == 0);

	POSSIBLE(socket(AF_INET, SOCK_STREAM, 0) >= 0);
	POSSIBLE(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
	POSSIBLE(open("/etc/passwd", O_RDONLY) >= 0);
	nobody_may();
	FORBIDDEN(open(inside, O_RDONLY));
	(void)snprintf(path, sizeof(path), "%s.new", inside);
	FORBIDDEN(open(path, O_RDWR | O_CREAT, 0600));
	FORBIDDEN(open("/etc/new", O_RDWR | O_CREAT, 0600));
}


/* Out, and never in: a port that is bound, a file that is read, is what it may not have. */
static void reach(void)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct fault f = { 0 };
	pthread_t thread;
	int out, given = socket(AF_INET, SOCK_STREAM, 0);

	POSSIBLE(given >= 0);
	POSSIBLE(sandbox_reach(&f) == 0);

	out = socket(AF_INET, SOCK_STREAM, 0);
	POSSIBLE(out >= 0);
	POSSIBLE(connect(out, (struct sockaddr *)&here, sizeof(here)) != 0 && errno != EPERM);
	POSSIBLE(socket(AF_INET6, SOCK_STREAM, 0) >= 0);
	POSSIBLE(socket(AF_INET, SOCK_DGRAM, 0) >= 0); /* questions to a name server */
	POSSIBLE(open("/etc/hosts", O_RDONLY) >= 0);
	POSSIBLE(pthread_create(&thread, NULL, nothing, NULL) == 0);
	POSSIBLE(pthread_join(thread, NULL) == 0);
	FORBIDDEN(bind(out, (struct sockaddr *)&here, sizeof(here)));
	FORBIDDEN(listen(given, 1));
	FORBIDDEN(accept(given, NULL, NULL));
	FORBIDDEN(socket(AF_UNIX, SOCK_STREAM, 0));
	FORBIDDEN(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
	FORBIDDEN(socket(AF_NETLINK, SOCK_RAW, 0));
	FORBIDDEN(open(inside, O_RDONLY));
	FORBIDDEN(open(beside, O_RDONLY));
	FORBIDDEN(open("/etc/passwd", O_RDONLY));
	FORBIDDEN(open("/etc/hosts", O_RDWR));
	FORBIDDEN(open("/tmp/new", O_RDWR | O_CREAT, 0600));
	FORBIDDEN(unlink(inside));
	FORBIDDEN(execv("/bin/true", (char *[]){ (char *)"true", NULL }));
	FORBIDDEN(fork());
	FORBIDDEN(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
	FORBIDDEN(kill(getppid(), 0));
	FORBIDDEN(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}


T(the_keeper_answers_messages_and_does_nothing_else)
{
	NEEDS_SANDBOX;
	in_a_child(keeper);
}


T(a_media_process_has_datagrams_and_nothing_else)
{
	NEEDS_SANDBOX;
	in_a_child(media);
}


T(the_desk_keeps_to_its_folder)
{
	NEEDS_SANDBOX;
	in_a_child(desk);
}


T(a_desk_with_another_store_connects_and_writes_no_file)
{
	NEEDS_SANDBOX;
	in_a_child(desk_elsewhere);
}

T(the_reach_process_goes_out_and_lets_nobody_in)
{
	NEEDS_SANDBOX;
	in_a_child(reach);
}

T_MAIN("the sandbox", C(the_keeper_answers_messages_and_does_nothing_else),
       C(a_media_process_has_datagrams_and_nothing_else), C(the_desk_keeps_to_its_folder),
       C(a_desk_with_another_store_connects_and_writes_no_file),
       C(the_reach_process_goes_out_and_lets_nobody_in))
