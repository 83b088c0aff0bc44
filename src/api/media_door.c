/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/http.h"
#include "api/media_door.h"
#include "base/diag.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/text.h"

enum {
	PENDING = 512, /* questions under way at each process */
};

struct pending {
	uint32_t id; /* 0: free */
	struct request *request;
	struct loop *loop;
};

struct process {
	int link; /* -1: not there */
	int next; /* that the door's thread is to take in its place; -1 */
	struct buf in;
	struct pending pending[PENDING];
};

/* Somebody shows a screen: whoever comes later is told. */
struct shown {
	struct list link;
	const struct process *process;
	char *room, *participant;
};

struct media_door {
	struct process process[MEDIA_MAX];
	struct list screens; /* of struct shown, under the lock */
	size_t count;
	pthread_mutex_t lock; /* of links and pending questions: never held while waiting */
	pthread_t thread;
	int wake;
	uint32_t next_id;
	bool stopping;
	media_event_h *_Atomic told;
	void *arg;
};

/* The way back to the loop that asked. */
struct back {
	struct loop_message message;
	struct request *request;
	struct media_answer *answer;
};


void media_answer_free(struct media_answer *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < ARRAY_LEN(a->text); i++)
		free(a->text[i]);
	free(a);
}


static void back_run(struct loop *loop, struct loop_message *m)
{
	struct back *b = (struct back *)(void *)((char *)m - offsetof(struct back, message));

	(void)loop;
	b->request->work = b->answer;
	http_continue(b->request);
	free(b);
}


static void hand_back(const struct pending *p, struct media_answer *a)
{
	struct back *b = mem_zero(1, sizeof(*b));

	b->message.run = back_run;
	b->request = p->request;
	b->answer = a;
	while (loop_post(p->loop, &b->message) == E_BUSY)
		;
}


static struct media_answer *failure(int err)
{
	struct media_answer *a = mem_zero(1, sizeof(*a));

	a->err = err;

	return a;
}


static void forget(struct shown *s)
{
	list_del(&s->link);
	free(s->room);
	free(s->participant);
	free(s);
}


/* All screens of a process, or of a participant in a room. */
static void forget_screens(struct media_door *d, const struct process *p, const char *room,
			   const char *participant)
{
	for (struct list *at = d->screens.next, *next; at != &d->screens; at = next) {
		struct shown *s = LIST_ENTRY(at, struct shown, link);

		next = at->next;
		if (s->process == p &&
		    (!room || (text_eq(s->room, room) && text_eq(s->participant, participant))))
			forget(s);
	}
}


static void note_screen(struct media_door *d, const struct process *p, const char *const *text)
{
	struct shown *s;

	if (!text_starts(text[1], SCREEN_OF))
		return;
	(void)pthread_mutex_lock(&d->lock);
	forget_screens(d, p, text[0], text[1]);
	if (text_eq(text[2], "publishes")) {
		s = mem_zero(1, sizeof(*s));
		s->process = p;
		s->room = mem_str(text[0]);
		s->participant = mem_str(text[1]);
		list_add_tail(&d->screens, &s->link);
	}
	(void)pthread_mutex_unlock(&d->lock);
}


void media_screens(struct media_door *d, const char *room, media_screen_h *each, void *arg)
{
	(void)pthread_mutex_lock(&d->lock);
	list_for_each (link, &d->screens) {
		const struct shown *s = LIST_ENTRY(link, struct shown, link);

		if (text_eq(s->room, room))
			each(arg, s->participant);
	}
	(void)pthread_mutex_unlock(&d->lock);
}


/* The process is gone: whoever waits for it is told so. */
static void lose(struct media_door *d, struct process *p)
{
	struct pending lost[PENDING];

	(void)pthread_mutex_lock(&d->lock);
	if (p->link >= 0)
		(void)close(p->link);
	p->link = -1;
	memcpy(lost, p->pending, sizeof(lost));
	memset(p->pending, 0, sizeof(p->pending));
	forget_screens(d, p, NULL, NULL);
	(void)pthread_mutex_unlock(&d->lock);
	buf_reset(&p->in);
	for (size_t i = 0; i < PENDING; i++)
		if (lost[i].id && lost[i].request)
			hand_back(&lost[i], failure(E_BUSY));
}


static void replied(struct media_door *d, struct process *p, const struct link_message *m)
{
	struct pending found = { 0 };
	struct media_answer *a;

	(void)pthread_mutex_lock(&d->lock);
	for (size_t i = 0; i < PENDING; i++)
		if (p->pending[i].id == m->id && m->id) {
			found = p->pending[i];
			p->pending[i].id = 0;
		}
	(void)pthread_mutex_unlock(&d->lock);
	if (!found.request)
		return;
	a = failure(m->err);
	for (size_t i = 0; i < ARRAY_LEN(a->text) && m->text[i]; i++)
		a->text[i] = mem_str(m->text[i]);
	hand_back(&found, a);
}


static void message(struct media_door *d, struct process *p, const struct link_message *m)
{
	media_event_h *told;

	if (m->word == LINK_REPLY)
		replied(d, p, m);
	else if (m->word == LINK_EVENT && m->text[2]) {
		note_screen(d, p, m->text);
		if ((told = d->told) != NULL)
			told(d->arg, m->text[0], m->text[1], m->text[2]);
	}
}


static void read_link(struct media_door *d, struct process *p)
{
	char bytes[65536];
	ssize_t n = recv(p->link, bytes, sizeof(bytes), MSG_DONTWAIT);
	size_t at = 0, used = 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		lose(d, p);
		return;
	}
	buf_add(&p->in, bytes, (size_t)n);
	do {
		struct link_message m;

		if (link_read(&m, &used, p->in.data + at, p->in.len - at)) {
			diag_error("media", "a media process talks nonsense; link dropped");
			lose(d, p);
			return;
		}
		if (used)
			message(d, p, &m);
		at += used;
	} while (used);
	memmove(p->in.data, p->in.data + at, p->in.len - at);
	p->in.len -= at;
}


