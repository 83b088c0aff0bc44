/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "app/sandbox.h"
#include "base/diag.h"

#define CALL(name) SCMP_SYS(name)

/* What every role needs to live. */
static const int common[] = {
	CALL(read),	    CALL(write),	   CALL(readv),
	CALL(writev),	    CALL(close),	   CALL(poll),
	CALL(ppoll),	    CALL(recvmsg),	   CALL(sendmsg),
	CALL(recvfrom),	    CALL(sendto),	   CALL(futex),
	CALL(munmap),	    CALL(mremap),	   CALL(brk),
	CALL(madvise),	    CALL(getrandom),	   CALL(clock_gettime),
	CALL(clock_getres), CALL(gettimeofday),	   CALL(time),
	CALL(nanosleep),    CALL(clock_nanosleep), CALL(exit),
	CALL(exit_group),   CALL(rt_sigaction),	   CALL(rt_sigprocmask),
	CALL(rt_sigreturn), CALL(sigaltstack),	   CALL(restart_syscall),
	CALL(getpid),	    CALL(gettid),	   CALL(tgkill),
	CALL(pwrite64),	    CALL(pread64),	   CALL(fdatasync),
	CALL(fsync),	    CALL(lseek),	   CALL(fstat),
	CALL(newfstatat),   CALL(sched_yield),	   CALL(sched_getaffinity),
	CALL(rseq),	    CALL(set_robust_list),
};

static const int media[] = {
	CALL(epoll_wait), CALL(epoll_pwait), CALL(recvmmsg), CALL(sendmmsg),
	CALL(shutdown),	  CALL(getsockopt),  CALL(accept4),  CALL(epoll_ctl),
};

static const int desk[] = {
	CALL(epoll_create1),
	CALL(epoll_ctl),
	CALL(epoll_wait),
	CALL(epoll_pwait),
	CALL(accept4),
	CALL(accept),
	CALL(shutdown),
	CALL(getsockopt),
	CALL(setsockopt),
	CALL(getsockname),
	CALL(getpeername),
	CALL(eventfd2),
	CALL(dup),
	CALL(dup3),
	CALL(pipe2),
	CALL(fcntl),
	CALL(openat),
	CALL(unlink),
	CALL(unlinkat),
	CALL(ftruncate),
	CALL(fallocate),
	CALL(rename),
	CALL(renameat),
	CALL(renameat2),
	CALL(stat),
	CALL(lstat),
	CALL(access),
	CALL(faccessat2),
	CALL(readlink),
	CALL(readlinkat),
	CALL(getcwd),
	CALL(geteuid),
	CALL(getuid),
	CALL(getegid),
	CALL(getgid),
	CALL(fchmod),
	CALL(fchown),
	CALL(umask),
	CALL(getdents64),
	CALL(statfs),
	CALL(fstatfs),
	CALL(statx),
	CALL(sysinfo),
	CALL(uname),
	CALL(prlimit64),
	CALL(getrlimit),
	CALL(sendfile),
	CALL(ioctl),
	CALL(prctl),
	CALL(membarrier),
	CALL(sched_setscheduler),
	CALL(sched_getparam),
	CALL(sched_getscheduler),
	CALL(times),
	CALL(getrusage),
	CALL(mkdir),
	CALL(mkdirat),
	CALL(open),
};

/* libcurl and the resolver, without what a server needs. */
static const int reach[] = {
	CALL(epoll_create1), CALL(epoll_ctl),  CALL(epoll_wait), CALL(epoll_pwait),
	CALL(shutdown),	     CALL(getsockopt), CALL(setsockopt), CALL(getsockname),
	CALL(getpeername),   CALL(eventfd2),   CALL(fcntl),	 CALL(openat),
	CALL(open),	     CALL(stat),       CALL(lstat),	 CALL(access),
	CALL(faccessat2),    CALL(readlink),   CALL(statx),	 CALL(geteuid),
	CALL(getuid),	     CALL(getegid),    CALL(getgid),	 CALL(uname),
	CALL(sysinfo),	     CALL(prlimit64),  CALL(getrlimit),	 CALL(ioctl),
	CALL(sendmmsg),	     CALL(recvmmsg),   CALL(getrusage),	 CALL(pipe2),
};


