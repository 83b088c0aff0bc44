/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mailbox.h"
#include "base/mem.h"

struct mailbox {
	pthread_mutex_t lock;
	size_t head; /* next to take */
	size_t count;
	size_t capacity;
	int fd; /* its counter is positive if and only if count > 0 or closed */
	bool closed;
	void *items[];
};


int mailbox_new(struct mailbox **out, size_t capacity)
{
	struct mailbox *m = mem_zero(1, sizeof(*m) + capacity * sizeof(m->items[0]));

	m->capacity = capacity;
	m->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (m->fd < 0) {
		free(m);
		return E_IO;
	}
	(void)pthread_mutex_init(&m->lock, NULL);
	*out = m;

	return 0;
}


void mailbox_free(struct mailbox *m)
{
	if (!m)
		return;

	(void)pthread_mutex_destroy(&m->lock);
	(void)close(m->fd);
	free(m);
}


int mailbox_fd(const struct mailbox *m)
{
	return m->fd;
}


size_t mailbox_count(struct mailbox *m)
{
	size_t n;

	(void)pthread_mutex_lock(&m->lock);
	n = m->count;
	(void)pthread_mutex_unlock(&m->lock);

	return n;
}


static void ring(struct mailbox *m)
{
	(void)!eventfd_write(m->fd, 1);
}


int mailbox_post(struct mailbox *m, void *item)
{
	bool first = false;
	int err = 0;

	(void)pthread_mutex_lock(&m->lock);
	if (m->closed) {
		err = E_STOPPING;
	} else if (m->count == m->capacity) {
		err = E_BUSY;
	} else {
		first = m->count == 0;
		m->items[(m->head + m->count++) % m->capacity] = item;
	}
	if (first)
		ring(m);
	(void)pthread_mutex_unlock(&m->lock);

	return err;
}


static size_t take_now(struct mailbox *m, void **items, size_t max, bool *closed)
{
	eventfd_t rung;
	size_t n = 0;

	(void)pthread_mutex_lock(&m->lock);
	for (; n < max && m->count; n++, m->count--) {
		items[n] = m->items[m->head];
		m->head = (m->head + 1) % m->capacity;
	}
	*closed = m->closed;
	if (!m->count && !m->closed)
		(void)!eventfd_read(m->fd, &rung);
	(void)pthread_mutex_unlock(&m->lock);

	return n;
}


size_t mailbox_take(struct mailbox *m, void **items, size_t max, int wait_ms)
{
	struct pollfd p = { .fd = m->fd, .events = POLLIN };
	bool closed = false;
	size_t n = take_now(m, items, max, &closed);

	if (n || closed || wait_ms == 0)
		return n;
	if (poll(&p, 1, wait_ms) <= 0)
		return 0;

	return take_now(m, items, max, &closed);
}


void mailbox_close(struct mailbox *m)
{
	(void)pthread_mutex_lock(&m->lock);
	m->closed = true;
	ring(m);
	(void)pthread_mutex_unlock(&m->lock);
}