/* Links that were given: here alone, as nothing is read meanwhile. */
static void take_links(struct media_door *d)
{
	for (size_t i = 0; i < d->count; i++) {
		struct process *p = &d->process[i];
		int next;

		(void)pthread_mutex_lock(&d->lock);
		next = p->next;
		p->next = -1;
		(void)pthread_mutex_unlock(&d->lock);
		if (next < 0)
			continue;
		lose(d, p);
		(void)pthread_mutex_lock(&d->lock);
		p->link = next;
		(void)pthread_mutex_unlock(&d->lock);
	}
}


static void *run(void *arg)
{
	struct media_door *d = arg;

	(void)pthread_setname_np(pthread_self(), "media");
	for (;;) {
		struct pollfd fds[MEDIA_MAX + 1] = { { .fd = d->wake, .events = POLLIN } };
		uint64_t count;
		bool stop;

		take_links(d);
		(void)pthread_mutex_lock(&d->lock);
		for (size_t i = 0; i < d->count; i++)
			fds[i + 1] =
				(struct pollfd){ .fd = d->process[i].link, .events = POLLIN };
		stop = d->stopping;
		(void)pthread_mutex_unlock(&d->lock);
		if (stop)
			return NULL;
		if (poll(fds, d->count + 1, -1) < 0)
			continue;
		if (fds[0].revents)
			(void)!read(d->wake, &count, sizeof(count));
		for (size_t i = 0; i < d->count; i++)
			if (fds[i + 1].fd >= 0 && fds[i + 1].revents &&
			    d->process[i].link == fds[i + 1].fd)
				read_link(d, &d->process[i]);
	}
}


static void wake(struct media_door *d)
{
	uint64_t one = 1;

	(void)!write(d->wake, &one, sizeof(one));
}


int media_door_open(struct media_door **out, const int *links, size_t count)
{
	struct media_door *d = mem_zero(1, sizeof(*d));

	list_init(&d->screens);
	d->count = count < MEDIA_MAX ? count : MEDIA_MAX;
	for (size_t i = 0; i < d->count; i++) {
		d->process[i].link = links[i];
		d->process[i].next = -1;
		buf_init(&d->process[i].in, (size_t)2 * LINK_MAX);
	}
	(void)pthread_mutex_init(&d->lock, NULL);
	d->wake = eventfd(0, EFD_CLOEXEC);
	if (d->wake < 0 || pthread_create(&d->thread, NULL, run, d))
		return E_IO;
	*out = d;

	return 0;
}


void media_door_close(struct media_door *d)
{
	if (!d)
		return;
	(void)pthread_mutex_lock(&d->lock);
	d->stopping = true;
	(void)pthread_mutex_unlock(&d->lock);
	wake(d);
	(void)pthread_join(d->thread, NULL);
	for (size_t i = 0; i < d->count; i++) {
		lose(d, &d->process[i]);
		if (d->process[i].next >= 0)
			(void)close(d->process[i].next);
		buf_clear(&d->process[i].in);
	}
	(void)close(d->wake);
	(void)pthread_mutex_destroy(&d->lock);
	free(d);
}


void media_door_relink(struct media_door *d, size_t process, int link)
{
	if (process < d->count) {
		int newest = link;

		(void)pthread_mutex_lock(&d->lock);
		link = d->process[process].next;
		d->process[process].next = newest;
		(void)pthread_mutex_unlock(&d->lock);
		wake(d);
	}
	if (link >= 0) /* nobody has taken it, or there is no such process */
		(void)close(link);
}


size_t media_door_of(const struct media_door *d, const char *room)
{
	uint32_t h = 2166136261U;

	while (*room)
		h = (h ^ (unsigned char)*room++) * 16777619U;

	return d->count ? h % d->count : 0;
}


/* Whole messages, one after the other: the lock is the link's. */
static bool send_all(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}

	return true;
}


static int post(struct media_door *d, size_t process, struct link_message *m, struct request *r)
{
	struct process *p = &d->process[process];
	struct pending *free_one = NULL;
	struct buf out;
	int err = 0;

	buf_init(&out, LINK_MAX);
	(void)pthread_mutex_lock(&d->lock);
	for (size_t i = 0; r && i < PENDING && !free_one; i++)
		if (!p->pending[i].id)
			free_one = &p->pending[i];
	if (!++d->next_id)
		d->next_id = 1;
	m->id = d->next_id;
	link_write(&out, m);
	if (p->link < 0 || (r && !free_one) || out.err) {
		err = out.err ? E_TOOBIG : E_BUSY;
	} else {
		if (free_one)
			*free_one = (struct pending){ m->id, r, r->loop };
		if (!send_all(p->link, out.data, out.len)) {
			if (free_one)
				free_one->id = 0;
			err = E_BUSY;
		}
	}
	(void)pthread_mutex_unlock(&d->lock);
	buf_clear(&out);

	return err;
}


int media_ask(struct media_door *d, size_t process, struct link_message *m, struct request *r)
{
	return d && process < d->count ? post(d, process, m, r) : E_BUSY;
}


void media_tell(struct media_door *d, size_t process, struct link_message *m)
{
	if (d && process < d->count)
		(void)!post(d, process, m, NULL);
}


void media_on_event(struct media_door *d, media_event_h *told, void *arg)
{
	if (!d)
		return;
	if (told)
		d->arg = arg; /* before who needs it */
	d->told = told;
}
