/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * floor.c: what the kernel alone costs where packets of a room are passed on.  Nothing of the
 * product is used here.
 *
 *	floor SECONDS SENDER_CPU
 *		A room of ten: each sends 30 frames of four packets and 50 packets of sound a
 *		second, which go to the nine others as they come: poll, recvmmsg, one sendmmsg
 *		of nine messages, those of a frame cut by the kernel (UDP_SEGMENT).  Nothing is
 *		encrypted, renumbered or reported.  Who sends and receives is on SENDER_CPU.
 *		Prints packets, cpu_us (each of those that are passed on).
 */
#include <arpa/inet.h>
#include <math.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	OTHERS = 9,
	BATCH = 64,
	SIZE = 2048,
	FRAME = 4,	/* packets */
	PICTURE = 1100, /* bytes of one, as sent; the last of a frame is shorter */
	PICTURE_LAST = 900,
	SOUND = 130,
	OVER = 1,	    /* one byte: it is over */
	EVERY_NS = 1250000, /* a frame or sound of somebody, on average */
	BUFFER = 8 << 20,
};

static struct sockaddr_in at[OTHERS + 1]; /* the last is who passes on */
static int fd[OTHERS + 1];


static void die(const char *what)
{
	perror(what);
	exit(1);
}


static void open_all(void)
{
	for (int i = 0; i <= OTHERS; i++) {
		socklen_t len = sizeof(at[i]);
		int size = BUFFER;

		fd[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		at[i].sin_family = AF_INET;
		at[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		if (fd[i] < 0 || bind(fd[i], (struct sockaddr *)&at[i], len) ||
		    getsockname(fd[i], (struct sockaddr *)&at[i], &len))
			die("socket");
		(void)setsockopt(fd[i], SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
		(void)setsockopt(fd[i], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	}
}


static void send_one(int from, size_t len)
{
	static const char bytes[SIZE];

	(void)sendto(from, bytes, len, 0, (struct sockaddr *)&at[OTHERS], sizeof(at[OTHERS]));
}


/* The ten, at random times, and nobody waits for a packet: they are looked at when there is
 * time. */
static void room(double seconds)
{
	int from = socket(AF_INET, SOCK_DGRAM, 0);
	struct timespec t;
	double now = 0;
	char in[SIZE];

	srand48(5);
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	while (now < seconds * 1e9) {
		double wait = -EVERY_NS * log(1 - drand48());

		now += wait;
		t.tv_nsec += (long)wait;
		t.tv_sec += t.tv_nsec / 1000000000;
		t.tv_nsec %= 1000000000;
		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
		if (drand48() < 30.0 / 80)
			for (int k = 1; k <= FRAME; k++)
				send_one(from, k < FRAME ? PICTURE : PICTURE_LAST);
		else
			send_one(from, SOUND);
		for (int i = 0; i < OTHERS; i++)
			while (recv(fd[i], in, sizeof(in), MSG_DONTWAIT) > 0)
				;
	}
	send_one(from, OVER);
}


struct copy {
	struct iovec iov;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(uint16_t))];
};


/* `len` bytes to each of the nine, cut into packets of `segment` where that is less. */
static void pass_on(char *bytes, size_t len, uint16_t segment)
{
	struct mmsghdr h[OTHERS];
	struct copy c[OTHERS];

	memset(h, 0, sizeof(h));
	for (int i = 0; i < OTHERS; i++) {
		struct msghdr *m = &h[i].msg_hdr;

		c[i].iov = (struct iovec){ bytes + (size_t)i * FRAME * SIZE, len };
		m->msg_name = &at[i];
		m->msg_namelen = sizeof(at[i]);
		m->msg_iov = &c[i].iov;
		m->msg_iovlen = 1;
		if (len > segment) {
			struct cmsghdr *cm = (struct cmsghdr *)(void *)c[i].control;

			m->msg_control = c[i].control;
			m->msg_controllen = sizeof(c[i].control);
			cm->cmsg_level = SOL_UDP;
			cm->cmsg_type = UDP_SEGMENT;
			cm->cmsg_len = CMSG_LEN(sizeof(segment));
			memcpy(CMSG_DATA(cm), &segment, sizeof(segment));
		}
	}
	if (sendmmsg(fd[OTHERS], h, OTHERS, 0) != OTHERS)
		die("sendmmsg");
}


/* One batch: frames as far as they have come, and sound; how many packets, -1 when it is over.
 */
static long batch(char *bytes)
{
	static char in[BATCH][SIZE];
	static struct mmsghdr h[BATCH];
	static struct iovec iov[BATCH];
	int n;

	for (int i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec){ in[i], SIZE };
		h[i].msg_hdr = (struct msghdr){ .msg_iov = &iov[i], .msg_iovlen = 1 };
	}
	n = recvmmsg(fd[OTHERS], h, BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0, k; i < n; i = k) {
		size_t len = 0;

		if (h[i].msg_len == OVER)
			return -1;
		for (k = i; k < n && (k == i || h[k - 1].msg_len == PICTURE) &&
			    (h[k].msg_len == h[i].msg_len || h[k].msg_len == PICTURE_LAST);
		     k++)
			len += h[k].msg_len;
		pass_on(bytes, len, (uint16_t)h[i].msg_len);
	}

	return n > 0 ? n : 0;
}


int main(int argc, char **argv)
{
	char *bytes = calloc(OTHERS * FRAME, SIZE);
	struct timespec cpu;
	long packets = 0, n = 0;
	cpu_set_t set;

	if (argc != 3 || !bytes) {
		(void)fprintf(stderr, "usage: floor SECONDS SENDER_CPU\n");
		return 2;
	}
	open_all();
	if (!fork()) {
		CPU_ZERO(&set);
		CPU_SET((size_t)strtoul(argv[2], NULL, 10), &set);
		(void)sched_setaffinity(0, sizeof(set), &set);
		room(strtod(argv[1], NULL));
		_exit(0);
	}
	while (n >= 0) {
		struct pollfd p = { .fd = fd[OTHERS], .events = POLLIN };

		(void)poll(&p, 1, -1);
		n = batch(bytes);
		packets += n > 0 ? n * OTHERS : 0;
	}
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	(void)wait(NULL);
	(void)printf("packets %ld\ncpu_us %.3f\n", packets,
		     ((double)cpu.tv_sec * 1e6 + (double)cpu.tv_nsec / 1e3) / (double)packets);
	free(bytes);

	return 0;
}
