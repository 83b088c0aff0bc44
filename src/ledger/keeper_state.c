/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * keeper_state.c: two slots, written in turn, each on a page of its own:
 *
 *	8 bytes   "CMTYlast"
 *	8         counter of writes; the slot with the greater one counts
 *	32        hash of the log's key
 *	8         size
 *	32        root
 *	32        SHA-256 of all of the above
 *
 * Invariant: the slot that is not being written is whole and holds the last head that was
 * signed, so that a write cut short by a loss of power damages nothing that was given out.
 * The file has its full length from the beginning: a full disk cannot stop a later write.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "ledger/keeper_state.h"

#define MAGIC "CMTYlast"

enum {
	SLOTS = 2,
	SLOT = 4096, /* bytes from one slot to the next */
	SIGNED = 88,
	FILLED = SIGNED + DIGEST_SIZE,
};


static int write_at(int fd, const void *bytes, size_t len, off_t at)
{
	const uint8_t *p = bytes;

	while (len) {
		ssize_t n = pwrite(fd, p, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? err_errno(errno) : E_IO;
		p += n;
		at += n;
		len -= (size_t)n;
	}

	return fdatasync(fd) ? err_errno(errno) : 0;
}


/* The bytes of a slot. */
static void fill(uint8_t out[FILLED], const struct keeper_state *s)
{
	struct buf b;

	buf_init(&b, 0);
	buf_str(&b, MAGIC);
	buf_u64(&b, s->counter);
	buf_add(&b, s->log.b, sizeof(s->log.b));
	buf_u64(&b, s->size);
	buf_add(&b, s->root.b, sizeof(s->root.b));
	memcpy(out, b.data, SIGNED);
	buf_clear(&b);
	digest_of(out + SIGNED, out, SIGNED);
}


static int write_slot(const struct keeper_state *s)
{
	uint8_t slot[FILLED];

	fill(slot, s);

	return write_at(s->fd, slot, sizeof(slot), (off_t)(s->counter % SLOTS) * SLOT);
}


int keeper_state_begin(int fd, const struct hash *log)
{
	static const uint8_t zeros[SLOTS * SLOT];
	struct keeper_state s = { .fd = fd, .log = *log };
	int err;

	if (lseek(fd, 0, SEEK_END) != 0)
		return E_EXISTS;
	merkle_empty(&s.root);
	err = write_at(fd, zeros, sizeof(zeros), 0);

	return err ? err : write_slot(&s);
}


/* The slot at that place, if it is whole. */
static bool read_slot(struct keeper_state *out, int fd, int place)
{
	uint8_t slot[FILLED], digest[DIGEST_SIZE];
	struct bytes b;

	if (pread(fd, slot, sizeof(slot), (off_t)place * SLOT) != sizeof(slot))
		return false;
	digest_of(digest, slot, SIGNED);
	if (memcmp(slot, MAGIC, strlen(MAGIC)) != 0 ||
	    memcmp(digest, slot + SIGNED, sizeof(digest)) != 0)
		return false;

	bytes_init(&b, slot + strlen(MAGIC), SIGNED - strlen(MAGIC));
	out->fd = fd;
	out->counter = bytes_u64(&b);
	(void)bytes_copy(&b, out->log.b, sizeof(out->log.b));
	out->size = bytes_u64(&b);
	(void)bytes_copy(&b, out->root.b, sizeof(out->root.b));

	return bytes_end(&b) && out->counter % SLOTS == (uint64_t)place;
}


int keeper_state_load(struct keeper_state *out, int fd, const struct hash *log)
{
	struct keeper_state s[SLOTS];
	bool whole[SLOTS];
	int place;

	for (int i = 0; i < SLOTS; i++)
		whole[i] = read_slot(&s[i], fd, i);
	if (!whole[0] && !whole[1])
		return E_CORRUPT;
	place = whole[1] && (!whole[0] || s[1].counter > s[0].counter);
	if (!hash_eq(&s[place].log, log))
		return E_CORRUPT;
	*out = s[place];

	return 0;
}


int keeper_state_save(struct keeper_state *s, uint64_t size, const struct hash *root)
{
	struct keeper_state next = *s;
	int err;

	next.counter++;
	next.size = size;
	next.root = *root;
	err = write_slot(&next);
	if (!err)
		*s = next;

	return err;
}