bool sandbox_possible(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	return false;
#else
	return true;
#endif
}


static int allow(scmp_filter_ctx ctx, const int *calls, size_t count)
{
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		if (calls[i] >= 0)
			rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);

	return rc;
}


/* Stream sockets of the families that a database is reached by; never datagrams. */
static int allow_connecting(scmp_filter_ctx ctx)
{
	static const int families[] = { AF_UNIX, AF_INET, AF_INET6 };
	int rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, CALL(connect), 0);

	for (size_t i = 0; i < ARRAY_LEN(families) && rc == 0; i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, CALL(socket), 2,
				      SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0),
				      SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_STREAM));

	return rc;
}


/* Connections out, and the questions to a name server; the pair by which threads wake. */
static int allow_outgoing(scmp_filter_ctx ctx)
{
	static const struct {
		int family, type;
	} kinds[] = { { AF_INET, SOCK_STREAM },
		      { AF_INET6, SOCK_STREAM },
		      { AF_INET, SOCK_DGRAM },
		      { AF_INET6, SOCK_DGRAM } };
	int rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, CALL(connect), 0);

	for (size_t i = 0; i < ARRAY_LEN(kinds) && rc == 0; i++)
		rc = seccomp_rule_add(
			ctx, SCMP_ACT_ALLOW, CALL(socket), 2,
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)kinds[i].family, 0),
			SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, (scmp_datum_t)kinds[i].type));
	if (rc == 0)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, CALL(socketpair), 1,
				      SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0));

	return rc;
}


/* Memory, but none that holds new code: resolvers and logins of a database client load some. */
static int allow_memory(scmp_filter_ctx ctx, bool code)
{
	static const int calls[] = { CALL(mmap), CALL(mprotect) };
	int rc = 0;

	for (size_t i = 0; i < ARRAY_LEN(calls) && rc == 0; i++)
		rc = code ? seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0)
			  : seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 1,
					     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

	return rc;
}


/* Threads, but no processes.  What clone3() asks for cannot be seen here: use clone(). */
static int allow_threads(scmp_filter_ctx ctx)
{
	int rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0);

	return rc ? rc
		  : seccomp_rule_add(ctx, SCMP_ACT_ALLOW, CALL(clone), 1,
				     SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
}


struct jail {
	const int *calls; /* beside the common ones */
	size_t count;
	bool threads;
	bool connects;
	bool outgoing;
};


/* Everything that is not allowed fails with EPERM. */
static int enter(const struct jail *jail, struct fault *f)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int rc = ctx ? allow(ctx, common, ARRAY_LEN(common)) : -ENOMEM;

	if (rc == 0)
		rc = allow(ctx, jail->calls, jail->count);
	if (rc == 0)
		rc = allow_memory(ctx, jail->connects);
	if (rc == 0 && jail->threads)
		rc = allow_threads(ctx);
	if (rc == 0 && jail->connects)
		rc = allow_connecting(ctx);
	if (rc == 0 && jail->outgoing)
		rc = allow_outgoing(ctx);
	if (rc == 0)
		rc = seccomp_load(ctx);
	if (ctx)
		seccomp_release(ctx);
	if (rc)
		return fault_set(f, E_IO, "The sandbox cannot be entered (%s).", strerror(-rc));

	return 0;
}


static int ruleset_new(__u64 rights)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = rights };

	return (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0U);
}


static int rule_add(int ruleset, const char *path, __u64 rights)
{
	struct landlock_path_beneath_attr beneath = { .allowed_access = rights };
	int rc;

	beneath.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (beneath.parent_fd < 0)
		return -1;
	rc = (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath,
			  0U);
	(void)close(beneath.parent_fd);

	return rc;
}


/* What a database client looks for: names of hosts and users, certificates, libraries. */
static int allow_client_files(int ruleset)
{
	static const char *const folders[] = { "/etc", "/usr", "/lib", "/lib64", "/run" };
	const __u64 look = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
	const char *home = getenv("HOME");
	char own[PATH_MAX];
	int rc = 0;

	for (size_t i = 0; i < ARRAY_LEN(folders) && rc == 0; i++)
		if (access(folders[i], F_OK) == 0)
			rc = rule_add(ruleset, folders[i], look);
	if (rc || !home || snprintf(own, sizeof(own), "%s/.postgresql", home) >= PATH_MAX)
		return rc;

	return access(own, F_OK) ? 0 : rule_add(ruleset, own, look);
}


/* Read, or absent. */
static int look_at(int ruleset, const char *path, __u64 rights)
{
	return access(path, F_OK) ? 0 : rule_add(ruleset, path, rights);
}


/* How names of hosts are found.  /etc/resolv.conf may lead to a folder of who writes it. */
static int allow_resolver_files(int ruleset)
{
	static const char *const files[] = { "/etc/resolv.conf",   "/etc/hosts",
					     "/etc/nsswitch.conf", "/etc/host.conf",
					     "/etc/gai.conf",	   "/etc/services" };
	static const char *const folders[] = { "/run/systemd/resolve", "/run/resolvconf",
					       "/run/NetworkManager" };
	int rc = 0;

	for (size_t i = 0; i < ARRAY_LEN(files) && rc == 0; i++)
		rc = look_at(ruleset, files[i], LANDLOCK_ACCESS_FS_READ_FILE);
	for (size_t i = 0; i < ARRAY_LEN(folders) && rc == 0; i++)
		rc = look_at(ruleset, folders[i], LANDLOCK_ACCESS_FS_READ_FILE);

	return rc;
}


/*
 * Files only below `folder`, and those that `more` adds (or NULL); a kernel without Landlock is
 * told in the log.
 */
static int confine(const char *folder, int (*more)(int ruleset), struct fault *f)
{
	const __u64 all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
	int ruleset = ruleset_new(all), rc = 0;

	if (ruleset < 0) {
		diag_warning("sandbox", "this kernel has no Landlock; files are not confined");
		return 0;
	}
	if (folder)
		rc = rule_add(ruleset, folder, all & ~(__u64)LANDLOCK_ACCESS_FS_EXECUTE);
	if (rc == 0 && more)
		rc = more(ruleset);
	if (rc == 0)
		rc = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (rc == 0)
		rc = (int)syscall(SYS_landlock_restrict_self, ruleset, 0U);
	(void)close(ruleset);

	return rc ? fault_set(f, E_IO, "Files cannot be confined (%s).", strerror(errno)) : 0;
}


int sandbox_keeper(struct fault *f)
{
	const struct jail jail = { 0 };
	int err;

	if (!sandbox_possible())
		return 0;
	(void)prctl(PR_SET_DUMPABLE, 0);
	err = confine(NULL, NULL, f);

	return err ? err : enter(&jail, f);
}


int sandbox_paper(struct fault *f)
{
	return sandbox_keeper(f);
}


int sandbox_media(struct fault *f)
{
	const struct jail jail = { .calls = media, .count = ARRAY_LEN(media) };
	int err;

	if (!sandbox_possible())
		return 0;
	(void)prctl(PR_SET_DUMPABLE, 0);
	err = confine(NULL, NULL, f);

	return err ? err : enter(&jail, f);
}


int sandbox_desk(const char *folder, bool connects, struct fault *f)
{
	const struct jail jail = {
		.calls = desk, .count = ARRAY_LEN(desk), .threads = true, .connects = connects
	};
	int err;

	if (!sandbox_possible())
		return 0;
	err = confine(folder, connects ? allow_client_files : NULL, f);

	return err ? err : enter(&jail, f);
}


int sandbox_reach(struct fault *f)
{
	const struct jail jail = {
		.calls = reach, .count = ARRAY_LEN(reach), .threads = true, .outgoing = true
	};
	int err;

	if (!sandbox_possible())
		return 0;
	(void)prctl(PR_SET_DUMPABLE, 0);
	err = confine(NULL, allow_resolver_files, f);

	return err ? err : enter(&jail, f);
}
